"""Stand-ins for sound hardware and a person, for tests and for `voicecoach demo`.

They are public: whoever writes a backend, or wants to see the program without a
microphone, uses them as the interview does, through the protocols of
`voicecoach.microphone` and `voicecoach.speech`.

    microphone = ScriptedMicrophone([Path("answer.wav")], real_time=False)
    with microphone.open() as stream:
        while (block := stream.read(1.0)) is not None:
            ...  # 2 s of room, the answer, 3 s of room, then None
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from voicecoach.audio import EAR_RATE_HZ, Audio, Samples, Stretch, read_audio
from voicecoach.errors import DeviceLostError
from voicecoach.microphone import Block, never
from voicecoach.timeline import Span, Word
from voicecoach.transcription import Heard, Transcriber

BLOCK_SAMPLES = 512
"""32 ms at 16 kHz, as a real device delivers."""

ROOM_DBFS = -65.0
"""A quiet room through a laptop microphone; digital silence would be no microphone."""

_POLL_S = 0.03
_NOTHING: Samples = np.zeros(0, np.float32)


def room_tone(seconds: float, seed: int = 0, level_dbfs: float = ROOM_DBFS) -> Audio:
    """Faint white noise, 16 kHz, the same for the same seed."""
    noise = np.random.default_rng(seed).standard_normal(round(seconds * EAR_RATE_HZ))
    return Audio((noise * 10 ** (level_dbfs / 20)).astype(np.float32))


@dataclass(frozen=True)
class Faults:
    """What shall go wrong with a scripted microphone; nothing by default.

    Args:
        lost_at_s: the device goes away at this second of each stream.
        overflow_at_s: seconds at which samples count as lost (the flag only).
        digital_silence: zeros only, as of a muted or forbidden microphone.
        gain: multiplies every sample, cut at full scale; 20 and more clip speech.
    """

    lost_at_s: float | None = None
    overflow_at_s: tuple[float, ...] = ()
    digital_silence: bool = False
    gain: float = 1.0


NO_FAULTS = Faults()


class ScriptedMicrophone:
    """Plays prepared sounds as if a person spoke them: one each time it is opened.

    ::

        open()   lead_s ······ sound ████ ██ ████ ······ tail_s  None
        preflight  ··············|        (short of the sound: uses none up)

    A sound counts as spoken once its first sample has been read, so a preflight no
    longer than ``lead_s`` leaves it for the answer. When all are spoken a stream has
    room tone only.

    Args:
        sounds: in order, at any rate; a file is read when its turn comes.
        real_time: deliver as fast as a person speaks, else as fast as it is read.
        lead_s: room tone before each sound, the time to think.
        tail_s: room tone after it, before the stream ends.
        faults: what shall go wrong.
    """

    def __init__(
        self,
        sounds: Sequence[Audio | Path],
        *,
        real_time: bool = True,
        lead_s: float = 2.0,
        tail_s: float = 3.0,
        faults: Faults = NO_FAULTS,
    ) -> None:
        self._sounds = tuple(sounds)
        self.real_time = real_time
        self._lead_s, self._tail_s = lead_s, tail_s
        self.faults = faults
        self.spoken = 0
        """How many sounds have been spoken so far."""

    @property
    def name(self) -> str:
        """What to call it before the user."""
        return "scripted microphone"

    def open(self) -> ScriptedStream:
        """A stream of the next sound.

        Raises:
            AudioFileError: the file of that sound cannot be read.
        """
        has_sound = self.spoken < len(self._sounds)
        before = room_tone(self._lead_s, seed=2 * self.spoken).samples
        after = room_tone(self._tail_s, seed=2 * self.spoken + 1).samples
        sound = self._sound(self.spoken) if has_sound else Audio(_NOTHING)
        spoken = sound.at_rate(EAR_RATE_HZ).samples
        samples = self._spoiled(np.concatenate([before, spoken, after]))
        speech_at = len(before) if has_sound else len(samples)
        return ScriptedStream(self, samples, speech_at)

    def _sound(self, which: int) -> Audio:
        sound = self._sounds[which]
        return sound if isinstance(sound, Audio) else read_audio(sound)

    def _spoiled(self, samples: Samples) -> Samples:
        if self.faults.digital_silence:
            return np.zeros_like(samples)
        loud: Samples = np.clip(samples * np.float32(self.faults.gain), -1, 1)
        return loud


class ScriptedStream:
    """What `ScriptedMicrophone.open` gives: an `InputStream` over prepared samples."""

    def __init__(
        self, microphone: ScriptedMicrophone, samples: Samples, speech_at: int
    ) -> None:
        self._microphone = microphone
        self._samples = samples
        self._speech_at = speech_at
        self._which = microphone.spoken
        self._at = 0
        self._opened_s = time.monotonic()

    def __enter__(self) -> Self:
        """Itself, already recording."""
        return self

    def __exit__(self, *_: object) -> None:
        """Read no further."""
        self._at = len(self._samples)

    def read(self, timeout_s: float) -> Block | None:
        """The next block, in real time if so asked; None at the end.

        Raises:
            DeviceLostError: at the second set in `Faults`.
        """
        first, last = self._at, min(self._at + BLOCK_SAMPLES, len(self._samples))
        if self._is_lost_by(last):
            msg = f"{self._microphone.name} stopped working, as its script says."
            raise DeviceLostError(msg)
        if first == last:
            return None
        if not self._is_due(last, timeout_s):
            return Block(_NOTHING)
        self._at = last
        if last > self._speech_at:
            self._microphone.spoken = self._which + 1
        return Block(self._samples[first:last], self._overflows(first, last))

    def _is_lost_by(self, sample: int) -> bool:
        lost_at_s = self._microphone.faults.lost_at_s
        return lost_at_s is not None and sample > lost_at_s * EAR_RATE_HZ

    def _overflows(self, first: int, last: int) -> bool:
        moments = (t * EAR_RATE_HZ for t in self._microphone.faults.overflow_at_s)
        return any(first <= moment < last for moment in moments)

    def _is_due(self, sample: int, timeout_s: float) -> bool:
        """Wait, at most ``timeout_s``, for the moment ``sample`` would be spoken."""
        if not self._microphone.real_time:
            return True
        due_in_s = self._opened_s + sample / EAR_RATE_HZ - time.monotonic()
        time.sleep(min(max(0.0, due_in_s), timeout_s))
        return due_in_s <= timeout_s


class SilentLoudspeaker:
    """Plays nothing and remembers it.

    Args:
        real_time: take as long as the sound, so that timing is as in life.
    """

    def __init__(self, *, real_time: bool = False) -> None:
        self._real_time = real_time
        self.played: list[Audio] = []
        """Every sound asked for, also one that was stopped."""

    def play(
        self,
        audio: Audio,
        stop: Callable[[], bool] = never,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """As `voicecoach.microphone.Loudspeaker.play`, unheard."""
        self.played.append(audio)
        started_s = time.monotonic()
        while self._real_time:
            heard_s = time.monotonic() - started_s
            if stop():
                return
            if heard_s >= audio.duration_s:
                break
            if progress is not None:
                progress(heard_s)
            time.sleep(min(_POLL_S, audio.duration_s - heard_s))
        if progress is not None:
            progress(audio.duration_s)


class SilentSpeaker:
    """A voice that says everything with one short beep, without an engine."""

    BEEP_S = 0.2

    def __init__(self) -> None:
        self.texts: list[str] = []
        """Every text it was asked to say."""

    @property
    def name(self) -> str:
        """Engine, voice and rate, as of any speaker."""
        return "silent/beep/0"

    def render(self, text: str) -> Audio:
        """A beep of 440 Hz at -23 dBFS, whatever the text."""
        self.texts.append(text)
        t = np.arange(round(self.BEEP_S * EAR_RATE_HZ)) / EAR_RATE_HZ
        return Audio((0.1 * np.sin(2 * np.pi * 440 * t)).astype(np.float32))


class ScriptedKeyboard:
    """Presses keys at set times.

    Args:
        events: (second, key), in any order; keys of one moment in the order given.
        clock: seconds since the session began; None starts one now.
    """

    def __init__(
        self,
        events: Sequence[tuple[float, str]],
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._events = sorted(events, key=lambda event: event[0])
        started_s = time.monotonic()
        self._clock = clock or (lambda: time.monotonic() - started_s)

    def poll(self) -> str | None:
        """The next key whose time has come, each once; None when there is none."""
        if self._events and self._events[0][0] <= self._clock():
            return self._events.pop(0)[1]
        return None


class ReplayedTranscriber(Transcriber):
    """Says prepared words instead of listening, the same for each stretch it is given.

    The words are spread evenly over the stretch. One text for all, since the ears
    decode an open tail more than once; a sound under 16 s is one stretch.

    Args:
        text: what was said.
    """

    name = "replayed"
    model = "prepared words"
    model_sha256 = ""

    def __init__(self, text: str) -> None:
        self._words = text.split()

    def warm_up(self) -> None:
        """Nothing to load."""

    def hear(self, stretch: Stretch, *, quick: bool = False) -> Heard:
        """The text; see `voicecoach.transcription.Transcriber.hear`."""
        del quick  # prepared words need no haste
        each_s = stretch.audio.duration_s / max(1, len(self._words))
        return Heard(
            tuple(
                Word(text, Span(i * each_s, (i + 1) * each_s), 1.0)
                for i, text in enumerate(self._words)
            )
        )
