"""What to look for in a large collection, to find the trials that a ranking should look at closely.

A part is an agent or a condition of the focal trial under all names it goes by there; a trial that uses one of them has it.
Parts weigh as they do in a ranking (`harvester.compare.related`): a kind's weight is shared among its parts by how rare they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import log

from harvester.compare.agent import agent_name, other_names
from harvester.compare.definition_file import read_yaml
from harvester.compare.setting import diseases_of
from harvester.compare.trial import Trial, remembered
from harvester.shape import shape
from harvester.tables import BrowseCondition, BrowseIntervention, Condition, Dose, StudyRows

_SIGNS = re.compile(r"[\W_]+")
LONGEST_NAME = 4
SHORTEST_NAME = 4
"""Words and letters that the name of an agent in a title has."""


@shape()
class Part:
    """An agent (``drug``) or a condition, and the phrases that name it; one that ends with ``*`` may go on in its last word."""

    kind: str
    name: str
    phrases: tuple[str, ...]


def parts_of(focal: StudyRows) -> tuple[Part, ...]:
    """The agents and the conditions of a trial, by their names in the record and their MeSH terms."""
    trial = Trial.of(focal)
    drugs: list[str | None] = [name for names in trial.names.values() for name in names]
    drugs += [dose.agent for dose in focal.of(Dose)]
    drugs += [drug.mesh_term for drug in focal.of(BrowseIntervention) if drug.mesh_type == "mesh-list"]
    by_agent: dict[str, list[str]] = {}
    for name in drugs:
        if name:
            by_agent.setdefault(agent_name(name), []).append(name)
    agents = (Part("drug", key, _shortest((key, *names, *other_names(key)))) for key, names in by_agent.items() if key)
    conditions: list[str | None] = [condition.name for condition in focal.of(Condition)]
    conditions += [term.mesh_term for term in focal.of(BrowseCondition) if term.mesh_type == "mesh-list"]
    named = _once(name for name in conditions if name)
    return (*agents, *(Part("condition", name, (name,)) for name in named))


@remembered
def title_words(trial: Trial) -> tuple[str, ...]:
    """The words of a trial's titles in lower case."""
    return tuple(_words_of(_titles(trial).casefold()))


def title_phrases(focal: StudyRows) -> frozenset[str]:
    """What would be names of agents in a trial's titles, as written, if they are names of agents."""
    words = _words_of(_titles(Trial.of(focal)))
    phrases = (" ".join(words[at : at + length]) for at in range(len(words)) for length in range(1, LONGEST_NAME + 1))
    return frozenset(phrase for phrase in phrases if len(phrase) >= SHORTEST_NAME)


def _titles(trial: Trial) -> str:
    return f"{trial.study.brief_title or ''} | {trial.study.official_title or ''}"


def _words_of(titles: str) -> list[str]:
    return [word.strip(".,;:()[]|") for word in titles.split()]


def agents_in_titles(focal: StudyRows, are_interventions: Iterable[str]) -> tuple[Part, ...]:
    """Agents that only a trial's titles name: phrases of them that are interventions of other trials, and no condition of its."""
    own = {part.name.casefold() for part in parts_of(focal)}
    named = {agent_name(phrase): phrase for phrase in sorted(are_interventions)}
    return tuple(
        Part("drug", key, _shortest((key, phrase)))
        for key, phrase in named.items()
        if key and key not in own and phrase.casefold() not in own
    )


def diseases_sought(focal: StudyRows) -> tuple[Part, ...]:
    """The diseases that a trial names, however records write them (definitions/diseases.yaml).

    Of words that are not cut short the index knows the endings: to look for all that begin like one takes ten times as long.
    """
    cues, named = read_yaml("diseases.yaml"), sorted(diseases_of(Trial.of(focal)))
    return tuple(Part("condition", name, tuple(cue.removesuffix("$") for cue in cues[name])) for name in named)


def weigh(parts: Sequence[Part], counts: Mapping[str, int], size: int, weights: Mapping[str, float]) -> list[tuple[Part, float]]:
    """The parts that some trial names, each with its weight. ``counts`` has the trials that name a phrase, of ``size`` in all."""
    rareness = {part: log(1 + size / count) for part in parts if (count := sum(counts.get(each, 0) for each in part.phrases))}
    whole = {kind: sum(each for part, each in rareness.items() if part.kind == kind) for kind in {part.kind for part in rareness}}
    return [(part, weights[part.kind] * each / whole[part.kind]) for part, each in rareness.items()]


def _shortest(names: Iterable[str]) -> tuple[str, ...]:
    """Names without those that hold another of them: who names "mesna injection" names "mesna"."""
    by_words = {f" {_SIGNS.sub(' ', name.casefold()).strip()} ": name for name in reversed(tuple(names))}
    return tuple(
        name for words, name in reversed(by_words.items()) if not any(other in words for other in by_words if other != words)
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    """Names without those that are the same in another case."""
    return tuple({" ".join(name.split()).casefold(): name for name in reversed(tuple(names))}.values())[::-1]
