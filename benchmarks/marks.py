"""What `offers.py` and `asks.py` share: marks of readers, and the fit to them.

A reader marked versions of what could be told or asked after an answer as good (G),
fair (F), poor (P) or wrong (W). A logistic regression over what is known of a version
(`voicecoach.rubric.chances`) is fitted to what the marks are worth.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.fitting import Regression, logistic
from tests.sample_answers import APART, Example, examples
from voicecoach.measures import measure, read
from voicecoach.rubric.case import Case
from voicecoach.rubric.chances import Known
from voicecoach.rubric.findings import outlook_of
from voicecoach.rubric.judge import graded, mean_of
from voicecoach.rubric.outlook import Outlook
from voicecoach.rubric.wanted import STRUCTURES
from voicecoach.timeline import typed

WORTH = {"G": 1.0, "F": 0.7, "P": 0.2, "W": 0.0}
"""Of a mark: a fair version helps, a poor one does no harm."""
USEFUL = ("G", "F")
PARTS = 8
"""That questions are left out in."""
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
        known: what is known of it.
    """

    answer: str
    part: int
    heading: str
    mark: str
    known: Known


def answers(folder: Path) -> Iterator[tuple[dict[str, Any], Example]]:
    """Every answer that a reader of a folder heard: the table, and the answer."""
    for path in sorted(folder.glob("*.toml")):
        for told in tomllib.loads(path.read_text("utf-8"))["answer"]:
            yield told, _example(told["set"], told["name"], told["level"])


@cache
def _example(folder: str, name: str, level: str) -> Example:
    found = examples(APART.parent / folder)
    return next(e for e in found if (e.name, e.level) == (name, level))


def name_and_part(told: dict[str, Any], example: Example) -> tuple[str, int]:
    """Of an answer: its name, and in which part its question is left out."""
    name = f"{told['set']}/{told['name']}/{told['level']}"
    return name, crc32(example.question.id.encode()) % PARTS


def judged(example: Example) -> Outlook:
    """What is known of an answer of tests/examples when something is told of it."""
    reading, question = read(typed(example.text)), example.question
    measures = measure(reading, question.target_s, question.structure)
    case = Case.of(question, reading, measures)
    assessed, grades = graded(case)
    return outlook_of(case, assessed, mean_of(grades) or 0.0)


def beginning(case: Case, words: str) -> int:
    """Which utterance of an answer begins with these words."""
    said = (case.seen.whole(u.index) for u in case.seen.utterances)
    texts = (case.plain.as_said(quote).text for quote in said)
    return next(i for i, text in enumerate(texts) if text.startswith(words))


def headings(every: Sequence[Marked]) -> tuple[str, ...]:
    """All that was marked."""
    return tuple(sorted({one.heading for one in every}))


def features(every: Sequence[Marked], names: Sequence[str]) -> Matrix:
    """Of all versions, [versions, shared + headings * own]."""
    rows = [names.index(one.heading) for one in every]
    shared = np.array([one.known.shared for one in every])
    own = np.array([one.known.own for one in every]) * _reach(every)
    spread = np.zeros((len(every), len(names), own.shape[1]), np.float32)
    spread[np.arange(len(every)), rows] = own
    return np.hstack([shared, spread.reshape(len(every), -1)])


def _reach(every: Sequence[Marked]) -> Matrix:
    """How far each of a heading's own features reaches; the offset as far as shared."""
    reach = np.full(len(every[0].known.own), OWN, np.float32)
    reach[0], reach[-len(STRUCTURES) :] = 1.0, BY_STRUCTURE
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


def firsts(every: Sequence[Marked], chances: Matrix) -> list[Marked]:
    """Of each answer the version that is the likeliest."""
    of_answer: dict[str, list[int]] = {}
    for i, one in enumerate(every):
        of_answer.setdefault(one.answer, []).append(i)
    best = (max(rows, key=lambda i: chances[i]) for rows in of_answer.values())
    return [every[i] for i in best]


def line(name: str, some: Sequence[Marked]) -> None:
    """Print what readers marked them."""
    marks = Counter(one.mark for one in some)
    shares = "  ".join(f"{m} {marks[m] / len(some):.2f}" for m in WORTH)
    useful = sum(marks[m] for m in USEFUL) / len(some)
    print(f"{name:10} {shares}  good or fair {useful:.2f} of {len(some)}", flush=True)


def report(every: Sequence[Marked], chances: Matrix) -> None:
    """How good the first of each answer is, and how true the chance."""
    line("first", firsts(every, chances))
    line("at random", every)
    for low in np.arange(0, 1, 0.1):
        held = [
            one.mark in USEFUL
            for one, chance in zip(every, chances, strict=True)
            if low <= chance < low + 0.1
        ]
        if held:
            share = sum(held) / len(held)
            print(f"chance {low:.1f}-{low + 0.1:.1f}: {len(held):5}, {share:.2f}")


def store(every: Sequence[Marked], path: Path, **beside: Matrix) -> None:
    """Fit to all and write it, with what else is to stand in the file."""
    names = headings(every)
    weights = fitted(features(every, names), worths(every))
    shared = len(every[0].known.shared)
    own = weights[shared:-1].reshape(len(names), -1) * _reach(every)
    own[:, 0] += weights[-1]
    np.savez_compressed(
        path,
        shared=weights[:shared].astype(np.float32),
        own=own.astype(np.float32),
        headings=np.array(names),
        **beside,
    )
    print(f"stored {path.stat().st_size / 1000:.0f} kB")


def main(
    about: str | None,
    marked: Callable[[], Iterator[Marked]],
    path: Path,
    report: Callable[[Sequence[Marked], Matrix], None] = report,
) -> None:
    """Fit, print, and store if asked to."""
    parser = argparse.ArgumentParser(description=(about or "").split("\n")[0])
    parser.add_argument("--store", action="store_true", help="fit to all, write it")
    options = parser.parse_args()
    every = list(marked())
    report(every, left_out(every))
    if options.store:
        store(every, path)
