"""The command line: one module a command, loaded only when it is called.

Printing, prompting and exit codes live here; `main` is the only place that catches
`VoicecoachError`. Results go to standard output, messages to standard error.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from types import TracebackType

import click
import platformdirs

from voicecoach import __version__
from voicecoach.errors import VoicecoachError

COMMANDS = {
    "interview": ("interview", "Hold a spoken mock interview."),
    "demo": ("interview", "Watch a recorded candidate answer, through the same loop."),
    "review": ("review", "Measure and score recordings."),
    "score": ("review", "Score a typed answer."),
    "questions": ("questions", "List, show and check questions."),
    "history": ("history", "List earlier attempts."),
    "report": ("history", "Show one attempt."),
    "replay": ("history", "Play an attempt with its transcript moving along."),
    "forget": ("history", "Delete attempts and their recordings."),
    "doctor": ("doctor", "Check sound, voice, models and disk."),
    "models": ("models", "List, verify and choose transcription models."),
    "config": ("config", "Show every setting and where its value came from."),
}
"""Command -> (module of this package, help line). The module has a function of the
same name; kept here so that ``--help`` imports none of them."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is run."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{COMMANDS[cmd_name][0]}_command")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 - narrows for mypy
        return command

    def format_commands(
        self, _ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """The help lines from the table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="voicecoach")
def voicecoach() -> None:
    """Practise spoken TPM interviews on your own machine."""


CALLED_AS = os.environ.get("VOICECOACH_CALLED_AS", "voicecoach")
"""How the user runs us; ./coach says so."""


def as_called(text: str) -> str:
    """A message whose commands can be typed as they stand."""
    return text.replace("`voicecoach ", f"`{CALLED_AS} ")


def main() -> None:
    """Run the command line and turn failures into a message and an exit code."""
    sys.excepthook = _tell_of_a_bug
    try:
        voicecoach.main(prog_name=CALLED_AS, standalone_mode=True)
    except VoicecoachError as error:
        click.echo(as_called(f"voicecoach: {error.message}"), err=True)
        if error.what_to_do:
            click.echo(as_called(f"  {error.what_to_do}"), err=True)
        sys.exit(error.exit_code)
    except ImportError as error:
        click.echo(f"voicecoach: The installation is incomplete: {error}.", err=True)
        click.echo("  Run ./coach setup --fresh to make it anew.", err=True)
        sys.exit(1)


def _tell_of_a_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Keep a traceback in a file and out of the user's face."""
    lines = traceback.format_exception(kind, error, trace)
    folder = platformdirs.user_log_path("voicecoach", appauthor=False)
    file = folder / "last-error.txt"
    click.echo(f"voicecoach: This should not have happened: {error!r}.", err=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(lines), "utf-8")
    except OSError:
        click.echo("".join(lines), err=True)  # better than nothing to report
    else:
        click.echo(f"  Please report it with the file {file}.", err=True)
