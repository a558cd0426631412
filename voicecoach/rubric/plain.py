"""The answer without bare lists of terms and empty markers: what the judge reads.

    said    We used SLO, p99 and RACI. Well, I cut the scope SLO p99 RACI by half.
    plain                                    I cut the scope               by half.

A list of terms is no evidence of anything, and "you know" is none either; they must
not bend what stands beside them: they are left out, word by word, before anything is
judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from voicecoach.measures.language import Reading, read
from voicecoach.measures.markers import uses
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.patterns import utterances
from voicecoach.timeline import Answer, Quote

if TYPE_CHECKING:
    from spacy.tokens import Token

RUN_TERMS = 3
"""Terms in a row, with commas and "and" between, that make a list inside a sentence."""
HAVING = frozenset(
    ("have", "use", "leverage", "utilize", "utilise", "maintain", "ensure", "run")
)
"""Verbs with which terms are only said to be there."""
MOST_OTHERS = 4
"""With more other content words than these, it is a sentence that also names terms."""
LISTING_COMMAS = 2
"""Without "the", "of", "we" or any such word, so many commas make a list."""
LONG_NAMES, NAMES_FOR_ONE = 6, 8
"""From so many words on, names stand in a row without commas if no more than one in so
many relates them: of 9,732 sentences of tests/examples seven do, all of them lists."""
LIST_SHARES = {2: 0.5, 3: 0.34}
"""From so many terms on: their share of the content words that makes it all a list."""


@dataclass(frozen=True, eq=False)
class Plain:
    """What is left of an answer, and the way back to what was said.

    Args:
        reading: of the words that are left.
        said: the whole answer.
        word_of: for each word left, its index in ``said.words``; None when all are.
    """

    reading: Reading
    said: Answer
    word_of: tuple[int, ...] | None = None

    def as_said(self, quote: Quote) -> Quote:
        """A quote of what is left, as a quote of the whole answer."""
        if self.word_of is None:
            return quote
        inside = self.reading.answer.within(quote)
        return self.said.quote(self.word_of[inside[0]], self.word_of[inside[-1]])


@lru_cache(maxsize=4)
def plain(reading: Reading) -> Plain:
    """The same answer with empty markers, then bare lists of terms left out.

    The sentences that they stood in are parsed again, so that they cannot bend the
    parse of their neighbours. A "so" that opens a sentence since a "you know" before it
    has gone goes in the next round. Kept: what reads ahead asks, and then the judge.
    """
    told = Plain(reading, reading.answer)
    while empty := _markers(told.reading):
        told = _without(told, empty)
    return _without(told, _listed(told.reading))


def _without(told: Plain, empty: frozenset[int]) -> Plain:
    """The same without words of what is read, by their indices there."""
    answer = told.reading.answer
    if not empty:
        return told
    kept = tuple(i for i in answer.plain_words if i not in empty)
    left = replace(answer, words=tuple(answer.words[i] for i in kept))
    of_said = told.word_of or range(len(answer.words))
    return Plain(read(left), told.said, tuple(of_said[i] for i in kept))


def _markers(reading: Reading) -> frozenset[int]:
    """Indices of the words of empty discourse markers; hedges stay, they are judged.

    One that ends a sentence stays too: the full stop hangs on it.
    """
    words = reading.answer.words
    return frozenset(
        word
        for use in uses(reading)
        if use.marker.family == "discourse_marker" and use.is_filler
        for word in use.words
        if not words[use.words[-1]].text.endswith((".", "?", "!"))
    )


def _listed(reading: Reading) -> frozenset[int]:
    """Indices of the words that stand in a list of terms."""
    result: set[int] = set()
    for utterance in utterances(reading):
        tokens = utterance.tokens
        listed = tokens if is_list(tokens) else _runs(tokens)
        result.update(reading.word_of[token.i] for token in listed)
    return frozenset(result)


def is_term(token: Token) -> bool:
    """Whether a token is a term that is often listed instead of used."""
    jargon = lexicon().words["jargon"]
    return token.lower_ in jargon or token.lemma_.lower() in jargon


def is_empty(token: Token) -> bool:
    """Whether a token is a term, or a word that any program could say of itself."""
    return is_term(token) or is_generic(token)


def is_generic(token: Token) -> bool:
    """Whether a token is a word that any program could say of itself."""
    generic = lexicon().words["generic"]
    return token.lower_ in generic or token.lemma_.lower() in generic


def _only_has(tokens: Sequence[Token]) -> bool:
    """Whether it only says that there is something: "we had a RACI and a rollback".

    An amount or a connective makes it a statement about it.
    """
    heads = {t.head.lemma_ for t in tokens if is_term(t) and t.head.pos_ == "VERB"}
    heads |= {t.lemma_ for t in tokens if t.dep_ == "ROOT"}
    linking = lexicon().words["linking"]
    said_more = any(t.like_num or t.lower_ in linking for t in tokens)
    return bool(heads & HAVING) and not said_more


def _only_names(tokens: Sequence[Token]) -> bool:
    """Whether it names things one after the other, with no word that relates them."""
    if any(t.like_num for t in tokens):
        return False
    commas = sum(t.text == "," for t in tokens)
    related = sum(t.is_stop and t.lower_ not in ("and", "or") for t in tokens)
    words = sum(t.is_alpha for t in tokens)
    in_a_row = words >= LONG_NAMES and related <= words // NAMES_FOR_ONE
    return in_a_row or (commas >= LISTING_COMMAS and not related)


def is_list(tokens: Sequence[Token]) -> bool:
    """Whether it is a list of terms rather than a sentence about something."""
    if _only_names(tokens):
        return True
    terms = sum(is_term(t) for t in tokens)
    others = sum(t.is_alpha and not t.is_stop and not is_empty(t) for t in tokens)
    if others > MOST_OTHERS:
        return False
    content = terms + others
    if terms >= 2 and _only_has(tokens):
        return True
    if any(t.like_num or t.lower_ in ("because", "so", "which") for t in tokens):
        return terms > RUN_TERMS and terms > LIST_SHARES[3] * content
    return any(
        terms >= least and terms > share * content
        for least, share in LIST_SHARES.items()
    )


def _runs(tokens: Sequence[Token]) -> list[Token]:
    """Tokens of runs of terms inside a sentence."""
    result: list[Token] = []
    run: list[Token] = []
    for token in tokens:
        if is_term(token) or (run and token.lower_ in (",", "and", "or")):
            run.append(token)
            continue
        result.extend(_kept_run(run))
        run = []
    return result + _kept_run(run)


def _kept_run(run: list[Token]) -> list[Token]:
    """The run up to its last term, when it is long enough; nothing otherwise."""
    while run and not is_term(run[-1]):
        run = run[:-1]
    return run if sum(map(is_term, run)) >= RUN_TERMS else []
