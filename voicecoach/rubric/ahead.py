"""Begins to understand an answer while it is still parsed and measured.

    main thread     parse ────────── measure ── judge
    another     of what is sure ──── of the rest ──┘

Sentences are understood without their empty markers (`plain`), which only the parse can
tell: those in which there can be none are begun with at once, the others after it.
"""

from __future__ import annotations

from voicecoach.embedding import embed_ahead
from voicecoach.measures.language import Reading, sentences
from voicecoach.measures.markers import may_hold
from voicecoach.rubric.patterns import utterances
from voicecoach.rubric.plain import plain
from voicecoach.timeline import Answer


def look_ahead_of_parse(answer: Answer) -> None:
    """Begin with the sentences that no marker will be cut from."""
    embed_ahead([text for text in sentences(answer) if not may_hold(text)])


def look_ahead(reading: Reading) -> None:
    """Begin with what `judge` will ask about."""
    told = plain(reading).reading
    embed_ahead([utterance.text for utterance in utterances(told)])
