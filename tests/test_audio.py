"""Sound as numbers: files of every kind, bad files, a WAV that survives a kill."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voicecoach.audio import (
    EAR_RATE_HZ,
    FLOOR_DBFS,
    Audio,
    Samples,
    WavWriter,
    clipped_share,
    level_dbfs,
    read_audio,
    read_wav,
    to_pcm16,
    write_wav,
)
from voicecoach.errors import AudioFileError, StorageError

PCM_STEP = 1 / 32_768

sounds = arrays(
    np.float32,
    st.integers(0, 400),
    elements=st.floats(-1, 1, width=32, allow_subnormal=False),
)


def tone(seconds: float, rate_hz: int, hz: float = 440.0, peak: float = 0.5) -> Samples:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return (peak * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def strongest_hz(audio: Audio) -> float:
    spectrum = np.abs(np.fft.rfft(audio.samples * np.hanning(len(audio.samples))))
    return float(np.argmax(spectrum)) * audio.rate_hz / len(audio.samples)


ENCODINGS = {  # extension -> codec, its sample format
    "wav": ("pcm_s16le", "s16"),
    "mp3": ("libmp3lame", "s16p"),
    "m4a": ("aac", "fltp"),
    "flac": ("flac", "s16"),
    "ogg": ("libopus", "s16"),
    "webm": ("libopus", "s16"),
    "mp4": ("aac", "fltp"),
}


def encode(path: Path, channels: Samples, rate_hz: int, extension: str = "") -> Path:
    """Write ``channels``, shape (c, n), as ``extension`` (that of ``path`` if none)."""
    extension = extension or path.suffix[1:]
    codec, sample_format = ENCODINGS[extension]
    layout = "mono" if len(channels) == 1 else "stereo"
    container_format = {"m4a": "ipod"}.get(extension, extension)
    with av.open(str(path), "w", format=container_format) as file:
        stream = file.add_stream(codec, rate=rate_hz, layout=layout)
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.open()
        step = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(sample_format, layout, rate_hz, frame_size=step)
        whole = av.AudioFrame.from_ndarray(channels, format="fltp", layout=layout)
        whole.rate, whole.pts = rate_hz, 0
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


# ---------------------------------------------------------------- files of every kind


@pytest.mark.parametrize(
    ("extension", "rate_hz"),
    [
        (extension, rate_hz)
        for extension, (codec, _) in ENCODINGS.items()
        for rate_hz in (8_000, 16_000, 44_100, 48_000)
        if (codec, rate_hz) != ("libopus", 44_100)  # Opus has no such rate
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_kind_of_file_becomes_16_khz_mono(
    tmp_path: Path, extension: str, rate_hz: int, channels: int
) -> None:
    sound = np.stack([tone(1.0, rate_hz)] * channels)
    audio = read_audio(encode(tmp_path / f"answer.{extension}", sound, rate_hz))
    assert audio.rate_hz == EAR_RATE_HZ
    # A lossy codec adds up to two of its frames around the sound.
    assert audio.duration_s == pytest.approx(1.0, abs=0.15)
    assert strongest_hz(audio) == pytest.approx(440, abs=3)
    inner = audio.between(0.2, 0.8)
    assert level_dbfs(inner.samples) == pytest.approx(-9.03, abs=1.0)


@pytest.mark.parametrize("extension", ENCODINGS)
def test_the_content_decides_not_the_name(tmp_path: Path, extension: str) -> None:
    sound = tone(0.5, 16_000)[None, :]
    path = encode(tmp_path / "answer.txt", sound, 16_000, extension)
    assert read_audio(path).duration_s == pytest.approx(0.5, abs=0.15)


def test_the_native_rate_is_kept_when_asked_for(tmp_path: Path) -> None:
    path = encode(tmp_path / "voice.wav", tone(1.0, 22_050)[None, :], 22_050)
    audio = read_audio(path, rate_hz=None)
    assert audio.rate_hz == 22_050
    assert len(audio.samples) == 22_050


def test_stereo_is_mixed_not_half_dropped(tmp_path: Path) -> None:
    left, right = tone(1.0, 16_000, hz=300), tone(1.0, 16_000, hz=900)
    audio = read_audio(encode(tmp_path / "two.wav", np.stack([left, right]), 16_000))
    spectrum = np.abs(np.fft.rfft(audio.samples))
    assert spectrum[300] == pytest.approx(spectrum[900], rel=0.05)
    assert spectrum[300] > 100 * np.median(spectrum)


@pytest.mark.parametrize("extension", ["mp3", "m4a", "ogg"])
def test_a_codec_that_overshoots_is_held_to_full_scale(
    tmp_path: Path, extension: str
) -> None:
    square = np.sign(tone(1.0, 16_000, hz=333)).astype(np.float32)[None, :]
    audio = read_audio(encode(tmp_path / f"loud.{extension}", square, 16_000))
    assert np.abs(audio.samples).max() <= 1.0


def test_sound_beside_pictures_is_found(tmp_path: Path) -> None:
    path = tmp_path / "meeting.mp4"
    with av.open(str(path), "w") as file:
        picture = file.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        sound = file.add_stream("aac", rate=16_000, layout="mono")
        for i in range(10):
            image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
            image.pts = i
            file.mux(picture.encode(image))
        file.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(
            tone(1.0, 16_000)[None, :], format="fltp", layout="mono"
        )
        frame.rate = 16_000
        resampler = av.AudioResampler("fltp", "mono", 16_000, frame_size=1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(sound.encode(part))
        file.mux(sound.encode(None))
    assert read_audio(path).duration_s == pytest.approx(1.0, abs=0.15)


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    path = encode(tmp_path / "long.flac", tone(20.0, 16_000)[None, :], 16_000)
    shares: list[float] = []
    read_audio(path, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert shares[-1] == pytest.approx(1.0, abs=0.02)


# ---------------------------------------------------------------- bad files


def refused(path: Path) -> AudioFileError:
    with pytest.raises(AudioFileError) as caught:
        read_audio(path)
    assert str(path) in caught.value.message
    assert caught.value.what_to_do
    assert caught.value.exit_code == 3
    return caught.value


def test_what_is_not_a_recording_is_refused_by_name(tmp_path: Path) -> None:
    assert "no file" in refused(tmp_path / "nowhere.wav").message
    assert "folder" in refused(tmp_path).message
    (tmp_path / "empty.wav").touch()
    assert "is empty" in refused(tmp_path / "empty.wav").message


@pytest.mark.parametrize("name", ["notes.wav", "notes.mp3", "notes.m4a", "notes.txt"])
@pytest.mark.parametrize("text", ["Tell me about a program.\n" * 50, "x", "\x00" * 999])
def test_text_is_refused_whatever_it_is_called(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    refused(path)


@settings(deadline=None, max_examples=60)
@given(content=st.binary(min_size=1, max_size=600))
@pytest.mark.parametrize(
    "start", [b"", b"RIFF\xff\xff\x00\x00WAVEfmt ", b"OggS", b"fLaC"]
)
def test_random_bytes_are_refused_or_read_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "random.bin"
    path.write_bytes(start + content)
    with contextlib.suppress(AudioFileError):
        assert len(read_audio(path).samples) > 0


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="root may read everything"
)
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "locked.wav", tone(0.1, 16_000)[None, :], 16_000)
    path.chmod(0)
    assert "cannot be read" in refused(path).message


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="Linux only")
def test_a_file_whose_reading_fails_is_refused() -> None:
    # Fails for root too: address 0 of a process's memory is not mapped.
    assert "cannot be read" in refused(Path("/proc/self/mem")).message


def test_a_wav_header_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "header.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    assert "no sound" in refused(path).message


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
        file.mux(stream.encode(image))
        file.mux(stream.encode(None))
    assert "no sound" in refused(path).message


@pytest.mark.parametrize("extension", ["wav", "mp3", "flac", "ogg", "webm"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_truncated_recording_yields_what_is_left(
    tmp_path: Path, extension: str, share: float
) -> None:
    rng = np.random.default_rng(1)
    sound = (0.1 * rng.standard_normal((1, 64_000))).astype(np.float32)
    path = encode(tmp_path / f"cut.{extension}", sound, 16_000)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    left_s = read_audio(path).duration_s
    assert left_s == pytest.approx(4.0 * share, abs=1.1)


def test_a_truncated_m4a_without_its_index_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "cut.m4a", tone(4.0, 16_000)[None, :], 16_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refused(path)


def test_a_header_that_promises_ten_hours_yields_the_second_that_is_there(
    tmp_path: Path,
) -> None:
    path = tmp_path / "liar.wav"
    write_wav(path, Audio(tone(1.0, 16_000)))
    content = bytearray(path.read_bytes())
    ten_hours = 10 * 3600 * 16_000 * 2
    content[40:44] = ten_hours.to_bytes(4, "little")
    content[4:8] = (ten_hours + 36).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    assert read_audio(path).duration_s == pytest.approx(1.0, abs=0.01)
    assert read_wav(path).duration_s == pytest.approx(1.0, abs=0.01)


def test_a_recording_of_more_than_two_hours_is_refused_at_once(
    tmp_path: Path,
) -> None:
    path = tmp_path / "day.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 1, 8_000, 0, "NONE", ""))
        for _ in range(130):
            file.writeframes(bytes(60 * 8_000))
    started_s = time.monotonic()
    assert "two hours" in refused(path).message
    assert time.monotonic() - started_s < 2, "before decoding"


@pytest.mark.slow
def test_two_hours_without_a_promised_length_stop_at_two_hours(tmp_path: Path) -> None:
    path = tmp_path / "stream.wav"  # a pipe's header: the size is not known
    second = bytes(8_000)
    with path.open("wb") as file:
        file.write(b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
        file.write((8_000).to_bytes(4, "little") * 2 + b"\x01\x00\x08\x00")
        file.write(b"data\xff\xff\xff\xff")
        for _ in range(2 * 3600 + 60):
            file.write(second)
    assert "two hours" in refused(path).message


# ---------------------------------------------------------------- our own WAV


@given(samples=sounds, rate_hz=st.sampled_from([8_000, 16_000, 22_050, 48_000]))
@settings(deadline=None)
def test_a_wav_comes_back_as_it_went(
    tmp_path_factory: pytest.TempPathFactory, samples: Samples, rate_hz: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "round_trip.wav"
    path.unlink(missing_ok=True)
    write_wav(path, Audio(samples, rate_hz))
    back = read_wav(path)
    assert back.rate_hz == rate_hz
    assert len(back.samples) == len(samples)
    np.testing.assert_allclose(back.samples, samples, atol=1.6 * PCM_STEP)


@given(
    samples=arrays(np.float32, st.integers(1, 50), elements=st.floats(-8, 8, width=32))
)
def test_pcm_clips_and_never_wraps(samples: Samples) -> None:
    pcm = np.frombuffer(to_pcm16(samples), "<i2")
    assert np.all((np.sign(pcm) == np.sign(samples)) | (np.abs(samples) < PCM_STEP))
    assert np.all(np.abs(pcm[np.abs(samples) >= 1]) == 32_767)


def test_other_programs_read_our_wav(tmp_path: Path) -> None:
    path = tmp_path / "ours.wav"
    write_wav(path, Audio(tone(1.5, 16_000)))
    with wave.open(str(path), "rb") as file:
        assert file.getparams()[:4] == (1, 2, 16_000, 24_000)


def test_the_file_is_whole_after_every_block(tmp_path: Path) -> None:
    path = tmp_path / "growing.wav"
    with WavWriter(path) as writer:
        for blocks in range(1, 6):
            writer.write(tone(0.25, 16_000))
            with wave.open(str(path), "rb") as file:
                assert file.getnframes() == blocks * 4_000
            assert read_audio(path).duration_s == pytest.approx(0.25 * blocks)


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_kill_keeps_every_block_written_before_it(tmp_path: Path) -> None:
    path = tmp_path / "killed.wav"
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time, pathlib, numpy as np\n"
            "from voicecoach.audio import WavWriter\n"
            "writer = WavWriter(pathlib.Path(sys.argv[1]))\n"
            "for _ in range(8):\n"
            "    writer.write(np.full(4000, 0.25, np.float32))\n"
            "print('written', flush=True)\n"
            "time.sleep(60)\n",
            str(path),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    with child, child.stdout:
        assert child.stdout.readline() == "written\n"
        child.send_signal(signal.SIGKILL)
    assert read_wav(path).duration_s == 2.0
    with wave.open(str(path), "rb") as file:
        assert file.getnframes() == 32_000, "the header was up to date"


def test_a_half_written_last_sample_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "torn.wav"
    write_wav(path, Audio(tone(0.1, 16_000)))
    path.write_bytes(path.read_bytes()[:-1])
    assert len(read_wav(path).samples) == 1_599


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"not a sound at all, but long enough for a header of its own",
        b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(20),
        b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00" + bytes(20),
    ],
    ids=["empty", "cut header", "text", "rate 0", "stereo"],
)
def test_a_foreign_or_damaged_wav_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.wav"
    path.write_bytes(content)
    with pytest.raises(AudioFileError, match=r"foreign\.wav"):
        read_wav(path)
    with pytest.raises(AudioFileError, match=r"nowhere\.wav"):
        read_wav(tmp_path / "nowhere.wav")


def test_a_recording_is_private(tmp_path: Path) -> None:
    write_wav(tmp_path / "answer.wav", Audio(tone(0.1, 16_000)))
    assert (tmp_path / "answer.wav").stat().st_mode & 0o077 == 0


def test_a_folder_that_is_missing_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        WavWriter(tmp_path / "nowhere" / "answer.wav")
    assert caught.value.exit_code == 7


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux only")
def test_a_full_disk_is_a_storage_error_with_what_to_do() -> None:
    with pytest.raises(StorageError, match="No space left") as caught:
        write_wav(Path("/dev/full"), Audio(tone(1.0, 16_000)))
    assert "space" in caught.value.what_to_do


# ---------------------------------------------------------------- levels, cuts, rates


@given(peak=st.floats(0.01, 1.0), gain_db=st.floats(-30, 0))
def test_a_gain_in_db_moves_the_level_by_as_much(peak: float, gain_db: float) -> None:
    loud = tone(0.5, 16_000, peak=peak)
    soft = loud * np.float32(10 ** (gain_db / 20))
    assert level_dbfs(soft) - level_dbfs(loud) == pytest.approx(gain_db, abs=0.01)


def test_levels_of_known_sounds() -> None:
    square = np.sign(tone(1.0, 16_000, hz=333.3)).astype(np.float32)
    assert level_dbfs(square) == pytest.approx(0.0, abs=0.02)
    sine = level_dbfs(tone(1.0, 16_000, peak=1.0))
    assert sine == pytest.approx(10 * math.log10(0.5), abs=0.01)
    assert level_dbfs(np.zeros(100, np.float32)) == FLOOR_DBFS
    assert level_dbfs(np.zeros(0, np.float32)) == FLOOR_DBFS


@given(samples=sounds)
def test_level_and_clipped_share_stay_in_range(samples: Samples) -> None:
    assert FLOOR_DBFS <= level_dbfs(samples) <= 0.0
    assert 0.0 <= clipped_share(samples) <= 1.0


def test_clipping_is_counted_by_the_sample() -> None:
    samples = np.array([0.0, 1.0, -1.0, 0.5, 0.99], np.float32)
    assert clipped_share(samples) == pytest.approx(2 / 5)
    assert clipped_share(np.zeros(0, np.float32)) == 0.0


@given(
    rate_hz=st.sampled_from([8_000, 22_050, 44_100, 48_000]), hz=st.floats(100, 3000)
)
@settings(deadline=None, max_examples=25)
def test_resampling_keeps_length_pitch_and_level(rate_hz: int, hz: float) -> None:
    audio = Audio(tone(1.0, rate_hz, hz=hz), rate_hz)
    ears = audio.at_rate(EAR_RATE_HZ)
    assert ears.duration_s == pytest.approx(1.0, abs=0.001)
    assert strongest_hz(ears) == pytest.approx(hz, abs=2)
    middle = ears.between(0.1, 0.9)
    assert level_dbfs(middle.samples) == pytest.approx(-9.03, abs=0.2)


def test_resampling_a_full_scale_square_stays_in_range() -> None:
    square = np.sign(tone(1.0, 48_000, hz=333.3)).astype(np.float32)
    assert np.abs(Audio(square, 48_000).at_rate(EAR_RATE_HZ).samples).max() <= 1.0


@given(start_s=st.floats(-1, 3), length_s=st.floats(0, 3))
def test_a_cut_lies_inside_the_sound(start_s: float, length_s: float) -> None:
    audio = Audio(tone(1.0, 16_000))
    cut = audio.between(start_s, start_s + length_s)
    inside_s = max(0.0, min(1.0, start_s + length_s) - min(1.0, max(0.0, start_s)))
    assert cut.duration_s == pytest.approx(inside_s, abs=2 / 16_000)


@pytest.mark.parametrize(
    ("samples", "rate_hz"),
    [
        (np.zeros((2, 10), np.float32), 16_000),
        (np.zeros(10, np.float64), 16_000),
        (np.zeros(10, np.float32), 0),
    ],
)
def test_what_is_not_mono_float_at_a_rate_cannot_be_made(
    samples: Samples, rate_hz: int
) -> None:
    with pytest.raises(ValueError, match=r"mono|rate"):
        Audio(samples, rate_hz)
