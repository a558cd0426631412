"""What could be told as the one change, and how likely an interviewer would tell it.

    heading, sentence   what is known of both (`outlook`)
    chance              that telling it helps, 0..1

A gap and a sentence that are good choices each may make no sense together, and what is
wanted most may be said badly by what this program can say. So pairs are judged as they
are told: interviewers marked thousands of them, read after the answer, as good, fair,
poor or wrong. A logistic regression over what is known of the pair says how likely one
is good or fair (`benchmarks/offers.py` fits it and says how often it is).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from voicecoach.rubric.chances import Known, weights
from voicecoach.rubric.outlook import LEAST_AGAINST, MOST_PLACES, Outlook
from voicecoach.rubric.shown import AGAINST, CONDUCT
from voicecoach.rubric.wanted import NONE

ALWAYS = frozenset({*AGAINST, NONE})
"""Headings that have a chance whatever was asked."""
LEARNED = "offers.npz"
"""Stored by `benchmarks/offers.py --store`; see `chances.Weights`."""
AT_THE_BEGINNING = "headline_first"
"""What hangs on how the answer began."""


@dataclass(frozen=True)
class Offer:
    """One thing that could be told.

    Args:
        heading: a criterion, one of `shown.AGAINST`, or `wanted.NONE`.
        utterance: the one whose words it names; None where it names none.
        chance: that an interviewer finds it good or fair, 0..1.
    """

    heading: str
    utterance: int | None
    chance: float


def offers(outlook: Outlook) -> tuple[Offer, ...]:
    """All that could be told, the likeliest first."""
    if not outlook.case.seen.utterances:
        return ()
    learned = weights(LEARNED)
    found = [
        Offer(heading, at, learned.chance(heading, known(outlook, heading, at)))
        for heading in learned.headings
        if heading in ALWAYS or outlook.has_a_chance(heading)
        for at in places(outlook, heading)
    ]
    return tuple(sorted(found, key=lambda offer: -offer.chance))


def places(outlook: Outlook, heading: str) -> Iterator[int | None]:
    """The utterances that a heading may hang on, and None where it needs no words."""
    if heading == AT_THE_BEGINNING:
        yield 0
        return
    if heading not in AGAINST or (
        heading == "off" and outlook.case.shown.most(heading) >= LEAST_AGAINST
    ):
        yield None
    if heading == NONE:
        return
    yield from islice(outlook.fittest(heading), MOST_PLACES)


def known(outlook: Outlook, name: str, at: int | None) -> Known:
    """What is known of a heading at an utterance."""
    is_against = name in AGAINST
    heading, place = outlook.heading(name), outlook.place(name, at)
    shared = (
        heading.change,
        heading.ask,
        0.0 if is_against else heading.most,
        heading.points / 5,
        heading.strong,
        heading.expected,
        outlook.level,
        outlook.nothing,
        outlook.mean_side,
        outlook.misconduct,
        outlook.misconduct if name in CONDUCT else 0.0,
        outlook.case.is_story,
        at is None,
        place.fit,
        place.side,
        0.0 if is_against else place.here,
        place.here if is_against else 0.0,
        place.against,
        place.showing,
    )
    own = (
        1.0,
        outlook.level,
        heading.most,
        heading.change,
        place.here,
        place.fit,
        place.side,
        place.against,
        place.showing,
        at is None,
        outlook.misconduct,
        *outlook.structures,
    )
    return Known.of(shared, own)
