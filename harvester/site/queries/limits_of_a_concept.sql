-- Limits of one concept, trial by trial
-- Who may join by one concept, as ecog, ejection fraction or platelets ("Concepts that were read" lists them; a part of a name will do). Without one: lvef. With a value, whether each limit admits it, in the unit it is read in. A limit with a condition, an exception or an alternative binds some people only: its words tell whom. Trials that state no limit are not listed.
WITH asked AS (
  SELECT concept_slug(coalesce(nullif(:concept, ''), 'lvef')) AS slug, CAST(nullif(:value, '') AS REAL) AS given
)
SELECT criterion_facts.nct_id, eligibility_criteria.section, quote,
  CASE
    WHEN given IS NULL THEN NULL
    WHEN condition IS NOT NULL OR exception OR alternative_group IS NOT NULL THEN 'for some, see the words'
    WHEN eligible_low IS NULL AND eligible_high IS NULL THEN 'not told by a limit'
    WHEN reference <> 'absolute' THEN 'not told: a multiple of ' || reference
    WHEN (eligible_low IS NULL OR given > eligible_low OR (given = eligible_low AND eligible_low_inclusive))
      AND (eligible_high IS NULL OR given < eligible_high OR (given = eligible_high AND eligible_high_inclusive)) THEN 'yes'
    ELSE 'no'
  END AS admits_value,
  concept, detail, comparator, low, high, unit, reference,
  eligible_low, eligible_low_inclusive, eligible_high, eligible_high_inclusive, eligible_set,
  condition, exception, alternative_group, sex, flags, eligibility_criteria.text AS criterion,
  criterion_facts.source_path, criterion_facts.source_start, criterion_facts.source_end
FROM asked, criterion_facts JOIN eligibility_criteria USING (criterion_id)
WHERE concept = slug
  OR (concept LIKE '%' || slug || '%' AND NOT EXISTS (SELECT 1 FROM criterion_facts AS exact WHERE exact.concept = slug))
ORDER BY criterion_facts.nct_id, criterion_facts.source_start
