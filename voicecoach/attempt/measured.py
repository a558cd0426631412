"""The part of the document that counts: everything that was measured."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from voicecoach.attempt.model import Amount, Model, Quoted, Share
from voicecoach.measures.pauses import SURE
from voicecoach.measures.results import (
    Actor,
    FillerFamily,
    FoundBy,
    LearningKind,
    NumberKind,
    Part,
    PauseKind,
    PausePlace,
    VerbClass,
    Verdict,
)


class PaceWindow(Model):
    """Words per minute in one window of the answer."""

    start_s: Amount
    end_s: Amount
    wpm: Amount


class Timing(Model):
    """How long, how soon, how fast; docs/measures.md defines each."""

    answer_s: Amount
    first_word_s: Amount
    speaking_s: Amount
    word_count: Annotated[int, Field(ge=0)]
    pace_wpm: Amount
    articulation_wpm: Amount
    verdict: Verdict
    pace_over_time: tuple[PaceWindow, ...]
    headline_s: Amount | None = None
    """When the first decision or outcome was said."""
    first_number_s: Amount | None = None
    """When the first number about impact or scale was said."""
    result_s: Amount | None = None
    """When the first result was said."""


class Pause(Model):
    """Silence between two stretches of voice, from the sound alone."""

    start_s: Amount
    end_s: Amount
    duration_s: Amount
    kind: PauseKind
    place: PausePlace


class Filler(Quoted):
    """A filled pause, an empty discourse marker or a hedge."""

    text: str
    family: FillerFamily
    found_by: FoundBy
    confidence: Share

    @property
    def is_certain(self) -> bool:
        """Whether it counts; the others are "possible" and shown apart."""
        return self.confidence >= SURE


class Repeat(Quoted):
    """Words said twice in a row."""

    text: str


class Verb(Quoted):
    """One verb phrase with its class and who does it."""

    text: str
    lemma: str
    verb_class: VerbClass = Field(validation_alias="class", serialization_alias="class")
    actor: Actor
    negated: bool
    sentence: str
    ask: str | None = None
    """A question that leads to a stronger truth; weak verbs only."""


class Agency(Model):
    """Counts that show whether the speaker decides or attends."""

    coordinator: Annotated[int, Field(ge=0)]
    ownership: Annotated[int, Field(ge=0)]
    passive_voice: Annotated[int, Field(ge=0)]
    i: Annotated[int, Field(ge=0)]
    we: Annotated[int, Field(ge=0)]
    coordinator_share: Share | None
    """coordinator / (coordinator + ownership); null without any of either."""


class StructurePart(Quoted):
    """A stretch of the answer that plays one part of STAR+L."""

    part: Part
    share: Share
    """Of the answer's words."""
    quote: str
    """Its first words."""


class Number(Quoted):
    """A number that was said and what it counts."""

    text: str
    kind: NumberKind


class FrameworkPart(Quoted):
    """A part of a framework that was said."""

    part: str
    quote: str
    """The first sentence that says it."""


class FrameworkDocument(Model):
    """What was said of the framework that the question asks for."""

    structure: str
    said: tuple[FrameworkPart, ...]
    missing: tuple[str, ...]
    """Its parts that were not said."""


class MeasuresDocument(Model):
    """Everything that was counted, nothing judged."""

    timing: Timing | None
    pauses: tuple[Pause, ...] | None
    fillers: tuple[Filler, ...]
    repeats: tuple[Repeat, ...]
    verbs: tuple[Verb, ...]
    agency: Agency
    structure: tuple[StructurePart, ...]
    numbers: tuple[Number, ...]
    learning: LearningKind | None = None
    """What the learning of a story is worth."""
    framework: FrameworkDocument | None = None
    """Where another structure than a story is asked for."""
