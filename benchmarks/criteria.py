"""How truly each criterion is found: precision and recall by detector.

    .venv/bin/python benchmarks/criteria.py [--misses] [FILE.toml]
    .venv/bin/python benchmarks/criteria.py --store

The file has ``must_flag`` and ``must_not_flag`` for each criterion; without one it is
tests/examples/criteria.toml. A criterion counts as found from 4 points on. The columns:
the rules over the lexicon alone, nearness to the exemplars alone, and both as the judge
has them. ``--store`` computes the vectors of rubric/exemplars.toml again, which is
needed after any change to it.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.passages import case_of  # noqa: E402 - it lies found from the checkout's root
from voicecoach.embedding import embed  # noqa: E402
from voicecoach.rubric import meaning, rubric  # noqa: E402
from voicecoach.rubric.assessing import assess  # noqa: E402
from voicecoach.rubric.evidence import apply_rules  # noqa: E402

EXAMPLES = ROOT / "tests" / "examples" / "criteria.toml"
STORED = ROOT / "voicecoach" / "rubric" / meaning.VECTORS


@dataclass(frozen=True)
class Sighting:
    """What each detector says of a passage, and what is so; None: it has no say."""

    text: str
    is_so: bool
    by_rules: bool
    by_meaning: bool | None
    by_both: bool


def looked_at(criterion_id: str, text: str, *, is_so: bool) -> Sighting:
    """Every detector on one passage."""
    case, criterion = case_of(text), rubric().by_id[criterion_id]
    least = rubric().bands.strength_from
    both = assess(criterion, case).points >= least
    entry = meaning.exemplars().criterion.get(criterion_id)
    if entry is None:
        return Sighting(text, is_so, both, None, both)
    ruled = apply_rules(criterion, case.seen)
    margins = meaning.places()[criterion_id].margins(case.seen.vectors)
    near = bool(margins.size and margins.max() >= entry.margin)
    return Sighting(text, is_so, bool(ruled and ruled.points >= least), near, both)


def figures(sightings: list[Sighting], detector: str) -> str:
    """Precision and recall of one detector."""
    said = [(s.is_so, getattr(s, detector)) for s in sightings]
    if any(found is None for _, found in said):
        return f"{'':6}-{'':6}"
    right = sum(so and found for so, found in said)
    shown = sum(found for _, found in said)
    precision = f"{right / shown:6.2f}" if shown else f"{'-':>6}"
    return f"{precision} {right / sum(so for so, _ in said):5.2f} "


def table(path: Path, *, with_misses: bool) -> Iterator[str]:
    """One row for each criterion, one for all."""
    yield f"{'':22}{'rules':>12} {'meaning':>12} {'together':>12}"
    everything: list[Sighting] = []
    for criterion_id, sides in tomllib.loads(path.read_text("utf-8")).items():
        found = [
            looked_at(criterion_id, text, is_so=side == "must_flag")
            for side in ("must_flag", "must_not_flag")
            for text in sides[side]
        ]
        everything += [s for s in found if s.by_meaning is not None]
        yield row(criterion_id, found)
        wrong = [s for s in found if s.by_both != s.is_so] if with_misses else []
        yield from (f"  {'missed' if s.is_so else 'false '} {s.text}" for s in wrong)
    yield row("all with exemplars", everything)


def row(name: str, sightings: list[Sighting]) -> str:
    """A line of the table."""
    detectors = ("by_rules", "by_meaning", "by_both")
    return f"{name:22}" + "".join(figures(sightings, d) for d in detectors)


def store() -> None:
    """Compute the vectors of every exemplar and keep them beside exemplars.toml."""
    vectors = embed(meaning.exemplars().texts)
    np.save(STORED, vectors.astype(np.float16))


def main() -> None:
    """Print the table, or store the vectors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=EXAMPLES)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--store", action="store_true")
    asked = parser.parse_args()
    if asked.store:
        store()
        return
    for line in table(asked.file, with_misses=asked.misses):
        print(line, flush=True)


if __name__ == "__main__":
    main()
