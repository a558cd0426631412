"""How true the ears are: words, filled pauses, pauses and pace, beside other programs.

    .venv/bin/python benchmarks/accuracy.py FOLDER [--erm PYTHON] [--json FILE]

FOLDER holds one folder a recording: speech.* (wav, flac, ogg, mp3 ...) and truth.json:
duration_s, text, words, fillers, pauses; null or missing where nobody labelled them.
Each row is one recording heard by one program in the same run: ours, faster-whisper as
usually called (beam 5, no prompt), and erm, where PYTHON is an interpreter that has it
(`python -m venv erm && erm/bin/pip install erm`), all with the same weights. Then come
totals by kind, the first part of the recording's name (read_long is of the kind read),
and of everything.

Definitions
    WER            word errors over reference words; filled pauses left out of both.
    filler P/R/F1  a filled pause is found when one of ours overlaps the label, widened
                   by 0.3 s on each side, one to one.
    false/min      filled pauses that no label explains, per minute.
    pause F1       pauses of 0.25 s and more that overlap by more than half.
    edge           median error of their edges, seconds.
    pace           error of the speaking rate against the labelled words, percent;
                   totals: mean size of the error.
    first word     error of its onset against the first labelled word, seconds.

What our report would say about the sound, and hold back because of it, follows.
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

from benchmarks.programs import Erm, Heard, Ours, Plain
from voicecoach import models
from voicecoach.audio import Audio, read_audio
from voicecoach.timeline import Span, is_filled_pause
from voicecoach.transcription import FasterWhisper

WIDER_S = 0.3
NOT_WORDS = re.compile(r"\[.*?\]|<.*?>|---")

Program = Callable[[Audio], Heard]


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
    first_word_error_s: float | None = None
    problems: tuple[str, ...] = ()
    untrusted: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What sort of recording it is, from its name."""
        return self.recording.split("_")[0]


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


def _spans(raw: list[dict[str, Any]] | None) -> tuple[Span, ...]:
    """Those that have times, sorted."""
    timed = [one for one in raw or () if one["start_s"] is not None]
    return tuple(sorted(Span(one["start_s"], one["end_s"]) for one in timed))


def figures(truth: dict[str, Any], heard: Heard) -> dict[str, Any]:
    """Compare what was heard with what was said: fields of a `Row`."""
    return {
        **_word_figures(truth.get("text"), heard.text),
        **_filler_figures(truth.get("fillers"), heard.fillers),
        **_pause_figures(_spans(truth.get("pauses")), heard.pauses),
        **_time_figures(truth.get("words"), heard),
        "problems": heard.problems,
        "untrusted": heard.untrusted,
    }


def _word_figures(truth: str | None, heard: str | None) -> dict[str, Any]:
    if not truth or heard is None:
        return {}
    reference = words_of(truth)
    errors = word_errors(reference, words_of(heard))
    return {"words": len(reference), "word_errors": errors}


def _filler_figures(
    truth: list[dict[str, Any]] | None, heard: tuple[Span, ...] | None
) -> dict[str, Any]:
    if truth is None or heard is None:
        return {}
    return {
        "fillers_true": len(truth),
        "fillers_found": len(heard),
        "fillers_hit": len(matched(_spans(truth), heard, _same_filler)),
    }


def _pause_figures(
    truth: tuple[Span, ...], heard: tuple[Span, ...] | None
) -> dict[str, Any]:
    """Only where somebody labelled pauses: an empty list may mean that nobody did."""
    if not truth or heard is None:
        return {}
    pairs = matched(truth, heard, _same_pause)
    return {
        "pauses_true": len(truth),
        "pauses_found": len(heard),
        "pauses_hit": len(pairs),
        "edges_s": tuple(
            abs(getattr(a, edge) - getattr(b, edge))
            for a, b in pairs
            for edge in ("start_s", "end_s")
        ),
    }


def _time_figures(words: list[dict[str, Any]] | None, heard: Heard) -> dict[str, Any]:
    """Pace counts plain words only: a filled pause is time, not a word."""
    truth = _spans(words)
    plain = _spans([w for w in words or () if not is_filled_pause(w["text"])])
    if not truth:
        return {}
    found: dict[str, Any] = {}
    if heard.pace_wpm is not None:
        pace_wpm = len(plain) / (truth[-1].end_s - truth[0].start_s) * 60
        found["pace_error"] = heard.pace_wpm / pace_wpm - 1
    if heard.first_word_s is not None:
        found["first_word_error_s"] = abs(heard.first_word_s - truth[0].start_s)
    return found


SUMMED = (
    *("words", "word_errors", "fillers_true", "fillers_found", "fillers_hit"),
    *("pauses_true", "pauses_found", "pauses_hit"),
)


def total(rows: Sequence[Row], program: str, name: str) -> Row:
    """Several recordings of one program together."""
    mine = [row for row in rows if row.program == program]

    def values(field: str) -> list[Any]:
        return [v for r in mine if (v := getattr(r, field)) is not None]

    sums: dict[str, Any] = {f: sum(v) if (v := values(f)) else None for f in SUMMED}
    paces = [abs(error) for error in values("pace_error")]
    firsts = values("first_word_error_s")
    return Row(
        name,
        program,
        round(sum(r.seconds for r in mine), 2),
        **sums,
        minutes=sum(r.minutes for r in mine if r.fillers_true is not None),
        edges_s=tuple(edge for r in mine for edge in r.edges_s),
        pace_error=statistics.mean(paces) if paces else None,
        first_word_error_s=statistics.mean(firsts) if firsts else None,
    )


def totals(rows: Sequence[Row], programs: Sequence[str]) -> Iterator[Row]:
    """By kind, then of everything."""
    kinds = sorted({row.kind for row in rows})
    for kind in kinds if len(kinds) > 1 else ():
        for program in programs:
            yield total([r for r in rows if r.kind == kind], program, f"all {kind}")
    for program in programs:
        yield total(rows, program, "ALL")


# -- printing --------------------------------------------------------------------------

HEADS = (
    *("recording", "program", "s", "WER", "filler P", "R", "F1", "false/min"),
    *("pause F1", "edge s", "pace", "first word s"),
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
    if row.fillers_found is not None and row.fillers_hit is not None and row.minutes:
        false = (row.fillers_found - row.fillers_hit) / row.minutes
    yield "-" if false is None else f"{false:.2f}"
    yield _f1(row.pauses_hit, row.pauses_found, row.pauses_true)
    yield f"{statistics.median(row.edges_s):.3f}" if row.edges_s else "-"
    yield "-" if row.pace_error is None else f"{row.pace_error:+.1%}"
    first_s = row.first_word_error_s
    yield "-" if first_s is None else f"{first_s:.3f}"


def _ratio(part: int | None, whole: int | None) -> str:
    return f"{part / whole:.3f}" if part is not None and whole else "-"


def _f1(hit: int | None, found: int | None, truth: int | None) -> str:
    if hit is None or not truth or found is None:
        return "-"
    return f"{2 * hit / (found + truth):.3f}"


def warnings(rows: Sequence[Row]) -> Iterator[str]:
    """What the report would say about each sound."""
    for row in rows:
        if row.problems or row.untrusted:
            held = f" [not reported: {', '.join(row.untrusted)}]"
            said = " ".join(row.problems)
            yield f"{row.recording}: {said}{held if row.untrusted else ''}"


def show(rows: Sequence[Row], programs: Sequence[str]) -> None:
    """Print the table, the totals and the warnings."""
    table = Table(*HEADS, box=None)
    for row in (*rows, *totals(rows, programs)):
        table.add_row(*shown(row))
    console = Console(width=130)
    console.print(table)
    for line in warnings(rows):
        console.print(line, markup=False, highlight=False)


def measured(folder: Path, programs: dict[str, Program]) -> Iterator[Row]:
    """One recording heard by each program."""
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    audio = read_audio(next(folder.glob("speech.*")))
    for name, program in programs.items():
        began_s = time.perf_counter()
        heard = program(audio)
        spent_s = round(time.perf_counter() - began_s, 2)
        minutes = audio.duration_s / 60
        found = figures(truth, heard)
        yield Row(folder.name, name, spent_s, minutes=minutes, **found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--only", nargs="+", help="names of recordings")
    parser.add_argument("--programs", nargs="+", default=["ours", "plain", "erm"])
    parser.add_argument("--erm", type=Path, help="a Python that has erm")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    model = models.ensure(chosen.model, models.default_folder())
    transcriber = FasterWhisper(model.path, model.name, model.sha256)
    transcriber.warm_up()
    known: dict[str, Program] = {"ours": Ours(transcriber), "plain": Plain(transcriber)}
    if chosen.erm:
        known["erm"] = Erm(chosen.erm, model.path)
    programs = {name: known[name] for name in chosen.programs if name in known}
    folders = sorted(file.parent for file in chosen.folder.glob("*/truth.json"))
    if chosen.only:
        folders = [folder for folder in folders if folder.name in chosen.only]
    rows = [row for folder in folders for row in measured(folder, programs)]
    show(rows, list(programs))
    if chosen.json:
        everything = [*rows, *totals(rows, list(programs))]
        chosen.json.write_text(json.dumps([asdict(r) for r in everything]), "utf-8")


if __name__ == "__main__":
    main()
