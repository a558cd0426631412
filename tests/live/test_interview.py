"""The real program in a terminal, on a virtual sound card: what a person would do."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.live.pulse import VirtualSound, eventually
from voicecoach.audio import EAR_RATE_HZ
from voicecoach.voice_activity import voiced_spans

FIXTURES = Path(__file__).parents[2] / "audio_fixtures"
QUESTION = "behavioral.failed-program"

pytestmark = [pytest.mark.live, pytest.mark.model, pytest.mark.slow]


class Desk:
    """A person's desk: a terminal with the program in it, and a data folder."""

    def __init__(self, sound: VirtualSound, folder: Path) -> None:
        self.sound = sound
        self.data = folder / "data"
        self.env = sound.env | {
            "VOICECOACH_SETTINGS": str(folder / "settings.toml"),
            "VOICECOACH_FOLDERS_DATA": str(self.data),
            "TERM": "xterm-256color",
        }
        self.children: list[pexpect.spawn[str]] = []

    def start(self, *words: str) -> pexpect.spawn[str]:
        child = pexpect.spawn(
            sys.executable,
            ["-m", "voicecoach", *words],
            env={**os.environ, **self.env},
            dimensions=(50, 100),
            encoding="utf-8",
            timeout=60,
        )
        self.children.append(child)
        return child

    def interview(self, *words: str) -> pexpect.spawn[str]:
        return self.start("interview", "--id", QUESTION, *words)

    def wait_until_recording(self, child: pexpect.spawn[str]) -> None:
        """The question has been spoken and the microphone is open for the answer."""
        child.expect("Take your time to think")
        eventually("the microphone is open", self.sound.is_recorded)

    def speak_for(self, child: pexpect.spawn[str], seconds: float) -> None:
        """The candidate talks for a while; the terminal is read as a person would."""
        self.sound.say(FIXTURES / "failed_program" / "speech.ogg")
        child.expect(pexpect.TIMEOUT, timeout=seconds)

    def recordings(self) -> list[Path]:
        return sorted(self.data.glob("recordings/*/speech.wav"))

    def saved(self, child_words: tuple[str, ...] = ("last",)) -> dict:
        child = self.start("report", *child_words, "--json")
        child.expect(pexpect.EOF)
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", child.before)
        return json.loads(text[text.index("{") :])


@pytest.fixture
def desk(virtual_sound: VirtualSound, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(virtual_sound, tmp_path)
    yield made
    for child in made.children:
        child.close(force=True)


def length_s(path: Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def test_an_interview_keeps_the_answer_and_none_of_the_question(desk: Desk) -> None:
    clip = FIXTURES / "short" / "decision"
    with desk.sound.heard() as speaker:
        child = desk.interview()
        child.expect("Question 1 of 1")
        desk.wait_until_recording(child)
        question = speaker.audio().at_rate(EAR_RATE_HZ)
        speaking = desk.sound.say(clip / "speech.ogg")
        while speaking.poll() is None:
            child.expect(pexpect.TIMEOUT, timeout=0.5)
        child.expect(pexpect.TIMEOUT, timeout=1.0)
        child.send("\n")
        child.expect("How was it")
        child.send("4")
        child.expect("ONE CHANGE|One change|one change|Too little|not enough")
        child.expect("q end")
        child.send("q")
        child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    spoken_s = sum(span.duration_s for span in voiced_spans(question.samples))
    assert spoken_s > 2.0  # pyttsx3 was heard on the virtual speaker

    document = desk.saved()
    truth = json.loads((clip / "truth.json").read_text("utf-8"))
    heard = set(re.findall(r"[a-z']+", document["transcript"]["text"].lower()))
    said = set(re.findall(r"[a-z']+", truth["text"].lower()))
    assert len(heard & said) / len(said) > 0.7
    asked = set(re.findall(r"[a-z']{6,}", document["question"]["prompt"].lower()))
    assert not (asked - said) & heard
    assert document["self_rating"] == 4
    assert document["question"]["id"] == QUESTION


def test_a_device_that_disappears_loses_nothing_said_before(desk: Desk) -> None:
    child = desk.interview()
    desk.wait_until_recording(child)
    desk.speak_for(child, 12)
    desk.sound.unplug_microphone()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 4
    document = desk.saved()
    assert document["interrupted"] is True
    assert document["audio"]["duration_s"] > 10
    assert len(document["transcript"]["words"]) > 10


def test_a_killed_answer_is_finished_at_the_next_start(desk: Desk) -> None:
    child = desk.interview()
    desk.wait_until_recording(child)
    desk.speak_for(child, 10)
    (recording,) = desk.recordings()
    before_s = length_s(recording)
    child.kill(signal.SIGKILL)
    child.wait()
    assert length_s(recording) >= before_s > 9.5
    desk.sound.restore()

    again = desk.interview()
    again.expect("cut off")
    again.expect("Enter judges it now")
    again.send("\n")
    again.expect("Question 1 of 1")
    again.send("q")
    again.expect(pexpect.EOF)
    document = desk.saved((recording.parent.name,))
    assert document["interrupted"] is True
    assert len(document["transcript"]["words"]) > 10
    assert not (recording.parent / "pending.json").exists()


def test_a_terminal_that_stands_still_does_not_hold_up_the_recording(
    desk: Desk,
) -> None:
    child = desk.interview()
    desk.wait_until_recording(child)
    desk.sound.say(FIXTURES / "failed_program" / "speech.ogg")
    time.sleep(10)  # nobody reads the terminal, as after Ctrl-S
    (recording,) = desk.recordings()
    assert length_s(recording) > 9.5


def test_ctrl_c_keeps_what_was_said(desk: Desk) -> None:
    child = desk.interview()
    desk.wait_until_recording(child)
    desk.speak_for(child, 6)
    child.sendintr()
    child.expect("kept")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    (recording,) = desk.recordings()
    assert length_s(recording) > 5
    assert (recording.parent / "pending.json").exists()


def test_a_muted_microphone_is_refused_before_the_first_question(desk: Desk) -> None:
    desk.sound.mute(muted=True)
    child = desk.interview()
    child.expect("digital silence")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 4


def test_two_interviews_at_once_are_refused(desk: Desk) -> None:
    first = desk.interview()
    desk.wait_until_recording(first)
    second = desk.interview()
    second.expect("Another interview is running")
    second.expect(pexpect.EOF)
    second.close()
    assert second.exitstatus == 8
    first.send("q")
    first.expect(pexpect.EOF)
