"""The programs that accuracy.py compares: each turns a sound into `Heard`."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach.audio import Audio, write_wav
from voicecoach.ears import listen
from voicecoach.measures.pauses import SURE, silences
from voicecoach.measures.timing import timing, too_short_to_time
from voicecoach.timeline import Answer, SoundQuality, Span, gaps, is_filled_pause
from voicecoach.transcription import FasterWhisper

SHORTEST_PAUSE_S = 0.25


@dataclass(frozen=True)
class Heard:
    """What one program made of one recording; None where it does not say.

    Args:
        text: the transcript, filled pauses included where it prints them.
        fillers: where it counts a filled pause.
        pauses: silences of 0.25 s and more between the first sound and the last.
        pace_wpm: speaking rate.
        first_word_s: when the first word begins.
        problems: what it says about the sound.
        untrusted: the families of measures that it would not report.
    """

    text: str | None = None
    fillers: tuple[Span, ...] | None = None
    pauses: tuple[Span, ...] | None = None
    pace_wpm: float | None = None
    first_word_s: float | None = None
    problems: tuple[str, ...] = ()
    untrusted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ours:
    """Both ears, as `voicecoach review`, with what the report would hold back too."""

    transcriber: FasterWhisper

    def __call__(self, audio: Audio) -> Heard:
        """Hear it."""
        answer = listen(audio, self.transcriber)
        quality = answer.quality or SoundQuality(None, None, 0.0)
        return Heard(
            text=answer.text,
            fillers=tuple(p.span for p in answer.filled_pauses if p.confidence >= SURE),
            pauses=silences(answer),
            **_times(answer),
            problems=quality.problems,
            untrusted=tuple(sorted(quality.untrusted)),
        )


def _times(answer: Answer) -> dict[str, Any]:
    if too_short_to_time(answer):
        return {}
    times = timing(answer, (0.0, 0.0))
    return {"pace_wpm": times.pace_wpm, "first_word_s": times.first_word_s}


@dataclass(frozen=True)
class Plain:
    """faster-whisper as usually called (beam 5, no prompt), with the same weights."""

    transcriber: FasterWhisper

    def __call__(self, audio: Audio) -> Heard:
        """Hear it."""
        segments, _ = self.transcriber._whisper.transcribe(
            audio.samples, beam_size=5, language="en", word_timestamps=True
        )
        words = [word for segment in segments for word in segment.words or ()]
        spans = [Span(float(w.start), float(max(w.start, w.end))) for w in words]
        fillers = tuple(
            s for s, w in zip(spans, words, strict=True) if is_filled_pause(w.word)
        )
        text = "".join(w.word for w in words)
        count = len(words) - len(fillers)
        return Heard(text, fillers, **_times_of_words(spans, count))


def _times_of_words(spans: Sequence[Span], count: int) -> dict[str, Any]:
    """Pauses, pace and onset as one has them from word times alone."""
    if not spans:
        return {"pauses": ()}
    inside = Span(spans[0].start_s, max(s.end_s for s in spans))
    silent = gaps(spans, inside)
    return {
        "pauses": tuple(g for g in silent if g.duration_s >= SHORTEST_PAUSE_S),
        "pace_wpm": count / max(inside.duration_s, 0.1) * 60,
        "first_word_s": inside.start_s,
    }


ERM_DRIVER = """
import contextlib, io, json, sys
from erm import cli
transcribe, said = cli.transcribe, []
def listened(*arguments, **options):
    words, duration_s = transcribe(*arguments, **options)
    said.extend(word.text for word in words)
    return words, duration_s
cli.transcribe = listened
with contextlib.redirect_stdout(io.StringIO()) as printed:
    failed = cli.main(sys.argv[1:])
cuts = json.loads(printed.getvalue())["cuts"]
json.dump({"text": " ".join(said), "cuts": cuts}, sys.stdout)
sys.exit(failed)
"""
"""erm's own command as it runs by default, dry; it only notes the words on the way."""


@dataclass(frozen=True)
class Erm:
    """erm (PyPI), in a Python of its own: every span that it would cut out as a filler.

    It has no pauses and no pace.

    Args:
        python: the interpreter of an environment with erm in it.
        model: folder of the same weights.
        compute_type: CTranslate2's, the same too.
    """

    python: Path
    model: Path
    compute_type: str = "int8"

    def __call__(self, audio: Audio) -> Heard:
        """Hear it; loading the model counts, as it does for who uses it."""
        with tempfile.TemporaryDirectory() as folder:
            sound = Path(folder) / "speech.wav"
            write_wav(sound, audio)
            command: list[str | Path] = [
                self.python,
                "-c",
                ERM_DRIVER,
                sound,
                "--dry-run",
            ]
            command += ["--json", sound.with_suffix(".json"), "--device", "cpu"]
            command += ["--model", self.model, "--compute-type", self.compute_type]
            done = subprocess.run(command, capture_output=True, check=True, text=True)
        said = json.loads(done.stdout)
        cuts = tuple(Span(max(0.0, c["start"]), c["end"]) for c in said["cuts"])
        return Heard(said["text"], cuts)
