"""Comparators for a focal trial: ranked, each with its role and reasons in words, and why the others were left out.

No score is shown alone: a `Related` holds every component with its weight, from definitions/weights.yaml or as given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from itertools import compress
from math import inf, log

from harvester.compare.age import age_region, is_limited_at_onset
from harvester.compare.agent import Agents, agent_name, words_of_names
from harvester.compare.definition_file import read_yaml
from harvester.compare.region import Region
from harvester.compare.seeking import LONGEST_NAME, SHORTEST_NAME, title_words
from harvester.compare.setting import Setting, diseases_of, same_setting, setting_of, shared_setting
from harvester.compare.trial import Trial, json_list, remembered
from harvester.compare.wording import listed, number, region_words
from harvester.shape import shape
from harvester.tables import BrowseCondition, BrowseIntervention, Condition, Dose, RelatedTrial, StudyRows

SAME_DRUG_SAME_SETTING = "same drug in the same setting"
SAME_DRUG_OTHER_SETTING = "same drug, other setting"
SAME_SETTING_OTHER_DRUG = "same setting, other drug"
SHARED_CONDITION = "shared condition, other drug and setting"
OTHER = "other drug, condition and setting"
ON_THE_PAGE = "listed as related on the registry page at hand"
_WHOLE_LIFE = 100.0
_ODD = re.compile(r"[^\w+/-]|\d|^$")
"""What is left out or parts words when a name is told from its amounts, brackets and signs."""


@shape()
class Component:
    """One thing that two trials share: how much (0 to 1), the weight it was given, and what, in words (empty when nothing)."""

    value: float
    weight: float
    words: str


@shape()
class Related:
    """A candidate with its role and reasons in words. ``left_out_reason`` is None for those that were kept."""

    nct_id: str
    title: str
    role: str
    reasons: tuple[str, ...]
    components: Mapping[str, Component]
    left_out_reason: str | None = None
    is_digest: bool = False


@shape()
class Weights:
    """Weights by component, limits, and agents that alone make no "same drug"."""

    weights: Mapping[str, float]
    limits: Mapping[str, float]
    companions: frozenset[str]


def default_weights() -> Weights:
    """The weights of definitions/weights.yaml."""
    return parse_weights(read_yaml("weights.yaml"))


def parse_weights(document: object) -> Weights:
    """Weights from a YAML document in the shape of definitions/weights.yaml; ValueError names what is wrong."""
    if not isinstance(document, dict) or not isinstance(document.get("weights"), dict):
        raise ValueError("a weights file needs a mapping “weights: {drug: 4.0, …}”")
    known = read_yaml("weights.yaml")
    strange = sorted(set(document["weights"]) - set(known["weights"]))
    if strange:
        raise ValueError(f"unknown component {listed(strange)}; there are {listed(list(known['weights']))}")
    weights = known["weights"] | document["weights"]
    wrong = sorted(name for name, value in weights.items() if not isinstance(value, int | float) or not 0 <= value < inf)
    if wrong:
        raise ValueError(f"the weight of {listed(wrong)} must be a number of at least 0")
    companions = document.get("companions", known["companions"])
    return Weights(weights, known["limits"] | document.get("limits", {}), frozenset(agent_name(each) for each in companions))


def terms_to_count(focal: StudyRows) -> tuple[str, ...]:
    """The terms of the focal trial whose rareness a ranking asks for, in lower case: its agents and its conditions by name."""
    trial = Trial.of(focal)
    agents = [agent_name(name) for names in trial.names.values() for name in names]
    agents += [agent_name(dose.agent) for dose in focal.of(Dose) if dose.agent]
    agents += [agent_name(each.mesh_term) for each in focal.of(BrowseIntervention) if each.mesh_type == "mesh-list"]
    return tuple(sorted({*agents, *(_conditions(trial) - diseases_of(trial))} - {""}))


def rank_related(
    focal: StudyRows,
    candidates: Sequence[StudyRows],
    weights: Weights | None = None,
    *,
    frequencies: Mapping[str, int] | None = None,
    collection_size: int | None = None,
    estimated: Set[str] = frozenset(),
) -> tuple[Related, ...]:
    """Candidates in the order of their weighted components; those left out come last, with the reason.

    ``frequencies`` counts the trials of the collection that name a term, by lower-case term, ``collection_size`` all its trials;
    of the ``estimated`` terms that is an estimate.
    How rare other terms are is counted, and said to be counted, among the candidates. Trials that the focal trial's own page
    lists as related are kept in any case and come first.
    """
    ranking = _Ranking(focal, candidates, weights or default_weights(), frequencies, collection_size, estimated)
    found = [ranking.related(trial) for trial in ranking.others]
    sums = {each.nct_id: sum(part.value * part.weight for part in each.components.values()) for each in found}
    listed_first = {nct_id: nct_id not in ranking.on_page for nct_id in sums}
    order = [
        (each.left_out_reason is not None, listed_first[each.nct_id], -round(sums[each.nct_id], 9), each.nct_id) for each in found
    ]
    return tuple(each for _, each in sorted(zip(order, found, strict=True), key=lambda pair: pair[0]))


class _Ranking:
    """What is asked of every candidate of one focal trial."""

    def __init__(
        self,
        focal: StudyRows,
        candidates: Sequence[StudyRows],
        weights: Weights,
        frequencies: Mapping[str, int] | None,
        size: int | None,
        estimated: Set[str],
    ) -> None:
        self.focal = Trial.of(focal)
        self.others = [Trial.of(each) for each in candidates if each.nct_id != focal.nct_id]
        self.weights = weights
        everyone = [self.focal, *self.others]
        self.agents = Agents(everyone)
        self.given = {trial.nct_id: self._given(trial) for trial in everyone}
        self.every_agent = frozenset(agent for given in self.given.values() for agent in given)
        self.words = {*words_of_names(), *(word for agent in self.every_agent for word in agent.split())}
        self.named = {trial.nct_id: self.given[trial.nct_id] | self._named_in_titles(trial) for trial in everyone}
        self.conditions = {trial.nct_id: _conditions(trial) for trial in everyone}
        self.focal_agents = self.named[focal.nct_id]
        self.focal_setting: Setting = setting_of(self.focal)
        self.on_page = {each.related_nct_id for each in focal.of(RelatedTrial)}
        self.collected = dict(frequencies or {}) if size is not None else {}
        self.estimated = estimated
        self.size, self.looked_at = size or 0, len(everyone)
        self.rareness: dict[str, float] = {}
        self.told: dict[tuple[str, bool], str] = {}
        self.wholes: dict[str, float] = {}
        self.populations: dict[Region, Component] = {}
        self.counted = Counter(term for trial in everyone for term in self.conditions[trial.nct_id] | self.named[trial.nct_id])

    def related(self, trial: Trial) -> Related:
        """One candidate with its components, role and reasons."""
        setting = setting_of(trial)
        drugs = self.focal_agents & self.named[trial.nct_id]
        parts = {
            "drug": self._of_terms("drug", self.focal_agents, drugs, "same intervention"),
            "condition": self._of_terms(
                "condition", self.conditions[self.focal.nct_id], self.conditions[trial.nct_id], "shared condition"
            ),
            "setting": self._setting(setting),
            "population": self._population(trial),
            "phase": self._phase(trial),
            "design": self._design(trial),
            "recency": self._recency(trial),
        }
        told = {drug for drug in drugs if drug not in self.weights.companions}
        has_condition = parts["condition"].value > 0
        role = _role(bool(told), has_condition and same_setting(self.focal_setting, setting), has_condition)
        reasons = tuple(part.words for part in parts.values() if part.words)
        if trial.nct_id in self.on_page:
            reasons = (ON_THE_PAGE, *reasons)
        title = trial.study.brief_title or trial.study.official_title or trial.nct_id
        left_out = self._left_out(trial, parts, told)
        return Related(trial.nct_id, title, role, reasons, parts, left_out, trial.source == "digest")

    def _left_out(self, trial: Trial, parts: Mapping[str, Component], told: set[str]) -> str | None:
        if trial.nct_id in self.on_page:
            return None
        if not told and not parts["condition"].value:
            return "shares neither an intervention nor a condition with the focal trial"
        total = sum(part.value * part.weight for part in parts.values())
        least = self.weights.limits["least_sum"]
        return f"shares too little (the weighted components come to less than {number(least)})" if total < least else None

    def _given(self, trial: Trial) -> frozenset[str]:
        """Agents by the trial's interventions, doses and MeSH terms."""
        names = [name for found in trial.names.values() for name in found[:1]]
        doses = [dose.agent for dose in trial.rows.of(Dose) if dose.agent and dose.role != "premedication"]
        mesh = [each.mesh_term for each in trial.rows.of(BrowseIntervention) if each.mesh_type == "mesh-list"]
        return frozenset(key for name in (*names, *doses, *mesh) if (key := self.agents.key(name)))

    def _named_in_titles(self, trial: Trial) -> Set[str]:
        """Agents of any trial that a trial's titles name."""
        words = title_words(trial)
        told = [each in self.words or _is_odd(each) for each in words]
        named = set()
        for at in compress(range(len(words)), told):
            for end in range(at + 1, min(at + LONGEST_NAME, len(words)) + 1):
                if not told[end - 1]:  # no name has a word that is not told
                    break
                phrase = " ".join(words[at:end])
                if len(phrase) >= SHORTEST_NAME:
                    named.add(agent_name(phrase))
        return named & self.every_agent

    def _of_terms(self, name: str, mine: Set[str], theirs: Set[str], words: str) -> Component:
        shared = sorted(mine & theirs, key=lambda term: (-self._rareness(term), term))
        whole = self._whole(name, mine)
        value = sum(self._rareness(term) for term in shared) / whole if whole else 0.0
        listed_terms = shared[: int(self.weights.limits["shown_terms"])]
        shown = [self._told(term, of_all=not at or shared[0] not in self.collected) for at, term in enumerate(listed_terms)]
        return self._component(name, value, f"{words}: {listed(shown)}" if shown else "")

    def _whole(self, name: str, terms: Set[str]) -> float:
        """The rareness of all that the focal trial names, which is the same beside every candidate."""
        if name not in self.wholes:
            self.wholes[name] = sum(self._rareness(term) for term in terms)
        return self.wholes[name]

    def _rareness(self, term: str) -> float:
        known = self.rareness.get(term)
        if known is None:
            size, count = (self.size, self.collected[term]) if term in self.collected else (self.looked_at, self.counted[term])
            known = self.rareness[term] = log(1 + size / max(count, 1))
        return known

    def _told(self, term: str, of_all: bool) -> str:
        """A term with how rare it is, in the same words beside every candidate; ``of_all`` says among how many trials."""
        known = self.told.get((term, of_all))
        if known is None:
            known = self.told[term, of_all] = f"{term} ({self._how_rare(term, of_all)})"
        return known

    def _how_rare(self, term: str, of_all: bool) -> str:
        if term in self.collected:
            count = self.collected[term]
            named = f"about {number(round(count, 1 - len(str(count))))}" if term in self.estimated else number(count)
            return f"named in {named} of {number(self.size)} trials of this collection" if of_all else f"in {named}"
        return f"in {number(max(self.counted[term], 1))} of the {number(self.looked_at)} trials looked at"

    def _setting(self, setting: Setting) -> Component:
        shared = shared_setting(self.focal_setting, setting)
        every = sum(len(values) for values in self.focal_setting.values())
        return self._component("setting", len(shared) / every if every else 0.0, f"setting: {listed(shared)}" if shared else "")

    def _population(self, trial: Trial) -> Component:
        mine, theirs = age_region(self.focal), age_region(trial)
        if mine is None or theirs is None or is_limited_at_onset(self.focal) or is_limited_at_onset(trial):
            return self._component("population", 0.0, "")
        known = self.populations.get(theirs)
        if known is None:
            known = self.populations[theirs] = self._shared_ages(mine, theirs)
        return known

    def _shared_ages(self, mine: Region, theirs: Region) -> Component:
        both = mine.intersection(theirs)
        if both.is_empty:
            return self._component("population", 0.0, "no age meets both trials' limits")
        value = _length(both) / max(_length(mine.union(theirs)), 1.0)
        return self._component("population", min(value, 1.0), f"ages that both admit: {region_words(both, 'a')}")

    def _phase(self, trial: Trial) -> Component:
        shared = [each for each in json_list(self.focal.study.phases) if each in json_list(trial.study.phases) and each != "NA"]
        label = trial.study.phase_label or ""
        return self._component("phase", 1.0 if shared else 0.0, f"phase in common: {label}" if shared else "")

    def _design(self, trial: Trial) -> Component:
        pairs = [
            (self.focal.study.study_type, trial.study.study_type, trial.study.study_type_label),
            (self.focal.design.allocation, trial.design.allocation, trial.design.allocation_label),
            (self.focal.design.intervention_model, trial.design.intervention_model, trial.design.intervention_model_label),
            (self.focal.design.primary_purpose, trial.design.primary_purpose, trial.design.primary_purpose_label),
        ]
        stated = [(mine == theirs, label) for mine, theirs, label in pairs if mine and mine != "NA"]
        same = [label.lower() for is_same, label in stated if is_same and label]
        return self._component(
            "design", len(same) / len(stated) if stated else 0.0, f"same design: {listed(same)}" if same else ""
        )

    def _recency(self, trial: Trial) -> Component:
        mine, theirs = self.focal.study.start_date, trial.study.start_date
        if not mine or not theirs or not (mine[:4].isdigit() and theirs[:4].isdigit()):
            return self._component("recency", 0.0, "")
        years = abs(int(mine[:4]) - int(theirs[:4]))
        apart = "in the same year" if years == 0 else f"{years} {'year' if years == 1 else 'years'} apart"
        value = max(0.0, 1 - years / self.weights.limits["years"])
        return self._component("recency", value, f"started {apart}" if value else "")

    def _component(self, name: str, value: float, words: str) -> Component:
        return Component(round(value, 4), self.weights.weights[name], words)


def _role(same_drug: bool, same_place: bool, has_condition: bool) -> str:
    if same_drug:
        return SAME_DRUG_SAME_SETTING if same_place else SAME_DRUG_OTHER_SETTING
    if same_place:
        return SAME_SETTING_OTHER_DRUG
    return SHARED_CONDITION if has_condition else OTHER


@lru_cache(maxsize=50_000)
def _is_odd(word: str) -> bool:
    return _ODD.search(word) is not None


@remembered
def _conditions(trial: Trial) -> frozenset[str]:
    names = [each.name for each in trial.rows.of(Condition)]
    mesh = [each.mesh_term for each in trial.rows.of(BrowseCondition) if each.mesh_type == "mesh-list" and each.mesh_term]
    return diseases_of(trial).union(" ".join(name.casefold().split()) for name in (*names, *mesh))


def _length(region: Region) -> float:
    return sum(min(each.high, _WHOLE_LIFE) - each.low for each in region.intervals)
