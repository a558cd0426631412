"""The one composition root: settings in, voices, devices, ears and folders out.

Each table gives a name its constructor. What a constructor needs is imported inside
it, so naming a backend costs nothing until it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from voicecoach import models
from voicecoach.config.settings import Settings
from voicecoach.config.sources import settings_file
from voicecoach.errors import StorageError

if TYPE_CHECKING:
    from voicecoach.microphone import Loudspeaker, Microphone
    from voicecoach.speech import Speaker
    from voicecoach.transcription import Transcriber


def data_folder(settings: Settings) -> Path:
    """Where attempts and recordings are kept; made, for its owner only, if missing.

    Our own folder is kept closed to others. One that the user chose may hold other
    things and keeps the permissions it has; `voicecoach doctor` speaks up.

    Raises:
        StorageError: it cannot be made.
    """
    chosen = settings.folders.data
    path = (
        Path(chosen).expanduser()
        if chosen
        else platformdirs.user_data_path("voicecoach", appauthor=False)
    )
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not chosen and path.stat().st_mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        msg = f"The data folder {path} cannot be made: {error.strerror}."
        raise StorageError(
            msg, "Choose another: `voicecoach config set folders.data FOLDER`."
        ) from error
    return path


def models_folder(settings: Settings) -> Path:
    """Where models are; may not exist yet."""
    chosen = settings.folders.models
    return Path(chosen).expanduser() if chosen else models.default_folder()


def questions_folder(settings: Settings) -> Path | None:
    """The user's own questions, or "questions" beside the settings file; else None."""
    if chosen := settings.folders.questions:
        return Path(chosen).expanduser()
    beside = settings_file().parent / "questions"
    return beside if beside.is_dir() else None


def speaker(settings: Settings) -> Speaker:
    """The interviewer's voice; each sentence is rendered once and kept.

    The kept sounds lie in the data folder, as follow-up questions quote the answer.
    """
    from voicecoach.speech import CachedSpeaker

    return CachedSpeaker(voice(settings), voice_folder(settings))


def voice_folder(settings: Settings) -> Path:
    """Where rendered sentences are kept; may not exist yet."""
    return data_folder(settings) / "voice"


def voice(settings: Settings) -> Speaker:
    """The same voice, rendered anew each time."""
    return SPEAKERS[settings.voice.engine](settings)


def microphone(settings: Settings) -> Microphone:
    """The microphone of the settings; opened only when it is used."""
    from voicecoach.microphone import SoundDeviceMicrophone

    return SoundDeviceMicrophone(settings.sound.microphone)


def loudspeaker(settings: Settings) -> Loudspeaker:
    """The loudspeaker of the settings; opened only when it is used."""
    from voicecoach.microphone import SoundDeviceLoudspeaker

    return SoundDeviceLoudspeaker(settings.sound.speaker)


def transcriber(settings: Settings) -> Transcriber:
    """The ear for words; its weights are loaded when it is warmed up or first used.

    Raises:
        ModelError: the model is missing or damaged.
        StorageError: no room to put it together.
    """
    return TRANSCRIBERS["faster-whisper"](settings)


def _pyttsx3(settings: Settings) -> Speaker:
    from voicecoach.speech import Pyttsx3Speaker

    return Pyttsx3Speaker(settings.voice.name, settings.voice.rate_wpm)


def _piper(settings: Settings) -> Speaker:
    from voicecoach.speech import PiperSpeaker

    return PiperSpeaker(settings.voice.rate_wpm)


def _beep(_: Settings) -> Speaker:
    from voicecoach.testing import SilentSpeaker

    return SilentSpeaker()  # the question is then read from the screen


def _faster_whisper(settings: Settings) -> Transcriber:
    from voicecoach.transcription import FasterWhisper

    chosen = settings.model
    model = models.ensure(chosen.name, models_folder(settings))
    return FasterWhisper(
        model.path, model.name, model.sha256, chosen.threads, chosen.compute_type
    )


SPEAKERS: Mapping[str, Callable[[Settings], Speaker]] = {
    "pyttsx3": _pyttsx3,
    "piper": _piper,
    "none": _beep,
}
TRANSCRIBERS: Mapping[str, Callable[[Settings], Transcriber]] = {
    "faster-whisper": _faster_whisper,
}
