"""Does an answer ever score higher for buzzwords that are put into it: it never may.

    .venv/bin/python benchmarks/stuffing.py [--tries N] [--seed N]

Every sentence of benchmarks/stuffing.toml, from which nothing is learned, is put into
answers of tests/examples at places drawn at random. Printed: in how many tries a
pillar, or the overall score, is higher afterwards, by how much, and each such sentence
with the answer that it was put into.
"""

from __future__ import annotations

import argparse
import random
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.order import FOLDERS  # noqa: E402 - from the root
from tests.sample_answers import (  # noqa: E402
    Example,
    examples,
    raised,
    scored,
    sentences_of,
)
from voicecoach.questions import Pillar  # noqa: E402

ADDITIONS = Path(__file__).with_suffix(".toml")
MUCH = 0.05
"""A rise of the overall score that is more than that of rounding."""


@dataclass(frozen=True)
class Try:
    """One sentence put into one answer.

    Args:
        example: the answer.
        addition: what was put into it.
        at: before which of its sentences.
        pillars: what of it rose, with by how many points.
        overall: by how much the whole rose; below 0 where it fell.
    """

    example: Example
    addition: str
    at: int
    pillars: dict[Pillar, int]
    overall: float

    @property
    def rose(self) -> bool:
        """Whether anything did."""
        return self.overall > 0 or bool(self.pillars)


def tries(count: int, seed: int) -> Iterator[Try]:
    """As often as asked, every addition about equally often."""
    draw = random.Random(seed)
    additions = tomllib.loads(ADDITIONS.read_text("utf-8"))["additions"]
    answers = [example for folder in FOLDERS for example in examples(folder)]
    for k in range(count):
        yield stuffed(draw.choice(answers), additions[k % len(additions)], draw)


def stuffed(example: Example, addition: str, draw: random.Random) -> Try:
    """What an addition at some place does to an answer."""
    sentences = sentences_of(example.text)
    at = draw.randrange(len(sentences) + 1)
    text = " ".join([*sentences[:at], addition, *sentences[at:]])
    before = scored(example.text, example.question)
    after = scored(text, example.question)
    overall = (after.overall or 0.0) - (before.overall or 0.0)
    return Try(example, addition, at, raised(before, after), overall)


def main() -> None:
    """Try, and print what rose."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--tries", type=int, default=320, help="how many (320)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn")
    options = parser.parse_args()
    found = list(tries(options.tries, options.seed))
    rose = [one for one in found if one.rose]
    for one in sorted(rose, key=lambda one: -one.overall):
        name = f"{one.example.name} {one.example.level} before {one.at}"
        print(f"{one.overall:+.2f} {one.pillars or ''} {name}: {one.addition}")
    much = sum(one.overall > MUCH for one in found)
    print(
        f"{len(rose)} of {len(found)} tries raise a score, {much} by more than {MUCH}"
    )


if __name__ == "__main__":
    main()
