"""Whether a verb is denied: "didn't track", "instead of tracking", "nor did I lead"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.subjects import follows_do, is_verb_tag, subject_of
from voicecoach.measures.verb_lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token


def is_denied(token: Token, depth: int = 4) -> bool:
    """Whether a verb is denied itself or through the verb that carries it."""
    if any(denies(child) for child in token.children if child.i < token.i):
        return True
    if _is_denied_gerund(token) or _follows_denial(token) or _follows_nor(token):
        return True
    if _follows_denied_do(token):
        return True
    return depth > 0 and token.head != token and _is_denied_above(token, depth)


def _is_denied_above(token: Token, depth: int) -> bool:
    head = token.head
    if token.dep_ == "xcomp" and is_verb_tag(head):
        return is_denied(head, depth - 1)
    if token.dep_ == "ccomp" and head.i < token.i and _raises_denial(head):
        return any(denies(child) for child in head.children)
    if token.dep_ == "relcl" and head.dep_ == "attr":
        return any(denies(child) for child in head.head.children)
    return token.dep_ == "conj" and _shares_denial(token) and is_denied(head, depth - 1)


def _raises_denial(head: Token) -> bool:
    """As in "it's not that I tracked it", "I don't think we tracked it"."""
    return head.lemma_ == "be" or head.lemma_ in lexicon().words["negation.raising"]


def _follows_nor(token: Token) -> bool:
    """As in "nor did I lead it"."""
    return any(
        c.dep_ == "aux" and c.i and c.nbor(-1).lower_ in ("nor", "neither")
        for c in token.children
    )


def _follows_denied_do(token: Token) -> bool:
    """As in "what I did not do was escalate"."""
    i = token.i - 1
    while i > token.sent.start and token.doc[i].tag_ == "RB":
        i -= 1
    if i <= token.sent.start or not follows_do(token.doc[i]):
        return False
    do = token.doc[i - 1]
    return any(denies(c) for c in do.children if c.i < do.i) or _follows_denial(do)


def denies(child: Token) -> bool:
    """Whether a word denies its verb; "not only" does not."""
    if child.i + 1 < len(child.doc) and child.nbor(1).lower_ == "only":
        return False
    pair = f"{child.nbor(-1).lower_} {child.lower_}" if child.i else child.lower_
    adverbs = lexicon().words["negation.adverbs"]
    return child.dep_ == "neg" or child.lower_ in adverbs or pair in adverbs


def _is_denied_gerund(token: Token) -> bool:
    """As in "instead of tracking", "rather than coordinate", "without escalating"."""
    i = token.i - 1
    while i > token.sent.start and token.doc[i].tag_ == "RB":
        i -= 1
    if i < token.sent.start:
        return False
    one = token.doc[i].lower_
    two = f"{token.doc[i - 1].lower_} {one}" if i else one
    openers = lexicon().words["negation.before_gerund"]
    return one in openers or two in openers


def _follows_denial(token: Token) -> bool:
    """Where the parse lost it: "I didn't [just] track", "never tracked"."""
    i = token.i - 1
    while i >= token.sent.start and token.doc[i].tag_ in ("RB", "TO"):
        if token.doc[i].lower_ in ("n't", "not", "never"):
            return token.doc[i + 1].lower_ != "only"
        i -= 1
    return False


def _shares_denial(token: Token) -> bool:
    """As in "didn't track or report", "didn't track and report", not "... and cut"."""
    own_subject = subject_of(token) is not None
    if not own_subject and any(c.lower_ in ("or", "nor") for c in token.head.children):
        return True
    return (
        not own_subject
        and token.tag_ in ("VB", "VBG")
        and not any(c.dep_ == "aux" for c in token.children)
    )
