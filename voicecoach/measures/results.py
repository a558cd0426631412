"""What measuring an answer yields: frozen, serialisable, nothing judged yet.

Every finding carries a `Quote`; what could not be measured is None and has its reason
in `Measures.unmeasured` under the same dotted path as in the JSON ("measures.timing").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voicecoach.timeline import Quote, Span

Verdict = Literal["short", "on_target", "long"]
PauseKind = Literal["brief", "medium", "long"]
PausePlace = Literal["clause_end", "mid_clause"]
FillerFamily = Literal["filled_pause", "discourse_marker", "hedge"]
FoundBy = Literal["transcript", "sound", "both"]
VerbClass = Literal["coordinator", "ownership", "passive_voice", "neutral"]
Actor = Literal["I", "we", "other", "none"]
Part = Literal["situation", "task", "action", "result", "learning"]
NumberKind = Literal["impact", "scale", "calendar", "headcount"]
LearningKind = Literal["mechanism", "lesson", "platitude"]
"""A habit kept since, one specific insight, or what is true of everything."""


@dataclass(frozen=True)
class PaceWindow:
    """Words per minute in one window of the answer (30 s unless set otherwise)."""

    span: Span
    wpm: float


@dataclass(frozen=True)
class Timing:
    """How long, how soon, how fast.

    Args:
        answer_s: from the first voiced sound to the last, seconds.
        first_word_s: from the first sample to the first voice, seconds.
        speaking_s: seconds with voice in them, pauses of 0.25 s and more left out.
        word_count: plain words; filled pauses are not words.
        pace_wpm: speaking rate, words over answer_s.
        articulation_wpm: articulation rate, words over speaking_s less filled pauses.
        verdict: answer_s against the question's target.
        target_s: that target, (least, most) seconds.
        pace_over_time: consecutive windows covering the answer.
        headline_s: when the first decision or outcome is said; None if never.
        first_number_s: when the first impact or scale number is said; None if never.
        result_s: when the first result is said; None if never.
    """

    answer_s: float
    first_word_s: float
    speaking_s: float
    word_count: int
    pace_wpm: float
    articulation_wpm: float
    verdict: Verdict
    target_s: tuple[float, float]
    pace_over_time: tuple[PaceWindow, ...]
    headline_s: float | None = None
    first_number_s: float | None = None
    result_s: float | None = None


@dataclass(frozen=True)
class Pause:
    """Silence of 0.25 s and more between two voiced spans, from the sound alone."""

    span: Span
    kind: PauseKind
    place: PausePlace


@dataclass(frozen=True)
class Filler:
    """A filled pause, an empty discourse marker, or a hedge.

    Args:
        text: as said, without punctuation, lower case ("um", "you know").
        family: which of the three.
        found_by: which ear.
        confidence: 0..1; below 0.5 it is shown as "possible" and not counted.
        quote: its words; None for a filled pause that only the sound shows.
        span: when; None when typed.
    """

    text: str
    family: FillerFamily
    found_by: FoundBy
    confidence: float
    quote: Quote | None
    span: Span | None


@dataclass(frozen=True)
class Verb:
    """One verb phrase with its class and who does it; labels in docs/measures.md.

    Args:
        quote: head verb with particle, the whole phrase for "was responsible for".
        lemma: of the head, with particle ("follow up").
        verb_class: coordinator, ownership, passive_voice or neutral.
        actor: I, we, other or none; for a passive the by-agent, else none.
        negated: denied verbs are labelled but are no evidence.
        sentence: the whole sentence around it.
        ask: a question that leads to a stronger truth, for weak verbs only.
    """

    quote: Quote
    lemma: str
    verb_class: VerbClass
    actor: Actor
    negated: bool
    sentence: Quote
    ask: str | None = None


@dataclass(frozen=True)
class Agency:
    """Shares that show whether the speaker decides or attends.

    Args:
        coordinator: affirmed coordinator verbs done by I, we or nobody named.
        ownership: the same for ownership verbs.
        passive_voice: affirmed passives.
        i: how often I (or I'm, I've ...) is the actor word.
        we: the same for we.
        coordinator_share: coordinator / (coordinator + ownership); None without any.
    """

    coordinator: int
    ownership: int
    passive_voice: int
    i: int
    we: int
    coordinator_share: float | None


@dataclass(frozen=True)
class StructurePart:
    """A stretch of the answer that plays one part of STAR+L.

    Args:
        part: situation, task, action, result or learning.
        quote: the first words of it, to recognise it by.
        span: when; None when typed.
        share: of the answer's words, 0..1.
    """

    part: Part
    quote: Quote
    span: Span | None
    share: float


@dataclass(frozen=True)
class FrameworkPart:
    """One part of a framework that was said.

    Args:
        part: its name in data/frameworks.toml ("failure", "rollback_signal").
        quote: the first sentence that says it.
    """

    part: str
    quote: Quote


@dataclass(frozen=True)
class FrameworkSaid:
    """What was said of the framework that a question asks for instead of a story.

    Args:
        structure: which ("architecture_review", "release", "options", ...).
        said: its parts that were said, in its own order.
        missing: names of the others.
    """

    structure: str
    said: tuple[FrameworkPart, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """A number said, and what it counts: outcome, size, time or people."""

    quote: Quote
    kind: NumberKind


@dataclass(frozen=True)
class Measures:
    """All that is measured of one answer; see each type for units.

    ``learning`` is None when no story, or none with a learning, was told;
    ``framework`` is None when the question asks for a story.
    """

    timing: Timing | None
    pauses: tuple[Pause, ...] | None
    fillers: tuple[Filler, ...]
    repeats: tuple[Quote, ...]
    verbs: tuple[Verb, ...]
    agency: Agency
    structure: tuple[StructurePart, ...]
    numbers: tuple[Number, ...]
    unmeasured: Mapping[str, str] = field(default_factory=dict)
    learning: LearningKind | None = None
    framework: FrameworkSaid | None = None
