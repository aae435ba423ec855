"""Commands that set trials side by side: compare, related, export."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from harvester.compare.vignette import entries
from harvester.export import extraction_xlsx
from tests.standin import StandIn
from tests.standin.faults import Fault, status

FULL, BARE, HOSTILE, FOCAL, OTHER = "NCT99000001", "NCT99000002", "NCT99000006", "NCT07105579", "NCT06111625"

Run = Callable[..., Result]


class TestCompare:
    def test_a_table_has_the_focal_trial_first(self, filled: Run) -> None:
        result = filled("compare", OTHER, FOCAL)

        assert result.exit_code == 0
        assert result.stdout.splitlines()[0].split() == [OTHER, "(focal)", FOCAL]
        assert "Source: ClinicalTrials.gov" in result.stdout

    def test_differences_leave_out_what_agrees(self, filled: Run) -> None:
        everything = filled("compare", FOCAL, OTHER).stdout.splitlines()
        differences = filled("compare", FOCAL, OTHER, "--differences").stdout.splitlines()

        assert any(line.startswith("= ") for line in everything)
        assert [line for line in differences if line.startswith("= ")] == []
        assert any(line.startswith("≠ ") for line in differences)

    def test_rows_are_chosen_by_label_or_name_and_what_is_not_there_is_said(self, filled: Run) -> None:
        chosen = json.loads(filled("compare", FOCAL, OTHER, "--rows", "Age, prior_transplant,ferritin", "--json").stdout)
        refused = filled("compare", FOCAL, OTHER, "--rows", "ferritin")

        assert [row["key"] for panel in chosen["panels"] for row in panel["rows"]] == ["age", "prior_transplant"]
        assert chosen["notes"][-1].startswith("Chosen: 2 of ")
        assert chosen["notes"][-1].endswith(" rows. No row of these trials is called ferritin.")
        assert refused.exit_code == 2
        assert refused.stderr.startswith("trialside: no row of these trials is called ferritin. Name rows by their labels")
        for nothing in ("", " , "):
            assert filled("compare", FOCAL, OTHER, "--rows", nothing).exit_code == 2
        for other in ("--matrix", "--freeze"):
            assert filled("compare", FOCAL, OTHER, "--rows", "age", other).exit_code == 2

    def test_json_is_the_comparison(self, filled: Run) -> None:
        for arguments in (["--json"], ["--format", "json"]):
            compared = json.loads(filled("compare", FOCAL, OTHER, *arguments).stdout)

            assert [trial["nct_id"] for trial in compared["trials"]] == [FOCAL, OTHER]

    def test_the_files_name_says_its_form(self, filled: Run) -> None:
        for name, begins in (("a.html", "<!doctype html>"), ("a.json", "{"), ("a.txt", " ")):
            assert filled("compare", FOCAL, OTHER, "-o", name).exit_code == 0
            assert Path(name).read_text(encoding="utf-8").lower().startswith(begins)

    def test_an_ending_of_no_form_is_refused_not_guessed(self, filled: Run) -> None:
        refused = filled("compare", FOCAL, OTHER, "-o", "a.pdf")

        assert refused.exit_code == 2
        assert refused.stderr == (
            "trialside: .pdf is no form of a file here. Print the .html, which fits A4 landscape, or the .docx."
            " Name one with --format: table, json, html, markdown, csv, xlsx, docx, latex.\n"
        )
        assert not Path("a.pdf").exists()

    @pytest.mark.parametrize(
        ("command", "form", "name", "step"),
        [
            ("compare", ("--format", "html"), "a.xlsx", "Name it a.html, or ask for xlsx."),
            ("compare", ("--json",), "a.md", "Name it a.json, or ask for markdown."),
            ("export", ("--format", "fhir"), "a.csv", "Name it a.fhir.json, or ask for csv."),
            ("export", ("--format", "registry-csv"), "a.json", "Name it a.csv, or ask for json."),
        ],
    )
    def test_a_name_that_says_another_form_is_refused(
        self, filled: Run, command: str, form: tuple[str, ...], name: str, step: str
    ) -> None:
        refused = filled(command, FOCAL, OTHER, *form, "-o", name)

        assert (refused.exit_code, refused.stderr.endswith(f"{step}\n")) == (2, True)
        assert not Path(name).exists()

    @pytest.mark.parametrize(
        ("command", "form", "name"),
        [
            ("compare", "markdown", "a.txt"),
            ("compare", "html", "a.htm"),
            ("compare", "markdown", "a"),
            ("export", "fhir", "a.json"),
            ("export", "schema-org", "a.json"),
            ("export", "registry-csv", "a.csv"),
        ],
    )
    def test_a_name_that_agrees_or_says_nothing_is_taken(self, filled: Run, command: str, form: str, name: str) -> None:
        assert filled(command, FOCAL, OTHER, "--format", form, "-o", name).exit_code == 0

    @pytest.mark.parametrize(
        "typed",
        [
            f"https://clinicaltrials.gov/study/{FOCAL}?tab=table",
            f"clinicaltrials.gov/ct2/show/{FOCAL}",
            f"https://clinicaltrials.gov/api/v2/studies/{FOCAL}",
            f" {FOCAL.lower()} ",
            "NCT 7105579",
        ],
    )
    def test_a_trial_is_named_as_people_paste_it(self, filled: Run, typed: str) -> None:
        assert filled("show", typed).stdout.startswith(FOCAL)

    @pytest.mark.parametrize(
        "typed", [f"https://example.org/study/{FOCAL}", f"https://clinicaltrials.gov/search?term={FOCAL}", "NCT 0"]
    )
    def test_an_address_elsewhere_names_no_trial(self, filled: Run, typed: str) -> None:
        refused = filled("show", typed)

        assert (refused.exit_code, "is not an NCT number" in refused.stderr) == (2, True)

    def test_every_pair_stands_in_the_terminal(self, filled: Run) -> None:
        lines = filled("compare", FOCAL, OTHER, FULL, "--matrix").stdout.splitlines()

        assert [line for line in lines if " beside NCT" in line and not line.startswith(" ")] == [
            f"{OTHER} beside {FOCAL}",
            f"{FULL} beside {FOCAL}",
            f"{FULL} beside {OTHER}",
        ]
        assert any(line.startswith("    Age: 16 to 65 years beside ") for line in lines)
        assert any(line.startswith("Source: ClinicalTrials.gov") for line in lines)

    def test_every_pair_as_json_and_as_a_document(self, filled: Run) -> None:
        found = json.loads(filled("compare", FOCAL, OTHER, "--matrix", "--json").stdout)

        assert found["matrix"]["nct_ids"] == [FOCAL, OTHER]
        assert found["attribution"].startswith("Source: ClinicalTrials.gov")
        assert "Who may join, every pair" in filled("compare", FOCAL, OTHER, "--matrix", "--format", "markdown").stdout

    def test_a_file_that_cannot_be_written_is_named_as_it_was_asked_for(self, filled: Run) -> None:
        refused = filled("compare", FOCAL, OTHER, "-o", "nowhere/a.json")

        assert refused.exit_code == 5
        assert refused.stderr.startswith("trialside: nowhere/a.json could not be written")
        assert refused.stderr.endswith("Make the folder nowhere first.\n")

    def test_a_file_that_exists_is_replaced_only_when_told(self, filled: Run) -> None:
        Path("a.json").write_text("mine", encoding="utf-8")

        refused = filled("compare", FOCAL, OTHER, "-o", "a.json")

        assert refused.exit_code == 2
        assert "--force" in refused.stderr
        assert Path("a.json").read_text(encoding="utf-8") == "mine"
        assert filled("compare", FOCAL, OTHER, "-o", "a.json", "--force").exit_code == 0
        assert Path("a.json").read_text(encoding="utf-8") != "mine"

    @pytest.mark.parametrize("target", ["nowhere/a.json", "."])
    def test_a_file_that_cannot_be_written_leaves_nothing(self, filled: Run, tmp_path: Path, target: str) -> None:
        before = set(tmp_path.rglob("*"))

        result = filled("compare", FOCAL, OTHER, "--format", "json", "-o", target)

        assert result.exit_code in (2, 5)
        assert result.stderr.count("\n") == 1
        assert {path for path in tmp_path.rglob("*") if ".part" in path.name or path not in before} == set()

    def test_fewer_related_trials_than_were_asked_for_are_told(self, filled: Run) -> None:
        done = filled("compare", FOCAL, "--related", "19", "--json")
        there = len(json.loads(done.stdout)["trials"]) - 1

        assert there < 19
        assert f"19 related trials were asked for; this collection holds {there}." in done.stderr

    def test_related_trials_are_added(self, filled: Run) -> None:
        compared = json.loads(filled("compare", FOCAL, "--related", "2", "--json").stdout)

        assert len(compared["trials"]) == 3
        assert all(trial["role"] for trial in compared["trials"])

    def test_the_same_trial_twice_counts_once(self, filled: Run) -> None:
        assert filled("compare", FOCAL, FOCAL.lower()).exit_code == 2

    def test_more_trials_than_a_page_takes(self, filled: Run, synthetic_database: Path) -> None:
        nct_ids = [f"NCT9900{number:04}" for number in range(1, 30)]

        result = filled("compare", *nct_ids)

        assert result.exit_code == 2

    @pytest.mark.parametrize(
        "arguments",
        [[FOCAL], [FOCAL, "NCT99999999"], [FOCAL, "abc"], [FOCAL, OTHER, "--format", "parchment"],
         [FOCAL, OTHER, "--related", "99"], [FOCAL, OTHER, "--json", "--format", "html"]],
    )  # fmt: skip
    def test_bad_input_is_one_line_and_2(self, filled: Run, arguments: list[str]) -> None:
        result = filled("compare", *arguments)

        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)

    def test_a_hostile_record_cannot_steer_the_terminal(self, filled: Run) -> None:
        shown = filled("compare", FULL, HOSTILE).stdout

        assert [c for c in shown if not c.isprintable() and c != "\n"] == []

    def test_contacts_are_in_no_form(self, filled: Run) -> None:
        shown = json.loads(filled("show", FULL, "--json").stdout)
        forms = [filled("compare", FULL, BARE, "--format", form).stdout for form in ("table", "json", "html")]

        assert "central_contacts" not in shown
        assert all("@" not in form.replace("@media", "").replace("@page", "").replace("@supports", "") for form in forms)


class TestRelated:
    def test_each_has_a_role_and_reasons(self, filled: Run) -> None:
        result = filled("related", FOCAL, "--limit", "3", "--offline")

        assert result.exit_code == 0
        numbers = [line for line in result.stdout.splitlines() if line.startswith("NCT")]
        assert len(numbers) == 3
        assert "listed as related on the registry page" in result.stdout
        assert "others were left out" in result.stderr

    def test_verbose_says_why_others_were_left_out(self, filled: Run) -> None:
        assert "NCT99000002: shares" in filled("related", FOCAL, "--offline", "-v").stderr

    def test_json_holds_every_component(self, filled: Run) -> None:
        told = json.loads(filled("related", FOCAL, "--offline", "--json").stdout)

        assert told["related"][0]["components"]["drug"].keys() == {"value", "weight", "words"}
        assert all(each["in_database"] for each in told["related"])

    def test_a_search_of_the_registry_adds_what_is_not_stored(self, run: Run, standin: StandIn) -> None:
        """A trial of the registry like the stored one appears, marked as not in the database, and is not stored."""
        run("harvest", FULL)
        twin = json.loads((Path(__file__).parents[2] / "records" / f"{FULL}.json").read_text(encoding="utf-8"))
        twin["protocolSection"]["identificationModule"] |= {"nctId": "NCT99000055", "nctIdAliases": []}
        standin.collection.put(twin)

        result = run("related", FULL)

        assert result.exit_code == 0
        assert "NCT99000055" in result.stdout
        assert "[not in the database]" in result.stdout
        assert run("show", "NCT99000055").exit_code == 2

    def test_an_update_without_its_file_is_refused(self, filled: Run) -> None:
        result = filled("related", FOCAL, "--offline", "--update")

        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)

    def test_a_large_collection_is_searched_by_terms(self, filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same first trials come, found by what they share instead of by looking at every trial."""
        whole = json.loads(filled("related", FOCAL, "--offline", "--json", "--limit", "3").stdout)
        monkeypatch.setattr("harvester.cli.comparators.CLOSELY", 6)

        searched = json.loads(filled("related", FOCAL, "--offline", "--json", "--limit", "3").stdout)

        assert [each["nct_id"] for each in searched["related"]] == [each["nct_id"] for each in whole["related"]]

    def test_searches_that_are_all_too_broad_leave_the_collection(self, run: Run, standin: StandIn) -> None:
        run("harvest", FULL)
        standin.total_count = 470_000

        result = run("related", FULL)

        assert result.exit_code == 4
        assert "[not in the database]" not in result.stdout
        assert "matches 470,000 trials" in result.stderr

    def test_a_registry_out_of_reach_leaves_the_collection_and_says_so(
        self, filled: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TRIALSIDE_API_BASE", "http://127.0.0.1:9/api/v2")

        result = filled("related", FOCAL, "--limit", "1")
        told = json.loads(filled("related", FOCAL, "--limit", "1", "--json").stdout)
        offline = filled("related", FOCAL, "--limit", "1", "--offline")

        assert result.exit_code == 3
        assert "related trials are those of this collection only" in result.stderr
        assert result.stderr.splitlines()[-1].startswith("trialside: ")
        assert (told["searched"], bool(told["problem"])) == (["collection"], True)
        assert offline.exit_code == 0
        assert "those of this collection only, as --offline asks" in offline.stderr

    def test_nothing_to_be_had_is_the_registrys_code(self, run: Run, standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
        run("harvest", FULL)
        monkeypatch.setenv("TRIALSIDE_API_BASE", "http://127.0.0.1:9/api/v2")

        result = run("related", FULL)

        assert result.exit_code == 4
        assert "No related trial was found." in result.stdout

    def test_a_search_that_breaks_off_keeps_what_came(self, run: Run, standin: StandIn) -> None:
        """The narrowest search is answered, the next one refused: what came is listed, and the exit code says partial."""
        run("harvest", FULL)
        twin = json.loads((Path(__file__).parents[2] / "records" / f"{FULL}.json").read_text(encoding="utf-8"))
        twin["protocolSection"]["identificationModule"] |= {"nctId": "NCT99000055", "nctIdAliases": []}
        standin.collection.put(twin)
        standin.faults.append(Fault(status(403, "Forbidden"), where="query.", after=1))

        result = run("related", FULL)

        assert result.exit_code == 3
        assert "NCT99000055" in result.stdout
        assert "a search that was cut off" in result.stderr


class TestExport:
    def test_the_file_is_named_after_the_trials(self, filled: Run) -> None:
        assert filled("export", FOCAL).stdout == f"{FOCAL}.html\n"
        assert filled("export", FOCAL, "--json").stdout == f"{FOCAL}.json\n"
        assert filled("export", FOCAL, OTHER).stdout == f"comparison-{FOCAL}-{OTHER}.html\n"
        assert "Source: ClinicalTrials.gov" in Path(f"{FOCAL}.html").read_text(encoding="utf-8")

    def test_many_trials_make_no_long_name(self, filled: Run) -> None:
        result = filled("export", FOCAL, OTHER, FULL, BARE, HOSTILE, "--format", "json")

        assert result.stdout == f"comparison-{FOCAL}-{OTHER}-{FULL}-and-2-more.json\n"

    def test_to_standard_output(self, filled: Run) -> None:
        assert json.loads(filled("export", FULL, "--json", "-o", "-").stdout)["nct_id"] == FULL

    def test_a_file_that_exists_is_kept(self, filled: Run) -> None:
        filled("export", FOCAL)

        assert filled("export", FOCAL).exit_code == 2
        assert filled("export", FOCAL, "--force").exit_code == 0


class TestForms:
    @pytest.mark.parametrize("end", ["csv", "xlsx", "docx", "md", "tex", "html", "json"])
    def test_the_files_name_says_its_form(self, filled: Run, end: str) -> None:
        for command in ("compare", "export"):
            assert filled(command, FOCAL, OTHER, "-o", f"{command}.{end}").exit_code == 0
        assert Path(f"compare.{end}").read_bytes()[:4] == Path(f"export.{end}").read_bytes()[:4]

    def test_contacts_are_in_none(self, filled: Run) -> None:
        for form in ("csv", "markdown", "latex"):
            assert "@example" not in filled("export", FULL, BARE, "--format", form, "-o", "-").stdout

    def test_records_in_the_forms_of_others(self, filled: Run) -> None:
        assert filled("export", FULL, "--format", "fhir").stdout == f"{FULL}.fhir.json\n"
        assert filled("export", FULL, FOCAL, "--format", "registry-csv").stdout == f"registry-csv-{FULL}-{FOCAL}.csv\n"
        assert json.loads(filled("export", FULL, "--format", "schema-org", "-o", "-").stdout)["@type"] == "MedicalTrial"

    def test_a_name_says_its_form_of_records(self, filled: Run) -> None:
        for name, begins in (("a.jsonld", '{\n "@context"'), ("a.fhir.json", '{\n "resourceType"')):
            assert filled("export", FULL, "-o", name).exit_code == 0
            assert Path(name).read_text(encoding="utf-8").startswith(begins)

    def test_documents_are_named_after_themselves(self, filled: Run) -> None:
        assert filled("export", FULL, FOCAL, "--template", "tidier").stdout == f"tidier-{FULL}-{FOCAL}.html\n"
        assert filled("export", FULL, "--template", "dosing", "--format", "markdown").stdout == f"dosing-{FULL}.md\n"

    @pytest.mark.parametrize("form", ["fhir", "registry-csv", "schema-org"])
    def test_a_document_has_no_form_of_records(self, filled: Run, form: str) -> None:
        result = filled("export", FULL, "--template", "tidier", "--format", form)

        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


class TestTables:
    def test_of_all_trials_or_of_some(self, filled: Run) -> None:
        whole = filled("export", "--table", "criteria")
        assert (whole.exit_code, whole.stdout) == (0, "criteria.csv\n"), whole.stderr
        some = filled("export", FULL, "--table", "criteria", "-o", "-")

        lines = Path("criteria.csv").read_text(encoding="utf-8").splitlines()
        assert some.stdout.splitlines()[0] == lines[0]
        assert 1 < len(some.stdout.splitlines()) < len(lines)

    def test_the_file_says_the_form(self, filled: Run) -> None:
        assert filled("export", "--table", "doses", "-o", "doses.json").exit_code == 0
        assert json.loads(Path("doses.json").read_text(encoding="utf-8"))["table"] == "doses"
        assert filled("export", "--table", "trials", "-o", "trials.xlsx").exit_code == 0
        assert Path("trials.xlsx").read_bytes().startswith(b"PK")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("-o", "table.docx"), "a table is not written as docx"),
            (("-o", "table.csv", "--format", "json"), "table.csv is not the name of a json file"),
            (("--template", "tidier"), "--table takes no --template"),
            (("NCT99999998",), "NCT99999998 is not in the database"),
        ],
    )
    def test_what_does_not_go(self, filled: Run, arguments: tuple[str, ...], said: str) -> None:
        refused = filled("export", "--table", "trials", *arguments)

        assert refused.exit_code == 2, refused.stderr
        assert said in refused.stderr
        assert not Path("table.csv").exists()

    def test_a_table_replaces_nothing_unasked(self, filled: Run) -> None:
        Path("trials.csv").write_text("mine", encoding="utf-8")

        assert filled("export", "--table", "trials").exit_code == 2
        assert Path("trials.csv").read_text(encoding="utf-8") == "mine"

    @pytest.mark.parametrize(("target", "said"), [("mine.xlsx", "mine.xlsx exists"), ("folder.xlsx", "folder.xlsx is a folder")])
    def test_what_must_not_be_written_is_not_built(
        self, filled: Run, monkeypatch: pytest.MonkeyPatch, target: str, said: str
    ) -> None:
        Path("mine.xlsx").write_text("mine", encoding="utf-8")
        Path("folder.xlsx").mkdir()
        built: list[object] = []
        monkeypatch.setattr(extraction_xlsx, "extraction_xlsx", lambda *given: built.append(given) or iter(()))

        refused = filled("export", "--table", "trials", "-o", target)

        assert (refused.exit_code, refused.stderr.count("\n"), built) == (2, 1, [])
        assert said in refused.stderr

    def test_a_table_longer_than_a_sheet_leaves_no_file(self, filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(extraction_xlsx, "MOST_ROWS", 2)
        before = set(Path().iterdir())

        refused = filled("export", "--table", "criteria", "-o", "criteria.xlsx")

        assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1), refused.stderr
        assert "more than the 2 rows that a sheet holds" in refused.stderr
        assert set(Path().iterdir()) == before


class TestScreen:
    def test_trials_are_held_against_a_person(self, filled: Run) -> None:
        done = filled("screen", "age=70", "lvef=65")

        assert done.exit_code == 0, done.stderr
        assert f"{FULL}  excludes" in done.stdout
        assert "not met" in done.stdout
        assert "not advice" in done.stderr

    def test_json_has_every_point_with_its_words(self, filled: Run) -> None:
        told = json.loads(filled("screen", "ecog=2", FULL, "--json").stdout)
        (trial,) = told["trials"]
        (point,) = trial["points"]

        assert (trial["nct_id"], point["standing"], told["stated"]) == (FULL, "met", {"ecog": 2.0})
        assert point["lines"][0]["sources"][0]["quote"]

    def test_a_file_has_a_row_a_trial_and_an_entry(self, filled: Run) -> None:
        assert filled("screen", "age=70", "ecog=2", "-o", "screening.csv").exit_code == 0
        rows = list(csv.DictReader(Path("screening.csv").read_text(encoding="utf-8").splitlines()))

        assert {row["entry"] for row in rows} == {"Age", "ECOG"}
        assert {row["standing"] for row in rows} <= {"met", "not met", "cannot tell", "not stated"}
        assert next(row for row in rows if row["nct_id"] == FULL)["excluded"] == "yes"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("age=old",), "Age: a number from 0 to 130, not 'old'"),
            (("height=3",), "unknown entry height; there are age, sex"),
            ((FULL,), "nothing is stated of the person"),
            (("age=3", "age=4"), "age is given twice"),
            (("age=3", "AGE=4"), "age is given twice"),
            (("age=3", "Lvef"), "lvef is given without a value. Write it with one, as in: trialside screen lvef=…"),
            (("age=3", "https://clinicaltrials.gov/study/NCT99999998?tab=table"), "NCT99999998 is not in the database"),
            (("age=3", "--among", "zzzz"), "no trial here is found"),
            (("age=3", FULL, "--among", "x"), "--among and trials' numbers"),
            (("age=3", "-o", "x.docx"), "a table is not written as docx"),
            (("age=3", "NCT99999998"), "NCT99999998 is not in the database"),
        ],
    )
    def test_what_cannot_be_screened_is_said_in_one_line(self, filled: Run, arguments: tuple[str, ...], said: str) -> None:
        refused = filled("screen", *arguments)

        assert refused.exit_code == 2
        assert said in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1

    def test_a_search_narrows_the_trials(self, filled: Run) -> None:
        assert json.loads(filled("screen", "age=70", "--among", "synthetic", "--json").stdout)["trials"]


def test_more_trials_than_a_comparison_takes_lead_to_the_tables(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.compare.build.LARGEST", 2)
    monkeypatch.setattr("harvester.cli.compare.LARGEST", 2)
    refused = filled("export", FULL, FOCAL, OTHER, "--format", "docx")

    assert refused.exit_code == 2
    assert "at most 2 trials, not 3" in refused.stderr
    assert "export --table trials" in refused.stderr


class TestDocumentsOfManyTrials:
    """A document that puts trials one below another holds as many as are named; only pairs are bounded."""

    @pytest.fixture(autouse=True)
    def two_are_compared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("harvester.compare.build.LARGEST", 2)

    @pytest.mark.parametrize("template", ["characteristics", "dosing", "tidier"])
    def test_more_than_are_compared_fill_one(self, filled: Run, template: str) -> None:
        made = filled("export", FULL, FOCAL, OTHER, "--template", template, "--format", "markdown", "-o", "-")

        assert made.exit_code == 0
        for nct_id in (FULL, FOCAL, OTHER):
            assert f"clinicaltrials.gov/study/{nct_id}" in made.stdout

    def test_pairs_of_more_than_are_compared_are_refused(self, filled: Run) -> None:
        refused = filled("export", FULL, FOCAL, OTHER, "--template", "pairs")

        assert refused.exit_code == 2
        assert "at most 2 trials, not 3" in refused.stderr

    def test_pairs_of_one_trial_are_refused(self, filled: Run) -> None:
        refused = filled("export", FULL, "--template", "pairs")

        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "pairs needs two trials" in refused.stderr


def test_trials_of_a_file_are_screened_with_and_without_the_option(filled: Run) -> None:
    Path("ids.txt").write_text(f"{FOCAL}\n{OTHER}\n", encoding="utf-8")
    plainly = filled("screen", "age=70", "@ids.txt", "--json").stdout
    among = filled("screen", "age=70", "--among", "@ids.txt", "--json").stdout

    assert {each["nct_id"] for each in json.loads(among)["trials"]} == {FOCAL, OTHER}
    assert among == plainly


def test_a_digest_is_marked_in_every_list(filled: Run) -> None:
    related = filled("related", FOCAL, "--offline").stdout
    screened = filled("screen", "age=34", FULL, FOCAL, "NCT06111625").stdout

    assert "NCT06111625  same drug, other setting  [digest]" in related
    assert {line[:11]: line.endswith("digest)") for line in screened.splitlines() if line.startswith("NCT")} == {
        FULL: False, FOCAL: False, "NCT06111625": True,
    }  # fmt: skip


def test_the_help_of_screen_lists_all_entries(run: Run) -> None:
    told = run("screen", "--help").output.replace("\n", " ")
    assert [entry.name for entry in entries() if f" {entry.name}" not in told] == []


def test_a_point_of_a_screening_names_its_entry_once(filled: Run) -> None:
    said = filled("screen", "age=70", FOCAL).stdout

    assert "Age: 14 to 65 years" in said
    assert "Age: Age:" not in said
    assert "; age:" not in said


def test_numbers_may_be_parted_by_commas_as_in_an_address_of_the_site(filled: Run) -> None:
    assert filled("compare", f"{FOCAL},{OTHER}").stdout == filled("compare", FOCAL, OTHER).stdout
    for odd in (f"{FOCAL},,{OTHER}", ",", f"{FOCAL},x"):
        refused = filled("compare", odd, OTHER)
        assert (refused.exit_code, "is not an NCT number" in refused.stderr) == (2, True)
