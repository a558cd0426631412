"""Whether a stance that speaks against the speaker can be told from a sentence.

    .venv/bin/python benchmarks/stances.py

Critics missed faults that no heading of `shown` has: taking one side, seeing it and
doing nothing, agreeing with everybody, splitting the difference, passing things on, no
way back, deciding over heads. benchmarks/stances has sentences of each and near misses.
Printed, with a sixth of them left out in turn (a near miss with what it is near to):
how often a random sentence of a stance lies above a random near miss of it, and above
any other sentence, by a logistic regression on what sentences mean and are worth.

With 36 of each it is no more than .65 to .80 of the near misses: too little to accuse
anybody, so the judge does not use it.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.fitting import Matrix, Regression, logistic  # noqa: E402 - from the root
from voicecoach.embedding import embedded  # noqa: E402

GIVEN = Path(__file__).with_suffix("")
FIT = Regression(penalty=3.0, steps=300)
PARTS, SCALE = 6, 3.0


@dataclass(frozen=True)
class Sentence:
    """One sentence of benchmarks/stances.

    Args:
        stance: its own, or the one that it is near to.
        is_one: whether it takes the stance.
        part: in which it is left out.
        text: its words.
    """

    stance: str
    is_one: bool
    part: int
    text: str


def sentences() -> list[Sentence]:
    """All of them."""
    return [
        Sentence(stance, kind == "positive", i % PARTS, text)
        for path in sorted(GIVEN.glob("*.toml"))
        for stance, table in tomllib.loads(path.read_text("utf-8")).items()
        for kind, texts in table.items()
        for i, text in enumerate(texts)
    ]


def left_out(every: list[Sentence], stances: list[str]) -> Matrix:
    """Chance of each stance, [sentences, stances]."""
    known = embedded([one.text for one in every])
    given = SCALE * np.hstack([known.meaning, known.worth]).astype(np.float32)
    wanted = np.array(
        [[one.is_one and one.stance == name for name in stances] for one in every],
        np.float32,
    )
    parts = np.array([one.part for one in every])
    chances = np.zeros_like(wanted)
    for part in range(PARTS):
        held = parts == part
        weights = FIT.fitted(given[~held], wanted[~held])
        chances[held] = logistic(given[held] @ weights[:-1] + weights[-1])
    return chances


def above(high: NDArray[np.float32], low: NDArray[np.float32]) -> float:
    """How often a random one of the first lies above one of the second."""
    return float((high[:, None] > low[None]).mean())


def main() -> None:
    """Print how well each is told."""
    every = sentences()
    stances = sorted({one.stance for one in every})
    chances = left_out(every, stances)
    for column, name in enumerate(stances):
        own = np.array([one.stance == name for one in every])
        is_one = own & np.array([one.is_one for one in every])
        sure = chances[:, column]
        near, other = above(sure[is_one], sure[own & ~is_one]), sure[~is_one]
        print(
            f"{name:12} above its near misses {near:.2f}"
            f"  above all others {above(sure[is_one], other):.2f}"
        )


if __name__ == "__main__":
    main()
