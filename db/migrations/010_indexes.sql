-- Ages of many trials are looked up by trial and concept together. Indexes that others begin with, and one that nothing asks, go.

DROP INDEX "idx_criterion_facts_nct_id";

CREATE INDEX "idx_criterion_facts_nct_id_concept" ON "criterion_facts" ("nct_id", "concept");

DROP INDEX "idx_text_coverage_nct_id";

DROP INDEX "idx_unread_text_nct_id";

DROP INDEX "idx_record_versions_content_sha256";
