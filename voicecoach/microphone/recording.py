"""Record from a real microphone, as 16 kHz mono, without losing a block."""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Self

import numpy as np

from voicecoach.audio import EAR_RATE_HZ, Samples
from voicecoach.microphone.portaudio import choose, list_devices
from voicecoach.microphone.protocols import Block
from voicecoach.microphone.streaming import (
    BLOCK_S,
    Frames,
    Heartbeat,
    Status,
    Times,
    close_stream,
    open_stream,
    start_stream,
)

if TYPE_CHECKING:
    import soxr

QUEUE_BLOCKS = round(60 / BLOCK_S)
"""A minute: a reader further behind than this loses blocks, counted as overflows."""

GRACE_S = 0.25
"""A device looks dead when this process was stopped or another thread held the
interpreter; so one more wait before saying so."""

_NOTHING: Samples = np.zeros(0, np.float32)


class SoundDeviceMicrophone:
    """A microphone through PortAudio.

    Args:
        device: label, name or part of either; None for the system's default.
    """

    def __init__(self, device: str | None = None) -> None:
        self._wanted = device
        self._label: str | None = None

    @property
    def name(self) -> str:
        """Its label.

        Raises:
            NoPortAudioError: the library is missing.
            NoMicrophoneError: nothing to record from, or nothing by that name.
        """
        if self._label is None:
            self._label = choose(list_devices(), self._wanted, "input").label
        return self._label

    def open(self) -> DeviceStream:
        """Start recording.

        Raises:
            NoPortAudioError: the library is missing.
            NoMicrophoneError: nothing to record from, or nothing by that name.
            DeviceError: the device cannot be opened, or does not start.
        """
        stream = DeviceStream(self._wanted)
        self._label = stream.device.label
        return stream


class DeviceStream:
    """An open microphone, see `voicecoach.microphone.InputStream`.

    Sound comes in at whatever rate and number of channels the device took; each
    `read` turns a block into 16 kHz mono, with one resampler for the whole stream so
    that blocks join without a seam.
    """

    def __init__(self, wanted: str | None) -> None:
        self._blocks: SimpleQueue[_Raw | None] = SimpleQueue()
        self._dropped = False
        self._closed = False
        self._stream, self.device = open_stream("input", wanted, EAR_RATE_HZ, self)
        self._resampler = _resampler(round(self._stream.samplerate))
        self._heart = Heartbeat(self.device.label, "input")
        start_stream(self._stream, self.device)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        close_stream(self._stream)

    def callback(self, data: Frames, _n: int, _times: Times, status: Status) -> None:
        """Copy into the queue and return; PortAudio's thread."""
        self._heart.beat()
        if self._blocks.qsize() >= QUEUE_BLOCKS:
            self._dropped = True
            return
        self._blocks.put((data.copy(), bool(status.input_overflow) or self._dropped))
        self._dropped = False

    def finished(self) -> None:
        """Mark the end behind the last block; PortAudio's thread."""
        self._blocks.put(None)

    def read(self, timeout_s: float) -> Block | None:
        """The next block; None after the stream was closed by us.

        Raises:
            DeviceLostError: it ended or fell silent; every block was returned first.
        """
        try:
            raw = self._next(timeout_s)
        except Empty:
            return Block(_NOTHING)
        if raw is not None:
            frames, overflowed = raw
            return Block(self._to_ear(frames), overflowed)
        self._blocks.put(None)  # the end stays the end for the next read
        if self._closed:
            return None
        if self._resampler is not None:
            resampler, self._resampler = self._resampler, None
            return Block(resampler.resample_chunk(_NOTHING, last=True))
        raise self._heart.lost()

    def _next(self, timeout_s: float) -> _Raw | None:
        """What is next in the queue; None for the end.

        Raises:
            Empty: nothing in time, and the device is not overdue.
        """
        until_s = time.monotonic() + timeout_s
        while True:
            wait_s = min(GRACE_S, max(0.0, until_s - time.monotonic()))
            try:
                return self._blocks.get(timeout=wait_s)
            except Empty:
                if self._heart.is_overdue:
                    return self._last_chance()
                if time.monotonic() >= until_s:
                    raise

    def _last_chance(self) -> _Raw | None:
        try:
            return self._blocks.get(timeout=GRACE_S)
        except Empty:
            return None

    def _to_ear(self, frames: Frames) -> Samples:
        """16 kHz mono; channels are averaged, as a voice is in both of a pair."""
        mono: Samples = frames.mean(axis=1) if frames.shape[1] > 1 else frames[:, 0]
        if self._resampler is None:
            return mono
        resampled: Samples = self._resampler.resample_chunk(mono)
        return resampled


_Raw = tuple[Frames, bool]
"""Frames, shape (n, channels), and whether some were lost before them."""


def _resampler(rate_hz: int) -> soxr.ResampleStream | None:
    if rate_hz == EAR_RATE_HZ:
        return None
    import soxr

    return soxr.ResampleStream(rate_hz, EAR_RATE_HZ, 1, dtype="float32")
