-- By which rules the rows of each trial were read, and from which texts: what was read of a text that stays the same may stay too.
-- Of the trials that are here already nobody knows it; they are read again when they come by, or by `trialside normalise`.

CREATE TABLE "study_readings" (
  "nct_id" TEXT NOT NULL,
  "rules" TEXT NOT NULL,
  "criteria_fields" TEXT,
  "doses_fields" TEXT,
  PRIMARY KEY ("nct_id")
) STRICT;
