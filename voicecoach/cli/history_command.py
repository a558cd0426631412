"""``history``, ``report``, ``replay`` and ``forget``: attempts that are kept."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecoach import config
from voicecoach.cli import CALLED_AS
from voicecoach.cli.terminal import console
from voicecoach.errors import StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.text import Text

    from voicecoach.attempt import Attempt
    from voicecoach.history import Forgotten, History

reference_argument = click.argument("reference", metavar="[ID]", default="last")


def _folder() -> Path:
    return config.data_folder(config.load().settings)


def _history() -> History:
    from voicecoach.history import History

    return History(_folder())


def _get(reference: str) -> Attempt:
    with _history() as history:
        return history.get(reference)


# -- history ---------------------------------------------------------------------------


@click.command()
@click.option(
    "--question", metavar="ID", help="Only this question, or id beginning so."
)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one document a line.")
@click.option("--set-aside", is_flag=True, help="Rename a damaged history, begin anew.")
def history(
    question: str | None, limit: int, *, as_json: bool, set_aside: bool
) -> None:
    """List earlier attempts, the newest first."""
    if set_aside:
        _set_aside()
        return
    from voicecoach.history import Filters

    with _history() as kept:
        attempts = kept.list(Filters(question=question), limit)
    if as_json:
        from voicecoach.attempt import to_json

        for attempt in attempts:
            click.echo(to_json(attempt))
    elif attempts:
        screen = console()
        for line in _listing(attempts, screen.width):
            screen.print(line)
    else:
        click.echo(f"No attempts yet. Hold one with `{CALLED_AS} interview`.", err=True)


COLUMNS = "{:<10}{:<14}{:>6}{:>6}{:>8}{:>10}{:>9}"
"""Fits 80 columns; um and like stay apart, as everywhere."""


def _listing(attempts: Sequence[Attempt], width: int) -> Iterator[Text]:
    """Two lines an attempt: its figures, then its question and one change."""
    from rich.text import Text

    heads = ("id", "when", "length", "wpm", "um/min", "like/min", "overall")
    yield Text(COLUMNS.format(*heads), "dim")
    for attempt in attempts:
        yield Text(COLUMNS.format(*_cells(attempt)))
        about = Text(f"  {attempt.question.id}", "cyan")
        if attempt.score.one_change:
            about.append(f"  {attempt.score.one_change}", "dim default")
        about.truncate(width, overflow="ellipsis")
        yield about


def _cells(attempt: Attempt) -> tuple[str, ...]:
    from voicecoach.timeline import clock

    timing, overall = attempt.measures.timing, attempt.score.overall
    rates = (
        attempt.fillers_per_minute("filled_pause"),
        attempt.fillers_per_minute("discourse_marker"),
    )
    return (
        attempt.id,
        f"{attempt.created_at.astimezone():%d %b %H:%M}",
        clock(timing.answer_s) if timing else "-",
        f"{timing.pace_wpm:.0f}" if timing else "-",
        *("-" if rate is None else f"{rate:.1f}" for rate in rates),
        "-" if overall is None else f"{overall:.1f}",
    )


def _set_aside() -> None:
    from voicecoach.history import set_aside

    folder = _folder()
    _confirmed("Begin a new, empty history? The old file is kept.", yes=False)
    click.echo(f"The old history is now {set_aside(folder)}.", err=True)


# -- report ----------------------------------------------------------------------------


@click.command()
@reference_argument
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--md", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print the document, JSON only.")
@click.option(
    "--explain", is_flag=True, help="Every measure, and the way to each point."
)
def report(
    reference: str,
    html: Path | None,
    *,
    as_markdown: bool,
    as_json: bool,
    explain: bool,
) -> None:
    """Show one attempt: by ID, by the beginning of one, or the last."""
    if sum((html is not None, as_markdown, as_json)) > 1:
        msg = "--html, --md and --json are three ways to print; choose one."
        raise UsageError(msg, "Run the command once for each.")
    attempt = _get(reference)
    if as_json:
        from voicecoach.attempt import to_json

        click.echo(to_json(attempt, indent=2))
    elif as_markdown:
        from voicecoach.report.markdown import markdown

        click.echo(markdown(attempt), nl=False)
    elif html is not None:
        _write_page(attempt, html)
    else:
        from voicecoach.report import render

        render(attempt, console(), explain=explain, command=CALLED_AS)


def _write_page(attempt: Attempt, path: Path) -> None:
    from voicecoach.report.html import page

    sound = _recording(attempt)
    try:
        path.write_text(page(attempt, sound.as_uri() if sound else None), "utf-8")
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}."
        raise StorageError(msg, "Choose another place.") from error
    click.echo(f"Written: {path}", err=True)
    if attempt.audio and not sound:
        click.echo("The recording is gone, so the page has no player.", err=True)


def _recording(attempt: Attempt) -> Path | None:
    """Where the sound is now; the data folder may have moved since."""
    from voicecoach.history import recording_path

    if attempt.audio is None:
        return None
    places = (Path(attempt.audio.path), recording_path(_folder(), attempt.id))
    return next((place.resolve() for place in places if place.is_file()), None)


# -- replay ----------------------------------------------------------------------------


@click.command()
@reference_argument
def replay(reference: str) -> None:
    """Play an attempt with its transcript moving along.

    Space pauses, n and p jump between findings, b and f go 5 s back and forward,
    + and - change the speed, q quits. Without a terminal the transcript is printed
    with times.
    """
    attempt = _get(reference)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        from voicecoach.report.replay import timed_transcript

        click.echo(timed_transcript(attempt))
        return
    if attempt.audio is None:
        msg = f"Attempt {attempt.id} was typed, so there is nothing to play."
        raise UsageError(msg, f"`voicecoach report {attempt.id}` shows it.")
    sound = _recording(attempt)
    if sound is None:
        msg = f"The recording {attempt.audio.path} is gone."
        raise StorageError(
            msg, f"`voicecoach report {attempt.id}` shows what was said."
        )
    _play(attempt, sound)


def _play(attempt: Attempt, sound: Path) -> None:
    from voicecoach.audio import read_audio
    from voicecoach.cli.keyboard import Keyboard
    from voicecoach.report.replay import Player
    from voicecoach.report.replay import replay as play

    loudspeaker = config.loudspeaker(config.load().settings)
    player = Player(read_audio(sound), loudspeaker)
    with Keyboard() as keyboard:
        play(attempt, player, keyboard.poll, console())


# -- forget ----------------------------------------------------------------------------


@click.command()
@click.argument("reference", metavar="[ID]", required=False)
@click.option("--all", "everything", is_flag=True, help="Every attempt and recording.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(reference: str | None, *, everything: bool, yes: bool) -> None:
    """Delete an attempt, or all, with their recordings; nothing brings them back."""
    if everything == (reference is not None):
        msg = "Name one attempt, or give --all."
        raise UsageError(msg, "`voicecoach history` lists them.")
    with _history() as kept:
        if reference is None:
            _confirmed("Delete every attempt and every recording?", yes=yes)
            forgotten = kept.forget_all()
        else:
            attempt = kept.get(reference)
            what = f"Delete attempt {attempt.id}, {attempt.question.id}?"
            _confirmed(what, yes=yes)
            forgotten = kept.forget(attempt.id)
    # Rendered follow-ups quote the answers; what is deleted here is made again.
    shutil.rmtree(config.voice_folder(config.load().settings), ignore_errors=True)
    click.echo(_said(forgotten), err=True)


def somebody_is_there() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def _confirmed(question: str, *, yes: bool) -> None:
    """Ask; a "no" ends the command, and so does having nobody to ask."""
    if yes:
        return
    if not somebody_is_there():
        msg = "This deletes or renames what is kept, and there is nobody to ask."
        raise UsageError(
            msg, "Run it in a terminal, or give --yes where it is offered."
        )
    click.confirm(question, abort=True, err=True)


def _said(forgotten: Forgotten) -> str:
    from voicecoach.report.wording import count

    files, size_bytes = forgotten.removed.files, forgotten.removed.size_bytes
    return (
        f"Deleted {count(forgotten.attempts, 'attempt')} and {count(files, 'file')} "
        f"of recordings ({size_bytes / 1e6:.1f} MB)."
    )
