"""Where in the course of a disease a trial stands (definitions/settings.yaml), and of which (definitions/diseases.yaml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from harvester.compare.definition_file import Cues, Spotter, read_yaml, spotter_of
from harvester.compare.trial import Trial, remembered
from harvester.tables import Condition, DesignGroup, Keyword

Setting = Mapping[str, tuple[str, ...]]
"""Dimension -> values, only dimensions of which a value was found."""


@remembered
def setting_of(trial: Trial) -> Setting:
    """The setting that a trial's titles, conditions, keywords and arm labels speak of."""
    text = _text([_subject(trial), *(each.title for each in trial.rows.of(DesignGroup))])
    found: dict[str, tuple[str, ...]] = {}
    for dimension, value in _settings().spoken_of(text):
        found[dimension] = (*found.get(dimension, ()), value)
    return found


@remembered
def diseases_of(trial: Trial) -> frozenset[str]:
    """The diseases that a trial's titles, conditions and keywords name; those that the file does not know are left out."""
    return frozenset(spotter_of("diseases.yaml").spoken_of(_subject(trial)))


def same_setting(focal: Setting, other: Setting) -> bool:
    """Whether ``other`` shares a value with ``focal`` in every dimension that the focal trial speaks of."""
    return bool(focal) and all(set(values) & set(other.get(dimension, ())) for dimension, values in focal.items())


def shared_setting(focal: Setting, other: Setting) -> tuple[str, ...]:
    """The values that both have."""
    return tuple(value for dimension, values in focal.items() for value in values if value in other.get(dimension, ()))


@remembered
def _subject(trial: Trial) -> str:
    """Titles, conditions and keywords as one text in lower case."""
    names = [each.name for each in trial.rows.of(Condition)] + [each.name for each in trial.rows.of(Keyword)]
    return _text([trial.study.brief_title, trial.study.official_title, *names])


def _text(parts: Sequence[str | None]) -> str:
    return " | ".join(" ".join(part.casefold().split()) for part in parts if part)


@cache
def _settings() -> Spotter[tuple[str, str]]:
    by_dimension = read_yaml("settings.yaml").items()
    return Spotter({(dimension, value): Cues(cues) for dimension, values in by_dimension for value, cues in values.items()})
