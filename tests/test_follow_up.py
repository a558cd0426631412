"""The next question: what is open, in the speaker's words, never repeated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voicecoach.measures import measure, read
from voicecoach.questions import Question
from voicecoach.rubric import criterion_ids, follow_up, judge
from voicecoach.rubric.results import Coaching, Finding, FollowUp, Prepared, Score
from voicecoach.timeline import Answer, Quote, typed

TEXT = "We rebuilt the queue in two weeks and then we moved everybody to it. " * 5
READING_TEXT = "We rebuilt the queue in two weeks"
REPORTED = "You said you rebuilt the queue in two weeks."


def question(*probes: str, pushback: str = "tradeoff_stated") -> Question:
    """A question whose follow-ups probe these, the last one pushing back."""
    rows = [{"prompt": f"Bank asks about {p}?", "probes": p} for p in probes]
    rows.append(
        {"prompt": "Why not the other way?", "probes": pushback, "pushback": True}
    )
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


def finding(criterion: str, points: int, *, quoted: bool = True) -> Finding:
    """A finding as the judge makes it."""
    quote = Quote(READING_TEXT, 0, len(READING_TEXT))
    return Finding(
        criterion,
        "technical_depth",
        points,
        "strength" if points >= 4 else "gap",
        "advice",
        (quote,) if quoted else (),
        "why",
    )


def score(*findings: Finding) -> Score:
    """A score that holds these findings in this order, its gaps wanted in it too."""
    asking = tuple(f for f in findings if f.kind == "gap")
    coaching = Coaching(asking[0].criterion if asking else None)
    return Score({}, 3.0, findings, "change", "test", {}, coaching, asking=asking)


def ask(q: Question, s: Score, *asked: str) -> FollowUp:
    """The follow-up to the standing answer."""
    return follow_up(q, s, read(typed(TEXT)), frozenset(asked))


def after_bank(q: Question, *findings: Finding, lead: str = "") -> Score:
    """A score for which the question's own follow-ups are open in their order."""
    quote = Quote(lead, TEXT.index(lead), TEXT.index(lead) + len(lead))
    prepared = tuple(
        Prepared(prompt, -float(k), quote if lead else None)
        for k, prompt in enumerate(q.follow_ups)
    )
    return replace(score(*findings), prepared=prepared)


def test_the_bank_comes_first_in_the_order_that_is_open() -> None:
    q = question("quantified_impact", "failure_mode")
    s = after_bank(q, finding("failure_mode", 2))
    asked: list[str] = []
    for _ in q.follow_ups:
        asked.append(ask(q, s, *asked).prompt)
    assert asked == [f.prompt for f in q.follow_ups]
    assert ask(q, s, *asked).prompt.startswith(REPORTED)


def test_a_gap_that_the_bank_lacks_is_asked_in_the_speakers_words() -> None:
    chosen = ask(question("own_role"), score(finding("tradeoff_stated", 1)))
    assert chosen.probes == "tradeoff_stated"
    chosen = ask(question("own_role"), score(finding("failure_mode", 1)))
    assert chosen.probes == "failure_mode"
    assert chosen.prompt.startswith(REPORTED)
    assert [quote.text for quote in chosen.evidence] == [READING_TEXT]


def test_the_bank_is_led_up_to_by_the_speakers_words() -> None:
    q = question("failure_mode")
    prompts = [q.follow_ups[0].model_copy(update={"prompt": "What would break first?"})]
    q = q.model_copy(update={"follow_ups": (*prompts, *q.follow_ups[1:])})
    chosen = ask(q, after_bank(q, lead=READING_TEXT))
    assert chosen.prompt == f"{REPORTED} What would break first?"
    assert [quote.text for quote in chosen.evidence] == [READING_TEXT]


def test_it_is_not_asked_again_after_other_words() -> None:
    q = question("failure_mode")
    first = ask(q, after_bank(q, lead=READING_TEXT))
    for s in (after_bank(q), after_bank(q, lead="we moved everybody to it")):
        assert not ask(q, s, first.prompt).prompt.endswith(first.prompt)
        assert ask(q, s, first.prompt).prompt == q.follow_ups[1].prompt


def test_a_pushback_leads_on_from_nothing() -> None:
    q = question("failure_mode", pushback="failure_mode")
    s = after_bank(q, lead=READING_TEXT)
    assert ask(q, s, q.follow_ups[0].prompt).prompt == "Why not the other way?"


def test_the_role_is_asked_about_in_the_very_words() -> None:
    s = score(finding("own_role", 2))
    chosen = ask(question("failure_mode"), s)
    assert "we rebuilt the queue in two weeks" in chosen.prompt


def test_a_gap_is_not_dwelt_on() -> None:
    s = score(finding("failure_mode", 1), finding("own_role", 2))
    first = ask(question("risk_mitigated"), s)
    second = ask(question("risk_mitigated"), s, first.prompt)
    assert [first.probes, second.probes] == ["failure_mode", "own_role"]


def test_a_stated_choice_is_pushed_back_on_second() -> None:
    q = question("risk_mitigated", "failure_mode", "own_role")
    s = after_bank(q, finding("decision_made", 5))
    first = ask(q, s)
    assert first.prompt == q.follow_ups[0].prompt
    assert ask(q, s, first.prompt).prompt == "Why not the other way?"


def test_a_missing_part_is_named() -> None:
    missing = replace(
        finding("structure_followed", 2), slots={"missing": "how it ended"}
    )
    chosen = ask(question("risk_mitigated"), score(missing))
    assert "how it ended" in chosen.prompt


def test_a_gap_without_words_gets_a_question_without_a_slot() -> None:
    chosen = ask(question("own_role"), score(finding("failure_mode", 1, quoted=False)))
    assert chosen.probes == "failure_mode"
    assert "“" not in chosen.prompt


@pytest.mark.parametrize("rounds", [9])
def test_nothing_is_asked_twice_and_no_strength_is_probed(rounds: int) -> None:
    q = question("failure_mode", "quantified_impact", "decision_made")
    s = score(
        finding("decision_made", 5),
        finding("failure_mode", 1),
        finding("quantified_impact", 2),
        finding("risk_mitigated", 1, quoted=False),
    )
    asked: list[str] = []
    for _ in range(rounds):
        chosen = ask(q, s, *asked)
        if len(asked) < 8:
            assert chosen.probes != "decision_made"
        assert chosen.prompt not in asked
        asked.append(chosen.prompt)


def test_where_nothing_is_to_change_the_choice_is_pushed_back_on() -> None:
    s = score(finding("decision_made", 5))
    assert ask(question("failure_mode"), s).probes == "alternatives_weighed"


def test_a_pushback_on_something_answered_is_replaced_by_an_open_one() -> None:
    s = score(finding("tradeoff_stated", 5))
    chosen = ask(question("failure_mode"), s)
    assert chosen.probes == "alternatives_weighed"
    assert chosen.prompt.startswith(REPORTED)


def test_what_is_to_change_comes_before_a_pushback() -> None:
    s = score(finding("decision_made", 5), finding("failure_mode", 1))
    assert ask(question("failure_mode"), s).probes == "failure_mode"


def test_when_everything_was_asked_questions_that_always_fit_are_left() -> None:
    q = question("own_role", "failure_mode")
    asked = [f.prompt for f in q.follow_ups]
    for _ in range(3):
        asked.append(ask(q, score(), *asked).prompt)
    assert len(set(asked)) == len(asked)


def test_an_empty_answer_still_gets_a_question() -> None:
    chosen = follow_up(question("own_role"), score(), read(Answer(())))
    assert chosen.prompt


def test_on_a_real_answer_it_probes_what_is_open_and_quotes_the_transcript() -> None:
    text = (
        "So I was coordinating the migration and I tracked the tickets every week. "
        "We decided to move to a queue, because the old one was slow. There were six "
        "teams and we had a weekly sync with all of them, and in the end it was done."
    )
    reading = read(typed(text))
    q = question("own_role")
    judged = judge(reading, measure(reading, q.target_s), q)
    chosen = follow_up(q, judged, reading)
    strengths = {f.criterion for f in judged.findings if f.kind == "strength"}
    assert chosen.probes not in strengths
    assert chosen.probes in criterion_ids()
    for quote in chosen.evidence:
        assert quote.text in text
