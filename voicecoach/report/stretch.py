"""Faster or slower speech at the same pitch: waveform-similarity overlap-add (WSOLA).

W. Verhelst & M. Roelands, "An overlap-add technique based on waveform similarity for
high quality time-scale modification of speech", ICASSP 1993.

    in    |----a----|        frames are taken `hop * speed` apart, each moved by up to
               |----b----|   SEARCH_S so that it continues the one before it,
    out   |--a--|--b--|      and laid `hop` apart, cross-faded
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voicecoach.audio import Audio, Samples

HOP_S = 0.020
"""Half a frame: long enough for two periods of a low voice, short beside a phone."""
SEARCH_S = 0.010
"""How far a frame may move: one period of a 100 Hz voice."""
COARSE = 4
"""Every fourth sample first: sixteen times less work, and pitch is below 500 Hz."""


def stretched(audio: Audio, speed: float) -> Audio:
    """The same speech, ``speed`` times as fast, pitch kept.

    Raises:
        ValueError: when ``speed`` is not positive.
    """
    if speed <= 0:
        msg = f"a speed is positive, not {speed}"
        raise ValueError(msg)
    hop = round(HOP_S * audio.rate_hz)
    if speed == 1 or len(audio.samples) < 4 * hop:
        return audio
    frames = _overlap_added(audio.samples, hop, round(SEARCH_S * audio.rate_hz), speed)
    return Audio(frames, audio.rate_hz)


def _overlap_added(samples: Samples, hop: int, search: int, speed: float) -> Samples:
    count = max(1, int(len(samples) / speed / hop))
    padded = np.pad(samples, (search, 3 * hop + 2 * search + int(hop * speed)))
    fade_in = (0.5 - 0.5 * np.cos(np.pi * np.arange(hop) / hop)).astype(np.float32)
    out = np.zeros((count + 1) * hop, np.float32)
    at = search
    out[:hop] = padded[at : at + hop]
    for k in range(1, count + 1):
        tail = padded[at + hop : at + 2 * hop]  # what would follow if nothing moved
        near = round(k * hop * speed)
        at = near + _best_offset(padded[near : near + 2 * search + hop], tail)
        head = padded[at : at + hop]
        out[k * hop : (k + 1) * hop] = tail * (1 - fade_in) + head * fade_in
    return out[: max(1, round(len(samples) / speed))]


def _best_offset(region: Samples, wanted: Samples) -> int:
    """Where in ``region`` the samples are most like ``wanted``: coarse, then fine."""
    windows = np.lib.stride_tricks.sliding_window_view(region, len(wanted))
    coarse = _most_like(windows[::COARSE, ::COARSE], wanted[::COARSE]) * COARSE
    first = max(0, coarse - COARSE + 1)
    return first + _most_like(windows[first : coarse + COARSE], wanted)


def _most_like(windows: npt.NDArray[np.float32], wanted: Samples) -> int:
    """Row of the highest normalised correlation."""
    energy = np.sqrt(np.einsum("ij,ij->i", windows, windows)) + np.float32(1e-6)
    return int(np.argmax(windows @ wanted / energy))
