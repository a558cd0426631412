"""Numbers and what they count, against our own labelled sentences and properties."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.measures.language import read
from voicecoach.measures.number_said import word_lists
from voicecoach.measures.numbers import numbers
from voicecoach.timeline import Answer, Word, typed

EXAMPLES = Path(__file__).parent / "examples" / "numbers.toml"
MARK = re.compile(r"\[([^\]:]+):(impact|scale|calendar|headcount)\]")
KINDS = ("impact", "scale", "calendar", "headcount")
OUTCOMES = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))["outcomes"]
SENTENCES = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))["sentences"]


def unmarked(marked: str) -> tuple[str, set[tuple[int, int, str]]]:
    text, labels, at = "", set(), 0
    for m in MARK.finditer(marked):
        text += marked[at : m.start()]
        labels.add((len(text), len(text) + len(m[1]), m[2]))
        text += m[1]
        at = m.end()
    return text + marked[at:], labels


def found_in(text: str) -> list[tuple[str, str]]:
    return [(n.quote.text, n.kind) for n in numbers(read(typed(text)))]


def f1_by_kind(sentences: list[str]) -> dict[str, float]:
    hit: Counter[str] = Counter()
    either: Counter[str] = Counter()
    for marked in sentences:
        text, labels = unmarked(marked)
        got = {
            (n.quote.char_start, n.quote.char_end, n.kind)
            for n in numbers(read(typed(text)))
        }
        hit.update(kind for *_, kind in got & labels)
        either.update(kind for *_, kind in (*got, *labels))
    return {kind: 2 * hit[kind] / either[kind] for kind in KINDS}


def test_each_kind_has_examples_of_both_sorts() -> None:
    labels = Counter(kind for s in SENTENCES for *_, kind in unmarked(s)[1])
    without = [s for s in SENTENCES if not unmarked(s)[1]]
    assert min(labels[kind] for kind in KINDS) >= 15
    assert len(without) >= 15


@pytest.mark.parametrize("held_out", [False, True])
def test_f1_of_each_kind_with_exact_spans(held_out: bool) -> None:
    some = [s for i, s in enumerate(SENTENCES) if (i % 3 == 2) == held_out]
    assert min(f1_by_kind(some).values()) >= 0.9


def test_impact_is_told_from_size_target_and_guess() -> None:
    """Precision and recall of impact over the second list, by overlap."""
    right, recalled, found, wanted = 0, 0, 0, 0
    for marked in OUTCOMES:
        text, labels = unmarked(marked)
        said = [(a, b) for a, b, kind in labels if kind == "impact"]
        quotes = [n.quote for n in numbers(read(typed(text))) if n.kind == "impact"]
        got = [(quote.char_start, quote.char_end) for quote in quotes]
        right += sum(any(overlap(g, s) for s in said) for g in got)
        recalled += sum(any(overlap(g, s) for g in got) for s in said)
        found, wanted = found + len(got), wanted + len(said)
    assert wanted >= 140
    assert right / found >= 0.95
    assert recalled / wanted >= 0.95


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@pytest.mark.parametrize("marked", [s for s in SENTENCES if not MARK.search(s)])
def test_must_not_flag(marked: str) -> None:
    assert found_in(marked) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It fell by forty percent.", "forty percent"),
        ("It fell by 40%.", "40%"),
        ("We saved $3 million.", "$3 million"),
        ("p99 fell from 800 to 200 milliseconds.", "800 to 200 milliseconds"),
        ("It fell from point five percent to 0.1%.", "point five percent to 0.1%"),
        ("We cut it in half.", "half"),
        ("It grew 10x.", "10x"),
        ("Traffic doubled.", "doubled"),
        ("We hit five nines.", "five nines"),
        ("Availability rose to 99.95.", "99.95"),
        ("It cost half a million dollars.", "half a million dollars"),
    ],
)
def test_the_whole_expression_is_quoted(text: str, said: str) -> None:
    assert found_in(text) == [(said, "impact")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We cut costs by 20%.", "impact"),
        ("We wanted to cut costs by 20%.", "scale"),
        ("The target was 20%.", "scale"),
        ("We were asked to cut 20%.", "scale"),
        ("We estimated 20% savings.", "scale"),
        ("We beat the target by 20%.", "impact"),
        ("It was late by three weeks, we saved it.", "impact"),
        ("We cut it in three weeks.", "calendar"),
        ("We cut the team by three engineers.", "headcount"),
        ("The project saved 20%.", "impact"),
        ("The project was to save 20%.", "scale"),
        ("They demanded that losses fall by 20%.", "scale"),
        ("They would've lost 20% without it.", "impact"),
        ("They had to cut 20%.", "scale"),
        ("We had to refund 300 orders.", "impact"),
        ("Traffic grows by 9,000 requests a day.", "scale"),
        ("Traffic grew by 9,000 requests a day.", "impact"),
        ("The freeze came two weeks later.", "calendar"),
        ("The freeze came two weeks later than agreed.", "impact"),
        ("300 members read the letter.", "headcount"),
        ("300 members got the wrong letter.", "impact"),
        ("We had sixty servers.", "scale"),
        ("That let us turn off sixty servers.", "impact"),
        ("The line stood still for two hours.", "impact"),
        ("I stood still for two hours.", "calendar"),
        ("The copying, two hours a week of it, is gone.", "impact"),
        ("The copying is two hours a week.", "calendar"),
        ("The data loss was zero.", "impact"),
        ("The budget was zero.", "scale"),
        ("Overdue claims went from ninety to none.", "impact"),
        ("Every day twenty.", "scale"),
        ("On day twenty.", "calendar"),
        ("The bill is 20% smaller.", "impact"),
        ("The other option was 20% smaller.", "scale"),
        ("Planned downtime is two hours.", "calendar"),
        ("One in five parcels came back.", "impact"),
        ("One in five parcels gets scanned.", "scale"),
    ],
)
def test_targets_dates_and_team_sizes_are_no_impact(text: str, kind: str) -> None:
    assert [k for _, k in found_in(text)] == [kind]


def test_each_list_names_its_source() -> None:
    path = EXAMPLES.parents[2] / "voicecoach" / "measures" / "data" / "numbers.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    assert all(table["source"] for table in tables.values())
    assert all(w == w.lower() for words in word_lists().values() for w in words)


VOCABULARY = """
a one two half third hundred thousand million and point to from by % $ 40 99.95
10x weeks percent engineers of the team Q3 May 2021 cut saved - / , . doubled
per second in early um couple dozen nines twenty couple of down
"""


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from(VOCABULARY.split()), max_size=20))
def test_quotes_are_words_of_the_answer_in_order(words: list[str]) -> None:
    answer = Answer(tuple(Word(w) for w in words))
    at = 0
    for number in numbers(read(answer)):
        quote = number.quote
        assert answer.text[quote.char_start : quote.char_end] == quote.text
        assert quote.char_start >= at
        at = quote.char_end


@given(st.integers(min_value=2, max_value=9999))
@settings(deadline=None, max_examples=30)
def test_any_amount_cut_is_impact_and_any_target_is_not(amount: int) -> None:
    said = f"{amount:,} dollars"
    assert found_in(f"We saved {said}.") == [(said, "impact")]
    assert found_in(f"Our goal was {said}.") == [(said, "scale")]


def test_an_empty_answer_has_no_numbers() -> None:
    assert numbers(read(Answer(()))) == ()
