"""Where a story is: situation, task, action, result, learning, as stretches.

sentences   1  2  3  4  5  6  7  8  9
likeliest   S  S  T  A  ?  A  R  A  L        learned (parts.py, learning.py)
path        S  S  T  A  A  A  R  A  L        Viterbi: going back is rare, not barred
parts       |S--|T-|A-------|R-|A-|L-|
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicecoach.measures import learning
from voicecoach.measures.parts import (
    PARTS,
    Floats,
    Learned,
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


@dataclass(frozen=True)
class Structure:
    """An answer cut into stretches.

    Whether they make a story at all is for `is_story` to say: every answer can be cut.

    Args:
        parts: in the order told; a part that is returned to comes twice.
        learning: what the learning is worth; None when none was told.
    """

    parts: tuple[StructurePart, ...]
    learning: LearningKind | None


def structure(
    reading: Reading, verbs: Sequence[Verb], numbers: Sequence[Number]
) -> Structure:
    """Which part every sentence plays, and what the learning is worth.

    Args:
        reading: the answer with its parse.
        verbs: from `voicecoach.measures.verbs.verbs`.
        numbers: from `voicecoach.measures.numbers.numbers`.

    Raises:
        ModelError: when the model of what sentences mean cannot be loaded.
    """
    if not reading.sentences:
        return Structure((), None)
    given = features(reading, verbs, numbers)
    texts = [sentence.text for sentence in reading.sentences]
    path, kind = path_and_kind(given, texts, learned(), learning.learned())
    return Structure(_stretches(reading, path), kind)


def path_and_kind(
    given: Floats, texts: Sequence[str], known: Learned, kinds: Floats
) -> tuple[list[Part], LearningKind | None]:
    """The part of every sentence, and what its learning is worth.

    Args:
        given: what is known of every sentence, [sentences, features].
        texts: the sentences.
        known: weights of parts.
        kinds: weights of kinds of learning.
    """
    chances = log_chances(given, known.weights)
    of_kinds = learning.kind_chances(chances, given, texts, kinds)
    path = best_path(learning.informed(chances, of_kinds), known.after)
    told = [i for i, part in enumerate(path) if part == "learning"]
    return path, learning.likeliest(of_kinds[told])


def is_story(reading: Reading, parts: Sequence[StructurePart]) -> bool:
    """Was it a story at all: one past episode in which I or we did something?"""
    limits = rules()["story"]
    finite = [t.tag_ for t in reading.doc if t.tag_ in (_FINITE_PAST, *_FINITE_PRESENT)]
    if len(reading.sentences) < limits["least_sentences"] or not finite:
        return False
    told = {part.part for part in parts}
    if "action" not in told or not told & {"situation", "task", "result"}:
        return False
    share, acts = finite.count(_FINITE_PAST) / len(finite), _acts(reading)
    if share >= limits["least_past_share"] and acts >= limits["least_acts"]:
        return True
    return (
        {"situation", "result"} <= told
        and share >= limits["least_past_share_whole"]
        and acts >= limits["least_acts_whole"]
    )


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
