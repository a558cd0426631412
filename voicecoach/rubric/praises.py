"""What could be praised, at which sentence, and how likely that is right.

    places     sentences that may show a criterion, the surest first
    chance     that a strict interviewer finds it there and shown by them, 0..1

That rules find a criterion in an answer and that a sentence resembles others which show
it does not yet make praise that holds: a reason may be somebody else's, a decision may
be a refusal to decide. So pairs of strength and sentence were marked as they are told
(`benchmarks/praises.py`), and a logistic regression over what is known of both says
how likely one is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import NamedTuple

from voicecoach.rubric.assessing import Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.chances import Known, weights
from voicecoach.rubric.clauses import clauses_in
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.outlook import Outlook
from voicecoach.stored import arrays, strings

LEARNED = "praises.npz"
"""Stored by `benchmarks/praises.py --store`; see `chances.Weights`."""
FORM = frozenset(
    (
        *("structure_followed", "question_answered", "certainty"),
        *("ownership_language", "delivery"),
    )
)
"""Never strengths, all that is measured of the whole answer but particulars: of praise
for form alone eight of twelve were wrong to a critic, no sentence shows that a question
was answered, and of praise for verbs four of fourteen were right to readers, who would
praise the decision."""
LEAST_TOKENS = 6
"""Of a sentence that is shown: "Sure." proves nothing."""
LEAST_SURE = 0.12
"""How sure a sentence must be to be tried."""
MOST_PLACES = 3
"""Sentences that are tried for one criterion."""
USUAL_WORDS, MOST_COUNTED = 20, 3


@dataclass(frozen=True)
class Praise:
    """One criterion that could be praised with one sentence.

    Args:
        criterion: its id.
        at: the utterance.
        chance: that an interviewer finds it right, 0..1.
    """

    criterion: str
    at: int
    chance: float


def praises(outlook: Outlook, found: Mapping[str, Assessment]) -> tuple[Praise, ...]:
    """All that could be praised, the likeliest first.

    Args:
        outlook: what is known of the answer.
        found: what was found for each criterion that may be praised.
    """
    learned = weights(LEARNED)
    every = [
        Praise(name, at, learned.chance(name, known(outlook, name, at)))
        for name in found
        if name in learned.headings
        for at in places(outlook, name, found[name])
    ]
    return tuple(sorted(every, key=lambda praise: -praise.chance))


@cache
def firsts() -> Mapping[str, float]:
    """Of each criterion, how often readers say it first where its praise is right."""
    stored = arrays(__package__, LEARNED)
    names, shares = strings(stored["headings"]), stored["firsts"].tolist()
    return dict(zip(names, shares, strict=True))


def places(outlook: Outlook, name: str, found: Assessment) -> Sequence[int]:
    """Utterances that may show a criterion, the surest first.

    What is measured of the whole answer only where it was found.
    """
    case = outlook.case
    if not rubric().by_id[name].is_shown:
        if found.points < rubric().bands.strength_from:
            return ()
        return _particular(case)[:MOST_PLACES]
    sure = case.shown.places(name, LEAST_SURE)
    return list(islice((at for at in sure if can_prove(name, at, case)), MOST_PLACES))


def known(outlook: Outlook, name: str, at: int) -> Known:
    """What is known of a criterion at an utterance."""
    heading, place, case = outlook.heading(name), outlook.place(name, at), outlook.case
    ground, acts = case.grounds[at], _acts(at, case)
    told = (
        place.here,
        place.side,
        place.against,
        place.showing,
        *acts,
        ground.outcome,
        min(ground.amounts, MOST_COUNTED),
        min(ground.links, MOST_COUNTED),
    )
    shared = (
        heading.most,
        heading.points / 5,
        heading.strong,
        heading.expected,
        outlook.level,
        outlook.mean_side,
        case.is_story,
        *told,
        min(ground.particulars, MOST_COUNTED),
        min(ground.generic, MOST_COUNTED),
        ground.doing,
        min(ground.words / USUAL_WORDS, 2),
        at / len(case.grounds),
        case.shown.at("generic", at),
        *(_beside(at + step, case) for step in (-1, 1)),
    )
    own = (1.0, outlook.level, heading.most, *told, *outlook.structures)
    return Known.of(shared, own)


class _Acts(NamedTuple):
    """Of an utterance: I do something in it; we do; it tells what was; it states."""

    mine: bool
    ours: bool
    past: bool
    told: bool


def _acts(at: int, case: Case) -> _Acts:
    """Who does what in an utterance, and when."""
    reading = case.reading
    told = list(clauses_in(reading, case.seen.whole(at)))
    who = {reading.doc[c.subject].lower_ for c in told if c.is_deed(reading)}
    past = any(clause.is_past(reading) for clause in told)
    return _Acts("i" in who, "we" in who, past, bool(told))


def _beside(at: int, case: Case) -> float:
    """How far the utterance beside it lies on the side of good answers."""
    return float(case.sides[at].clip(-2, 2)) if 0 <= at < len(case.sides) else 0.0


def can_prove(name: str, at: int, case: Case) -> bool:
    """Whether an utterance is one that a strength can be shown by.

    No scrap and no question; a number on the outcome has one, a reason its connective.
    """
    said = case.seen.utterances[at]
    if len(said.tokens) < LEAST_TOKENS or said.tokens[-1].text == "?":
        return False
    if name == "quantified_impact":
        return bool(case.grounds[at].numbers)
    return name != "reasons_given" or bool(case.grounds[at].joined)


def _particular(case: Case) -> Sequence[int]:
    """Utterances with amounts on the side of good answers, the richest first."""
    told = [g for g in case.grounds if g.amounts and case.sides[g.utterance] > 0]
    most = sorted(told, key=lambda g: (-g.amounts, -g.particulars))
    return [ground.utterance for ground in most]
