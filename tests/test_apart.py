"""Sentences labelled by somebody who had not seen the program, only the conventions.

They are looked at after the rules were written; the first figures of each are in
docs/judgement.md and docs/measures.md. The limits are the project's acceptance limits.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.criteria import looked_at
from tests.labelled import (
    Tally,
    marker_of,
    marker_tally,
    sentence_lines,
    verb_scores,
)
from voicecoach.measures import read
from voicecoach.measures.numbers import numbers
from voicecoach.timeline import typed

APART = Path(__file__).parent / "examples" / "apart"

FOLDERS = {
    "first": APART,
    **{name: APART / name for name in ("second", "third", "fourth")},
}


def sets(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("folder", [FOLDERS[n] for n in names], ids=names)


def table(name: str, folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))


@sets(*FOLDERS)
def test_verbs_get_their_class_actor_and_denial(folder: Path) -> None:
    scores = verb_scores(table("verbs", folder)["sentences"])
    assert {name: t.f1 for name, t in scores.tallies.items() if t.f1 < 0.95} == {}
    assert scores.actor_accuracy > 0.95
    assert scores.negation_accuracy > 0.95


@sets(*FOLDERS)
def test_fillers_are_told_from_ordinary_uses(folder: Path) -> None:
    found = {
        marker["name"]: marker_tally(
            sentence_lines(marker, "flag", "leave"), marker_of(marker["name"])
        ).f1
        for marker in table("fillers", folder)["marker"]
    }
    assert len(found) >= 12
    assert {name: f1 for name, f1 in found.items() if f1 < 0.9} == {}


@sets("first", "second", "fourth")
def test_impact_is_told_from_targets_dates_and_headcount(folder: Path) -> None:
    tally = Tally(0, 0, 0)
    for marked in table("numbers", folder)["sentences"]:
        tally = Tally(*(a + b for a, b in zip(tally, impacts(marked), strict=True)))
    assert tally.f1 >= 0.95


def impacts(marked: str) -> Tally:
    """Impacts of ``"fell to [two hours:impact]"`` that were found, false, missed."""
    text, labels = "", []
    for said, label in re.findall(r"([^\[]*)(\[[^\]]*\])?", marked):
        text += said
        if label:
            words, _, kind = label[1:-1].rpartition(":")
            labels.append((len(text), len(text) + len(words), kind))
            text += words
    found = [n.quote for n in numbers(read(typed(text))) if n.kind == "impact"]
    overlapping = [
        (kind, [q for q in found if q.char_start < end and q.char_end > start])
        for start, end, kind in labels
    ]
    hits = sum(kind == "impact" and bool(quotes) for kind, quotes in overlapping)
    known = {q for kind, quotes in overlapping if kind == "impact" for q in quotes}
    wanted = sum(kind == "impact" for _, _, kind in labels)
    return Tally(hits, len(set(found) - known), wanted - hits)


@sets("first", "second")
@pytest.mark.slow
def test_criteria_are_found_and_seldom_invented(folder: Path) -> None:
    sightings = [
        looked_at(criterion, text, is_so=is_so)
        for criterion, passages in table("criteria", folder).items()
        for is_so in (True, False)
        for text in passages["must_flag" if is_so else "must_not_flag"]
    ]
    hits = sum(one.is_so and one.by_both for one in sightings)
    assert hits / sum(one.by_both for one in sightings) >= 0.88
    assert hits / sum(one.is_so for one in sightings) >= 0.8
