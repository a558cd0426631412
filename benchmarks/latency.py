"""From the stop of an answer to its scored attempt, beside what one would do else.

    .venv/bin/python benchmarks/latency.py [FILE ...] [--pulse] [--repeats 5]
        [--stop-after 1 2] [--beside whole batched erm] [--erm PYTHON] [--json FILE]
    .venv/bin/python benchmarks/latency.py --review FILE ...
    .venv/bin/python benchmarks/latency.py --no-whisper [FILE]

Plays each recording in real time through the recorder's own path (microphone, disk,
both ears) and presses the key so many seconds after the last word, again and again. The
microphone is scripted, or with --pulse a virtual one of PulseAudio that another process
plays the recording into. So 5 repeats of the answer of 3.6 minutes that is the default,
with two stops, take 40 minutes.

Beside it, in the same run, with the same weights, the whole recording after the stop:

    whole    faster-whisper, beam 5, word times
    batched  its batched pipeline, 8 at a time, else the same
    erm      erm (PyPI), which looks for filled pauses; PYTHON is an interpreter that
             has it (`python -m venv erm && erm/bin/pip install erm librosa soundfile`)

None of these measures or judges anything. --review compares `review` of files with
plain faster-whisper (beam 5, word times), turn about, twice; --no-whisper tells what
everything else costs.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.answering import Played, Row, Scripted, Source, answered, virtual_sound
from benchmarks.costs import Cost, Review, costs_without_whisper, name_of, reviewed
from benchmarks.costs import together as all_of
from benchmarks.programs import Erm, Plain
from voicecoach import models
from voicecoach.assessment import warm_up
from voicecoach.audio import Audio, read_audio
from voicecoach.questions import FREE_ANSWER
from voicecoach.transcription import FasterWhisper, threads_for_recordings
from voicecoach.voice_activity import voiced_spans

ANSWER = Path(__file__).parents[1] / "audio_fixtures" / "failed_program" / "speech.ogg"
BESIDE = ("whole", "batched", "erm")


@dataclass(frozen=True)
class Beside:
    """What another program took for the whole recording after the stop."""

    recording: str
    program: str
    seconds: tuple[float, ...]


def p95(values: Sequence[float]) -> float:
    """The value that 95 % do not exceed, by nearest rank: the largest of up to 20."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


# -- measuring -------------------------------------------------------------------------


def spoken(file: Path) -> Audio:
    """The recording up to its last word."""
    whole = read_audio(file)
    return whole.between(0, voiced_spans(whole.samples)[-1].end_s)


def rows_of(chosen: argparse.Namespace, transcriber: FasterWhisper) -> Iterator[Row]:
    """Every recording, stop and repeat in turn."""
    warm_up(FREE_ANSWER)
    answers = {name_of(file): spoken(file) for file in chosen.files}
    with ExitStack() as until_done:
        source: Callable[[Audio], Source] = Scripted
        if chosen.pulse:
            sound = until_done.enter_context(virtual_sound())
            source = partial(Played, sound=sound)
        for _ in range(chosen.repeats):
            for name, audio in answers.items():
                for after_s in chosen.stop_after:
                    yield answered(name, source(audio), after_s, transcriber)


def besides(chosen: argparse.Namespace, transcriber: FasterWhisper) -> Iterator[Beside]:
    """Each other program on each recording, as often as ours, at most three times."""
    programs: dict[str, Callable[[Audio], object]] = {
        "whole": Plain(transcriber),
        "batched": partial(batched, transcriber),
    }
    if chosen.erm:
        programs["erm"] = Erm(chosen.erm, transcriber.folder)
    for file in chosen.files:
        audio = spoken(file)
        for name in chosen.beside:
            seconds = []
            for _ in range(min(3, chosen.repeats)):
                began_s = time.perf_counter()
                programs[name](audio)
                seconds.append(round(time.perf_counter() - began_s, 2))
            yield Beside(name_of(file), name, tuple(seconds))


def batched(transcriber: FasterWhisper, audio: Audio) -> None:
    """faster-whisper's batched pipeline, as its page calls it."""
    from faster_whisper import BatchedInferencePipeline

    segments, _ = BatchedInferencePipeline(transcriber._whisper).transcribe(
        audio.samples, beam_size=5, language="en", word_timestamps=True, batch_size=8
    )
    list(segments)


# -- printing --------------------------------------------------------------------------


def latency_table(rows: Sequence[Row]) -> Table:
    """One line a recording and stop, and one for all recordings of a stop."""
    heads = ("answer", "stop after", "n", "words: median", "p95", "max")
    more = ("attempt: median", "p95", "max", "CPU", "behind", "memory")
    table = Table(*heads, *more, box=None)
    names = list(dict.fromkeys(row.recording for row in rows))
    for after_s in dict.fromkeys(row.after_s for row in rows):
        for name in [*names, "ALL"] if len(names) > 1 else names:
            some = [
                row
                for row in rows
                if row.after_s == after_s and name in {row.recording, "ALL"}
            ]
            table.add_row(name, f"{after_s:g} s", str(len(some)), *_cells(some))
    return table


def _cells(rows: Sequence[Row]) -> Iterator[str]:
    for field in ("to_words_s", "to_attempt_s"):
        values = [getattr(row, field) for row in rows]
        for figure in (statistics.median(values), p95(values), max(values)):
            yield f"{figure:.2f} s"
    yield f"{statistics.median(row.cpu_share for row in rows):.0%}"
    yield f"{max(row.behind_s for row in rows):.1f} s"
    yield f"{max(row.peak_mb for row in rows):.0f} MB"


def beside_table(found: Sequence[Beside]) -> Table:
    """Seconds of the other programs."""
    table = Table("answer", "program", "n", "median", "least", box=None)
    for one in found:
        middle, least = statistics.median(one.seconds), min(one.seconds)
        count = str(len(one.seconds))
        cells = (one.recording, one.program, count, f"{middle:.1f} s", f"{least:.1f} s")
        table.add_row(*cells)
    return table


def review_table(reviews: Sequence[Review]) -> Table:
    """Seconds of `review` and of plain faster-whisper; ratios over 1: we are faster."""
    heads = ("recording", "length", "ours: best", "median", "plain: best", "median")
    table = Table(*heads, "times as fast: best", "median", box=None)
    for one in [*reviews, all_of(reviews)] if len(reviews) > 1 else reviews:
        figures = [
            f"{figure:.1f} s"
            for seconds in (one.ours_s, one.plain_s)
            for figure in (min(seconds), statistics.median(seconds))
        ]
        ratios = (f"{one.best:.2f}", f"{one.median:.2f}")
        table.add_row(one.recording, f"{one.audio_s:.0f} s", *figures, *ratios)
    return table


def cost_table(costs: Sequence[Cost]) -> Table:
    """Every stage, and sums of those that are not part of another."""
    table = Table("stage", "when", "CPU", "wall", box=None)
    whole = [cost for cost in costs if not cost.stage.startswith(" ")]
    sums = [
        Cost(
            f"ALL {when}",
            when,
            sum(cost.cpu_s for cost in whole if cost.when == when),
            sum(cost.wall_s for cost in whole if cost.when == when),
        )
        for when in dict.fromkeys(cost.when for cost in costs)
    ]
    for cost in (*costs, *sums):
        times = (f"{cost.cpu_s:.3f} s", f"{cost.wall_s:.3f} s")
        table.add_row(cost.stage, cost.when, *times)
    return table


# -- the command -----------------------------------------------------------------------


def main() -> None:
    """Measure, print tables, and write JSON where asked."""
    chosen = _chosen()
    console = Console(width=150)
    document: dict[str, list[object]] = {}
    if chosen.no_whisper:
        costs = costs_without_whisper(chosen.files[0])
        console.print(cost_table(costs))
        document["costs"] = [asdict(cost) for cost in costs]
    elif chosen.review:
        ours = _transcriber(chosen.model, threads_for_recordings())
        usual = _transcriber(chosen.model)
        reviews = list(reviewed(chosen.review, ours, usual))
        console.print(review_table(reviews))
        document["reviews"] = [asdict(one) for one in reviews]
    else:
        transcriber = _transcriber(chosen.model)
        rows = []
        for row in rows_of(chosen, transcriber):
            print(row, file=sys.stderr, flush=True)
            rows.append(row)
        console.print(latency_table(rows))
        found = list(besides(chosen, transcriber))
        if found:
            console.print(beside_table(found))
        document["answers"] = [asdict(row) for row in rows]
        document["beside"] = [asdict(one) for one in found]
    if chosen.json:
        chosen.json.write_text(json.dumps(document, indent=1), "utf-8")


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--pulse", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--stop-after", nargs="+", type=float, default=[1.0, 2.0])
    parser.add_argument("--beside", nargs="*", choices=BESIDE, default=BESIDE[:2])
    parser.add_argument("--erm", type=Path, metavar="PYTHON")
    parser.add_argument("--review", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--no-whisper", action="store_true")
    parser.add_argument("--model", default=models.DEFAULT)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    chosen.files = chosen.files or [ANSWER]
    if "erm" in chosen.beside and not chosen.erm:
        parser.error("--beside erm wants --erm PYTHON")
    if chosen.repeats < 1:
        parser.error("--repeats wants 1 or more")
    return chosen


def _transcriber(name: str, threads: int = 0) -> FasterWhisper:
    """The weights, loaded."""
    model = models.ensure(name, models.default_folder())
    transcriber = FasterWhisper(model.path, model.name, model.sha256, threads)
    transcriber.warm_up()
    return transcriber


if __name__ == "__main__":
    main()
