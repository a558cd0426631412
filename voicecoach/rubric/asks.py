"""What could be asked next, and how likely an interviewer would ask it.

    prepared   the bank's own follow-ups, alone or after words of the speaker's
    probes     for each heading, after the words that it fits best
    pushbacks  after words that state a choice

A prepared question fits its round whatever was said, but may be answered already; one
that names the speaker's words shows that somebody listened, and grates where the words
do not fit. So questions are judged as they are asked: interviewers marked them, read
after the answer, as good, fair, poor or wrong, and a logistic regression over what is
known of the question and of the words says how likely one is good or fair
(`benchmarks/asks.py` fits it and says how often it is).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np

from voicecoach.embedding import Vectors, embed
from voicecoach.questions import FollowUpPrompt
from voicecoach.rubric.case import Case
from voicecoach.rubric.chances import Known, weights
from voicecoach.rubric.clauses import MOST_WORDS
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.leads import Lead, Leads
from voicecoach.rubric.outlook import Outlook
from voicecoach.rubric.phrases import tense
from voicecoach.rubric.shown import AGAINST

LEARNED = "asks.npz"
"""Stored by `benchmarks/asks.py --store`; see `chances.Weights`."""
BANK, PUSHBACK = "bank", "pushback"
"""Headings of the weights beside those of criteria and of what speaks against."""
CHOICES = ("tradeoff_stated", "decision_made", "alternatives_weighed")
"""What a pushback can push at."""
CLAIM = re.compile(r"You (?:put|told|said|chose|explained|described|stated|named)\b")
"""How a prepared question begins that takes something for said."""
LEAST_CHOICE = 0.25
"""How surely words must state a choice to be pushed at."""
NEAR = 0.22
"""From this cosine on they may lead up to a prepared question."""
WORTH_OF_WORDS = 0.1
"""What naming the speaker's words is worth beside the chance: with it 37 of 125 first
questions do instead of 9, and hardly fewer are good or fair to readers (.71, .72)."""
UNLEARNED = 0.5
"""Sentences that show what no sentence was tagged with."""
RARELY = 0.03
"""Added to that count, so that its logarithm stays small."""


@dataclass(frozen=True)
class Ask:
    """One thing that could be asked.

    Args:
        heading: `BANK`, `PUSHBACK`, a criterion, or one of `shown.AGAINST`.
        number: which of the question's own follow-ups, or of the heading's probes.
        lead: the words that it follows; None where it stands alone.
    """

    heading: str
    number: int
    lead: Lead | None


@dataclass(frozen=True, eq=False)
class Asking:
    """An answer when something is to be asked about it."""

    outlook: Outlook

    @property
    def case(self) -> Case:
        """The answer."""
        return self.outlook.case

    @property
    def prepared(self) -> tuple[FollowUpPrompt, ...]:
        """The question's own follow-ups."""
        return self.case.question.follow_ups

    def best(self) -> list[tuple[float, Ask]]:
        """Every question after its best words, with what it is worth, the best first.

        That is the chance that it is good or fair, and a little for naming words.
        """
        learned = weights(LEARNED)
        found: dict[tuple[str, int], tuple[float, Ask]] = {}
        for ask in self.every():
            worth = learned.chance(ask.heading, self.known(ask))
            worth += WORTH_OF_WORDS * (ask.lead is not None)
            name = ask.heading, ask.number
            if name not in found or worth > found[name][0]:
                found[name] = worth, ask
        return sorted(found.values(), key=lambda pair: -pair[0])

    def every(self) -> Iterator[Ask]:
        """All that could be asked, with all words that it could follow."""
        if not self.case.seen.utterances:
            return
        for number, one in enumerate(self.prepared):
            yield Ask(BANK, number, None)
            if not one.pushback:
                near = self.outlook.best_by(self._near[number], NEAR)
                for lead in self.leads.first(near):
                    yield Ask(BANK, number, lead)
        for heading in weights(LEARNED).headings:
            for lead in self._leads_to(heading):
                for number in range(len(probes(heading))):
                    yield Ask(heading, number, lead)

    def _leads_to(self, heading: str) -> Iterator[Lead]:
        if heading == PUSHBACK:
            choosing = self.outlook.best_by(self._choosing, LEAST_CHOICE)
            yield from self.leads.first(choosing)
        elif heading in AGAINST or self.outlook.has_a_chance(heading):
            yield from self.leads.first(self.outlook.fittest(heading))

    def about(self, ask: Ask) -> str:
        """The criterion that it probes, or what speaks against the speaker."""
        if ask.heading == BANK:
            return self.prepared[ask.number].probes
        return rubric().pushback.about if ask.heading == PUSHBACK else ask.heading

    def question(self, ask: Ask) -> str:
        """What is asked, without the words before it."""
        if ask.heading == BANK:
            return self.prepared[ask.number].prompt
        past = ask.lead is not None and ask.lead.is_past
        return probes(ask.heading)[ask.number].format_map(tense(past=past))

    def known(self, ask: Ask) -> Known:
        """What is known of a question."""
        name = self.about(ask)
        heading, of_words = self.outlook.heading(name), self._of_words(ask)
        shared = (
            ask.heading in AGAINST,
            ask.heading == PUSHBACK,
            *self._of_prepared(ask),
            heading.ask,
            heading.change,
            heading.most,
            log(self._answered(name) + RARELY),
            heading.points / 5,
            heading.strong,
            heading.expected,
            self.outlook.level,
            self.outlook.nothing,
            self.outlook.mean_side,
            self.case.is_story,
            *of_words,
        )
        own = (
            1.0,
            self.outlook.level,
            heading.ask,
            heading.most,
            *of_words[:4],
            ask.heading != BANK and ask.number == 1,
            *self.outlook.structures,
        )
        return Known.of(shared, own)

    def _of_prepared(self, ask: Ask) -> tuple[float, ...]:
        if ask.heading != BANK:
            return (0.0,) * 9
        one, near, lead = self.prepared[ask.number], self._near[ask.number], ask.lead
        return (
            1.0,
            lead is not None,
            one.pushback,
            one.pushback * self.outlook.level,
            one.pushback * self.outlook.nothing,
            bool(CLAIM.match(one.prompt)),
            float(near.max()),
            float((near * self.outlook.sure(one.probes)).max()),
            0.0 if lead is None else float(near[lead.utterance]),
        )

    def _of_words(self, ask: Ask) -> tuple[float, ...]:
        lead = ask.lead
        if lead is None:
            return (0.0,) * 10
        place = self.outlook.place(self.about(ask), lead.utterance)
        return (
            place.fit,
            place.here,
            place.side,
            lead.is_own,
            place.against,
            place.showing,
            lead.is_deed,
            lead.is_past,
            lead.is_conditional,
            lead.length / MOST_WORDS,
        )

    def _answered(self, name: str) -> float:
        """How many sentences show it."""
        seen = name in self.case.shown.sure
        return float(self.outlook.sure(name).sum()) if seen else UNLEARNED

    @cached_property
    def leads(self) -> Leads:
        """Words that a question can follow."""
        return Leads(self.case)

    @cached_property
    def _choosing(self) -> Vectors:
        """How surely each utterance states a choice, [utterances]."""
        choosing: Vectors = np.max(
            [self.outlook.sure(name) for name in CHOICES], axis=0
        )
        return choosing

    @cached_property
    def _near(self) -> Vectors:
        """Cosine of each prepared question with each utterance, [asked, utterances]."""
        texts = [one.prompt for one in self.prepared]
        near: Vectors = embed(texts) @ self.case.seen.vectors.T
        return near


def probes(heading: str) -> tuple[str, ...]:
    """Questions after words of the speaker's, as criteria.toml has them."""
    if heading == PUSHBACK:
        return rubric().pushback.probes
    held = rubric().held(heading)
    return held.probes if held else rubric().by_id[heading].probes
