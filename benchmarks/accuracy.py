"""How true the ears are: words, filled pauses, pauses and pace, beside other programs.

    .venv/bin/python benchmarks/accuracy.py FOLDER [--model base] [--json FILE]

FOLDER holds one folder a recording: speech.* and truth.json (duration_s, text, words,
fillers, pauses; null where nobody labelled them). Each row is one recording heard by
one program in the same run: ours, faster-whisper as usually called (beam 5, no prompt),
and erm where it is installed (`pip install erm`).

Definitions
    WER            word errors over reference words; filled pauses left out of both.
    filler P/R/F1  a filled pause is found when one of ours overlaps the label, widened
                   by 0.3 s on each side, one to one.
    false/min      filled pauses that no label explains, per minute.
    pause F1       pauses of 0.25 s and more that overlap by more than half.
    edge           median error of their edges, seconds.
    pace           error of the speaking rate, percent, against the labelled words.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from voicecoach import models
from voicecoach.audio import Audio, read_audio
from voicecoach.ears import listen
from voicecoach.measures.pauses import sound
from voicecoach.timeline import Answer, Span, gaps, is_filled_pause
from voicecoach.transcription import FasterWhisper

WIDER_S = 0.3
SHORTEST_PAUSE_S = 0.25
NOT_WORDS = re.compile(r"\[.*?\]|<.*?>|---")


@dataclass(frozen=True)
class Heard:
    """What one program made of one recording; None where it does not say."""

    text: str | None
    fillers: tuple[Span, ...] | None
    pauses: tuple[Span, ...] | None
    pace_wpm: float | None


@dataclass(frozen=True)
class Row:
    """Figures of one recording and program; None where truth or program is silent."""

    recording: str
    program: str
    seconds: float
    words: int | None = None
    word_errors: int | None = None
    fillers_true: int | None = None
    fillers_found: int | None = None
    fillers_hit: int | None = None
    minutes: float = 0.0
    pauses_true: int | None = None
    pauses_found: int | None = None
    pauses_hit: int | None = None
    edges_s: tuple[float, ...] = ()
    pace_error: float | None = None


# -- programs --------------------------------------------------------------------------


def ours(audio: Audio, transcriber: FasterWhisper) -> Heard:
    """Both ears, as `voicecoach review`."""
    answer = listen(audio, transcriber)
    fillers = tuple(p.span for p in answer.filled_pauses if p.confidence >= 0.5)
    return Heard(answer.text, fillers, _pauses(answer), _pace(answer))


def _pauses(answer: Answer) -> tuple[Span, ...]:
    voiced = sound(answer)
    if not voiced:
        return ()
    inside = Span(voiced[0].start_s, voiced[-1].end_s)
    return tuple(g for g in gaps(voiced, inside) if g.duration_s >= SHORTEST_PAUSE_S)


def _pace(answer: Answer) -> float | None:
    if not answer.voiced:
        return None
    talk_s = answer.voiced[-1].end_s - answer.voiced[0].start_s
    return len(answer.plain_words) / talk_s * 60


def plain(audio: Audio, transcriber: FasterWhisper) -> Heard:
    """faster-whisper as usually called, with the same weights."""
    whisper = transcriber._whisper
    segments, _ = whisper.transcribe(
        audio.samples, beam_size=5, language="en", word_timestamps=True
    )
    words = [word for segment in segments for word in segment.words or ()]
    spans = [Span(float(w.start), float(max(w.start, w.end))) for w in words]
    fillers = [s for s, w in zip(spans, words, strict=True) if is_filled_pause(w.word)]
    pauses: tuple[Span, ...] = ()
    pace = None
    if spans:
        inside = Span(spans[0].start_s, spans[-1].end_s)
        pauses = tuple(
            g for g in gaps(spans, inside) if g.duration_s >= SHORTEST_PAUSE_S
        )
        pace = (len(words) - len(fillers)) / max(inside.duration_s, 0.1) * 60
    return Heard("".join(w.word for w in words), tuple(fillers), pauses, pace)


PROGRAMS: dict[str, Callable[[Audio, FasterWhisper], Heard]] = {
    "ours": ours,
    "plain": plain,
}


# -- figures ---------------------------------------------------------------------------


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation and without filled pauses."""
    plain_text = NOT_WORDS.sub(
        " ", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    found = re.findall(r"[a-z0-9']+", plain_text)
    return [word for word in found if not is_filled_pause(word)]


def word_errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance over words: the numerator of the word error rate."""
    row = list(range(len(heard) + 1))
    for i, expected in enumerate(reference, start=1):
        above, row[0] = row[:], i
        for j, word in enumerate(heard, start=1):
            substituted = above[j - 1] + (word != expected)
            row[j] = min(above[j] + 1, row[j - 1] + 1, substituted)
    return row[-1]


def matched(
    truth: Sequence[Span], found: Sequence[Span], fits: Callable[[Span, Span], bool]
) -> list[tuple[Span, Span]]:
    """Pairs of truth and finding, one to one, in order of time."""
    left = list(found)
    pairs = []
    for expected in truth:
        hit = next((span for span in left if fits(expected, span)), None)
        if hit is not None:
            left.remove(hit)
            pairs.append((expected, hit))
    return pairs


def _same_filler(truth: Span, found: Span) -> bool:
    return truth.padded(WIDER_S).overlap_s(found) > 0


def _same_pause(truth: Span, found: Span) -> bool:
    return truth.overlap_s(found) > max(truth.duration_s, found.duration_s) / 2


def _spans(raw: list[dict[str, Any]] | None) -> tuple[Span, ...] | None:
    if raw is None:
        return None
    return tuple(Span(one["start_s"], one["end_s"]) for one in raw)


def figures(
    name: str, program: str, truth: dict[str, Any], heard: Heard, s: float
) -> Row:
    """Compare what was heard with what was said."""
    row: dict[str, Any] = {"minutes": truth["duration_s"] / 60}
    if truth.get("text") and heard.text is not None:
        reference = words_of(truth["text"])
        row["words"] = len(reference)
        row["word_errors"] = word_errors(reference, words_of(heard.text))
    fillers = _spans(truth.get("fillers"))
    if fillers is not None and heard.fillers is not None:
        row["fillers_true"] = len(fillers)
        row["fillers_found"] = len(heard.fillers)
        row["fillers_hit"] = len(matched(fillers, heard.fillers, _same_filler))
    pauses = _spans(truth.get("pauses"))
    if pauses and heard.pauses is not None:
        pairs = matched(pauses, heard.pauses, _same_pause)
        row["pauses_true"], row["pauses_found"] = len(pauses), len(heard.pauses)
        row["pauses_hit"] = len(pairs)
        row["edges_s"] = tuple(
            abs(getattr(a, edge) - getattr(b, edge))
            for a, b in pairs
            for edge in ("start_s", "end_s")
        )
    words = [w for w in truth.get("words") or () if w["start_s"] is not None]
    if words and heard.pace_wpm:
        talk_s = words[-1]["end_s"] - words[0]["start_s"]
        pace = len(words) / talk_s * 60
        row["pace_error"] = heard.pace_wpm / pace - 1
    return Row(name, program, round(s, 2), **row)


def total(rows: Sequence[Row], program: str) -> Row:
    """All recordings of one program together."""
    mine = [row for row in rows if row.program == program]

    def summed(field: str) -> int | None:
        values = [getattr(r, field) for r in mine if getattr(r, field) is not None]
        return sum(values) if values else None

    paces = [abs(r.pace_error) for r in mine if r.pace_error is not None]
    counts = {
        field: summed(field)
        for field in (
            *("words", "word_errors", "fillers_true", "fillers_found"),
            *("fillers_hit", "pauses_true", "pauses_found", "pauses_hit"),
        )
    }
    return Row(
        "ALL",
        program,
        round(sum(r.seconds for r in mine), 2),
        minutes=sum(r.minutes for r in mine if r.fillers_true is not None),
        edges_s=tuple(edge for r in mine for edge in r.edges_s),
        pace_error=statistics.mean(paces) if paces else None,
        **counts,
    )


def shown(row: Row) -> Iterator[str]:
    """The cells of one row."""
    yield row.recording
    yield row.program
    yield f"{row.seconds:.1f}"
    yield _ratio(row.word_errors, row.words)
    yield _ratio(row.fillers_hit, row.fillers_found)
    yield _ratio(row.fillers_hit, row.fillers_true)
    yield _f1(row.fillers_hit, row.fillers_found, row.fillers_true)
    false = None
    if row.fillers_found is not None and row.fillers_hit is not None:
        false = row.fillers_found - row.fillers_hit
    yield "-" if false is None else f"{false / row.minutes:.2f}"
    yield _f1(row.pauses_hit, row.pauses_found, row.pauses_true)
    yield f"{statistics.median(row.edges_s):.3f}" if row.edges_s else "-"
    yield "-" if row.pace_error is None else f"{row.pace_error:+.1%}"


def _ratio(part: int | None, whole: int | None) -> str:
    return f"{part / whole:.3f}" if part is not None and whole else "-"


def _f1(hit: int | None, found: int | None, truth: int | None) -> str:
    if hit is None or not truth or found is None:
        return "-"
    return f"{2 * hit / (found + truth):.3f}"


HEADS = (
    *("recording", "program", "s", "WER", "filler P", "R", "F1", "false/min"),
    *("pause F1", "edge s", "pace"),
)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--programs", nargs="+", default=list(PROGRAMS))
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    model = models.ensure(chosen.model, models.default_folder())
    transcriber = FasterWhisper(model.path, model.name, model.sha256)
    transcriber.warm_up()
    rows: list[Row] = []
    for file in sorted(chosen.folder.glob("*/truth.json")):
        name = file.parent.name
        if chosen.only and name not in chosen.only:
            continue
        truth = json.loads(file.read_text("utf-8"))
        audio = read_audio(next(file.parent.glob("speech.*")))
        for program in chosen.programs:
            began_s = time.perf_counter()
            heard = PROGRAMS[program](audio, transcriber)
            spent_s = time.perf_counter() - began_s
            rows.append(figures(name, program, truth, heard, spent_s))
    rows += [total(rows, program) for program in chosen.programs]
    table = Table(*HEADS, box=None)
    for row in rows:
        table.add_row(*shown(row))
    Console(width=120).print(table)
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows]), "utf-8")


if __name__ == "__main__":
    main()
