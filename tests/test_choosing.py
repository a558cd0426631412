"""Which model an interview takes: tried once, told in plain words, never forced."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

import pytest

from voicecoach import config, models
from voicecoach.config import Settings, choosing, load
from voicecoach.errors import ModelError
from voicecoach.models import Model
from voicecoach.models.self_test import Pace
from voicecoach.models.tried import FILE

SIZES = {"large": 900, "middling": 500, "little": 100}
FAST, SLOW, SLOWER = Pace(0.1, 0.1), Pace(0.3, 0.4), Pace(0.8)


def with_folders(path: Path, **model: str) -> Settings:
    flags: dict[str, object] = {
        "folders.models": str(path / "models"),
        "folders.data": str(path / "data"),
    }
    flags |= {f"model.{key}": value for key, value in model.items()}
    return load(flags, {}, Path("/nowhere")).settings


class Ear:
    """A transcriber that only has a model."""

    name = "ear"

    def __init__(self, model: Model) -> None:
        self.model = model.name
        self.model_sha256 = model.sha256


class Machine:
    """Three models on a machine where each has a pace; what was tried and told."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = with_folders(path)
        self.folder = path / "models"
        self.paces: dict[str, Pace | BaseException] = dict.fromkeys(SIZES, FAST)
        self.tried: list[tuple[str, bool]] = []
        self.told: list[str] = []
        monkeypatch.setattr("voicecoach.models.store.in_packages", lambda _: False)
        monkeypatch.setattr(choosing, "measure", self._measure)
        for name in SIZES:
            self.install(name)

    def install(self, name: str) -> None:
        (self.folder / name).mkdir(parents=True)
        (self.folder / name / "config.json").write_text("{}")
        weights = name.encode().ljust(SIZES[name])
        (self.folder / name / "model.bin").write_bytes(weights)
        models.ensure(name, self.folder)

    def remove(self, *names: str) -> None:
        for name in names:
            for file in (self.folder / name).iterdir():
                file.unlink()
            (self.folder / name).rmdir()

    def _measure(self, ear: Ear, *, thorough: bool = False) -> Pace:
        self.tried.append((ear.model, thorough))
        pace = self.paces[ear.model]
        if isinstance(pace, BaseException):
            raise pace
        return pace

    def start(self) -> str:
        """The model of an interview that starts now; what is told begins anew."""
        self.tried, self.told = [], []
        build: Any = Ear
        return choosing.Trials(self.settings, build, self.told.append).choose().model


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_the_largest_that_keeps_up_is_taken_and_tried_once(machine: Machine) -> None:
    machine.paces |= {"large": SLOWER}
    assert machine.start() == "middling"
    assert machine.tried == [("large", True), ("middling", True)]
    first, second = machine.told
    assert "large, middling, little" in first
    assert second == (f"large: {SLOWER}, too slow. middling: 0.20 of real time, used.")
    assert machine.start() == "middling" == config.model_name(machine.settings)
    assert (machine.tried, machine.told) == ([], [])


def test_no_two_models_are_in_memory_at_once(machine: Machine) -> None:
    machine.paces |= {"large": SLOWER, "middling": SLOWER}
    built: list[weakref.ref[Ear]] = []
    alive: list[int] = []

    def build(model: Model) -> Any:
        alive.append(sum(ear() is not None for ear in built))
        ear = Ear(model)
        built.append(weakref.ref(ear))
        return ear

    chosen = choosing.Trials(machine.settings, build, machine.told.append).choose()
    assert chosen is built[-1]()  # the one that was tried, loaded as it is
    assert alive == [0, 0, 0]


def test_when_none_keeps_up_the_fastest_is_taken_and_the_person_told(
    machine: Machine,
) -> None:
    machine.paces |= {"large": SLOWER, "middling": SLOW, "little": Pace(0.2, 0.3)}
    assert machine.start() == "little"
    assert "does not keep up" in machine.told[-1]
    assert "`voicecoach models pull tiny.en`" in machine.told[-1]
    assert machine.start() == "little" == config.model_name(machine.settings)


def test_a_new_model_is_tried_when_it_comes(machine: Machine) -> None:
    machine.remove("large")
    assert machine.start() == "middling"
    machine.install("large")
    assert config.model_name(machine.settings) == "middling"  # tries nothing
    assert machine.start() == "large"
    assert machine.tried == [("large", True)]


def test_the_only_model_is_tried_only_to_warn(machine: Machine) -> None:
    machine.remove("large", "little")
    assert machine.start() == "middling"
    assert machine.tried == [("middling", False)]
    (told,) = machine.told
    assert "whether the model keeps up here: middling" in told


def test_the_only_model_is_used_even_when_too_slow(machine: Machine) -> None:
    machine.remove("large", "little")
    machine.paces["middling"] = SLOWER
    assert machine.start() == "middling"
    assert "middling does not keep up" in machine.told[-1]
    assert "models pull" in machine.told[-1]


def test_a_damaged_model_is_told_and_left_out(machine: Machine) -> None:
    (machine.folder / "large" / "model.bin").write_bytes(b"wrong")
    (machine.folder / "middling" / "config.json").unlink()
    assert machine.start() == "little"
    large, middling = (line for line in machine.told if "damaged" in line)
    assert "models pull large" in large
    assert "config.json is damaged: it is missing" in middling
    machine.start()
    assert len(machine.told) == 2  # nothing is tried again, the damage is still told


def test_a_model_that_will_not_load_is_told_and_left_out(machine: Machine) -> None:
    machine.paces["large"] = ModelError("The model in large cannot be loaded.")
    assert machine.start() == "middling"
    assert any("cannot be loaded" in line for line in machine.told)
    machine.paces["large"] = FAST
    assert machine.start() == "large"


def test_when_nothing_can_be_used_the_first_reason_is_the_error(
    machine: Machine,
) -> None:
    for name in SIZES:
        (machine.folder / name / "model.bin").unlink()
    with pytest.raises(ModelError, match=r"large.*missing"):
        machine.start()
    machine.remove(*SIZES)
    with pytest.raises(ModelError, match="base is not installed"):
        machine.start()


def test_a_model_that_memory_cannot_hold_is_not_loaded(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "free_memory_bytes", lambda: 250)
    assert machine.start() == "little"
    assert machine.tried == [("little", True)]
    assert sum("memory" in line for line in machine.told) == 2
    monkeypatch.setattr(choosing, "free_memory_bytes", lambda: 10)
    assert machine.start() == "little"  # the smallest has to do
    monkeypatch.setattr(choosing, "free_memory_bytes", lambda: None)
    assert machine.start() == "large"


def test_ctrl_c_keeps_nothing_and_the_next_start_tries_again(
    machine: Machine,
) -> None:
    machine.paces["large"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        machine.start()
    assert "next start tries again" in machine.told[-1]
    machine.paces["large"] = FAST
    assert machine.start() == "large"
    assert machine.tried == [("large", True)]


def test_a_trial_that_cannot_be_kept_is_told_and_repeated(
    machine: Machine, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    for _ in range(2):
        assert machine.start() == "large"
        assert machine.tried == [("large", True)]
        assert any("next start tries" in line for line in machine.told)


def test_other_ways_to_run_a_model_are_tried_by_themselves(
    machine: Machine, tmp_path: Path
) -> None:
    machine.start()
    machine.settings = with_folders(tmp_path, threads="1")
    machine.paces["large"] = SLOWER
    assert machine.start() == "middling"
    machine.settings = with_folders(tmp_path)
    assert machine.start() == "large"
    assert machine.tried == []


def test_what_the_person_chose_is_never_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "measure", pytest.fail)
    settings = with_folders(tmp_path, name="tiny.en")
    told: list[str] = []
    assert config.live_transcriber(settings, told.append).model == "tiny.en"
    assert told == []
    assert not (tmp_path / "data").exists()


def test_without_our_sample_the_default_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choosing._sample.cache_clear()
    monkeypatch.setattr(choosing, "recordings_folder", lambda: tmp_path / "gone")
    told: list[str] = []
    transcriber = config.live_transcriber(with_folders(tmp_path), told.append)
    assert transcriber.model == "base"
    assert "decision" in told[-1]


def test_too_little_memory_is_an_error_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object, **__: object) -> Pace:
        raise MemoryError

    monkeypatch.setattr(choosing, "measured", exhausted)
    with pytest.raises(ModelError, match="not enough memory for the model tiny"):
        config.try_model(with_folders(tmp_path), "tiny.en")


@pytest.mark.model
@pytest.mark.slow
def test_a_real_trial_chooses_a_real_model(tmp_path: Path) -> None:
    settings = with_folders(tmp_path)
    told: list[str] = []
    transcriber = config.live_transcriber(settings, told.append)
    pace = config.tried(settings).pace(transcriber.model_sha256)
    assert pace is not None
    assert pace.load > 0
    assert transcriber.model == config.model_name(settings)
    if pace.keeps_up:
        assert pace.sure is not None
        assert told[-1].endswith(f"{transcriber.model}: {pace}, used.")
    assert (tmp_path / "data" / FILE).exists()
