"""Repeats: the same words twice in a row, unless English means it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.measures.language import read
from voicecoach.measures.repeats import repeats
from voicecoach.timeline import Answer, Span, Word, typed


def found(text: str) -> list[str]:
    return [quote.text for quote in repeats(read(typed(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We fixed the the queue.", ["the the"]),
        ("I was, I was going to call them.", ["I was, I was"]),
        ("It helped to, to predict the load.", ["to, to"]),
        ("We moved the um the data.", ["the um the"]),
        ("The the the plan was late.", ["The the the"]),
        ("and then we and then we stopped", ["and then we and then we"]),
        ("We had to we had to cut the scope.", ["We had to we had to"]),
        ("It could pre- predict the peak.", ["pre- predict"]),
        ("I I asked and they they said no.", ["I I", "they they"]),
        ("It was a, uh, a good plan.", ["a, uh, a"]),
    ],
)
def test_repeats(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It was a very very long week.",
        "They had had three owners before me.",
        "I said that that plan was too thin.",
        "No no, that was the vendor.",
        "They checked in in the morning.",
        "We cut it. It was late.",
        "I asked the team, and the team said yes.",
        "I was, we were late.",
        "If we drop it, it is gone.",
        "It went to zero point zero zero six percent.",
        "The code is 4 4 2.",
        "We met one on one.",
    ],
)
def test_meant_doubles_and_changes_of_mind(text: str) -> None:
    assert found(text) == []


@settings(deadline=None)  # the first example loads the parser
@given(st.lists(st.sampled_from(["the", "plan", "was", "late"]), max_size=12))
def test_quotes_are_in_the_text_and_do_not_overlap(words: list[str]) -> None:
    reading = read(typed(" ".join(words)))
    at = 0
    for quote in repeats(reading):
        assert quote.char_start >= at
        assert reading.answer.text[quote.char_start : quote.char_end] == quote.text
        at = quote.char_end


def test_a_spoken_repeat_has_its_time() -> None:
    words = [
        Word(w, Span(k, k + 0.5), 0.9)
        for k, w in enumerate(("in", "the", "the", "end"))
    ]
    (quote,) = repeats(read(Answer(tuple(words), (Span(0.0, 4.0),), 4.0)))
    assert quote.span == Span(1.0, 2.5)
