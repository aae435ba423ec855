-- Concepts that were read
-- The names that criterion_facts gives to what criteria limit, with the number of their values and trials, the most frequent first.
SELECT concept, count(*) AS "values", count(DISTINCT nct_id) AS trials
FROM criterion_facts
GROUP BY concept
ORDER BY trials DESC, concept
