"""`/snapshot/HASH`: a comparison as it was frozen, with what its trials say otherwise since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harvester.compare.chosen_rows import narrowed
from harvester.compare.model import Comparison
from harvester.export.citation import FORMS
from harvester.export.html import comparison_page
from harvester.export.part import Pinned
from harvester.export.reference import frozen_reference
from harvester.export.report import title_of
from harvester.history import CellChange, Step, changes_within, comparison_changes, reopen, step, with_hash
from harvester.site import links
from harvester.site.asked import Asked, redirect
from harvester.site.cache import Answer
from harvester.site.controls import oembed_href
from harvester.site.frame import frame_of, of_comparison
from harvester.site.history_context import FrozenLine, SnapshotPage, SnapshotsPage
from harvester.site.pages.compare import comparison_json, comparison_of, framed_answer, view_of
from harvester.site.pages.download import FILE_FORMS, file_answer
from harvester.site.pages.message import message
from harvester.store import known_ids, list_snapshots, read_changes, read_snapshot, version_heads
from harvester.tables import ComparisonSnapshot


def answer(asked: Asked) -> Answer:
    """The frozen comparison; the beginning of a hash leads to the whole one."""
    found = _found(asked, "snapshot")
    return found if isinstance(found, Answer) else asked.answer("snapshot.html", _page(asked, *found))


def file(asked: Asked) -> Answer:
    """The frozen comparison in the form that the address ends with, made anew from what was frozen."""
    found = _found(asked, "snapshot", f".{asked.parts['ending']}")
    if isinstance(found, Answer):
        return found
    snapshot, comparison = found
    form, ending = FILE_FORMS[asked.parts["ending"]], asked.parts["ending"]
    return file_answer(
        form.bytes_of(with_hash(comparison, snapshot)), form.media_type, f"comparison-{snapshot.snapshot_sha256[:12]}.{ending}"
    )


def embed(asked: Asked) -> Answer:
    """The frozen comparison for a frame on any page: it does not change, and says when its trials say something else today."""
    found = _found(asked, "embed/snapshot")
    if isinstance(found, Answer):
        return found
    snapshot, whole = found
    view = view_of(asked)
    comparison = narrowed(whole, view.rows, is_frozen=True)
    if asked.as_json:
        return comparison_json(comparison)
    since = _since(asked, whole, view.rows)
    page = f"/snapshot/{snapshot.snapshot_sha256}"
    pinned = Pinned(
        frozen_on=snapshot.created_at[:10],
        sha256=snapshot.snapshot_sha256,
        places=None if since is None else len(since),
        href=page,
        today_href=links.comparison(comparison.nct_ids, view.of_files),
    )
    return framed_answer(asked, comparison, page, view, pinned=pinned)


def _found(asked: Asked, kind: str, ending: str = "") -> tuple[ComparisonSnapshot, Comparison] | Answer:
    """The frozen comparison asked for, or what to say instead."""
    typed = asked.parts["hash"]
    snapshot = read_snapshot(asked.connection, typed.lower())
    if snapshot is None:
        what = f"No frozen comparison of this collection has the hash {typed[:64]}."
        steps = ("Check the hash: its first twelve digits are enough.", "Whoever runs this site can freeze a comparison:")
        return message(
            asked,
            404,
            "There is no such frozen comparison",
            what,
            next_steps=steps,
            commands=("trialside compare NCT… --freeze",),
        )
    if snapshot.snapshot_sha256 != typed:
        query = view_of(asked).query if kind.startswith("embed") else ""
        return redirect(f"/{kind}/{snapshot.snapshot_sha256}" + (".json" if asked.as_json else ending) + query)
    try:
        return snapshot, reopen(snapshot)
    except ValueError as problem:
        what = f"It was frozen on {snapshot.created_at[:10]}, but {problem}."
        return message(asked, 500, "This frozen comparison cannot be opened", what, actions=(("The tables", links.TABLES),))


def listed(asked: Asked) -> Answer:
    """The frozen comparisons, newest first."""
    frame = frame_of(
        asked.collection, "Frozen comparisons", "Comparisons as they were frozen", "/snapshots", json_path="/snapshots.json"
    )
    frozen = (
        FrozenLine(f"/snapshot/{sha256}", sha256, created_at, tuple(nct_ids))
        for sha256, created_at, nct_ids in list_snapshots(asked.connection)
    )
    return asked.answer("snapshots.html", SnapshotsPage(frame, tuple(frozen)))


def _page(asked: Asked, snapshot: ComparisonSnapshot, comparison: Comparison) -> SnapshotPage:
    path = f"/snapshot/{snapshot.snapshot_sha256}"
    title = f"{title_of(comparison.nct_ids)}, frozen {snapshot.created_at[:10]}"
    frame = frame_of(asked.collection, title, f"A comparison as it was frozen: {title}", path, json_path=f"{path}.json")
    frame = of_comparison(frame, comparison)
    drawn = comparison_page(comparison, frame, links.SiteLinks())
    return SnapshotPage(
        frame=frame,
        snapshot_sha256=snapshot.snapshot_sha256,
        frozen_at=snapshot.created_at,
        program_version=snapshot.program_version,
        citation=_citation(asked, path, snapshot, comparison),
        comparison=comparison,
        today_href=links.comparison(comparison.nct_ids),
        files=tuple((form.label, f"{path}.{ending}") for ending, form in FILE_FORMS.items()),
        embed_href=f"/embed{path}",
        embed_address=asked.origin and f"{asked.origin}/embed{path}",
        oembed_href=oembed_href(asked.origin, path),
        since=_since(asked, comparison),
        steps=tuple(_steps(asked, comparison)),
        groups=drawn.groups,
        pictures=drawn.pictures,
        drawings=drawn.drawings,
        links=drawn.links,
    )


def _citation(asked: Asked, path: str, snapshot: ComparisonSnapshot, comparison: Comparison) -> str:
    reference = frozen_reference(comparison, snapshot, asked.origin + path if asked.origin else None)
    return " ".join(FORMS["vancouver"]([reference]).split())


def _since(asked: Asked, frozen: Comparison, rows: Sequence[str] = ()) -> tuple[CellChange, ...] | None:
    """What the same trials say otherwise today, in the ``rows`` that were chosen; None where one is not stored any more."""
    known = known_ids(asked.connection, frozen.nct_ids)
    if set(known) != set(frozen.nct_ids) or len(set(known.values())) != len(known):
        return None
    today = comparison_of(asked, list(frozen.nct_ids))
    changes = comparison_changes(frozen, today)
    return changes_within(changes, (narrowed(frozen, rows), narrowed(today, rows))) if rows else changes


def _steps(asked: Asked, frozen: Comparison) -> Iterator[Step]:
    """The versions of its trials that came after those it was made from, the oldest first."""
    for trial in frozen.trials:
        heads = version_heads(asked.connection, trial.nct_id)
        numbers = [head.version for head in heads]
        later = heads[numbers.index(trial.version) + 1 :] if trial.version in numbers else []
        changes = read_changes(asked.connection, trial.nct_id, None) if later else []
        for head in later:
            yield step(head, [each for each in changes if each.to_version == head.version])
