"""The real microphone and loudspeaker code against real, if virtual, devices."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.live.pulse import RATE_HZ, ROOM_DBFS, VirtualSound, eventually
from voicecoach.audio import EAR_RATE_HZ, Audio, Samples
from voicecoach.errors import (
    BadSignalError,
    DeviceError,
    DeviceLostError,
    NoMicrophoneError,
)
from voicecoach.microphone import (
    InputStream,
    SoundDeviceLoudspeaker,
    SoundDeviceMicrophone,
    list_devices,
    preflight,
)

pytestmark = pytest.mark.live

TONE_HZ = 440.0
LOUD = 0.1
"""Between room tone (peaks at 0.003) and the tone (0.5)."""


def tone(seconds: float, rate_hz: int = EAR_RATE_HZ) -> Audio:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return Audio((0.5 * np.sin(2 * np.pi * TONE_HZ * t)).astype(np.float32), rate_hz)


def loud_part(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples) > LOUD)
    assert len(loud), "nothing was heard"
    return samples[loud[0] : loud[-1] + 1]


def phase_drift_degrees(samples: Samples, rate_hz: int) -> float:
    """How far a tone strays from its own beat; one sample lost at 16 kHz is 10°."""
    beat = np.exp(-2j * np.pi * TONE_HZ * np.arange(len(samples)) / rate_hz)
    size = round(rate_hz / TONE_HZ * 11)  # whole periods, about 25 ms
    whole = (samples * beat)[: len(samples) // size * size]
    phases = np.unwrap(np.angle(whole.reshape(-1, size).mean(axis=1)))
    return float(np.degrees(np.ptp(phases[1:-1])))


def read_while(stream: InputStream, going: Callable[[], bool]) -> Samples:
    blocks = []
    while going():
        block = stream.read(0.1)
        assert block is not None
        assert not block.overflowed
        blocks.append(block.samples)
    return np.concatenate(blocks)


def read_until_lost(stream: InputStream, into: list[Samples]) -> None:
    while block := stream.read(0.1):
        into.append(block.samples)


@pytest.mark.usefixtures("here")
def test_devices_are_listed_and_chosen_by_name() -> None:
    devices = {device.label: device for device in list_devices()}
    assert set(devices) == {"pulse, ALSA", "default, ALSA"}
    assert devices["default, ALSA"].is_default_input
    assert SoundDeviceMicrophone("pulse").name == "pulse, ALSA"
    with pytest.raises(NoMicrophoneError, match="pulse, ALSA; default, ALSA"):
        SoundDeviceMicrophone("Yeti").open()


def test_a_tone_is_recorded_without_a_gap(here: VirtualSound) -> None:
    with SoundDeviceMicrophone().open() as stream:
        assert stream.read(3.0)
        started_s = time.monotonic()
        speaker = here.say(tone(3.0))
        samples = read_while(stream, lambda: time.monotonic() < started_s + 4.5)
        lasted_s = time.monotonic() - started_s
    assert speaker.poll() == 0
    assert len(samples) / EAR_RATE_HZ == pytest.approx(lasted_s, abs=0.25)
    heard = loud_part(samples)
    assert len(heard) / EAR_RATE_HZ == pytest.approx(3.0, abs=0.01)
    assert phase_drift_degrees(heard, EAR_RATE_HZ) < 3


def test_a_slow_reader_loses_nothing(here: VirtualSound) -> None:
    with SoundDeviceMicrophone("pulse, ALSA").open() as stream:
        assert stream.read(3.0)
        here.say(tone(2.5))
        time.sleep(3.5)
        end_s = time.monotonic() + 0.5
        samples = read_while(stream, lambda: time.monotonic() < end_s)
    heard = loud_part(samples)
    assert len(heard) / EAR_RATE_HZ == pytest.approx(2.5, abs=0.01)
    assert phase_drift_degrees(heard, EAR_RATE_HZ) < 3


def test_a_busy_interpreter_costs_no_samples(here: VirtualSound) -> None:
    enough = threading.Event()

    def burn() -> None:
        while not enough.is_set():
            sum(range(200_000))

    burners = [threading.Thread(target=burn) for _ in range(3)]
    with SoundDeviceMicrophone().open() as stream:
        assert stream.read(3.0)
        for burner in burners:
            burner.start()
        here.say(tone(2.0))
        end_s = time.monotonic() + 3.2
        try:
            samples = read_while(stream, lambda: time.monotonic() < end_s)
        finally:
            enough.set()
    heard = loud_part(samples)
    assert len(heard) / EAR_RATE_HZ == pytest.approx(2.0, abs=0.01)
    assert phase_drift_degrees(heard, EAR_RATE_HZ) < 3


def test_a_device_that_refuses_16_khz_is_resampled_without_a_seam(
    here: VirtualSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sounddevice

    real = sounddevice.InputStream

    def picky(**settings: Any) -> Any:
        if settings["samplerate"] == EAR_RATE_HZ:
            raise sounddevice.PortAudioError("Invalid sample rate", -9997)
        return real(**settings)

    monkeypatch.setattr(sounddevice, "InputStream", picky)
    with SoundDeviceMicrophone().open() as stream:
        assert stream.read(3.0)
        here.say(tone(2.0))
        end_s = time.monotonic() + 3.2
        samples = read_while(stream, lambda: time.monotonic() < end_s)
    assert len(samples) / EAR_RATE_HZ == pytest.approx(3.2, abs=0.25)
    heard = loud_part(samples)
    assert len(heard) / EAR_RATE_HZ == pytest.approx(2.0, abs=0.01)
    assert phase_drift_degrees(heard, EAR_RATE_HZ) < 3


def test_an_unplugged_microphone_is_lost_after_its_last_block(
    here: VirtualSound,
) -> None:
    blocks: list[Samples] = []
    with SoundDeviceMicrophone().open() as stream:
        assert stream.read(3.0)
        started_s = time.monotonic()
        time.sleep(1.0)  # what comes in meanwhile waits in the queue
        here.unplug_microphone()
        unplugged_s = time.monotonic()
        with pytest.raises(DeviceLostError, match="unplugged"):
            read_until_lost(stream, blocks)
        assert time.monotonic() - unplugged_s < 2.0
    recorded_s = sum(map(len, blocks)) / EAR_RATE_HZ
    assert recorded_s == pytest.approx(unplugged_s - started_s, abs=0.25)


def test_a_recording_that_was_moved_elsewhere_is_digitally_silent(
    here: VirtualSound,
) -> None:
    def silent(stream: InputStream) -> bool:
        block = stream.read(0.1)
        return block is not None and block.is_digital_silence

    with SoundDeviceMicrophone().open() as stream:
        assert not silent(stream)
        here.unplug_microphone(rescued=True)
        eventually("digital silence", lambda: silent(stream), timeout_s=5.0)


def test_a_microphone_that_only_falls_silent_is_lost_too(here: VirtualSound) -> None:
    with SoundDeviceMicrophone().open() as stream:
        assert stream.read(3.0)
        here.stall_microphone(stalled=True)
        stalled_s = time.monotonic()
        with pytest.raises(DeviceLostError):
            read_until_lost(stream, [])
        assert 1.2 < time.monotonic() - stalled_s < 2.2


@pytest.mark.parametrize("rate_hz", [EAR_RATE_HZ, 22_050])
def test_play_returns_after_the_last_sample(here: VirtualSound, rate_hz: int) -> None:
    with here.heard() as recording:
        started_s = time.monotonic()
        SoundDeviceLoudspeaker().play(tone(1.5, rate_hz))
        took_s = time.monotonic() - started_s
    heard = loud_part(recording.samples())
    assert len(heard) / RATE_HZ == pytest.approx(1.5, abs=0.01)
    assert phase_drift_degrees(heard, RATE_HZ) < 3
    assert 1.5 < took_s < 2.3
    assert not here.is_playing()


def test_a_microphone_opened_after_play_hears_none_of_it(here: VirtualSound) -> None:
    with here.heard() as recording:
        SoundDeviceLoudspeaker().play(tone(1.0))
        time.sleep(0.1)  # parec's own delay
        there_at_return = len(recording.samples())
        time.sleep(0.5)
    assert not (np.abs(recording.samples()[there_at_return:]) > 0.001).any()


def test_play_can_be_stopped_and_tells_where_it_is(here: VirtualSound) -> None:
    told: list[float] = []
    with here.heard() as recording:
        SoundDeviceLoudspeaker().play(
            tone(5.0), stop=lambda: bool(told) and told[-1] > 1.0, progress=told.append
        )
        time.sleep(0.3)
    assert told == sorted(told)
    heard_s = len(loud_part(recording.samples())) / RATE_HZ
    assert heard_s == pytest.approx(told[-1], abs=0.3)


@pytest.mark.usefixtures("here")
def test_a_loudspeaker_that_was_idle_is_not_taken_for_lost() -> None:
    time.sleep(2.5)  # meanwhile a null sink makes 2 s of silence ready
    for _ in range(2):
        told: list[float] = []
        SoundDeviceLoudspeaker().play(tone(0.5), progress=told.append)
        assert told[-1] == 0.5  # to the last sample, and no DeviceLostError


def test_a_loudspeaker_that_goes_away_is_told(here: VirtualSound) -> None:
    def cut_off(position_s: float) -> None:
        if position_s > 0.5:
            here.cut_off_speaker()

    with pytest.raises(DeviceLostError):
        SoundDeviceLoudspeaker().play(tone(5.0), progress=cut_off)


def test_another_program_gets_the_virtual_devices_and_a_clean_screen(
    virtual_sound: VirtualSound,
) -> None:
    program = """if True:
        import numpy as np
        from voicecoach.audio import Audio
        from voicecoach.microphone import *
        SoundDeviceLoudspeaker().play(Audio(np.full(8000, 0.5, np.float32)))
        print(preflight(SoundDeviceMicrophone()).device)
    """
    with virtual_sound.heard() as recording:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=virtual_sound.env,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.stdout, done.stderr) == ("default, ALSA\n", "")
    assert len(loud_part(recording.samples())) == pytest.approx(RATE_HZ / 2, abs=500)


@pytest.mark.usefixtures("here")
def test_preflight_takes_a_quiet_room() -> None:
    result = preflight(SoundDeviceMicrophone())
    assert result.device == "default, ALSA"
    third_of_the_band_db = -4.8  # white noise at 48 kHz heard at 16 kHz
    assert result.level_dbfs == pytest.approx(ROOM_DBFS + third_of_the_band_db, abs=2)
    assert result.clipped_share == 0
    assert result.overflows == 0


def test_preflight_refuses_a_muted_source(here: VirtualSound) -> None:
    here.mute(muted=True)
    with pytest.raises(BadSignalError, match="digital silence") as caught:
        preflight(SoundDeviceMicrophone(), seconds=0.5)
    assert "pavucontrol" in caught.value.what_to_do


def test_preflight_refuses_clipping(here: VirtualSound) -> None:
    square = Audio(np.sign(tone(4.0, RATE_HZ).samples).astype(np.float32), RATE_HZ)
    here.say(square)
    with pytest.raises(BadSignalError, match="too loud"):
        preflight(SoundDeviceMicrophone())


@pytest.mark.usefixtures("pulseaudio")  # skips where there is none
def test_no_sound_server_is_no_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    with VirtualSound() as sound, monkeypatch.context() as patch:
        for name, value in sound.variables.items():
            patch.setenv(name, value)
        assert list_devices()
        sound.stop_daemon()
        with pytest.raises(NoMicrophoneError, match="voicecoach demo"):
            SoundDeviceMicrophone().open()
        with pytest.raises(DeviceError, match="No loudspeaker"):
            SoundDeviceLoudspeaker().play(tone(0.1))
        assert list_devices() == ()
