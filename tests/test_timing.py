"""Timing: the algebra of sound, silence and words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.measures.pauses import silences, sound
from voicecoach.measures.timing import (
    length_verdict,
    pace_over_time,
    sound_from_s,
    timing,
    too_short_to_time,
)
from voicecoach.timeline import Answer, FilledPause, Span, Word, typed

TARGET_S = (180.0, 240.0)


def spoken(
    voiced: list[tuple[float, float]],
    *,
    words: int = 20,
    filled: tuple[FilledPause, ...] = (),
) -> Answer:
    """Words spread evenly from the first voice to the last."""
    start_s, end_s = voiced[0][0], voiced[-1][1]
    step_s = (end_s - start_s) / words
    said = tuple(
        Word(f"w{k}", Span(start_s + k * step_s, start_s + (k + 1) * step_s), 0.9)
        for k in range(words)
    )
    spans = tuple(Span(a, b) for a, b in voiced)
    return Answer(said, spans, end_s + 1, filled)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Voice and silence in turns, with filled pauses anywhere."""
    lengths = draw(st.lists(st.integers(1, 300), min_size=2, max_size=30))
    at, voiced = draw(st.integers(0, 400)) / 100, []
    for k, hundredths in enumerate(lengths):
        if k % 2 == 0:
            voiced.append((at, at + hundredths / 100))
        at += hundredths / 100
    starts = draw(st.lists(st.integers(0, int(at * 100)), max_size=5))
    sure = st.sampled_from([0.3, 0.5, 0.9])
    filled = tuple(
        FilledPause("um", Span(s / 100, s / 100 + 0.3), "sound", draw(sure))
        for s in sorted(starts)
    )
    return spoken(voiced, words=draw(st.integers(10, 60)), filled=filled)


@given(answers())
def test_speaking_time_and_pauses_make_up_the_answer(answer: Answer) -> None:
    measured = timing(answer, TARGET_S)
    silent_s = sum(gap.duration_s for gap in silences(answer))
    assert measured.speaking_s + silent_s == pytest.approx(measured.answer_s)
    assert 0 < measured.speaking_s <= measured.answer_s + 1e-9


@given(answers())
def test_articulation_is_never_slower_than_speaking(answer: Answer) -> None:
    measured = timing(answer, TARGET_S)
    if measured.articulation_wpm > 0:
        assert measured.articulation_wpm >= measured.pace_wpm - 1e-6


@given(answers(), st.floats(1.0, 60.0))
def test_windows_cover_the_answer_and_hold_every_word_once(
    answer: Answer, window_s: float
) -> None:
    heard = sound(answer)
    whole = Span(heard[0].start_s, heard[-1].end_s)
    windows = pace_over_time(answer, whole, window_s)
    assert windows[0].span.start_s == whole.start_s
    assert windows[-1].span.end_s == whole.end_s
    for before, after in pairwise(windows):
        assert before.span.end_s == after.span.start_s
    counted = sum(w.wpm * w.span.duration_s / 60 for w in windows)
    assert counted == pytest.approx(len(answer.plain_words))


@given(answers(), st.floats(0.0, 5.0))
def test_silence_before_the_answer_moves_only_the_first_word(
    answer: Answer, later_s: float
) -> None:
    moved = Answer(
        tuple(
            Word(w.text, w.span.shifted(later_s) if w.span else None, w.probability)
            for w in answer.words
        ),
        tuple(s.shifted(later_s) for s in answer.voiced or ()),
        (answer.duration_s or 0) + later_s,
        tuple(
            FilledPause(p.text, p.span.shifted(later_s), p.found_by, p.confidence)
            for p in answer.filled_pauses
        ),
    )
    first, second = timing(answer, TARGET_S), timing(moved, TARGET_S)
    assert second.first_word_s == pytest.approx(first.first_word_s + later_s)
    assert second.answer_s == pytest.approx(first.answer_s)


def test_known_answer() -> None:
    answer = spoken([(2.0, 12.0), (14.0, 22.0)], words=40)
    measured = timing(answer, (10.0, 20.0))
    assert (measured.first_word_s, measured.answer_s) == (2.0, 20.0)
    assert measured.speaking_s == 18.0
    assert measured.pace_wpm == pytest.approx(120.0)
    assert measured.articulation_wpm == pytest.approx(40 * 60 / 18)
    assert measured.verdict == "on_target"


def test_filled_pause_is_neither_word_nor_articulation() -> None:
    um = FilledPause("um", Span(12.5, 13.5), "sound", 0.9)
    with_um = spoken([(2.0, 12.0), (14.0, 22.0)], words=40, filled=(um,))
    measured = timing(with_um, TARGET_S)
    assert measured.word_count == 40
    assert measured.speaking_s == pytest.approx(19.0)
    assert measured.articulation_wpm == pytest.approx(40 * 60 / 18)


def test_printed_filled_pause_is_not_counted_as_a_word() -> None:
    answer = spoken([(0.0, 10.0)], words=12)
    um = Word("Um,", Span(1.0, 1.4), 0.5)
    with_um = Answer((*answer.words, um), answer.voiced, 11.0)
    assert timing(with_um, TARGET_S).word_count == 12


def test_early_stamped_word_counts_where_its_voice_is() -> None:
    """Whisper can stamp the first word after a silence seconds too early."""
    words = [Word(f"w{k}", Span(k, k + 0.5), 0.9) for k in range(10)]
    words.append(Word("early", Span(12.0, 40.4), 0.9))
    answer = Answer(tuple(words), (Span(0.0, 10.0), Span(40.0, 50.0)), 51.0)
    windows = pace_over_time(answer, Span(0.0, 50.0), 25.0)
    assert [w.wpm * w.span.duration_s / 60 for w in windows] == pytest.approx([10, 1])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (typed("I cut the scope and shipped it a month before the date"), "typed"),
        (Answer((Word("Hi", Span(0, 1)),), (), 9.0), "no voice"),
        (spoken([(0.0, 3.0)], words=9), "fewer than 10 words"),
    ],
)
def test_what_cannot_be_timed_says_why(answer: Answer, reason: str) -> None:
    assert reason in (too_short_to_time(answer) or "")
    with pytest.raises(ValueError, match=reason):
        timing(answer, TARGET_S)


@pytest.mark.parametrize(
    ("answer_s", "verdict"),
    [
        (179.9, "short"),
        (180.0, "on_target"),
        (240.0, "on_target"),
        (240.1, "long"),
    ],
)
def test_both_ends_of_the_target_are_on_target(answer_s: float, verdict: str) -> None:
    assert length_verdict(answer_s, TARGET_S) == verdict


def test_sound_from_skips_silence() -> None:
    answer = spoken([(2.0, 4.0), (6.0, 20.0)])
    assert sound_from_s(answer, 3.0) == 3.0
    assert sound_from_s(answer, 4.5) == 6.0
    assert sound_from_s(answer, 99.0) == 99.0
