"""Recordings on disk, and the marker of an answer that is not finished.

The marker is written before the microphone opens and locked while its process lives;
the kernel drops the lock however that process ends. So a marker that nobody holds is an
answer that was cut off, and two programs never finish the same one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import BinaryIO, get_args

from voicecoach.attempt.document import Kind
from voicecoach.errors import BusyError, StorageError

SPEECH = "speech.wav"
MARKER = "pending.json"


def recordings_folder(folder: Path) -> Path:
    """Where the recordings of a data folder are."""
    return folder / "recordings"


def recording_path(folder: Path, attempt_id: str) -> Path:
    """Where the sound of one attempt is kept."""
    return recordings_folder(folder) / attempt_id / SPEECH


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the disk's refusals into StorageError; ``what`` begins the message."""
    try:
        yield
    except OSError as error:
        msg = f"{what}: {error.strerror} ({error.filename})."
        raise StorageError(msg, "Check the free space and the permissions.") from error


@dataclass(frozen=True)
class PendingNote:
    """What is needed to finish an answer later; None where the marker is damaged.

    Args:
        question_id: the question that was being answered.
        session_id: the interview, if any.
        kind: as in the attempt document.
        parent: the attempt that a follow-up or a retry goes back to.
        started_at: ISO 8601, UTC.
        pid: of the process that records; `Pending.begin` fills it in.
        prompt: as it was spoken, for a follow-up that no bank holds.
    """

    question_id: str | None = None
    session_id: str | None = None
    kind: str | None = None
    parent: str | None = None
    started_at: str | None = None
    pid: int | None = None
    prompt: str | None = None

    @property
    def known_kind(self) -> Kind:
        """The kind of answer; a plain one where the marker is damaged."""
        return next((k for k in get_args(Kind) if k == self.kind), "answer")


@dataclass(frozen=True, eq=False)
class Pending:
    """An answer being recorded, or cut off; holds its lock until one of the ends.

    Args:
        attempt_id: the id that the attempt will have.
        folder: recordings/ID.
        note: what was known when it began.
    """

    attempt_id: str
    folder: Path
    note: PendingNote
    _lock: BinaryIO

    @classmethod
    def begin(cls, data_folder: Path, attempt_id: str, note: PendingNote) -> Pending:
        """Make the folder, write the marker and hold it; before the microphone opens.

        Raises:
            StorageError: the disk refuses, or the id was used before.
        """
        folder = recordings_folder(data_folder) / attempt_id
        with translated("The recording cannot be prepared"):
            recordings_folder(data_folder).mkdir(
                mode=0o700, parents=True, exist_ok=True
            )
            folder.mkdir(mode=0o700)
            note = replace(note, pid=os.getpid())
            return cls(attempt_id, folder, note, _locked_marker(folder, note))

    @property
    def recording(self) -> Path:
        """Where the sound goes."""
        return self.folder / SPEECH

    def finish(self) -> None:
        """The attempt is saved: remove the marker and let go of it."""
        with self._lock, translated("The answer cannot be marked as finished"):
            (self.folder / MARKER).unlink(missing_ok=True)

    def discard(self) -> None:
        """The person does not want it: delete the recording and the marker."""
        with self._lock:
            remove(self.folder)

    def release(self) -> None:
        """Let go and leave the marker, so that the next start offers it again."""
        self._lock.close()


def _locked_marker(folder: Path, note: PendingNote) -> BinaryIO:
    """Locked before it has its name, so nobody sees it unlocked or half-written."""
    new = folder / f"{MARKER}.new"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    file = os.fdopen(descriptor, "wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.write(json.dumps(asdict(note)).encode())
        file.flush()
        os.fsync(file.fileno())
        new.rename(folder / MARKER)
    except OSError:
        file.close()
        raise
    return file


def unfinished(data_folder: Path) -> tuple[Pending, ...]:
    """Answers that were cut off, oldest first, each locked for the caller.

    End each with `Pending.finish`, `Pending.discard` or `Pending.release`.

    Raises:
        StorageError: the folder cannot be read.
    """
    with translated("The unfinished answers cannot be read"):
        markers = sorted(
            recordings_folder(data_folder).glob(f"*/{MARKER}"),
            key=lambda marker: marker.stat().st_mtime,
        )
        taken = (_taken(marker) for marker in markers)
        return tuple(pending for pending in taken if pending is not None)


def _taken(marker: Path) -> Pending | None:
    """The answer behind a marker, or None while another process holds it."""
    try:
        file = marker.open("r+b")
    except FileNotFoundError:  # finished between the listing and now
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return Pending(marker.parent.name, marker.parent, _note(file.read()), file)


def _note(content: bytes) -> PendingNote:
    """What a marker says; fields that are missing or of another type become None."""
    try:
        raw = json.loads(content)
    except ValueError:
        return PendingNote()
    if not isinstance(raw, dict):
        return PendingNote()
    known = {field.name: raw.get(field.name) for field in fields(PendingNote)}
    pid = known.pop("pid")
    texts = {name: v if isinstance(v, str) else None for name, v in known.items()}
    return PendingNote(**texts, pid=pid if isinstance(pid, int) else None)


@dataclass(frozen=True)
class Removed:
    """Files that were deleted."""

    files: int = 0
    size_bytes: int = 0

    def __add__(self, other: Removed) -> Removed:
        """Both together."""
        return Removed(self.files + other.files, self.size_bytes + other.size_bytes)


def refuse_if_held(folder: Path) -> None:
    """Make sure that nobody is recording into one recording's folder.

    Raises:
        BusyError: another process holds its marker.
    """
    marker = folder / MARKER
    if not marker.exists():
        return
    with translated("The recording cannot be looked at"):
        pending = _taken(marker)
    if pending is None and marker.exists():
        msg = f"The answer {folder.name} is being recorded now."
        raise BusyError(msg, "End that interview first.")
    if pending is not None:
        pending.release()


def remove(folder: Path) -> Removed:
    """Delete one recording's folder; a link is unlinked, never followed.

    Raises:
        StorageError: a file cannot be deleted; the rest may be gone by then.
    """
    with translated("The recording cannot be deleted"):
        if folder.is_symlink():
            folder.unlink()
            return Removed(1, 0)
        if not folder.exists():
            return Removed()
        files = [path for path in folder.rglob("*") if not path.is_dir()]
        size_bytes = sum(path.lstat().st_size for path in files)
        shutil.rmtree(folder)
        return Removed(len(files), size_bytes)
