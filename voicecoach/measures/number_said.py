"""The number as said: its tokens, its unit, and the words that numbers are made of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

DIGITS = re.compile(
    r"\d[\d,]*(?:\.\d+)?(?:k|m|b|bn|mm|x|%|gb|tb|mb|ms)?", re.IGNORECASE
)
BIG = ("hundred", "thousand", "million", "billion", "trillion", "dozen")


@cache
def word_lists() -> Mapping[str, frozenset[str]]:
    """The lists of the file by "table.key", read once per process."""
    file = resources.files("voicecoach.measures") / "data" / "numbers.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        f"{table}.{key}": frozenset(value)
        for table, content in data.items()
        for key, value in content.items()
        if isinstance(value, list)
    }


@dataclass(frozen=True)
class Said:
    """A number as tokens of the answer.

    Args:
        start, end: token range of the whole expression, end excluded.
        value_end: where the bare number ends.
        unit: "percent", "money", "technical", "time", "people", "date", "noun", "".
        noun: lemma of the noun that is counted, "" if none.
        ranged: whether it is "from ... to ...".
        part: whether it is a part of a whole: "nine out of ten", "half of the alerts".
    """

    doc: Doc
    start: int
    end: int
    value_end: int
    unit: str
    noun: str = ""
    ranged: bool = False
    part: bool = False

    @property
    def first(self) -> Token:
        """The first token of the expression."""
        return self.doc[self.start]

    @property
    def last(self) -> Token:
        """The last token of the expression."""
        return self.doc[self.end - 1]

    @cached_property
    def before(self) -> str:
        """The word before, lower case; "" at the start of a sentence."""
        token = self.doc[self.start]
        return token.nbor(-1).lower_ if self.start > token.sent.start else ""

    @cached_property
    def led_by(self) -> str:
        """The word before it and before "almost", "about" and their like."""
        at = self.start - 1
        while word_at(self.doc, at) in word_lists()["words.approximators"]:
            at -= 1
        return word_at(self.doc, at) if at >= self.first.sent.start else ""

    @property
    def is_big(self) -> bool:
        """Whether it is said in thousands or millions: money, or a great many."""
        last = self.doc[self.value_end - 1].lower_
        return last in BIG[1:] or (last[0].isdigit() and last[-1] in "km")

    @cached_property
    def value(self) -> str:
        """The bare number, lower case."""
        return str(self.doc[self.start : self.value_end].text).lower()


def word_at(doc: Doc, i: int) -> str:
    """Token ``i`` in lower case; "" outside the answer."""
    return str(doc[i].lower_) if 0 <= i < len(doc) else ""


def is_cardinal(word: str) -> bool:
    """Whether a word is a number by itself, in letters or digits."""
    return word in word_lists()["words.cardinals"] or DIGITS.fullmatch(word) is not None
