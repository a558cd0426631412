"""Learn which part of a story each sentence plays, and say how truly it is told.

    .venv/bin/python benchmarks/parts.py [--store]

Readers of benchmarks/parts (language models who did not know the program) said of every
sentence of spoken answers in benchmarks/sentences which part it plays, whether a story
is told, and what its learning is worth. A multinomial logistic regression over what is
known of a sentence (`voicecoach.measures.parts`) is fitted by Adam to those and to our
own stories in tests/examples, with a penalty on its weights; how likely one part comes
after another is counted.

Printed, for questions left out in turn: the share of the sentences of stories that are
put in the part that the reader named first, or named at all; precision and recall of
each part; how often a result and a learning that are there are found, and invented; how
often a story is taken for one, and the kind of learning for the reader's. ``--store``
fits to all and writes voicecoach/measures/data/parts.npz.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.fitting import (  # noqa: E402 - from the root
    Regression,
    joined,
    sentence_of,
)
from tests.labelled import Tally  # noqa: E402
from voicecoach.measures import parts  # noqa: E402
from voicecoach.measures.language import Reading  # noqa: E402
from voicecoach.measures.numbers import numbers  # noqa: E402
from voicecoach.measures.parts import PARTS  # noqa: E402
from voicecoach.measures.structure import (  # noqa: E402
    is_story,
    learning_kind,
    structure,
)
from voicecoach.measures.verbs import verbs  # noqa: E402

LABELS = Path(__file__).parent / "parts"
SENTENCES = Path(__file__).parent / "sentences"
EXAMPLES = ROOT / "tests" / "examples"
STORED = Path(parts.__file__).parent / "data" / parts.LEARNED
LETTERS = [part[0].upper() for part in PARTS]
NO_PART = "-"
CLASSES = [*LETTERS, NO_PART]
KINDS = {"M": "mechanism", "L": "lesson", "P": "platitude", "N": None}
FILES = 6
"""Into so many parts questions are divided; each is left out once."""
PENALTY, STEPS = 10.0, 400
SECOND = 0.25
"""What a part counts that was named second."""
EVEN = 0.25
"""How far parts that are rare are brought up to the others."""
PASSAGE = 0.5
"""How much it counts which part came before."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Labelled:
    """An answer with the parts that its sentences play.

    Args:
        source: the question; empty for our own stories.
        reading: its own.
        given: what is known of each sentence, [sentences, features].
        labels: of each sentence, as letters, the main one first.
        story: whether one is told; None where nobody said.
        learning: the letter of its kind.
    """

    source: str
    reading: Reading
    given: Matrix
    labels: tuple[str, ...]
    story: bool | None = None
    learning: str = ""

    @property
    def part(self) -> int:
        """Of those that questions are left out in."""
        return crc32(self.source.encode()) % FILES


def answers() -> Iterator[Labelled]:
    """Every answer that a reader labelled."""
    for path in sorted(LABELS.glob("*.toml")):
        for told in tomllib.loads(path.read_text("utf-8"))["answer"]:
            question = _questions(told["file"])[told["question"] - 1]
            pieces = question["answers"][told["answer"] - 1]["pieces"]
            lines = zip(told["parts"].split(), (p[0] for p in pieces), strict=True)
            story, learning = told["story"], told["learning"]
            yield labelled(question["prompt"], list(lines), learning, story=story)


@cache
def _questions(file: str) -> Sequence[Mapping[str, Any]]:
    """Of one file of benchmarks/sentences."""
    text = (SENTENCES / f"{file}.toml").read_text("utf-8")
    questions: Sequence[Mapping[str, Any]] = tomllib.loads(text)["question"]
    return questions


def our_own() -> Iterator[Labelled]:
    """Stories of tests/examples, those that are held out left out."""
    ours = tomllib.loads((EXAMPLES / "structure.toml").read_text("utf-8"))["story"]
    texts = [story["text"] for story in ours]
    for path in sorted((EXAMPLES / "answers").glob("*.toml")):
        rows = tomllib.loads(path.read_text("utf-8"))["answers"]
        texts += [row["story"] for row in rows if "story" in row]
    for text in texts:
        lines = [line.split(" ", 1) for line in text.strip().splitlines()]
        yield labelled("", [(letter, said) for letter, said in lines])


def labelled(
    source: str,
    lines: Sequence[tuple[str, str]],
    learning: str = "",
    *,
    story: bool | None = None,
) -> Labelled:
    """Sentences with their labels as one answer, as the program reads it."""
    texts = [text for _, text in lines]
    reading = joined(texts)
    quotes = [reading.quote(s[0], s[-1]) for s in reading.sentences]
    at = sentence_of(quotes, texts)
    given = parts.features(reading, verbs(reading), numbers(reading))
    labels = tuple(lines[i][0] for i in at)
    return Labelled(source, reading, given, labels, story, learning)


def fitted(learn: Sequence[Labelled]) -> parts.Learned:
    """Weights and passages, from answers in which a story is told."""
    told = [one for one in learn if one.story is not False]
    x = np.vstack([one.given for one in told])
    y = np.array([_wanted(label) for one in told for label in one.labels], np.float32)
    usual = np.log(y.mean(0))
    weights = Regression(PENALTY, STEPS, multinomial=True).fitted(x, y)
    weights[-1] -= EVEN * usual
    counts = np.ones((len(CLASSES), len(CLASSES)), np.float32)
    for one in told:
        for before, after in pairwise(label[0] for label in one.labels):
            counts[CLASSES.index(before), CLASSES.index(after)] += 1
    after = np.log(counts / counts.sum(1, keepdims=True)) - usual
    return parts.Learned(weights, (PASSAGE * after).astype(np.float32))


def _wanted(label: str) -> list[float]:
    """How much a sentence is of each part, and of none."""
    named = [CLASSES.index(letter) for letter in label]
    wanted = [0.0] * len(CLASSES)
    wanted[named[0]] = 1.0 - SECOND * (len(named) > 1)
    for other in named[1:2]:
        wanted[other] += SECOND
    return wanted


def found_by(one: Labelled, known: parts.Learned) -> list[str]:
    """The letter of the part that each sentence is put in."""
    path = parts.best_path(parts.log_chances(one.given, known.weights), known.after)
    return [part[0].upper() for part in path]


def left_out(every: Sequence[Labelled], ours: Sequence[Labelled]) -> list[list[str]]:
    """Of each answer, by weights that were not learned from its question."""
    by_part = {
        part: fitted([*ours, *(one for one in every if one.part != part)])
        for part in {one.part for one in every}
    }
    return [found_by(one, by_part[one.part]) for one in every]


def report(every: Sequence[Labelled], found: Sequence[Sequence[str]]) -> None:
    """Print it all."""
    stories = [(one, f) for one, f in zip(every, found, strict=True) if one.story]
    pairs = [
        (label, letter)
        for one, letters in stories
        for label, letter in zip(one.labels, letters, strict=True)
        if label[0] != NO_PART
    ]
    first = sum(label[0] == letter for label, letter in pairs) / len(pairs)
    named = sum(letter in label for label, letter in pairs) / len(pairs)
    print(f"{len(every)} answers, {len(stories)} stories, {len(pairs)} sentences")
    print(f"in the part named first {first:.3f}, in one that was named {named:.3f}")
    for letter, part in zip(LETTERS, PARTS, strict=True):
        tally = Tally(
            sum(label[0] == other == letter for label, other in pairs),
            sum(other == letter != label[0] for label, other in pairs),
            sum(label[0] == letter != other for label, other in pairs),
        )
        print(f"{part:10} P {tally.precision:.2f}  R {tally.recall:.2f}")
    for letter, part in (("R", "result"), ("L", "learning")):
        told = Counter(
            (any(label[0] == letter for label in one.labels), letter in letters)
            for one, letters in stories
        )
        print(
            f"{part}: found in {told[True, True]} of "
            f"{told[True, True] + told[True, False]} stories that have one, in "
            f"{told[False, True]} of {told[False, True] + told[False, False]} others"
        )


def report_kinds(every: Sequence[Labelled]) -> None:
    """Print how often a story and the kind of its learning are found as stored."""
    told: Counter[tuple[bool, bool]] = Counter()
    kinds = 0
    for one in every:
        found = structure(one.reading, verbs(one.reading), numbers(one.reading))
        is_told = is_story(one.reading, found)
        told[bool(one.story), is_told] += 1
        kind = learning_kind(one.reading, found) if is_told else None
        kinds += KINDS[one.learning] == kind
    print(f"stories found {told[True, True]} of {told[True, True] + told[True, False]}")
    print(f"kind of learning {kinds} of {len(every)}")


def main() -> None:
    """Fit, print, and store if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--store", action="store_true", help="fit to all, write it")
    options = parser.parse_args()
    every, ours = list(answers()), list(our_own())
    report(every, left_out(every, ours))
    if options.store:
        known = fitted([*ours, *every])
        np.savez_compressed(STORED, weights=known.weights, after=known.after)
        print(f"stored {STORED.stat().st_size / 1000:.0f} kB")
        parts.learned.cache_clear()
    report_kinds(every)


if __name__ == "__main__":
    main()
