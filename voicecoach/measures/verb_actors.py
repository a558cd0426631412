"""Who does a verb: I, we, other or none, read off spaCy's dependency parse.

I asked the team to cut it.        I was the one who decided.
│  ▲        ▲         │            ▲          ▲   │    │
│  └ asked  └─────────┘ (object    └──────────┴───┴────┘ (antecedent, then
└─ subject               control)                         what it is said of)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.results import Actor
from voicecoach.measures.subjects import (
    FIRST_PLURAL,
    FIRST_SINGULAR,
    NOMINATIVE,
    SUBJECTS,
    adjacent_pronoun,
    cleft_do,
    controls_by_object,
    follows_do,
    is_amount,
    is_duty,
    is_verb_tag,
    names_people,
    nominal_actor,
    owner_of_duty,
    subject_of,
)
from voicecoach.measures.verb_lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

_RELATIVE = ("who", "that", "which", "whom")
_CLIMBS = ("xcomp", "ccomp", "advcl", "pcomp", "pobj", "dobj", "prep", "acomp", "attr")
_CLIMBS_ON = (
    "conj",
    "acl",
    "agent",
    "oprd",
    "advmod",
    "dep",
    "parataxis",
    "amod",
    "compound",
)
_CLIMBS_FROM_BE = ("conj", "xcomp", "ccomp", "pcomp", "advcl")
_DEEPEST = 8


def actor_of(verb: Token) -> Actor | None:
    """Who does an active verb; None when its subject was dropped."""
    return _actor(verb, _DEEPEST)


def _actor(verb: Token, depth: int) -> Actor | None:
    pronoun = adjacent_pronoun(verb)
    if pronoun is not None:
        return nominal_actor(pronoun)
    if _is_lets(verb):
        return "we"
    subject = subject_of(verb)
    if subject is not None and depth and _is_means(subject, verb):
        return _climb(verb, verb.head, depth)
    if subject is not None and not _is_last_object(subject, verb):
        return _subject_actor(verb, subject, depth)
    if _stolen_subject(verb) is not None:
        return "other"
    return _inherited(verb, depth) if depth else "none"


def _is_means(subject: Token, verb: Token) -> bool:
    """As in "I built a table to track them", read as a table that tracks."""
    after_to = subject.i < verb.i - 1 and verb.nbor(-1).tag_ == "TO"
    return (
        after_to
        and verb.dep_ in ("ccomp", "xcomp")
        and verb.head.i < subject.i
        and not controls_by_object(verb.head, verb)
    )


def _is_last_object(subject: Token, verb: Token) -> bool:
    """As in "I reviewed designs, wrote specs": designs taken for who wrote."""
    if verb.nbor(-1).text != "," or subject.i != verb.i - 2 or verb.tag_ != "VBD":
        return False
    return subject.i > verb.sent.start and is_verb_tag(subject.nbor(-1))


def _stolen_subject(verb: Token) -> Token | None:
    """PM in "cut the module and the PM hated it", joined to module by the parse."""
    before = verb.nbor(-1) if verb.i > verb.sent.start else None
    if before is None or before.dep_ != "conj" or verb.tag_ not in ("VBD", "VBZ"):
        return None
    joined_to_object = before.head.dep_ in ("dobj", "pobj", "attr")
    return before if before.pos_ in ("NOUN", "PROPN") and joined_to_object else None


def _is_lets(verb: Token) -> bool:
    return (
        verb.i > 1
        and verb.nbor(-1).lower_ in ("'s", "us")
        and (verb.nbor(-2).lower_ == "let")
    )


def _subject_actor(verb: Token, subject: Token, depth: int) -> Actor | None:
    for helper in verb.children:
        if helper.dep_ in ("aux", "auxpass") and follows_do(helper) and depth:
            return _actor(helper.nbor(-1), depth - 1)
    if subject.dep_.startswith("csubj"):
        done = cleft_do(subject)
        return _actor(done, depth - 1) if done is not None and depth else "other"
    if subject.lower_ in _RELATIVE and subject.tag_ != "DT":
        return _antecedent_actor(verb, subject)
    if verb.tag_ == "VBG" and (owner := owner_of_duty(subject)) is not None:
        return owner
    if verb.tag_ == "VBG" and is_duty(subject):
        return "none"  # "the hardest part was getting them to agree"
    return nominal_actor(subject)


def _antecedent_actor(verb: Token, pronoun: Token) -> Actor:
    """Of "who", "that", "which": the noun before it, and what that is said of."""
    noun = verb.head if verb.dep_ == "relcl" else None
    if noun is None or is_verb_tag(noun):
        noun = pronoun.nbor(-1) if pronoun.i > pronoun.sent.start else None
    return "other" if noun is None else described_actor(noun)


def described_actor(noun: Token) -> Actor:
    """The actor that a described noun stands for: I, in "I was the one"."""
    if noun.dep_ == "attr" and noun.head.lemma_ == "be":
        said_of = subject_of(noun.head)
        if said_of is None:
            return actor_of(noun.head) or "other"
        if said_of.lower_ in (*FIRST_SINGULAR, *FIRST_PLURAL):
            return nominal_actor(said_of)
    return nominal_actor(noun)


def _inherited(verb: Token, depth: int) -> Actor | None:
    """Of a verb without a subject of its own: by its place in the tree."""
    head = verb.head
    if verb.dep_ == "ROOT" or head == verb:
        return None if verb.tag_ in ("VBD", "VBN", "VBG") else "none"
    if verb.dep_ == "amod" and verb.tag_ in ("VBD", "VBN"):
        return None  # "I tracked risks, scheduled reviews": the series goes on
    if verb.dep_ in ("relcl", "acl") and not is_verb_tag(head):
        return _noun_actor(verb, head, depth)
    return _controlled(verb, head, depth)


def _noun_actor(verb: Token, noun: Token, depth: int) -> Actor | None:
    """Of a clause that describes a noun: the noun, or who was given it to do."""
    if verb.tag_ == "VB":
        given = next((c for c in noun.head.children if c.dep_ == "dative"), None)
        return nominal_actor(given) if given else _climb(verb, noun, depth)
    if verb.dep_ == "relcl":
        return nominal_actor(noun)
    if names_people(noun):
        return described_actor(noun)
    if verb.tag_ in ("VBN", "VBD"):
        return nominal_actor(noun)  # "our effort paid off", read as an effort paid
    return _climb(verb, noun, depth)


def _controlled(verb: Token, head: Token, depth: int) -> Actor | None:
    """Of "asked them to cut": them; of "decided to cut": who decided."""
    if (told := _told_to(verb)) is not None:
        return nominal_actor(told)
    if _opens_as_subject(verb):
        return "none"
    if verb.dep_ in ("xcomp", "ccomp"):
        return _complement_actor(verb, head, depth)
    climbs = verb.dep_ in (*_CLIMBS, *_CLIMBS_ON)
    return _climb(verb, head, depth) if climbs else "none"


def _complement_actor(verb: Token, head: Token, depth: int) -> Actor | None:
    subject = subject_of(head)
    objects = [
        c
        for c in head.children
        if c.dep_ in ("dobj", "dative") and c.i < verb.i and not is_amount(c)
    ]
    if subject is not None and _is_impersonal(subject, head):
        return nominal_actor(objects[0]) if objects else "none"
    if objects and verb.tag_ == "VB" and controls_by_object(head, verb):
        return nominal_actor(objects[-1])
    return _climb(verb, head, depth)


def _told_to(verb: Token) -> Token | None:
    """Somebody in "needed [somebody] to coordinate", whatever the parse made of it."""
    if verb.i < verb.sent.start + 3 or verb.nbor(-1).lower_ != "to":
        return None
    before = verb.nbor(-2)
    control = lexicon().words["control.object_control"]
    is_told = before.dep_ in ("dobj", "dative") and before.head.lemma_ in control
    return before if is_told and names_people(before) else None


def _opens_as_subject(verb: Token) -> bool:
    """As in "Coordinating across time zones was killing us", no comma between."""
    if verb.tag_ != "VBG" or verb.dep_ != "advcl" or verb.i != verb.sent.start:
        return False
    between = verb.doc[verb.i : verb.head.i]
    return not any(t.text == "," or t.lower_ in NOMINATIVE for t in between)


def _is_impersonal(subject: Token, verb: Token) -> bool:
    """As in "it took us a week to fix"."""
    impersonal = lexicon().words["control.impersonal"]
    return subject.lower_ == "it" and verb.lemma_ in impersonal


def _climb(verb: Token, head: Token, depth: int) -> Actor | None:
    """The actor of the nearest verb above."""
    at = head
    for _ in range(_DEEPEST):
        if is_verb_tag(at) or at.tag_ == "MD":
            return _said_of(verb, at, depth)
        if at.dep_ in SUBJECTS:
            return "none"
        if at.head == at:
            subject = subject_of(at)
            if subject is not None:
                return nominal_actor(subject)
            return _next_clause(verb, depth)
        at = at.head
    return "none"


def _next_clause(verb: Token, depth: int) -> Actor | None:
    """As in "By cutting it we saved a week": where the parse hung the rest below."""
    for token in verb.doc[verb.i + 1 : verb.sent.end]:
        if token.dep_ in SUBJECTS and token.tag_ == "PRP" and is_verb_tag(token.head):
            return _actor(token.head, depth - 1)
    return "none"


def _said_of(verb: Token, above: Token, depth: int) -> Actor | None:
    if above.lemma_ == "be":
        return _after_be(verb, above, depth)
    if any(c.dep_ == "auxpass" for c in above.children) and verb.dep_ != "conj":
        subject = subject_of(above)
        actor = nominal_actor(subject) if subject is not None else "none"
        return actor if actor in ("I", "we") or verb.dep_ == "xcomp" else "none"
    if _hangs_too_low(verb, above):
        return _climb(above, above.head, depth)
    if verb.dep_ == "conj":
        above = _nearest_in_series(verb, above)
    subject = subject_of(above)
    owner = owner_of_duty(subject) if subject is not None else None
    return owner or _actor(above, depth - 1)


def _nearest_in_series(verb: Token, head: Token) -> Token:
    """As in "Each wanted its own, and I listened, wrote": wrote goes with listened."""
    series = [
        c
        for c in head.children
        if c.dep_ == "conj" and head.i < c.i < verb.i and subject_of(c) is not None
    ]
    return series[-1] if series else head


def _hangs_too_low(verb: Token, above: Token) -> bool:
    """As in "helping her plan, tracking risks": one series, not part of her plan."""
    return (
        verb.dep_ in ("conj", "advcl")
        and (verb.tag_, above.tag_) == ("VBG", "VB")
        and above.head.tag_ == "VBG"
    )


def _after_be(verb: Token, be: Token, depth: int) -> Actor | None:
    """Of "my job was to cut": I; of "what I did was cut": I; else its subject."""
    subject = subject_of(be)
    if follows_do(be):
        return _actor(be.nbor(-1), depth - 1)
    if subject is None:
        return _actor(be, depth - 1) if be.dep_ in _CLIMBS_FROM_BE else "none"
    done = cleft_do(subject)
    if done is None and subject.dep_.startswith("csubj"):
        done = subject  # "what we decided was to stop"
    if done is not None:
        return _actor(done, depth - 1)
    return owner_of_duty(subject) or _described_by(verb, be, subject)


def _described_by(verb: Token, be: Token, subject: Token) -> Actor:
    """Of "I was good at cutting": I; of "it's about driving outcomes": none."""
    if subject.lower_ in ("it", "this", "that"):
        return "none"
    hangs_on = verb.dep_ in ("conj", "advcl", "prep", "pcomp") or verb.head != be
    return nominal_actor(subject) if hangs_on else "none"
