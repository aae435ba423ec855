"""Records from files of every kind; what is no record becomes a problem beside them, and a bomb stops early."""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harvester.errors import UnreadableSource
from harvester.registry.record import Record
from harvester.registry.source import Problem, read_source
from tests.standin.synthetic import synthetic_studies

RECORDS = Path(__file__).parents[2] / "records"
SNAPSHOT = Path(__file__).parents[3] / "db" / "snapshot"
SHARED = Path(__file__).parents[4] / "shared" / "records"
LINES = [json.dumps(study) for study in synthetic_studies(4)]
IDS = ["NCT99000001", "NCT99000002", "NCT99000003", "NCT99000004"]


def ids(source: Path) -> list[str]:
    return [found.nct_id for found in read_source(source) if isinstance(found, Record)]


def problems(source: Path) -> list[Problem]:
    return [found for found in read_source(source) if isinstance(found, Problem)]


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_one_record(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(LINES[0], encoding="utf-8")
    (record,) = read_source(path, fetched_at="2026-11-25T10:00:00Z")

    assert isinstance(record, Record)
    assert (record.nct_id, record.raw, record.source) == ("NCT99000001", LINES[0], "file")
    assert (record.source_url, record.fetched_at) == ("one.json", "2026-11-25T10:00:00Z")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ndjson", "\n".join(LINES)),
        ("a.json", json.dumps(synthetic_studies(4), indent=2)),
        ("page.json", '{"totalCount":4,"studies":[\n' + ",\n".join(LINES) + "\n]}"),
        ("no-suffix", "\n".join(LINES)),
    ],
)
def test_many_records_in_a_file_and_packed(tmp_path: Path, name: str, text: str) -> None:
    plain = tmp_path / name
    plain.write_text(text, encoding="utf-8")
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    archive = zipped(tmp_path / f"{name}.zip", {name: text})

    assert [ids(plain), ids(packed), ids(archive)] == [IDS, IDS, IDS]


def test_the_registrys_download_has_one_study_a_member(tmp_path: Path) -> None:
    members = {f"{nct_id}.json": line for nct_id, line in zip(IDS, LINES, strict=True)}
    archive = zipped(tmp_path / "ctg-studies.json.zip", {**members, "__MACOSX/._x": "junk", ".DS_Store": "junk"})

    assert ids(archive) == IDS
    assert problems(archive) == []


def test_a_folder_is_read_by_name_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(LINES[1])
    (tmp_path / "a.ndjson").write_text(LINES[0])
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "c.json.gz").write_bytes(gzip.compress(LINES[2].encode()))
    (tmp_path / "notes.md").write_text("not ours")
    (tmp_path / ".hidden.json").write_text(LINES[3])

    assert ids(tmp_path) == IDS[:3]
    assert problems(tmp_path) == []


def test_the_synthetic_records_and_pages() -> None:
    """Every file beside this test is a record or a page; the folder's README is left alone."""
    found = list(read_source(RECORDS))

    assert [entry for entry in found if isinstance(entry, Problem)] == []
    assert {entry.source for entry in found if isinstance(entry, Record)} == {"file", "page"}


@pytest.mark.skipif(not list(SNAPSHOT.glob("*.json")), reason="no bundled records in this checkout")
def test_the_bundle_is_read_as_envelopes() -> None:
    found = list(read_source(SNAPSHOT))

    assert [entry for entry in found if isinstance(entry, Problem)] == []
    assert {entry.source for entry in found if isinstance(entry, Record)} <= {"page", "digest"}
    assert all(entry.note for entry in found if isinstance(entry, Record))


def test_a_bad_member_is_a_problem_and_the_others_stay(tmp_path: Path) -> None:
    archive = zipped(
        tmp_path / "some.zip",
        {
            "NCT99000001.json": LINES[0],
            "NCT99000002.json": LINES[1][:200],
            "../../etc/passwd": "root",
            "inner.zip": b"PK\x03\x04junk",
            "latin.json": '{"protocolSection":{"identificationModule":{"nctId":"NCT99000009","briefTitle":"é"}}}'.encode(
                "latin-1"
            ),
            "empty.json": "",
            "NCT99000003.json": LINES[2],
        },
    )
    found = problems(archive)

    assert ids(archive) == ["NCT99000001", "NCT99000003"]
    assert [problem.nct_id for problem in found] == ["NCT99000002", None, None, "NCT99000009", None]
    assert all(problem.line and "\n" not in problem.line for problem in found)


def test_a_broken_checksum_is_a_problem_of_that_member(tmp_path: Path) -> None:
    archive = tmp_path / "stored.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as writer:
        writer.writestr("a.json", LINES[0])
        writer.writestr("b.json", LINES[1])
    archive.write_bytes(archive.read_bytes().replace(b"SYN-2", b"SYN-X"))

    assert "NCT99000001" in ids(archive)
    assert ["cannot be unpacked" in problem.line for problem in problems(archive)] == [True]


def test_a_cut_gzip_gives_what_came_and_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "cut.ndjson.gz"
    path.write_bytes(gzip.compress("\n".join(LINES).encode())[:-20])

    assert ids(path)[:1] == ["NCT99000001"]
    assert any("cannot be unpacked" in problem.line for problem in problems(path))


def test_bad_files_in_a_folder_are_problems(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(LINES[0])
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 not really")
    (tmp_path / "c.json").write_bytes(b"\x00\x01\x02")
    (tmp_path / "d.txt").write_text("A text that is no page.")
    (tmp_path / "e.json").write_text("")

    assert ids(tmp_path) == ["NCT99000001"]
    assert [problem.path for problem in problems(tmp_path)] == ["b.zip", "c.json", "d.txt", "e.json"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.json", b"", "is empty"),
        ("program", b"\x7fELF\x00\x00", "is none of the files we read"),
        ("some.db", b"SQLite format 3\x00", "is none of the files we read"),
        ("broken.zip", b"PK\x03\x04junk", "broken zip file"),
        ("words.txt", b"Just some words.", "names no trial"),
        ("settings.toml", b"[tool]\nname = 1\n", "names no trial"),
        ("latin.txt", "NCT ID: NCT99000001 \xe9".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_a_single_file_that_is_nothing_of_ours_is_refused(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(UnreadableSource, match=reason) as caught:
        list(read_source(path))
    assert caught.value.exit_code == 2


def test_a_page_in_the_character_set_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    page = '<html><head><meta charset="windows-1252"></head><body><h1>Étude “synthétique”</h1><p>NCT ID: NCT99000001</p>'
    path.write_bytes(page.encode("windows-1252"))
    (record,) = read_source(path)

    assert isinstance(record, Record)
    assert record.text("protocolSection.identificationModule.briefTitle") == "Étude “synthétique”"


@pytest.mark.parametrize("charset", ["utf-8", "no-such-set", "ascii", "rot13", "base64"])
def test_a_page_that_lies_about_its_character_set_is_refused(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(f'<html><meta charset="{charset}"><p>NCT ID: NCT99000001 é</p>'.encode("latin-1"))

    with pytest.raises(UnreadableSource, match="character set it declares"):
        list(read_source(path))


def test_a_page_beyond_all_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"NCT ID: NCT99000001\n" + b"x" * 20_000_001)

    with pytest.raises(UnreadableSource, match="larger than a registry page"):
        list(read_source(path))


def test_a_packed_page(tmp_path: Path) -> None:
    path = tmp_path / "page.txt.gz"
    path.write_bytes(gzip.compress((RECORDS / "NCT99000007-page.txt").read_bytes()))

    assert ids(path) == ["NCT99000007"]


def test_nothing_at_the_path_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="No such file"):
        read_source(tmp_path / "nothing")
    with pytest.raises(UnreadableSource, match="holds no record files"):
        read_source(tmp_path)


MEASURE = """
import sys
from harvester.registry.source import read_source
for found in read_source(sys.argv[1]):
    print(getattr(found, "line", "a record"))
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024)
"""


@pytest.mark.exam
@pytest.mark.parametrize("form", ["gzip", "zip", "zip of many"])
def test_a_bomb_stops_early(tmp_path: Path, form: str) -> None:
    """A gigabyte of blanks inside a JSON text: named, and never in memory."""
    path = tmp_path / "bomb"
    block = b" " * 1_000_000
    if form == "gzip":
        with gzip.open(path, "wb", 1) as stream:
            stream.write(b'{"a": "')
            for _ in range(1_000):
                stream.write(block)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for number in range(1 if form == "zip" else 40):
                with archive.open(f"{number}.json", "w", force_zip64=True) as member:
                    member.write(b'{"a": "')
                    for _ in range(1_000 if form == "zip" else 25):
                        member.write(block)
    answer = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, timeout=120, check=True)
    *lines, peak = answer.stdout.split("\n")[:-1]

    assert any("unpacks to far more than records can" in line for line in lines)
    assert int(peak) < 250


@pytest.mark.exam
def test_a_long_file_takes_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.ndjson"
    with path.open("w", encoding="utf-8") as stream:
        for _ in range(20_000):
            stream.write(LINES[0] + "\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = sum(1 for _ in read_source(path))

    assert count == 20_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


@pytest.mark.skipif(not SHARED.is_dir(), reason="no registry records beside the project")
def test_the_real_records_give_no_problem() -> None:
    found = list(read_source(SHARED))

    assert len(found) == len(list(SHARED.glob("*.json")))
    assert [entry for entry in found if isinstance(entry, Problem)] == []
