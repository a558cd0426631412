"""What is praised: criteria that are there, each with the sentence that shows it best.

A strength that is not there does more harm than one that is left out: the speaker would
keep it. So few are said, those that most likely are right (`praises`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from voicecoach.rubric.assessing import Assessed
from voicecoach.rubric.case import Case
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.evidence import Hit
from voicecoach.rubric.grounds import Ground
from voicecoach.rubric.outlook import Outlook
from voicecoach.rubric.praises import FORM, Praise, firsts, praises
from voicecoach.rubric.results import Finding
from voicecoach.rubric.shown import cue_weights
from voicecoach.rubric.wording import spoken_slots
from voicecoach.timeline import Quote

MOST_STRENGTHS = 6
MOST_QUOTES = 2
"""For one strength."""
LEAST_CHANCE = 0.5
"""Of a strength that is said."""
LEAST_ONLY = 0.4
"""Of the likeliest, where none reaches that: it was right in 7 of 8 such answers, and
an average answer of which nothing is praised is one that was not listened to."""
LEAST_AGAIN = 0.6
"""Of a second sentence that is quoted for it."""
EAGERLY = 0.5
"""Power, in what praise is worth, of how often readers would say it first: with it our
first is one of theirs in .59 of the answers that they praise, .35 by the chance."""
ON_THE_OUTCOME = "quantified_impact"
BY_WORDS: Mapping[str, Callable[[Ground], frozenset[str]]] = {
    ON_THE_OUTCOME: lambda ground: frozenset(ground.numbers),
    "particulars": lambda ground: frozenset(ground.named),
    "reasons_given": lambda ground: frozenset(ground.joined),
}
"""Which words say most for a criterion; for others the cues do."""

MARKS = frozenset({",", ".", ":"})
"""spaCy's tags of punctuation that ends something; "%" is no such mark."""


def strengths(
    outlook: Outlook, assessed: Sequence[Assessed], *, against: bool
) -> tuple[Finding, ...]:
    """What is there and shown, the best first; no sentence is quoted twice.

    Args:
        outlook: what is known of the answer.
        assessed: what may be a strength.
        against: whether something speaks against the speaker; then no sentence near to
            that is quoted.
    """
    scale, case = rubric().shown, outlook.case
    tainted = scale.tainted_beside if against else scale.tainted
    tried = {a.criterion.id: a for a in assessed if a.criterion.id not in FORM}
    told = [
        praise
        for praise in praises(outlook, {name: a.found for name, a in tried.items()})
        if praise.chance >= LEAST_ONLY and case.shown.against(praise.at) < tainted
    ]
    kept = _shared_out([one for one in told if one.chance >= LEAST_CHANCE])
    if told and not kept:
        best = max(told, key=lambda one: one.chance)
        kept = {best.criterion: [best]}
    ordered = sorted(kept, key=lambda name: -_worth(kept[name][0]))
    return tuple(
        _strength(tried[name], kept[name], case) for name in ordered[:MOST_STRENGTHS]
    )


def _worth(praise: Praise) -> float:
    """What it is worth: the chance that it is right, and how gladly it is said."""
    gladly: float = firsts()[praise.criterion] ** EAGERLY
    return praise.chance * gladly


def _shared_out(likely: Sequence[Praise]) -> Mapping[str, Sequence[Praise]]:
    """The likeliest sentences of each criterion; each sentence goes to one.

    Each criterion gets one before any gets a second.
    """
    kept: dict[str, list[Praise]] = {}
    used: set[int] = set()
    said = Counter[str]()
    for turn, least in enumerate((LEAST_CHANCE, LEAST_AGAIN)):
        for praise in sorted(likely, key=lambda one: -_worth(one)):
            open_to = said[praise.criterion] == turn and praise.at not in used
            if open_to and praise.chance >= least:
                kept.setdefault(praise.criterion, []).append(praise)
                said[praise.criterion] += 1
                used.add(praise.at)
    return kept


def _strength(assessed: Assessed, praised: Sequence[Praise], case: Case) -> Finding:
    criterion, found = assessed.criterion, assessed.found
    least = rubric().bands.strength_from
    quotes = (_quote(praise.at, criterion.id, case) for praise in praised)
    return Finding(
        criterion=criterion.id,
        pillar=criterion.pillar,
        points=max(found.points, least),
        kind="strength",
        advice=criterion.praise,
        evidence=tuple(case.plain.as_said(quote) for quote in quotes),
        why=f"{found.why}; “{criterion.praise}” is right by {praised[0].chance:.2f}",
        slots=spoken_slots(found.slots),
    )


def _quote(at: int, name: str, case: Case) -> Quote:
    """The utterance; of a long one the words that say most for the criterion."""
    return case.seen.quote_of(at, _telling(at, name, case))


def _telling(at: int, name: str, case: Case) -> Hit | None:
    """The words of an utterance that say most for a criterion; None for none."""
    if name == ON_THE_OUTCOME and (number := _number(at, case)):
        return number
    if name in BY_WORDS:
        words = BY_WORDS[name](case.grounds[at])
        said = (
            i
            for i, t in enumerate(case.seen.utterances[at].tokens)
            if {t.text, t.lower_} & words
        )
        return next((Hit(name, at, i, i) for i in said), None)
    worth = cue_weights(name)
    hits = [hit for some in case.seen.by_cue.values() for hit in some]
    here = [hit for hit in hits if hit.utterance == at and worth.get(hit.cue, 0) > 0]
    return max(here, key=lambda hit: worth[hit.cue], default=None)


def _number(at: int, case: Case) -> Hit | None:
    """The number of an utterance that says most of the outcome; None without one.

    "From 4 % to 0.006 %" says more than "two quarters late" before it.
    """
    place = {token.i: i for i, token in enumerate(case.seen.utterances[at].tokens)}
    impacts = [n.quote for n in case.measures.numbers if n.kind == "impact"]
    told = []
    for quote in impacts:
        words = (t for t in case.reading.within(quote) if t.tag_ not in MARKS)
        told.append((quote.text, [place[t.i] for t in words if t.i in place]))
    here = [(text, places) for text, places in told if places]
    if not here:
        return None
    _, places = max(here, key=lambda one: (" to " in one[0], "%" in one[0]))
    return Hit(ON_THE_OUTCOME, at, places[0], places[-1])
