"""`voicecoach.attempt/1`: the models behind the JSON; `text` reads and writes it.

One class per object of the document, in the document's order: here the whole, what was
asked and what was heard; `measured` and `judged` have the rest. What could not be
measured is null, and ``unmeasured`` has the reason under its path.

Reading is lenient about keys that a later program adds, strict about everything else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from voicecoach.attempt.judged import CoachingDocument, FollowUpDocument, ScoreDocument
from voicecoach.attempt.measured import Filler, MeasuresDocument
from voicecoach.attempt.model import (
    Amount,
    AttemptId,
    Model,
    Points,
    Rounded,
    Share,
    Timed,
)
from voicecoach.measures.results import FillerFamily
from voicecoach.questions import Round

SCHEMA: Literal["voicecoach.attempt/1"] = "voicecoach.attempt/1"

Kind = Literal["answer", "follow_up", "retry", "review", "typed"]


class AskedQuestion(Model):
    """The question as it was put."""

    id: str
    prompt: str
    round: Round
    target_s: tuple[Amount, Amount]
    """The shortest and the longest answer that is on target, seconds."""


class AudioFile(Model):
    """The recording, and how far its sound can be trusted."""

    path: str
    duration_s: Amount
    sample_rate_hz: Annotated[int, Field(gt=0)]
    overflows: Annotated[int, Field(ge=0)] = 0
    """How often the device dropped samples."""
    speech_dbfs: Rounded | None = None
    """Level of the parts with voice, dB below full scale."""
    noise_dbfs: Rounded | None = None
    """Level of the parts without."""
    clipped_share: Share | None = None
    """Share of samples at full scale."""
    problems: tuple[str, ...] = ()
    """Sentences that name what is wrong with the sound."""


class Engine(Model):
    """What heard and what judged; the transcriber's fields are null when typed."""

    transcriber: str | None = None
    model: str | None = None
    model_sha256: str | None = None
    rubric_version: str


class HeardWord(Timed):
    """One word, punctuation attached."""

    text: str
    probability: Share | None = None
    """The transcriber's own; null when it was typed."""


class RemovedText(Timed):
    """Text that the transcriber printed and that was not believed."""

    text: str
    reason: str


class Transcript(Model):
    """What was said."""

    text: str
    """All words joined by one space; char_start and char_end refer to it."""
    words: tuple[HeardWord, ...]
    removed: tuple[RemovedText, ...] = ()


class Attempt(Model):
    """One finished attempt: what `review --json` prints and history keeps."""

    schema_: Literal["voicecoach.attempt/1"] = Field(default=SCHEMA, alias="schema")
    id: AttemptId
    created_at: datetime
    """UTC, whole seconds, ISO 8601 with a Z."""
    kind: Kind = "answer"
    session: str | None = None
    """The interview that it belongs to, if any."""
    parent: AttemptId | None = None
    """The attempt that a follow-up or a retry goes back to."""
    self_rating: Points | None = None
    """What the speaker gave before seeing the score; null when skipped."""
    interrupted: bool = False
    """Whether the recording was cut off (a kill, a lost device) and finished later."""
    question: AskedQuestion
    audio: AudioFile | None
    engine: Engine
    transcript: Transcript
    measures: MeasuresDocument
    score: ScoreDocument
    coaching: CoachingDocument = CoachingDocument()
    follow_up: FollowUpDocument | None
    unmeasured: dict[str, str]
    """Path of a null, list positions left out, to the reason in plain words."""

    def tells(self, family: FillerFamily) -> bool:
        """Whether fillers of one family were listened for and could be told."""
        return f"measures.fillers.{family}" not in self.unmeasured

    def fillers(self, family: FillerFamily) -> tuple[Filler, ...]:
        """Those of one family that count; families are never added up."""
        return tuple(
            f for f in self.measures.fillers if f.family == family and f.is_certain
        )

    def fillers_per_minute(self, family: FillerFamily) -> float | None:
        """Certain fillers of one family per minute of answer.

        None without a time, or where the sound was too bad to tell them.
        """
        timing = self.measures.timing
        if timing is None or not timing.answer_s or not self.tells(family):
            return None
        return len(self.fillers(family)) / (timing.answer_s / 60)
