-- Contradictions inside a record
-- Both sides quoted. A contradiction is in the record; which side is meant, it does not say.
SELECT nct_id, kind, detail, left_quote, right_quote FROM record_conflicts ORDER BY nct_id, kind
