"""A vignette held against a trial's criteria: which of them include, which exclude, and where it cannot be told.

This is a reading of criteria, not advice on anybody's treatment, and nothing of it is stored. A criterion is said to exclude
only when the fact alone settles it for the person described: an alternative, an exception, a subgroup or a cohort that the
vignette does not settle leaves it at "cannot tell", and so does every criterion that was not read.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import cache
from math import inf, nan
from typing import Literal

from harvester.compare.age import age_region, field_ages
from harvester.compare.concept import concept
from harvester.compare.definition_file import read_yaml
from harvester.compare.doubt import has_unread_alternative, is_of_a_share, is_one_way_of_several, is_qualified, needs_more
from harvester.compare.eligible import TrialFacts
from harvester.compare.fact_region import region_of, unit_of
from harvester.compare.judgement import MONTH_TOLERANCE
from harvester.compare.model import Line
from harvester.compare.reading_words import criterion_line, fact_line
from harvester.compare.region import Interval, Region
from harvester.compare.trial import Trial
from harvester.compare.window import DAYS, has_window
from harvester.compare.wording import lowered, region_words
from harvester.shape import shape
from harvester.tables import CriterionFact, EligibilityCriterion, StudyRows

Answer = Literal["include", "exclude", "cannot tell"]
NO_WORDS = Line("")
NOTICE = "A reading of criteria as the registry states them, not advice. Nothing you enter is stored."


@shape()
class Entry:
    """One thing a vignette may state. Numbers are on the concept's scale; where that has no end, they are at most ``most``."""

    name: str
    label: str
    kind: str
    concept: str | None = None
    unit: str | None = None
    most: float | None = None

    def takes(self, value: float) -> bool:
        """Whether there is such a value."""
        high, step = self._scale
        return 0 <= value <= high and value < inf and not (step and value % step)

    @property
    def range(self) -> str:
        """The numbers it takes, in words: "a whole number from 0 to 5"."""
        high, step = self._scale
        kind = "a number" if step is None else "a whole number" if step == 1 else f"a multiple of {step:g}"
        return f"{kind} from 0" + (f" to {high:g}" if high < inf else "")

    @property
    def _scale(self) -> tuple[float, float | None]:
        """The end and the step of what it is measured by; a multiple of a normal value is on no scale."""
        own = concept(self.concept) if self.concept and self.unit != "{ULN}" else None
        ends = (self.most, own.scale_high if own else None)
        return min((each for each in ends if each is not None), default=inf), own.step if own else None


@shape()
class Vignette:
    """A person described: entry name -> number, True or False, or "male" or "female". What is not stated is not assumed."""

    stated: Mapping[str, float | bool | str]


@shape()
class Judged:
    """One criterion's answer, why in words, and the criterion. ``entry`` names the entry that it was held against, if any.

    ``is_of_others``: it is for people of the other sex alone, or for a donor, and says nothing of this person.
    """

    answer: Answer
    why: str
    line: Line
    criterion_id: str | None = None
    entry: str | None = None
    is_of_others: bool = False


@shape()
class TrialJudged:
    """All answers of one trial. ``answer``: exclude if any criterion does, include only if all do, else cannot tell."""

    nct_id: str
    answer: Answer
    judged: tuple[Judged, ...]
    notice: str = NOTICE


@cache
def entries() -> tuple[Entry, ...]:
    """What a vignette may state, in the order of definitions/vignette.yaml."""
    return tuple(Entry(name=name, **fields) for name, fields in read_yaml("vignette.yaml").items())


def entries_asked_for(studies: Sequence[StudyRows]) -> frozenset[str]:
    """Names of the entries that the criteria of these trials can be held against: age and sex, and what a fact was read of."""
    concepts = {fact.concept for study in studies for fact in study.of(CriterionFact)}
    return frozenset(entry.name for entry in entries() if entry.kind == "sex" or entry.concept in concepts | {"age"})


def parse_vignette(given: Mapping[str, str]) -> Vignette:
    """A vignette from form fields; empty ones are left out. ValueError names the field and what it takes."""
    known = {entry.name: entry for entry in entries()}
    strange = sorted(set(given) - set(known))
    if strange:
        raise ValueError(f"unknown entry {', '.join(strange)}; there are {', '.join(known)}")
    return Vignette({name: _parsed(known[name], text.strip()) for name, text in given.items() if text.strip()})


def judge(vignette: Vignette, study: StudyRows, told: Container[str] | None = None) -> TrialJudged:
    """Hold a vignette against the criteria of one trial.

    With ``told`` criteria are put into words only where they were held against one of these entries, and are `NO_WORDS`
    elsewhere: who screens hundreds of trials shows no others.
    """
    trial = Trial.of(study)
    judged = [*_fields(vignette, trial)]
    for criterion in trial.facts.criteria.values():
        if criterion.kind in ("item", "parent"):
            judged.extend(_criterion(vignette, trial.facts, criterion, told))
    answers = {each.answer for each in judged}
    if "exclude" in answers:
        answer: Answer = "exclude"
    else:
        answer = "include" if answers == {"include"} and trial.eligibility.criteria else "cannot tell"
    return TrialJudged(trial.nct_id, answer, tuple(judged))


def _parsed(entry: Entry, text: str) -> float | bool | str:
    if entry.kind == "sex":
        if text not in ("male", "female"):
            raise ValueError(f"{entry.label}: male or female, not {text!r}")
        return text
    if entry.kind == "state":
        if text not in ("yes", "no"):
            raise ValueError(f"{entry.label}: yes or no, not {text!r}")
        return text == "yes"
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = nan
    if not entry.takes(value):
        raise ValueError(f"{entry.label}: {entry.range}, not {text!r}")
    return value


def _fields(vignette: Vignette, trial: Trial) -> list[Judged]:
    """Answers of the registry's own fields: age and sex."""
    found = []
    answer: Answer
    ages, age = age_region(trial), vignette.stated.get("age")
    line = trial.line(trial.eligibility, "minimum_age") or trial.line(trial.eligibility, "maximum_age")
    if ages is not None and line is not None:
        shown = Line(f"Age: {_ages(trial)}", line.sources)
        answer, why = _inside(float(age), ages) if age is not None else ("cannot tell", "age is not stated")
        found.append(Judged(answer, why, shown, entry="age"))
    sexes = {"MALE": ("male",), "FEMALE": ("female",), "ALL": ("male", "female")}.get(trial.eligibility.gender or "", ())
    sex = vignette.stated.get("sex")
    if sexes and (sex is not None or len(sexes) == 1):
        line = trial.line(trial.eligibility, "gender", f"Sex: {trial.eligibility.gender_label}")
        answer = "cannot tell" if sex is None else "include" if sex in sexes else "exclude"
        if line:
            found.append(Judged(answer, "sex is not stated" if sex is None else f"sex stated as {sex}", line, entry="sex"))
    return found


def _ages(trial: Trial) -> str:
    """The ages of the registry's fields; years in the words that a criterion of the same ages has, so that both are one line."""
    fields = [each for each in (trial.eligibility.minimum_age, trial.eligibility.maximum_age) if each]
    if fields and (region := field_ages(trial)) is not None and all(each.endswith((" Year", " Years")) for each in fields):
        return region_words(region, "a")
    parts = [f"from {trial.eligibility.minimum_age}" if trial.eligibility.minimum_age else ""]
    parts.append(f"to {trial.eligibility.maximum_age}" if trial.eligibility.maximum_age else "")
    return " ".join(part for part in parts if part)


def _inside(value: float, region: Region) -> tuple[Answer, str]:
    point = Region.of(Interval(value, value, True, True))
    return ("include" if point.within(region) else "exclude"), f"stated as {value:g}"


def _criterion(
    vignette: Vignette, facts: TrialFacts, criterion: EligibilityCriterion, told: Container[str] | None
) -> list[Judged]:
    """Answers of one criterion: one a fact; one "cannot tell" where nothing was read from it."""
    own = facts.of_criterion.get(criterion.criterion_id, ())
    if not own:
        line = criterion_line(facts, criterion) if told is None else NO_WORDS
        unread = Judged("cannot tell", "no value was read from this criterion", line, criterion.criterion_id)
        return [unread] if criterion.kind == "item" else []
    found = []
    for fact in own:
        answer, why = _fact(vignette, facts, fact)
        entry = next((each.name for each in _asked(fact)), None)
        is_of_others = _is_of_others(vignette, criterion, fact)
        line = fact_line(facts, fact, named=True) if told is None or entry in told else NO_WORDS
        found.append(Judged(answer, why, line, criterion.criterion_id, entry, is_of_others))
    return found


def _is_of_others(vignette: Vignette, criterion: EligibilityCriterion, fact: CriterionFact) -> bool:
    is_of_other_sex = fact.sex is not None and vignette.stated.get("sex", fact.sex) != fact.sex
    return is_of_other_sex or (criterion.population or "patient") != "patient"


def _fact(vignette: Vignette, facts: TrialFacts, fact: CriterionFact) -> tuple[Answer, str]:
    criterion = facts.criteria[fact.criterion_id]
    if (criterion.population or "patient") != "patient":
        return "cannot tell", f"about the {criterion.population}"
    answer, why = _alone(vignette, criterion, fact)
    if answer == "include" and fact.condition and not fact.sex:
        return "cannot tell", f"{why}, but the limit is for: {fact.condition}"
    region = region_of(fact, criterion)
    if answer != "cannot tell" and region is not None and not concept(fact.concept).is_usual(region):
        return "cannot tell", "the limit reads the other way round than those of other trials"
    if answer == "include" and is_of_a_share(facts, fact):
        return "cannot tell", f"{why}, but on which share of the cells is not"
    if answer != "exclude":
        return answer, why
    for each in facts.choices(fact):
        if _alone(vignette, criterion, each)[0] == "include":
            return "include", f"{why}, but an alternative in the same criterion is met"
    open_points = _open_points(vignette, facts, fact)
    return ("cannot tell", f"{why}, but {open_points[0]}") if open_points else ("exclude", why)


def _open_points(vignette: Vignette, facts: TrialFacts, fact: CriterionFact) -> list[str]:
    """Why a fact that is not met does not settle that the person is excluded."""
    criterion = facts.criteria[fact.criterion_id]
    found = []
    if any(_alone(vignette, criterion, each)[0] == "cannot tell" for each in facts.choices(fact)):
        found.append("an alternative in the same criterion may be met")
    if fact.condition:
        found.append(f"the limit is for: {fact.condition}")
    if criterion.scope:
        found.append(f"the limit is of one part of the trial: {criterion.scope}")
    if has_unread_alternative(facts, fact):
        found.append("an alternative beside it was not read")
    if needs_more(facts, fact):
        found.append("the criterion excludes only together with something else")
    if is_one_way_of_several(facts, fact):
        found.append("it is one way of several to be included")
    if is_qualified(facts, fact):
        found.append("the words describe it further")
    if fact.concept == "time_since_transplant" and _is_autologous(criterion, fact):
        found.append("it is about an autologous transplant")
    reading = facts.reading(facts.slot(fact))
    if reading and (reading.limit is None or (reading.limit.branches and not fact.sex)):
        found.append(reading.problem or "other limits hold for some people")
    return found


def _is_autologous(criterion: EligibilityCriterion, fact: CriterionFact) -> bool:
    """Whether the words before the time name an autologous transplant and no other."""
    before = criterion.text[: fact.source_start - criterion.source_start].casefold()
    part = before.rpartition(",")[2].rpartition(";")[2]
    return "auto" in part and "allo" not in part


def _alone(vignette: Vignette, criterion: EligibilityCriterion, fact: CriterionFact) -> tuple[Answer, str]:
    """The answer of one fact by itself."""
    if fact.sex is not None:
        sex = vignette.stated.get("sex")
        if sex is None:
            return "cannot tell", "sex is not stated"
        if sex != fact.sex:
            return "include", f"the limit is for the {fact.sex} sex"
    region = region_of(fact, criterion)
    if region is None:
        return "cannot tell", "who may join by it was not read"
    asked = _asked(fact)
    if not asked:
        return "cannot tell", "a vignette does not ask for this"
    stated = [(entry, vignette.stated[entry.name]) for entry in asked if entry.name in vignette.stated]
    if not stated:
        return "cannot tell", f"{lowered(asked[0].label)} is not stated"
    entry, value = stated[0]
    if entry.kind == "since" and _is_near(float(value), fact):
        return "cannot tell", f"{lowered(entry.label)}: stated as {float(value):g}, and a month is not sure to the day"
    return _held_against(entry, value, region)


def _is_near(days: float, fact: CriterionFact) -> bool:
    """Whether a limit in months or years is too near to a number of days to be told from it."""
    if fact.window_unit not in ("mo", "a") or fact.window_value is None:
        return False
    limit = fact.window_value * DAYS[fact.window_unit]
    return abs(days - limit) <= MONTH_TOLERANCE * limit


def _asked(fact: CriterionFact) -> Sequence[Entry]:
    """The entries that answer a fact: of its concept, in its unit."""
    if fact.detail:
        return ()
    unit = unit_of(fact)
    return [each for each in entries() if each.concept == fact.concept and (each.unit or "") == unit and _fits(each, fact)]


def _fits(entry: Entry, fact: CriterionFact) -> bool:
    return (entry.kind == "since") == has_window(fact) and (entry.kind == "state") == (fact.comparator in ("present", "absent"))


def _held_against(entry: Entry, value: float | bool | str, region: Region) -> tuple[Answer, str]:
    if region.values is not None:
        state = "present" if value is True else "absent"
        why = f"{lowered(entry.label)}: stated as {state}"
        return ("include" if state in region.values else "exclude"), why
    fitted = concept(entry.concept or "").fitted(Region.of(Interval(float(value), float(value), True, True)))
    return ("include" if fitted.within(region) else "exclude"), f"{lowered(entry.label)}: stated as {float(value):g}"
