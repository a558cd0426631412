"""Fit the direction from weak answers to good ones, and say how far it can be trusted.

    .venv/bin/python benchmarks/substance.py [FOLDER ...]
    .venv/bin/python benchmarks/substance.py --store [FOLDER ...]

Folders hold labelled answers as tests/examples/answers does, which is the default.
The target of every sentence is the mean label of its answer less the mean of the
question's three answers, so that neither topic nor round is learned; an answer weighs
the same however long it is. Printed: pairs in order and correlation with that mean by
this alone, each sixth of the questions left out in turn. ``--store`` writes what all of
them give.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import test_rubric  # noqa: E402 - it lies found from the checkout's root
from voicecoach.embedding import Vectors  # noqa: E402
from voicecoach.measures import measure, read  # noqa: E402
from voicecoach.rubric import substance  # noqa: E402
from voicecoach.rubric.assessing import Case  # noqa: E402
from voicecoach.rubric.grounds import Ground  # noqa: E402
from voicecoach.timeline import typed  # noqa: E402

STORED = ROOT / "voicecoach" / "rubric" / substance.VECTORS
RIDGE = 10.0
"""Chosen among 10, 30, 100, 300: all within .03 of each other on questions left out."""
FOLDS = 6


@dataclass(frozen=True, eq=False)
class Told:
    """One labelled answer: its question, mean label, and its sentences."""

    question: str
    label: float
    grounds: tuple[Ground, ...]
    vectors: Vectors


def told(folder: Path) -> list[Told]:
    """Every answer of a folder, read as the judge reads it."""
    result = []
    for example in test_rubric.examples(folder):
        reading, question = read(typed(example.text)), example.question
        case = Case.of(question, reading, measure(reading, question.target_s))
        label = float(np.mean(list(example.labels.values())))
        name = f"{folder}/{example.name}"
        result.append(Told(name, label, case.grounds, case.seen.vectors))
    return result


def centred(answers: Sequence[Told]) -> list[float]:
    """Labels less the mean of their question's."""
    means = {
        q: np.mean([a.label for a in answers if a.question == q])
        for q in {a.question for a in answers}
    }
    return [float(a.label - means[a.question]) for a in answers]


def fitted(answers: Sequence[Told]) -> Vectors:
    """The direction and its offset, [385]."""
    counts = [len(a.vectors) for a in answers]
    x = np.concatenate([a.vectors for a in answers]).astype(np.float64)
    y = np.repeat(centred(answers), counts)
    weight = np.repeat([1 / n for n in counts], counts)
    weight *= len(weight) / weight.sum()
    mean = weight @ x / weight.sum()
    x = x - mean
    weighted = x.T * weight
    toward = np.linalg.solve(weighted @ x + RIDGE * np.eye(x.shape[1]), weighted @ y)
    toward /= (x @ toward).std()
    both: Vectors = np.append(toward, mean @ toward).astype(np.float32)
    return both


def left_out(answers: Sequence[Told]) -> list[float]:
    """The balance of every answer by a direction that never saw its question."""
    names = sorted({a.question for a in answers})
    result = [0.0] * len(answers)
    for fold in range(FOLDS):
        out = set(names[fold::FOLDS])
        fit = fitted([a for a in answers if a.question not in out])
        for i, answer in enumerate(answers):
            if answer.question in out:
                sides = answer.vectors @ fit[:-1] - fit[-1]
                result[i] = substance.weighed(answer.grounds, sides).balance
    return result


def figures(answers: Sequence[Told], balances: Sequence[float]) -> str:
    """Pairs of one question in order, and the correlation with the labels."""
    right = total = 0
    for (a, at), (b, other) in itertools.combinations(
        zip(answers, balances, strict=True), 2
    ):
        if a.question == b.question and a.label != b.label:
            total += 1
            right += (a.label > b.label) == (at > other)
    r = np.corrcoef(centred(answers), balances)[0, 1]
    return f"{right} of {total} pairs in order, correlation {r:.2f}"


def main() -> None:
    """Print the figures, and store the direction when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[test_rubric.ANSWERS])
    parser.add_argument("--store", action="store_true")
    asked = parser.parse_args()
    answers = [answer for folder in asked.folders for answer in told(folder)]
    print(figures(answers, left_out(answers)))
    if asked.store:
        np.save(STORED, fitted(answers))


if __name__ == "__main__":
    main()
