"""What is missing or speaks against the speaker, as it is told: the best offers first.

    offers    pairs of heading and sentence, by the chance that they help
    measured  a part that is missing, softeners, length: found in the whole answer

An answer that an interviewer would leave as it is has no gaps.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from voicecoach.questions import FollowUpQuestion, Question
from voicecoach.rubric.assessing import Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.conduct import OTHERS
from voicecoach.rubric.criteria import Criterion, Held, Remedy, rubric
from voicecoach.rubric.followed import WHOLE_ANSWERS
from voicecoach.rubric.offers import Offer
from voicecoach.rubric.remedies import remedy_for
from voicecoach.rubric.results import Finding
from voicecoach.rubric.shown import CONDUCT, FAULTS
from voicecoach.rubric.wanted import NONE
from voicecoach.rubric.wording import (
    quotable,
    quotable_whole,
    spoken_slots,
    tense_at,
    trimmed,
)
from voicecoach.timeline import Quote

MEASURED_WORTH: Mapping[str, float] = {
    "delivery": 0.5,
    "structure_followed": 0.4,
    "question_answered": 0.3,
    "certainty": 0.25,
}
"""The chance that a gap of the whole answer helps: of 5 structures that readers marked
3 were good or fair, of 3 answers that seemed to miss their question none; of softeners
none."""
GUESSED = frozenset({"structure_followed", "question_answered"})
"""Guesses from missing words: a good answer most likely has them in its own."""
GUESSED_POINTS = 2
"""With more these are no gaps: parts are often there in words that no list has."""
GOOD = 4.0
"""From this mean of the pillars on guesses are not worth a remark."""
LEAST_CHANCE = 0.35
"""Of an offer that is told as the one change."""
LEAST_FURTHER = 0.5
"""Of one that is told after it: of 22 such lines a critic called 7 right and 10 wrong,
when they needed no more than the first."""
WORTH_OF_WORDS = 0.05
"""By so much one that names the speaker's words may be less likely to help and still be
told before one that names none. The first is good or fair to readers as often (.76 and
.77 of 240 answers), and names words in a fifth more of them."""
WORTH_OF_FAULTS = 0.1
"""The same for what speaks against the speaker: as often good or fair (.77), and there
is nothing that critics miss more than the fault that goes unsaid."""
NOTHING_TO_CHANGE = 3.5
"""From which it may be said that there is no gap: below, a pillar waits for one."""
LEFT_ALONE = 0.2
"""What it may be less likely by that nothing helps in a good answer: there "no gap" was
good or fair to readers in 75 of 81, the best other change in 12."""
FEWEST_GAPS, LEAST_SECOND = 2, 0.4
"""That are told below that, and how likely a second one must help: a critic missed it
in 7 of 16 reports."""
LEAST_ACCUSING = 0.4
"""Of one that says that something speaks against the speaker, unless that is sure."""
LEAST_GRAVE = 0.2
"""Of one that is told because what it says is sure."""
NO_CASE = "no_case"
"""The heading of an answer that tells no case where one was asked for."""
NO_CASE_WORTH = 0.9
"""The chance that it helps to say so: above what any other is told from."""
MOST_GAPS = 5
"""That are told, what surely speaks against the speaker not counted."""


def gaps(
    offered: Sequence[Offer],
    assessed: Mapping[str, Assessment],
    case: Case,
    overall: float,
    surely: Container[str] = (),
) -> tuple[Finding, ...]:
    """What is told, the most helpful first.

    Args:
        offered: what could be, the likeliest to help first.
        assessed: what was found for each criterion that may be a gap.
        case: the answer.
        overall: the mean of the pillars.
        surely: headings that are told even if they are less likely to help.
    """
    measured = tuple(_measured(assessed, case, overall))
    if _stays_as_it_is(offered, overall):
        return tuple(gap for _, gap in measured if gap.criterion == "delivery")
    first = sorted(offered, key=lambda o: (o.heading not in surely, -_worth(o)))
    hanging = tuple(_distinct(first, assessed, case))
    said = {gap.criterion for _, gap in hanging}
    whole = (pair for pair in measured if pair[1].criterion not in said)
    ordered = sorted((*hanging, *whole), key=lambda pair: -pair[0] - _bonus(pair[1]))
    if case.tells_no_case:
        ordered = _beside_no_case(ordered)
    likely = list(_likely(ordered))[:MOST_GAPS]
    grave = [
        gap
        for chance, gap in ordered
        if gap.slots.get("against") in surely and chance >= LEAST_GRAVE
    ]
    likely += [gap for gap in grave if gap not in likely]
    if overall < NOTHING_TO_CHANGE:
        for chance, gap in ordered:
            few = len(likely) < FEWEST_GAPS and chance >= LEAST_SECOND
            if gap not in likely and (few or not likely):
                likely.append(gap)
    return tuple(likely)


def _beside_no_case(
    ordered: Iterable[tuple[float, Finding]],
) -> list[tuple[float, Finding]]:
    """What is told where no case was: that first, unless something was done to others.

    What a case lacks is no gap of an answer without one: kept is what names words.
    """
    told = [pair for pair in ordered if pair[1].evidence]
    done = [p for p in told if p[1].slots.get("against") in (*CONDUCT, OTHERS)]
    rest = [pair for pair in told if pair not in done]
    return [*done, (NO_CASE_WORTH, _no_case()), *rest]


def _no_case() -> Finding:
    """That no case was told where one was asked for."""
    held, criterion = rubric().held(NO_CASE), rubric().by_id["structure_followed"]
    return Finding(
        criterion=criterion.id,
        pillar=criterion.pillar,
        points=1,
        kind="gap",
        advice=held.advice if held else criterion.advice,
        evidence=(),
        why="a story was asked for, and hardly a sentence says what I or we did",
        slots={"against": NO_CASE},
    )


def _stays_as_it_is(offered: Sequence[Offer], overall: float) -> bool:
    """Whether an interviewer would change nothing."""
    nothing = next((o.chance for o in offered if o.heading == NONE), None)
    if nothing is None or overall < NOTHING_TO_CHANGE:
        return False
    best = max((o.chance for o in offered if o.heading != NONE), default=0.0)
    return nothing >= best - (LEFT_ALONE if overall >= GOOD else 0.0)


def _likely(ordered: Iterable[tuple[float, Finding]]) -> Iterator[Finding]:
    """Those that most likely help, the first one more easily than the others."""
    is_first = True
    for chance, gap in ordered:
        least = LEAST_CHANCE if is_first else LEAST_FURTHER
        if gap.slots.get("against") in FAULTS:
            least = LEAST_ACCUSING
        if chance >= least:
            is_first = False
            yield gap


def _worth(offer: Offer) -> float:
    return offer.chance + _extra(offer.heading, named=offer.utterance is not None)


def _bonus(gap: Finding) -> float:
    return _extra(gap.slots.get("against", ""), named=bool(gap.evidence))


def _extra(heading: str, *, named: bool) -> float:
    """What it is worth beside its chance."""
    return WORTH_OF_FAULTS if heading in FAULTS else WORTH_OF_WORDS * named


def _distinct(
    offered: Sequence[Offer], assessed: Mapping[str, Assessment], case: Case
) -> Iterator[tuple[float, Finding]]:
    """Offers with their chance, one a criterion and one a sentence."""
    said: set[str] = set()
    named: set[int] = set()
    for offer in offered:
        criterion = criterion_of(offer.heading, assessed)
        if criterion is None or criterion.id in said or offer.utterance in named:
            continue
        finding = _finding(offer, criterion, assessed[criterion.id], case)
        if finding is None:
            continue
        said.add(criterion.id)
        if offer.utterance is not None:
            named.add(offer.utterance)
        yield offer.chance, finding


def criterion_of(heading: str, assessed: Mapping[str, Assessment]) -> Criterion | None:
    """The criterion that it is a gap of: itself, or the first that has a chance."""
    held = rubric().held(heading)
    names = held.criteria if held else (heading,)
    return next((rubric().by_id[name] for name in names if name in assessed), None)


def _finding(
    offer: Offer, criterion: Criterion, found: Assessment, case: Case
) -> Finding | None:
    """The offer as a gap of a criterion; None where its words cannot be said."""
    quote = _quote(offer, case)
    if quote is None and offer.utterance is not None:
        return None
    held = rubric().held(offer.heading)
    slots = tense_at(offer.utterance, case)
    said: Held | Criterion | Remedy = held or criterion
    if held:
        slots["against"] = offer.heading
        if held.remedies and offer.utterance is not None:
            slots["remedy"] = remedy_for(case.seen.vectors[offer.utterance]) or ""
        said = held.remedy(slots.get("remedy"))
    return Finding(
        criterion=criterion.id,
        pillar=criterion.pillar,
        points=1 if held else _as_gap(found),
        kind="gap",
        advice=said.advice.format_map(spoken_slots(found.slots)),
        evidence=(quote,) if quote else (),
        why=f"{found.why}; “{offer.heading}” helps by {offer.chance:.2f}",
        slots=slots,
    )


def _quote(offer: Offer, case: Case) -> Quote | None:
    """The words that it hangs on, as they can be said back."""
    if offer.utterance is None:
        return None
    if offer.heading in (*CONDUCT, OTHERS):
        return quotable_whole(offer.utterance, case)
    return quotable(offer.utterance, case)


def _as_gap(found: Assessment) -> int:
    """Points: no more than a gap may have, and no fewer than one."""
    return min(found.points, rubric().bands.strength_from - 1) or 1


def _measured(
    assessed: Mapping[str, Assessment], case: Case, overall: float
) -> Iterator[tuple[float, Finding]]:
    """Gaps of the whole answer with their worth."""
    for name, worth in MEASURED_WORTH.items():
        found = assessed.get(name)
        if found is not None and _is_missing(name, found, case.question, overall):
            yield worth, _of_the_whole(rubric().by_id[name], found, case)


def _is_missing(
    name: str, found: Assessment, question: Question, overall: float
) -> bool:
    """Whether a criterion of the whole answer is a gap worth a remark."""
    if isinstance(question, FollowUpQuestion) and name in WHOLE_ANSWERS:
        return False
    criterion, least = rubric().by_id[name], rubric().bands.strength_from
    most = GUESSED_POINTS if name in GUESSED else least - 1
    if not 0 < found.points <= most or (overall >= GOOD and name in GUESSED):
        return False
    speaks = found.points == 1 and bool(found.quotes)
    return criterion.is_expected(question) or speaks


def _of_the_whole(criterion: Criterion, found: Assessment, case: Case) -> Finding:
    """A gap that hangs on no sentence; softeners on the first that can be said back."""
    slots = {**spoken_slots(found.slots), **tense_at(None, case)}
    evidence: tuple[Quote, ...] = ()
    for soft in found.quotes if criterion.id == "certainty" else ():
        quote, said = quotable(case.seen.at(soft), case), case.plain.as_said(soft)
        if quote is not None and quote.overlaps(said):
            evidence, slots["softener"] = (quote,), trimmed(said.text)
            break
    return Finding(
        criterion=criterion.id,
        pillar=criterion.pillar,
        points=found.points,
        kind="gap",
        advice=criterion.advice.format_map(slots),
        evidence=evidence,
        why=found.why,
        slots=slots,
    )
