"""Sound hardware through PortAudio: list it, check it, record from it, play on it.

The interview knows only the protocols `Microphone`, `InputStream` and `Loudspeaker`;
what PortAudio says in numbers is said here in words. Four habits of sound systems that
shape the code, each seen with PortAudio 19.6 over ALSA and PulseAudio 16:

- PortAudio reads the list of devices once. A device is therefore kept by name and host
  API, never by index, and `list_devices` starts PortAudio afresh.
- A device that is unplugged either ends its stream or just stops calling back.
- A forbidden or muted microphone delivers zeros and no error.
- A stream that was handed everything still holds 0.1-0.25 s that nobody has heard, and
  closing it throws them away; so a loudspeaker is fed silence until the sound is out.
"""

from voicecoach.microphone.playing import SoundDeviceLoudspeaker
from voicecoach.microphone.portaudio import (
    Device,
    Direction,
    choose,
    list_devices,
    portaudio_version,
)
from voicecoach.microphone.protocols import (
    Block,
    InputStream,
    Loudspeaker,
    Microphone,
    never,
)
from voicecoach.microphone.recording import SoundDeviceMicrophone
from voicecoach.microphone.signal_check import Preflight, preflight

__all__ = [
    "Block",
    "Device",
    "Direction",
    "InputStream",
    "Loudspeaker",
    "Microphone",
    "Preflight",
    "SoundDeviceLoudspeaker",
    "SoundDeviceMicrophone",
    "choose",
    "list_devices",
    "never",
    "portaudio_version",
    "preflight",
]
