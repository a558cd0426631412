"""The attempt document as text: written, read back, described for other programs."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from voicecoach.attempt.document import SCHEMA, Attempt
from voicecoach.errors import StorageError

ERROR_SCHEMA = "voicecoach.error/1"


def to_json(attempt: Attempt, *, indent: int | None = None) -> str:
    """The document as text: one line, or indented for people."""
    return attempt.model_dump_json(indent=indent)


def from_json(text: str) -> Attempt:
    """Read a document back; `to_json` loses nothing.

    Raises:
        StorageError: not JSON, another schema version, or a key missing or wrong;
            the message names it.
    """
    try:
        raw = json.loads(text)
    except ValueError as error:
        msg = f"This is not an attempt document: it is not JSON ({error})."
        raise StorageError(
            msg, "Save it again with `voicecoach report ID --json`."
        ) from (error)
    _refuse_other_schema(raw)
    try:
        return Attempt.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"]) or "the document"
        msg = f"The attempt document is damaged at {at}: {first['msg']}."
        raise StorageError(msg, "Review the recording again to make a new one.") from (
            error
        )


def _refuse_other_schema(raw: Any) -> None:  # noqa: ANN401 - any JSON value
    found = raw.get("schema") if isinstance(raw, dict) else None
    if found == SCHEMA:
        return
    if isinstance(found, str) and found.startswith("voicecoach.attempt/"):
        msg = f"The attempt document is {found}; this program reads {SCHEMA}."
        raise StorageError(msg, "Update voicecoach.")
    msg = f"This is not an attempt document: its schema is {found!r}, not {SCHEMA!r}."
    raise StorageError(msg, "Give what `voicecoach report ID --json` printed.")


def error_document(source: str, message: str, what_to_do: str = "") -> str:
    """The line that stands in for an input that failed, `voicecoach.error/1`."""
    return json.dumps(
        {
            "schema": ERROR_SCHEMA,
            "input": source,
            "error": message,
            "what_to_do": what_to_do,
        },
        ensure_ascii=False,
    )


def json_schema() -> str:
    """JSON Schema of the document, as docs/attempt.schema.json keeps it."""
    schema = Attempt.model_json_schema(mode="serialization")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
