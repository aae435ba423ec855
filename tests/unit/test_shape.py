"""Shapes compare, hash and order by their fields, and take no field that was not declared."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict, field, fields, replace

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
    early, late = Day(number=4), Day(number=14)

    assert sorted([late, early]) == [early, late]
    assert early < late > early <= early >= early
    assert not early > late
    assert not late <= early
    with pytest.raises(TypeError):
        _ = early < 5  # type: ignore[operator]
    with pytest.raises(TypeError):
        Day(14)  # type: ignore[call-arg]


def test_a_field_that_was_not_declared_has_no_place() -> None:
    with pytest.raises(AttributeError):
        Amount(9.0).route = "oral"  # type: ignore[attr-defined]


@shape()
class Checked:
    """One that looks at what it is given."""

    low: float
    high: float = field(kw_only=True)

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


def test_a_shape_is_a_dataclass_in_all_that_is_asked_of_one() -> None:
    """Fields, copies, defaults and what is said of it, before and after the first object is made."""
    assert [each.name for each in fields(Amount)] == ["value", "unit", "flags"]
    assert repr(Amount(9.0, flags=["hyphen"])) == "Amount(value=9.0, unit='mg', flags=['hyphen'])"
    assert asdict(Amount(9.0)) == {"value": 9.0, "unit": "mg", "flags": []}
    assert Amount(1.0).flags is not Amount(1.0).flags
    assert pickle.loads(pickle.dumps(Amount(9.0))) == copy.copy(Amount(9.0)) == Amount(9.0)
    match Amount(9.0):
        case Amount(value, unit):
            assert (value, unit) == (9.0, "mg")
    assert Amount(9.0) != (9.0, "mg")


def test_a_shape_takes_only_its_fields() -> None:
    """As a class written by hand: too few, too many, named wrongly."""
    for given, named in (((), {}), ((1.0, "mg", [], 4), {}), ((1.0,), {"route": "oral"}), ((1.0,), {"value": 2.0})):
        with pytest.raises(TypeError):
            Amount(*given, **named)  # type: ignore[arg-type]


def test_a_shape_may_look_at_what_it_is_given() -> None:
    """Both when the first object is made and later."""
    for _ in range(2):
        with pytest.raises(ValueError, match="above"):
            Checked(2.0, high=1.0)

    assert Checked(1.0, high=2.0).high == 2.0


def test_a_default_that_can_change_is_refused_as_a_dataclass_refuses_it() -> None:
    """All objects of the class would share it."""
    for default in ([], {}, set(), field(default=[])):
        with pytest.raises(ValueError, match=r"Shared\.kept: .*default_factory"):
            shape()(type("Shared", (), {"__annotations__": {"kept": "Any"}, "kept": default}))

    assert shape()(type("Alone", (), {"__annotations__": {"kept": "Any"}, "kept": ()}))().kept == ()
