"""The border to PortAudio: which devices there are, opening one, errors in plain words.

Nothing else in the program imports sounddevice.
"""

from __future__ import annotations

import logging
import os
import sys
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Literal

from voicecoach.errors import DeviceError, NoMicrophoneError, NoPortAudioError

_log = logging.getLogger(__name__)

Direction = Literal["input", "output"]

_INSTALL = {
    "linux": "Install it: sudo apt-get install libportaudio2",
    "darwin": "Install it: brew install portaudio",
}

_ADVICE = {
    -9985: "Another program may hold it: close that one and try again.",
    -9996: "It may have been unplugged: run `voicecoach doctor` to see what is there.",
    -9999: "The system may forbid it: check the sound and privacy settings.",
}
_ADVICE_OTHERWISE = "Run `voicecoach doctor` to see what works."


@dataclass(frozen=True)
class Device:
    """A sound device as PortAudio sees it.

    Args:
        name: as the system calls it; not always unique.
        host_api: "ALSA", "Core Audio", "Windows WASAPI" ...
        max_inputs: channels to record, 0 for a loudspeaker.
        max_outputs: channels to play, 0 for a microphone.
        default_rate_hz: its own rate.
        is_default_input: whether the system records from it when nobody chooses.
        is_default_output: whether the system plays on it when nobody chooses.
    """

    name: str
    host_api: str
    max_inputs: int
    max_outputs: int
    default_rate_hz: int
    is_default_input: bool = False
    is_default_output: bool = False

    @property
    def label(self) -> str:
        """Name and host API, the way to choose this device in the settings."""
        return f"{self.name}, {self.host_api}"

    def channels(self, direction: Direction) -> int:
        """How many channels it records or plays."""
        return self.max_inputs if direction == "input" else self.max_outputs

    def is_default(self, direction: Direction) -> bool:
        """Whether it is used when nobody chooses."""
        return self.is_default_input if direction == "input" else self.is_default_output


open_streams: weakref.WeakSet[object] = weakref.WeakSet()
"""Starting PortAudio afresh would close these under the feet of their users."""


def list_devices() -> tuple[Device, ...]:
    """Every device of this moment, ones plugged in since the start included.

    While a stream of this process is open the list is the one it was opened from.

    Raises:
        NoPortAudioError: the library is missing.
        DeviceError: the sound system does not answer.
    """
    was_started = "sounddevice" in sys.modules  # else the import makes the list now
    with portaudio("The sound devices cannot be listed") as sd:
        if was_started and not open_streams:
            # sounddevice has no public way to scan again; its author advises these two
            # (python-sounddevice issue 125).
            sd._terminate()
            sd._initialize()
        return known_devices(sd)


def known_devices(sd: ModuleType) -> tuple[Device, ...]:
    """The list PortAudio made when it started; the index there is the place here."""
    apis = [api["name"] for api in sd.query_hostapis()]
    first_choice = {kind: _default_index(sd, kind) for kind in ("input", "output")}
    return tuple(
        Device(
            name=found["name"],
            host_api=apis[found["hostapi"]],
            max_inputs=found["max_input_channels"],
            max_outputs=found["max_output_channels"],
            default_rate_hz=round(found["default_samplerate"]),
            is_default_input=index == first_choice["input"],
            is_default_output=index == first_choice["output"],
        )
        for index, found in enumerate(sd.query_devices())
    )


def portaudio_version() -> str:
    """As the library gives it, for `voicecoach doctor`.

    Raises:
        NoPortAudioError: the library is missing.
    """
    with portaudio("PortAudio does not answer") as sd:
        return str(sd.get_portaudio_version()[1])


def _default_index(sd: ModuleType, kind: str) -> int:
    try:
        return int(sd.query_devices(kind=kind)["index"])
    except sd.PortAudioError:  # "Error querying device -1": there is none
        return -1


def choose(
    devices: Sequence[Device], wanted: str | None, direction: Direction
) -> Device:
    """The device of that label, name or part of either; the default one for None.

    Raises:
        NoMicrophoneError: none to record from, or none, or more than one, is so named.
        DeviceError: the same for loudspeakers.
    """
    usable = [device for device in devices if device.channels(direction)]
    if not usable:
        raise _nothing(direction)
    if wanted is None:
        return next((d for d in usable if d.is_default(direction)), usable[0])
    for fits in (
        [d for d in usable if d.label == wanted],
        [d for d in usable if d.name == wanted],
        [d for d in usable if wanted.casefold() in d.label.casefold()],
    ):
        if len({device.label for device in fits}) == 1:
            return fits[0]
    raise _unknown(wanted, direction, usable)


def _nothing(direction: Direction) -> DeviceError:
    if direction == "input":
        return NoMicrophoneError(
            "No microphone found.", "Plug one in, or run `voicecoach demo`."
        )
    return DeviceError("No loudspeaker found.", "Plug in a speaker or headphones.")


def _unknown(
    wanted: str, direction: Direction, usable: Sequence[Device]
) -> DeviceError:
    kind, noun = {
        "input": (NoMicrophoneError, "microphone"),
        "output": (DeviceError, "loudspeaker"),
    }[direction]
    choices = "; ".join(dict.fromkeys(device.label for device in usable))
    return kind(f"No single {noun} is called {wanted!r}.", f"Choose one of: {choices}.")


@contextmanager
def portaudio(failure: str) -> Iterator[ModuleType]:
    """sounddevice, its errors translated and the chatter of ALSA kept off the screen.

    Raises:
        NoPortAudioError: the library is missing.
        DeviceError: ``failure``, and what PortAudio says.
    """
    with _quiet_stderr():
        _quiet_alsa()
        try:
            import sounddevice
        except OSError as error:
            raise NoPortAudioError(
                "Sound cannot be reached: the PortAudio library is not installed.",
                _INSTALL.get(sys.platform, "Install PortAudio."),
            ) from error
        try:
            yield sounddevice
        except sounddevice.PortAudioError as error:
            code = error_code(error)
            raise DeviceError(
                f"{failure}: {error.args[0]}.", _ADVICE.get(code, _ADVICE_OTHERWISE)
            ) from error


def error_code(error: Exception) -> int:
    """PortAudio's number for what went wrong, 0 when it gave none."""
    return int(error.args[1]) if len(error.args) > 1 else 0


@cache
def _quiet_alsa() -> object:
    """Log what ALSA says, of each underrun that it recovers from, and print nothing.

    Unlike file descriptor 2 this can stay as it is while streams run. The cache keeps
    the handler alive, as C has only a pointer to it.
    """
    if sys.platform != "linux":
        return None
    import ctypes

    text, number = ctypes.c_char_p, ctypes.c_int
    signature = ctypes.CFUNCTYPE(None, text, number, text, number, text)
    handler = signature(lambda *said: _log.debug("ALSA: %s", said))
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
    except OSError:  # a PortAudio without ALSA
        return None
    return handler


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Send file descriptor 2 nowhere for a moment.

    ALSA, JACK and PortAudio print on it from C, for every device that they only try.
    """
    try:
        saved = os.dup(2)
    except OSError:  # closed, as under some services: nothing to keep quiet
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - no path of the user
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
