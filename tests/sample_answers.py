"""The labelled answers in tests/examples: their question, and what was said."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from voicecoach.measures import measure, read
from voicecoach.questions import FollowUpQuestion, Pillar, Question, QuestionBank
from voicecoach.rubric import judge
from voicecoach.rubric.results import Score
from voicecoach.timeline import typed

ANSWERS = Path(__file__).parent / "examples" / "answers"
APART = Path(__file__).parent / "examples" / "apart"
"""Written from the labelling conventions alone, not by who wrote the judge; what each
gave at the first look is in docs/judgement.md. The weights of `substance` were chosen
with all of them in sight but `unseen`, `new` and `sealed`."""
FOLLOW_UPS = Path(__file__).parent / "examples" / "follow_ups"
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


@dataclass(frozen=True)
class Example:
    """One labelled answer of the development set."""

    name: str
    level: str
    question: Question
    text: str
    labels: dict[Pillar, int]
    result: str

    @property
    def mean_label(self) -> float:
        """Over its pillars."""
        return sum(self.labels.values()) / len(self.labels)


@cache
def examples(folder: Path = ANSWERS) -> tuple[Example, ...]:
    """All labelled answers, questions in the order of their files."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        question = question_of(data["question"])
        for row in data["answers"]:
            text, result = words_of(row), row.get("result", "")
            assert result in text, (path.name, row["level"])
            found.append(
                Example(path.stem, row["level"], question, text, row["pillars"], result)
            )
    return tuple(found)


@dataclass(frozen=True)
class FollowedUp:
    """One answer to a follow-up, with what an interviewer would give it.

    Args:
        question: the follow-up.
        text: what was said.
        grade: 1-5, for what was asked alone.
        apart: whether the levels were not fitted to it.
    """

    question: FollowUpQuestion
    text: str
    grade: int
    apart: bool


@cache
def followed_up() -> tuple[FollowedUp, ...]:
    """All of tests/examples/follow_ups."""
    found = []
    for path in sorted(FOLLOW_UPS.glob("*.toml")):
        for row in tomllib.loads(path.read_text("utf-8"))["follow_up"]:
            first = question_of(row["question"])
            question = first.followed_by(row["prompt"], row["probes"])
            for grade, text in row["answers"]:
                apart = row.get("apart", False)
                found.append(FollowedUp(question, text, grade, apart))
    return tuple(found)


def sentences_of(text: str) -> list[str]:
    """A written answer cut behind its full stops."""
    return re.split(r"(?<=[.?!]) ", text)


def raised(before: Score, after: Score) -> dict[Pillar, int]:
    """Pillars that are higher afterwards, by how many points; one without is at 0."""
    rises = {p: (v or 0) - (before.pillars[p] or 0) for p, v in after.pillars.items()}
    return {pillar: points for pillar, points in rises.items() if points > 0}


@cache
def scored(text: str, question: Question) -> Score:
    """The judgement of a typed answer."""
    reading = read(typed(text))
    return judge(
        reading, measure(reading, question.target_s, question.structure), question
    )
