"""What would mend a sentence that anybody could say: which of a few texts fits it.

    belief, trait, lesson      one time when it was acted on
    step of a plan             who does what, by when
    "it went well"             a number, before and after
    list, tracker, meeting     what stands in it, what somebody did because of it
    technology                 what it does here, and what happens when it breaks
    options, "it depends"      which one, and what it costs

"Say who does what" mends a plan; said of a belief it is no help. What a sentence means
tells which it is (a multinomial regression, `benchmarks/remedies.py`); where that is
not sure the text is the one that fits most.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from voicecoach.embedding import Vectors
from voicecoach.rubric.wanted import softmax
from voicecoach.stored import arrays, strings

LEARNED = "remedies.npz"
"""Stored by `benchmarks/remedies.py --store`; see `Learned`."""
SCALE = 3.0
"""Of the vectors: how far they reach beside the offset."""
LEAST_SURE = 0.5
"""How sure it must be which remedy it is: of such sentences .83 get the one that was
meant for them, of all .68 (questions left out in turn)."""


@dataclass(frozen=True)
class Learned:
    """What `benchmarks/remedies.py` learned.

    Args:
        weights: [384 + 1, kinds], the last row is the offset.
        kinds: their names, as in criteria.toml.
    """

    weights: NDArray[np.float32]
    kinds: tuple[str, ...]


def remedy_for(meaning: Vectors) -> str | None:
    """Which remedy fits a sentence; None where it is not sure.

    Args:
        meaning: of the sentence, [384].
    """
    known = learned()
    chances = softmax(SCALE * meaning @ known.weights[:-1] + known.weights[-1])
    best = int(chances.argmax())
    return known.kinds[best] if chances[best] >= LEAST_SURE else None


@cache
def learned() -> Learned:
    """Read once."""
    stored = arrays(__package__, LEARNED)
    return Learned(stored["weights"], strings(stored["kinds"]))
