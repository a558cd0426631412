"""Silero as a stream: the same spans however cut, on speech whose pauses are known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.audio import EAR_RATE_HZ, Audio, read_audio
from voicecoach.timeline import Span, gaps
from voicecoach.voice_activity import CHUNK_S, VoiceActivity, voiced_spans

FIXTURES = Path(__file__).parents[1] / "audio_fixtures"
SPEECH = Path(__file__).parents[2] / "shared" / "speech"
SHORTEST_PAUSE_S = 0.25


@pytest.fixture(scope="module")
def clip() -> Audio:
    return read_audio(FIXTURES / "short" / "fluent" / "speech.ogg")


@given(cuts=st.lists(st.integers(1, 20_000), min_size=1, max_size=30))
@settings(max_examples=15, deadline=None)
def test_spans_do_not_depend_on_how_the_sound_was_cut(
    clip: Audio, cuts: list[int]
) -> None:
    whole = voiced_spans(clip.samples)
    activity, at = VoiceActivity(), 0
    for cut in cuts:
        activity.hear(clip.samples[at : at + cut])
        at += cut
    activity.hear(clip.samples[at:])
    assert activity.spans() == pytest.approx(whole)


def test_silence_and_room_tone_have_no_voice() -> None:
    noise = np.random.default_rng(3).standard_normal(5 * EAR_RATE_HZ) * 1e-3
    assert voiced_spans(np.zeros(5 * EAR_RATE_HZ, np.float32)) == ()
    assert voiced_spans(noise.astype(np.float32)) == ()


def test_the_present_silence_is_measured_from_the_last_voice(clip: Audio) -> None:
    activity = VoiceActivity()
    activity.hear(clip.samples)
    last_s = activity.coarse[-1].end_s
    activity.hear(np.zeros(2 * EAR_RATE_HZ, np.float32))
    heard_s = clip.duration_s + 2
    assert activity.silence_s == pytest.approx(heard_s - last_s, abs=2 * CHUNK_S)


def agreement(found: list[Span], truth: list[Span]) -> tuple[float, list[float]]:
    """F1 over pauses that overlap by more than half, and the edges' errors, seconds."""
    errors: list[float] = []
    hits = 0
    for expected in truth:
        near = [
            pause
            for pause in found
            if pause.overlap_s(expected)
            > max(pause.duration_s, expected.duration_s) / 2
        ]
        if near:
            hits += 1
            errors.append(abs(near[0].start_s - expected.start_s))
            errors.append(abs(near[0].end_s - expected.end_s))
    return 2 * hits / (len(found) + len(truth)), errors


def measured(folder: Path, sound: str) -> tuple[float, list[float]]:
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    spans = voiced_spans(read_audio(folder / sound).samples)
    inside = Span(spans[0].start_s, spans[-1].end_s)
    found = [g for g in gaps(spans, inside) if g.duration_s >= SHORTEST_PAUSE_S]
    pauses = [Span(p["start_s"], p["end_s"]) for p in truth["pauses"]]
    return agreement(found, pauses)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["failed_program", "schema_migration", "complex_program"]
)
def test_pauses_of_our_candidates_are_found(name: str) -> None:
    f1, errors = measured(FIXTURES / name, "speech.ogg")
    assert f1 >= 0.85
    assert float(np.median(errors)) <= 0.06


@pytest.mark.slow
def test_pauses_of_aligned_human_speech_are_found() -> None:
    if not SPEECH.exists():
        pytest.skip("labelled human speech (../shared/speech) is not here")
    errors: list[float] = []
    scores = []
    for name in ("monologue_a", "monologue_c"):
        f1, edges = measured(SPEECH / name, "speech.flac")
        scores.append(f1)
        errors += edges
    assert float(np.mean(scores)) >= 0.8  # one "pause" of the truth is a cough
    assert float(np.median(errors)) <= 0.06
