"""Whether an answer has answered a prepared follow-up already: what tells it how well.

    .venv/bin/python benchmarks/answered.py

Readers of benchmarks/open called prepared questions open or answered after answers of
tests/examples. Printed, for the questions that benchmarks/answered has examples of: of
pairs of one answer, an open question and an answered one, how many are in order, and
how often a random answered one lies above a random open one,

    question   by the sentence of the answer that is nearest to the question
    now        by what `asks` knows: that nearness times how surely the sentence shows
               what the question probes
    said       by how near sentences are to examples of what would answer it: of each
               example the nearest, the mean of all examples
    both       by the sum of the last two, each in standard deviations

The judge knows the first two only: on three in five questions of the bank, which have
examples, those put fewer pairs in order.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.asks import OPEN  # noqa: E402 - from the root
from benchmarks.marks import answers, judged, name_and_part  # noqa: E402
from voicecoach.embedding import embed  # noqa: E402
from voicecoach.rubric.asks import Asking  # noqa: E402

EXAMPLES = Path(__file__).with_suffix("")


@dataclass(frozen=True)
class Probed:
    """A prepared question after an answer.

    Args:
        answer: which answer.
        answered: whether a reader called it answered; else open.
        question: cosine of the nearest sentence to it.
        now: the same times how surely that sentence shows what it probes.
        said: mean over examples of the cosine of the sentence nearest to each.
    """

    answer: str
    answered: bool
    question: float
    now: float
    said: float


def examples() -> Mapping[str, Sequence[Sequence[str]]]:
    """Of each question what would answer its follow-ups."""
    return {
        name: row["said"]
        for path in sorted(EXAMPLES.glob("*.toml"))
        for name, row in tomllib.loads(path.read_text("utf-8")).items()
    }


def probed() -> Iterator[Probed]:
    """Every open or answered question that has examples."""
    known = examples()
    for told, example in answers(OPEN):
        if example.question.id not in known:
            continue
        asking, (name, _) = Asking(judged(example)), name_and_part(told, example)
        sentences = asking.case.seen.vectors
        for number, mark in enumerate(told["marks"]):
            if mark not in ("O", "A"):
                continue
            one = example.question.follow_ups[number]
            near = embed([one.prompt])[0] @ sentences.T
            told_so = embed(known[example.question.id][number]) @ sentences.T
            yield Probed(
                name,
                mark == "A",
                float(near.max()),
                float((near * asking.outlook.sure(one.probes)).max()),
                float(told_so.max(1).mean()),
            )


def in_order(every: Sequence[Probed], by: NDArray[np.float64]) -> tuple[float, int]:
    """Of pairs of one answer the share in order, and how many there are."""
    pairs = [
        by[i] > by[j]
        for i, high in enumerate(every)
        for j, low in enumerate(every)
        if high.answer == low.answer and high.answered and not low.answered
    ]
    return float(np.mean(pairs)), len(pairs)


def above(every: Sequence[Probed], by: NDArray[np.float64]) -> float:
    """How often a random answered question lies above a random open one."""
    answered = np.array([one.answered for one in every])
    return float((by[answered][:, None] > by[~answered][None]).mean())


def main() -> None:
    """Print how well each tells it."""
    every = list(probed())
    tells = {
        name: np.array([getattr(one, name) for one in every])
        for name in ("question", "now", "said")
    }
    tells["both"] = sum(
        (tells[name] - tells[name].mean()) / tells[name].std()
        for name in ("now", "said")
    )
    print(f"{len(every)} questions, {sum(one.answered for one in every)} answered")
    for name, by in tells.items():
        share, pairs = in_order(every, by)
        print(f"{name:9} {share:.2f} of {pairs} pairs, above {above(every, by):.2f}")


if __name__ == "__main__":
    main()
