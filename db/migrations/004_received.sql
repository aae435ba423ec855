-- When a whole record last came from its source: a refresh that is only told that a trial was not updated does not move it.

ALTER TABLE "record_versions" ADD COLUMN "received_at" TEXT;

UPDATE "record_versions" SET "received_at" = coalesce("first_fetched_at", "fetched_at");

CREATE INDEX "idx_record_versions_is_current_received_at" ON "record_versions" ("is_current", "received_at");
