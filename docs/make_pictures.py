"""Runs a real session in a terminal and keeps it: picture and text for the README.

    .venv/bin/python docs/make_pictures.py

Starts `voicecoach demo --fast` (real models; a recorded candidate instead of a
microphone) in a pseudo-terminal, follows it with a terminal emulator, and writes

    docs/pictures/session.svg     what the terminal showed, coloured
    docs/session.json             the attempt, for tests/test_readme.py
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import pexpect
import pyte
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
COLUMNS, ROWS = 92, 200
PALETTE = {"brown": "yellow", "default": "default"}
"""Names that the emulator uses for colours that rich calls otherwise."""


def session(folder: str) -> str:
    """The demo's whole output, escape sequences included, and its attempt beside it."""
    environment = os.environ | {
        "VOICECOACH_FOLDERS_DATA": folder,
        "VOICECOACH_SETTINGS": f"{folder}/settings.toml",
        "TERM": "xterm-256color",
        "COLUMNS": str(COLUMNS),
        "LINES": str(ROWS),
    }
    command = ["-m", "voicecoach", "demo", "--fast", "--voice", "none"]
    child = pexpect.spawn(
        sys.executable,
        command,
        env=environment,
        dimensions=(ROWS, COLUMNS),
        encoding="utf-8",
        timeout=600,
    )
    child.expect(pexpect.EOF)
    assert isinstance(child.before, str)
    return child.before


def screen_of(output: str) -> list[Text]:
    """The first answer's lines on the screen, with their colours."""
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.Stream(screen).feed(output)
    lines = []
    for row in range(ROWS):
        line = Text()
        for column in range(COLUMNS):
            cell = screen.buffer[row][column]
            line.append(cell.data, _style(cell))
        line.rstrip()
        lines.append(line)
    plain = [line.plain.strip() for line in lines]
    last = next(
        i for i, text in enumerate(plain) if text.startswith("voicecoach replay")
    )
    return lines[: last + 1]


def _style(cell: pyte.screens.Char) -> str:
    name = PALETTE.get(cell.fg, cell.fg)
    if len(name) == 6 and all(c in "0123456789abcdef" for c in name):
        name = f"#{name}"
    elif name.startswith("bright"):
        name = f"bright_{PALETTE.get(name[6:], name[6:])}"
    words = [name, "bold" if cell.bold else "", "reverse" if cell.reverse else ""]
    return " ".join(word for word in words if word)


def main() -> None:
    """Make both files."""
    with tempfile.TemporaryDirectory() as folder:
        lines = screen_of(session(folder))
        from voicecoach.attempt import to_json
        from voicecoach.history import History

        with History(Path(folder)) as history:
            first = history.list()[-1]
    (HERE / "pictures").mkdir(exist_ok=True)
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    for line in lines:
        console.print(line)
    console.save_svg(str(HERE / "pictures" / "session.svg"), title="voicecoach demo")
    document = json.loads(to_json(first))
    document["audio"]["path"] = "audio_fixtures/failed_program/speech.ogg"
    (HERE / "session.json").write_text(json.dumps(document, indent=1), "utf-8")
    sys.stdout.write("\n".join(line.plain for line in lines) + "\n")


if __name__ == "__main__":
    main()
