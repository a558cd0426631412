"""Which question an answer takes up: the one that was asked, or sooner another.

    answer   ── mean of its sentences ──┐
                                        ├─ learned product ─> nearness
    question ───────────────────────────┘
    chance = softmax of the nearness to this question and to those of the bank

An answer seldom repeats the words of its question, and a good story told for another
one often does; so neither shared words nor plain likeness tells the two apart. What
does is whether another question fits better. The product was learned from answers that
take up their question and answers that take up its neighbour (`benchmarks/relevance.py`
fits it and prints how good it is).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from voicecoach.embedding import Vectors, embed, weight_of
from voicecoach.rubric.criteria import rubric
from voicecoach.stored import arrays, strings

LEARNED = "relevance.npz"
"""Stored by `benchmarks/relevance.py --store`; see `Learned`."""

SHARPNESS = 25.0
"""Of the softmax: what a nearness of 1 counts. The product was fitted at this one."""


@dataclass(frozen=True)
class Learned:
    """What `benchmarks/relevance.py` learned.

    Args:
        answer: the mean answer, [384].
        question: the mean question, [384].
        product: that nearness is measured with, [384, 384].
        others: questions of the bank, [n, 384], multiplied with it.
        prompts: the same in words.
    """

    answer: NDArray[np.float32]
    question: NDArray[np.float32]
    product: Vectors
    others: Vectors
    prompts: tuple[str, ...]

    def asked(self, questions: Vectors) -> Vectors:
        """Questions as nearness wants them, [n, 384]."""
        shared: Vectors = (questions - self.question).astype(np.float32) @ self.product
        return shared


@dataclass(frozen=True)
class Relevance:
    """How far an answer takes up its question.

    Args:
        log_chance: that this one was asked and not one of the bank, 0 at most.
        nearer: the question of the bank that fits best, if better than this one.
    """

    log_chance: float
    nearer: str | None = None

    @property
    def steps(self) -> int:
        """How many of the two steps toward the question it has taken, 0..2."""
        return sum(self.log_chance >= least for least in rubric().relevance.steps)

    @property
    def most(self) -> int:
        """The most points that an answer so near can get, however well it is told."""
        ceilings = rubric().relevance.ceilings
        return min(
            (n for n, below in ceilings.items() if self.log_chance < below), default=5
        )

    @property
    def is_to_another(self) -> bool:
        """Whether it surely is an answer to another question."""
        return self.log_chance < rubric().relevance.another_below


def relevance(
    prompts: Sequence[str], texts: Sequence[str], vectors: Vectors
) -> Relevance:
    """Compare an answer with its question.

    Args:
        prompts: of the question, and of the one it follows if it is a follow-up; the
            chance is that of either.
        texts: the sentences of the answer that count.
        vectors: what they mean, [len(texts), 384].
    """
    if not texts:
        return Relevance(-np.inf)
    known = learned()
    questions = np.vstack([known.asked(embed(prompts)), known.others])
    nearness = SHARPNESS * (questions @ (meaning_of(texts, vectors) - known.answer))
    ours, all_of_them = map(np.logaddexp.reduce, (nearness[: len(prompts)], nearness))
    nearest = (*prompts, *known.prompts)[int(nearness.argmax())]
    return Relevance(float(ours - all_of_them), None if nearest in prompts else nearest)


def meaning_of(texts: Sequence[str], vectors: Vectors) -> Vectors:
    """The mean of an answer's sentences, scaled to length 1, [384]."""
    total = np.array([weight_of(text) for text in texts], np.float32) @ vectors
    mean: Vectors = total / np.linalg.norm(total)
    return mean


@cache
def learned() -> Learned:
    """Read once."""
    stored = arrays(__package__, LEARNED)
    return Learned(
        stored["answer"],
        stored["question"],
        stored["product"],
        stored["others"],
        strings(stored["prompts"]),
    )
