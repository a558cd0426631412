"""Models from the Hugging Face Hub: the only use of the network in this program."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from voicecoach.errors import ModelError, StorageError
from voicecoach.models.known import folder_name, known, repository
from voicecoach.models.store import (
    Model,
    building,
    is_wanted,
    put_in_place,
    sha256,
    stamped_model,
    write_stamp,
)

Progress = Callable[[float], None]
"""Called with the share done, 0..1."""

_TIMEOUT_S = 10


@dataclass(frozen=True)
class _Remote:
    """What the Hub has: the size of each wanted file, SHA-256 of the large ones."""

    repository: str
    revision: str | None
    sizes_bytes: dict[str, int]
    sha256: dict[str, str]

    @property
    def size_bytes(self) -> int:
        return sum(self.sizes_bytes.values())


def download(name: str, folder: Path, progress: Progress | None) -> Model:
    """Fetch a model, compare it with the SHA-256 of the Hub, put it in place."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()  # ours counts bytes, theirs files
    remote = _remote(repository(name))
    with building(folder, name) as partial:
        _refuse_without_room(folder, name, remote.size_bytes)
        with (
            _watched(partial, remote.size_bytes, progress),
            _plain_words(remote.repository),
        ):
            snapshot_download(
                remote.repository,
                revision=remote.revision,
                local_dir=partial,
                allow_patterns=list(remote.sizes_bytes),
            )
        shutil.rmtree(partial / ".cache", ignore_errors=True)
        found = {file: sha256(partial / file) for file in remote.sizes_bytes}
        for file, digest in remote.sha256.items():
            if found[file] != digest:
                msg = f"{file} of {remote.repository} arrived damaged."
                raise ModelError(msg, f"Run `voicecoach models pull {name}` again.")
        model = write_stamp(name, partial, found, remote.repository)
        path = put_in_place(partial, folder / folder_name(name))
    return stamped_model(path) or model


def _remote(repository: str) -> _Remote:
    from huggingface_hub import HfApi

    with _plain_words(repository):
        info = HfApi().model_info(repository, files_metadata=True, timeout=_TIMEOUT_S)
    files = [file for file in info.siblings or () if is_wanted(file.rfilename)]
    if "model.bin" not in [file.rfilename for file in files]:
        msg = f"{repository} holds no model that faster-whisper can load."
        raise ModelError(msg, "Give one with a model.bin, made for CTranslate2.")
    sizes_bytes = {file.rfilename: file.size or 0 for file in files}
    digests = {file.rfilename: file.lfs.sha256 for file in files if file.lfs}
    return _Remote(repository, info.sha, sizes_bytes, digests)


def _refuse_without_room(folder: Path, name: str, needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        msg = (
            f"The model {name} needs {needed_bytes / 1e6:.0f} MB, and {folder} has "
            f"{free_bytes / 1e6:.0f} MB left."
        )
        raise StorageError(msg, "Free some space, or choose a smaller model.")


@contextmanager
def _plain_words(repository: str) -> Iterator[None]:
    """Translate what huggingface_hub raises; a full disk is left to `building`."""
    from huggingface_hub import errors

    try:
        yield
    except errors.RepositoryNotFoundError as error:
        msg = f"The Hugging Face Hub has no open model {repository}."
        raise ModelError(msg, f"Known ones: {', '.join(known())}.") from error
    except (
        errors.HTTPError,  # type: ignore[attr-defined] # of its HTTP library, any version
        errors.HFValidationError,
        OSError,
    ) as error:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"{repository} could not be pulled ({reason.rstrip('.')}).",
            "Check the network and try again; what `voicecoach models list` shows as "
            "installed works without it.",
        ) from error


@contextmanager
def _watched(
    folder: Path, total_bytes: int, progress: Progress | None
) -> Iterator[None]:
    """Report the share of ``total_bytes`` that has arrived in ``folder``."""
    if not progress:
        yield
        return
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            progress(min(1.0, _size_bytes(folder) / max(1, total_bytes)))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _size_bytes(folder: Path) -> int:
    size_bytes = 0
    for root, _, files in os.walk(folder):
        for file in files:
            with suppress(OSError):  # renamed while we look
                size_bytes += Path(root, file).stat().st_size
    return size_bytes
