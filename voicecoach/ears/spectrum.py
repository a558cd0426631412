"""What a sound shows of itself: levels, noise, band, tones. Numbers only, no verdict.

    level   ▂▂▁▁▇█▇▆▁▁▂▇█▆▇▁▁▁▆▇▂▁
            ··    95 of 100 frames are softer than this: the loud of the voice
            ··    10 of 100 are: the noise, in whoever pauses now and then

Levels are taken in the band of speech, 300-3400 Hz, because rumble below it (a desk, a
fan, a coupling fault) can carry a hundred times the power of the voice and harm nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicecoach.audio import EAR_RATE_HZ, FLOOR_DBFS, Samples, clipped_share
from voicecoach.timeline import Span

FRAME = 512
"""Samples, 32 ms."""
HOP = 1024
"""Samples: every other frame is looked at, enough for shares and medians."""
TONE_FRAME = 2048
"""Samples, 128 ms: fine enough to tell one note from its neighbour."""
RUMBLE_HZ = 93.0
SPEECH_HZ = (300.0, 3400.0)
TONE_HZ = (200.0, 4000.0)
TONE_LONGEST_S = 30.0
"""What is asked for tones of a long sound: its middle half minute."""
EDGE_S = 0.05
"""Silence nearer to voice than this is not asked how it sounds."""
LOUD_DB = 12.0
"""A frame less than this under the loud of the recording is loud itself."""
TONE_DB = 25.0
"""Softer frames than this are not asked for tones."""
PROMINENT_DB = 7.0
"""How far a tone stands out of the mean of its neighbours."""
STEADY_FRAMES = 4
"""A tone that stays where it is for 0.26 s is a note: the voice glides."""
LEAST_SILENCE_S = 2.2
"""Less silence than this tells nothing about how it sounds."""

_Floats = npt.NDArray[np.float32]
_Hz = npt.NDArray[np.floating]
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Signs:
    """What a sound shows.

    Args:
        speech_dbfs: median level of the voiced frames above the rumble; None if none.
        noise_dbfs: the same of the others.
        loud_dbfs: the level that 5 frames of 100 exceed.
        contrast_db: loud level over the level that 90 frames of 100 exceed, in the band
            of speech: about 5 dB more than the signal-to-noise ratio.
        unrest_db: how far the loudest tenth of the silence rises over its median: near
            1 for a steady hiss, 4 and more where somebody else talks; None where there
            is too little silence to say.
        clipped_share: of samples at full scale, 0..1.
        voiced_share: of the time from the first voice to the last, 0..1.
        alien_share: of frames that are loud and no voice, 0..1.
        tonal_share: of loud frames in which two or more notes are held, 0..1.
        low_share: of the power below 500 Hz, 0..1.
        low_cut_db: power at 400-600 Hz over 100-220 Hz; a voice has about as much.
        high_cut_db: power at 2.8-3.3 kHz over 6-7.5 kHz.
        is_still: whether every sample is the same: no microphone delivers that.
        voiced_s: seconds from the first voice to the last.
    """

    speech_dbfs: float | None
    noise_dbfs: float | None
    loud_dbfs: float
    contrast_db: float
    unrest_db: float | None
    clipped_share: float
    voiced_share: float
    alien_share: float
    tonal_share: float
    low_share: float
    low_cut_db: float
    high_cut_db: float
    is_still: bool
    voiced_s: float


def signs(samples: Samples, voiced: tuple[Span, ...]) -> Signs:
    """Look at a whole sound, shape (n,), 16 kHz, with its voiced spans.

    Takes 0.07 s for four minutes.
    """
    power = _powers(samples, FRAME)
    hz = np.fft.rfftfreq(FRAME, 1 / EAR_RATE_HZ)
    whole_db = _db(_between(power, hz, RUMBLE_HZ, EAR_RATE_HZ))
    band_db = _db(_between(power, hz, *SPEECH_HZ))
    voice, silence = _inside(voiced, len(power)), ~_inside(voiced, len(power), EDGE_S)
    loud_db = _percentile(whole_db, 95)
    spectrum = power[voice].mean(axis=0) if voice.any() else power.mean(axis=0)
    heard_s = voiced[-1].end_s - voiced[0].start_s if voiced else 0.0
    spoken_s = sum(span.duration_s for span in voiced)
    return Signs(
        speech_dbfs=_median(whole_db[voice]),
        noise_dbfs=_median(whole_db[~voice]),
        loud_dbfs=loud_db,
        contrast_db=_percentile(band_db, 95) - _percentile(band_db, 10),
        unrest_db=_unrest_db(band_db[silence]),
        clipped_share=clipped_share(samples),
        voiced_share=spoken_s / heard_s if heard_s else 0.0,
        alien_share=float(np.mean(~voice & (whole_db > loud_db - LOUD_DB))),
        tonal_share=_tonal_share(samples),
        low_share=float(_between(power, hz, 0, 500).sum() / max(power.sum(), 1e-20)),
        low_cut_db=_tilt_db(spectrum, (400, 600), (100, 220)),
        high_cut_db=_tilt_db(spectrum, (2800, 3300), (6000, 7500)),
        is_still=not len(samples) or float(np.ptp(samples)) == 0.0,
        voiced_s=heard_s,
    )


def _powers(samples: Samples, frame: int) -> _Floats:
    """Power per frame and frequency, shape (frames, frame / 2 + 1).

    Scaled so that a frame's sum is the mean square of its samples; a sound shorter than
    a frame is filled up with silence.
    """
    padded = np.pad(samples, (0, max(0, frame - len(samples))))
    cut = np.lib.stride_tricks.sliding_window_view(padded, frame)[::HOP]
    window = np.hanning(frame).astype(np.float32)
    scale = 2 / (frame * float(np.sum(window**2)))
    bins = np.fft.rfft(cut * window, axis=1)
    power: _Floats = (np.square(bins.real) + np.square(bins.imag)) * np.float32(scale)
    return power


def _between(power: _Floats, hz: _Hz, low_hz: float, high_hz: float) -> _Floats:
    """Power per frame from one frequency up to another."""
    first, last = np.searchsorted(hz, (low_hz, high_hz))
    summed: _Floats = power[:, first:last].sum(axis=1)
    return summed


def _db(power: _Floats) -> _Floats:
    level: _Floats = 10 * np.log10(power + 10 ** (FLOOR_DBFS / 10))
    return level


def _percentile(levels: _Floats, share: float) -> float:
    return float(np.percentile(levels, share))


def _median(levels: _Floats) -> float | None:
    """None for no frames, or digital silence."""
    level = float(np.median(levels)) if len(levels) else FLOOR_DBFS
    return level if level > FLOOR_DBFS + 1 else None


def _inside(spans: tuple[Span, ...], frames: int, wider_s: float = 0.0) -> _Mask:
    """Which frames have their middle in one of the spans."""
    middle_s = (np.arange(frames) * HOP + FRAME / 2) / EAR_RATE_HZ
    mask = np.zeros(frames, bool)
    for span in spans:
        near = span.padded(wider_s)
        first, last = np.searchsorted(middle_s, (near.start_s, near.end_s))
        mask[first:last] = True
    return mask


def _unrest_db(silence_db: _Floats) -> float | None:
    if len(silence_db) * HOP / EAR_RATE_HZ < LEAST_SILENCE_S:
        return None
    return _percentile(silence_db, 90) - _percentile(silence_db, 50)


def _tilt_db(
    spectrum: _Floats, one_hz: tuple[int, int], other_hz: tuple[int, int]
) -> float:
    """Mean power of one band over that of another."""
    hz = np.fft.rfftfreq(FRAME, 1 / EAR_RATE_HZ)
    one, other = (
        spectrum[(hz >= low) & (hz < high)].mean() for low, high in (one_hz, other_hz)
    )
    return float(10 * np.log10((one + 1e-14) / (other + 1e-14)))


def _tonal_share(samples: Samples) -> float:
    """Share of loud frames in which two frequencies or more are held as notes."""
    spare = max(0, len(samples) - round(TONE_LONGEST_S * EAR_RATE_HZ)) // 2
    power = _powers(samples[spare : len(samples) - spare], TONE_FRAME)
    if len(power) < STEADY_FRAMES:
        return 0.0
    hz = np.fft.rfftfreq(TONE_FRAME, 1 / EAR_RATE_HZ)
    level = _db(power[:, (hz >= TONE_HZ[0]) & (hz <= TONE_HZ[1])])
    held = _held(_peaks(level))
    frame_db = level.max(axis=1)
    loud = frame_db > np.percentile(frame_db, 95) - TONE_DB
    return float(np.mean(held.sum(axis=1)[loud] >= 2)) if loud.any() else 0.0


def _peaks(level: _Floats) -> _Mask:
    """Where a frequency is louder than both its neighbours and stands out."""
    sums = np.cumsum(np.pad(level, ((0, 0), (11, 10)), mode="edge"), axis=1)
    around = (sums[:, 21:] - sums[:, :-21]) / 21
    peaks: _Mask = level > around + PROMINENT_DB
    peaks[:, 1:] &= level[:, 1:] >= level[:, :-1]
    peaks[:, :-1] &= level[:, :-1] >= level[:, 1:]
    return peaks


def _held(peaks: _Mask) -> _Mask:
    """Those peaks that stay at one frequency long enough to be a note."""
    runs = np.lib.stride_tricks.sliding_window_view(peaks, STEADY_FRAMES, axis=0)
    starts = np.all(runs, axis=-1)
    held = np.zeros_like(peaks)
    for later in range(STEADY_FRAMES):
        held[later : later + len(starts)] |= starts
    return held
