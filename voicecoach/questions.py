"""question_bank/*.toml -> Question."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Round = Literal[
    "screen",  # recruiter screen
    "hiring_manager",
    "system_design",  # architecture review and system design
    "program_execution",  # multi-team coordination, planning and execution
    "release_engineering",  # and platform operations
    "technical_writing",
    "cross_functional",
    "behavioral",
    "executive",  # executive and bar-raiser
    "technical_explanation",  # light coding and concepts
    "estimation",
]
Level = Literal["core", "senior", "principal"]
Pillar = Literal[
    "program_execution",
    "technical_depth",
    "stakeholder_leadership",
    "communication",
    "culture_values",
]
Structure = Literal[
    "star_l",  # situation, task, action, result, learning
    "architecture_review",  # inputs, invariants, boundaries, failure, operations
    "system_design",  # clarify, architecture, data, scale, security, operations, plan
    "coordination",  # surface, unify, stage, protect
    "release",  # reversible phases, each with a rollback signal
    "brief",  # outcome, status, milestones, risks, decisions
    "options",  # options with a recommendation
    "estimate",  # drivers times conversion
    "plan",  # why, stakeholders, workstreams, risks, roadmap, communication
    "explain",  # what, how, when to use, limits
    "direct",  # a short direct answer
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FollowUpPrompt(_Strict):
    """A follow-up and the gap that it probes.

    ``probes`` names a criterion of the rubric (a test holds the two together).
    """

    prompt: Text
    probes: Text
    pushback: bool = False


class Question(_Strict):
    """One interview question, as a person writes it in TOML."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z0-9-]+$")]
    round: Round
    level: Level
    prompt: Text
    target_s: tuple[float, float] = (180.0, 240.0)
    pillars: tuple[Pillar, ...] = Field(min_length=1)
    structure: Structure
    assesses: Text
    pitfalls: tuple[Text, ...] = Field(min_length=1)
    follow_ups: tuple[FollowUpPrompt, ...] = Field(min_length=3)
