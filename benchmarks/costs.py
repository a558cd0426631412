"""Two more figures of speed: `review` against plain Whisper, and all but Whisper."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.programs import Plain
from voicecoach import assessment
from voicecoach.assessment import assess, engine
from voicecoach.attempt import Attempt, Origin, new_id
from voicecoach.audio import EAR_RATE_HZ, Audio, read_audio
from voicecoach.ears import Ears, listen
from voicecoach.history import History
from voicecoach.measures import measure
from voicecoach.measures.language import read
from voicecoach.questions import FREE_ANSWER
from voicecoach.rubric import judge
from voicecoach.testing import ReplayedTranscriber
from voicecoach.timeline import Answer
from voicecoach.transcription import FasterWhisper, Transcriber
from voicecoach.voice_activity import VoiceActivity

ROUNDS = 2
STRETCH_WORDS = 60
"""A stretch of 24 s at 150 words a minute."""
BLOCK = EAR_RATE_HZ // 10


@dataclass(frozen=True)
class Review:
    """One file: seconds of each round, ours and plain faster-whisper's (beam 5)."""

    recording: str
    audio_s: float
    ours_s: tuple[float, ...]
    plain_s: tuple[float, ...]

    @property
    def best(self) -> float:
        """How many times as fast we are, by the best round of each."""
        return min(self.plain_s) / min(self.ours_s)

    @property
    def median(self) -> float:
        """How many times as fast we are, by the medians."""
        return statistics.median(self.plain_s) / statistics.median(self.ours_s)


def reviewed(
    files: Sequence[Path],
    transcriber: FasterWhisper,
    usual: FasterWhisper,
    rounds: int = ROUNDS,
) -> Iterator[Review]:
    """Review each file and let plain faster-whisper hear it, turn about.

    Args:
        files: recordings.
        transcriber: as `review` has it.
        usual: the same weights with faster-whisper's own threads, for the plain one.
        rounds: of each.
    """
    plain = Plain(usual)
    for file in files:
        audio = read_audio(file)
        ours_s, plain_s = [], []
        for turn in range(rounds):
            both = [
                (ours_s, lambda audio=audio: _review(audio, transcriber)),
                (plain_s, lambda audio=audio: plain(audio)),
            ]
            for seconds, work in both[:: -1 if turn % 2 else 1]:
                began_s = time.perf_counter()
                work()
                seconds.append(round(time.perf_counter() - began_s, 2))
        yield Review(name_of(file), audio.duration_s, tuple(ours_s), tuple(plain_s))


def together(reviews: Sequence[Review]) -> Review:
    """All files as one."""
    return Review(
        "ALL",
        sum(one.audio_s for one in reviews),
        tuple(map(sum, zip(*(one.ours_s for one in reviews), strict=True))),
        tuple(map(sum, zip(*(one.plain_s for one in reviews), strict=True))),
    )


def name_of(file: Path) -> str:
    """Our recordings are all called speech.ogg; their folders say which."""
    return file.parent.name if file.stem == "speech" else file.stem


def _review(audio: Audio, transcriber: Transcriber) -> Attempt:
    return _judged(listen(audio, transcriber), transcriber)


def _judged(answer: Answer, transcriber: Transcriber) -> Attempt:
    origin = Origin(new_id(), datetime.now(UTC), engine(transcriber), kind="review")
    return assess(FREE_ANSWER, answer, origin)


def _judged_anew(answer: Answer, transcriber: Transcriber) -> Attempt:
    """As if it had not been judged in the silence before the stop."""
    assessment._last.clear()
    return _judged(answer, transcriber)


# -- all but Whisper -------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """What one stage takes for the whole answer, the least of the rounds.

    Args:
        stage: its name; an indented one is part of the one before.
        when: "speaking", or "after" the stop.
        cpu_s: seconds of CPU, all threads.
        wall_s: seconds.
    """

    stage: str
    when: str
    cpu_s: float
    wall_s: float


def costs_without_whisper(file: Path, rounds: int = 3) -> tuple[Cost, ...]:
    """Every stage but Whisper, which is replaced by words that are there at once."""
    audio = read_audio(file)
    truth = json.loads(file.with_name("truth.json").read_text("utf-8"))
    said = truth["text"].split()
    transcriber = ReplayedTranscriber(" ".join(said[:STRETCH_WORDS]))
    ears = _heard(audio, transcriber)
    answer = ears.finish()
    reading = read(answer)
    measures = measure(reading, FREE_ANSWER.target_s)
    attempt = _judged(answer, transcriber)
    stages: list[tuple[str, str, Callable[[], object]]] = [
        ("both ears", "speaking", lambda: _heard(audio, transcriber).abandon()),
        ("  voice activity", "speaking", lambda: _watched(audio)),
        ("answer put together", "after", ears.finish),
        ("measured, judged, built", "after", lambda: _judged_anew(answer, transcriber)),
        ("  parsed", "after", lambda: read(answer)),
        ("  measured", "after", lambda: measure(reading, FREE_ANSWER.target_s)),
        ("  judged", "after", lambda: judge(reading, measures, FREE_ANSWER)),
        ("saved", "after", lambda: _saved(attempt)),
    ]
    return tuple(
        Cost(stage, when, *_least(work, rounds)) for stage, when, work in stages
    )


def _blocks(audio: Audio) -> Iterator[Audio]:
    for start in range(0, len(audio.samples), BLOCK):
        yield Audio(audio.samples[start : start + BLOCK])


def _heard(audio: Audio, transcriber: Transcriber) -> Ears:
    ears = Ears(transcriber)
    for block in _blocks(audio):
        ears.hear(block.samples)
    return ears


def _watched(audio: Audio) -> None:
    activity = VoiceActivity()
    for block in _blocks(audio):
        activity.hear(block.samples)


def _saved(attempt: Attempt) -> None:
    with tempfile.TemporaryDirectory() as folder, History(Path(folder)) as history:
        history.save(history.remembering(attempt))


def _least(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """CPU and wall seconds of the round that took the least CPU, after one more."""
    work()
    spent = []
    for _ in range(rounds):
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        work()
        spent.append((time.process_time() - cpu_s, time.perf_counter() - wall_s))
    cpu_s, wall_s = min(spent)
    return round(cpu_s, 4), round(wall_s, 4)
