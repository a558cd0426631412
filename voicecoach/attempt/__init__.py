"""One finished attempt and its versioned JSON form: all that report and history know.

document.py   the models, one class per object of the JSON (measured.py, judged.py)
text.py       reading and writing it
build.py      question + answer + measures + score -> Attempt
reasons.py    why something in it is null
"""

from voicecoach.attempt.build import Origin, Recording, attempt, new_id
from voicecoach.attempt.document import SCHEMA, Attempt, Engine
from voicecoach.attempt.text import error_document, from_json, json_schema, to_json

__all__ = [
    "SCHEMA",
    "Attempt",
    "Engine",
    "Origin",
    "Recording",
    "attempt",
    "error_document",
    "from_json",
    "json_schema",
    "new_id",
    "to_json",
]
