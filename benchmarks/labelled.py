"""Spoken answers, every sentence with what it is worth: benchmarks/sentences.

Written and labelled, three answers to a question, by authors who knew the conventions
but not the program. The value of a sentence is what hearing it does to an experienced
interviewer's opinion:

    2   strong evidence: a decision with its reason, a cost owned, a right mechanism
    1   some: concrete, relevant, own action, sound reasoning
    0   context, small talk
    -1  generic, vague, status, a claim, somebody else's work, off the point
    -2  held against the speaker: blame, hiding bad news, harm, heroics, wrong content

Beside them, answers that take up another question than the one that was asked: as
fourth answers there, and as pairs of neighbouring questions in benchmarks/pairs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach.embedding import weight_of

SENTENCES = Path(__file__).parent / "sentences"
PAIRS = Path(__file__).parent / "pairs"
KEPT = ("apart", "development_one", "development_two")
"""Files whose answers are those of tests/examples: nothing is learned from them, so
what is measured on them is measured on answers that the adapter has never seen."""
KEPT_PAIRS = ("held",)
"""Files of pairs that nothing is learned from."""
LEAST_ANSWERED = 4
"""Of 5: an answer labelled so takes up its question, whatever it is worth."""
LEAST_GOOD = 2.3
"""Where that was not labelled, an answer of so good a label does."""


@dataclass(frozen=True)
class Asked:
    """An answer, and which question it takes up.

    Args:
        text: the answer.
        takes_up: the question that it answers.
        other: a neighbouring one that it does not; None where none was labelled.
    """

    text: str
    takes_up: str
    other: str | None = None


@dataclass(frozen=True)
class Labelled:
    """One answer.

    Args:
        question: as asked.
        label: mean of its pillars' labels, 1..5.
        texts: its sentences.
        values: of the same, -2..2.
    """

    question: str
    label: float
    texts: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def weights(self) -> tuple[float, ...]:
        """Of the sentences."""
        return tuple(map(weight_of, self.texts))


def labelled(*, kept: bool) -> Iterator[Labelled]:
    """All answers of the kept files, or of the others."""
    for question, answer in _answers(kept=kept):
        pieces = answer["pieces"]  # text, value, and why it is held against
        yield Labelled(
            question["prompt"],
            answer["label"],
            tuple(str(piece[0]) for piece in pieces),
            tuple(float(piece[1]) for piece in pieces),
        )


def asked(*, kept: bool) -> Iterator[Asked]:
    """Answers that take up a question, theirs or another, in both kinds of file."""
    for question, answer in _answers(kept=kept):
        text = " ".join(str(piece[0]) for piece in answer["pieces"])
        prompt, astray_to = question["prompt"], question.get("astray_to")
        if answer["level"] == "astray":
            yield Asked(text, astray_to, prompt)
        elif _is_taken_up(answer):
            yield Asked(text, prompt, astray_to)
    for path in sorted(PAIRS.glob("*.toml")):
        if (path.stem in KEPT_PAIRS) == kept:
            for pair in tomllib.loads(path.read_text("utf-8"))["pair"]:
                yield Asked(pair["answer_a"], pair["asked_a"], pair["asked_b"])
                yield Asked(pair["answer_b"], pair["asked_b"], pair["asked_a"])


def _answers(*, kept: bool) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Questions with each of their answers, as the files have them."""
    for path in sorted(SENTENCES.glob("*.toml")):
        if (path.stem in KEPT) == kept:
            for question in tomllib.loads(path.read_text("utf-8"))["question"]:
                for answer in question["answers"]:
                    yield question, answer


def _is_taken_up(answer: dict[str, Any]) -> bool:
    if "answered" in answer:
        return bool(answer["answered"] >= LEAST_ANSWERED)
    return bool(answer["label"] >= LEAST_GOOD)
