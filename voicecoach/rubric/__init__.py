"""Measures -> Score: criteria as data, every point tied to quoted words."""

from voicecoach.rubric.ahead import look_ahead, look_ahead_of_parse
from voicecoach.rubric.criteria import criterion_ids, rubric, rubric_version
from voicecoach.rubric.follow_up import follow_up
from voicecoach.rubric.judge import judge
from voicecoach.rubric.phrases import criterion_in_words

__all__ = [
    "criterion_ids",
    "criterion_in_words",
    "follow_up",
    "judge",
    "look_ahead",
    "look_ahead_of_parse",
    "rubric",
    "rubric_version",
]
