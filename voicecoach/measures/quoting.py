"""Quotes cut to the words meant, without the punctuation that hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.language import Reading
from voicecoach.timeline import Quote

if TYPE_CHECKING:
    from spacy.tokens import Token

_PUNCTUATION = ' \t\n.,;:!?…-–—"“”‘’()[]'  # noqa: RUF001 - real quotes


def trimmed(reading: Reading, first: Token, last: Token) -> Quote:
    """The words from ``first`` to ``last``: "tracked" where the word is "tracked,".

    Apostrophes stay ("it's been cut"), and so does a word that is all punctuation.
    """
    quote = reading.quote(first, last)
    text = quote.text.strip(_PUNCTUATION)
    if not text:
        return quote
    start = quote.char_start + quote.text.index(text)
    return Quote(text, start, start + len(text), quote.span)
