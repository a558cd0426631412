"""Pauses: silence between two stretches of sound, and where in the sentence it falls.

    voiced         ████████        ███   ██████         ████
    filled pause             ▒▒▒
    sound          ████████  ▒▒▒   ███   ██████         ████
    pauses                           too short |·medium·|      (from 0.25 s)

A filled pause is sound, not silence. Words never make a pause: Whisper's word times run
over silence; they only tell which words stand on the two sides of one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from voicecoach.measures.bands import pause_limits
from voicecoach.measures.results import Pause, PauseKind, PausePlace
from voicecoach.timeline import Answer, Span, gaps, merged

if TYPE_CHECKING:
    from spacy.tokens import Token

    from voicecoach.measures.language import Reading

SURE = 0.5
"""Filled pauses below this confidence are "possible" and change no other measure."""

_ROUNDING_S = 1e-9
_CLOSING = re.compile(r"[.,;:!?…—–-][\"'”’)]*$")  # noqa: RUF001 - real dashes and quotes
_CLAUSES = frozenset({"ROOT", "advcl", "ccomp", "conj", "csubj", "parataxis", "relcl"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl", "csubj"})


def sound(answer: Answer) -> tuple[Span, ...]:
    """What is not silence: voice, and the filled pauses that we are sure of.

    Returns:
        Disjoint spans, sorted; empty when typed or when nothing was voiced.
    """
    filled = [p.span for p in answer.filled_pauses if p.confidence >= SURE]
    return merged((*answer.voiced, *filled)) if answer.voiced else ()


def silences(answer: Answer) -> tuple[Span, ...]:
    """Stretches of at least 0.25 s between the first sound and the last."""
    heard = sound(answer)
    if not heard:
        return ()
    least_s = pause_limits().minimum_s - _ROUNDING_S
    inside = Span(heard[0].start_s, heard[-1].end_s)
    return tuple(gap for gap in gaps(heard, inside) if gap.duration_s >= least_s)


def pauses(reading: Reading) -> tuple[Pause, ...]:
    """Every pause of a spoken answer, in order; see docs/measures.md."""
    answer = reading.answer
    found = silences(answer)
    if not found:
        return ()
    times = heard_times(answer)
    breaks = frozenset(_clause_starts(reading))
    return tuple(
        Pause(gap, kind(gap.duration_s), _place(answer, times, breaks, gap))
        for gap in found
    )


def kind(duration_s: float) -> PauseKind:
    """Brief, medium or long by Campione & Veronis (thresholds in data/bands.toml)."""
    limits = pause_limits()
    if duration_s < limits.brief_below_s:
        return "brief"
    return "long" if duration_s > limits.long_above_s else "medium"


def is_hesitation(duration_s: float, place: PausePlace) -> bool:
    """Whether it sounds like searching: over 2 s inside a clause, or over 4 s at all.

    A long pause at the end of a clause is what good speakers do on purpose.
    """
    limits = pause_limits()
    if duration_s > limits.hesitation_anywhere_s:
        return True
    return place == "mid_clause" and duration_s > limits.hesitation_mid_clause_s


def heard_times(answer: Answer) -> tuple[tuple[int, float], ...]:
    """When each plain word was really said: ``(index of the word, seconds)``.

    Whisper stretches a last word over the silence after it and can stamp a first word
    seconds early; the part of its span that has sound in it is the part to believe::

        word "team,"   |------------------|
        sound        ████              ···████     -> in the first stretch
        time            x

    The time is the middle of the largest overlap with sound, else of the word itself;
    times never run backwards. Typed words have none.
    """
    heard = sound(answer)
    ends_s = [span.end_s for span in heard]
    latest_s, result = 0.0, []
    for i in answer.plain_words:
        span = answer.words[i].span
        if span is not None:
            near = heard[bisect_left(ends_s, span.start_s) :]
            latest_s = max(latest_s, _believed_s(span, near))
            result.append((i, latest_s))
    return tuple(result)


def _believed_s(word: Span, heard: Sequence[Span]) -> float:
    """The middle of the largest overlap; ``heard`` begins no earlier than the word."""
    best = word
    most_s = 0.0
    for span in heard:
        if span.start_s >= word.end_s:
            break
        if (overlap_s := span.overlap_s(word)) > most_s:
            most_s = overlap_s
            start_s = max(word.start_s, span.start_s)
            best = Span(start_s, min(word.end_s, span.end_s))
    return (best.start_s + best.end_s) / 2


def _place(
    answer: Answer,
    times: Sequence[tuple[int, float]],
    breaks: frozenset[int],
    gap: Span,
) -> PausePlace:
    """Clause end by the punctuation before the pause or by the parse after it."""
    middle_s = (gap.start_s + gap.end_s) / 2
    at = bisect_right(times, middle_s, key=itemgetter(1))
    if at in (0, len(times)):
        return "clause_end"  # no sentence is interrupted
    before, after = times[at - 1][0], times[at][0]
    if _CLOSING.search(answer.words[before].text) or after in breaks:
        return "clause_end"
    return "mid_clause"


def _clause_starts(reading: Reading) -> Iterator[int]:
    """Word indices before which a clause begins, or after which one has ended."""
    doc = reading.doc
    for token in doc:
        if token.dep_ not in _CLAUSES or not _is_clause(token):
            continue
        yield reading.word_of[_with_conjunction(token.left_edge).i]
        if token.right_edge.i + 1 < len(doc):
            yield reading.word_of[token.right_edge.i + 1]


def _is_clause(token: Token) -> bool:
    """A coordinated noun is no clause; a verb with a subject of its own is."""
    if token.dep_ == "conj":
        return any(child.dep_ in _SUBJECTS for child in token.children)
    return True


def _with_conjunction(edge: Token) -> Token:
    """Step back over "and", "but" and punctuation that introduce the clause."""
    while edge.i > 0 and edge.nbor(-1).dep_ in {"cc", "punct"}:
        edge = edge.nbor(-1)
        if edge.dep_ == "cc":
            break
    return edge if edge.dep_ != "punct" else edge.nbor(1)
