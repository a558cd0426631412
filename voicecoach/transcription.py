"""A stretch of speech -> words behind a Transcriber; faster-whisper is the one we ship.

Whisper base as usually called leaves out every "um" and "uh", because its training text
did. A decode that is primed with a disfluent sentence prints them, keeps repeats ("to,
to predict"), and on our development recordings errs no more on the other words. So:

    samples ── mel ── encode once ─┬─ verbatim decode ── guard ok? ── align ── words
                                   └─ plain decode: when the guard says no, or as a
                                      second opinion where the first is unsure

The guard refuses what decoders do when they fail: loops, babble faster than anybody
speaks, text for half of the voice, low probability. When somebody waits, a short
stretch is first encoded in a short window (the encoder's time goes with the window) at
some cost in words; when the guard refuses both decodes, the full window is the way out.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from voicecoach.audio import EAR_RATE_HZ, Audio
from voicecoach.errors import ModelError
from voicecoach.timeline import Removed, Span, Word, bare, is_filled_pause

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

SURE_BEAM = 5
QUICK_BEAM = 1
"""A beam of 5 takes 1.6 times the decoder's time and makes 14 % fewer word errors."""

UNSURE = -0.13
"""Mean log probability per token below which a sure decode gets a second opinion: a
third of the stretches of our development speech, with 5 % fewer word errors over all;
asking for every stretch would bring no more (docs/accuracy.md)."""


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

    def hear(self, stretch: Audio, voiced_s: float, *, quick: bool = False) -> Heard:
        """Transcribe at most 30 s.

        Args:
            stretch: 16 kHz mono.
            voiced_s: how much of it is voice, for the guard.
            quick: somebody waits: a short window first, where one fits.
        """
        ...  # pragma: no cover


@dataclass(frozen=True)
class Decode:
    """One decoder output: its tokens, text and mean log probability per token."""

    tokens: tuple[int, ...]
    text: str
    log_probability: float
    no_speech: float

    @property
    def is_disfluent(self) -> bool:
        """Whether an um or a word said twice was printed."""
        words = [bare(word) for word in self.text.split()]
        return any(map(is_filled_pause, words)) or any(
            a == b for a, b in pairwise(words)
        )


@dataclass(frozen=True)
class Guard:
    """Limits outside which a decode is not believed.

    Args:
        compression: text length over its zlib length; loops compress well. Whisper's
            own limit is 2.4.
        words_per_s: of voiced time; the fastest speakers reach about 5.5.
        least_words_per_s: of voiced time; under it text is missing.
        log_probability: mean per token; Whisper's own limit is -1.
        no_speech: probability that nothing was said, with low log probability.
    """

    compression: float = 2.2
    words_per_s: float = 6.5
    least_words_per_s: float = 0.7
    log_probability: float = -0.9
    no_speech: float = 0.6

    def refuses(self, decode: Decode, voiced_s: float) -> str | None:
        """Why not to believe a decode; None when it may be believed."""
        words = len(decode.text.split())
        if compression_ratio(decode.text) > self.compression:
            return "it repeats itself"
        if words > 3 + self.words_per_s * voiced_s:
            return "more words than anybody says in that time"
        if voiced_s > 3 and words < self.least_words_per_s * voiced_s:
            return "too few words for the voice there"
        if decode.log_probability < self.log_probability:
            return "improbable"
        return None


def compression_ratio(text: str) -> float:
    """Bytes over zlib-compressed bytes: 1.2-1.8 for speech, over 2.4 for loops."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


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
                num_workers=2,  # a quick decode does not wait for a sure one
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
        silence = Audio(np.zeros(EAR_RATE_HZ, np.float32))
        self._decode(self._encode(silence, 2.0), VERBATIM_PROMPT, QUICK_BEAM)

    def hear(self, stretch: Audio, voiced_s: float, *, quick: bool = False) -> Heard:
        """Transcribe at most 30 s verbatim; see `Transcriber.hear`."""
        windows = [FULL_WINDOW_S]
        if quick and stretch.duration_s + WINDOW_TAIL_S <= SHORT_WINDOW_S:
            windows.insert(0, max(4.0, stretch.duration_s + WINDOW_TAIL_S))
        refused: list[tuple[Decode, str]] = []
        beam = QUICK_BEAM if quick else SURE_BEAM
        for window_s in windows:
            encoded = self._encode(stretch, window_s)
            for prompt in (VERBATIM_PROMPT, None):
                decode = self._decode(encoded, prompt, beam)
                reason = self._guard.refuses(decode, voiced_s)
                if reason is None:
                    if prompt is not None and not quick:
                        decode = self._likelier(encoded, decode, voiced_s)
                    return Heard(self._align(encoded, decode, stretch.duration_s))
                refused.append((decode, reason))
        return self._least_bad(encoded, refused, stretch.duration_s)

    def _likelier(
        self, encoded: ctranslate2.StorageView, first: Decode, voiced_s: float
    ) -> Decode:
        """A second, plain opinion on a doubtful decode that hears no disfluency.

        One that hears some is kept: the plain decode is blind to them.
        """
        if first.log_probability >= UNSURE or first.is_disfluent:
            return first
        second = self._decode(encoded, None, SURE_BEAM)
        if self._guard.refuses(second, voiced_s):
            return first
        return max(first, second, key=lambda decode: decode.log_probability)

    def _least_bad(
        self,
        encoded: ctranslate2.StorageView,
        refused: list[tuple[Decode, str]],
        duration_s: float,
    ) -> Heard:
        """Keep the likeliest full-window decode that is no loop, marked doubtful."""
        whole = Span(0.0, duration_s)
        full = refused[-2:]
        believable = [d for d, why in full if why not in {"it repeats itself"}]
        if not believable:
            dropped = tuple(Removed(d.text.strip(), whole, why) for d, why in full)
            return Heard((), tuple(r for r in dropped if r.text), doubtful=True)
        best = max(believable, key=lambda decode: decode.log_probability)
        if best.no_speech > self._guard.no_speech and best.log_probability < -1:
            removed = (Removed(best.text.strip(), whole, "no speech there"),)
            return Heard((), removed if best.text.strip() else ())
        return Heard(self._align(encoded, best, duration_s), doubtful=True)

    def _encode(self, stretch: Audio, window_s: float) -> ctranslate2.StorageView:
        """Mel frames, shape (80, frames), padded with silence to the window."""
        extractor = self._whisper.feature_extractor
        padded = np.zeros(round(window_s * EAR_RATE_HZ), np.float32)
        samples = stretch.samples[: len(padded)]
        padded[: len(samples)] = samples
        mel = extractor(padded, padding=0)[:, : round(window_s * FRAMES_PER_S)]
        return self._whisper.encode(mel)

    def _decode(
        self, encoded: ctranslate2.StorageView, prompt: str | None, beam: int
    ) -> Decode:
        """Decode without timestamps (alignment gives better ones)."""
        tokenizer = self._tokenizer
        start: list[int] = []
        if prompt is not None:
            start = [tokenizer.sot_prev, *tokenizer.encode(prompt)]
        start += [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        result = self._whisper.model.generate(
            encoded,
            [start],
            beam_size=beam,
            max_length=448,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
        )[0]
        tokens = tuple(t for t in result.sequences_ids[0] if t < tokenizer.eot)
        text = tokenizer.decode(list(tokens))
        return Decode(tokens, text, float(result.scores[0]), result.no_speech_prob)

    def _align(
        self, encoded: ctranslate2.StorageView, decode: Decode, duration_s: float
    ) -> tuple[Word, ...]:
        """Words with times from the cross-attention, punctuation joined on."""
        if not decode.tokens:
            return ()
        frames = min(round(duration_s * FRAMES_PER_S), round(FULL_WINDOW_S * 100))
        (parts,) = self._whisper.find_alignment(
            self._tokenizer, [list(decode.tokens)], encoded, frames
        )
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
