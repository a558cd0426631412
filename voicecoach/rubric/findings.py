"""What is said of an answer: strengths, what speaks against it, and what is missing.

assessed   points by rules and measures ─┐
shown      how sure each sentence is ────┴─ both ──> strength, with those sentences
                                            neither ─> gap
                                            one ─────> nothing is said
           surely conceals, blames ... ─────────────> gap, with that sentence

A strength that is not there does more harm than one that is left out: the speaker would
keep it. So few are said, each with the sentence that shows it best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from voicecoach.questions import Pillar, Question
from voicecoach.rubric.assessing import BY_MEASURE, Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.criteria import Criterion, Held, rubric
from voicecoach.rubric.results import Finding, FindingKind
from voicecoach.rubric.wording import advice_for, in_short, spoken_slots, with_hook
from voicecoach.timeline import Quote

FORM = frozenset({"structure_followed", "question_answered", "certainty"})
"""Never strengths: of praise for form alone eight of twelve were wrong to a critic, and
no sentence shows that a question was answered."""
HEADLINE = "headline_first"
GUESSED = frozenset({"structure_followed", "question_answered", HEADLINE})
"""Gaps that are guesses from missing words: an answer that is good without them most
likely has them in words of its own."""
GUESSED_POINTS = {"structure_followed": 2, "question_answered": 2}
"""With more these are no gaps: parts are often there in words that no list has."""
GOOD = 4.0
"""From this mean of the pillars on guesses are not worth a remark."""
NOTHING_TO_CHANGE = 3.5
"""From which it may be said that there is no gap: below, a pillar waits for one."""
MOST_STRENGTHS = 6
MOST_QUOTES = 2
"""For one strength."""
MOST_TIMES = 2
"""That one sentence is quoted."""
LEAST_TOKENS = 6
"""Of a sentence that is shown for the whole answer: "Sure." is none."""
MEASURED = 0.5
"""As how sure a measure of the whole answer counts among sentences."""
MOST_GAPS = 5
"""That are told, what speaks against not counted."""
MOST_ASKED = 8
"""That a question may be about."""
NEAR_BEST = 0.6
"""Of how sure the best sentence is: others so sure are quoted too."""


@dataclass(frozen=True)
class Assessed:
    """A criterion with what was found for it."""

    criterion: Criterion
    found: Assessment


def is_expected(criterion: Criterion, question: Question) -> bool:
    """Whether its absence is worth a remark for this question.

    By its structure, or because one of its follow-ups probes it.
    """
    probed = any(f.probes == criterion.id for f in question.follow_ups)
    return probed or question.structure in criterion.expected


def heading_of(gap: Finding) -> str:
    """What speaks against the speaker, else the criterion that is missing."""
    return gap.slots.get("against", gap.criterion)


def worth_saying(
    findings: Sequence[Finding], pillars: Mapping[Pillar, int | None]
) -> tuple[Finding, ...]:
    """Strengths, and the gaps of pillars that are not at 5: quiet in the green."""
    return tuple(f for f in findings if f.kind == "strength" or pillars[f.pillar] != 5)


@dataclass(frozen=True)
class Found:
    """What is said of an answer.

    Args:
        findings: strengths by their weight, then gaps and what speaks against, the most
            wanted first.
        asking: gaps that a question can be about, the most wanted first.
        late: whether the point came late, so that another opening may help.
    """

    findings: tuple[Finding, ...]
    asking: tuple[Finding, ...]
    late: bool


def found_in(case: Case, assessed: Sequence[Assessed], overall: float) -> Found:
    """Look for all of it.

    What the question does not ask for can be a strength; it is a gap where an
    interviewer would want it of this answer (`wanted`).

    Args:
        case: the answer.
        assessed: every criterion that has a chance.
        overall: the mean of the pillars.
    """
    good = overall >= GOOD
    against = tuple(_against(case, assessed))
    taken = {finding.criterion for finding in against}
    open_ = [a for a in assessed if a.criterion.id not in taken]
    strong = _strengths(case, open_, against=bool(against))
    told = {a.criterion.id for a in strong}
    rest = [a for a in open_ if a.criterion.id not in told]
    missing = [gap for a in rest if (gap := _missing(a, case, good=good))]
    late = any(gap.criterion.id == HEADLINE for gap in missing)
    missing = [gap for gap in missing if _is_worth_it(gap, case)]
    gaps = [*against, *_first(missing, MOST_GAPS, case, case.wanted.to_change)]
    gaps.sort(key=lambda gap: -case.wanted.to_change(heading_of(gap)))
    open_to = [a for a in rest if a.criterion.is_shown and not a.found.doubted]
    gaps = _told(gaps, open_to, case, overall)
    asking = [*against, *_first(open_to, MOST_ASKED, case, case.wanted.to_ask)]
    asking.sort(key=lambda gap: -_to_ask(gap, case))
    strengths = (_finding(a, case, "strength") for a in strong)
    return Found((*strengths, *_once(gaps)), tuple(asking), late)


def _told(
    gaps: list[Finding], open_to: Sequence[Assessed], case: Case, overall: float
) -> list[Finding]:
    """None where the answer had rather stay as it is; one at least where it is weak."""
    if overall >= NOTHING_TO_CHANGE:
        return [] if all(_is_small(gap, case) for gap in gaps) else gaps
    if gaps:
        return gaps
    least = rubric().bands.strength_from
    unruled = (a for a in open_to if a.found.points < least)
    return _first(map(_as_gap, unruled), 1, case, case.wanted.to_change)


def _is_worth_it(gap: Assessed, case: Case) -> bool:
    """That the point came late is worth a remark only where it is decisive."""
    share = case.wanted.to_change(gap.criterion.id)
    return gap.criterion.id != HEADLINE or share >= rubric().shown.decisive


def _is_small(gap: Finding, case: Case) -> bool:
    """Whether the answer had rather stay as it is; how it was delivered is measured."""
    small = case.wanted.to_change(heading_of(gap)) < case.wanted.nothing
    return small and gap.criterion != "delivery"


def _to_ask(gap: Finding, case: Case) -> float:
    """What speaks against the speaker is asked about as surely as it is to change."""
    if "against" in gap.slots:
        return case.wanted.to_change(heading_of(gap))
    return case.wanted.to_ask(gap.criterion)


def _first(
    gaps: Iterable[Assessed], most: int, case: Case, share: Callable[[str], float]
) -> list[Finding]:
    """The most wanted, with the clauses they hang on."""
    ordered = sorted(gaps, key=lambda a: -share(a.criterion.id))
    return [_finding(a, case, "gap") for a in ordered[:most]]


def _once(gaps: Sequence[Finding]) -> Iterator[Finding]:
    """Gaps with the clauses they hang on, each clause for the first of them only."""
    used: set[int] = set()
    for gap in gaps:
        starts = {quote.char_start for quote in gap.evidence}
        if starts & used:
            slots = {k: v for k, v in gap.slots.items() if k != "beside"}
            yield replace(gap, evidence=(), slots=slots)
        else:
            yield gap
        used |= starts


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


# What speaks against ------------------------------------------------------------------


def _against(case: Case, assessed: Sequence[Assessed]) -> Iterator[Finding]:
    """What surely speaks against the speaker, the surest first, one a criterion.

    A general sentence is nothing to speak of in an answer full of particulars.
    """
    known = {a.criterion.id: a.criterion for a in assessed}
    least = rubric().bands.strength_from
    concrete = any(
        a.criterion.id == "particulars" and a.found.points >= least for a in assessed
    )
    found = sorted(
        (-case.shown.most(held.heading), held.heading, held)
        for held in rubric().against
        if case.shown.most(held.heading) >= held.sure
        and not (concrete and held.heading == "generic")
    )
    said: set[str] = set()
    quoted: set[int] = set()
    for _, _, held in found:
        name = next((c for c in held.criteria if c in known), None)
        at = case.shown.places(held.heading, held.sure)[0]
        if name is not None and name not in said and at not in quoted:
            said.add(name)
            quoted.add(at)
            yield _held(held, known[name], at, case)


def _held(held: Held, criterion: Criterion, at: int, case: Case) -> Finding:
    quote = case.plain.as_said(case.seen.quote_of(at))
    sure = case.shown.most(held.heading)
    return Finding(
        criterion=criterion.id,
        pillar=criterion.pillar,
        points=1,
        kind="gap",
        advice=held.advice,
        evidence=(quote,),
        why=f"what speaks against, “{held.heading}”: sure {sure:.2f}",
        slots={"against": held.heading, "quote": in_short(at, case)},
    )


# What is missing ----------------------------------------------------------------------


def _missing(assessed: Assessed, case: Case, *, good: bool) -> Assessed | None:
    """The criterion as a gap, if it is one and worth a remark.

    What an interviewer would surely want is one, though something of it may be there:
    less, where the rules have found it too.
    """
    criterion, found = assessed.criterion, assessed.found
    least = rubric().bands.strength_from
    if good and criterion.id in GUESSED:
        return None
    speaks = found.points == 1 and bool(found.quotes)
    share, scale = case.wanted.to_change(criterion.id), rubric().shown
    sure = case.shown.most(criterion.id)
    is_ruled = found.points >= least
    if is_ruled and criterion.id in BY_MEASURE:  # a number that was heard is there
        return None
    if share >= scale.decisive and sure < (scale.gap if is_ruled else scale.strength):
        return _as_gap(assessed)
    likely = share >= scale.wanted
    if not (likely or is_expected(criterion, case.question) or speaks):
        return None
    most = GUESSED_POINTS.get(criterion.id, least - 1)
    if found.doubted or not 0 < found.points <= most:
        return None
    there = criterion.is_shown and sure >= scale.gap
    return None if there else assessed


def _as_gap(assessed: Assessed) -> Assessed:
    """With no more points than a gap may have, and no fewer than one."""
    points = min(assessed.found.points, rubric().bands.strength_from - 1) or 1
    return replace(assessed, found=replace(assessed.found, points=points))


def _finding(assessed: Assessed, case: Case, kind: FindingKind) -> Finding:
    criterion, found = assessed.criterion, assessed.found
    if kind == "gap":
        found = with_hook(criterion, found, case)
    return Finding(
        criterion=criterion.id,
        pillar=criterion.pillar,
        points=found.points,
        kind=kind,
        advice=advice_for(criterion, found, kind),
        evidence=tuple(case.plain.as_said(quote) for quote in found.quotes),
        why=found.why,
        slots=spoken_slots(found.slots),
    )
