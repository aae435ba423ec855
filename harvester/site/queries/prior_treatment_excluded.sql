-- Trials that exclude earlier treatment with a drug
-- Exclusion criteria whose words name the drug. Read them: a criterion may name it for another reason. Without a drug: blinatumomab.
SELECT eligibility_criteria.nct_id, studies.brief_title, eligibility_criteria.text AS quote,
  eligibility_criteria.source_path, eligibility_criteria.source_start, eligibility_criteria.source_end
FROM eligibility_criteria JOIN studies USING (nct_id)
WHERE section = 'exclusion' AND text LIKE '%' || coalesce(nullif(:drug, ''), 'blinatumomab') || '%'
ORDER BY eligibility_criteria.nct_id, eligibility_criteria.position
