"""trialside: clinical trial records read into SQLite and set side by side, every value with its words."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
