"""Several words that are one label: set phrases, and light verbs with their object.

I [kept a close eye on] the burn-down.     phrase: keep ... eye on
I [made a really tough call].              light verb: the noun says what was done
The call that I [made] was to stop.        the same noun, standing before its verb
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from voicecoach.measures.subjects import (
    NOMINATIVE,
    is_verb_tag,
    names_people,
    subject_of,
)
from voicecoach.measures.verb_forms import is_reduced_relative
from voicecoach.measures.verb_lexicon import LightVerb, Phrase, lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

_BETWEEN = 3
_OBJECT_REACH = 6
_BREAKING_TAGS = (",", ".", "CC", "TO")
_INSIDE_OBJECT = ("DT", "JJ", "JJR", "RB", "NN", "NNS", "NNP", "PRP", "PRP$", "CD")


# ------------------------------------------------------------------ set phrases
def phrase_at(token: Token) -> tuple[Phrase, Token] | None:
    """The phrase that begins with a verb, and its last token."""
    phrases = lexicon().phrases.get(token.lemma_.lower(), ())
    if not phrases or not (is_verb_tag(token) or token.pos_ == "AUX"):
        return None
    near = {t.lower_ for t in token.doc[token.i + 1 : token.i + 2 + _BETWEEN]}
    for phrase in phrases:
        last = _phrase_end(token, phrase.words[1:], near)
        if last is not None and _may_be_said_of(token) and not _is_compound(last):
            return None if is_reduced_relative(token) else (phrase, last)
    return None


def _phrase_end(token: Token, rest: tuple[str, ...], near: set[str]) -> Token | None:
    """The token where the phrase ends, with few words between its parts."""
    if rest[0] not in near:
        return None
    at = token
    for word in rest:
        reach = token.doc[at.i + 1 : min(at.i + 2 + _BETWEEN, token.sent.end)]
        found = next((t for t in reach if word == t.lower_), None)
        if found is None or any(_breaks(t, found) for t in reach):
            return None
        at = found
    return at


def _breaks(token: Token, found: Token) -> bool:
    """Whether a word before ``found`` shows that it belongs to something else."""
    return token.i < found.i and (
        token.tag_ in _BREAKING_TAGS
        or token.lower_ in NOMINATIVE
        or token.tag_[:2] == "VB"
        or (token.tag_ == "IN" and token.dep_ == "prep")
    )


def _may_be_said_of(verb: Token) -> bool:
    """Whether it is people who are or have: "the delay was part of it" is no verb."""
    if verb.lemma_ not in ("be", "have"):
        return True
    subject = subject_of(verb.head if verb.dep_ in ("aux", "auxpass") else verb)
    return subject is None or names_people(subject)


def _is_compound(noun: Token) -> bool:
    """As in "took the lead engineer aside"."""
    return noun.dep_ == "compound" and noun.pos_ in ("NOUN", "PROPN")


# ------------------------------------------------------------------ light verbs
def light_at(verb: Token, lemma: str) -> tuple[LightVerb, Token] | None:
    """What a light verb's object makes of it, and that noun."""
    lights = lexicon().lights.get(lemma, ())
    if not lights:
        return None
    nouns = [*_nouns_after(verb), *([verb.head] if verb.dep_ == "relcl" else [])]
    for light in lights:
        for noun in nouns:
            if noun.lemma_.lower() in light.nouns:
                return light, noun
    return None


def _nouns_after(verb: Token) -> Iterator[Token]:
    """The nouns right after a verb: "gave the [board] a status [update]"."""
    for token in verb.doc[verb.i + 1 : verb.i + 1 + _OBJECT_REACH]:
        if token.tag_ not in _INSIDE_OBJECT or token.lower_ in NOMINATIVE:
            return
        if token.tag_ in ("NN", "NNS") and not _is_compound(token):
            yield token
