-- What a refresh learns of trials that were not updated is kept beside their records: a row with a record in it is long to write again.
-- What is asked of versions without their records is in indexes: in the table it lies behind the record, page after page.

CREATE TABLE "record_sightings" (
  "nct_id" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "seen_api_version" TEXT NOT NULL,
  "seen_data_timestamp" TEXT NOT NULL,
  "seen_at" TEXT NOT NULL,
  PRIMARY KEY ("nct_id", "version")
) STRICT;

DROP INDEX "idx_record_versions_nct_id_is_current";

DROP INDEX "idx_record_versions_is_current_received_at";

CREATE INDEX "idx_record_versions_is_current_nct_id_version" ON "record_versions" ("is_current", "nct_id", "version", "content_sha256", "source", "api_version", "data_timestamp", "fetched_at", "note");

CREATE INDEX "idx_record_versions_is_current_source_received_at_nct_id" ON "record_versions" ("is_current", "source", "received_at", "nct_id");

CREATE VIEW "current_records" AS
SELECT record_versions.nct_id, record_versions.version, content_sha256, source,
  CASE WHEN seen_at >= record_versions.fetched_at THEN seen_api_version ELSE record_versions.api_version END AS api_version,
  coalesce(max(record_versions.data_timestamp, seen_data_timestamp), record_versions.data_timestamp, seen_data_timestamp) AS data_timestamp,
  coalesce(max(record_versions.fetched_at, seen_at), record_versions.fetched_at) AS fetched_at, note
FROM record_versions INDEXED BY idx_record_versions_is_current_nct_id_version
LEFT JOIN record_sightings USING (nct_id, version) WHERE is_current = 1;
