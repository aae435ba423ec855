"""`trialside publish`: files that need no server, lead nowhere outside but to the registry, and are the same twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import Result

from harvester.cli.console import Progress
from harvester.errors import OutputFailed

FULL, BARE, HOSTILE, FOCAL, OTHER = "NCT99000001", "NCT99000002", "NCT99000006", "NCT07105579", "NCT06111625"
SET = f"{FOCAL},{OTHER},{FULL}"

Run = Callable[..., Result]


class Page(HTMLParser):
    """Where a page leads, what ids it has, and what it runs."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = set()
        self.running: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.add(value or "")
            if name.startswith("on"):
                self.running.append(name)
        if tag in ("script", "form", "iframe", "object", "embed", "base"):
            self.running.append(tag)


@pytest.fixture
def copy(filled: Run) -> Path:
    result = filled("publish", "copy", "--compare", SET, HOSTILE)
    assert (result.exit_code, result.stdout) == (0, f"{Path('copy') / 'index.html'}\n"), result.stderr
    return Path("copy")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_link_is_relative_and_leads_to_a_file_and_a_place_in_it(copy: Path) -> None:
    pages = {path: Page(path) for path in copy.rglob("*.html")}

    assert len(pages) == 6
    for path, page in pages.items():
        for address in page.addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                assert parts.scheme == "https", address
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            assert not parts.path.startswith("/"), address
            assert target.is_relative_to(copy.resolve()), address
            assert target.is_file(), f"{path}: {address}"
            place = parts.fragment.partition(":~:")[0]
            if place and target.suffix == ".html":
                known = {each.resolve(): other.ids for each, other in pages.items()}
                assert place in known[target], f"{path}: {address}"


def test_no_page_runs_anything(copy: Path) -> None:
    assert {path: Page(path).running for path in copy.rglob("*.html") if Page(path).running} == {}


def test_contacts_are_left_out_and_their_absence_is_no_claim(copy: Path) -> None:
    said = "".join(
        content.decode("utf-8", "replace") for name, content in files(copy).items() if not name.endswith(("xlsx", "docx"))
    )

    for contact in ("@example", "555-"):
        assert contact not in said
    assert "Left out of copies." in (copy / "trial" / f"{FULL}.html").read_text(encoding="utf-8")


def test_every_page_carries_source_and_date(copy: Path) -> None:
    for path in copy.rglob("*.html"):
        assert "Source: ClinicalTrials.gov" in path.read_text(encoding="utf-8")


def test_the_same_data_give_the_same_files(filled: Run, copy: Path) -> None:
    before = files(copy)

    assert filled("publish", "copy", "--compare", SET, HOSTILE).exit_code == 0
    assert files(copy) == before


def test_the_manifest_names_every_file_with_its_hash(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    found = files(copy)
    del found["manifest.json"]

    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in sorted(found.items())}
    assert "ClinicalTrials.gov" in manifest["attribution"]


def test_what_is_no_longer_published_goes_and_other_files_stay(filled: Run, copy: Path) -> None:
    (copy / "CNAME").write_text("trials.example", encoding="utf-8")

    assert filled("publish", "copy", FULL).exit_code == 0
    assert {path.name for path in copy.rglob("*.html")} == {"index.html", f"{FULL}.html"}
    assert not (copy / "compare").exists()
    assert (copy / "CNAME").is_file()


def test_a_copy_that_was_cut_off_is_made_anew_and_keeps_nothing_of_it(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Progress, "show", _full_after(3))
        assert filled("publish", "copy", "--compare", SET).exit_code == 5
    assert len(files(Path("copy"))) == 4

    assert filled("publish", "copy", FULL).exit_code == 0
    assert files(Path("copy")).keys() - {"manifest.json"} == json.loads(Path("copy/manifest.json").read_bytes())["files"].keys()


def _full_after(most: int) -> Callable[[object, str], None]:
    """A disk that is full after so many files."""

    def show(_: object, words: str) -> None:
        if words.startswith(f"{most} files"):
            raise OutputFailed("no space")

    return show


def test_json_tells_what_was_written(filled: Run, tmp_path: Path) -> None:
    told = json.loads(filled("publish", str(tmp_path / "told"), "NCT07105579", "--json").stdout)

    files = [path for path in (tmp_path / "told").rglob("*") if path.is_file()]
    assert (told["files"], told["trials"], told["comparisons"]) == (len(files), 1, 0)
    assert told["first_page"] == str(tmp_path / "told" / "index.html")


def test_without_names_everything_stored_is_published(filled: Run) -> None:
    assert filled("publish", "copy").exit_code == 0
    stored = json.loads(filled("status", "--json").stdout)["studies"]

    assert len(list(Path("copy/trial").glob("*.html"))) == stored


def test_a_folder_with_something_else_in_it_is_left_alone(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious", encoding="utf-8")

    result = filled("publish", "mine", FULL)

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_manifest_cannot_make_it_delete_elsewhere(filled: Run, copy: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("precious", encoding="utf-8")
    told = {"files": {"../outside.txt": "", str(outside): "", "trial/../../outside.txt": "", "..\\outside.txt": ""}}
    (copy / "manifest.json").write_text(json.dumps(told), encoding="utf-8")

    assert filled("publish", "copy", FULL).exit_code == 0
    assert outside.is_file()


@pytest.mark.parametrize(
    "arguments", [[], ["copy", "abc"], ["copy", "NCT99999999"], ["copy", "--compare", FULL], ["copy", "--compare", f"{FULL},x"]]
)
def test_bad_input_is_one_line_and_2(filled: Run, arguments: list[str]) -> None:
    result = filled("publish", *arguments)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert not Path("copy").exists()


def test_the_first_page_leads_to_the_files_of_each_comparison(copy: Path) -> None:
    stem = SET.replace(",", "-")
    led = set(Page(copy / "index.html").addresses)

    assert {f"compare/{stem}.{ending}" for ending in ("html", "docx", "xlsx", "csv", "md", "tex")} <= led


def test_a_title_without_a_letter_is_refused(filled: Run) -> None:
    refused = filled("publish", "untitled", "--title", " ")

    assert (refused.exit_code, "--title is empty" in refused.stderr) == (2, True)
