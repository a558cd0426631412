"""``voicecoach questions``: list, show and check questions, ours and one's own."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from voicecoach import config
from voicecoach.errors import QuestionError
from voicecoach.questions import (
    LEVELS,
    ROUND_NAMES,
    ROUNDS,
    Level,
    Question,
    QuestionBank,
    QuestionFile,
    Round,
    bank_folder,
    problems_of,
    read_file,
    toml_files,
)
from voicecoach.rubric.criteria import criterion_ids

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

PIPE_WIDTH = 200
"""Columns when nobody looks at a terminal: enough for grep to find whole lines."""

HEADERS = ("no.", "id", "level", "target", "question")
LEAST_WORDS = 16
"""Characters of the prompt that are shown however narrow the terminal is."""

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="A folder of questions of your own, instead of the one in the settings.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def user_folder() -> Path | None:
    """The user's own questions by the settings that hold now; None without any."""
    return config.questions_folder(config.load().settings)


@click.group()
def questions() -> None:
    """List, show and check questions."""


@questions.command("list")
@click.option("--round", "round_", type=click.Choice(ROUNDS), help="Only this round.")
@click.option("--level", type=click.Choice(LEVELS), help="Only this level.")
@folder_option
@json_option
def list_questions(
    round_: Round | None, level: Level | None, folder: Path | None, *, as_json: bool
) -> None:
    """List the questions, with the number and the id that other commands take."""
    bank = QuestionBank.load(users=folder or user_folder())
    found = bank.matching(round_, level)
    if as_json:
        click.echo(json.dumps([_as_json(bank, question) for question in found]))
        return
    console = _console()
    console.print(_table(bank, found, console.width))
    click.echo(f"{len(found)} questions", err=True)


@questions.command()
@click.argument("question", metavar="ID|NUMBER")
@folder_option
@json_option
def show(question: str, folder: Path | None, *, as_json: bool) -> None:
    """Show one question: what it is after, what goes wrong, and the follow-ups."""
    bank = QuestionBank.load(users=folder or user_folder())
    found = bank.find(question)
    if as_json:
        click.echo(json.dumps(_as_json(bank, found)))
        return
    console = _console(pipe_width=100)
    for part in (_heading(bank, found), _facts(found), _follow_ups(found)):
        console.print(part)


@questions.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check question files and print every problem.

    PATHS are files, or folders of files; without any, our own questions and yours are
    checked. Ids must be unique among your questions and ours. The exit code is 2 when
    there is a problem.
    """
    ours, own = toml_files(bank_folder()), user_folder()
    chosen = _files(paths or (bank_folder(), *([own] if own else ())))
    named = {path.resolve() for path in chosen}
    beside = [read_file(path) for path in ours if path.resolve() not in named]
    read = [read_file(path) for path in chosen]
    problems = problems_of([*beside, *read], criterion_ids())
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"{_count(len(problems), 'problem')} to repair", err=True)
        sys.exit(QuestionError.exit_code)
    _print_counts(read)


def _files(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    found = tuple(
        file
        for path in paths
        for file in (toml_files(path) if path.is_dir() else (path,))
    )
    if not found:
        msg = f"There is no question file (*.toml) in {', '.join(map(str, paths))}."
        raise QuestionError(msg, "Write one like `voicecoach questions show 1 --json`.")
    return found


def _print_counts(files: list[QuestionFile]) -> None:
    for file in files:
        click.echo(f"ok  {file.path}  {_count(len(file.questions), 'question')}")
    total = sum(len(file.questions) for file in files)
    click.echo(f"{_count(total, 'question')} in {_count(len(files), 'file')}", err=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _as_json(bank: QuestionBank, question: Question) -> dict[str, object]:
    return {"number": bank.number(question.id), **question.model_dump(mode="json")}


def _console(pipe_width: int = PIPE_WIDTH) -> Console:
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = pipe_width
    return console


def _table(bank: QuestionBank, found: tuple[Question, ...], width: int) -> Table:
    from rich.table import Table
    from rich.text import Text

    facts = {question.id: _facts_of(bank, question) for question in found}
    taken = sum(max(map(len, column)) for column in zip(*facts.values(), strict=True))
    room = max(LEAST_WORDS, width - taken - 2 * len(HEADERS))
    table = Table(*HEADERS, box=None, pad_edge=False)
    table.columns[0].justify = "right"
    for round_, group in groupby(found, key=lambda question: question.round):
        table.add_row("", Text(ROUND_NAMES[round_], "bold cyan"))
        for question in group:
            # Shortened here: rich would take the room from the id as well.
            words = shorten(question.prompt, room, placeholder="…")
            table.add_row(*facts[question.id], words)
    return table


def _facts_of(bank: QuestionBank, question: Question) -> tuple[str, str, str, str]:
    number, band = str(bank.number(question.id)), target(question.target_s)
    return number, question.id, question.level, band


def target(target_s: tuple[float, float]) -> str:
    """``(180, 240)`` -> "3-4 min"; ``(45, 90)`` -> "45-90 s"."""
    low_s, high_s = target_s
    if low_s >= 60 and low_s % 30 == 0 and high_s % 30 == 0:
        return f"{low_s / 60:g}-{high_s / 60:g} min"
    return f"{low_s:g}-{high_s:g} s"


def _heading(bank: QuestionBank, question: Question) -> RenderableType:
    from rich.panel import Panel
    from rich.text import Text

    return Panel(
        Text(question.prompt, "bold"),
        title=Text(f"{bank.number(question.id)}  {question.id}"),
        title_align="left",
        padding=(1, 2),
    )


def _facts(question: Question) -> Table:
    table = _pairs()
    table.add_row("round", f"{ROUND_NAMES[question.round]}, {question.level}")
    table.add_row("answer in", target(question.target_s))
    table.add_row("structure", _words(question.structure))
    table.add_row("can show", ", ".join(map(_words, question.pillars)))
    table.add_row("assesses", question.assesses)
    for number, pitfall in enumerate(question.pitfalls):
        table.add_row("" if number else "pitfalls", f"- {pitfall}")
    return table


def _follow_ups(question: Question) -> Table:
    table = _pairs()
    for number, follow_up in enumerate(question.follow_ups):
        push = ", a pushback" if follow_up.pushback else ""
        table.add_row("" if number else "follow-ups", follow_up.prompt)
        table.add_row("", f"after {_words(follow_up.probes)}{push}", style="dim")
    return table


def _pairs() -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", no_wrap=True, min_width=10)
    table.add_column()
    return table


def _words(name: str) -> str:
    return name.replace("star_l", "STAR+L").replace("_", " ")
