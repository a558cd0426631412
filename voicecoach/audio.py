"""Sound as numbers: decode any file, read and write WAV, resample, measure level.

Everything inside the program is float32 mono in [-1, 1]; 16 kHz is what both ears take.
"""

from __future__ import annotations

import math
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from voicecoach.errors import AudioFileError, StorageError

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream

Samples = npt.NDArray[np.float32]
"""Mono samples in [-1, 1], shape (n,)."""

EAR_RATE_HZ = 16_000
"""What Whisper and Silero are trained on."""

FLOOR_DBFS = -120.0
"""Level reported for digital silence, below the -96 dB of 16-bit sound."""

LONGEST_S = 2 * 3600
"""Longest recording that is read: two hours at 16 kHz float32 are 460 MB."""

_FULL_SCALE = 32767
_HEADER_BYTES = 44


@dataclass(frozen=True, eq=False)
class Audio:
    """A sound: samples, shape (n,), float32 in [-1, 1], and their rate in Hz."""

    samples: Samples
    rate_hz: int = EAR_RATE_HZ

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.float32:
            msg = f"want float32 mono, not {self.samples.dtype} {self.samples.shape}"
            raise ValueError(msg)
        if self.rate_hz <= 0:
            msg = f"a sample rate is positive, not {self.rate_hz}"
            raise ValueError(msg)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz

    def between(self, start_s: float, end_s: float) -> Audio:
        """A cut from the one second to the other, a view, not a copy."""
        first, last = round(start_s * self.rate_hz), round(end_s * self.rate_hz)
        return Audio(self.samples[max(0, first) : max(0, last)], self.rate_hz)

    def at_rate(self, rate_hz: int) -> Audio:
        """The same sound at another rate, by soxr's high-quality resampler."""
        if rate_hz == self.rate_hz:
            return self
        import soxr

        resampled = soxr.resample(self.samples, self.rate_hz, rate_hz)
        return Audio(np.clip(resampled, -1, 1).astype(np.float32), rate_hz)


def level_dbfs(samples: Samples) -> float:
    """Root-mean-square level in dB below full scale; a full-scale square wave is 0."""
    if not len(samples):
        return FLOOR_DBFS
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(FLOOR_DBFS, 10 * math.log10(power)) if power > 0 else FLOOR_DBFS


def clipped_share(samples: Samples, at: float = 0.995) -> float:
    """Share of samples, 0..1, at or over ``at`` of full scale."""
    return float(np.mean(np.abs(samples) >= at)) if len(samples) else 0.0


def read_audio(
    path: Path,
    progress: Callable[[float], None] | None = None,
    rate_hz: int | None = EAR_RATE_HZ,
) -> Audio:
    """Decode any file that FFmpeg knows into mono, 16 kHz unless asked otherwise.

    Args:
        path: wav, mp3, m4a, flac, ogg, webm, mp4 ...; a name proves nothing, the
            content decides.
        progress: called with the share done, 0..1, where the length is known.
        rate_hz: rate of the result; None keeps the file's own.

    Raises:
        AudioFileError: missing, unreadable, no audio in it, empty, damaged from the
            start, or longer than two hours. A file damaged later yields what can be
            read before the damage.
    """
    _refuse_unreadable(path)
    import av

    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                msg = f"{path} holds no sound."
                raise AudioFileError(msg, "Give a recording (wav, mp3, m4a, flac ...).")
            _refuse_too_long(path, container)
            rate_hz = rate_hz or container.streams.audio[0].rate
            blocks = list(_decoded(path, container, rate_hz, progress))
    except (av.error.FFmpegError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        msg = f"{path} is not a recording that can be read ({why})."
        raise AudioFileError(
            msg, "Play it elsewhere to check it, or export it as WAV."
        ) from error
    samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    if not len(samples):
        msg = f"{path} holds no sound."
        raise AudioFileError(msg, "Record it again, or export it as WAV.")
    return Audio(np.clip(samples, -1, 1), rate_hz)  # a lossy codec can overshoot


def _refuse_unreadable(path: Path) -> None:
    if path.is_dir():
        msg = f"{path} is a folder, not a recording."
        raise AudioFileError(msg, "Name the files in it.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError as error:
        msg = f"There is no file {path}."
        raise AudioFileError(msg, "Check the name.") from error
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise AudioFileError(msg, "Check its permissions.") from error
    if empty:
        msg = f"{path} is empty."
        raise AudioFileError(msg, "Record it again.")


def _refuse_too_long(path: Path, container: av.container.InputContainer) -> None:
    """Before minutes are spent on decoding; a header's word is weighed, not trusted.

    Ten hours in a file of a second's size is a damaged header: no speech codec goes
    below 300 bytes a second, so such a promise is left to the decoder to find out.
    """
    promised_s = (container.duration or 0) / 1_000_000  # FFmpeg counts microseconds
    if promised_s > LONGEST_S and path.stat().st_size > 300 * promised_s:
        raise _too_long(path)


def _too_long(path: Path) -> AudioFileError:
    return AudioFileError(f"{path} is longer than two hours.", "Cut out the answer.")


def _decoded(
    path: Path,
    container: av.container.InputContainer,
    rate_hz: int,
    progress: Callable[[float], None] | None,
) -> Iterator[Samples]:
    """Mono blocks at ``rate_hz``; stops early where the file is damaged."""
    import av

    stream: AudioStream = container.streams.audio[0]
    promised_s = (container.duration or 0) / 1_000_000  # FFmpeg counts microseconds
    resampler = av.AudioResampler(format="fltp", rate=rate_hz)
    done = 0
    try:
        for frame in container.decode(stream):
            for part in resampler.resample(frame):
                yield (block := _flat(part))
                done += len(block)
                if done > LONGEST_S * rate_hz:
                    raise _too_long(path)
                if progress and promised_s:
                    progress(min(1.0, done / rate_hz / promised_s))
    except (av.error.FFmpegError, ValueError):  # ValueError: the format changes
        if not done:
            raise
    for part in resampler.resample(None):
        yield _flat(part)


def _flat(frame: av.AudioFrame) -> Samples:
    """The mean of the channels: FFmpeg's own mix adds 3 dB to stereo and can clip."""
    mixed: Samples = frame.to_ndarray().mean(axis=0, dtype=np.float32)
    return mixed


def read_wav(path: Path) -> Audio:
    """A WAV of our own making, tolerant of a header that a kill left unfinished.

    Raises:
        AudioFileError: when it is not 16-bit mono PCM as `WavWriter` writes it.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
            data = file.read()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise AudioFileError(msg) from error
    if header[:4] != b"RIFF" or header[20:24] != b"\x01\x00\x01\x00":
        msg = f"{path} is not a recording of this program."
        raise AudioFileError(msg, "Use `voicecoach review` for other recordings.")
    rate_hz = int.from_bytes(header[24:28], "little")
    if not rate_hz:
        msg = f"{path} is damaged: its header has no sample rate."
        raise AudioFileError(msg)
    pcm = np.frombuffer(data[: len(data) // 2 * 2], "<i2")
    return Audio((pcm / np.float32(_FULL_SCALE + 1)).astype(np.float32), rate_hz)


def to_pcm16(samples: Samples) -> bytes:
    """Little-endian 16-bit PCM, clipped, not wrapped, at full scale."""
    return (np.clip(samples, -1, 1) * _FULL_SCALE).round().astype("<i2").tobytes()


def write_wav(path: Path, audio: Audio) -> None:
    """Write a whole sound as 16-bit WAV."""
    with WavWriter(path, audio.rate_hz) as writer:
        writer.write(audio.samples)


class WavWriter:
    """A WAV that is whole on disk after every `write`: a kill loses nothing before it.

    The header is brought up to date and the file flushed to the system with each
    block, so a reader at any moment, or after a kill, sees a valid file.

    Raises:
        StorageError: when the disk is full or refuses; what was written stays.
    """

    def __init__(self, path: Path, rate_hz: int = EAR_RATE_HZ) -> None:
        self.path = path
        try:
            path.touch(mode=0o600)
            self._file = path.open("r+b")
            self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - closed in close()
        except OSError as error:
            raise self._translated(error) from error
        self._wave.setnchannels(1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(rate_hz)

    def _translated(self, error: OSError) -> StorageError:
        msg = f"The recording {self.path} cannot be written: {error.strerror}."
        return StorageError(msg, "Free some space; what was recorded so far is kept.")

    def write(self, samples: Samples) -> None:
        """Append samples of shape (n,) and make them safe on disk."""
        try:
            self._wave.writeframes(to_pcm16(samples))  # also patches the header
            self._file.flush()
        except OSError as error:
            raise self._translated(error) from error

    def close(self) -> None:
        """Finish the file; a second call does nothing."""
        try:
            try:
                self._wave.close()
            finally:
                self._file.close()
        except OSError as error:
            raise self._translated(error) from error

    def __enter__(self) -> WavWriter:
        """Itself, open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close, whatever happened."""
        self.close()


@dataclass(frozen=True)
class Stretch:
    """A part of a sound to transcribe.

    Args:
        audio: 16 kHz mono, at most 30 s.
        voiced_s: how much of it is voice, for the guard.
    """

    audio: Audio
    voiced_s: float
