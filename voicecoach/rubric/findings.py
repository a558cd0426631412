"""What is said of an answer: strengths, what speaks against it, and what is missing.

assessed   points by rules and measures ─┬─ both ──> strength, with those sentences
shown      how sure each sentence is ────┘
offers     what helps to be told ────────────────> gap, with the sentence it hangs on

A strength that is not there does more harm than one that is left out: the speaker would
keep it. So few are said, each with the sentence that shows it best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from voicecoach.questions import Pillar
from voicecoach.rubric.assessing import BY_MEASURE, Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.criteria import Criterion, rubric
from voicecoach.rubric.evidence import Hit
from voicecoach.rubric.gaps import (
    GOOD,
    LEAST_ACCUSING,
    criterion_of,
    gaps,
)
from voicecoach.rubric.grounds import Ground
from voicecoach.rubric.offers import Offer, offers
from voicecoach.rubric.outlook import Outlook
from voicecoach.rubric.results import Finding
from voicecoach.rubric.shown import FAULTS, cue_weights
from voicecoach.rubric.wording import spoken_slots
from voicecoach.timeline import Quote

FORM = frozenset({"structure_followed", "question_answered", "certainty"})
"""Never strengths: of praise for form alone eight of twelve were wrong to a critic, and
no sentence shows that a question was answered."""
HEADLINE = "headline_first"
MOST_STRENGTHS = 6
MOST_QUOTES = 2
"""For one strength."""
LEAST_TOKENS = 6
"""Of a sentence that is shown: "Sure." proves nothing."""
BY_WORDS: Mapping[str, Callable[[Ground], frozenset[str]]] = {
    "quantified_impact": lambda ground: frozenset(ground.named),
    "particulars": lambda ground: frozenset(ground.named),
    "reasons_given": lambda ground: frozenset(ground.joined),
}
"""Which words say most for a criterion; for others the cues do."""
MEASURED = 0.5
"""As how sure a measure of the whole answer counts among sentences."""
WEAK, SURE_IN_WEAK = 2.5, 0.6
"""In an answer below this mean of the pillars a strength must be so sure: of 10 that
two critics read there 3 were right and 5 wrong."""
NEAR_BEST = 0.6
"""Of how sure the best sentence is: others so sure are quoted too."""


@dataclass(frozen=True)
class Assessed:
    """A criterion with what was found for it."""

    criterion: Criterion
    found: Assessment


def worth_saying(
    findings: Sequence[Finding], pillars: Mapping[Pillar, int | None]
) -> tuple[Finding, ...]:
    """Strengths, and the gaps of pillars that are not at 5: quiet in the green."""
    return tuple(f for f in findings if f.kind == "strength" or pillars[f.pillar] != 5)


@dataclass(frozen=True)
class Found:
    """What is said of an answer.

    Args:
        findings: strengths by their weight, then gaps and what speaks against, those
            first that most likely help.
        answered: criteria that no question needs to be about.
        late: whether the point came late, so that another opening may help.
    """

    findings: tuple[Finding, ...]
    answered: frozenset[str]
    late: bool


def outlook_of(case: Case, assessed: Sequence[Assessed], overall: float) -> Outlook:
    """What is known of an answer when something is to be told or asked about it."""
    by_id = {a.criterion.id: a.found for a in assessed if _has_a_say(a)}
    return Outlook(case, by_id, overall)


def found_in(outlook: Outlook, assessed: Sequence[Assessed]) -> Found:
    """Look for all of it.

    What speaks against the speaker is no strength, nor is what the one change is about
    where that speaks against the speaker; what is a strength is no gap.

    Args:
        outlook: what is known of the answer.
        assessed: every criterion that has a chance.
    """
    case, by_id, overall = outlook.case, outlook.assessed, outlook.overall
    offered = offers(outlook)
    against = tuple(_against(case, by_id))
    open_to = {n: found for n, found in by_id.items() if not _is_heard(n, found)}
    taken = {name for _, name in against} | _faulted(offered, open_to)
    strong = _strengths(
        outlook,
        [a for a in assessed if a.criterion.id not in taken],
        against=bool(against),
    )
    told = {a.criterion.id for a in strong}
    rest = {name: found for name, found in open_to.items() if name not in told}
    return Found(
        (
            *(_strength(a, case) for a in strong),
            *gaps(offered, rest, case, overall, dict(against)),
        ),
        frozenset(told | (by_id.keys() - open_to.keys())),
        _is_late(by_id, case, overall),
    )


def _has_a_say(assessed: Assessed) -> bool:
    """Whether it was looked at: a typed answer has no delivery."""
    return assessed.criterion.is_shown or assessed.found.points > 0


def _is_heard(name: str, found: Assessment) -> bool:
    """Whether a measure found it: a number that was heard is there."""
    return name in BY_MEASURE and found.points >= rubric().bands.strength_from


def _faulted(offered: Sequence[Offer], assessed: Mapping[str, Assessment]) -> set[str]:
    """Criteria of what will be told first, or as a fault, against the speaker."""
    told = (
        offer.heading
        for rank, offer in enumerate(offered)
        if rubric().held(offer.heading)
        and (rank == 0 or (offer.heading in FAULTS and offer.chance >= LEAST_ACCUSING))
    )
    found = (criterion_of(heading, assessed) for heading in told)
    return {criterion.id for criterion in found if criterion is not None}


def _is_late(assessed: Mapping[str, Assessment], case: Case, overall: float) -> bool:
    """Whether the point came late, in an answer that is not good without it."""
    found = assessed.get(HEADLINE)
    if found is None or overall >= GOOD:
        return False
    wanted = case.wanted.to_change(HEADLINE) >= rubric().shown.wanted
    expected = rubric().by_id[HEADLINE].is_expected(case.question)
    late = 0 < found.points < rubric().bands.strength_from and not found.doubted
    return late and (wanted or expected)


# Strengths ----------------------------------------------------------------------------


def _strengths(
    outlook: Outlook, assessed: Sequence[Assessed], *, against: bool
) -> list[Assessed]:
    """Those that are there and shown, each with sentences that are not worn out.

    Args:
        outlook: what is known of the answer.
        assessed: what may be a strength.
        against: whether something speaks against the speaker; then no sentence near to
            that is quoted.
    """
    case, scale = outlook.case, rubric().shown
    surely = SURE_IN_WEAK if outlook.overall < WEAK else 0.0
    tainted = scale.tainted_beside if against else scale.tainted
    candidates = []
    for a in assessed:
        if told := _as_strength(a, case, surely):
            sure = case.shown.most(a.criterion.id) if a.criterion.is_shown else MEASURED
            candidates.append((-a.criterion.weight * told.found.points * sure, told))
    candidates.sort(key=lambda pair: pair[0])
    places = {
        a.criterion.id: [
            at for at in _places(a, case) if case.shown.against(at) < tainted
        ]
        for _, a in candidates
    }
    kept = _shared_out(places)
    return [
        replace(a, found=replace(a.found, quotes=_quotes(kept[name], name, case)))
        for _, a in candidates
        if (name := a.criterion.id) in kept
    ][:MOST_STRENGTHS]


def _shared_out(places: Mapping[str, Sequence[int]]) -> Mapping[str, Sequence[int]]:
    """The best utterances of each criterion; none is quoted twice.

    Each gets one before any gets a second, and what single sentences show before what
    the whole answer does.
    """
    kept: dict[str, list[int]] = {}
    used: set[int] = set()
    order = sorted(places, key=lambda name: not rubric().by_id[name].is_shown)
    for turn in range(MOST_QUOTES):
        for name in order:
            best = next((at for at in places[name] if at not in used), None)
            if best is not None and len(kept.get(name, ())) == turn:
                kept.setdefault(name, []).append(best)
                used.add(best)
    return kept


def _quotes(kept: Sequence[int], name: str, case: Case) -> tuple[Quote, ...]:
    return tuple(_quote(at, name, case) for at in kept)


def _as_strength(assessed: Assessed, case: Case, surely: float) -> Assessed | None:
    """The criterion if it may be one: by rules and sentences, or surely by these.

    Args:
        assessed: what was found for it.
        case: the answer.
        surely: how sure a sentence must be at least.
    """
    criterion, found = assessed.criterion, assessed.found
    scale, least = rubric().shown, rubric().bands.strength_from
    if criterion.id in FORM:
        return None
    is_ruled = found.points >= least and bool(found.quotes)
    sure = case.shown.most(criterion.id)
    if not criterion.is_shown:
        return assessed if is_ruled and surely <= MEASURED else None
    if is_ruled and sure >= max(surely, scale.strength):
        return assessed
    if sure < max(surely, scale.alone):
        return None
    why = f"{found.why}; a sentence shows it ({sure:.2f})"
    return replace(assessed, found=replace(found, points=least, why=why))


def _places(assessed: Assessed, case: Case) -> Sequence[int]:
    """Utterances that show it, the best first."""
    if not assessed.criterion.is_shown:
        return OF_THE_WHOLE[assessed.criterion.id](assessed.found, case)
    name = assessed.criterion.id
    least = max(rubric().shown.strength, NEAR_BEST * case.shown.most(name))
    return [at for at in case.shown.places(name, least) if _can_prove(name, at, case)]


def _can_prove(name: str, at: int, case: Case) -> bool:
    """Whether an utterance is one that a strength can be shown by.

    No scrap and no question; a number on the outcome has one, a reason its connective.
    """
    said = case.seen.utterances[at]
    if len(said.tokens) < LEAST_TOKENS or said.tokens[-1].text == "?":
        return False
    if name == "quantified_impact":
        return case.grounds[at].amounts > 0
    return name != "reasons_given" or bool(case.grounds[at].joined)


def _quote(at: int, name: str, case: Case) -> Quote:
    """The utterance; of a long one the words that say most for the criterion."""
    return case.seen.quote_of(at, _telling(at, name, case))


def _telling(at: int, name: str, case: Case) -> Hit | None:
    """The words of an utterance that say most for a criterion; None for none."""
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


def _as_found(found: Assessment, case: Case) -> Sequence[int]:
    told = dict.fromkeys(map(case.seen.at, found.quotes))
    return [at for at in told if len(case.seen.utterances[at].tokens) >= LEAST_TOKENS]


def _particular(_: Assessment, case: Case) -> Sequence[int]:
    told = [g for g in case.grounds if g.amounts and case.sides[g.utterance] > 0]
    most = sorted(told, key=lambda g: (-g.amounts, -g.particulars))
    return [ground.utterance for ground in most]


def _owned(found: Assessment, case: Case) -> Sequence[int]:
    told = [at for at in _as_found(found, case) if case.sides[at] > 0]
    own = ("decision_made", "own_role")
    return sorted(told, key=lambda at: -sum(case.shown.at(name, at) for name in own))


OF_THE_WHOLE: Mapping[str, Callable[[Assessment, Case], Sequence[int]]] = {
    "delivery": _as_found,
    "particulars": _particular,
    "ownership_language": _owned,
}
"""Where what is measured of the whole answer can be pointed at."""


def _strength(assessed: Assessed, case: Case) -> Finding:
    criterion, found = assessed.criterion, assessed.found
    return Finding(
        criterion=criterion.id,
        pillar=criterion.pillar,
        points=found.points,
        kind="strength",
        advice=criterion.praise,
        evidence=tuple(case.plain.as_said(quote) for quote in found.quotes),
        why=found.why,
        slots=spoken_slots(found.slots),
    )


# What speaks against ------------------------------------------------------------------


def _against(
    case: Case, assessed: Mapping[str, Assessment]
) -> Iterator[tuple[str, str]]:
    """What surely speaks against the speaker, with the criterion, one of each.

    A general sentence is nothing to speak of in an answer full of particulars.
    """
    least = rubric().bands.strength_from
    concrete = "particulars" in assessed and assessed["particulars"].points >= least
    found = sorted(
        (-case.shown.most(held.heading), held.heading)
        for held in rubric().against
        if case.shown.most(held.heading) >= held.sure
        and not (concrete and held.heading == "generic")
    )
    said: set[str] = set()
    for _, heading in found:
        criterion = criterion_of(heading, assessed)
        if criterion is not None and criterion.id not in said:
            said.add(criterion.id)
            yield heading, criterion.id
