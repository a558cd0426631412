"""The benchmark's own arithmetic, and the sounds that it is given."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import degrade
from benchmarks.accuracy import Row, figures, matched, measured, total, totals
from benchmarks.programs import Heard
from voicecoach.audio import EAR_RATE_HZ, Audio, clipped_share, read_audio, write_wav
from voicecoach.timeline import Span

TRUTH = {
    "text": "So um we cut it.",
    "words": [
        {"text": w, "start_s": s, "end_s": s + 0.3}
        for w, s in (("so", 1.0), ("we", 2.0), ("cut", 2.5), ("it", 3.7))
    ],
    "fillers": [{"text": "um", "start_s": 1.4, "end_s": 1.8}],
    "pauses": [{"start_s": 2.8, "end_s": 3.7}],
}


def test_what_was_heard_right_has_no_errors() -> None:
    heard = Heard("So we cut it.", (Span(1.4, 1.8),), (Span(2.8, 3.7),), 80.0, 1.0)
    found = figures(TRUTH, heard)
    assert found["word_errors"] == 0
    assert found["fillers_hit"] == found["fillers_found"] == found["fillers_true"] == 1
    assert found["pauses_hit"] == 1
    assert found["edges_s"] == (0.0, 0.0)
    assert found["pace_error"] == pytest.approx(0)
    assert found["first_word_error_s"] == 0


def test_a_filler_may_be_a_third_of_a_second_off_and_counts_once() -> None:
    heard = Heard(fillers=(Span(1.0, 1.15), Span(1.5, 1.6), Span(5.0, 5.2)))
    found = figures(TRUTH, heard)
    assert (found["fillers_found"], found["fillers_hit"]) == (3, 1)


def test_what_nobody_labelled_or_heard_has_no_figure() -> None:
    assert set(figures({}, Heard("a", (), (), 1.0, 1.0))) == {"problems", "untrusted"}
    assert set(figures(TRUTH, Heard())) == {"problems", "untrusted"}


@given(
    st.lists(st.floats(0, 50).map(lambda t: Span(t, t + 0.4)), max_size=12),
    st.lists(st.floats(0, 50).map(lambda t: Span(t, t + 0.4)), max_size=12),
)
def test_matching_is_one_to_one(truth: list[Span], found: list[Span]) -> None:
    pairs = matched(truth, found, lambda a, b: a.overlap_s(b) > 0)
    assert len(pairs) <= min(len(truth), len(found))
    for expected, hit in pairs:
        assert expected.overlap_s(hit) > 0


def test_totals_go_by_the_first_part_of_the_name() -> None:
    rows = [
        Row("read_a", "ours", 1.0, words=10, word_errors=1, minutes=1.0),
        Row("read_b", "ours", 1.0, words=30, word_errors=3, minutes=2.0),
        Row("jfk", "ours", 1.0, words=10, word_errors=0, minutes=0.5),
    ]
    summed = {row.recording: row for row in totals(rows, ["ours"])}
    assert set(summed) == {"all read", "all jfk", "ALL"}
    assert (summed["all read"].words, summed["all read"].word_errors) == (40, 4)


def test_false_alarms_are_counted_over_labelled_minutes_only() -> None:
    labelled = Row("a", "ours", 0, fillers_true=0, fillers_found=2, minutes=4.0)
    unlabelled = Row("b", "ours", 0, minutes=100.0)
    assert total([labelled, unlabelled], "ours", "ALL").minutes == 4.0


@pytest.mark.parametrize("name", ["speech.wav", "speech.flac", "speech.ogg"])
def test_any_folder_of_the_layout_is_measured(tmp_path: Path, name: str) -> None:
    sound = np.sin(np.arange(EAR_RATE_HZ) / 10)
    codec = {"wav": "pcm_s16le", "flac": "flac", "ogg": "libopus"}[name.split(".")[1]]
    if codec == "pcm_s16le":
        write_wav(tmp_path / name, Audio(sound.astype(np.float32)))
    else:
        degrade.write(tmp_path, degrade.Spoiled(sound, codec=codec))
    (tmp_path / "truth.json").write_text("{}", "utf-8")
    (row,) = measured(tmp_path, {"deaf": lambda _: Heard()})
    assert row.program == "deaf"
    assert row.minutes == pytest.approx(1 / 60, abs=0.001)


# -- degraded copies -------------------------------------------------------------------


def voice(seed: int, seconds: float = 4.0) -> degrade.Wave:
    """Bursts of noise under a syllable's swell, silence between."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * EAR_RATE_HZ)) / EAR_RATE_HZ
    swell = np.maximum(0, np.sin(2 * np.pi * 1.3 * t + seed))
    return 0.1 * swell * rng.standard_normal(len(t))


SOUNDS = {f"r{n}": voice(n) for n in range(8)}


@pytest.mark.parametrize("kind", degrade.KINDS)
def test_the_same_recording_is_always_degraded_the_same(kind: str) -> None:
    first, again = (degrade.spoil(kind, "r1", SOUNDS).sound for _ in range(2))
    assert np.array_equal(first, again)
    assert np.isfinite(first).all()


@pytest.mark.parametrize("kind", ["babble", "pink", "white"])
def test_noise_is_ten_decibels_under_the_speech(kind: str) -> None:
    clean = SOUNDS["r1"]
    noise = degrade.spoil(kind, "r1", SOUNDS).sound - clean
    ratio = degrade.speech_power(clean) / np.mean(noise**2)
    assert 10 * np.log10(ratio) == pytest.approx(10, abs=0.1)


def test_the_levels_are_as_promised() -> None:
    quiet = degrade.spoil("quiet", "r1", SOUNDS).sound
    assert 10 * np.log10(degrade.speech_power(quiet)) == pytest.approx(-40, abs=0.1)
    loud = degrade.spoil("clipped", "r1", SOUNDS).sound.astype(np.float32)
    assert clipped_share(loud) == pytest.approx(0.05, abs=0.003)
    far = degrade.spoil("farvoice", "r1", SOUNDS).sound - SOUNDS["r1"]
    below = degrade.speech_power(SOUNDS["r1"]) / degrade.speech_power(far)
    assert 10 * np.log10(below) == pytest.approx(17, abs=0.1)


def test_a_telephone_passes_its_band_only() -> None:
    heard = np.abs(np.fft.rfft(degrade.spoil("telephone", "r1", SOUNDS).sound)) ** 2
    hz = np.fft.rfftfreq(len(SOUNDS["r1"]), 1 / EAR_RATE_HZ)
    outside = heard[(hz < 250) | (hz > 3800)].sum() / heard.sum()
    assert outside < 1e-6


def test_copies_keep_layout_and_truth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    for name in ("a_b", "c"):
        folder = source / name
        folder.mkdir(parents=True)
        degrade.write(folder, degrade.Spoiled(voice(zlib.crc32(name.encode()))))
        (folder / "truth.json").write_text(json.dumps({"text": name}), "utf-8")
    chosen = ["--only", "a_b", "--kinds", "sampled8khz", "lossy", "farvoice"]
    monkeypatch.setattr("sys.argv", ["degrade.py", str(source), str(out), *chosen])
    degrade.main()
    made = {folder.name for folder in out.iterdir()}
    assert made == {"sampled8khz_a_b", "lossy_a_b", "farvoice_a_b"}
    for folder in out.iterdir():
        assert json.loads((folder / "truth.json").read_text()) == {"text": "a_b"}
        sound = read_audio(next(folder.glob("speech.*")))
        assert sound.duration_s == pytest.approx(4.0, abs=0.05)
    kept = read_audio(out / "sampled8khz_a_b" / "speech.flac", rate_hz=None)
    assert kept.rate_hz == 8000
