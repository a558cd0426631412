"""Fit the direction from weak sentences to good ones, and say how far to trust it.

    .venv/bin/python benchmarks/substance.py [--store]

Learns from benchmarks/sentences: spoken answers, three to a question, written and
labelled by authors who knew the conventions but not the program, every sentence with
what hearing it does to an experienced interviewer's opinion:

    2   strong evidence: a decision with its reason, a cost owned, a right mechanism
    1   some: concrete, relevant, own action, sound reasoning
    0   context, small talk
    -1  generic, vague, status, a claim, somebody else's work, off the point
    -2  held against the speaker: blame, hiding bad news, harm, heroics, wrong content

The target is that value less the mean of the question's sentences, so that no topic
counts; a sentence weighs by the root of its words. Printed, each eighth of the
questions left out in turn: correlation with the values, sentence by sentence; of the
answers by their mean sentence, pairs of one question in order and rank correlation with
the answers' labels. ``--store`` writes what all of them give.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.agreement import Judged, order, spearman  # noqa: E402 - from the root
from voicecoach.embedding import Vectors, embed  # noqa: E402
from voicecoach.rubric import substance  # noqa: E402

SENTENCES = Path(__file__).parent / "sentences"
STORED = ROOT / "voicecoach" / "rubric" / substance.VECTORS
RIDGE = 10.0
"""Among 3, 10, 30 and 100 the best or within .01 of it, by every figure printed."""
FOLDS = 8
LONGEST_WORDS = 60

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Told:
    """One labelled answer.

    Args:
        question: as asked.
        label: mean of its pillars' labels, 1..5.
        values: of its sentences, [n].
        weights: of the same, [n].
        vectors: of the same, [n, 384].
    """

    question: str
    label: float
    values: _Floats
    weights: _Floats
    vectors: Vectors


def told(path: Path) -> list[Told]:
    """Every answer of a file."""
    return [
        _told(question["prompt"], answer["label"], answer["pieces"])
        for question in tomllib.loads(path.read_text("utf-8"))["question"]
        for answer in question["answers"]
    ]


def _told(question: str, label: float, pieces: Sequence[Sequence[object]]) -> Told:
    texts = [str(piece[0]) for piece in pieces]
    words = [min(LONGEST_WORDS, len(text.split())) for text in texts]
    values = np.array([piece[1] for piece in pieces], np.float64)
    return Told(question, label, values, np.sqrt(words), embed(texts))


def fitted(answers: Sequence[Told]) -> Vectors:
    """The direction and its offset, [385].

    In standard deviations of a sentence; 0 where a sentence is worth nothing.
    """
    x = np.concatenate([a.vectors for a in answers]).astype(np.float64)
    w = np.concatenate([a.weights for a in answers])
    y = np.concatenate([a.values for a in answers]) - _of_question(answers)
    mean = w @ x / w.sum()
    x = x - mean
    weighted = x.T * w
    toward = np.linalg.solve(weighted @ x + RIDGE * np.eye(x.shape[1]), weighted @ y)
    usual = float(w @ np.concatenate([a.values for a in answers]) / w.sum())
    spread = (x @ toward).std()
    offset = (mean @ toward - usual) / spread
    both: Vectors = np.append(toward / spread, offset).astype(np.float32)
    return both


def _of_question(answers: Sequence[Told]) -> _Floats:
    """For each sentence the mean value of all its question's."""
    by_question: dict[str, list[Told]] = {}
    for answer in answers:
        by_question.setdefault(answer.question, []).append(answer)
    means = {
        question: np.average(
            np.concatenate([a.values for a in told]),
            weights=np.concatenate([a.weights for a in told]),
        )
        for question, told in by_question.items()
    }
    return np.concatenate([np.full(len(a.values), means[a.question]) for a in answers])


def left_out(answers: Sequence[Told]) -> list[_Floats]:
    """How far each sentence lies to the good side, by a fit without its question."""
    names = sorted({a.question for a in answers})
    fold = {name: i % FOLDS for i, name in enumerate(names)}
    fits = [
        fitted([a for a in answers if fold[a.question] != out]) for out in range(FOLDS)
    ]
    return [
        (a.vectors @ fits[fold[a.question]][:-1] - fits[fold[a.question]][-1]).astype(
            np.float64
        )
        for a in answers
    ]


def figures(answers: Sequence[Told], sides: Sequence[_Floats]) -> str:
    """Sentences and answers against their labels."""
    values = np.concatenate([a.values for a in answers])
    means = [
        np.average(s, weights=a.weights) for a, s in zip(answers, sides, strict=True)
    ]
    judged = [
        Judged(a.question, a.label, float(m))
        for a, m in zip(answers, means, strict=True)
    ]
    r = np.corrcoef(values, np.concatenate(sides))[0, 1]
    rank = spearman([a.label for a in answers], [one.score for one in judged])
    return (
        f"{len(values)} sentences: correlation {r:.2f}; {len(answers)} answers: "
        f"{order(judged)}, rank correlation {rank:.2f}"
    )


def held_against(answers: Sequence[Told], sides: Sequence[_Floats]) -> str:
    """Of sentences this far to the weak side, how many are labelled weak."""
    values, side = np.concatenate([a.values for a in answers]), np.concatenate(sides)
    rows = [
        f"below {limit:4.1f}: {int((side < limit).sum()):5} sentences, "
        f"{np.mean(values[side < limit] < 0):.2f} labelled below 0, "
        f"{np.mean(values[side < limit] > 0):.2f} above"
        for limit in (-0.5, -1.0, -1.5, -2.0)
    ]
    return "\n".join(rows)


def main() -> None:
    """Print the figures, and store the direction when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true")
    asked = parser.parse_args()
    answers = [one for path in sorted(SENTENCES.glob("*.toml")) for one in told(path)]
    sides = left_out(answers)
    print(figures(answers, sides))
    print(held_against(answers, sides))
    if asked.store:
        np.save(STORED, fitted(answers))


if __name__ == "__main__":
    main()
