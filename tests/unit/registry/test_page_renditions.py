"""One page, written as HTML in the many ways of the web, gives one record."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harvester.registry.page import page_body

RECORDS = Path(__file__).parents[2] / "records"
SEED = Path(__file__).parents[4] / "shared" / "seed" / "NCT07105579-page.txt"
HEADINGS = {
    *("Study Results", "Basic Information", "Brief Summary", "Detailed Description", "Conditions", "Keywords", "Study Design"),
    *("Study Groups", "Interventions", "Eligibility Criteria", "Sponsors", "Responsible Party", "Principal Investigators"),
    *("Locations", "Countries", "Central Contacts", "Other Identifiers", "More Related Trials"),
}
SUBHEADINGS = re.compile(r"(?:Inclusion|Exclusion) Criteria:?|Arm [AB]: .*|Alphamab|Betacept|BITE and DLI")
LABELLED = re.compile(r"(Group Type|Intervention Type|Sponsor Role|Responsibility Role|Site Status|Identifier \w+:|Role:) (\S+)")
NUMBER = re.compile(r"(NCT ID:|Last Updated:) (\S+)")
Block = tuple[str, bool]  # its text, and whether it is a section's heading


def blocks(text: str) -> list[Block]:
    """The page's blocks; a heading is one that stands over the sentence that explains its section."""
    parts = [part for part in re.split(r"\n\n+", text.strip("\n")) if part.strip()]
    following = [*parts[1:], ""]
    return [
        (part, part in HEADINGS and (after.endswith(".") or after.startswith("Results "))
         and not after.startswith("Participants receive"))
        for part, after in zip(parts, following, strict=True)
    ]  # fmt: skip


def e(text: str) -> str:
    return html.escape(text, quote=False)


def breaks(text: str) -> str:
    return "<br/>".join(e(line) for line in text.split("\n"))


def paragraphs(found: list[Block]) -> str:
    """No headings at all."""
    return "".join(f"<p>{breaks(text)}</p>\n" for text, _ in found)


def divisions(found: list[Block]) -> str:
    """Nothing but nested divisions and spans."""
    return "".join(f"<div><div><span>{breaks(text)}</span></div></div>" for text, _ in found)


def low_headings(found: list[Block]) -> str:
    """Sections at the third level, what is inside them at the fourth."""
    tags = [("h3" if heading else "h4" if SUBHEADINGS.fullmatch(text) else "p", text) for text, heading in found]
    return "".join(f"<{tag}>{breaks(text)}</{tag}>" for tag, text in tags)


def equal_headings(found: list[Block]) -> str:
    """Sections and what is inside them at one level."""
    tags = [("h2" if heading or SUBHEADINGS.fullmatch(text) else "p", text) for text, heading in found]
    return "".join(f"<{tag}>{breaks(text)}</{tag}>" for tag, text in tags)


def buttons(found: list[Block]) -> str:
    """Sections that fold: the heading is a button, inside its heading or around it."""
    made = []
    for place, (text, heading) in enumerate(found):
        inside, around = f"<h2><button>{e(text)}</button></h2>", f"<button><h2>{e(text)}</h2></button>"
        made.append((inside if place % 2 else around) if heading else f"<p>{breaks(text)}</p>")
    return "<button>Share</button>" + "".join(made)


def preformatted(found: list[Block]) -> str:
    """The text as it is, in one element."""
    return "<pre>" + e("\n\n".join(text for text, _ in found)) + "</pre>"


def shown_line_ends(found: list[Block]) -> str:
    """Line ends that a style sheet shows."""
    return "".join(f'<div class="mt-2 whitespace-pre-line">{e(text)}</div>' for text, _ in found)


def written_lists(found: list[Block]) -> str:
    """Lists as plain text in a paragraph, other lines apart."""
    return "".join(f"<p>{e(text)}</p>" if re.match(r"1\. |\* ", text) else f"<p>{breaks(text)}</p>" for text, _ in found)


def tables(found: list[Block]) -> str:
    """Labels and values as rows, broken apart wherever they can be."""
    made = []
    for text, _ in found:
        labelled = LABELLED.fullmatch(text) or NUMBER.fullmatch(text)
        row = f"<tr><th>{labelled[1]}</th><td>{labelled[2]}</td></tr>" if labelled else ""
        made.append(f"<table><tbody>{row}</tbody></table>" if row else f"<p>{breaks(text)}</p>")
    return "".join(made)


def definitions(found: list[Block]) -> str:
    """Labels and values side by side as terms and in spans, without a blank between them."""
    made = []
    for text, heading in found:
        labelled = LABELLED.fullmatch(text)
        number = NUMBER.fullmatch(text)
        if labelled:
            made.append(f"<p><span>{labelled[1]}</span><span>{labelled[2]}</span></p>")
        elif number:
            made.append(f"<dl><dt>{number[1]}</dt><dd>{number[2]}</dd></dl>")
        else:
            made.append(f"<h2>{e(text)}</h2>" if heading else f"<p>{breaks(text)}</p>")
    return "".join(made)


def cards(found: list[Block]) -> str:
    """Related trials as cards of links, each part a block of its own."""
    made = []
    for text, heading in found:
        lines = text.split("\n")
        if len(lines) > 1 and re.match(r"NCT\d{8} ", lines[1]):
            for title, facts in zip(lines[::2], lines[1::2], strict=True):
                parts = "".join(f"<div>{e(part)}</div>" for part in facts.split(" "))
                made.append(f'<a href="#"><div><p>{e(title)}</p>{parts}</div></a>')
        else:
            made.append(f"<h2>{e(text)}</h2>" if heading else f"<p>{breaks(text)}</p>")
    return "".join(made)


RENDITIONS: list[Callable[[list[Block]], str]] = [
    paragraphs,
    divisions,
    low_headings,
    equal_headings,
    buttons,
    preformatted,
    shown_line_ends,
    written_lists,
    tables,
    definitions,
    cards,
]
FRAMES = {
    "bare": "<!DOCTYPE html><html><body>{}</body></html>",
    "framed": '<!DOCTYPE html>\n<html lang="en"><head><title>A page</title></head><body><nav><a href="#">Conditions</a></nav>'
    "<div id=app><main><article>{}</article></main></div>"
    "<footer><h2>Sponsors</h2></footer><script>var x = '<p>';</script></body></html>",
}


def pages() -> list[Path]:
    return [path for path in (RECORDS / "NCT99000007-page.txt", SEED) if path.is_file()]


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.stem)
@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("render", RENDITIONS, ids=lambda render: render.__name__)
def test_every_rendition_gives_the_same_record(path: Path, frame: str, render: Callable[[list[Block]], str]) -> None:
    text = path.read_text(encoding="utf-8")
    expected = page_body(text)
    actual = page_body(FRAMES[frame].format(render(blocks(text))))
    # A nested list is indented by text, and HTML shows no indentation unless it keeps lines.
    for body in (expected, actual):
        module = body["protocolSection"]["eligibilityModule"]
        module["eligibilityCriteria"] = re.sub(r"(?m)^ +", "", module["eligibilityCriteria"])

    assert actual == expected
