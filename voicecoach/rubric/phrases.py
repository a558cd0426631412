"""wording.toml: the words by which clauses are chosen, and what things are called."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any


@cache
def words_of(name: str) -> frozenset[str]:
    """A list of wording.toml."""
    return frozenset(_data()["words"][name]["entries"])


def tense(*, past: bool) -> dict[str, str]:
    """Slots that follow the tense of what is asked about: did, was, saw ..."""
    return dict(_data()["tense"]["past" if past else "other"])


def part_in_words(part: str) -> str:
    """A part of a structure as one says it: "result" -> "how it ended"."""
    key = part.replace(" ", "_")
    return str(_data()["parts"].get(key, part.replace("_", " ")))


def criterion_in_words(criterion: str) -> str:
    """What a criterion is after, behind "without": "the cost of a choice"."""
    return str(_data()["named"].get(criterion, criterion.replace("_", " ")))


def slots_of(template: str) -> frozenset[str]:
    """What has to be known to fill a text: ``"{said}. Why?"`` -> ``{"said"}``."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@cache
def _data() -> Mapping[str, Any]:
    text = files(__package__).joinpath("wording.toml").read_text("utf-8")
    return tomllib.loads(text)
