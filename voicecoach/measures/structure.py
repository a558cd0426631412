"""Where a story is: situation, task, action, result, learning, as stretches.

    sentences   1  2  3  4  5  6  7  8  9
    cues        S  S  T  A  ?  A  R  A  L        weights from data/structure.toml
    path        S  S  T  A  A  A  R  A  L        Viterbi: going back is dear, not barred
    parts       |S--|T-|A-------|R-|A-|L-|

Each sentence votes for parts by cue, by the verbs of I and we in it and by its numbers;
the cheapest path through all sentences makes stretches of the votes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args

from voicecoach.measures.language import MOST_KNOWN
from voicecoach.measures.results import (
    LearningKind,
    Number,
    Part,
    StructurePart,
    Verb,
)
from voicecoach.timeline import Quote

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence

    from voicecoach.measures.language import Reading

_PARTS: tuple[Part, ...] = get_args(Part)
_OPENING_WORDS = 12
_FINITE_PAST, _FINITE_PRESENT = "VBD", ("VBP", "VBZ")
_Votes = Mapping[Part, float]


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
    sentences = reading.sentences
    if not sentences:
        return ()
    votes = [
        _votes(reading, sentence, verbs, numbers, at / len(sentences))
        for at, sentence in enumerate(sentences)
    ]
    return _stretches(reading, _best_path(votes))


def is_story(reading: Reading, parts: Sequence[StructurePart]) -> bool:
    """Was it a story at all: one past episode in which I or we did something?"""
    limits = _data()["story"]
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
    rules = _learning()
    if _any_match(rules["habits"], said) and _any_match(rules["concrete"], said):
        return "mechanism"
    words = len(said.split())
    if _any_match(rules["platitudes"], said):
        return "platitude"
    least = _data()["learning"]["least_specific_words"]
    return "lesson" if words >= least else "platitude"


def says_part(text: str, part: Part) -> bool:
    """Whether the words of a sentence speak of a part, whatever stands around it."""
    return any(said == part for said, _ in _said_for(text))


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
    return {p: sum(part.share for part in parts if part.part == p) for p in _PARTS}


def headline(verbs: Iterable[Verb], numbers: Iterable[Number]) -> Quote | None:
    """The first decision of I or we, or the first impact number: whichever is first."""
    decisions = set(_data()["headline"]["decisions"])
    said = [
        v.quote
        for v in verbs
        if v.lemma in decisions and v.actor in ("I", "we") and not v.negated
    ]
    said += [n.quote for n in numbers if n.kind == "impact"]
    return min(said, key=lambda quote: quote.char_start, default=None)


def _votes(
    reading: Reading,
    sentence: Sentence,
    verbs: Sequence[Verb],
    numbers: Sequence[Number],
    place: float,
) -> _Votes:
    """What one sentence says for each part; ``place`` runs from 0 to 1."""
    votes: dict[Part, float] = {part: _placed(part, place) for part in _PARTS}
    quote = reading.quote(sentence[0], sentence[-1])
    for part, weight in _said_for(sentence.text):
        votes[part] += weight
    for name in _evidence(quote, verbs, numbers):
        row = _data()["evidence"][name]
        votes[row["part"]] += row["weight"]
    return votes


@lru_cache(MOST_KNOWN)
def _said_for(sentence: str) -> tuple[tuple[Part, float], ...]:
    """What the words of a sentence say for parts, whatever stands beside it."""
    cues = _cues()
    return tuple((part, weight) for part, weight, cue in cues if cue.search(sentence))


def _evidence(
    within: Quote, verbs: Sequence[Verb], numbers: Sequence[Number]
) -> list[str]:
    """Classes of the verbs of I and we, and "impact" for each impact number."""
    acts = [
        v.verb_class
        for v in verbs
        if v.actor in ("I", "we")
        and not v.negated
        and v.verb_class != "passive_voice"
        and _inside(v.quote, within)
    ]
    acts.sort(key=("ownership", "coordinator", "neutral").index)
    impacts = [n for n in numbers if n.kind == "impact" and _inside(n.quote, within)]
    return [*acts[: _data()["evidence"]["most_verbs"]], *["impact"] * len(impacts)]


def _inside(quote: Quote, within: Quote) -> bool:
    return within.char_start <= quote.char_start < within.char_end


def _placed(part: Part, place: float) -> float:
    """What a part gains or loses for where in the answer the sentence stands."""
    usual = _data()["places"][part]
    inside = usual["from"] <= place <= usual["to"]
    return float(usual["lean"] if inside else -usual["cost"])


def _best_path(votes: Sequence[_Votes]) -> list[Part]:
    """Viterbi over sentences: most votes, least cost of going from part to part."""
    best: dict[Part, tuple[float, list[Part]]] = {p: (votes[0][p], [p]) for p in _PARTS}
    for at, vote in enumerate(votes[1:], 1):
        place = at / len(votes)
        best = {
            part: max(
                (score - _cost(path[-1], part, place) + vote[part], [*path, part])
                for score, path in best.values()
            )
            for part in _PARTS
        }
    return max(best.values())[1]


def _cost(before: Part, after: Part, place: float) -> float:
    """Of a step between two sentences, the second at ``place`` of the answer."""
    costs = _data()["transitions"]
    if before == "result" != after and place <= costs["headline_until"]:
        return float(costs["headline"])
    step = _PARTS.index(after) - _PARTS.index(before)
    name = "stay" if step == 0 else "back" if step < 0 else "forward"
    return float(costs["skip" if step > 1 else name])


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
def _cues() -> tuple[tuple[Part, float, re.Pattern[str]], ...]:
    return tuple(
        (row["part"], row["weight"], re.compile("|".join(row["patterns"]), re.I))
        for row in _data()["cue"]
    )


@cache
def _learning() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    table = _data()["learning"]
    names = ("platitudes", "habits", "concrete")
    return {n: tuple(re.compile(p, re.I) for p in table[n]) for n in names}


@cache
def _data() -> Mapping[str, Any]:
    text = files(__package__).joinpath("data/structure.toml").read_text("utf-8")
    return tomllib.loads(text)
