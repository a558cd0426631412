"""What was done to others, told of the whole answer.

Who keeps bad news back, blames or lets others pay says it of himself in no sentence:
each is doubtful, the answer is not. So it is looked for in all of them together, and
hangs on the one that is the surest to say any of it. Where that one does not tell which
it is, what is said fits all.
"""

from __future__ import annotations

from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.offers import Offer
from voicecoach.rubric.outlook import LEAST_AGAINST, Outlook
from voicecoach.rubric.shown import CONDUCT
from voicecoach.rubric.wording import quotable_whole

OTHERS = "others"
"""The heading of what fits all."""


def misconduct(outlook: Outlook) -> Offer | None:
    """That the speaker did something to others; None where it is not sure."""
    shown, usual = outlook.case.shown, rubric().held(OTHERS)
    sure = shown.anywhere(*CONDUCT)
    if usual is None or sure < usual.sure:
        return None
    places = outlook.best_by(shown.any_of(CONDUCT), LEAST_AGAINST)
    at = next((one for one in places if quotable_whole(one, outlook.case)), None)
    if at is None:
        return None
    kind = max(CONDUCT, key=lambda name: shown.at(name, at))
    own = rubric().held(kind)
    is_told = own is not None and shown.at(kind, at) >= own.sure
    return Offer(kind if is_told else OTHERS, at, sure)
