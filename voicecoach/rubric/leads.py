"""Words of the speaker's that a question can follow: "You said you cut the scope."."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from voicecoach.rubric.case import Case
from voicecoach.rubric.clauses import Clause, clauses_in
from voicecoach.rubric.outlook import MOST_PLACES
from voicecoach.rubric.spoken import reported
from voicecoach.timeline import Quote, is_filled_pause

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True)
class Lead:
    """A clause that can be said back.

    Args:
        utterance: the one it is of.
        quote: its words.
        reported: its words as another says them.
        length: in words.
        is_own: whether I or we do something in it, rather than think or have something.
        is_deed: whether others can see that.
        is_past: whether it tells what was.
        is_conditional: whether it begins with its condition.
    """

    utterance: int
    quote: Quote
    reported: str
    length: int
    is_own: bool
    is_deed: bool
    is_past: bool
    is_conditional: bool

    @property
    def text(self) -> str:
        """As one says it before a question."""
        return f"You said {self.reported}."


@dataclass(frozen=True, eq=False)
class Leads:
    """Those of an answer."""

    case: Case

    def at(self, utterance: int) -> Lead | None:
        """The best one of an utterance: own deeds first, then the longest."""
        if utterance not in self._found:
            self._found[utterance] = self._best(utterance)
        return self._found[utterance]

    def first(self, utterances: Iterable[int]) -> Iterator[Lead]:
        """Of the first of these that have one."""
        found = (lead for at in utterances if (lead := self.at(at)) is not None)
        yield from islice(found, MOST_PLACES)

    def _best(self, utterance: int) -> Lead | None:
        """None where no clause stands alone, or an um is in it."""
        case = self.case
        leads = [
            self._of(utterance, clause)
            for clause in clauses_in(case.reading, case.seen.whole(utterance))
            if self._can_stand(clause)
        ]
        best = max(leads, key=lambda lead: (lead.is_own, lead.length), default=None)
        broken = best is not None and any(map(is_filled_pause, best.quote.text.split()))
        return None if broken else best

    def _can_stand(self, clause: Clause) -> bool:
        """Whether it says something by itself, and the speaker said it.

        In a story only what was: the rest are options, habits and what others wanted.
        """
        reading = self.case.reading
        in_time = clause.is_past(reading) or not self.case.is_story
        whole = clause.is_finite(reading) and not clause.hangs(reading)
        return in_time and whole and not clause.is_of_another(reading)

    def _of(self, utterance: int, clause: Clause) -> Lead:
        reading = self.case.reading
        quote = self.case.plain.as_said(clause.quote(reading))
        return Lead(
            utterance,
            quote,
            reported(_inside(quote.text, reading.doc[clause.first])),
            len(quote.text.split()),
            clause.is_own(reading),
            clause.is_deed(reading),
            clause.is_past(reading),
            clause.is_conditional(reading),
        )

    @cached_property
    def _found(self) -> dict[int, Lead | None]:
        return {}


def _inside(text: str, first: Token) -> str:
    """Words as they stand inside a sentence: names and acronyms keep their capital."""
    plain = first.pos_ != "PROPN" and first.text[1:].islower()
    return text[0].lower() + text[1:] if plain else text
