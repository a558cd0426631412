"""Fillers by meaning: filled pauses, empty discourse markers, hedges.

    So  um  I like pulled the logs and it took you know like three weeks
    ==  ==    ====                            ======== ====

Filled pauses come from both ears (`Answer.filled_pauses`), or from the printed words of
a typed answer. Markers and hedges come from `voicecoach.measures.markers`: an ordinary
use ("I like it") is no filler.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from voicecoach.measures.bands import cluster_limits
from voicecoach.measures.language import Reading
from voicecoach.measures.markers import uses
from voicecoach.measures.pauses import SURE
from voicecoach.measures.results import Filler, FillerFamily, FoundBy
from voicecoach.timeline import Answer, FilledPause, bare, is_filled_pause


def fillers(reading: Reading) -> tuple[Filler, ...]:
    """Every filler of an answer, in the order said."""
    found = [*_filled_pauses(reading.answer), *_markers(reading)]
    return tuple(sorted(found, key=_order))


def counted(found: Iterable[Filler], family: FillerFamily) -> int:
    """How many of one family we are sure of; "possible" ones do not count."""
    return sum(f.family == family and f.confidence >= SURE for f in found)


def clusters(starts_s: Sequence[float]) -> tuple[range, ...]:
    """Where fillers pile up: disjoint groups, each as long as it keeps going.

    Args:
        starts_s: when each filler begins, sorted.

    Returns:
        Positions in ``starts_s``, a range for each group.
    """
    limits = cluster_limits()
    result: list[range] = []
    at = 0
    while at < len(starts_s):
        end = at + sum(s - starts_s[at] <= limits.within_s for s in starts_s[at:])
        if end - at >= limits.least:
            result.append(range(at, end))
        at = end if end - at >= limits.least else at + 1
    return tuple(result)


def _order(filler: Filler) -> tuple[float, int]:
    """By time where there is one, else by place in the text."""
    start_s = filler.span.start_s if filler.span else 0.0
    return start_s, filler.quote.char_start if filler.quote else 0


def _filled_pauses(answer: Answer) -> Iterator[Filler]:
    if not answer.is_spoken:
        yield from _typed_filled_pauses(answer)
        return
    printed = [i for i, w in enumerate(answer.words) if is_filled_pause(w.text)]
    for pause in answer.filled_pauses:
        index = _printed_at(answer, printed, pause)
        quote = None if index is None else answer.quote(index, index)
        yield Filler(
            bare(pause.text),
            "filled_pause",
            cast(FoundBy, pause.found_by),
            pause.confidence,
            quote,
            pause.span,
        )


def _typed_filled_pauses(answer: Answer) -> Iterator[Filler]:
    for i, word in enumerate(answer.words):
        if is_filled_pause(word.text):
            quote = answer.quote(i, i)
            text = bare(word.text)
            yield Filler(text, "filled_pause", "transcript", 1.0, quote, None)


def _printed_at(
    answer: Answer, printed: Sequence[int], pause: FilledPause
) -> int | None:
    """Which printed word is this one, if the transcriber printed it at all."""
    if pause.found_by == "sound":
        return None
    near = pause.span.padded(0.3)
    for i in printed:
        span = answer.words[i].span
        if span and span.overlap_s(near) > 0:
            return i
    return None


def _markers(reading: Reading) -> Iterator[Filler]:
    for use in uses(reading):
        if use.is_filler:
            quote = reading.answer.quote(use.words[0], use.words[-1])
            yield Filler(
                " ".join(use.form),
                use.marker.family,
                "transcript",
                round(use.chance, 2),
                quote,
                quote.span,
            )
