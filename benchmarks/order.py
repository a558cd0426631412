"""Does the judge put better answers higher: labelled answers in folders, as tests have.

    .venv/bin/python benchmarks/order.py [FOLDER ...] [--wrong]

A folder holds TOML files as tests/examples/answers does: a question and its answers,
each with a label 1-5 for every pillar. Printed for each folder, and all together: pairs
of one question in order (a tie is wrong), and the rank correlation of pillars with
their labels. ``--wrong`` names the pairs that are not in order.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.agreement import Judged, order, spearman  # noqa: E402 - from the root
from tests.sample_answers import ANSWERS, APART, examples, scored  # noqa: E402

SETS = (
    *("answers", "last", "hard", "fresh", "unseen", "new", "sealed", "later"),
    *("latest", "recent"),
)
FOLDERS = (ANSWERS, *(APART / name for name in SETS))


@dataclass(frozen=True)
class Found:
    """What was found of one folder: its answers, and pillars with their labels."""

    answers: tuple[Judged, ...]
    labels: tuple[int, ...]
    values: tuple[int, ...]

    def __str__(self) -> str:
        told = order(self.answers)
        share = told.right / max(1, told.total)
        rank = spearman(self.labels, self.values)
        return f"{told} ({share:.2f}), rank correlation {rank:.2f}"


def found_in(folder: Path) -> Found:
    """Judge every answer of a folder."""
    answers: list[Judged] = []
    labels: list[int] = []
    values: list[int] = []
    for example in examples(folder):
        score = scored(example.text, example.question)
        name = f"{folder.name}/{example.name}"  # the same question is in other folders
        answers.append(Judged(name, example.mean_label, score.overall or 0.0))
        labels += example.labels.values()
        values += (score.pillars[pillar] or 0 for pillar in example.labels)
    return Found(tuple(answers), tuple(labels), tuple(values))


def together(all_found: Sequence[Found]) -> Found:
    """All folders as one."""
    return Found(
        tuple(answer for one in all_found for answer in one.answers),
        tuple(label for one in all_found for label in one.labels),
        tuple(value for one in all_found for value in one.values),
    )


def wrong(found: Found) -> Iterator[str]:
    """One line for each pair that is not in order."""
    for better, worse in order(found.answers).wrong:
        yield (
            f"    {better.question}: {better.label:.1f} scores {better.score:.2f}, "
            f"{worse.label:.1f} scores {worse.score:.2f}"
        )


def main() -> None:
    """Print one line a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=list(FOLDERS))
    parser.add_argument("--wrong", action="store_true")
    asked = parser.parse_args()
    all_found = []
    for folder in asked.folders:
        all_found.append(found_in(folder))
        print(f"{folder.name:12} {all_found[-1]}", flush=True)
        if asked.wrong:
            print("\n".join(wrong(all_found[-1])), flush=True)
    print(f"{'all':12} {together(all_found)}")


if __name__ == "__main__":
    main()
