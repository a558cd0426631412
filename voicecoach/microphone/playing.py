"""Play on a real loudspeaker, to the last sample."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Event

import numpy as np

from voicecoach.audio import Audio, Samples
from voicecoach.microphone.protocols import never
from voicecoach.microphone.streaming import (
    Frames,
    Heartbeat,
    Status,
    Times,
    close_stream,
    open_stream,
    start_stream,
)

POLL_S = 0.03
"""How often `stop` is asked and `progress` is told."""

LONGEST_TAIL_S = 1.0
"""Bounds what a sound system may claim to hold back; Bluetooth holds 0.2-0.4 s."""

SAFETY_S = 0.05

LEAD_IN_S = 0.3
"""Silence first: PulseAudio swallowed 0.16-0.33 s of every sound while it filled its
buffers (measured), and Bluetooth and HDMI wake up no faster."""


class SoundDeviceLoudspeaker:
    """A loudspeaker through PortAudio, see `voicecoach.microphone.Loudspeaker`.

    Args:
        device: label, name or part of either; None for the system's default.
    """

    def __init__(self, device: str | None = None) -> None:
        self._wanted = device

    def play(
        self,
        audio: Audio,
        stop: Callable[[], bool] = never,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Play and return when the last sample has left the device.

        Raises:
            NoPortAudioError: the library is missing.
            DeviceError: nothing to play on, or it cannot be used.
            DeviceLostError: it went away while playing.
        """
        playback = _Playback(audio, self._wanted)
        try:
            while not playback.heard.wait(POLL_S):
                if stop():
                    return
                playback.raise_if_lost()
                if progress is not None:
                    progress(playback.position_s)
        finally:
            playback.close()
        if progress is not None:
            progress(audio.duration_s)


class _Playback:
    """One sound on its way out."""

    def __init__(self, audio: Audio, wanted: str | None) -> None:
        self.heard = Event()
        self._ended = Event()
        self._handed = 0  # frames given to PortAudio, the silence at the end included
        self._tail: int | None = None  # frames of that silence, known once it begins
        self._begin_s: float | None = None  # when the lead-in is over
        self._expected_s = (0.0, 0.0)  # a moment, and where in the sound it will be
        self._stream, device = open_stream("output", wanted, audio.rate_hz, self)
        self._rate_hz = round(self._stream.samplerate)
        self._samples: Samples = audio.at_rate(self._rate_hz).samples
        self._heart = Heartbeat(device.label, "output")
        start_stream(self._stream, device)

    def callback(self, data: Frames, frames: int, times: Times, _: Status) -> None:
        """Hand over silence, the next frames, then silence; PortAudio's thread."""
        self._heart.beat()
        data[:] = 0
        if self._is_leading_in():
            return
        part = self._samples[self._handed : self._handed + frames]
        data[: len(part)] = part[:, np.newaxis]
        if len(part):
            held_s = times.outputBufferDacTime - times.currentTime
            heard_s = self._handed / self._rate_hz - held_s
            self._expected_s = (time.monotonic(), heard_s)
        self._handed += frames
        if self._handed >= len(self._samples):
            self._await_the_end(times, frames)

    def _is_leading_in(self) -> bool:
        """By the clock, as frames of the first moments may be thrown away."""
        now_s = time.monotonic()
        if self._begin_s is None:
            self._begin_s = now_s + LEAD_IN_S
        return now_s < self._begin_s

    def _await_the_end(self, times: Times, frames: int) -> None:
        if self._tail is None:
            held_s = times.outputBufferDacTime - times.currentTime
            held_s += frames / self._rate_hz
            held_s = min(max(held_s, self._stream.latency), LONGEST_TAIL_S)
            self._tail = math.ceil((held_s + SAFETY_S) * self._rate_hz)
        if self._handed >= len(self._samples) + self._tail:
            self.heard.set()

    def finished(self) -> None:
        """The stream has ended; PortAudio's thread."""
        self._ended.set()

    @property
    def position_s(self) -> float:
        """Seconds of the sound that have left the device."""
        at_s, heard_s = self._expected_s
        handed_s = min(self._handed, len(self._samples)) / self._rate_hz
        return min(max(0.0, heard_s + time.monotonic() - at_s), handed_s)

    def raise_if_lost(self) -> None:
        """Tell a device that is gone from one that is done.

        Raises:
            DeviceLostError: it ended, or stopped calling back, before the last sample.
        """
        if not self.heard.is_set() and (self._ended.is_set() or self._heart.is_overdue):
            raise self._heart.lost()

    def close(self) -> None:
        """Stop at once."""
        close_stream(self._stream)
