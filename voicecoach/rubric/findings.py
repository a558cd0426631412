"""What is said of an answer: strengths, what speaks against it, and what is missing.

strengths   what most likely is right ──> strength, with the sentences that show it
offers      what helps to be told ──────> gap, with the sentence that it hangs on
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voicecoach.questions import Pillar
from voicecoach.rubric.assessing import BY_MEASURE, Assessed, Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.conduct import misconduct
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.followed import offered_after
from voicecoach.rubric.gaps import (
    GOOD,
    LEAST_ACCUSING,
    NOTHING_TO_CHANGE,
    criterion_of,
    gaps,
)
from voicecoach.rubric.offers import Offer, offers
from voicecoach.rubric.outlook import Outlook
from voicecoach.rubric.results import Finding
from voicecoach.rubric.shown import CONDUCT, FAULTS
from voicecoach.rubric.strengths import strengths

HEADLINE = "headline_first"


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
        late: whether the point came late, so that another opening may help; never
            where something was done to others.
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
    where that speaks against the speaker; what is a strength is no gap. Nothing is one
    where something was done to others: of 60 strengths that could have been said of
    such answers readers called 2 right; nor where no case was told that could show it.

    Args:
        outlook: what is known of the answer.
        assessed: every criterion that has a chance.
    """
    case, by_id, overall = outlook.case, outlook.assessed, outlook.overall
    offered = offered_after(offers(outlook), outlook)
    wrong = misconduct(outlook) if overall < NOTHING_TO_CHANGE else None
    if wrong:
        others = (offer for offer in offered if offer.heading not in CONDUCT)
        offered = (wrong, *others)
    against = tuple(_against(case, by_id, wrong))
    open_to = {n: found for n, found in by_id.items() if not _is_heard(n, found)}
    taken = {name for _, name in against} | _faulted(offered, open_to)
    untold = wrong is not None or case.tells_no_case
    praised = [] if untold else [a for a in assessed if a.criterion.id not in taken]
    strong = strengths(outlook, praised, against=bool(against))
    told = {finding.criterion for finding in strong}
    rest = {name: found for name, found in open_to.items() if name not in told}
    return Found(
        (
            *strong,
            *gaps(offered, rest, case, overall, dict(against)),
        ),
        frozenset(told | (by_id.keys() - open_to.keys())),
        wrong is None and _is_late(by_id, case, overall),
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


# What speaks against ------------------------------------------------------------------


def _against(
    case: Case, assessed: Mapping[str, Assessment], wrong: Offer | None
) -> Iterator[tuple[str, str]]:
    """What surely speaks against the speaker, with the criterion, one of each.

    A general sentence is nothing to speak of in an answer full of particulars.

    Args:
        case: the answer.
        assessed: what was found for each criterion that has a chance.
        wrong: what was done to others; told instead of what single sentences say of it.
    """
    least = rubric().bands.strength_from
    concrete = "particulars" in assessed and assessed["particulars"].points >= least
    found = sorted(
        (-case.shown.most(held.heading), held.heading)
        for held in rubric().against
        if case.shown.most(held.heading) >= held.sure
        and not (concrete and held.heading == "generic")
    )
    headings = [heading for _, heading in found]
    if wrong:
        rest = (heading for heading in headings if heading not in CONDUCT)
        headings = [wrong.heading, *rest]
    said: set[str] = set()
    for heading in headings:
        criterion = criterion_of(heading, assessed)
        if criterion is not None and criterion.id not in said:
            said.add(criterion.id)
            yield heading, criterion.id
