"""Concepts as a comparison shows them: label, order, scale and the words that speak of them (definitions/concepts.csv)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cache, lru_cache
from itertools import chain
from math import ceil, floor, inf
from types import MappingProxyType

from harvester.compare.definition_file import definition_rows
from harvester.compare.region import EVERYTHING, Interval, Region
from harvester.compare.spoken import SpokenWords
from harvester.shape import shape


@shape()
class Concept:
    """One concept. ``scale_low`` and ``scale_high`` belong to its scale; ``step`` is None on a continuous one.

    ``told_by`` says what makes two facts of it comparable, ``side`` which side of the scale trials admit as a rule (see the
    definition file); None where the file does not know it.
    """

    slug: str
    label: str
    order: int
    told_by: str | None = None
    scale_low: float | None = None
    scale_high: float | None = None
    step: float | None = None
    side: str | None = None
    words: SpokenWords = field(default_factory=SpokenWords)

    @property
    def is_of_details(self) -> bool:
        """Whether only facts that name the same detail stand in one row."""
        return self.told_by in ("detail", "named", "window")

    def fitted(self, region: Region) -> Region:
        """``region`` as its scale has it, so that "below 3", "0 to 2" and "0, 1 or 2" are one set on a scale of grades.

        A step reaches up to the next one, which does not belong to it: grades 0 to 2 are [0, 3).
        A region that holds the whole scale is everything: it keeps nobody out.
        """
        if region.values is not None:
            return region
        stepped = Region.of(*(self._on_steps(each) for each in region.intervals))
        whole = self._whole
        return EVERYTHING if whole.within(stepped) else stepped.intersection(whole)

    def shown(self, region: Region) -> Region:
        """A region with the existing values at its ends, for reading: below grade 3 is "≤ 2"."""
        if region.values is not None or not self.step:
            return region
        stepped = Region.of(*(self._on_steps(each) for each in region.intervals))
        return Region(tuple(_closed(each, self.step) for each in stepped.intervals))

    def unfitted(self, region: Region) -> Region:
        """A fitted region without the ends that are only the scale's, for reading: [50, 100] % is "≥ 50 %"."""
        whole = self._whole
        if region.values is not None or not whole.intervals:
            return region
        low, high = whole.intervals[0].low, whole.intervals[0].high
        opened = [
            Interval(
                -inf if each.low == low else each.low,
                inf if each.high == high else each.high,
                each.low_inclusive and each.low != low,
                each.high_inclusive and each.high != high,
            )
            for each in region.intervals
        ]
        return self.shown(Region.of(*opened))

    def is_usual(self, region: Region) -> bool:
        """Whether a region reaches to the side of the scale that trials admit as a rule; true where there is no rule."""
        fitted = self.fitted(region)
        if self.side is None or fitted.values is not None or fitted.is_empty:
            return True
        end = fitted.intervals[-1].high if self.side == "high" else fitted.intervals[0].low
        whole = self._whole.intervals[0]
        return end in ((inf, whole.high) if self.side == "high" else (-inf, whole.low))

    @property
    def _whole(self) -> Region:
        low = -inf if self.scale_low is None else self.scale_low
        high = inf if self.scale_high is None else self.scale_high
        return Region.of(self._on_steps(Interval(low, high, low != -inf, high != inf)))

    def _on_steps(self, interval: Interval) -> Interval:
        if not self.step or interval.is_empty:
            return interval
        low, high = interval.low / self.step, interval.high / self.step
        if low != -inf:
            low = ceil(low) if interval.low_inclusive else floor(low) + 1
        if high != inf:
            high = floor(high) + 1 if interval.high_inclusive else ceil(high)
        return Interval(low * self.step, high * self.step, low != -inf, False)


@cache
def concepts() -> Mapping[str, Concept]:
    """All defined concepts by slug, in order."""
    found = {}
    for order, row in enumerate(definition_rows("concepts.csv")):
        found[row["concept"]] = Concept(
            slug=row["concept"],
            label=row["label"],
            order=order,
            told_by=row["told_by"],
            scale_low=_number(row["scale_low"]),
            scale_high=_number(row["scale_high"]),
            step=_number(row["step"]),
            side=row["side"] or None,
            words=SpokenWords.of(row["words"] or row["label"].casefold()),
        )
    return MappingProxyType(found)


def concept(slug: str) -> Concept:
    """The concept, or one made from the slug where the file does not know it: shown last, on no scale."""
    known = concepts().get(slug)
    if known:
        return known
    return Concept(slug, slug.replace("_", " ").capitalize(), len(concepts()), words=SpokenWords.of(slug.replace("_", " ")))


@lru_cache(maxsize=1_000)
def slug_of(name: str) -> str:
    """The slug that a name stands for: itself, or that of a label or of a word that speaks of it; else the name made one."""
    asked = " ".join(name.casefold().replace("_", " ").split())
    known = concepts().values()
    by_slug = (each.slug for each in known if asked == each.slug.replace("_", " "))
    by_label = (each.slug for each in known if asked == each.label.casefold())
    by_word = (each.slug for each in known if asked in each.words.plain)
    return next(chain(by_slug, by_label, by_word), asked.replace(" ", "_"))


def _closed(interval: Interval, step: float) -> Interval:
    return Interval(interval.low, interval.high - step, interval.low_inclusive, interval.high != inf)


_FIELD_WORDS = {"minimumAge": "the registry's minimum age", "maximumAge": "the registry's maximum age"}


def with_labels(sentence: str) -> str:
    """A sentence that begins with a concept's slug in words, as "lvef of 50 %", with the label in the slug's place.

    Fields of the record that it names are told in words too.
    """
    for field_, words in _FIELD_WORDS.items():
        sentence = sentence.replace(field_, words)
    start = sentence.casefold()
    for slug, each in sorted(concepts().items(), key=lambda item: -len(item[0])):
        words = slug.replace("_", " ")
        if start.startswith(words + " "):
            return each.label + sentence[len(words) :]
    return sentence


def _number(text: str) -> float | None:
    return float(text) if text else None
