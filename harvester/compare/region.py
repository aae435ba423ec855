"""Who may join, as sets: the algebra behind "stricter" and "looser".

Four layers, each ordered by inclusion:

    Region   a set on one axis: a union of intervals of numbers (ends may or may not belong), or a set of values
    Clause   alternatives, each on its own axis: "creatinine at most 2 × ULN or clearance at least 50 mL/min"
    Rule     clauses that all must hold
    Limit    a rule for each branch of people: men and women, with liver metastases and without

`verdict` says how the people of one limit lie to those of another. It is set inclusion: reflexive, antisymmetric, transitive,
turned round when both sides are turned into their complement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf

from harvester.compare.model import Verdict
from harvester.shape import shape


@shape(order=True)
class Interval:
    """Numbers from ``low`` to ``high``. An end that does not belong to it is open; infinite ends never belong."""

    low: float = -inf
    high: float = inf
    low_inclusive: bool = False
    high_inclusive: bool = False

    def __post_init__(self) -> None:
        if self.low != self.low or self.high != self.high:
            raise ValueError("an interval needs numbers, not NaN")

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in it."""
        if self.low == self.high:
            return not (self.low_inclusive and self.high_inclusive) or self.low in (-inf, inf)
        return self.low > self.high

    def meets(self, other: Interval) -> Interval:
        """The numbers in both."""
        low, low_inclusive = max((self.low, not self.low_inclusive), (other.low, not other.low_inclusive))
        high, high_inclusive = min((self.high, self.high_inclusive), (other.high, other.high_inclusive))
        return Interval(low, high, not low_inclusive, high_inclusive)

    def touches(self, other: Interval) -> bool:
        """Whether the two, ``self`` starting first, make one stretch without a gap."""
        if other.low != self.high:
            return other.low < self.high
        return other.low_inclusive or self.high_inclusive


@shape()
class Region:
    """A set on one axis: ``intervals`` (sorted, apart, not empty) of numbers, or ``values``, None on an axis of numbers."""

    intervals: tuple[Interval, ...] = ()
    values: frozenset[str] | None = None

    @classmethod
    def of(cls, *intervals: Interval) -> Region:
        """The union of intervals, in its one normal form."""
        merged: list[Interval] = []
        for each in sorted((each for each in intervals if not each.is_empty), key=_by_start):
            if merged and merged[-1].touches(each):
                last = merged[-1]
                high, inclusive = max((last.high, last.high_inclusive), (each.high, each.high_inclusive))
                merged[-1] = Interval(last.low, high, last.low_inclusive, inclusive)
            else:
                merged.append(each)
        return cls(tuple(merged))

    @classmethod
    def of_values(cls, values: Iterable[str]) -> Region:
        """A set of values."""
        return cls((), frozenset(values))

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in it."""
        return not (self.intervals or self.values)

    @property
    def is_everything(self) -> bool:
        """Whether it is the whole axis of numbers."""
        return self.intervals == (Interval(),)

    def union(self, other: Region) -> Region:
        """What is in either."""
        _same_axis(self, other)
        if self.values is not None and other.values is not None:
            return Region((), self.values | other.values)
        return Region.of(*self.intervals, *other.intervals)

    def intersection(self, other: Region) -> Region:
        """What is in both."""
        _same_axis(self, other)
        if self.values is not None and other.values is not None:
            return Region((), self.values & other.values)
        return Region.of(*(mine.meets(theirs) for mine in self.intervals for theirs in other.intervals))

    def complement(self) -> Region:
        """The other numbers; ValueError on an axis of values, whose whole is not known."""
        if self.values is not None:
            raise ValueError("the complement of a set of values is not known")
        gaps: list[Interval] = []
        low, inclusive = -inf, False
        for each in self.intervals:
            gaps.append(Interval(low, each.low, inclusive, not each.low_inclusive and each.low != -inf))
            low, inclusive = each.high, not each.high_inclusive
        if low != inf:
            gaps.append(Interval(low, inf, inclusive, False))
        return Region.of(*gaps)

    def within(self, other: Region) -> bool:
        """Whether all of it lies in ``other``."""
        return self.intersection(other) == self

    def clipped(self, low: float | None, high: float | None) -> Region:
        """The part of it between the ends of a scale, both of which belong to the scale."""
        scale = Interval(-inf if low is None else low, inf if high is None else high, low is not None, high is not None)
        return self.intersection(Region.of(scale))

    def scaled(self, factor: float, shift: float = 0.0) -> Region:
        """The same set in another unit: each end times ``factor`` (above 0) plus ``shift``."""
        if factor <= 0:
            raise ValueError(f"a change of unit has a factor above 0, not {factor}")
        return Region.of(
            *(
                Interval(each.low * factor + shift, each.high * factor + shift, each.low_inclusive, each.high_inclusive)
                for each in self.intervals
            )
        )


def _by_start(interval: Interval) -> tuple[float, bool]:
    return (interval.low, not interval.low_inclusive)


def _same_axis(left: Region, right: Region) -> None:
    if (left.values is None) != (right.values is None) and not (left.is_empty or right.is_empty):
        raise ValueError("numbers and values are on different axes")


EVERYTHING = Region.of(Interval())


@shape()
class Clause:
    """Alternatives joined by OR: axis name -> region. A person is in the clause when in the region of any axis."""

    alternatives: Mapping[str, Region]

    @property
    def holds_everybody(self) -> bool:
        """Whether one of the alternatives is a whole axis of numbers."""
        return any(region.is_everything for region in self.alternatives.values())

    def within(self, other: Clause) -> bool:
        """Whether everybody here is there too.

        Axes vary freely of each other, so each alternative must lie in the same axis' alternative of ``other``,
        unless ``other`` holds everybody anyway.
        """
        if other.holds_everybody:
            return True
        return all(
            region.is_empty or (axis in other.alternatives and region.within(other.alternatives[axis]))
            for axis, region in self.alternatives.items()
        )

    def meets(self, other: Clause) -> bool:
        """Whether somebody can be in both: always, when the two have alternatives on different axes."""
        for axis, region in self.alternatives.items():
            for other_axis, other_region in other.alternatives.items():
                if region.is_empty or other_region.is_empty:
                    continue
                if axis != other_axis or not region.intersection(other_region).is_empty:
                    return True
        return False


@shape()
class Rule:
    """Clauses that all must hold. Without a clause everybody is in it."""

    clauses: tuple[Clause, ...] = ()

    @classmethod
    def of(cls, *clauses: Clause) -> Rule:
        """The rule in its normal form: clauses on one axis become one; those that hold everybody or an earlier one go."""
        single: dict[str, Region] = {}
        kept: list[Clause] = []
        for each in clauses:
            if len(each.alternatives) == 1:
                ((axis, region),) = each.alternatives.items()
                single[axis] = region.intersection(single[axis]) if axis in single else region
            elif each not in kept:
                kept.append(each)
        merged = [Clause({axis: region}) for axis, region in sorted(single.items())]
        told = [each for each in (*merged, *kept) if not each.holds_everybody]
        return cls(tuple(each for at, each in enumerate(told) if not _is_implied(each, told[:at])))

    @property
    def is_plain(self) -> bool:
        """Whether no clause leaves a choice, so that the axes are free of each other."""
        return all(len(each.alternatives) == 1 for each in self.clauses)

    def within(self, other: Rule) -> bool:
        """Whether everybody here is surely there too: every clause there holds one of the clauses here."""
        return all(any(mine.within(theirs) for mine in self.clauses) for theirs in other.clauses)

    @property
    def admits_nobody(self) -> bool:
        """Whether one of its clauses holds nobody."""
        return any(all(region.is_empty for region in each.alternatives.values()) for each in self.clauses)

    def meets(self, other: Rule) -> bool:
        """Whether somebody can be in both."""
        return all(mine.meets(theirs) for mine in self.clauses for theirs in other.clauses)


@shape()
class Limit:
    """A rule for everybody (``rest``) and for named branches of people, which takes the place of ``rest`` for these.

    Names are words; "not " in front of a name makes its complement, as "male" and "female" are each other's.
    """

    rest: Rule
    branches: Mapping[str, Rule]

    @property
    def admits_nobody(self) -> bool:
        """Whether the rule of everybody or of a branch holds nobody."""
        return any(rule.admits_nobody for rule in (self.rest, *self.branches.values()))

    @property
    def admits_everybody(self) -> bool:
        """Whether no rule has a clause."""
        return not any(rule.clauses for rule in (self.rest, *self.branches.values()))

    @property
    def leaves_some_unbound(self) -> bool:
        """Whether a branch is limited on an axis on which everybody else is not."""
        bound = {axis for clause in self.rest.clauses for axis in clause.alternatives}
        return any(bound.isdisjoint(clause.alternatives) for rule in self.branches.values() for clause in rule.clauses)

    def of(self, branch: str) -> Rule:
        """The rule that holds for a branch."""
        return self.branches.get(branch, self.rest)


def verdict(focal: Limit, other: Limit, *, of_named: bool = False) -> Verdict:
    """How the people of ``other`` lie to those of ``focal``: the same, part of them (stricter), more (looser), some, or none.

    With ``of_named`` only people of the named branches are asked about, where there are such.
    Where choices and further clauses stand together, inclusion cannot be decided clause by clause: then only "same" is claimed.
    """
    names = sorted({*focal.branches, *other.branches})
    pairs = [(focal.of(name), other.of(name)) for name in names]
    if not names or not (of_named or _name_everybody(names)):
        pairs.append((focal.rest, other.rest))
    inside = all(theirs.within(mine) for mine, theirs in pairs)
    around = all(mine.within(theirs) for mine, theirs in pairs)
    if inside and around:
        return "same"
    if not all(_decidable(mine, theirs) for mine, theirs in pairs):
        return "not comparable"
    if inside:
        return "stricter"
    if around:
        return "looser"
    return "overlapping" if any(mine.meets(theirs) for mine, theirs in pairs) else "disjoint"


def _name_everybody(names: Sequence[str]) -> bool:
    """Whether two of the branches are each other's complement, so that nobody is left for the rule of the rest."""
    others = [set(name.removeprefix("not ").split()) for name in names if not name.startswith("not ")]
    negated = [set(name.removeprefix("not ").split()) for name in names if name.startswith("not ")]
    return {"male", "female"} <= set(names) or any(
        mine <= theirs or theirs <= mine for mine in negated for theirs in others if len(mine & theirs) > 1
    )


def everyone(axis: str, region: Region) -> Limit:
    """A limit that is one region for everybody."""
    return Limit(Rule.of(Clause({axis: region})), {})


def _is_implied(clause: Clause, earlier: Sequence[Clause]) -> bool:
    return any(each.within(clause) for each in earlier)


def _decidable(left: Rule, right: Rule) -> bool:
    single = len(left.clauses) <= 1 and len(right.clauses) <= 1
    return single or (left.is_plain and right.is_plain)
