"""Frames: pitch, level and movement of sounds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.acoustics import HOP_S, Acoustics, Frames
from voicecoach.audio import EAR_RATE_HZ, Samples
from voicecoach.timeline import Span

RNG = np.random.default_rng(7)


def tone(pitch_hz: float | np.ndarray, duration_s: float) -> Samples:
    """A buzz with ten harmonics, shape (n,): what vocal folds give."""
    count = round(duration_s * EAR_RATE_HZ)
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch_hz, count)) / EAR_RATE_HZ
    harmonics = sum(np.sin(k * phase) / k for k in range(1, 11))
    return (0.1 * np.asarray(harmonics)).astype(np.float32)


def hiss(duration_s: float, level: float = 0.001) -> Samples:
    """White noise: no pitch."""
    count = round(duration_s * EAR_RATE_HZ)
    return (level * RNG.standard_normal(count)).astype(np.float32)


def frames_of(samples: Samples, block: int = 4000) -> Frames:
    acoustics = Acoustics()
    for start in range(0, len(samples), block):
        acoustics.hear(samples[start : start + block])
    return acoustics.frames()


@pytest.mark.parametrize("pitch_hz", [70.0, 110.0, 210.0, 330.0])
def test_pitch_of_a_held_tone_is_found_within_three_percent(pitch_hz: float) -> None:
    frames = frames_of(tone(pitch_hz, 1.0))
    middle = frames.part(Span(0.2, 0.8))
    assert np.allclose(frames.pitch_hz[middle], pitch_hz, rtol=0.03)
    assert frames.periodicity[middle].min() > 0.9


def test_hiss_has_no_pitch() -> None:
    frames = frames_of(np.concatenate([hiss(1), hiss(1, 0.1), hiss(1)]))
    assert frames.pitched() == ()


def test_a_steady_hum_is_the_floor_and_no_voice() -> None:
    assert frames_of(tone(100, 3)).pitched() == ()


def test_a_tone_between_silences_is_pitched_where_it_sounds() -> None:
    frames = frames_of(np.concatenate([hiss(1), tone(120, 0.5), hiss(1)]))
    (span,) = frames.pitched()
    assert span.start_s == pytest.approx(1.0, abs=0.03)
    assert span.end_s == pytest.approx(1.5, abs=0.03)


def test_a_held_tone_moves_less_than_changing_noise_of_the_same_level() -> None:
    frames = frames_of(np.concatenate([tone(120, 0.5), hiss(0.5, 0.1)]))
    held = frames.movement[frames.part(Span(0.1, 0.4))]
    changing = frames.movement[frames.part(Span(0.6, 0.9))]
    assert held.max() < changing.min()


def test_there_is_a_frame_for_every_ten_milliseconds() -> None:
    samples = hiss(1.234)
    assert len(frames_of(samples)) == pytest.approx(1.234 / HOP_S, abs=1)


def test_no_sound_has_no_frames() -> None:
    frames = Acoustics().frames()
    assert len(frames) == 0
    assert frames.pitched() == ()
    assert frames.floor_db == 0.0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=8))
def test_frames_do_not_depend_on_the_size_of_the_blocks(cuts: list[int]) -> None:
    samples = np.concatenate([hiss(0.3), tone(150, 0.4), hiss(0.2)])
    acoustics, at = Acoustics(), 0
    for cut in cuts:
        acoustics.hear(samples[at : at + cut])
        at += cut
    acoustics.hear(samples[at:])
    whole, pieces = frames_of(samples, len(samples)), acoustics.frames()
    assert np.allclose(whole.level_db, pieces.level_db, atol=1e-3)
    assert whole.pitched() == pieces.pitched()
