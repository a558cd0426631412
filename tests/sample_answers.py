"""The labelled answers in tests/examples/answers: their question, and what was said."""

from __future__ import annotations

from functools import cache
from typing import Any

from voicecoach.questions import Question, QuestionBank

BUZZ = (
    "SLO, p99, trade-off, RACI, error budget.",
    "We leveraged SLOs, p99, trade-offs, RACI and stakeholder alignment.",
    "Kubernetes, Kafka, microservices, canary, rollback.",
    "It's all about RACI, RAID, KPIs and OKRs.",
    "I drove strategic alignment and synergy across the ecosystem.",
    "We have SLOs and error budgets and a robust governance framework.",
)
"""Sentences full of terms that say nothing."""


@cache
def _bank() -> QuestionBank:
    return QuestionBank.load()


def question_of(asked: str | dict[str, Any]) -> Question:
    """By its id in the bank, or written out in the file."""
    if isinstance(asked, str):
        return _bank().find(asked)
    return Question.model_validate(asked)


def words_of(row: dict[str, str]) -> str:
    """The answer as said; the lines of a story begin with the letter of their part."""
    lines = row.get("story", "").strip().splitlines()
    said = " ".join(line.split(" ", 1)[1] for line in lines) or row["text"]
    return " ".join(said.split())
