"""Shapes compare, hash and order by their fields, and take no field that was not declared."""

from __future__ import annotations

from dataclasses import field, replace

import pytest

from harvester.shape import shape


@shape()
class Amount:
    """A made-up shape."""

    value: float
    unit: str = "mg"
    flags: list[str] = field(default_factory=list, compare=False)


@shape(order=True, kw_only=True)
class Day:
    """One that is ordered and named."""

    number: int


def test_equal_fields_are_one_value() -> None:
    assert {Amount(9.0), Amount(9.0, flags=["hyphen"]), replace(Amount(1.0), value=9.0)} == {Amount(9.0)}
    assert Amount(9.0) != Amount(9.0, "ug")


def test_an_ordered_shape_is_ordered_and_told_by_name() -> None:
    assert sorted([Day(number=14), Day(number=4)]) == [Day(number=4), Day(number=14)]
    with pytest.raises(TypeError):
        Day(14)  # type: ignore[call-arg]


def test_a_field_that_was_not_declared_has_no_place() -> None:
    with pytest.raises(AttributeError):
        Amount(9.0).route = "oral"  # type: ignore[attr-defined]
