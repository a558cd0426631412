"""How an answer is told: what may never help, and sentences written for this test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.passages import case_of
from voicecoach.rubric import rubric
from voicecoach.rubric.assessing import assess, believed
from voicecoach.rubric.grounds import Ground
from voicecoach.rubric.substance import Substance, held, weighed

sides = st.floats(-4, 4)
grounds = st.builds(
    lambda generic, words, *, outcome: Ground(
        0, 0, 0, 0 if outcome else generic, False, outcome, words=words
    ),
    st.integers(0, 3),
    st.integers(1, 60),
    outcome=st.booleans(),
)
told = st.lists(st.tuples(grounds, sides), max_size=12)


def is_general(ground: Ground) -> bool:
    """One general word in ten; an outcome has none (`grounds`)."""
    return ground.generic * 10 >= max(1, ground.words)


def balance(answer: list[tuple[Ground, float]]) -> float:
    found = [ground for ground, _ in answer]
    raw = np.array([side for _, side in answer], np.float32)
    return weighed(found, held(found, raw)).balance


@settings(deadline=None)  # the first call reads the rubric
@given(told, grounds, sides, st.integers(0, 12))
def test_a_sentence_moves_the_balance_to_its_own_side(
    answer: list[tuple[Ground, float]], ground: Ground, side: float, at: int
) -> None:
    before, after = (
        balance(answer),
        balance([*answer[:at], (ground, side), *answer[at:]]),
    )
    assert -1 <= after <= 1
    if side <= 0 and not ground.outcome:
        assert after <= before + 1e-9
    if side >= 0 and not is_general(ground):
        assert after >= before - 1e-9


@settings(deadline=None)  # the first call reads the rubric
@given(told, grounds, sides)
def test_what_is_mostly_general_never_helps_nor_does_leaving_the_outcome_out(
    answer: list[tuple[Ground, float]], ground: Ground, side: float
) -> None:
    with_it = balance([*answer, (ground, side)])
    if is_general(ground):
        assert with_it <= balance(answer) + 1e-9
    if ground.outcome:
        assert with_it >= balance(answer) - 1e-9


@pytest.mark.parametrize("balance_", [-1.0, -0.2, 0.0, 0.2, 1.0])
def test_what_it_adds_is_held_within_the_most(balance_: float) -> None:
    worth = Substance(balance_, 0, 0).worth
    assert abs(worth) <= rubric().substance.most
    assert np.sign(worth) == np.sign(balance_)


GOOD = (
    "The import took nine hours, so I timed each step with Lena, and seven of them "
    "were one lookup. I asked why it was there, and it was left over from an audit "
    "two years ago. We cached it, which costs us stale names for an hour, and the "
    "night run was done by two."
)
WEAK = (
    "It was a very challenging and complex project with many moving parts. I was "
    "responsible for the coordination of everyone, and I made sure that communication "
    "was always transparent. We worked hard as a team and in the end it was a great "
    "success for all of us. Communication is really the key to everything."
)


def test_plain_particulars_lie_on_the_good_side_and_claims_on_the_weak_one() -> None:
    good, weak = case_of(GOOD).substance, case_of(WEAK).substance
    assert good.worth > 0 > weak.worth
    assert good.good > good.weak
    assert weak.weak > weak.good


DECISION = "I decided to leave the refunds out, because the ledger was wrong."


@pytest.mark.parametrize(("side", "points"), [(-2.0, 2), (0.0, 5), (2.0, 5)])
def test_a_decision_is_believed_unless_its_sentence_is_told_like_weak_ones(
    side: float, points: int
) -> None:
    case = case_of(DECISION)
    case.__dict__["sides"] = np.full(len(case.seen.utterances), side, np.float32)
    found = assess(rubric().by_id["decision_made"], case)
    assert found.points == 5
    held_to = believed(found, case)
    assert (held_to.points, held_to.doubted) == (points, points == 2)
    assert ("not believed" in held_to.why) == held_to.doubted
