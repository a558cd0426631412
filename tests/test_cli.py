"""The program as a user meets it: messages, exit codes, and nothing else on stdout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voicecoach.attempt import from_json
from voicecoach.cli import COMMANDS

ROOT = Path(__file__).parents[1]
CLIP = ROOT / "audio_fixtures" / "short" / "decision" / "speech.ogg"
QUESTION = "behavioral.failed-program"
STORY = (
    "I owned the billing migration and it failed. I cut the scope by half because the"
    " ledger gave wrong totals, and that cost us the mobile redesign. In the end errors"
    " dropped from four percent to zero point one. Since then I ask for a comparison"
    " run in the first month of every migration."
)

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run voicecoach in a process of its own, with a data folder of its own."""

    def start(
        *words: str | Path, stdin: str | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        own = {
            "VOICECOACH_FOLDERS_DATA": str(tmp_path / "data"),
            "VOICECOACH_SETTINGS": str(tmp_path / "settings.toml"),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "COLUMNS": "100",
        }
        done = subprocess.run(
            [sys.executable, "-m", "voicecoach", *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, **own, **env},
            cwd=ROOT,
            timeout=240,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        assert "should not have happened" not in done.stderr
        return done

    return start


def silent_wav(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.zeros(5 * 16_000, "<i2").tobytes())
    return path


def empty(folder: Path) -> Path:
    (folder / "empty.wav").touch()
    return folder / "empty.wav"


def not_audio(folder: Path) -> Path:
    (folder / "notes.wav").write_text("these are notes, not a recording\n" * 99)
    return folder / "notes.wav"


def truncated(folder: Path) -> Path:
    path = folder / "cut.ogg"
    path.write_bytes(CLIP.read_bytes()[:40])
    return path


def silent(folder: Path) -> Path:
    return silent_wav(folder / "silent.wav")


def missing(folder: Path) -> Path:
    return folder / "no such file.mp3"


@pytest.mark.model
@pytest.mark.parametrize("bad", [empty, not_audio, truncated, silent, missing])
def test_review_of_what_is_no_recording(
    run: Run, tmp_path: Path, bad: Callable[[Path], Path]
) -> None:
    path = bad(tmp_path)
    done = run("review", path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert path.name in done.stderr
    assert len(done.stderr.strip().splitlines()) >= 2  # what happened, what to do


@pytest.mark.model
def test_several_inputs_give_a_line_each_and_go_on_after_a_bad_one(
    run: Run, tmp_path: Path
) -> None:
    done = run("review", CLIP, not_audio(tmp_path), "--json", "--question", QUESTION)
    assert done.returncode == 3
    good, bad = done.stdout.splitlines()
    attempt = from_json(good)
    assert attempt.question.id == QUESTION
    assert attempt.transcript.words
    error = json.loads(bad)
    assert error["schema"] == "voicecoach.error/1"
    assert error["input"].endswith("notes.wav")
    assert error["what_to_do"]


@pytest.mark.model
def test_a_review_is_kept_and_can_be_shown_and_forgotten(run: Run) -> None:
    made = run("review", CLIP, "--json")
    attempt = from_json(made.stdout)
    shown = run("report", attempt.id, "--json")
    assert from_json(shown.stdout) == attempt
    assert attempt.id in run("history").stdout
    assert run("forget", attempt.id, "--yes").returncode == 0
    assert CLIP.exists()  # the user's own file is never touched
    assert run("report", attempt.id).returncode != 0


def test_a_typed_answer_is_scored_without_times(run: Run) -> None:
    done = run("score", "--text", "-", "--question", QUESTION, "--json", stdin=STORY)
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["audio"] is None
    assert document["measures"]["timing"] is None
    assert document["unmeasured"]["measures.timing"]
    assert document["score"]["overall"] is not None
    for verb in document["measures"]["verbs"]:
        text = document["transcript"]["text"]
        assert text[verb["char_start"] : verb["char_end"]] == verb["text"]
        assert verb["start_s"] is None


def test_the_answer_itself_can_be_given(run: Run) -> None:
    given = run("score", "--text", STORY, "--question", QUESTION, "--json")
    read = run("score", "--text", "-", "--question", QUESTION, "--json", stdin=STORY)
    scores = [json.loads(done.stdout)["score"] for done in (given, read)]
    assert scores[0] == scores[1]


def test_several_typed_answers_are_json_lines(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    (tmp_path / "b.txt").write_text("")
    done = run(
        *("score", "--text", tmp_path / "a.txt", "--text", tmp_path / "b.txt"), "--json"
    )
    assert done.returncode == 2
    schemas = [json.loads(line)["schema"] for line in done.stdout.splitlines()]
    assert schemas == ["voicecoach.attempt/1", "voicecoach.error/1"]


def test_too_little_text_is_not_scored_low(run: Run) -> None:
    done = run("score", "--text", "-", "--json", stdin="I cut it.")
    document = json.loads(done.stdout)
    assert document["score"]["overall"] is None
    assert all(value is None for value in document["score"]["pillars"].values())
    assert "enough" in document["unmeasured"]["score.overall"]


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (
            ("score", "--text", "-", "--question", "behavioral.faild-program"),
            2,
            "failed",
        ),
        (("score", "--text", "no-such.txt"), 2, "no-such.txt"),
        (("report", "zzzz"), 2, "history"),
        (("interview", "--candidate", "no-such-folder"), 2, "no-such-folder"),
        (("frobnicate",), 2, "frobnicate"),
        (("config", "set", "interview.questons", "3"), 2, "interview.questions"),
        (("forget", "--all"), 2, "--yes"),
    ],
)
def test_wrong_words_say_what_is_right(
    run: Run, words: tuple[str, ...], exit_code: int, said: str
) -> None:
    done = run(*words, stdin=STORY)
    assert done.returncode == exit_code
    assert said in done.stderr
    assert done.stdout == ""


def test_a_broken_settings_file_names_file_line_and_field(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text('[interview]\nquestions = "many"\n')
    done = run("config")
    assert done.returncode == 2
    assert "settings.toml" in done.stderr
    assert "2" in done.stderr
    assert "questions" in done.stderr


def test_a_broken_question_file_names_file_line_and_field(
    run: Run, tmp_path: Path
) -> None:
    bank = tmp_path / "mine"
    bank.mkdir()
    (bank / "mine.toml").write_text(
        '[[question]]\nid = "behavioral.mine"\nlevel = "expert"\n'
    )
    done = run("questions", "check", bank)
    assert done.returncode == 2
    said = done.stdout + done.stderr
    assert "mine.toml:3" in said
    assert "level" in said
    assert "senior" in said


@pytest.mark.model
def test_a_damaged_model_is_named_with_the_way_out(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "base"
    assert (
        run("models", "list", VOICECOACH_FOLDERS_MODELS=str(folder.parent)).returncode
        == 0
    )
    env = {"VOICECOACH_FOLDERS_MODELS": str(folder.parent)}
    assert run("review", CLIP, "--json", **env).returncode == 0
    weights = folder / "model.bin"
    weights.write_bytes(weights.read_bytes()[:1000])
    done = run("models", "verify", "base", **env)
    assert done.returncode == 6
    assert "model.bin" in done.stderr + done.stdout
    assert "pull" in done.stderr + done.stdout


@pytest.mark.model
@pytest.mark.slow
def test_without_portaudio_the_message_says_what_to_install(
    run: Run, tmp_path: Path
) -> None:
    """The library is hidden by a stand-in module that fails as sounddevice does."""
    (tmp_path / "sounddevice.py").write_text(
        "raise OSError('PortAudio library not found')\n"
    )
    path = f"{tmp_path}:{ROOT}"
    done = run("interview", "--fast", "--voice", "none", PYTHONPATH=path, stdin="")
    assert done.returncode == 0
    assert "PortAudio" in done.stderr
    assert "portaudio" in done.stderr.split("Install it")[1]
    assert "Showing the demo" in done.stderr  # there is no terminal to ask on
    assert "One change" in done.stdout


def test_a_full_disk_is_said_plainly(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the data folder should be")
    done = run("history", VOICECOACH_FOLDERS_DATA=str(blocked / "data"))
    assert done.returncode == 7
    assert str(blocked) in done.stderr


@pytest.mark.parametrize("command", [*COMMANDS, ""])
def test_help_answers_for_every_command(run: Run, command: str) -> None:
    done = run(*([command] if command else []), "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: voicecoach")


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; sys.argv = ['voicecoach', '--help']\n"
        "from voicecoach.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'spacy', 'pydantic', 'rich', 'av', 'faster_whisper'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.model
@pytest.mark.slow
def test_the_demo_runs_with_nothing_attached(run: Run) -> None:
    done = run("demo", "--fast", "--voice", "none", stdin="")
    assert done.returncode == 0
    assert "One change" in done.stdout
    assert "Follow-up" in done.stdout
    listed = run("history", "--json").stdout.splitlines()
    assert len(listed) == 2
