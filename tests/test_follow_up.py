"""The next question: what is open, in the speaker's words, never repeated."""

from __future__ import annotations

import pytest

from tests.sample_answers import ANSWERS, APART, Example, examples, scored
from voicecoach.measures import measure, read
from voicecoach.questions import Question
from voicecoach.rubric import criterion_ids, follow_up, judge
from voicecoach.rubric.asks import CHOICES
from voicecoach.rubric.follow_up import ONCE_MORE
from voicecoach.rubric.results import Coaching, FollowUp, Score
from voicecoach.timeline import typed

SOME = [*examples(ANSWERS)[:12], *examples(APART / "sealed")[:6]]
ANSWER = (
    "So I was coordinating the migration and I tracked the tickets every week. "
    "We decided to move to a queue, because the old one was slow. There were six "
    "teams and we had a weekly sync with all of them, and in the end it was done."
)


def question(*probes: str) -> Question:
    """A question whose follow-ups probe these, the last one pushing back."""
    rows = [{"prompt": f"Bank asks about {p}?", "probes": p} for p in probes]
    rows += [
        {"prompt": "Why not the other way?", "probes": "tradeoff_stated"}
        | {"pushback": True}
    ]
    while len(rows) < 3:
        rows.append({"prompt": f"Filler {len(rows)}?", "probes": "delivery"})
    return Question.model_validate(
        {
            "id": "behavioral.queue",
            "round": "behavioral",
            "level": "core",
            "prompt": "Tell me about a rebuild.",
            "pillars": ["technical_depth", "program_execution"],
            "structure": "star_l",
            "assesses": "choices",
            "pitfalls": ["none"],
            "follow_ups": rows,
        }
    )


def score(*questions: FollowUp) -> Score:
    """A score that leaves these open in this order."""
    return Score({}, 3.0, (), "change", "test", {}, Coaching(), questions=questions)


def open_question(text: str, words: str = "") -> FollowUp:
    """One question, after words of the speaker's if there are some."""
    prompt = f"{words} {text}" if words else text
    return FollowUp(prompt, "tradeoff_stated", "why", (), text)


def asked_in_a_row(q: Question, s: Score, most: int) -> list[str]:
    """What is asked one after the other."""
    asked: list[str] = []
    for _ in range(most):
        asked.append(follow_up(q, s, frozenset(asked)).prompt)
    return asked


def test_they_are_asked_in_order_then_what_the_bank_has_then_what_always_fits() -> None:
    q = question("own_role", "failure_mode")
    s = score(open_question("First?"), open_question("Second?"))
    prepared = [one.prompt for one in q.follow_ups]
    expected = ["First?", "Second?", *prepared, *ONCE_MORE]
    assert asked_in_a_row(q, s, len(expected)) == expected


def test_it_is_not_asked_again_after_other_words() -> None:
    first = open_question("What did that cost?", "You said you cut it.")
    again = open_question("What did that cost?", "You said you moved it.")
    other = open_question("Who decided?")
    s = score(first, again, other)
    assert asked_in_a_row(question("own_role"), s, 2) == [first.prompt, other.prompt]


def test_what_was_asked_of_the_bank_is_not_asked_again_after_words() -> None:
    q = question("own_role")
    prompt = q.follow_ups[0].prompt
    led = open_question(prompt, "You said you rebuilt the queue.")
    assert follow_up(q, score(led), frozenset({prompt})).prompt != led.prompt
    left = follow_up(q, score(led), frozenset({led.prompt}))
    assert left.prompt == q.follow_ups[1].prompt


def test_when_everything_was_asked_a_question_is_left() -> None:
    q = question("own_role", "failure_mode")
    everything = frozenset({*ONCE_MORE, *(one.prompt for one in q.follow_ups)})
    assert follow_up(q, score(), everything).prompt == ONCE_MORE[-1]


def test_too_short_an_answer_still_gets_a_question() -> None:
    q = question("own_role")
    reading = read(typed("I rebuilt it."))
    judged = judge(reading, measure(reading, q.target_s), q)
    assert follow_up(q, judged).prompt == q.follow_ups[0].prompt


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_on_answers_it_names_words_that_were_said(example: Example) -> None:
    text = typed(example.text).text
    for one in scored(example.text, example.question).questions:
        assert one.probes in criterion_ids()
        assert one.prompt.endswith(("?", "."))
        assert "{" not in one.prompt
        assert one.prompt.startswith("You said ") == bool(one.evidence) or (
            not one.evidence and one.prompt == one.question
        )
        for quote in one.evidence:
            assert text[quote.char_start : quote.char_end] == quote.text
            assert one.prompt.endswith(one.question)


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_no_gap_is_dwelt_on_and_no_strength_is_probed(example: Example) -> None:
    found = scored(example.text, example.question)
    strengths = {f.criterion for f in found.findings if f.kind == "strength"}
    prepared = {one.prompt for one in example.question.follow_ups}
    ours = [one for one in found.questions if one.question not in prepared]
    pushed = "alternatives_weighed"
    assert not {one.probes for one in ours} - {pushed} & strengths
    first = found.questions[:3]
    assert len({one.probes for one in first}) >= 2
    words = [one.evidence for one in first if one.evidence]
    assert len(set(words)) == len(words)


def test_a_stated_choice_is_pushed_back_on_among_the_first_two() -> None:
    seen = 0
    for example in SOME:
        found = scored(example.text, example.question)
        strengths = {f.criterion for f in found.findings if f.kind == "strength"}
        pushbacks = {o.prompt for o in example.question.follow_ups if o.pushback}
        if strengths & set(CHOICES) and pushbacks:
            seen += 1
            first = found.questions[:2]
            assert any(
                one.question in pushbacks or one.probes == "alternatives_weighed"
                for one in first
            )
    assert seen >= 3


def test_when_every_word_was_asked_about_questions_without_words_are_left() -> None:
    q = question("own_role")
    reading = read(typed(ANSWER))
    judged = judge(reading, measure(reading, q.target_s), q)
    named = frozenset(one.prompt for one in judged.questions if one.evidence)
    assert named
    assert not follow_up(q, judged, named).evidence
