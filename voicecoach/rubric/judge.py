"""Measures -> Score: the rubric applied, deterministic, every point tied to words.

criteria   points 1..5 ──> worth ─┐ weighted sum per pillar
substance  how it is told ────────┤
penalties  blame, self-praise ────┴──> less ──> levels ──> pillar 1..5
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import floor
from typing import get_args

import numpy as np

from voicecoach.measures.language import Reading
from voicecoach.measures.results import Measures
from voicecoach.questions import FollowUpQuestion, Pillar, Question
from voicecoach.rubric.assessing import Assessed, Assessment, assess, believed
from voicecoach.rubric.case import Case
from voicecoach.rubric.criteria import Criterion, Penalty, rubric
from voicecoach.rubric.findings import found_in, outlook_of, worth_saying
from voicecoach.rubric.follow_up import questions
from voicecoach.rubric.followed import least_words, levels, looked_at, needs, pillars_of
from voicecoach.rubric.opening import opening
from voicecoach.rubric.results import Addend, Coaching, Grade, Score
from voicecoach.rubric.wording import one_change

NOTHING = 1.25
"""The grade of an answer with nothing to its credit, however little speaks against it;
with little to it, so much more."""
NO_CHANCE = "the question gives no chance to show it"
NOT_ENOUGH = "not enough said"


def judge(reading: Reading, measures: Measures, question: Question) -> Score:
    """Apply the rubric to an answer.

    Args:
        reading: the answer with its parse.
        measures: what was measured of it.
        question: decides which pillars and criteria have a chance.
    """
    case = Case.of(question, reading, measures)
    if len(case.reading.answer.plain_words) < least_words(question):
        return _not_enough()
    assessed, grades = graded(case)
    pillars: dict[Pillar, int | None] = dict.fromkeys(get_args(Pillar))
    pillars |= {p: _level(grade.value) for p, grade in grades.items()}
    overall = mean_of(grades)
    outlook = outlook_of(case, assessed, overall or 0.0)
    found = found_in(outlook, assessed)
    change = one_change(case, worth_saying(found.findings, pillars))
    return Score(
        pillars=pillars,
        overall=overall,
        findings=found.findings,
        one_change=change.text,
        rubric_version=rubric().version,
        unmeasured={
            f"score.pillars.{p}": NO_CHANCE for p, v in pillars.items() if v is None
        },
        coaching=Coaching(
            change.about, opening(case) if found.late and change.about else ()
        ),
        grades=grades,
        questions=questions(outlook, found.answered),
    )


def graded(case: Case) -> tuple[tuple[Assessed, ...], Mapping[Pillar, Grade]]:
    """Every criterion that has a chance, and the pillars before they are rounded."""
    looked_for = looked_at(case.question)
    assessed = tuple(
        Assessed(c, believed(assess(c, case), case))
        for c in rubric().criteria
        if c.pillar in looked_for
    )
    grades = {p: _grade(p, case, assessed) for p in pillars_of(case.question)}
    return assessed, _framed(grades)


def mean_of(grades: Mapping[Pillar, Grade]) -> float | None:
    """Over the pillars before they are rounded; None without any."""
    values = [grade.value for grade in grades.values()]
    return round(sum(values) / len(values), 2) if values else None


def _not_enough() -> Score:
    pillars: Mapping[Pillar, int | None] = dict.fromkeys(get_args(Pillar))
    paths = [f"score.pillars.{p}" for p in pillars] + [
        "score.overall",
        "score.one_change",
    ]
    return Score(
        pillars, None, (), None, rubric().version, dict.fromkeys(paths, NOT_ENOUGH)
    )


def _grade(pillar: Pillar, case: Case, assessed: Sequence[Assessed]) -> Grade:
    """Where the sum lies between the levels, and what it is made of."""
    addends = [
        *(
            Addend(
                a.criterion.id,
                _weight(a.criterion, pillar, case.question) * _worth(a.found),
            )
            for a in assessed
            if a.found.points
        ),
        Addend("substance", case.substance.worth),
        *(
            Addend(p.id, -_penalty(p, case))
            for p in rubric().penalties
            if pillar in p.pillars
        ),
        Addend("generalities", -_generality(case)),
        Addend("to_another", -_to_another(case)),
        Addend("faults", -rubric().shown.takes_off * case.faults),
    ]
    total = sum(addend.amount for addend in addends)
    told = sorted((a for a in addends if a.amount), key=lambda a: -a.amount)
    credit = sum(max(0.0, addend.amount) for addend in addends)
    value = _between(total, levels(pillar, case.question))
    value = min(value, NOTHING + credit / needs(case.question))
    return Grade(value, total, tuple(told))


def _worth(found: Assessment) -> float:
    """Of its points; where only meaning gave them, little more than of the rules'."""
    bands = rubric().bands
    if found.ruled is None or found.doubted:
        return bands.worth[found.points]
    return max(bands.worth_by_meaning, bands.worth.get(found.ruled, 0.0))


def _generality(case: Case) -> float:
    """What general words take off, what tells the outcome left out."""
    rule = rubric().generalities
    said = sum(ground.generic for ground in case.grounds)
    return min(rule.most, rule.each * max(0, said - rule.free))


def _to_another(case: Case) -> float:
    """What it takes off that another question was answered.

    A minute is too little to tell that of an answer to a follow-up.
    """
    if isinstance(case.question, FollowUpQuestion):
        return 0.0
    is_to_another = case.relevance is not None and case.relevance.is_to_another
    return rubric().relevance.to_another if is_to_another else 0.0


def _weight(criterion: Criterion, pillar: Pillar, question: Question) -> float:
    """Its own in its pillar, its share in the others."""
    if criterion.pillar == pillar:
        return criterion.weight
    return rubric().pillars[pillar].share(criterion.id, question.structure)


def _between(total: float, levels: Mapping[int, float]) -> float:
    """A sum on the scale 1..5, linear between the levels.

    A level begins half a step below its number, so that the nearest whole number of
    what comes back is the level: the sum that is needed for a 3 gives 2.5. Below the 2
    it goes on for a step like that to the 3, and beyond the 5 for one like that to it.
    """
    least = [least for _, least in sorted(levels.items())]
    knots = [2 * least[0] - least[1], *least, 2 * least[-1] - least[-2]]
    grades = [1.0, *(n - 0.5 for n in sorted(levels)), 5.0]
    return float(np.interp(total, knots, grades))


def _level(grade: float) -> int:
    """The nearest whole number, halves upward."""
    return floor(grade + 0.5)


def _framed(grades: Mapping[Pillar, Grade]) -> dict[Pillar, Grade]:
    """Framing counts as far as there is something in the frame."""
    rest = [g.value for p, g in grades.items() if p != "communication"]
    framing, most = grades.get("communication"), rubric().bands.framing_needs - 1
    if framing is None or not rest or _level(max(rest)) > most or framing.value <= most:
        return dict(grades)
    return {**grades, "communication": replace(framing, value=most, held_back=True)}


def _penalty(penalty: Penalty, case: Case) -> float:
    """What a signal against takes off."""
    return min(penalty.most, penalty.each * case.seen.count(penalty.cue))
