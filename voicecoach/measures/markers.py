"""Discourse markers and hedges: where they stand, and whether they are fillers.

    I think we had like three teams        "like", a number after it     -> filler
    tools like Kafka                       "like", a noun on either side -> ordinary

data/fillers.toml names them and their forms; `voicecoach.measures.marker_use` reads
off what stands around one whether it carries meaning there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from voicecoach.measures.marker_use import Marker, Use
from voicecoach.timeline import bare

if TYPE_CHECKING:
    from voicecoach.measures.language import Reading


def uses(reading: Reading) -> Iterator[Use]:
    """Every occurrence of every marker, filler or not, in the order said."""
    words = [bare(w.text) for w in reading.answer.words]
    plain = reading.answer.plain_words
    first_token = _first_tokens(reading)
    for at, marker, form in _standing_in([words[i] for i in plain]):
        here = plain[at : at + len(form)]
        tokens = tuple(first_token[i] for i in here)
        yield Use(reading, marker, form, here, tokens)


def may_hold(text: str) -> bool:
    """Whether a marker may stand in a text that is not parsed yet."""
    return any(_standing_in([bare(word) for word in text.split()]))


def _standing_in(words: Sequence[str]) -> Iterator[tuple[int, Marker, tuple[str, ...]]]:
    """Where a marker may stand among bare words: its place, the marker and its form."""
    for at, word in enumerate(words):
        for marker, form in _by_first_word().get(word, ()):
            if tuple(words[at : at + len(form)]) == form:
                yield at, marker, form


def _first_tokens(reading: Reading) -> Mapping[int, int]:
    """Index of the first token of each plain word."""
    result: dict[int, int] = {}
    for token_index, word_index in enumerate(reading.word_of):
        result.setdefault(word_index, token_index)
    return result


@cache
def markers() -> tuple[Marker, ...]:
    """The markers of data/fillers.toml."""
    return tuple(_marker(row) for row in _data()["marker"])


def _marker(row: Mapping[str, Any]) -> Marker:
    return Marker(
        forms=tuple(tuple(form.split()) for form in row["forms"]),
        family=row["family"],
        key_is_last=row.get("key") == "last",
    )


@cache
def _by_first_word() -> Mapping[str, tuple[tuple[Marker, tuple[str, ...]], ...]]:
    index: dict[str, tuple[tuple[Marker, tuple[str, ...]], ...]] = {}
    for marker in markers():
        for form in marker.forms:
            index[form[0]] = (*index.get(form[0], ()), (marker, form))
    return index


@cache
def _data() -> Mapping[str, Any]:
    text = files(__package__).joinpath("data/fillers.toml").read_text("utf-8")
    return tomllib.loads(text)
