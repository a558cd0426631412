"""What fits of this folder share: regressions by Adam, sentences as one answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.measures.language import Reading, read
from voicecoach.rubric.wanted import softmax
from voicecoach.timeline import Quote, typed

STEPS, RATE = 250, 0.05
RARELY = 1e-4

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Regression:
    """Logistic, each column by itself, or multinomial, where columns exclude others.

    Args:
        penalty: of the squares of the weights, the offset left out.
        steps: of Adam.
        multinomial: whether the chances of a row sum to 1.
    """

    penalty: float
    steps: int = STEPS
    multinomial: bool = False

    def chances(self, odds: Matrix) -> Matrix:
        """Of every column, [rows, columns]."""
        return softmax(odds) if self.multinomial else logistic(odds)

    def fitted(
        self, given: Matrix, wanted: Matrix, counts: Matrix | None = None
    ) -> Matrix:
        """Weights, [features + 1, columns], the last row is the offset.

        Args:
            given: what is known, [rows, features].
            wanted: how much a row is of each column, 0..1, [rows, columns].
            counts: how often each row counts, 1 on average, [rows]; None for once.
        """
        x = np.hstack([given, np.ones((len(given), 1))]).astype(np.float32)
        held = np.full((x.shape[1], 1), self.penalty / len(x), np.float32)
        held[-1] = 0
        each = np.float32(1) if counts is None else counts[:, None]
        start = np.zeros((x.shape[1], wanted.shape[1]), np.float32)
        start[-1] = self._usual(wanted.mean(0))

        def slope(weights: Matrix) -> Matrix:
            off = (self.chances(x @ weights) - wanted) * each
            return x.T @ off / len(x) + held * weights

        return descended(start, slope, self.steps)

    def _usual(self, mean: Matrix) -> Matrix:
        """The odds that give each column its share, kept finite."""
        often = mean.clip(RARELY, 1 - RARELY)
        return np.log(often if self.multinomial else often / (1 - often))


def logistic(odds: Matrix) -> Matrix:
    """A chance for each column by itself."""
    chances: Matrix = 1 / (1 + np.exp(-odds))
    return chances


def descended(
    start: Matrix,
    slope: Callable[[Matrix], Matrix],
    steps: int = STEPS,
    rate: float = RATE,
) -> Matrix:
    """Where Adam gets to in so many steps, the last ones a tenth of the first."""
    weights = start
    first, second = np.zeros_like(start), np.zeros_like(start)
    for step in range(1, steps + 1):
        down = slope(weights)
        first = 0.9 * first + 0.1 * down
        second = 0.99 * second + 0.01 * down**2
        size = np.sqrt(second / (1 - 0.99**step)) + 1e-8
        slower = rate * (1 - 0.9 * step / steps)
        weights = weights - slower * first / (1 - 0.9**step) / size
    return weights.astype(np.float32)


def joined(texts: Sequence[str]) -> Reading:
    """Labelled sentences read as one answer, each with an end."""
    return read(typed(" ".join(map(_ended, texts))))


def sentence_of(quotes: Sequence[Quote], texts: Sequence[str]) -> list[int]:
    """Which of the sentences that were joined each quote begins in."""
    starts = np.cumsum([0, *(len(_ended(text)) + 1 for text in texts[:-1])])
    begins = [quote.char_start for quote in quotes]
    return [int(at) for at in np.searchsorted(starts, begins, "right") - 1]


def _ended(text: str) -> str:
    return text if text[-1] in ".?!" else text.rstrip(",;:") + "."
