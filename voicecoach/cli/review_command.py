"""``review`` measures and scores recordings, ``score`` typed answers; both alike."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecoach import config
from voicecoach.cli import CALLED_AS, as_called
from voicecoach.cli.questions_command import user_folder
from voicecoach.errors import AudioFileError, UsageError, VoicecoachError
from voicecoach.questions import FREE_ANSWER, Question, QuestionBank

if TYPE_CHECKING:
    from voicecoach.attempt import Attempt
    from voicecoach.transcription import Transcriber

question_option = click.option(
    "--question", "question_id", metavar="ID|N", help="What the answer is to."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON only.")
explain_option = click.option(
    "--explain", is_flag=True, help="Show the way from words to points."
)


@dataclass(frozen=True)
class _Output:
    """How to print attempts.

    Args:
        as_json: the document instead of the report.
        explain: the longer report.
        several: more than one input: one compact document a line.
        kept: whether the attempts are in the history, to be asked for later.
    """

    as_json: bool
    explain: bool
    several: bool
    kept: bool

    def show(self, attempt: Attempt) -> None:
        """Print one attempt on standard output."""
        if self.as_json:
            from voicecoach.attempt import to_json

            click.echo(to_json(attempt, indent=None if self.several else 2))
            return
        from voicecoach.cli.terminal import console
        from voicecoach.report import render

        render(
            attempt,
            console(),
            explain=self.explain,
            kept=self.kept,
            command=CALLED_AS,
        )

    def failed(self, name: str, error: VoicecoachError) -> None:
        """Print what went wrong in place of an attempt; the others go on."""
        if self.as_json:
            from voicecoach.attempt import error_document

            click.echo(error_document(name, error.message, error.what_to_do))
        click.echo(as_called(f"voicecoach: {error}"), err=True)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@question_option
@json_option
@explain_option
@click.option("--model", help="Transcription model, instead of the one in settings.")
@click.option("--no-save", is_flag=True, help="Keep nothing in the history.")
def review(  # noqa: PLR0913 - one argument an option
    files: tuple[Path, ...],
    question_id: str | None,
    model: str | None,
    *,
    as_json: bool,
    explain: bool,
    no_save: bool,
) -> None:
    """Measure and score recordings of any format; FILES are left where they are."""
    settings = config.load({"model.name": model}).settings
    question = _question(question_id)
    transcriber = config.transcriber(settings, recordings=True)
    folder = None if no_save else config.data_folder(settings)
    with _progress() as progress:

        def one(name: str) -> Attempt:
            return _reviewed(Path(name), question, transcriber, progress(name))

        output = _Output(as_json, explain, len(files) > 1, folder is not None)
        _each([str(file) for file in files], one, output, folder)


@click.command()
@click.option(
    "--text",
    "texts",
    multiple=True,
    required=True,
    metavar="FILE|-|WORDS",
    help="Where the answer is written, or the answer itself. May repeat.",
)
@question_option
@json_option
@explain_option
@click.option("--save", is_flag=True, help="Keep it in the history.")
def score(
    texts: tuple[str, ...],
    question_id: str | None,
    *,
    as_json: bool,
    explain: bool,
    save: bool,
) -> None:
    """Score typed answers by the same judgement as spoken ones."""
    question = _question(question_id)
    folder = config.data_folder(config.load().settings) if save else None
    output = _Output(as_json, explain, len(texts) > 1, folder is not None)
    _each(list(texts), lambda name: _typed(name, question), output, folder)


def _question(name: str | None) -> Question:
    if name is None:
        return FREE_ANSWER
    return QuestionBank.load(users=user_folder()).find(name)


def _each(
    names: list[str],
    one: Callable[[str], Attempt],
    output: _Output,
    folder: Path | None,
) -> None:
    """Every input in order; a failing one is reported in its place.

    The exit code is the first failure's.
    """
    exit_code = 0
    for name in names:
        try:
            attempt = one(name)
            if folder is not None:
                attempt = _kept(attempt, folder)
            output.show(attempt)
        except VoicecoachError as error:
            if not output.several and not output.as_json:
                raise
            output.failed(name, error)
            exit_code = exit_code or error.exit_code
    sys.exit(exit_code)


def _kept(attempt: Attempt, folder: Path) -> Attempt:
    """Saved with what earlier attempts have to do with it."""
    from voicecoach.history import History

    with History(folder) as history:
        attempt = history.remembering(attempt)
        history.save(attempt)
    return attempt


def _reviewed(
    file: Path,
    question: Question,
    transcriber: Transcriber,
    progress: Callable[[float], None],
) -> Attempt:
    from voicecoach.assessment import assess, engine
    from voicecoach.attempt import Origin, Recording, new_id
    from voicecoach.audio import read_audio
    from voicecoach.ears import listen

    audio = read_audio(file, lambda share: progress(0.1 * share))
    answer = listen(audio, transcriber, lambda share: progress(0.1 + 0.9 * share))
    if not answer.voiced:
        found = answer.quality.problems if answer.quality else ()
        msg = f"There is nothing to judge in {file}."
        raise AudioFileError(msg, *(found[:1] or ("Check that it is the right file.",)))
    recording = Recording(str(file.resolve()), audio.duration_s, audio.rate_hz)
    origin = Origin(
        new_id(), datetime.now(UTC), engine(transcriber), recording, kind="review"
    )
    return assess(question, answer, origin)


def _typed(name: str, question: Question) -> Attempt:
    from voicecoach.assessment import assess, engine
    from voicecoach.attempt import Origin, new_id
    from voicecoach.timeline import typed

    answer = typed(_text(name))
    if not answer.words:
        msg = f"There is no text in {'standard input' if name == '-' else name}."
        raise UsageError(msg, "Write the answer into it first.")
    origin = Origin(new_id(), datetime.now(UTC), engine(None), kind="typed")
    return assess(question, answer, origin)


LONGEST_NAME_WORDS = 8
"""What has more words and names no file is the answer itself."""


def _text(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{name} is not plain text."
        raise UsageError(
            msg, "Save it as UTF-8 text; recordings go to `review`."
        ) from error
    except OSError as error:
        if len(name.split()) > LONGEST_NAME_WORDS:
            return name
        msg = f"{name} cannot be read: {error.strerror}."
        raise UsageError(msg, "Check its name and permissions.") from error


@contextmanager
def _progress() -> Iterator[Callable[[str], Callable[[float], None]]]:
    """A bar per file on standard error, when that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns: Iterable[BarColumn | TextColumn | TimeElapsedColumn] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bars:

        def begin(name: str) -> Callable[[float], None]:
            task = bars.add_task(Path(name).name, total=1.0)
            return lambda share: bars.update(task, completed=share)

        yield begin
