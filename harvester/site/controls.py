"""What can be done with a comparison's page by following links: change it, frame it, keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from harvester.compare.model import Comparison
from harvester.export.citation import vancouver
from harvester.export.html import Controls, Move, PinnedFrame, Zero
from harvester.export.part import TIMELINE, picture_names
from harvester.export.png import why_not
from harvester.export.reference import comparison_reference
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.pages.download import DOCUMENTS, downloads
from harvester.store import list_snapshots


def controls_of(
    asked: Asked, comparison: Comparison, view: links.View, zeros: Sequence[str], shown: str, parts: Mapping[str, str]
) -> Controls:
    """The controls of a comparison's page. ``shown`` is the event that the timeline shown counts from; ``parts`` are names of
    what can be framed alone, with their titles."""
    origin, nct_ids = asked.origin, comparison.nct_ids
    embed_href = links.comparison(nct_ids, view, kind="embed/compare")
    return Controls(
        moves=tuple(_moves(nct_ids, place, view) for place in range(len(nct_ids))),
        zeros=tuple(Zero(zero, links.comparison(nct_ids, replace(view, zero=zero)) + "#dosing", zero == shown) for zero in zeros),
        differences_href=links.comparison(nct_ids, replace(view, differences=not view.differences)),
        add_action="/compare",
        ids=",".join(nct_ids),
        embed_href=embed_href,
        parts=tuple(
            (title, links.comparison(nct_ids, replace(view, part=name), kind="embed/compare")) for name, title in parts.items()
        ),
        pictures=tuple(_picture_files(nct_ids, name, title, shown) for name, title in picture_names(comparison).items()),
        oembed_href=oembed_href(origin, links.comparison(nct_ids, view)),
        file_href=links.comparison(nct_ids, kind="file/compare"),
        downloads=tuple(
            (label, links.comparison(nct_ids, links.View(view.differences), ending=end)) for label, end in downloads()
        ),
        documents=tuple((label, f"{links.comparison(nct_ids, ending=end)}?template={name}") for label, name, end in DOCUMENTS),
        vignette_href=links.comparison(nct_ids, kind="vignette"),
        matrix_href=links.comparison(nct_ids, kind="matrix") if len(nct_ids) > 1 else "",
        freeze_href="" if asked.public else links.comparison(nct_ids, kind="freeze"),
        address=origin and origin + links.comparison(nct_ids, view),
        citation=vancouver([comparison_reference(comparison, origin and origin + links.comparison(nct_ids))]).strip(),
        embed_address=origin and origin + embed_href,
        pinned=pinned_frame(asked, nct_ids),
    )


def oembed_href(origin: str, path: str) -> str:
    """Where a page that wants to show the page at ``path`` asks how; it needs the whole address, so without one: empty."""
    return origin and f"{origin}/oembed?{urlencode({'url': origin + path})}"


def pinned_frame(asked: Asked, nct_ids: Sequence[str]) -> PinnedFrame | None:
    """The youngest frozen state of a comparison of these very trials, in this order; None where none is kept."""
    for sha256, created_at, frozen in list_snapshots(asked.connection):
        if list(frozen) == list(nct_ids):
            href = f"/embed/snapshot/{sha256}"
            return PinnedFrame(created_at[:10], sha256, f"/snapshot/{sha256}", href, asked.origin and asked.origin + href)
    return None


def _picture_files(nct_ids: Sequence[str], name: str, title: str, zero: str) -> tuple[str, str, str]:
    """Title and addresses of a picture as SVG and, where it is drawn here, as PNG."""
    view = links.View(zero=zero) if name == TIMELINE else links.View(part=name)
    return (
        title,
        links.comparison(nct_ids, view, ending="svg"),
        "" if why_not() else links.comparison(nct_ids, view, ending="png"),
    )


def _moves(nct_ids: Sequence[str], place: int, view: links.View) -> tuple[Move, ...]:
    rest = [*nct_ids[:place], *nct_ids[place + 1 :]]
    moved = {
        ("make focal", "⇤"): [nct_ids[place], *rest] if place else None,
        ("left", "←"): [*rest[: place - 1], nct_ids[place], *rest[place - 1 :]] if place > 1 else None,
        ("right", "→"): [*rest[: place + 1], nct_ids[place], *rest[place + 1 :]] if place < len(nct_ids) - 1 else None,
        ("remove", "×"): rest or None,
    }
    return tuple(Move(label, sign, links.comparison(order, view)) for (label, sign), order in moved.items() if order is not None)
