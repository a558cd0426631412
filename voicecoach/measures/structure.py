"""Where a story is: situation, task, action, result, learning, as stretches.

sentences   1  2  3  4  5  6  7  8  9
likeliest   S  S  T  A  ?  A  R  A  L        learned (parts.py)
path        S  S  T  A  A  A  R  A  L        Viterbi: going back is rare, not barred
parts       |S--|T-|A-------|R-|A-|L-|
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from voicecoach.measures.parts import (
    PARTS,
    best_path,
    features,
    learned,
    log_chances,
    rules,
    said_for,
)
from voicecoach.measures.results import (
    LearningKind,
    Number,
    Part,
    StructurePart,
    Verb,
)
from voicecoach.timeline import Quote

if TYPE_CHECKING:
    from voicecoach.measures.language import Reading

_OPENING_WORDS = 12
_FINITE_PAST, _FINITE_PRESENT = "VBD", ("VBP", "VBZ")


def structure(
    reading: Reading, verbs: Sequence[Verb], numbers: Sequence[Number]
) -> tuple[StructurePart, ...]:
    """The parts in the order told; a part that is returned to comes twice.

    Whether they make a story at all is for `is_story` to say: every answer can be cut
    into stretches.

    Args:
        reading: the answer with its parse.
        verbs: from `voicecoach.measures.verbs.verbs`.
        numbers: from `voicecoach.measures.numbers.numbers`.
    """
    if not reading.sentences:
        return ()
    known = learned()
    chances = log_chances(features(reading, verbs, numbers), known.weights)
    return _stretches(reading, best_path(chances, known.after))


def is_story(reading: Reading, parts: Sequence[StructurePart]) -> bool:
    """Was it a story at all: one past episode in which I or we did something?"""
    limits = rules()["story"]
    finite = [t.tag_ for t in reading.doc if t.tag_ in (_FINITE_PAST, *_FINITE_PRESENT)]
    if len(reading.sentences) < limits["least_sentences"] or not finite:
        return False
    past_share = finite.count(_FINITE_PAST) / len(finite)
    if past_share < limits["least_past_share"] or _acts(reading) < limits["least_acts"]:
        return False
    told = {part.part for part in parts}
    return "action" in told and bool(told & {"situation", "task", "result"})


def learning_kind(
    reading: Reading, parts: Sequence[StructurePart]
) -> LearningKind | None:
    """What the learning is worth; None when none was told.

    A mechanism names a habit and something that can be seen being done (a review, a
    checklist); a platitude would fit any program; what is left is a lesson.
    """
    said = " ".join(quote.text for quote in part_sentences(reading, parts, "learning"))
    if not said:
        return None
    signs = _learning()
    if _any_match(signs["habits"], said) and _any_match(signs["concrete"], said):
        return "mechanism"
    words = len(said.split())
    if _any_match(signs["platitudes"], said):
        return "platitude"
    least = rules()["learning"]["least_specific_words"]
    return "lesson" if words >= least else "platitude"


def says_part(text: str, part: Part) -> bool:
    """Whether the words of a sentence speak of a part, whatever stands around it."""
    return any(said == part for said, _ in said_for(text))


def part_sentences(
    reading: Reading, parts: Sequence[StructurePart], part: Part
) -> tuple[Quote, ...]:
    """The sentences of one part, in full, in order."""
    if not parts:
        return ()
    ends = [p.quote.char_start for p in parts[1:]] + [len(reading.answer.text)]
    ranges = [
        (p.quote.char_start, end)
        for p, end in zip(parts, ends, strict=True)
        if p.part == part
    ]
    quotes = (reading.quote(s[0], s[-1]) for s in reading.sentences)
    return tuple(q for q in quotes if any(a <= q.char_start < end for a, end in ranges))


def shares(parts: Sequence[StructurePart]) -> Mapping[Part, float]:
    """Share of the words that each part takes, returns to it added up; 0 if absent."""
    return {p: sum(part.share for part in parts if part.part == p) for p in PARTS}


def headline(verbs: Iterable[Verb], numbers: Iterable[Number]) -> Quote | None:
    """The first decision of I or we, or the first impact number: whichever is first."""
    decisions = set(rules()["headline"]["decisions"])
    said = [
        v.quote
        for v in verbs
        if v.lemma in decisions and v.actor in ("I", "we") and not v.negated
    ]
    said += [n.quote for n in numbers if n.kind == "impact"]
    return min(said, key=lambda quote: quote.char_start, default=None)


def _stretches(reading: Reading, path: Sequence[Part]) -> tuple[StructurePart, ...]:
    sentences, result = reading.sentences, []
    total = len(reading.answer.plain_words)
    first = 0
    for last, part in enumerate(path):
        if last + 1 < len(path) and path[last + 1] == part:
            continue
        start, end = sentences[first][0], sentences[last][-1]
        words = {reading.word_of[i] for i in range(start.i, end.i + 1)}
        whole = reading.quote(start, end)
        opening = _opening(reading, min(words), max(words))
        result.append(StructurePart(part, opening, whole.span, len(words) / total))
        first = last + 1
    return tuple(result)


def _opening(reading: Reading, first: int, last: int) -> Quote:
    """The first words of a stretch, to recognise it by."""
    return reading.answer.quote(first, min(last, first + _OPENING_WORDS - 1))


def _acts(reading: Reading) -> int:
    """Past main verbs with I or we as their subject."""
    return sum(
        token.dep_ == "nsubj"
        and token.lower_ in {"i", "we"}
        and token.head.tag_ == _FINITE_PAST
        and token.head.lemma_ not in {"be", "have"}
        for token in reading.doc
    )


def _any_match(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


@cache
def _learning() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    table = rules()["learning"]
    names = ("platitudes", "habits", "concrete")
    return {n: tuple(re.compile(p, re.I) for p in table[n]) for n in names}
