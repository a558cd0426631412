"""What is said about bad sound, and what it makes unmeasured all the way to reports."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from benchmarks.degrade import Spoiled, Take, babble, band, clipped, quiet, white
from tests.builders import QUESTION, origin, spoken
from voicecoach.assessment import assess
from voicecoach.attempt import Attempt, Recording, from_json, to_json
from voicecoach.audio import EAR_RATE_HZ, Samples, read_audio
from voicecoach.ears.quality import ALL, quality
from voicecoach.ears.spectrum import signs
from voicecoach.report import render
from voicecoach.report.html import page
from voicecoach.report.markdown import markdown
from voicecoach.timeline import SoundQuality, Span, Word
from voicecoach.voice_activity import voiced_spans

FIXTURES = Path(__file__).parents[1] / "audio_fixtures"
CANDIDATES = sorted(path.parent for path in FIXTURES.rglob("script.toml"))
HUMAN = Path(__file__).parents[2] / "shared" / "speech"
UNSPOILED = [
    *("monologue_a", "monologue_c", "read_lj_a", "read_long", "fleurs_1", "jfk"),
    *("accent_1030", "accent_2016", "executive_a", "executive_b"),
]
"""Those that are loud enough; fleurs_0 and 2-4 are at -50 to -70 dBFS, and told so."""


def judged(samples: Samples) -> SoundQuality:
    return quality(samples, voiced_spans(samples), 0, doubtful=False)


@cache
def candidate(name: str) -> Samples:
    return read_audio(FIXTURES / name / "speech.ogg").samples


CROWD = (
    *("short/fluent", "short/status_update", "failed_program_follow_up"),
    *("halved_capacity_follow_up", "schema_migration_follow_up"),
)


def spoiled(how: Callable[[Take], Spoiled]) -> Samples:
    """A fixture of ours, degraded in one way."""
    others = [candidate(name).astype(np.float64) for name in CROWD]
    sound = candidate("short/decision").astype(np.float64)
    made = how(Take(sound, others, np.random.default_rng(7)))
    return np.clip(made.sound, -1, 1).astype(np.float32)


# -- what is said ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("folder", CANDIDATES, ids=lambda folder: folder.name)
def test_our_candidates_get_no_warning(folder: Path) -> None:
    assert judged(read_audio(folder / "speech.ogg").samples).problems == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", UNSPOILED)
def test_clean_human_speech_gets_no_warning(name: str) -> None:
    folder = HUMAN / name
    if not folder.is_dir():
        pytest.skip("the human recordings are not here")
    found = judged(read_audio(folder / "speech.flac").samples)
    assert found.problems == ()
    assert found.untrusted == {}


@pytest.mark.parametrize(
    ("noise", "named"),
    [
        ("silence", "digital silence"),
        ("hum", "only a hum"),
        ("music", "music"),
        ("keyboard", "only noise"),
        ("breath", "only noise"),
        ("room_tone", "only noise"),
    ],
)
def test_what_is_heard_instead_of_a_voice_is_named(noise: str, named: str) -> None:
    found = judged(read_audio(FIXTURES / "noise" / f"{noise}.ogg").samples)
    assert found.problems[0].startswith("No voice was heard")
    assert named in found.problems[0]
    assert set(found.untrusted) == set(ALL)


def test_a_device_that_is_hardly_on_is_named() -> None:
    hiss = 1e-4 * np.random.default_rng(1).standard_normal(5 * EAR_RATE_HZ)
    assert "turned down" in judged(hiss.astype(np.float32)).problems[0]


def test_a_quiet_speaker_is_told_and_still_measured() -> None:
    found = judged(spoiled(quiet))
    assert any("quiet" in problem for problem in found.problems)
    assert found.untrusted == {}


def test_clipping_is_told_and_spoils_pauses_only_when_heavy() -> None:
    some = judged(spoiled(clipped))
    assert any("clipped (5" in problem for problem in some.problems)
    assert some.untrusted == {}
    heavy = np.clip(candidate("short/decision") * 100, -1, 1)
    assert "pauses" in judged(heavy).untrusted


def test_steady_noise_is_told_and_spoils_no_pause() -> None:
    found = judged(spoiled(white))
    assert any("noise behind the voice" in problem for problem in found.problems)
    assert "pauses" not in found.untrusted


def test_noise_as_loud_as_the_voice_spoils_times() -> None:
    voice = candidate("short/decision")
    loud = np.random.default_rng(3).standard_normal(len(voice)) * 0.1
    samples = (voice + loud).astype(np.float32)
    found = quality(samples, voiced_spans(voice), 0, doubtful=False)
    assert {"timing", "pauses"} <= set(found.untrusted)


def test_music_behind_a_voice_is_named() -> None:
    voice = candidate("short/decision")
    music = np.resize(read_audio(FIXTURES / "noise" / "music.ogg").samples, len(voice))
    found = judged((voice + 0.2 * music).astype(np.float32))
    assert any("Music" in problem for problem in found.problems)


def test_other_people_talking_spoil_the_pauses() -> None:
    assert "pauses" in judged(spoiled(babble)).untrusted


def test_a_telephone_is_recognised_by_its_band() -> None:
    full = candidate("short/decision").astype(np.float64)
    narrow = band(full, 300, 3400, EAR_RATE_HZ).astype(np.float32)
    found = judged(narrow)
    assert any("telephone" in problem for problem in found.problems)
    assert "pauses" in found.untrusted


def test_rumble_below_the_voice_is_not_taken_for_its_level() -> None:
    voice = candidate("short/decision")
    t = np.arange(len(voice)) / EAR_RATE_HZ
    rumble = (0.5 * np.sin(2 * np.pi * 20 * t)).astype(np.float32)
    spans = voiced_spans(voice)
    alone, under = signs(voice, spans), signs(voice + rumble, spans)
    assert under.speech_dbfs == pytest.approx(alone.speech_dbfs, abs=1.0)
    assert under.contrast_db == pytest.approx(alone.contrast_db, abs=3.0)


def test_lost_sound_is_counted() -> None:
    samples = candidate("short/decision")
    found = quality(samples, voiced_spans(samples), 3, doubtful=False)
    assert "dropped sound 3 times" in found.problems[0]
    assert {"pauses", "filled_pauses"} <= set(found.untrusted)


def heard(*probabilities: float) -> list[Word]:
    return [Word("word", Span(i, i + 0.3), p) for i, p in enumerate(probabilities)]


@pytest.mark.parametrize(
    ("words", "is_spoiled"),
    [
        (heard(*[0.9] * 20), False),
        (heard(*[0.9] * 18, 0.1, 0.1), False),
        (heard(*[0.9] * 10, 0.1, 0.1), True),
        (heard(0.9, 0.1, 0.9), False),
        (
            [*heard(*[0.9] * 10), *(replace(w, text="um") for w in heard(0.1, 0.1))],
            False,
        ),
    ],
    ids=["sure", "few", "many", "one odd name", "fillers do not count"],
)
def test_guessed_words_spoil_what_is_made_of_words(
    words: list[Word], is_spoiled: bool
) -> None:
    samples = candidate("short/decision")
    spans = voiced_spans(samples)
    found = quality(samples, spans, 0, doubtful=False, words=words)
    assert ("words" in found.untrusted) == is_spoiled


@given(
    st.integers(0, 3 * EAR_RATE_HZ),
    st.floats(0, 2),
    st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), max_size=4),
    st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_every_reason_is_a_sentence_that_is_said(
    length: int, loudness: float, raw: list[tuple[float, float]], lost: int
) -> None:
    noise = np.random.default_rng(length).standard_normal(length) * loudness
    samples = np.clip(noise, -1, 1).astype(np.float32)
    spans = tuple(sorted(Span(a, a + b) for a, b in raw))
    found = quality(samples, spans, lost, doubtful=True)
    assert set(found.untrusted) <= set(ALL)
    assert set(found.untrusted.values()) <= set(found.problems)
    assert all(problem.endswith(".") for problem in found.problems)


# -- what becomes of it ----------------------------------------------------------------

STORY = (
    "So um in March we lost a region [0.8] and I owned the recovery [0.9] I cut the"
    " scope by half because the ledger was wrong [1.2] it cost us a month and um errors"
    " fell by forty percent [0.7] and since then I test the failover every week before"
    " anybody asks for it"
)
WHY = "The sound is bad. Record it again."


def attempt_with(*untrusted: str) -> Attempt:
    answer = spoken(STORY)
    sound = SoundQuality(-30.0, -35.0, 0.0, 0, (WHY,), dict.fromkeys(untrusted, WHY))
    answer = replace(answer, quality=sound)
    return assess(QUESTION, answer, origin(answer))


def shown(attempt: Attempt) -> str:
    console = Console(file=io.StringIO(), width=100)
    render(attempt, console, explain=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_without_a_problem_everything_is_measured() -> None:
    made = attempt_with()
    assert made.measures.timing
    assert made.measures.pauses
    assert made.fillers("filled_pause")
    assert made.score.overall is not None


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ("timing", "measures.timing"),
        ("pauses", "measures.pauses"),
        ("filled_pauses", "measures.fillers.filled_pause"),
    ],
)
def test_one_part_spoiled_leaves_the_rest(part: str, path: str) -> None:
    whole, made = attempt_with(), attempt_with(part)
    assert made.unmeasured[path] == WHY
    assert made.measures.verbs == whole.measures.verbs
    for key in ("timing", "pauses"):
        value = getattr(made.measures, key)
        assert (value is None) == (f"measures.{key}" == path)
    assert bool(made.fillers("filled_pause")) == (part != "filled_pauses")


def test_no_rate_of_filled_pauses_where_they_could_not_be_told() -> None:
    made = attempt_with("filled_pauses")
    assert made.fillers_per_minute("filled_pause") is None
    assert made.fillers_per_minute("discourse_marker") is not None
    for text in (shown(made), markdown(made), page(made, None)):
        assert "not measured" in text


def test_guessed_words_are_not_judged() -> None:
    made = attempt_with("words")
    assert made.measures.verbs == made.measures.numbers == made.measures.structure == ()
    assert made.score.overall is None
    assert made.score.findings == ()
    assert made.follow_up is None
    assert made.transcript.text
    for path in ("measures.verbs", "measures.agency", "score.overall", "follow_up"):
        assert made.unmeasured[path] == WHY


@pytest.mark.parametrize("part", ALL)
def test_every_report_says_what_is_wrong_and_what_is_missing(part: str) -> None:
    made = attempt_with(part)
    assert made.audio is not None
    assert made.audio.problems == (WHY,)
    for text in (shown(made), markdown(made), page(made, None)):
        flat = " ".join(text.split())
        assert flat.count(WHY) >= 2, "as a warning, and as the reason"
        assert "Not judged" in flat


def test_the_reasons_survive_the_json() -> None:
    made = attempt_with("pauses", "filled_pauses")
    assert from_json(to_json(made)) == made
    again = json.loads(to_json(made))
    assert again["measures"]["pauses"] is None
    assert again["unmeasured"]["measures.pauses"] == WHY
    assert again["audio"]["problems"] == [WHY]


def test_overflows_of_the_device_are_said_once() -> None:
    answer = spoken(STORY)
    samples = candidate("short/decision")
    sound = quality(samples, voiced_spans(samples), 2, doubtful=False)
    answer = replace(answer, quality=sound)
    recording = Recording("speech.wav", 12.0, 16_000, 2)
    made = assess(QUESTION, answer, origin(answer, recording=recording))
    assert shown(made).count("! The microphone dropped sound 2 times.") == 1
    assert "! The device" not in shown(made)
