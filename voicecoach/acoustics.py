"""Sound as a listener's ear takes it apart: level, pitch and spectrum every 10 ms.

    samples   ▁▂▇▆▇▆▇▆▇▇▂▁▃▇▂        16 kHz
    level       ▅▇▇▇▇▇▇▆▂ ▄▆          dB, 100-4,000 Hz
    pitch       ──────────  ─         Hz, where the sound repeats itself
    movement  ▇▅▁▁▁▁▁▁▁▅▇▆▇          how fast the spectrum changes

A filled pause is held: its pitch runs flat and its spectrum hardly moves, which fluent
speech does for a tenth of a second at most (Goto, Itou & Hayamizu 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from voicecoach.audio import EAR_RATE_HZ, Samples
from voicecoach.timeline import Span

HOP_S = 0.01
_HOP = round(HOP_S * EAR_RATE_HZ)
_WINDOW = 800
"""Samples per frame, 50 ms: three periods of the lowest voice."""
_SIDE = (_WINDOW - _HOP) // 2
"""Samples of a window before (and behind) the 10 ms that it stands for."""
_FFT = 1024
_RATE_HZ = EAR_RATE_HZ // 2
"""Half the rate does for pitch and for the formants of a vowel, at half the cost."""
LOWEST_HZ, HIGHEST_HZ = 60.0, 400.0
_BANDS, _CEPSTRA = 24, 13
_REACH = 4
"""Frames on each side that `Frames.movement` compares: 80 ms, longer than one pitch
period of a creaky voice and shorter than a syllable."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Frames:
    """What each 10 ms sounds like; frame ``k`` stands for ``k * 10 ms`` onward.

    Args:
        level_db: shape (n,), energy between 100 and 4,000 Hz, relative dB.
        pitch_hz: shape (n,), likeliest fundamental; meaningless where not periodic.
        periodicity: shape (n,), 0..1, how well the sound repeats at that pitch.
        cepstra: shape (n, 12), the shape of the spectrum without its level.
    """

    level_db: Floats
    pitch_hz: Floats
    periodicity: Floats
    cepstra: Floats

    def __len__(self) -> int:
        return len(self.level_db)

    @cached_property
    def floor_db(self) -> float:
        """Level of the background: what a tenth of the frames stay below."""
        return float(np.percentile(self.level_db, 10)) if len(self) else 0.0

    @cached_property
    def movement(self) -> Floats:
        """Cepstral distance over 80 ms, dB, shape (n,); small where a sound is held."""
        smooth = _running_mean(self.cepstra, 5)
        ahead = smooth[np.minimum(np.arange(len(self)) + _REACH, len(self) - 1)]
        behind = smooth[np.maximum(np.arange(len(self)) - _REACH, 0)]
        distance = np.sqrt(np.square(ahead - behind).sum(axis=1))
        return _running_mean(distance[:, None], 5)[:, 0]

    def part(self, span: Span) -> slice:
        """The frames of a span."""
        first, last = (round(t / HOP_S) for t in (span.start_s, span.end_s))
        return slice(min(first, len(self)), min(last, len(self)))

    def pitched(self, over_floor_db: float = 6.0) -> tuple[Span, ...]:
        """Stretches of 60 ms and more whose pitch is there and moves smoothly.

        A vowel or nasal; not a breath, a knock or a hiss, which have no pitch, and not
        a steady hum, which is the floor.
        """
        semitones = 12 * np.log2(np.maximum(self.pitch_hz, 1.0))
        steps = np.abs(np.diff(semitones, prepend=semitones[:1]))
        held = (steps < _STEP) & (self.periodicity > _PERIODIC)
        held &= self.level_db > self.floor_db + over_floor_db
        runs = [r for r in _runs(held) if r[1] - r[0] >= _SURE_FRAMES]
        joined = _bridged([(first - 1, last) for first, last in runs], _BRIDGE_FRAMES)
        return tuple(
            Span(max(0, first) * HOP_S, last * HOP_S)
            for first, last in joined
            if last - first >= _SHORTEST_FRAMES
        )


_STEP = 0.8
"""Semitones from frame to frame; a voice glides less, a wrong octave jumps 12."""
_PERIODIC = 0.4
_SURE_FRAMES, _BRIDGE_FRAMES, _SHORTEST_FRAMES = 4, 3, 6


class Acoustics:
    """Frames of a sound that is still arriving; blocks of any size, same frames."""

    def __init__(self) -> None:
        self._rest: Samples = np.zeros(_SIDE, np.float32)
        self._done: list[Frames] = []

    def hear(self, samples: Samples) -> None:
        """Take the next samples, shape (n,), 16 kHz."""
        self._rest = np.concatenate([self._rest, samples])
        count = (len(self._rest) - _WINDOW) // _HOP + 1
        if count > 0:
            self._done.append(_frames(self._rest, count))
            self._rest = self._rest[count * _HOP :]

    def frames(self) -> Frames:
        """All frames so far, the last ones padded with silence."""
        padded = np.concatenate([self._rest, np.zeros(_SIDE, np.float32)])
        count = max(0, (len(padded) - _WINDOW) // _HOP + 1)
        self._done = [_joined(self._done)]
        return _joined([*self._done, *([_frames(padded, count)] if count else [])])


def _joined(parts: Sequence[Frames]) -> Frames:
    """Frames one after the other."""
    none = np.zeros(0, np.float32)
    nothing = Frames(none, none, none, np.zeros((0, _CEPSTRA - 1), np.float32))
    parts = [nothing, *parts]
    return Frames(
        np.concatenate([part.level_db for part in parts]),
        np.concatenate([part.pitch_hz for part in parts]),
        np.concatenate([part.periodicity for part in parts]),
        np.concatenate([part.cepstra for part in parts]),
    )


def _frames(samples: Samples, count: int) -> Frames:
    """The first ``count`` frames of samples that start `_SIDE` before the first."""
    length = (count - 1) * _HOP + _WINDOW
    halved = samples[:length].reshape(-1, 2).mean(axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(halved, _WINDOW // 2)
    shaped = windows[:: _HOP // 2] * np.hanning(_WINDOW // 2).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(shaped, _FFT))).astype(np.float32)
    bands = power @ _filters().T
    pitch_hz, periodicity = _pitch(power)
    return Frames(
        10 * np.log10(bands.sum(axis=1) + 1e-9),
        pitch_hz,
        periodicity,
        (10 * np.log10(bands + 1e-9)) @ _cosines().T,
    )


def _pitch(power: Floats) -> tuple[Floats, Floats]:
    """Pitch and periodicity by autocorrelation, corrected for the window's own."""
    spectrum = power * _audible()
    correlation = np.fft.irfft(spectrum)[:, : _WINDOW // 2]
    correlation /= np.maximum(correlation[:, :1], 1e-9) * _window_correlation()
    shortest, longest = int(_RATE_HZ / HIGHEST_HZ), int(_RATE_HZ / LOWEST_HZ)
    lags = np.arange(shortest, longest)
    candidates = correlation[:, shortest:longest]
    favour = 1 - 0.033 * np.log2(lags / shortest)  # of octaves that fit alike, the high
    best = np.argmax(candidates * favour, axis=1)
    strength = candidates[np.arange(len(candidates)), best]
    return (
        (_RATE_HZ / (best + shortest)).astype(np.float32),
        np.clip(strength, 0, 1).astype(np.float32),
    )


@cache
def _window_correlation() -> Floats:
    window = np.hanning(_WINDOW // 2)
    power = np.square(np.abs(np.fft.rfft(window, _FFT)))
    correlation = np.fft.irfft(power)[: _WINDOW // 2]
    return np.asarray(np.maximum(correlation / correlation[0], 1e-3), np.float32)


@cache
def _audible() -> Floats:
    """Shape (513,): leaves out rumble and mains hum below the lowest voice."""
    hertz = np.fft.rfftfreq(_FFT, 1 / _RATE_HZ)
    return np.asarray(hertz >= LOWEST_HZ, np.float32)


@cache
def _filters() -> Floats:
    """Triangular mel filters over 100-4,000 Hz, shape (24, 513)."""
    mels = np.linspace(_mel(100.0), _mel(_RATE_HZ / 2), _BANDS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    hertz = np.fft.rfftfreq(_FFT, 1 / _RATE_HZ)
    low, middle, high = (edges[i : i + _BANDS, None] for i in range(3))
    rising, falling = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


@cache
def _cosines() -> Floats:
    """Bands -> cepstra 1-12 (a DCT-II), shape (12, 24)."""
    order = np.arange(1, _CEPSTRA)[:, None]
    angles = np.pi * order * (np.arange(_BANDS) + 0.5) / _BANDS
    return np.asarray(np.cos(angles) * np.sqrt(2 / _BANDS), np.float32)


def _running_mean(values: Floats, width: int) -> Floats:
    """Mean over ``width`` neighbouring rows, fewer at the ends; same shape."""
    sums = np.cumsum(
        np.vstack([np.zeros_like(values[:1]), values]), axis=0, dtype=float
    )
    at = np.arange(len(values))
    first = np.maximum(0, at - width // 2)
    last = np.minimum(len(values), at + width // 2 + 1)
    return np.asarray((sums[last] - sums[first]) / (last - first)[:, None], np.float32)


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of True, each ``(first, one past the last)``."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _bridged(runs: list[tuple[int, int]], over: int) -> list[tuple[int, int]]:
    """Neighbours at most ``over`` frames apart joined."""
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and first - joined[-1][1] <= over:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
