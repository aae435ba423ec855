-- How the same amount is given afterwards: "weekly in cycles 1-2, every 2 weeks in cycles 3-6, every 4 weeks thereafter".

ALTER TABLE "doses" ADD COLUMN "later" TEXT CHECK ("later" IS NULL OR json_valid("later"));
