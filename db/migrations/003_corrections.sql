-- What people corrected in the readings, applied or void; made anew from the corrections file.

CREATE TABLE "corrections" (
  "correction_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "source_path" TEXT NOT NULL,
  "source_start" INTEGER NOT NULL,
  "source_end" INTEGER NOT NULL,
  "words" TEXT NOT NULL,
  "table_name" TEXT NOT NULL CHECK ("table_name" IN ('criterion_facts', 'doses', 'eligibility_criteria')),
  "action" TEXT NOT NULL CHECK ("action" IN ('set', 'drop', 'add')),
  "reading" TEXT,
  "column_name" TEXT,
  "old_value" TEXT,
  "new_value" TEXT,
  "reason" TEXT NOT NULL,
  "who" TEXT NOT NULL,
  "made_on" TEXT NOT NULL,
  "state" TEXT NOT NULL CHECK ("state" IN ('applied', 'void')),
  "void_reason" TEXT,
  PRIMARY KEY ("correction_id")
) STRICT;

CREATE INDEX "idx_corrections_nct_id" ON "corrections" ("nct_id");
