"""Both ears at work: quick pieces while the person speaks, sure stretches behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from voicecoach.acoustics import Acoustics, Frames
from voicecoach.audio import EAR_RATE_HZ, Audio, Samples, Stretch
from voicecoach.ears.filled_pauses import Hearing, filled_pauses
from voicecoach.ears.planning import MARGIN_S, Planner, best_cut
from voicecoach.ears.quality import quality
from voicecoach.ears.settling import settled, shifted
from voicecoach.ears.voicing import heard_voice
from voicecoach.timeline import Answer, Span, covered_s
from voicecoach.transcription import WORKERS, Heard, Transcriber
from voicecoach.voice_activity import VoiceActivity

PIECE_PAUSE_S = 0.3
"""Silence after which the piece before it is decoded, as if it were the last."""
PIECE_FROM_S = 4.0
"""A shorter piece stays open and is decoded again with what follows."""
LONGEST_PIECE_S = 12.5
"""So that it fits the short window, whose encoder takes 0.2-0.4 s instead of 0.9 s."""
MAKE_SURE_AFTER_S = 3.0
"""Silence after which the open stretch is decoded in the sure way already: longer than
nearly every pause, so that its 2 s of two cores are seldom spent in vain, and longer
than most people wait before they end an answer: it would take the cores just then."""
READ_AHEAD_S = 0.5
"""Silence after which the answer so far is handed on, should this be its end: when the
stop comes, a second after the last word, what it says has been read already."""
UNDISTURBED_S = 1.5
"""A stretch that is due waits so long into a silence: should this be the end, the quick
decode of the last words and who reads ahead need both cores just then."""
TRAILING_S = 0.3
"""Sound kept behind it; as long as `PIECE_PAUSE_S`, so that it is there by then."""
TOGETHER = 3
"""Stretches of a recording decoded together: 0.8 of the CPU of one by one; four and
six are no better (read_long, two cores)."""
_BLOCK = EAR_RATE_HZ // 4


@dataclass(frozen=True)
class _Job:
    """A piece or stretch that is being transcribed, and its words to come.

    Args:
        span: of the recording.
        heard: with times from the start of ``span``.
        told: where other words count; a piece cut through by a stretch tells the rest.
    """

    span: Span
    heard: Future[Heard]
    told: tuple[Span, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether its words are there."""
        return self.heard.done() and not self.heard.cancelled()

    def outside(self, told: Sequence[Span]) -> _Job:
        """The same, for what none of these spans tells."""
        return replace(self, told=tuple(told))

    def result(self) -> Heard:
        """What counts of it, with times of the recording; waits until it is there."""
        heard, at_s = self.heard.result(), self.span.start_s
        words = (shifted(word, at_s) for word in heard.words)
        removed = (replace(r, span=r.span.shifted(at_s)) for r in heard.removed)
        return Heard(
            tuple(w for w in words if not _middle_inside(w.span, self.told)),
            tuple(r for r in removed if not _middle_inside(r.span, self.told)),
            doubtful=heard.doubtful and not _middle_inside(self.span, self.told),
        )


@dataclass(frozen=True)
class _Sound:
    """What an answer is put together from, as it was at one moment: in any thread.

    Args:
        jobs: what hears its words; those that are not done are waited for.
        audio: all of it.
        frames: of the same.
        voiced: Silero's spans.
        overflows: how often the device dropped samples.
    """

    jobs: tuple[_Job, ...]
    audio: Audio
    frames: Frames
    voiced: tuple[Span, ...]
    overflows: int

    def answer(self) -> Answer:
        """What these jobs heard, placed by the sound."""
        heard = [job.result() for job in sorted(self.jobs, key=lambda job: job.span)]
        printed = [word for one in heard for word in one.words]
        hearing = Hearing(self.frames, self.voiced)
        voiced = heard_voice(self.voiced, hearing.pitched, printed)
        kept, dropped = settled(printed, voiced)
        words, held = filled_pauses(kept, hearing)
        return Answer(
            words=words,
            voiced=voiced,
            duration_s=self.audio.duration_s,
            filled_pauses=held,
            removed=(*(r for one in heard for r in one.removed), *dropped),
            quality=quality(
                self.audio.samples,
                voiced,
                self.overflows,
                doubtful=any(one.doubtful for one in heard),
                words=words,
            ),
        )


class Ears:
    """Hears one answer as it is spoken.

    Call `hear` with each block (it returns at once), `finish` after the last.

    Args:
        transcriber: for the words; called from two threads, one quick, one sure.
        live: decode pieces at each silence; off for recordings.
        ahead: given the answer so far at each longer silence, in a thread of its own,
            to warm up whatever will work on the whole; live only.
    """

    def __init__(
        self,
        transcriber: Transcriber,
        *,
        live: bool = True,
        ahead: Callable[[Answer], None] | None = None,
    ) -> None:
        self._transcriber = transcriber
        self._live = live
        self._ahead = ahead
        self._early: tuple[list[_Job], Future[Answer]] | None = None
        self._activity = VoiceActivity()
        self._acoustics = Acoustics()
        self._planner = Planner()
        self._blocks: list[Samples] = []
        self._length = 0
        self._overflows = 0
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="quick")
        self._sure = ThreadPoolExecutor(
            1 if live else WORKERS, thread_name_prefix="sure"
        )
        self._due: list[Span] = []
        self._stretches: list[_Job] = []
        self._pieces: list[_Job] = []
        self._piece_from_s = 0.0
        self._open: _Job | None = None
        self._tail: _Job | None = None

    @property
    def silence_s(self) -> float:
        """Seconds since the last voice; the whole time when there was none."""
        return self._activity.silence_s

    @property
    def has_voice(self) -> bool:
        """Whether anything was said yet."""
        return bool(self._activity.coarse)

    @property
    def heard_s(self) -> float:
        """Seconds of sound taken so far."""
        return self._length / EAR_RATE_HZ

    # -- while the person speaks -------------------------------------------------------

    def hear(self, samples: Samples, *, overflowed: bool = False) -> None:
        """Take the next samples, shape (n,), 16 kHz; never waits for the words."""
        self._overflows += overflowed
        for start in range(0, len(samples), _BLOCK):  # so that cuts fall as when live
            block = samples[start : start + _BLOCK]
            self._blocks.append(block)
            self._length += len(block)
            self._activity.hear(block)
            self._acoustics.hear(block)
            self._plan_stretch()
            if self._live:
                self._plan_piece()
                self._plan_tail()
                self._hand_on()

    def _plan_stretch(self) -> None:
        activity = self._activity
        stretch = self._planner.stretch(
            activity.coarse, activity.silence_s, activity.heard_s
        )
        if stretch is not None:
            self._due.append(self._trimmed(stretch))
        if self._live:
            if self._due and not PIECE_PAUSE_S <= self.silence_s < UNDISTURBED_S:
                self._stretches += map(self._sure_job, self._due)
                self._due = []
        elif len(self._due) == TOGETHER:
            self._decode_together(self._due)
            self._due = []

    def _plan_piece(self) -> None:
        """Decode the open piece at a silence; close it when it is long enough."""
        piece = self._voiced_part(self._piece_from_s)
        if piece is None:
            return
        if self.silence_s >= PIECE_PAUSE_S:
            self._decode_piece(piece)
            if piece.duration_s >= PIECE_FROM_S:
                self._close_piece(piece.end_s)
        elif piece.duration_s >= LONGEST_PIECE_S:
            tail = [s for s in self._activity.coarse if s.end_s > piece.start_s]
            cut_s = best_cut(tail, Span(piece.start_s, self.heard_s))
            self._decode_piece(Span(piece.start_s, cut_s))
            self._close_piece(cut_s)

    def _decode_piece(self, piece: Span) -> None:
        if self._open is not None and self._open.span == piece:
            return
        if self._open is not None:
            self._open.heard.cancel()
        self._open = _Job(piece, self._submit(self._quick, piece, quick=True))

    def _close_piece(self, end_s: float) -> None:
        if self._open is not None:
            self._pieces.append(self._open)
        self._open = None
        self._piece_from_s = end_s

    def _plan_tail(self) -> None:
        """In a long silence, make sure of the open stretch while there is time."""
        if self.silence_s < MAKE_SURE_AFTER_S:
            return
        tail = self._voiced_part(self._planner.tail_from_s)
        if tail is not None and (self._tail is None or self._tail.span != tail):
            self._tail = self._sure_job(tail)

    def _hand_on(self) -> None:
        """In a silence, let others read what there is, once its words are known."""
        if self._ahead is None or self.silence_s < READ_AHEAD_S:
            return
        jobs = self._known()
        if self._told_early(jobs) is None and all(job.is_done for job in jobs):
            early = self._quick.submit(self._sound(jobs).answer)
            self._early = jobs, early
            self._quick.submit(lambda ahead: ahead(early.result()), self._ahead)

    def _told_early(self, jobs: list[_Job]) -> Future[Answer] | None:
        """What was handed on, while only silence has come since."""
        return self._early[1] if self._early and self._early[0] == jobs else None

    def _sure_job(self, stretch: Span) -> _Job:
        """A sure transcription; the tail's, if that is what it heard."""
        tail, self._tail = self._tail, None
        if tail is not None and tail.span == stretch:
            return tail
        if tail is not None:
            tail.heard.cancel()
        return _Job(stretch, self._submit(self._sure, stretch, quick=False))

    def _voiced_part(self, start_s: float) -> Span | None:
        """From there to the end, cut to its voice; None when there is none."""
        voiced = self._activity.coarse
        if not voiced or voiced[-1].end_s <= start_s + 1e-6:
            return None
        return self._trimmed(Span(start_s, max(start_s, self.heard_s)))

    def _trimmed(self, stretch: Span) -> Span:
        """The stretch cut to its voice and margins, the same however long it waited."""
        inside = [s for s in self._activity.coarse if s.overlap_s(stretch) > 0]
        if not inside:
            return stretch
        start_s = max(stretch.start_s, inside[0].start_s - MARGIN_S)
        return Span(start_s, max(start_s, inside[-1].end_s + TRAILING_S))

    def _submit(
        self, pool: ThreadPoolExecutor, span: Span, *, quick: bool
    ) -> Future[Heard]:
        return pool.submit(self._transcriber.hear, self._stretch(span), quick=quick)

    def _decode_together(self, spans: list[Span]) -> None:
        """Hand stretches to one worker, for a future each."""
        futures: list[Future[Heard]] = [Future() for _ in spans]
        self._stretches += map(_Job, spans, futures)
        self._sure.submit(self._hear_all, [self._stretch(s) for s in spans], futures)

    def _hear_all(self, stretches: list[Stretch], futures: list[Future[Heard]]) -> None:
        try:
            for future, heard in zip(
                futures, self._transcriber.hear_all(stretches), strict=True
            ):
                future.set_result(heard)
        except BaseException as error:  # whoever waits for them has to know
            for future in futures:
                future.set_exception(error)
            raise

    def _stretch(self, span: Span) -> Stretch:
        sound = Audio(self._samples()).between(span.start_s, span.end_s)
        return Stretch(sound, covered_s(self._activity.coarse, span))

    def _samples(self) -> Samples:
        """All samples so far, shape (n,); joins the blocks once."""
        if len(self._blocks) > 1:
            self._blocks = [np.concatenate(self._blocks)]
        return self._blocks[0] if self._blocks else np.zeros(0, np.float32)

    # -- after the stop ----------------------------------------------------------------

    def finish(self, progress: Callable[[float], None] | None = None) -> Answer:
        """Hear out what is left and put the answer together.

        Args:
            progress: called with the share of stretches done, 0..1; recordings only.
        """
        try:
            jobs = self._live_words() if self._live else self._all_words(progress)
            early = self._told_early(jobs)
            if early is None:
                return self._sound(jobs).answer()
            return replace(early.result(), duration_s=self.heard_s)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Stop transcribing; queued work is dropped."""
        for pool in (self._quick, self._sure):
            pool.shutdown(wait=False, cancel_futures=True)

    def _all_words(self, progress: Callable[[float], None] | None) -> list[_Job]:
        """Every stretch, waited for."""
        tail = self._voiced_part(self._planner.tail_from_s)
        last = [*self._due, *([tail] if tail is not None else [])]
        half = -(-len(last) // WORKERS)
        for shared in filter(None, (last[:half], last[half:])):
            self._decode_together(shared)
        for done, job in enumerate(self._stretches, start=1):
            job.heard.result()
            if progress:
                progress(done / len(self._stretches))
        return self._stretches

    def _live_words(self) -> list[_Job]:
        """What is known, and the last piece."""
        last = self._voiced_part(self._piece_from_s)
        if last is not None:
            self._decode_piece(last)
        return self._known()

    def _known(self) -> list[_Job]:
        """Live: the sure stretches that are done, and the pieces for the rest."""
        sure = [job for job in self._stretches if job.is_done]
        if self._tail is not None and self._tail.is_done:
            sure.append(self._tail)
        told = [job.span for job in sure]
        pieces = [*self._pieces, *([self._open] if self._open is not None else [])]
        return [*sure, *(piece.outside(told) for piece in pieces)]

    def _sound(self, jobs: list[_Job]) -> _Sound:
        """What there is at this moment."""
        return _Sound(
            tuple(jobs),
            Audio(self._samples()),
            self._acoustics.frames(),
            self._activity.spans(),
            self._overflows,
        )


def _middle_inside(span: Span | None, told: Sequence[Span]) -> bool:
    if span is None:
        return False
    middle_s = (span.start_s + span.end_s) / 2
    return any(t.start_s <= middle_s < t.end_s for t in told)


def listen(
    audio: Audio,
    transcriber: Transcriber,
    progress: Callable[[float], None] | None = None,
) -> Answer:
    """Hear a whole recording, 16 kHz, by the same way as live speech."""
    ears = Ears(transcriber, live=False)
    ears.hear(audio.samples)
    return ears.finish(progress)
