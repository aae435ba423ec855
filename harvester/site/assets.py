"""Stylesheets and script under addresses that change with their content, so that they may be kept for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("static")
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def _contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}


@cache
def address(name: str) -> str:
    """The address of a file, as ``/assets/3f2a…/frame.css``. KeyError when there is no such file."""
    return f"/assets/{hashlib.sha256(_contents()[name]).hexdigest()[:12]}/{name}"


def content(name: str) -> tuple[bytes, str] | None:
    """Bytes and content type of a file; None when there is no such file."""
    found = _contents().get(name)
    return None if found is None else (found, _TYPES[Path(name).suffix])
