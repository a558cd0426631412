"""The guard on made-up decodes; the real model on our own fixtures and on noise."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.accuracy import word_errors, words_of
from voicecoach import models
from voicecoach.audio import EAR_RATE_HZ, Audio, read_audio
from voicecoach.ears import listen
from voicecoach.errors import ModelError
from voicecoach.timeline import Span, Word
from voicecoach.transcription import (
    VERBATIM_PROMPT,
    Decode,
    FasterWhisper,
    Guard,
    compression_ratio,
)

FIXTURES = Path(__file__).parents[1] / "audio_fixtures"
SPEECH = Path(__file__).parents[2] / "shared" / "speech"
NOISES = sorted((FIXTURES / "noise").glob("*.ogg"))


def decode(text: str, log_probability: float = -0.2) -> Decode:
    return Decode((1,), text, log_probability, 0.0)


LIKELY = " We cut the scope by half and told the sponsor why the date was still safe."


def test_an_ordinary_sentence_passes() -> None:
    assert Guard().refuses(decode(LIKELY), voiced_s=5.0) is None


@pytest.mark.parametrize(
    ("text", "voiced_s", "log_probability", "reason"),
    [
        (" and then we cut it" * 20, 40.0, -0.1, "repeats"),
        (LIKELY, 0.8, -0.2, "more words"),
        (" So yeah.", 12.0, -0.2, "too few"),
        (LIKELY, 5.0, -1.4, "improbable"),
    ],
)
def test_what_failing_decoders_print_is_refused(
    text: str, voiced_s: float, log_probability: float, reason: str
) -> None:
    refusal = Guard().refuses(decode(text, log_probability), voiced_s)
    assert refusal is not None
    assert reason in refusal


def test_a_loop_compresses_better_than_speech() -> None:
    assert compression_ratio(LIKELY) < 2 < compression_ratio(" thank you" * 30)


class Scripted(FasterWhisper):
    """Prints what it is told to, with and without the verbatim prompt."""

    def __init__(self, verbatim: Decode, plain: Decode) -> None:
        super().__init__(Path(), "scripted", "0")
        self.prints = {VERBATIM_PROMPT: verbatim, None: plain}

    def _encode(self, stretch: Audio, window_s: float) -> Any:
        return stretch, window_s

    def _decode(self, _encoded: Any, prompt: str | None, _beam: int) -> Decode:
        return self.prints[prompt]

    def _align(self, _encoded: Any, said: Decode, _s: float) -> tuple[Word, ...]:
        return tuple(Word(text) for text in said.text.split())


@pytest.mark.parametrize(
    ("verbatim", "plain", "expected"),
    [
        (
            decode("we cut with an hour", -0.3),
            decode("we cut within an hour"),
            "within",
        ),
        (decode("we cut within an hour", -0.3), decode("with an hour", -0.4), "within"),
        (decode("we cut within an hour", -0.1), decode("with an", -0.05), "within"),
        (decode("we cut, um, with an hour", -0.3), decode("we cut within"), "um,"),
        (decode("we cut the, the hour", -0.3), decode("we cut the hour"), "the,"),
        (decode("we cut within an hour", -0.3), decode("we" * 90, -0.1), "within"),
    ],
    ids=["likelier", "less likely", "sure", "filled pause", "repeat", "refused"],
)
def test_a_second_opinion_counts_where_the_first_is_unsure(
    verbatim: Decode, plain: Decode, expected: str
) -> None:
    ear = Scripted(verbatim, plain)
    heard = ear.hear(Audio(np.zeros(EAR_RATE_HZ * 3, np.float32)), 2.5)
    assert expected in {word.text for word in heard.words}


def test_somebody_who_waits_gets_no_second_opinion() -> None:
    ear = Scripted(decode("we cut with an hour", -0.3), decode("we cut within an hour"))
    heard = ear.hear(Audio(np.zeros(EAR_RATE_HZ * 3, np.float32)), 2.5, quick=True)
    assert "within" not in {word.text for word in heard.words}


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        FasterWhisper(tmp_path, "base", "0").warm_up()
    assert "voicecoach models" in caught.value.what_to_do


@pytest.fixture(scope="module")
def base() -> FasterWhisper:
    model = models.ensure("base", models.default_folder())
    return FasterWhisper(model.path, model.name, model.sha256)


@pytest.mark.model
@pytest.mark.parametrize(
    "clip", sorted(p.parent.name for p in (FIXTURES / "short").glob("*/truth.json"))
)
def test_short_clips_are_heard(base: FasterWhisper, clip: str) -> None:
    folder = FIXTURES / "short" / clip
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    answer = listen(read_audio(folder / "speech.ogg"), base)
    reference = words_of(truth["text"])
    # eSpeak's buzz is harder for Whisper than any human voice.
    limit = 0.2 if "Piper" in truth["speaker"] else 0.3
    assert word_errors(reference, words_of(answer.text)) / len(reference) <= limit
    spans = [word.span for word in answer.words if word.span]
    assert len(spans) == len(answer.words)
    assert all(a.start_s <= b.start_s for a, b in itertools.pairwise(spans))


@pytest.mark.model
@pytest.mark.parametrize("noise", NOISES, ids=lambda path: path.stem)
def test_no_sentence_is_invented_on_sounds_that_are_not_speech(
    base: FasterWhisper, noise: Path
) -> None:
    assert len(listen(read_audio(noise), base).words) <= 1


@pytest.mark.model
def test_quick_and_sure_agree_on_a_clear_sentence(base: FasterWhisper) -> None:
    audio = read_audio(FIXTURES / "short" / "decision" / "speech.ogg")
    quick = base.hear(audio, audio.duration_s * 0.8, quick=True)
    sure = base.hear(audio, audio.duration_s * 0.8)
    texts = [words_of(" ".join(w.text for w in h.words)) for h in (sure, quick)]
    assert word_errors(*texts) <= 0.15 * len(texts[0])


@pytest.mark.model
def test_filled_pauses_of_human_speech_are_printed(base: FasterWhisper) -> None:
    folder = SPEECH / "monologue_c"
    if not folder.exists():
        pytest.skip("labelled human speech (../shared/speech) is not here")
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    answer = listen(read_audio(folder / "speech.flac"), base)
    found = 0
    for label in truth["fillers"]:
        wide = Span(label["start_s"], label["end_s"]).padded(0.3)
        found += any(wide.overlap_s(p.span) > 0 for p in answer.filled_pauses)
    assert found >= len(truth["fillers"]) - 1


@pytest.mark.model
def test_silence_gives_nothing_and_does_not_reach_the_model(
    base: FasterWhisper,
) -> None:
    answer = listen(Audio(np.zeros(5 * EAR_RATE_HZ, np.float32)), base)
    assert answer.words == ()
    assert answer.voiced == ()


def test_punctuation_is_joined_without_its_silence() -> None:
    from voicecoach.transcription import _joined

    word = Word("so", Span(1.0, 1.2), 0.9)
    comma = Word(",", Span(1.2, 3.0), 0.9)
    assert _joined(word, comma) == Word("so,", Span(1.0, 1.2), 0.9)
    part = Word("'s", Span(1.2, 1.4), 0.9)
    assert _joined(word, part).span == Span(1.0, 1.4)
