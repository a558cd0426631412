"""An answer as the judge looks at it: what counts as said, and what can be asked of it.

    reading ─ plain ─> what counts ─┬─ cues (evidence) ─ reasons, particulars (grounds)
    measures ──────────> measured ──┘                  └ sides and balance (substance)

Everything is found when it is first asked for, and once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

import numpy as np

from voicecoach.embedding import Vectors
from voicecoach.measures.fillers import fillers
from voicecoach.measures.frameworks import framework_names, framework_parts
from voicecoach.measures.language import Reading
from voicecoach.measures.numbers import numbers
from voicecoach.measures.results import Measures, StructurePart
from voicecoach.measures.structure import is_story, shares, structure
from voicecoach.measures.verbs import verbs
from voicecoach.questions import FREE_ANSWER, Question
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.evidence import Evidence, evidence
from voicecoach.rubric.grounds import Ground, grounds
from voicecoach.rubric.patterns import Utterance
from voicecoach.rubric.plain import Plain, plain
from voicecoach.rubric.relevance import Relevance, relevance
from voicecoach.rubric.shown import FAULTS, Shown, features, generic_alone, shown
from voicecoach.rubric.substance import Substance, sides, weighed
from voicecoach.rubric.wanted import Wanted, wanted
from voicecoach.timeline import Quote

STORY_PARTS = ("situation", "action", "result", "learning")
OWN = ("i", "we")
LEAST_TOLD, MOST_PAST = 5, 2
"""Sentences of an answer that tells no case, at least, and of them those that say what
I or we did: of 12 answers that are no stories by their parts 4 are such (and readers
hear none in them), the others are badly told ones."""


@dataclass(frozen=True, eq=False)
class Case:
    """An answer, what was measured of it, and the question that it answers."""

    question: Question
    plain: Plain
    measures: Measures

    @classmethod
    def of(cls, question: Question, reading: Reading, measures: Measures) -> Case:
        """The case without lists of terms and markers, measured again without them."""
        told = plain(reading)
        if told.reading is not reading:
            measures = _measured_again(told.reading, measures)
        return cls(question, told, measures)

    @property
    def reading(self) -> Reading:
        """What counts as said."""
        return self.plain.reading

    @cached_property
    def seen(self) -> Evidence:
        """Every cue that the answer holds."""
        return evidence(self.reading)

    @cached_property
    def counted(self) -> Evidence:
        """The same without the cues of what is empty: they are worth nothing there."""
        kept = {
            cue: tuple(hit for hit in hits if hit.utterance not in self.empty)
            for cue, hits in self.seen.by_cue.items()
        }
        return replace(self.seen, by_cue=kept) if self.empty else self.seen

    @cached_property
    def grounds(self) -> tuple[Ground, ...]:
        """Reasons and particulars of every utterance; what is empty gives none."""
        return tuple(
            replace(
                ground,
                links=0,
                particulars=0,
                doing=False,
                joined=(),
                named=(),
                amounts=0,
                numbers=(),
            )
            if ground.utterance in self.empty
            else ground
            for ground in self._grounds
        )

    @cached_property
    def sides(self) -> Vectors:
        """How far each utterance lies to the side of good answers, [utterances].

        What is empty is never on it.
        """
        most = [
            0.0 if ground.utterance in self.empty else np.inf for ground in self.grounds
        ]
        return np.minimum(self._sides, most).astype(np.float32)

    @cached_property
    def empty(self) -> frozenset[int]:
        """Utterances of buzzwords and generalities; never one that tells an outcome.

        Words like "at the end of the day" alone make none.
        """
        told = {hit.utterance for hit in self.seen.by_cue.get("result", ())}
        told |= {g.utterance for g in self._grounds if g.outcome and g.particulars}
        surely = np.flatnonzero(self._generic >= rubric().shown.empty)
        return frozenset(at for at in map(int, surely) if at not in told)

    @cached_property
    def _generic(self) -> Vectors:
        """How surely each utterance is generic by itself, [utterances]."""
        return generic_alone(self.seen, self._grounds, self._sides)

    @cached_property
    def _grounds(self) -> tuple[Ground, ...]:
        """Before it is known what is empty."""
        counted = [n.quote for n in self.measures.numbers if n.kind == "impact"]
        return grounds(self.seen, counted)

    @cached_property
    def _sides(self) -> Vectors:
        """Before it is known what is empty."""
        return sides(self._grounds, self.seen.embedded.worth)

    @cached_property
    def substance(self) -> Substance:
        """Whether its sentences are told as in good answers or as in weak ones."""
        return weighed(self.grounds, self.sides)

    def features(self, cues: Sequence[str]) -> Vectors:
        """What `shown` knows of every utterance, [utterances, features]."""
        return features(self.seen, self._grounds, self._sides, cues)

    @cached_property
    def shown(self) -> Shown:
        """What each utterance is evidence for."""
        return shown(self.seen, self._grounds, self._sides, self.empty)

    @cached_property
    def faults(self) -> float:
        """How much speaks against the speaker, in sentences; the outcome never does."""
        least = rubric().shown.doubtful
        told = [ground.utterance for ground in self._grounds if not ground.outcome]
        sure = [self.shown.sure[heading][told] for heading in FAULTS if told]
        return float(sum(np.maximum(one - least, 0).sum() for one in sure))

    @cached_property
    def wanted(self) -> Wanted:
        """What an interviewer would want next."""
        structure = self.question.structure
        return wanted(self.shown, self._grounds, self._sides, structure)

    @cached_property
    def carrying(self) -> tuple[int, ...]:
        """Utterances that are evidence for something, the surest first."""
        sure = {at: self.shown.showing(at) for at in range(len(self.seen.utterances))}
        told = (at for at in sure if sure[at] >= rubric().shown.strength)
        return tuple(sorted(told, key=lambda at: (-sure[at], at)))

    def side_of(self, quotes: Sequence[Quote]) -> float:
        """The mean side of the utterances that the quotes begin in."""
        return fmean(float(self.sides[self.seen.at(quote)]) for quote in quotes)

    @cached_property
    def telling(self) -> tuple[int, ...]:
        """Utterances without general ones in which nothing is done or reasoned.

        Words of the question in them are repeated, not answered. Nor does one answer it
        that may be generic and has no amount.
        """
        least = rubric().shown.maybe_empty
        return tuple(
            ground.utterance
            for ground in self.grounds
            if ground.utterance not in self.empty
            and (ground.amounts or self._generic[ground.utterance] < least)
            and (not ground.generic or ground.links or ground.doing)
        )

    @cached_property
    def relevance(self) -> Relevance | None:
        """How far it takes up its question; None where that is not known.

        What tells the outcome is looked at or not, whichever brings it nearer: to
        leave it out must never be better than to say it.
        """
        if self.question.id == FREE_ANSWER.id:
            return None
        told = [at for at in self.telling if not self.grounds[at].outcome]
        both = (self._relevance_of(some) for some in (self.telling, told))
        return max(both, key=lambda found: found.log_chance)

    def _relevance_of(self, some: Sequence[int]) -> Relevance:
        texts = [self.seen.utterances[at].text for at in some]
        return relevance(self.question.prompts, texts, self.seen.vectors[list(some)])

    @cached_property
    def is_story(self) -> bool:
        """Whether one past episode was told."""
        return is_story(self.reading, self._told)

    @cached_property
    def tells_no_case(self) -> bool:
        """Whether a story was asked for, and nothing was told that happened.

        What is no story by its parts may still be one told badly.
        """
        if self.question.structure != "star_l" or self.is_story:
            return False
        did = sum(map(_tells_own_past, self.seen.utterances))
        return len(self.seen.utterances) >= LEAST_TOLD and did <= MOST_PAST

    @property
    def acting_share(self) -> float:
        """Of what a story tells before its outcome, how much is action; 1 elsewhere."""
        if self.question.structure != "star_l" or not self.is_story:
            return 1.0
        told = shares(self._told)
        before = told["situation"] + told["task"] + told["action"]
        return told["action"] / before if before else 0.0

    @cached_property
    def parts(self) -> tuple[Mapping[str, Quote], tuple[str, ...]]:
        """Parts of the expected structure that were said, and all that it has."""
        if self.question.structure == "star_l":
            return self._story_parts(), STORY_PARTS
        empty = [self.seen.whole(at) for at in sorted(self.empty)]
        said = framework_parts(self.reading, self.question.structure, empty)
        names = framework_names(self.question.structure)
        return {p.part: p.quote for p in said}, names

    @cached_property
    def _told(self) -> tuple[StructurePart, ...]:
        """The parts of a story; one that is empty alone is none."""
        empty = [self.seen.whole(at) for at in sorted(self.empty)]
        return tuple(
            part
            for part in self.measures.structure
            if not any(_holds(one, part.quote) for one in empty)
        )

    def _story_parts(self) -> Mapping[str, Quote]:
        if not self.is_story:
            return {}
        told: dict[str, Quote] = {}
        for part in self._told:
            told.setdefault(
                "situation" if part.part == "task" else part.part, part.quote
            )
        for part_name, cue in (("result", "result"), ("learning", "learned")):
            hits = self.seen.by_cue.get(cue, ())
            if hits and part_name not in told:
                told[part_name] = self.seen.quotes(hits[:1])[0]
        return told


def _tells_own_past(utterance: Utterance) -> bool:
    """Whether it says what I or we did."""
    return any(
        child.lower_ in OWN and child.dep_.startswith("nsubj")
        for token in utterance.tokens
        if token.tag_ == "VBD"
        for child in token.children
    )


def _holds(outer: Quote, inner: Quote) -> bool:
    """Whether a quote lies inside another one."""
    begins = outer.char_start <= inner.char_start
    return begins and inner.char_end <= outer.char_end


def _measured_again(reading: Reading, measures: Measures) -> Measures:
    """What the words show, from the words that are left."""
    said, counts = verbs(reading), numbers(reading)
    parts = structure(reading, said, counts).parts
    return replace(
        measures, verbs=said, numbers=counts, structure=parts, fillers=fillers(reading)
    )
