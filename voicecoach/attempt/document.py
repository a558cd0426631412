"""`voicecoach.attempt/1`: the models behind the JSON; `text` reads and writes it.

One class per object of the document, in the document's order. Times are seconds from
the first sample of the recording, rounded to a millisecond here and nowhere earlier.
What could not be measured is null, and ``unmeasured`` has the reason under its path.

Reading is lenient about keys that a later program adds, strict about everything else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

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
from voicecoach.questions import Pillar, Round
from voicecoach.rubric.results import FindingKind

SCHEMA: Literal["voicecoach.attempt/1"] = "voicecoach.attempt/1"

Kind = Literal["answer", "follow_up", "retry", "review", "typed"]
AttemptId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
]
"""Names a folder of recordings too, so nothing that could leave that folder."""


def _rounded(value: float) -> float:
    return round(value, 3)


Rounded = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_rounded)]
Amount = Annotated[Rounded, Field(ge=0)]
Share = Annotated[Rounded, Field(ge=0, le=1)]
Points = Annotated[int, Field(ge=1, le=5)]


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
    )


class _Timed(_Model):
    start_s: Amount | None
    """When it starts; null when it was typed."""
    end_s: Amount | None
    """When it ends; null when it was typed."""


class _Quoted(_Timed):
    char_start: Annotated[int, Field(ge=0)] | None = None
    """Offset into transcript.text; null when only the sound shows it."""
    char_end: Annotated[int, Field(ge=0)] | None = None
    """One past the last character."""


class AskedQuestion(_Model):
    """The question as it was put."""

    id: str
    prompt: str
    round: Round
    target_s: tuple[Amount, Amount]
    """The shortest and the longest answer that is on target, seconds."""


class AudioFile(_Model):
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


class Engine(_Model):
    """What heard and what judged; the transcriber's fields are null when typed."""

    transcriber: str | None = None
    model: str | None = None
    model_sha256: str | None = None
    rubric_version: str


class HeardWord(_Timed):
    """One word, punctuation attached."""

    text: str
    probability: Share | None = None
    """The transcriber's own; null when it was typed."""


class RemovedText(_Timed):
    """Text that the transcriber printed and that was not believed."""

    text: str
    reason: str


class Transcript(_Model):
    """What was said."""

    text: str
    """All words joined by one space; char_start and char_end refer to it."""
    words: tuple[HeardWord, ...]
    removed: tuple[RemovedText, ...] = ()


class PaceWindow(_Model):
    """Words per minute in one window of the answer."""

    start_s: Amount
    end_s: Amount
    wpm: Amount


class Timing(_Model):
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


class Pause(_Model):
    """Silence between two stretches of voice, from the sound alone."""

    start_s: Amount
    end_s: Amount
    duration_s: Amount
    kind: PauseKind
    place: PausePlace


class Filler(_Quoted):
    """A filled pause, an empty discourse marker or a hedge."""

    text: str
    family: FillerFamily
    found_by: FoundBy
    confidence: Share

    @property
    def is_certain(self) -> bool:
        """Whether it counts; the others are "possible" and shown apart."""
        return self.confidence >= SURE


class Repeat(_Quoted):
    """Words said twice in a row."""

    text: str


class Verb(_Quoted):
    """One verb phrase with its class and who does it."""

    text: str
    lemma: str
    verb_class: VerbClass = Field(validation_alias="class", serialization_alias="class")
    actor: Actor
    negated: bool
    sentence: str
    ask: str | None = None
    """A question that leads to a stronger truth; weak verbs only."""


class Agency(_Model):
    """Counts that show whether the speaker decides or attends."""

    coordinator: Annotated[int, Field(ge=0)]
    ownership: Annotated[int, Field(ge=0)]
    passive_voice: Annotated[int, Field(ge=0)]
    i: Annotated[int, Field(ge=0)]
    we: Annotated[int, Field(ge=0)]
    coordinator_share: Share | None
    """coordinator / (coordinator + ownership); null without any of either."""


class StructurePart(_Quoted):
    """A stretch of the answer that plays one part of STAR+L."""

    part: Part
    share: Share
    """Of the answer's words."""
    quote: str
    """Its first words."""


class Number(_Quoted):
    """A number that was said and what it counts."""

    text: str
    kind: NumberKind


class FrameworkPart(_Quoted):
    """A part of a framework that was said."""

    part: str
    quote: str
    """The first sentence that says it."""


class FrameworkDocument(_Model):
    """What was said of the framework that the question asks for."""

    structure: str
    said: tuple[FrameworkPart, ...]
    missing: tuple[str, ...]
    """Its parts that were not said."""


class MeasuresDocument(_Model):
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


class Pillars(_Model):
    """What a panel scores, 1 to 5; null where there was no fair chance."""

    program_execution: Points | None
    technical_depth: Points | None
    stakeholder_leadership: Points | None
    communication: Points | None
    culture_values: Points | None


class Evidence(_Quoted):
    """Words of the answer that a finding rests on."""

    quote: str


class Finding(_Model):
    """One criterion applied to this answer."""

    criterion: str
    pillar: str
    points: Points
    kind: FindingKind
    advice: str
    evidence: tuple[Evidence, ...]
    why: str = ""
    """The way from the words to the points."""


class Addend(_Model):
    """One part of the sum of a pillar."""

    source: str
    """A criterion, a signal against, "substance", "generalities" or "to_another"."""
    amount: Rounded
    """What it adds; below 0 what it takes off."""


class Grade(_Model):
    """A pillar before it is rounded, and the sum that it comes from."""

    pillar: Pillar
    value: Annotated[Rounded, Field(ge=1, le=5)]
    total: Rounded
    addends: tuple[Addend, ...]
    """The most first."""
    held_back: bool = False
    """Whether it would be higher if any other pillar were adequate."""


class ScoreDocument(_Model):
    """The rubric applied."""

    pillars: Pillars
    overall: Annotated[Rounded, Field(ge=1, le=5)] | None
    findings: tuple[Finding, ...]
    """Strengths first, then gaps, the most valuable first."""
    one_change: str | None
    grades: tuple[Grade, ...] = ()
    """How each pillar that has a value came to it."""


class FollowUpDocument(_Model):
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


class Remembered(_Model):
    """What earlier attempts have to do with this one."""

    about: str
    """A criterion, or a measure of delivery."""
    kind: Literal["again", "better"]
    times: Annotated[int, Field(ge=2)]
    """How many attempts, this one included."""
    text: str
    attempts: tuple[AttemptId, ...]
    """The earlier ones; forgetting one of them takes this away."""


class CoachingDocument(_Model):
    """What goes with the one change."""

    about: str | None = None
    """The criterion that the one change is after."""
    opening: tuple[OpeningSentence, ...] = ()
    """Where the point came late: the speaker's own sentences to begin with."""
    remembered: tuple[Remembered, ...] = ()
    """The same gap in earlier attempts, or its end."""


class Attempt(_Model):
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
