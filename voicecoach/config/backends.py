"""The one composition root: settings in, voices, devices and ears out.

Each table gives a name its constructor. What a constructor needs is imported inside
it, so naming a backend costs nothing until it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from voicecoach import models
from voicecoach.config import choosing
from voicecoach.config.folders import models_folder, voice_folder
from voicecoach.config.settings import AUTO, Settings
from voicecoach.errors import AudioFileError

if TYPE_CHECKING:
    from voicecoach.microphone import Loudspeaker, Microphone
    from voicecoach.models.self_test import Pace
    from voicecoach.speech import Speaker
    from voicecoach.transcription import Transcriber


def speaker(settings: Settings) -> Speaker:
    """The interviewer's voice; each sentence is rendered once and kept.

    The kept sounds lie in the data folder, as follow-up questions quote the answer.
    """
    from voicecoach.speech import CachedSpeaker

    return CachedSpeaker(voice(settings), voice_folder(settings))


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


def transcriber(settings: Settings, *, recordings: bool = False) -> Transcriber:
    """The ear for words; its weights are loaded when it is warmed up or first used.

    Where the settings leave the model open, the one that a trial has chosen, else the
    default: nothing is tried.

    Args:
        settings: those that hold.
        recordings: whether it is for recordings alone, where all decoders are always
            busy; threads that the settings leave open are then shared out.

    Raises:
        ModelError: the model is missing or damaged.
        StorageError: no room to put it together.
    """
    from voicecoach.transcription import threads_for_recordings

    model = models.ensure(choosing.model_name(settings), models_folder(settings))
    if recordings and not settings.model.threads:
        shared = settings.model.model_copy(update={"threads": threads_for_recordings()})
        settings = settings.model_copy(update={"model": shared})
    return _built(settings, model)


def live_transcriber(settings: Settings, tell: Callable[[str], None]) -> Transcriber:
    """The ear for somebody who speaks now, with a model that keeps up.

    Where the settings leave the model open, the installed ones are tried, once a
    machine, from the largest down; see `voicecoach.models.self_test`.

    Args:
        settings: those that hold.
        tell: takes a line for the person.

    Raises:
        ModelError: no model can be used.
        StorageError: no room to put one together.
    """
    if settings.model.name != AUTO:
        return transcriber(settings)
    try:
        return choosing.Trials(settings, partial(_built, settings), tell).choose()
    except AudioFileError as error:  # our sample is gone: no reason not to listen
        tell(str(error))
        return transcriber(settings)


def try_model(settings: Settings, name: str) -> Pace:
    """Measure how fast an installed model is here, in full, and keep it.

    Raises:
        ModelError: it is missing, damaged, or cannot be loaded.
        StorageError: no room to put it together, or to keep what was measured.
    """
    model = models.ensure(name, models_folder(settings))
    pace = choosing.measure(_built(settings, model), thorough=True)
    choosing.tried(settings).keep(model.sha256, pace)
    return pace


def _built(settings: Settings, model: models.Model) -> Transcriber:
    return TRANSCRIBERS["faster-whisper"](settings, model)


def _pyttsx3(settings: Settings) -> Speaker:
    from voicecoach.speech import Pyttsx3Speaker

    return Pyttsx3Speaker(settings.voice.name, settings.voice.rate_wpm)


def _piper(settings: Settings) -> Speaker:
    from voicecoach.speech import PiperSpeaker

    return PiperSpeaker(settings.voice.rate_wpm)


def _beep(_: Settings) -> Speaker:
    from voicecoach.testing import SilentSpeaker

    return SilentSpeaker()  # the question is then read from the screen


def _faster_whisper(settings: Settings, model: models.Model) -> Transcriber:
    from voicecoach.transcription import FasterWhisper

    chosen = settings.model
    return FasterWhisper(
        model.path, model.name, model.sha256, chosen.threads, chosen.compute_type
    )


SPEAKERS: Mapping[str, Callable[[Settings], Speaker]] = {
    "pyttsx3": _pyttsx3,
    "piper": _piper,
    "none": _beep,
}
TRANSCRIBERS: Mapping[str, Callable[[Settings, models.Model], Transcriber]] = {
    "faster-whisper": _faster_whisper,
}
