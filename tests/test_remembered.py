"""Values of texts are computed once, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

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
