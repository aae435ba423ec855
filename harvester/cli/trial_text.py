"""A trial as lines for a terminal: what it is, its arms, its doses, its criteria with what was read from each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from harvester.compare.concept import with_labels
from harvester.compare.correction_words import correction_words, corrections_shown
from harvester.compare.reading_words import named_fact
from harvester.compare.wording import for_reading
from harvester.export.printable import printable
from harvester.tables import (
    Correction,
    CriterionFact,
    Design,
    DesignGroup,
    Dose,
    Eligibility,
    EligibilityCriterion,
    Intervention,
    RecordConflict,
    RelatedTrial,
    Sponsor,
    Study,
    StudyRows,
    TextCoverage,
    UnreadText,
    percent_read,
)
from harvester.tables.eligibility import CRITERIA

SECTIONS = {"inclusion": "Inclusion", "exclusion": "Exclusion", "unknown": "Under no heading"}

PARTS = {"step": "one step of several", "level": "one dose level of several", "single": "given once", "placebo": "placebo"}
"""Parts a dose plays that its line does not tell."""

Mark = Callable[[str], str]


def trial_lines(study: StudyRows, mark: Mark) -> Iterator[str]:
    """The whole trial: head, arms, doses, criteria, corrections, contradictions, related trials."""
    yield from head_lines(study, mark)
    yield from _titled("ARMS", arm_lines(study))
    yield from _titled("DOSES", dose_lines(study))
    yield from _titled("ELIGIBILITY", criterion_lines(study, mark))
    yield from _titled("CORRECTIONS OF WHAT WAS READ", correction_lines(study))
    yield from _titled("CONTRADICTIONS INSIDE THE RECORD", conflict_lines(study))
    yield from _titled("RELATED TRIALS NAMED ON THE PAGE", related_lines(study))


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", title, *found)


def head_lines(study: StudyRows, mark: Mark) -> Iterator[str]:
    """Number, title and the facts of the record's head; what the record does not state is left out."""
    trial, design, who = study.one(Study), study.one(Design), study.one(Eligibility)
    yield mark(study.nct_id) + (f"  {clean(trial.brief_title)}" if trial and trial.brief_title else "")
    lead = next((sponsor.name for sponsor in study.of(Sponsor) if sponsor.lead_or_collaborator == "lead"), None)
    facts = (
        ("Status", trial and (trial.overall_status_label or trial.overall_status)),
        ("Type", trial and (trial.study_type_label or trial.study_type)),
        ("Phase", trial and (trial.phase_label or trial.phase)),
        ("Design", design and _design(design)),
        ("Participants", trial and _counted(trial)),
        ("Start", trial and _joined(trial.start_date, trial.start_date_type and trial.start_date_type.lower())),
        ("Age", who and _ages(who)),
        ("Sex", who and (who.gender_label or who.gender)),
        ("Sponsor", lead),
    )
    yield from (f"  {name:<13}{clean(value)}" for name, value in facts if value)


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _design(design: Design) -> str:
    allocation = design.allocation_label if design.allocation != "NA" else None
    return _joined(
        allocation, design.intervention_model_label, design.masking_label and f"masking: {design.masking_label.lower()}"
    )


def _counted(trial: Study) -> str:
    if trial.enrollment is None:
        return "number unknown to the registry" if trial.enrollment_unknown else ""
    return _joined(f"{trial.enrollment:,}", trial.enrollment_type and trial.enrollment_type.lower())


def _ages(who: Eligibility) -> str:
    if not who.minimum_age and not who.maximum_age:
        return ""
    return f"{who.minimum_age or 'no lower limit'} to {who.maximum_age or 'no upper limit'}"


def arm_lines(study: StudyRows) -> Iterator[str]:
    """Arms with their kind, then interventions with theirs."""
    for arm in study.of(DesignGroup):
        yield f"  {clean(arm.title or '(no label)')}{_kind(arm.group_type_label or arm.group_type)}"
    for intervention in study.of(Intervention):
        yield f"    {clean(intervention.name or '(no name)')}{_kind(intervention.intervention_type_label)}"


def _kind(label: str | None) -> str:
    return f"  [{label}]" if label else ""


def dose_lines(study: StudyRows) -> Iterator[str]:
    """Each dose in one line, under it its words, and what tells it apart: its part, a choice, for whom, its arm.

    One that several texts tell alike, as an arm's and its intervention's, stands once.
    """
    arms = {arm.design_group_id: arm.title for arm in study.of(DesignGroup)}
    alike: dict[tuple[str, str], list[Dose]] = {}
    for dose in study.of(Dose):
        told = (
            PARTS.get(dose.role or ""),
            "one of several to choose from" if dose.alternative else None,
            dose.condition,
            f"arm: {arm}" if (arm := arms.get(dose.design_group_id or "")) else None,
        )
        alike.setdefault((for_reading(dose.line), "; ".join(part for part in told if part)), []).append(dose)
    for (line, apart), doses in alike.items():
        yield f"  {clean(line)}"
        yield from dict.fromkeys(f'      "{clean(dose.quote)}"' for dose in doses)
        if apart:
            yield f"      {clean(apart)}"
        for dose in doses:
            yield from _corrected(study, dose, "      ")


def criterion_lines(study: StudyRows, mark: Mark) -> Iterator[str]:
    """Criteria under their sections, read words marked, under each what was read; then how much was not."""
    facts: dict[str, list[CriterionFact]] = {}
    for fact in study.of(CriterionFact):
        facts.setdefault(fact.criterion_id, []).append(fact)
    section = ""
    for criterion in study.of(EligibilityCriterion):
        if criterion.kind == "header":
            section = criterion.section
            yield f"  {clean(criterion.text)}"
            continue
        if criterion.section != section:
            section = criterion.section
            yield f"  {SECTIONS[section]}"
        indent = "    " + "  " * criterion.level
        label = f"{criterion.label} " if criterion.label else "- "
        own = facts.get(criterion.criterion_id, [])
        yield f"{indent}{clean(label)} {_marked(criterion, own, mark)}"
        for fact in own:
            yield f"{indent}    = {clean(named_fact(fact, criterion))}"
            yield from _corrected(study, fact, f"{indent}      ")
    yield from _coverage(study)


def _marked(criterion: EligibilityCriterion, facts: Iterable[CriterionFact], mark: Mark) -> str:
    """The criterion's words on one line, those that were read between marks."""
    pieces, at = [], 0
    for start, end in sorted((fact.source_start, fact.source_end) for fact in facts):
        first, last = max(start - criterion.source_start, at), min(end - criterion.source_start, len(criterion.text))
        if first < last:
            pieces += [_flat(criterion.text[at:first]), mark(_flat(criterion.text[first:last]))]
            at = last
    return "".join([*pieces, _flat(criterion.text[at:])])


def _coverage(study: StudyRows) -> Iterator[str]:
    for text in study.of(TextCoverage):
        if text.source_path == CRITERIA and text.characters:
            pieces = sum(piece.source_path == CRITERIA for piece in study.of(UnreadText))
            share = percent_read(text.read_characters, text.characters)
            yield f"  {share} % of the characters are words of values; the rest stands above as it is written."
            if pieces:
                yield f"  {pieces} piece{'' if pieces == 1 else 's'} may state something that was not read (table unread_text)."


def _corrected(study: StudyRows, row: CriterionFact | Dose, indent: str) -> Iterator[str]:
    yield from (f"{indent}corrected: {clean(words)}" for words in corrections_shown(study.of(Correction), row))


def correction_lines(study: StudyRows) -> Iterator[str]:
    """Each correction with the words it was made for; void ones with the reason."""
    for each in study.of(Correction):
        yield f"  {'' if each.void_reason is None else 'void: '}{each.table_name}, {clean(correction_words(each))}"
        yield f'      "{clean(each.words)}"' + (f": {clean(each.void_reason)}" if each.void_reason else "")


def conflict_lines(study: StudyRows) -> Iterator[str]:
    """Each contradiction in a sentence, with both sides in their words."""
    for conflict in study.of(RecordConflict):
        yield f"  {clean(with_labels(conflict.detail))}"
        yield f'      "{clean(conflict.left_quote)}" / "{clean(conflict.right_quote)}"'


def related_lines(study: StudyRows) -> Iterator[str]:
    """Trials that the registry's own page names as related."""
    for trial in study.of(RelatedTrial):
        yield f"  {trial.related_nct_id}  {clean(trial.brief_title or '')}".rstrip()


def clean(text: str) -> str:
    """Registry text on one line, without the registry's escapes and without anything a terminal would obey."""
    return " ".join(_flat(text).split())


def _flat(text: str) -> str:
    return printable(text).replace("\\", "")
