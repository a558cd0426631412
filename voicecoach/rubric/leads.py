"""Words of the speaker's that a question can follow: "You said you cut the scope."."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from voicecoach.embedding import Vectors
from voicecoach.rubric.case import Case
from voicecoach.rubric.clauses import Clause, clauses_in
from voicecoach.rubric.phrases import words_of
from voicecoach.rubric.spoken import reported
from voicecoach.timeline import Quote, is_filled_pause

LEAST_TOKENS = 5
"""Of a sentence that a question can follow."""
MOST_PLACES = 3
"""Sentences that are tried for one question, the fittest."""


@dataclass(frozen=True)
class Lead:
    """A clause that can be said back.

    Args:
        utterance: the one it is of.
        quote: its words.
        length: in words.
        is_own: whether I or we do something in it, rather than think or have something.
        is_deed: whether others can see that.
        is_past: whether it tells what was.
        is_conditional: whether it begins with its condition.
        is_vague: whether its subject points back at something that is not in it.
    """

    utterance: int
    quote: Quote
    length: int
    is_own: bool
    is_deed: bool
    is_past: bool
    is_conditional: bool
    is_vague: bool

    @property
    def text(self) -> str:
        """As one says it before a question."""
        return f"You said {reported(self.quote.text)}."


@dataclass(frozen=True, eq=False)
class Leads:
    """Those of an answer."""

    case: Case

    def at(self, utterance: int) -> Lead | None:
        """The best one of an utterance: own deeds first, then the longest."""
        if utterance not in self._found:
            self._found[utterance] = self._best(utterance)
        return self._found[utterance]

    def fittest(self, fit: Vectors, least: float) -> Iterator[Lead]:
        """Those of the utterances that are the fittest.

        Args:
            fit: of each utterance.
            least: how fit it must be.
        """
        ordered = sorted(self._long_enough, key=lambda at: -fit[at])
        found = (self.at(at) for at in ordered if fit[at] >= least)
        yield from islice((lead for lead in found if lead is not None), MOST_PLACES)

    def _best(self, utterance: int) -> Lead | None:
        """None where no clause stands alone, another said it, or an um is in it."""
        case = self.case
        leads = [
            self._of(utterance, clause)
            for clause in clauses_in(case.reading, case.seen.whole(utterance))
            if not clause.is_of_another(case.reading)
        ]
        best = max(leads, key=lambda lead: (lead.is_own, lead.length), default=None)
        broken = best is not None and any(map(is_filled_pause, best.quote.text.split()))
        return None if broken else best

    def _of(self, utterance: int, clause: Clause) -> Lead:
        reading = self.case.reading
        quote = self.case.plain.as_said(clause.quote(reading))
        return Lead(
            utterance,
            quote,
            len(quote.text.split()),
            clause.is_own(reading),
            clause.is_deed(reading),
            clause.is_past(reading),
            clause.is_conditional(reading),
            reading.doc[clause.subject].lower_ in words_of("pointing"),
        )

    @cached_property
    def _found(self) -> dict[int, Lead | None]:
        return {}

    @cached_property
    def _long_enough(self) -> tuple[int, ...]:
        said = self.case.seen.utterances
        return tuple(u.index for u in said if len(u.tokens) >= LEAST_TOKENS)
