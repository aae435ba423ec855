"""Trials related to one, of any collection: those that name what it names are found first, then looked at closely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from harvester.compare.related import Related, Weights, default_weights, rank_related, terms_to_count
from harvester.compare.seeking import Part, agents_in_titles, diseases_sought, parts_of, title_phrases, weigh
from harvester.store import Namings, Sought, data_state, heaviest, interventions_named, list_studies, read_for_ranking
from harvester.tables import RelatedTrial, StudyRows

if TYPE_CHECKING:
    from sqlite3 import Connection

CLOSELY = 80
"""Trials that are looked at closely; a collection of no more than twice that is looked at whole."""


def related_trials(
    connection: Connection,
    focal: StudyRows,
    size: int,
    *,
    found: Iterable[StudyRows] = (),
    weights: Weights | None = None,
    namings: Namings | None = None,
    closely: int = CLOSELY,
) -> tuple[Related, ...]:
    """Trials of the collection of ``size``, and those ``found`` elsewhere, in the order of what they share with the focal trial.

    ``closely`` says how many are looked at closely; ``namings`` remembers what was looked up for earlier ones.
    """
    used, known, state = weights or default_weights(), namings or Namings(), data_state(connection)
    there = read_for_ranking(connection, candidates(connection, focal, size, used, known, closely))
    elsewhere = [each for each in found if each.nct_id not in there]
    counted = known.counts(connection, state, terms_to_count(focal))
    sought = ((part.name, known.any_of(connection, state, part.phrases)) for part in diseases_sought(focal))
    counted |= {name: naming for name, naming in sought if naming}
    return rank_related(
        focal,
        [*there.values(), *elsewhere],
        used,
        frequencies={term: naming.about for term, naming in counted.items() if naming.count},
        collection_size=size,
        estimated={term for term, naming in counted.items() if not naming.is_listed},
    )


def candidates(
    connection: Connection, focal: StudyRows, size: int, weights: Weights, namings: Namings, closely: int = CLOSELY
) -> list[str]:
    """NCT numbers of the trials to look at closely: those on the focal trial's page, then those that name most of its parts."""
    if size <= 2 * closely:
        return [each.nct_id for each in list_studies(connection, size) if each.nct_id != focal.nct_id]
    state = data_state(connection)

    def weighed(parts: Sequence[Part]) -> dict[int, float]:
        counts = namings.counts(connection, state, (phrase for part in parts for phrase in part.phrases))
        found = weigh(parts, {phrase: naming.about for phrase, naming in counts.items()}, size, weights.weights)
        return namings.weighed(connection, state, [Sought(part.phrases, weight) for part, weight in found])

    in_titles = interventions_named(connection, title_phrases(focal))
    parts = (*parts_of(focal), *agents_in_titles(focal, in_titles))
    found = weighed(parts)
    if len(found) < 3 * closely:
        found = weighed([*parts, *diseases_sought(focal)])
    numbers = [f"NCT{number:08d}" for number in heaviest(found, closely + 1)]
    on_page = [each.related_nct_id for each in focal.of(RelatedTrial)]
    chosen = [nct_id for nct_id in dict.fromkeys([*on_page, *numbers]) if nct_id != focal.nct_id]
    return chosen[: closely + len(on_page)]
