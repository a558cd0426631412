"""How fast a model is here: what is counted, when a trial stops, what is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio import Audio, Stretch
from voicecoach.errors import StorageError
from voicecoach.models import self_test
from voicecoach.models.self_test import (
    MOST_LOAD,
    SURE_PER_QUICK,
    Pace,
    measured,
)
from voicecoach.models.tried import FILE, Tried, conditions, free_memory_bytes

PIECES = tuple(
    Stretch(Audio(np.zeros(round(s * 16_000), np.float32)), s) for s in (14.0, 10.0)
)
STRETCH_S = sum(piece.audio.duration_s for piece in PIECES)


@dataclass
class Hearer:
    """Remembers what it was given: seconds of sound, and whether quickly."""

    heard: list[tuple[float, bool]]
    is_loaded: bool = False

    def warm_up(self) -> None:
        self.is_loaded = True

    def hear(self, stretch: Stretch, *, quick: bool = False) -> None:
        assert self.is_loaded
        assert stretch.voiced_s <= stretch.audio.duration_s
        self.heard.append((stretch.audio.duration_s, quick))


def trial(
    quick: float, sure: float, *, thorough: bool = False
) -> tuple[Pace, list[bool]]:
    """The pace of a model that takes these shares of real time; its decodes."""
    hearer = Hearer([])

    def spent_s(work: Callable[[], object]) -> float:
        work()
        duration_s, was_quick = hearer.heard[-1]
        return duration_s * (quick if was_quick else sure)

    pace = measured(hearer, PIECES, thorough=thorough, spent_s=spent_s)
    return pace, [was_quick for _, was_quick in hearer.heard]


def test_both_kinds_of_decode_count() -> None:
    pace, decodes = trial(0.2, 0.1)
    assert decodes == [True, True, False]
    assert pace.load == pytest.approx(0.3)
    assert str(pace) == "0.30 of real time"


def test_a_hopeless_model_is_not_waited_for() -> None:
    pace, decodes = trial(3.0, 3.0, thorough=True)
    assert decodes == [True]
    assert not pace.keeps_up
    assert str(pace) == "over 3.00 of real time"


def test_a_fast_one_is_measured_in_full_only_where_asked() -> None:
    pace, decodes = trial(0.01, 0.02)
    assert decodes == [True, True]
    assert pace.keeps_up
    assert str(pace) == "under 0.05 of real time"
    assert trial(0.01, 0.02, thorough=True)[0].load == pytest.approx(0.03)


@given(quick=st.floats(0.0, 3.0), share=st.floats(0.0, SURE_PER_QUICK))
def test_what_the_quick_decodes_settle_stays_settled(
    quick: float, share: float
) -> None:
    early, full = Pace(quick), Pace(quick, quick * share)
    assert full.keeps_up == (full.load <= MOST_LOAD)
    if early.is_settled:
        assert early.keeps_up == full.keeps_up


def test_time_that_others_took_is_not_counted() -> None:
    assert self_test.work_s(lambda: time.sleep(0.2)) < 0.1


def test_a_pace_is_kept_for_its_conditions_and_weights(tmp_path: Path) -> None:
    here, there = Tried(tmp_path, "here"), Tried(tmp_path, "there")
    here.keep("a", Pace(0.1, 0.2))
    here.keep("b", Pace(0.9))
    there.keep("a", Pace(0.3, None))
    assert here.pace("a") == Pace(0.1, 0.2)
    assert here.pace("b") == Pace(0.9)
    assert there.pace("a") == Pace(0.3)
    assert there.pace("b") is None
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert conditions(0, "int8") != conditions(1, "int8") != conditions(1, "float32")


@pytest.mark.parametrize(
    "text", ["", "{", '{"tried": 3}', '{"tried": {"here": {"a": {}}}}']
)
def test_what_cannot_be_read_was_not_tried(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    here = Tried(tmp_path, "here")
    assert here.pace("a") is None
    here.keep("a", Pace(0.1))
    assert here.pace("a") == Pace(0.1)


def test_a_pace_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot be written"):
        Tried(tmp_path / "data", "here").keep("a", Pace(0.1))


def test_free_memory_is_some_or_unknown() -> None:
    free_bytes = free_memory_bytes()
    assert free_bytes is None or free_bytes > 2**20
