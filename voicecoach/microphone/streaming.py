"""Open a sound device in a format that it takes, and notice when it is gone."""

from __future__ import annotations

import time
from itertools import product
from types import ModuleType
from typing import Protocol

import numpy as np
import numpy.typing as npt

from voicecoach.errors import DeviceError, DeviceLostError
from voicecoach.microphone.portaudio import (
    Device,
    Direction,
    choose,
    error_code,
    known_devices,
    list_devices,
    open_streams,
    portaudio,
)

BLOCK_S = 0.032
"""One block: 512 samples at 16 kHz, what Silero takes in one bite."""

LATENCY_S = 0.2
"""Room that the sound system keeps for us: Whisper on both cores must not cost samples.
Blocks still arrive within 70 ms (measured over PulseAudio)."""

LOST_AFTER_S: dict[Direction, float] = {"input": 1.5, "output": 4.0}
"""A device that has been calling back and is quiet for this long is gone. A loudspeaker
that nobody used plays what was made ready for it before it asks for more: a virtual one
of PulseAudio 2 s of silence (measured)."""

FIRST_CALL_AFTER_S = 6.0
"""Patience before the first block: PulseAudio took 1.8 s to wake a sleeping source, and
a Bluetooth headset has to change its profile first."""

_NOUNS = {"input": "microphone", "output": "loudspeaker"}

_WRONG_FORMAT = {-9997, -9998}
"""PortAudio's "invalid sample rate" and "invalid number of channels"."""


Frames = npt.NDArray[np.float32]
"""What PortAudio takes and gives, shape (n, channels)."""


class Times(Protocol):
    """When a block meets the device, in seconds of the stream's own clock."""

    currentTime: float  # noqa: N815 - PortAudio's names
    outputBufferDacTime: float  # noqa: N815


class Status(Protocol):
    """What went wrong since the last call."""

    input_overflow: bool


class Stream(Protocol):
    """The part of `sounddevice.InputStream` and `OutputStream` that is used."""

    samplerate: float
    latency: float

    def start(self) -> None:
        """Begin to call back."""
        ...

    def abort(self) -> None:
        """Stop at once, with what is buffered thrown away; errors are ignored."""
        ...

    def close(self) -> None:
        """Let the device go; errors are ignored."""
        ...


class StreamUser(Protocol):
    """What PortAudio calls, from a thread of its own that must never wait."""

    def callback(
        self, data: Frames, frames: int, times: Times, status: Status, /
    ) -> None:
        """Take or fill ``data``, shape (frames, channels)."""
        ...

    def finished(self) -> None:
        """The stream has ended, by us or by the device."""
        ...


def open_stream(
    direction: Direction, wanted: str | None, rate_hz: int, user: StreamUser
) -> tuple[Stream, Device]:
    """A sounddevice stream, not started yet, and its device.

    The devices as known are tried before scanning again, which can take a third of a
    second. A device that refuses ``rate_hz`` is opened at its own rate.

    Raises:
        NoPortAudioError: the library is missing.
        NoMicrophoneError: nothing to record from, or nothing by that name.
        DeviceError: nothing to play on, or the device cannot be opened.
    """
    with portaudio(f"The {_NOUNS[direction]} cannot be opened") as sd:
        try:
            device = choose(known_devices(sd), wanted, direction)
            return _in_first_format(sd, direction, device, rate_hz, user), device
        except (DeviceError, sd.PortAudioError):
            if open_streams:
                raise
        device = choose(list_devices(), wanted, direction)
        return _in_first_format(sd, direction, device, rate_hz, user), device


def _in_first_format(
    sd: ModuleType, direction: Direction, device: Device, rate_hz: int, user: StreamUser
) -> Stream:
    """Opened in the first format it takes: mono then stereo, our rate then its own."""
    channel_counts = dict.fromkeys((1, min(2, device.channels(direction))))
    rates_hz = dict.fromkeys((rate_hz, device.default_rate_hz))
    *others, last = product(channel_counts, rates_hz)
    index = known_devices(sd).index(device)
    for channels, rate in others:
        try:
            return _made(sd, direction, (index, channels, rate), user)
        except sd.PortAudioError as error:
            if error_code(error) not in _WRONG_FORMAT:
                raise
    return _made(sd, direction, (index, *last), user)


def _made(
    sd: ModuleType,
    direction: Direction,
    device_channels_rate: tuple[int, int, int],
    user: StreamUser,
) -> Stream:
    index, channels, rate_hz = device_channels_rate
    kind = sd.InputStream if direction == "input" else sd.OutputStream
    stream: Stream = kind(
        device=index,
        channels=channels,
        samplerate=rate_hz,
        # Playing, PortAudio chooses: re-blocking made ALSA underrun at each start.
        blocksize=round(rate_hz * BLOCK_S) if direction == "input" else 0,
        latency=LATENCY_S,
        dtype="float32",
        callback=user.callback,
        finished_callback=user.finished,
    )
    open_streams.add(stream)
    return stream


def start_stream(stream: Stream, device: Device) -> None:
    """Let the device call back.

    Raises:
        DeviceError: it will not start; it is closed then.
    """
    try:
        with portaudio(f"{device.label} does not start"):
            stream.start()
    except DeviceError:
        close_stream(stream)
        raise


def close_stream(stream: Stream) -> None:
    """Stop at once and let the device go, also when it is no longer there."""
    stream.abort()
    stream.close()
    open_streams.discard(stream)


class Heartbeat:
    """Whether a device still calls back.

    Args:
        device: to name it when it is lost.
        direction: microphone or loudspeaker.
    """

    def __init__(self, device: str, direction: Direction) -> None:
        self._device = device
        self._direction = direction
        self._overdue_s = time.monotonic() + FIRST_CALL_AFTER_S

    def beat(self) -> None:
        """The device has called back."""
        self._overdue_s = time.monotonic() + LOST_AFTER_S[self._direction]

    @property
    def is_overdue(self) -> bool:
        """Whether it has been silent for too long."""
        return time.monotonic() >= self._overdue_s

    def lost(self) -> DeviceLostError:
        """The error to raise."""
        return DeviceLostError(
            f"{self._device} stopped working; it may have been unplugged.",
            "Plug it in again, or choose another: `voicecoach doctor` lists them.",
        )
