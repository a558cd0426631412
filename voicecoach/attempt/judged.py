"""The part of the document that judges: score, next question, coaching."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from voicecoach.attempt.model import AttemptId, Model, Points, Quoted, Rounded
from voicecoach.questions import Pillar
from voicecoach.rubric.results import FindingKind


class Pillars(Model):
    """What a panel scores, 1 to 5; null where there was no fair chance."""

    program_execution: Points | None
    technical_depth: Points | None
    stakeholder_leadership: Points | None
    communication: Points | None
    culture_values: Points | None


class Evidence(Quoted):
    """Words of the answer that a finding rests on."""

    quote: str


class Finding(Model):
    """One criterion applied to this answer."""

    criterion: str
    pillar: str
    points: Points
    kind: FindingKind
    advice: str
    evidence: tuple[Evidence, ...]
    why: str = ""
    """The way from the words to the points."""


class Addend(Model):
    """One part of the sum of a pillar."""

    source: str
    """A criterion, a signal against, "substance", "generalities", "to_another" or
    "faults"."""
    amount: Rounded
    """What it adds; below 0 what it takes off."""


class Grade(Model):
    """A pillar before it is rounded, and the sum that it comes from."""

    pillar: Pillar
    value: Annotated[Rounded, Field(ge=1, le=5)]
    total: Rounded
    addends: tuple[Addend, ...]
    """The most first."""
    held_back: bool = False
    """Whether it would be higher if any other pillar were adequate."""


class ScoreDocument(Model):
    """The rubric applied."""

    pillars: Pillars
    overall: Annotated[Rounded, Field(ge=1, le=5)] | None
    findings: tuple[Finding, ...]
    """Strengths first, then gaps, the most valuable first."""
    one_change: str | None
    grades: tuple[Grade, ...] = ()
    """How each pillar that has a value came to it."""


class FollowUpDocument(Model):
    """The interviewer's next question, chosen from the gap in this answer."""

    prompt: str
    probes: str
    """The criterion whose gap it is after."""
    why: str
    evidence: tuple[Evidence, ...] = ()
    """The speaker's words that it names."""


class OpeningSentence(Evidence):
    """A sentence of the speaker's own that would have been a good beginning."""

    clean: str
    """Its words without filled pauses and without what was said twice."""


class Remembered(Model):
    """What earlier attempts have to do with this one."""

    about: str
    """A criterion, or a measure of delivery."""
    kind: Literal["again", "better"]
    times: Annotated[int, Field(ge=2)]
    """How many attempts, this one included."""
    text: str
    attempts: tuple[AttemptId, ...]
    """The earlier ones; forgetting one of them takes this away."""


class CoachingDocument(Model):
    """What goes with the one change."""

    about: str | None = None
    """The criterion that the one change is after."""
    opening: tuple[OpeningSentence, ...] = ()
    """Where the point came late: the speaker's own sentences to begin with."""
    remembered: tuple[Remembered, ...] = ()
    """The same gap in earlier attempts, or its end."""
