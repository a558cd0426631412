"""The stand-ins behave as the real things do, faults included."""

from __future__ import annotations

import time
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio import EAR_RATE_HZ, Audio, Samples, level_dbfs, write_wav
from voicecoach.errors import AudioFileError, DeviceLostError
from voicecoach.microphone import (
    InputStream,
    Loudspeaker,
    Microphone,
    SoundDeviceLoudspeaker,
    SoundDeviceMicrophone,
    preflight,
)
from voicecoach.microphone.recording import DeviceStream
from voicecoach.speech import Speaker
from voicecoach.testing import (
    Faults,
    ScriptedKeyboard,
    ScriptedMicrophone,
    ScriptedStream,
    SilentLoudspeaker,
    SilentSpeaker,
    room_tone,
)


def constant(value: float, seconds: float = 1.0) -> Audio:
    """A sound that cannot be mistaken for another one or for room tone."""
    return Audio(np.full(round(seconds * EAR_RATE_HZ), value, np.float32))


def everything(stream: InputStream) -> Samples:
    parts = [np.zeros(0, np.float32)]
    with stream:
        while (block := stream.read(1.0)) is not None:
            parts.append(block.samples)
    return np.concatenate(parts)


@pytest.mark.parametrize(
    ("protocol", "kinds"),
    [
        (Microphone, [SoundDeviceMicrophone, ScriptedMicrophone]),
        (InputStream, [DeviceStream, ScriptedStream]),
        (Loudspeaker, [SoundDeviceLoudspeaker, SilentLoudspeaker]),
        (Speaker, [SilentSpeaker]),
    ],
)
def test_real_and_scripted_fit_the_same_protocols(
    protocol: type, kinds: list[type]
) -> None:
    wanted = {
        name: signature(value) if callable(value) else None
        for name, value in vars(protocol).items()
        if not name.startswith("_")
    }
    for kind in kinds:
        for name, expected in wanted.items():
            if expected is not None:
                found = signature(getattr(kind, name))
                assert list(found.parameters) == list(expected.parameters)
            else:
                assert isinstance(vars(kind)[name], property)


# -- the microphone ----------------------------------------------------------------


@given(
    length=st.integers(1, 4000), lead=st.integers(0, 2000), tail=st.integers(0, 2000)
)
def test_a_sound_comes_whole_between_its_room_tones(
    length: int, lead: int, tail: int
) -> None:
    microphone = ScriptedMicrophone(
        [constant(0.5, length / EAR_RATE_HZ)],
        real_time=False,
        lead_s=lead / EAR_RATE_HZ,
        tail_s=tail / EAR_RATE_HZ,
    )
    heard = everything(microphone.open())
    assert len(heard) == lead + length + tail
    assert (heard[lead : lead + length] == 0.5).all()
    assert (np.abs(np.delete(heard, slice(lead, lead + length))) < 0.01).all()


def test_each_opening_gives_the_next_sound_then_only_a_room() -> None:
    microphone = ScriptedMicrophone([constant(0.25), constant(0.5)], real_time=False)
    heard = [everything(microphone.open()).max() for _ in range(3)]
    assert heard[:2] == [0.25, 0.5]
    assert 0 < heard[2] < 0.01
    assert microphone.spoken == 2


def test_a_preflight_leaves_the_first_sound_for_the_answer() -> None:
    microphone = ScriptedMicrophone([constant(0.25)], real_time=False)
    preflight(microphone)
    assert microphone.spoken == 0
    assert everything(microphone.open()).max() == 0.25


def test_an_answer_that_was_cut_short_is_not_said_again() -> None:
    microphone = ScriptedMicrophone(
        [constant(0.25), constant(0.5)], real_time=False, lead_s=0
    )
    with microphone.open() as stream:
        stream.read(1.0)
    assert stream.read(1.0) is None
    assert everything(microphone.open()).max() == 0.5


def test_a_file_at_another_rate_is_read_when_its_turn_comes(tmp_path: Path) -> None:
    path = tmp_path / "answer.wav"
    microphone = ScriptedMicrophone([path], real_time=False, lead_s=0, tail_s=0)
    with pytest.raises(AudioFileError, match=r"answer\.wav"):
        microphone.open()
    write_wav(path, Audio(np.full(48_000, 0.25, np.float32), 48_000))
    assert len(everything(microphone.open())) == pytest.approx(EAR_RATE_HZ, abs=20)


def test_room_tone_is_faint_repeatable_and_never_digital_silence() -> None:
    tone = room_tone(2.0, seed=3)
    assert level_dbfs(tone.samples) == pytest.approx(-65, abs=0.2)
    assert (tone.samples == room_tone(2.0, seed=3).samples).all()
    assert (tone.samples != room_tone(2.0, seed=4).samples).any()


def test_in_real_time_a_second_takes_a_second() -> None:
    microphone = ScriptedMicrophone([constant(0.25, 0.4)], lead_s=0.2, tail_s=0.2)
    began_s = time.monotonic()
    heard = everything(microphone.open())
    assert time.monotonic() - began_s == pytest.approx(0.8, abs=0.1)
    assert len(heard) == round(0.8 * EAR_RATE_HZ)


def test_in_real_time_a_block_comes_when_it_is_due() -> None:
    with ScriptedMicrophone([]).open() as stream:
        early = stream.read(0.0)
        later = stream.read(0.2)
    assert early is not None
    assert later is not None
    assert (len(early.samples), len(later.samples)) == (0, 512)


def test_a_late_reader_catches_up_as_from_a_real_queue() -> None:
    with ScriptedMicrophone([], lead_s=0.3, tail_s=0).open() as stream:
        time.sleep(0.35)
        began_s = time.monotonic()
        total = 0
        while (block := stream.read(1.0)) is not None:
            total += len(block.samples)
    assert total == round(0.3 * EAR_RATE_HZ)
    assert time.monotonic() - began_s < 0.1


# -- its faults --------------------------------------------------------------------


def test_a_lost_device_delivers_what_came_before() -> None:
    microphone = ScriptedMicrophone(
        [constant(0.25, 5.0)], real_time=False, faults=Faults(lost_at_s=3.0)
    )
    heard = 0
    with microphone.open() as stream:
        while heard < 3.0 * EAR_RATE_HZ - 512:
            block = stream.read(1.0)
            assert block is not None
            heard += len(block.samples)
        with pytest.raises(DeviceLostError):
            stream.read(1.0)


def test_an_overflow_marks_the_block_at_its_second() -> None:
    microphone = ScriptedMicrophone(
        [], real_time=False, faults=Faults(overflow_at_s=(0.5, 1.0))
    )
    with microphone.open() as stream:
        marks = [block.overflowed for _ in range(60) if (block := stream.read(0))]
    assert [i for i, marked in enumerate(marks) if marked] == [15, 31]


def test_a_muted_microphone_delivers_zeros_only() -> None:
    microphone = ScriptedMicrophone(
        [constant(0.25)], real_time=False, faults=Faults(digital_silence=True)
    )
    heard = everything(microphone.open())
    assert len(heard) == 6 * EAR_RATE_HZ
    assert not heard.any()


def test_too_much_gain_clips_at_full_scale() -> None:
    microphone = ScriptedMicrophone(
        [constant(-0.25)], real_time=False, faults=Faults(gain=20.0)
    )
    assert everything(microphone.open()).min() == -1.0


# -- loudspeaker, voice, keyboard --------------------------------------------------


def test_a_silent_loudspeaker_remembers_and_takes_no_time() -> None:
    loudspeaker = SilentLoudspeaker()
    told: list[float] = []
    sound = constant(0.25, 30.0)
    began_s = time.monotonic()
    loudspeaker.play(sound, progress=told.append)
    assert time.monotonic() - began_s < 0.5
    assert loudspeaker.played == [sound]
    assert told == [30.0]


def test_in_real_time_it_takes_as_long_as_the_sound() -> None:
    told: list[float] = []
    began_s = time.monotonic()
    SilentLoudspeaker(real_time=True).play(constant(0.25, 0.3), progress=told.append)
    assert time.monotonic() - began_s == pytest.approx(0.3, abs=0.1)
    assert told == sorted(told)
    assert told[-1] == 0.3


def test_it_can_be_stopped() -> None:
    began_s = time.monotonic()
    SilentLoudspeaker(real_time=True).play(
        constant(0.25, 30.0), stop=lambda: time.monotonic() - began_s > 0.1
    )
    assert time.monotonic() - began_s < 1.0


def test_a_silent_speaker_is_quick_and_not_silent() -> None:
    speaker = SilentSpeaker()
    sound = speaker.render("Tell me about a launch that slipped.")
    assert speaker.texts == ["Tell me about a launch that slipped."]
    assert 0 < sound.duration_s < 1
    assert level_dbfs(sound.samples) > -40


def test_keys_are_pressed_once_each_when_their_time_has_come() -> None:
    now_s = 0.0
    keyboard = ScriptedKeyboard([(2.0, "q"), (1.0, "p"), (1.0, "p")], lambda: now_s)
    assert keyboard.poll() is None
    now_s = 1.5
    assert [keyboard.poll() for _ in range(3)] == ["p", "p", None]
    now_s = 9.0
    assert [keyboard.poll() for _ in range(2)] == ["q", None]


def test_a_keyboard_without_a_clock_starts_one() -> None:
    keyboard = ScriptedKeyboard([(0.05, "q")])
    assert keyboard.poll() is None
    time.sleep(0.06)
    assert keyboard.poll() == "q"
