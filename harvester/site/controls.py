"""What can be done with a comparison's page by following links: change it, frame it, keep it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from urllib.parse import urlencode

from harvester.compare.chosen_rows import own_rows
from harvester.compare.model import Comparison
from harvester.compare.wording import lowered
from harvester.export.citation import vancouver
from harvester.export.html import ComparisonPage, Controls, Move, PinnedFrame, RowsToChoose, Zero
from harvester.export.part import TIMELINE, parts_of, picture_names
from harvester.export.png import why_not
from harvester.export.reference import comparison_reference
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.pages.download import DOCUMENTS, downloads
from harvester.store import list_snapshots


def controls_of(
    asked: Asked, whole: Comparison, view: links.View, zeros: Sequence[str], shown: str, page: ComparisonPage
) -> Controls:
    """The controls of the page of a comparison, the ``whole`` of which may have more rows. ``shown`` is the event that its
    timeline counts from."""
    comparison = page.comparison
    origin, nct_ids = asked.origin, comparison.nct_ids
    own = own_rows(whole.panels, view.rows)
    embed_href = links.comparison(nct_ids, view, kind="embed/compare")
    return Controls(
        moves=tuple(_moves(nct_ids, place, view) for place in range(len(nct_ids))),
        zeros=tuple(Zero(zero, links.comparison(nct_ids, replace(view, zero=zero)) + "#dosing", zero == shown) for zero in zeros),
        rows=rows_to_choose(whole, set().union(*own.values())),
        rows_words=", ".join(name for name in view.rows if name not in own),
        all_rows_href=links.comparison(nct_ids, replace(view, rows=())) if view.rows else "",
        differences_href=links.comparison(nct_ids, replace(view, differences=not view.differences)),
        add_action="/compare",
        kept=tuple(view.of_files.parameters.items()),
        ids=",".join(nct_ids),
        embed_href=embed_href,
        parts=tuple(
            (title, links.comparison(nct_ids, replace(view, part=name), kind="embed/compare"))
            for name, title in parts_of(page).items()
        ),
        pictures=tuple(
            _picture_files(nct_ids, name, title, replace(view.of_files, zero=shown))
            for name, title in picture_names(comparison).items()
        ),
        oembed_href=oembed_href(origin, links.comparison(nct_ids, view)),
        file_href=links.comparison(nct_ids, view.of_files, kind="file/compare"),
        downloads=tuple((label, links.comparison(nct_ids, view.of_files, ending=end)) for label, end in downloads()),
        documents=tuple((label, f"{links.comparison(nct_ids, ending=end)}?template={name}") for label, name, end in DOCUMENTS),
        vignette_href=links.comparison(nct_ids, kind="vignette"),
        matrix_href=links.comparison(nct_ids, kind="matrix") if len(nct_ids) > 1 else "",
        freeze_href="" if asked.public else links.comparison(nct_ids, kind="freeze"),
        address=origin and origin + links.comparison(nct_ids, view),
        citation=vancouver([comparison_reference(comparison, origin and origin + links.comparison(nct_ids))]).strip(),
        embed_address=origin and origin + embed_href,
        pinned=pinned_frame(asked, nct_ids, view),
    )


def rows_to_choose(comparison: Comparison, ticked: Set[tuple[str, str]]) -> tuple[RowsToChoose, ...]:
    """The rows of a comparison by group, as boxes to tick; what is told of the doses of an agent goes together.

    Those that are ``ticked`` are told by the keys of panel and row.
    """
    panels_ticked = {panel for panel, _ in ticked}
    found = []
    for group, panels in comparison.groups():
        if group == "dosing":
            boxes = [(each.key, each.title, each.key in panels_ticked) for each in panels]
        else:
            rows = [(panel, row) for panel in panels for row in panel.rows]
            labels = Counter(row.label for _, row in rows)
            boxes = [
                (
                    f"{panel.key}.{row.key}",
                    row.label if labels[row.label] == 1 else f"{panel.title}: {lowered(row.label)}",
                    (panel.key, row.key) in ticked,
                )
                for panel, row in rows
            ]
        found.append(RowsToChoose(group[0].upper() + group[1:], tuple(boxes)))
    return tuple(found)


def oembed_href(origin: str, path: str) -> str:
    """Where a page that wants to show the page at ``path`` asks how; it needs the whole address, so without one: empty."""
    return origin and f"{origin}/oembed?{urlencode({'url': origin + path})}"


def pinned_frame(asked: Asked, nct_ids: Sequence[str], view: links.View = links.USUAL) -> PinnedFrame | None:
    """The youngest frozen state of these very trials, in this order, for framing as in ``view``; None where none is kept."""
    for sha256, created_at, frozen in list_snapshots(asked.connection):
        if list(frozen) == list(nct_ids):
            href = f"/embed/snapshot/{sha256}{view.of_files.query}"
            return PinnedFrame(created_at[:10], sha256, f"/snapshot/{sha256}", href, asked.origin and asked.origin + href)
    return None


def _picture_files(nct_ids: Sequence[str], name: str, title: str, of_timeline: links.View) -> tuple[str, str, str]:
    """Title and addresses of a picture as SVG and, where it is drawn here, as PNG."""
    view = of_timeline if name == TIMELINE else links.View(part=name, rows=of_timeline.rows)
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
