-- Limits of one concept, trial by trial
-- Who may join by one concept, as ecog, lvef or platelets (see the column concept of criterion_facts). Without one: lvef.
SELECT criterion_facts.nct_id, eligibility_criteria.section, concept, detail, comparator, low, high, unit, reference,
  eligible_low, eligible_high, quote, criterion_facts.source_path, criterion_facts.source_start, criterion_facts.source_end
FROM criterion_facts JOIN eligibility_criteria USING (criterion_id)
WHERE concept = coalesce(nullif(:concept, ''), 'lvef')
ORDER BY criterion_facts.nct_id, criterion_facts.source_start
