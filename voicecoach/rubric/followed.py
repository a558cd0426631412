"""An answer to a follow-up is judged by what was asked for, and by no more.

It has a minute where the first answer had four, and one thing to say:

    pillars   that of the criterion that is asked about, and communication
    levels    less is needed for each of them
    gaps      what was asked for and is not heard; what speaks against the speaker;
              how it was told. Never what the first answer had room for
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voicecoach.questions import FollowUpQuestion, Pillar, Question
from voicecoach.rubric.conduct import OTHERS
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.offers import Offer
from voicecoach.rubric.outlook import Outlook
from voicecoach.rubric.shown import AGAINST
from voicecoach.rubric.wanted import NONE

HOW_TOLD = ("particulars", "reasons_given")
"""What any answer can lack, however short."""
WHOLE_ANSWERS = frozenset({"structure_followed", "question_answered", "headline_first"})
"""Criteria that are guessed from a whole answer: after a minute the guess is of no
worth (three of the first five good ones were told that a part was missing)."""
ASKED_FOR = 0.9
"""The chance that it helps to name what was asked for and is not heard."""


def pillars_of(question: Question) -> tuple[Pillar, ...]:
    """Those that an answer has a chance to show."""
    asked = _probed(question)
    if asked is None:
        return question.pillars
    return tuple(dict.fromkeys((rubric().by_id[asked].pillar, "communication")))


def looked_at(question: Question) -> frozenset[Pillar]:
    """Pillars whose criteria are looked for, graded or not."""
    return frozenset((*question.pillars, *pillars_of(question)))


def least_words(question: Question) -> int:
    """That must have been said before anything is judged."""
    if isinstance(question, FollowUpQuestion):
        return rubric().follow_ups.least_words
    return rubric().bands.least_words


def needs(question: Question) -> float:
    """How much is needed of what a first answer needs for the same, 0..1."""
    is_first = not isinstance(question, FollowUpQuestion)
    return 1.0 if is_first else rubric().follow_ups.needs


def levels(pillar: Pillar, question: Question) -> Mapping[int, float]:
    """The sum that each level of a pillar needs."""
    usual, share = rubric().pillars[pillar].levels, needs(question)
    return {
        level: share * least if least > 0 else least for level, least in usual.items()
    }


def offered_after(offered: tuple[Offer, ...], outlook: Outlook) -> tuple[Offer, ...]:
    """Of what could be told of an answer that which fits what was asked.

    Args:
        offered: what could be told of any answer, the likeliest first.
        outlook: what is known of this one.
    """
    if not isinstance(outlook.case.question, FollowUpQuestion):
        return offered
    fits = {*AGAINST, OTHERS, NONE, *HOW_TOLD}
    kept = (offer for offer in offered if offer.heading in fits)
    return (*_unanswered(outlook), *kept)


def _unanswered(outlook: Outlook) -> Iterator[Offer]:
    """What was asked for, where neither rules nor meaning found it.

    In a good answer it is likelier that it was said in words that neither knows.
    """
    asked, scale = _probed(outlook.case.question), rubric().follow_ups
    found = outlook.assessed.get(asked or "")
    if asked is None or found is None or asked in (*WHOLE_ANSWERS, *HOW_TOLD):
        return
    if outlook.overall >= scale.left_alone:
        return
    is_found = found.points >= rubric().bands.strength_from
    if not is_found and outlook.case.shown.most(asked) < scale.heard:
        yield Offer(asked, None, ASKED_FOR)


def _probed(question: Question) -> str | None:
    """The criterion that a follow-up is about; None where it is not one, or unknown."""
    if isinstance(question, FollowUpQuestion) and question.probes in rubric().by_id:
        return question.probes
    return None
