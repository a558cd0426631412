"""Fit which praise is right, and say how often it is.

    .venv/bin/python benchmarks/praises.py [--store]

Readers of benchmarks/praised (language models in the part of an interviewer, who did
not know the program) heard an answer of tests/examples and then strengths that could be
said of it, each with the words that would be quoted for it, and marked each right (in
the answer and shown by these words), there (in the answer, shown by others) or wrong
(`marks.py`: G, P and W), and said what they would praise first. Where a reader of
benchmarks/tags tagged the sentences of an answer, the same is known of each sentence
and criterion, if not as it would be printed; those count a fifth.

Printed, for questions left out in turn: how often praise is right by how likely the
chance calls it, and of each criterion. ``--store`` fits to all and writes
voicecoach/rubric/praises.npz. Four minutes, most of them for `shown` with the questions
of the tags left out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import marks  # noqa: E402 - from the root
from benchmarks import shown as tags  # noqa: E402
from benchmarks.fitting import logistic  # noqa: E402
from benchmarks.marks import (  # noqa: E402
    PARTS,
    Marked,
    Matrix,
    beginning,
    judged,
    line,
    name_and_part,
)
from voicecoach.rubric import praises  # noqa: E402
from voicecoach.rubric.case import Case  # noqa: E402
from voicecoach.rubric.criteria import rubric  # noqa: E402
from voicecoach.rubric.findings import outlook_of  # noqa: E402
from voicecoach.rubric.judge import graded, mean_of  # noqa: E402
from voicecoach.rubric.shown import Shown, features, sureness  # noqa: E402
from voicecoach.rubric.strengths import LEAST_CHANCE  # noqa: E402

PRAISED = Path(__file__).parent / "praised"
STORED = ROOT / "voicecoach" / "rubric" / praises.LEARNED
FEW = 4
COUNTS = 5
"""How often a mark of praise as it is printed counts beside one from tags."""


def marked() -> Iterator[Marked]:
    """Every strength of benchmarks/praised."""
    for told, example in marks.answers(PRAISED):
        outlook, (name, part) = judged(example), name_and_part(told, example)
        for criterion, begins, mark in told["praises"]:
            if criterion in praises.FORM:
                continue  # no longer said
            at = beginning(outlook.case, begins)
            known = praises.known(outlook, criterion, at)
            yield Marked(name, part, criterion, mark, known)


def tagged() -> Iterator[Marked]:
    """What could be praised of the answers of benchmarks/tags, by their tags.

    What sentences show is left to weights that were not learned from the question.
    """
    answers = [(one, *tags.case_of(one.texts)) for one in tags.told_of()]
    known = [
        tags.Tagged(
            one.question,
            kept=False,
            given=case.features(tags.cues()),
            tags=tuple(frozenset(one.tags[i]) for i in sentences),
            ruled={},
            texts=one.texts,
            by_text=one.tags,
        )
        for one, case, sentences in answers
    ]
    parts = [crc32(one.question.encode()) % PARTS for one in known]
    fits = [
        tags.fitted([one for one, k in zip(known, parts, strict=True) if k != part])
        for part in range(PARTS)
    ]
    for (one, case, _), answer, part in zip(answers, known, parts, strict=True):
        name = f"{one.question}/{one.told['answer']}"
        for criterion, at, seen in _candidates(case, fits[part]):
            yield Marked(name, part, criterion, _mark(answer, criterion, at), seen)


def _candidates(
    case: Case, weights: Matrix
) -> Iterator[tuple[str, int, praises.Known]]:
    """What could be praised, where, and what is known of it."""
    given = features(case.seen, case.grounds, case.sides, tags.cues(), case.empty)
    sure = sureness(given, weights)
    # Kept where the property keeps what it found: this case is to see no other.
    vars(case)["shown"] = Shown(dict(zip(tags.headings(), sure.T, strict=True)))
    assessed, grades = graded(case)
    outlook = outlook_of(case, assessed, mean_of(grades) or 0.0)
    for name, found in outlook.assessed.items():
        if name not in praises.FORM and rubric().by_id[name].is_shown:
            for at in praises.places(outlook, name, found):
                yield name, at, praises.known(outlook, name, at)


def _mark(answer: tags.Tagged, criterion: str, at: int) -> str:
    if criterion in answer.tags[at]:
        return "G"
    return "P" if any(criterion in some for some in answer.tags) else "W"


def left_out(every: Sequence[Marked], beside: Sequence[Marked]) -> Matrix:
    """The chance of each by weights that were not learned from its question."""
    names = marks.headings([*every, *beside])
    parts = np.array([one.part for one in every])
    chances = np.zeros(len(every), np.float32)
    for part in range(PARTS):
        held = [one for one in every if one.part == part]
        if held:
            learn = [one for one in every if one.part != part] * COUNTS + list(beside)
            weights = marks.fitted(marks.features(learn, names), marks.worths(learn))
            odds = marks.features(held, names) @ weights[:-1] + weights[-1]
            chances[parts == part] = logistic(odds)
    return chances


def report(every: Sequence[Marked], chances: Matrix) -> None:
    """How right praise is from each chance on, and of each criterion."""
    pairs = list(zip(every, chances, strict=True))
    for least in np.arange(0, 0.9, 0.1):
        line(f"from {least:.1f}", [one for one, chance in pairs if chance >= least])
    print(f"from {LEAST_CHANCE} by criterion")
    for name in marks.headings(every):
        some = [one for one, c in pairs if one.heading == name and c >= LEAST_CHANCE]
        if some:
            line(name, some)


def firsts(names: Sequence[str]) -> Matrix:
    """Of the answers in which praise is right, in how many a reader says it first.

    With `FEW` more in which it is as often as praise is in all.
    """
    right, first = Counter[str](), Counter[str]()
    for told, _ in marks.answers(PRAISED):
        if "first" in told:
            named = {criterion for criterion, _ in told["first"]}
            marked = {c for c, _, mark in told["praises"] if mark == "G"}
            right.update(marked)
            first.update(marked & named)
    usual = FEW * first.total() / right.total()
    return np.array(
        [(first[name] + usual) / (right[name] + FEW) for name in names], np.float32
    )


def main() -> None:
    """Fit, print, and store if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--store", action="store_true", help="fit to all, write it")
    options = parser.parse_args()
    every, beside = list(marked()), list(tagged())
    print(f"{len(every)} marks, {len(beside)} by tags", flush=True)
    report(every, left_out(every, beside))
    if options.store:
        learn = [*every * COUNTS, *beside]
        marks.store(learn, STORED, firsts=firsts(marks.headings(learn)))


if __name__ == "__main__":
    main()
