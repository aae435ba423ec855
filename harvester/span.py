"""Where words stand: half-open spans of code points in a registry string."""

from __future__ import annotations

from harvester.shape import shape


@shape(order=True)
class Span:
    """A half-open range ``[start, end)`` of code points in one string."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"no span runs from {self.start} to {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def quote(self, text: str) -> str:
        """The words of ``text`` that the span covers."""
        return text[self.start : self.end]

    def shifted(self, by: int) -> Span:
        """The same span in a string that has ``by`` more characters before it."""
        return Span(self.start + by, self.end + by)

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether every character of ``other`` is in this span."""
        return self.start <= other.start and other.end <= self.end


@shape(order=True)
class Source:
    """A quotation: the field of a record, the span in its raw string, and the words there.

    ``path`` is dotted with ``[i]`` for lists, as ``protocolSection.eligibilityModule.eligibilityCriteria``.
    """

    path: str
    start: int
    end: int
    quote: str

    @classmethod
    def of(cls, path: str, span: Span, text: str) -> Source:
        """The quotation of ``span`` in the raw string ``text`` that stands at ``path``."""
        return cls(path, span.start, span.end, span.quote(text))

    @property
    def span(self) -> Span:
        """The span without its field."""
        return Span(self.start, self.end)
