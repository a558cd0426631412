"""Values of texts are computed once, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.remembered import Remembered

MOST = 5
asked = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=8), max_size=6)


@given(asked)
def test_values_are_right_in_order_and_computed_once_while_they_fit(
    questions: list[list[str]],
) -> None:
    computed: list[str] = []

    def compute(texts: Sequence[str]) -> list[str]:
        computed.extend(texts)
        return [text.upper() for text in texts]

    values = Remembered(compute, MOST)
    for texts in questions:
        assert values(texts) == [text.upper() for text in texts]
    everything = {text for texts in questions for text in texts}
    if len(everything) <= MOST:
        assert sorted(computed) == sorted(everything)


def test_two_who_ask_at_once_are_answered_by_one_computation() -> None:
    computed: list[str] = []

    def compute(texts: Sequence[str]) -> list[int]:
        computed.extend(texts)
        return [len(text) for text in texts]

    values = Remembered(compute, MOST)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: values(["one", "three"]), range(8)))
    assert found == [[3, 5]] * 8
    assert sorted(computed) == ["one", "three"]


def test_two_who_want_the_same_share_the_work() -> None:
    together = Barrier(2)
    computed: list[list[str]] = []

    def compute(texts: Sequence[str]) -> list[int]:
        computed.append(list(texts))
        together.wait(timeout=30)  # only passed while another computes as well
        return [len(text) for text in texts]

    values = Remembered(compute, MOST, share=2)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: values(["a", "bb", "ccc", "dddd"]), range(2)))
    assert found == [[1, 2, 3, 4]] * 2
    assert sorted(computed) == [["a", "bb"], ["ccc", "dddd"]]


def test_what_went_wrong_is_tried_again_by_the_next() -> None:
    tries = iter(["not yet", None])

    def compute(texts: Sequence[str]) -> list[int]:
        if trouble := next(tries):
            raise ValueError(trouble)
        return [len(text) for text in texts]

    values = Remembered(compute, MOST)
    with pytest.raises(ValueError, match="not yet"):
        values(["a"])
    assert values(["a"]) == [1]
