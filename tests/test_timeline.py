"""The algebra of time, by its laws."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.timeline import (
    Answer,
    Span,
    Word,
    covered_s,
    gaps,
    is_filled_pause,
    merged,
    overlapping,
    typed,
    words_at,
)

# Whole hundredths of a second, so that sums are exact enough to compare.
moments = st.integers(0, 10_000).map(lambda n: n / 100)
spans = st.tuples(moments, moments).map(lambda ends: Span(min(ends), max(ends)))
many = st.lists(spans, max_size=12)


@pytest.mark.parametrize(("start_s", "end_s"), [(2.0, 1.0), (-0.1, 1.0)])
def test_a_span_that_cannot_be_is_refused(start_s: float, end_s: float) -> None:
    with pytest.raises(ValueError, match="cannot run"):
        Span(start_s, end_s)


@given(many)
def test_merged_spans_are_sorted_disjoint_and_cover_the_same(raw: list[Span]) -> None:
    result = merged(raw)
    assert list(result) == sorted(result)
    assert all(a.end_s < b.start_s for a, b in itertools.pairwise(result))
    assert merged(result) == result
    for span in raw:
        assert any(r.start_s <= span.start_s and span.end_s <= r.end_s for r in result)


@given(many, spans)
def test_gaps_and_spans_together_fill_the_whole(raw: list[Span], within: Span) -> None:
    silent = gaps(raw, within)
    total = covered_s(raw, within) + covered_s(silent, within)
    assert total == pytest.approx(within.duration_s, abs=1e-6)
    for gap in silent:
        assert gap.duration_s > 0
        assert all(gap.overlap_s(span) < 1e-9 for span in raw)


@given(many, spans)
def test_overlapping_finds_what_a_search_through_all_finds(
    raw: list[Span], other: Span
) -> None:
    searched = merged(raw)
    wanted = [span for span in searched if span.overlap_s(other) > 0]
    found = overlapping(searched, other)
    assert [span for span in found if span.overlap_s(other) > 0] == wanted
    points = [span for span in (*found, other) if not span.duration_s]
    assert len(found) == len(wanted) or points  # a moment overlaps nothing for long


@given(many, st.floats(0, 5))
def test_a_wider_bridge_never_leaves_more_spans(
    raw: list[Span], bridge_s: float
) -> None:
    assert len(merged(raw, bridge_s)) <= len(merged(raw))


@given(spans, spans)
def test_overlap_is_symmetric_and_at_most_the_shorter(a: Span, b: Span) -> None:
    assert a.overlap_s(b) == b.overlap_s(a)
    assert a.overlap_s(b) <= min(a.duration_s, b.duration_s) + 1e-9


@given(spans, st.floats(-3, 3))
def test_padding_never_inverts_a_span(span: Span, by_s: float) -> None:
    wider = span.padded(by_s)
    assert 0 <= wider.start_s <= wider.end_s


words = st.lists(
    st.text(st.characters(categories=("L", "P", "N")), min_size=1, max_size=8).filter(
        lambda text: text.split() == [text]
    ),
    min_size=1,
    max_size=20,
)


@given(words, st.data())
def test_a_quote_is_the_text_at_its_offsets(
    texts: list[str], data: st.DataObject
) -> None:
    answer = typed(" ".join(texts))
    first = data.draw(st.integers(0, len(texts) - 1))
    last = data.draw(st.integers(first, len(texts) - 1))
    quote = answer.quote(first, last)
    assert answer.text[quote.char_start : quote.char_end] == quote.text
    assert quote.text == " ".join(texts[first : last + 1])
    assert quote.span is None
    assert answer.within(quote) == range(first, last + 1)


def test_typed_words_have_no_times_and_spoken_ones_do() -> None:
    spoken = Answer((Word("Cut", Span(1, 1.5)), Word("it.", Span(1.5, 2))), voiced=())
    assert spoken.is_spoken
    assert spoken.quote(0, 1).span == Span(1, 2)
    assert not typed("Cut it.").is_spoken


@pytest.mark.parametrize("text", ["", "two words", " lead"])
def test_a_word_is_one_stretch_of_text(text: str) -> None:
    with pytest.raises(ValueError, match="one stretch"):
        Word(text)


@pytest.mark.parametrize(
    "text",
    ["um", "Um,", "uh", "Uh...", "ummm", "uhhh", "er", "erm", "hmm", "Mm,", "mmm"],
)
def test_filled_pauses_in_their_spellings(text: str) -> None:
    assert is_filled_pause(text)


@pytest.mark.parametrize(
    "text", ["I'm", "her", "sum", "ha", "am", "so", "a", "m", "like"]
)
def test_words_that_only_look_like_filled_pauses(text: str) -> None:
    assert not is_filled_pause(text)


def test_filled_pauses_are_not_plain_words() -> None:
    assert typed("So um I, uh, cut it").plain_words == (0, 2, 4, 5)


def test_words_at_takes_those_whose_middle_is_inside() -> None:
    row = (Word("a", Span(0, 1)), Word("b", Span(1, 2)), Word("c", Span(2, 4)))
    assert words_at(row, Span(0.4, 2.9)) == (0, 1)
