"""Fit which praise is right, and say how often it is.

    .venv/bin/python benchmarks/praises.py [--store]

Readers of benchmarks/praised (language models in the part of an interviewer, who did
not know the program) heard an answer of tests/examples and then strengths that could be
said of it, each with the words that would be quoted for it, and marked each right (in
the answer and shown by these words), there (in the answer, shown by others) or wrong
(`marks.py`: G, P and W). They also named what they would praise first.

Printed, for questions left out in turn: how often praise is right by how likely the
chance calls it, beside what rules and sentences by themselves would praise. ``--store``
fits to all and writes voicecoach/rubric/praises.npz.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import marks  # noqa: E402 - from the root
from benchmarks.marks import (  # noqa: E402
    Marked,
    Matrix,
    beginning,
    judged,
    line,
    name_and_part,
)
from voicecoach.rubric import praises  # noqa: E402

PRAISED = Path(__file__).parent / "praised"
STORED = ROOT / "voicecoach" / "rubric" / praises.LEARNED


def marked() -> Iterator[Marked]:
    """Every strength of benchmarks/praised."""
    for told, example in marks.answers(PRAISED):
        outlook, (name, part) = judged(example), name_and_part(told, example)
        for criterion, begins, mark in told["praises"]:
            at = beginning(outlook.case, begins)
            known = praises.known(outlook, criterion, at)
            yield Marked(name, part, criterion, mark, known)


def report(every: Sequence[Marked], chances: Matrix) -> None:
    """How right praise is from each chance on, and of each criterion."""
    line("all", every)
    for least in np.arange(0.3, 0.8, 0.1):
        some = [one for one, c in zip(every, chances, strict=True) if c >= least]
        line(f"from {least:.1f}", some)
    for name in marks.headings(every):
        pairs = zip(every, chances, strict=True)
        if some := [one for one, c in pairs if one.heading == name and c >= LEAST]:
            line(name, some)
    marks.report(every, chances)


LEAST = 0.5

if __name__ == "__main__":
    marks.main(__doc__, marked, STORED, report)
