"""The history: found again, shared by processes, private, and forgotten for good."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests import builders
from voicecoach.attempt import Attempt
from voicecoach.errors import BusyError, StorageError, UsageError
from voicecoach.history import (
    Filters,
    History,
    Pending,
    PendingNote,
    hold_alone,
    recording_path,
    set_aside,
    store,
    unfinished,
)

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def history(folder: Path) -> Iterator[History]:
    with History(folder) as history:
        yield history


def at(minutes: int, name: str, **given: object) -> Attempt:
    moment = BEGAN + timedelta(minutes=minutes)
    return builders.middling(id=name, created_at=moment, **given)


def record(folder: Path, attempt_id: str, sound: bytes = b"sound") -> Path:
    path = recording_path(folder, attempt_id)
    path.parent.mkdir(mode=0o700, parents=True)
    path.write_bytes(sound)
    return path


# -- keeping and finding ---------------------------------------------------------------


def test_what_is_saved_is_found_whole(history: History) -> None:
    made = builders.middling()
    history.save(made)
    assert history.get(made.id) == made
    assert history.get("last") == made
    assert history.list() == (made,)


def test_it_is_still_there_for_the_next_process(folder: Path) -> None:
    with History(folder) as first:
        first.save(builders.middling())
    with History(folder) as second:
        assert second.get("last") == builders.middling()


def test_saving_again_replaces(history: History) -> None:
    history.save(builders.middling(self_rating=None))
    history.save(builders.middling(self_rating=2))
    (kept,) = history.list()
    assert kept.self_rating == 2


def test_lists_the_newest_first_and_only_what_is_asked_for(history: History) -> None:
    for number, name in enumerate(("a1", "b2", "c3")):
        history.save(at(number, name, session="s" if name == "b2" else None))
    assert [a.id for a in history.list()] == ["c3", "b2", "a1"]
    assert [a.id for a in history.list(limit=2)] == ["c3", "b2"]
    assert [a.id for a in history.list(Filters(session="s"))] == ["b2"]
    assert len(history.list(Filters(question="behavioral."))) == 3
    assert history.list(Filters(question="screen")) == ()
    assert history.list(Filters(kind="typed")) == ()


def test_an_older_answer_saved_later_is_not_the_last(history: History) -> None:
    history.save(at(5, "new"))
    history.save(at(1, "old"))
    assert history.get("last").id == "new"


def test_a_beginning_is_enough_when_only_one_has_it(history: History) -> None:
    for name in ("abc1", "abd2", "ab"):
        history.save(builders.middling(id=name))
    assert history.get("abc").id == "abc1"
    assert history.get("ab").id == "ab", "an exact id wins over a longer one"
    with pytest.raises(UsageError, match=r"abc1.*abd2") as caught:
        history.get("a")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("reference", ["zz", "%", "_", "", "' OR 1=1 --"])
def test_an_unknown_id_is_said_to_be_unknown(history: History, reference: str) -> None:
    history.save(builders.middling(id="aa"))
    history.save(builders.middling(id="bb"))
    with pytest.raises(UsageError, match="attempt"):
        history.get(reference)


def test_there_is_no_last_before_the_first(history: History) -> None:
    with pytest.raises(UsageError, match="no attempts yet"):
        history.get("last")


def test_the_previous_take_is_the_one_before_and_no_follow_up(
    history: History,
) -> None:
    question = builders.QUESTION.id
    assert history.previous(question) is None
    history.save(at(0, "first"))
    history.save(at(1, "asked-on", kind="follow_up"))
    history.save(at(2, "again", kind="retry"))
    before = history.previous(question, before="again")
    assert before is not None
    assert before.id == "first"
    latest = history.previous(question)
    assert latest is not None
    assert latest.id == "again"
    assert history.previous("screen.other") is None


def test_remembers_what_was_asked_the_latest_first(history: History) -> None:
    for question in ("a.x", "b.x", "a.x", "c.x"):
        history.mark_asked(question)
    assert history.recent_question_ids(2) == ("c.x", "a.x")
    assert history.recent_question_ids(9) == ("c.x", "a.x", "b.x")


# -- privacy and forgetting ------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_anything(folder: Path) -> None:
    before = os.umask(0)
    try:
        with History(folder) as history:
            history.save(builders.middling())
            pending = Pending.begin(folder, "abc", PendingNote())
    finally:
        os.umask(before)
    pending.release()
    for path in (folder, *folder.rglob("*")):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path


def test_forgetting_deletes_recording_and_row_and_says_so(
    folder: Path, history: History
) -> None:
    history.save(at(0, "keep"))
    history.save(at(1, "drop"))
    kept, dropped = record(folder, "keep"), record(folder, "drop", b"12345678")
    forgotten = history.forget("dr")
    assert (forgotten.attempts, forgotten.removed.files) == (1, 1)
    assert forgotten.removed.size_bytes == 8
    assert not dropped.parent.exists()
    assert kept.exists()
    assert [a.id for a in history.list()] == ["keep"]


def test_forgetting_leaves_a_file_that_is_the_users_own(
    tmp_path: Path, history: History
) -> None:
    mine = tmp_path / "mine.wav"
    mine.write_bytes(b"sound")
    made = builders.middling(kind="review")
    assert made.audio is not None
    audio = made.audio.model_copy(update={"path": str(mine)})
    history.save(made.model_copy(update={"audio": audio}))
    assert history.forget("last").removed.files == 0
    assert mine.exists()


def test_a_link_in_place_of_a_recording_is_not_followed(
    tmp_path: Path, folder: Path, history: History
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thesis.txt").write_text("years")
    history.save(builders.middling(id="linked"))
    (folder / "recordings").mkdir()
    (folder / "recordings" / "linked").symlink_to(elsewhere)
    history.forget_all()
    assert (elsewhere / "thesis.txt").read_text() == "years"
    assert not (folder / "recordings" / "linked").is_symlink()


def test_forgetting_all_leaves_no_word_of_it_on_disk(
    folder: Path, history: History
) -> None:
    for number in range(3):
        history.save(at(number, f"take{number}"))
        record(folder, f"take{number}")
    history.mark_asked("behavioral.failed-program")
    assert b"reconciliation" in history.path.read_bytes()
    forgotten = history.forget_all()
    assert (forgotten.attempts, forgotten.removed.files) == (3, 3)
    history.close()
    left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"reconciliation" not in left
    assert b"failed-program" not in left
    assert list((folder / "recordings").iterdir()) == []


def test_forgetting_one_leaves_no_word_of_it_on_disk(history: History) -> None:
    history.save(builders.middling(id="gone"))
    history.save(builders.wordless(id="stays"))
    history.forget("gone")
    assert b"reconciliation" not in history.path.read_bytes()


def test_nothing_is_forgotten_while_it_is_recorded(
    folder: Path, history: History
) -> None:
    history.save(at(0, "done"))
    sound = record(folder, "done")
    pending = Pending.begin(folder, "now", PendingNote())
    with pytest.raises(BusyError, match="now"):
        history.forget_all()
    assert sound.exists()
    assert len(history.list()) == 1
    pending.release()
    history.forget_all()
    assert not pending.folder.exists()


# -- damage, room, versions ------------------------------------------------------------


def test_a_damaged_history_is_named_and_left_alone(folder: Path) -> None:
    folder.mkdir()
    path = folder / store.DATABASE
    path.write_bytes(b"This is not a database at all. " * 200)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"history\.sqlite3 is damaged") as caught:
        History(folder)
    assert "--set-aside" in caught.value.what_to_do
    assert path.read_bytes() == before


def test_damage_inside_is_reported_when_it_is_met(folder: Path) -> None:
    with History(folder) as history:
        for number in range(30):
            history.save(at(number, f"take{number}"))
    path = folder / store.DATABASE
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = os.urandom(len(content) - 4096 * 2)
    path.write_bytes(bytes(content))
    with pytest.raises(StorageError, match="damaged"), History(folder) as history:
        history.list()


def test_setting_aside_keeps_the_old_file_and_the_recordings(folder: Path) -> None:
    folder.mkdir()
    (folder / store.DATABASE).write_bytes(b"rubbish" * 500)
    sound = record(folder, "kept")
    aside = set_aside(folder)
    assert aside.read_bytes() == b"rubbish" * 500
    assert sound.exists()
    with History(folder) as history:
        assert history.list() == ()
    assert aside.exists()


def test_there_is_nothing_to_set_aside_without_a_history(folder: Path) -> None:
    with pytest.raises(StorageError, match="cannot be set aside"):
        set_aside(folder)


def test_a_newer_history_is_refused_unchanged(folder: Path) -> None:
    History(folder).close()
    path = folder / store.DATABASE
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA user_version = {len(store.MIGRATIONS) + 1}")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="newer voicecoach") as caught:
        History(folder)
    assert "Update" in caught.value.what_to_do
    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_the_version_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with History(folder) as history:
        history.save(builders.middling())
    broken = ("CREATE TABLE halfway (id TEXT) STRICT", "CREATE NONSENSE")
    released = store.MIGRATIONS
    monkeypatch.setattr(store, "MIGRATIONS", (*released, broken))
    with pytest.raises(StorageError):
        History(folder)
    monkeypatch.setattr(store, "MIGRATIONS", released)
    with History(folder) as history:
        assert history.get("last") == builders.middling()
    with sqlite3.connect(folder / store.DATABASE) as raw:
        names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
    raw.close()
    assert "halfway" not in names


def test_a_later_migration_keeps_what_was_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with History(folder) as history:
        history.save(builders.middling())
    later = ("CREATE TABLE more (id TEXT) STRICT",)
    monkeypatch.setattr(store, "MIGRATIONS", (*store.MIGRATIONS, later))
    for _ in range(2):  # the second time there is nothing left to do
        with History(folder) as history:
            assert history.get("last") == builders.middling()


def test_a_file_that_cannot_grow_keeps_what_it_had(history: History) -> None:
    history.save(builders.middling(id="before"))
    (pages,) = history._db.execute("PRAGMA page_count").fetchone()
    history._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="does not take") as caught:
        history.save(builders.middling(id="after"))
    assert "nothing was half-written" in caught.value.what_to_do
    assert [a.id for a in history.list()] == ["before"]
    assert history._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


FULL_DISK = """
import resource, sys
from pathlib import Path
from tests import builders
from voicecoach.errors import StorageError
from voicecoach.history import History

with History(Path(sys.argv[1])) as history:
    history.save(builders.middling(id="before"))
    limit = history.path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        for number in range(20):
            history.save(builders.middling(id=f"more{number}"))
    except StorageError as error:
        print(error)
"""


def test_a_disk_that_refuses_to_write_keeps_what_it_had(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parent.parent,
    )
    assert "does not take the history" in done.stdout, done.stderr
    with History(folder) as history:
        assert history.get("before").id == "before"
        checked = history._db.execute("PRAGMA integrity_check").fetchone()
    assert checked == ("ok",)


def test_a_folder_in_which_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot be opened"):
        History(tmp_path / "data")


# -- several processes -----------------------------------------------------------------


def save_many(folder: str, who: str) -> int:
    with History(Path(folder)) as history:
        for number in range(12):
            history.save(builders.wordless(id=f"{who}{number}"))
    return 12


def test_processes_that_write_at_once_lose_nothing(folder: Path) -> None:
    """Both also make and migrate the file, for it is not there yet."""
    folder.mkdir()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        saved = list(pool.map(save_many, [str(folder)] * 2, ["a", "b"]))
    with History(folder) as history:
        assert len(history.list()) == sum(saved)


def test_a_lock_that_is_never_given_back_is_busy(
    folder: Path, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_S", 0.05)
    history._db.execute("BEGIN IMMEDIATE")
    with History(folder) as other, pytest.raises(BusyError, match="locked"):
        other.save(builders.middling())
    history._db.execute("ROLLBACK")


def test_only_one_interview_at_a_time(folder: Path) -> None:
    folder.mkdir()
    with hold_alone(folder), pytest.raises(BusyError), hold_alone(folder):
        pytest.fail("held twice")
    with hold_alone(folder):
        pass


# -- answers that were cut off ---------------------------------------------------------

NOTE = PendingNote("behavioral.x", "5e55", "answer", None, "2026-11-22T10:00:00+00:00")


def test_an_answer_in_progress_is_not_unfinished(folder: Path) -> None:
    pending = Pending.begin(folder, "abc", NOTE)
    assert unfinished(folder) == ()
    pending.release()
    (found,) = unfinished(folder)
    assert (found.attempt_id, found.note.question_id) == ("abc", "behavioral.x")
    assert found.note.pid == os.getpid()
    assert found.recording == recording_path(folder, "abc")
    found.release()


def test_whoever_lists_an_answer_holds_it(folder: Path) -> None:
    Pending.begin(folder, "abc", NOTE).release()
    (mine,) = unfinished(folder)
    assert unfinished(folder) == ()
    mine.release()


def test_finishing_keeps_the_sound_and_drops_the_marker(folder: Path) -> None:
    pending = Pending.begin(folder, "abc", NOTE)
    pending.recording.write_bytes(b"sound")
    pending.finish()
    assert [path.name for path in pending.folder.iterdir()] == ["speech.wav"]
    assert unfinished(folder) == ()


def test_discarding_leaves_nothing(folder: Path) -> None:
    pending = Pending.begin(folder, "abc", NOTE)
    pending.recording.write_bytes(b"sound")
    pending.discard()
    assert not pending.folder.exists()


def test_an_id_is_used_once(folder: Path) -> None:
    Pending.begin(folder, "abc", NOTE).finish()
    with pytest.raises(StorageError, match="cannot be prepared"):
        Pending.begin(folder, "abc", NOTE)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"question_id": 3, "pid": "x"}']
)
def test_a_damaged_marker_still_offers_its_sound(folder: Path, content: bytes) -> None:
    pending = Pending.begin(folder, "abc", NOTE)
    pending.recording.write_bytes(b"sound")
    pending.release()
    (pending.folder / "pending.json").write_bytes(content)
    (found,) = unfinished(folder)
    assert found.note == PendingNote()
    assert found.recording.read_bytes() == b"sound"
    found.release()


def test_no_recordings_no_unfinished_answers(folder: Path) -> None:
    assert unfinished(folder) == ()


def test_one_that_was_saved_before_the_end_is_tidied(
    folder: Path, history: History
) -> None:
    """Killed between saving the attempt and removing the marker."""
    Pending.begin(folder, "saved", NOTE).release()
    Pending.begin(folder, "lost", NOTE).release()
    history.save(builders.middling(id="saved"))
    (found,) = history.unfinished()
    assert found.attempt_id == "lost"
    found.release()
    assert not (folder / "recordings" / "saved" / "pending.json").exists()


RECORDING = """
import sys, time
from pathlib import Path
from voicecoach.history import Pending, PendingNote

pending = Pending.begin(Path(sys.argv[1]), "abc", PendingNote("behavioral.x"))
pending.recording.write_bytes(b"said so far")
print("recording", flush=True)
time.sleep(60)
"""


def test_a_process_that_is_killed_leaves_its_answer_to_the_next(folder: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", RECORDING, str(folder)], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    with child.stdout as lines:
        assert lines.readline() == b"recording\n"
        assert unfinished(folder) == ()
        child.send_signal(signal.SIGKILL)
        child.wait(10)
    (found,) = unfinished(folder)
    assert found.recording.read_bytes() == b"said so far"
    assert found.note.question_id == "behavioral.x"
    found.finish()


def test_the_marker_says_what_is_needed_to_go_on(folder: Path) -> None:
    pending = Pending.begin(folder, "abc", NOTE)
    raw = json.loads((pending.folder / "pending.json").read_bytes())
    pending.release()
    assert raw["kind"] == "answer"
    assert raw["session_id"] == "5e55"
