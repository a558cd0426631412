"""Whether a model keeps up with somebody who speaks: tried on one recorded stretch.

    sample  |-------- piece -------||------ piece -----|   a stretch of 20-28 s
    quick   ███                     ██                     each piece, as at silences
    sure                                               █████  the whole, as behind them

    load = seconds of work / seconds of speech, for both kinds of decode

Live listening does both at the same time on all cores, the trial one after the other,
so its load is at least the share of the machine that live listening needs for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voicecoach.audio import Stretch

MOST_LOAD = 0.45
"""A model with more does not keep up. While somebody speaks at most 70 % of the machine
may be used. On two cores a trial's second of work is about 1.6 s of CPU, and live
listening takes up to 1.8 times the CPU of the trial (a piece under 4 s is decoded again
with what follows it; voice activity, disk and screen take their share; measured on
answers of 51 and 215 s with base): 0.45 * 1.6 * 1.8 / 2 cores = 0.65."""
SURE_PER_QUICK = 4.0
"""The sure decode takes at most so many times what the quick ones take: 1.5 to 2.5 with
base and tiny.en on two cores. So a model whose quick decodes are a fifth of the limit
keeps up for certain, and nobody has to wait for the rest of the trial."""


class Hearer(Protocol):
    """What a trial needs of a transcriber (`voicecoach.transcription.Transcriber`)."""

    def warm_up(self) -> None:
        """Load the weights."""
        ...  # pragma: no cover

    def hear(self, stretch: Stretch, *, quick: bool = False) -> object:
        """Transcribe one stretch."""
        ...  # pragma: no cover


def joined(pieces: tuple[Stretch, ...]) -> Stretch:
    """Pieces one after the other: the stretch that they are pieces of."""
    import numpy as np

    from voicecoach.audio import Audio, Stretch

    samples = np.concatenate([piece.audio.samples for piece in pieces])
    return Stretch(Audio(samples), sum(piece.voiced_s for piece in pieces))


@dataclass(frozen=True)
class Pace:
    """How fast a model is: seconds of work for each second of speech.

    Args:
        quick: of the quick decodes.
        sure: of the sure decode; None when the quick ones had settled the matter.
    """

    quick: float
    sure: float | None = None

    @property
    def load(self) -> float:
        """Of both; without `sure` the least it is (too slow) or the most (fast)."""
        if self.sure is not None:
            return self.quick + self.sure
        return self.quick if self.quick > MOST_LOAD else self._at_most

    @property
    def keeps_up(self) -> bool:
        """Whether it can follow live speech here."""
        return self.load <= MOST_LOAD

    @property
    def is_settled(self) -> bool:
        """Whether the quick decodes alone tell if it keeps up."""
        return self.quick > MOST_LOAD or self._at_most <= MOST_LOAD

    @property
    def _at_most(self) -> float:
        return self.quick * (1 + SURE_PER_QUICK)

    def __str__(self) -> str:
        """``0.18 of real time``; "under" or "over" it when only that is known."""
        known = self.sure is not None
        bound = "" if known else "over " if self.quick > MOST_LOAD else "under "
        return f"{bound}{self.load:.2f} of real time"


def work_s(work: Callable[[], object]) -> float:
    """Seconds that the work takes when the machine has nothing else to do.

    Wall time, or CPU time where that is less: then others had the cores. The verdict is
    kept, and a program that happens to be busy now must not cost a model for good.
    """
    began_s, cpu_s = time.perf_counter(), time.process_time()
    work()
    return min(time.perf_counter() - began_s, time.process_time() - cpu_s)


def measured(
    hearer: Hearer,
    pieces: tuple[Stretch, ...],
    *,
    thorough: bool = False,
    spent_s: Callable[[Callable[[], object]], float] = work_s,
) -> Pace:
    """Try a model on the pieces of one stretch (20-28 s in all).

    Args:
        hearer: the model; loaded here, which is not counted.
        pieces: of live listening (4 to 14 s), which make up the stretch, in order.
        thorough: do the sure decode also when the quick ones have settled the matter.
        spent_s: does the work and returns the seconds it took.

    Raises:
        ModelError: it cannot be loaded.
    """
    hearer.warm_up()
    whole = joined(pieces)
    quick_s = heard_s = 0.0
    for piece in pieces:
        quick_s += spent_s(partial(hearer.hear, piece, quick=True))
        heard_s += piece.audio.duration_s
        if quick_s > MOST_LOAD * whole.audio.duration_s:
            break  # too slow whatever comes: a large model takes minutes for the rest
    pace = Pace(quick_s / heard_s)
    if pace.quick > MOST_LOAD or (pace.is_settled and not thorough):
        return pace
    sure_s = spent_s(partial(hearer.hear, whole))
    return Pace(pace.quick, sure_s / whole.audio.duration_s)
