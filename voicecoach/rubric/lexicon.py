"""lexicon.toml -> word classes and cues, checked and compiled once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from voicecoach.rubric.patterns import Index, Pattern, Utterance, compiled


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WordClass(_Strict):
    """Words and phrases of one kind, and where the list comes from."""

    source: str = Field(min_length=1)
    entries: tuple[str, ...] = Field(min_length=1)


class CueEntry(_Strict):
    """One cue as written: any of its patterns is a sighting.

    Args:
        source: where the patterns come from.
        patterns: in the language of `voicecoach.rubric.patterns`.
        affirmed: a denied match ("I did not decide") does not count.
        named: only a mention, so it counts in a bare list of terms too.
        empty: word classes that leave a verb with nothing behind it ("drove alignment")
            when one of their words comes right after the match.
        early_words: only within so many first words of the answer; 0 for anywhere.
    """

    source: str = Field(min_length=1)
    patterns: tuple[str, ...] = Field(min_length=1)
    affirmed: bool = True
    named: bool = False
    empty: tuple[str, ...] = ()
    early_words: int = Field(default=0, ge=0)


class LexiconFile(_Strict):
    """The whole of lexicon.toml."""

    words: dict[str, WordClass]
    cues: dict[str, CueEntry]


@dataclass(frozen=True)
class Cue:
    """A cue ready to run."""

    name: str
    entry: CueEntry
    patterns: tuple[Pattern, ...]

    def matches(self, index: Index) -> Iterator[tuple[Utterance, int, int]]:
        """Utterance and token indices (first, last) of every match."""
        for pattern in self.patterns:
            for utterance in index.candidates(pattern):
                for first, last in pattern.find(utterance):
                    yield utterance, first, last


@dataclass(frozen=True)
class Lexicon:
    """Word classes by name and compiled cues."""

    words: dict[str, frozenset[str]]
    cues: tuple[Cue, ...]


def _flat(name: str, words: dict[str, WordClass]) -> Iterator[str]:
    """Entries of a class, those of the classes that it names in braces included."""
    for entry in words[name].entries:
        if entry.startswith("{"):
            yield from _flat(entry[1:-1], words)
        else:
            yield entry


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships with the package, compiled once per process."""
    text = files(__package__).joinpath("lexicon.toml").read_text("utf-8")
    data = LexiconFile.model_validate(tomllib.loads(text))
    classes = {name: tuple(_flat(name, data.words)) for name in data.words}
    cues = tuple(
        Cue(name, entry, tuple(compiled(p, classes) for p in entry.patterns))
        for name, entry in data.cues.items()
    )
    return Lexicon({name: frozenset(words) for name, words in classes.items()}, cues)
