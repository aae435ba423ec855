"""`/oembed?url=…`: how to show a comparison in another page, as oEmbed 1.0 tells it (https://oembed.com)."""

from __future__ import annotations

import json
import re
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from harvester.export.html import environment
from harvester.export.json import json_text
from harvester.export.report import title_of
from harvester.site import links
from harvester.site.asked import JSON, Asked
from harvester.site.cache import Answer
from harvester.site.headers import OURS
from harvester.site.pages.compare import chosen
from harvester.store import read_snapshot

WIDTH, HEIGHT = 960, 800
NARROWEST: Final = 200
_PATH = re.compile(r"/(?:embed/)?(compare|snapshot)/([^/.]+)")


def answer(asked: Asked) -> Answer:
    """The frame to put in, for an address of a comparison on this site; 404 for any other, 501 for a form other than JSON."""
    if asked.parameter("format") not in ("", "json"):
        return _plain(501, "Only JSON is spoken here: leave format out, or give format=json.")
    address = _on(asked.origin, asked.parameter("url"))
    found = _PATH.fullmatch(unquote(address.path)) if address else None
    if address is None or found is None:
        return _plain(404, "url must be the address of a comparison on this site.")
    given = {name: ",".join(values) for name, values in parse_qs(address.query).items() if name != "height"}
    view = links.View.asked_for(given)
    framed = _pinned(asked, found[2], view) if found[1] == "snapshot" else _latest(asked, found[2], given, view)
    if framed is None:
        return _plain(404, "url must name trials or a frozen comparison of this site, as that site's own pages do.")
    return Answer(200, json_text(_rich(asked, *framed)).encode("utf-8"), JSON, policy=OURS)


def _latest(asked: Asked, ids: str, given: dict[str, str], view: links.View) -> tuple[str, str] | None:
    """Title and path of the frame that follows the data."""
    nct_ids = chosen(Asked(asked.connection, asked.collection, {"ids": ids}, given, read=asked.read), "compare")
    return None if isinstance(nct_ids, Answer) else (title_of(nct_ids), links.comparison(nct_ids, view, kind="embed/compare"))


def _pinned(asked: Asked, sha256: str, view: links.View) -> tuple[str, str] | None:
    """Title and path of the frame of a frozen comparison."""
    snapshot = read_snapshot(asked.connection, sha256.lower())
    if snapshot is None:
        return None
    title = f"{title_of(json.loads(snapshot.nct_ids))}, frozen {snapshot.created_at[:10]}"
    return title, f"/embed/snapshot/{snapshot.snapshot_sha256}{view.query}"


def _on(origin: str, url: str) -> SplitResult | None:
    """The parts of an address on this site; None for any other and for what is no address."""
    try:
        address = urlsplit(url)
    except ValueError:
        return None
    return address if origin and f"{address.scheme}://{address.netloc}" == origin else None


def _rich(asked: Asked, title: str, path: str) -> dict[str, object]:
    width, height = (_fitting(asked.parameter(name), most) for name, most in (("maxwidth", WIDTH), ("maxheight", HEIGHT)))
    source = asked.origin + path
    frame = environment().get_template("panels/_iframe.html").module.iframe(source, title, width, height)  # type: ignore[attr-defined]
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "trialside",
        "provider_url": f"{asked.origin}/",
        "width": width,
        "height": height,
        "html": str(frame),
    }


def _fitting(asked: str, most: int) -> int:
    """As much as is asked for, within reason."""
    return min(most, max(NARROWEST, int(asked[:6]))) if asked.isascii() and asked.isdigit() else most


def _plain(status: int, text: str) -> Answer:
    return Answer(status, f"{text}\n".encode(), "text/plain; charset=utf-8", policy=OURS)
