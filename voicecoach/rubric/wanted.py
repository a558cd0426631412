"""What an interviewer would want next: which change, which question, beside what.

    how surely each heading is shown ─┐
    how it is told, kind of question ─┴─> share of each heading: change, question
    how surely a sentence shows each ───> share of each sentence, by heading

That something is missing says little: most answers lack a dozen things that nobody
would miss. Which of them is decisive was learned from interviewers who named, for
answers of all kinds, the one change and the next questions, each with the sentence that
it hangs on (`benchmarks/wanted.py` fits it and says how often the choice is theirs). A
heading is a criterion, or one of `shown.AGAINST`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from voicecoach.embedding import Vectors
from voicecoach.questions import Structure
from voicecoach.rubric.grounds import Ground
from voicecoach.rubric.shown import Shown
from voicecoach.stored import arrays, strings

LEARNED = "wanted.npz"
"""Stored by `benchmarks/wanted.py --store`; see `Learned`."""
NONE = "none"
"""The heading of an answer that needs no change."""
STRUCTURES: tuple[str, ...] = get_args(Structure)
MOST_SHOWN = 3.0
"""Sentences that show a heading: more make no difference."""
FURTHEST = 3.0
"""Standard deviations to either side."""
RARELY, NEVER = 0.02, 0.003
"""How unlikely at least an answer, and a sentence, shows a heading."""
WEAK = -0.5
"""Standard deviations to the weak side from which a sentence counts as weak."""
MEASURED = 0.04
"""The share of what no sentence shows (length, parts): behind what surely is decisive,
before what nobody would miss."""
UNANSWERED = ("question_answered", "off")
USUAL_SENTENCES, USUAL_WORDS = 12, 20


@dataclass(frozen=True)
class Learned:
    """What `benchmarks/wanted.py` learned.

    Args:
        change: [answer features + 1, headings], the last row is the offset.
        ask: the same for questions.
        place: [utterance features, headings].
        headings: their names.
        shown: the headings of `Shown` in the order of the features.
    """

    change: NDArray[np.float32]
    ask: NDArray[np.float32]
    place: NDArray[np.float32]
    headings: tuple[str, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """Shares that sum to 1, over headings and, for each heading, over utterances."""

    change: Mapping[str, float]
    ask: Mapping[str, float]
    places: Mapping[str, Vectors]

    def to_change(self, heading: str) -> float:
        """How much an interviewer would want this changed first."""
        return share_of(heading, self.change)

    @property
    def nothing(self) -> float:
        """How much the answer should stay as it is."""
        return self.change.get(NONE, 0.0)

    def to_ask(self, heading: str) -> float:
        """How much an interviewer would ask about this next."""
        return share_of(heading, self.ask)

    def at(self, heading: str, utterance: int) -> float:
        """How fit an utterance is to hang it on, beside the fittest, 0..1."""
        places = self.places.get(heading)
        return 0.0 if places is None else float(places[utterance] / places.max())


def wanted(
    seen: Shown,
    found: Sequence[Ground],
    sides: Vectors,
    structure: str,
) -> Wanted:
    """What is wanted of an answer.

    Args:
        seen: what its utterances show.
        found: their reasons and particulars.
        sides: how far each lies on the side of good answers, [utterances].
        structure: what the question asks for.
    """
    known = learned()
    if not found:
        return Wanted({}, {}, {})
    given = of_answer(seen, sides, structure, known.shown)
    change, ask = (
        softmax(given @ weights[:-1] + weights[-1])
        for weights in (known.change, known.ask)
    )
    places = softmax((of_utterances(seen, found, sides, known.shown) @ known.place).T)
    return Wanted(
        dict(zip(known.headings, change.tolist(), strict=True)),
        dict(zip(known.headings, ask.tolist(), strict=True)),
        dict(zip(known.headings, places, strict=True)),
    )


def share_of(heading: str, shares: Mapping[str, float]) -> float:
    """Of a heading; what is about another matter leaves the question unanswered."""
    if heading in UNANSWERED:
        return max(MEASURED, shares.get("off", 0.0))
    return shares.get(heading, MEASURED)


def of_answer(
    seen: Shown, sides: Vectors, structure: str, names: Sequence[str]
) -> Vectors:
    """What is known of an answer, [features].

    For each heading how sure the surest sentence is and how many there may be; how much
    is told, and how; what kind of question it was.
    """
    sure = np.array([seen.sure[name] for name in names])
    told = np.array(
        [
            np.log(len(sides) / USUAL_SENTENCES),
            (sides > 0).mean(),
            (sides < WEAK).mean(),
            np.clip(sides, -FURTHEST, FURTHEST).mean(),
        ]
    )
    asked = np.array([structure == name for name in STRUCTURES])
    many = np.minimum(sure.sum(1), MOST_SHOWN) / 2
    parts = (log_odds(sure.max(1), RARELY), many, told, asked)
    return np.concatenate(parts).astype(np.float32)


def log_odds(sure: Vectors, least: float) -> Vectors:
    """Log odds, a third of them; ``least`` keeps them finite."""
    odds: Vectors = (np.log((sure + least) / (1 - sure + least)) / 3).astype(np.float32)
    return odds


def of_utterances(
    seen: Shown, found: Sequence[Ground], sides: Vectors, names: Sequence[str]
) -> Vectors:
    """What is known of every utterance, [utterances, features].

    How surely it shows each heading, its side, its place and what is said in it.
    """
    sure = np.array([seen.sure[name] for name in names]).T
    said = np.array(
        [
            (
                min(ground.words / USUAL_WORDS, 2),
                ground.words < USUAL_WORDS / 3,
                ground.particulars,
                ground.doing,
                ground.outcome,
            )
            for ground in found
        ]
    )
    down = np.linspace(0, 1, len(sides)) if len(sides) > 1 else np.zeros(1)
    side = np.clip(sides, -FURTHEST, FURTHEST)
    place = np.column_stack([side, down, down == 0])
    return np.hstack([log_odds(sure, NEVER), place, said]).astype(np.float32)


def softmax(scores: Vectors) -> Vectors:
    """Shares along the last axis."""
    odds = np.exp(scores - scores.max(-1, keepdims=True))
    shares: Vectors = (odds / odds.sum(-1, keepdims=True)).astype(np.float32)
    return shares


@cache
def learned() -> Learned:
    """Read once."""
    stored = arrays(__package__, LEARNED)
    return Learned(
        stored["change"],
        stored["ask"],
        stored["place"],
        strings(stored["headings"]),
        strings(stored["shown"]),
    )
