"""What a person sees in the terminal, and what their keys do."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from tests.builders import firmer, middling
from voicecoach.cli.stage import NOTHING_YET, Manner, TerminalStage, listening_view
from voicecoach.interview import Listening, Step


class Keys:
    """A keyboard whose keys were pressed beforehand; without any it is not there.

    Those that were pressed early are had by a wait with a limit only.
    """

    def __init__(self, pressed: str = "", early: str = "") -> None:
        self._pressed, self._early = list(pressed), list(early)
        self.is_there = bool(pressed)

    def poll(self) -> str | None:
        return self._pressed.pop(0) if self._pressed else None

    def wait(self, keys: str, timeout_s: float | None = None) -> str | None:
        pressed = self._pressed if timeout_s is None else self._early
        while pressed:
            if (key := pressed.pop(0)) in keys:
                return key
        return None


def console() -> Console:
    return Console(file=StringIO(), width=100, force_terminal=False)


def printed(screen: Console) -> str:
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue()


def view(now: Listening) -> str:
    screen = console()
    screen.print(listening_view(now, 100))
    return printed(screen)


SPEAKING = replace(NOTHING_YET, elapsed_s=95.4, level_dbfs=-24.0, spoke=True)


def test_the_clock_and_the_band_are_shown_while_speaking() -> None:
    text = view(SPEAKING)
    assert "1:35" in text
    assert "3-4 min" in text
    assert "Enter" in text


def test_before_the_first_word_nobody_is_hurried() -> None:
    assert "Take your time" in view(NOTHING_YET)


def test_the_countdown_says_how_to_cancel_it() -> None:
    text = view(replace(SPEAKING, stops_in_s=4.2))
    assert "4 s" in text
    assert "Speak to go on" in text


def test_a_pause_says_that_nothing_is_recorded() -> None:
    assert "nothing is recorded" in view(replace(SPEAKING, paused=True))


def test_the_cap_is_announced() -> None:
    assert "25 s" in view(replace(SPEAKING, cap_in_s=25.0))


def test_no_score_is_shown_while_speaking() -> None:
    assert "of 5" not in view(SPEAKING)


@pytest.mark.parametrize(
    ("low", "high"), [(-60.0, -30.0), (-30.0, -10.0), (-200.0, -50.0)]
)
def test_a_louder_voice_fills_more_of_the_meter(low: float, high: float) -> None:
    quiet, loud = (
        view(replace(SPEAKING, level_dbfs=db)).count("▮") for db in (low, high)
    )
    assert quiet < loud


@pytest.mark.parametrize(
    ("pressed", "rating"), [("4", 4), ("\n", None), ("x2", 2), ("q", None)]
)
def test_a_rating_is_one_key(pressed: str, rating: int | None) -> None:
    assert TerminalStage(console(), Keys(pressed)).rating() == rating


@pytest.mark.parametrize(("early", "rating"), [("\n", 4), ("q", 4), ("3", 3)])
def test_enter_that_was_meant_to_end_the_answer_skips_no_rating(
    early: str, rating: int
) -> None:
    assert TerminalStage(console(), Keys("4", early)).rating() == rating


def test_a_recorded_candidate_is_asked_nothing() -> None:
    stage = TerminalStage(console(), Keys("5a"), Manner(automatic=True))
    assert stage.rating() is None
    assert stage.step((Step.FOLLOW_UP, Step.NEXT, Step.QUIT)) is Step.FOLLOW_UP


@pytest.mark.parametrize(
    ("pressed", "step"),
    [("\n", Step.FOLLOW_UP), ("n", Step.NEXT), ("a", Step.AGAIN), ("zq", Step.QUIT)],
)
def test_a_step_is_one_key_and_enter_takes_the_first(pressed: str, step: Step) -> None:
    offered = (Step.FOLLOW_UP, Step.NEXT, Step.AGAIN, Step.QUIT)
    assert TerminalStage(console(), Keys(pressed)).step(offered) is step


def test_again_shows_what_changed() -> None:
    screen = console()
    TerminalStage(screen, Keys("x")).feedback(firmer(), middling())
    assert "before" in printed(screen).lower() or "changed" in printed(screen).lower()
    only = console()
    TerminalStage(only, Keys("x")).feedback(firmer(), None)
    assert len(printed(only)) < len(printed(screen))
