"""Learn which part of a story each sentence plays, and say how truly it is told.

    .venv/bin/python benchmarks/parts.py [--store]

Readers of benchmarks/parts (language models who did not know the program) said of every
sentence of spoken answers in benchmarks/sentences which part it plays, whether a story
is told, and what its learning is worth. A multinomial logistic regression over what is
known of a sentence (`voicecoach.measures.parts`) is fitted by Adam to those and to our
own stories in tests/examples, with a penalty on its weights; how likely one part comes
after another is counted. A second one (`voicecoach.measures.learning`), which also
knows what the sentence means, tells what its learning is worth, if it tells of any.

Printed, for questions left out in turn: the share of the sentences of stories that are
put in the part that the reader named first, or named at all; precision and recall of
each part; how often a result and a learning that are there are found, and invented; how
often a story is taken for one, and the kind of learning for the reader's. ``--store``
fits to all and writes parts.npz and learning.npz of voicecoach/measures/data.
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
from voicecoach.measures import learning, parts  # noqa: E402
from voicecoach.measures.language import Reading  # noqa: E402
from voicecoach.measures.learning import KINDS  # noqa: E402
from voicecoach.measures.numbers import numbers  # noqa: E402
from voicecoach.measures.parts import PARTS, Floats  # noqa: E402
from voicecoach.measures.structure import (  # noqa: E402
    is_story,
    path_and_kind,
    structure,
)
from voicecoach.measures.verbs import verbs  # noqa: E402

LABELS = Path(__file__).parent / "parts"
LEARNINGS = Path(__file__).parent / "parts_learnings.toml"
SENTENCES = Path(__file__).parent / "sentences"
EXAMPLES = ROOT / "tests" / "examples"
STORED = Path(parts.__file__).parent / "data"
LETTERS = [part[0].upper() for part in PARTS]
NO_PART = "-"
CLASSES = [*LETTERS, NO_PART]
KIND_OF = {**{kind[0].upper(): kind for kind in KINDS}, "N": None}
FILES = 6
"""Into so many parts questions are divided; each is left out once."""
PENALTY, STEPS = 10.0, 400
KIND_PENALTY, KIND_STEPS = 5.0, 300
SECOND = 0.25
"""What a part counts that was named second."""
LEARNING_SECOND = 0.5
"""What a learning counts that was named second."""
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
        learning: the letter of its kind; empty where nobody said.
    """

    source: str
    reading: Reading
    given: Matrix
    labels: tuple[str, ...]
    story: bool | None = None
    learning: str = ""

    @property
    def texts(self) -> list[str]:
        """Its sentences."""
        return [sentence.text for sentence in self.reading.sentences]

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
    texts = [(story["text"], letter_of(story["learning"])) for story in ours]
    for path in sorted((EXAMPLES / "answers").glob("*.toml")):
        rows = tomllib.loads(path.read_text("utf-8"))["answers"]
        texts += [(row["story"], "") for row in rows if "story" in row]
    for text, kind in texts:
        lines = [line.split(" ", 1) for line in text.strip().splitlines()]
        yield labelled("", [(letter, said) for letter, said in lines], kind)


def our_learnings() -> Iterator[Labelled]:
    """One sentence each, all of it a learning."""
    for kind, lines in tomllib.loads(LEARNINGS.read_text("utf-8")).items():
        for line in lines:
            yield labelled("", [("L", line)], letter_of(kind))


def letter_of(kind: str) -> str:
    """Of a kind of learning as our own stories name it."""
    return kind[0].upper()


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


def fitted_kinds(learn: Sequence[Labelled]) -> Floats:
    """Weights of kinds of learning, from answers of which somebody told the kind."""
    told = [*our_learnings(), *(one for one in learn if one.learning)]
    x = np.vstack([learning.features(one.given, one.texts) for one in told])
    y = np.vstack([_kinds(one) for one in told])
    return Regression(KIND_PENALTY, KIND_STEPS, multinomial=True).fitted(x, y)


def _kinds(one: Labelled) -> Matrix:
    """How much each sentence is a learning of each kind, and none."""
    wanted = np.zeros((len(one.labels), len(KINDS) + 1), np.float32)
    kind = KIND_OF[one.learning]
    for row, label in zip(wanted, one.labels, strict=True):
        if kind is not None and "L" in label:
            row[KINDS.index(kind)] = 1.0 if label[0] == "L" else LEARNING_SECOND
        row[-1] = 1 - row.sum()
    return wanted


@dataclass(frozen=True)
class Found:
    """What the program says of an answer.

    Args:
        letters: of the part that each sentence is put in.
        kind: of its learning.
    """

    letters: Sequence[str]
    kind: str | None


def found_by(one: Labelled, known: parts.Learned, kinds: Floats) -> Found:
    """By these weights."""
    path, kind = path_and_kind(one.given, one.texts, known, kinds)
    return Found([part[0].upper() for part in path], kind)


def left_out(every: Sequence[Labelled], ours: Sequence[Labelled]) -> list[Found]:
    """Of each answer, by weights that were not learned from its question."""
    found: dict[int, Found] = {}
    for part in {one.part for one in every}:
        learn = [*ours, *(one for one in every if one.part != part)]
        known, kinds = fitted(learn), fitted_kinds(learn)
        held = (i for i, one in enumerate(every) if one.part == part)
        found |= {i: found_by(every[i], known, kinds) for i in held}
    return [found[i] for i in range(len(every))]


def report(every: Sequence[Labelled], found: Sequence[Found]) -> None:
    """Print it all."""
    both = list(zip(every, found, strict=True))
    stories = [(one, f.letters) for one, f in both if one.story]
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


def report_kinds(every: Sequence[Labelled], found: Sequence[Found]) -> None:
    """Print how often a story is taken for one, and what its learning is taken for."""
    told: Counter[tuple[bool, bool]] = Counter()
    kinds: Counter[tuple[str | None, str | None]] = Counter()
    for one, f in zip(every, found, strict=True):
        cut = structure(one.reading, verbs(one.reading), numbers(one.reading))
        is_told = is_story(one.reading, cut.parts)
        told[bool(one.story), is_told] += 1
        kinds[KIND_OF[one.learning], f.kind if is_told else None] += 1
    print(f"stories found {told[True, True]} of {told[True, True] + told[True, False]}")
    right = sum(count for (said, heard), count in kinds.items() if said == heard)
    print(f"kind of learning {right} of {len(every)}")
    for said in KIND_OF.values():
        row = {heard: kinds[said, heard] for heard in KIND_OF.values()}
        print(f"  {said}: " + ", ".join(f"{k} {row[k]}" for k in row))


def main() -> None:
    """Fit, print, and store if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--store", action="store_true", help="fit to all, write it")
    options = parser.parse_args()
    every, ours = list(answers()), list(our_own())
    found = left_out(every, ours)
    report(every, found)
    if options.store:
        known = fitted([*ours, *every])
        path = STORED / parts.LEARNED
        np.savez_compressed(path, weights=known.weights, after=known.after)
        kinds = STORED / learning.LEARNED
        np.savez_compressed(kinds, weights=fitted_kinds([*ours, *every]))
        for file in (path, kinds):
            print(f"stored {file.name}, {file.stat().st_size / 1000:.0f} kB")
        parts.learned.cache_clear()
        learning.learned.cache_clear()
    report_kinds(every, found)


if __name__ == "__main__":
    main()
