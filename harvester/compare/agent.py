"""Which names of different trials are one agent.

Two names are one agent when they are the same without words that say nothing (injection, tablets), stand in one line of
definitions/agents.yaml, or when a record gives the one as another name of the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache

from harvester.compare.definition_file import read_yaml
from harvester.compare.trial import Trial
from harvester.tables import BriefSummary, DesignGroup, DetailedDescription, Dose, Intervention

_AMOUNT = re.compile(r"\b\d[\d.,]*\s?(?:mg|ug|mcg|µg|g|ml|iu|gy|%)(?:/\w+)*", re.IGNORECASE)
_WORDS = re.compile(r"[^\w+-]+")
_BRACKETS = re.compile(r"[\[(][^\])]*[\])]")


class Agents:
    """One key for all names of an agent in the trials of a comparison, and the label it is shown by."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        self._parents: dict[str, str] = {}
        self._order: dict[str, int] = {}
        self._written: dict[str, Counter[str]] = {}
        self._texts: dict[str, str] = {}
        self._told: dict[str, set[tuple[str, str]]] = {}
        for trial in trials:
            for each in trial.rows.of(Intervention):
                names = _own_names(trial, trial.names.get(each.intervention_id, ()))
                self._told.setdefault(self._root(agent_name(each.name)), set()).add((trial.nct_id, agent_name(each.name)))
                self._join_names(names)
            given = {each.intervention_id: each.name for each in trial.rows.of(Intervention)}
            for dose in trial.rows.of(Dose):
                whole = given.get(dose.intervention_id or "") if (dose.unit or "").startswith("{cells}") else None
                short = dose.agent is not None and whole is not None and _is_short_for(dose.agent, whole)
                self._join_names([name for name in (dose.agent, whole if short else None) if name])

    def key(self, name: str | None) -> str:
        """The key of a name; empty where the name says nothing."""
        return self._root(agent_name(name)) if name else ""

    def spoken_of(self, key: str, trial: Trial) -> bool:
        """Whether a trial's titles, arms, interventions or descriptions name the agent, by any of its names."""
        if trial.nct_id not in self._texts:
            self._texts[trial.nct_id] = _texts(trial)
        text = self._texts[trial.nct_id]
        return any(f" {name} " in text for name in self._names.get(key, ()))

    @cached_property
    def _names(self) -> Mapping[str, list[str]]:
        """Names by key, those too short to be looked for in a text left out."""
        found: dict[str, list[str]] = {}
        for name in self._order:
            if len(name) > 2:
                found.setdefault(self._root(name), []).append(name)
        return found

    def label(self, key: str) -> str:
        """The name an agent is shown by: the defined one, or the one written most often."""
        defined = _defined_labels().get(key)
        if defined:
            return defined
        written = self._written.get(key)
        if not written:
            return key
        return min(written, key=lambda name: (-written[name], self._order[agent_name(name)], name))

    def _join_names(self, names: Sequence[str]) -> None:
        roots = []
        for name in names:
            plain = agent_name(name)
            if plain:
                self._order.setdefault(plain, len(self._order))
                roots.append(self._root(plain))
        for root in roots[1:]:
            self._join(roots[0], root)
        for name in names[:1]:
            if agent_name(name):
                self._written.setdefault(self._root(agent_name(name)), Counter())[_shown(name)] += 1

    def _join(self, left: str, right: str) -> None:
        left, right = self._root(left), self._root(right)
        if left == right or self._are_told_apart(left, right):
            return
        keep, drop = sorted((left, right), key=lambda root: (root not in _defined_labels(), self._order.get(root, 0)))
        self._parents[drop] = keep
        self._written.setdefault(keep, Counter()).update(self._written.pop(drop, Counter()))
        self._told.setdefault(keep, set()).update(self._told.pop(drop, set()))

    def _are_told_apart(self, left: str, right: str) -> bool:
        """Whether some trial has both as interventions: then a further name in common does not make them one."""
        mine = {nct_id for nct_id, _ in self._told.get(left, ())}
        return any(nct_id in mine for nct_id, _ in self._told.get(right, ()))

    def _root(self, name: str) -> str:
        while name in self._parents:
            name = self._parents[name]
        return name


_SIGNS = re.compile(r"[\s+-]+")


def _is_short_for(name: str, whole: str) -> bool:
    """Whether cells are named by a part of the name of their intervention: "STAR+T cells" of "LILRB4 STAR-T cells injection".

    Words of a kind of cells, as "stem cells", name many products and are short for none.
    """
    part, all_words = ({word for word in _SIGNS.split(agent_name(each)) if word} for each in (name, whole))
    return part - {"cells", "cell"} < all_words and max(map(len, part - _kinds_of_cells()), default=0) > 2


def _texts(trial: Trial) -> str:
    """Words of a trial in which an agent may be named, in lower case, each between blanks."""
    parts = [trial.study.brief_title, trial.study.official_title]
    parts += [text for each in trial.rows.of(DesignGroup) for text in (each.title, each.description)]
    parts += [text for each in trial.rows.of(Intervention) for text in (each.name, each.description)]
    parts += [each.description for each in trial.rows.of(BriefSummary)]
    parts += [each.description for each in trial.rows.of(DetailedDescription)]
    words = _WORDS.sub(" ", " ".join(part for part in parts if part).casefold())
    return f" {words} "


def _own_names(trial: Trial, names: Sequence[str]) -> Sequence[str]:
    """The names of an intervention without further names that an arm gives beside it, as in "RC108 plus furmonertinib".

    Where the trial gives doses by more than two of them, they name partners: hardly any record calls one medicine by three names.
    (The text of a dose would tell more surely, but a ranking does not look at it: `harvester.tables.profile`.)
    """
    if len(names) < 2:
        return names
    dosed = {agent_name(dose.agent) for dose in trial.rows.of(Dose)}
    if len(dosed.intersection(map(agent_name, names))) > 2:
        return names[:1]
    main, *others = (name.casefold() for name in names)
    labels = [(each.title or "").casefold() for each in trial.rows.of(DesignGroup)]
    beside = {other for other in others if other != main and any(main in label and other in label for label in labels)}
    return [name for name in names if name.casefold() not in beside]


@lru_cache(maxsize=50_000)
def agent_name(name: str | None) -> str:
    """A name without case, amounts, brackets, punctuation and words that say nothing; defined synonyms become one.

    >>> agent_name("Blinatumomab Injection [Blincyto]"), agent_name("DLI"), agent_name("Aspirin 100mg tablets")
    ('blinatumomab', 'donor lymphocyte infusion', 'acetylsalicylic acid')
    """
    text = " ".join(_AMOUNT.sub(" ", _BRACKETS.sub(" ", name or "")).casefold().replace(",", " ").split())
    same = _synonyms()
    if text in same:
        return same[text]
    words = [word.strip(".;:") for word in text.split()]
    plain = " ".join(word for word in words if word and word not in _dropped())
    return same.get(plain, plain or text)


def other_names(key: str) -> tuple[str, ...]:
    """The defined names of an agent besides the one that is its key."""
    return _lines().get(key, ())


@cache
def words_of_names() -> frozenset[str]:
    """Words of defined names, and words that names are told without: no other word can be lost or change in `agent_name`."""
    return _dropped() | {word for name, key in _synonyms().items() for word in (*name.split(), *key.split())}


@cache
def phase_words() -> frozenset[str]:
    """Words that tell in a name when an agent is given, or as what, and not which agent it is: "post-transplant", "loading"."""
    return frozenset(read_yaml("agents.yaml")["phases"].split())


@cache
def _kinds_of_cells() -> frozenset[str]:
    """Words that tell of what kind cells are, and not which product."""
    return frozenset(read_yaml("agents.yaml")["cells"].split())


def _shown(name: str) -> str:
    return " ".join(_AMOUNT.sub(" ", name).split()) or name


@cache
def _synonyms() -> Mapping[str, str]:
    return {name.casefold(): line[0].casefold() for line in read_yaml("agents.yaml")["same"] for name in line}


@cache
def _lines() -> Mapping[str, tuple[str, ...]]:
    return {line[0].casefold(): tuple(line[1:]) for line in read_yaml("agents.yaml")["same"]}


@cache
def _defined_labels() -> Mapping[str, str]:
    return {line[0].casefold(): line[0] for line in read_yaml("agents.yaml")["same"]}


@cache
def _dropped() -> frozenset[str]:
    return frozenset(read_yaml("agents.yaml")["drop"].split())
