"""What the cues lack words for: a passage that means what an exemplar means.

    topic     the wide cues that a passage must hold at all      (grammar and lexicon)
    margin    how much nearer it lies to passages that show the criterion than to near
              misses, to small talk and to other criteria         (sentence embeddings)

Neither counts alone, unless the margin is very clear: the topic of a risk is in every
complaint about risks, and a sentence full of the right nouns lies near the exemplars
without anybody doing anything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from voicecoach.embedding import Vectors
from voicecoach.rubric.criteria import Criterion, Rule
from voicecoach.rubric.evidence import (
    Evidence,
    Hit,
    Verdict,
    apply_rules,
    fulfilments,
)

POINTS = 4
"""The most that meaning gives. A likeness shows that the thing was said; the fifth
point is for a part that has to be there in words: the reason, the owner, the sign."""

FAR, OTHERS = 0.6, 0.4
"""Shares of near misses and small talk, and of other criteria, in what is taken off."""
LOCAL, NEAREST = 0.5, 3
"""Weight of the likeness to the few nearest exemplars beside that to all of them. With
it, at a recall of .8, half as many sentences of the weak answers of the development set
were taken for something that they are not."""

CLEAR = 0.12
"""So far above the margin no word of the topic is needed: people have more words for a
thing than any list. Of the labelled passages in tests/examples that lack the topic, ten
showed the criterion and lay beyond it, and none that does not show it."""

VECTORS = "exemplars.npy"
"""float16 [exemplars, 384] in the order of exemplars.toml, stored by
`benchmarks/criteria.py --store`."""


class Exemplars(BaseModel):
    """Passages that show a criterion, and passages that look like it and do not.

    Args:
        source: where they come from.
        needs: topics that a passage must hold, as in a rule of criteria.toml.
        within: in how many neighbouring utterances.
        unless: cues of utterances that are left out.
        margin: least margin, calibrated on the exemplars left out in turn.
        found: worth a strength.
        near_misses: not worth one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1)
    needs: tuple[str, ...] = Field(min_length=1)
    within: int = Field(ge=1)
    unless: tuple[str, ...] = ()
    margin: float
    found: tuple[str, ...] = Field(min_length=12)
    near_misses: tuple[str, ...] = Field(min_length=12)

    @property
    def rule(self) -> Rule:
        """The topics as a rule."""
        return Rule(
            points=POINTS, needs=self.needs, within=self.within, unless=self.unless
        )


class ExemplarFile(BaseModel):
    """The whole of exemplars.toml.

    Args:
        background: what weak and middling answers are full of; shows no criterion.
        criterion: exemplars by criterion.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    background: tuple[str, ...] = Field(min_length=12)
    criterion: Mapping[str, Exemplars]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every exemplar, in the order of their vectors."""
        pairs = [(*e.found, *e.near_misses) for e in self.criterion.values()]
        return (*self.background, *(text for pair in pairs for text in pair))


@dataclass(frozen=True, eq=False)
class Place:
    """Where a criterion lies among the vectors.

    Args:
        toward: [384], from all that it is not to what it is.
        found: [exemplars, 384].
        far: [exemplars, 384], near misses and background.
    """

    toward: Vectors
    found: Vectors
    far: Vectors

    def margins(self, passages: Vectors) -> Vectors:
        """How much nearer each passage lies to the found ones, [passages]."""
        near, far = (_nearest(passages, rows) for rows in (self.found, self.far))
        margins: Vectors = passages @ self.toward + LOCAL * (near - far)
        return margins


def _nearest(passages: Vectors, rows: Vectors) -> Vectors:
    """Mean cosine to the nearest few rows, [passages]."""
    mean: Vectors = np.sort(passages @ rows.T, axis=1)[:, -NEAREST:].mean(1)
    return mean


@cache
def exemplars() -> ExemplarFile:
    """The exemplars that ship with the package."""
    text = files(__package__).joinpath("exemplars.toml").read_text("utf-8")
    return ExemplarFile.model_validate(tomllib.loads(text))


@cache
def places() -> Mapping[str, Place]:
    """Every criterion's place, from the vectors that ship with the package."""
    with files(__package__).joinpath(VECTORS).open("rb") as stored:
        vectors = dict(zip(exemplars().texts, np.load(stored), strict=True))
    return placed({text: row.astype(np.float32) for text, row in vectors.items()})


def placed(vectors: Mapping[str, Vectors]) -> Mapping[str, Place]:
    """Every criterion's place, from the vector of each exemplar."""

    def rows(texts: Sequence[str]) -> Vectors:
        return np.stack([vectors[text] for text in texts])

    entries, background = exemplars().criterion, rows(exemplars().background)
    result = {}
    for name, entry in entries.items():
        others = [t for other, e in entries.items() if other != name for t in e.found]
        found = rows(entry.found)
        far = np.concatenate([rows(entry.near_misses), background])
        away = FAR * far.mean(0) + OTHERS * rows(others).mean(0)
        result[name] = Place(found.mean(0) - away, found, far)
    return result


def verdict(criterion: Criterion, seen: Evidence) -> Verdict | None:
    """By the rules of a criterion, or by meaning where they give less."""
    by_rules = apply_rules(criterion, seen)
    if by_rules and (by_rules.is_veto or by_rules.points >= POINTS):
        return by_rules
    by_meaning = meant(criterion.id, seen)
    if by_meaning is None:
        return by_rules
    ruled = by_rules.points if by_rules else criterion.absent
    return replace(by_meaning, ruled=ruled)


def meant(criterion_id: str, seen: Evidence) -> Verdict | None:
    """The passage that means it most; None when its margin is too small."""
    entry = exemplars().criterion.get(criterion_id)
    if entry is None:
        return None
    passages = _passages(entry, seen)
    if not passages:
        return None
    place = places()[criterion_id]
    vectors = np.stack([_vector(passage.utterances, seen) for passage in passages])
    margins = place.margins(vectors)
    best = int((margins - [passage.margin for passage in passages]).argmax())
    if margins[best] < passages[best].margin:
        return None
    nearest = entry.found[int((place.found @ vectors[best]).argmax())]
    why = f"by meaning, like “{nearest}” (margin {margins[best]:.2f}): gives {POINTS}"
    return Verdict(POINTS, _whole(passages[best].utterances, seen), why)


@dataclass(frozen=True)
class Passage:
    """Utterances that may mean it.

    Args:
        utterances: their indices, in order.
        margin: the least margin that they need.
    """

    utterances: tuple[int, ...]
    margin: float


def _passages(entry: Exemplars, seen: Evidence) -> tuple[Passage, ...]:
    """Those that hold the topics, and every clause, which needs a clear margin."""
    barred = {h.utterance for cue in entry.unless for h in seen.by_cue.get(cue, ())}
    topical = {
        tuple(sorted({hit.utterance for hit in hits}))
        for hits in fulfilments(entry.rule, seen)
    }
    clauses = (u for u in seen.utterances if u.index not in barred and u.is_clause)
    alone = {(u.index,) for u in clauses} - topical
    return (
        *(Passage(indices, entry.margin) for indices in sorted(topical)),
        *(Passage(indices, entry.margin + CLEAR) for indices in sorted(alone)),
    )


def _whole(indices: Sequence[int], seen: Evidence) -> tuple[Hit, ...]:
    """The utterances themselves: the meaning is in all of their words."""
    return tuple(
        Hit("meaning", i, 0, len(seen.utterances[i].tokens) - 1) for i in indices
    )


def _vector(indices: Sequence[int], seen: Evidence) -> Vectors:
    """The mean of the utterances, scaled to length 1."""
    if len(indices) == 1:
        row: Vectors = seen.vectors[indices[0]]
        return row
    mean: Vectors = seen.vectors[list(indices)].mean(0)
    scaled: Vectors = mean / np.linalg.norm(mean)
    return scaled
