"""JSON as registries and files really give it: decoded strictly, with one short reason when it cannot be.

Strict means that nothing is repaired: a duplicate key, a NaN, a number beyond 64 bits, a lone surrogate, a NUL or nesting
without end makes the text :class:`Damaged`, because each of them would be changed on the way into a database.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import orjson

DEEPEST: Final = 64  # levels; the deepest field of the registry's data model stands at 12
LARGEST: Final = 32_000_000  # characters of one record

_INTEGER_DIGITS: Final = 19  # a signed 64-bit integer has no more
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Damaged(ValueError):
    """A JSON text that cannot be kept; the message is a short reason without a subject."""


class Unfinished(Damaged):
    """A text that stops being JSON somewhere: cut short, or something else altogether."""


def text_of(data: bytes) -> str:
    """``data`` as text: UTF-8, or UTF-16 with its mark. Raises :class:`Damaged` for any other bytes."""
    mark, encoding = next(((m, e) for m, e in _BOMS if data.startswith(m)), (b"", "utf-8"))
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as problem:
        raise Damaged(f"is not UTF-8 (byte {problem.start})") from None


def lenient_text(data: bytes) -> str:
    """``data`` as UTF-8 text; bytes that are none come as lone surrogates, so that only the record they are in is damaged."""
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def decode(text: str) -> Any:
    """The value of a whole JSON text. Raises :class:`Damaged`."""
    text = text.removeprefix("\ufeff")
    start = len(text) - len(text.lstrip(" \t\r\n"))
    value, end = decode_at(text, start)
    if text[end:].strip(" \t\r\n"):
        raise Damaged(f"has more text after its end (character {end})")
    return value


def decode_at(text: str, start: int) -> tuple[Any, int]:
    """The JSON value that begins at ``start``, and where it ends. Raises :class:`Damaged`; :class:`Unfinished` for syntax."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        raise Damaged("is nested without end") from None
    except json.JSONDecodeError as problem:
        raise Unfinished(f"is not JSON ({problem.msg}, character {problem.pos - start})") from None
    _check(value, text, start, end)
    return value, end


def decode_exactly(data: bytes) -> Any | None:
    """The value of a JSON text that is written in the one way `orjson` writes it, blanks and all; None for any other text.

    Writing the value again gives the same bytes, so nothing was lost, doubled or changed: the same value as `decode` gives, in
    a quarter of the time. What comes back as None is for `decode` to judge.
    """
    if len(data) > LARGEST or b"\\u0000" in data:
        return None
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return None if orjson.dumps(value) != data or _deeper_than(value, DEEPEST) else value


def canonical(value: Any) -> str:
    """One spelling for equal values: sorted keys, no blanks, no escapes beyond JSON's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_sha256(body: dict[str, Any]) -> str:
    """sha256 (hex) of the canonical record, without ``derivedSection.miscInfoModule.versionHolder``.

    The registry stamps that field into every record on every release; two bodies that differ only there are one version.
    """
    kept = _without_version_holder(body)
    return hashlib.sha256(_canonical_bytes(kept)).hexdigest()


def _canonical_bytes(value: Any) -> bytes:
    """`canonical` as UTF-8, faster where the two writers agree: on everything but very large and very small fractions."""
    try:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, orjson.JSONEncodeError):  # whole numbers beyond 64 bits, which only a test makes
        return canonical(value).encode("utf-8")
    alike = data.translate(_DIGITS_ALIKE)  # so that an exponent is looked for by its letter and the digits beside it at once
    is_far_off = b"0.0000" in data or b"0e0" in alike or b"0e-0" in alike
    return canonical(value).encode("utf-8") if is_far_off else data


def strings_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string inside ``value`` with its dotted path, lists as ``[i]``, in the order of the body."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from strings_in(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from strings_in(child, f"{path}[{position}]")


def _without_version_holder(body: dict[str, Any]) -> dict[str, Any]:
    derived = body.get("derivedSection")
    misc = derived.get("miscInfoModule") if isinstance(derived, dict) else None
    if not isinstance(derived, dict) or not isinstance(misc, dict) or "versionHolder" not in misc:
        return body
    kept = {key: value for key, value in misc.items() if key != "versionHolder"}
    return {**body, "derivedSection": {**derived, "miscInfoModule": kept}}


_BOXES = frozenset({dict, list})


def _check(value: Any, text: str, start: int, end: int) -> None:
    """Raise for what the decoder lets pass: depth, NUL, surrogates."""
    if end - start > LARGEST:
        raise Damaged(f"is larger than {LARGEST // 1_000_000} million characters")
    if _deeper_than(value, DEEPEST):
        raise Damaged(f"is nested deeper than {DEEPEST} levels")
    # The checks of every string are dear, so they run only when the text shows a reason.
    if text.find("\\u0000", start, end) >= 0 and any("\0" in words for words in _words(value)):
        raise Damaged("has a NUL character in a text")
    escaped = _SURROGATE_ESCAPE.search(text, start, end) is not None
    if not _encodes(text[start:end]) or (escaped and not _encodes(canonical(value))):
        raise Damaged("has a broken character (half of a surrogate pair, or bytes that are not UTF-8)")


def _encodes(words: str) -> bool:
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _words(value: Any) -> Iterator[str]:
    """Every string of ``value``, names of keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield key
            yield from _words(child)
    elif isinstance(value, list):
        for child in value:
            yield from _words(child)


def _deeper_than(value: Any, levels: int) -> bool:
    """Whether boxes stand in boxes more than ``levels`` deep; the decoders make dictionaries and lists of no other class."""
    layer: list[Any] = [value] if value.__class__ in _BOXES else []
    for _ in range(levels + 1):
        layer = [
            child for box in layer for child in (box.values() if box.__class__ is dict else box) if child.__class__ in _BOXES
        ]
        if not layer:
            return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise Damaged(f"has the key {twice[:60]!a} twice")
    return made


def _integer(digits: str) -> int:
    if len(digits) <= _INTEGER_DIGITS - 1:
        return int(digits)
    if len(digits) > _INTEGER_DIGITS + 1 or not -(2**63) <= int(digits) < 2**63:
        raise Damaged("has an integer beyond 64 bits")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise Damaged("has a number beyond all bounds")
    return value


def _constant(name: str) -> NoReturn:
    raise Damaged(f"has {name}, which JSON does not know")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant)
