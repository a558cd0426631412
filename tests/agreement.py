"""How far scores agree with labels: pairs in order, rank correlation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Judged(NamedTuple):
    """An answer with the label that somebody gave it and the score that we do."""

    question: str
    label: float
    score: float


class Order(NamedTuple):
    """Pairs of answers to one question that are labelled differently."""

    right: int
    total: int
    wrong: tuple[tuple[Judged, Judged], ...]

    def __str__(self) -> str:
        return f"{self.right} of {self.total} pairs in order"


def order(answers: Sequence[Judged]) -> Order:
    """Whether the one labelled higher scores higher; a tie is wrong."""
    pairs = [
        (a, b) if a.label > b.label else (b, a)
        for a, b in itertools.combinations(answers, 2)
        if a.question == b.question and a.label != b.label
    ]
    wrong = tuple((a, b) for a, b in pairs if a.score <= b.score)
    return Order(len(pairs) - len(wrong), len(pairs), wrong)


def spearman(labels: Sequence[float], found: Sequence[float]) -> float:
    """Rank correlation with ties: Pearson's on average ranks."""
    return float(np.corrcoef(_ranks(labels), _ranks(found))[0, 1])


def _ranks(values: Sequence[float]) -> npt.NDArray[np.float64]:
    """Average ranks, ties shared."""
    found = np.sort(np.asarray(values, np.float64))
    below = np.searchsorted(found, values, side="left")
    up_to = np.searchsorted(found, values, side="right")
    shared: npt.NDArray[np.float64] = (below + up_to + 1) / 2
    return shared
