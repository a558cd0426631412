"""How far the side of a sentence is to be trusted: on answers it was not fitted to.

    .venv/bin/python benchmarks/substance.py

The direction and the adapter that ship with the program (`benchmarks/adapter.py` fits
them) on the answers that they were kept from. Printed: correlation with the values,
sentence by sentence; of the answers by their mean sentence, pairs of one question in
order and rank correlation with the answers' labels; and of the sentences beyond some
limits, how many are labelled weak and how many good.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.labelled import Labelled, labelled
from tests.agreement import Judged, order, spearman
from voicecoach.embedding import embedded
from voicecoach.rubric.substance import direction

_Floats = npt.NDArray[np.float32]


def sides(answer: Labelled) -> _Floats:
    """How far each sentence lies to the good side, standard deviations."""
    toward, offset = direction()
    raw: _Floats = embedded(answer.texts).worth @ toward - offset
    return raw


def figures(answers: Sequence[Labelled], found: Sequence[_Floats]) -> str:
    """Sentences and answers against their labels."""
    judged = [
        Judged(a.question, a.label, float(np.average(s, weights=a.weights)))
        for a, s in zip(answers, found, strict=True)
    ]
    values = np.concatenate([a.values for a in answers])
    r = np.corrcoef(values, np.concatenate(found))[0, 1]
    rank = spearman([a.label for a in answers], [one.score for one in judged])
    return (
        f"{len(values)} sentences: correlation {r:.2f}; {len(answers)} answers: "
        f"{order(judged)}, rank correlation {rank:.2f}"
    )


def beyond(answers: Sequence[Labelled], found: Sequence[_Floats]) -> str:
    """Of sentences this far to a side, how many are labelled weak and good."""
    values, side = np.concatenate([a.values for a in answers]), np.concatenate(found)
    rows = []
    for limit in (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0):
        there = side < limit if limit < 0 else side > limit
        rows.append(
            f"beyond {limit:4.1f}: {there.sum():5} sentences, "
            f"{np.mean(values[there] < 0):.2f} labelled below 0, "
            f"{np.mean(values[there] > 0):.2f} above"
        )
    return "\n".join(rows)


def main() -> None:
    """Print the figures."""
    answers = list(labelled(kept=True))
    found = [sides(answer) for answer in answers]
    print(figures(answers, found))
    print(beyond(answers, found))


if __name__ == "__main__":
    main()
