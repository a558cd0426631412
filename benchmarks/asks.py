"""Fit what an interviewer would ask next, and say how often the first question is good.

    .venv/bin/python benchmarks/asks.py [--store]

Readers of benchmarks/followed (language models in the part of an interviewer, who did
not know the program) heard an answer of tests/examples and then follow-up questions:
some that the bank has prepared, alone or after words of the speaker's, some of the
program's own after such words. They marked each good, fair, poor or wrong
(`marks.py`). Others (benchmarks/open) marked only what the bank has prepared, as open,
touched on, answered or not fitting, and named the two that they would ask.

Printed, for questions left out in turn: the marks of the question that comes first, of
the first that the bank has prepared, of the first of our own, and how often one is
good or fair where the chance said so. ``--store`` fits to all and writes
voicecoach/rubric/asks.npz.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import marks  # noqa: E402 - from the root
from benchmarks.marks import (  # noqa: E402
    Marked,
    Matrix,
    beginning,
    firsts,
    judged,
    line,
    name_and_part,
)
from voicecoach.rubric import asks  # noqa: E402
from voicecoach.rubric.asks import BANK, Ask, Asking  # noqa: E402

FOLLOWED = Path(__file__).parent / "followed"
OPEN = Path(__file__).parent / "open"
MARKS = {"O": "F", "H": "F", "A": "W", "P": "P"}
"""Of benchmarks/open: open or touched on, but not one that the reader would ask;
answered; not fitting."""
STORED = ROOT / "voicecoach" / "rubric" / asks.LEARNED


def marked() -> Iterator[Marked]:
    """Every question that a reader marked."""
    yield from followed()
    yield from opened()


def opened() -> Iterator[Marked]:
    """The bank's own after the answers of benchmarks/open."""
    for told, example in marks.answers(OPEN):
        asking, (name, part) = Asking(judged(example)), name_and_part(told, example)
        named = (told["best"], told["second"])
        for number, mark in enumerate(told["marks"]):
            is_named = "abcdef"[number] in named
            known = asking.known(Ask(BANK, number, None))
            worth = "G" if is_named else MARKS[mark]
            yield Marked(f"{name}, open", part, BANK, worth, known)


def followed() -> Iterator[Marked]:
    """Every question of benchmarks/followed."""
    for told, example in marks.answers(FOLLOWED):
        asking, (name, part) = Asking(judged(example)), name_and_part(told, example)
        for heading, number, begins, mark in told["asks"]:
            lead = None
            if begins:
                lead = asking.leads.at(beginning(asking.case, begins))
                if lead is None:  # words that are no longer said back
                    continue
            known = asking.known(Ask(heading, number, lead))
            yield Marked(name, part, heading, mark, known)


def report(every: Sequence[Marked], chances: Matrix) -> None:
    """The usual lines, and those of the first of each kind."""
    for kind, held in (
        ("prepared", [one.heading == BANK for one in every]),
        ("our own", [one.heading != BANK for one in every]),
    ):
        some = [one for one, is_held in zip(every, held, strict=True) if is_held]
        line(kind, firsts(some, chances[held]))
    marks.report(every, chances)


if __name__ == "__main__":
    marks.main(__doc__, marked, STORED, report)
