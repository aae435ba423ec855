"""Stages of a disease (rule ``stage.named``): ``stage IIB-IVA``, ``Ann Arbor stage III or IV``, ``CKD stage 4 or higher``.

A stage is a set of signs, never a number to reckon with: ``value_set`` holds what is admitted or shut out, ``detail`` the system.
A stage of the trial itself (``Stage 1 of the study``) and a digit of which no disease is told are not read.
"""

from __future__ import annotations

import re
from functools import cache

from harvester.text.expressions.definition_file import definition_pairs, expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.limits.place import ReadingLine

CONCEPT = "disease_stage"
_ROMAN = ("0", "I", "II", "III", "IV")
_VALUE = r"(?:F(?=[0-4]))?(?:IV|III|II|I|V|0|[1-6]|[Ⅰ-Ⅳ])(?:[A-D][1-3]?)?(?![A-Za-z0-9]|\.\d)"
_SIGNS = {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV"}
_LETTER = r"[A-D](?![A-Za-z0-9])"
_STAGE = expression("stage.opens")
_ONE = pattern_of(_VALUE, re.IGNORECASE)
_OF_LETTERS = pattern_of(rf"{_LETTER}|{_VALUE}")
_JOIN = expression("stage.join")
_PART = pattern_of(r" (?P<part>[A-C])(?=\s?[/,;.)-]|\s(?:or|and|to|through)\b|\s?$)")
_NEXT_LETTER = pattern_of(_LETTER, re.IGNORECASE)
_SIGN_BEFORE = expression("stage.sign_before")
_OR_MORE = pattern_of(
    r"\s?,?\s?\(?(?:or|and) (?:higher|greater|above|worse|beyond|more(?: advanced)?|later|over)\b", re.IGNORECASE
)
_OR_LESS = pattern_of(r"\s?,?\s?\(?(?:or|and) (?:lower|less|below|earlier|better)\b", re.IGNORECASE)
_OWN_SCALE = expression("stage.own_scale")
_ROMANS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_OF_TRIAL = expression("stage.of_trial")
_DISEASE = expression("stage.disease")
_OPEN = expression("stage.open")
_FIGURES = pattern_of(r"F?\d(?:\s?(?:-|~|to|through)\s?(?:stage )?F?\d)?", re.IGNORECASE)
_NAMED = pattern_of(r"(?<![.:;]\s)(?<!^)\b[A-Z][A-Za-z]{3,}(?: [Cc]lassification| system)?\s?$")  # "CEAP Classification Stage 6"
_NYHA = pattern_of(r"NYHA|New York", re.IGNORECASE)
_OR = pattern_of(r"\bor\b", re.IGNORECASE)
_NEAR = 48  # characters
_UP = (">", ">=")


@cache
def _systems() -> tuple[re.Pattern[str], dict[str, str], dict[str, tuple[str, ...]]]:
    """The expression of all names, the system of each name, and the scale of each system."""
    system_of: dict[str, str] = {}
    scales: dict[str, tuple[str, ...]] = {}
    for told, names in definition_pairs("stages.txt"):
        system, _, scale = told.partition(" = ")
        scales[system] = tuple(scale.split())
        system_of |= {name.strip(): system for name in names.split(" | ")}
    longest = sorted(system_of, key=len, reverse=True)
    return pattern_of(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, longest))})(?![A-Za-z])", re.IGNORECASE), system_of, scales


def stage_facts(line: ReadingLine) -> list[FactRead]:
    """The stages ``line`` names, with who may join where a line under inclusion names them once and plainly."""
    if "tage" not in line.text and "TAGE" not in line.text and "CKD" not in line.text:
        return []
    found: list[FactRead] = []
    free = 0
    for opened in _STAGE.finditer(line.text):
        fact, end = _read(line, opened) if opened.start() >= free else (None, free)
        free = max(free, end)
        if fact is not None:
            found.append(fact)
    return found if len(found) == 1 else [changed(fact, **NOBODY) for fact in found]


def _read(line: ReadingLine, opened: re.Match[str]) -> tuple[FactRead | None, int]:
    """The stages told at one place, and where they end."""
    text, at = line.text, opened.end()
    bounds = line.clipped(opened.start(), at)
    system = _system(text, opened.start(), at, bounds)
    scale = _systems()[2].get(system or "", ())
    first = (_OF_LETTERS if "B" in scale else _ONE).match(text, at)
    if first is None:
        return None, at
    if scale and _split(_spelt(first.group()))[0] not in scale:
        system, scale = None, ()  # the words name something else ("heart failure, stage III")
    values, end = _values(text, first, scale)
    sign = opened["sign"] or _sign_before(text[max(bounds[0], opened.start() - 60) : opened.start()])
    more = _OR_MORE.match(text, end) or _OR_LESS.match(text, end)
    if more:
        sign, end = ">=" if _OR_MORE.match(text, end) else "<=", more.end()
    near = text[max(bounds[0], opened.start() - 60) : min(bounds[1], end + 60)]
    unnamed = values[-1][0].isdigit() and system is None
    if (
        _OF_TRIAL.match(text, end)
        or _NYHA.search(text, max(bounds[0], opened.start() - 24), opened.start())
        or (unnamed and not (_DISEASE.search(near) or _NAMED.search(text[max(bounds[0], opened.start() - 40) : opened.start()])))
    ):
        return None, end
    if sign:
        values = _beyond(values, _signed(sign), scale) if len(values) == 1 else ()
    if not values:
        return None, end
    before, after = text[bounds[0] : opened.start()], text[end : bounds[1]]
    fact = framed(line, opened.start(), end, CONCEPT, "stage.named", before, after, ())
    own = _OWN_SCALE.search(before[-_NEAR:]) or _OWN_SCALE.search(after[:_NEAR])
    if own and not sign:
        return _scored(fact, values, own.group(), _is_asked_for(line, fact, before, after)), end
    told = tuple(float(value) if value.isdigit() else value for value in values)
    who = told if _is_asked_for(line, fact, before, after) else None
    fact = changed(fact, comparator="in", value_set=told, detail=system, reference="absolute", eligible_set=who)
    return (fact if sign else _in_figures(fact, text[first.start() : end])), end


def _scored(fact: FactRead, values: tuple[str, ...], scale: str, asked: bool) -> FactRead:
    """The stages of a scale of its own (``Hoehn and Yahr stage II-IV``) as its scores; nobody is asked across a gap."""
    numbers = sorted(float(_ROMANS.get(value, value)) for value in values if value in _ROMANS or value.isdigit())
    if len(numbers) < len(values):
        return fact
    whole = len(numbers) == numbers[-1] - numbers[0] + 1
    fact = changed(fact, concept="other_score", detail=scale, reference="absolute")
    return _ranged(fact, numbers[0], numbers[-1], asked and whole)


def _in_figures(fact: FactRead, words: str) -> FactRead:
    """``stage 3-5`` as a range of numbers, as grades are; other stages stay sets."""
    low, high = (fact.value_set or ("",))[0], (fact.value_set or ("",))[-1]
    if not (isinstance(low, float) and isinstance(high, float) and _FIGURES.fullmatch(words)):
        return fact
    return _ranged(fact, low, high, fact.eligible_set is not None)


def _ranged(fact: FactRead, low: float, high: float, asked: bool) -> FactRead:
    """``fact`` as all from ``low`` to ``high``, and who may join by it where it is asked for."""
    return changed(
        fact,
        comparator="range" if low < high else "=",
        value_set=None,
        low=low,
        low_inclusive=True,
        high=high,
        high_inclusive=True,
        eligible_low=low if asked else None,
        eligible_low_inclusive=True if asked else None,
        eligible_high=high if asked else None,
        eligible_high_inclusive=True if asked else None,
        eligible_set=None,
    )


def _system(text: str, start: int, at: int, bounds: tuple[int, int]) -> str | None:
    """The system named in the words before the stage, in its own words, or behind it."""
    names, system_of, _ = _systems()
    own = list(names.finditer(text, max(bounds[0], start - _NEAR), at))
    found = own[-1] if own else names.search(text, at, min(bounds[1], at + _NEAR))
    return system_of.get(found.group().lower()) if found else None


def _values(text: str, first: re.Match[str], scale: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The stages that are counted out from ``first`` on, ranges filled up, and where they end."""
    value, end = _parted(text, first)
    values = [value]
    while joiner := _JOIN.match(text, end):
        following = (_OF_LETTERS if "B" in scale else _ONE).match(text, joiner.end())
        lettered = None if following else _NEXT_LETTER.match(text, joiner.end())
        if following is not None:
            value, end = _parted(text, following)
        elif lettered is not None and values[-1][-1:].upper() in "ABC" and len(values[-1]) > 1:
            value = _spelt(values[-1][:-1] + lettered.group())
        else:
            break
        values.extend(_between(values[-1], value, scale) if joiner["to"] else ())
        values.append(value)
        end = lettered.end() if lettered else end
    return tuple(dict.fromkeys(values)), end


def _parted(text: str, stage: re.Match[str]) -> tuple[str, int]:
    """A stage with the letter of its part behind a blank (``stage III A/B``), and where they end."""
    value = _spelt(stage.group())
    part = _PART.match(text, stage.end()) if value in _ROMAN else None
    return (value + part["part"], part.end()) if part else (value, stage.end())


def _spelt(value: str) -> str:
    """``iib`` as ``IIB``, ``3B`` as ``3b``, ``F2`` of fibrosis as ``2``."""
    value = value.lstrip("Ff")
    value = _SIGNS.get(value[0], value[0]) + value[1:]
    return value.lower() if value[0].isdigit() and len(value) > 1 else value.upper()


def _split(value: str) -> tuple[str, str]:
    """The stage and its part: ``IIB`` is II and B."""
    stage = re.match(r"[IV]+|\d", value)
    return (stage.group(), value[stage.end() :]) if stage else (value, "")


def _ladder(value: str, scale: tuple[str, ...]) -> tuple[str, ...]:
    """The stages of the system in order; without one those of the signs that are used."""
    stage = _split(value)[0]
    return scale if stage in scale else _ROMAN if stage in _ROMAN else tuple("12345") if value[:1].isdigit() else ()


def _between(low: str, high: str, scale: tuple[str, ...]) -> tuple[str, ...]:
    """What lies between two stages of a range: parts of the lower, whole stages, parts of the higher."""
    (first, part), (last, upto) = _split(low), _split(high)
    ladder = _ladder(low, scale)
    if first not in ladder or last not in ladder:
        return ()
    letters = "ab" if first.isdigit() else "ABC"
    if first == last:
        return tuple(first + each for each in letters if part[:1] < each < upto[:1])
    rest = tuple(first + each for each in letters if part and each > part[:1])
    whole = ladder[ladder.index(first) + 1 : ladder.index(last)]
    return (*rest, *whole, *(last + each for each in letters if upto and each < upto[:1]))


def _beyond(values: tuple[str, ...], sign: str, scale: tuple[str, ...]) -> tuple[str, ...]:
    """The stages from the one told to the end of the scale; none where the end is not known."""
    value, (stage, part) = values[0], _split(values[0])
    ladder = scale if stage in scale else _ROMAN if stage in _ROMAN else ()
    if stage not in ladder:
        return ()
    at, letters = ladder.index(stage), "ab" if stage.isdigit() else "ABC"
    own = (value,) if sign in (">=", "<=") else ()
    if sign in _UP:
        return (*own, *(stage + each for each in letters if part and each > part[:1]), *ladder[at + 1 :])
    return (*ladder[:at], *(stage + each for each in letters if part and each < part[:1]), *own)


def _sign_before(before: str) -> str | None:
    """The comparator right before the word "stage"."""
    found = _SIGN_BEFORE.search(before)
    return found["sign"] if found else None


def _signed(words: str) -> str:
    """The sign of a comparator's words."""
    low = " ".join(words.lower().split())
    if low in ("≥", ">=", "at least") or ("equal" in low and low.startswith(("greater", "higher", "more"))):
        return ">="
    if low in ("≤", "<=", "up to") or "equal" in low:
        return "<="
    return "<" if low in ("<", "less than", "lower than", "below", "under") else ">"


def _is_asked_for(line: ReadingLine, fact: FactRead, before: str, after: str) -> bool:
    """Whether nothing beside the stage leaves open whom it is asked of."""
    criterion = line.criterion
    plain = criterion.section == "inclusion" and criterion.kind == "item" and criterion.scope is None
    alone = not (line.one_of_several or line.defining or line.conditional or line.spared or line.whom)
    unbound = fact.condition is None and not fact.exception and fact.sex is None
    return plain and alone and unbound and not (_OPEN.search(before) or _OR.search(before) or _OR.search(after))
