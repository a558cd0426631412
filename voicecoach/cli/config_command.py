"""``voicecoach config``: every setting, where it came from, and how to change it."""

from __future__ import annotations

import json

import click

from voicecoach.config import Loaded, load, set_value, settings_file


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def config(context: click.Context, *, as_json: bool) -> None:
    """Show every setting and where its value came from."""
    if context.invoked_subcommand:
        return
    loaded = load()
    if as_json:
        rows = {
            key: {"value": value, "origin": loaded.origins[key]}
            for key, value in loaded.settings.items()
        }
        click.echo(json.dumps({"file": str(settings_file()), "settings": rows}))
    else:
        _print_table(loaded)
        there = "" if settings_file().exists() else " (not there yet)"
        click.echo(f"File: {settings_file()}{there}", err=True)


def _print_table(loaded: Loaded) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("setting", "value", "where from", box=None, pad_edge=False)
    for key, value in loaded.settings.items():
        origin = loaded.origins[key]
        style = "dim" if origin == "default" else ""
        # As Text, for a value may hold what rich would take for markup.
        table.add_row(
            key, Text(_shown(value)), Text(origin, overflow="fold"), style=style
        )
    Console().print(table)


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(f"{part:g}" for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


@config.command()
def path() -> None:
    """Print where the settings file is, or would be."""
    click.echo(settings_file())


@config.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("key")
@click.argument("value")
def set_(key: str, value: str) -> None:
    """Write one setting to the file: `voicecoach config set interview.questions 3`.

    VALUE `default` takes it out of the file again. Comments and order stay.
    """
    file = settings_file()
    set_value(file, key, value)
    loaded = load()
    now = _shown(dict(loaded.settings.items())[key])
    click.echo(f"{key} = {now} ({loaded.origins[key]})")
