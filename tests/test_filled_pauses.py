"""Filled pauses by both ears, and the voice widened by its pitch: built sounds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_acoustics import frames_of, hiss, tone
from voicecoach.audio import EAR_RATE_HZ, Samples
from voicecoach.ears.filled_pauses import Hearing, filled_pauses
from voicecoach.ears.voicing import heard_voice
from voicecoach.timeline import Span, Word

HELD = Span(1.6, 2.2)


def spoken(held_hz: float = 110.0) -> Samples:
    """Four gliding syllables, a held sound at 1.6-2.2 s, four more, in quiet noise."""
    count = round(0.2 * EAR_RATE_HZ)
    syllables = []
    for start_hz, end_hz in ((100, 180), (190, 110), (120, 200), (170, 95)):
        glide = tone(np.linspace(start_hz, end_hz, count), 0.2)
        colour = np.convolve(glide, np.linspace(1, -1, 24) * start_hz / 300, "same")
        syllables += [np.linspace(1, 0.2, count) * glide + colour * 0.3, hiss(0.05)]
    words = np.concatenate(syllables).astype(np.float32)
    parts = [hiss(0.3), words, hiss(0.3), tone(held_hz, 0.6), hiss(0.3), words]
    sound = np.concatenate([*parts, hiss(0.5)])
    return (sound + hiss(len(sound) / EAR_RATE_HZ)).astype(np.float32)


def hearing_of(samples: Samples) -> Hearing:
    voiced = (Span(0.3, 1.3), Span(1.58, 2.22), Span(2.5, 3.5))
    return Hearing(frames_of(samples), voiced)


WORDS = (
    Word("We", Span(0.3, 0.6), 0.9),
    Word("planned,", Span(0.7, 1.2), 0.9),
    Word("then", Span(2.5, 2.9), 0.9),
    Word("cut", Span(3.0, 3.4), 0.9),
)


def with_um(span: Span, probability: float = 0.5) -> tuple[Word, ...]:
    return (*WORDS[:2], Word("um,", span, probability), *WORDS[2:])


def test_a_printed_um_is_moved_onto_the_held_sound() -> None:
    hearing = hearing_of(spoken())
    words, (found,) = filled_pauses(with_um(Span(1.65, 1.75)), hearing)
    assert found.text == "um"
    assert found.found_by == "both"
    assert found.confidence > 0.9
    assert found.span.start_s == pytest.approx(HELD.start_s, abs=0.06)
    assert found.span.end_s == pytest.approx(HELD.end_s, abs=0.06)
    assert words[2].span == found.span


def test_a_printed_um_without_a_held_sound_stays_and_is_only_possible() -> None:
    silent = np.concatenate([spoken()[: round(1.4 * EAR_RATE_HZ)], hiss(2.5)])
    hearing = hearing_of(silent)
    printed = with_um(Span(2.0, 2.1), probability=0.4)
    words, (found,) = filled_pauses(printed, hearing)
    assert words == printed
    assert found.found_by == "transcript"
    assert found.confidence < 0.5


def test_a_sure_decoder_is_believed_without_the_sound() -> None:
    hearing = hearing_of(np.concatenate([spoken()[:20_000], hiss(3)]))
    _, (found,) = filled_pauses(with_um(Span(2.0, 2.1), probability=0.98), hearing)
    assert found.found_by == "transcript"
    assert found.confidence > 0.5


def test_a_held_sound_without_a_word_is_found_by_the_sound_alone() -> None:
    hearing = hearing_of(spoken())
    _, (found,) = filled_pauses(WORDS, hearing)
    assert found.found_by == "sound"
    assert found.span.overlap_s(HELD) > 0.3
    assert found.confidence >= 0.5


def test_a_held_sound_inside_a_word_is_that_word() -> None:
    lengthened = (*WORDS[:2], Word("so", Span(1.6, 2.2), 0.9), *WORDS[2:])
    assert filled_pauses(lengthened, hearing_of(spoken())) == (lengthened, ())


def test_a_held_sound_that_is_no_voice_is_none() -> None:
    humming = Hearing(frames_of(spoken()), (Span(0.3, 1.3), Span(2.5, 3.5)))
    assert filled_pauses(WORDS, humming) == (WORDS, ())


def test_a_held_sound_whose_pitch_wanders_is_no_filled_pause() -> None:
    count = round(0.6 * EAR_RATE_HZ)
    samples = spoken()
    start = round(1.6 * EAR_RATE_HZ) + 10
    gliding = tone(np.linspace(100, 170, count), 0.6)
    samples[start : start + count] = gliding[: len(samples) - start]
    assert filled_pauses(WORDS, hearing_of(samples)) == (WORDS, ())


@given(st.floats(0, 3.5), st.floats(0.02, 0.5), st.floats(0, 1))
def test_placing_keeps_the_words_and_their_order(
    start_s: float, duration_s: float, probability: float
) -> None:
    hearing = hearing_of(SOUND)
    um = Word("um,", Span(start_s, start_s + duration_s), probability)
    words = sorted((*WORDS, um), key=lambda word: word.span or Span(0, 0))
    moved, found = filled_pauses(words, hearing)
    assert [word.text for word in moved] == [word.text for word in words]
    starts = [word.span.start_s for word in moved if word.span]
    assert all(a <= b for a, b in pairwise(starts))
    for pause in found:
        assert 0 <= pause.confidence <= 1


SOUND = spoken()


# -- voice -----------------------------------------------------------------------------


def test_a_pitched_stretch_that_touches_the_voice_belongs_to_it() -> None:
    voiced = heard_voice((Span(1.0, 2.0),), (Span(1.9, 2.4), Span(2.46, 2.6)), ())
    assert voiced == (Span(1.0, 2.4),)


def test_a_pitched_stretch_with_a_word_in_it_is_voice() -> None:
    word = Word("Alright,", Span(0.2, 0.5), 0.3)
    assert heard_voice((Span(1, 2),), (Span(0.25, 0.45),), (word,)) == (
        Span(0.25, 0.45),
        Span(1, 2),
    )


def test_a_pitched_stretch_alone_is_no_voice() -> None:
    assert heard_voice((Span(1, 2),), (Span(0.2, 0.5),), ()) == (Span(1, 2),)


def test_pitch_makes_no_voice_where_none_was_heard() -> None:
    word = Word("Thank", Span(0.2, 0.5), 0.3)
    assert heard_voice((), (Span(0.2, 0.5),), (word,)) == ()
