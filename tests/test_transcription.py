"""The guard on made-up decodes; the real model on our own fixtures and on noise."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import pytest

from benchmarks.accuracy import word_errors, words_of
from voicecoach import models
from voicecoach.audio import EAR_RATE_HZ, Audio, Stretch, read_audio
from voicecoach.decodes import Decode, Guard, compression_ratio
from voicecoach.ears import listen
from voicecoach.errors import ModelError
from voicecoach.timeline import Span, Word
from voicecoach.transcription import VERBATIM_PROMPT, FasterWhisper

FIXTURES = Path(__file__).parents[1] / "audio_fixtures"
SPEECH = Path(__file__).parents[2] / "shared" / "speech"
NOISES = sorted((FIXTURES / "noise").glob("*.ogg"))


NOTHING = Stretch(Audio(np.zeros(EAR_RATE_HZ * 3, np.float32)), 2.5)


def decode(text: str, log_probability: float = -0.2) -> Decode:
    return Decode(tuple(text.encode()), text, log_probability, 0.0)


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
        self.prints: dict[str | None, Decode] = {VERBATIM_PROMPT: verbatim, None: plain}

    def _encode(self, stretches: Sequence[Stretch], _window_s: float) -> Any:
        return ctranslate2.StorageView.from_array(
            np.zeros((len(stretches), 1), np.float32)
        )

    def _decode(self, encoded: Any, prompt: str | None, _beam: int) -> list[Decode]:
        return [self.prints[prompt]] * encoded.shape[0]

    def _align(
        self, encoded: Any, printed: list[list[int]], durations_s: Sequence[float]
    ) -> list[tuple[Word, ...]]:
        assert encoded.shape[0] == len(printed) == len(durations_s)
        texts = {one.tokens: one.text for one in self.prints.values()}
        return [
            tuple(Word(text) for text in texts[tuple(tokens)].split())
            for tokens in printed
        ]


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
    heard = ear.hear(NOTHING)
    assert expected in {word.text for word in heard.words}


def test_of_several_stretches_each_gets_its_own_second_opinion() -> None:
    class Twofold(Scripted):
        def _decode(self, encoded: Any, prompt: str | None, beam: int) -> list[Decode]:
            printed = super()._decode(encoded, prompt, beam)
            return [sure, *printed[1:]] if prompt else printed

    sure = decode("we told the sponsor", -0.05)
    ear = Twofold(decode("we cut with an hour", -0.3), decode("we cut within an hour"))
    ear.prints["sure"] = sure
    told = [" ".join(w.text for w in h.words) for h in ear.hear_all([NOTHING] * 3)]
    assert told == ["we told the sponsor", *["we cut within an hour"] * 2]


def test_somebody_who_waits_gets_no_second_opinion() -> None:
    ear = Scripted(decode("we cut with an hour", -0.3), decode("we cut within an hour"))
    heard = ear.hear(NOTHING, quick=True)
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
    stretch = Stretch(audio, audio.duration_s * 0.8)
    quick = base.hear(stretch, quick=True)
    sure = base.hear(stretch)
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
def test_stretches_heard_together_are_heard_as_one_by_one(base: FasterWhisper) -> None:
    clips = [read_audio(p) for p in sorted((FIXTURES / "short").glob("*/speech.ogg"))]
    noise = Audio(np.random.default_rng(0).normal(0, 0.1, 48_000).astype(np.float32))
    stretches = [Stretch(clip, clip.duration_s * 0.8) for clip in (*clips, noise)]
    together = base.hear_all(stretches)
    for stretch, heard in zip(stretches, together, strict=True):
        alone = base.hear(stretch)
        assert [w.text for w in heard.words] == [w.text for w in alone.words]
        assert heard.doubtful == alone.doubtful
        for ours, theirs in zip(heard.words, alone.words, strict=True):
            assert ours.span
            assert theirs.span
            assert abs(ours.span.start_s - theirs.span.start_s) < 0.1


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
