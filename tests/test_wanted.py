"""What an interviewer would want next: shares, their order, and the place they hang."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from benchmarks.wanted import ASKED, headings, structure_of
from tests.sample_answers import ANSWERS, Example, examples
from voicecoach.measures import measure, read
from voicecoach.rubric import judge, rubric
from voicecoach.rubric.case import Case
from voicecoach.rubric.shown import AGAINST, Shown
from voicecoach.rubric.wanted import MEASURED, Wanted, learned, wanted
from voicecoach.timeline import typed

SOME = examples(ANSWERS)[:9]


def case_of(example: Example) -> Case:
    """As the judge looks at it."""
    reading = read(typed(example.text))
    measures = measure(reading, example.question.target_s)
    return Case.of(example.question, reading, measures)


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_shares_are_of_one_whole(example: Example) -> None:
    case = case_of(example)
    found = case.wanted
    assert sum(found.change.values()) == pytest.approx(1, abs=1e-4)
    assert sum(found.ask.values()) == pytest.approx(1, abs=1e-4)
    for heading, places in found.places.items():
        assert len(places) == len(case.seen.utterances)
        assert places.sum() == pytest.approx(1, abs=1e-4)
        best = int(places.argmax())
        assert found.at(heading, best) == 1


def test_strong_answers_are_the_ones_to_leave_as_they_are() -> None:
    nothing = {
        level: np.mean([case_of(e).wanted.nothing for e in SOME if e.level == level])
        for level in ("strong", "weak")
    }
    assert nothing["strong"] > 5 * nothing["weak"]


def test_an_answer_without_sentences_wants_nothing_in_particular() -> None:
    nothing = wanted(Shown({}), (), np.zeros(0, np.float32), "star_l")
    assert nothing.to_change("decision_made") == MEASURED
    assert nothing.at("decision_made", 0) == 0


def test_another_matter_is_no_answer_and_what_nobody_named_has_its_share() -> None:
    found = Wanted({"off": 0.3, "own_role": 0.1}, {}, {})
    assert found.to_change("own_role") == pytest.approx(0.1)
    assert found.to_change("question_answered") == pytest.approx(0.3)
    assert found.to_change("delivery") == MEASURED


def test_everything_learned_is_a_heading_of_today() -> None:
    known = learned()
    assert known.headings == headings()
    assert {*known.shown} <= {*rubric().by_id, *AGAINST}
    assert known.place.shape[1] == len(known.headings)


def test_readers_named_headings_and_sentences_that_exist() -> None:
    files = sorted(ASKED.glob("*.toml"))
    assert files
    for path in files:
        for told in tomllib.loads(path.read_text("utf-8"))["answer"]:
            named = [*told["change"], *told["ask"]]
            assert {heading for heading, _ in named} <= set(headings())
            assert told["ask"]
            assert all(at >= 0 for _, at in named)


def test_a_question_of_the_bank_is_its_own_neighbour() -> None:
    for example in SOME[::3]:
        assert structure_of(example.question.prompt) == example.question.structure


def test_a_number_that_was_said_is_not_asked_for() -> None:
    said = (
        "I kept the queue, because the rewrite would have cost two months, and I moved "
        "the date by a week. We told the vendor the same day, and I asked them to "
        "freeze their interface. Errors fell from four percent to one, and since then "
        "I ask for the freeze before I sign a date, every time."
    )
    question = SOME[0].question
    reading = read(typed(said))
    score = judge(reading, measure(reading, question.target_s), question)
    gaps = {f.criterion for f in score.findings if f.kind == "gap"}
    assert gaps
    assert "quantified_impact" not in gaps
