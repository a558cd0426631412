"""Where something lies in the sound and in the words, as the document has it."""

from __future__ import annotations

from typing import Any

from voicecoach.timeline import Quote, Span


def times_of(span: Span | None) -> dict[str, Any]:
    """Start and end in seconds; null where there is no time."""
    return {
        "start_s": span.start_s if span else None,
        "end_s": span.end_s if span else None,
    }


def chars_of(quote: Quote) -> dict[str, Any]:
    """Offsets into the text."""
    return {"char_start": quote.char_start, "char_end": quote.char_end}


def place_of(quote: Quote) -> dict[str, Any]:
    """Times and offsets of a quote."""
    return {**times_of(quote.span), **chars_of(quote)}
