"""Listen to a microphone for a moment before it matters: does a signal arrive?"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from voicecoach.audio import EAR_RATE_HZ, Samples, clipped_share, level_dbfs
from voicecoach.errors import BadSignalError
from voicecoach.microphone.protocols import InputStream, Microphone

CLIPPED_SHARE_LIMIT = 0.01
"""Full scale for 15 ms of a 1.5 s check; a knock on the desk is shorter."""

_WHEN_SILENT = {
    "linux": "It is muted or the wrong one: look in `pavucontrol`, or run "
    "`pactl set-source-mute @DEFAULT_SOURCE@ 0`, then try again.",
    "darwin": "Allow your terminal to use it under System Settings > Privacy & "
    "Security > Microphone, then start the terminal again.",
    "win32": "Allow it under Settings > Privacy & security > Microphone, and retry.",
}


@dataclass(frozen=True)
class Preflight:
    """What a microphone delivered while nobody had to speak.

    Args:
        device: its name.
        level_dbfs: root-mean-square level in dB below full scale.
        peak: largest sample, 0..1.
        clipped_share: share of samples at full scale, 0..1.
        overflows: how often samples were lost.
    """

    device: str
    level_dbfs: float
    peak: float
    clipped_share: float
    overflows: int


def preflight(microphone: Microphone, seconds: float = 1.5) -> Preflight:
    """Listen and refuse what cannot be a voice; quiet is fine.

    Digital silence gets a second chance as long again, since some devices deliver
    zeros while they wake up.

    Raises:
        BadSignalError: digital silence, or clipping throughout.
        DeviceError: it cannot be opened, or went away.
    """
    name = microphone.name
    with microphone.open() as stream:
        samples, overflows = _listened(stream, seconds)
        if _is_digital_silence(samples):
            samples, overflows = _listened(stream, seconds)
    if _is_digital_silence(samples):
        raise _silent(name)
    share = clipped_share(samples)
    if share > CLIPPED_SHARE_LIMIT:
        raise _clipping(name, share)
    peak = float(np.abs(samples).max())
    return Preflight(name, level_dbfs(samples), peak, share, overflows)


def _listened(stream: InputStream, seconds: float) -> tuple[Samples, int]:
    blocks = []
    missing = round(seconds * EAR_RATE_HZ)
    while missing > 0 and (block := stream.read(0.5)) is not None:
        blocks.append(block)
        missing -= len(block.samples)
    samples = [block.samples for block in blocks]
    overflows = sum(block.overflowed for block in blocks)
    return np.concatenate(samples) if samples else np.zeros(0, np.float32), overflows


def _is_digital_silence(samples: Samples) -> bool:
    return not len(samples) or float(np.ptp(samples)) == 0.0


def _silent(name: str) -> BadSignalError:
    return BadSignalError(
        f"{name} delivers digital silence: no sound reaches this program.",
        _WHEN_SILENT.get(sys.platform, "See the sound settings of the system."),
    )


def _clipping(name: str, share: float) -> BadSignalError:
    return BadSignalError(
        f"{name} is much too loud: {share:.0%} of its sound is cut off at full scale.",
        "Turn its level down in the sound settings, then try again.",
    )
