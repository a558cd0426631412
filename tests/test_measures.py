"""The composition: everything measured, or the reason why not; and the bands."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.measures import measure, read
from voicecoach.measures.bands import Band, bands, pause_limits, verdict
from voicecoach.timeline import (
    Answer,
    FilledPause,
    SoundQuality,
    Span,
    Word,
    typed,
)

TARGET_S = (180.0, 240.0)
STORIES = Path(__file__).parent / "examples" / "structure.toml"
STORY = " ".join(
    line.split(" ", 1)[1]
    for line in tomllib.loads(STORIES.read_text("utf-8"))["story"][0]["text"]
    .strip()
    .splitlines()
)
CLEAN = SoundQuality(-20.0, -60.0, 0.0)
QUIET = SoundQuality(-55.0, -60.0, 0.0, problems=("The recording is too quiet.",))
SPOILED = dict.fromkeys(("pauses", "filled_pauses"), "The recording is too quiet.")
DOUBTFUL = replace(QUIET, untrusted=SPOILED)


def spoken(text: str, *, word_s: float = 0.4) -> Answer:
    """Words at an even pace after 1.5 s, a silence of 1 s after each full stop."""
    words, voiced, at_s = [], [], 1.5
    for part in text.split():
        words.append(Word(part, Span(at_s, at_s + word_s), 0.9))
        voiced.append(Span(at_s, at_s + word_s))
        at_s += word_s + (1.0 if part.endswith(".") else 0.0)
    um = FilledPause("um", Span(1.1, 1.4), "sound", 0.9)
    return Answer(tuple(words), tuple(voiced), at_s, (um,), quality=CLEAN)


def test_a_spoken_story_is_measured_whole() -> None:
    answer = spoken(STORY)
    measured = measure(read(answer), TARGET_S)
    assert measured.unmeasured == {}
    assert measured.timing is not None
    assert measured.timing.first_word_s == 1.1
    assert measured.timing.word_count == len(STORY.split())
    assert measured.pauses is not None
    assert {p.place for p in measured.pauses} == {"clause_end"}
    assert [f.text for f in measured.fillers if f.family == "filled_pause"] == ["um"]
    assert [p.part for p in measured.structure] == [
        "situation",
        "task",
        "action",
        "result",
        "learning",
    ]


def test_moments_of_the_story() -> None:
    timing = measure(read(spoken(STORY)), TARGET_S).timing
    assert timing is not None
    moments = (timing.headline_s, timing.first_number_s, timing.result_s)
    assert all(moment is not None for moment in moments)
    assert timing.result_s is not None
    assert timing.result_s > timing.answer_s / 2


def test_a_typed_answer_has_words_but_no_times() -> None:
    measured = measure(read(typed(STORY)), TARGET_S)
    assert measured.timing is None
    assert measured.pauses is None
    assert measured.unmeasured == {
        "measures.timing": "typed, so there is no sound",
        "measures.pauses": "typed, so there is no sound",
    }
    assert measured.verbs
    assert all(part.span is None for part in measured.structure)


SENTENCES = (
    "I cut the scope by half.",
    "so the team lead managed to get it signed",
    "Why did nobody see it?",
    "We had 4.5 days, i.e. less than a week, and Dr. Lee told us so.",
    "It was done by Friday!",
    "Um, the vendor, you know, slipped.",
)


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), st.data())
@settings(max_examples=30, deadline=None)
def test_a_sentence_is_parsed_alike_whatever_stands_beside_it(
    said: list[str], data: st.DataObject
) -> None:
    said = [s if s[-1] in ".?!" else f"{s}." for s in said]
    at = data.draw(st.integers(0, len(said) - 1))
    doc = read(typed(" ".join(said))).doc
    alone = read(typed(said[at])).doc
    first = len(read(typed(" ".join(said[:at]))).doc) if at else 0
    beside = doc[first : first + len(alone)]
    for one, other in zip(alone, beside, strict=True):
        assert (one.text, one.tag_, one.dep_) == (other.text, other.tag_, other.dep_)
        assert one.head.i == other.head.i - first
    assert doc.text == " ".join(
        word for s in said for word in s.split() if word != "Um,"
    )


def test_the_same_words_give_the_same_language_measures() -> None:
    heard, written = spoken(STORY), typed(STORY)
    first, second = measure(read(heard), TARGET_S), measure(read(written), TARGET_S)
    assert [v.lemma for v in first.verbs] == [v.lemma for v in second.verbs]
    assert [p.part for p in first.structure] == [p.part for p in second.structure]
    assert first.agency == second.agency


def test_bad_sound_spoils_pauses_and_filled_pauses_and_says_so() -> None:
    answer = replace(spoken(STORY), quality=DOUBTFUL)
    measured = measure(read(answer), TARGET_S)
    assert measured.pauses is None
    assert not [f for f in measured.fillers if f.family == "filled_pause"]
    assert measured.timing is not None
    assert measured.unmeasured == {
        "measures.pauses": "The recording is too quiet.",
        "measures.fillers.filled_pause": "The recording is too quiet.",
    }


def test_a_quiet_voice_whose_edges_are_clear_spoils_nothing() -> None:
    clear = measure(read(spoken(STORY)), TARGET_S)
    assert measure(read(replace(spoken(STORY), quality=QUIET)), TARGET_S) == clear


def test_no_voice_no_words() -> None:
    measured = measure(read(Answer((), (), 12.0)), TARGET_S)
    assert measured.timing is None
    assert measured.unmeasured["measures.timing"] == "no voice was heard"
    assert measured.unmeasured["measures.pauses"] == "no voice was heard"
    assert measured.structure == ()


def test_a_few_words_have_pauses_but_no_pace() -> None:
    measured = measure(read(spoken("We cut it. Then we shipped.")), TARGET_S)
    assert measured.timing is None
    assert "too few" in measured.unmeasured["measures.timing"]
    assert measured.pauses is not None


def test_what_is_no_story_has_no_parts() -> None:
    text = "I map the risks. Then I ask each team. I look at the path and I decide."
    measured = measure(read(typed(text)), TARGET_S)
    assert measured.structure == ()
    assert measured.unmeasured["measures.structure"] == "not told as a story"


@settings(deadline=None)  # the first example loads the parser
@given(st.text(max_size=200))
def test_any_text_can_be_measured(text: str) -> None:
    measured = measure(read(typed(text)), TARGET_S)
    assert measured.timing is None
    for filler in measured.fillers:
        assert filler.quote is not None
        assert filler.quote.text in " ".join(text.split())


@given(st.sampled_from(sorted(bands())), st.floats(0, 1000))
def test_green_is_inside_amber(name: str, value: float) -> None:
    band = bands()[name]
    colour = band.colour(value)
    inside = band.amber[0] <= value <= band.amber[1]
    assert (colour == "red") is not inside
    if band.is_strong(value):
        assert colour == "green"


@pytest.mark.parametrize(
    ("measure_name", "value", "colour"),
    [
        ("pace_wpm", 150.0, "green"),
        ("pace_wpm", 129.9, "amber"),
        ("pace_wpm", 191.0, "red"),
        ("filled_pauses_per_min", 5.0, "green"),
        ("discourse_markers_per_min", 6.0, "amber"),
        ("filled_pauses_per_min", 8.1, "red"),
        ("first_word_s", 3.0, "green"),
        ("first_word_s", 5.9, "amber"),
        ("setup_share", 0.5, "red"),
    ],
)
def test_verdicts_of_the_norms(measure_name: str, value: float, colour: str) -> None:
    assert verdict(measure_name, value)[0] == colour


def test_every_band_names_its_source() -> None:
    assert len(bands()) >= 8
    for band in bands().values():
        assert len(band.source.split()) >= 8
        assert band.source.endswith(".")
    assert "Campione" in pause_limits().source


def test_a_band_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="not inside"):
        Band("x", "x", "s", (0.0, 9.0), (1.0, 8.0), "a source")


def test_a_measure_without_a_band_is_an_error() -> None:
    with pytest.raises(KeyError):
        verdict("charm", math.pi)
