"""The algebra of time: spans, words and the answer they make up. Pure.

    voiced      ████████      ██████████        ███████
    gaps                ······          ········
    words       I  cut  the    scope     um      early

Times are seconds from the first sample of the recording. An answer that was typed has
words but no times; each place that needs time then gets ``None``, never zero.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

FILLED_PAUSE = re.compile(r"(?:u+h*m+|u+h+|e+r+m*|e+h+m+|h+m+|m{2,}|a+h+|mhm|uh-huh)")
"""Spellings of a filled pause, lengthened or not, as Whisper prints them.

"ah" is included because Whisper base prints it for a long open "uh"; "er" needs no
lengthening. Source: shared conventions of the corpora in docs/measures.md.
"""


def clock(seconds: float) -> str:
    """Minutes and seconds, the fraction dropped: ``72.9`` -> ``"1:12"``."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def bare(text: str) -> str:
    """Lower case without the punctuation around it: ``"Um,"`` -> ``"um"``."""
    return text.lower().strip(" \t\n.,;:!?…-–—\"'“”‘’()[]")  # noqa: RUF001 - real quotes


def is_filled_pause(text: str) -> bool:
    """Tell whether a word is a filled pause (um, uh, er, erm, hmm, mm and longer)."""
    return FILLED_PAUSE.fullmatch(bare(text)) is not None


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of time in seconds, ``start_s <= end_s``.

    Raises:
        ValueError: when it would end before it starts, or starts before zero.
    """

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not 0 <= self.start_s <= self.end_s:
            msg = f"a span cannot run from {self.start_s} s to {self.end_s} s"
            raise ValueError(msg)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def overlap_s(self, other: Span) -> float:
        """Seconds that both cover; 0 when they only touch."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))

    def shifted(self, by_s: float) -> Span:
        """The same length, ``by_s`` seconds later."""
        return Span(self.start_s + by_s, self.end_s + by_s)

    def padded(self, by_s: float) -> Span:
        """Wider by ``by_s`` on each side, cut at zero; a span never inverts."""
        start_s = max(0.0, self.start_s - by_s)
        return Span(start_s, max(start_s, self.end_s + by_s))


def merged(spans: Iterable[Span], bridge_s: float = 0.0) -> tuple[Span, ...]:
    """Sorted, disjoint spans; neighbours at most ``bridge_s`` apart become one.

    ::

        spans   ████  ██ ███
                  ████
        merged  ██████  ██████      (bridge_s as wide as the small gap)
    """
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start_s - result[-1].end_s <= bridge_s:
            result[-1] = Span(result[-1].start_s, max(result[-1].end_s, span.end_s))
        else:
            result.append(span)
    return tuple(result)


def overlapping(spans: Sequence[Span], other: Span) -> Sequence[Span]:
    """Those of many spans, sorted by start and by end, that reach into another.

    ::

        spans   ██  ███ ████   ██
        other        |----|
    """
    first = bisect_right(spans, other.start_s, key=lambda span: span.end_s)
    last = bisect_left(spans, other.end_s, lo=first, key=lambda span: span.start_s)
    return spans[first:last]


def gaps(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """What ``within`` has that no span covers; zero-length gaps are left out.

    ::

        within  |--------------------|
        spans      ████    ██████
        gaps    |··|   |··|      |···|
    """
    result: list[Span] = []
    at_s = within.start_s
    for span in merged(spans):
        start_s, end_s = (
            min(max(t, at_s), within.end_s) for t in (span.start_s, span.end_s)
        )
        if start_s > at_s:
            result.append(Span(at_s, start_s))
        at_s = max(at_s, end_s)
    if at_s < within.end_s:
        result.append(Span(at_s, within.end_s))
    return tuple(result)


def covered_s(spans: Iterable[Span], within: Span) -> float:
    """Seconds of ``within`` that the spans cover, each second counted once."""
    return sum(span.overlap_s(within) for span in merged(spans))


@dataclass(frozen=True)
class Word:
    """One word as heard or typed, punctuation attached (``"team,"``).

    Args:
        text: never empty, no white space inside.
        span: when it was said; None when it was typed.
        probability: the transcriber's, 0..1; None when it was typed.
    """

    text: str
    span: Span | None = None
    probability: float | None = None

    def __post_init__(self) -> None:
        if not self.text or self.text.split() != [self.text]:
            msg = (
                f"a word is one stretch of text without white space, not {self.text!r}"
            )
            raise ValueError(msg)


@dataclass(frozen=True)
class FilledPause:
    """An um, uh, er, hmm or mm that was heard, printed by the transcriber or not.

    Args:
        text: how to write it ("um", "uh").
        span: where it is in the sound.
        found_by: "transcript" (printed only), "sound" (heard only) or "both".
        confidence: 0..1, calibrated on labelled speech; below 0.5 it is "possible".
    """

    text: str
    span: Span
    found_by: str
    confidence: float


@dataclass(frozen=True)
class Removed:
    """Text that the transcriber printed and that was not believed, and why."""

    text: str
    span: Span
    reason: str


@dataclass(frozen=True)
class SoundQuality:
    """How far the sound can be trusted.

    Args:
        speech_dbfs: level of the voiced parts, dB below full scale (RMS); None if none.
        noise_dbfs: level of the silent parts; None if there are none.
        clipped_share: share of samples at full scale, 0..1.
        overflows: how often the device dropped samples.
        problems: sentences that name what is wrong and what to do about it.
        untrusted: what bad sound makes of no worth, "words", "timing", "pauses" or
            "filled_pauses", each with the sentence of ``problems`` that says why.
    """

    speech_dbfs: float | None
    noise_dbfs: float | None
    clipped_share: float
    overflows: int = 0
    problems: tuple[str, ...] = ()
    untrusted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Quote:
    """Words of the answer to show and, where there is sound, to play.

    Args:
        text: exactly ``answer.text[char_start:char_end]``.
        char_start: offset into `Answer.text`.
        char_end: one past the last character.
        span: when it was said; None when it was typed.
    """

    text: str
    char_start: int
    char_end: int
    span: Span | None = None

    def overlaps(self, other: Quote) -> bool:
        """Whether both hold a character of the answer."""
        return self.char_start < other.char_end and other.char_start < self.char_end


@dataclass(frozen=True)
class Answer:
    """What both ears heard: words from Whisper, voice from the sound.

    Args:
        words: in the order said, filled pauses included where they were printed.
        voiced: disjoint spans with voice in them, sorted; None when typed.
        duration_s: length of the recording; None when typed.
        filled_pauses: every um and uh by either ear, sorted; empty when typed (typed
            ones are found among the words).
        removed: what the transcriber invented and we dropped.
        quality: of the sound; None when typed.
    """

    words: tuple[Word, ...]
    voiced: tuple[Span, ...] | None = None
    duration_s: float | None = None
    filled_pauses: tuple[FilledPause, ...] = ()
    removed: tuple[Removed, ...] = ()
    quality: SoundQuality | None = field(default=None, compare=False)

    @cached_property
    def text(self) -> str:
        """All words joined by one space: what quotes and offsets refer to."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, at = [], 0
        for word in self.words:
            starts.append(at)
            at += len(word.text) + 1
        return tuple(starts)

    @property
    def is_spoken(self) -> bool:
        """Whether there is sound behind the words."""
        return self.voiced is not None

    @cached_property
    def plain_words(self) -> tuple[int, ...]:
        """Indices of the words that are not filled pauses: what counts as a word."""
        return tuple(
            i for i, word in enumerate(self.words) if not is_filled_pause(word.text)
        )

    def chars(self, index: int) -> tuple[int, int]:
        """Character range of word ``index`` in `text`."""
        start = self._starts[index]
        return start, start + len(self.words[index].text)

    def within(self, quote: Quote) -> range:
        """Indices of the words that begin inside a quote of this answer."""
        ends = (quote.char_start, quote.char_end)
        return range(*(bisect_left(self._starts, at) for at in ends))

    def quote(self, first: int, last: int) -> Quote:
        """Words ``first`` to ``last`` (both included) as a quote.

        Raises:
            IndexError: when either is not a word of this answer.
        """
        start, end = self.chars(first)[0], self.chars(last)[1]
        return Quote(self.text[start:end], start, end, self.span_of(first, last))

    def span_of(self, first: int, last: int) -> Span | None:
        """From the start of word ``first`` to the end of ``last``; None when typed."""
        times = [w.span for w in self.words[first : last + 1] if w.span is not None]
        if not times:
            return None
        return Span(min(t.start_s for t in times), max(t.end_s for t in times))


def typed(text: str) -> Answer:
    """An answer that was written, not spoken: words without times."""
    return Answer(tuple(Word(part) for part in text.split()))


def words_at(words: Sequence[Word], span: Span) -> tuple[int, ...]:
    """Indices of the words whose middle lies inside ``span``."""
    return tuple(
        i
        for i, word in enumerate(words)
        if word.span is not None
        and span.start_s <= (word.span.start_s + word.span.end_s) / 2 < span.end_s
    )
