"""The console that every command prints on, by the setting ``report.color``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach import config

if TYPE_CHECKING:
    from rich.console import Console


def console() -> Console:
    """Standard output as rich draws on it."""
    from rich.console import Console

    color = config.load().settings.report.color
    forced = True if color == "always" else None
    return Console(force_terminal=forced, no_color=True if color == "never" else None)
