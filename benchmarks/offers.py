"""Fit what helps to be told as the one change, and say how often the first one does.

    .venv/bin/python benchmarks/offers.py [--store]

Readers of benchmarks/offered (language models in the part of an interviewer, who did
not know the program) heard an answer of tests/examples and then versions of the one
change, each a heading at a sentence of the speaker's in the words that the program
would use, and marked each good, fair, poor or wrong. A logistic regression over what is
known of heading and sentence (`voicecoach.rubric.offers`) is fitted by Adam, with a
penalty on its weights, to what the marks are worth.

Printed, for questions left out in turn: the marks of the version that comes first, what
they are worth on average, and how often a version is good or fair where the chance said
so. ``--store`` fits to all and writes voicecoach/rubric/offers.npz.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.fitting import Regression, logistic  # noqa: E402 - from the root
from tests.sample_answers import APART, Example, examples  # noqa: E402
from voicecoach.measures import measure, read  # noqa: E402
from voicecoach.rubric import offers  # noqa: E402
from voicecoach.rubric.case import Case  # noqa: E402
from voicecoach.rubric.judge import graded, mean_of  # noqa: E402
from voicecoach.rubric.outlook import Outlook  # noqa: E402
from voicecoach.rubric.wanted import STRUCTURES  # noqa: E402
from voicecoach.timeline import typed  # noqa: E402

OFFERED = Path(__file__).parent / "offered"
STORED = ROOT / "voicecoach" / "rubric" / offers.LEARNED
WORTH = {"G": 1.0, "F": 0.7, "P": 0.2, "W": 0.0}
"""Of a mark: a fair change helps, a poor one does no harm."""
USEFUL = ("G", "F")
PARTS = 8
OWN, BY_STRUCTURE = 0.6, 0.5
"""How far weights of a heading's own reach beside those that all share: what reaches
further is held back less by the penalty."""
PENALTY = 10.0
STEPS = 600

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Marked:
    """One version, as a reader marked it.

    Args:
        answer: which answer it is of.
        part: of those that questions are left out in.
        heading: its own.
        mark: G, F, P or W.
        shared: what all headings share.
        own: what is the heading's own.
    """

    answer: str
    part: int
    heading: str
    mark: str
    shared: Matrix
    own: Matrix


def marked() -> Iterator[Marked]:
    """Every version of benchmarks/offered."""
    for path in sorted(OFFERED.glob("*.toml")):
        for told in tomllib.loads(path.read_text("utf-8"))["answer"]:
            example = _example(told["set"], told["name"], told["level"])
            outlook = judged(example)
            case = outlook.case
            said = [
                case.plain.as_said(case.seen.whole(u.index)).text
                for u in case.seen.utterances
            ]
            part = crc32(example.question.id.encode()) % PARTS
            name = f"{told['set']}/{told['name']}/{told['level']}"
            for heading, begins, mark in told["offers"]:
                at = None if not begins else _beginning(said, begins)
                known = offers.known(outlook, heading, at)
                yield Marked(name, part, heading, mark, known.shared, known.own)


def judged(example: Example) -> Outlook:
    """What is known of an answer of tests/examples when something is told of it."""
    reading, question = read(typed(example.text)), example.question
    measures = measure(reading, question.target_s, question.structure)
    case = Case.of(question, reading, measures)
    assessed, grades = graded(case)
    found = {a.criterion.id: a.found for a in assessed}
    return Outlook(case, found, mean_of(grades) or 0.0)


def _beginning(said: Sequence[str], begins: str) -> int:
    return next(i for i, text in enumerate(said) if text.startswith(begins))


@cache
def _example(folder: str, name: str, level: str) -> Example:
    found = examples(APART.parent / folder)
    return next(e for e in found if (e.name, e.level) == (name, level))


def headings(every: Sequence[Marked]) -> tuple[str, ...]:
    """All that was marked."""
    return tuple(sorted({one.heading for one in every}))


def features(every: Sequence[Marked], names: Sequence[str]) -> Matrix:
    """Of all versions, [versions, shared + headings * own]."""
    rows = [names.index(one.heading) for one in every]
    shared = np.array([one.shared for one in every])
    own = np.array([one.own for one in every]) * _reach(len(every[0].own))
    spread = np.zeros((len(every), len(names), own.shape[1]), np.float32)
    spread[np.arange(len(every)), rows] = own
    return np.hstack([shared, spread.reshape(len(every), -1)])


def _reach(count: int) -> Matrix:
    """How far each of a heading's own features reaches; the offset as far as shared."""
    structures = len(STRUCTURES)
    reach = np.full(count, OWN, np.float32)
    reach[0], reach[-structures:] = 1.0, BY_STRUCTURE
    return reach


def fitted(given: Matrix, wanted: Matrix) -> Matrix:
    """Weights, [features + 1], the last one is the offset."""
    return Regression(PENALTY, STEPS).fitted(given, wanted[:, None])[:, 0]


def worths(every: Sequence[Marked]) -> Matrix:
    """What the marks are worth, [versions]."""
    return np.array([WORTH[one.mark] for one in every], np.float32)


def left_out(every: Sequence[Marked]) -> Matrix:
    """The chance of each by weights that were not learned from its question."""
    given, wanted = features(every, headings(every)), worths(every)
    parts = np.array([one.part for one in every])
    chances = np.zeros(len(every), np.float32)
    for part in range(PARTS):
        held = parts == part
        if held.any():
            weights = fitted(given[~held], wanted[~held])
            chances[held] = logistic(given[held] @ weights[:-1] + weights[-1])
    return chances


def report(every: Sequence[Marked], chances: Matrix) -> None:
    """How good the first of each answer is, and how true the chance."""
    of_answer: dict[str, list[int]] = {}
    for i, one in enumerate(every):
        of_answer.setdefault(one.answer, []).append(i)
    firsts = [max(rows, key=lambda i: chances[i]) for rows in of_answer.values()]
    at_random = Counter(one.mark for one in every)
    for name, marks in (
        ("first", Counter(every[i].mark for i in firsts)),
        ("at random", at_random),
    ):
        shares = "  ".join(f"{m} {marks[m] / marks.total():.2f}" for m in WORTH)
        useful = sum(marks[m] for m in USEFUL) / marks.total()
        print(f"{name:10} {shares}  good or fair {useful:.2f} of {marks.total()}")
    for low in np.arange(0, 1, 0.1):
        held = [
            one.mark in USEFUL
            for one, chance in zip(every, chances, strict=True)
            if low <= chance < low + 0.1
        ]
        if held:
            share = sum(held) / len(held)
            print(f"chance {low:.1f}-{low + 0.1:.1f}: {len(held):5}, {share:.2f}")


def store(every: Sequence[Marked]) -> None:
    """Fit to all and write it."""
    names = headings(every)
    weights = fitted(features(every, names), worths(every))
    shared = len(every[0].shared)
    own = weights[shared:-1].reshape(len(names), -1) * _reach(len(every[0].own))
    own[:, 0] += weights[-1]
    np.savez_compressed(
        STORED,
        shared=weights[:shared].astype(np.float32),
        own=own.astype(np.float32),
        headings=np.array(names),
    )
    print(f"stored {STORED.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Fit, print, and store if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--store", action="store_true", help="fit to all, write it")
    options = parser.parse_args()
    every = list(marked())
    report(every, left_out(every))
    if options.store:
        store(every)


if __name__ == "__main__":
    main()
