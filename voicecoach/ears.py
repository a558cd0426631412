"""Two ears on one stream: voice from the sound, words from Whisper, at the same time.

    blocks ──┬─ VoiceActivity ──> voiced spans ── where to cut ─┐
             └─ samples ───────────────────────────────────────┴─> stretches
    stretches ── worker thread: Transcriber ──> words ── settled on the voice ──> Answer

    speech      ████ ██████  ███ ████   ████████ ███   ██ ████
    committed   |------------------|---------------|
    open tail                                       |~~~~~~~~~|  decoded speculatively
                                                              at the first silence

Each stretch is decoded once. The open tail is decoded as soon as a silence begins, in a
short window that is quick; when the silence lasts, again in the full window that is
sure. When nothing but silence followed, those results count, so at the stop there is
nothing or only the last words left to do. Where to cut depends on the voice alone, so a
recording reviewed later is cut as it was live.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from voicecoach.audio import (
    EAR_RATE_HZ,
    FLOOR_DBFS,
    Audio,
    Samples,
    clipped_share,
    level_dbfs,
)
from voicecoach.timeline import (
    Answer,
    FilledPause,
    Removed,
    SoundQuality,
    Span,
    Word,
    bare,
    covered_s,
    gaps,
    is_filled_pause,
    merged,
)
from voicecoach.transcription import Heard, Transcriber
from voicecoach.voice_activity import VoiceActivity

COMMIT_FROM_S = 16.0
"""A stretch this long is committed at the next pause. Longer ones give Whisper more
context (word error rate .062 at 26 s against .065 for the whole file); shorter ones
leave a shorter tail. The tail must fit the short window to be instant."""
COMMIT_PAUSE_S = 0.5
LONGEST_STRETCH_S = 28.0
"""Whisper's window is 30 s; what is left is the margin around the voice."""
SPECULATE_AFTER_S = 0.3
"""Silence after which the tail is decoded, quickly, as if it were the end."""
MAKE_SURE_AFTER_S = 0.8
"""Silence after which the guess is made sure of: most pauses in speech are shorter, so
the full window (0.9 s of two cores) is not spent on each of them."""
MARGIN_S = 0.4
"""Sound kept around the voice: Silero misses weak first consonants ("alright")."""
_BLOCK = EAR_RATE_HZ // 4


@dataclass(frozen=True)
class _Job:
    """A stretch that is being transcribed: its sound's bounds and its future words."""

    span: Span
    heard: Future[Heard]


@dataclass
class _Guess:
    """The open tail, decoded before it is known to be the end."""

    span: Span
    quick: Future[Heard]
    sure: Future[Heard] | None = None

    def cancel(self) -> None:
        """Take queued work back; what runs already is left to finish unheard."""
        self.quick.cancel()
        if self.sure is not None:
            self.sure.cancel()

    def best(self) -> Future[Heard]:
        """The sure result when it is there, else the quick one."""
        if self.sure is not None and self.sure.done():
            return self.sure
        if self.sure is not None:
            self.sure.cancel()
        return self.quick


class Planner:
    """Decides where to cut, from voiced spans alone. Pure."""

    def __init__(self) -> None:
        self._from_s = 0.0

    @property
    def tail_from_s(self) -> float:
        """Where the open tail begins, seconds."""
        return self._from_s

    def stretch(
        self, voiced: tuple[Span, ...], silence_s: float, heard_s: float
    ) -> Span | None:
        """The stretch to commit now, or None.

        Args:
            voiced: all voiced spans so far.
            silence_s: how long the present silence lasts; 0 while there is voice.
            heard_s: how much sound there is.
        """
        tail = [span for span in voiced if span.end_s > self._from_s]
        if not tail:
            return None
        first_s = max(self._from_s, tail[0].start_s)
        if silence_s >= COMMIT_PAUSE_S and tail[-1].end_s - first_s >= COMMIT_FROM_S:
            return self._commit(first_s, heard_s - silence_s / 2)
        if heard_s - first_s >= LONGEST_STRETCH_S:
            return self._commit(first_s, _best_cut(tail, first_s, heard_s))
        return None

    def _commit(self, first_s: float, cut_s: float) -> Span:
        stretch = Span(max(self._from_s, first_s - MARGIN_S), cut_s)
        self._from_s = cut_s
        return stretch


def _best_cut(tail: list[Span], first_s: float, heard_s: float) -> float:
    """The middle of the longest silence in the later half; else the very end.

    Only for somebody who speaks 28 s without a pause of half a second.
    """
    later = Span(first_s + LONGEST_STRETCH_S / 2, heard_s)
    silent = gaps(tail, later)
    if not silent:
        return heard_s
    longest = max(silent, key=lambda gap: gap.duration_s)
    return (longest.start_s + longest.end_s) / 2


class Ears:
    """Hears one answer as it is spoken.

    Call `hear` with each block (it returns at once), `finish` after the last.

    Args:
        transcriber: for the words; called from one worker thread.
        speculate: decode the open tail at each silence; off for recordings.
    """

    def __init__(self, transcriber: Transcriber, *, speculate: bool = True) -> None:
        self._transcriber = transcriber
        self._speculate = speculate
        self._activity = VoiceActivity()
        self._planner = Planner()
        self._blocks: list[Samples] = []
        self._length = 0
        self._overflows = 0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="transcriber")
        self._jobs: list[_Job] = []
        self._guess: _Guess | None = None

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

    def done_s(self) -> float:
        """Seconds of sound whose words are known: progress for a recording."""
        done = [job.span.end_s for job in self._jobs if job.heard.done()]
        return max(done, default=0.0)

    def hear(self, samples: Samples, *, overflowed: bool = False) -> None:
        """Take the next samples, shape (n,), 16 kHz; never waits for the words."""
        self._overflows += overflowed
        for start in range(0, len(samples), _BLOCK):  # so that cuts fall as when live
            block = samples[start : start + _BLOCK]
            self._blocks.append(block)
            self._length += len(block)
            self._activity.hear(block)
            self._plan()

    def _plan(self) -> None:
        activity = self._activity
        stretch = self._planner.stretch(
            activity.coarse, activity.silence_s, activity.heard_s
        )
        if stretch is not None:
            self._jobs.append(self._job_for(stretch))
        elif self._speculate and activity.silence_s >= SPECULATE_AFTER_S:
            self._guess_tail()

    def _job_for(self, stretch: Span) -> _Job:
        """A sure transcription of a stretch; the guess's if it heard the same voice."""
        trimmed = self._trimmed(stretch)
        guess, self._guess = self._guess, None
        if guess is not None and guess.span == trimmed and guess.sure is not None:
            return _Job(trimmed, guess.sure)
        if guess is not None:
            guess.cancel()
        return _Job(trimmed, self._submit(trimmed, quick=False))

    def _guess_tail(self) -> None:
        tail = self._tail()
        if tail is None:
            return
        if self._guess is None or self._guess.span != tail:
            if self._guess is not None:
                self._guess.cancel()
            self._guess = _Guess(tail, self._submit(tail, quick=True))
        if self._guess.sure is None and self.silence_s >= MAKE_SURE_AFTER_S:
            self._guess.sure = self._submit(tail, quick=False)

    def _last_job(self, tail: Span) -> _Job:
        """The end of the answer: the guess ready soonest, if it heard it all."""
        if self._guess is not None and self._guess.span == tail:
            return _Job(tail, self._guess.best())
        if self._guess is not None:
            self._guess.cancel()
        return _Job(tail, self._submit(tail, quick=self._speculate))

    def _tail(self) -> Span | None:
        """The open tail around its voice; None when there is no voice in it."""
        start_s = self._planner.tail_from_s
        if not any(span.end_s > start_s for span in self._activity.coarse):
            return None
        return self._trimmed(Span(start_s, max(start_s, self.heard_s)))

    def _trimmed(self, stretch: Span) -> Span:
        """The stretch cut to its voice and a margin, the same however long it waited.

        The end is the last voice plus the margin even where that sound has not come
        yet, so that a guess at 0.3 s of silence equals the final cut.
        """
        inside = [s for s in self._activity.coarse if s.overlap_s(stretch) > 0]
        if not inside:
            return stretch
        first_s, last_s = inside[0].start_s, inside[-1].end_s
        start_s = max(stretch.start_s, first_s - MARGIN_S)
        return Span(start_s, max(start_s, last_s + SPECULATE_AFTER_S))

    def _submit(self, stretch: Span, *, quick: bool) -> Future[Heard]:
        sound = Audio(self._samples()).between(stretch.start_s, stretch.end_s)
        voiced_s = covered_s(self._activity.coarse, stretch)
        return self._pool.submit(self._transcriber.hear, sound, voiced_s, quick=quick)

    def _samples(self) -> Samples:
        """All samples so far, shape (n,); joins the blocks once."""
        if len(self._blocks) > 1:
            self._blocks = [np.concatenate(self._blocks)]
        return self._blocks[0] if self._blocks else np.zeros(0, np.float32)

    def finish(self, progress: Callable[[float], None] | None = None) -> Answer:
        """Hear out what is left and put the answer together.

        Args:
            progress: called with the share of stretches done, 0..1.
        """
        tail = self._tail()
        if tail is not None:
            self._jobs.append(self._last_job(tail))
        pieces = []
        for done, job in enumerate(self._jobs, start=1):
            pieces.append((job.span, job.heard.result()))
            if progress:
                progress(done / len(self._jobs))
        self._pool.shutdown(wait=False)
        return self._answer(pieces)

    def abandon(self) -> None:
        """Stop listening without an answer; queued work is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, pieces: list[tuple[Span, Heard]]) -> Answer:
        voiced = self._activity.spans()
        samples = self._samples()
        words: list[Word] = []
        removed: list[Removed] = []
        for span, heard in pieces:
            words += [_shifted(word, span.start_s) for word in heard.words]
            removed += [
                replace(r, span=r.span.shifted(span.start_s)) for r in heard.removed
            ]
        kept, dropped = settled(words, voiced)
        doubtful = any(heard.doubtful for _, heard in pieces)
        return Answer(
            words=kept,
            voiced=voiced,
            duration_s=len(samples) / EAR_RATE_HZ,
            filled_pauses=_printed_filled_pauses(kept),
            removed=(*removed, *dropped),
            quality=quality(samples, voiced, self._overflows, doubtful=doubtful),
        )


def _shifted(word: Word, by_s: float) -> Word:
    return replace(word, span=word.span.shifted(by_s) if word.span else None)


def settled(
    words: list[Word], voiced: tuple[Span, ...]
) -> tuple[tuple[Word, ...], tuple[Removed, ...]]:
    """Move words onto the voice; drop those that have none.

    Whisper's word ends are the next token's start, it stretches words over silence, and
    it can stamp a word after a silence seconds early. A word is cut to the voiced span
    that it overlaps most; one without overlap goes to the nearest voice within a
    second, or out.
    """
    kept: list[Word] = []
    removed: list[Removed] = []
    for word in words:
        span = word.span
        if span is None:
            continue
        home = _home(span, voiced)
        if home is None:
            removed.append(Removed(word.text, span, "no voice there"))
            continue
        start_s = min(max(span.start_s, home.start_s), home.end_s)
        end_s = min(max(span.end_s, start_s), home.end_s)
        start_s = max(start_s, kept[-1].span.start_s if kept and kept[-1].span else 0.0)
        kept.append(replace(word, span=Span(start_s, max(start_s, end_s))))
    return tuple(kept), tuple(removed)


def _home(span: Span, voiced: tuple[Span, ...]) -> Span | None:
    """The voiced span a word belongs to: most overlap, else nearest within 1 s."""
    overlapping = [v for v in voiced if v.overlap_s(span) > 0]
    if overlapping:
        return max(overlapping, key=span.overlap_s)
    near = [v for v in voiced if v.overlap_s(span.padded(1.0)) > 0]
    middle_s = (span.start_s + span.end_s) / 2
    return min(
        near,
        key=lambda v: min(abs(v.start_s - middle_s), abs(v.end_s - middle_s)),
        default=None,
    )


PRINTED_CONFIDENCE = 0.5
"""Least confidence in a printed filled pause. The decoder's probability of an "um" says
how easily another word would fit, not whether it was said: on our development
recordings nine of ten printed ones were there, at probabilities from .1 to .9."""


def _printed_filled_pauses(words: tuple[Word, ...]) -> tuple[FilledPause, ...]:
    return tuple(
        FilledPause(
            bare(word.text),
            word.span,
            "transcript",
            PRINTED_CONFIDENCE + (1 - PRINTED_CONFIDENCE) * (word.probability or 0.0),
        )
        for word in words
        if word.span is not None and is_filled_pause(word.text)
    )


QUIET_DBFS = -50.0
CLIPPED_SHARE = 0.002
"""Two in a thousand samples: a few shouted vowels, audible as a rasp."""
NOISY_DB = 6.0
"""Voice less than this over the background is said to the user. Silero still tells
them apart there (docs/accuracy.md), so it spoils no measure."""
DEAFENING_CLIPPED_SHARE = 0.05
"""From here on edges between voice and silence cannot be believed."""


def quality(
    samples: Samples, voiced: tuple[Span, ...], overflows: int, *, doubtful: bool
) -> SoundQuality:
    """Levels of voice and of the rest, clipping, and what is wrong in plain words."""
    sound = Audio(samples)
    speech_db = _level_of(sound, voiced)
    noise_db = _level_of(sound, gaps(voiced, Span(0.0, sound.duration_s)))
    over_db = speech_db - noise_db if speech_db and noise_db else None
    clipped = clipped_share(samples)
    problems = (
        (not voiced, "No voice was heard in the recording."),
        (
            speech_db is not None and speech_db < QUIET_DBFS,
            f"The voice is very quiet ({speech_db or 0:.0f} dBFS).",
        ),
        (clipped > CLIPPED_SHARE, f"The recording is clipped ({clipped:.1%} of it)."),
        (
            over_db is not None and over_db < NOISY_DB,
            "The background is nearly as loud as the voice.",
        ),
        (overflows > 0, f"The microphone dropped sound {overflows} times."),
        (doubtful, "Some words could not be made out with confidence."),
    )
    return SoundQuality(
        speech_db,
        noise_db,
        clipped,
        overflows,
        tuple(text for wrong, text in problems if wrong),
        edges_doubtful=clipped > DEAFENING_CLIPPED_SHARE or overflows > 0,
    )


def _level_of(sound: Audio, spans: tuple[Span, ...]) -> float | None:
    """Median level of 32 ms frames, dBFS: a knock on the desk does not raise it."""
    frame = 512
    levels = [
        level_dbfs(part[start : start + frame])
        for span in merged(spans)
        for part in [sound.between(span.start_s, span.end_s).samples]
        for start in range(0, len(part) - frame + 1, frame)
    ]
    level = float(np.median(levels)) if levels else FLOOR_DBFS
    return level if level > FLOOR_DBFS else None


def listen(
    audio: Audio,
    transcriber: Transcriber,
    progress: Callable[[float], None] | None = None,
) -> Answer:
    """Hear a whole recording, 16 kHz, by the same way as live speech."""
    ears = Ears(transcriber, speculate=False)
    ears.hear(audio.samples)
    return ears.finish(progress)
