"""Both ears on synthetic sound with a stand-in transcriber: cuts, guesses, settling."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.audio import EAR_RATE_HZ, Stretch
from voicecoach.ears import Ears
from voicecoach.ears.live import MAKE_SURE_AFTER_S
from voicecoach.ears.planning import COMMIT_FROM_S, LONGEST_STRETCH_S, Planner
from voicecoach.ears.quality import quality
from voicecoach.ears.settling import settled
from voicecoach.errors import ModelError
from voicecoach.timeline import Answer, Span, Word, gaps
from voicecoach.transcription import Heard, Transcriber

CHUNK_S = 0.032


def planned(voiced: list[Span], total_s: float) -> tuple[list[Span], float]:
    """Walk a planner through time as `Ears` does: its stretches, the tail's start."""
    planner = Planner()
    cuts: list[Span] = []
    now_s = 0.0
    while now_s < total_s:
        now_s += CHUNK_S
        so_far = tuple(
            Span(v.start_s, min(v.end_s, now_s)) for v in voiced if v.start_s < now_s
        )
        silence_s = now_s - so_far[-1].end_s if so_far else now_s
        stretch = planner.stretch(so_far, silence_s, now_s)
        if stretch is not None:
            cuts.append(stretch)
    return cuts, planner.tail_from_s


@st.composite
def talks(draw: st.DrawFn) -> list[Span]:
    """Up to two minutes of bursts and silences."""
    at_s, result = 0.0, []
    for _ in range(draw(st.integers(1, 30))):
        at_s += draw(st.floats(0.1, 3.0))
        length_s = draw(st.floats(0.1, 8.0))
        result.append(Span(at_s, at_s + length_s))
        at_s += length_s
    return result


@given(talks())
@settings(max_examples=40, deadline=None)
def test_stretches_fit_whisper_and_leave_no_voice_out(voiced: list[Span]) -> None:
    cuts, tail_s = planned(voiced, voiced[-1].end_s + 1.0)
    assert all(cut.duration_s <= 30.0 for cut in cuts)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(cuts))
    for unheard in gaps(cuts, Span(0, tail_s)):
        assert sum(unheard.overlap_s(v) for v in voiced) < 1e-6


def test_a_stretch_ends_at_the_first_long_pause_after_it_is_long_enough() -> None:
    voiced = [Span(1, 6), Span(7, 1 + COMMIT_FROM_S + 2), Span(25, 29)]
    cuts, _ = planned(voiced, 30)
    assert len(cuts) == 1
    assert voiced[1].end_s < cuts[0].end_s < voiced[2].start_s


def test_thirty_seconds_without_a_pause_are_cut_at_the_longest_silence() -> None:
    voiced = [Span(0, 18), Span(18.1, 22), Span(22.3, 40)]
    cuts, _ = planned(voiced, 41)
    assert 22 <= cuts[0].end_s <= 22.3
    assert cuts[0].duration_s <= LONGEST_STRETCH_S


class Counting(Transcriber):
    """A transcriber that notes what it was given and says one word per call."""

    name, model, model_sha256 = "counting", "none", "0"

    def __init__(self) -> None:
        self.calls: list[tuple[float, bool]] = []
        self.may_go = threading.Event()
        self.may_go.set()

    def hear(self, stretch: Stretch, *, quick: bool = False) -> Heard:
        duration_s = stretch.audio.duration_s
        assert stretch.voiced_s <= duration_s + 0.1
        assert self.may_go.wait(5)
        self.calls.append((duration_s, quick))
        middle_s = duration_s / 2
        return Heard((Word("word", Span(middle_s, middle_s + 0.1), 0.9),))


def tone(seconds: float, amplitude: float = 0.3) -> np.ndarray:
    """A sine: these tests replace Silero, which would not take it for speech."""
    t = np.arange(round(seconds * EAR_RATE_HZ)) / EAR_RATE_HZ
    return (amplitude * np.sin(2 * np.pi * 150 * t)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * EAR_RATE_HZ), np.float32)


class LoudIsVoice:
    """Voice activity by loudness, so that a sine counts as a speaker."""

    def __init__(self) -> None:
        self._runs: list[list[float]] = []
        self.heard_s = 0.0

    def hear(self, samples: np.ndarray) -> None:
        for start in range(0, len(samples), 160):
            block = samples[start : start + 160]
            end_s = self.heard_s + len(block) / EAR_RATE_HZ
            if np.abs(block).max() > 0.01:
                if self._runs and self.heard_s - self._runs[-1][1] < 0.1:
                    self._runs[-1][1] = end_s
                else:
                    self._runs.append([self.heard_s, end_s])
            self.heard_s = end_s

    @property
    def silence_s(self) -> float:
        return self.heard_s - (self._runs[-1][1] if self._runs else 0.0)

    @property
    def coarse(self) -> tuple[Span, ...]:
        return tuple(Span(a, b) for a, b in self._runs)

    def spans(self) -> tuple[Span, ...]:
        return self.coarse


@pytest.fixture
def loud_is_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicecoach.ears.live.VoiceActivity", LoudIsVoice)


def feed(ears: Ears, *sounds: np.ndarray) -> None:
    whole = np.concatenate(sounds)
    for start in range(0, len(whole), 512):
        ears.hear(whole[start : start + 512])


@pytest.mark.usefixtures("loud_is_voice")
def test_a_piece_is_decoded_at_the_first_silence() -> None:
    transcriber = Counting()
    ears = Ears(transcriber)
    feed(ears, silence(0.5), tone(3), silence(0.5))
    answer = ears.finish()
    assert [quick for _, quick in transcriber.calls] == [True]
    assert answer.text == "word"


@pytest.mark.usefixtures("loud_is_voice")
def test_a_short_piece_is_decoded_again_with_what_follows() -> None:
    transcriber = Counting()
    ears = Ears(transcriber)
    feed(ears, tone(2), silence(0.5), tone(3), silence(0.4))
    answer = ears.finish()
    assert round(transcriber.calls[-1][0]) == 6
    assert len(answer.words) == 1


@pytest.mark.usefixtures("loud_is_voice")
def test_long_pieces_stay_and_each_is_said_once() -> None:
    transcriber = Counting()
    ears = Ears(transcriber)
    feed(ears, tone(5), silence(0.4), tone(6), silence(0.4), tone(1), silence(0.4))
    answer = ears.finish()
    assert [round(length) for length, _ in transcriber.calls] == [5, 6, 1]
    assert len(answer.words) == 3


@pytest.mark.usefixtures("loud_is_voice")
def test_somebody_who_never_pauses_is_cut_into_short_windows() -> None:
    transcriber = Counting()
    ears = Ears(transcriber)
    feed(ears, tone(27))
    ears.finish()
    assert all(length < 14 for length, quick in transcriber.calls if quick)


@pytest.mark.usefixtures("loud_is_voice")
def test_a_long_silence_makes_sure_of_the_tail() -> None:
    transcriber = Counting()
    ears = Ears(transcriber)
    feed(ears, tone(5), silence(0.6), tone(5), silence(MAKE_SURE_AFTER_S + 0.6))
    while len(transcriber.calls) < 3:
        time.sleep(0.01)
    answer = ears.finish()
    assert (False, 11) in {(q, round(s)) for s, q in transcriber.calls}
    assert len(answer.words) == 1  # the sure stretch tells both pieces


@pytest.mark.usefixtures("loud_is_voice")
@pytest.mark.parametrize(("silence_s", "sure"), [(1.0, 0), (2.0, 1)])
def test_a_stretch_that_is_due_leaves_a_young_silence_to_the_last_words(
    silence_s: float, sure: int
) -> None:
    heard = Counting()
    ears = Ears(heard)
    feed(ears, tone(11), silence(0.4), tone(11), silence(silence_s))
    time.sleep(0.1)  # finishing drops what has not begun
    ears.finish()
    assert sum(not quick for _, quick in heard.calls) == sure


@pytest.mark.usefixtures("loud_is_voice")
def test_a_stretch_that_is_due_is_decoded_when_speech_goes_on() -> None:
    heard = Counting()
    ears = Ears(heard)
    feed(ears, tone(11), silence(0.4), tone(11), silence(0.8), tone(1))
    time.sleep(0.1)
    ears.finish()
    assert [quick for _, quick in heard.calls].count(False) == 1


class EachSecond(Counting):
    """Says the second of the recording, one word a second, so that doubles show."""

    def hear(self, stretch: Stretch, *, quick: bool = False) -> Heard:
        super().hear(stretch, quick=quick)
        seconds = range(int(stretch.audio.duration_s))
        return Heard(tuple(Word("w", Span(s + 0.4, s + 0.6), 0.9) for s in seconds))


@pytest.mark.usefixtures("loud_is_voice")
def test_a_piece_that_a_stretch_cuts_through_tells_only_the_rest() -> None:
    transcriber = EachSecond()
    ears = Ears(transcriber)
    feed(ears, tone(34))  # no pause at all: every cut falls into somebody's words
    while not any(not quick for _, quick in transcriber.calls):
        time.sleep(0.01)
    time.sleep(0.05)
    starts = [word.span.start_s for word in ears.finish().words if word.span]
    assert 31 <= len(starts) <= 35
    assert max(b - a for a, b in pairwise(starts)) < 2.1
    assert min(b - a for a, b in pairwise(starts)) > 0.2


@pytest.mark.usefixtures("loud_is_voice")
def test_stopping_in_mid_word_still_hears_the_tail() -> None:
    transcriber = Counting()
    ears = Ears(transcriber)
    feed(ears, tone(2.0))
    assert ears.finish().text == "word"


@pytest.mark.usefixtures("loud_is_voice")
def test_hearing_never_waits_for_the_transcriber() -> None:
    transcriber = Counting()
    transcriber.may_go.clear()
    ears = Ears(transcriber)
    feed(
        ears, tone(17), silence(1), tone(17), silence(1)
    )  # would deadlock if it waited
    transcriber.may_go.set()
    assert len(ears.finish().words) >= 2


@pytest.mark.usefixtures("loud_is_voice")
def test_a_recording_is_cut_as_it_was_live() -> None:
    sounds = (tone(21), silence(1), tone(9), silence(0.2), tone(15), silence(0.4))
    live, later = Counting(), Counting()
    ears = Ears(live)
    feed(ears, *sounds)
    ears.finish()
    review = Ears(later, live=False)
    review.hear(np.concatenate(sounds))
    review.finish()
    committed = {round(length, 2) for length, quick in live.calls if not quick}
    assert committed <= {round(length, 2) for length, _ in later.calls}
    assert len(later.calls) == 2


@pytest.mark.usefixtures("loud_is_voice")
def test_a_longer_silence_hands_on_the_answer_so_far() -> None:
    early: list[Answer] = []
    ears = Ears(EachSecond(), ahead=early.append)
    feed(ears, tone(5), silence(0.35))
    time.sleep(0.1)  # so that its words are known
    assert early == []  # too short a silence
    feed(ears, silence(0.4))
    feed(ears, tone(4), silence(0.35))
    time.sleep(0.1)
    feed(ears, silence(0.4))
    answer = ears.finish()
    assert [len(one.words) for one in early] == [5, 9]
    assert replace(early[-1], duration_s=answer.duration_s) == answer  # it was kept


@pytest.mark.usefixtures("loud_is_voice")
def test_reading_ahead_that_fails_leaves_the_answer_whole() -> None:
    def fails(_answer: Answer) -> None:
        raise ModelError("gone", "Run ./coach again.")

    ears = Ears(EachSecond(), ahead=fails)
    feed(ears, tone(5), silence(0.35))
    time.sleep(0.1)
    feed(ears, silence(0.6))
    assert len(ears.finish().words) == 5


@pytest.mark.usefixtures("loud_is_voice")
def test_silence_alone_is_never_transcribed() -> None:
    transcriber = Counting()
    ears = Ears(transcriber)
    feed(ears, silence(40))
    answer = ears.finish()
    assert transcriber.calls == []
    assert answer.words == ()
    assert answer.quality is not None
    assert "No voice" in answer.quality.problems[0]


def test_a_word_is_cut_to_the_voice_that_it_overlaps_most() -> None:
    voiced = (Span(0, 1), Span(3, 4))
    kept, removed = settled([Word("late", Span(0.9, 3.8), 0.9)], voiced)
    assert kept[0].span == Span(3, 3.8)
    assert removed == ()


def test_a_word_in_silence_goes_to_near_voice_or_out() -> None:
    voiced = (Span(3, 4),)
    words = [Word("thanks", Span(0.0, 0.5), 0.3), Word("near", Span(2.6, 2.8), 0.8)]
    kept, removed = settled(words, voiced)
    assert [word.text for word in kept] == ["near"]
    assert [(r.text, r.reason) for r in removed] == [("thanks", "no voice there")]


@given(
    st.lists(
        st.tuples(st.floats(0, 20), st.floats(0, 2)).map(lambda p: Span(p[0], sum(p))),
        max_size=15,
    )
)
def test_settled_words_lie_on_the_voice_in_order(raw: list[Span]) -> None:
    voiced = (Span(1, 4), Span(6, 9), Span(10, 12))
    words = [Word(f"w{i}", span, 0.5) for i, span in enumerate(sorted(raw))]
    kept, removed = settled(words, voiced)
    assert len(kept) + len(removed) == len(words)
    starts = [word.span.start_s for word in kept if word.span]
    assert starts == sorted(starts)


def test_quality_names_clipping_and_quiet() -> None:
    clipped = np.clip(tone(2, 3.0), -1, 1)
    loud = quality(clipped, (Span(0, 2),), 0, doubtful=False)
    assert any("clipped" in problem for problem in loud.problems)
    quiet = quality(tone(2, 0.001), (Span(0, 2),), 3, doubtful=False)
    assert any("quiet" in problem for problem in quiet.problems)
    assert any("3 times" in problem for problem in quiet.problems)


class Together(EachSecond):
    """Notes how many stretches it was given together."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def hear_all(self, stretches: Sequence[Stretch]) -> list[Heard]:
        self.sizes.append(len(stretches))
        return super().hear_all(stretches)


@pytest.mark.usefixtures("loud_is_voice")
@pytest.mark.parametrize(
    ("stretches", "sizes"), [(1, [1]), (2, [1, 1]), (3, [3]), (5, [1, 1, 3])]
)
def test_stretches_of_a_recording_are_heard_together_and_the_rest_shared_out(
    stretches: int, sizes: list[int]
) -> None:
    heard = Together()
    ears = Ears(heard, live=False)
    ears.hear(np.concatenate([tone(21), silence(1)] * stretches))
    answer = ears.finish()
    assert sorted(heard.sizes) == sizes
    starts = [word.span.start_s for word in answer.words if word.span]
    assert starts == sorted(starts)
    assert 20 * stretches <= len(starts) <= 23 * stretches


@pytest.mark.usefixtures("loud_is_voice")
def test_a_recording_that_cannot_be_transcribed_says_so() -> None:
    class Failing(Counting):
        def hear_all(self, stretches: Sequence[Stretch]) -> list[Heard]:
            raise ModelError(f"{len(stretches)} are too many.", "Use a smaller model.")

    ears = Ears(Failing(), live=False)
    ears.hear(np.concatenate([tone(21), silence(1)] * 2))
    with pytest.raises(ModelError, match="too many"):
        ears.finish()
