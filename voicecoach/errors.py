"""Everything that can go wrong, each with what to do next and an exit code.

    VoicecoachError                exit 1
    ├── UsageError                 exit 2   the command's words are off
    ├── SettingsError              exit 2   a settings file, variable or flag is wrong
    ├── QuestionError              exit 2   a question file or an unknown question id
    ├── AudioFileError             exit 3   a recording cannot be read or holds no sound
    ├── DeviceError                exit 4   PortAudio, microphone or speaker
    │   ├── NoPortAudioError                the library itself is missing
    │   ├── NoMicrophoneError               nothing to record from
    │   ├── BadSignalError                  digital silence, clipping, the wrong device
    │   └── DeviceLostError                 it went away while in use
    ├── SpeechError                exit 5   the interviewer's voice could not be made
    ├── ModelError                 exit 6   weights missing, damaged or too large
    ├── StorageError               exit 7   no room, no permission, damaged history
    └── BusyError                  exit 8   another voicecoach holds what is needed

Errors of other libraries are translated at the border where they arise, with
``raise ... from``; only `voicecoach.cli` catches what is listed here.
"""

from __future__ import annotations


class VoicecoachError(Exception):
    """A failure that a person can act on.

    Args:
        message: what happened, one sentence.
        what_to_do: the next step, one sentence; shown after the message.
    """

    exit_code = 1

    def __init__(self, message: str, what_to_do: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.what_to_do = what_to_do

    def __str__(self) -> str:
        """The message and the next step, as the terminal shows them."""
        return f"{self.message} {self.what_to_do}".strip()


class UsageError(VoicecoachError):
    """The words of the command do not fit together."""

    exit_code = 2


class SettingsError(VoicecoachError):
    """A setting has a wrong name, type or value; the message names its origin."""

    exit_code = 2


class QuestionError(VoicecoachError):
    """A question file is wrong (file and field named), or an id is unknown."""

    exit_code = 2


class AudioFileError(VoicecoachError):
    """A recording is missing, unreadable, not audio, empty or silent."""

    exit_code = 3


class DeviceError(VoicecoachError):
    """Sound hardware, or the library that reaches it, cannot be used."""

    exit_code = 4


class NoPortAudioError(DeviceError):
    """The PortAudio library is not installed, so no device can be reached."""


class NoMicrophoneError(DeviceError):
    """There is no input device, or none by the name that was asked for."""


class BadSignalError(DeviceError):
    """A microphone delivers digital silence or clipped sound."""


class DeviceLostError(DeviceError):
    """A device that was in use stopped delivering or taking sound."""


class SpeechError(VoicecoachError):
    """The voice engine is missing, hung, or produced no sound."""

    exit_code = 5


class ModelError(VoicecoachError):
    """Model weights are missing, fail their SHA-256, or cannot be loaded."""

    exit_code = 6


class StorageError(VoicecoachError):
    """The data folder or the history cannot be read or written."""

    exit_code = 7


class BusyError(VoicecoachError):
    """Another voicecoach process holds the lock that this one needs."""

    exit_code = 8
