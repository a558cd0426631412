"""``voicecoach doctor``: one line for each thing an interview needs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from voicecoach.cli import as_called
from voicecoach.errors import VoicecoachError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicecoach.doctor import Check

_MARKS = {"ok": ("ok  ", "green"), "warn": ("look", "yellow"), "fail": ("FAIL", "red")}


@click.command()
@click.option("--quiet", is_flag=True, help="Play nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, quiet: bool, as_json: bool) -> None:
    """Check versions, voice, sound, models, questions and disk.

    The exit code is 0 when an interview can be held, and 1 when something is missing.
    """
    checks = []
    for check in _examined(quiet=quiet):
        checks.append(check)
        if not as_json:
            _print(check)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=1))
    sys.exit(any(check.outcome == "fail" for check in checks))


def _examined(*, quiet: bool) -> Iterator[Check]:
    """The examination, which itself needs a library or two.

    Raises:
        VoicecoachError: one of those is missing.
    """
    try:
        from voicecoach.doctor import examine
    except ImportError as error:
        msg = f"The installation is broken: {error}."
        raise VoicecoachError(msg, "Run `./coach setup --fresh`.") from error
    return examine(quiet=quiet)


def _print(check: Check) -> None:
    mark, color = _MARKS[check.outcome]
    click.echo(f"{click.style(mark, fg=color)}  {check.name}: {check.detail}")
    if check.what_to_do:
        click.echo(as_called(f"      {check.what_to_do}"))
