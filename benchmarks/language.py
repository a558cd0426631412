"""How truly verbs and fillers are read: precision, recall and F1 on labelled sentences.

    .venv/bin/python benchmarks/language.py [--misses] [FILE.toml ...]

Without a file, all lists of tests/examples/verbs.toml and fillers.toml. A file of verbs
has lists of marked sentences; one of fillers has `[[marker]]` tables with a name and
sentences, one a line (tests/labelled.py shows both forms).
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.labelled import (  # noqa: E402 - it lies found from the root of the checkout
    Tally,
    found_labels,
    marker_labels,
    marker_of,
    marker_starts,
    marker_tally,
    sentence_lines,
    verb_labels,
    verb_scores,
)

EXAMPLES = (
    ROOT / "tests" / "examples" / "verbs.toml",
    ROOT / "tests" / "examples" / "fillers.toml",
)
HEADING = f"{'':28}{'labels':>7}{'P':>7}{'R':>7}{'F1':>7}"


def line(name: str, tally: Tally) -> str:
    """One row of the table."""
    labels = tally.hits + tally.missed
    scores = f"{tally.precision:7.3f}{tally.recall:7.3f}{tally.f1:7.3f}"
    return f"{name:28}{labels:7}{scores}"


def show_verbs(name: str, sentences: list[str], *, with_misses: bool) -> None:
    """One row a class, then how often actor and denial are right."""
    scores = verb_scores(sentences)
    print(f"\n{name}: {len(sentences)} sentences\n{HEADING}")
    for verb_class, tally in scores.tallies.items():
        print(line(verb_class, tally))
    print(f"{'actor right':28}{scores.actor_accuracy:28.3f}")
    print(f"{'denial right':28}{scores.negation_accuracy:28.3f}")
    for marked in sentences if with_misses else ():
        show_verb_misses(marked)


def show_verb_misses(marked: str) -> None:
    """What was labelled and not found (-), and the other way round (+)."""
    text, labels = verb_labels(marked)
    found = found_labels(text)
    for sign, these, those in (("-", labels, found), ("+", found, labels)):
        for label in (x for x in these if x not in those):
            print(f"  {sign} {text[label.start : label.end]} {label[2:]}   {text}")


def show_markers(name: str, tables: list[dict[str, Any]], *, with_misses: bool) -> None:
    """One row a marker."""
    print(f"\n{name}\n{HEADING}")
    for table in tables:
        keys = [key for key in table if key != "name"]
        sentences = list(sentence_lines(table, *keys))
        print(line(table["name"], marker_tally(sentences, marker_of(table["name"]))))
        for marked in sentences if with_misses else ():
            show_marker_misses(marked, table["name"])


def show_marker_misses(marked: str, name: str) -> None:
    """The sentences in which one marker was read wrongly."""
    text, wanted = marker_labels(marked)
    found = marker_starts(text, marker_of(name))
    if found != wanted:
        missed, false = sorted(wanted - found), sorted(found - wanted)
        print(f"  missed at {missed}, false at {false}: {marked}")


def main() -> None:
    """Score every file named, or our own examples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--misses", action="store_true", help="show what went wrong")
    arguments = parser.parse_args()
    for path in arguments.files or EXAMPLES:
        data = tomllib.loads(path.read_text("utf-8"))
        if "marker" in data:
            show_markers(path.name, data["marker"], with_misses=arguments.misses)
        for name, sentences in data.items():
            if name != "marker":
                title = f"{path.name} {name}"
                show_verbs(title, sentences, with_misses=arguments.misses)


if __name__ == "__main__":
    main()
