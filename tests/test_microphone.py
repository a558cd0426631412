"""Device code without devices: a sounddevice of our own stands in for the real one."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio import EAR_RATE_HZ, Audio, Samples
from voicecoach.errors import (
    BadSignalError,
    DeviceError,
    DeviceLostError,
    NoMicrophoneError,
    NoPortAudioError,
)
from voicecoach.microphone import (
    Block,
    Device,
    SoundDeviceLoudspeaker,
    SoundDeviceMicrophone,
    choose,
    list_devices,
    playing,
    portaudio,
    preflight,
    recording,
    streaming,
)
from voicecoach.testing import Faults, ScriptedMicrophone

LAPTOP = Device("Built-in Microphone", "Core Audio", 1, 0, 48_000)
HEADSET = Device("USB Headset", "Core Audio", 2, 2, 44_100)
SPEAKER = Device("Built-in Output", "Core Audio", 0, 2, 48_000)

NO_STATUS = SimpleNamespace(input_overflow=False)
OVERFLOW = SimpleNamespace(input_overflow=True)
HELD_S = 0.1
"""What the stand-in claims to hold back between callback and loudspeaker."""


class FakePortAudioError(Exception):
    """As `sounddevice.PortAudioError`: (text, number)."""


class FakeStream:
    """One stream; a test feeds its callback by hand."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        self.samplerate = float(settings["samplerate"])
        self.latency = settings["latency"]
        self.closed = False

    def start(self) -> None:
        pass

    def abort(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True
        self.settings["finished_callback"]()

    def deliver(self, frames: Any, status: SimpleNamespace = NO_STATUS) -> None:
        """As PortAudio does: the array is taken back after the call."""
        lent = np.array(frames, np.float32).reshape(-1, self.settings["channels"])
        self.settings["callback"](lent, len(lent), None, status)
        lent[:] = np.nan

    def unplug(self) -> None:
        self.settings["finished_callback"]()


class FakePlayer(FakeStream):
    """Calls back from a thread, as fast as it can, and keeps what it was given."""

    unplugged_after_s = float("inf")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.given: list[Samples] = []
        self.thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self.thread.start()

    def abort(self) -> None:
        self.closed = True
        self.thread.join()

    def _run(self) -> None:
        at_s = 0.0
        while not self.closed and at_s < self.unplugged_after_s:
            times = SimpleNamespace(currentTime=at_s, outputBufferDacTime=at_s + HELD_S)
            frames = np.full((480, self.settings["channels"]), np.nan, np.float32)
            self.settings["callback"](frames, len(frames), times, NO_STATUS)
            self.given.append(frames[:, 0])
            at_s += len(frames) / self.samplerate
            time.sleep(0.001)
        self.settings["finished_callback"]()


class FakeSoundDevice:
    """The part of sounddevice that is used; its list is frozen until a restart."""

    PortAudioError = FakePortAudioError

    def __init__(self) -> None:
        self.plugged: tuple[Device, ...] = (SPEAKER, LAPTOP, HEADSET)
        self._seen: tuple[Device, ...] = self.plugged
        self.refuses: dict[Callable[[dict[str, Any]], bool], int] = {}
        self.streams: list[Any] = []
        self.player: type[FakePlayer] = FakePlayer

    def _terminate(self) -> None:
        self._seen = ()

    def _initialize(self) -> None:
        self._seen = self.plugged

    def query_hostapis(self) -> tuple[dict[str, str], ...]:
        return ({"name": "Core Audio"},)

    def query_devices(self, kind: str | None = None) -> Any:
        os.write(2, b"ALSA lib chatter\n")
        found = [
            {
                "name": device.name,
                "index": index,
                "hostapi": 0,
                "max_input_channels": device.max_inputs,
                "max_output_channels": device.max_outputs,
                "default_samplerate": float(device.default_rate_hz),
            }
            for index, device in enumerate(self._seen)
        ]
        if kind is None:
            return found
        for device in found:
            if device[f"max_{kind}_channels"]:
                return device
        raise FakePortAudioError("Error querying device -1")

    def _open(self, make: Callable[..., FakeStream], settings: dict[str, Any]) -> Any:
        if self._seen[settings["device"]] not in self.plugged:
            raise FakePortAudioError("Invalid device", -9996)
        for applies, code in self.refuses.items():
            if applies(settings):
                raise FakePortAudioError("refused", code)
        self.streams.append(make(**settings))
        return self.streams[-1]

    def InputStream(self, **settings: Any) -> Any:  # noqa: N802 - sounddevice's name
        return self._open(FakeStream, settings)

    def OutputStream(self, **settings: Any) -> Any:  # noqa: N802
        return self._open(self.player, settings)


@pytest.fixture
def sd(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSoundDevice]:
    fake = FakeSoundDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr(recording, "GRACE_S", 0.02)
    monkeypatch.setattr(playing, "LEAD_IN_S", 0.02)
    yield fake
    assert all(stream.closed for stream in fake.streams), "a stream was left open"


def blocks_of(samples: Sequence[float] | Samples, size: int = 512) -> Iterator[Samples]:
    array = np.asarray(samples, np.float32)
    for first in range(0, len(array), size):
        yield array[first : first + size]


def tone(seconds: float, rate_hz: int) -> Audio:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return Audio((0.5 * np.sin(2 * np.pi * 440 * t)).astype(np.float32), rate_hz)


# -- which devices there are -------------------------------------------------------


def test_a_missing_portaudio_is_told_with_the_command_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sounddevice.py").write_text(
        "raise OSError('PortAudio library not found')"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    for platform, command in {"linux": "apt-get install", "darwin": "brew"}.items():
        monkeypatch.setattr(sys, "platform", platform)
        with pytest.raises(NoPortAudioError, match=command):
            list_devices()


@pytest.mark.usefixtures("sd")
def test_devices_are_described_and_the_defaults_marked() -> None:
    speaker, laptop, headset = list_devices()
    assert laptop.label == "Built-in Microphone, Core Audio"
    assert (laptop.is_default_input, laptop.is_default_output) == (True, False)
    assert (speaker.is_default_input, speaker.is_default_output) == (False, True)
    assert (headset.max_inputs, headset.default_rate_hz) == (2, 44_100)


def test_a_device_plugged_in_later_is_seen(sd: FakeSoundDevice) -> None:
    sd.plugged = (SPEAKER,)
    assert [device.name for device in list_devices()] == [SPEAKER.name]
    sd.plugged = (SPEAKER, HEADSET)
    assert SoundDeviceMicrophone("usb").name == "USB Headset, Core Audio"


def test_an_open_stream_is_not_closed_by_listing(sd: FakeSoundDevice) -> None:
    with SoundDeviceMicrophone().open():
        sd.plugged = (SPEAKER,)
        assert len(list_devices()) == 3
    assert len(list_devices()) == 1


@pytest.mark.usefixtures("sd")
def test_the_chatter_of_c_libraries_stays_off_the_screen(
    capfd: pytest.CaptureFixture[str],
) -> None:
    list_devices()
    sys.stderr.write("ours\n")
    assert capfd.readouterr().err == "ours\n"


def test_no_device_names_the_demo(sd: FakeSoundDevice) -> None:
    sd.plugged = (SPEAKER,)
    with pytest.raises(NoMicrophoneError, match="voicecoach demo"):
        SoundDeviceMicrophone().open()
    sd.plugged = (LAPTOP,)
    with pytest.raises(DeviceError, match="No loudspeaker"):
        SoundDeviceLoudspeaker().play(tone(0.1, 16_000))


@pytest.mark.parametrize("wanted", ["yeti", "e", ""])
def test_an_unknown_or_ambiguous_name_lists_the_choices(wanted: str) -> None:
    with pytest.raises(NoMicrophoneError) as caught:
        choose((SPEAKER, LAPTOP, HEADSET), wanted, "input")
    assert LAPTOP.label in caught.value.what_to_do
    assert HEADSET.label in caught.value.what_to_do
    assert SPEAKER.label not in caught.value.what_to_do


@pytest.mark.parametrize("wanted", ["USB Headset, Core Audio", "USB Headset", "heads"])
def test_a_device_is_chosen_by_label_name_or_part(wanted: str) -> None:
    assert choose((SPEAKER, LAPTOP, HEADSET), wanted, "input") == HEADSET


def test_a_whole_name_wins_over_a_longer_one() -> None:
    longer = Device("USB Headset 2", "Core Audio", 1, 0, 48_000)
    assert choose((longer, HEADSET), "USB Headset", "input") == HEADSET


# -- opening -----------------------------------------------------------------------


def test_a_device_is_found_again_where_its_index_has_changed(
    sd: FakeSoundDevice,
) -> None:
    list_devices()
    sd.plugged = (HEADSET, SPEAKER)  # the laptop's is gone, the headset came first
    sd.refuses[lambda _: sd._seen != sd.plugged] = -9996
    with SoundDeviceMicrophone("USB Headset").open() as stream:
        assert stream.device.name == "USB Headset"
    assert sd.streams[0].settings["device"] == 0


def test_16_khz_mono_is_asked_for_first(sd: FakeSoundDevice) -> None:
    with SoundDeviceMicrophone("USB").open():
        settings = sd.streams[0].settings
    assert (settings["samplerate"], settings["channels"]) == (EAR_RATE_HZ, 1)


def test_a_device_that_refuses_mono_is_averaged(sd: FakeSoundDevice) -> None:
    sd.refuses[lambda settings: settings["channels"] == 1] = -9998
    with SoundDeviceMicrophone("USB").open() as stream:
        sd.streams[0].deliver([[0.5, 0.25], [-0.5, 0.0]])
        block = stream.read(0)
    assert block is not None
    assert block.samples.tolist() == [0.375, -0.25]


def test_a_device_that_refuses_16_khz_is_resampled(sd: FakeSoundDevice) -> None:
    sd.refuses[lambda settings: settings["samplerate"] == EAR_RATE_HZ] = -9997
    sound = tone(1.0, 44_100)
    with SoundDeviceMicrophone("USB").open() as stream:
        for part in blocks_of(sound.samples, 1411):
            sd.streams[0].deliver(part)
        sd.streams[0].unplug()
        heard = read_until_lost(stream)
    expected = sound.at_rate(EAR_RATE_HZ).samples
    assert len(heard) == pytest.approx(len(expected), abs=2)
    shared = min(len(heard), len(expected))
    np.testing.assert_allclose(heard[:shared], expected[:shared], atol=1e-3)


def read_until_lost(stream: recording.DeviceStream) -> Samples:
    parts: list[Samples] = []
    with pytest.raises(DeviceLostError):
        collect(stream, parts)
    return np.concatenate(parts)


def collect(stream: recording.DeviceStream, into: list[Samples]) -> None:
    while (block := stream.read(0)) is not None:
        into.append(block.samples)


@pytest.mark.parametrize(
    ("code", "advice"),
    [(-9985, "Another program"), (-9999, "privacy"), (-9986, "voicecoach doctor")],
)
def test_other_refusals_are_told_with_advice(
    sd: FakeSoundDevice, code: int, advice: str
) -> None:
    tried: list[int] = []

    def everything(settings: dict[str, Any]) -> bool:
        tried.append(settings["samplerate"])
        return True

    sd.refuses[everything] = code
    with pytest.raises(DeviceError, match=advice) as caught:
        SoundDeviceMicrophone().open()
    assert isinstance(caught.value.__cause__, FakePortAudioError)
    assert set(tried) == {EAR_RATE_HZ}, "another format cannot help"


@pytest.mark.usefixtures("sd")
def test_a_device_that_does_not_start_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: FakeStream) -> None:
        raise FakePortAudioError("Unanticipated host error", -9999)

    monkeypatch.setattr(FakeStream, "start", refuse)
    with pytest.raises(DeviceError, match="does not start"):
        SoundDeviceMicrophone().open()
    assert not portaudio.open_streams


# -- recording ---------------------------------------------------------------------


@given(
    samples=st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=40),
    size=st.integers(1, 9),
)
def test_every_sample_arrives_once_and_in_order(
    samples: list[float], size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fake = FakeSoundDevice()
        patch.setitem(sys.modules, "sounddevice", fake)
        with SoundDeviceMicrophone().open() as stream:
            for part in blocks_of(samples, size):
                fake.streams[0].deliver(part)
            fake.streams[0].unplug()
            assert read_until_lost(stream).tolist() == samples


@pytest.mark.usefixtures("sd")
def test_nothing_in_time_is_an_empty_block() -> None:
    with SoundDeviceMicrophone().open() as stream:
        began_s = time.monotonic()
        block = stream.read(0.05)
        assert time.monotonic() - began_s >= 0.05
    assert block is not None
    assert len(block.samples) == 0


def test_overflows_of_the_device_are_marked(sd: FakeSoundDevice) -> None:
    with SoundDeviceMicrophone().open() as stream:
        for status in (NO_STATUS, OVERFLOW, NO_STATUS):
            sd.streams[0].deliver([0.1], status)
        marks = [block.overflowed for _ in range(3) if (block := stream.read(0))]
    assert marks == [False, True, False]


def test_blocks_dropped_from_a_full_queue_are_marked(
    sd: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "QUEUE_BLOCKS", 2)
    with SoundDeviceMicrophone().open() as stream:
        for value in (0.1, 0.2, 0.3, 0.4):
            sd.streams[0].deliver([value])
        kept = [stream.read(0), stream.read(0)]
        sd.streams[0].deliver([0.5])
        after = stream.read(0)
    assert [block.overflowed for block in kept if block] == [False, False]
    assert after is not None
    assert after.overflowed
    assert after.samples[0] == np.float32(0.5)


def test_a_lost_device_stays_lost(sd: FakeSoundDevice) -> None:
    with SoundDeviceMicrophone().open() as stream:
        sd.streams[0].unplug()
        for _ in range(2):
            with pytest.raises(DeviceLostError, match="Built-in Microphone"):
                stream.read(0)


def test_a_device_that_stops_calling_back_is_lost(
    sd: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(streaming.LOST_AFTER_S, "input", 0.1)
    with SoundDeviceMicrophone().open() as stream:
        sd.streams[0].deliver([0.1])
        assert stream.read(0)
        with pytest.raises(DeviceLostError):
            stream.read(5.0)


def test_a_pause_of_this_process_is_not_a_lost_device(
    sd: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(streaming.LOST_AFTER_S, "input", 0.05)
    monkeypatch.setattr(recording, "GRACE_S", 1.0)
    with SoundDeviceMicrophone().open() as stream:
        sd.streams[0].deliver([0.1])
        assert stream.read(0)
        time.sleep(0.1)  # overdue when the reader looks again; then the block comes
        late = threading.Timer(0.1, sd.streams[0].deliver, ([0.2],))
        late.start()
        block = stream.read(0)
        late.join()
    assert block is not None
    assert block.samples.tolist() == [np.float32(0.2)]


@pytest.mark.usefixtures("sd")
def test_a_stream_closed_by_us_has_ended() -> None:
    with SoundDeviceMicrophone().open() as stream:
        pass
    assert stream.read(0) is None


def test_digital_silence_is_told_from_a_quiet_room() -> None:
    assert Block(np.zeros(512, np.float32)).is_digital_silence
    assert not Block(np.linspace(0, 1e-5, 512, dtype=np.float32)).is_digital_silence
    assert not Block(np.zeros(0, np.float32)).is_digital_silence


# -- playing -----------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [16_000, 22_050])
def test_the_whole_sound_is_played_then_what_is_held_back_waited_for(
    sd: FakeSoundDevice, rate_hz: int
) -> None:
    sound = tone(0.3, rate_hz)
    SoundDeviceLoudspeaker().play(sound)
    given = np.concatenate(sd.streams[0].given)
    loud = np.flatnonzero(given)
    first = loud[0] - 1  # the tone's own first sample is 0
    np.testing.assert_array_equal(
        given[first : first + len(sound.samples)], sound.samples
    )
    assert first >= 480, "the system may swallow the first moments"
    silence_s = (len(given) - first - len(sound.samples)) / rate_hz
    assert HELD_S < silence_s < 1


def test_a_loudspeaker_that_refuses_the_rate_gets_its_own(sd: FakeSoundDevice) -> None:
    sd.refuses[lambda settings: settings["samplerate"] == 16_000] = -9997
    sound = tone(0.3, 16_000)
    SoundDeviceLoudspeaker().play(sound)
    given = np.concatenate(sd.streams[0].given)
    assert sd.streams[0].samplerate == 48_000
    assert np.ptp(np.flatnonzero(np.abs(given) > 0.01)) == pytest.approx(14_400, abs=60)


def test_playing_can_be_stopped(sd: FakeSoundDevice) -> None:
    asked = iter([False, True])
    SoundDeviceLoudspeaker().play(tone(60.0, 16_000), stop=lambda: next(asked))
    assert len(np.concatenate(sd.streams[0].given)) < 30 * 16_000


@pytest.mark.usefixtures("sd")
def test_progress_never_goes_back_and_ends_at_the_end() -> None:
    told: list[float] = []
    SoundDeviceLoudspeaker().play(tone(1.0, 16_000), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.usefixtures("sd")
def test_a_loudspeaker_that_goes_away_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FakePlayer, "unplugged_after_s", 0.5)
    began_s = time.monotonic()
    with pytest.raises(DeviceLostError, match="Built-in Output"):
        SoundDeviceLoudspeaker().play(tone(5.0, 16_000))
    assert time.monotonic() - began_s < 1.0, "told by its end, not by its silence"


# -- preflight ---------------------------------------------------------------------


def checked(*sounds: Audio, faults: Faults | None = None) -> Any:
    microphone = ScriptedMicrophone(
        sounds, real_time=False, faults=faults or Faults(), lead_s=2.0
    )
    return preflight(microphone)


def test_a_quiet_signal_is_fine_and_its_level_told() -> None:
    result = checked()
    assert result.device == "scripted microphone"
    assert result.level_dbfs == pytest.approx(-65, abs=0.5)
    assert 0 < result.peak < 0.01
    assert result.overflows == 0


def test_overflows_are_counted() -> None:
    assert checked(faults=Faults(overflow_at_s=(0.2, 1.0, 1.9))).overflows == 2


@pytest.mark.parametrize(
    ("platform", "advice"),
    [
        ("linux", "pactl"),
        ("darwin", "Privacy"),
        ("win32", "Microphone"),
        ("aix", "sound"),
    ],
)
def test_digital_silence_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, platform: str, advice: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(BadSignalError, match="digital silence") as caught:
        checked(faults=Faults(digital_silence=True))
    assert advice in caught.value.what_to_do


def test_a_constant_is_digital_silence_too() -> None:
    stuck = Audio(np.full(5 * EAR_RATE_HZ, 0.25, np.float32))
    with pytest.raises(BadSignalError, match="digital silence"):
        preflight(ScriptedMicrophone([stuck], real_time=False, lead_s=0))


def test_clipping_is_refused() -> None:
    with pytest.raises(BadSignalError, match="too loud"):
        checked(faults=Faults(gain=3000.0))


def test_a_device_that_wakes_up_with_zeros_gets_a_second_chance() -> None:
    zeros_then_room = Audio(
        np.concatenate([np.zeros(26_000, np.float32), tone(2, 16_000).samples * 0.01])
    )
    microphone = ScriptedMicrophone([zeros_then_room], real_time=False, lead_s=0)
    assert preflight(microphone).level_dbfs < -40
