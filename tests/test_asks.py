"""What could be asked next: its chance, its words, what readers marked."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.asks import FOLLOWED
from benchmarks.marks import WORTH, answers, beginning, judged
from tests.sample_answers import ANSWERS, APART, Example, examples
from voicecoach.measures import measure, read
from voicecoach.questions import FREE_ANSWER, QuestionBank
from voicecoach.rubric import rubric
from voicecoach.rubric.asks import (
    BANK,
    LEARNED,
    PUSHBACK,
    WORTH_OF_WORDS,
    Asking,
    probes,
)
from voicecoach.rubric.case import Case
from voicecoach.rubric.chances import weights
from voicecoach.rubric.leads import Leads
from voicecoach.rubric.outlook import (
    BEFORE_A_DESIGN,
    LEAST_AGAINST,
    MOST_PLACES,
)
from voicecoach.rubric.shown import AGAINST
from voicecoach.timeline import typed

SOME = examples(ANSWERS)[:9]


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_each_question_comes_once_the_likeliest_first(example: Example) -> None:
    best = Asking(judged(example)).best()
    worths = [worth for worth, _ in best]
    assert worths == sorted(worths, reverse=True)
    assert all(0 < worth < 1 + WORTH_OF_WORDS for worth in worths)
    names = Counter((ask.heading, ask.number) for _, ask in best)
    assert max(names.values()) == 1
    prepared = {ask.number for _, ask in best if ask.heading == BANK}
    assert prepared == set(range(len(example.question.follow_ups)))


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_words_are_only_named_where_they_fit(example: Example) -> None:
    asking = Asking(judged(example))
    every = list(asking.every())
    shown, question = asking.case.shown, example.question
    for ask in every:
        if ask.heading in AGAINST:
            assert ask.lead is not None
            assert shown.at(ask.heading, ask.lead.utterance) >= LEAST_AGAINST
        if ask.heading == BANK and question.follow_ups[ask.number].pushback:
            assert ask.lead is None
    places = Counter((ask.heading, ask.number) for ask in every if ask.lead)
    assert max(places.values()) <= MOST_PLACES
    if not rubric().by_id[BEFORE_A_DESIGN].is_expected(question):
        assert BEFORE_A_DESIGN not in {ask.heading for ask in every}


def test_a_question_follows_the_tense_of_the_words() -> None:
    bank = QuestionBank.load()
    question = bank.find("system_design.rate-limits")
    for text, expected in (
        ("I cut the batch job last May and moved the rest to the queue. ", "did"),
        ("I'd cut the batch job first and move the rest to the queue. ", "does"),
    ):
        asking = Asking(judged(Example("", "", question, text * 8, {}, "")))
        asked = (a for a in asking.every() if a.heading == "tradeoff_stated")
        first = next(a for a in asked if a.number == 0)
        assert asking.question(first) == f"What {expected} that cost?"


def test_every_heading_that_was_learned_has_its_questions() -> None:
    for heading in weights(LEARNED).headings:
        assert heading == BANK or probes(heading)
    assert PUSHBACK in weights(LEARNED).headings


def test_readers_marked_what_can_be_asked() -> None:
    told = list(answers(FOLLOWED))
    assert told
    for marked, example in told:
        case = judged(example).case
        for heading, number, begins, mark in marked["asks"]:
            assert heading in weights(LEARNED).headings
            assert mark in WORTH
            if heading == BANK:
                assert number < len(example.question.follow_ups)
            else:
                assert number < len(probes(heading))
            if begins:
                assert beginning(case, begins) >= 0


@pytest.mark.parametrize(
    ("said", "reported"),
    [
        ("I cut the reporting screen.", "you cut the reporting screen"),
        ("Testing should begin early.", "testing should begin early"),
        ("I kept it in Redis with a backup.", None),  # kept what?
        ("They go in the team's own backlog, dated.", None),
        ("I moved that to a monthly note.", None),
        ("I told you a date and you held me to the date.", None),
        ("Option three, move the screen behind a flag.", None),
    ],
)
def test_what_is_said_back_stands_alone(said: str, reported: str | None) -> None:
    reading = read(typed(said))
    case = Case.of(FREE_ANSWER, reading, measure(reading, FREE_ANSWER.target_s))
    lead = Leads(case).at(0)
    assert (lead and lead.reported) == reported


def test_in_a_story_only_what_was_is_said_back() -> None:
    for example in examples(APART / "fresh"):
        asking = Asking(judged(example))
        if asking.case.is_story:
            leads = (asking.leads.at(i) for i in range(len(asking.case.grounds)))
            assert all(lead.is_past for lead in leads if lead is not None)
