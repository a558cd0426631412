"""Make bad sound out of good recordings, their truth unchanged.

    .venv/bin/python benchmarks/degrade.py FOLDER OUT [--only NAME ...]

FOLDER is laid out as benchmarks/accuracy.py says, and so is OUT, with one folder a kind
and recording: OUT/babble_jfk/{speech.flac, truth.json}. The same recordings give the
same copies, sample for sample. `accuracy.py OUT` then prints one total a kind.
"""

from __future__ import annotations

import argparse
import shutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from voicecoach.audio import EAR_RATE_HZ, Samples, read_audio

if TYPE_CHECKING:
    from av.audio.stream import AudioStream

Wave = npt.NDArray[np.float64]

SNR_DB = 10.0
QUIET_DBFS = -40.0
CLIPPED_SHARE = 0.05
FAR_DB = 17.0
"""How much quieter the second voice is: three to four metres away instead of half."""
FAR_CUTOFF_HZ = 3000.0
ROOM_S = 0.5
"""In which a room's echo falls by 60 dB; a furnished living room."""
TELEPHONE_HZ = (300.0, 3400.0)
CROWD = 6
"""Voices in the babble: too many to follow one."""
SPEECH_FROM_DB = 25.0
"""Frames this far under the loudest ones are no speech when its level is taken."""
LOSSY_BITS_PER_S = 8000

_FRAME = EAR_RATE_HZ // 50


@dataclass(frozen=True)
class Take:
    """One recording to spoil.

    Args:
        sound: 16 kHz, shape (n,), in [-1, 1].
        others: the other recordings, for voices in the background.
        rng: seeded by the recording's name and the kind.
    """

    sound: Wave
    others: Sequence[Wave]
    rng: np.random.Generator


@dataclass(frozen=True)
class Spoiled:
    """A degraded sound and the file format to keep it in."""

    sound: Wave
    rate_hz: int = EAR_RATE_HZ
    codec: str = "flac"
    bits_per_s: int = 0


def speech_power(sound: Wave) -> float:
    """Mean power of the frames with speech in them, silences left out."""
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.mean(frames**2, axis=1)
    loudest = np.percentile(power, 95)
    return float(power[power > loudest * 10 ** (-SPEECH_FROM_DB / 10)].mean())


def scaled_to(sound: Wave, power: float) -> Wave:
    """At another level of speech."""
    scaled: Wave = sound * np.sqrt(power / speech_power(sound))
    return scaled


def band(sound: Wave, low_hz: float, high_hz: float, rate_hz: int) -> Wave:
    """Only what lies between two frequencies, with edges of 10 %."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / rate_hz)
    rise = np.clip((hz - 0.9 * low_hz) / max(0.1 * low_hz, 1e-9), 0, 1)
    fall = np.clip((1.1 * high_hz - hz) / (0.1 * high_hz), 0, 1)
    return np.fft.irfft(spectrum * rise * fall, len(sound))


def looped(sound: Wave, length: int, start: int) -> Wave:
    """Any length of a sound, from anywhere in it, repeated as needed."""
    turned = np.roll(sound, -start)
    return np.tile(turned, -(-length // len(turned)))[:length]


# -- kinds -----------------------------------------------------------------------------


def clean(take: Take) -> Spoiled:
    """As it was, to compare with."""
    return Spoiled(take.sound)


def telephone(take: Take) -> Spoiled:
    """The band of an old telephone line, 300-3400 Hz."""
    return Spoiled(band(take.sound, *TELEPHONE_HZ, EAR_RATE_HZ))


def sampled8khz(take: Take) -> Spoiled:
    """Half the sampling rate: everything over 4 kHz is gone."""
    import soxr

    return Spoiled(soxr.resample(take.sound, EAR_RATE_HZ, 8000), 8000)


def babble(take: Take) -> Spoiled:
    """Other people talking, backwards so that there is no word in it, 10 dB below."""
    chosen = take.rng.permutation(len(take.others))[:CROWD]
    crowd = np.zeros(len(take.sound))
    for index in chosen:
        voice = take.others[index][::-1]
        voice = voice / np.sqrt(speech_power(voice))
        crowd += looped(voice, len(crowd), int(take.rng.integers(len(voice))))
    return Spoiled(_with_noise(take.sound, crowd))


def pink(take: Take) -> Spoiled:
    """Steady noise that falls by 3 dB an octave, 10 dB below: a fan, a street."""
    spectrum = np.fft.rfft(take.rng.standard_normal(len(take.sound)))
    hz = np.fft.rfftfreq(len(take.sound), 1 / EAR_RATE_HZ)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(hz, 20)), len(take.sound))
    return Spoiled(_with_noise(take.sound, noise))


def white(take: Take) -> Spoiled:
    """Noise as strong at every frequency, 10 dB below: a hiss."""
    return Spoiled(_with_noise(take.sound, take.rng.standard_normal(len(take.sound))))


def _with_noise(sound: Wave, noise: Wave) -> Wave:
    power = speech_power(sound) / 10 ** (SNR_DB / 10)
    mixed: Wave = sound + noise * np.sqrt(power / np.mean(noise**2))
    return mixed


def quiet(take: Take) -> Spoiled:
    """Speech at -40 dBFS."""
    return Spoiled(scaled_to(take.sound, 10 ** (QUIET_DBFS / 10)))


def clipped(take: Take) -> Spoiled:
    """So loud that one sample in twenty is cut off at full scale."""
    limit = np.quantile(np.abs(take.sound), 1 - CLIPPED_SHARE)
    return Spoiled(np.clip(take.sound / limit, -1, 1))


def farvoice(take: Take) -> Spoiled:
    """Somebody else talking across the room: dull, echoing, 17 dB below."""
    voice = take.others[int(take.rng.integers(len(take.others)))]
    dull = band(looped(voice, len(take.sound), 0), 100, FAR_CUTOFF_HZ, EAR_RATE_HZ)
    times_s = np.arange(round(ROOM_S * EAR_RATE_HZ)) / EAR_RATE_HZ
    echo = take.rng.standard_normal(len(times_s)) * 10 ** (-3 * times_s / ROOM_S)
    size = len(dull) + len(echo)
    wet = np.fft.irfft(np.fft.rfft(dull, size) * np.fft.rfft(echo, size), size)
    power = speech_power(take.sound) / 10 ** (FAR_DB / 10)
    return Spoiled(take.sound + scaled_to(wet[: len(dull)], power))


def lossy(take: Take) -> Spoiled:
    """Opus at 8 kbit/s: a bad connection."""
    return Spoiled(take.sound, codec="libopus", bits_per_s=LOSSY_BITS_PER_S)


KINDS: dict[str, Callable[[Take], Spoiled]] = {
    "clean": clean,
    "telephone": telephone,
    "sampled8khz": sampled8khz,
    "babble": babble,
    "pink": pink,
    "white": white,
    "quiet": quiet,
    "clipped": clipped,
    "farvoice": farvoice,
    "lossy": lossy,
}


# -- files -----------------------------------------------------------------------------


def spoil(kind: str, name: str, sounds: dict[str, Wave]) -> Spoiled:
    """One recording degraded in one way; the others lend their voices."""
    others = [sound for other, sound in sounds.items() if other != name]
    seed = zlib.crc32(f"{kind} {name}".encode())
    return KINDS[kind](Take(sounds[name], others, np.random.default_rng(seed)))


def write(folder: Path, spoiled: Spoiled) -> None:
    """Keep it as 16-bit FLAC, or as Opus in Ogg."""
    import av

    ending = "flac" if spoiled.codec == "flac" else "ogg"
    samples: Samples = np.clip(spoiled.sound, -1, 1).astype(np.float32)
    pcm = (samples * 32767).round().astype(np.int16)
    with av.open(str(folder / f"speech.{ending}"), "w") as container:
        added = container.add_stream(spoiled.codec, rate=spoiled.rate_hz)
        stream = cast("AudioStream", added)
        stream.layout = "mono"
        if spoiled.bits_per_s:
            stream.bit_rate = spoiled.bits_per_s
        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.sample_rate = spoiled.rate_hz
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def main() -> None:
    """Write the degraded copies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="+", help="names of recordings; default all")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    chosen = parser.parse_args()
    sounds = {
        file.parent.name: read_audio(file).samples.astype(np.float64)
        for file in sorted(chosen.folder.glob("*/speech.*"))
    }
    for kind in chosen.kinds:
        for name in chosen.only or sounds:
            folder = chosen.out / f"{kind}_{name}"
            folder.mkdir(parents=True, exist_ok=True)
            write(folder, spoil(kind, name, sounds))
            truth = chosen.folder / name / "truth.json"
            shutil.copyfile(truth, folder / "truth.json")


if __name__ == "__main__":
    main()
