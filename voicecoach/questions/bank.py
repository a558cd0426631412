"""The bank: look questions up by id or number, and choose some by a seed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voicecoach.errors import QuestionError
from voicecoach.questions.files import (
    bank_folder,
    nearest,
    problems_of,
    read_file,
    toml_files,
)
from voicecoach.questions.model import LEVELS, ROUNDS, Level, Question, Round


@dataclass(frozen=True)
class Choice:
    """What is wanted of the bank.

    Args:
        seed: same seed, same bank, same questions.
        count: how many; fewer come when fewer fit.
        round: only of this round.
        level: only of this level.
        asked_lately: ids, the latest first; taken only when nothing else is left, the
            one asked longest ago first.

    Raises:
        ValueError: when ``count`` is below 1.
    """

    seed: int
    count: int = 1
    round: Round | None = None
    level: Level | None = None
    asked_lately: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.count < 1:
            msg = f"cannot choose {self.count} questions"
            raise ValueError(msg)

    def rank(self, name: str) -> tuple[int, bytes]:
        """Sort key of a question id, lowest first.

        The digest stands for a shuffle: a question keeps its place in it when others
        are added to the bank or filtered out.
        """
        lately = self.asked_lately
        freshness = len(lately) - lately.index(name) if name in lately else 0
        return freshness, hashlib.sha256(f"{self.seed} {name}".encode()).digest()


@dataclass(frozen=True)
class QuestionBank:
    """Every question, ours by round and then the user's; the place is the number.

    Raises:
        ValueError: when two questions share an id.
    """

    questions: tuple[Question, ...]

    def __post_init__(self) -> None:
        if len(self._numbers) != len(self.questions):
            msg = "two questions share an id"
            raise ValueError(msg)

    @classmethod
    def load(cls, ours: Path | None = None, users: Path | None = None) -> QuestionBank:
        """Read our folder and, after it, the user's own.

        Args:
            ours: by default the bank that comes with the program.
            users: a folder of files in the same format; None for none.

        Raises:
            QuestionError: when a folder is missing or any file is wrong, naming the
                first problem (file, line, question, field) and how many more there are.
        """
        own = [read_file(path) for path in toml_files(ours or bank_folder())]
        more = [read_file(path) for path in toml_files(users)] if users else []
        problems = problems_of([*own, *more])
        if problems:
            others = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
            fix = "Run `voicecoach questions check` to see every problem."
            msg = f"A question file is wrong{others}. {problems[0]}."
            raise QuestionError(msg, fix)
        by_round = sorted(
            (question for file in own for question in file.questions),
            key=lambda question: ROUNDS.index(question.round),
        )
        return cls((*by_round, *(q for file in more for q in file.questions)))

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {question.id: n for n, question in enumerate(self.questions, start=1)}

    def number(self, name: str) -> int:
        """The 1-based number of a question id, as `voicecoach questions list` shows it.

        Raises:
            QuestionError: when there is no such id; names the nearest ones.
        """
        if name not in self._numbers:
            msg = f'There is no question "{name}"{nearest(name, self._numbers)}'
            fix = "Run `voicecoach questions list` to see them all."
            raise QuestionError(msg if msg.endswith("?") else f"{msg}.", fix)
        return self._numbers[name]

    def by_id(self, name: str) -> Question:
        """The question of that id; raises as `number` does."""
        return self.questions[self.number(name) - 1]

    def by_number(self, number: int) -> Question:
        """The question of that 1-based number.

        Raises:
            QuestionError: when the number is out of range.
        """
        if not 1 <= number <= len(self.questions):
            msg = f"There is no question {number}: they run from 1 to "
            msg += f"{len(self.questions)}."
            raise QuestionError(msg, "Run `voicecoach questions list` to see them all.")
        return self.questions[number - 1]

    def find(self, name_or_number: str) -> Question:
        """What a person typed: an id, a number, or an id without its round.

        Raises:
            QuestionError: when nothing, or more than one question, goes by it.
        """
        typed = name_or_number.strip()
        if re.fullmatch(r"-?[0-9]+", typed):
            return self.by_number(int(typed))
        ends = [q for q in self.questions if q.id.partition(".")[2] == typed]
        return ends[0] if len(ends) == 1 else self.by_id(typed)

    def matching(
        self, round_: Round | None = None, level: Level | None = None
    ) -> tuple[Question, ...]:
        """The questions of a round and a level, in order; None is any.

        Raises:
            QuestionError: when there is none; names the rounds and levels there are.
        """
        found = tuple(
            question
            for question in self.questions
            if round_ in (None, question.round) and level in (None, question.level)
        )
        if not found:
            raise QuestionError(*self._nothing(round_, level))
        return found

    def _nothing(self, round_: Round | None, level: Level | None) -> tuple[str, str]:
        wanted = " ".join(
            f'{label} "{value}"'
            for label, value in (("of round", round_), ("of level", level))
            if value
        )
        levels = {
            name: [v for v in LEVELS if (name, v) in self._kinds] for name in ROUNDS
        }
        known = "; ".join(f"{name} ({', '.join(v)})" for name, v in levels.items() if v)
        return (
            f"There is no question {wanted}".rstrip() + ".",
            f"There are: {known}." if known else "The question bank is empty.",
        )

    @cached_property
    def _kinds(self) -> frozenset[tuple[Round, Level]]:
        return frozenset((q.round, q.level) for q in self.questions)

    def choose(self, choice: Choice) -> tuple[Question, ...]:
        """Different questions, shuffled by the seed, those asked lately last.

        Raises:
            QuestionError: when no question fits the round and level.
        """
        fitting = self.matching(choice.round, choice.level)
        return tuple(sorted(fitting, key=lambda q: choice.rank(q.id))[: choice.count])
