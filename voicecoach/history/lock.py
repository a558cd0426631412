"""One interview at a time: two would talk into each other's recordings."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicecoach.errors import BusyError
from voicecoach.history.recordings import translated

LOCK = "interview.lock"


@contextmanager
def hold_alone(folder: Path) -> Iterator[None]:
    """Hold the data folder's interview lock; the kernel drops it if we die.

    Raises:
        BusyError: another interview is running with this data folder.
        StorageError: the lock file cannot be made.
    """
    path = folder / LOCK
    with translated("The interview cannot be locked"):
        path.touch(mode=0o600)
        file = path.open("r+b")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = "Another interview is running on this machine."
            raise BusyError(msg, "Finish it there first.") from error
        yield
