"""Question files: TOML -> questions and problems, in plain words, with the place."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from voicecoach.errors import QuestionError
from voicecoach.questions.model import FollowUpPrompt, Question

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a question file, and where.

    Args:
        file: as it was given.
        text: reads on from the place: "is missing", "is ...; allowed are ...".
        line: 1-based; None when the layout of the file does not tell.
        question: id, or "number 3" when the id is what is wrong; None for the file.
        field: "level", "follow_ups 2, probes"; None for the question as a whole.
    """

    file: Path
    text: str
    line: int | None = None
    question: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        """Place first, as compilers print it, so that editors can jump to it."""
        place = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        labels = (("question", self.question), ("field", self.field))
        subject = ", ".join(f"{label} {name}" for label, name in labels if name)
        return f"{place}: {f'{subject} {self.text}' if subject else self.text}"


@dataclass(frozen=True)
class QuestionFile:
    """What one file holds: the questions that are fine and the problems of the rest."""

    path: Path
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_file(path: Path) -> QuestionFile:
    """Read one TOML file of ``[[question]]`` tables; never raises for what is in it."""
    try:
        # utf-8-sig: editors on Windows put a byte order mark, which TOML forbids.
        source = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(source)
    except OSError as error:
        reason = error.strerror or str(error)
        return _unreadable(path, f"cannot be read: {reason}")
    except UnicodeDecodeError:
        return _unreadable(path, "is not text in UTF-8")
    except tomllib.TOMLDecodeError as error:
        return _unreadable(path, *_toml_error(error))
    tables = document.pop("question", [])
    if document or not isinstance(tables, list) or not tables:
        extra = f"; found {', '.join(map(repr, document))}" if document else ""
        text = f"must hold [[question]] tables, one or more, and nothing else{extra}"
        return _unreadable(path, text)
    return _read_tables(path, source, tables)


def _unreadable(path: Path, text: str, line: int | None = None) -> QuestionFile:
    return QuestionFile(path, problems=(Problem(path, text, line),))


def _toml_error(error: tomllib.TOMLDecodeError) -> tuple[str, int | None]:
    """Tomllib says "Expected '=' ... (at line 3, column 5)" in its message only."""
    text = str(error)
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", text)
    line = int(place[1]) if place and place[1] else None
    return f"is not valid TOML: {text}", line


def _read_tables(path: Path, source: str, tables: Sequence[Any]) -> QuestionFile:
    questions: list[Question] = []
    problems: list[Problem] = []
    for index, table in enumerate(tables):
        try:
            questions.append(Question.model_validate(table))
        except ValidationError as error:
            lines = _Lines(source.splitlines(), index, len(tables))
            name = _name_of(table, index)
            problems += (
                _problem(path, name, lines, details)
                for details in error.errors()
                if not _only_follows(details)
            )
    problems.sort(key=lambda problem: problem.line or 0)
    return QuestionFile(path, tuple(questions), tuple(problems))


def _only_follows(error: ErrorDetails) -> bool:
    """Pydantic calls a list too short, too, when enough was written but not well."""
    least = error.get("ctx", {}).get("min_length", 0)
    return error["type"] == "too_short" and bool(len(error["input"]) >= least)


def _name_of(table: object, index: int) -> str:
    name = table.get("id") if isinstance(table, dict) else None
    return name if isinstance(name, str) and name else f"number {index + 1}"


def _problem(path: Path, name: str, lines: _Lines, error: ErrorDetails) -> Problem:
    missing = error["type"] == "missing"
    line = lines.find(error["loc"][:-1] if missing else error["loc"])
    return Problem(path, _plain(error), line, name, _field(error["loc"]) or None)


def _field(loc: tuple[int | str, ...]) -> str:
    """``("follow_ups", 1, "probes")`` -> "follow_ups 2, probes"."""
    text = ""
    for part in loc:
        text += f" {part + 1}" if isinstance(part, int) else f", {part}"
    return text.removeprefix(", ")


PLAIN_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not known; the fields are {fields}",
    "literal_error": "is {given}; allowed are {expected}",
    "string_type": "is {given}; it must be text in quotes",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "is {given}; it must be the round, a dot and a short "
    'name in small letters, digits and hyphens, such as "behavioral.failed-program"',
    "tuple_type": "is {given}; it must be a list in square brackets",
    "too_short": "has {length}, and needs at least {min_length}",
    "too_long": "has more than {max_length} values",
    "float_type": "is {given}; it must be a number of seconds",
    "float_parsing": "is {given}; it must be a number of seconds",
    "bool_type": "is {given}; it must be true or false",
    "bool_parsing": "is {given}; it must be true or false",
    "model_type": "is {given}; it must be a table",
    "value_error": "{error}",
}
"""Kind of pydantic error -> what a person who writes questions can act on."""


def _plain(error: ErrorDetails) -> str:
    pattern = PLAIN_WORDS.get(error["type"])
    if pattern is None:
        return f"is wrong: {error['msg']}"
    model = FollowUpPrompt if "follow_ups" in error["loc"] else Question
    return pattern.format(
        given=_shown(error["input"]),
        fields=", ".join(model.model_fields),
        length=len(error["input"]) if error["type"] == "too_short" else None,
        **error.get("ctx", {}),
    )


def _shown(value: object) -> str:
    """A wrong value as its writer would recognise it."""
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else str(value)


@dataclass(frozen=True)
class _Lines:
    """Finds the line of a field, which tomllib does not keep.

    Args:
        lines: of the whole file.
        index: of the question among ``count``.
        count: how many questions tomllib found; when the headers that we see are not
            as many, the file is laid out in some other way and no line is given.
    """

    lines: Sequence[str]
    index: int
    count: int

    def find(self, loc: tuple[int | str, ...]) -> int | None:
        """1-based line of the field, or else of the head of its question."""
        heads = self._matching(r"\[\[\s*question\s*\]\]", 0, len(self.lines))
        if len(heads) != self.count:
            return None
        start, stop = [*heads, len(self.lines)][self.index : self.index + 2]
        found = self._follow_up(loc, start, stop) or (
            self._matching(rf"{re.escape(str(loc[0]))}\s*=", start, stop) if loc else []
        )
        return (found[0] if found else start) + 1

    def _follow_up(
        self, loc: tuple[int | str, ...], start: int, stop: int
    ) -> list[int]:
        """Follow-ups are written as ``{ ... }`` or as tables of their own."""
        if len(loc) < 2 or loc[0] != "follow_ups" or not isinstance(loc[1], int):
            return []
        pattern = r"\{|\[\[\s*question\s*\.\s*follow_ups\s*\]\]"
        return self._matching(pattern, start, stop)[loc[1] :]

    def _matching(self, pattern: str, start: int, stop: int) -> list[int]:
        begins = re.compile(rf"\s*(?:{pattern})")
        return [i for i in range(start, stop) if begins.match(self.lines[i])]


def problems_of(
    files: Iterable[QuestionFile], criteria: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Everything wrong in the files, each alone and together.

    Args:
        files: in the order in which they are loaded; of two questions with one id the
            later is the wrong one.
        criteria: ids of the rubric's criteria; when given, a follow-up that probes
            something else is a problem, since it could never be chosen.
    """
    problems: list[Problem] = []
    first: dict[str, Path] = {}
    for file in files:
        problems += file.problems
        for question in file.questions:
            if question.id in first:
                text = f"has an id that is taken already, in {first[question.id]}"
                problems.append(Problem(file.path, text, question=question.id))
            first.setdefault(question.id, file.path)
            if criteria:
                problems += _unknown_probes(file.path, question, criteria)
    return tuple(problems)


def _unknown_probes(
    path: Path, question: Question, criteria: Collection[str]
) -> Iterable[Problem]:
    for number, follow_up in enumerate(question.follow_ups, start=1):
        if follow_up.probes not in criteria:
            text = f'is "{follow_up.probes}", which the rubric does not have'
            text += nearest(follow_up.probes, criteria)
            field = f"follow_ups {number}, probes"
            yield Problem(path, text, question=question.id, field=field)


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a message: "; did you mean ...?", or nothing when none is close."""
    close = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def toml_files(folder: Path) -> tuple[Path, ...]:
    """The question files of a folder, by name.

    Raises:
        QuestionError: when the folder is not there.
    """
    if not folder.is_dir():
        msg = f"There is no folder of questions at {folder}."
        raise QuestionError(msg, "Make it, or name another one.")
    return tuple(sorted(folder.glob("*.toml")))


def bank_folder(package: Path = Path(__file__).parents[1]) -> Path:
    """Where our own questions are: in the wheel, or beside the package in a checkout.

    Raises:
        QuestionError: when they are in neither place, a damaged installation.
    """
    for folder in (package / "_question_bank", package.parent / "question_bank"):
        if folder.is_dir():
            return folder
    msg = "The question bank that comes with voicecoach is missing."
    raise QuestionError(msg, "Install voicecoach again.")
