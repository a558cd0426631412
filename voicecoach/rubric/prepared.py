"""Which of the questions that the bank has prepared are still open after an answer.

    wanted    how much an interviewer would ask about what it probes
    answered  how many sentences show that, how near the nearest one comes to it
    worth     log wanted - log answered - nearness

A prepared question fits its round whatever was said, which a template does not; but it
may be answered already, and to ask it then shows that nobody listened. What this puts
first readers called open in .75 of 108 answers (.65 at random), and named among the two
that they would ask in .56 (.40); benchmarks/prepared.py.
"""

from __future__ import annotations

import re
from math import log

from voicecoach.embedding import Vectors, embed
from voicecoach.questions import FollowUpPrompt
from voicecoach.rubric.case import Case
from voicecoach.rubric.results import Prepared

CLAIM = re.compile(r"You (?:put|told|said|chose|explained|described|stated|named)\b")
"""How a question begins that takes something for said."""
CLAIMING = 1.0
"""What that costs: it may not have been."""
RARELY = 0.03
"""Added to shares and counts, so that their logarithms stay small."""
UNLEARNED = 0.5
"""Sentences that show what no sentence was tagged with."""
NEAR = 0.36
"""From this cosine on a sentence leads up to a question."""


def prepared(case: Case) -> tuple[Prepared, ...]:
    """The follow-ups of the question, those that are best to ask first."""
    asked = case.question.follow_ups
    if not asked or not case.seen.utterances:
        return ()
    nearness = embed([one.prompt for one in asked]) @ case.seen.vectors.T
    rated = (_rated(one, near, case) for one, near in zip(asked, nearness, strict=True))
    return tuple(sorted(rated, key=lambda one: -one.worth))


def _rated(asked: FollowUpPrompt, near: Vectors, case: Case) -> Prepared:
    """One of them, with how near each utterance comes to it, [utterances]."""
    nearest = int(near.argmax())
    sure = case.shown.sure.get(asked.probes)
    answered = UNLEARNED if sure is None else float(sure.sum())
    wanted = case.wanted.to_ask(asked.probes)
    worth = log(wanted + RARELY) - log(answered + RARELY) - float(near[nearest])
    if CLAIM.match(asked.prompt):
        worth -= CLAIMING
    leads = near[nearest] >= NEAR
    lead = case.plain.as_said(case.seen.whole(nearest)) if leads else None
    return Prepared(asked, worth, lead)
