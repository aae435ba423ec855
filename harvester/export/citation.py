"""Citations: BibTeX, RIS, CSL-JSON and Vancouver.

A record is cited as the registry asks (NLM, Citing Medicine) and, in the machine forms, as reference managers import it:
a report of the genre "Clinical trial registration" with the NCT number as its number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from harvester.export.json import json_text
from harvester.export.latex import escaped as tex
from harvester.export.reference import PLACE, PUBLISHER, REGISTRY, Reference

GENRE: Final = "Clinical trial registration"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SINCE: Final = "2000 Feb 29"
"""The day the registry opened, which its form of citation gives."""

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def vancouver(references: Sequence[Reference]) -> str:
    """One citation a line, in words."""
    return "\n".join(_in_words(each) for each in references) + "\n"


def _in_words(one: Reference) -> str:
    note = f" [{one.note}]" if one.note and one.kind == "record" else ""
    where = f" Available from: {one.url}" if one.url else ""
    if one.kind == "comparison":
        made = f"trialside, version {one.version} [computer program]. {_ended(one.title)}"
        return f"{made} {one.note}{where}"
    dates = "; ".join(
        f"{name} {_day(date)}" if name else _day(date)
        for name, date in (("updated", one.updated), ("cited", one.accessed))
        if date
    )
    posted = f"; {_day(one.issued)}" if one.issued else ""
    cited = f" [{dates}]" if dates else ""
    data = f"; data as of {_day(one.data_date)}" if one.data_date else ""
    return (
        f"{REGISTRY} [Internet]. {PLACE}: {PUBLISHER}. {SINCE} - . Identifier {one.key}, "
        f"{one.title.rstrip('.')}{posted}{cited}{data}.{where}{note}"
    )


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _day(date: str | None) -> str:
    """A date as Vancouver style writes it: 2025 Aug 6."""
    year, month, day = _parts(date)
    said = [year or "", MONTHS[int(month) - 1] if month else "", str(int(day)) if day else ""]
    return " ".join(each for each in said if each) or "unknown date"


def _parts(date: str | None) -> tuple[str | None, str | None, str | None]:
    """Year, month and day of a date, as far as it goes; what is no date has none."""
    found = _DATE.match(date or "")
    if found is None or not 1 <= int(found[2] or 1) <= 12 or not 1 <= int(found[3] or 1) <= 31:
        return None, None, None
    return found[1], found[2], found[3]


def bibtex(references: Sequence[Reference]) -> str:
    """BibTeX entries that BibTeX and biblatex read; every sign that TeX would obey is escaped."""
    return "\n".join(_entry(each) for each in references)


def _entry(one: Reference) -> str:
    year, month, _ = _parts(one.issued)
    is_record = one.kind == "record"
    accessed = f"fetched {one.accessed}" if one.accessed else None
    data = f"data as of {one.data_date}" if one.data_date else "data of unknown date"
    note = f"Identifier {one.key}; " + "; ".join(filter(None, (data, accessed, one.note))) if is_record else one.note
    fields = {
        "author": f"{{{tex(one.author)}}}" if one.author else None,
        "title": f"{{{tex(one.title)}}}",
        "howpublished": tex(f"{REGISTRY}, {PUBLISHER}") if is_record else tex(f"trialside, version {one.version}"),
        "type": tex(GENRE) if is_record else None,
        "number": one.key if is_record else None,
        "year": year,
        "month": MONTHS[int(month) - 1].lower() if month else None,
        "note": tex(note or ""),
        "url": one.url,
        "urldate": one.accessed,
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{one.key},", *lines, "}"]) + "\n"


def ris(references: Sequence[Reference]) -> str:
    """RIS, lines ended by CR LF, one entry a reference."""
    return "".join(f"{tag}  - {value}\r\n" for one in references for tag, value in _tags(one))


def _tags(one: Reference) -> Iterator[tuple[str, str]]:
    year, month, day = _parts(one.issued)
    is_record = one.kind == "record"
    data = "" if not is_record else f"Data as of {one.data_date}." if one.data_date else "Data of unknown date."
    tags: dict[str, str | None] = {
        "TY": "RPRT" if is_record else "DATA",
        "ID": one.key,
        "AU": one.author,
        "TI": one.title,
        "M1": one.key if is_record else None,
        "M3": GENRE if is_record else "Comparison of registry records",
        "PB": f"{REGISTRY}, {PUBLISHER}" if is_record else None,
        "CY": PLACE if is_record else None,
        "ET": f"trialside {one.version}" if one.version else None,
        "PY": year,
        "DA": "/".join((year, month or "", day or "", "")) if year else None,
        "Y2": (one.accessed or "").replace("-", "/") + "/" if one.accessed else None,
        "UR": one.url,
        "N1": " ".join(filter(None, (data, one.note and one.note[0].upper() + one.note[1:]))),
        "AB": one.abstract,
    }
    yield from ((tag, _flat(value)) for tag, value in tags.items() if value)
    yield from (("KW", _flat(each)) for each in one.keywords)
    yield "ER", ""


def _flat(value: str) -> str:
    """One line without signs that end it."""
    return " ".join("".join(" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in value).split())


def csl_json(references: Sequence[Reference]) -> str:
    """CSL-JSON, as citeproc, Zotero and Pandoc read it."""
    return json_text([_item(each) for each in references])


def _item(one: Reference) -> dict[str, Any]:
    is_record = one.kind == "record"
    item: dict[str, Any] = {
        "id": one.key,
        "type": "report" if is_record else "dataset",
        "title": one.title,
        "author": [{"literal": one.author}] if one.author else None,
        "genre": GENRE if is_record else "Comparison of registry records",
        "number": one.key if is_record else None,
        "publisher": f"{REGISTRY}, {PUBLISHER}" if is_record else "trialside",
        "publisher-place": PLACE if is_record else None,
        "version": one.version,
        "issued": _csl_date(one.issued),
        "accessed": _csl_date(one.accessed),
        "URL": one.url,
        "abstract": one.abstract,
        "keyword": "; ".join(one.keywords) or None,
        "note": _csl_note(one),
    }
    return {name: value for name, value in item.items() if value}


def _csl_note(one: Reference) -> str:
    """Which data; the note of a comparison says so of all its records."""
    data = f"data as of {one.data_date}" if one.data_date else "data of unknown date"
    return "; ".join(filter(None, (data if one.kind == "record" else None, one.note)))


def _csl_date(date: str | None) -> dict[str, Any] | None:
    parts = [int(each) for each in _parts(date) if each]
    return {"date-parts": [parts]} if parts else None


FORMS: Final[Mapping[str, Callable[[Sequence[Reference]], str]]] = {
    "vancouver": vancouver,
    "bibtex": bibtex,
    "ris": ris,
    "csl": csl_json,
}
"""Forms of citations by name."""

ENDINGS: Final[Mapping[str, str]] = {"vancouver": "txt", "bibtex": "bib", "ris": "ris", "csl": "json"}
"""Endings of their files."""
