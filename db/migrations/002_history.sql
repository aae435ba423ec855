-- What changed between versions says in words what it comes to; the registry's own description of its fields, and searches kept by name.

-- The changes are computed from the stored versions, so nothing is lost with the older table: `trialside normalise` fills it.

DROP TABLE "record_changes";

CREATE TABLE "record_changes" (
  "change_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL,
  "from_version" INTEGER NOT NULL,
  "to_version" INTEGER NOT NULL,
  "path" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  "direction" TEXT CHECK ("direction" IN ('tightened', 'loosened', 'reworded', 'moved', 'added', 'removed', 'changed')),
  "detail" TEXT,
  PRIMARY KEY ("change_id")
) STRICT;

CREATE INDEX "idx_record_changes_nct_id_to_version" ON "record_changes" ("nct_id", "to_version");

CREATE TABLE "data_models" (
  "model_id" INTEGER NOT NULL,
  "seen_at" TEXT NOT NULL,
  "api_version" TEXT,
  "fields" TEXT NOT NULL CHECK ("fields" IS NULL OR json_valid("fields")),
  PRIMARY KEY ("model_id")
) STRICT;

CREATE TABLE "saved_searches" (
  "name" TEXT NOT NULL,
  "words" TEXT NOT NULL,
  "most" INTEGER NOT NULL,
  "saved_at" TEXT NOT NULL,
  PRIMARY KEY ("name")
) STRICT;

CREATE INDEX "idx_record_versions_first_fetched_at" ON "record_versions" ("first_fetched_at");
