"""Fit which remedy helps a sentence that anybody could say, and say how often it does.

    .venv/bin/python benchmarks/remedies.py [--store]

Printed, for questions left out in turn: how often the kind is the one that
benchmarks/remedies.toml gives the sentence, of all and of those that are sure enough.
``--store`` fits to all and writes voicecoach/rubric/remedies.npz. A second.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.fitting import Matrix, Regression  # noqa: E402 - from the root
from voicecoach.embedding import embed  # noqa: E402
from voicecoach.rubric import remedies  # noqa: E402

GIVEN = Path(__file__).with_suffix(".toml")
STORED = ROOT / "voicecoach" / "rubric" / remedies.LEARNED
FIT = Regression(penalty=1.0, steps=300, multinomial=True)


def given() -> tuple[list[str], Matrix, Matrix, list[str]]:
    """Questions, meanings [sentences, 384], kinds [sentences, kinds], their names."""
    table = tomllib.loads(GIVEN.read_text("utf-8"))
    kinds = sorted(table)
    rows = [(kind, name, text) for kind in kinds for name, text in table[kind]]
    meaning: Matrix = remedies.SCALE * embed([text for *_, text in rows])
    wanted = np.array([[kind == one for one in kinds] for kind, *_ in rows], np.float32)
    return [name for _, name, _ in rows], meaning, wanted, kinds


def left_out(names: list[str], meaning: Matrix, wanted: Matrix) -> Matrix:
    """Chances by weights that were not learned from the question."""
    asked = np.array(names)
    chances = np.zeros_like(wanted)
    for name in sorted(set(names)):
        held = asked == name
        weights = FIT.fitted(meaning[~held], wanted[~held])
        chances[held] = FIT.chances(meaning[held] @ weights[:-1] + weights[-1])
    return chances


def main() -> None:
    """Fit, print, and store if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--store", action="store_true", help="fit to all, write it")
    options = parser.parse_args()
    names, meaning, wanted, kinds = given()
    chances = left_out(names, meaning, wanted)
    right = chances.argmax(1) == wanted.argmax(1)
    sure = chances.max(1) >= remedies.LEAST_SURE
    print(f"all   {right.mean():.2f} of {len(right)}")
    print(f"sure  {right[sure].mean():.2f} of {sure.sum()}")
    if options.store:
        weights = FIT.fitted(meaning, wanted)
        np.savez_compressed(
            STORED, weights=weights.astype(np.float16), kinds=np.array(kinds)
        )


if __name__ == "__main__":
    main()
