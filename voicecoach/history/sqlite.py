"""What `store` needs of SQLite: tables by version, a private file, its failures."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from voicecoach.errors import BusyError, StorageError

MIGRATIONS = (
    (
        "CREATE TABLE sessions (id TEXT PRIMARY KEY, started_at TEXT NOT NULL) STRICT",
        """CREATE TABLE attempts (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            session TEXT REFERENCES sessions (id),
            created_at TEXT NOT NULL,
            question TEXT NOT NULL,
            round TEXT NOT NULL,
            kind TEXT NOT NULL,
            overall REAL,
            pace_wpm REAL,
            filled_pauses_per_minute REAL,
            discourse_markers_per_minute REAL,
            coordinator_share REAL,
            answer_s REAL,
            document TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX attempts_by_question ON attempts (question, created_at)",
        "CREATE INDEX attempts_by_time ON attempts (created_at)",
        "CREATE INDEX attempts_by_session ON attempts (session)",
        """CREATE TABLE asked (
            number INTEGER PRIMARY KEY,
            question TEXT NOT NULL,
            asked_at TEXT NOT NULL
        ) STRICT""",
    ),
)
"""Statements of each version, in order, one transaction each. A released one is never
edited, only followed by another. ``PRAGMA user_version`` is how many have run."""


def make_private(path: Path) -> None:
    """Folder 0700 if it is new, file 0600; SQLite gives its journal the file's mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def in_our_words(error: sqlite3.Error, path: Path) -> StorageError | BusyError:
    """By SQLite's result code (sqlite.org/rescode.html), whose low byte is the kind."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        msg = f"Another voicecoach keeps the history {path} locked."
        return BusyError(msg, "Wait for it to finish, then try again.")
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        msg = f"The disk does not take the history {path} ({error})."
        return StorageError(msg, "Free some space; nothing was half-written.")
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
        msg = f"The history {path} cannot be written ({error})."
        return StorageError(msg, "Check the folder and its permissions.")
    msg = f"The history {path} is damaged ({error})."
    return StorageError(
        msg,
        "Run `voicecoach history --set-aside` to begin a new one; "
        "the damaged file is kept, and so is every recording.",
    )
