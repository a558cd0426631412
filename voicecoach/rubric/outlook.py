"""What is known of an answer when something is to be told or asked about it.

    heading    how wanted, how surely shown, what rules found
    place      how fit a sentence is for that, what it shows, on which side it lies

`offers` and `asks` learn from it which heading at which sentence an interviewer would
take. A heading is a criterion, one of `shown.AGAINST`, or `wanted.NONE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from voicecoach.embedding import Vectors
from voicecoach.rubric.assessing import Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.shown import AGAINST, CONDUCT
from voicecoach.rubric.wanted import FURTHEST, STRUCTURES, log_odds, share_of

BEFORE_A_DESIGN = "clarifying_questions"
LEAST_TOKENS = 5
"""Of a sentence whose words are named."""
MOST_PLACES = 3
"""Sentences that are tried for one thing, the fittest."""
LEAST_AGAINST = 0.15
"""How surely a sentence must speak against the speaker to be named for that."""
USUAL_LEVEL = 3.0
RARELY, UNFIT = 0.01, 0.02
"""Added to shares and chances, so that their logarithms stay small."""


@dataclass(frozen=True, eq=False)
class Heading:
    """What is known of a heading after an answer.

    Args:
        change: log share that an interviewer would want it changed first.
        ask: that he would ask about it next.
        most: log odds, a third of them, that some sentence shows it.
        odds: the same of every utterance, [utterances].
        points: of the rules, 0..5.
        strong: whether those make it a strength.
        expected: whether the question expects it.
    """

    change: float
    ask: float
    most: float
    odds: Vectors
    points: int
    strong: bool
    expected: bool


@dataclass(frozen=True)
class Place:
    """What is known of an utterance that a heading may hang on.

    Args:
        fit: log of how fit it is beside the fittest.
        side: how far it lies on the side of good answers.
        here: log odds, a third of them, that it shows the heading.
        against: how sure it is that it speaks against the speaker.
        showing: that it is evidence for some criterion.
    """

    fit: float = 0.0
    side: float = 0.0
    here: float = 0.0
    against: float = 0.0
    showing: float = 0.0


NOWHERE = Place()
"""Of what hangs on no words."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """An answer with what was found of it; everything is computed once.

    Args:
        case: the answer.
        assessed: what was found for each criterion that has a chance.
        overall: the mean of the pillars.
    """

    case: Case
    assessed: Mapping[str, Assessment]
    overall: float

    @cached_property
    def level(self) -> float:
        """How far the answer is above the middle."""
        return self.overall - USUAL_LEVEL

    @cached_property
    def nothing(self) -> float:
        """Log share that it should stay as it is."""
        return float(np.log(self.case.wanted.nothing + RARELY))

    @cached_property
    def misconduct(self) -> float:
        """Log odds, a third of them, that something was done to others."""
        return self._anywhere(*CONDUCT)

    @cached_property
    def mean_side(self) -> float:
        """Of its utterances."""
        return float(self._sides.mean())

    @cached_property
    def structures(self) -> tuple[bool, ...]:
        """Which structure the question asks for, one of them."""
        return tuple(self.case.question.structure == name for name in STRUCTURES)

    def heading(self, name: str) -> Heading:
        """What is known of a heading."""
        if name not in self._headings:
            self._headings[name] = self._heading(name)
        return self._headings[name]

    def place(self, name: str, at: int | None) -> Place:
        """What is known of an utterance for it; `NOWHERE` without one."""
        if at is None:
            return NOWHERE
        wanted, seen = self.case.wanted, name in self.case.shown.sure
        fit = np.log(wanted.at(name, at) + UNFIT) if name in wanted.places else 0.0
        return Place(
            float(fit),
            float(self._sides[at]),
            float(self.heading(name).odds[at]) if seen else 0.0,
            float(self._against[at]),
            float(self._showing[at]),
        )

    def _heading(self, name: str) -> Heading:
        wanted, found = self.case.wanted, self.assessed.get(name)
        points, odds = found.points if found else 0, log_odds(self.sure(name), RARELY)
        return Heading(
            float(np.log(share_of(name, wanted.change) + RARELY)),
            float(np.log(wanted.ask.get(name, UNFIT) + RARELY)),
            self._anywhere(name),
            odds,
            points,
            points >= rubric().bands.strength_from,
            self.is_expected(name),
        )

    def _anywhere(self, *headings: str) -> float:
        """Log odds, a third of them, that some sentence shows one of them."""
        shown = np.array([self.case.shown.anywhere(*headings)], np.float32)
        return float(log_odds(shown, RARELY)[0])

    def has_a_chance(self, name: str) -> bool:
        """Whether a criterion may be missed; questions of scope only where expected."""
        looked_for = name != BEFORE_A_DESIGN or self.is_expected(name)
        return name in self.assessed and looked_for

    def is_expected(self, name: str) -> bool:
        """Whether it is a criterion that the question expects."""
        criterion = rubric().by_id.get(name)
        return criterion is not None and criterion.is_expected(self.case.question)

    def fittest(self, name: str) -> Iterator[int]:
        """The utterances that a heading fits best; a fault only where it is shown."""
        if name in AGAINST:
            return self.best_by(self.sure(name), LEAST_AGAINST)
        usual = np.ones(len(self._sides), np.float32)
        return self.best_by(self.case.wanted.places.get(name, usual))

    def best_by(self, fit: Vectors, least: float = 0.0) -> Iterator[int]:
        """Utterances long enough to be named, the fittest first.

        Args:
            fit: of each utterance.
            least: how fit it must be.
        """
        said = self.case.seen.utterances
        for at in map(int, np.argsort(-fit, kind="stable")):
            if fit[at] >= least and len(said[at].tokens) >= LEAST_TOKENS:
                yield at

    def sure(self, name: str) -> Vectors:
        """How surely each utterance shows it; never what no sentence can show."""
        never = np.zeros(len(self._sides), np.float32)
        return self.case.shown.sure.get(name, never)

    @cached_property
    def _headings(self) -> dict[str, Heading]:
        return {}

    @cached_property
    def _sides(self) -> Vectors:
        sides: Vectors = np.clip(self.case.sides, -FURTHEST, FURTHEST)
        return sides

    @cached_property
    def _against(self) -> NDArray[np.float32]:
        return self._surest(in_favour=False)

    @cached_property
    def _showing(self) -> NDArray[np.float32]:
        return self._surest(in_favour=True)

    def _surest(self, *, in_favour: bool) -> NDArray[np.float32]:
        """Of the headings on one side, the surest of each utterance."""
        sure = self.case.shown.sure
        some = [sure[name] for name in sure if (name not in AGAINST) == in_favour]
        surest: NDArray[np.float32] = np.max(some, axis=0)
        return surest
