"""The models known by name (known.toml), and what is said when one is missing."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from voicecoach.errors import ModelError

_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?")


class Frozen(BaseModel):
    """Data from a file: nothing unknown in it, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PackagedFile(Frozen):
    """A file that installed packages hold, in parts named "package:file"."""

    sha256: str
    size_bytes: int
    parts: tuple[str, ...]


class KnownModel(Frozen):
    """An entry of known.toml."""

    name: str
    repository: str
    about: str
    files: Mapping[str, PackagedFile] = {}


@cache
def known() -> Mapping[str, KnownModel]:
    """The models of known.toml by name."""
    text = (resources.files(__package__) / "known.toml").read_text("utf-8")
    entries = [KnownModel(**entry) for entry in tomllib.loads(text)["model"]]
    return {entry.name: entry for entry in entries}


def folder_name(name: str) -> str:
    """What the model's folder is called: "owner/repository" -> "owner--repository".

    Raises:
        ModelError: for what could lead out of the folder of models.
    """
    if not _NAME.fullmatch(name):
        msg = f"{name!r} is not the name of a model."
        raise ModelError(msg, f"Known ones: {', '.join(known())}.")
    return name.replace("/", "--")


def repository(name: str) -> str:
    """The model's repository on the Hugging Face Hub.

    Raises:
        ModelError: unknown, and not itself "owner/repository".
    """
    if "/" in name:
        return name
    if name in known():
        return known()[name].repository
    close = difflib.get_close_matches(name, known(), n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    msg = f"There is no model {name!r}."
    raise ModelError(msg, f"{hint}Known ones: {', '.join(known())}.")


def missing(name: str) -> ModelError:
    """The error for a model that is not on this machine.

    Raises:
        ModelError: itself, when the name is not known at all.
    """
    repository(name)
    return ModelError(
        f"The model {name} is not installed.",
        f"Run `voicecoach models pull {name}`, or choose another with "
        "`voicecoach models use`.",
    )
