"""Settings from a file, from environment variables and from flags, the last strongest.

Each value keeps where it came from, so that a wrong one is reported by its place and
`voicecoach config` can show them all.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError

from voicecoach.config.settings import KEYS, Settings
from voicecoach.errors import SettingsError

PREFIX = "VOICECOACH_"
FILE_VARIABLE = "VOICECOACH_SETTINGS"
"""Names the settings file; not itself a setting."""

_DEFAULT = "default"
_VARIABLES = {PREFIX + key.replace(".", "_").upper(): key for key in KEYS}
_SECTIONS = tuple(dict.fromkeys(key.partition(".")[0] for key in KEYS))
_HEADER = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_ASSIGNMENT = re.compile(r"\s*([\w.-]+)\s*=")


@dataclass(frozen=True)
class Loaded:
    """Settings, and for each dotted name where its value came from.

    An origin is "default", "file PATH line N", "environment NAME" or "flag --NAME".
    """

    settings: Settings
    origins: Mapping[str, str]


@dataclass(frozen=True)
class _Given:
    key: str
    value: object
    origin: str


def settings_file(env: Mapping[str, str] = os.environ) -> Path:
    """The settings file, $VOICECOACH_SETTINGS if set; it need not exist."""
    if named := env.get(FILE_VARIABLE):
        return Path(named).expanduser()
    folder = platformdirs.user_config_path("voicecoach", appauthor=False)
    return folder / "settings.toml"


def load(
    flags: Mapping[str, object] | None = None,
    env: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> Loaded:
    """The settings that hold now.

    Args:
        flags: dotted name -> value; None values were not given.
        env: environment variables, ``VOICECOACH_SECTION_KEY``.
        file: instead of `settings_file`; one that is not there counts as empty.

    Raises:
        SettingsError: with file and line, variable or flag, and what is allowed.
    """
    path = file or settings_file(env)
    given = {
        one.key: one
        for one in (
            *_from_file(path, _read(path)),
            *_from_env(env),
            *_from_flags(flags or {}),
        )
    }
    return _settled(given)


def check_text(path: Path, text: str, origin: str | None = None) -> None:
    """Refuse text that could not be the settings file ``path``.

    Args:
        path: to name it by.
        text: what it would hold.
        origin: named instead of file and line, for text that is not in the file yet.

    Raises:
        SettingsError: as `load`.
    """
    given = _from_file(path, text)
    if origin:
        given = (replace(one, origin=origin) for one in given)
    _settled({one.key: one for one in given})


def line_of(text: str, key: str) -> int | None:
    """The line, from 1, that sets the dotted name; None if none does.

    tomllib tells no lines, so this reads the two forms that people write: ``key =``
    under ``[section]``, and ``section.key =``.
    """
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            section = header[1]
        assignment = _ASSIGNMENT.match(line)
        if assignment and ".".join(filter(None, (section, assignment[1]))) == key:
            return number
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The settings file {path} cannot be read: {error}."
        raise SettingsError(msg, "Repair it, or move it away.") from error


def _from_file(path: Path, text: str) -> Iterator[_Given]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"The settings file {path} is not TOML: {error}."
        raise SettingsError(msg, "Repair that line, or move the file away.") from error
    for section, values in document.items():
        pairs = values.items() if isinstance(values, dict) else [("", values)]
        for name, value in pairs:
            key = f"{section}.{name}" if name else section
            line = line_of(text, key) or line_of(text, section) or 1
            origin = f"file {path} line {line}"
            yield _Given(_known(key, KEYS, origin), value, origin)


def _from_env(env: Mapping[str, str]) -> Iterator[_Given]:
    for name, value in env.items():
        if not name.startswith(PREFIX) or name == FILE_VARIABLE:
            continue
        if name in _VARIABLES:
            yield _Given(_VARIABLES[name], value, f"environment {name}")
        elif _looks_meant(name):
            _known(name, _VARIABLES, "environment")


def _looks_meant(name: str) -> bool:
    """A slip of the pen, not another program's variable."""
    section = name.removeprefix(PREFIX).partition("_")[0].lower()
    return section in _SECTIONS or bool(_close(name, _VARIABLES))


def _from_flags(flags: Mapping[str, object]) -> Iterator[_Given]:
    for key, value in flags.items():
        if value is not None:
            flag = f"flag --{key.rpartition('.')[2].replace('_', '-')}"
            yield _Given(_known(key, KEYS, flag), value, flag)


def _close(name: str, among: Iterable[str], cutoff: float = 0.8) -> list[str]:
    return difflib.get_close_matches(name, list(among), n=1, cutoff=cutoff)


def _known(name: str, among: Iterable[str], origin: str) -> str:
    if name in among:
        return name
    msg = f"{origin}: there is no setting {name}."
    close = _close(name, among)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise SettingsError(msg, f"{hint}`voicecoach config` lists all settings.")


def known_key(name: str) -> str:
    """The dotted name itself, if there is such a setting.

    Raises:
        SettingsError: with the nearest name.
    """
    return _known(name, KEYS, "config")


def _settled(given: Mapping[str, _Given]) -> Loaded:
    nested: dict[str, dict[str, object]] = {}
    for one in given.values():
        section, _, name = one.key.partition(".")
        nested.setdefault(section, {})[name] = one.value
    try:
        settings = Settings.model_validate(nested)
    except ValidationError as error:
        raise _refused(error.errors()[0], given) from error
    origins = {key: given[key].origin if key in given else _DEFAULT for key in KEYS}
    return Loaded(settings, origins)


def _refused(problem: Any, given: Mapping[str, _Given]) -> SettingsError:  # noqa: ANN401 - pydantic's ErrorDetails
    """The first thing that pydantic found wrong, by its place and in plain words."""
    key = ".".join(str(part) for part in problem["loc"][:2])
    origin = given[key].origin if key in given else _DEFAULT
    value = given[key].value if key in given else problem["input"]
    reason = problem["msg"].removeprefix("Value error, ").replace("Input", "it", 1)
    allowed = re.findall("'([^']*)'", problem.get("ctx", {}).get("expected", ""))
    close = _close(str(value), allowed, 0.5)
    hint = f"Did you mean {close[0]}? " if close else ""
    return SettingsError(
        f"{origin}: {key} = {value!r} will not do: {reason}.",
        f"{hint}Without it the default holds.",
    )
