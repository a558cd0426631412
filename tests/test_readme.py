"""The README tells the truth: its session is what is printed, its links exist."""

from __future__ import annotations

import re
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from voicecoach.attempt import from_json
from voicecoach.cli import COMMANDS
from voicecoach.report import render

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = (README, *(p.read_text("utf-8") for p in (ROOT / "docs").glob("*.md")))


def test_the_session_is_what_the_program_prints_for_that_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "UTC")  # the session's time is shown as the reader's
    time.tzset()
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    attempt = from_json((ROOT / "docs" / "session.json").read_text("utf-8"))
    console = Console(file=StringIO(), width=92, color_system=None)
    render(attempt, console)
    assert isinstance(console.file, StringIO)
    printed = [line.strip() for line in console.file.getvalue().splitlines()]
    lines = [line.strip() for line in shown[1].splitlines() if line.strip()]
    assert len(lines) > 10
    missing = [line for line in lines if line != "..." and line not in printed]
    assert missing == []


def test_it_leads_with_the_two_commands() -> None:
    first = README[:700]
    assert "./coach interview" in first
    assert "./coach test" in first


def test_every_command_is_documented() -> None:
    for command in COMMANDS:
        assert re.search(
            rf"(coach|voicecoach|`){re.escape(' ' + command)}|`{command}[ `]", README
        ), command


def test_local_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
    for path in (ROOT / "docs").glob("*.md"):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text("utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_the_part_before_the_reference_stays_under_two_screens() -> None:
    before = README.split("\n# Reference")[0]
    assert len(before.splitlines()) <= 110
