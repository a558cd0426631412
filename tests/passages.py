"""A passage on its own, as the judge sees it: for tests and benchmarks of criteria."""

from __future__ import annotations

from voicecoach.measures import measure, read
from voicecoach.questions import FollowUpPrompt, Question
from voicecoach.rubric.case import Case
from voicecoach.timeline import typed

QUESTION = Question(
    id="behavioral.any",
    round="behavioral",
    level="core",
    prompt="Tell me about it.",
    pillars=("program_execution",),
    structure="star_l",
    assesses="anything",
    pitfalls=("none",),
    follow_ups=tuple(
        FollowUpPrompt(prompt=f"And {i}?", probes="own_role") for i in range(3)
    ),
)


def case_of(text: str) -> Case:
    """The passage as the answer to a question that asks for nothing in particular."""
    reading = read(typed(text))
    return Case.of(QUESTION, reading, measure(reading, (60, 120)))
