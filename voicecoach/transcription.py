"""A stretch of speech -> words behind a Transcriber; faster-whisper is the one we ship.

Whisper base as usually called leaves out every "um" and "uh", because its training text
did. A decode that is primed with a disfluent sentence prints them, keeps repeats ("to,
to predict"), and on our development recordings errs no more on the other words. So:

    samples ── mel ── encode once ─┬─ verbatim decode ── guard ok? ── align ── words
                                   └─ plain decode: when the guard says no, or as a
                                      second opinion where the first is unsure

The guard (`decodes`) refuses what decoders do when they fail. Stretches of a recording
go through all of it together. When somebody waits, a short stretch is first encoded in
a short window (the encoder's time goes with the window) at some cost in words; when the
guard refuses both decodes, the full window is the way out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from voicecoach.audio import EAR_RATE_HZ, Audio, Stretch
from voicecoach.decodes import Decode, Guard, Judged
from voicecoach.errors import ModelError
from voicecoach.timeline import Removed, Span, Word

if TYPE_CHECKING:
    import ctranslate2
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

FULL_WINDOW_S = 30.0
"""What Whisper was trained on: 3,000 mel frames of 10 ms."""
SHORT_WINDOW_S = 15.0
"""Stretches up to this (less the tail) are tried in a window of their own length."""
WINDOW_TAIL_S = 1.0
"""Silence kept behind a stretch in a short window, so that it ends like speech does."""
FRAMES_PER_S = 100

VERBATIM_PROMPT = (
    " Okay, so, um, I think, uh, we had, we had, like, er, three teams, and, um, yeah,"
    " so."
)
"""Primes the decoder to print disfluencies: filled pauses in common spellings and one
repeat, in the voice of an answer. Of three prompts tried on the development recordings
the best by word error rate, with the same filled pauses found (docs/accuracy.md)."""

SURE_BEAM = 4
QUICK_BEAM = 1
"""A beam of 5 makes 14 % fewer word errors than none, in twice the decoder's time; one
of 4 makes the very same (docs/accuracy.md), in .85 of the time of 5."""

WORKERS = 2
"""Decodes at a time. Live, a quick one does not wait for a sure one; a recording keeps
both busy, as one decoder fills about 1.6 of two cores: its steps are short."""


def threads_for_recordings(cores: int | None = None) -> int:
    """CPU threads of each decoder of a recording: they share the cores.

    With two threads each on two cores they wait for each other (1.04 to 1.2 times the
    time). Live, where one of them mostly works alone, each may take them all.

    Args:
        cores: of the machine; None counts them.
    """
    return max(1, (cores or os.cpu_count() or 1) // WORKERS)


@dataclass(frozen=True)
class Heard:
    """What a transcriber made of one stretch; times from the stretch's first sample.

    Args:
        words: filled pauses included.
        removed: what was printed and not believed.
        doubtful: whether even the best decode failed the guard.
    """

    words: tuple[Word, ...]
    removed: tuple[Removed, ...] = ()
    doubtful: bool = False


class Transcriber(Protocol):
    """Turns speech into words."""

    name: str
    """Of the engine ("faster-whisper")."""
    model: str
    """Of the weights ("base")."""
    model_sha256: str
    """Of the weights' largest file."""

    def warm_up(self) -> None:
        """Do what the first `hear` would otherwise wait for.

        Raises:
            ModelError: the weights cannot be loaded.
        """
        ...  # pragma: no cover

    def hear(self, stretch: Stretch, *, quick: bool = False) -> Heard:
        """Transcribe one stretch; quick when somebody waits for it."""
        ...  # pragma: no cover

    def hear_all(self, stretches: Sequence[Stretch]) -> list[Heard]:
        """Transcribe a few stretches of a recording, faster than one by one."""
        return [self.hear(stretch) for stretch in stretches]


class FasterWhisper:
    """Whisper through faster-whisper and CTranslate2: encode once, decode as needed.

    Args:
        folder: CTranslate2 model files (model.bin, config.json, tokenizer.json ...).
        model: its name.
        model_sha256: of model.bin.
        threads: CPU threads; 0 lets CTranslate2 choose.
        compute_type: CTranslate2's; "int8" on a CPU.
    """

    name = "faster-whisper"

    def __init__(
        self,
        folder: Path,
        model: str,
        model_sha256: str,
        threads: int = 0,
        compute_type: str = "int8",
    ) -> None:
        self.folder = folder
        self.model = model
        self.model_sha256 = model_sha256
        self._threads = threads
        self._compute_type = compute_type
        self._guard = Guard()

    @cached_property
    def _whisper(self) -> WhisperModel:
        from faster_whisper import WhisperModel

        try:
            return WhisperModel(
                str(self.folder),
                device="cpu",
                compute_type=self._compute_type,
                cpu_threads=self._threads,
                num_workers=WORKERS,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            msg = f"The transcription model in {self.folder} cannot be loaded: {error}."
            raise ModelError(msg, "Run `voicecoach models verify`.") from error

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from faster_whisper.tokenizer import Tokenizer

        whisper = self._whisper
        return Tokenizer(
            whisper.hf_tokenizer,
            whisper.model.is_multilingual,
            task="transcribe",
            language="en",
        )

    @cached_property
    def _suppressed(self) -> list[int]:
        """Tokens never to print: symbols like music notes, and Whisper's own marks."""
        from faster_whisper.transcribe import get_suppressed_tokens

        return list(get_suppressed_tokens(self._tokenizer, [-1]))

    def warm_up(self) -> None:
        """Load the weights and run them once on a second of silence, about 1 s."""
        silence = Stretch(Audio(np.zeros(EAR_RATE_HZ, np.float32)), 0.0)
        self._decode(self._encode([silence], 2.0), VERBATIM_PROMPT, QUICK_BEAM)

    def hear(self, stretch: Stretch, *, quick: bool = False) -> Heard:
        """Transcribe verbatim; quick tries a short window first, where one fits."""
        if not quick:
            return self.hear_all([stretch])[0]
        refused: list[tuple[Decode, str]] = []
        for window_s in _windows(stretch.audio.duration_s):
            encoded = self._encode([stretch], window_s)
            for prompt in (VERBATIM_PROMPT, None):
                (decode,) = self._decode(encoded, prompt, QUICK_BEAM)
                reason = self._guard.refuses(decode, stretch.voiced_s)
                if reason is None:
                    return self._timed(encoded, [Judged(decode)], [stretch])[0]
                refused.append((decode, reason))
        judged = self._guard.least_bad(refused[-2:], stretch.audio.duration_s)
        return self._timed(encoded, [judged], [stretch])[0]

    def hear_all(self, stretches: Sequence[Stretch]) -> list[Heard]:
        """Transcribe verbatim, the steps of all decodes taken together.

        A step of the decoder reads all its weights, for one stretch as for three.
        """
        encoded = self._encode(stretches, FULL_WINDOW_S)
        first = self._decode(encoded, VERBATIM_PROMPT, SURE_BEAM)
        asked = [
            i
            for i, (decode, one) in enumerate(zip(first, stretches, strict=True))
            if self._guard.is_unsure(decode, one.voiced_s)
        ]
        judged = [Judged(decode) for decode in first]
        if asked:
            second = self._decode(_rows(encoded, asked), None, SURE_BEAM)
            for i, plain in zip(asked, second, strict=True):
                judged[i] = self._guard.likelier(first[i], plain, stretches[i])
        return self._timed(encoded, judged, stretches)

    def _encode(
        self, stretches: Sequence[Stretch], window_s: float
    ) -> ctranslate2.StorageView:
        """Mel frames, shape (stretches, 80, frames), padded with silence."""
        return self._whisper.encode(
            np.stack([self._mel(stretch.audio, window_s) for stretch in stretches])
        )

    def _mel(self, sound: Audio, window_s: float) -> npt.NDArray[np.float32]:
        """Shape (80, frames), padded with silence to the window."""
        padded = np.zeros(round(window_s * EAR_RATE_HZ), np.float32)
        samples = sound.samples[: len(padded)]
        padded[: len(samples)] = samples
        mel: npt.NDArray[np.float32] = self._whisper.feature_extractor(
            padded, padding=0
        )
        return mel[:, : round(window_s * FRAMES_PER_S)]

    def _decode(
        self, encoded: ctranslate2.StorageView, prompt: str | None, beam: int
    ) -> list[Decode]:
        """Decode each row, without timestamps (alignment gives better ones)."""
        tokenizer = self._tokenizer
        start: list[int] = []
        if prompt is not None:
            start = [tokenizer.sot_prev, *tokenizer.encode(prompt)]
        start += [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        results = self._whisper.model.generate(
            encoded,
            [start] * encoded.shape[0],
            beam_size=beam,
            max_length=448,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
        )
        return [self._printed(result) for result in results]

    def _printed(self, result: ctranslate2.models.WhisperGenerationResult) -> Decode:
        tokens = tuple(t for t in result.sequences_ids[0] if t < self._tokenizer.eot)
        text = self._tokenizer.decode(list(tokens))
        return Decode(tokens, text, float(result.scores[0]), result.no_speech_prob)

    def _timed(
        self,
        encoded: ctranslate2.StorageView,
        judged: Sequence[Judged],
        stretches: Sequence[Stretch],
    ) -> list[Heard]:
        """What was heard in each stretch; the decodes that count get their times."""
        printed = {i: one.tokens for i, one in enumerate(judged) if one.tokens}
        rows = list(printed)
        words: dict[int, tuple[Word, ...]] = {}
        if rows:
            aligned = self._align(
                _rows(encoded, rows),
                [list(tokens) for tokens in printed.values()],
                [stretches[row].audio.duration_s for row in rows],
            )
            words = dict(zip(rows, aligned, strict=True))
        return [
            Heard(words.get(i, ()), one.removed, one.doubtful)
            for i, one in enumerate(judged)
        ]

    def _align(
        self,
        encoded: ctranslate2.StorageView,
        printed: list[list[int]],
        durations_s: Sequence[float],
    ) -> list[tuple[Word, ...]]:
        """Words with times from the cross-attention; no row without tokens."""
        ends = [min(seconds, FULL_WINDOW_S) for seconds in durations_s]
        rows = self._whisper.find_alignment(
            self._tokenizer,
            printed,
            encoded,
            [round(seconds * FRAMES_PER_S) for seconds in ends],
        )
        return [_words(parts) for parts in rows]


def _windows(duration_s: float) -> list[float]:
    """The windows to try for somebody who waits, seconds."""
    short_s = duration_s + WINDOW_TAIL_S
    if short_s > SHORT_WINDOW_S:
        return [FULL_WINDOW_S]
    return [max(4.0, short_s), FULL_WINDOW_S]


def _rows(
    encoded: ctranslate2.StorageView, rows: Sequence[int]
) -> ctranslate2.StorageView:
    """Some rows of a batch."""
    if list(rows) == list(range(encoded.shape[0])):
        return encoded
    import ctranslate2

    some = np.ascontiguousarray(np.asarray(encoded)[list(rows)])
    return ctranslate2.StorageView.from_array(some)


def _words(parts: Sequence[Mapping[str, Any]]) -> tuple[Word, ...]:
    """Aligned parts as words, punctuation joined on."""
    words: list[Word] = []
    for part in parts:
        text, start_s = part["word"], float(part["start"])
        span = Span(start_s, max(start_s, float(part["end"])))
        word = Word(text.strip() or "-", span, float(part["probability"]))
        if words and not text.startswith(" "):
            words[-1] = _joined(words[-1], word)
        elif text.strip():
            words.append(word)
    return tuple(words)


def _joined(word: Word, tail: Word) -> Word:
    """A word with the punctuation or word part that follows it without a space.

    The time of punctuation is the silence behind the word, so it is not added.
    """
    spoken = any(c.isalnum() for c in tail.text)
    if spoken and word.span and tail.span:
        span = Span(word.span.start_s, max(word.span.end_s, tail.span.end_s))
        return replace(word, text=word.text + tail.text, span=span)
    return replace(word, text=word.text + tail.text)
