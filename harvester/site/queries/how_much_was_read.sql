-- How much of each trial's eligibility text was read
-- Per cent of characters, blanks and headings aside; the least read first.
SELECT nct_id, brief_title, characters, read_characters, round(100.0 * read_characters / nullif(characters, 0), 1) AS percent_read
FROM text_coverage JOIN studies USING (nct_id)
WHERE source_path = 'protocolSection.eligibilityModule.eligibilityCriteria'
ORDER BY percent_read, nct_id
