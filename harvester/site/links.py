"""Addresses of our pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote, urlencode

from harvester.shape import shape
from harvester.span import Source

_PLACE = re.compile(r"([A-Za-z0-9_.\[\]]{1,200}):([0-9]{1,9})-([0-9]{1,9})")
TABLES = "/data"
PARAMETERS = ("differences", "zero", "panel", "rows", "height")
"""What an address may ask of a `View`."""
_NAME = 80
_CHOSEN = 8_000
"""Characters of an address that name rows; the names of all rows of twenty trials take some five thousand."""


@shape()
class SiteLinks:
    """Links within the site."""

    def trial(self, nct_id: str) -> str:
        """The trial's page."""
        return f"/trial/{nct_id}"

    def words(self, nct_id: str, source: Source) -> str:
        """The trial's page, at these words of its record."""
        return f"/trial/{nct_id}?words={_quoted(source.path)}%3A{source.start}-{source.end}#words"


@lru_cache(maxsize=4_096)
def _quoted(path: str) -> str:
    return quote(path, safe="")


def listing(nct_ids: Sequence[str]) -> str:
    """The page that lists trials of any number."""
    return f"/search?{urlencode({'q': ','.join(nct_ids)})}"


def place(text: str | None) -> Source | None:
    """The words that ``path:start-end`` points to, without their quotation; None for anything else."""
    found = _PLACE.fullmatch(text or "")
    if not found or int(found[3]) < int(found[2]):
        return None
    return Source(found[1], int(found[2]), int(found[3]), "")


@shape()
class View:
    """How a comparison is shown: rows that differ only, the event days are counted from, the one part of it that is, and the
    rows that were chosen."""

    differences: bool = False
    zero: str = ""
    part: str = ""
    tells_height: bool = False
    """Whether a frame tells the page around it how tall it is."""
    rows: tuple[str, ...] = ()

    @classmethod
    def asked_for(cls, given: Mapping[str, str]) -> View:
        """The view that the parameters of an address ask for; several of one name are one with commas between."""
        zero, part = (given.get(name, "").replace("\0", " ")[:_NAME] for name in ("zero", "panel"))
        rows = (name.strip()[:_NAME] for name in given.get("rows", "").replace("\0", " ")[:_CHOSEN].split(","))
        told = tuple(dict.fromkeys(name for name in rows if name))
        return cls(given.get("differences") == "1", zero, part, given.get("height") == "1", told)

    @property
    def of_files(self) -> View:
        """As much of it as files follow, which hold all parts and all timelines."""
        return View(self.differences, rows=self.rows)

    @property
    def parameters(self) -> dict[str, str]:
        """The view as parameters of an address; none for the usual view."""
        asked = {"differences": "1" if self.differences else "", "zero": self.zero, "panel": self.part}
        asked |= {"rows": ",".join(self.rows), "height": "1" if self.tells_height else ""}
        return {name: value for name, value in asked.items() if value}

    @property
    def query(self) -> str:
        """The same in one text, with its question mark; empty for the usual view."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""


USUAL = View()


def comparison(nct_ids: Sequence[str], view: View = USUAL, *, kind: str = "compare", json: bool = False, ending: str = "") -> str:
    """A page about several trials, focal trial first.

    ``kind`` is compare, embed/compare, file/compare, matrix, vignette or freeze. ``ending`` is that of a file, without its dot.
    """
    end = "json" if json else ending
    return f"/{kind}/{quote(','.join(nct_ids), safe=',')}{f'.{end}' if end else ''}{view.query}"
