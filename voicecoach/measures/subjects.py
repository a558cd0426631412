"""A verb's own subject, and whom a noun names: I, we or other.

    the team and I [led] it      we: what is joined to the noun counts
    so I, I just [led] it        the nearest subject where a restart left two
    my job was to [lead] it      I: a duty is done by whose it is

The parse is of speech: where a subject pronoun stands right before the verb it is
believed before the tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.language import english
from voicecoach.measures.results import Actor
from voicecoach.measures.verb_lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
FIRST_SINGULAR = ("i", "me", "myself", "my", "mine")
FIRST_PLURAL = ("we", "us", "ourselves")
NOMINATIVE = ("i", "we", "he", "she", "they", "you")
_SKIPPED = ("RB", "MD", "RBR", "UH")
_OWNERS: dict[str, Actor] = {"my": "I", "our": "we"}


def is_verb_tag(token: Token) -> bool:
    """Whether spaCy tags it as some form of a verb."""
    return bool(token.tag_.startswith("VB"))


def adjacent_pronoun(token: Token) -> Token | None:
    """The subject pronoun before a verb, over its auxiliaries and adverbs."""
    i = token.i - 1
    while i >= token.sent.start and _may_stand_between(token.doc[i], token):
        i -= 1
    if i < token.sent.start or token.doc[i].lower_ not in NOMINATIVE:
        return None
    return token.doc[i]


def _may_stand_between(other: Token, verb: Token) -> bool:
    if other.tag_ in _SKIPPED:
        return True
    return other.dep_ in ("aux", "auxpass", "neg") and other.head == verb


def nominal_actor(noun: Token) -> Actor:
    """The actor that a noun phrase names, by its head and what is joined to it."""
    word = noun.lower_
    if word == "i" and _is_joined_before(noun):
        return "we"
    joined = [noun, *noun.conjuncts]
    if word in FIRST_PLURAL or any(t.lower_ in FIRST_PLURAL for t in joined):
        return "we"
    if any(t.lower_ in FIRST_SINGULAR for t in joined):
        return "I" if len(joined) == 1 or _loosely_joined(noun) else "we"
    of_us = (g for c in noun.children if c.lower_ == "of" for g in c.children)
    return "we" if any(t.lower_ in FIRST_PLURAL for t in of_us) else "other"


def _is_joined_before(pronoun: Token) -> bool:
    """As in "The team and I led", where the parse left two subjects."""
    if pronoun.i < pronoun.sent.start + 2 or pronoun.nbor(-1).lower_ != "and":
        return False
    noun = pronoun.nbor(-2)
    if noun.pos_ not in ("NOUN", "PROPN", "PRON"):
        return False
    same_verb = noun.dep_ in SUBJECTS and noun.head == pronoun.head
    return same_verb or (noun.dep_ == "conj" and is_verb_tag(noun.head))


def _loosely_joined(pronoun: Token) -> bool:
    """Whether "... with the team and I cut" joined the object to the next subject."""
    top = pronoun
    while top.dep_ == "conj":
        top = top.head
    return pronoun.lower_ == "i" and top.dep_ not in SUBJECTS and top != pronoun


def names_people(noun: Token) -> bool:
    """Whether a noun stands for somebody who can decide: a name, a role, a pronoun."""
    words = lexicon().words
    lemma = noun.lemma_.lower()
    if {lemma, noun.lower_} & (words["people.nouns"] | words["people.quantities"]):
        return True
    if noun.tag_ == "NNP" and (noun.i > noun.sent.start or is_person(noun)):
        return True
    is_role = lemma.endswith(tuple(words["agents.suffixes"]))
    things = words["capability.things"] | words["agents.except"]
    return is_role and lemma not in things


def is_person(noun: Token) -> bool:
    """Whether a capital that opens a sentence is a name's, by spaCy's recognizer.

    It takes as long as the parse, so it is asked about single sentences only.
    """
    sentence = noun.sent.as_doc()
    recognized = english().get_pipe("ner")(sentence)
    return bool(recognized[noun.i - noun.sent.start].ent_type_ == "PERSON")


def is_amount(noun: Token) -> bool:
    """Whether a noun is a number, or counts something that nobody is."""
    numbered = any(child.tag_ == "CD" for child in noun.children)
    return noun.tag_ == "CD" or (numbered and not names_people(noun))


def subject_of(verb: Token) -> Token | None:
    """The verb's own subject, the nearest one where a restart left two."""
    found = [
        c
        for c in verb.children
        if c.dep_ in SUBJECTS and (c.i < verb.i or _may_follow(verb))
    ]
    before = [c for c in found if c.i < verb.i]
    if not found and verb.tag_ == "VBZ" and verb.head.dep_ == "relcl":
        return verb.head.head  # "the system we designed supports it", hung too low
    return (before or found)[-1] if found else None


def _may_follow(verb: Token) -> bool:
    """Whether a subject can come after it: "was it tested", "said the director"."""
    return verb.lemma_ in ("be", "say", "come") or any(
        c.dep_ in ("aux", "auxpass") and c.i < verb.i for c in verb.children
    )


def agent_actor(verb: Token) -> Actor:
    """Who did a passive: its by-phrase, else none."""
    for child in verb.children:
        if child.lower_ == "by" and child.dep_ in ("agent", "prep"):
            nouns = [c for c in child.children if c.dep_ in ("pobj", "amod")]
            if nouns and _can_act(nouns[-1]):
                return nominal_actor(nouns[-1])
    return "none"


def _can_act(noun: Token) -> bool:
    """Whether "by ..." names somebody, not a time or an amount."""
    lemma = noun.lemma_.lower()
    return (
        not is_amount(noun)
        and lemma not in lexicon().words["passive.no_agents"]
        and noun.tag_ != "VBG"
    )


def cleft_do(subject: Token) -> Token | None:
    """The "did" of "what I did", "all I did", "the first thing I did"."""
    for token in subject.subtree:
        if token.lemma_ == "do" and subject_of(token) is not None:
            return token
    return None


def follows_do(be: Token) -> bool:
    """As in "the first thing I did was": "do" right before a form of be."""
    return be.i > be.sent.start and be.nbor(-1).lemma_ == "do" and be.lemma_ == "be"


# ------------------------------------------------------------------ whose doing it is


def owner_of_duty(subject: Token) -> Actor | None:
    """As in "my role", "our job", "the choice we made": whose it is."""
    if not is_duty(subject):
        return None
    owners = [c.lower_ for c in subject.children if c.dep_ == "poss"]
    if owners:
        return _OWNERS.get(owners[0])
    return next(
        (_owner_by_clause(c) for c in subject.children if c.dep_ == "relcl"), None
    )


def is_duty(noun: Token) -> bool:
    """Whether a noun is something to be done: job, goal, mistake."""
    return noun.lemma_.lower() in lexicon().words["control.duties"]


def _owner_by_clause(clause: Token) -> Actor | None:
    """As in "the mistake I made was assuming"."""
    pronoun = adjacent_pronoun(clause)
    actor = nominal_actor(pronoun) if pronoun is not None else None
    return actor if actor in ("I", "we") else None


def controls_by_object(head: Token, verb: Token) -> bool:
    """Whether who is told to do it does it: "asked them to cut", "made them cut"."""
    has_to = any(c.tag_ == "TO" for c in verb.children)
    name = "control.object_control" if has_to else "control.bare_object_control"
    return head.lemma_.lower() in lexicon().words[name]
