"""What is kept between runs is what would be compiled; whatever is wrong with the file, everything is compiled as ever."""

from __future__ import annotations

import gc
import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harvester import compiled
from harvester.compiled import Compiled, cache_folder
from harvester.text.expressions.pattern import Stated
from harvester.text.expressions.traits import stated

ROOT = Path(compiled.__file__).parents[1]
FLAGS = re.IGNORECASE | re.UNICODE
TEN = [(rf"(?P<n>\d+) ?(?:mg|ug)/{sign}(?i:x)\b" + "[a-f0-9]?" * 20, flags) for sign in "abcde" for flags in (re.UNICODE, FLAGS)]


def _kept(folder: Path) -> Path:
    """A file with the ten expressions."""
    first = Compiled(folder)
    for expression, flags in TEN:
        first.pattern(expression, flags)
    first.save()
    (path,) = folder.iterdir()
    return path


def test_every_stated_expression_is_the_same_from_the_file(tmp_path: Path) -> None:
    """Two patterns are equal where expression, flags and code are."""
    asked = [(each.pattern, each.flags) for each in stated()]
    asked += [(each.pattern, each.flags) for each in gc.get_objects() if isinstance(each, Stated)]
    asked = [each for each in asked if "(never closed" not in each[0]]
    first = Compiled(tmp_path)
    made = [first.pattern(*each) for each in asked]
    first.save()
    again = Compiled(tmp_path)
    read = [again.pattern(*each) for each in asked]

    assert len(asked) > 300
    assert not again._new, "something was compiled again"
    for each, one, other in zip(asked, made, read, strict=True):
        known = re.compile(*each)

        assert one == other == known
        assert (other.flags, other.groups, dict(other.groupindex)) == (known.flags, known.groups, dict(known.groupindex))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n" * 100)


def _open_to_all(path: Path) -> None:
    path.chmod(0o666)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [_cut, _flip, _empty, _other, _open_to_all, _folder])
def test_a_file_that_is_not_as_it_was_written_is_left_aside(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    """And is written anew where it can be."""
    path = _kept(tmp_path)
    spoil(path)
    again = Compiled(tmp_path)

    assert [again.pattern(*each) for each in TEN] == [re.compile(*each) for each in TEN]
    assert len(new := set(again._new)) == len(TEN)
    again.save()
    if spoil is not _folder:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert compiled._read(path).keys() == new
    assert not path.with_suffix(".new").exists()


def test_another_python_or_version_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code means what it means to the one that made it."""
    path = _kept(tmp_path)
    assert compiled._read(path)

    monkeypatch.setattr(compiled, "__version__", "0.0")
    assert compiled._read(path) == {}


def test_code_that_the_library_refuses_is_compiled(tmp_path: Path) -> None:
    """A whole file of wrong code does no harm."""
    path = _kept(tmp_path)
    compiled._write(path, {key: (entry[0], b"\xff" * 40, *entry[2:]) for key, entry in compiled._read(path).items()})

    assert [Compiled(tmp_path).pattern(*each) for each in TEN] == [re.compile(*each) for each in TEN]


def test_where_the_library_is_made_otherwise_everything_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts that are used are no public interface."""

    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(compiled, "import_module", missing)
    other = Compiled(tmp_path)

    assert [other.pattern(*each) for each in TEN] == [re.compile(*each) for each in TEN]
    other.save()
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_is_told_as_ever(tmp_path: Path) -> None:
    """By the library's own error."""
    with pytest.raises(re.error):
        Compiled(tmp_path).pattern("(never closed", re.UNICODE)


def test_a_folder_that_cannot_be_made_is_passed_over(tmp_path: Path) -> None:
    """What stands in its place stays."""
    (tmp_path / "place").write_text("a file")
    nowhere = Compiled(tmp_path / "place" / "cache")

    assert [nowhere.pattern(*each) for each in TEN] == [re.compile(*each) for each in TEN]
    nowhere.save()
    assert (tmp_path / "place").read_text() == "a file"


def test_one_process_at_a_time_writes(tmp_path: Path) -> None:
    """Another's beginning is let be, unless it was left behind long ago."""
    path = _kept(tmp_path)
    path.unlink()
    beside = path.with_suffix(".new")
    beside.write_bytes(b"half")
    _save_ten(tmp_path)
    assert beside.read_bytes() == b"half"

    long_ago = time.time() - 3600
    os.utime(beside, (long_ago, long_ago))
    _save_ten(tmp_path)
    _save_ten(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def _save_ten(folder: Path) -> None:
    each = Compiled(folder)
    for expression, flags in TEN:
        each.pattern(expression, flags)
    each.save()


def test_little_is_not_worth_a_file_and_much_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file neither changes at every run nor grows for ever."""
    few = Compiled(tmp_path)
    few.pattern(*TEN[0])
    few.save()
    assert list(tmp_path.iterdir()) == []

    path = _kept(tmp_path)
    monkeypatch.setattr(compiled, "_MOST", path.stat().st_size + 1_000)
    more = Compiled(tmp_path)
    for number in range(10):
        more.pattern(f"{number}+" + "[a-z]+" * 40, re.UNICODE)
    more.save()
    assert len(compiled._read(path)) == 10


def test_what_another_kept_meanwhile_stays(tmp_path: Path) -> None:
    """Workers read the same rules side by side: each adds what it met, once it is much, and has what the others added."""
    one, other = Compiled(tmp_path), Compiled(tmp_path)
    for each in (one, other):
        each.pattern(*TEN[0])
    for number in range(60):
        one.pattern(f"one{number}", re.UNICODE)
        other.pattern(f"other{number}", re.UNICODE)
    one.save(compiled.MUCH)
    assert list(tmp_path.iterdir()) == [], "too little for the middle of a run"
    one.save()
    other.save()

    assert len(compiled._read(tmp_path / one._path.name)) == 121
    assert not other._new
    other.pattern("one7", re.UNICODE)
    assert not other._new


def test_where_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that is named, in the user's cache, or nowhere."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert cache_folder("off") is None
    assert cache_folder(str(tmp_path / "named")) == tmp_path / "named"
    if sys.platform == "linux":
        assert cache_folder(None) == tmp_path / "trialside"


def test_a_user_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs as a number."""

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)

    assert cache_folder(None) is None


def test_the_program_answers_the_same_with_and_without(tmp_path: Path) -> None:
    """First run, second run, damaged file, off: one answer, and a file only where it may be."""
    question = json.dumps({"id": "a", "text": "ALT <= 3 x ULN within 14 days; age 18-75 years", "section": "inclusion"})

    def answer(setting: str) -> str:
        done = subprocess.run(
            [sys.executable, "cli.py", "read", "criteria"],
            input=question, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60,
            env={**os.environ, "TRIALSIDE_CACHE": setting, "HOME": str(tmp_path / "home")},
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout

    folder = tmp_path / "cache"
    first = answer(str(folder))
    (path,) = folder.iterdir()
    written = path.stat().st_mtime_ns

    assert answer(str(folder)) == first
    assert path.stat().st_mtime_ns == written
    _flip(path)
    assert answer(str(folder)) == first
    assert compiled._read(path)
    assert answer("off") == first
    assert not (tmp_path / "home").exists()
