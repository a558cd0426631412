"""What judging yields: pillars, findings tied to quotes, one change, a follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voicecoach.questions import Pillar
from voicecoach.timeline import Quote

FindingKind = Literal["strength", "gap"]


@dataclass(frozen=True)
class Finding:
    """One criterion applied to one answer.

    Args:
        criterion: id of the criterion in rubric/criteria.toml.
        pillar: the pillar that it bears on.
        points: 1..5 on the criterion's own anchors.
        kind: strength (4-5) or gap (1-3).
        advice: what to say to the speaker, plain words.
        evidence: quotes; a strength always has one, a gap may be an absence.
        why: the way from words to points, for --explain.
        slots: what the texts name beside quotes (the part that is missing).
    """

    criterion: str
    pillar: Pillar
    points: int
    kind: FindingKind
    advice: str
    evidence: tuple[Quote, ...]
    why: str = ""
    slots: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class OpeningSentence:
    """A sentence of the speaker's own that would have been a good beginning.

    Args:
        quote: where it was said.
        clean: its words without filled pauses and without what was said twice.
    """

    quote: Quote
    clean: str


@dataclass(frozen=True)
class Coaching:
    """What goes with the one change.

    Args:
        about: the criterion that the one change is after; None when nothing is.
        opening: sentences of the speaker's own to begin with, in that order; empty when
            the point came first, or when none would stand alone.
    """

    about: str | None = None
    opening: tuple[OpeningSentence, ...] = ()


@dataclass(frozen=True)
class Change:
    """The one change: what is said, and the criterion that it is after."""

    text: str
    about: str | None = None


@dataclass(frozen=True)
class Addend:
    """One part of the sum of a pillar.

    Args:
        source: a criterion, a signal against (``penalties`` of criteria.toml),
            "substance", "generalities", "to_another" or "faults".
        amount: what it adds; below 0 what it takes off.
    """

    source: str
    amount: float


@dataclass(frozen=True)
class Grade:
    """A pillar before it is rounded, and the way to it.

    Args:
        value: 1..5, where the total lies between the levels.
        total: the sum of the addends.
        addends: what gave or took something, the most first.
        held_back: whether it would be higher if any other pillar were adequate.
    """

    value: float
    total: float
    addends: tuple[Addend, ...]
    held_back: bool = False


@dataclass(frozen=True)
class Score:
    """The rubric applied: deterministic, same words, same score.

    Args:
        pillars: 1..5 each; None where the question gives no chance or too little was
            said, the reason in ``unmeasured``.
        overall: mean of the pillars that have a value; None without any.
        findings: strengths first, then gaps, the most valuable first.
        one_change: the single most valuable change; None when not enough was said.
        rubric_version: of the criteria data.
        unmeasured: dotted path ("score.pillars.technical_depth") -> reason.
        coaching: what goes with the one change.
        grades: the pillars that have a value before they are rounded, with their sums.
        questions: what could be asked next, in that order.
    """

    pillars: Mapping[Pillar, int | None]
    overall: float | None
    findings: tuple[Finding, ...]
    one_change: str | None
    rubric_version: str
    unmeasured: Mapping[str, str] = field(default_factory=dict)
    coaching: Coaching = field(default_factory=Coaching)
    grades: Mapping[Pillar, Grade] = field(default_factory=dict)
    questions: tuple[FollowUp, ...] = ()


@dataclass(frozen=True)
class FollowUp:
    """The interviewer's next question.

    Args:
        prompt: to be spoken.
        probes: the criterion whose gap it is after.
        why: shown after the answer, so that the choice can be understood.
        evidence: the speaker's words that it names; empty when it names none.
        question: the prompt without those words; empty when it names none.
    """

    prompt: str
    probes: str
    why: str
    evidence: tuple[Quote, ...] = ()
    question: str = ""
