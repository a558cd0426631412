"""Models on disk: checked by SHA-256, and put in their place only when whole.

A model is built in a folder beside its place and then renamed, so that a kill, a full
disk or a second process at the same moment never leaves half a model under its name.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from pydantic import ValidationError

from voicecoach.errors import ModelError, StorageError
from voicecoach.models.known import Frozen, KnownModel, folder_name, known

WANTED = (
    "config.json",
    "model.bin",
    "preprocessor_config.json",
    "tokenizer.json",
    "vocabulary.*",
)
"""Files of a model that faster-whisper reads (its `download_model`)."""

STAMP = "verified.json"
"""SHA-256, size and time of each file of a model when it was last checked."""

_PACKAGES = "packages"
_BY_HAND = "put there by hand"
_BLOCK_BYTES = 1 << 20
_STALE_S = 24 * 3600


@dataclass(frozen=True)
class Model:
    """A model on this machine, whole.

    Args:
        name: as the settings call it: "base", or "owner/repository" of the Hub.
        path: its folder.
        sha256: of model.bin, 64 hex digits.
        size_bytes: of all its files.
        source: "packages", the Hub repository, or "put there by hand".
    """

    name: str
    path: Path
    sha256: str
    size_bytes: int
    source: str


class _FileStamp(Frozen):
    sha256: str
    size_bytes: int
    mtime_ns: int


class _Stamp(Frozen):
    name: str
    source: str
    files: Mapping[str, _FileStamp]


# Looking ------------------------------------------------------------------------------


def stamped_model(path: Path) -> Model | None:
    """The model in ``path`` as its stamp tells it; None without one."""
    stamp = _read_stamp(path)
    return _model(path, stamp) if stamp else None


def is_untouched(path: Path) -> bool:
    """Whether each file is as long and as old as when it was verified."""
    stamp = _read_stamp(path)
    return stamp is not None and all(
        _is_same(path / file, was) for file, was in stamp.files.items()
    )


def check(name: str, path: Path) -> Model:
    """Read every file and compare it with the stamp, or with known.toml without one.

    A model that neither knows was copied there by its user and is taken as it is.

    Raises:
        ModelError: naming the file that is missing or damaged, and the way out.
    """
    stamp, entry = _read_stamp(path), known().get(name)
    pinned = entry.files if entry else {}
    wanted = {n: f.sha256 for n, f in (stamp.files if stamp else pinned).items()}
    source = stamp.source if stamp else _PACKAGES if pinned else _BY_HAND
    for file in wanted or ("model.bin", "config.json"):
        if not (path / file).is_file():
            raise _damaged(path / file, name, "it is missing")
    found = {file: sha256(path / file) for file in wanted or _files_of_a_model(path)}
    for file, digest in wanted.items():
        if found[file] != digest:
            how = f"its SHA-256 is {found[file]}, not {digest}"
            raise _damaged(path / file, name, how)
    return write_stamp(name, path, found, source)


def _damaged(file: Path, name: str, how: str) -> ModelError:
    return ModelError(
        f"The model file {file} is damaged: {how}.",
        f"Run `voicecoach models pull {name}` to replace it.",
    )


def _read_stamp(path: Path) -> _Stamp | None:
    try:
        stamp = _Stamp.model_validate_json((path / STAMP).read_bytes())
    except (OSError, ValidationError):
        return None  # the files are then read again, no more
    return stamp if "model.bin" in stamp.files else None


def _is_same(file: Path, was: _FileStamp) -> bool:
    try:
        now = file.stat()
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (was.size_bytes, was.mtime_ns)


def _model(path: Path, stamp: _Stamp) -> Model:
    size_bytes = sum(file.size_bytes for file in stamp.files.values())
    digest = stamp.files["model.bin"].sha256
    return Model(stamp.name, path, digest, size_bytes, stamp.source)


def is_wanted(file: str) -> bool:
    """Whether faster-whisper reads a file of this name."""
    return any(fnmatch(file, pattern) for pattern in WANTED)


def _files_of_a_model(path: Path) -> Sequence[str]:
    return sorted(file.name for file in path.iterdir() if is_wanted(file.name))


def sha256(file: Path) -> str:
    """SHA-256 of a file, 64 hex digits.

    Raises:
        ModelError: when it cannot be read.
    """
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        msg = f"The model file {file} cannot be read: {error.strerror}."
        raise ModelError(msg, "Check its permissions.") from error


def write_stamp(name: str, path: Path, found: Mapping[str, str], source: str) -> Model:
    """Note that these files, with these SHA-256, were verified just now."""
    files = {}
    for file, digest in found.items():
        stat = (path / file).stat()
        files[file] = _FileStamp(
            sha256=digest, size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns
        )
    stamp = _Stamp(name=name, source=source, files=files)
    with suppress(OSError):  # a folder that is only readable: verified again next time
        (path / STAMP).write_text(stamp.model_dump_json(indent=1), "utf-8")
    return _model(path, stamp)


# Building -----------------------------------------------------------------------------


def in_packages(name: str) -> bool:
    """Whether installed packages hold every file of the model."""
    files = known()[name].files.values() if name in known() else ()
    parts = [part for file in files for part in file.parts]
    return bool(parts) and all(_part_path(part) is not None for part in parts)


def _part_path(part: str) -> Path | None:
    """Where the file of "package:file" is, if it is; the package is not imported."""
    package, _, file = part.partition(":")
    spec = importlib.util.find_spec(package)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(location, file)).is_file():
            return path
    return None


def join(entry: KnownModel, folder: Path) -> Model:
    """Put the model together from the installed packages that hold it.

    Raises:
        ModelError: when a package is damaged.
        StorageError: no room or no permission.
    """
    with building(folder, entry.name) as partial:
        for name, file in entry.files.items():
            if _written(partial / name, file.parts) != file.sha256:
                msg = f"The packages with {name} of the model {entry.name} are damaged."
                raise ModelError(msg, "Run `./coach setup --fresh`.")
        found = {name: file.sha256 for name, file in entry.files.items()}
        write_stamp(entry.name, partial, found, _PACKAGES)
        path = put_in_place(partial, folder / folder_name(entry.name))
    return stamped_model(path) or check(entry.name, path)


def _written(target: Path, parts: Sequence[str]) -> str:
    """The parts copied one after the other; the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with target.open("wb") as whole:
        for part in parts:
            path = _part_path(part)
            assert path is not None  # noqa: S101 - `in_packages` has looked
            with path.open("rb") as content:
                while block := content.read(_BLOCK_BYTES):
                    digest.update(block)
                    whole.write(block)
    return digest.hexdigest()


@contextmanager
def building(folder: Path, name: str) -> Iterator[Path]:
    """A fresh folder to build a model in; gone at the end, whatever happens.

    Raises:
        StorageError: for any refusal of the disk inside the block.
    """
    partial: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        prefix = f".{folder_name(name)}."
        partial = Path(tempfile.mkdtemp(".partial", prefix, folder))
        yield partial
    except OSError as error:
        raise _refused(folder, name, error) from error
    finally:
        if partial:
            shutil.rmtree(partial, ignore_errors=True)


def _refused(folder: Path, name: str, error: OSError) -> StorageError:
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    reason = "the disk is full" if is_full else (error.strerror or str(error))
    return StorageError(
        f"The model {name} cannot be written to {folder}: {reason}.",
        "Free some space."
        if is_full
        else "Check its permissions, or choose another folder with "
        "`voicecoach config set folders.models FOLDER`.",
    )


def _sweep(folder: Path) -> None:
    """Remove what a killed process left; a day old, so that none is in use."""
    for old in folder.glob(".*.partial"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _STALE_S:
                shutil.rmtree(old)


def _swap(partial: Path, path: Path) -> None:
    old = partial.with_name(f"{partial.name.removesuffix('.partial')}.old.partial")
    path.rename(old)
    partial.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def put_in_place(partial: Path, path: Path) -> Path:
    """Rename ``partial`` to ``path``, over a damaged model if there is one.

    A sound one is never moved, not even for a moment: another process may be reading
    what a third has just put there.
    """
    try:
        partial.rename(path)
    except OSError:
        if not path.is_dir():
            raise
        if not is_untouched(path):
            _swap(partial, path)
    return path
