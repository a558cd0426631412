"""Measures -> Score: criteria as data, every point tied to quoted words."""

from voicecoach.rubric.criteria import criterion_ids, rubric, rubric_version
from voicecoach.rubric.follow_up import follow_up
from voicecoach.rubric.judge import judge

__all__ = ["criterion_ids", "follow_up", "judge", "rubric", "rubric_version"]
