"""Pauses: silence between sound, never a gap between words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.measures.language import read
from voicecoach.measures.pauses import (
    heard_times,
    is_hesitation,
    kind,
    pauses,
    silences,
    sound,
)
from voicecoach.measures.results import PausePlace
from voicecoach.timeline import Answer, FilledPause, Span, Word

WORD_S = 0.4


def said(text: str, *, filled: tuple[FilledPause, ...] = ()) -> Answer:
    """Words of 0.4 s each; "|" is a silence of one second between two of them."""
    words, voiced, at_s = [], [], 0.0
    for part in text.split():
        if part == "|":
            at_s += 1.0
            continue
        words.append(Word(part, Span(at_s, at_s + WORD_S), 0.9))
        voiced.append(Span(at_s, at_s + WORD_S))
        at_s += WORD_S
    return Answer(tuple(words), tuple(voiced), at_s, filled)


def places(text: str) -> list[str]:
    return [pause.place for pause in pauses(read(said(text)))]


spans = st.tuples(st.integers(0, 6000), st.integers(0, 300)).map(
    lambda t: Span(t[0] / 100, (t[0] + t[1]) / 100)
)


@given(st.lists(spans, min_size=1), st.lists(spans, max_size=5))
def test_pauses_never_overlap_sound_and_stay_inside(
    voiced: list[Span], filled: list[Span]
) -> None:
    ums = tuple(FilledPause("um", span, "sound", 0.9) for span in filled)
    answer = Answer((), tuple(voiced), 100.0, ums)
    heard = sound(answer)
    for gap in silences(answer):
        assert gap.duration_s >= 0.25 - 1e-6
        assert all(gap.overlap_s(span) == 0 for span in (*voiced, *filled))
        assert heard[0].end_s <= gap.start_s < gap.end_s <= heard[-1].start_s


@given(st.lists(spans, min_size=1), spans)
def test_more_sound_never_makes_more_silence(voiced: list[Span], more: Span) -> None:
    whole = (Span(0.0, 0.0), Span(70.0, 70.0))
    before = Answer((), (*whole, *voiced), 100.0)
    after = Answer((), (*whole, *voiced, more), 100.0)

    def total_s(answer: Answer) -> float:
        return sum(gap.duration_s for gap in silences(answer))

    assert total_s(after) <= total_s(before) + 1e-9


def test_a_filled_pause_splits_a_silence() -> None:
    um = FilledPause("um", Span(1.3, 1.7), "sound", 0.9)
    answer = Answer((), (Span(0.0, 1.0), Span(2.5, 3.0)), 3.0, (um,))
    found = [(gap.start_s, gap.end_s) for gap in silences(answer)]
    assert found == [(1.0, 1.3), (1.7, 2.5)]


def test_a_possible_filled_pause_changes_no_pause() -> None:
    maybe = FilledPause("um", Span(1.3, 1.7), "sound", 0.4)
    answer = Answer((), (Span(0.0, 1.0), Span(2.5, 3.0)), 3.0, (maybe,))
    assert [gap.duration_s for gap in silences(answer)] == [1.5]


def test_a_quarter_second_counts_and_less_does_not() -> None:
    answer = Answer((), (Span(0.0, 1.0), Span(1.25, 2.0), Span(2.24, 3.0)), 3.0)
    assert [gap.start_s for gap in silences(answer)] == [1.0]


def test_gaps_between_words_are_no_pauses() -> None:
    """The voice goes on although Whisper left a hole between two words."""
    words = (Word("cut", Span(0.0, 0.4), 0.9), Word("scope", Span(3.0, 3.4), 0.9))
    assert pauses(read(Answer(words, (Span(0.0, 3.4),), 3.4))) == ()


@pytest.mark.parametrize(
    ("duration_s", "expected"),
    [(0.1, "brief"), (0.2, "medium"), (1.0, "medium"), (1.01, "long")],
)
def test_kinds(duration_s: float, expected: str) -> None:
    assert kind(duration_s) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We missed the date. | Then I called the vendor.",
        "When the vendor slipped, | I cut the scope.",
        "We missed the date | and I called the vendor.",
        "I cut the scope | because the vendor slipped.",
        "We asked the team | that owned the queue.",
        "I told them | that we would not ship.",
        "When the vendor slipped | I cut the scope.",
    ],
)
def test_pause_at_a_clause_end(text: str) -> None:
    assert places(text) == ["clause_end"]


@pytest.mark.parametrize(
    "text",
    [
        "We missed the | date.",
        "I called the vendor and the | director.",
        "I cut | the scope.",
        "They moved the data and | the reports to a new store.",
        "We decided to | stop the release.",
    ],
)
def test_pause_inside_a_clause(text: str) -> None:
    assert places(text) == ["mid_clause"]


def test_stretched_word_does_not_move_the_place() -> None:
    """Whisper lets "date." run over the whole silence after it."""
    words = (
        Word("We", Span(0.0, 0.4), 0.9),
        Word("moved", Span(0.4, 0.8), 0.9),
        Word("it.", Span(0.8, 3.9), 0.9),
        Word("Then", Span(3.9, 4.3), 0.9),
        Word("slept.", Span(4.3, 4.8), 0.9),
    )
    answer = Answer(words, (Span(0.0, 1.2), Span(4.0, 4.8)), 4.8)
    assert heard_times(answer)[2][1] == pytest.approx(1.0)
    assert [p.place for p in pauses(read(answer))] == ["clause_end"]


def test_a_pause_with_no_word_before_it_interrupts_nothing() -> None:
    answer = Answer(
        (Word("Yes", Span(5.0, 5.4), 0.9),), (Span(0.0, 0.5), Span(5.0, 5.4)), 6.0
    )
    assert [p.place for p in pauses(read(answer))] == ["clause_end"]


@pytest.mark.parametrize(
    ("length_s", "place", "expected"),
    [
        (1.9, "mid_clause", False),
        (2.1, "mid_clause", True),
        (3.9, "clause_end", False),
        (4.1, "clause_end", True),
    ],
)
def test_hesitation(length_s: float, place: PausePlace, expected: bool) -> None:
    assert is_hesitation(length_s, place) is expected
