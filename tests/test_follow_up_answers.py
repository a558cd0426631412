"""Answers to follow-ups: judged by what was asked, in the minute that they have."""

from __future__ import annotations

import pytest

from tests.agreement import Judged, order
from tests.sample_answers import FollowedUp, followed_up, question_of, scored
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.followed import WHOLE_ANSWERS

EVERY = followed_up()


def _name(one: FollowedUp) -> str:
    return f"{one.question.id}-{one.question.probes}-{one.grade}"


def _overall(one: FollowedUp) -> float:
    overall = scored(one.text, one.question).overall
    assert overall is not None, one.text
    return overall


def test_overall_is_near_what_an_interviewer_would_give() -> None:
    apart = [one for one in EVERY if one.apart]
    off = [abs(_overall(one) - one.grade) for one in apart]
    assert len(off) == 18
    assert sum(off) / len(off) <= 0.5


def test_a_better_answer_to_the_same_follow_up_scores_higher() -> None:
    judged = [Judged(one.question.prompt, one.grade, _overall(one)) for one in EVERY]
    found = order(judged)
    assert found.total == 36
    assert found.right >= 33, found.wrong


@pytest.mark.parametrize("one", EVERY, ids=_name)
def test_only_what_was_asked_for_is_graded(one: FollowedUp) -> None:
    score = scored(one.text, one.question)
    asked = rubric().by_id[one.question.probes or ""].pillar
    graded = {name for name, value in score.pillars.items() if value is not None}
    assert graded == {asked, "communication"}
    assert {f"score.pillars.{name}" for name in score.pillars.keys() - graded} == set(
        score.unmeasured
    )


@pytest.mark.parametrize("one", EVERY, ids=_name)
def test_what_the_first_answer_had_room_for_is_not_missed(one: FollowedUp) -> None:
    score = scored(one.text, one.question)
    gaps = [f for f in score.findings if f.kind == "gap"]
    missed = {f.criterion for f in gaps if not f.evidence}
    assert not missed & WHOLE_ANSWERS
    assert missed <= {one.question.probes, "particulars", "reasons_given", "delivery"}


def test_what_was_asked_for_and_not_said_is_the_one_change() -> None:
    told = {
        one.grade: scored(one.text, one.question).one_change
        for one in EVERY
        if one.question.id == "program_execution.success-metrics"
    }
    begin = rubric().follow_ups.unheard
    assert (told[1] or "").startswith(f"{begin} Put one number on the outcome")
    assert begin not in (told[5] or "")


def test_of_good_answers_nothing_asked_for_is_missed() -> None:
    begin = rubric().follow_ups.unheard
    good = [one for one in EVERY if one.grade == 5]
    missed = [
        one
        for one in good
        if (scored(one.text, one.question).one_change or "").startswith(begin)
    ]
    assert len(good) == 12
    assert missed == []


def test_twenty_words_are_enough_to_be_judged() -> None:
    question = question_of("system_design.rate-limits").followed_by(
        "What did that cost?", "tradeoff_stated"
    )
    text = "It cost us about two weeks of one engineer, and we gave up the nightly "
    text += "report for a whole month."
    assert scored(text, question).overall is not None
    assert scored("About two weeks.", question).overall is None


def test_the_criterion_is_known_by_the_prepared_prompt() -> None:
    first = question_of("system_design.rate-limits")
    prepared = first.follow_ups[0]
    lead = f"You said the counters live in Redis. {prepared.prompt}"
    assert first.followed_by(lead).probes == prepared.probes
    assert first.followed_by("Why?").probes is None


def test_where_it_is_not_known_what_is_asked_for_all_pillars_count() -> None:
    first = question_of("behavioral.failed-program")
    one = next(one for one in EVERY if one.question.id == first.id)
    score = scored(one.text, first.followed_by("Why?"))
    graded = {name for name, value in score.pillars.items() if value is not None}
    assert graded == set(first.pillars)
