-- What trials name has a search index of its own: among the words of all texts, counting who names a thing took twice the time.

CREATE VIRTUAL TABLE "study_search_names" USING fts5(
  titles, conditions, interventions,
  content='study_search_text', content_rowid='nct_number', tokenize='porter unicode61 remove_diacritics 2'
);

INSERT INTO "study_search_names" ("study_search_names") VALUES ('rebuild');
