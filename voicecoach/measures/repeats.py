"""Repeated words and phrases: "the the", "I was, I was", "to, um, to predict".

    plain words   I   was   I   was   going
    phrase        |-------|
    said again            |-------|             a repeat of two words

Only the same words twice in a row count, a filled pause between them or not, and a word
broken off and begun again ("pre- predict"). A restart with other words ("I was, we
were") is a change of mind and no repeat.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from voicecoach.measures.language import Reading
from voicecoach.timeline import Quote, bare

if TYPE_CHECKING:
    from spacy.tokens import Token

_LONGEST_PHRASE = 4
_OBJECTS = frozenset({"dobj", "pobj", "attr", "iobj", "dative"})
_ENDS_SENTENCE = re.compile(r"[.!?][\"'”’)]*$")  # noqa: RUF001 - real quotes


@dataclass(frozen=True)
class _Said:
    """One plain word: bare text, tag of its first token, how its text ends.

    ``closes_clause`` is an object with a comma after it: "if we drop it, it is gone".
    """

    text: str
    tag: str
    closes_clause: bool
    ends_sentence: bool
    broken_off: bool


def repeats(reading: Reading) -> tuple[Quote, ...]:
    """Every repeat, in order, each quote from its first word to its last.

    "the the the" is one repeat. Doubles that English means ("very very", "I said that
    that plan") are listed in data/fillers.toml and left alone.
    """
    answer, plain = reading.answer, reading.answer.plain_words
    tokens: dict[int, Token] = {}
    for token in reading.doc:
        tokens.setdefault(reading.word_of[token.i], token)
    said = [_said(answer.words[i].text, tokens[i]) for i in plain]
    return tuple(answer.quote(plain[a], plain[b]) for a, b in _runs(said))


def _said(text: str, token: Token) -> _Said:
    return _Said(
        text=bare(text),
        tag=token.tag_,
        closes_clause=text.endswith(",") and token.dep_ in _OBJECTS,
        ends_sentence=bool(_ENDS_SENTENCE.search(text)),
        broken_off=len(text) > 1 and text.endswith("-"),
    )


def _runs(said: list[_Said]) -> Iterator[tuple[int, int]]:
    """First and last position of each repeat; none overlaps another."""
    at = 0
    while at < len(said):
        last = _repeat_from(said, at)
        if last is not None:
            yield at, last
        at = at + 1 if last is None else last + 1


def _repeat_from(said: list[_Said], at: int) -> int | None:
    """Last word of a repeat that starts here, the shortest phrase first, or None."""
    if said[at].broken_off and _begun_again(said[at : at + 2]):
        return at + 1
    for size in range(1, _LONGEST_PHRASE + 1):
        last = _last_of_phrase(said, at, size)
        if last is None or any(word.ends_sentence for word in said[at : at + size]):
            continue
        if not _is_meant(said[at : last + 1]):
            return last
    return None


def _begun_again(pair: list[_Said]) -> bool:
    """The second word begins with the broken first: "pre- predict"."""
    first = pair[0].text
    return len(pair) == 2 and bool(first) and pair[1].text.startswith(first)


def _last_of_phrase(said: list[_Said], at: int, size: int) -> int | None:
    last, start = None, at + size
    if start >= len(said) or said[start].text != said[at].text:
        return None  # nearly always: no need to compare phrases
    phrase = [word.text for word in said[at:start]]
    while all(phrase) and [w.text for w in said[start : start + size]] == phrase:
        last = start + size - 1
        start += size
    return last


def _is_meant(run: list[_Said]) -> bool:
    """A double of emphasis or grammar, or a number read digit by digit."""
    if len({word.text for word in run}) > 1:
        return False
    word, lists = run[0].text, _lists()
    if word in lists["meant"] or word.isdigit():
        return True
    if run[0].closes_clause and word in lists["meant_after_object"]:
        return True
    tags_differ = len({w.tag for w in run}) == len(run)
    return word in lists["meant_when_tags_differ"] and tags_differ


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    text = files(__package__).joinpath("data/fillers.toml").read_text("utf-8")
    table = tomllib.loads(text)["repeats"]
    names = ("meant", "meant_after_object", "meant_when_tags_differ")
    return {name: frozenset(table[name]) for name in names}
