"""Words moved onto the voice that was heard; those without any dropped."""

from __future__ import annotations

from dataclasses import replace

from voicecoach.timeline import Removed, Span, Word, overlapping


def shifted(word: Word, by_s: float) -> Word:
    """The same word, ``by_s`` seconds later."""
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
    if touched := overlapping(voiced, span):
        return max(touched, key=span.overlap_s)
    near = overlapping(voiced, span.padded(1.0))
    middle_s = (span.start_s + span.end_s) / 2
    return min(
        near,
        key=lambda v: min(abs(v.start_s - middle_s), abs(v.end_s - middle_s)),
        default=None,
    )
