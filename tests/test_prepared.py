"""Which of a question's own follow-ups are still open after an answer."""

from __future__ import annotations

from tests.sample_answers import scored
from voicecoach.measures import read
from voicecoach.questions import QuestionBank
from voicecoach.rubric import follow_up
from voicecoach.rubric.results import FollowUp, Score
from voicecoach.timeline import typed

QUESTION = "system_design.rate-limits"
ANSWER = (
    "I'd count requests per partner in Redis with a token bucket, and I'd choose one "
    "minute, because a second punishes honest bursts. For two weeks I only log who "
    "would have been refused, then I talk to those customers, then I switch it on for "
    "one partner at a time. "
)
STORE_DOWN = (
    "If Redis is down, I let everything through: it's a search API, so a few minutes "
    "without limits hurt less than refusing every customer. The gateway notices the "
    "timeout after fifty milliseconds, raises an alert, and the on-call engineer can "
    "put a fixed limit in by hand. If the store comes back empty, nobody is refused "
    "for a minute, and I accept that. "
)


def judged(text: str) -> Score:
    return scored(text, QuestionBank.load().find(QUESTION))


def asked_after(text: str, *asked: str) -> FollowUp:
    question = QuestionBank.load().find(QUESTION)
    return follow_up(question, judged(text), read(typed(text)), frozenset(asked))


def place(text: str, word: str) -> int:
    """How early the follow-up with this word would be asked."""
    prompts = [one.prompt.prompt for one in judged(text).prepared]
    return next(i for i, prompt in enumerate(prompts) if word in prompt)


def test_all_of_the_question_are_there_the_best_first() -> None:
    prepared = judged(ANSWER).prepared
    question = QuestionBank.load().find(QUESTION)
    assert {one.prompt for one in prepared} == set(question.follow_ups)
    assert list(prepared) == sorted(prepared, key=lambda one: -one.worth)


def test_what_was_answered_comes_later() -> None:
    assert place(ANSWER + STORE_DOWN, "store with your") > place(ANSWER, "store with")


def test_they_are_asked_before_templates_and_never_twice() -> None:
    question = QuestionBank.load().find(QUESTION)
    prompts = {one.prompt for one in question.follow_ups}
    asked: list[str] = []
    for _ in prompts:
        asked.append(asked_after(ANSWER, *asked).prompt)
    assert all(any(text.endswith(prompt) for prompt in prompts) for text in asked)
    assert len(set(asked)) == len(prompts)


def test_a_pushback_is_among_the_first_two_where_a_choice_stands() -> None:
    first = asked_after(ANSWER)
    second = asked_after(ANSWER, first.prompt)
    question = QuestionBank.load().find(QUESTION)
    pushbacks = [one.prompt for one in question.follow_ups if one.pushback]
    assert pushbacks
    assert any(
        one.prompt.endswith(push) for one in (first, second) for push in pushbacks
    )


def test_what_speaks_against_the_speaker_is_asked_about_first() -> None:
    text = (
        "I kept the status green, because the vice president hates bad news, and I "
        "told the team to say nothing until after the board. The customers would have "
        "found out anyway. Then I moved the date without telling anybody, and it was "
        "the vendor's fault. We shipped six weeks late and nobody asked me about it. "
    )
    assert asked_after(text).prompt not in {
        one.prompt.prompt for one in judged(text).prepared
    }


def test_what_takes_something_for_said_comes_later() -> None:
    question = QuestionBank.load().find(QUESTION)
    plain = question.follow_ups[0].model_copy(update={"prompt": "What did you count?"})
    claim = plain.model_copy(update={"prompt": "You said you count. What did you?"})
    both = question.model_copy(update={"follow_ups": (claim, plain)})
    first, second = scored(ANSWER, both).prepared
    assert (first.prompt, second.prompt) == (plain, claim)
