"""Fit which gap is decisive, what is asked next and where, and say how often it is so.

    .venv/bin/python benchmarks/wanted.py [--store]

Readers of benchmarks/tags named for each answer the one or two changes that would help
it most (``gaps``); other readers, of the same answers, in benchmarks/asked: ``change``,
the same with the sentence that it hangs on, and ``ask``, the next questions with the
sentence of the speaker's that they would name. None of them knew the program. Two
multinomial logistic regressions over headings are fitted to what is known of an answer,
and one over sentences for each heading (`voicecoach.rubric.wanted`), with a penalty on
their weights, by Adam. What single sentences show is learned from these answers too, so
for the fit it comes from weights that were not learned from the same question.

Printed, for questions left out in turn and for the kept ones: how often the first
choice is one that a reader of benchmarks/asked named, or a reader of either; the same
between the readers; and how often a sentence is the one that the reader named for that
heading, or next to it. ``--store`` fits to all but the kept ones and writes
voicecoach/rubric/wanted.npz.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import shown as tags  # noqa: E402 - from the root
from benchmarks.fitting import Regression, descended  # noqa: E402
from benchmarks.labelled import KEPT  # noqa: E402
from voicecoach.embedding import embed  # noqa: E402
from voicecoach.questions import Question, QuestionBank  # noqa: E402
from voicecoach.rubric import rubric, shown, wanted  # noqa: E402
from voicecoach.rubric.case import Case  # noqa: E402

ASKED = Path(__file__).parent / "asked"
STORED = ROOT / "voicecoach" / "rubric" / wanted.LEARNED
UNLEARNED = ("structure_followed", "question_answered", "certainty", "delivery")
"""Of the whole answer: no reader named them, as no sentence shows them."""
ORDERED = (1.0, 0.7, 0.5)
"""What the first, second and third named count."""
OTHERS = 0.7
"""What a change counts that readers of benchmarks/tags named, who told no order."""
PENALTY, PLACE_PENALTY = 2.0, 10.0
SHARED_PENALTY = 3.0
"""Of the weights that all headings share, where one is to be placed."""
STEPS = 300

Matrix = NDArray[np.float32]
Named = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Looked:
    """An answer as it is looked at, and what readers said of it.

    Args:
        question: where it comes from, the same for answers of one question.
        kept: whether nothing is learned from it.
        case: its own.
        structure: what its question asks for.
        sentences: of which sentence, from 0, each utterance is.
        tags: the headings of each utterance.
        given: what `shown` knows of its utterances.
        gaps: changes by readers of benchmarks/tags.
        change: by those of benchmarks/asked, with sentences from 1; 0 is none.
        ask: what they would ask next.
    """

    question: str
    kept: bool
    case: Case
    structure: str
    sentences: tuple[int, ...]
    tags: tuple[frozenset[str], ...]
    given: Matrix
    gaps: tuple[str, ...]
    change: Named
    ask: Named

    @property
    def part(self) -> int:
        """Of those that questions are left out in."""
        return crc32(self.question.encode()) % tags.PARTS


def looked() -> Iterator[Looked]:
    """Every answer of benchmarks/tags."""
    for one in tags.told_of():
        case, sentences = tags.case_of(one.texts)
        place = one.told["question"], one.told["answer"]
        said = _asked(one.file).get(place, {})
        yield Looked(
            one.question,
            one.file in KEPT,
            case,
            structure_of(one.prompt),
            sentences,
            tuple(frozenset(one.tags[i]) for i in sentences),
            case.features(tags.cues()),
            tuple(one.told["gaps"]) or (wanted.NONE,),
            _named(said.get("change", ())) or (((wanted.NONE, 0),) if said else ()),
            _named(said.get("ask", ())),
        )


@cache
def _asked(file: str) -> Mapping[tuple[int, int], Mapping[str, Sequence[Named]]]:
    path = ASKED / f"{file}.toml"
    if not path.exists():
        return {}
    answers = tomllib.loads(path.read_text("utf-8"))["answer"]
    return {(told["question"], told["answer"]): told for told in answers}


def _named(raw: Sequence[Sequence[str | int]]) -> Named:
    return tuple((str(heading), int(at)) for heading, at in raw)


def structure_of(prompt: str) -> str:
    """Of the bank's question that is nearest in meaning."""
    questions, meanings = _bank()
    nearest = int((meanings @ embed([prompt])[0]).argmax())
    return questions[nearest].structure


@cache
def _bank() -> tuple[tuple[Question, ...], Matrix]:
    questions = QuestionBank.load().questions
    return questions, embed([question.prompt for question in questions])


def headings() -> tuple[str, ...]:
    """What can be wanted: criteria that readers can name, what speaks against, none."""
    criteria = (c.id for c in rubric().criteria if c.id not in UNLEARNED)
    return (*criteria, *shown.AGAINST, wanted.NONE)


def seen_by(answer: Looked, weights: Matrix) -> shown.Shown:
    """What its utterances show by some weights of `benchmarks.shown`."""
    sure = shown.sureness(answer.given, weights)
    return shown.Shown(dict(zip(tags.headings(), sure.T, strict=True)))


@dataclass(frozen=True)
class Given:
    """What is known of an answer, and of its utterances; see `wanted`."""

    answer: Matrix
    utterances: Matrix


def known(answer: Looked, seen: shown.Shown) -> Given:
    """The features of an answer."""
    case, names = answer.case, tags.headings()
    sides = case._sides
    found = case._grounds
    return Given(
        wanted.of_answer(seen, sides, answer.structure, names),
        wanted.of_utterances(seen, found, sides, names),
    )


# Fits ---------------------------------------------------------------------------------


def targets(answer: Looked, what: str) -> Matrix:
    """How much each heading is named, [headings]."""
    columns = {heading: i for i, heading in enumerate(headings())}
    told = np.zeros(len(columns), np.float32)
    for (heading, _), counts in zip(getattr(answer, what), ORDERED, strict=False):
        if heading in columns:
            told[columns[heading]] += counts
    for heading in answer.gaps if what == "change" else ():
        if heading in columns:
            told[columns[heading]] += OTHERS
    return told


def fitted(x: Matrix, y: Matrix) -> Matrix:
    """Weights of a multinomial regression, [features + 1, headings]."""
    counts = y.sum(1)
    x, y, counts = (part[counts > 0] for part in (x, y, counts))
    shares = y / counts[:, None]
    often = counts / counts.mean()
    return Regression(PENALTY, STEPS, multinomial=True).fitted(x, shares, often)


Pair = tuple[Matrix, int, NDArray[np.intp]]
"""Utterances of an answer, the column of a heading, which of them were named for it."""


def placed(pairs: Sequence[Pair]) -> Matrix:
    """Weights that place a heading, [utterance features, headings].

    Each is the sum of one that all headings share and one of its own.
    """
    size, columns = pairs[0][0].shape[1], len(headings())
    penalty = np.full((1, columns + 1), PLACE_PENALTY / len(pairs), np.float32)
    penalty[0, -1] = SHARED_PENALTY / len(pairs)

    def slope(weights: Matrix) -> Matrix:
        down = penalty * weights
        both = weights[:, :-1] + weights[:, -1:]
        for utterances, column, at in pairs:
            off = wanted.softmax(utterances @ both[:, column])
            off[at] -= 1 / len(at)
            change = utterances.T @ off / len(pairs)
            down[:, column] += change
            down[:, -1] += change
        return down

    start = np.zeros((size, columns + 1), np.float32)
    found = descended(start, slope, STEPS)
    return found[:, :-1] + found[:, -1:]


def pairs_of(answer: Looked, given: Given) -> Iterator[Pair]:
    """Every heading that was named with a sentence."""
    columns = {heading: i for i, heading in enumerate(headings())}
    for heading, sentence in (*answer.change, *answer.ask):
        at = np.flatnonzero(np.array(answer.sentences) == sentence - 1)
        if heading in columns and len(at):
            yield given.utterances, columns[heading], at


@dataclass(frozen=True)
class Fit:
    """Everything that is stored."""

    change: Matrix
    ask: Matrix
    place: Matrix


def fit(answers: Sequence[tuple[Looked, Given]]) -> Fit:
    """To some answers."""
    x = np.array([given.answer for _, given in answers])
    change, ask = (
        fitted(x, np.array([targets(answer, what) for answer, _ in answers]))
        for what in ("change", "ask")
    )
    pairs = [pair for answer, given in answers for pair in pairs_of(answer, given)]
    return Fit(change, ask, placed(pairs))


# Figures ------------------------------------------------------------------------------


def told(answers: Sequence[tuple[Looked, Given, Fit]]) -> Iterator[str]:
    """How often the choices are those of readers."""
    read = [one for one in answers if one[0].change]
    first = [(a, headings()[_best(g.answer, f.change)]) for a, g, f in read]
    yield f"{len(read)} answers with a change: named by its reader " + _share(
        heading in dict(answer.change) for answer, heading in first
    )
    yield "    by either reader " + _share(
        heading in {*dict(answer.change), *answer.gaps} for answer, heading in first
    )
    yield "    the first of one reader, named by the other " + _share(
        answer.change[0][0] in answer.gaps for answer, _, _ in read
    )
    asked = [one for one in answers if one[0].ask]
    chosen = [(a, headings()[_best(g.answer, f.ask)]) for a, g, f in asked]
    yield f"{len(asked)} answers with questions: first of the reader's " + _share(
        heading == answer.ask[0][0] for answer, heading in chosen
    )
    yield "    one of them " + _share(
        heading in dict(answer.ask) for answer, heading in chosen
    )
    hits = [
        (int((utterances @ f.place[:, column]).argmax()), at)
        for answer, given, f in answers
        for utterances, column, at in pairs_of(answer, given)
    ]
    yield f"{len(hits)} sentences: the one named " + _share(
        best in at for best, at in hits
    )
    yield "    it or next to it " + _share(
        min(abs(best - at)) <= 1 for best, at in hits
    )


def _best(given: Matrix, weights: Matrix) -> int:
    return int((given @ weights[:-1] + weights[-1]).argmax())


def _share(right: Iterator[bool]) -> str:
    counted = list(right)
    return f"{sum(counted) / max(1, len(counted)):.2f}"


def main() -> None:
    """Print the figures, and store when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true")
    asked = parser.parse_args()
    answers = list(looked())
    report(answers, store=asked.store)


def report(answers: Sequence[Looked], *, store: bool) -> None:
    """Fit with questions left out, then to all but the kept ones."""
    learn, kept = ([a for a in answers if a.kept == k] for k in (False, True))
    print(f"{len(learn)} answers; kept {len(kept)}")
    left_out = [
        tags.fitted([answer for answer in learn if answer.part != part])
        for part in range(tags.PARTS)
    ]
    given = [(a, known(a, seen_by(a, left_out[a.part]))) for a in learn]
    fits = [fit([one for one in given if one[0].part != k]) for k in range(tags.PARTS)]
    print("questions left out in turn")
    print(*told([(a, g, fits[a.part]) for a, g in given]), sep="\n")
    whole = fit(given)
    sure = tags.fitted(learn)
    print("kept")
    both = [(a, known(a, seen_by(a, sure))) for a in kept]
    print(*told([(a, g, whole) for a, g in both]), sep="\n", flush=True)
    if store:
        np.savez_compressed(
            STORED,
            change=whole.change.astype(np.float16),
            ask=whole.ask.astype(np.float16),
            place=whole.place.astype(np.float16),
            headings=np.array(headings()),
            shown=np.array(tags.headings()),
        )


if __name__ == "__main__":
    main()
