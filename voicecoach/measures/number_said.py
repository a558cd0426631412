"""The number as said: its tokens and unit, and the words of its clause."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

STOPS = (".", ",", ";", ":", "?", "!", "-", "–", "—")  # noqa: RUF001 - real dashes
DIGITS = re.compile(
    r"\d[\d,]*(?:\.\d+)?(?:k|m|b|bn|mm|x|%|gb|tb|mb|ms)?", re.IGNORECASE
)
STRETCHES = ("time", "technical")
"""Units that come to the same family: both are stretches of time."""
NONE = ("none", "nothing", "nil")
"""Words that say by themselves that there was not one."""
NOTHING = (*NONE, "no", "not one", "not a single", "zero", "0")
BIG = (
    *("hundred", "thousand", "million", "billion", "trillion", "dozen"),
    *("lakh", "lakhs", "crore", "crores"),
)


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
        """The word before it and before "almost", "more than" and their like."""
        at = lead_of(self.doc, self.start)
        return word_at(self.doc, at) if at >= self.first.sent.start else ""

    @property
    def is_nothing(self) -> bool:
        """Whether it says that there was none: "zero", "no pages", "none"."""
        return self.value in NOTHING

    @property
    def is_big(self) -> bool:
        """Whether it is said in thousands or millions: money, or a great many."""
        last = self.doc[self.value_end - 1].lower_
        return last in BIG[1:] or (last[0].isdigit() and last[-1] in "km")

    @property
    def is_fraction(self) -> bool:
        """Whether it ends in "half", "third", "quarters"."""
        last = word_at(self.doc, self.value_end - 1)
        return last in word_lists()["words.fractions"]

    @cached_property
    def value(self) -> str:
        """The bare number, lower case."""
        return str(self.doc[self.start : self.value_end].text).lower()


def word_at(doc: Doc, i: int) -> str:
    """Token ``i`` in lower case; "" outside the answer."""
    words = _lower(doc)
    return words[i] if 0 <= i < len(words) else ""


@lru_cache(maxsize=2)
def _lower(doc: Doc) -> tuple[str, ...]:
    """All tokens in lower case: spaCy makes a new object each time one is asked for."""
    return tuple(token.lower_ for token in doc)


def lead_of(doc: Doc, start: int) -> int:
    """Where the word stands that leads to a number: "[by] well over half"."""
    lists = word_lists()
    near = far = start - 1
    while word_at(doc, near) in lists["words.approximators"]:
        near -= 1
    while word_at(doc, far) in lists["words.approximators"] | lists["words.around"]:
        far -= 1
    return far if word_at(doc, far) in ("by", "to", "from") else near


def is_cardinal(word: str) -> bool:
    """Whether a word is a number by itself, in letters or digits."""
    return word in word_lists()["words.cardinals"] or DIGITS.fullmatch(word) is not None


# ------------------------------------------------------------------ its clause
def clause_of(said: Said) -> tuple[Token, ...]:
    """The words around a number up to where the clause ends on either side."""
    sentence = said.first.sent
    left, has_verb = said.start, False
    while left > sentence.start and not (has_verb and _breaks(said.doc[left - 1])):
        left -= 1
        has_verb = has_verb or said.doc[left].tag_.startswith("VB")
    right = said.end
    while right < sentence.end and not _breaks(said.doc[right]):
        right += 1
    return tuple(said.doc[left:right])


def _breaks(token: Token) -> bool:
    if token.lower_ == "that" and token.dep_ == "det":
        return False  # "uptime that year was 99.9"
    return token.lower_ in word_lists()["clause.breakers"] or token.text in STOPS


def words_of(clause: Iterable[Token]) -> set[str]:
    """Lemmas and forms, lower case."""
    return {t.lemma_.lower() for t in clause} | {t.lower_ for t in clause}


def text_of(tokens: Iterable[Token]) -> str:
    """Their words joined by spaces, lower case: what `says` looks in."""
    return " ".join(t.lower_ for t in tokens)


def subjects_of(clause: Iterable[Token]) -> set[str]:
    """Lemmas of the subjects of a clause, lower case."""
    return {t.lemma_.lower() for t in clause if t.dep_ in ("nsubj", "nsubjpass")}


def says(text: str, phrases: str) -> bool:
    """Whether a text has one of the phrases of a list, as whole words."""
    return any(f" {phrase} " in f" {text} " for phrase in word_lists()[phrases])


def verb_of(said: Said) -> Token | None:
    """The verb that an amount hangs on."""
    token = said.last
    for _ in range(6):
        if token.pos_ in ("VERB", "AUX") or token.head == token:
            break
        token = token.head
    return token if token.pos_ in ("VERB", "AUX") else None


def tense(said: Said) -> str:
    """Of the verb that the amount hangs on: "past", "present" or ""."""
    verb = verb_of(said)
    if verb is None:
        return ""
    finite = [verb, *(c for c in verb.children if c.dep_ in ("aux", "auxpass"))]
    tags = {token.tag_ for token in finite}
    if "VBD" in tags:
        return "past"
    return "present" if tags & {"VBZ", "VBP"} else ""


def is_past(clause: tuple[Token, ...]) -> bool:
    """Past, perfect, or a present that says "now"."""
    tags = {t.tag_ for t in clause}
    words = {t.lower_ for t in clause}
    return bool(tags & {"VBD", "VBN"} or words & word_lists()["contrast.now"])
