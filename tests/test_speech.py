"""The interviewer's voice: it really speaks, is cached, and every failure is said."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from voicecoach.audio import Audio, level_dbfs, read_wav, write_wav
from voicecoach.errors import SpeechError
from voicecoach.speech import (
    WORKER,
    CachedSpeaker,
    PiperSpeaker,
    Pyttsx3Speaker,
    Speaker,
    list_voices,
)

QUESTION = "Tell me about a program that failed, and what you changed after it."

needs_espeak = pytest.mark.skipif(
    sys.platform.startswith("linux") and shutil.which("espeak-ng") is None,
    reason="espeak-ng is not installed",
)
needs_piper = pytest.mark.skipif(
    importlib.util.find_spec("piper") is None, reason="the extra piper is not installed"
)


def worker_script(folder: Path, body: str) -> tuple[str, ...]:
    """A worker command that runs ``body`` in place of our worker."""
    path = folder / "worker.py"
    path.write_text(body, encoding="utf-8")
    return (sys.executable, str(path))


def spoken_wpm(audio: Audio, text: str) -> float:
    return len(text.split()) / audio.duration_s * 60


@needs_espeak
def test_a_question_is_spoken_at_about_the_rate_asked_for() -> None:
    audio = Pyttsx3Speaker(rate_wpm=165).render(QUESTION)
    assert audio.rate_hz == 22_050, "playback keeps the engine's own rate"
    assert -35 < level_dbfs(audio.samples) < -10
    assert 120 < spoken_wpm(audio, QUESTION) < 220


@needs_espeak
def test_a_slower_rate_takes_longer_and_a_longer_text_too() -> None:
    usual = Pyttsx3Speaker(rate_wpm=165).render(QUESTION)
    slow = Pyttsx3Speaker(rate_wpm=110).render(QUESTION)
    twice = Pyttsx3Speaker(rate_wpm=165).render(f"{QUESTION} {QUESTION}")
    assert slow.duration_s > 1.2 * usual.duration_s
    assert twice.duration_s == pytest.approx(2 * usual.duration_s, rel=0.15)


@needs_espeak
def test_a_control_character_does_not_cut_the_question_short() -> None:
    whole = Pyttsx3Speaker().render("Take me through the release, phase by phase.")
    odd = Pyttsx3Speaker().render(
        "Take me through\x00 the release,\r\n phase by phase."
    )
    assert odd.duration_s == pytest.approx(whole.duration_s, rel=0.05)


@needs_espeak
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="eSpeak's voice names")
def test_an_unknown_voice_is_refused_instead_of_replaced_by_the_default() -> None:
    with pytest.raises(SpeechError, match="no voice 'nobody-home'"):
        Pyttsx3Speaker(voice="nobody-home").render(QUESTION)


@needs_espeak
def test_every_listed_voice_has_an_id_and_an_english_one_speaks() -> None:
    voices = list_voices()
    assert all(voice.id and voice.name for voice in voices)
    english = next(v for v in voices if any(tag[:2] == "en" for tag in v.languages))
    audio = Pyttsx3Speaker(voice=english.id).render("One, two, three.")
    assert level_dbfs(audio.samples) > -40


@pytest.mark.parametrize("text", ["", "  \n", "...", "\x00"])
def test_nothing_to_say_is_an_error_not_the_text_before(text: str) -> None:
    with pytest.raises(SpeechError, match="nothing to say"):
        Pyttsx3Speaker().render(text)
    with pytest.raises(SpeechError, match="nothing to say"):
        PiperSpeaker().render(text)


@pytest.mark.skipif(os.name != "posix", reason="asks the system for a process id")
def test_a_hanging_worker_is_killed_in_time_and_the_message_says_so(
    tmp_path: Path,
) -> None:
    pid_file = tmp_path / "pid"
    hang = worker_script(
        tmp_path,
        f"import os, pathlib, time\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid()))\n"
        f"time.sleep(60)\n",
    )
    started_s = time.monotonic()
    with pytest.raises(SpeechError, match=r"stopped twice after 1\.5 s"):
        Pyttsx3Speaker(timeout_s=1.5, worker=hang).render(QUESTION)
    assert time.monotonic() - started_s < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_a_worker_that_hangs_once_is_started_again(tmp_path: Path) -> None:
    hang_once = worker_script(
        tmp_path,
        "import pathlib, time\n"
        f"flag = pathlib.Path({str(tmp_path / 'hung')!r})\n"
        "if not flag.exists():\n"
        "    flag.touch()\n"
        "    time.sleep(60)\n"
        "print('{\"voices\": []}')\n",
    )
    assert list_voices(timeout_s=1.5, worker=hang_once) == ()


@needs_espeak
@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="eSpeak's own race")
def test_the_rate_is_kept_when_many_speak_on_a_busy_machine() -> None:
    # pyttsx3 as it comes loses the rate of one sentence in fifty here.
    with ThreadPoolExecutor(6) as pool:
        sounds = pool.map(Pyttsx3Speaker(rate_wpm=120).render, [QUESTION] * 60)
        assert len({len(sound.samples) for sound in sounds}) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="eSpeak is Linux's")
def test_a_missing_espeak_says_what_to_install(tmp_path: Path) -> None:
    # The real worker and the real pyttsx3, in a process where no library can be loaded.
    blocked = worker_script(
        tmp_path,
        "import ctypes, runpy\n"
        "def refuse(self, name):\n"
        "    raise OSError(f'{name}: cannot open shared object file')\n"
        "ctypes.LibraryLoader.LoadLibrary = refuse\n"
        f"runpy.run_path({WORKER[-1]!r}, run_name='__main__')\n",
    )
    with pytest.raises(SpeechError) as caught:
        Pyttsx3Speaker(worker=blocked).render(QUESTION)
    assert "espeak-ng" in caught.value.what_to_do
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("raise SystemExit('segment fault')", "segment fault"),
        ("print('{}')", "made no sound"),
        ("print('not json')", "failed"),
        ('print(\'{"error": "engine", "detail": "no bus"}\')', "no bus"),
    ],
)
def test_a_failing_worker_becomes_one_plain_sentence(
    tmp_path: Path, body: str, says: str
) -> None:
    with pytest.raises(SpeechError, match=says) as caught:
        Pyttsx3Speaker(worker=worker_script(tmp_path, body)).render(QUESTION)
    assert "Traceback" not in str(caught.value)
    assert caught.value.what_to_do


@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_silence_from_the_engine_is_an_error(tmp_path: Path, seconds: float) -> None:
    silent = worker_script(
        tmp_path,
        "import json, sys, wave\n"
        "request = json.load(sys.stdin)\n"
        "with wave.open(request['path'], 'wb') as file:\n"
        "    file.setparams((1, 2, 22050, 0, 'NONE', ''))\n"
        f"    file.writeframes(bytes(2 * round(22050 * {seconds})))\n"
        "print('{}')\n",
    )
    with pytest.raises(SpeechError, match="no sound"):
        Pyttsx3Speaker(worker=silent).render(QUESTION)


def test_an_aiff_under_a_wav_name_is_read_as_on_macos(tmp_path: Path) -> None:
    aiff = worker_script(
        tmp_path,
        "import av, json, sys\n"
        "import numpy as np\n"
        "request = json.load(sys.stdin)\n"
        "tone = np.sin(np.arange(22050) * 0.1) * 8000\n"
        "with av.open(request['path'], 'w', format='aiff') as file:\n"
        "    stream = file.add_stream('pcm_s16be', rate=22050, layout='mono')\n"
        "    pcm = tone.astype(np.int16)[None, :]\n"
        "    frame = av.AudioFrame.from_ndarray(pcm, format='s16', layout='mono')\n"
        "    frame.rate = 22050\n"
        "    file.mux(stream.encode(frame))\n"
        "    file.mux(stream.encode(None))\n"
        "print('{}')\n",
    )
    audio = Pyttsx3Speaker(worker=aiff).render(QUESTION)
    assert audio.duration_s == pytest.approx(1.0, abs=0.01)


@needs_piper
@pytest.mark.slow
@pytest.mark.model
def test_piper_speaks_at_about_the_rate_asked_for() -> None:
    slow, fast = (PiperSpeaker(rate_wpm=r).render(QUESTION) for r in (140, 190))
    assert 110 < spoken_wpm(slow, QUESTION) < 165
    assert 160 < spoken_wpm(fast, QUESTION) < 220
    assert -40 < level_dbfs(slow.samples) < -10


def test_a_missing_piper_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "piper", None)
    with pytest.raises(SpeechError, match="--extra piper"):
        PiperSpeaker(seed=987_654).render(QUESTION)


# ---------------------------------------------------------------- the cache


@dataclass
class CountingSpeaker:
    """A tone as long as the text, and how often it was asked for."""

    name: str = "tone/1"
    asked: list[str] = field(default_factory=list)

    def render(self, text: str) -> Audio:
        self.asked.append(text)
        tone = np.sin(np.arange(len(text) * 400) * 0.2).astype(np.float32) * 0.5
        return Audio(tone, 22_050)


def test_a_second_rendering_comes_from_the_folder(tmp_path: Path) -> None:
    voice = CountingSpeaker()
    cached: Speaker = CachedSpeaker(voice, tmp_path / "voice")
    first = cached.render(QUESTION)
    again = CachedSpeaker(CountingSpeaker(), tmp_path / "voice").render(QUESTION)
    assert voice.asked == [QUESTION]
    assert again.rate_hz == first.rate_hz
    np.testing.assert_allclose(again.samples, first.samples, atol=2 / 32_768)


def test_a_cache_hit_starts_no_worker(tmp_path: Path) -> None:
    broken = Pyttsx3Speaker(worker=("there-is-no-such-command",))
    cached = CachedSpeaker(broken, tmp_path)
    with pytest.raises(SpeechError, match="cannot be started"):
        cached.render(QUESTION)
    write_wav(cached.path_of(QUESTION), CountingSpeaker().render(QUESTION))
    assert cached.render(QUESTION).duration_s > 1


def test_text_voice_and_rate_each_have_their_own_entry(tmp_path: Path) -> None:
    speakers: list[Speaker] = [
        Pyttsx3Speaker(),
        Pyttsx3Speaker(voice="en-gb"),
        Pyttsx3Speaker(rate_wpm=150),
        PiperSpeaker(),
    ]
    entries = {
        CachedSpeaker(speaker, tmp_path).path_of(text)
        for speaker in speakers
        for text in (QUESTION, QUESTION + "?")
    }
    assert len(entries) == 2 * len(speakers)


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "silent", "headless"])
def test_a_damaged_entry_is_rendered_again_and_mended(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    voice = CountingSpeaker()
    cached = CachedSpeaker(voice, tmp_path)
    whole = cached.render(QUESTION)
    path = cached.path_of(QUESTION)
    good = path.read_bytes()
    bad = {
        "empty": b"",
        "cut": good[: len(good) // 2],
        "text": b"not a sound",
        "silent": good[:44] + bytes(len(good) - 44),
        "headless": good[44:],
    }
    path.write_bytes(bad[damage])
    mended = cached.render(QUESTION)
    assert len(voice.asked) == 2
    np.testing.assert_array_equal(mended.samples, whole.samples)
    assert path.read_bytes() == good
    assert "Rendering it again" in caplog.text


def test_an_entry_that_cannot_be_read_is_rendered_again(tmp_path: Path) -> None:
    voice = CountingSpeaker()
    cached = CachedSpeaker(voice, tmp_path)
    cached.path_of(QUESTION).mkdir()
    assert cached.render(QUESTION).duration_s > 1
    assert voice.asked == [QUESTION]


def test_no_room_to_render_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(SpeechError, match="nowhere to render"):
        Pyttsx3Speaker().render(QUESTION)


def test_a_failed_rendering_leaves_nothing_behind(tmp_path: Path) -> None:
    cached = CachedSpeaker(Pyttsx3Speaker(worker=("no-such-command",)), tmp_path)
    with pytest.raises(SpeechError):
        cached.render(QUESTION)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_costs_the_cache_not_the_voice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cached = CachedSpeaker(CountingSpeaker(), tmp_path / "file" / "voice")
    assert cached.render(QUESTION).duration_s > 1
    assert "cannot be written" in caplog.text


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_what_was_spoken_is_private(tmp_path: Path) -> None:
    cached = CachedSpeaker(CountingSpeaker(), tmp_path / "voice")
    cached.render(QUESTION)
    assert (tmp_path / "voice").stat().st_mode & 0o777 == 0o700
    assert cached.path_of(QUESTION).stat().st_mode & 0o077 == 0
    assert read_wav(cached.path_of(QUESTION)).rate_hz == 22_050
