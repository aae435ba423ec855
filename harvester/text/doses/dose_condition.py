"""For whom or when a dose is: words beside it, labels of people before it, groups told instead of the first."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_head import give_heads, lead_on, only_for, set_choices, share_respectively
from harvester.text.doses.dose_part import each_of
from harvester.text.doses.dose_people import MEASURE, PEOPLE, RISK, opens_with_it, people_before, said_before
from harvester.text.expressions.gate import gated
from harvester.text.expressions.opened import Opening
from harvester.text.expressions.pattern import pattern_of

# "15 kg or less", ">15-23 kg", "3 years and older", "aged 2 to 5 years": never a bare time such as "for 3 years".
_BAND = (
    rf"[<>≤≥]=? ?\d+(?:\.\d+)? ?(?:-|to) ?[<≤]?=? ?\d+(?:\.\d+)? ?{MEASURE}"
    rf"|\d+(?:\.\d+)? ?(?:-|to) ?(?:less than |[<≤]=? ?)\d+(?:\.\d+)? ?{MEASURE}"
    rf"|(?:aged? |weighing |weight )?\d+(?:\.\d+)? ?{MEASURE} (?:or|and|&) (?:less|more|above|over|older|younger|under|below|up|"
    r"greater|heavier)(?![a-z])"
    rf"|(?:aged?|ages|weighing) (?:from |between )?\d+(?:\.\d+)? ?(?:-|to|and) ?[<≤]?=? ?\d+(?:\.\d+)? ?{MEASURE}"
    r"|ages? \d{1,2} ?(?:-|to) ?\d{1,2}(?![\d.])(?! ?m?g)"
    r"|ages? \((?:yrs?|years|mos?|months)\):? ?(?:[<>≤≥]=? ?\d[\d.]*|\d[\d.]* ?(?:-|to) ?<?\d[\d.]*)"
)
# "for low-risk patients", "for intermediate-/high-risk individuals"
_SEVERITY = (
    r"for (?:minor|major|mild|moderate|severe|more|less) (?:[a-z]+ )?"
    r"(?:bleed\w*|transfus\w+|infect\w+|attacks?|pain|disease)"
)
# "for creatinine clearance 40-59 mL/min", "BSA <0.5 m2"
_LIMITED = (
    r"(?:(?:(?:for|if|with|in|when)(?: an?| the)? )?(?:BSA|body surface area|BW|body weight|weight|CrCl|CLcr|"
    r"creatinine clearance|e?GFR|age)"
    r"|(?:(?:for|if|with|in|when)(?: an?| the)? |(?<=\())(?:platelets?(?: counts?)?|ANC|bilirubin|neutrophils))"
    r"(?: of| is| was)? ?(?:[<>≤≥]=? ?\d[\d.,]*|\d[\d.]* ?(?:-|to) ?[<≤]?=? ?\d[\d.]*)"
    r"(?: ?(?:mL/min(?:/1\.73 ?m2)?|kg|m2|years?|(?:x ?)?ULN|mg/dL|/uL|[x×] ?10\^?\d{1,2} ?/ ?L)(?![a-z])"
    r"(?: ?(?:to|and|-) ?[<≤]=? ?\d[\d.]*(?: ?(?:mL/min(?:/1\.73 ?m2)?|kg|m2)(?![a-z]))?)?)?"
)
# "for matched unrelated donors", "in haploidentical transplantation"
_DONORS = (
    r"(?:for|in|with|from) (?:an? |the )?(?:(?:HLA-?)?(?:mis)?matched |HLA-?identical |identical |haplo(?:-?identical)? |"
    r"related |unrelated |sibling |cord blood |family |\d{1,2}/\d{1,2} )+"
    r"(?:donors?|grafts?|transplants?|transplantations?|recipients|siblings?|HSCT)"
    r"|(?:for|from) (?:an? |the )?(?:siblings?|relatives)"
    r"|for (?:haplo-?identical|(?:HLA-?)?matched (?:sibling|related|unrelated))(?=[,;.)]| (?:on|and|at|or) )"
)
_DONOR = (
    r"(?:M?MUD|MSD|URD|MRD|haplo(?:-?identical)?|(?:(?:HLA-?)?(?:mis)?matched |HLA-?identical )?"
    r"(?:siblings?|unrelated|related|family)|(?:HLA-?)?(?:mis)?matched)"
)
# "with a strong CYP3A4 inhibitor", "without any CYP3A inhibitors"
_PARTNER = (
    r"with(?:out)? (?:an? |any |concomitant )?(?:(?:strong |moderate |weak |potent )*(?:CYP\w+|P-gp) (?:inhibitors?|inducers?)"
    r"|(?:azoles?|azole antifungals?|posaconazole|voriconazole|itraconazole|ketoconazole)(?! ?[\d(])"
    r"|(?:PPIs?|proton pump inhibitors?))"
)
_CONDITION = pattern_of(
    r"(?:(?<![A-Za-z])(?:if(?![a-z])|in case of|when(?! (?:the )?(?:study|trial|treatment) (?:begins|starts))|"
    r"unless|as long as|provided(?= (?:that|no|the|there|they)(?![a-z]))|"
    r"(?:only )?(?:for|in) "
    r"(?:patients|subjects|those|participants|children|adults|individuals)"
    r"(?: (?:who|with|without|weighing|aged|in|on(?! (?:days?|weeks?|cycles?|stud|trial|the)(?![a-z]))|not|undergoing|receiving"
    r"|taking(?! part)|over|under|above|below|older|younger)(?![a-z]))|"
    r"for (?:patients|subjects|those|participants|children|adults|individuals)|"
    r"(?:patients|subjects|participants|children|adults) (?=[<>≤≥]|weighing|aged|with)|"
    r"(?<!and )(?<!or )(?:patients|subjects|participants|children|adults|those) (?=(?:over|under|above|below) \d)|"
    r"up to (?=\d+ ?kg)|"
    r"body weight (?:(?:of |is )?[<>≤≥\d]|between|below|under|above|less|more|at least|up to))"
    r"(?:(?! and (?:then )?(?:decreased|reduced|increased|raised|escalated) to )"
    r"(?:[^,:;.()\n]|\.(?=\d)|(?<=\d),(?=\d{3}))){2,70})"
    r"|(?:(?:[>≥]=? ?|(?<![\d.]))\d+(?:\.\d+)? ?(?:kg)? ?(?:to|-) ?)?[<>≤≥]=? ?\d+(?:\.\d+)? ?(?:kg|years?|yrs?|y|m2)(?![A-Za-z])"
    r"(?: body weight)?"
    r"|(?<![a-z])for \d+(?:\.\d+)? ?(?:-|to) ?\d+(?:\.\d+)? ?"
    r"(?:(?:kg|years|yrs|m2)(?![a-z])|months(?: of age| old|"
    r"(?=,? (?:and )?\d[\d.]* ?[mu]?g(?: \w+)? for \d{1,2} ?(?:-|to) ?\d{1,2} (?:months|years|yrs))))"
    r"|(?<![a-z])(?:(?:for|if|in) )?age[ds]? (?:of )?[<>≥≤]=? ?\d+(?: ?(?:years?|yrs?|y|months?)(?![a-z]))?"
    r"|(?<=\()[<>≤≥]=? ?\d{1,2} (?:days|weeks|months)(?: of (?:age|life)| old)?(?=\))"
    r"|[<>≤≥]=? ?\d{1,2} (?:days|weeks|months) (?:of (?:age|life)|old)(?![a-z])"
    r"|(?<![\d.])\d\.\d+ ?(?:to|-) ?<?\d\.\d+ ?m2"
    r"|(?<![a-z])(?:below|under|above|younger than|older than) \d+(?:\.\d+)? ?(?:kg|years?|yrs?)(?![a-z])(?: of age)?"
    r"|(?<![a-z])(?:less|more) than \d+(?:\.\d+)? ?kg(?![a-z])"
    r"|(?<![a-z])(?<!plus )(?<!and )(?<!then )(?:as needed|prn|on[- ]demand)(?![a-z])"
    r"|(?<![a-z])on (?:non-?)?(?:dialysis|radiation|radiotherapy) days(?![a-z])"
    r"|(?<![a-z])in (?:the )?(?:chronic|accelerated|advanced|blast|stable|acute) phase"
    r"|(?<![a-z])(?:for|to manage|in case of) (?:toxicity|toxicities|intolerance|adverse (?:events?|reactions?)|"
    r"bleeding episodes?|bleeds?|breakthrough bleeding|(?:suboptimal|inadequate|insufficient|poor|lack of|no|"
    r"loss of) response)(?![a-z])"
    r"|(?<![a-z])(?:upon|once|after) (?:achiev\w+|reaching|confirmed) (?:of )?[^,;:.()\n]{2,40}"
    r"|(?<![a-z])after (?:an? |one |two )?dose reductions?(?![a-z])"
    r"|(?<![a-z])upon (?:(?-i:[A-Z]{2,4}\d?)|(?:complete |partial |first )?(?:remission|response|relapse|progression))(?![a-z])"
    r"|(?<![a-z])(?:once|when|upon|after)(?: they are)? (?:MRD|BCR-ABL1?|PCR)[- ]?negativ(?:e|ity)(?![a-z])"
    r"|(?<![a-z])once (?:an? |the )?[\w ]{2,30}? (?:is|are|has been|was) (?:achieved|obtained|confirmed)"
    r"|(?<=\()\d+(?:\.\d+)? ?(?:-|to) ?\d+(?:\.\d+)? ?(?:years|yrs|months|kg)(?![a-z])"
    rf"|(?<![A-Za-z\d.])(?:(?:for|in|if|at) )?(?:{_BAND})"
    rf"|(?<![A-Za-z]){_LIMITED}"
    r"|(?<=\()(?:baseline )?(?:platelets?|neutrophils|ANC|bilirubin)(?: counts?)? ?[<>≤≥]=? ?\d[\d.,]*(?: ?[x×] ?10\^?\d{1,2}/L)?"
    rf"|(?<![a-z])(?:for|in) {PEOPLE}(?![a-z-])"
    rf"|(?<=\()(?:in |for )?{_DONOR}(?: ?(?:/|or) ?{_DONOR})?(?: (?:donors?|transplants?|grafts?|siblings?))?(?=\))"
    r"|(?<![A-Za-z])(?:(?:for|in) )?(?:(?:East|South)[- ])?Asians?(?: (?:ancestry|descent|patients|participants))(?![a-z])"
    r"|(?<=[a-z] )\d{1,2} ?(?:-|to) ?\d{1,2} (?:years|yrs)(?=[);])"
    r"|(?:(?<![a-z])in |(?<=\())(?:odd|even)(?:-numbered)? (?:cycles|courses|blocks)"
    r"|(?<![a-z])once [\w.]{2,12} (?:is |has been )?(?:achieved|reached)(?![a-z])"
    rf"|(?<![a-z])(?:{_DONORS}|{_PARTNER}|{_SEVERITY}|(?:for|in) {RISK} (?:patients|individuals|participants|subjects|disease))"
    r"(?![a-z])"
    rf"|(?<=\(){PEOPLE}(?: patients)?(?=\))",
    re.I,
)


_CONDITIONS = Opening(_CONDITION)
# What a dose may become; what it should become is a step and no condition.
_MAY_BECOME = gated(
    r"(?:dose )?reductions?(?= to)|(?:(?:the )?dose )?(?:may|can|could|might) be (?:reduced|decreased|increased|"
    r"escalated|adjusted|"
    r"modified|raised|lowered)(?: by (?:half|\d{1,2} ?%))?(?= \(?to )|"
    r"(?:may|can|could|might) (?:then )?(?:switch|change|transition|move)(?= to)",
    re.I,
)
# A group told behind the only amount in brackets: "400 mg daily (600 mg with ciclosporin)".
_NO_GROUP = (
    r"(?!the morning|the evening|total|all|each|every|food|meals?|water|saline|a |an |up to|at least|"
    r"\d+ ?(?:h|d|w|min|m[lL]|mo|y|days?|weeks?|cycles?|doses?|minutes?|hours?|months?)(?![a-z])|"
    r"(?:\w+ ){0,2}(?:days?|weeks?|cycles?|months?|hours?|minutes?|doses?|ml|saline|water|dextrose|glucose|"
    r"infusions?|injections?|bolus|intravenous\w*|oral\w*|placebo|arms?|groups?|cohorts?))"
)
_GROUP_BEHIND = pattern_of(
    r" ?(?:/day |daily |q\.?d\.? |[bt]id |once daily |twice daily |three times daily |q\d{1,2}h |every \d{1,2} hours )?"
    r"(?P<who>(?:in|with|for|under|below|above|if|when) "
    rf"{_NO_GROUP}[A-Za-z][^()\[\],;]{{2,60}})[)\],;]",
    re.I,
)
# People told as one group of several: "participants with a baseline eGFR of 60 or higher will receive".
_GROUP = Opening(
    pattern_of(
        r"(?:for )?(?:study )?(?:patients|subjects|participants|children|adults) (?:with|who (?:have|are|weigh)|aged|weighing) "
        r"(?P<what>(?:[^;\n.()]|\.(?=\d)|\([^()\n]{0,40}\)){3,110}?)(?=,? (?:the |will |should |receive|are |start))"
        r"|(?<![A-Za-z])(?:adults|adolescents|children|infants|women|men|females|males|(?:older|younger|adult|adolescent|pa?ediatric|"
        rf"elderly|female|male|healthy|Japanese|{RISK}) (?:patients|subjects|participants|children|volunteers))"
        r"(?= (?:will |should |may |to )?(?:be given|receive|get|take)(?![a-z])| are (?:given|treated)(?![a-z]))"
        r"|(?<![A-Za-z])(?:[A-Z][\w+/-]{1,20}|experimental|control|treatment|intervention|standard|low-dose|"
        r"high-dose)(?: [\w+/-]{2,15})?"
        r" (?:group|arm|cohort)(?= (?:will |should |are to )?(?:receive|be given|get|take))",
        re.I,
    )
)
_POPULATION = pattern_of(
    r"(?:for )?(?:study )?(?:patients|subjects|participants|children|adults|those|individuals) ?(?:who|with)?|"
    rf"in (?:the )?\w+ phase|(?:for|in) {PEOPLE}|aged? ",
    re.I,
)


# A label of people right before the amount: "eGFR 30-60: 5 mg", "20-40 kg: 200 mg".
_BAND_LABEL = gated(
    r"(?:^|(?<=[;,.(:])(?!(?<=\.)\d))\s*(?P<who>(?:[^:;,.()\n]|(?<=\d)\.(?=\d)){0,60}?(?:[<>≥≤]=? ?\d|\d ?(?:-|to) ?\d|\bage \d|"
    r"\d ?(?:kg|years|m2) (?:or|and) (?:more|above|over|older|less|under|below))[^:;,()\n]{0,40}): ?"
    r"(?:[A-Za-z][\w-]* ){0,3}$"
)
# "1 year 8 mg, 2 years 10 mg"
_TIME_TOLD = pattern_of(
    r"(?<![a-z])(?:wks?|weeks?|days?|cycles?|months?) ?\d|\d ?(?:days|weeks|hours|doses|cycles)(?![a-z])", re.I
)
_TIME_LABEL = pattern_of(
    r"\W*(?:on )?(?:days?|weeks?|cycles?|courses?|months?|cohorts?|levels?|dose|d\d|c\d|w\d|hours?|"
    r"years? \d|phase|arm|group|step)",
    re.I,
)


def set_conditions(text: str, drafts: Sequence[Draft]) -> None:
    """Set for whom or when each dose is, where that is written beside it."""
    previous_end = 0
    for draft, following in itertools.zip_longest(drafts, drafts[1:]):
        draft.condition = (
            _one_group(_condition(text, draft, previous_end, following.amount.start if following else len(text)))
            or _group_behind(text, draft)
            or _may_become(text, draft)
            or each_of(text, draft.amount.start)
        )
        previous_end = draft.amount.end
    _give_mains(text, drafts)
    _set_groups(text, drafts)
    set_choices(text, drafts)
    lead_on(text, drafts)
    only_for(text, drafts)
    share_respectively(text, drafts)
    give_heads(text, drafts)
    told = _amounts_told(drafts)
    for before, draft in zip([None, *drafts[:-1]], drafts, strict=True):
        lasting = draft.parts.get("duration")
        if lasting and before and before.condition and draft.condition is None and _MONTHS.fullmatch(before.condition):
            of_age = _MONTHS.fullmatch(text, lasting.start, lasting.end)  # "5 mg for 6-12 months and 10 mg for 13-24 months"
            draft.condition = of_age.group() if of_age else None
        if draft.condition and _POPULATION.match(draft.condition) and (_of_all(draft, drafts[0], told) or _takes_it(draft)):
            draft.condition = None
        beside = draft.agent is not None and draft.agent.end + 1 == draft.amount.start
        if draft.condition and draft.agent and beside and draft.condition.lower().startswith(_BESIDE[:3]):
            draft.condition = draft.condition.removesuffix(f" {draft.agent.name}")  # "if allergic drugamab 20 mg"
        if lasting and draft.condition and text[lasting.start : lasting.end] in draft.condition:
            del draft.parts["duration"]  # "8 mg for 1-2 years of age", "if over 60 years": given to them, not for so long
        at = text.find(draft.condition, draft.amount.end, draft.amount.end + 200) if draft.condition else -1
        draft.condition_end = at + len(draft.condition or "") if at >= 0 else None


def _give_mains(text: str, drafts: Sequence[Draft]) -> None:
    """Give what stands behind a bracket with a cap to the dose the cap is of: "340 mg/m2/day (max 600 mg) in children"."""
    for draft in drafts:
        main = draft.main
        if main is None or main.condition or not draft.condition or text[draft.amount.end : draft.amount.end + 1] != ")":
            continue
        if text.startswith(draft.condition, draft.amount.end + 2):
            main.condition = draft.condition


_NEXT_AMOUNT = pattern_of(
    r",? (?:and|or|but) (?=\d[\d.,]*(?: ?(?:-|to) ?\d[\d.,]*)? ?(?:(?:[mu]?g|mcg|mL|IU|units?)(?![a-z])|[x×*] ?10 ?\^?\d))", re.I
)


_CLOSED = pattern_of(r"[^()\n]{0,40}\([^()\n]*\)")
_CLOSED_BEHIND = pattern_of(r"^ ?\([^()\n]{1,60}\)")  # "one tablet (20 mg A and 120 mg B) for children"
_BOTH = pattern_of(r" (?:and|or) (?:(?:above|over|more than|below|under|those|for) |[<>≥≤])", re.I)
_GIVEN_WHAT = pattern_of(
    r"(?<! have)(?<! had)(?<! has)(?<!previously)(?<!already)(?<! who)(?<! will)(?<! to)"
    r",? (?:(?:will|should|may|can|(?:are|were)(?: (?:eligible|allowed|permitted))? to) )?"
    r"(?:receiv(?!ing)\w*|be (?:given|provided|treated)|(?:are|were) (?:given|treated with(?: an?)?$)|get|start|take)(?![a-z])",
    re.I,
)


def _one_group(condition: str | None) -> str | None:
    """The condition without the next amount: "for children < 10 kg and 15 mg/kg for the others"."""
    first = _BECOMES.split(_NEXT_AMOUNT.split(condition)[0])[0] if condition else None
    one = _SINCE.split(_GIVEN_WHAT.split(first)[0])[0] if first else None
    return None if one and _IF_AMOUNT.fullmatch(one) else one


# "if there is no response after 4 weeks the dose is increased to 20 mg"
_BECOMES = pattern_of(
    r",? (?:(?:the|its) )?(?:(?:daily|weekly) )?(?:dose|dosage) (?:is|will be|may be|can be|could be|should be|was) (?:\w+ )?"
    r"(?:increas|rais|escalat|doubl|reduc|decreas|lower|adjust|chang|modif)\w*(?: to)?$"
    r"|,? (?<!be )(?:reduc|decreas|lower|increas|rais|chang|adjust)ed to$|(?<=\d) to$",
    re.I,
)
_IF_AMOUNT = pattern_of(r"(?:if|when) [\d.]+ ?(?:[mu]?g|mcg|IU|units?|mL)(?:/\w+)?", re.I)  # "(6 weeks if 480 mg)"
_LISTED_AMOUNTS = pattern_of(r" to (?:\d[\d.]*(?: ?(?:[mu]?g|mcg)(?:/\w+)*)?(?:,| and| or|, and|, or) ?)+")
_LEADS_ON = pattern_of(r" ?:| ?-? ?\d[\d.,]* ?(?:[mu]?g|mcg|mL|IU|units?)(?![a-z])")
_BAND_FIRST = pattern_of(r" ?\([^(),;:]*\d ?(?:kg|m2|years|yrs|mL/min)(?: |: ?)", re.I)  # "20 mg (>= 60 kg 12 mg, < 60 kg 8 mg)"
_ANOTHER_ONE = pattern_of(r"[;.]|\d ?(?:mg|ug|g|mL)\b|^ (?:with|plus|combined) |^\) or ", re.I)
_NEXT_ONE = pattern_of(
    r"\d ?(?:mg|ug|mcg|g|mL|IU|U|units?)\b|\d ?[x×*] ?10 ?\^|\d[eE]\d|(?<![a-z])until |;|,(?! ?(?:and )?\d)|(?<![a-z])(?:and|"
    r"plus|then) ?\("
    r"|(?:daily|weekly|[bqt]\.?i?\.?d\.?|day|hours|week) ?\((?:once|twice|\w+ times|every|q\d|[bqt]\.?i?\.?d)(?![a-z])[^()]*$"
)
_SINCE = pattern_of(
    r"(?<=tolerated) (?:from|until|through|starting|for|increase|then) .*$| (?:or|and) \d[\d.]*$| (?:on|at) (?:days?|"
    r"weeks?|cycles?) .*$"
    r"| for (?:up to )?\d+ (?:days|weeks|months|cycles).*$| every \d.*$",
    re.I,
)


def _of_all(draft: Draft, first: Draft, told: Mapping[str, set[tuple[float, str]]]) -> bool:
    """Whether people told beside a dose are those of the whole text: it tells no other amount, and no dose before."""
    elsewhere = first.statement.start < draft.statement.start
    of_itself = draft.agent is not None and draft.agent.name.lower() in (draft.condition or "").lower()
    return len(told[draft.agent_key]) == 1 and (not elsewhere or of_itself)


def _takes_it(draft: Draft) -> bool:
    """Whether the people are only those that get the dose: "patients with drugamab 80 mg"."""
    name = draft.agent.name.lower() if draft.agent else ""
    return bool(name) and (draft.condition or "").lower().endswith(f" with {name}")


def _amounts_told(drafts: Sequence[Draft]) -> dict[str, set[tuple[float, str]]]:
    """The amounts that the text tells of each agent."""
    told: dict[str, set[tuple[float, str]]] = {}
    for draft in drafts:
        told.setdefault(draft.agent_key, set()).add((draft.amount.low, draft.amount.unit))
    return told


def _group_behind(text: str, draft: Draft) -> str | None:
    """The group told behind an amount in brackets that follows another amount of its agent."""
    return group_behind(text, draft.amount.end) if draft.main is not None else None


def group_behind(text: str, at: int) -> str | None:
    """The group of people or circumstances told at ``at``, right behind an amount."""
    behind = _GROUP_BEHIND.match(text, at)
    return behind["who"].strip() if behind else None


def _may_become(text: str, draft: Draft) -> str | None:
    """That the dose is only what another may be changed to."""
    found = list(_MAY_BECOME.finditer(text, max(draft.statement.start, draft.amount.start - 60), draft.amount.start))
    if not found:
        return None
    between = text[found[-1].end() : draft.amount.start]
    return found[-1].group() if len(between) < 12 or _LISTED_AMOUNTS.fullmatch(between) else None


def _set_groups(text: str, drafts: Sequence[Draft]) -> None:
    """Set the groups of people of a text that gives two or more groups different amounts of one agent."""
    told: list[tuple[Draft, str]] = []
    by_agent: dict[str, dict[str, set[tuple[float, str]]]] = {}
    for draft in drafts if _GROUP.may_match(text) else ():
        found = list(_GROUP.finditer(text, draft.statement.start, draft.amount.start))
        if found:
            group = " ".join(found[-1].group().split())
            told.append((draft, group))
            amounts = by_agent.setdefault(draft.agent_key, {}).setdefault(group, set())
            amounts.add((draft.amount.low, draft.amount.unit))
    for draft, group in told:
        mine = {(draft.amount.low, draft.amount.unit)}
        others = any(other != group and amounts - mine for other, amounts in by_agent[draft.agent_key].items())
        if others and (draft.condition is None or _is_told_by(group, draft.condition)):
            draft.condition = group


_NUMBER = pattern_of(r"\d+(?:\.\d+)?")


def _is_told_by(group: str, condition: str) -> bool:
    """Whether ``group`` tells the people of ``condition``: "3 to 14 kg: 5 mg for those of 3 to 6 kg" tells others."""
    numbers = set(_NUMBER.findall(condition)) <= set(_NUMBER.findall(group))
    return condition in group or (numbers and _POPULATION.match(condition) is not None)


_MONTHS = pattern_of(r"for \d{1,2} ?(?:-|to) ?\d{1,2} months")
_BESIDE = ("if ", "when ", "in case ", "for ")
_FOR_PEOPLE = pattern_of(r"for (?:patients|subjects|those|participants|children|adults|individuals|infants|people)(?=.*\d)")


def _up_to_next(text: str, told: re.Match[str], next_start: int) -> str:
    """The words of a condition before the next amount: "if CD4 < 100/uL 375 mg/m2 IV if CD4 > 100/uL"."""
    if told.end() <= next_start or _NEXT_AMOUNT.search(told.group()):
        cut = told.group()[-1:].isalnum() and text[told.end() : told.end() + 1].isalnum()
        return _JOINT.sub("", told.group().rpartition(" ")[0]).strip() if cut else told.group().strip()
    return _JOINT.sub("", text[told.start() : next_start]).strip()


# "1 g (the dose indicated for adults)": what a dose is known for; "(stop when ANC > 1.5)": when it is given no more
_MEANT_FOR = pattern_of(
    r"(?:indicated|approved|recommended|licen[sc]ed|label+ed|standard dose"
    r"|(?<![a-z])(?:stop(?:ped)?|discontinue[ds]?|interrupted|withheld|hold|held|omitted|ceased?)) $",
    re.I,
)
_JOINT = pattern_of(r"(?:[\s,(]+(?:and|or|then|to|with|plus|of|at|a|the|dose|receive|increase[ds]?|reduced?))*[\s,(]*$", re.I)


def _right_behind(text: str, draft: Draft, next_start: int) -> str | None:
    """For whom or when the dose is, where that follows its amount at once: it counts before what opens the sentence."""
    at = draft.amount.end + 1
    told = text[at : at + 8].lower().startswith(_BESIDE) and _CONDITION.match(text, at, min(draft.statement.end, at + 79))
    if not told or not told.group().lower().startswith(_BESIDE):
        return None
    if told.group().lower().startswith("for ") and (not _FOR_PEOPLE.match(told.group()) or _LEADS_ON.match(text, told.end())):
        return None
    return _up_to_next(text, told, next_start)


def _condition(text: str, draft: Draft, previous_end: int, next_start: int) -> str | None:
    """For whom or when the dose is, where that is written shortly before or after it, and before the amount that follows."""
    around = text[max(draft.statement.start, draft.amount.start - 110) : min(draft.statement.end, draft.amount.end + 130)]
    if (
        not any(sign in around for sign in ":[(")
        and not _CONDITIONS.may_match(around)
        and not re.search(r"\d ?(?:year|month|kg)", around)
    ):
        return None
    beside = _right_behind(text, draft, next_start)
    if beside:
        return beside
    start = max(draft.statement.start, draft.amount.start - 110, previous_end)
    closed = _CLOSED.match(text, previous_end, draft.amount.start) if previous_end > draft.statement.start else None
    if closed:
        start = max(start, closed.end())  # the bracket behind the amount before is of that one
    found = list(_CONDITIONS.finditer(text, start, draft.amount.start))
    if found and previous_end > draft.statement.start and said_before(text, previous_end, found[-1]):
        found = []  # said of the amount before
    if found and not _ANOTHER_ONE.search(text[found[-1].end() : draft.amount.start]):
        return found[-1].group().strip()
    label = _BAND_LABEL.search(text[start : draft.amount.start])
    if label and not _TIME_LABEL.match(label["who"]) and not _TIME_TOLD.search(label["who"]):
        return label["who"].strip(" *•-")
    people = people_before(text, start, draft.amount.start)
    if people:
        return people
    after = _CONDITIONS.search(text, draft.amount.end, min(draft.statement.end, draft.amount.end + 130))
    leads = after and (_LEADS_ON.match(text, after.end()) or _BAND_FIRST.fullmatch(text, draft.amount.end, next_start))
    of_next = after is not None and (leads is not None or opens_with_it(text, draft.amount.end, after, next_start))
    if after and (after.start() >= next_start or _BOTH.match(text, after.end())):
        return None  # "750 or 1000 mg (34-50 kg and above 50 kg)"
    if after and not of_next and not _NEXT_ONE.search(_CLOSED_BEHIND.sub("", text[draft.amount.end : after.start()])):
        return None if _MEANT_FOR.search(text, draft.amount.end, after.start()) else _up_to_next(text, after, next_start)
    return None
