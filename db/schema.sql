-- Every version of every record that was seen, whole. Only added to; all derived rows can be rebuilt from it.
CREATE TABLE "record_versions" (
  "nct_id" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "content_sha256" TEXT NOT NULL,
  "record" TEXT NOT NULL CHECK ("record" IS NULL OR json_valid("record")),
  "source" TEXT NOT NULL CHECK ("source" IN ('api', 'file', 'page', 'digest')),
  "source_url" TEXT,
  "api_version" TEXT,
  "data_timestamp" TEXT,
  "fetched_at" TEXT NOT NULL,
  "first_fetched_at" TEXT,
  "is_current" INTEGER NOT NULL CHECK ("is_current" IN (0, 1)),
  "note" TEXT,
  "received_at" TEXT,
  PRIMARY KEY ("nct_id", "version")
) STRICT;

CREATE INDEX "idx_record_versions_is_current_nct_id_version" ON "record_versions" ("is_current", "nct_id", "version", "content_sha256", "source", "api_version", "data_timestamp", "fetched_at", "note");

CREATE INDEX "idx_record_versions_is_current_source_received_at_nct_id" ON "record_versions" ("is_current", "source", "received_at", "nct_id");

CREATE INDEX "idx_record_versions_first_fetched_at" ON "record_versions" ("first_fetched_at");

-- Versions that the registry said, without giving the record again, not to have been updated since: when it last said so.
CREATE TABLE "record_sightings" (
  "nct_id" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "seen_api_version" TEXT NOT NULL,
  "seen_data_timestamp" TEXT NOT NULL,
  "seen_at" TEXT NOT NULL,
  PRIMARY KEY ("nct_id", "version")
) STRICT;

-- By which rules the rows of each trial were read, and from which texts.
CREATE TABLE "study_readings" (
  "nct_id" TEXT NOT NULL,
  "rules" TEXT NOT NULL,
  "criteria_fields" TEXT,
  "doses_fields" TEXT,
  PRIMARY KEY ("nct_id")
) STRICT;

-- Every harvest and what became of what was asked for: requested = saved + unchanged + failed + not found.
CREATE TABLE "harvest_runs" (
  "run_id" INTEGER NOT NULL,
  "command" TEXT NOT NULL,
  "started_at" TEXT NOT NULL,
  "finished_at" TEXT,
  "requested" INTEGER NOT NULL,
  "saved" INTEGER NOT NULL,
  "unchanged" INTEGER NOT NULL,
  "failed" INTEGER NOT NULL,
  "not_found" INTEGER NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('running', 'complete', 'partial', 'failed', 'interrupted')),
  "problems" TEXT NOT NULL CHECK ("problems" IS NULL OR json_valid("problems")),
  PRIMARY KEY ("run_id")
) STRICT;

-- Obsolete NCT numbers that the registry redirects to a trial.
CREATE TABLE "trial_aliases" (
  "alias" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL,
  PRIMARY KEY ("alias")
) STRICT;

CREATE INDEX "idx_trial_aliases_nct_id" ON "trial_aliases" ("nct_id");

-- One number that every write raises, so that a cache knows when it is old.
CREATE TABLE "data_state" (
  "state_id" INTEGER NOT NULL,
  "generation" INTEGER NOT NULL,
  PRIMARY KEY ("state_id")
) STRICT;

-- The fields of the registry's records as the registry described them, one row each time the description changed.
CREATE TABLE "data_models" (
  "model_id" INTEGER NOT NULL,
  "seen_at" TEXT NOT NULL,
  "api_version" TEXT,
  "fields" TEXT NOT NULL CHECK ("fields" IS NULL OR json_valid("fields")),
  PRIMARY KEY ("model_id")
) STRICT;

-- Searches of the registry that a refresh runs again.
CREATE TABLE "saved_searches" (
  "name" TEXT NOT NULL,
  "words" TEXT NOT NULL,
  "most" INTEGER NOT NULL,
  "saved_at" TEXT NOT NULL,
  PRIMARY KEY ("name")
) STRICT;

-- Searches that were gone through page by page, the whole registry among them, and how far each came.
CREATE TABLE "sweeps" (
  "sweep_id" INTEGER NOT NULL,
  "query" TEXT NOT NULL CHECK ("query" IS NULL OR json_valid("query")),
  "most" INTEGER,
  "total" INTEGER,
  "started_at" TEXT NOT NULL,
  "finished_at" TEXT,
  PRIMARY KEY ("sweep_id")
) STRICT;

-- The parts of a sweep: the trials that the registry first posted between two days.
CREATE TABLE "sweep_parts" (
  "sweep_id" INTEGER NOT NULL REFERENCES "sweeps"("sweep_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "expression" TEXT,
  "total" INTEGER,
  "stored" INTEGER NOT NULL,
  "pages" INTEGER NOT NULL,
  "next_token" TEXT,
  "data_timestamp" TEXT,
  "is_mixed" INTEGER NOT NULL CHECK ("is_mixed" IN (0, 1)),
  "finished_at" TEXT,
  PRIMARY KEY ("sweep_id", "position")
) STRICT;

-- Named sets of trials: a focal trial and its comparators.
CREATE TABLE "comparisons" (
  "comparison_id" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "focal_nct_id" TEXT NOT NULL,
  "note" TEXT,
  PRIMARY KEY ("comparison_id")
) STRICT;

-- The comparators of a set, each with the part it plays and why it is there.
CREATE TABLE "comparison_members" (
  "comparison_id" TEXT NOT NULL REFERENCES "comparisons"("comparison_id") DEFERRABLE INITIALLY DEFERRED,
  "nct_id" TEXT NOT NULL,
  "position" INTEGER NOT NULL,
  "role" TEXT,
  "reason" TEXT,
  PRIMARY KEY ("comparison_id", "nct_id")
) STRICT;

CREATE INDEX "idx_comparison_members_nct_id" ON "comparison_members" ("nct_id");

-- Comparisons frozen as they were shown, with hash and date.
CREATE TABLE "comparison_snapshots" (
  "snapshot_sha256" TEXT NOT NULL,
  "comparison_id" TEXT,
  "nct_ids" TEXT NOT NULL CHECK ("nct_ids" IS NULL OR json_valid("nct_ids")),
  "created_at" TEXT NOT NULL,
  "program_version" TEXT NOT NULL,
  "content" TEXT NOT NULL CHECK ("content" IS NULL OR json_valid("content")),
  PRIMARY KEY ("snapshot_sha256")
) STRICT;

-- What a new version of a record changed; criteria and doses by meaning. Computed from the stored versions.
CREATE TABLE "record_changes" (
  "change_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL,
  "from_version" INTEGER NOT NULL,
  "to_version" INTEGER NOT NULL,
  "path" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  "direction" TEXT CHECK ("direction" IN ('tightened', 'loosened', 'reworded', 'moved', 'added', 'removed', 'changed')),
  "detail" TEXT,
  PRIMARY KEY ("change_id")
) STRICT;

CREATE INDEX "idx_record_changes_nct_id_to_version" ON "record_changes" ("nct_id", "to_version");

-- One row a trial: titles, status, dates, size and oversight.
CREATE TABLE "studies" (
  "nct_id" TEXT NOT NULL,
  "nct_number" INTEGER NOT NULL,
  "brief_title" TEXT,
  "official_title" TEXT,
  "acronym" TEXT,
  "source" TEXT,
  "source_class" TEXT,
  "source_class_label" TEXT,
  "overall_status" TEXT,
  "overall_status_label" TEXT,
  "last_known_status" TEXT,
  "last_known_status_label" TEXT,
  "why_stopped" TEXT,
  "delayed_posting" INTEGER CHECK ("delayed_posting" IN (0, 1)),
  "study_type" TEXT,
  "study_type_label" TEXT,
  "phase" TEXT,
  "phase_label" TEXT,
  "phases" TEXT CHECK ("phases" IS NULL OR json_valid("phases")),
  "enrollment" INTEGER,
  "enrollment_type" TEXT,
  "enrollment_type_label" TEXT,
  "enrollment_unknown" INTEGER NOT NULL CHECK ("enrollment_unknown" IN (0, 1)),
  "number_of_arms" INTEGER,
  "number_of_groups" INTEGER,
  "patient_registry" INTEGER CHECK ("patient_registry" IN (0, 1)),
  "target_duration" TEXT,
  "biospec_retention" TEXT,
  "biospec_retention_label" TEXT,
  "biospec_description" TEXT,
  "start_date" TEXT,
  "start_date_precision" TEXT CHECK ("start_date_precision" IN ('day', 'month', 'year', 'unknown')),
  "start_date_type" TEXT,
  "primary_completion_date" TEXT,
  "primary_completion_date_precision" TEXT CHECK ("primary_completion_date_precision" IN ('day', 'month', 'year', 'unknown')),
  "primary_completion_date_type" TEXT,
  "completion_date" TEXT,
  "completion_date_precision" TEXT CHECK ("completion_date_precision" IN ('day', 'month', 'year', 'unknown')),
  "completion_date_type" TEXT,
  "verification_date" TEXT,
  "verification_date_precision" TEXT CHECK ("verification_date_precision" IN ('day', 'month', 'year', 'unknown')),
  "study_first_submitted_date" TEXT,
  "study_first_submitted_qc_date" TEXT,
  "study_first_posted_date" TEXT,
  "study_first_posted_date_type" TEXT,
  "results_first_submitted_date" TEXT,
  "results_first_submitted_qc_date" TEXT,
  "results_first_posted_date" TEXT,
  "results_first_posted_date_type" TEXT,
  "results_waived" INTEGER CHECK ("results_waived" IN (0, 1)),
  "disposition_first_submitted_date" TEXT,
  "disposition_first_submitted_qc_date" TEXT,
  "disposition_first_posted_date" TEXT,
  "disposition_first_posted_date_type" TEXT,
  "last_update_submitted_date" TEXT,
  "last_update_posted_date" TEXT,
  "last_update_posted_date_type" TEXT,
  "estimated_results_first_submitted_date" TEXT,
  "first_mcp_posted_date" TEXT,
  "first_mcp_posted_date_type" TEXT,
  "has_expanded_access" INTEGER CHECK ("has_expanded_access" IN (0, 1)),
  "expanded_access_nctid" TEXT,
  "expanded_access_status_for_nctid" TEXT,
  "expanded_access_status_for_nctid_label" TEXT,
  "expanded_access_type_individual" INTEGER CHECK ("expanded_access_type_individual" IN (0, 1)),
  "expanded_access_type_intermediate" INTEGER CHECK ("expanded_access_type_intermediate" IN (0, 1)),
  "expanded_access_type_treatment" INTEGER CHECK ("expanded_access_type_treatment" IN (0, 1)),
  "participants_to_expanded_access" REAL,
  "has_dmc" INTEGER CHECK ("has_dmc" IN (0, 1)),
  "is_fda_regulated_drug" INTEGER CHECK ("is_fda_regulated_drug" IN (0, 1)),
  "is_fda_regulated_device" INTEGER CHECK ("is_fda_regulated_device" IN (0, 1)),
  "is_unapproved_device" INTEGER CHECK ("is_unapproved_device" IN (0, 1)),
  "is_ppsd" INTEGER CHECK ("is_ppsd" IN (0, 1)),
  "is_us_export" INTEGER CHECK ("is_us_export" IN (0, 1)),
  "fdaaa801_violation" INTEGER CHECK ("fdaaa801_violation" IN (0, 1)),
  "plan_to_share_ipd" TEXT,
  "plan_to_share_ipd_label" TEXT,
  "plan_to_share_ipd_description" TEXT,
  "ipd_time_frame" TEXT,
  "ipd_access_criteria" TEXT,
  "ipd_url" TEXT,
  "no_sap" INTEGER CHECK ("no_sap" IN (0, 1)),
  "unposted_responsible_party" TEXT,
  "has_results" INTEGER CHECK ("has_results" IN (0, 1)),
  "results_in_record" INTEGER NOT NULL CHECK ("results_in_record" IN (0, 1)),
  PRIMARY KEY ("nct_id")
) STRICT;

CREATE INDEX "idx_studies_nct_number" ON "studies" ("nct_number");

CREATE INDEX "idx_studies_overall_status" ON "studies" ("overall_status");

CREATE INDEX "idx_studies_start_date" ON "studies" ("start_date");

-- The brief summary, verbatim.
CREATE TABLE "brief_summaries" (
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "description" TEXT NOT NULL,
  PRIMARY KEY ("nct_id")
) STRICT;

-- The detailed description, verbatim.
CREATE TABLE "detailed_descriptions" (
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "description" TEXT NOT NULL,
  PRIMARY KEY ("nct_id")
) STRICT;

-- How the study is built: allocation, model, purpose, masking.
CREATE TABLE "designs" (
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "allocation" TEXT,
  "allocation_label" TEXT,
  "intervention_model" TEXT,
  "intervention_model_label" TEXT,
  "intervention_model_description" TEXT,
  "observational_model" TEXT,
  "observational_model_label" TEXT,
  "primary_purpose" TEXT,
  "primary_purpose_label" TEXT,
  "time_perspective" TEXT,
  "time_perspective_label" TEXT,
  "masking" TEXT,
  "masking_label" TEXT,
  "masking_description" TEXT,
  "who_masked" TEXT CHECK ("who_masked" IS NULL OR json_valid("who_masked")),
  "subject_masked" INTEGER CHECK ("subject_masked" IN (0, 1)),
  "caregiver_masked" INTEGER CHECK ("caregiver_masked" IN (0, 1)),
  "investigator_masked" INTEGER CHECK ("investigator_masked" IN (0, 1)),
  "outcomes_assessor_masked" INTEGER CHECK ("outcomes_assessor_masked" IN (0, 1)),
  PRIMARY KEY ("nct_id")
) STRICT;

-- Conditions studied, as the sponsor names them.
CREATE TABLE "conditions" (
  "condition_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "downcase_name" TEXT NOT NULL,
  PRIMARY KEY ("condition_id")
) STRICT;

CREATE INDEX "idx_conditions_nct_id" ON "conditions" ("nct_id");

-- Words the sponsor chose for searches.
CREATE TABLE "keywords" (
  "keyword_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "downcase_name" TEXT NOT NULL,
  PRIMARY KEY ("keyword_id")
) STRICT;

CREATE INDEX "idx_keywords_nct_id" ON "keywords" ("nct_id");

-- MeSH terms that the registry derives from the conditions.
CREATE TABLE "browse_conditions" (
  "browse_condition_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "mesh_type" TEXT NOT NULL CHECK ("mesh_type" IN ('mesh-list', 'mesh-ancestor', 'browse-leaf', 'browse-branch')),
  "mesh_id" TEXT,
  "mesh_term" TEXT,
  "downcase_mesh_term" TEXT,
  "as_found" TEXT,
  "relevance" TEXT,
  "relevance_label" TEXT,
  PRIMARY KEY ("browse_condition_id")
) STRICT;

CREATE INDEX "idx_browse_conditions_nct_id" ON "browse_conditions" ("nct_id");

CREATE INDEX "idx_browse_conditions_downcase_mesh_term" ON "browse_conditions" ("downcase_mesh_term");

-- MeSH terms that the registry derives from the interventions.
CREATE TABLE "browse_interventions" (
  "browse_intervention_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "mesh_type" TEXT NOT NULL CHECK ("mesh_type" IN ('mesh-list', 'mesh-ancestor', 'browse-leaf', 'browse-branch')),
  "mesh_id" TEXT,
  "mesh_term" TEXT,
  "downcase_mesh_term" TEXT,
  "as_found" TEXT,
  "relevance" TEXT,
  "relevance_label" TEXT,
  PRIMARY KEY ("browse_intervention_id")
) STRICT;

CREATE INDEX "idx_browse_interventions_nct_id" ON "browse_interventions" ("nct_id");

CREATE INDEX "idx_browse_interventions_downcase_mesh_term" ON "browse_interventions" ("downcase_mesh_term");

-- Arms of a trial, or groups of an observational study.
CREATE TABLE "design_groups" (
  "design_group_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "group_type" TEXT,
  "group_type_label" TEXT,
  "title" TEXT,
  "description" TEXT,
  PRIMARY KEY ("design_group_id")
) STRICT;

CREATE INDEX "idx_design_groups_nct_id" ON "design_groups" ("nct_id");

-- What is given or done.
CREATE TABLE "interventions" (
  "intervention_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "intervention_type" TEXT,
  "intervention_type_label" TEXT,
  "name" TEXT,
  "description" TEXT,
  PRIMARY KEY ("intervention_id")
) STRICT;

CREATE INDEX "idx_interventions_nct_id" ON "interventions" ("nct_id");

CREATE INDEX "idx_interventions_name" ON "interventions" ("name");

-- Further names of interventions: brands, codes, synonyms.
CREATE TABLE "intervention_other_names" (
  "intervention_other_name_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "intervention_id" TEXT NOT NULL REFERENCES "interventions"("intervention_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  PRIMARY KEY ("intervention_other_name_id")
) STRICT;

CREATE INDEX "idx_intervention_other_names_nct_id" ON "intervention_other_names" ("nct_id");

CREATE INDEX "idx_intervention_other_names_intervention_id" ON "intervention_other_names" ("intervention_id");

-- Which arm receives which intervention, as the record's own links say.
CREATE TABLE "design_group_interventions" (
  "design_group_intervention_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "design_group_id" TEXT NOT NULL REFERENCES "design_groups"("design_group_id") DEFERRABLE INITIALLY DEFERRED,
  "intervention_id" TEXT NOT NULL REFERENCES "interventions"("intervention_id") DEFERRABLE INITIALLY DEFERRED,
  "told_by" TEXT NOT NULL CHECK ("told_by" IN ('both', 'arm', 'intervention')),
  PRIMARY KEY ("design_group_intervention_id")
) STRICT;

CREATE INDEX "idx_design_group_interventions_nct_id" ON "design_group_interventions" ("nct_id");

CREATE INDEX "idx_design_group_interventions_design_group_id" ON "design_group_interventions" ("design_group_id");

CREATE INDEX "idx_design_group_interventions_intervention_id" ON "design_group_interventions" ("intervention_id");

-- Outcome measures as planned, primary first.
CREATE TABLE "design_outcomes" (
  "design_outcome_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "outcome_type" TEXT NOT NULL CHECK ("outcome_type" IN ('primary', 'secondary', 'other')),
  "position" INTEGER NOT NULL,
  "measure" TEXT,
  "time_frame" TEXT,
  "description" TEXT,
  PRIMARY KEY ("design_outcome_id")
) STRICT;

CREATE INDEX "idx_design_outcomes_nct_id" ON "design_outcomes" ("nct_id");

-- Who may take part, as the registry's fields say.
CREATE TABLE "eligibilities" (
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "gender" TEXT,
  "gender_label" TEXT,
  "gender_based" INTEGER CHECK ("gender_based" IN (0, 1)),
  "gender_description" TEXT,
  "minimum_age" TEXT,
  "minimum_age_value" REAL,
  "minimum_age_unit" TEXT CHECK ("minimum_age_unit" IN ('min', 'h', 'd', 'wk', 'mo', 'a')),
  "minimum_age_years" REAL,
  "maximum_age" TEXT,
  "maximum_age_value" REAL,
  "maximum_age_unit" TEXT CHECK ("maximum_age_unit" IN ('min', 'h', 'd', 'wk', 'mo', 'a')),
  "maximum_age_years" REAL,
  "std_ages" TEXT CHECK ("std_ages" IS NULL OR json_valid("std_ages")),
  "child" INTEGER CHECK ("child" IN (0, 1)),
  "adult" INTEGER CHECK ("adult" IN (0, 1)),
  "older_adult" INTEGER CHECK ("older_adult" IN (0, 1)),
  "healthy_volunteers" INTEGER CHECK ("healthy_volunteers" IN (0, 1)),
  "sampling_method" TEXT,
  "sampling_method_label" TEXT,
  "population" TEXT,
  "criteria" TEXT,
  PRIMARY KEY ("nct_id")
) STRICT;

-- One row a criterion, as the eligibility text lists them.
CREATE TABLE "eligibility_criteria" (
  "criterion_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "section" TEXT NOT NULL CHECK ("section" IN ('inclusion', 'exclusion', 'unknown')),
  "position" INTEGER NOT NULL,
  "parent_id" TEXT REFERENCES "eligibility_criteria"("criterion_id") DEFERRABLE INITIALLY DEFERRED,
  "level" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('item', 'parent', 'note', 'header')),
  "label" TEXT,
  "population" TEXT,
  "scope" TEXT,
  "domain" TEXT,
  "secondary_domains" TEXT CHECK ("secondary_domains" IS NULL OR json_valid("secondary_domains")),
  "text" TEXT NOT NULL,
  "source_path" TEXT NOT NULL,
  "source_start" INTEGER NOT NULL,
  "source_end" INTEGER NOT NULL,
  PRIMARY KEY ("criterion_id")
) STRICT;

CREATE INDEX "idx_eligibility_criteria_nct_id" ON "eligibility_criteria" ("nct_id");

CREATE INDEX "idx_eligibility_criteria_parent_id" ON "eligibility_criteria" ("parent_id");

-- Values read from criteria: thresholds, ranges, grades, time windows, and what must be present or absent.
CREATE TABLE "criterion_facts" (
  "fact_id" TEXT NOT NULL,
  "criterion_id" TEXT NOT NULL REFERENCES "eligibility_criteria"("criterion_id") DEFERRABLE INITIALLY DEFERRED,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "concept" TEXT NOT NULL,
  "detail" TEXT,
  "comparator" TEXT CHECK ("comparator" IN ('>=', '>', '<=', '<', '=', 'range', 'in', 'present', 'absent')),
  "low" REAL,
  "low_inclusive" INTEGER CHECK ("low_inclusive" IN (0, 1)),
  "high" REAL,
  "high_inclusive" INTEGER CHECK ("high_inclusive" IN (0, 1)),
  "value_set" TEXT CHECK ("value_set" IS NULL OR json_valid("value_set")),
  "unit" TEXT,
  "unit_text" TEXT,
  "reference" TEXT CHECK ("reference" IN ('absolute', 'ULN', 'LLN', 'baseline')),
  "canonical_low" REAL,
  "canonical_high" REAL,
  "canonical_unit" TEXT,
  "eligible_low" REAL,
  "eligible_low_inclusive" INTEGER CHECK ("eligible_low_inclusive" IN (0, 1)),
  "eligible_high" REAL,
  "eligible_high_inclusive" INTEGER CHECK ("eligible_high_inclusive" IN (0, 1)),
  "eligible_set" TEXT CHECK ("eligible_set" IS NULL OR json_valid("eligible_set")),
  "sex" TEXT CHECK ("sex" IN ('male', 'female')),
  "condition" TEXT,
  "exception" INTEGER CHECK ("exception" IN (0, 1)),
  "alternative_group" TEXT,
  "method" TEXT,
  "window_value" REAL,
  "window_unit" TEXT,
  "window_relation" TEXT CHECK ("window_relation" IN ('within', 'at least', 'longer than')),
  "window_anchor" TEXT,
  "confidence" REAL,
  "flags" TEXT NOT NULL CHECK ("flags" IS NULL OR json_valid("flags")),
  "rule" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "source_path" TEXT NOT NULL,
  "source_start" INTEGER NOT NULL,
  "source_end" INTEGER NOT NULL,
  PRIMARY KEY ("fact_id")
) STRICT;

CREATE INDEX "idx_criterion_facts_nct_id_concept" ON "criterion_facts" ("nct_id", "concept");

CREATE INDEX "idx_criterion_facts_criterion_id" ON "criterion_facts" ("criterion_id");

CREATE INDEX "idx_criterion_facts_concept" ON "criterion_facts" ("concept");

-- The plan that doses are part of: cycles, their length and number, and what they start from.
CREATE TABLE "dose_regimens" (
  "regimen_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "design_group_id" TEXT REFERENCES "design_groups"("design_group_id") DEFERRABLE INITIALLY DEFERRED,
  "name" TEXT,
  "cycle_length_value" REAL,
  "cycle_length_unit" TEXT CHECK ("cycle_length_unit" IN ('h', 'd', 'wk', 'mo', 'a')),
  "cycle_count_low" INTEGER,
  "cycle_count_high" INTEGER,
  "anchor_event" TEXT,
  "anchor_offset" REAL,
  "anchor_unit" TEXT,
  "until" TEXT,
  "source_path" TEXT NOT NULL,
  "source_start" INTEGER NOT NULL,
  "source_end" INTEGER NOT NULL,
  PRIMARY KEY ("regimen_id")
) STRICT;

CREATE INDEX "idx_dose_regimens_nct_id" ON "dose_regimens" ("nct_id");

CREATE INDEX "idx_dose_regimens_design_group_id" ON "dose_regimens" ("design_group_id");

-- Every dose stated in the texts on arms and interventions.
CREATE TABLE "doses" (
  "dose_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "regimen_id" TEXT REFERENCES "dose_regimens"("regimen_id") DEFERRABLE INITIALLY DEFERRED,
  "design_group_id" TEXT REFERENCES "design_groups"("design_group_id") DEFERRABLE INITIALLY DEFERRED,
  "intervention_id" TEXT REFERENCES "interventions"("intervention_id") DEFERRABLE INITIALLY DEFERRED,
  "agent" TEXT,
  "role" TEXT CHECK ("role" IN ('single', 'loading', 'step', 'maintenance', 'level', 'max', 'rescue', 'premedication', 'placebo')),
  "level_label" TEXT,
  "amount_low" REAL NOT NULL,
  "amount_high" REAL NOT NULL,
  "unit" TEXT,
  "unit_text" TEXT,
  "per_time" TEXT CHECK ("per_time" IN ('min', 'h', 'd', 'wk')),
  "cell_type" TEXT,
  "route" TEXT CHECK ("route" IN ('oral', 'intravenous', 'subcutaneous', 'intramuscular', 'intrathecal', 'inhalation', 'topical', 'ophthalmic', 'rectal', 'vaginal', 'nasal', 'intravitreal', 'intraperitoneal', 'intradermal', 'sublingual', 'external beam', 'other')),
  "continuous" INTEGER CHECK ("continuous" IN (0, 1)),
  "infusion_value" REAL,
  "infusion_unit" TEXT,
  "frequency_count" REAL,
  "frequency_period" REAL,
  "frequency_unit" TEXT CHECK ("frequency_unit" IN ('min', 'h', 'd', 'wk', 'mo', 'a')),
  "days" TEXT CHECK ("days" IS NULL OR json_valid("days")),
  "weeks" TEXT CHECK ("weeks" IS NULL OR json_valid("weeks")),
  "cycle_from" INTEGER,
  "cycle_to" INTEGER,
  "anchor_event" TEXT,
  "anchor_offset" REAL,
  "anchor_unit" TEXT,
  "duration_value" REAL,
  "duration_unit" TEXT,
  "until" TEXT,
  "alternative" INTEGER NOT NULL CHECK ("alternative" IN (0, 1)),
  "condition" TEXT,
  "line" TEXT NOT NULL,
  "confidence" REAL,
  "flags" TEXT NOT NULL CHECK ("flags" IS NULL OR json_valid("flags")),
  "rule" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "source_path" TEXT NOT NULL,
  "source_start" INTEGER NOT NULL,
  "source_end" INTEGER NOT NULL,
  "later" TEXT CHECK ("later" IS NULL OR json_valid("later")),
  PRIMARY KEY ("dose_id")
) STRICT;

CREATE INDEX "idx_doses_nct_id" ON "doses" ("nct_id");

CREATE INDEX "idx_doses_agent" ON "doses" ("agent");

CREATE INDEX "idx_doses_regimen_id" ON "doses" ("regimen_id");

CREATE INDEX "idx_doses_design_group_id" ON "doses" ("design_group_id");

CREATE INDEX "idx_doses_intervention_id" ON "doses" ("intervention_id");

-- Doses laid out in days from a named zero, as a timeline draws them.
CREATE TABLE "schedule_events" (
  "event_id" TEXT NOT NULL,
  "dose_id" TEXT NOT NULL REFERENCES "doses"("dose_id") DEFERRABLE INITIALLY DEFERRED,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "design_group_id" TEXT REFERENCES "design_groups"("design_group_id") DEFERRABLE INITIALLY DEFERRED,
  "cycle" INTEGER,
  "day_start" REAL NOT NULL,
  "day_end" REAL NOT NULL,
  "t0_event" TEXT NOT NULL,
  "approximate" INTEGER NOT NULL CHECK ("approximate" IN (0, 1)),
  "open_ended" INTEGER NOT NULL CHECK ("open_ended" IN (0, 1)),
  "amount_per_day" REAL,
  "unit" TEXT,
  PRIMARY KEY ("event_id")
) STRICT;

CREATE INDEX "idx_schedule_events_nct_id" ON "schedule_events" ("nct_id");

CREATE INDEX "idx_schedule_events_dose_id" ON "schedule_events" ("dose_id");

CREATE INDEX "idx_schedule_events_design_group_id" ON "schedule_events" ("design_group_id");

-- Lead sponsor and collaborators.
CREATE TABLE "sponsors" (
  "sponsor_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "lead_or_collaborator" TEXT NOT NULL CHECK ("lead_or_collaborator" IN ('lead', 'collaborator')),
  "position" INTEGER NOT NULL,
  "name" TEXT,
  "agency_class" TEXT,
  "agency_class_label" TEXT,
  PRIMARY KEY ("sponsor_id")
) STRICT;

CREATE INDEX "idx_sponsors_nct_id" ON "sponsors" ("nct_id");

-- Who answers for the record.
CREATE TABLE "responsible_parties" (
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "responsible_party_type" TEXT,
  "responsible_party_type_label" TEXT,
  "name" TEXT,
  "title" TEXT,
  "affiliation" TEXT,
  "organization" TEXT,
  "old_name_title" TEXT,
  PRIMARY KEY ("nct_id")
) STRICT;

-- Officials of the whole trial.
CREATE TABLE "overall_officials" (
  "overall_official_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "role" TEXT,
  "role_label" TEXT,
  "name" TEXT,
  "affiliation" TEXT,
  PRIMARY KEY ("overall_official_id")
) STRICT;

CREATE INDEX "idx_overall_officials_nct_id" ON "overall_officials" ("nct_id");

-- Whom to ask about taking part. Shown on the trial's page only, never in comparisons, exports or search.
CREATE TABLE "central_contacts" (
  "central_contact_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "contact_type" TEXT NOT NULL CHECK ("contact_type" IN ('primary', 'backup')),
  "position" INTEGER NOT NULL,
  "role" TEXT,
  "role_label" TEXT,
  "name" TEXT,
  "phone" TEXT,
  "phone_extension" TEXT,
  "email" TEXT,
  PRIMARY KEY ("central_contact_id")
) STRICT;

CREATE INDEX "idx_central_contacts_nct_id" ON "central_contacts" ("nct_id");

-- Sites of a trial.
CREATE TABLE "facilities" (
  "facility_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "name" TEXT,
  "status" TEXT,
  "status_label" TEXT,
  "city" TEXT,
  "state" TEXT,
  "zip" TEXT,
  "country" TEXT,
  "latitude" REAL,
  "longitude" REAL,
  PRIMARY KEY ("facility_id")
) STRICT;

CREATE INDEX "idx_facilities_nct_id" ON "facilities" ("nct_id");

CREATE INDEX "idx_facilities_country" ON "facilities" ("country");

-- Whom to ask at a site. Shown on the trial's page only, never in comparisons, exports or search.
CREATE TABLE "facility_contacts" (
  "facility_contact_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "facility_id" TEXT NOT NULL REFERENCES "facilities"("facility_id") DEFERRABLE INITIALLY DEFERRED,
  "contact_type" TEXT NOT NULL CHECK ("contact_type" IN ('primary', 'backup')),
  "position" INTEGER NOT NULL,
  "role" TEXT,
  "role_label" TEXT,
  "name" TEXT,
  "phone" TEXT,
  "phone_extension" TEXT,
  "email" TEXT,
  PRIMARY KEY ("facility_contact_id")
) STRICT;

CREATE INDEX "idx_facility_contacts_nct_id" ON "facility_contacts" ("nct_id");

CREATE INDEX "idx_facility_contacts_facility_id" ON "facility_contacts" ("facility_id");

-- Investigators at a site.
CREATE TABLE "facility_investigators" (
  "facility_investigator_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "facility_id" TEXT NOT NULL REFERENCES "facilities"("facility_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "role" TEXT,
  "role_label" TEXT,
  "name" TEXT,
  PRIMARY KEY ("facility_investigator_id")
) STRICT;

CREATE INDEX "idx_facility_investigators_nct_id" ON "facility_investigators" ("nct_id");

CREATE INDEX "idx_facility_investigators_facility_id" ON "facility_investigators" ("facility_id");

-- Countries with sites, and countries whose sites were all removed.
CREATE TABLE "countries" (
  "country_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "removed" INTEGER NOT NULL CHECK ("removed" IN (0, 1)),
  PRIMARY KEY ("country_id")
) STRICT;

CREATE INDEX "idx_countries_nct_id" ON "countries" ("nct_id");

CREATE INDEX "idx_countries_name" ON "countries" ("name");

-- Other identifiers of a trial.
CREATE TABLE "id_information" (
  "id_information_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "id_source" TEXT NOT NULL CHECK ("id_source" IN ('org_study_id', 'secondary_id', 'nct_alias')),
  "id_value" TEXT,
  "id_type" TEXT,
  "id_type_label" TEXT,
  "id_type_description" TEXT,
  "id_link" TEXT,
  PRIMARY KEY ("id_information_id")
) STRICT;

CREATE INDEX "idx_id_information_nct_id" ON "id_information" ("nct_id");

CREATE INDEX "idx_id_information_id_value" ON "id_information" ("id_value");

-- Publications named in the record.
CREATE TABLE "study_references" (
  "study_reference_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "pmid" TEXT,
  "reference_type" TEXT,
  "reference_type_label" TEXT,
  "citation" TEXT,
  PRIMARY KEY ("study_reference_id")
) STRICT;

CREATE INDEX "idx_study_references_nct_id" ON "study_references" ("nct_id");

-- Retractions of publications named in the record.
CREATE TABLE "retractions" (
  "retraction_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "study_reference_id" TEXT NOT NULL REFERENCES "study_references"("study_reference_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "pmid" TEXT,
  "source" TEXT,
  PRIMARY KEY ("retraction_id")
) STRICT;

CREATE INDEX "idx_retractions_nct_id" ON "retractions" ("nct_id");

CREATE INDEX "idx_retractions_study_reference_id" ON "retractions" ("study_reference_id");

-- Web pages named in the record.
CREATE TABLE "links" (
  "link_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "url" TEXT,
  "description" TEXT,
  PRIMARY KEY ("link_id")
) STRICT;

CREATE INDEX "idx_links_nct_id" ON "links" ("nct_id");

-- Data and documents of the study that can be had elsewhere.
CREATE TABLE "documents" (
  "document_row_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "document_id" TEXT,
  "document_type" TEXT,
  "url" TEXT,
  "comment" TEXT,
  PRIMARY KEY ("document_row_id")
) STRICT;

CREATE INDEX "idx_documents_nct_id" ON "documents" ("nct_id");

-- Protocol, analysis plan and consent form given to the registry.
CREATE TABLE "provided_documents" (
  "provided_document_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "document_type" TEXT,
  "type_abbrev" TEXT,
  "has_protocol" INTEGER CHECK ("has_protocol" IN (0, 1)),
  "has_sap" INTEGER CHECK ("has_sap" IN (0, 1)),
  "has_icf" INTEGER CHECK ("has_icf" IN (0, 1)),
  "document_date" TEXT,
  "upload_date" TEXT,
  "filename" TEXT,
  "size" INTEGER,
  PRIMARY KEY ("provided_document_id")
) STRICT;

CREATE INDEX "idx_provided_documents_nct_id" ON "provided_documents" ("nct_id");

-- What will be shared beside participants' data.
CREATE TABLE "ipd_information_types" (
  "ipd_information_type_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "name_label" TEXT,
  PRIMARY KEY ("ipd_information_type_id")
) STRICT;

CREATE INDEX "idx_ipd_information_types_nct_id" ON "ipd_information_types" ("nct_id");

-- Results sent to the registry and not yet shown: sent, taken back, returned.
CREATE TABLE "pending_results" (
  "pending_result_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "event" TEXT,
  "event_label" TEXT,
  "event_date" TEXT,
  "date_unknown" INTEGER CHECK ("date_unknown" IN (0, 1)),
  PRIMARY KEY ("pending_result_id")
) STRICT;

CREATE INDEX "idx_pending_results_nct_id" ON "pending_results" ("nct_id");

-- Rounds of quality control that results went through.
CREATE TABLE "results_submissions" (
  "results_submission_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "release_date" TEXT,
  "unrelease_date" TEXT,
  "unrelease_date_unknown" INTEGER CHECK ("unrelease_date_unknown" IN (0, 1)),
  "reset_date" TEXT,
  "mcp_release_n" INTEGER,
  PRIMARY KEY ("results_submission_id")
) STRICT;

CREATE INDEX "idx_results_submissions_nct_id" ON "results_submissions" ("nct_id");

-- What the FDA announced about the duty to register and report.
CREATE TABLE "violation_events" (
  "violation_event_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "event" TEXT,
  "event_label" TEXT,
  "description" TEXT,
  "creation_date" TEXT,
  "issued_date" TEXT,
  "release_date" TEXT,
  "posted_date" TEXT,
  PRIMARY KEY ("violation_event_id")
) STRICT;

CREATE INDEX "idx_violation_events_nct_id" ON "violation_events" ("nct_id");

-- Trials that a saved registry page lists as related. The registry's own record has no such list.
CREATE TABLE "related_trials" (
  "related_trial_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "position" INTEGER NOT NULL,
  "related_nct_id" TEXT NOT NULL,
  "brief_title" TEXT,
  "overall_status" TEXT,
  "overall_status_label" TEXT,
  "phases" TEXT CHECK ("phases" IS NULL OR json_valid("phases")),
  PRIMARY KEY ("related_trial_id")
) STRICT;

CREATE INDEX "idx_related_trials_nct_id" ON "related_trials" ("nct_id");

CREATE INDEX "idx_related_trials_related_nct_id" ON "related_trials" ("related_nct_id");

-- How much of each text was read.
CREATE TABLE "text_coverage" (
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "source_path" TEXT NOT NULL,
  "characters" INTEGER NOT NULL,
  "read_characters" INTEGER NOT NULL,
  PRIMARY KEY ("nct_id", "source_path")
) STRICT;

-- Pieces of text that no rule read, with the reason: stated, but not read.
CREATE TABLE "unread_text" (
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "source_path" TEXT NOT NULL,
  "source_start" INTEGER NOT NULL,
  "source_end" INTEGER NOT NULL,
  "quote" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  PRIMARY KEY ("nct_id", "source_path", "source_start")
) STRICT;

-- Places where one record contradicts itself.
CREATE TABLE "record_conflicts" (
  "conflict_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "kind" TEXT NOT NULL,
  "left_path" TEXT NOT NULL,
  "left_start" INTEGER,
  "left_end" INTEGER,
  "left_quote" TEXT NOT NULL,
  "right_path" TEXT NOT NULL,
  "right_start" INTEGER,
  "right_end" INTEGER,
  "right_quote" TEXT NOT NULL,
  "detail" TEXT NOT NULL,
  PRIMARY KEY ("conflict_id")
) STRICT;

CREATE INDEX "idx_record_conflicts_nct_id" ON "record_conflicts" ("nct_id");

-- Corrections of readings, from the corrections file: applied, or void because what they were made for is gone.
CREATE TABLE "corrections" (
  "correction_id" TEXT NOT NULL,
  "nct_id" TEXT NOT NULL REFERENCES "studies"("nct_id") DEFERRABLE INITIALLY DEFERRED,
  "source_path" TEXT NOT NULL,
  "source_start" INTEGER NOT NULL,
  "source_end" INTEGER NOT NULL,
  "words" TEXT NOT NULL,
  "table_name" TEXT NOT NULL CHECK ("table_name" IN ('criterion_facts', 'doses', 'eligibility_criteria')),
  "action" TEXT NOT NULL CHECK ("action" IN ('set', 'drop', 'add')),
  "reading" TEXT,
  "column_name" TEXT,
  "old_value" TEXT,
  "new_value" TEXT,
  "reason" TEXT NOT NULL,
  "who" TEXT NOT NULL,
  "made_on" TEXT NOT NULL,
  "state" TEXT NOT NULL CHECK ("state" IN ('applied', 'void')),
  "void_reason" TEXT,
  PRIMARY KEY ("correction_id")
) STRICT;

CREATE INDEX "idx_corrections_nct_id" ON "corrections" ("nct_id");

-- What was received stays as it was; only the dates of seeing it again, and which version is current, may change.
CREATE TRIGGER "record_versions_keep_content" BEFORE UPDATE OF
  "nct_id", "version", "content_sha256", "record", "first_fetched_at" ON "record_versions"
BEGIN SELECT RAISE(ABORT, 'record_versions is only added to'); END;

CREATE TRIGGER "record_versions_keep_rows" BEFORE DELETE ON "record_versions"
BEGIN SELECT RAISE(ABORT, 'record_versions is only added to'); END;

-- At most one version of a trial is current.
CREATE UNIQUE INDEX "record_versions_one_current" ON "record_versions" ("nct_id") WHERE "is_current" = 1;

-- Trials of which no whole record is at hand are few, and looked for among many.
CREATE INDEX "record_versions_lesser_sources" ON "record_versions" ("nct_id")
WHERE "is_current" = 1 AND "source" IN ('page', 'digest');

-- A harvest that has ended is history, and its counts add up.
CREATE TRIGGER "harvest_runs_keep_history" BEFORE UPDATE ON "harvest_runs" WHEN OLD."finished_at" IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a harvest that has ended is not changed'); END;

CREATE TRIGGER "harvest_runs_keep_rows" BEFORE DELETE ON "harvest_runs"
BEGIN SELECT RAISE(ABORT, 'harvest_runs is only added to'); END;

CREATE TRIGGER "harvest_runs_add_up" BEFORE UPDATE ON "harvest_runs"
WHEN NEW."status" <> 'running' AND NEW."requested" <> NEW."saved" + NEW."unchanged" + NEW."failed" + NEW."not_found"
BEGIN SELECT RAISE(ABORT, 'requested is not saved + unchanged + failed + not found'); END;

INSERT INTO "data_state" ("state_id", "generation") VALUES (1, 0);

CREATE VIEW "dose_lines" AS
SELECT doses.*, dose_regimens.cycle_length_value, dose_regimens.cycle_length_unit,
  dose_regimens.cycle_count_low AS cycle_count, dose_regimens.name AS regimen_name
FROM doses LEFT JOIN dose_regimens USING (regimen_id);

CREATE VIEW "current_records" AS
SELECT record_versions.nct_id, record_versions.version, content_sha256, source,
  CASE WHEN seen_at >= record_versions.fetched_at THEN seen_api_version ELSE record_versions.api_version END AS api_version,
  coalesce(max(record_versions.data_timestamp, seen_data_timestamp), record_versions.data_timestamp, seen_data_timestamp) AS data_timestamp,
  coalesce(max(record_versions.fetched_at, seen_at), record_versions.fetched_at) AS fetched_at, note
FROM record_versions INDEXED BY idx_record_versions_is_current_nct_id_version
LEFT JOIN record_sightings USING (nct_id, version) WHERE is_current = 1;

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

-- What a trial names, without its long texts: how many trials name a thing is counted here.
CREATE VIRTUAL TABLE "study_search_names" USING fts5(
  titles, conditions, interventions,
  content='study_search_text', content_rowid='nct_number', tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TABLE "study_search_profiles" (
  "nct_number" INTEGER PRIMARY KEY,
  "profile" TEXT NOT NULL
) STRICT;

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
