"""One spoken answer: from the microphone to the disk and to both ears.

One thread does it all: it takes what the device queued, makes it safe on disk first,
then gives it to the ears (which never wait for words), looks at the keyboard and draws.
When the machine is slow it takes more at a time, so the disk never falls behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from voicecoach.audio import EAR_RATE_HZ, FLOOR_DBFS, WavWriter, level_dbfs
from voicecoach.ears import Ears
from voicecoach.errors import DeviceLostError
from voicecoach.interview.stage import Stage
from voicecoach.microphone import Block, InputStream, Microphone

READ_S = 0.1
"""How long one look at the microphone waits; also how often keys are looked at."""
DEAD_AFTER_S = 2.0
"""Digital silence that means the device is gone: a sound server moves a recording
from an unplugged microphone to a silent one and never says so."""
STEP_S = 0.25
"""Most that is taken at once while listening: what a kill may cost."""
QUEUED_S = 5.0
"""Most that is taken after the end: what a stalled machine can have queued up."""


class End(Enum):
    """Why listening ended."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    REPEAT = "repeat"
    QUIT = "quit"


KEYS = {"\n": End.ANSWERED, "s": End.SKIPPED, "r": End.REPEAT, "q": End.QUIT}
PAUSE = "p"


@dataclass(frozen=True)
class Limits:
    """When an answer ends by itself.

    Args:
        hands_free: whether a long silence ends it.
        warn_s: silence after which the countdown begins.
        stop_s: silence after which the answer is over; speech before cancels it.
        hard_cap_s: longest answer.
        cap_warning_s: how long before the cap it is announced.
    """

    hands_free: bool = True
    warn_s: float = 7.0
    stop_s: float = 12.0
    hard_cap_s: float = 480.0
    cap_warning_s: float = 30.0


@dataclass(frozen=True)
class Listening:
    """One moment of an answer, for the screen.

    Args:
        elapsed_s: recorded so far.
        target_s: least and most seconds of a good answer.
        level_dbfs: of the latest block.
        spoke: whether there was voice yet.
        paused: whether sound is being dropped on the person's wish.
        stops_in_s: seconds until a silence ends the answer; None while it does not.
        cap_in_s: seconds until the longest answer is reached; None while it is far.
    """

    elapsed_s: float
    target_s: tuple[float, float]
    level_dbfs: float
    spoke: bool
    paused: bool
    stops_in_s: float | None
    cap_in_s: float | None


class Listener:
    """Listens to one answer; `listen` may be called again after a repeat.

    Args:
        microphone: opened anew by each `listen`.
        ears: for the answer's words and voice.
        writer: for its sound.
        stage: for keys, and shown every block.
        limits: when it ends by itself.
    """

    def __init__(
        self,
        microphone: Microphone,
        ears: Ears,
        writer: WavWriter,
        stage: Stage,
        limits: Limits,
    ) -> None:
        self._microphone = microphone
        self._ears = ears
        self._writer = writer
        self._stage = stage
        self._limits = limits
        self._paused = False
        self._level_dbfs = FLOOR_DBFS
        self._dead_samples = 0

    def listen(self, target_s: tuple[float, float]) -> End:
        """Take sound until a key, a silence, the cap or the end of the source.

        Raises:
            DeviceLostError: the microphone went away; all before is kept.
            StorageError: the disk is full; all before is kept.
        """
        with self._microphone.open() as stream:
            try:
                end = None
                while end is None:
                    end = self._pressed() or self._heard(stream, target_s)
            except KeyboardInterrupt:
                self._take_waiting(stream, [], QUEUED_S)
                raise
            if end in {End.ANSWERED, End.QUIT}:
                self._take_waiting(stream, [], QUEUED_S)
            return end

    def _pressed(self) -> End | None:
        key = self._stage.key()
        if key == PAUSE:
            self._paused = not self._paused
        end = KEYS.get(key or "")
        too_early = end is End.ANSWERED and not self._ears.has_voice
        return None if too_early else end  # a second Enter must not end the question

    def _heard(self, stream: InputStream, target_s: tuple[float, float]) -> End | None:
        first = stream.read(READ_S)
        if first is None:
            return End.ANSWERED
        self._take_waiting(stream, [first], STEP_S)
        now = self._moment(target_s)
        self._stage.listening(now)
        silent = now.stops_in_s is not None and now.stops_in_s <= 0
        capped = now.cap_in_s is not None and now.cap_in_s <= 0
        return End.ANSWERED if silent or capped else None

    def _take_waiting(
        self, stream: InputStream, blocks: list[Block], most_s: float
    ) -> None:
        """Take ``blocks`` and what waits behind them; all of it even if that fails."""
        left = round(most_s * EAR_RATE_HZ)
        try:
            while left > 0 and (block := stream.read(0)) and len(block.samples):
                blocks.append(block)
                left -= len(block.samples)
        finally:
            self._take(blocks)

    def _take(self, blocks: list[Block]) -> None:
        """Keep and hear blocks, in this order; nothing while paused."""
        if self._paused or not any(len(block.samples) for block in blocks):
            return
        samples = np.concatenate([block.samples for block in blocks])
        self._writer.write(samples)
        overflowed = any(block.overflowed for block in blocks)
        self._ears.hear(samples, overflowed=overflowed)
        self._level_dbfs = level_dbfs(blocks[-1].samples)
        self._refuse_dead(blocks)

    def _refuse_dead(self, blocks: list[Block]) -> None:
        for block in blocks:
            dead = block.is_digital_silence or not len(block.samples)
            self._dead_samples = self._dead_samples + len(block.samples) if dead else 0
        if self._dead_samples > DEAD_AFTER_S * EAR_RATE_HZ:
            msg = f"{self._microphone.name} delivers only digital silence now."
            raise DeviceLostError(msg, "Check its plug and its mute switch.")

    def _moment(self, target_s: tuple[float, float]) -> Listening:
        limits, silence_s = self._limits, self._ears.silence_s
        counting = (
            limits.hands_free
            and not self._paused
            and self._ears.has_voice  # thinking before the first word takes its time
            and silence_s >= limits.warn_s
        )
        left_s = limits.hard_cap_s - self._ears.heard_s
        return Listening(
            elapsed_s=self._ears.heard_s,
            target_s=target_s,
            level_dbfs=self._level_dbfs,
            spoke=self._ears.has_voice,
            paused=self._paused,
            stops_in_s=max(0.0, limits.stop_s - silence_s) if counting else None,
            cap_in_s=max(0.0, left_s) if left_s <= limits.cap_warning_s else None,
        )
