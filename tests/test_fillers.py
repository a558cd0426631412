"""Fillers by meaning: examples of our own, and the traps one by one.

Weights are learned from these lists too (`benchmarks/markers.py` tells how good they
are on lists that were left out); they are held here so that what was learned stays so.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.labelled import (
    Tally,
    marker_labels,
    marker_of,
    marker_starts,
    marker_tally,
    sentence_lines,
)
from voicecoach.measures.fillers import clusters, counted, fillers
from voicecoach.measures.language import read
from voicecoach.measures.marker_use import learned
from voicecoach.measures.markers import markers, uses
from voicecoach.timeline import Answer, FilledPause, Span, Word, typed

EXAMPLES = Path(__file__).parent / "examples" / "fillers.toml"
UNSEEN = Path(__file__).parent / "examples" / "apart" / "fifth" / "fillers.toml"
FIXTURES = Path(__file__).parents[1] / "audio_fixtures"
FREQUENT = {"like", "you know", "so", "right", "actually", "just", "I think", "kind of"}


@cache
def tables() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(EXAMPLES.read_text("utf-8"))["marker"])


def texts(sentence: str) -> list[str]:
    return [f.text for f in fillers(read(typed(sentence)))]


def test_every_marker_has_examples_and_enough_of_them() -> None:
    named = {marker_of(table["name"]).forms for table in tables()}
    assert named == {marker.forms for marker in markers()}
    for table in tables():
        least = 25 if table["name"] in FREQUENT else 10
        for key in ("flag", "leave"):
            assert len(list(sentence_lines(table, key))) >= least, (table["name"], key)
            held_out = len(list(sentence_lines(table, f"held_out_{key}")))
            assert held_out >= (12 if least == 25 else 5), (table["name"], key)
            fresh = len(list(sentence_lines(table, f"fresh_{key}")))
            assert fresh >= (8 if least == 25 else 5), (table["name"], key)
        assert all(marked_in(table, "flag"))
        assert not any(marked_in(table, "leave"))


def marked_in(table: dict[str, Any], key: str) -> list[set[int]]:
    """Where each sentence of a table has its markers."""
    keys = key, f"held_out_{key}", f"fresh_{key}"
    return [marker_labels(s)[1] for s in sentence_lines(table, *keys)]


@pytest.mark.parametrize("table", tables(), ids=lambda table: str(table["name"]))
@pytest.mark.parametrize("keys", [("flag", "leave"), ("fresh_flag", "fresh_leave")])
def test_examples_of_each_marker(table: dict[str, Any], keys: tuple[str, str]) -> None:
    marked = sentence_lines(table, *keys)
    assert marker_tally(marked, marker_of(table["name"])).f1 >= 0.9


@pytest.mark.parametrize("family", ["discourse_marker", "hedge"])
@pytest.mark.parametrize("stage", ["", "held_out_", "fresh_"])
def test_examples_of_each_family(family: str, stage: str) -> None:
    keys = f"{stage}flag", f"{stage}leave"
    said = {t["name"]: list(sentence_lines(t, *keys)) for t in tables()}
    assert family_f1(family, said) >= 0.97


@pytest.mark.parametrize("family", ["discourse_marker", "hedge"])
def test_without_any_punctuation_too(family: str) -> None:
    keys = "held_out_flag", "held_out_leave"
    bare = {
        t["name"]: [re.sub("[.,?]", "", s) for s in sentence_lines(t, *keys)]
        for t in tables()
    }
    assert family_f1(family, bare) >= 0.95


def family_f1(family: str, said: dict[str, list[str]]) -> float:
    """F1 over all markers of a family, each in its own sentences."""
    of_family = {n: s for n, s in said.items() if marker_of(n).family == family}
    tallies = [marker_tally(s, marker_of(name)) for name, s in of_family.items()]
    return Tally(*(sum(column) for column in zip(*tallies, strict=True))).f1


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It took like three weeks.", ["like"]),
        ("We used systems like Kafka.", []),
        ("I like it, and you know the team likes it.", ["you know"]),
        ("You know the team.", []),
        ("So that nobody waits, we shipped so much so early.", []),
        ("We turned right, right after the right exit.", []),
        ("I think we should stop.", []),
        ("It took I think three weeks.", ["i think"]),
        ("That kind of thing is kind of hard.", ["kind of"]),
        ("What I mean is that it went well.", []),
    ],
)
def test_traps(sentence: str, expected: list[str]) -> None:
    assert texts(sentence) == expected


def test_markers_that_another_author_placed_are_found() -> None:
    """Answers of audio_fixtures: their authors did not know these rules."""
    placed: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for path in FIXTURES.glob("*/truth.json"):
        truth = json.loads(path.read_text("utf-8"))
        labels = truth.get("discourse_markers", []) + truth.get("hedges", [])
        wanted = Counter(label["text"].strip(",.").lower() for label in labels)
        placed += wanted
        found += wanted & Counter(texts(truth["text"] or ""))
    assert placed.total() >= 20
    assert found.total() >= 0.9 * placed.total()


def test_typed_filled_pauses_come_from_the_words() -> None:
    found = fillers(read(typed("Um, we cut, uh, the scope, hmm.")))
    assert [f.text for f in found] == ["um", "uh", "hmm"]
    assert {(f.family, f.found_by) for f in found} == {("filled_pause", "transcript")}
    assert all(f.span is None and f.quote is not None for f in found)


def test_spoken_filled_pauses_come_from_the_ears() -> None:
    """One printed and heard, one only heard; the printed word is not counted twice."""
    words = (
        Word("We", Span(0.0, 0.3), 0.9),
        Word("um", Span(0.4, 0.8), 0.6),
        Word("cut", Span(1.5, 1.8), 0.9),
        Word("it.", Span(1.8, 2.0), 0.9),
    )
    pauses = (
        FilledPause("um", Span(0.35, 0.85), "both", 0.9),
        FilledPause("uh", Span(1.0, 1.3), "sound", 0.4),
    )
    found = fillers(read(Answer(words, (Span(0.0, 2.0),), 2.0, pauses)))
    assert [(f.text, f.found_by) for f in found] == [("um", "both"), ("uh", "sound")]
    assert found[0].quote is not None
    assert found[0].quote.text == "um"
    assert found[1].quote is None
    assert counted(found, "filled_pause") == 1


def test_clusters_are_three_in_ten_seconds() -> None:
    assert clusters([1.0, 5.0, 10.9, 40.0, 52.0]) == (range(3),)
    assert clusters([1.0, 2.0, 11.5, 12.0]) == (range(1, 4),)
    assert clusters([1.0, 2.0]) == ()


@given(st.lists(st.integers(0, 3000).map(lambda t: t / 10), max_size=40).map(sorted))
def test_clusters_are_crowded_disjoint_and_complete(times: list[float]) -> None:
    found = clusters(times)
    members = [at for group in found for at in group]
    assert members == sorted(set(members))
    for group in found:
        assert len(group) >= 3
        assert times[group[-1]] - times[group[0]] <= 10
    if not found:
        assert all(b - a > 10 for a, b in zip(times, times[2:], strict=False))


def test_weights_were_learned_for_every_marker() -> None:
    known = learned()
    assert set(known.markers) == {marker.name for marker in markers()}
    assert known.of_names.shape == (len(known.names), len(known.markers))
    assert all(np.isfinite(w).all() for w in (known.of_names, known.of_vectors))


def test_uses_of_an_author_that_nothing_was_learned_from() -> None:
    total = Tally(0, 0, 0)
    for table in tomllib.loads(UNSEEN.read_text("utf-8"))["marker"]:
        for key in ("flag", "leave"):
            for line in sentence_lines(table, key):
                text, (start,) = marker_labels(line)
                is_found = start in marker_starts(text, marker_of(table["name"]))
                wanted = key == "flag"
                one = (
                    is_found and wanted,
                    is_found and not wanted,
                    wanted and not is_found,
                )
                total = Tally(*(a + b for a, b in zip(total, one, strict=True)))
    assert total.hits + total.missed >= 200
    assert total.f1 >= 0.9


def test_a_use_that_could_be_either_is_less_sure() -> None:
    (plain,) = uses(read(typed("It took like three weeks.")))
    (verb,) = uses(read(typed("I like the plan that she wrote.")))
    assert plain.chance > 0.9
    assert verb.chance < 0.1
