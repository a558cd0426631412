"""Which part of a story each sentence plays: learned weights for cues and their places.

    cues, verbs of I and we, numbers, tense ─┐
    the same of the sentences beside it ─────┼─ log chance of each part, sentence by
    place in the answer ─────────────────────┘  sentence; and of one part after another

The cues are rules of ours (data/structure.toml); what each is worth beside the others
was learned from stories of many authors, labelled by readers who did not know the
program (`benchmarks/parts.py` fits it and says how often it is right).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from voicecoach.measures.language import MOST_KNOWN
from voicecoach.measures.results import Number, Part, Verb, VerbClass
from voicecoach.stored import arrays
from voicecoach.timeline import Quote

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence

    from voicecoach.measures.language import Reading

PARTS: tuple[Part, ...] = get_args(Part)
LEARNED = "parts.npz"
"""In data/, stored by `benchmarks/parts.py --store`; see `Learned`."""
OWN, BESIDE = 0.7, 0.42
"""How far what is known of a sentence, and of those beside it, reaches: what reaches
further is held back less by the penalty on weights."""
VERBS: tuple[VerbClass, ...] = ("ownership", "coordinator", "neutral")
MOST_VERBS = 2
"""Of one sentence that are counted."""
TENSES = (("VBD",), ("VBP", "VBZ"), ("MD",))
PERSONS = (("i",), ("we",), ("they", "he", "she"), ("you",))
SHORT, MOST_TOKENS = 6, 40
EDGE = 0.2
"""Of the answer, at its beginning and its end."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Learned:
    """What `benchmarks/parts.py` learned.

    Args:
        weights: [features + 1, parts + 1], the last row is the offset, the last column
            what is no part: greetings, talk about the answer, general remarks.
        after: log of how much likelier one is after another, [parts + 1, parts + 1].
    """

    weights: Floats
    after: Floats


def log_chances(given: Floats, weights: Floats) -> Floats:
    """Of each part, and of none, for each sentence, [sentences, parts + 1]."""
    odds = given @ weights[:-1] + weights[-1]
    odds -= odds.max(1, keepdims=True)
    chances: Floats = odds - np.log(np.exp(odds).sum(1, keepdims=True))
    return chances


def best_path(chances: Floats, after: Floats) -> list[Part]:
    """The likeliest part of each sentence, one after the other (Viterbi).

    What is no part goes with what was told before it, at the beginning with what comes.
    """
    best, steps = chances[0], []
    for here in chances[1:]:
        reached = best[:, None] + after
        steps.append(reached.argmax(0))
        best = reached.max(0) + here
    path = [int(best.argmax())]
    for step in reversed(steps):
        path.append(int(step[path[-1]]))
    told = [i for i in reversed(path) if i < len(PARTS)]
    last = told[0] if told else 0
    parts: list[Part] = []
    for i in reversed(path):
        last = i if i < len(PARTS) else last
        parts.append(PARTS[last])
    return parts


def features(
    reading: Reading, verbs: Sequence[Verb], numbers: Sequence[Number]
) -> Floats:
    """What is known of every sentence, [sentences, features]."""
    sentences = reading.sentences
    known = np.array([_known(reading, s, verbs, numbers) for s in sentences])
    nothing = np.zeros((1, known.shape[1]))
    before, behind = np.vstack([nothing, known[:-1]]), np.vstack([known[1:], nothing])
    parts = (_places(len(sentences)), OWN * known, BESIDE * before, BESIDE * behind)
    return np.hstack(parts).astype(np.float32)


def said_for(sentence: str) -> tuple[tuple[Part, float], ...]:
    """What the words of a sentence say for parts, whatever stands beside it."""
    rows = zip(cues(), _met(sentence), strict=True)
    return tuple((part, weight) for (part, weight, _), met in rows if met)


@lru_cache(MOST_KNOWN)
def _met(sentence: str) -> tuple[bool, ...]:
    """Which cues the words of a sentence meet."""
    return tuple(bool(cue.search(sentence)) for _, _, cue in cues())


def _known(
    reading: Reading,
    sentence: Sentence,
    verbs: Sequence[Verb],
    numbers: Sequence[Number],
) -> list[float]:
    quote = reading.quote(sentence[0], sentence[-1])
    tags, words = {t.tag_ for t in sentence}, {t.lower_ for t in sentence}
    said = said_for(sentence.text)
    return [
        *map(float, _met(sentence.text)),
        *(sum(weight for name, weight in said if name == part) for part in PARTS),
        *_acts(quote, verbs),
        float(sum(n.kind == "impact" and _inside(n.quote, quote) for n in numbers)),
        *(float(not tags.isdisjoint(some)) for some in TENSES),
        *(float(not words.isdisjoint(some)) for some in PERSONS),
        float(any(t.pos_ == "NUM" for t in sentence)),
        min(len(sentence), MOST_TOKENS) / MOST_TOKENS * 2,
        float(len(sentence) < SHORT),
    ]


def _acts(within: Quote, verbs: Sequence[Verb]) -> list[float]:
    """How many verbs of I and we of each class, those of an owner first."""
    acts = [
        v.verb_class
        for v in verbs
        if v.actor in ("I", "we") and not v.negated and _inside(v.quote, within)
    ]
    told = sorted((a for a in acts if a in VERBS), key=VERBS.index)[:MOST_VERBS]
    return [float(told.count(name)) for name in VERBS]


def _inside(quote: Quote, within: Quote) -> bool:
    return within.char_start <= quote.char_start < within.char_end


def _places(count: int) -> NDArray[np.float64]:
    """Where each sentence stands in the answer, [sentences, 8]."""
    at, down = np.arange(count), (np.arange(count) + 0.5) / count
    ends = (at == 0, at == 1, at == count - 1, at == count - 2)
    return np.stack([2 * down, 2 * down**2, *ends, down < EDGE, down > 1 - EDGE], 1)


@cache
def cues() -> tuple[tuple[Part, float, re.Pattern[str]], ...]:
    """Of data/structure.toml: the part that each speaks for, how much, its words."""
    return tuple(
        (row["part"], row["weight"], re.compile("|".join(row["patterns"]), re.I))
        for row in rules()["cue"]
    )


@cache
def rules() -> Mapping[str, Any]:
    """Read once."""
    text = files(__package__).joinpath("data/structure.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def learned() -> Learned:
    """Read once."""
    stored = arrays(__package__, f"data/{LEARNED}")
    return Learned(stored["weights"], stored["after"])
