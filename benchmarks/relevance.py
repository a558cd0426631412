"""Fit how answers are matched with questions, and say how well the match tells.

    .venv/bin/python benchmarks/relevance.py [--store]

Learned from answers that take up their question, and from such as take up its neighbour
(`labelled.py`): the product of an answer and a question is to be greatest for the
question that the answer takes up, among all questions (softmax), and greater than for
the neighbour (logistic). Parts of answers are learned from too. Adam on the whole
matrix, beginning with the plain product of the two vectors less their means.

Printed for what is kept: neighbours, the share of answers that are nearer to their own
question and the area under the curve of the log chance; other questions, the same area
for answers of tests/examples against the questions of all others; each beside plain
cosine. ``--store`` writes voicecoach/rubric/relevance.npz.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.labelled import Asked, asked  # noqa: E402 - from the root
from voicecoach.embedding import Vectors, embed  # noqa: E402
from voicecoach.measures.language import read  # noqa: E402
from voicecoach.questions import QuestionBank  # noqa: E402
from voicecoach.rubric import relevance  # noqa: E402
from voicecoach.rubric.patterns import utterances  # noqa: E402
from voicecoach.rubric.plain import plain  # noqa: E402
from voicecoach.timeline import typed  # noqa: E402

STORED = ROOT / "voicecoach" / "rubric" / relevance.LEARNED
STEPS = 250
RATE = 1e-3
DECAY = 0.01
"""Of the squares of what the product differs from the plain one by."""
PARTS = 2
"""Times that a part of each answer is learned from, beside the whole."""
SHARE = 0.5
"""Of the sentences in a part."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Answer:
    """An answer as the match sees it: its sentences and what they mean."""

    of: Asked
    texts: tuple[str, ...]
    vectors: Vectors

    def part(self, rng: np.random.Generator) -> Vectors:
        """The meaning of about half of its sentences."""
        kept = rng.random(len(self.texts)) < SHARE
        kept[rng.integers(len(self.texts))] = True
        return relevance.meaning_of([*compress(self.texts, kept)], self.vectors[kept])

    @property
    def whole(self) -> Vectors:
        """The meaning of all."""
        return relevance.meaning_of(self.texts, self.vectors)


def answers(*, kept: bool) -> list[Answer]:
    """What is learned from, or what is kept."""
    return [_answer(of) for of in asked(kept=kept)]


def _answer(of: Asked) -> Answer:
    told = plain(read(typed(of.text))).reading
    texts = tuple(utterance.text for utterance in utterances(told))
    return Answer(of, texts, embed(texts))


# Fitting ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Batch:
    """Everything that is learned from: n answers and their parts, m questions.

    Args:
        answers: less the mean one, [n, 384].
        questions: less the mean one, [m, 384].
        taken_up: the question of each answer, [n].
        other: its neighbour, [n]; 0 where there is none.
        weight: of the neighbour, [n]: 0 where there is none, 1 in sum.
    """

    answers: Matrix
    questions: Matrix
    taken_up: NDArray[np.int64]
    other: NDArray[np.int64]
    weight: Matrix


def fitted(some: Sequence[Answer]) -> relevance.Learned:
    """The product that tells best."""
    prompts = list(dict.fromkeys(p for one in some for p in _prompts(one.of)))
    rng = np.random.default_rng(0)
    rounds = [[one.whole for one in some]]
    rounds += [[one.part(rng) for one in some] for _ in range(PARTS)]
    meanings, questions = np.concatenate(rounds), embed(prompts)
    mean_answer, mean_question = meanings.mean(0), questions.mean(0)
    place = {prompt: i for i, prompt in enumerate(prompts)}
    other = [one.of.other for one in some] * len(rounds)
    has_other = np.array([prompt is not None for prompt in other], np.float32)
    batch = Batch(
        meanings - mean_answer,
        questions - mean_question,
        np.array([place[one.of.takes_up] for one in some] * len(rounds)),
        np.array([place[prompt] if prompt else 0 for prompt in other]),
        has_other / max(1.0, float(has_other.sum())),
    )
    product = np.eye(meanings.shape[1], dtype=np.float32) + _change(batch)
    asked_too = [question.prompt for question in QuestionBank.load().questions]
    others = (embed(asked_too) - mean_question) @ product
    return relevance.Learned(
        mean_answer, mean_question, product, others, tuple(asked_too)
    )


def _prompts(of: Asked) -> Iterator[str]:
    yield of.takes_up
    if of.other:
        yield of.other


def _change(batch: Batch) -> Matrix:
    """What the product differs from the plain one by, by Adam, [384, 384]."""
    width = batch.answers.shape[1]
    change, first, second = (np.zeros((width, width), np.float32) for _ in range(3))
    for step in range(1, STEPS + 1):
        slope = _slope(batch, change)
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        size = np.sqrt(second / (1 - 0.99**step)) + 1e-9
        falling = RATE * (1 - (step - 1) / STEPS)
        change = change - falling * first / (1 - 0.9**step) / size
    return change


def _slope(batch: Batch, change: Matrix) -> Matrix:
    """The gradient of both losses and of the decay, [384, 384]."""
    rows = np.arange(len(batch.answers))
    asked_as = batch.questions + batch.questions @ change
    nearness = relevance.SHARPNESS * (batch.answers @ asked_as.T)
    chance = np.exp(nearness - nearness.max(1, keepdims=True))
    slope = chance / chance.sum(1, keepdims=True)
    slope[rows, batch.taken_up] -= 1
    slope /= len(rows)
    behind = nearness[rows, batch.other] - nearness[rows, batch.taken_up]
    pull = batch.weight / (1 + np.exp(-behind))
    np.add.at(slope, (rows, batch.other), pull)
    np.add.at(slope, (rows, batch.taken_up), -pull)
    fit = relevance.SHARPNESS * (batch.questions.T @ (slope.T @ batch.answers))
    result: Matrix = fit + 2 * DECAY * change
    return result


# How good it is -----------------------------------------------------------------------

Match = Callable[[Answer, str], float]


def by_chance(answer: Answer, prompt: str) -> float:
    """As the judge does."""
    return relevance.relevance([prompt], answer.texts, answer.vectors).log_chance


def by_cosine(answer: Answer, prompt: str) -> float:
    """Plain likeness of the mean."""
    return float(answer.whole @ embed([prompt])[0])


def area(own: Sequence[float], others: Sequence[float]) -> float:
    """Under the curve: how often an own question is nearer than another."""
    mine, theirs = np.array(own)[:, None], np.array(others)[None]
    return float((mine > theirs).mean() + 0.5 * (mine == theirs).mean())


def told_from_neighbours(some: Sequence[Answer], match: Match) -> tuple[float, float]:
    """Share of answers nearer to their own question, and area."""
    pairs = [
        (match(one, one.of.takes_up), match(one, one.of.other))
        for one in some
        if one.of.other
    ]
    own, others = zip(*pairs, strict=True)
    return float(np.mean([a > b for a, b in pairs])), area(own, others)


def told_from_others(some: Sequence[Answer], match: Match) -> float:
    """Area of own questions against those of all other answers."""
    prompts = sorted({one.of.takes_up for one in some})
    own = [match(one, one.of.takes_up) for one in some]
    others = [
        match(one, prompt)
        for one in some
        for prompt in prompts
        if prompt != one.of.takes_up
    ]
    return area(own, others)


def main() -> None:
    """Fit, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true")
    if parser.parse_args().store:
        store(fitted(answers(kept=False)))
        relevance.learned.cache_clear()
    kept = answers(kept=True)
    near = [one for one in kept if one.of.other]
    far = [one for one in kept if not one.of.other]
    print(f"{len(near)} answers with a neighbour, {len(far)} of tests/examples")
    for name, match in (("chance", by_chance), ("cosine", by_cosine)):
        right, under = told_from_neighbours(near, match)
        others = told_from_others(far, match)
        print(
            f"{name}: nearer {right:.2f}, area {under:.2f}; others' area {others:.2f}"
        )


def store(what: relevance.Learned) -> None:
    """In 16 bits: the program computes in 32."""
    arrays = {
        name: getattr(what, name).astype(np.float16)
        for name in ("answer", "question", "product", "others")
    }
    np.savez_compressed(STORED, **arrays, prompts=np.array(what.prompts))
    print(f"stored {STORED.relative_to(ROOT)}, {STORED.stat().st_size} bytes")


if __name__ == "__main__":
    main()
