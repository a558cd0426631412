"""What a good answer to any question has: reasons and particulars.

    if old two can't read new three, I'd switch it off with a flag, so nothing's lost
    link                             act                         link
    we'd align with the stakeholders because communication is important
            generic         generic  (link)  generic: the link joins nothing

Counted by grammar, not by topic: connectives that join one statement to another,
amounts and persons in sentences that do something, and the words that any program could
say of itself. All counts only grow with what is added, so that saying more never costs
a reason, and what is said of the outcome is never held against it. What is said of it
is told by each sentence for itself, so that saying more elsewhere changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicecoach.measures.structure import says_part
from voicecoach.rubric.evidence import Evidence
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.plain import is_generic
from voicecoach.timeline import Quote

if TYPE_CHECKING:
    from spacy.tokens import Token

MOST_PARTICULARS = 3
"""Of one utterance that are counted: more is a list."""
DOING = ("choice", "refusal", "i_act", "cost", "breaks", "signal", "flow")
"""Cues of sentences in which something is done or happens."""
GENERIC_COSTS = 0.5
"""Of a particular, for each generic word."""


@dataclass(frozen=True)
class Ground:
    """What one utterance gives.

    Args:
        utterance: its index.
        links: connectives that join something concrete.
        particulars: amounts, days and persons in it.
        generic: words that any program could say of itself.
        doing: whether something is done in it.
        outcome: whether it tells a result; nothing counts against it then.
        joined: the connectives, as said.
        named: the amounts, days and persons, as said.
        words: how many words it has, if it is English.
        amounts: how many of the named are amounts and days.
        numbers: all amounts, whether or not anything is done or reasoned in it.
    """

    utterance: int
    links: int
    particulars: int
    generic: int
    doing: bool
    outcome: bool
    joined: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    words: int = 0
    amounts: int = 0
    numbers: tuple[str, ...] = ()


def grounds(seen: Evidence, outcomes: Sequence[Quote]) -> tuple[Ground, ...]:
    """Reasons and particulars of every utterance, in order.

    Args:
        seen: the answer with its cues.
        outcomes: numbers that tell a result, from the measures.
    """
    told = {hit.utterance for hit in seen.by_cue.get("result", ())}
    told |= {u.index for u in seen.utterances if says_part(u.text, "result")}
    told |= {at for at in range(len(seen.utterances)) if _tells(seen, at, outcomes)}
    return tuple(
        _ground(seen, at, outcome=at in told) for at in range(len(seen.utterances))
    )


def _tells(seen: Evidence, at: int, outcomes: Sequence[Quote]) -> bool:
    """Whether an utterance shares a character with an outcome."""
    return any(map(seen.whole(at).overlaps, outcomes))


def reasons(found: Sequence[Ground]) -> int:
    """How many statements are joined by a reason, a condition or a contrast."""
    return sum(ground.links for ground in found)


def particulars(found: Sequence[Ground]) -> float:
    """Amounts, days and persons where something is done, less the generalities."""
    said = sum(g.particulars for g in found if g.links or g.doing)
    return said - GENERIC_COSTS * sum(g.generic for g in found)


def _ground(seen: Evidence, at: int, *, outcome: bool) -> Ground:
    tokens = seen.utterances[at].tokens
    generic = sum(is_generic(token) for token in tokens)
    doing = any(
        hit.utterance == at for cue in DOING for hit in seen.by_cue.get(cue, ())
    )
    joined = tuple(t.lower_ for t in tokens if t.lower_ in lexicon().words["linking"])
    told = [] if generic else [token for token in tokens if _is_particular(token)]
    named = tuple(token.text for token in told)
    links = max(0, len(joined) - generic)
    return Ground(
        utterance=at,
        links=links,
        particulars=min(MOST_PARTICULARS, len(named)),
        generic=0 if outcome else generic,
        doing=doing,
        outcome=outcome,
        joined=joined[:links],
        named=named[:MOST_PARTICULARS] if links or doing else (),
        words=_words(tokens),
        amounts=sum(map(_is_amount, told)) if links or doing else 0,
        numbers=tuple(t.text for t in tokens if t.like_num and _is_amount(t)),
    )


def _words(tokens: Sequence[Token]) -> int:
    """How many words; none where no function word makes them English."""
    english = any(token.is_stop for token in tokens)
    return sum(token.is_alpha for token in tokens) if english else 0


def _is_particular(token: Token) -> bool:
    """An amount, a day, or one person who does something."""
    if _is_amount(token):
        return True
    acts = token.dep_ in ("nsubj", "nsubjpass")
    return acts and token.lower_ in lexicon().words["person"]


def _is_amount(token: Token) -> bool:
    """An amount or a day."""
    if token.like_num:
        return token.lower_ != "one"
    return token.lower_ in lexicon().words["day"]
