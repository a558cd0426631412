"""What a question is: the types that pydantic checks a TOML table against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

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
LONGEST_TARGET_S = 1800.0
"""Half an hour; a larger target is a slip, minutes or milliseconds for seconds."""
ROUNDS: tuple[Round, ...] = get_args(Round)
"""In the order of a real loop: the order of the bank."""
LEVELS: tuple[Level, ...] = get_args(Level)
ROUND_NAMES: Mapping[Round, str] = {
    "screen": "Recruiter screen",
    "hiring_manager": "Hiring manager",
    "system_design": "System design and architecture review",
    "program_execution": "Program planning and execution",
    "release_engineering": "Release engineering and operations",
    "technical_writing": "Technical writing",
    "cross_functional": "Cross-functional partner",
    "behavioral": "Behavioral and leadership",
    "executive": "Executive and bar-raiser",
    "technical_explanation": "Technical explanation",
    "estimation": "Estimation",
}
FOLLOW_UP_TARGET_S = (30.0, 90.0)
"""A follow-up wants one point, not a second story."""
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

    @field_validator("round")
    @classmethod
    def _id_begins_with_round(cls, value: Round, info: ValidationInfo) -> Round:
        name = info.data.get("id")
        if name is not None and name.partition(".")[0] != value:
            msg = f'is "{value}", but the id "{name}" begins with another round'
            raise ValueError(msg)
        return value

    @field_validator("target_s")
    @classmethod
    def _target_is_a_band(cls, value: tuple[float, float]) -> tuple[float, float]:
        if not 0 < value[0] <= value[1] <= LONGEST_TARGET_S:
            msg = (
                f"is {value[0]:g} to {value[1]:g}; write the shortest and the longest "
                f"good answer in seconds, the shorter first, at most "
                f"{LONGEST_TARGET_S:g}"
            )
            raise ValueError(msg)
        return value

    @property
    def prompts(self) -> tuple[str, ...]:
        """What may be answered: the prompt."""
        return (self.prompt,)

    def followed_by(self, prompt: str, probes: str | None = None) -> FollowUpQuestion:
        """The question that follows its answer, judged by what it asks for.

        No structure is asked for: the story, or the design, was told before.

        Args:
            prompt: as it is asked.
            probes: the criterion that it is about; None where only the prompt is
                known, which tells it if it ends with a prepared one.
        """
        prepared = (f for f in self.follow_ups if prompt.endswith(f.prompt))
        found = probes or next((f.probes for f in prepared), None)
        own = self.model_dump(exclude={"prompt", "target_s", "structure"})
        return FollowUpQuestion(
            **own,
            prompt=prompt,
            target_s=FOLLOW_UP_TARGET_S,
            structure="direct",
            follows=self.prompt,
            probes=found,
        )


class FollowUpQuestion(Question):
    """A question about the answer to another; whoever answers it may go on with both.

    "What did that cost?" says little by itself.
    """

    follows: Text
    probes: Text | None = None

    @property
    def prompts(self) -> tuple[str, ...]:
        """The prompt, and the one of the question that it follows."""
        return (self.prompt, self.follows)
