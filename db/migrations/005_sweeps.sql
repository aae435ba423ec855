-- Searches that are gone through page by page, and how far each came: what was cut off goes on where it stood.

CREATE TABLE "sweeps" (
  "sweep_id" INTEGER NOT NULL,
  "query" TEXT NOT NULL CHECK ("query" IS NULL OR json_valid("query")),
  "most" INTEGER,
  "total" INTEGER,
  "started_at" TEXT NOT NULL,
  "finished_at" TEXT,
  PRIMARY KEY ("sweep_id")
) STRICT;

CREATE TABLE "sweep_parts" (
  "sweep_id" INTEGER NOT NULL REFERENCES "sweeps"("sweep_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "expression" TEXT,
  "total" INTEGER,
  "stored" INTEGER NOT NULL,
  "pages" INTEGER NOT NULL,
  "next_token" TEXT,
  "data_timestamp" TEXT,
  "is_mixed" INTEGER NOT NULL CHECK ("is_mixed" IN (0, 1)),
  "finished_at" TEXT,
  PRIMARY KEY ("sweep_id", "position")
) STRICT;
