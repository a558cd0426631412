"""What could be told as the one change, and how likely an interviewer would tell it.

    heading    how wanted, how surely shown, what rules found ─┐
    sentence   how fit a place, what it shows, on which side ──┴─ chance, 0..1

A gap and a sentence that are good choices each may make no sense together, and what is
wanted most may be said badly by what this program can say. So pairs are judged as they
are told: interviewers marked thousands of them, read after the answer, as good, fair,
poor or wrong. A logistic regression over what is known of the pair says how likely one
is good or fair (`benchmarks/offers.py` fits it and says how often it is).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from voicecoach.embedding import Vectors
from voicecoach.questions import Structure
from voicecoach.rubric.assessing import Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.shown import AGAINST
from voicecoach.rubric.wanted import NONE

ALWAYS = frozenset({*AGAINST, NONE})
"""Headings that have a chance whatever was asked."""
LEARNED = "offers.npz"
"""Stored by `benchmarks/offers.py --store`; see `Learned`."""
AT_THE_BEGINNING = "headline_first"
"""What hangs on how the answer began."""
BEFORE_A_DESIGN = "clarifying_questions"
"""What is offered only where it is expected."""
MOST_PLACES = 3
"""Sentences that are tried for each heading, the fittest."""
LEAST_TOKENS = 5
"""Of such a sentence."""
LEAST_AGAINST = 0.15
"""How surely a sentence must speak against the speaker to be offered for that."""
STRUCTURES: tuple[str, ...] = get_args(Structure)
USUAL_LEVEL = 3.0
UNKNOWN_SHARE = 0.04
"""Of what no reader could want, since no sentence shows it."""
RARELY, UNFIT = 0.01, 0.02
"""Added to shares and chances, so that their logarithms stay small."""
FURTHEST = 3.0
"""Standard deviations to either side."""


@dataclass(frozen=True)
class Learned:
    """What `benchmarks/offers.py` learned.

    Args:
        shared: weights that all headings share, [shared features].
        own: of each heading's own, [headings, own features].
        headings: their names.
    """

    shared: NDArray[np.float32]
    own: NDArray[np.float32]
    headings: tuple[str, ...]


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


def offers(
    case: Case, assessed: Mapping[str, Assessment], overall: float
) -> tuple[Offer, ...]:
    """All that could be told, the likeliest first.

    Args:
        case: the answer.
        assessed: what was found for each criterion that has a chance.
        overall: the mean of the pillars.
    """
    known = learned()
    found: list[Offer] = []
    if not case.seen.utterances:
        return ()
    for row, heading in enumerate(known.headings):
        if heading not in assessed and heading not in ALWAYS:
            continue
        for at in places(case, heading):
            shared, own = given(case, assessed, overall, heading, at)
            odds = shared @ known.shared + own @ known.own[row]
            found.append(Offer(heading, at, float(1 / (1 + np.exp(-odds)))))
    return tuple(sorted(found, key=lambda offer: -offer.chance))


def places(case: Case, heading: str) -> Iterator[int | None]:
    """The utterances that a heading may hang on, and None where it needs no words."""
    if heading == AT_THE_BEGINNING:
        yield 0
        return
    if heading == BEFORE_A_DESIGN and not _is_expected(heading, case):
        return
    if heading not in AGAINST or (
        heading == "off" and case.shown.most(heading) >= LEAST_AGAINST
    ):
        yield None
    if heading == NONE:
        return
    fit = _fitness(case, heading)
    least = LEAST_AGAINST if heading in AGAINST else 0.0
    told = (
        int(at)
        for at in np.argsort(-fit, kind="stable")
        if len(case.seen.utterances[at].tokens) >= LEAST_TOKENS and fit[at] >= least
    )
    for _, at in zip(range(MOST_PLACES), told, strict=False):
        yield at


def _fitness(case: Case, heading: str) -> Vectors:
    """How fit each utterance is to hang it on, [utterances]."""
    if heading in AGAINST:
        return case.shown.sure[heading]
    usual = np.ones(len(case.seen.utterances), np.float32)
    return case.wanted.places.get(heading, usual)


def _is_expected(heading: str, case: Case) -> bool:
    criterion = rubric().by_id.get(heading)
    return criterion is not None and criterion.is_expected(case.question)


def given(
    case: Case,
    assessed: Mapping[str, Assessment],
    overall: float,
    heading: str,
    at: int | None,
) -> tuple[Vectors, Vectors]:
    """What is known of a heading at an utterance: what all share, what is its own."""
    is_against, found = heading in AGAINST, assessed.get(heading)
    most = _odds(case.shown.most(heading))
    points = found.points if found else 0
    level = overall - USUAL_LEVEL
    change = np.log(_share(case.wanted.change, heading) + RARELY)
    fit, side, here, against, showing = _of_place(case, heading, at)
    shared = (
        change,
        np.log(case.wanted.ask.get(heading, UNFIT) + RARELY),
        0.0 if is_against else most,
        points / 5,
        points >= rubric().bands.strength_from,
        _is_expected(heading, case),
        level,
        np.log(case.wanted.nothing + RARELY),
        np.clip(case.sides, -FURTHEST, FURTHEST).mean(),
        case.is_story,
        at is None,
        fit,
        side,
        0.0 if is_against else here,
        here if is_against else 0.0,
        against,
        showing,
    )
    own = (1.0, level, most, change, here, fit, side, against, showing, at is None)
    asked = [case.question.structure == name for name in STRUCTURES]
    return np.array(shared, np.float32), np.array([*own, *asked], np.float32)


def _of_place(
    case: Case, heading: str, at: int | None
) -> tuple[float, float, float, float, float]:
    """How fit it is, its side, how surely it shows this, a fault, and a strength."""
    if at is None:
        return (0.0,) * 5
    fit = 0.0
    if heading in case.wanted.places:
        fit = float(np.log(case.wanted.at(heading, at) + UNFIT))
    return (
        fit,
        float(np.clip(case.sides[at], -FURTHEST, FURTHEST)),
        _odds(case.shown.at(heading, at)) if heading in case.shown.sure else 0.0,
        case.shown.against(at),
        case.shown.showing(at),
    )


def _share(shares: Mapping[str, float], heading: str) -> float:
    if heading == "off":
        return max(UNKNOWN_SHARE, shares.get(heading, 0.0))
    return shares.get(heading, UNKNOWN_SHARE)


def _odds(sure: float) -> float:
    """A third of the log odds, kept finite."""
    return float(np.log((sure + RARELY) / (1 - sure + RARELY)) / 3)


@cache
def learned() -> Learned:
    """Read once."""
    with as_file(files(__package__) / LEARNED) as path, np.load(path) as stored:
        return Learned(
            stored["shared"].astype(np.float32),
            stored["own"].astype(np.float32),
            tuple(map(str, stored["headings"])),
        )
