"""What a sentence shows: for which heading an interviewer would quote it back.

    meaning, worth, meaning beside it ─┐
    cues of the lexicon ───────────────┼─ one direction a heading ─> how sure, 0..1
    reasons, particulars, place ───────┘

The rules of a criterion look for words that go together somewhere in an answer. That
puts answers in order, but the words that met a rule are often not what shows the thing:
of the strengths that rules alone found, three in ten were in the answer at all. So what
is said to the speaker rests on this: logistic regressions, learned from sentences that
were tagged with the headings they are evidence for (`benchmarks/shown.py` fits them and
says how right they are). A heading is a criterion, or one of `AGAINST`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from voicecoach.embedding import DIMENSIONS, Vectors
from voicecoach.rubric.evidence import Evidence
from voicecoach.rubric.grounds import Ground
from voicecoach.stored import arrays, strings

LEARNED = "shown.npz"
"""Stored by `benchmarks/shown.py --store`; see `Learned`."""

AGAINST = ("conceals", "blames", "boasts", "harms", "wrong", "generic", "off")
"""What speaks against the speaker."""

FAULTS = ("conceals", "blames", "boasts", "harms", "wrong")
"""Of those, what is more than nothing said."""

SCALES = {"meaning": 3.0, "worth": 3.0, "beside": 2.0, "cues": 1.0, "ground": 0.5}
"""How far each kind of feature reaches: what reaches further is held back less by the
penalty on weights."""
VECTORS = 3
"""Of each utterance that come before its cues: meaning, worth, beside."""
MOST_LINKS, MOST_GENERIC, MOST_WORDS = 3, 4, 60
"""Beyond these more makes no difference."""


@dataclass(frozen=True)
class Learned:
    """What `benchmarks/shown.py` learned.

    Args:
        weights: [features + 1, headings], the last row is the offset.
        headings: their names.
        cues: names of the cues, in the order of their features.
    """

    weights: NDArray[np.float32]
    headings: tuple[str, ...]
    cues: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """How sure it is that each utterance is evidence, by heading, [utterances]."""

    sure: Mapping[str, NDArray[np.float32]]

    def most(self, heading: str) -> float:
        """Of the utterance that is the surest; 0 for a heading that was not learned."""
        return float(max(self.sure.get(heading, ()), default=0.0))

    def at(self, heading: str, utterance: int) -> float:
        """Of one utterance; 0 for a heading that was not learned."""
        return float(self.sure[heading][utterance]) if heading in self.sure else 0.0

    def any_at(self, headings: Iterable[str], utterance: int) -> float:
        """Of one utterance, for the heading that it is the surest for."""
        return max((self.at(heading, utterance) for heading in headings), default=0.0)

    def against(self, utterance: int) -> float:
        """How sure it is that an utterance speaks against the speaker."""
        return self.any_at(AGAINST, utterance)

    def showing(self, utterance: int) -> float:
        """How sure it is that an utterance is evidence for some criterion."""
        return self.any_at(
            (name for name in self.sure if name not in AGAINST), utterance
        )

    def places(self, heading: str, least: float) -> tuple[int, ...]:
        """Utterances that are so sure at least, the surest first."""
        sure = self.sure.get(heading, np.zeros(0))
        return tuple(int(i) for i in np.argsort(-sure) if sure[i] >= least)


def shown(seen: Evidence, found: Sequence[Ground], sides: Vectors) -> Shown:
    """Look at every utterance.

    Args:
        seen: the answer with its cues.
        found: reasons and particulars of every utterance.
        sides: how far each lies on the side of good answers, [utterances].
    """
    known = learned()
    if not found:
        return Shown({})
    sure = sureness(features(seen, found, sides, known.cues), known.weights)
    return Shown(dict(zip(known.headings, sure.T, strict=True)))


def sureness(given: Vectors, weights: NDArray[np.float32]) -> Vectors:
    """0..1, [utterances, headings].

    Args:
        given: what is known of every utterance, [utterances, features].
        weights: [features + 1, headings], the last row is the offset.
    """
    sure: Vectors = 1 / (1 + np.exp(-(given @ weights[:-1] + weights[-1])))
    return sure


def features(
    seen: Evidence, found: Sequence[Ground], sides: Vectors, cues: Sequence[str]
) -> Vectors:
    """What is known of every utterance, [utterances, features]; see `shown`."""
    meaning, worth = seen.embedded
    nothing = np.zeros((1, meaning.shape[1]), np.float32)
    beside = np.vstack([nothing, meaning[:-1]]) + np.vstack([meaning[1:], nothing])
    parts: Mapping[str, Vectors] = {
        "meaning": meaning,
        "worth": worth,
        "beside": (beside / 2).astype(np.float32),
        "cues": _cues(seen, cues),
        "ground": np.hstack([_grounds(found), _place(sides)]),
    }
    scaled = [(SCALES[name] * part).astype(np.float32) for name, part in parts.items()]
    return np.hstack(scaled)


def _cues(seen: Evidence, names: Sequence[str]) -> Vectors:
    """1 where an utterance holds a cue, [utterances, cues]."""
    held = np.zeros((len(seen.utterances), len(names)), np.float32)
    for column, name in enumerate(names):
        for hit in seen.by_cue.get(name, ()):
            held[hit.utterance, column] = 1
    return held


def _grounds(found: Sequence[Ground]) -> Vectors:
    """[utterances, 6]."""
    return np.array(
        [
            (
                min(ground.links, MOST_LINKS),
                ground.particulars,
                min(ground.generic, MOST_GENERIC),
                ground.doing,
                ground.outcome,
                min(ground.words, MOST_WORDS) ** 0.5 / 4,
            )
            for ground in found
        ],
        np.float32,
    )


def _place(sides: Vectors) -> Vectors:
    """Whether it is one of the first three, how far down, and its side, [n, 5]."""
    down = np.linspace(0, 1, len(sides)) if len(sides) > 1 else np.zeros(1)
    first = np.eye(len(sides), 3)
    return np.column_stack([first, down, sides]).astype(np.float32)


@cache
def cue_weights(heading: str) -> Mapping[str, float]:
    """How much each cue says for a heading; none for one that was not learned."""
    known = learned()
    if heading not in known.headings:
        return {}
    column = known.weights[:, known.headings.index(heading)]
    first = VECTORS * DIMENSIONS
    held = column[first : first + len(known.cues)]
    return dict(zip(known.cues, held.tolist(), strict=True))


@cache
def learned() -> Learned:
    """Read once."""
    stored = arrays(__package__, LEARNED)
    return Learned(
        stored["weights"], strings(stored["headings"]), strings(stored["cues"])
    )
