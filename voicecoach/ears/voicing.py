"""Voice as both detectors hear it: Silero's spans, and pitched sound that belongs.

    pitch      ──  ───────   ────           ~~ (hum of a passing car)
    Silero          |-----|  |---|
    words      Alright, so   hopefully
    voice      |--| |------|  |---|

Silero wakes late after a long silence and lets go of a vowel that dies away. A pitched
sound is voice too where it touches Silero's or where Whisper printed a word: two
witnesses, never pitch alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.timeline import Span, Word, merged, overlapping

TOUCHING_S = 0.1
"""Nearer than this to voice it is the same sound: a consonant fits between."""
WORD_SHARE = 0.5
"""Of a pitched stretch that a printed word must cover to vouch for it."""


def heard_voice(
    voiced: Sequence[Span], pitched: Sequence[Span], words: Sequence[Word]
) -> tuple[Span, ...]:
    """Silero's spans widened by the pitched stretches that belong to them.

    Args:
        voiced: Silero's, sorted.
        pitched: `Frames.pitched`, sorted.
        words: as the transcriber printed them, before they are moved onto the voice.
    """
    if not voiced:
        return ()
    printed = [word.span for word in words if word.span is not None]
    belonging = (
        span
        for span in pitched
        if overlapping(voiced, span.padded(TOUCHING_S))
        or any(
            word.overlap_s(span) > WORD_SHARE * span.duration_s
            for word in overlapping(printed, span)
        )
    )
    return merged((*voiced, *belonging))
