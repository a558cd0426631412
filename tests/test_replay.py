"""Replay: the cursor's rules, the stretch, the player, and all three together."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from tests import builders
from voicecoach.audio import Audio
from voicecoach.errors import DeviceLostError
from voicecoach.microphone import never
from voicecoach.report.replay import (
    SPEEDS,
    Cursor,
    Player,
    current_word,
    cursor_for,
    moments,
    replay,
    timed_transcript,
    view,
    word_styles,
    wrapped,
)
from voicecoach.report.stretch import stretched
from voicecoach.testing import room_tone

KEYS = [" ", "n", "p", "f", "b", "left", "right", "+", "-", "=", "x", "\n"]


def tone(seconds: float, frequency_hz: float = 150.0) -> Audio:
    at_s = np.arange(round(seconds * 16_000)) / 16_000
    return Audio((0.4 * np.sin(2 * np.pi * frequency_hz * at_s)).astype(np.float32))


def loudest_hz(audio: Audio) -> float:
    spectrum = np.abs(np.fft.rfft(audio.samples))
    return float(spectrum.argmax() * audio.rate_hz / len(audio.samples))


# -- the cursor ------------------------------------------------------------------------

cursors = st.builds(
    Cursor,
    duration_s=st.just(60.0),
    stops_s=st.lists(st.floats(0, 60), max_size=6).map(lambda s: tuple(sorted(s))),
    at_s=st.floats(0, 60),
    speed=st.sampled_from(SPEEDS),
    paused=st.booleans(),
)


@given(cursors, st.lists(st.sampled_from(KEYS), max_size=20))
def test_no_key_leaves_the_recording_or_the_speeds(
    cursor: Cursor, keys: list[str]
) -> None:
    for key in keys:
        cursor = cursor.pressed(key)
        assert 0 <= cursor.at_s <= cursor.duration_s
        assert cursor.speed in SPEEDS
        assert not cursor.over


@given(cursors)
def test_next_visits_every_later_stop_in_order(cursor: Cursor) -> None:
    later = [s for s in cursor.stops_s if s > cursor.at_s + 0.05]
    visited = []
    for _ in later:
        moved = cursor.pressed("n")
        if moved.at_s == cursor.at_s:
            break
        visited.append(moved.at_s)
        cursor = moved
    assert visited == sorted(set(visited))
    assert not later or visited[-1] >= later[-1] - 0.05


@given(cursors)
def test_previous_goes_back_and_in_the_end_to_the_start(cursor: Cursor) -> None:
    for _ in range(len(cursor.stops_s) + 2):
        back = cursor.pressed("p")
        assert back.at_s <= cursor.at_s
        cursor = back
    assert cursor.at_s <= 2.0


def test_keys_do_what_the_help_says() -> None:
    cursor = Cursor(60.0, (10.0, 30.0), at_s=20.0)
    assert cursor.pressed("n").at_s == 30
    assert cursor.pressed("p").at_s == 10
    assert cursor.pressed("f").at_s == cursor.pressed("right").at_s == 25
    assert cursor.pressed("b").at_s == cursor.pressed("left").at_s == 15
    assert cursor.pressed("+").speed == 1.25
    assert cursor.pressed("-").speed == 0.75
    assert cursor.pressed(" ").paused
    assert not cursor.pressed(" ").pressed(" ").paused
    assert cursor.pressed("q").over


def test_space_at_the_end_begins_again() -> None:
    ended = Cursor(60.0, at_s=55.0).moved_to(70)
    assert ended.has_ended
    assert ended.paused
    again = ended.pressed(" ")
    assert (again.at_s, again.paused) == (0.0, False)


def test_stops_lie_just_before_what_is_to_be_heard() -> None:
    made = builders.middling()
    listed = moments(made)
    assert {m.kind for m in listed} == {"strength", "gap", "verb", "pause"}
    cursor = cursor_for(made, 90.0)
    for moment in listed:
        assert any(0 <= moment.start_s - stop <= 1.0 for stop in cursor.stops_s)


# -- slower and faster -----------------------------------------------------------------


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_voice_keeps_its_pitch_and_level_at_every_speed(speed: float) -> None:
    sound = tone(3.0)
    changed = stretched(sound, speed)
    assert changed.duration_s == pytest.approx(3.0 / speed, abs=0.05)
    assert loudest_hz(changed) == pytest.approx(150, abs=2)
    middle = changed.samples[4000:-4000]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.4 / np.sqrt(2), rel=0.1)


def test_words_stay_where_speed_puts_them() -> None:
    """A beep 2 s into the sound is heard 1 s in at double speed."""
    quiet, beep = room_tone(2.0), tone(0.3, 700)
    sound = Audio(np.concatenate([quiet.samples, beep.samples, quiet.samples]))
    for speed in (0.75, 1.5, 2.0):
        changed = stretched(sound, speed)
        loud = np.flatnonzero(np.abs(changed.samples) > 0.2) / 16_000
        assert loud[0] == pytest.approx(2.0 / speed, abs=0.04)
        assert loud[-1] == pytest.approx(2.3 / speed, abs=0.04)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 20_000), st.sampled_from(SPEEDS), st.integers(0, 9))
def test_any_sound_can_be_stretched(length: int, speed: float, seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(-1, 1, length).astype(np.float32)
    changed = stretched(Audio(noise), speed)
    assert changed.samples.dtype == np.float32
    assert np.all(np.abs(changed.samples) <= 1.0 + 1e-6)
    if length > 4000:
        assert changed.duration_s == pytest.approx(length / 16_000 / speed, abs=0.05)


@pytest.mark.parametrize("speed", [0, -1.0])
def test_a_speed_is_positive(speed: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        stretched(tone(1.0), speed)


# -- the player ------------------------------------------------------------------------


class QuickLoudspeaker:
    """Plays a hundred times as fast as real, in the steps of a real device."""

    def __init__(self) -> None:
        self.lengths_s: list[float] = []

    def play(
        self,
        audio: Audio,
        stop: Callable[[], bool] = never,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        self.lengths_s.append(audio.duration_s)
        heard_s = 0.0
        while heard_s < audio.duration_s and not stop():
            time.sleep(0.002)
            heard_s = min(heard_s + 0.2, audio.duration_s)
            if progress is not None:
                progress(heard_s)


class LostLoudspeaker:
    def play(
        self,
        audio: Audio,  # noqa: ARG002
        stop: Callable[[], bool] = never,  # noqa: ARG002
        progress: Callable[[float], None] | None = None,  # noqa: ARG002
    ) -> None:
        msg = "The loudspeaker went away."
        raise DeviceLostError(msg)


def until(condition: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.005)


@pytest.mark.parametrize("speed", [0.75, 1.0, 2.0])
def test_the_position_is_in_the_recordings_own_time(speed: float) -> None:
    loudspeaker = QuickLoudspeaker()
    with Player(room_tone(12.0), loudspeaker) as player:
        player.start(4.0, speed)
        until(lambda: not player.is_playing)
        assert player.at_s == pytest.approx(12.0, abs=0.1)
    assert loudspeaker.lengths_s == [pytest.approx(8.0 / speed, abs=0.1)]


def test_starting_elsewhere_stops_what_was_playing() -> None:
    with Player(room_tone(60.0), QuickLoudspeaker()) as player:
        player.start(0.0, 1.0)
        until(lambda: player.at_s > 1)
        player.start(50.0, 1.0)
        assert player.at_s >= 50.0
        player.stop()
        assert not player.is_playing
        assert player.at_s < 60.0


def keys_of(pressed: Iterable[str | None]) -> Callable[[float], str | None]:
    waiting = iter(pressed)

    def keys(timeout_s: float) -> str | None:
        time.sleep(min(timeout_s, 0.01))
        return next(waiting, "q")

    return keys


def held(
    pressed: Iterable[str | None], loudspeaker: QuickLoudspeaker | LostLoudspeaker
) -> str:
    made = builders.middling()
    assert made.audio is not None
    out = io.StringIO()
    console = Console(file=out, width=80, height=24, force_terminal=True)
    player = Player(room_tone(made.audio.duration_s), loudspeaker)
    replay(made, player, keys_of(pressed), console)
    assert not player.is_playing
    return out.getvalue()


def test_a_replay_obeys_its_keys_and_ends() -> None:
    loudspeaker = QuickLoudspeaker()
    drawn = held([None, "n", "+", " ", "p", "f", " ", "z", None, "q"], loudspeaker)
    assert "1.25x" in drawn
    assert "‖" in drawn
    whole_s = builders.middling().audio.duration_s  # type: ignore[union-attr]
    assert loudspeaker.lengths_s[0] == pytest.approx(whole_s, abs=0.01)
    assert loudspeaker.lengths_s[1] < whole_s, "n jumped ahead"


def test_at_the_end_it_waits_and_can_go_back() -> None:
    drawn = held([*([None] * 200), "p", None, "q"], loud := QuickLoudspeaker())
    assert "■ 1:28 of 1:28" in drawn
    assert len(loud.lengths_s) == 2


def test_a_lost_loudspeaker_is_an_error_not_a_hang() -> None:
    with pytest.raises(DeviceLostError, match="went away"):
        held([None] * 20, LostLoudspeaker())


# -- the drawing -----------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("at_s", [0.0, 33.2, 87.0])
def test_the_screen_keeps_its_size_and_shows_the_word(width: int, at_s: float) -> None:
    made = builders.middling()
    assert made.audio is not None
    cursor = cursor_for(made, made.audio.duration_s).moved_to(at_s)
    out = io.StringIO()
    Console(file=out, width=width).print(view(made, cursor, width))
    lines = out.getvalue().splitlines()
    assert len(lines) <= 16
    assert max(len(line) for line in lines) <= width
    word = made.transcript.words[max(0, current_word(made, at_s))].text
    assert word in out.getvalue()


def test_what_is_being_said_is_explained() -> None:
    made = builders.middling()
    cursor = cursor_for(made, 90.0).moved_to(33.2)
    out = io.StringIO()
    Console(file=out, width=80).print(view(made, cursor, 80))
    assert "What did you decide there?" in out.getvalue()


@given(st.integers(10, 200))
def test_wrapping_keeps_every_word_once_and_the_width(width: int) -> None:
    made = builders.middling()
    lines = wrapped(made, width)
    assert [i for line in lines for i in line] == list(
        range(len(made.transcript.words))
    )
    for line in lines:
        text = " ".join(made.transcript.words[i].text for i in line)
        assert len(text) <= width or len(line) == 1


def test_the_current_word_is_the_last_that_has_begun() -> None:
    made = builders.middling()
    assert current_word(made, 0.0) == -1
    for index, word in enumerate(made.transcript.words):
        assert word.start_s is not None
        assert current_word(made, word.start_s + 0.01) == index


def test_only_certain_fillers_and_weak_verbs_are_coloured() -> None:
    made = builders.middling()
    coloured = {made.transcript.words[i].text for i in word_styles(made)}
    assert {"um,", "Like,", "coordinated", "raised"} <= coloured
    assert "So" not in coloured


def test_the_printed_transcript_has_every_word_and_growing_times() -> None:
    made = builders.middling()
    lines = timed_transcript(made).splitlines()
    assert " ".join(line[8:] for line in lines) == made.transcript.text
    times = [int(m) * 60 + int(s) for m, s in (ln[:6].split(":") for ln in lines)]
    assert times == sorted(set(times))
    assert timed_transcript(builders.written()) == builders.written().transcript.text
