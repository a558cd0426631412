"""Readings of a verb that are no active verb: passives, states, reduced relatives.

was cut, got cut            passive
was excited                 state: no verb of the ledger
the API owned by team B     reduced relative: none
got the contract signed     causative: none
the API supports paging     capability: none
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.subjects import (
    adjacent_pronoun,
    agent_actor,
    cleft_do,
    follows_do,
    names_people,
    subject_of,
)
from voicecoach.measures.verb_actors import described_actor
from voicecoach.measures.verb_lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

_INSIDE_NOUN_PHRASE = ("DT", "PRP$", "JJ", "NN", "NNS", "NNP", "PRP", "POS", "CD")
_CAUSED_DEPS = ("ccomp", "xcomp", "oprd", "acl")


def is_none_of_these(token: Token) -> bool:
    """Whether a verb form is on the list of what the ledger leaves out."""
    return (
        is_reduced_relative(token)
        or _is_causative(token)
        or _is_capability(token)
        or is_state(token)
        or _is_bare_gerund(token)
        or _is_adjectival_gerund(token)
        or (
            token.dep_ == "xcomp" and token.tag_ == "VBG" and _is_capability(token.head)
        )
    )


def _is_bare_gerund(token: Token) -> bool:
    """As in "participated in hiring": with nothing after it an -ing is a noun."""
    return (
        token.tag_ == "VBG"
        and token.dep_ == "pcomp"
        and token.head.lower_ in ("in", "of", "with", "on", "about", "for")
        and not any(c.dep_ != "punct" for c in token.rights)
    )


def _is_adjectival_gerund(token: Token) -> bool:
    """As in "the index was missing"."""
    return (
        token.lower_ in lexicon().words["adjectival.gerunds"]
        and token.i > token.sent.start
        and token.nbor(-1).lemma_ == "be"
        and not any(c.dep_ in ("dobj", "ccomp", "xcomp") for c in token.children)
    )


def is_reduced_relative(token: Token) -> bool:
    """As in "the API owned by team B", "the team managing it"."""
    if token.dep_ != "acl" or token.tag_ not in ("VBN", "VBD", "VBG"):
        return False
    if token.tag_ == "VBG":
        if any(c.dep_ == "neg" for c in token.children):
            return False  # "driving outcomes, not managing tickets"
        counted = described_actor(token.head) in ("I", "we")
        activities = lexicon().words["control.activity_nouns"]
        return not counted and token.head.lemma_.lower() not in activities
    if names_people(token.head) and not any(
        c.dep_ not in ("cc", "conj", "punct", "advmod") for c in token.rights
    ):
        return False  # "the engineers designed and the VP decided"
    has_agent = any(c.dep_ == "agent" for c in token.children)
    has_object = any(
        c.dep_ == "dobj" or (c.dep_ == "prt" and not has_agent) for c in token.children
    )
    return subject_of(token) is None and not has_object


def _is_causative(token: Token) -> bool:
    """As in "got the contract signed": neither verb is counted."""
    if token.tag_ in ("VBN", "VBD", "JJ") and token.dep_ in _CAUSED_DEPS:
        causers = ("get", "have", "keep")
        follows = token.i > token.head.i
        return follows and token.head.lemma_ in causers and _has_object_between(token)
    if token.lemma_ not in ("get", "have"):
        return False
    if _participle_after_object(token):
        return True
    deps = _CAUSED_DEPS if token.lemma_ == "get" else ("ccomp", "oprd")
    return any(
        c.tag_ == "VBN" and c.dep_ in deps and _has_object_between(c)
        for c in (*token.children, *(g for o in token.children for g in o.children))
        if c.i > token.i
    )


def _participle_after_object(token: Token) -> bool:
    """As in "got the exception approved", whatever the parse made of it."""
    i = token.i + 1
    while i < token.sent.end and token.doc[i].tag_ in _INSIDE_NOUN_PHRASE:
        i += 1
    if not token.i + 1 < i < token.sent.end:
        return False
    return token.doc[i].tag_ == "VBN" and token.doc[i].lower_ != "left"


def _has_object_between(token: Token) -> bool:
    if token.dep_ == "oprd":
        return True
    if token.dep_ == "acl":
        return token.head.dep_ in ("dobj", "nsubj") and not any(
            c.dep_ == "agent" for c in token.children
        )
    subject = subject_of(token)
    if subject is not None:
        return not any(c.dep_ in ("aux", "mark") for c in token.children)
    return any(c.dep_ == "dobj" and c.i < token.i for c in token.head.children)


def _is_capability(token: Token) -> bool:
    """As in "the API supports paging": a thing as subject of a verb of work."""
    words = lexicon().words
    if lemma_of(token) not in words["capability.lemmas"] or _is_infinitive(token):
        return False
    subject = subject_of(token)
    if subject is None and token.dep_ == "conj":
        subject = subject_of(token.head)
    before = token.nbor(-1) if token.i else token
    if before.lemma_.lower() in words["capability.things"] and before.dep_ == "conj":
        subject = before
    if subject is None:
        return False
    if subject.lower_ in ("that", "which") and token.dep_ == "relcl":
        subject = token.head
    return _is_thing(subject)


def _is_infinitive(token: Token) -> bool:
    """As in "I made a table to track them", which is no table that tracks."""
    return token.tag_ == "VB" and any(c.tag_ == "TO" for c in token.children)


def _is_thing(noun: Token) -> bool:
    words = lexicon().words
    lemma = noun.lemma_.lower()
    if lemma in words["people.nouns"] and lemma in words["capability.things"]:
        return any(c.dep_ == "det" for c in noun.children)
    return lemma in words["capability.things"]


def is_passive(token: Token) -> bool:
    """Whether it is the participle of a passive with be or get."""
    if token.tag_ not in ("VBN", "VBD", "JJ") and token.lower_ not in (
        lexicon().participles
    ):
        return False
    if _is_cleft(token) or is_state(token):
        return False
    if any(c.dep_ == "auxpass" for c in token.children):
        return True
    return be_before(token) is not None or _continues_passive(token)


def _is_cleft(token: Token) -> bool:
    """As in "what I did was cut the scope" is no passive."""
    head = token if subject_of(token) is not None else token.head
    subject = subject_of(head)
    if (be := be_before(token)) is not None and follows_do(be):
        return True
    return (
        subject is not None
        and subject.i < token.i
        and subject.dep_.startswith("csubj")
        and cleft_do(subject) is not None
    )


def is_state(token: Token) -> bool:
    """Adjectival participles: "was excited", "we were done"."""
    words = lexicon().words
    word = token.lower_
    if word in words["adjectival.passive_with_agent"] and agent_actor(token) != "none":
        return False
    be = be_before(token)
    if be is None:
        return word in words["adjectival.always"] and _follows_linking(token)
    if be.lemma_ == "get" and word in words["adjectival.of_get"]:
        return True
    if word in words["adjectival.of_people"]:
        return adjacent_pronoun(token) is not None
    if word in words["adjectival.of_plans"] and (subject := subject_of(token)):
        return subject.lemma_.lower() in words["adjectival.plans"]
    return word in words["adjectival.always"]


def _follows_linking(token: Token) -> bool:
    """As in "the teams stayed aligned"."""
    before = token.nbor(-1) if token.i > token.sent.start else None
    linking = lexicon().words["adjectival.linking"]
    return before is not None and before.lemma_.lower() in linking


def be_before(token: Token) -> Token | None:
    """The form of be or get right before a participle, over adverbs and "not"."""
    i = token.i - 1
    while i > token.sent.start and token.doc[i].tag_ == "RB":
        i -= 1
    before = token.doc[i] if i >= token.sent.start else None
    if before is None or before.lemma_ not in ("be", "get"):
        return None
    if before.lower_ in ("'s", "’s") and before.dep_ == "aux":  # noqa: RUF001
        return None
    return before if token.tag_ != "VBG" else None


def _continues_passive(token: Token) -> bool:
    """As in "was tested in staging and deployed": the auxiliary serves both."""
    return (
        token.dep_ == "conj"
        and token.tag_ in ("VBN", "VBD")
        and token.head.tag_ == "VBN"
        and subject_of(token) is None
        and is_passive(token.head)
        and not any(c.dep_ == "dobj" for c in token.children)
    )


def lemma_of(token: Token) -> str:
    """The lemma by our lists where spaCy's is not on them."""
    lemma = token.lemma_.lower()
    lex = lexicon()
    if lemma in lex.classes:
        return lemma
    return lex.forms.get(token.lower_, lemma)
