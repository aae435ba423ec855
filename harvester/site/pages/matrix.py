"""`/matrix/A,B,…`: every trial of a comparison beside every other, row by row."""

from __future__ import annotations

from harvester.compare.matrix import build_matrix
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.contexts import MatrixPage
from harvester.site.frame import frame_of, of_comparison
from harvester.site.pages.compare import chosen, comparison_of


def answer(asked: Asked) -> Answer:
    """The verdicts on all pairs of the trials asked for."""
    found = chosen(asked, "matrix")
    if isinstance(found, Answer):
        return found
    comparison = comparison_of(asked, found)
    studies = asked.studies(found)
    path = links.comparison(found, kind="matrix")
    description = f"Who may join {', '.join(found)}: each trial beside each other one"
    frame = frame_of(asked.collection, "Every pair", description, path, json_path=f"{path}.json")
    frame = of_comparison(frame, comparison)
    page = MatrixPage(
        frame=frame,
        matrix=build_matrix([studies[nct_id] for nct_id in found], comparison),
        compare_href=links.comparison(found),
        files_href=links.comparison(found),
        links=links.SiteLinks(),
    )
    return asked.answer("matrix.html", page)
