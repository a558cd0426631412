"""Ten seconds each of what a microphone hears when nobody speaks, all from numbers.

No ear may make words out of these. Run the script to write them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from make import HERE, write_ogg

from voicecoach.audio import EAR_RATE_HZ, Samples

SECONDS = 10
LENGTH = SECONDS * EAR_RATE_HZ
Wave = npt.NDArray[np.float64]

_TIME_S: Wave = np.arange(LENGTH) / EAR_RATE_HZ


def silence() -> Samples:
    """Digital silence: what a muted or forbidden microphone delivers."""
    return np.zeros(LENGTH, np.float32)


def room_tone() -> Samples:
    """Noise that falls by 3 dB an octave, -50 dBFS."""
    return _at(_band(0, 8000, tilt=0.5), -50)


def hum() -> Samples:
    """Mains: 50 Hz and its odd harmonics, -35 dBFS."""
    tones = [np.sin(2 * np.pi * 50 * k * _TIME_S) / k for k in (1, 3, 5, 7)]
    return _at(np.sum(tones, axis=0), -35)


def breath() -> Samples:
    """Slow in-breaths close to the microphone: noise of 0.5-4 kHz that swells."""
    period_s, share = 3.3, 0.4
    phase = (_TIME_S % period_s) / period_s / share
    swell = np.where(phase < 1, np.sin(np.pi * np.minimum(phase, 1)) ** 2, 0)
    return _at(_band(500, 4000, tilt=0.5) * swell, -34)


def keyboard() -> Samples:
    """Some five key strokes a second: bursts of 8 ms, each press with its release."""
    rng = np.random.default_rng(3)
    strokes = np.zeros(LENGTH)
    burst = np.exp(-np.arange(EAR_RATE_HZ // 50) / (0.0025 * EAR_RATE_HZ))
    at = 0.4
    while at < SECONDS - 0.3:
        for delay_s, gain in ((0.0, 1.0), (rng.uniform(0.06, 0.11), 0.5)):
            start = round((at + delay_s) * EAR_RATE_HZ)
            click = rng.standard_normal(len(burst)) * burst * gain
            strokes[start : start + len(burst)] += click * rng.uniform(0.5, 1)
        at += rng.uniform(0.1, 0.35)
    return _at(strokes, -32)


def music() -> Samples:
    """Four struck chords, C A-minor F G, six harmonics a note, 2.5 s each."""
    chords_hz = (
        (261.6, 329.6, 392.0),
        (220.0, 261.6, 329.6),
        (174.6, 220.0, 261.6),
        (196.0, 246.9, 293.7),
    )
    t = _TIME_S[: LENGTH // len(chords_hz)]
    envelope = np.minimum(t / 0.01, 1) * np.exp(-t / 1.2)
    bars = [
        sum(np.sin(2 * np.pi * f * k * t) / k**1.5 for f in chord for k in range(1, 7))
        * envelope
        for chord in chords_hz
    ]
    return _at(np.concatenate(bars), -22)


NOISES: dict[str, Callable[[], Samples]] = {
    "silence": silence,
    "room_tone": room_tone,
    "hum": hum,
    "breath": breath,
    "keyboard": keyboard,
    "music": music,
}


def _band(low_hz: float, high_hz: float, tilt: float) -> Wave:
    """Noise between two frequencies; power falls as frequency to ``-2 * tilt``."""
    spectrum = np.fft.rfft(np.random.default_rng(5).standard_normal(LENGTH))
    hz = np.fft.rfftfreq(LENGTH, 1 / EAR_RATE_HZ)
    spectrum *= ((hz >= low_hz) & (hz <= high_hz)) / np.maximum(hz, 20) ** tilt
    return np.fft.irfft(spectrum, LENGTH)


def _at(wave: Wave, dbfs: float) -> Samples:
    """At a level, whole-length root mean square, clipped at full scale."""
    scale = 10 ** (dbfs / 20) / np.sqrt(np.mean(wave**2))
    result: Samples = np.clip(wave * scale, -1, 1).astype(np.float32)
    return result


if __name__ == "__main__":
    for name, sound in NOISES.items():
        write_ogg(HERE / "noise" / f"{name}.ogg", sound())
