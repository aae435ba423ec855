"""Windows that bind nobody, or the other way than they seem.

What is defined or permitted, what is told of the time after the study, demands that are not met, and use that is asked for.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.place import Place
from harvester.text.times.time_read import BEFORE, TimeRead

_NOT_MEETING = pattern_of(r"\W*(?:not meeting|(?:does|do) not meet|failure to meet|unable to meet)\b", re.IGNORECASE)
_MENSES = gated(r"\b(?:menses|menstruat\w+|menstrual)\b[^.;<>≤≥]{0,60}$", re.IGNORECASE)
_STERILISED = gated(r"\b(?:vasectom\w+|sterili[sz]\w+|tubal ligation|tubal occlusion)\b[^.;<>≤≥]{0,60}$", re.IGNORECASE)
_NOT_AHEAD = gated(r"\bnot (?:anticipated|expected|likely) to (?:require|need|receive)\b[^.;]*$", re.IGNORECASE)
# "may be used within 2 weeks", "the following are allowed within 4 weeks": a permission asks for nothing
_PERMITTED = expression("time.permitted")
_ALLOWED_BEHIND = expression("unbinding.allowed_behind")
_DENIED = pattern_of(r"\b(?:no|not|without|never)\b[^.;]*$", re.IGNORECASE)
_KEPT_ON = gated(r"\bcontinue\w* (?:the |their |study )?(?:treatment|therapy)\b[^.;]*$", re.IGNORECASE)
_TAKEN = gated(r"\b(?:use|used|using|taken|taking|intake|received|receiving)\b[^.;,]*\bcontracepti\w*", re.IGNORECASE)
_HABIT = gated(r"\b(?:smok\w*|tobacco|nicotine|alcohol|drink\w*|drugs?|substances?)\b[^.;]*\b(?:absti\w+)[^.;]*$", re.IGNORECASE)
_AFTER_STUDY_DOSE = expression("time.after_study_dose")
_AHEAD = ("washout", "time_since_surgery", "time_since_treatment", "time_since_event")
_PROMISED = expression("time.promised")
_AFTER_LAST = expression("time.after_last")
_OF_THERAPY = expression("time.of_therapy")
# "have completed treatment within the past 6 months", "Completed participation in the first study within 7 days"
_COMPLETED = expression("time.completed")
_ALL_STOPPED = pattern_of(r"\b(?:no|not|never|without|must|should|all|any|elapsed|prior to)\b", re.IGNORECASE)
_SHUT_OUT = expression("time.shut_out")
_ASKED = expression("time.asked")
_UNCHANGED = expression("time.unchanged")
_AFTER_ONSET = expression("time.after_onset")
_POST_PARTUM = pattern_of(r"\s*post-?\s?partum", re.IGNORECASE)
_NOT_TAKEN_FOR = expression("time.not_taken_for")
_EXAMINED = expression("time.examined")
_ACTED = expression("time.acted")
_TOLD_WITHIN = expression("time.told_within")  # "recovered from all therapy, chemotherapy within 2 weeks included"
# "urgent is defined as 6 weeks from referral", "the risk continues for 4 weeks after stopping": nothing is asked for
_TO_SITE = expression("time.to_site")  # "lives within 2 hours of the hospital"
_NOT_RECOVERED = expression("time.not_recovered")
_EXPLAINED = expression("time.explained")
_AFTER_STUDY = expression("time.after_study")
# "away during the two years of the study": how long the study lasts
_THROUGHOUT = pattern_of(r"(?:during|throughout|over)\b", re.IGNORECASE)
_OF_STUDY_ITSELF = expression("time.of_study_itself")


def binds_nobody(place: Place, read: TimeRead) -> bool:
    """Whether a window only defines who can bear children or be a way of contraception, or asks for something after the study."""
    left = place.left[-80:]
    if _is_unmet(place) or _TOLD_WITHIN.match(place.right):
        return True
    if _TO_SITE.match(place.right) or (read.relation != "within" and _NOT_RECOVERED.search(place.left[-160:])):
        return True
    start = place.limit.start if read.start is None else read.start
    if read.relation != "within" and read.concept != "washout" and _EXPLAINED.search(place.left[-120:]):
        return True
    asked = read.concept in ("planned_event_window", "contraception_duration")
    if not asked and _OF_STUDY_ITSELF.match(place.right) and _THROUGHOUT.match(place.text, start):
        return True
    if read.relation == "within" and (
        _MENSES.search(left)
        or (read.concept in ("washout", "time_since_event") and _PERMITTED.search(left))
        or (read.concept == "washout" and _ALLOWED_BEHIND.match(place.right) and not _DENIED.search(left))
    ):
        return True
    if read.concept == "washout" and (_KEPT_ON.search(left) or (read.relation != "within" and _is_not_taken(place))):
        return True
    before = read.concept == "contraception_duration" and BEFORE.match(place.right)
    if (before or read.concept in ("time_since_event", "time_since_surgery")) and _STERILISED.search(left):
        return True
    return read.concept not in ("contraception_duration", "breast_feeding_restriction") and bool(_AFTER_STUDY.match(place.right))


def _is_unmet(place: Place) -> bool:
    """Whether an exclusion tells a demand that is not met (``Not meeting vaccination requirements within 5 years``)."""
    return place.line.criterion.section == "exclusion" and _NOT_MEETING.match(place.left) is not None


def _is_not_taken(place: Place) -> bool:
    """Whether a treatment must not have lasted so long (``must not have received it for more than 12 weeks``)."""
    longer = (
        place.limit.comparator_words.lower().startswith(("more", "longer", "over", "greater")) or place.limit.comparator == ">"
    )
    return longer and _NOT_TAKEN_FOR.search(place.left[-160:]) is not None


def is_denied_ahead(place: Place) -> bool:
    """Whether a time is one in which something will not be needed (``not anticipated to require steroids for 4 weeks``)."""
    return _NOT_AHEAD.search(place.left) is not None


def without_shutting_out(place: Place, read: TimeRead) -> str | None:
    """What an inclusion's "washout" is a time of, as nothing in its words shuts a treatment out (``use within 3 months``)."""
    if read.concept != "washout" or read.relation != "within" or place.line.criterion.section != "inclusion":
        return None
    if _COMPLETED.search(place.left[-120:]) and not _ALL_STOPPED.search(place.sentence):
        return "time_since_treatment"
    if shuts_out(place.sentence, place.line.above):
        return None
    if _EXAMINED.search(place.left[-100:]) or _EXAMINED.match(place.right.lstrip(") ")):
        return "assessment_window"
    if _UNCHANGED.search(place.left[-120:]):
        return "time_since_treatment_change"
    return "time_since_treatment" if asks_for_treatment(place.left) else None


def asks_for_treatment(before: str) -> bool:
    """Whether the words before a time ask that a treatment was given."""
    return _ASKED.search(before[-200:]) is not None or _ACTED.search(before[-120:]) is not None


def shuts_out(sentence: str, above: str) -> bool:
    """Whether words of a sentence, or of the line above it, say that a treatment must not have been given or must have ended."""
    return _SHUT_OUT.search(sentence) is not None or _SHUT_OUT.search(above) is not None


def counted_from(place: Place, read: TimeRead) -> str | None:
    """What a window is of by the event it is counted from, whatever its cues say: the study itself, or the end of a therapy."""
    if read.concept in _AHEAD and (
        _AFTER_STUDY_DOSE.match(place.right) or (_AFTER_LAST.match(place.right) and _PROMISED.search(place.left))
    ):
        return "planned_event_window"
    if read.concept == "washout" and read.relation == "within" and _AFTER_ONSET.match(place.right):
        return "time_since_event"  # "thrombolysis within 3 h of symptom onset": how soon it was given
    if read.concept == "contraception_duration" and read.relation == "within" and _TAKEN.search(place.left[-120:]):
        return "washout" if place.line.criterion.section == "exclusion" and not _DENIED.search(place.left) else None
    if read.concept == "contraception_duration" and _HABIT.search(place.left[-90:]):
        return "time_since_event"  # "abstinent from tobacco for a year"
    if read.concept == "pregnancy_intention_window" and _POST_PARTUM.match(place.right):
        return "time_since_event"
    if read.concept != "time_since_diagnosis":
        return None
    if _OF_THERAPY.match(place.right):
        return "time_since_treatment"
    onset = _AFTER_ONSET.match(place.right)  # "diagnosis, up to 3 months from the first symptoms"
    return "time_since_event" if onset and "admission" not in onset.group() else None
