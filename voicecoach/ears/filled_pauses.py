"""Filled pauses by both ears: printed by the transcriber, heard as a held sound.

    words     team,   um          we           cut
    printed           |-|
    pitch     ▆▅▄   ───────    ▃▅▄ ─────     ▄▅▆
    movement  ▆▇▅▇▂ ▁▁▁▁▁▁▁▂   ▇▅▇▆ ▁▁▁▁▁    ▇▆▇
    placed          |------|         |---|
                    both             sound: nothing printed there

The verbatim decode says that there was an "um", the sound says where. A printed one
without a held sound may be the first syllable of a word ("a-coustic"); a held sound
without a word is one that the decode left out. Goto, Itou & Hayamizu (1999) found
filled pauses by flat pitch and steady spectrum alone: recall .85, precision .92.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from voicecoach.acoustics import HOP_S, Frames
from voicecoach.timeline import (
    FilledPause,
    Span,
    Word,
    bare,
    is_filled_pause,
    overlapping,
)

BEFORE_S, AFTER_S = 0.25, 0.5
"""How far from its printed place a filled pause is looked for: Whisper's places are
early by a median of 0.05 s and at worst 0.3 s, and its ends are cut short."""
INTO_NEXT_S, INTO_LAST_S = 0.25, 0.15
"""How far into the words around it: their printed edges err as much."""
CONFIRMING_S = 0.1
"""A pitched stretch this long at the place confirms it. Fluent vowels reach it too, so
this tells a filled pause from a bare consonant or a breath, not from every word."""
HELD_S = 0.25
"""A held sound this long without any word is a filled pause of its own. In ten minutes
of speech, seven of them read, two came up (docs/accuracy.md)."""
HELD_MOVEMENT = 0.75
"""Of the answer's median movement; under it the spectrum stands still."""
FLAT_SEMITONES = 2.0
"""Range of pitch (10th to 90th percentile) over a held sound."""
CLEAR_S = 0.35
"""A wordless held sound from here on is counted; a shorter one is "possible"."""

BOTH = 0.95
"""Confidence when both ears agree: of 23 on development speech all were there."""
PRINTED = 0.9
"""Times the decoder's probability: confidence when nothing held is heard. The one
false "um" of our development speech had .44, the true one that hid its pitch .98."""
HEARD, FAINTLY_HEARD = 0.6, 0.4
"""Confidence when nothing was printed: by rule, too few labelled ones to measure."""


@dataclass(frozen=True)
class Hearing:
    """What the sound says about filled pauses.

    Args:
        frames: of the whole answer.
        voiced: Silero's spans: a held hum that it does not take for voice is none.
    """

    frames: Frames
    voiced: tuple[Span, ...]

    @cached_property
    def pitched(self) -> tuple[Span, ...]:
        """Stretches with a pitch."""
        return self.frames.pitched()

    @cached_property
    def usual_movement(self) -> float:
        """Median movement of this speaker's pitched sound; 0 when there is none."""
        parts = [self.frames.movement[self.frames.part(p)] for p in self.pitched]
        return float(np.median(np.concatenate(parts))) if parts else 0.0

    def pitched_within(self, span: Span) -> Span | None:
        """The longest pitched stretch there, cut to it; None when there is none."""
        inside = [
            Span(max(p.start_s, span.start_s), min(p.end_s, span.end_s))
            for p in overlapping(self.pitched, span)
        ]
        return max(inside, key=lambda p: p.duration_s, default=None)

    def held(self) -> Iterator[Span]:
        """Voiced stretches of flat pitch whose spectrum stands still."""
        still = self.frames.movement < HELD_MOVEMENT * self.usual_movement
        for pitched in self.pitched:
            part = self.frames.part(pitched)
            edges = np.flatnonzero(np.diff([False, *still[part], False]))
            for first, last in zip(edges[::2], edges[1::2], strict=True):
                span = Span(*((part.start + int(i)) * HOP_S for i in (first, last)))
                if span.duration_s >= HELD_S and self._is_flat(span):
                    yield span

    def _is_flat(self, span: Span) -> bool:
        pitch_hz = self.frames.pitch_hz[self.frames.part(span)]
        low_hz, high_hz = np.percentile(pitch_hz, [10, 90])
        return bool(12 * np.log2(high_hz / low_hz) < FLAT_SEMITONES)


def filled_pauses(
    words: Sequence[Word], hearing: Hearing
) -> tuple[tuple[Word, ...], tuple[FilledPause, ...]]:
    """Every filled pause by either ear, with how it was found and how surely.

    Args:
        words: settled on the voice, in order, with times.
        hearing: of the same answer.

    Returns:
        The words, printed filled pauses moved to where they are heard; and the filled
        pauses, sorted.
    """
    placed = list(words)
    found: list[FilledPause] = []
    for i, word in enumerate(words):
        if word.span is not None and is_filled_pause(word.text):
            heard = _confirmed(words, i, hearing)
            placed[i] = _placed(words, i, heard)
            found.append(_printed(placed[i], heard))
    unprinted = (
        FilledPause("uh", span, "sound", _surely(span))
        for span in _wordless(hearing, placed)
    )
    found = sorted([*found, *unprinted], key=lambda pause: pause.span)
    return tuple(placed), tuple(found)


def _placed(words: Sequence[Word], i: int, heard: Span | None) -> Word:
    printed = words[i].span
    if printed is None or heard is None:
        return words[i]
    start_s = min(printed.start_s, heard.start_s)
    before = words[i - 1].span if i else None
    if before is not None:  # words stay in the order that they were printed in
        start_s = max(start_s, before.start_s)
    return replace(words[i], span=Span(start_s, max(printed.end_s, heard.end_s)))


def _confirmed(words: Sequence[Word], i: int, hearing: Hearing) -> Span | None:
    """Where the sound of a printed filled pause is; None when none is heard."""
    printed = words[i].span
    if printed is None:
        return None
    start_s, end_s = max(0.0, printed.start_s - BEFORE_S), printed.end_s + AFTER_S
    before = words[i - 1].span if i else None
    after = words[i + 1].span if i + 1 < len(words) else None
    if before is not None:
        start_s = max(start_s, min(before.end_s - INTO_LAST_S, printed.start_s))
    if after is not None:
        end_s = min(end_s, max(after.start_s + INTO_NEXT_S, printed.end_s))
    found = hearing.pitched_within(Span(start_s, end_s))
    return found if found and found.duration_s >= CONFIRMING_S else None


def _printed(word: Word, heard: Span | None) -> FilledPause:
    text, place = bare(word.text), word.span or Span(0.0, 0.0)
    if heard is not None:
        return FilledPause(text, place, "both", BOTH)
    probability = 1.0 if word.probability is None else word.probability
    return FilledPause(text, place, "transcript", PRINTED * probability)


def _surely(span: Span) -> float:
    return HEARD if span.duration_s >= CLEAR_S else FAINTLY_HEARD


def _wordless(hearing: Hearing, words: Sequence[Word]) -> Iterator[Span]:
    """Held sounds inside the voice that no word accounts for."""
    times = [word.span for word in words if word.span is not None]
    for held in hearing.held():
        in_voice = any(
            v.overlap_s(held) >= held.duration_s / 2
            for v in overlapping(hearing.voiced, held)
        )
        if in_voice and not overlapping(times, held):
            yield held
