"""From the stop of an answer to its scored attempt, beside what one would do else.

    .venv/bin/python benchmarks/latency.py [FILE ...] [--after 1 2] [--json FILE]

Plays each recording in real time through the recorder's own path (scripted microphone,
disk, both ears) and stops it so many seconds after the last word, as a person who
presses a key. Beside it, measured in the same run: faster-whisper on the whole file
after the stop (beam 5, word times), and its batched pipeline.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from voicecoach import models
from voicecoach.assessment import assess, engine, warm_up
from voicecoach.attempt import Origin, new_id
from voicecoach.audio import Audio, WavWriter, read_audio
from voicecoach.ears import Ears
from voicecoach.interview.listening import Limits, Listener
from voicecoach.questions import FREE_ANSWER
from voicecoach.testing import ScriptedMicrophone
from voicecoach.transcription import FasterWhisper
from voicecoach.voice_activity import voiced_spans

FIXTURES = Path(__file__).parents[1] / "audio_fixtures"


@dataclass(frozen=True)
class Row:
    """One answer, heard live and stopped.

    Args:
        recording: its name.
        answer_s: its length, seconds.
        after_s: silence between the last word and the stop.
        to_words_s: from the stop to the last word known.
        to_attempt_s: from the stop to the scored attempt.
        cpu_share: of all cores while listening, 0..1.
        peak_mb: peak memory of the process so far.
    """

    recording: str
    answer_s: float
    after_s: float
    to_words_s: float
    to_attempt_s: float
    cpu_share: float
    peak_mb: float


class NoStage:
    """A stage that shows nothing and presses nothing."""

    def key(self) -> None:
        """No key."""

    def listening(self, now: object) -> None:
        """Nothing to show."""


def live(path: Path, after_s: float, transcriber: FasterWhisper) -> Row:
    """Hear one recording in real time and judge it at the stop."""
    whole = read_audio(path)
    audio = whole.between(0, voiced_spans(whole.samples)[-1].end_s)
    microphone = ScriptedMicrophone([audio], lead_s=0.5, tail_s=after_s)
    ears = Ears(transcriber)
    with tempfile.TemporaryDirectory() as folder:
        with WavWriter(Path(folder) / "speech.wav") as writer:
            listener = Listener(microphone, ears, writer, NoStage(), Limits())
            cpu_s, began_s = time.process_time(), time.perf_counter()
            listener.listen((180.0, 240.0))
        stopped_s = time.perf_counter()
        share = (time.process_time() - cpu_s) / (stopped_s - began_s)
        answer = ears.finish()
        words_s = time.perf_counter()
        origin = Origin(new_id(), datetime.now(UTC), engine(transcriber), kind="review")
        assess(FREE_ANSWER, answer, origin)
    return Row(
        path.parent.name,
        round(audio.duration_s, 1),
        after_s,
        round(words_s - stopped_s, 3),
        round(time.perf_counter() - stopped_s, 3),
        round(share / (os.cpu_count() or 1), 3),
        round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    )


def afterwards(audio: Audio, transcriber: FasterWhisper) -> dict[str, float]:
    """Seconds that faster-whisper takes for the whole answer after the stop."""
    from faster_whisper import BatchedInferencePipeline

    whisper = transcriber._whisper
    options = {"beam_size": 5, "language": "en", "word_timestamps": True}
    began_s = time.perf_counter()
    list(whisper.transcribe(audio.samples, **options)[0])
    plain_s = time.perf_counter()
    batched = BatchedInferencePipeline(whisper)
    list(batched.transcribe(audio.samples, batch_size=8, **options)[0])
    done_s = time.perf_counter()
    return {"whole file": plain_s - began_s, "batched": done_s - plain_s}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--after", nargs="+", type=float, default=[1.0, 2.0])
    parser.add_argument("--model", default="base")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    files = chosen.files or [FIXTURES / "failed_program" / "speech.ogg"]
    model = models.ensure(chosen.model, models.default_folder())
    transcriber = FasterWhisper(model.path, model.name, model.sha256)
    transcriber.warm_up()
    warm_up(FREE_ANSWER)
    rows = []
    for file in files:
        for after_s in chosen.after:
            row = live(file, after_s, transcriber)
            rows.append(asdict(row))
            print(row)
        for name, seconds in afterwards(read_audio(file), transcriber).items():
            rows.append({"recording": file.parent.name, name: round(seconds, 2)})
            print(f"{name} after the stop: {seconds:.2f} s")
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1), "utf-8")


if __name__ == "__main__":
    main()
