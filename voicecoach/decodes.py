"""What a decoder printed, and whether to believe it.

Decoders fail in known ways: loops, babble faster than anybody speaks, text for half of
the voice, words that are improbable. The guard refuses those.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from voicecoach.audio import Stretch
from voicecoach.timeline import Removed, Span, bare, is_filled_pause

UNSURE = -0.13
"""Mean log probability per token below which a sure decode gets a second opinion: a
third of the stretches of our development speech, with 5 % fewer word errors over all;
asking for every stretch would bring no more (docs/accuracy.md)."""


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
class Judged:
    """What the guard made of the decodes of one stretch.

    Args:
        decode: the one that counts; None when none does.
        removed: what was printed and not believed.
        doubtful: whether even the best failed the guard.
    """

    decode: Decode | None
    removed: tuple[Removed, ...] = ()
    doubtful: bool = False

    @property
    def tokens(self) -> tuple[int, ...]:
        """Of the decode that counts."""
        return self.decode.tokens if self.decode else ()


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

    def is_unsure(self, first: Decode, voiced_s: float) -> bool:
        """Whether a plain decode is to be asked for a second opinion.

        A decode that hears some disfluency is kept: the plain one is blind to them.
        """
        if self.refuses(first, voiced_s):
            return True
        return first.log_probability < UNSURE and not first.is_disfluent

    def likelier(self, first: Decode, second: Decode, stretch: Stretch) -> Judged:
        """Of the two that the guard believes the likelier, or the least bad."""
        both = [(d, self.refuses(d, stretch.voiced_s)) for d in (first, second)]
        believed = [decode for decode, why in both if why is None]
        if believed:
            return Judged(max(believed, key=lambda decode: decode.log_probability))
        refused = [(decode, why or "") for decode, why in both]
        return self.least_bad(refused, stretch.audio.duration_s)

    def least_bad(
        self, refused: Sequence[tuple[Decode, str]], duration_s: float
    ) -> Judged:
        """Keep the likeliest decode that is no loop, marked doubtful."""
        whole = Span(0.0, duration_s)
        believable = [d for d, why in refused if why not in {"it repeats itself"}]
        if not believable:
            dropped = tuple(Removed(d.text.strip(), whole, why) for d, why in refused)
            return Judged(None, tuple(r for r in dropped if r.text), doubtful=True)
        best = max(believable, key=lambda decode: decode.log_probability)
        if best.no_speech > self.no_speech and best.log_probability < -1:
            removed = (Removed(best.text.strip(), whole, "no speech there"),)
            return Judged(None, removed if best.text.strip() else ())
        return Judged(best, doubtful=True)


def compression_ratio(text: str) -> float:
    """Bytes over zlib-compressed bytes: 1.2-1.8 for speech, over 2.4 for loops."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0
