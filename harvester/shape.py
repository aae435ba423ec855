"""Shapes: small classes whose fields are given once and never set again.

The type checker holds that. Nothing guards it at run time: the guard of a frozen dataclass makes each of its objects cost up to
seven times as much, and reading a record makes hundreds of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def shape(*, order: bool = False, kw_only: bool = False) -> Callable[[type[_T]], type[_T]]:
    """Makes a class a dataclass with slots that compares and hashes by its fields; ``order`` and ``kw_only`` as there.

    >>> @shape()
    ... class Dose:
    ...     amount: float
    ...     unit: str
    >>> Dose(9, "ug/d") == Dose(9, "ug/d"), Dose(9, "ug/d") in {Dose(9, "ug/d")}
    (True, True)
    """
    return dataclass(slots=True, unsafe_hash=True, order=order, kw_only=kw_only)
