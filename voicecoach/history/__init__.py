"""Attempts in SQLite, their recordings beside it, and answers that were cut off.

FOLDER/                         0700
  history.sqlite3               0600, `store`, its tables in `sqlite`
  interview.lock                0600, `lock`
  recordings/ATTEMPT/           0700, `recordings`
    speech.wav                  written while the person speaks
    pending.json                only while the answer is not finished
"""

from voicecoach.history.lock import hold_alone
from voicecoach.history.recordings import (
    Pending,
    PendingNote,
    Removed,
    recording_path,
    unfinished,
)
from voicecoach.history.store import Filters, Forgotten, History, set_aside

__all__ = [
    "Filters",
    "Forgotten",
    "History",
    "Pending",
    "PendingNote",
    "Removed",
    "hold_alone",
    "recording_path",
    "set_aside",
    "unfinished",
]
