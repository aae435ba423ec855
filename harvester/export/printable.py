"""Text from outside made safe to print: a light module, because every command that says something needs it."""

from __future__ import annotations


def printable(text: str) -> str:
    """``text`` without anything a terminal would obey: controls, escapes and direction overrides become a visible sign."""
    return "".join(c if c.isprintable() else " " if c in "\t\r\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
