"""The same gap across attempts is remembered and said; progress too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import builders
from voicecoach.attempt import Attempt, from_json, to_json
from voicecoach.attempt.judged import CoachingDocument, Finding
from voicecoach.history import History
from voicecoach.history.memory import MOST, remembered

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
COST, ROLE = "tradeoff_stated", "own_role"


def finding(criterion: str, points: int) -> Finding:
    """A finding as it stands in the document; a strength has words."""
    quote = {"quote": "it cost us four weeks of work", "start_s": 72.4, "end_s": 75.0}
    return Finding.model_validate(
        {
            "criterion": criterion,
            "pillar": "technical_depth",
            "points": points,
            "kind": "strength" if points >= 4 else "gap",
            "advice": "advice",
            "evidence": (quote,) if points >= 4 else (),
        }
    )


def made(number: int, about: str | None, *findings: Finding, **given: Any) -> Attempt:
    """The attempt of a day: these findings, this one change, words of its own."""
    attempt = builders.middling()
    score = attempt.score.model_copy(update={"findings": findings})
    timing = attempt.measures.timing
    assert timing is not None
    calm = timing.model_copy(update={"pace_wpm": 145.0, "verdict": "on_target"})
    measures = attempt.measures.model_copy(update={"timing": calm, "fillers": ()})
    transcript = attempt.transcript.model_copy(update={"text": f"answer {number}"})
    return attempt.model_copy(
        update={
            "id": f"a{number}",
            "created_at": START + timedelta(days=number),
            "score": score,
            "measures": measures,
            "transcript": transcript,
            "coaching": CoachingDocument(about=about),
            **given,
        }
    )


def without(number: int, *, about: str | None = COST, **given: Any) -> Attempt:
    return made(number, about, finding(COST, 1), **given)


def texts(attempt: Attempt, *earlier: Attempt) -> list[str]:
    """What is said, the earlier attempts given oldest first."""
    return [one.text for one in remembered(attempt, earlier[::-1])]


def test_a_first_attempt_has_nothing_behind_it() -> None:
    assert texts(without(1)) == []


def test_the_same_gap_again_is_counted() -> None:
    assert texts(without(2), without(1)) == [
        "Second answer in a row without the cost of a choice."
    ]
    (third,) = remembered(without(3), (without(2), without(1)))
    assert third.text.startswith("Third answer in a row")
    assert (third.kind, third.times, third.attempts) == ("again", 3, ("a2", "a1"))


def test_attempts_that_gave_no_chance_do_not_count() -> None:
    other = made(2, ROLE, finding(ROLE, 1))
    assert texts(without(3), without(1), other)[0].startswith("Second answer")
    assert texts(without(3), other) == []


def test_a_strength_between_breaks_the_row() -> None:
    there = made(2, None, finding(COST, 5))
    assert texts(without(3), without(1), there) == []


def test_follow_ups_and_the_same_words_again_do_not_count() -> None:
    first = without(1)
    follow_up = without(2, kind="follow_up")
    again = without(3, transcript=first.transcript)
    assert texts(again, first, follow_up) == []
    assert texts(without(4, kind="follow_up"), first) == []


def test_progress_is_said_with_the_words_that_prove_it() -> None:
    now = made(2, ROLE, finding(COST, 4), finding(ROLE, 3))
    said = texts(now, without(1))
    assert said == [
        "Last time the one change was the cost of a choice; this time it is there: "
        "“it cost us four weeks of work” at 1:12."
    ]
    assert texts(made(3, ROLE, finding(COST, 4)), without(1), without(2))[0].startswith(
        "Two answers without the cost of a choice; this time it is there"
    )


def test_a_gap_that_was_not_the_one_change_is_no_news_when_it_closes() -> None:
    before = made(1, ROLE, finding(ROLE, 1), finding(COST, 2))
    assert texts(made(2, None, finding(COST, 5)), before) == []


def test_green_is_quiet() -> None:
    before = made(1, None, finding(COST, 1))
    assert texts(made(2, None, finding(COST, 1)), before) == []


def test_a_band_of_delivery_is_remembered_on_its_side() -> None:
    def paced(number: int, wpm: float) -> Attempt:
        attempt = made(number, None)
        assert attempt.measures.timing is not None
        timing = attempt.measures.timing.model_copy(update={"pace_wpm": wpm})
        measures = attempt.measures.model_copy(update={"timing": timing})
        return attempt.model_copy(update={"measures": measures})

    assert texts(paced(3, 215), paced(1, 210), paced(2, 220)) == [
        "Third answer in a row faster than 165 words a minute."
    ]
    assert texts(paced(2, 215), paced(1, 80)) == []
    assert texts(paced(2, 150), paced(1, 215)) == []


CRITERIA = st.sampled_from([COST, ROLE, "decision_made", "quantified_impact"])


@st.composite
def attempts(draw: st.DrawFn) -> list[Attempt]:
    """A few attempts, each with some findings and one of its gaps as the change."""
    result = []
    for number in range(draw(st.integers(1, 7))):
        points = draw(st.dictionaries(CRITERIA, st.integers(1, 5), max_size=4))
        gaps = [c for c, p in points.items() if p < 4]
        found = [finding(c, p) for c, p in points.items()]
        found.sort(key=lambda f: f.kind == "gap")
        result.append(made(number, gaps[0] if gaps else None, *found))
    return result


@settings(max_examples=60, deadline=None)
@given(attempts())
def test_what_is_said_holds_and_is_little(made_ones: list[Attempt]) -> None:
    *earlier, now = made_ones
    said = remembered(now, earlier[::-1])
    assert said == remembered(now, earlier[::-1])
    assert len(said) <= MOST
    assert len({one.about for one in said}) == len(said)
    known = {one.id for one in earlier}
    for one in said:
        assert set(one.attempts) <= known
        assert one.times == len(one.attempts) + 1
        assert one.text.endswith(".")
        assert "  " not in one.text
        lacking = {f.criterion for f in now.score.findings if f.kind == "gap"}
        assert (one.about in lacking) == (one.kind == "again")


# -- kept, rendered later, forgotten ---------------------------------------------------


def kept(history: History, attempt: Attempt) -> Attempt:
    """As an interview keeps it."""
    whole = history.remembering(attempt)
    history.save(whole)
    return whole


def test_it_is_kept_with_the_attempt_and_read_back(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        kept(history, without(1))
        second = kept(history, without(2))
        assert second.coaching.remembered
        assert history.get("a2") == second == from_json(to_json(second))


def test_saving_again_does_not_make_an_attempt_its_own_past(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        first = kept(history, without(1))
        assert history.remembering(first).coaching.remembered == ()
        second = kept(history, without(2))
        assert history.remembering(second) == second
        assert history.remembering(first) == first, "what came later is not its past"


@pytest.mark.parametrize("forgotten", ["a1", "a2"])
def test_forgetting_an_attempt_forgets_what_was_said_of_it(
    tmp_path: Path, forgotten: str
) -> None:
    with History(tmp_path) as history:
        for number in (1, 2, 3):
            kept(history, without(number))
        history.forget(forgotten)
        assert history.get("a3").coaching.remembered == ()
        fourth = kept(history, without(4))
        assert fourth.coaching.remembered[0].times == 3
