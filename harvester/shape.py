"""Shapes: small classes whose fields are given once and never set again.

The type checker holds that. Nothing guards it at run time: the guard of a frozen dataclass makes each of its objects cost up to
seven times as much, and reading a record makes hundreds of them.

A shape is a dataclass in all that is asked of one (``fields``, ``replace``, ``asdict``), but each of its methods is compiled when
it is first called: to compile them all as their modules are loaded took a tenth of a second for a hundred and fifty classes. Nor
is it made by ``dataclass``, which looks through each annotation for what no shape has: that took a tenth of a command's start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import partial
from typing import Any, TypeVar, cast, dataclass_transform

_T = TypeVar("_T")


@dataclass(slots=True)
class _Model:
    """A dataclass, for what one is told by."""

    field: int


_MODEL: Any = _Model


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

    def made(cls: type[_T]) -> type[_T]:
        if cls.__doc__ is None:  # a dataclass would write its signature there, and load and compile what reads signatures
            cls.__doc__ = cls.__name__
        shaped: Any = _with_slots(cls, _fields_of(cls, kw_only))
        shaped.__init__ = _written_when_called(shaped, "__init__", _init)
        shaped.__eq__ = _written_when_called(shaped, "__eq__", _eq)
        shaped.__hash__ = _written_when_called(shaped, "__hash__", _hash)
        for name, sign in _ORDER.items() if order else ():
            setattr(shaped, name, _written_when_called(shaped, name, partial(_ordering, name, sign)))
        shaped.__repr__ = _repr
        return cast("type[_T]", shaped)

    return made


def _fields_of(cls: type, kw_only: bool) -> dict[str, Any]:
    """The fields by their names: those of the shapes a class builds on, and what it declares; not the variables of the class."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        found |= getattr(base, "__dataclass_fields__", {})
    for name, told in cls.__annotations__.items():
        if str(told).startswith(("ClassVar", "typing.ClassVar")):
            continue
        given = vars(cls).get(name, MISSING)
        each: Any = given if isinstance(given, Field) else field(default=given)
        if each.default.__class__.__hash__ is None:  # as dataclass: all objects of the class would share it
            raise ValueError(f"{cls.__name__}.{name}: a default that can change; use field(default_factory=...)")
        each.name, each.type, each._field_type = name, told, _MODEL.__dataclass_fields__["field"]._field_type
        each.kw_only = kw_only if each.kw_only is MISSING else each.kw_only
        found[name] = each
    return found


def _with_slots(cls: type, found: dict[str, Any]) -> type:
    """The class anew, with a slot for each of the fields that have none yet: slots cannot be given to a class that is there."""
    taken = {name for base in cls.__mro__[1:] for name in vars(base).get("__slots__", ())}
    body = {name: value for name, value in vars(cls).items() if name not in found and name not in ("__dict__", "__weakref__")}
    body["__slots__"] = tuple(name for name in found if name not in taken)
    body["__match_args__"] = tuple(name for name, each in found.items() if not each.kw_only)
    body["__dataclass_fields__"], body["__dataclass_params__"] = found, _MODEL.__dataclass_params__
    made: type = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _written_when_called(cls: Any, name: str, write: Callable[[Any, dict[str, Any]], str]) -> Callable[..., Any]:
    """A method that puts the one that ``write`` writes in its own place, and calls it."""

    def method(self: Any, *given: Any, **named: Any) -> Any:
        names: dict[str, Any] = {}
        exec(write(cls, names), names)  # noqa: S102 - made of the names of fields
        written = names[name]
        written.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, written)
        return written(self, *given, **named)

    return method


def maker(cls: type[_T], names: Iterable[str]) -> Callable[[Iterable[Any]], _T]:
    """What makes an object of a shape from the values of its fields, ``names`` being all: a third of its constructor's time."""
    known: dict[str, Any] = {"cls": cls, "new": object.__new__}
    filled = "".join(f"made.{name}, " for name in names)
    exec(f"def make(values):\n    made = new(cls)\n    {filled.rstrip()} = values\n    return made\n", known)  # noqa: S102 - names of fields
    made: Callable[[Iterable[Any]], _T] = known["make"]
    return made


def values_of(each: Any) -> dict[str, Any]:
    """The values of a shape by the names of its fields; ``asdict`` would copy each of them, at many times the cost."""
    return {name: getattr(each, name) for name in each.__dataclass_fields__}


def _init(cls: Any, names: dict[str, Any]) -> str:
    """The constructor; what it needs beside its parameters goes into ``names``."""
    names["_missing"] = MISSING
    parameters, body = ["self"], []
    for each in sorted(fields(cls), key=lambda each: bool(each.kw_only)):
        if each.kw_only and "*" not in parameters:
            parameters.append("*")
        value = each.name
        if each.default_factory is not MISSING:
            names[f"_make_{each.name}"] = each.default_factory
            parameters.append(f"{each.name}=_missing")
            value = f"_make_{each.name}() if {each.name} is _missing else {each.name}"
        elif each.default is not MISSING:
            names[f"_default_{each.name}"] = each.default
            parameters.append(f"{each.name}=_default_{each.name}")
        else:
            parameters.append(each.name)
        body.append(f"    self.{each.name} = {value}\n")
    if hasattr(cls, "__post_init__"):
        body.append("    self.__post_init__()\n")
    return f"def __init__({', '.join(parameters)}):\n{''.join(body) or '    pass'}"


def _eq(cls: Any, names: dict[str, Any]) -> str:
    own, others = _tuple("self", cls), _tuple("other", cls)
    return f"def __eq__(self, other): return {own} == {others} if other.__class__ is self.__class__ else NotImplemented"


_ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def _ordering(name: str, sign: str, cls: Any, names: dict[str, Any]) -> str:
    own, others = _tuple("self", cls), _tuple("other", cls)
    return f"def {name}(self, other): return {own} {sign} {others} if other.__class__ is self.__class__ else NotImplemented"


def _hash(cls: Any, names: dict[str, Any]) -> str:
    return f"def __hash__(self): return hash({_tuple('self', cls)})"


def _tuple(of: str, cls: Any) -> str:
    return f"({''.join(f'{of}.{each.name}, ' for each in fields(cls) if each.compare)})"


def _repr(self: Any) -> str:
    told = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({told})"
