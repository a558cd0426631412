"""How likely a heading at a sentence helps: weights that all share, and each one's own.

`offers` and `asks` know different things of a pair, and learn from different marks; the
logistic regression is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from voicecoach.embedding import Vectors
from voicecoach.stored import arrays, strings


@dataclass(frozen=True)
class Known:
    """What is known of a heading at a sentence.

    Args:
        shared: weighed alike whatever the heading, [shared features].
        own: weighed by weights of the heading's own, [own features].
    """

    shared: Vectors
    own: Vectors

    @classmethod
    def of(cls, shared: tuple[float, ...], own: tuple[float, ...]) -> Known:
        """From numbers and whether things are so."""
        return cls(np.array(shared, np.float32), np.array(own, np.float32))


@dataclass(frozen=True)
class Weights:
    """What was learned.

    Args:
        shared: weights that all headings share, [shared features].
        own: of each heading's own, [headings, own features].
        headings: their names.
    """

    shared: NDArray[np.float32]
    own: NDArray[np.float32]
    headings: tuple[str, ...]

    def chance(self, heading: str, known: Known) -> float:
        """That an interviewer finds it good or fair, 0..1."""
        own = self.own[self._rows[heading]]
        odds = known.shared @ self.shared + known.own @ own
        return float(1 / (1 + np.exp(-odds)))

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.headings)}


@cache
def weights(file: str) -> Weights:
    """Of one file of this package, read once."""
    stored = arrays(__package__, file)
    return Weights(stored["shared"], stored["own"], strings(stored["headings"]))
