"""How fast each model was here, kept in the data folder so that a trial is made once.

What was measured holds for one machine, one version of this program and one way to run
the model (`conditions`); under others it is tried anew. Several machines may share a
data folder: each finds its own.
"""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from voicecoach import __version__
from voicecoach.errors import StorageError
from voicecoach.models.known import Frozen
from voicecoach.models.self_test import Pace

FILE = "models_tried.json"


class _Kept(Frozen):
    quick: float
    sure: float | None


class _Document(Frozen):
    """Conditions -> SHA-256 of the model -> its pace."""

    tried: Mapping[str, Mapping[str, _Kept]] = {}


class Tried:
    """The trials that are kept in one folder, for the conditions that hold now.

    Args:
        folder: of the data; need not exist yet.
        conditions: everything that a pace depends on, as `conditions` puts it.
    """

    def __init__(self, folder: Path, conditions: str) -> None:
        self._file = folder / FILE
        self._conditions = conditions

    def pace(self, sha256: str) -> Pace | None:
        """Of the model with these weights; None when it was not tried."""
        kept = self._read().tried.get(self._conditions, {}).get(sha256)
        return Pace(kept.quick, kept.sure) if kept else None

    def keep(self, sha256: str, pace: Pace) -> None:
        """Remember a pace, at once and whole.

        Raises:
            StorageError: it cannot be written.
        """
        tried = {key: dict(value) for key, value in self._read().tried.items()}
        kept = _Kept(quick=round(pace.quick, 4), sure=pace.sure and round(pace.sure, 4))
        tried.setdefault(self._conditions, {})[sha256] = kept
        text = _Document(tried=tried).model_dump_json(indent=1)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(".tmp", FILE, self._file.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as temporary:
                temporary.write(text)
            Path(name).replace(self._file)
        except OSError as error:
            reason = error.strerror or str(error)
            msg = f"{self._file} cannot be written: {reason}."
            raise StorageError(msg, "Check the space and the permissions.") from error

    def _read(self) -> _Document:
        try:
            return _Document.model_validate_json(self._file.read_bytes())
        except (OSError, ValidationError):
            return _Document()  # the models are then tried again, no more


def conditions(threads: int, compute_type: str) -> str:
    """This machine, this version, and the way to run a model, in one line."""
    machine = f"{platform.system()} {platform.machine()}, {_processor()}"
    run = f"{threads or 'any'} threads, {compute_type}"
    return f"voicecoach {__version__}, {machine}, {cores()} cores, {run}"


def cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    """Its model; Linux tells that only in a file."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or "processor unknown"


def free_memory_bytes() -> int | None:
    """What programs can still take without swapping; None where nobody tells."""
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("utf-8").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None
