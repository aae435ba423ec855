"""How long expressions stand in definition files: broken before their alternatives, so that a spelling more is one line's change.

``python -m harvester.text.expressions.layout`` lays all of them out. A line that begins with blanks goes on with the one before,
without the blanks at either end of it, so nothing is broken beside a blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from harvester.text.expressions.pattern import pattern_of

WIDTH = 130
"""Signs of a line that is not broken further."""

PAIRS = ("diseases.txt", "expressions.txt", "own_findings.txt", "populations.txt", "presence.txt", "times.txt", "treatments.txt")
"""The files of ``key: expression``."""

LISTS = ("domains.txt", "headings.txt")
"""The files whose lists have expressions as entries."""

_FOLDER = Path(__file__).parent.parent / "definitions"
_CLOSING = (")", "}")
_TOKEN = pattern_of(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[a-z]\w*(?:\}| )|\{[\d,]+\}|\((?:\?(?:P<\w+>|P=\w+|<?[=!]|[-a-z]*:|>|[a-z]+\)))?|.", re.S
)


def laid_out(expression: str, indent: int = 4) -> list[str]:
    """The lines of ``expression``, none broken beside a blank: put together without their outer blanks they are it again."""
    lines: list[tuple[int, str]] = []
    for depth, text in _broken(expression, indent):
        before = lines[-1][1] if lines else ""
        if lines and (before[-1:].isspace() or text[:1].isspace() or text[:1] == "#"):
            lines[-1] = (lines[-1][0], before + text)
        else:
            lines.append((depth, text))
    return [" " * deep + piece for depth, text in lines for deep, piece in _cut(text, depth, anywhere=True)]


def _broken(text: str, indent: int) -> Iterator[tuple[int, str]]:
    """An expression in pieces with how deep each stands: its alternatives, those of its longest group, or what fits."""
    if indent + len(text) <= WIDTH:
        yield indent, text
        return
    pieces = _alternatives(text)
    if len(pieces) == 1:
        yield from _opened(text, indent)
        return
    lines = [""]
    for piece in pieces:
        if lines[-1] and indent + len(lines[-1]) + len(piece) > WIDTH and not lines[-1][-1].isspace():
            lines.append("")
        lines[-1] += piece
    for line in lines:
        yield from _opened(line, indent) if line in pieces else _cut(line, indent)


def _opened(text: str, indent: int) -> Iterator[tuple[int, str]]:
    """One alternative: what leads to its longest group, what stands in it, and what follows."""
    if indent + len(text) <= WIDTH:
        yield indent, text
        return
    start, end = max(_groups(text), key=lambda place: place[1] - place[0], default=(0, 0))
    inner = text[start:end]
    if len(inner) < WIDTH // 4:
        yield from _cut(text, indent)
        return
    yield from _opened(text[:start], indent)
    yield from _broken(inner, indent + 4)
    yield from _opened(text[end:], indent + 2)


def _cut(text: str, indent: int, anywhere: bool = False) -> Iterator[tuple[int, str]]:
    """A text without long groups, cut where one begins; ``anywhere``: also within groups, if it is too long."""
    whole: list[str] = []
    for unit in _units(text, anywhere):
        if whole and (whole[-1][-1].isspace() or unit[0].isspace()):
            whole[-1] += unit
        else:
            whole.append(unit)
    line, depth = "", indent
    for unit in whole:
        if line and depth + len(line) + len(unit) > WIDTH:
            yield depth, line
            line, depth = "", indent + 2
        line += unit
    if line:
        yield depth, line


def _walked(text: str) -> Iterator[tuple[int, str, int]]:
    """Each sign with its place and how many groups are open before it; what begins by closing one is outside of it."""
    depth = 1 if text.startswith(_CLOSING) else 0
    for sign in _TOKEN.finditer(text):
        yield sign.start(), sign[0], depth
        depth += 1 if sign[0][0] in "({" and sign[0][-1] not in ")}" else -1 if sign[0] in _CLOSING else 0


def _alternatives(text: str) -> list[str]:
    """The alternatives of an expression, each but the first with its stroke."""
    places = [at for at, sign, depth in _walked(text) if sign == "|" and depth == 0 and at]
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]


def _groups(text: str) -> Iterator[tuple[int, int]]:
    """Where the insides of the outermost groups begin and end."""
    start = 0
    for at, sign, depth in _walked(text):
        if depth == 0 and sign[0] in "({":
            start = at + len(sign)
        elif depth == 1 and sign in _CLOSING:
            yield start, at


def _units(text: str, anywhere: bool) -> Iterator[str]:
    """What stays in one line: from one outermost group, class or end of a word to the next; ``anywhere``: or inner one."""
    marks = "([|" if anywhere else "(["
    places = [at for at, sign, depth in _walked(text) if at and (anywhere or depth <= 0) and (sign[0] in marks or sign == r"\b")]
    yield from (text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True) if end > start)


def file_laid_out(text: str, pairs: bool) -> str:
    """A definition file, of ``pairs`` or of lists, with its long entries broken as :func:`laid_out` breaks them."""
    entries: list[str] = []
    for line in text.split("\n"):
        if line[:1].isspace() and line.strip() and not line.lstrip().startswith("#"):
            entries[-1] += line.strip()
        else:
            entries.append(line)
    return "\n".join(line for entry in entries for line in _entry(entry, pairs))


def _entry(entry: str, pairs: bool) -> list[str]:
    """The lines of one entry; comments stay as they are."""
    if entry.startswith("#") or (len(entry) <= WIDTH and not pairs):
        return [entry]
    if not pairs:
        first, *rest = laid_out(entry)
        return [first.strip(), *rest]
    key, _, expression = entry.partition(":")
    whole = f"{key}: {expression.strip()}"
    return [entry] if not expression else [whole] if len(whole) <= WIDTH else [f"{key}:", *laid_out(expression.strip())]


def main() -> None:
    """Lay out the files, and say which were changed."""
    for path in (_FOLDER / name for name in PAIRS + LISTS):
        text = path.read_text(encoding="utf-8")
        if (laid := file_laid_out(text, path.name in PAIRS)) != text:
            path.write_text(laid, encoding="utf-8", newline="\n")
            print(f"laid out {path.name}")


if __name__ == "__main__":
    main()
