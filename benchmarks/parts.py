"""How truly stories are cut into their parts, and told from what is no story.

    .venv/bin/python benchmarks/parts.py

Readers of benchmarks/parts (language models who did not know the program) said of every
sentence of spoken answers in benchmarks/sentences which part it plays, whether a story
is told, and what its learning is worth. Printed: the share of the sentences of stories
that `voicecoach.measures.structure` puts in the part that the reader named first, or
named at all; precision and recall of each part; how often a result and a learning that
are there are found, and invented; how often a story is taken for one; and how often the
kind of learning is the reader's.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.labelled import Tally  # noqa: E402 - from the root
from voicecoach.measures.language import read  # noqa: E402
from voicecoach.measures.numbers import numbers  # noqa: E402
from voicecoach.measures.results import Part, StructurePart  # noqa: E402
from voicecoach.measures.structure import (  # noqa: E402
    is_story,
    learning_kind,
    structure,
)
from voicecoach.measures.verbs import verbs  # noqa: E402
from voicecoach.timeline import typed  # noqa: E402

LABELS = Path(__file__).parent / "parts"
SENTENCES = Path(__file__).parent / "sentences"
PARTS: dict[str, Part] = {part[0].upper(): part for part in get_args(Part)}
KINDS = {"M": "mechanism", "L": "lesson", "P": "platitude", "N": None}
NO_PART = "-"


@dataclass(frozen=True)
class Read:
    """An answer, as a reader told of it and as the program finds it.

    Args:
        labels: the parts that each sentence plays, as letters, the main one first.
        found: the letter of the part that each is put in.
        is_story: whether the reader says that one is told.
        found_story: whether the program does.
        learning: the letter of its kind.
        found_learning: the kind that is found.
    """

    labels: tuple[str, ...]
    found: tuple[str, ...]
    is_story: bool
    found_story: bool
    learning: str
    found_learning: str | None


def answers() -> Iterator[Read]:
    """Every answer that was labelled."""
    for path in sorted(LABELS.glob("*.toml")):
        for told in tomllib.loads(path.read_text("utf-8"))["answer"]:
            text = (SENTENCES / f"{told['file']}.toml").read_text("utf-8")
            question = tomllib.loads(text)["question"][told["question"] - 1]
            pieces = question["answers"][told["answer"] - 1]["pieces"]
            yield _read([str(piece[0]) for piece in pieces], told)


def _read(texts: list[str], told: dict[str, str | bool]) -> Read:
    ended = [t if t[-1] in ".?!" else t.rstrip(",;:") + "." for t in texts]
    reading = read(typed(" ".join(ended)))
    parts = structure(reading, verbs(reading), numbers(reading))
    is_told, at, found = is_story(reading, parts), 0, []
    for text in ended:
        found.append(_part_at(at, parts)[0].upper())
        at += len(text) + 1
    labels = tuple(str(told["parts"]).split())
    assert len(labels) == len(found)
    return Read(
        labels,
        tuple(found),
        bool(told["story"]),
        is_told,
        str(told["learning"]),
        learning_kind(reading, parts) if is_told else None,
    )


def _part_at(at: int, parts: tuple[StructurePart, ...]) -> Part:
    return next(
        p.part for p in reversed(parts) if p.quote.char_start <= at or p is parts[0]
    )


def main() -> None:
    """Print it all."""
    every = list(answers())
    stories = [one for one in every if one.is_story]
    pairs = [
        (label, found)
        for one in stories
        for label, found in zip(one.labels, one.found, strict=True)
        if label[0] != NO_PART
    ]
    first = sum(label[0] == found for label, found in pairs) / len(pairs)
    named = sum(found in label for label, found in pairs) / len(pairs)
    print(f"{len(every)} answers, {len(stories)} stories, {len(pairs)} sentences")
    print(f"in the part named first {first:.3f}, in one that was named {named:.3f}")
    for letter, part in PARTS.items():
        tally = Tally(
            sum(label[0] == found == letter for label, found in pairs),
            sum(found == letter != label[0] for label, found in pairs),
            sum(label[0] == letter != found for label, found in pairs),
        )
        print(f"{part:10} P {tally.precision:.2f}  R {tally.recall:.2f}")
    for letter in ("R", "L"):
        there = [one for one in stories if any(lab[0] == letter for lab in one.labels)]
        heard = sum(letter in one.found for one in there)
        others = [one for one in stories if one not in there]
        invented = sum(letter in one.found for one in others)
        print(
            f"{PARTS[letter]}: there in {len(there)} stories, found in {heard} of "
            f"them; invented in {invented} of {len(others)}"
        )
    told = Counter((one.is_story, one.found_story) for one in every)
    print(f"stories found {told[True, True]} of {told[True, True] + told[True, False]}")
    right = sum(KINDS[one.learning] == one.found_learning for one in every)
    print(f"kind of learning {right} of {len(every)}")


if __name__ == "__main__":
    main()
