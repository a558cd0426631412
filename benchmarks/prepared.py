"""Which of a question's own follow-ups come first, beside what readers called open.

    .venv/bin/python benchmarks/prepared.py

In benchmarks/open readers marked each follow-up of the bank after an answer of
tests/examples (O open, A answered, P does not fit) and named the one or two that they
would ask. Printed for each reader, and for all: how often the one that
`voicecoach.rubric.prepared` puts first is open, and one of those two; beside it one
taken at random. The order was found on the answers of the first reader.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.sample_answers import ANSWERS, Example, examples, scored  # noqa: E402

OPEN = Path(__file__).parent / "open"
READERS = ("one", "two", "three")


@dataclass(frozen=True)
class First:
    """The follow-up that came first after one answer.

    Args:
        is_open: whether the reader called it open.
        is_named: whether it is one of those that the reader would ask.
        open_at_random: share of all that are open.
        named_at_random: share of all that the reader would ask.
    """

    is_open: bool
    is_named: bool
    open_at_random: float
    named_at_random: float


def firsts(reader: str) -> Iterator[First]:
    """One for each answer that a reader marked."""
    text = (OPEN / f"{reader}.toml").read_text("utf-8")
    for told in tomllib.loads(text)["answer"]:
        example = _answer(told)
        asked = example.question.follow_ups
        best = scored(example.text, example.question).prepared[0]
        at = asked.index(best.prompt)
        marks = told["marks"]
        named = [ord(told[key]) - ord("a") for key in ("best", "second") if told[key]]
        yield First(
            marks[at] == "O",
            at in named,
            marks.count("O") / len(marks),
            len(named) / len(marks),
        )


def _answer(told: dict[str, Any]) -> Example:
    folder = ANSWERS.parent / told["set"]
    name, level = told["name"], told["level"]
    return next(e for e in examples(folder) if (e.name, e.level) == (name, level))


def main() -> None:
    """Print one line a reader."""
    every: list[First] = []
    for reader in READERS:
        found = list(firsts(reader))
        every += found
        _show(reader, found)
    _show("all", every)


def _show(name: str, found: list[First]) -> None:
    print(
        f"{name:6} {len(found):4} answers: "
        f"open {mean(f.is_open for f in found):.2f} "
        f"({mean(f.open_at_random for f in found):.2f} at random), "
        f"named {mean(f.is_named for f in found):.2f} "
        f"({mean(f.named_at_random for f in found):.2f})",
        flush=True,
    )


if __name__ == "__main__":
    main()
