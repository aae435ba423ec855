"""British and American spellings of the words of medicine: who searches with one means the other too."""

from __future__ import annotations

import re

_PAIRS = (
    *(("aemi", "(?<!a)emi"), ("^haem", "^hem"), ("^anaem", "^anem"), ("oedema", "(?<!o)edema"), ("tumour", "tumor")),
    *(("paedi", "pedi"), ("oesoph", "(?<!o)esoph"), ("anaesth", "anesth"), ("rrhoea", "rrhea"), ("pnoea", "pnea")),
    *(("gynaec", "gynec"), ("^foet", "^fet"), ("^faec", "^fec"), ("oestr", "(?<!o)estr"), ("coeliac", "celiac")),
    *(("aetiolog", "(?<!a)etiolog"), ("sulph", "sulf"), ("^leuco", "^leuko"), ("caesar", "cesar"), ("naevus", "nevus")),
    *(("isation", "ization"), ("ised$", "ized$"), ("ising$", "izing$"), ("behaviour", "behavior"), ("fibre", "fiber")),
    *(("^centre", "^center"), ("^labour", "^labor"), ("^colour", "^color"), ("^ageing$", "^aging$")),
)
"""What a word has in one spelling and in the other. What it makes of other words is no word, and is found nowhere."""
_PLAIN = re.compile(r"\(\?<!.\)|[\^$]")


def _rewriting(pairs: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One expression for all first ones of the pairs, and what stands for each."""
    return re.compile("|".join(sought for sought, _ in pairs)), {_PLAIN.sub("", a): _PLAIN.sub("", b) for a, b in pairs}


_TO = (_rewriting(_PAIRS), _rewriting(tuple((american, british) for british, american in _PAIRS)))


def spellings(word: str) -> tuple[str, ...]:
    """The word, and what it is in the other spelling, where that is another.

    >>> spellings("leukemia"), spellings("Haemoglobin"), spellings("asthma")
    (('leukemia', 'leukaemia'), ('Haemoglobin', 'hemoglobin'), ('asthma',))
    """
    low = word.casefold()
    return (word, *(other for rewriting in _TO if (other := _rewritten(low, *rewriting)) != low))


def _rewritten(word: str, sought: re.Pattern[str], written: dict[str, str]) -> str:
    return sought.sub(lambda found: written[found[0]], word)
