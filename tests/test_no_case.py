"""A case was asked for, and none was told: that comes first, and is asked for again."""

from __future__ import annotations

import pytest

from tests.sample_answers import ANSWERS, APART, Example, examples, scored
from voicecoach.measures import measure, read
from voicecoach.questions import QuestionBank
from voicecoach.rubric import follow_up, rubric
from voicecoach.rubric.case import LEAST_TOLD, MOST_PAST, Case
from voicecoach.rubric.gaps import NO_CASE
from voicecoach.timeline import typed

QUESTION = next(
    q for q in QuestionBank.load().questions if q.id == "behavioral.failed-program"
)
METHOD = """When something goes wrong, the first thing is to stay calm. I look at
the facts, and I talk to everybody who is part of it. Then I make a plan with clear
owners. It is about being honest with people. I always say that a failure is a
chance to learn. Usually the reason lies in the communication. So I set up a meeting
every week, and we go through the open points. I think that works well in most
companies."""
STORY = """When I ran the move of our invoices, it went wrong in week six. I looked
at the facts with the two engineers, and we found that 212 invoices had no owner. I
stopped the move that evening, because a wrong bill costs more than a week. We wrote
the count that would have shown it. Nine days later we went on, and no invoice was
lost. Since then no move of mine starts without that count."""


def case_of(text: str) -> Case:
    reading = read(typed(" ".join(text.split())))
    return Case.of(
        QUESTION, reading, measure(reading, QUESTION.target_s, QUESTION.structure)
    )


def test_a_method_is_no_case_and_a_story_is_one() -> None:
    assert case_of(METHOD).tells_no_case
    assert not case_of(STORY).tells_no_case
    assert not case_of(
        " ".join(METHOD.split(".")[: LEAST_TOLD - 2]) + "."
    ).tells_no_case
    told = METHOD + " I did that. I asked him. We left it." * (MOST_PAST + 1)
    assert not case_of(told).tells_no_case


def test_it_is_told_first_and_asked_for_again() -> None:
    score = scored(" ".join(METHOD.split()), QUESTION)
    held = rubric().held(NO_CASE)
    assert held is not None
    assert score.one_change == held.change
    gaps = [f for f in score.findings if f.kind == "gap"]
    assert gaps[0].slots["against"] == NO_CASE
    assert all(gap.evidence for gap in gaps[1:])  # what a case would have is no gap
    assert not [f for f in score.findings if f.kind == "strength"]
    first = follow_up(QUESTION, score)
    assert first.prompt == held.probes[0]
    assert follow_up(QUESTION, score, frozenset([first.prompt])).prompt != first.prompt


def test_only_a_story_can_be_missing() -> None:
    other = next(
        q for q in QuestionBank.load().questions if q.structure == "system_design"
    )
    score = scored(" ".join(METHOD.split()), other)
    assert NO_CASE not in {f.slots.get("against") for f in score.findings}


STORIES = [
    e
    for folder in (ANSWERS, APART / "recent", APART / "latest")
    for e in examples(folder)
    if e.question.structure == "star_l" and e.level != "weak"
]


@pytest.mark.parametrize("example", STORIES, ids=lambda e: f"{e.name}-{e.level}")
def test_who_told_a_case_hears_nothing_of_it(example: Example) -> None:
    reading, question = read(typed(example.text)), example.question
    measures = measure(reading, question.target_s, question.structure)
    assert not Case.of(question, reading, measures).tells_no_case
