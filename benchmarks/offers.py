"""Fit what helps to be told as the one change, and say how often the first one does.

    .venv/bin/python benchmarks/offers.py [--store]

Readers of benchmarks/offered (language models in the part of an interviewer, who did
not know the program) heard an answer of tests/examples and then versions of the one
change, each a heading at a sentence of the speaker's in the words that the program
would use, and marked each good, fair, poor or wrong (`marks.py`).

Printed, for questions left out in turn: the marks of the version that comes first, and
how often a version is good or fair where the chance said so. ``--store`` fits to all
and writes voicecoach/rubric/offers.npz.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import marks  # noqa: E402 - from the root
from benchmarks.marks import Marked, beginning, judged, name_and_part  # noqa: E402
from voicecoach.rubric import offers  # noqa: E402

OFFERED = Path(__file__).parent / "offered"
STORED = ROOT / "voicecoach" / "rubric" / offers.LEARNED


def marked() -> Iterator[Marked]:
    """Every version of benchmarks/offered."""
    for told, example in marks.answers(OFFERED):
        outlook, (name, part) = judged(example), name_and_part(told, example)
        for heading, begins, mark in told["offers"]:
            at = None if not begins else beginning(outlook.case, begins)
            known = offers.known(outlook, heading, at)
            yield Marked(name, part, heading, mark, known)


if __name__ == "__main__":
    marks.main(__doc__, marked, STORED)
