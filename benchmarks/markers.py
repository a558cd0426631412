"""Learn when a discourse marker or hedge is a filler, and say how truly it is told.

    .venv/bin/python benchmarks/markers.py [--store]

Sentences with one use marked, filler or ordinary: those of tests/examples, and of
benchmarks/markers, by authors who knew the labelling conventions and not the program,
or from answers of tests/examples, labelled in place. A logistic regression
(`voicecoach.measures.marker_use`) has weights that all markers share and weights of
each marker's own, both held back by a penalty, and is fitted by Adam.

Printed: F1 of the fillers of each author whose sentences were left out of the fit, and
of each marker in all of those; then how often it was a filler where the chance said so.
``--store`` fits to all of them and writes voicecoach/measures/data/markers.npz.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.fitting import descended, logistic  # noqa: E402 - from the root
from tests.labelled import (  # noqa: E402
    Tally,
    marker_labels,
    marker_of,
    sentence_lines,
)
from voicecoach.measures import marker_use  # noqa: E402
from voicecoach.measures.language import read  # noqa: E402
from voicecoach.measures.marker_use import Marker, Use  # noqa: E402
from voicecoach.measures.markers import markers, uses  # noqa: E402
from voicecoach.timeline import typed  # noqa: E402

EXAMPLES = ROOT / "tests" / "examples"
LISTS = (
    EXAMPLES / "fillers.toml",
    *(EXAMPLES / "apart" / name / "fillers.toml" for name in ("", "second", "third")),
    EXAMPLES / "apart" / "fourth" / "fillers.toml",
    *sorted((ROOT / "benchmarks" / "markers").glob("*.toml")),
)
STORED = Path(marker_use.__file__).parent / marker_use.LEARNED
LEAST_SEEN = 4
"""Uses that a name must be seen at to get a weight."""
OF_NAMES, OF_VECTORS = 0.8, 0.14
"""How far names and the vectors, scaled to a deviation of 1, reach."""
OWN, SHARED = 1.0, 0.45
"""How far weights of a marker's own and those that all share reach: what reaches
further is held back less by the penalty."""
PENALTY = 3.0
STEPS = 400

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Labelled:
    """One marked use.

    Args:
        author: whose list it is from.
        marker: its name.
        names: what is so of it.
        vectors: around it.
        is_filler: by its label.
    """

    author: str
    marker: str
    names: tuple[str, ...]
    vectors: Matrix
    is_filler: bool


def labelled() -> Iterator[Labelled]:
    """Every marked use of all lists."""
    for path in LISTS:
        author = "/".join(path.with_suffix("").parts[-2:])
        for table in tomllib.loads(path.read_text("utf-8"))["marker"]:
            for key in (key for key in table if key != "name"):
                is_filler = not key.endswith("leave")
                for line in sentence_lines(table, key):
                    for use in _meant(line, marker_of(table["name"])):
                        told = tuple(use.names()), use.vectors()
                        yield Labelled(author, use.marker.name, *told, is_filler)


def _meant(line: str, marker: Marker) -> Iterator[Use]:
    """The uses that a line is about: what is marked, else all of an ordinary one."""
    text, marks = marker_labels(line)
    reading = read(typed(text))
    for use in uses(reading):
        start = reading.answer.quote(use.words[0], use.words[-1]).char_start
        if start in marks if marks else use.marker == marker:
            yield use


@dataclass(frozen=True)
class Design:
    """What weights are learned for.

    Args:
        names: that have a weight.
        mean: of the vectors.
        deviation: of the vectors.
    """

    names: tuple[str, ...]
    mean: Matrix
    deviation: Matrix

    @classmethod
    def of(cls, learn: Sequence[Labelled]) -> Design:
        """From what is learned from."""
        seen = Counter(name for one in learn for name in one.names)
        vectors = np.stack([one.vectors for one in learn])
        names = sorted(name for name, count in seen.items() if count >= LEAST_SEEN)
        return cls(tuple(names), vectors.mean(0), vectors.std(0) + 1e-6)

    def rows(self, some: Sequence[Labelled]) -> Matrix:
        """[uses, names + vectors + 1], the last one 1."""
        at = {name: k for k, name in enumerate(self.names)}
        held = np.zeros((len(some), len(at)), np.float32)
        for row, one in zip(held, some, strict=True):
            row[[at[name] for name in one.names if name in at]] = OF_NAMES
        vectors = np.stack([one.vectors for one in some])
        scaled = OF_VECTORS * (vectors - self.mean) / self.deviation
        return np.hstack([held, scaled, np.ones((len(some), 1))]).astype(np.float32)


@dataclass(frozen=True)
class Fit:
    """Weights [names + vectors + 1, markers], in the order of `markers`."""

    design: Design
    weights: Matrix

    def chances(self, some: Sequence[Labelled]) -> Matrix:
        """Of a filler, [uses]."""
        columns = [COLUMNS[one.marker] for one in some]
        rows = self.design.rows(some)
        return logistic(np.einsum("ij,ij->i", rows, self.weights[:, columns].T))


COLUMNS = {marker.name: k for k, marker in enumerate(markers())}


def fitted(learn: Sequence[Labelled]) -> Fit:
    """Shared weights and each marker's own, by Adam."""
    design = Design.of(learn)
    x = design.rows(learn)
    y = np.array([one.is_filler for one in learn], np.float32)
    of = np.array([COLUMNS[one.marker] for one in learn])
    own = OWN * np.eye(len(COLUMNS), dtype=np.float32)[of]

    def slope(weights: Matrix) -> Matrix:
        """Of the shared weights, in the first column, and of the own ones."""
        total = SHARED * (x @ weights[:, 0])
        total += np.einsum("ij,ij->i", x, weights[:, 1:][:, of].T) * OWN
        off = (logistic(total) - y)[:, None]
        both = np.hstack([np.full((len(x), 1), SHARED, np.float32), own])
        return (x.T @ (off * both) + PENALTY * weights) / len(x)

    start = np.zeros((x.shape[1], 1 + len(COLUMNS)), np.float32)
    weights = descended(start, slope, STEPS)
    return Fit(design, SHARED * weights[:, :1] + OWN * weights[:, 1:])


def store(fit: Fit) -> None:
    """Write weights for what `Use.names` and `Use.vectors` give, unscaled."""
    design, count = fit.design, len(fit.design.names)
    of_vectors = OF_VECTORS * fit.weights[count:-1] / design.deviation[:, None]
    np.savez_compressed(
        STORED,
        names=np.array(design.names),
        markers=np.array(list(COLUMNS)),
        of_names=(OF_NAMES * fit.weights[:count]).astype(np.float16),
        of_vectors=of_vectors.astype(np.float16),
        offsets=(fit.weights[-1] - design.mean @ of_vectors).astype(np.float32),
    )


def f1(labels: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """Of the fillers."""
    sets = (labels & found, ~labels & found, labels & ~found)
    return Tally(*(int(np.sum(some)) for some in sets)).f1


def show(every: Sequence[Labelled]) -> None:
    """How truly each author's uses are told by what the others taught."""
    chances = np.zeros(len(every), np.float32)
    authors = np.array([one.author for one in every])
    labels = np.array([one.is_filler for one in every])
    for author in dict.fromkeys(authors):
        out = np.flatnonzero(authors == author)
        fit = fitted([every[i] for i in np.flatnonzero(authors != author)])
        chances[out] = fit.chances([every[i] for i in out])
        told = f1(labels[out], chances[out] > 0.5)
        print(f"{author:24} {len(out):5} uses  F1 {told:.3f}", flush=True)
    of = np.array([one.marker for one in every])
    for marker in COLUMNS:
        here = of == marker
        told = f1(labels[here], chances[here] > 0.5)
        print(f"{marker:24} {here.sum():5} uses  F1 {told:.3f}")
    print(f"{'all':24} {len(every):5} uses  F1 {f1(labels, chances > 0.5):.3f}")
    for low in np.arange(0, 1, 0.1):
        here = (chances >= low) & (chances < low + 0.1 + 1e-6)
        share = labels[here].mean() if here.any() else 0
        print(f"chance {low:.1f}-{low + 0.1:.1f}: {here.sum():5} uses, {share:.2f}")


def main() -> None:
    """Print the table, and store the fit when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true")
    asked = parser.parse_args()
    every = list(labelled())
    show(every)
    if asked.store:
        store(fitted(every))
        print(f"stored {STORED.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
