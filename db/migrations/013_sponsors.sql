-- A trial is found by its sponsors and by its other numbers too: those of the sponsor, of EudraCT, of a funder.

DROP TABLE "study_search";

DROP VIEW "study_search_text";

-- The words of a trial that search looks at. Whom to ask, and how to reach them, is not among them.
CREATE VIEW "study_search_text" AS
SELECT studies.nct_number,
  studies.nct_id || char(10) || coalesce(brief_title, '') || char(10) || coalesce(official_title, '') || char(10)
    || coalesce(acronym, '') AS titles,
  coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM conditions WHERE nct_id = studies.nct_id ORDER BY position)), '') || char(10)
    || coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM keywords WHERE nct_id = studies.nct_id ORDER BY position)), '') || char(10)
    || coalesce((SELECT group_concat(mesh_term, char(10)) FROM
      (SELECT mesh_term FROM browse_conditions WHERE nct_id = studies.nct_id AND mesh_type = 'mesh-list'
       ORDER BY position)), '') AS conditions,
  coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM interventions WHERE nct_id = studies.nct_id ORDER BY position)), '') || char(10)
    || coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM intervention_other_names WHERE nct_id = studies.nct_id
       ORDER BY intervention_other_name_id)), '') || char(10)
    || coalesce((SELECT group_concat(mesh_term, char(10)) FROM
      (SELECT mesh_term FROM browse_interventions WHERE nct_id = studies.nct_id AND mesh_type = 'mesh-list'
       ORDER BY position)), '') AS interventions,
  coalesce(brief_summaries.description, '') AS summary,
  coalesce(eligibilities.criteria, '') AS criteria,
  coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM sponsors WHERE nct_id = studies.nct_id ORDER BY position)), '') || char(10)
    || coalesce((SELECT group_concat(id_value, char(10)) FROM
      (SELECT id_value FROM id_information WHERE nct_id = studies.nct_id ORDER BY id_information_id)), '') AS sponsors
FROM studies LEFT JOIN brief_summaries USING (nct_id) LEFT JOIN eligibilities USING (nct_id);

CREATE VIRTUAL TABLE "study_search" USING fts5(
  titles, conditions, interventions, summary, criteria, sponsors,
  content='study_search_text', content_rowid='nct_number', tokenize='porter unicode61 remove_diacritics 2', prefix='2 3'
);

INSERT INTO "study_search" ("study_search") VALUES ('rebuild');
