"""The question of an answer that came without one."""

from __future__ import annotations

from typing import get_args

from voicecoach.questions.model import FollowUpPrompt, Pillar, Question

FREE_ANSWER = Question(
    id="behavioral.free-answer",
    round="behavioral",
    level="core",
    prompt="An answer whose question was not given.",
    pillars=get_args(Pillar),
    structure="star_l",
    assesses="Whatever the answer shows: without its question, fit cannot be judged.",
    pitfalls=("Name the question with --question to have its own measure used.",),
    follow_ups=(
        FollowUpPrompt(
            prompt="Which part of that was decided by you, and what spoke against it?",
            probes="own_role",
        ),
        FollowUpPrompt(
            prompt="What changed for users or for the business, in numbers?",
            probes="quantified_impact",
        ),
        FollowUpPrompt(
            prompt="I am not convinced that was the right choice. Why not do nothing?",
            probes="alternatives_weighed",
            pushback=True,
        ),
    ),
)
"""Stands in for the question of a recording that came without one."""
