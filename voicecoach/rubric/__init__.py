"""Measures -> Score: criteria as data, every point tied to quoted words."""

from voicecoach.rubric.criteria import criterion_ids, rubric, rubric_version
from voicecoach.rubric.evidence import look_ahead
from voicecoach.rubric.follow_up import follow_up
from voicecoach.rubric.judge import judge
from voicecoach.rubric.phrases import criterion_in_words

__all__ = [
    "criterion_ids",
    "criterion_in_words",
    "follow_up",
    "judge",
    "look_ahead",
    "rubric",
    "rubric_version",
]
