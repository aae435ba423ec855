"""Texts made different, so that no index and no cache meets the same words again and again.

A name of a drug or a condition becomes another one throughout a record, and lines of long texts get other plain words and
other numbers. Names and words are drawn so that the one of rank r comes as often as 1 / (r + 10), as words and names do: the
most frequent condition stands in about one study of seventy.
Structure, headings, units and signs stay: the reading rules meet what they meet in real texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from random import Random
from typing import Any

DRUGS, CONDITIONS = 12_000, 6_000
"""Names of drugs and of conditions in a corpus."""
RENAMED = 0.9
"""Share of names that become another one; the others stay, so that known drugs go on being known."""
REWORDED = 0.85
"""Share of lines in long texts that get other words or numbers."""
_SHIFT = 10
_PLAIN_WORD = re.compile(r"\b[a-z]{6,14}\b")
_NUMBER = re.compile(r"(?<![\w.^\\])[2-9]\d?(?![\w.^\\%])")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 -]{4,40}")
_SYLLABLES = ("ba", "cel", "do", "fen", "gra", "hi", "lu", "mor", "ne", "pra", "qui", "ros", "ta", "vel", "xi", "zo")
_ENDINGS = {"drug": ("mab", "nib", "stat", "cept", "vir", "olol"), "condition": ("oma", "itis", "emia", "osis", "pathy")}


@dataclass(frozen=True)
class Vocabulary:
    """Names and plain words, the most frequent first."""

    drugs: tuple[str, ...]
    conditions: tuple[str, ...]
    words: tuple[str, ...]


def vocabulary(records: Iterable[Mapping[str, Any]]) -> Vocabulary:
    """The names and words of records, and made-up names up to the sizes above."""
    drugs: Counter[str] = Counter()
    conditions: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for record in records:
        drugs.update(drug_names(record))
        conditions.update(condition_names(record))
        words.update(_PLAIN_WORD.findall(str(record["protocolSection"].get("descriptionModule", {}))))
    return Vocabulary(
        _filled(drugs, DRUGS, _ENDINGS["drug"]),
        _filled(conditions, CONDITIONS, _ENDINGS["condition"]),
        tuple(word for word, _ in words.most_common()) or ("participants",),
    )


def _filled(names: Counter[str], size: int, endings: Sequence[str]) -> tuple[str, ...]:
    chance = Random(size)
    found = dict.fromkeys(name for name, _ in names.most_common(size))
    while len(found) < size:
        found["".join(chance.choice(_SYLLABLES) for _ in range(3)).capitalize() + chance.choice(endings)] = None
    return tuple(found)


def drug_names(record: Mapping[str, Any]) -> list[str]:
    """Names of the drugs and biologicals of a record that are names and no sentences."""
    listed = record["protocolSection"].get("armsInterventionsModule", {}).get("interventions", [])
    return [each["name"] for each in listed if each.get("type") in ("DRUG", "BIOLOGICAL") and _NAME.fullmatch(each["name"])]


def condition_names(record: Mapping[str, Any]) -> list[str]:
    """Conditions of a record."""
    listed = record["protocolSection"].get("conditionsModule", {}).get("conditions", [])
    return [each for each in listed if _NAME.fullmatch(each)]


class Names:
    """The names that a record uses, found in any text of it."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.drugs = list(dict.fromkeys(drug_names(record)))
        self.conditions = list(dict.fromkeys(condition_names(record)))
        longest_first = sorted({*self.drugs, *self.conditions}, key=lambda name: (-len(name), name))
        self.pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if longest_first else None


class Wording:
    """The words of one study: what its names became, and chance for the rest. The same seed gives the same words."""

    def __init__(self, names: Names, known: Vocabulary, seed: int) -> None:
        self._chance = Random(seed)
        self._known = known
        self._pattern = names.pattern
        self._new: dict[str, str] = {}
        for pool, own in ((known.drugs, names.drugs), (known.conditions, names.conditions)):
            self._new |= {each.casefold(): self._drawn(pool) for each in own if self._chance.random() < RENAMED}

    def renamed(self, text: str) -> str:
        """``text`` with the study's own names; the same text always gives the same."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._new.get(found[0].casefold(), found[0]), text)

    def reworded(self, text: str) -> str:
        """A long text with the study's own names, and other plain words and numbers in most of its lines."""
        return "\n".join(self._line(line) for line in self.renamed(text).split("\n"))

    def _line(self, line: str) -> str:
        chance = self._chance.random
        if chance() > REWORDED or line.rstrip().endswith(":"):
            return line
        line = _NUMBER.sub(
            lambda found: str(max(1, int(found[0]) + round(chance() * 4 - 2))) if chance() < 0.4 else found[0], line
        )
        return _PLAIN_WORD.sub(lambda found: self._drawn(self._known.words) if chance() < 0.25 else found[0], line)

    def _moved(self, number: int) -> str:
        return str(max(1, number + round(self._chance.random() * 4 - 2)))

    def _drawn(self, pool: Sequence[str]) -> str:
        return pool[int(_SHIFT * exp(self._chance.random() * log(len(pool) / _SHIFT + 1))) - _SHIFT]
