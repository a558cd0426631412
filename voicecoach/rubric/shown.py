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

from collections.abc import Collection, Iterable, Mapping, Sequence
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
CONDUCT = ("conceals", "blames", "harms")
"""Of those, what was done to others."""

SCALES = {"meaning": 3.0, "worth": 3.0, "beside": 2.0, "cues": 1.0, "ground": 0.5}
"""How far each kind of feature reaches: what reaches further is held back less by the
penalty on weights."""
VECTORS = 3
"""Of each utterance that come before its cues: meaning, worth, beside."""
PLACES = 5
"""Features of the place, the last ones: three for the beginning, how far down, side."""
SOMEWHERE = (0.0, 0.0, 0.0, 0.5)
"""The place of what may stand anywhere, its side left out."""
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

    def anywhere(self, *headings: str) -> float:
        """That some utterance shows one of them, as if each stood by itself.

        Many that are doubtful say as much as one that is sure: whether an answer shows
        a thing is told better so than by its surest utterance (mean of average
        precision .67, .63 by that; of what was done to others .92 and .83; answers of
        benchmarks/tags, questions left out, `benchmarks/shown.py`).
        """
        sure = [self.sure[name] for name in headings if name in self.sure]
        return float(1 - np.prod([np.prod(1 - one) for one in sure]))

    def any_of(self, headings: Iterable[str]) -> NDArray[np.float32]:
        """That each utterance shows one of them, [utterances]."""
        sure = [self.sure[name] for name in headings if name in self.sure]
        shown: NDArray[np.float32] = 1 - np.prod([1 - one for one in sure], axis=0)
        return shown

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


def shown(
    seen: Evidence,
    found: Sequence[Ground],
    sides: Vectors,
    empty: Collection[int] = (),
) -> Shown:
    """Look at every utterance.

    Args:
        seen: the answer with its cues.
        found: reasons and particulars of every utterance.
        sides: how far each lies on the side of good answers, [utterances].
        empty: utterances that stand beside no other, as if they were not there.
    """
    known = learned()
    if not found:
        return Shown({})
    given = features(seen, found, sides, known.cues, empty)
    sure = sureness(given, known.weights)
    return Shown(dict(zip(known.headings, sure.T, strict=True)))


def generic_alone(seen: Evidence, found: Sequence[Ground], sides: Vectors) -> Vectors:
    """How surely each utterance is generic by itself, [utterances].

    What stands beside them, and where, is left out: whether one is generic must not
    hang on what else was said, or adding one could change what the others are worth.
    """
    known = learned()
    if not found:
        return np.zeros(0, np.float32)
    given = features(seen, found, sides, known.cues)
    width = seen.embedded.meaning.shape[1]
    beside = 2 * width
    given[:, beside : beside + width] = 0
    given[:, -PLACES:-1] = SCALES["ground"] * np.array(SOMEWHERE)
    generic: Vectors = sureness(given, known.weights)[:, _column("generic")]
    return generic


def sureness(given: Vectors, weights: NDArray[np.float32]) -> Vectors:
    """0..1, [utterances, headings].

    Args:
        given: what is known of every utterance, [utterances, features].
        weights: [features + 1, headings], the last row is the offset.
    """
    sure: Vectors = 1 / (1 + np.exp(-(given @ weights[:-1] + weights[-1])))
    return sure


def features(
    seen: Evidence,
    found: Sequence[Ground],
    sides: Vectors,
    cues: Sequence[str],
    empty: Collection[int] = (),
) -> Vectors:
    """What is known of every utterance, [utterances, features]; see `shown`."""
    meaning, worth = seen.embedded
    kept = [at for at in range(len(found)) if at not in empty]
    parts: Mapping[str, Vectors] = {
        "meaning": meaning,
        "worth": worth,
        "beside": _beside(meaning, kept),
        "cues": _cues(seen, cues),
        "ground": np.hstack([_grounds(found), _place(sides, kept)]),
    }
    scaled = [(SCALES[name] * part).astype(np.float32) for name, part in parts.items()]
    return np.hstack(scaled)


def _beside(meaning: Vectors, kept: Sequence[int]) -> Vectors:
    """The mean of what those kept before and after it mean, [utterances, n]."""
    nothing = np.zeros((1, meaning.shape[1]), np.float32)
    rows = np.vstack([nothing, meaning[kept], nothing])
    before = np.searchsorted(kept, np.arange(len(meaning)), "left")
    after = np.searchsorted(kept, np.arange(len(meaning)), "right")
    beside: Vectors = ((rows[before] + rows[after + 1]) / 2).astype(np.float32)
    return beside


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


def _place(sides: Vectors, kept: Sequence[int]) -> Vectors:
    """Whether it is one of the first three, how far down, and its side, [n, 5].

    Counted among those kept; another stands where the next of them does.
    """
    at = np.searchsorted(kept, np.arange(len(sides)), "left")
    last = max(len(kept) - 1, 1)
    first = np.eye(len(sides) + 1, 3)[at]
    return np.column_stack([first, at / last, sides]).astype(np.float32)


def _column(heading: str) -> int:
    return learned().headings.index(heading)


@cache
def cue_weights(heading: str) -> Mapping[str, float]:
    """How much each cue says for a heading; none for one that was not learned."""
    known = learned()
    if heading not in known.headings:
        return {}
    column = known.weights[:, _column(heading)]
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
