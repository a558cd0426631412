"""The recorded candidates: each truth.json holds for the sound beside it."""

from __future__ import annotations

import importlib.util
import itertools
import json
import re
import shutil
import sys
import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from voicecoach.audio import EAR_RATE_HZ, Audio, level_dbfs, read_audio
from voicecoach.questions import Question
from voicecoach.timeline import Span, covered_s, is_filled_pause

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "audio_fixtures"
SPOKEN = sorted(path.parent for path in FIXTURES.rglob("script.toml"))
ANSWERS = [path for path in SPOKEN if path.parent == FIXTURES]
NOISES = sorted((FIXTURES / "noise").glob("*.ogg"))

QUIET_DBFS = -52.0
"""Room tone is at -60; Opus blurs an edge by a few milliseconds."""
EDGE_S = 0.03
FAINTEST_DBFS = -55.0
"""A last consonant, at the edge of a pause, after Opus."""


def name_of(path: Path) -> str:
    return path.relative_to(FIXTURES).as_posix()


every_fixture = pytest.mark.parametrize("folder", SPOKEN, ids=name_of)
every_answer = pytest.mark.parametrize("folder", ANSWERS, ids=name_of)


@cache
def truth(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))
    return loaded


@cache
def sound(folder: Path) -> Audio:
    return read_audio(folder / "speech.ogg")


def span(item: dict[str, Any]) -> Span:
    return Span(item["start_s"], item["end_s"])


def level_in(folder: Path, where: Span) -> float:
    return level_dbfs(sound(folder).between(where.start_s, where.end_s).samples)


@cache
def make() -> ModuleType:
    """audio_fixtures/make.py, which is a script, not a part of the package."""
    spec = importlib.util.spec_from_file_location("make", FIXTURES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make"] = module
    spec.loader.exec_module(module)
    return module


@cache
def bank() -> dict[str, Question]:
    files = sorted((ROOT / "question_bank").glob("*.toml"))
    tables = [tomllib.loads(path.read_text("utf-8"))["question"] for path in files]
    questions = [Question.model_validate(q) for table in tables for q in table]
    return {question.id: question for question in questions}


# ---------------------------------------------------------------- truth against sound


@every_fixture
def test_the_recording_is_as_long_as_the_truth_says(folder: Path) -> None:
    assert sound(folder).duration_s == pytest.approx(
        truth(folder)["duration_s"], abs=0.02
    )


@every_fixture
def test_it_is_quiet_inside_every_pause(folder: Path) -> None:
    for pause in truth(folder)["pauses"]:
        where = span(pause)
        assert where.duration_s >= 0.245
        inner = Span(where.start_s + EDGE_S, where.end_s - EDGE_S)
        assert level_in(folder, inner) < QUIET_DBFS, pause


@every_fixture
def test_there_is_sound_on_both_sides_of_every_pause(folder: Path) -> None:
    for pause in truth(folder)["pauses"]:
        where = span(pause)
        before = Span(where.start_s - 0.015, where.start_s)
        after = Span(where.end_s, where.end_s + 0.015)
        assert min(level_in(folder, before), level_in(folder, after)) > FAINTEST_DBFS, (
            pause
        )


@every_fixture
def test_every_pause_of_the_script_is_in_the_truth(folder: Path) -> None:
    listed = [span(pause) for pause in truth(folder)["pauses"]]
    segments = truth(folder)["segments"]
    for segment in segments[1:-1]:
        where = span(segment)
        if segment["kind"] == "pause" and where.duration_s >= 0.26:
            # The words around it may fade out a little inside their own segments.
            assert covered_s(listed, where) == pytest.approx(
                where.duration_s, abs=0.012
            )


@every_fixture
def test_every_filled_pause_is_heard_where_it_is_said_to_be(folder: Path) -> None:
    for filler in truth(folder)["fillers"]:
        where = span(filler)
        assert is_filled_pause(filler["text"])
        assert 0.25 <= where.duration_s <= 0.7, filler
        assert -32 < level_in(folder, where) < -20, filler
        assert covered_s(map(span, truth(folder)["pauses"]), where) < 0.0001


@every_fixture
def test_the_segments_follow_one_another_without_a_gap(folder: Path) -> None:
    segments = truth(folder)["segments"]
    assert segments[0]["start_s"] == 0
    assert segments[-1]["end_s"] == truth(folder)["duration_s"]
    for one, other in itertools.pairwise(segments):
        assert one["end_s"] == other["start_s"]


@every_fixture
def test_the_first_word_comes_when_it_is_said_to(folder: Path) -> None:
    first_s = truth(folder)["first_word_s"]
    assert level_in(folder, Span(0.01, first_s - EDGE_S)) < QUIET_DBFS
    assert level_in(folder, Span(first_s, first_s + 0.2)) > -45


@every_fixture
def test_the_level_is_that_of_a_person_at_a_desk(folder: Path) -> None:
    audio = sound(folder)
    assert -32 < level_dbfs(audio.samples) < -20
    assert np.abs(audio.samples).max() < 0.99


# ---------------------------------------------------------------- truth against script


@every_fixture
def test_text_and_words_are_the_script_s(folder: Path) -> None:
    known, script = truth(folder), make().read_script(folder)
    said = re.sub(r"\{[\d.]+\}|[*~_{}]", "", script.spoken).split()
    assert [word["text"] for word in known["words"]] == said
    assert known["text"].split() == said


@every_fixture
def test_labels_point_at_their_words(folder: Path) -> None:
    known = truth(folder)
    for family in ("discourse_markers", "hedges", "repeats"):
        for label in known[family]:
            first, wanted = label["first_word"], label["text"].split()
            found = [w["text"] for w in known["words"][first : first + len(wanted)]]
            assert " ".join(found).strip(",.?!") == label["text"]


@every_fixture
def test_a_repeat_repeats(folder: Path) -> None:
    for label in truth(folder)["repeats"]:
        said = label["text"].lower().split()
        assert said[: len(said) // 2] == said[len(said) // 2 :], label


def test_the_marks_of_a_script_become_pieces() -> None:
    spoken = "{1.2} So _the the_ plan, {um} *you know*. {0.5} It slipped. We said so."
    found = list(make().pieces(spoken, np.random.default_rng(0)))
    assert [(p.kind, p.text) for p in found] == [
        ("pause", ""),
        ("speech", "So _the the_ plan,"),
        ("pause", ""),  # a joint
        ("filler", "um"),
        ("pause", ""),  # a joint
        ("speech", "*you know*."),
        ("pause", ""),
        ("speech", "It slipped."),
        ("pause", ""),  # the end of a sentence
        ("speech", "We said so."),
    ]
    silences_s = [p.seconds for p in found if p.kind == "pause"]
    assert (silences_s[0], silences_s[3]) == (1.2, 0.5)
    assert all(0.02 < s < 0.25 for s in silences_s[1:3])
    assert 0.25 < silences_s[4] < 1


# ---------------------------------------------------------------- the set as a whole


@every_answer
def test_an_answer_belongs_to_a_question_of_the_bank(folder: Path) -> None:
    expected = truth(folder)["expected"]
    question = bank()[expected["question"]]
    if not expected["follow_up"]:
        assert tuple(expected["target_s"]) == question.target_s


@every_answer
def test_an_answer_has_the_length_of_an_answer(folder: Path) -> None:
    known = truth(folder)
    least_s, most_s = (30, 60) if known["expected"]["follow_up"] else (120, 270)
    assert least_s <= known["answer_s"] <= most_s
    verdict = known["expected"]["verdict"]
    if not known["expected"]["follow_up"]:
        least_s, most_s = known["expected"]["target_s"]
        fits = least_s <= known["answer_s"] <= most_s
        assert (verdict == "on_target") == fits


@every_answer
def test_an_answer_is_spoken_at_a_human_pace(folder: Path) -> None:
    known = truth(folder)
    plain = [w for w in known["words"] if not is_filled_pause(w["text"])]
    assert 120 < len(plain) / known["answer_s"] * 60 < 180


def test_all_three_levels_several_rounds_and_both_voices_are_there() -> None:
    mains = [truth(f) for f in ANSWERS if not truth(f)["expected"]["follow_up"]]
    assert len(mains) >= 7
    levels = [known["expected"]["level"] for known in mains]
    assert min(levels.count(level) for level in ("strong", "middling", "weak")) >= 2
    rounds = {bank()[known["expected"]["question"]].round for known in mains}
    assert len(rounds) >= 5
    assert sum("Piper" in known["speaker"] for known in mains) >= 4
    assert any("eSpeak" in known["speaker"] for known in mains)


def test_the_demo_names_recordings_that_answer_its_questions() -> None:
    demo = tomllib.loads((FIXTURES / "demo.toml").read_text("utf-8"))["candidate"]
    assert demo[0]["follow_up"], "the default candidate answers a follow-up"
    for candidate in demo:
        for role in ("answer", "follow_up"):
            if role in candidate:
                expected = truth(FIXTURES / candidate[role])["expected"]
                assert expected["question"] == candidate["question"]
                assert expected["follow_up"] == (role == "follow_up")


def test_the_readme_names_every_fixture() -> None:
    readme = (FIXTURES / "README.md").read_text("utf-8")
    for folder in ANSWERS:
        name = re.sub(r"_follow_up$", "", folder.name)
        assert f"`{name}`" in readme


@pytest.mark.parametrize("path", NOISES, ids=lambda path: path.stem)
def test_a_noise_lasts_ten_seconds_and_is_as_loud_as_meant(path: Path) -> None:
    audio = read_audio(path)
    assert audio.duration_s == pytest.approx(10.0, abs=0.05)
    level = level_dbfs(audio.samples)
    assert level < -90 if path.stem == "silence" else -55 < level < -15


def test_the_six_kinds_of_noise_are_there() -> None:
    assert {path.stem for path in NOISES} == {
        *("silence", "room_tone", "hum", "breath", "keyboard", "music")
    }


def test_the_set_stays_small_enough_to_clone() -> None:
    files = [path for path in FIXTURES.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 10_000_000


# ---------------------------------------------------------------- made again


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng here")
def test_an_espeak_fixture_is_made_again_the_same(tmp_path: Path) -> None:
    folder = FIXTURES / "short" / "status_update"
    shutil.copy(folder / "script.toml", tmp_path)
    # eSpeak, driven by pyttsx3, now and then renders a sentence at another rate on a
    # busy machine (docs/design.md, known traps): once in some hundred, so try again.
    for _ in range(3):
        known = make().make(tmp_path)
        if known["clean_sha256"] == truth(folder)["clean_sha256"]:
            break
    if known["made_with"] != truth(folder)["made_with"]:
        pytest.skip(f"made with {truth(folder)['made_with']}, not {known['made_with']}")
    assert known["clean_sha256"] == truth(folder)["clean_sha256"]
    assert (tmp_path / "truth.json").read_bytes() == (
        folder / "truth.json"
    ).read_bytes()
    again = read_audio(tmp_path / "speech.ogg")
    assert again.rate_hz == EAR_RATE_HZ
    np.testing.assert_array_equal(again.samples, sound(folder).samples)
