"""One use of a discourse marker or hedge, and how sure it is that it is a filler.

    names    words, lemmas and tags beside it, its own tag, its place in the parse ─┐
    vectors  what spaCy's network made of it and of two tokens on either side ──────┴─>
             weights of this marker ─> chance of a filler, 0..1

The vectors are those that the tagger and the parser decide by (`Doc.tensor`), so they
cost nothing and know of grammar what those two know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voicecoach.measures.results import FillerFamily
from voicecoach.stored import arrays, strings

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from voicecoach.measures.language import Reading

Floats = NDArray[np.float32]

LEARNED = "data/markers.npz"
"""Stored by `benchmarks/markers.py --store`; see `Learned`."""
BESIDE = 2
"""Tokens on either side whose vectors are looked at."""
WORDS, TAGS, LEMMAS = 2, 3, 6
"""Words on either side that are looked at as said, by their tags, and wherever they
stand among so many."""
_COMMAS = frozenset({",", ";", "-", "—", "–", "...", "…"})  # noqa: RUF001 - real dashes
_STOPS = frozenset({".", "?", "!", "..."})


@dataclass(frozen=True)
class Learned:
    """What `benchmarks/markers.py` learned.

    Args:
        names: row of each name in ``of_names``.
        markers: column of each marker, by its name.
        of_names: [names, markers].
        of_vectors: [5 * 96, markers].
        offsets: [markers].
    """

    names: Mapping[str, int]
    markers: Mapping[str, int]
    of_names: Floats
    of_vectors: Floats
    offsets: Floats


@dataclass(frozen=True)
class Marker:
    """A discourse marker or hedge.

    Args:
        forms: the ways to say it, as words.
        family: what it is where it is a filler.
        key_is_last: whether its last word carries the parse: "I think".
    """

    forms: tuple[tuple[str, ...], ...]
    family: FillerFamily
    key_is_last: bool

    @property
    def name(self) -> str:
        """Its first form, for which weights were learned."""
        return " ".join(self.forms[0])


@dataclass(frozen=True)
class Use:
    """One occurrence of a marker.

    Args:
        reading: the answer that it stands in.
        marker: which one.
        form: how it was said.
        words: indices into ``answer.words``.
        tokens: index of the first token of each word.
    """

    reading: Reading
    marker: Marker
    form: tuple[str, ...]
    words: tuple[int, ...]
    tokens: tuple[int, ...]

    @property
    def is_filler(self) -> bool:
        """Whether that is likelier than not."""
        return self.chance > 0.5

    @cached_property
    def chance(self) -> float:
        """Of a filler, 0..1."""
        known = learned()
        column = known.markers[self.marker.name]
        rows = [known.names[name] for name in self.names() if name in known.names]
        sum_of_names = known.of_names[rows, column].sum()
        sum_of_vectors = self.vectors() @ known.of_vectors[:, column]
        total = known.offsets[column] + sum_of_names + sum_of_vectors
        return float(1 / (1 + np.exp(-total)))

    def vectors(self) -> Floats:
        """Of its key token and those beside it, [5 * 96]; 0 beyond the answer."""
        doc = self.reading.doc
        before = [self.first.i - k for k in range(1, BESIDE + 1)]
        after = [self.last.i + k for k in range(1, BESIDE + 1)]
        return np.concatenate([_vector(doc, i) for i in (self.key.i, *before, *after)])

    def names(self) -> Iterator[str]:
        """What is so of this use, each once."""
        yield from dict.fromkeys(self._said())

    def _said(self) -> Iterator[str]:
        key = self.key
        yield f"tag {key.tag_}"
        yield f"dep {key.dep_}"
        yield f"head {key.head.tag_}"
        yield f"head is {key.head.dep_}"
        yield from _beside("before", self.before)
        yield from _beside("after", self.after)
        if self._is_comma(self.first.i - 1):
            yield "comma before"
        if self._is_comma(self.last.i + 1):
            yield "comma after"

    def _is_comma(self, at: int) -> bool:
        """Whether a comma, a dash or dots stand there."""
        doc = self.reading.doc
        return 0 <= at < len(doc) and doc[at].text in _COMMAS

    @property
    def first(self) -> Token:
        """Its first token."""
        return self.reading.doc[self.tokens[0]]

    @property
    def key(self) -> Token:
        """The token that carries the parse: "know", "kind"."""
        return self.reading.doc[self.tokens[-1 if self.marker.key_is_last else 0]]

    @cached_property
    def last(self) -> Token:
        """The last token of the last word, before any punctuation on it."""
        word = self.reading.word_of[self.tokens[-1]]
        index = self.tokens[-1]
        while index + 1 < len(self.reading.doc):
            following = self.reading.doc[index + 1]
            if self.reading.word_of[index + 1] != word or following.is_punct:
                break
            index += 1
        return self.reading.doc[index]

    @cached_property
    def before(self) -> Sequence[Token]:
        """Words before it in its sentence, the nearest first."""
        doc, tokens = self.reading.doc, []
        index = self.first.i
        while index > 0 and not _opens_sentence(doc[index]):
            index -= 1
            if not doc[index].is_punct:
                tokens.append(doc[index])
        return tokens

    @cached_property
    def after(self) -> Sequence[Token]:
        """Words after it in its sentence, the nearest first."""
        doc, tokens = self.reading.doc, []
        index = self.last.i + 1
        while index < len(doc) and not _opens_sentence(doc[index]):
            if not doc[index].is_punct:
                tokens.append(doc[index])
            index += 1
        return tokens


@cache
def learned() -> Learned:
    """Read once."""
    stored = arrays(__package__, LEARNED)
    return Learned(
        {name: row for row, name in enumerate(strings(stored["names"]))},
        {name: column for column, name in enumerate(strings(stored["markers"]))},
        stored["of_names"],
        stored["of_vectors"],
        stored["offsets"],
    )


def _beside(side: str, words: Sequence[Token]) -> Iterator[str]:
    """What stands on one side, the nearest first."""
    for k, word in enumerate(words[:TAGS]):
        yield f"{side} {k} tag {word.tag_}"
    for k, word in enumerate(words[:WORDS]):
        yield f"{side} {k} {word.lower_}"
    for first, second in pairwise(words[:2]):
        yield f"{side} {first.tag_} {second.tag_}"
    for word in words[:1]:
        yield f"{side} dep {word.dep_}"
    for word in words[:LEMMAS]:
        yield f"{side} near {word.lemma_.lower()}"
    if len(words) < TAGS:
        yield f"{side} {len(words)} nothing"


def _vector(doc: Doc, at: int) -> Floats:
    if 0 <= at < len(doc):
        vector: Floats = doc.tensor[at]
        return vector
    return np.zeros(doc.tensor.shape[1], np.float32)


def _opens_sentence(token: Token) -> bool:
    """The first word, one after a full stop, or, with no stops said, by the parse.

    Where the transcriber punctuates we believe it: the parser is tempted to break
    "the queue was full so I added one" before "so".
    """
    if token.i == 0:
        return True
    if token.is_punct:
        return False
    before = token.nbor(-1)
    if before.text in _STOPS:
        return True
    return bool(token.is_sent_start and (_is_unpunctuated(token) or token.is_title))


def _is_unpunctuated(token: Token) -> bool:
    """No full stop in the forty tokens around: the transcriber gave up on them."""
    nearby = token.doc[max(0, token.i - 20) : token.i + 20]
    return len(nearby) >= 40 and not any(t.text in _STOPS for t in nearby)
