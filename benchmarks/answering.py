"""One recorded answer played in real time through the recorder's own path, and timed.

recording ── scripted microphone, or a process that plays it into PulseAudio ──> stream
stream ── Listener ── disk and ears ── key pressed ── words ── judged and kept
                                          0 s          to_words_s    to_attempt_s
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from voicecoach.assessment import assess, engine, read_ahead
from voicecoach.attempt import Origin, new_id
from voicecoach.audio import Audio, WavWriter
from voicecoach.ears import Ears
from voicecoach.history import History
from voicecoach.interview.listening import Limits, Listener, Listening
from voicecoach.microphone import Microphone, SoundDeviceMicrophone, list_devices
from voicecoach.questions import FREE_ANSWER
from voicecoach.testing import ScriptedMicrophone
from voicecoach.transcription import Transcriber

if TYPE_CHECKING:
    from tests.live.pulse import VirtualSound

LEAD_S = 0.5
"""Room before the first word."""
NO_REST_S = 0.02
"""A decode that begins so soon after the one before it was waiting for it."""


@dataclass(frozen=True)
class Row:
    """One answer, heard live and stopped.

    Args:
        recording: its name.
        answer_s: its length, seconds.
        after_s: silence between the last word and the key.
        to_words_s: from the key to the last word known.
        to_attempt_s: from the key to the scored attempt, in the history.
        cpu_share: of all cores while listening, 0..1.
        behind_s: the longest that an ear decoded without a rest; no sound waited
            longer than that for its turn.
        peak_mb: most memory of the process so far.
    """

    recording: str
    answer_s: float
    after_s: float
    to_words_s: float
    to_attempt_s: float
    cpu_share: float
    behind_s: float
    peak_mb: float


class Source(Protocol):
    """Somebody who speaks, and where it is recorded."""

    @property
    def microphone(self) -> Microphone:
        """To listen with."""
        ...

    def begin(self) -> None:
        """Speak; the microphone is open."""
        ...

    def silent_s(self, now: Listening) -> float:
        """Seconds since the last word; negative before it."""
        ...


class Scripted:
    """A scripted microphone: silence is counted in samples."""

    def __init__(self, audio: Audio) -> None:
        self._ends_s = LEAD_S + audio.duration_s
        self.microphone = ScriptedMicrophone([audio], lead_s=LEAD_S, tail_s=60.0)

    def begin(self) -> None:
        """It has begun with the stream."""

    def silent_s(self, now: Listening) -> float:
        """By what was taken from it."""
        return now.elapsed_s - self._ends_s


class Played:
    """Another process plays the answer into a virtual microphone of PulseAudio."""

    def __init__(self, audio: Audio, sound: VirtualSound) -> None:
        self._audio, self._sound = audio, sound
        self._player: subprocess.Popen[bytes] | None = None
        self._over_s: float | None = None
        self.microphone = SoundDeviceMicrophone()

    def begin(self) -> None:
        """Start the player."""
        self._player = self._sound.say(self._audio)

    def silent_s(self, _now: Listening) -> float:
        """By the player, which ends when its last sample has been played."""
        if self._over_s is None and self._player and self._player.poll() is not None:
            self._over_s = time.perf_counter()
        return -1.0 if self._over_s is None else time.perf_counter() - self._over_s


@contextmanager
def virtual_sound() -> Iterator[VirtualSound]:
    """PulseAudio with nothing but a virtual microphone, for this process too."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.live.pulse import VirtualSound, missing

    if reason := missing():
        sys.exit(reason)
    with VirtualSound() as sound:
        os.environ.update(sound.variables)
        list_devices()  # starts PortAudio afresh, on these devices
        yield sound


@dataclass
class Watched:
    """A transcriber, and when it was at work.

    Attributes:
        busy: (begin, end, quick) of each decode, on `time.perf_counter`.
    """

    transcriber: Transcriber
    busy: list[tuple[float, float, bool]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it has
        return getattr(self.transcriber, name)

    def hear(self, *words: Any, **options: Any) -> Any:  # noqa: ANN401 - handed on
        """As the transcriber, timed."""
        began_s = time.perf_counter()
        try:
            return self.transcriber.hear(*words, **options)
        finally:
            quick = bool(options.get("quick"))
            self.busy.append((began_s, time.perf_counter(), quick))

    def longest_without_rest_s(self) -> float:
        """Of either ear, each of which does one decode after the other."""
        longest_s = 0.0
        for ear in (False, True):
            from_s = to_s = float("-inf")
            for began_s, ended_s, quick in sorted(self.busy):
                if quick is not ear:
                    continue
                from_s = began_s if began_s - to_s > NO_REST_S else from_s
                to_s = ended_s
                longest_s = max(longest_s, to_s - from_s)
        return longest_s


class Person:
    """A stage without a screen that presses Enter some time after the last word."""

    def __init__(self, source: Source, after_s: float) -> None:
        self._source, self._after_s = source, after_s
        self._now: Listening | None = None
        self.pressed_s = 0.0

    def key(self) -> str | None:
        """Enter, when it is time."""
        if self._now is None or self._source.silent_s(self._now) < self._after_s:
            return None
        self.pressed_s = time.perf_counter()
        return "\n"

    def listening(self, now: Listening) -> None:
        """The first of these is the sign to speak."""
        if self._now is None:
            self._source.begin()
        self._now = now


def answered(name: str, source: Source, after_s: float, transcriber: Any) -> Row:  # noqa: ANN401 - any Transcriber, watched here
    """Hear one answer in real time and judge it at the stop."""
    watched = Watched(transcriber)
    ears = Ears(watched, ahead=partial(read_ahead, FREE_ANSWER))
    person: Any = Person(source, after_s)  # a Listener needs no more of a stage
    with tempfile.TemporaryDirectory() as folder, History(Path(folder)) as history:
        with WavWriter(Path(folder) / "speech.wav") as writer:
            listener = Listener(source.microphone, ears, writer, person, Limits())
            cpu_s, began_s = time.process_time(), time.perf_counter()
            listener.listen((180.0, 240.0))
            cpu_s = time.process_time() - cpu_s
            listened_s = time.perf_counter() - began_s
        answer = ears.finish()
        words_s = time.perf_counter()
        origin = Origin(new_id(), datetime.now(UTC), engine(watched), kind="review")
        history.save(history.remembering(assess(FREE_ANSWER, answer, origin)))
        done_s = time.perf_counter()
    wait_until_idle()
    return Row(
        recording=name,
        answer_s=round(answer.duration_s or 0.0, 1),
        after_s=after_s,
        to_words_s=round(words_s - person.pressed_s, 3),
        to_attempt_s=round(done_s - person.pressed_s, 3),
        cpu_share=round(cpu_s / listened_s / (os.cpu_count() or 1), 3),
        behind_s=round(watched.longest_without_rest_s(), 2),
        peak_mb=peak_mb(),
    )


def wait_until_idle() -> None:
    """A sure decode may still run for nobody; the next answer must not pay for it."""
    for thread in threading.enumerate():
        if thread.name.startswith(("quick", "sure")):
            thread.join()


def peak_mb() -> float:
    """Most resident memory so far; Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))
