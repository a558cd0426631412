"""What the interview knows of sound hardware: to record from, to play on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from voicecoach.audio import Audio, Samples


@dataclass(frozen=True, eq=False)
class Block:
    """A stretch of recorded sound.

    Args:
        samples: float32 mono at 16 kHz, shape (n,); n is about 512, and 0 when
            nothing came in time.
        overflowed: whether samples were lost just before this block.
    """

    samples: Samples
    overflowed: bool = False

    @property
    def is_digital_silence(self) -> bool:
        """Whether every sample is the same, which no open microphone delivers.

        An unplugged microphone can look like this: PulseAudio moves the recording to
        another source, which may be a silent one.
        """
        return bool(len(self.samples)) and float(np.ptp(self.samples)) == 0.0


class InputStream(Protocol):
    """An open microphone; closed on leaving the ``with`` block."""

    def __enter__(self) -> InputStream:
        """Itself, already recording."""
        ...

    def __exit__(self, *_: object) -> None:
        """Stop recording and let the device go."""
        ...

    def read(self, timeout_s: float) -> Block | None:
        """The next block, in order and without gaps.

        Args:
            timeout_s: how long to wait for it; 0 asks only for what is there.

        Returns:
            a block; an empty one when none came in time; None when the source has
            ended, as a scripted one does.

        Raises:
            DeviceLostError: the device went away; what it delivered before has been
                returned first.
        """
        ...


class Microphone(Protocol):
    """Something to record from."""

    @property
    def name(self) -> str:
        """What to call it before the user."""
        ...

    def open(self) -> InputStream:
        """Start recording.

        Raises:
            DeviceError: it is not there or cannot be used.
        """
        ...


def never() -> bool:
    """Do not stop: the default of `Loudspeaker.play`."""
    return False


class Loudspeaker(Protocol):
    """Something to play on."""

    def play(
        self,
        audio: Audio,
        stop: Callable[[], bool] = never,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Play and return when the last sample has left the device.

        Args:
            audio: at any rate.
            stop: asked every 30 ms; True ends the sound at once.
            progress: told every 30 ms how many seconds of ``audio`` have been heard.

        Raises:
            DeviceError: nothing to play on, or it cannot be used.
            DeviceLostError: it went away while playing.
        """
        ...
