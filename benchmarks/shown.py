"""Fit which sentences are evidence for what, and say how right the strengths are.

    .venv/bin/python benchmarks/shown.py [--store] [--rules]

benchmarks/tags holds, for sentences of benchmarks/sentences, the headings under which
an experienced interviewer would quote them back; its authors read the answers, not the
program. For each heading a logistic regression is fitted to what is known of an
utterance (`voicecoach.rubric.shown`), with a penalty on its weights, by Adam.

Printed, for questions left out in turn and for the kept ones: of the headings that are
found in an answer (its surest utterance is sure enough), the share that is there at all
and the share whose utterance is tagged so; and how many of those that are there are
found; then how well the surest utterance, and all of them together, tell of an answer
whether a heading is there. ``--rules`` prints the same for strengths by the rules
alone. ``--store`` fits to all but the kept ones and writes
voicecoach/rubric/shown.npz.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.fitting import Regression, joined, sentence_of  # noqa: E402
from benchmarks.labelled import KEPT, SENTENCES  # noqa: E402 - from the root
from voicecoach.measures import measure  # noqa: E402
from voicecoach.questions import FREE_ANSWER  # noqa: E402
from voicecoach.rubric import rubric, shown  # noqa: E402
from voicecoach.rubric.assessing import assess  # noqa: E402
from voicecoach.rubric.case import Case  # noqa: E402
from voicecoach.rubric.lexicon import lexicon  # noqa: E402

TAGS = Path(__file__).parent / "tags"
BUZZWORDS = Path(__file__).parent / "buzzwords.toml"
STORED = ROOT / "voicecoach" / "rubric" / shown.LEARNED
PENALTY = 10.0
"""Of the squares of the weights."""
PARTS = 5
"""That the questions are left out in."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Tagged:
    """An answer with its utterances.

    Args:
        question: where it comes from, the same for answers of one question.
        kept: whether nothing is learned from it.
        given: what is known of its utterances, [utterances, features].
        tags: the headings of each.
        ruled: criteria that are strengths by the rules alone, with the utterances
            that are quoted for them.
        texts: its sentences, as they were tagged.
        by_text: the headings of each of those.
    """

    question: str
    kept: bool
    given: Matrix
    tags: tuple[frozenset[str], ...]
    ruled: Mapping[str, frozenset[int]]
    texts: tuple[str, ...]
    by_text: tuple[Sequence[str], ...]


@dataclass(frozen=True)
class Told:
    """An answer of benchmarks/sentences, as a reader of benchmarks/tags told of it.

    Args:
        file: the stem of its name.
        prompt: the question.
        told: the reader's table.
        texts: the sentences of the answer.
        tags: the headings of each.
    """

    file: str
    prompt: str
    told: Mapping[str, Any]
    texts: tuple[str, ...]
    tags: tuple[Sequence[str], ...]

    @property
    def question(self) -> str:
        """Where it comes from, the same for answers of one question."""
        return f"{self.file}/{self.told['question']}"


def told_of(files: Sequence[str] = ()) -> Iterator[Told]:
    """Every answer of benchmarks/tags, or those of some files."""
    for path in sorted(TAGS.glob("*.toml")):
        if files and path.stem not in files:
            continue
        questions = tomllib.loads((SENTENCES / path.name).read_text("utf-8"))
        for told in tomllib.loads(path.read_text("utf-8"))["answer"]:
            question = questions["question"][told["question"] - 1]
            pieces = question["answers"][told["answer"] - 1]["pieces"]
            tags = [told["sentences"].get(str(i + 1), ()) for i in range(len(pieces))]
            texts = tuple(str(piece[0]) for piece in pieces)
            yield Told(path.stem, question["prompt"], told, texts, tuple(tags))


def tagged(files: Sequence[str] = ()) -> Iterator[Tagged]:
    """Every answer of benchmarks/tags, or those of some files, as it is looked at."""
    for one in told_of(files):
        yield _tagged(one.question, one.texts, one.tags)


def stuffed(learn: Sequence[Tagged]) -> Iterator[Tagged]:
    """Answers with a sentence of buzzwords in them: one answer for each of those."""
    additions = tomllib.loads(BUZZWORDS.read_text("utf-8"))["additions"]
    for k, text in enumerate(additions):
        answer = learn[k * len(learn) // len(additions) % len(learn)]
        at = k * 7 % (len(answer.texts) + 1)
        texts = [*answer.texts[:at], text, *answer.texts[at:]]
        tags = [*answer.by_text[:at], ("generic",), *answer.by_text[at:]]
        yield _tagged(answer.question, texts, tags)


def case_of(texts: Sequence[str]) -> tuple[Case, tuple[int, ...]]:
    """Sentences as one answer, and which of them each of its utterances is of."""
    reading = joined(texts)
    case = Case.of(FREE_ANSWER, reading, measure(reading, FREE_ANSWER.target_s))
    quotes = [
        case.plain.as_said(case.seen.whole(u.index)) for u in case.seen.utterances
    ]
    return case, tuple(sentence_of(quotes, texts))


def _tagged(
    question: str, texts: Sequence[str], tags: Sequence[Sequence[str]]
) -> Tagged:
    case, sentences = case_of(texts)
    least, ruled = rubric().bands.strength_from, {}
    for criterion in rubric().criteria:
        found = assess(criterion, case)
        if found.points >= least:
            quoted = frozenset(map(case.seen.at, found.quotes))
            ruled[criterion.id] = quoted
    return Tagged(
        question,
        question.split("/", maxsplit=1)[0] in KEPT,
        case.features(cues()),
        tuple(frozenset(tags[i]) for i in sentences),
        ruled,
        tuple(texts),
        tuple(tags),
    )


def cues() -> tuple[str, ...]:
    """Every cue of the lexicon."""
    return tuple(sorted({cue.name for cue in lexicon().cues}))


def headings() -> tuple[str, ...]:
    """Criteria that sentences are tagged with, and what speaks against the speaker."""
    return (*(c.id for c in rubric().criteria if c.is_shown), *shown.AGAINST)


def fitted(answers: Sequence[Tagged]) -> Matrix:
    """Weights, [features + 1, headings]."""
    x = np.vstack([answer.given for answer in answers])
    y = np.vstack([_targets(answer) for answer in answers])
    return Regression(PENALTY).fitted(x, y)


def _targets(answer: Tagged) -> Matrix:
    return np.array(
        [[heading in tags for heading in headings()] for tags in answer.tags],
        np.float32,
    )


@dataclass
class Count:
    """Of one heading: answers in which it is, in which it is found, and how right."""

    there: int = 0
    found: int = 0
    right: int = 0
    quoted: int = 0

    def add(self, tags: Sequence[bool], at: Sequence[int]) -> None:
        """Count an answer.

        Args:
            tags: whether each utterance is tagged so.
            at: utterances that are quoted; empty when it is not found.
        """
        self.there += any(tags)
        self.found += bool(at)
        self.right += bool(at) and any(tags)
        self.quoted += any(tags[i] for i in at)

    def __str__(self) -> str:
        found, there = max(1, self.found), max(1, self.there)
        return (
            f"in {self.there:4}  found {self.found:4}  there {self.right / found:.2f}  "
            f"quoted {self.quoted / found:.2f}  recall {self.right / there:.2f}"
        )


def table(counts: Mapping[str, Count]) -> None:
    """One line a heading, then those of criteria and those against together."""
    for name, count in counts.items():
        print(f"    {name:22} {count}")
    for name, some in (
        ("all criteria", [h for h in counts if h not in shown.AGAINST]),
        ("all against", [h for h in counts if h in shown.AGAINST]),
    ):
        print(f"    {name:22} {total(counts[h] for h in some)}", flush=True)


def total(counts: Iterable[Count]) -> Count:
    """Of several headings together."""
    each = [(c.there, c.found, c.right, c.quoted) for c in counts]
    return Count(*map(sum, zip(*each, strict=True)))


def learned_counts(pairs: Sequence[tuple[Tagged, Matrix]]) -> dict[str, Count]:
    """By the fit, each answer with weights that it was not learned from."""
    counts, scale = {heading: Count() for heading in headings()}, rubric().shown
    for answer, weights in pairs:
        sure = shown.sureness(answer.given, weights)
        for column, heading in enumerate(headings()):
            best = int(sure[:, column].argmax())
            is_against = heading in shown.AGAINST
            least = scale.against if is_against else scale.strength
            at = [best] if sure[best, column] >= least else []
            counts[heading].add([heading in tags for tags in answer.tags], at)
    return counts


def average_precision(there: NDArray[np.bool_], sure: Matrix) -> float:
    """Of answers in which something is there or not, by how sure it is of each."""
    right = there[np.argsort(-sure, kind="stable")]
    return float((np.cumsum(right) / np.arange(1, len(right) + 1))[right].mean())


def of_the_whole(pairs: Sequence[tuple[Tagged, Matrix]]) -> None:
    """Print how well answers are told apart, by the surest utterance and by all."""
    seen = [
        shown.Shown(
            dict(zip(headings(), shown.sureness(answer.given, weights).T, strict=True))
        )
        for answer, weights in pairs
    ]
    told = {heading: (heading,) for heading in headings()}
    rows = []
    for name, some in {**told, "done to others": shown.CONDUCT}.items():
        there = np.array([any(set(some) & t for t in a.tags) for a, _ in pairs])
        surest = np.array([max(map(one.most, some)) for one in seen])
        sure = np.array([one.anywhere(*some) for one in seen])
        rows.append([average_precision(there, by) for by in (surest, sure)])
        print(f"    {name:22} surest {rows[-1][0]:.2f}  all {rows[-1][1]:.2f}")
    surest, every = np.mean(rows[:-1], axis=0)
    print(f"    {'mean of headings':22} surest {surest:.3f}  all {every:.3f}")
    for least in (0.7, 0.8, 0.88, 0.95):  # of what was done to others, the last
        found = there[sure >= least]
        print(f"    done to others from {least}: {found.sum()} of {len(found)}")


def ruled_counts(answers: Sequence[Tagged]) -> dict[str, Count]:
    """By the rules alone."""
    counts = {h: Count() for h in headings() if h not in shown.AGAINST}
    for answer in answers:
        for heading, count in counts.items():
            at = sorted(answer.ruled.get(heading, ()))
            count.add([heading in tags for tags in answer.tags], at)
    return counts


def main() -> None:
    """Print the figures, and store when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--rules", action="store_true")
    asked = parser.parse_args()
    answers = list(tagged())
    learn, kept = ([a for a in answers if a.kept == k] for k in (False, True))
    learn += list(stuffed(learn))
    utterances = sum(len(answer.tags) for answer in learn)
    print(f"{len(learn)} answers, {utterances} utterances; kept {len(kept)}")
    if asked.rules:
        print("by the rules alone")
        table(ruled_counts(answers))
    print("questions left out in turn")
    part = {a.question: crc32(a.question.encode()) % PARTS for a in learn}
    fits = [fitted([a for a in learn if part[a.question] != k]) for k in range(PARTS)]
    out = [(a, fits[part[a.question]]) for a in learn]
    table(learned_counts(out))
    of_the_whole(out)
    weights = fitted(learn)
    print("kept")
    table(learned_counts([(answer, weights) for answer in kept]))
    if asked.store:
        np.savez_compressed(
            STORED,
            weights=weights.astype(np.float16),
            headings=np.array(headings()),
            cues=np.array(cues()),
        )


if __name__ == "__main__":
    main()
