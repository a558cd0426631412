"""How an answer is told: nearer to good answers, sentence by sentence, or to weak ones.

    sentence ──worth──> [384] · direction ──> how far on the side of good answers, in
                                              standard deviations of a sentence
    balance  = (good - weak) / (good + weak + smoothing)              -1..1

The criteria ask for single things; whether the rest is somebody who looked, decided and
paid for it, or who recites, blames and claims, is in every sentence a little. Vectors
of worth and direction were learned from sentences labelled with what they do to an
interviewer's opinion, less the mean of their question, so that no topic counts
(`benchmarks/adapter.py`; how good they are, `benchmarks/substance.py`).

Both sums only grow with what is added: a sentence on the weak side never raises the
balance, and one on the good side never lowers it, however long the answer is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from voicecoach.embedding import Vectors
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.grounds import Ground

VECTORS = "substance.npy"
"""float32 [385]: the direction, scaled to standard deviations, then its offset, stored
by `benchmarks/adapter.py --store`."""
TYPICAL_WORDS = 15
"""Of a sentence that counts once. By the root of their length, neither an aside counts
as much as a sentence nor a minute without a full stop as much as four."""


@dataclass(frozen=True)
class Substance:
    """What the sentences of an answer come to.

    Args:
        balance: -1..1, above 0 where good sentences outweigh weak ones.
        good: how many sentences lie clearly on the side of good answers.
        weak: how many on the other.
    """

    balance: float
    good: int
    weak: int

    @property
    def worth(self) -> float:
        """What it adds to the sum of every pillar; below 0 it takes off."""
        scale = rubric().substance
        return float(np.clip(scale.weight * self.balance, -scale.most, scale.most))


@cache
def direction() -> tuple[Vectors, float]:
    """The direction [384] and the offset that ship with the package."""
    with files(__package__).joinpath(VECTORS).open("rb") as stored:
        fitted = np.load(stored)
    return fitted[:-1], float(fitted[-1])


def sides(found: Sequence[Ground], vectors: Vectors) -> Vectors:
    """How far each sentence lies to the good side, standard deviations, [sentences].

    Args:
        found: what each gives; what is mostly general words is never on the good side,
            and what is said of the outcome is never on the weak one, so that it never
            pays to leave the outcome out.
        vectors: what each is worth, [sentences, 384].
    """
    toward, offset = direction()
    return held(found, vectors @ toward - offset)


def held(found: Sequence[Ground], raw: Vectors) -> Vectors:
    """Sides, [sentences], without what general words and outcomes must not give."""
    least = np.array([0.0 if ground.outcome else -np.inf for ground in found])
    most = np.array([0.0 if _is_general(ground) else np.inf for ground in found])
    return np.clip(raw, least, most).astype(np.float32)


def _is_general(ground: Ground) -> bool:
    """Whether so many of its words are general that they are what it says."""
    return ground.generic * rubric().substance.general >= max(1, ground.words)


def weighed(found: Sequence[Ground], kept: Vectors) -> Substance:
    """The balance of sentences that lie so far to the good side, [sentences]."""
    scale = rubric().substance
    size = np.sqrt([ground.words / TYPICAL_WORDS for ground in found])
    good = np.maximum(kept - scale.clear, 0) * size
    weak = np.maximum(-kept - scale.clear, 0) * size
    total = float(good.sum() + weak.sum()) + scale.smoothing
    return Substance(
        float(good.sum() - weak.sum()) / total,
        int(np.count_nonzero(good)),
        int(np.count_nonzero(weak)),
    )
