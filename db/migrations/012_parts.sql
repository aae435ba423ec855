-- Which ages hold for one part of a trial depends on its other criteria: their profiles hold all of them now.

DROP VIEW "study_search_profile_rows";

-- What a ranking of related trials looks at, from the tables: see harvester/tables/profile.py.
CREATE VIEW "study_search_profile_rows" AS SELECT nct_number, json_array(
  json_array(json_array("brief_title", "official_title", "start_date", "phases", "phase_label", "study_type", "study_type_label")),
  (SELECT json_group_array(json_array("allocation", "allocation_label", "intervention_model", "intervention_model_label", "primary_purpose", "primary_purpose_label")) FROM (SELECT * FROM designs WHERE nct_id = studies.nct_id ORDER BY rowid)),
  (SELECT json_group_array(json_array("name")) FROM (SELECT * FROM conditions WHERE nct_id = studies.nct_id ORDER BY rowid)),
  (SELECT json_group_array(json_array("name")) FROM (SELECT * FROM keywords WHERE nct_id = studies.nct_id ORDER BY rowid)),
  (SELECT json_group_array(json_array("mesh_type", "mesh_term")) FROM (SELECT * FROM browse_conditions WHERE nct_id = studies.nct_id AND mesh_type = 'mesh-list' ORDER BY rowid)),
  (SELECT json_group_array(json_array("mesh_type", "mesh_term")) FROM (SELECT * FROM browse_interventions WHERE nct_id = studies.nct_id AND mesh_type = 'mesh-list' ORDER BY rowid)),
  (SELECT json_group_array(json_array("title")) FROM (SELECT * FROM design_groups WHERE nct_id = studies.nct_id ORDER BY rowid)),
  (SELECT json_group_array(json_array("intervention_id", "name")) FROM (SELECT * FROM interventions WHERE nct_id = studies.nct_id ORDER BY rowid)),
  (SELECT json_group_array(json_array("intervention_id", "name")) FROM (SELECT * FROM intervention_other_names WHERE nct_id = studies.nct_id ORDER BY rowid)),
  (SELECT json_group_array(json_array("intervention_id", "agent", "role", "unit")) FROM (SELECT * FROM doses WHERE nct_id = studies.nct_id ORDER BY rowid)),
  (SELECT json_group_array(json_array("minimum_age", iif("minimum_age_years" IS NULL, NULL, json(printf('%!.17g', "minimum_age_years"))), "maximum_age", iif("maximum_age_years" IS NULL, NULL, json(printf('%!.17g', "maximum_age_years"))))) FROM (SELECT * FROM eligibilities WHERE nct_id = studies.nct_id ORDER BY rowid)),
  (SELECT json_group_array(json_array("fact_id", "criterion_id", "nct_id", "concept", "detail", "comparator", iif("low" IS NULL, NULL, json(printf('%!.17g', "low"))), "low_inclusive", iif("high" IS NULL, NULL, json(printf('%!.17g', "high"))), "high_inclusive", "value_set", "unit", "unit_text", "reference", iif("canonical_low" IS NULL, NULL, json(printf('%!.17g', "canonical_low"))), iif("canonical_high" IS NULL, NULL, json(printf('%!.17g', "canonical_high"))), "canonical_unit", iif("eligible_low" IS NULL, NULL, json(printf('%!.17g', "eligible_low"))), "eligible_low_inclusive", iif("eligible_high" IS NULL, NULL, json(printf('%!.17g', "eligible_high"))), "eligible_high_inclusive", "eligible_set", "sex", "condition", "exception", "alternative_group", "method", iif("window_value" IS NULL, NULL, json(printf('%!.17g', "window_value"))), "window_unit", "window_relation", "window_anchor", iif("confidence" IS NULL, NULL, json(printf('%!.17g', "confidence"))), "flags", "rule", "quote", "source_path", "source_start", "source_end")) FROM (SELECT * FROM criterion_facts WHERE criterion_id IN (WITH RECURSIVE near (criterion_id) AS (
    SELECT criterion_id FROM criterion_facts WHERE nct_id = studies.nct_id AND concept IN ('age', 'age_at_onset')
    UNION SELECT parent_id FROM near JOIN eligibility_criteria USING (criterion_id) WHERE parent_id IS NOT NULL
  ) SELECT criterion_id FROM near) ORDER BY rowid)),
  (SELECT json_group_array(json_array("criterion_id", "nct_id", "section", "position", "parent_id", "level", "kind", "label", "population", "scope", "domain", "secondary_domains", "text", "source_path", "source_start", "source_end")) FROM (SELECT * FROM eligibility_criteria WHERE criterion_id IN (WITH RECURSIVE near (criterion_id) AS (
    SELECT criterion_id FROM criterion_facts WHERE nct_id = studies.nct_id AND concept IN ('age', 'age_at_onset')
    UNION SELECT parent_id FROM near JOIN eligibility_criteria USING (criterion_id) WHERE parent_id IS NOT NULL
  ) SELECT criterion_id FROM near) OR (nct_id = studies.nct_id AND (EXISTS (SELECT 1 FROM criterion_facts WHERE nct_id = studies.nct_id AND concept = 'age_at_onset') OR EXISTS (SELECT 1 FROM criterion_facts JOIN eligibility_criteria USING (criterion_id)
    WHERE criterion_facts.nct_id = studies.nct_id AND concept = 'age' AND scope IS NOT NULL))) ORDER BY rowid))
) AS profile FROM studies;

CREATE TEMPORARY TABLE "in_parts" AS SELECT DISTINCT CAST(substr(criterion_facts.nct_id, 4) AS INTEGER) AS nct_number
FROM criterion_facts JOIN eligibility_criteria USING (criterion_id) WHERE concept = 'age' AND scope IS NOT NULL;

DELETE FROM "study_search_profiles" WHERE nct_number IN (SELECT nct_number FROM "in_parts");

INSERT INTO "study_search_profiles" SELECT nct_number, profile FROM "study_search_profile_rows"
WHERE nct_number IN (SELECT nct_number FROM "in_parts");

DROP TABLE "in_parts";
