"""Spoken answers, every sentence with what it is worth: benchmarks/sentences.

Written and labelled, three answers to a question, by authors who knew the conventions
but not the program. The value of a sentence is what hearing it does to an experienced
interviewer's opinion:

    2   strong evidence: a decision with its reason, a cost owned, a right mechanism
    1   some: concrete, relevant, own action, sound reasoning
    0   context, small talk
    -1  generic, vague, status, a claim, somebody else's work, off the point
    -2  held against the speaker: blame, hiding bad news, harm, heroics, wrong content
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SENTENCES = Path(__file__).parent / "sentences"
KEPT = ("apart", "development_one", "development_two")
"""Files whose answers are those of tests/examples: nothing is learned from them, so
what is measured on them is measured on answers that the adapter has never seen."""
LONGEST_WORDS = 60
"""A sentence weighs by the root of its words, up to so many."""


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
        return tuple(min(LONGEST_WORDS, len(t.split())) ** 0.5 for t in self.texts)


def labelled(*, kept: bool) -> Iterator[Labelled]:
    """All answers of the kept files, or of the others."""
    for path in sorted(SENTENCES.glob("*.toml")):
        if (path.stem in KEPT) != kept:
            continue
        for question in tomllib.loads(path.read_text("utf-8"))["question"]:
            for answer in question["answers"]:
                pieces = answer["pieces"]  # text, value, and why it is held against
                yield Labelled(
                    question["prompt"],
                    answer["label"],
                    tuple(str(piece[0]) for piece in pieces),
                    tuple(float(piece[1]) for piece in pieces),
                )
