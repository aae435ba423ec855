-- Limits of one concept, trial by trial
-- Who may join by one concept, as ecog, ejection fraction or platelets ("Concepts that were read" lists them; a part of a name will do). Without one: lvef. With a value, a plain number in canonical_unit (in unit where that is empty), whether each limit admits it. A limit with a condition, an exception or an alternative, or for one sex, one part of the trial or others than patients, binds some people only: its words tell whom. Trials that state no limit are not listed.
WITH RECURSIVE asked AS (
  SELECT concept_slug(coalesce(nullif(:concept, ''), 'lvef')) AS slug,
    CASE WHEN json_valid(:value) THEN CASE WHEN json_type(:value) IN ('integer', 'real') THEN CAST(:value AS REAL) END END AS given
),
-- Each concept once, from one to the next in its index: the facts themselves are many.
known(name) AS (
  SELECT min(concept) FROM criterion_facts
  UNION ALL
  SELECT (SELECT min(concept) FROM criterion_facts WHERE concept > name) FROM known WHERE name IS NOT NULL
),
wanted AS (
  SELECT name FROM known, asked
  WHERE name = slug OR (name LIKE '%' || slug || '%' AND NOT EXISTS (SELECT 1 FROM criterion_facts WHERE concept = slug))
)
SELECT criterion_facts.nct_id, eligibility_criteria.section, quote, eligibility_criteria.text AS criterion,
  CASE
    WHEN given IS NULL THEN NULL
    WHEN condition IS NOT NULL OR exception OR alternative_group IS NOT NULL
      OR sex IS NOT NULL OR scope IS NOT NULL OR coalesce(population, 'patient') <> 'patient' THEN 'for some, see the words'
    WHEN eligible_low IS NULL AND eligible_high IS NULL THEN 'not told by a limit'
    WHEN reference <> 'absolute' THEN 'not told: a multiple of ' || reference
    WHEN (eligible_low IS NULL OR given > eligible_low OR (given = eligible_low AND eligible_low_inclusive))
      AND (eligible_high IS NULL OR given < eligible_high OR (given = eligible_high AND eligible_high_inclusive)) THEN 'yes'
    ELSE 'no'
  END AS admits_value,
  concept, detail, comparator, low, high, unit, reference,
  eligible_low, eligible_low_inclusive, eligible_high, eligible_high_inclusive, canonical_unit, eligible_set,
  condition, exception, alternative_group, sex, scope, population, flags,
  criterion_facts.source_path, criterion_facts.source_start, criterion_facts.source_end
FROM asked CROSS JOIN criterion_facts CROSS JOIN eligibility_criteria USING (criterion_id)
WHERE concept IN (SELECT name FROM wanted)
ORDER BY criterion_facts.nct_id, criterion_facts.source_start
