"""What is said of an answer: strengths, what speaks against it, and what is missing.

assessed   points by rules and measures ─┬─ both ──> strength, with those sentences
shown      how sure each sentence is ────┘
offers     what helps to be told ────────────────> gap, with the sentence it hangs on

A strength that is not there does more harm than one that is left out: the speaker would
keep it. So few are said, each with the sentence that shows it best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from voicecoach.questions import Pillar
from voicecoach.rubric.assessing import BY_MEASURE, Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.criteria import Criterion, rubric
from voicecoach.rubric.gaps import GOOD, criterion_of, gaps, hung
from voicecoach.rubric.offers import Offer, offers
from voicecoach.rubric.outlook import Outlook
from voicecoach.rubric.results import Finding
from voicecoach.rubric.wording import spoken_slots
from voicecoach.timeline import Quote

FORM = frozenset({"structure_followed", "question_answered", "certainty"})
"""Never strengths: of praise for form alone eight of twelve were wrong to a critic, and
no sentence shows that a question was answered."""
HEADLINE = "headline_first"
MOST_STRENGTHS = 6
MOST_QUOTES = 2
"""For one strength."""
MOST_TIMES = 2
"""That one sentence is quoted."""
LEAST_TOKENS = 6
"""Of a sentence that is shown for the whole answer: "Sure." is none."""
MEASURED = 0.5
"""As how sure a measure of the whole answer counts among sentences."""
MOST_ASKED = 8
"""That a question may be about."""
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
        asking: gaps that a question can be about, the most wanted first.
        late: whether the point came late, so that another opening may help.
    """

    findings: tuple[Finding, ...]
    asking: tuple[Finding, ...]
    late: bool


def found_in(case: Case, assessed: Sequence[Assessed], overall: float) -> Found:
    """Look for all of it.

    What speaks against the speaker is no strength, nor is what the one change is about
    where that speaks against the speaker; what is a strength is no gap.

    Args:
        case: the answer.
        assessed: every criterion that has a chance.
        overall: the mean of the pillars.
    """
    by_id = {a.criterion.id: a.found for a in assessed if _has_a_say(a)}
    offered = offers(Outlook(case, by_id, overall))
    against = tuple(_against(case, by_id))
    open_to = {n: found for n, found in by_id.items() if not _is_heard(n, found)}
    taken = {name for _, name in against} | _faulted(offered[:1], open_to)
    strong = _strengths(
        case,
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
        tuple(hung(_to_ask(case, rest, against), offered, rest, case)),
        _is_late(by_id, case, overall),
    )


def _has_a_say(assessed: Assessed) -> bool:
    """Whether it was looked at: a typed answer has no delivery."""
    return assessed.criterion.is_shown or assessed.found.points > 0


def _is_heard(name: str, found: Assessment) -> bool:
    """Whether a measure found it: a number that was heard is there."""
    return name in BY_MEASURE and found.points >= rubric().bands.strength_from


def _faulted(offered: Sequence[Offer], assessed: Mapping[str, Assessment]) -> set[str]:
    """The criterion of what is told first, where that speaks against the speaker."""
    told = (o.heading for o in offered if rubric().held(o.heading))
    found = (criterion_of(heading, assessed) for heading in told)
    return {criterion.id for criterion in found if criterion is not None}


def _to_ask(
    case: Case,
    rest: Mapping[str, Assessment],
    against: Sequence[tuple[str, str]],
) -> list[str]:
    """Headings that a question may be about, the most wanted first.

    What speaks against the speaker is asked about as surely as it is to change.
    """
    wanted = case.wanted
    open_to = [
        name
        for name, found in rest.items()
        if rubric().by_id[name].is_shown and not found.doubted
    ]
    open_to.sort(key=lambda name: -wanted.to_ask(name))
    shares = {name: wanted.to_ask(name) for name in open_to[:MOST_ASKED]}
    shares |= {heading: wanted.to_change(heading) for heading, _ in against}
    return sorted(shares, key=lambda heading: -shares[heading])


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
    case: Case, assessed: Sequence[Assessed], *, against: bool
) -> list[Assessed]:
    """Those that are there and shown, each with sentences that are not worn out.

    Args:
        case: the answer.
        assessed: what may be a strength.
        against: whether something speaks against the speaker; then no sentence near to
            that is quoted.
    """
    scale = rubric().shown
    tainted = scale.tainted_beside if against else scale.tainted
    candidates = []
    for a in assessed:
        if told := _as_strength(a, case):
            sure = case.shown.most(a.criterion.id) if a.criterion.is_shown else MEASURED
            candidates.append((-a.criterion.weight * told.found.points * sure, told))
    candidates.sort(key=lambda pair: pair[0])
    used: Counter[int] = Counter()
    strong: list[Assessed] = []
    for _, a in candidates:
        places = [
            at
            for at in _places(a, case)
            if used[at] < MOST_TIMES and case.shown.against(at) < tainted
        ]
        if places and len(strong) < MOST_STRENGTHS:
            kept = sorted(places[:MOST_QUOTES], key=lambda at: used[at])
            used.update(kept)
            quotes = tuple(_quote(at, a.found.quotes, case) for at in kept)
            strong.append(replace(a, found=replace(a.found, quotes=quotes)))
    return strong


def _as_strength(assessed: Assessed, case: Case) -> Assessed | None:
    """The criterion if it may be one: by rules and sentences, or surely by these."""
    criterion, found = assessed.criterion, assessed.found
    scale, least = rubric().shown, rubric().bands.strength_from
    if criterion.id in FORM:
        return None
    is_ruled = found.points >= least and bool(found.quotes)
    sure = case.shown.most(criterion.id)
    if not criterion.is_shown or (is_ruled and sure >= scale.strength):
        return assessed if is_ruled else None
    if sure < scale.alone:
        return None
    why = f"{found.why}; a sentence shows it ({sure:.2f})"
    return replace(assessed, found=replace(found, points=least, why=why))


def _places(assessed: Assessed, case: Case) -> Sequence[int]:
    """Utterances that show it, the best first."""
    if not assessed.criterion.is_shown:
        return OF_THE_WHOLE[assessed.criterion.id](assessed.found, case)
    name = assessed.criterion.id
    least = max(rubric().shown.strength, NEAR_BEST * case.shown.most(name))
    return case.shown.places(name, least)


def _quote(at: int, ruled: Sequence[Quote], case: Case) -> Quote:
    """The utterance; where that is long, from the words in it that met the rule on."""
    met = next((quote for quote in ruled if case.seen.at(quote) == at), None)
    return case.seen.quote_of(at, met)


def _as_found(found: Assessment, case: Case) -> Sequence[int]:
    told = dict.fromkeys(map(case.seen.at, found.quotes))
    return [at for at in told if len(case.seen.utterances[at].tokens) >= LEAST_TOKENS]


def _particular(_: Assessment, case: Case) -> Sequence[int]:
    told = [g for g in case.grounds if g.named and case.sides[g.utterance] > 0]
    return [g.utterance for g in sorted(told, key=lambda g: -g.particulars)]


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
