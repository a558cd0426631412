"""Change one line of the settings file and leave the rest, comments too, as it was."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from pathlib import Path

from voicecoach.config.settings import NOTHING, Settings
from voicecoach.config.sources import check_text, known_key, line_of
from voicecoach.errors import SettingsError, StorageError


def set_value(file: Path, key: str, text: str) -> None:
    """Write ``key`` into the file, or take it out again to have the default.

    Args:
        file: made, with its folder, if it is not there; replaced in one step.
        key: dotted name, as ``interview.questions``.
        text: as a person types it: ``3``, ``off``, ``180,240``, ``USB Microphone``;
            ``default``, ``none`` or nothing removes the line.

    Raises:
        SettingsError: unknown name or a value that will not do; nothing is written.
        StorageError: the file cannot be written.
    """
    known_key(key)
    try:
        before = file.read_text("utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The settings file {file} cannot be read: {error}."
        raise SettingsError(msg, "Repair it, or move it away.") from error
    check_text(file, before)
    after = _with_line(before, key, _literal(key, text))
    check_text(file, after, "nothing was written")
    _replace(file, after)


def _literal(key: str, text: str) -> str | None:
    """The value in TOML; None for the default."""
    section, _, name = key.partition(".")
    default = getattr(getattr(Settings(), section), name)
    if text.lower() == "default" or (default is None and text.lower() in NOTHING):
        return None
    if isinstance(default, bool):
        return {"on": "true", "yes": "true", "off": "false", "no": "false"}.get(
            text.lower(),
            text.lower() if text.lower() in ("true", "false") else _quoted(text),
        )
    if isinstance(default, (int, float)) or name == "seed":
        return text if _is_number(text) else _quoted(text)
    if name == "target_s":
        return f"[{text.strip('[]() ')}]" if _is_pair(text) else _quoted(text)
    return _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_number(text: str) -> bool:
    try:
        value = tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(value, int | float)


def _is_pair(text: str) -> bool:
    return re.fullmatch(r"[\[( ]*[\d.]+\s*,\s*[\d.]+[\]) ]*", text) is not None


def _with_line(text: str, key: str, literal: str | None) -> str:
    lines = text.splitlines()
    section, _, name = key.partition(".")
    at = line_of(text, key)
    if at is None and literal is None:
        return text
    if at is not None:
        lines[at - 1 : _end_of_value(lines, at)] = _changed(lines[at - 1], literal)
    elif (header := _header_line(lines, section)) is not None:
        lines.insert(header, f"{name} = {literal}")
    else:
        lines += [*([""] if lines else []), f"[{section}]", f"{name} = {literal}"]
    return "".join(f"{line}\n" for line in lines)


def _end_of_value(lines: list[str], at: int) -> int:
    """The last line, from 1, of the value that begins on line ``at``.

    An array may go on over several lines; it ends where TOML can read it.
    """
    for end in range(at, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[at - 1 : end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return at


def _changed(line: str, literal: str | None) -> list[str]:
    """The line with a new value, and its comment if it has one."""
    if literal is None:
        return []
    name, _, rest = line.partition("=")
    comment = re.search(r"""\s+#[^"']*$""", rest)
    return [f"{name.rstrip()} = {literal}{comment[0] if comment else ''}"]


def _header_line(lines: list[str], section: str) -> int | None:
    header = re.compile(rf"\s*\[\s*{re.escape(section)}\s*\]")
    return next((n for n, line in enumerate(lines, 1) if header.match(line)), None)


def _replace(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(".tmp", "settings.", file.parent)  # 0600
        with os.fdopen(handle, "w", encoding="utf-8") as temporary:
            temporary.write(text)
        Path(name).replace(file)
    except OSError as error:
        msg = f"The settings file {file} cannot be written: {error.strerror}."
        raise StorageError(msg, "Check the space and the permissions there.") from error
