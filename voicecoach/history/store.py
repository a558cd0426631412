"""Attempts in one SQLite file: the whole document, and columns to find it by.

SQLite keeps a rollback journal here, not a write-ahead log: writes are few and short,
there are no -wal and -shm files to guard, and a forgotten answer leaves no copy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from voicecoach.attempt import Attempt, from_json, to_json
from voicecoach.attempt.judged import Remembered
from voicecoach.errors import StorageError, UsageError
from voicecoach.history.memory import LOOK_BACK, remembered
from voicecoach.history.recordings import (
    Pending,
    Removed,
    recordings_folder,
    refuse_if_held,
    remove,
    unfinished,
)
from voicecoach.history.sqlite import MIGRATIONS, in_our_words, make_private

DATABASE = "history.sqlite3"
BUSY_S = 10.0
"""How long one process waits for another's write; a write takes milliseconds."""


@dataclass(frozen=True)
class Filters:
    """Which attempts to list; None asks for all.

    Args:
        question: an id or the beginning of one ("behavioral").
        session: id of the interview.
        kind: answer, follow_up, retry, review or typed.
    """

    question: str | None = None
    session: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Forgotten:
    """What `History.forget` or `History.forget_all` deleted."""

    attempts: int
    removed: Removed


class History:
    """All attempts of one data folder; several processes may use it at once.

    Args:
        folder: the data folder; made, for its owner only, when missing.

    Raises:
        StorageError: no room, no permission, damaged, or written by a newer program.
            Every method may raise it too.
        BusyError: another process kept it locked for ten seconds.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / DATABASE
        with self._translated():
            make_private(self.path)
            self._db = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        try:
            self._prepare()
        except StorageError:
            self.close()
            raise

    def _prepare(self) -> None:
        with self._translated():
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")  # zeroes what is forgotten
            self._refuse_newer()
            while self._version() < len(MIGRATIONS):
                self._migrate_once()

    def _version(self) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return int(version)

    def _refuse_newer(self) -> None:
        if self._version() > len(MIGRATIONS):
            msg = f"{self.path} was written by a newer voicecoach."
            raise StorageError(msg, "Update voicecoach; nothing was changed.")

    def _migrate_once(self) -> None:
        with self._transaction():
            version = self._version()  # again: another process may have been quicker
            if version < len(MIGRATIONS):
                for statement in MIGRATIONS[version]:
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {version + 1}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing; the write lock is taken at once, so no deadlock later."""
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has rolled back by itself
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLite's and the disk's failures in our words."""
        try:
            yield
        except sqlite3.Error as error:
            raise in_our_words(error, self.path) from error
        except OSError as error:
            msg = f"The history {self.path} cannot be opened: {error.strerror}."
            raise StorageError(msg, "Check the folder and its permissions.") from error

    def save(self, attempt: Attempt) -> None:
        """Keep an attempt, its session with it; the same id again replaces it."""
        with self._transaction():
            if attempt.session is not None:
                self._db.execute(
                    "INSERT OR IGNORE INTO sessions VALUES (?, ?)",
                    (attempt.session, _utc(attempt.created_at)),
                )
            self._db.execute(
                "INSERT OR REPLACE INTO attempts (id, session, created_at, question,"
                " round, kind, overall, pace_wpm, filled_pauses_per_minute,"
                " discourse_markers_per_minute, coordinator_share, answer_s, document)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _row(attempt),
            )

    def get(self, reference: str) -> Attempt:
        """One attempt by id, by a beginning that only it has, or the "last" one.

        Raises:
            UsageError: none or several fit.
        """
        if reference == "last":
            newest = self.list(limit=1)
            if newest:
                return newest[0]
            msg = "There are no attempts yet."
            raise UsageError(msg, "Hold one with `voicecoach interview`.")
        with self._translated():
            rows = self._db.execute(
                "SELECT id, document FROM attempts WHERE id = ?1"
                " OR substr(id, 1, length(?1)) = ?1 ORDER BY id = ?1 DESC, id LIMIT 6",
                (reference,),
            ).fetchall()
        if rows and (len(rows) == 1 or rows[0][0] == reference):
            return from_json(rows[0][1])
        raise _unclear(reference, [row[0] for row in rows])

    def list(
        self, filters: Filters | None = None, limit: int | None = None
    ) -> tuple[Attempt, ...]:
        """Attempts, the newest first."""
        chosen = filters or Filters()
        with self._translated():
            rows = self._db.execute(
                "SELECT document FROM attempts"
                " WHERE (?1 IS NULL OR substr(question, 1, length(?1)) = ?1)"
                " AND (?2 IS NULL OR session = ?2) AND (?3 IS NULL OR kind = ?3)"
                " ORDER BY created_at DESC, number DESC LIMIT ?4",
                (
                    chosen.question,
                    chosen.session,
                    chosen.kind,
                    -1 if limit is None else limit,
                ),
            ).fetchall()
        return tuple(from_json(row[0]) for row in rows)

    def count(self) -> int:
        """How many attempts there are."""
        with self._translated():
            (attempts,) = self._db.execute("SELECT count(*) FROM attempts").fetchone()
        return int(attempts)

    def previous(self, question_id: str, before: str | None = None) -> Attempt | None:
        """The newest answer to a question, or the one before attempt ``before``.

        Follow-ups do not count: they answer something else.
        """
        with self._translated():
            row = self._db.execute(
                "SELECT document FROM attempts"
                " WHERE question = ?1 AND kind != 'follow_up' AND (?2 IS NULL OR"
                " number < (SELECT number FROM attempts WHERE id = ?2))"
                " ORDER BY number DESC LIMIT 1",
                (question_id, before),
            ).fetchone()
        return None if row is None else from_json(row[0])

    def remembering(self, attempt: Attempt) -> Attempt:
        """The attempt with what earlier ones have to do with it; not saved."""
        with self._translated():
            rows = self._db.execute(
                "SELECT document FROM attempts WHERE kind != 'follow_up' AND id != ?1"
                " AND created_at <= ?2 ORDER BY created_at DESC, number DESC LIMIT ?3",
                (attempt.id, _utc(attempt.created_at), 2 * LOOK_BACK),
            ).fetchall()
        earlier = tuple(from_json(row[0]) for row in rows)
        return _with_memory(attempt, remembered(attempt, earlier))

    def mark_asked(self, question_id: str) -> None:
        """Note that a question was put, answered or not."""
        now = _utc(datetime.now(UTC))
        with self._transaction():
            self._db.execute(
                "INSERT INTO asked (question, asked_at) VALUES (?, ?)",
                (question_id, now),
            )

    def recent_question_ids(self, count: int) -> tuple[str, ...]:
        """The questions put last, each once, the latest first."""
        with self._translated():
            rows = self._db.execute(
                "SELECT question FROM asked GROUP BY question"
                " ORDER BY max(number) DESC LIMIT ?",
                (count,),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def unfinished(self) -> tuple[Pending, ...]:
        """Answers that were cut off, locked for the caller; see `unfinished`.

        One that was saved just before its program died only lacks the removal of its
        marker, which is made good here.
        """
        result = []
        for pending in unfinished(self.folder):
            if self._has(pending.attempt_id):
                pending.finish()
            else:
                result.append(pending)
        return tuple(result)

    def _has(self, attempt_id: str) -> bool:
        with self._translated():
            found = self._db.execute(
                "SELECT 1 FROM attempts WHERE id = ?", (attempt_id,)
            ).fetchone()
        return found is not None

    def forget(self, reference: str) -> Forgotten:
        """Delete one attempt: its recording first, then its row.

        A recording that lies outside the data folder is the user's own and stays.

        Raises:
            UsageError: none or several attempts fit ``reference``.
            BusyError: it is being recorded now.
        """
        attempt = self.get(reference)
        folder = recordings_folder(self.folder) / attempt.id
        refuse_if_held(folder)
        removed = remove(folder)
        with self._transaction():
            self._db.execute("DELETE FROM attempts WHERE id = ?", (attempt.id,))
            self._forget_memories(attempt.id)
            self._db.execute(
                "DELETE FROM sessions WHERE id NOT IN"
                " (SELECT session FROM attempts WHERE session IS NOT NULL)"
            )
        return Forgotten(1, removed)

    def _forget_memories(self, attempt_id: str) -> None:
        """Take out of later attempts what was said of a forgotten one."""
        rows = self._db.execute(
            "SELECT document FROM attempts WHERE instr(document, ?1)", (attempt_id,)
        ).fetchall()
        for later in (from_json(row[0]) for row in rows):
            memories = later.coaching.remembered
            kept = tuple(one for one in memories if attempt_id not in one.attempts)
            if kept != memories:
                self._db.execute(
                    "UPDATE attempts SET document = ?2 WHERE id = ?1",
                    (later.id, to_json(_with_memory(later, kept))),
                )

    def forget_all(self) -> Forgotten:
        """Delete every recording, unfinished ones too, then everything in the file.

        Raises:
            BusyError: an answer is being recorded now; nothing was deleted.
        """
        folder = recordings_folder(self.folder)
        folders = sorted(folder.iterdir()) if folder.is_dir() else []
        for each in folders:
            refuse_if_held(each)
        removed = sum((remove(each) for each in folders), Removed())
        with self._transaction():
            (attempts,) = self._db.execute("SELECT count(*) FROM attempts").fetchone()
            for table in ("attempts", "sessions", "asked"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names above
        with self._translated():
            self._db.execute("VACUUM")
        return Forgotten(attempts, removed)

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._db.close()

    def __enter__(self) -> History:
        """Itself, open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close, whatever happened."""
        self.close()


def set_aside(folder: Path) -> Path:
    """Rename a damaged history so that a new one can begin; recordings stay.

    Only ever at the user's word. Returns the new name.

    Raises:
        StorageError: there is none, or it cannot be renamed.
    """
    path = folder / DATABASE
    aside = path.with_name(f"{DATABASE}.{datetime.now(UTC):%Y%m%d-%H%M%S}.damaged")
    try:
        path.rename(aside)
    except OSError as error:
        msg = f"{path} cannot be set aside: {error.strerror}."
        raise StorageError(msg, "Check the folder and its permissions.") from error
    return aside


def _unclear(reference: str, ids: list[str]) -> UsageError:
    if not ids:
        msg = f"There is no attempt {reference!r}."
        return UsageError(msg, "`voicecoach history` lists them.")
    msg = f"Several attempts begin with {reference!r}: {', '.join(ids)}."
    return UsageError(msg, "Give more of the id.")


def _with_memory(attempt: Attempt, memories: tuple[Remembered, ...]) -> Attempt:
    coaching = attempt.coaching.model_copy(update={"remembered": memories})
    return attempt.model_copy(update={"coaching": coaching})


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _row(attempt: Attempt) -> tuple[str | float | None, ...]:
    timing = attempt.measures.timing
    return (
        attempt.id,
        attempt.session,
        _utc(attempt.created_at),
        attempt.question.id,
        attempt.question.round,
        attempt.kind,
        attempt.score.overall,
        timing.pace_wpm if timing else None,
        attempt.fillers_per_minute("filled_pause"),
        attempt.fillers_per_minute("discourse_marker"),
        attempt.measures.agency.coordinator_share,
        timing.answer_s if timing else None,
        to_json(attempt),
    )
