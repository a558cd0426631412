"""Whether an answer takes up the question that was asked, or sooner another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations

import pytest

from benchmarks.labelled import asked
from tests.sample_answers import Example, examples
from voicecoach.embedding import embed
from voicecoach.measures import measure, read
from voicecoach.questions import FREE_ANSWER, Question, QuestionBank
from voicecoach.rubric import judge, rubric
from voicecoach.rubric.case import Case
from voicecoach.rubric.patterns import utterances
from voicecoach.rubric.plain import plain
from voicecoach.rubric.relevance import Relevance, relevance
from voicecoach.rubric.results import Score
from voicecoach.timeline import typed

FAILED = "Tell me about a program of yours that failed. What did you do?"
FAILURE = (
    "We shut the whole thing down after eight months, nobody used it.",
    "I had believed a survey and never watched a customer work.",
    "It went badly, and the blame is mine.",
    "Since that day no plan of mine starts without a week on the floor.",
)
CONFLICT = (
    "Two of our senior engineers could not agree on the storage.",
    "One wanted Postgres and the other one wanted Cassandra.",
    "I put the criteria on a page, they ran the same load on both, and the numbers "
    "settled it.",
)


def near(prompt: str, text: str) -> Relevance:
    """How near an answer is to a question."""
    told = plain(read(typed(text))).reading
    texts = [utterance.text for utterance in utterances(told)]
    return relevance([prompt], texts, embed(texts))


def judged(question: Question, text: str) -> Score:
    reading = read(typed(text))
    return judge(reading, measure(reading, question.target_s), question)


@pytest.mark.slow
def test_own_questions_are_told_from_others_of_the_same_round() -> None:
    """Few false alarms on good answers, most answers to another question seen."""
    good = [one for one in examples() if one.mean_label >= 3]
    own = [near(one.question.prompt, one.text) for one in good]
    others = [
        near(other.question.prompt, one.text)
        for one, other in permutations(strong(good), 2)
        if one.question.round == other.question.round
        and one.question.prompt != other.question.prompt
    ]
    assert len(others) >= 100
    assert sum(r.is_to_another for r in own) <= 0.02 * len(own)
    assert sum(r.most < 4 for r in own) <= 0.1 * len(own)
    assert sum(r.is_to_another for r in others) >= 0.15 * len(others)
    assert sum(r.most < 4 for r in others) >= 0.6 * len(others)


def strong(some: Sequence[Example]) -> list[Example]:
    return [one for one in some if one.level == "strong"]


@pytest.mark.slow
def test_answers_are_nearer_to_their_question_than_to_its_neighbour() -> None:
    """On pairs that nothing was learned from; plain cosine gets .66 of them right."""
    kept = [one for one in asked(kept=True) if one.other]
    right = [
        near(one.takes_up, one.text).log_chance > near(one.other, one.text).log_chance
        for one in kept
        if one.other
    ]
    assert len(right) == 64
    assert sum(right) >= 0.75 * len(right)


def test_a_conflict_does_not_answer_a_question_about_failure() -> None:
    conflict = relevance([FAILED], CONFLICT, embed(CONFLICT))
    failure = relevance([FAILED], FAILURE, embed(FAILURE))
    assert conflict.is_to_another
    assert conflict.nearer is not None
    assert "arguing" in conflict.nearer
    assert failure.most == 5
    assert failure.log_chance <= 0


def test_nothing_said_answers_nothing() -> None:
    nothing = relevance([FAILED], (), embed([]))
    assert (nothing.log_chance, nothing.nearer, nothing.most) == (-math.inf, None, 1)


def test_what_answers_another_question_costs_every_pillar() -> None:
    astray = " ".join(CONFLICT * 2)
    bank = QuestionBank.load()
    amounts = {
        name: {
            {a.source: a.amount for a in grade.addends}.get("to_another")
            for grade in judged(bank.find(name), astray).grades.values()
        }
        for name in (
            "behavioral.failed-program",
            "cross_functional.storage-disagreement",
        )
    }
    assert amounts == {
        "behavioral.failed-program": {-rubric().relevance.to_another},
        "cross_functional.storage-disagreement": {None},
    }


def test_without_a_question_nothing_is_said_of_it() -> None:
    reading = read(typed(" ".join(FAILURE * 2)))
    case = Case.of(FREE_ANSWER, reading, measure(reading, FREE_ANSWER.target_s))
    assert case.relevance is None
    score = judged(FREE_ANSWER, " ".join(FAILURE * 2))
    assert "question_answered" not in {f.criterion for f in score.findings}


def test_a_follow_up_may_be_answered_with_what_was_asked_first() -> None:
    """ "And what did that cost?" names nothing that an answer could be near to."""
    prompt = "And what did that cost?"
    first = QuestionBank.load().find("behavioral.failed-program")
    texts, vectors = FAILURE, embed(FAILURE)
    alone = relevance([prompt], texts, vectors)
    both = relevance(first.followed_by(prompt).prompts, texts, vectors)
    assert alone.log_chance < -3
    assert both.most == 5
    assert both.nearer is None
