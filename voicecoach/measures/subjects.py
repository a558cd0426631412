"""Who does a verb: I, we, other or none, read off spaCy's dependency parse.

    I asked the team to cut it.        I was the one who decided.
    │  ▲        ▲         │            ▲          ▲   │    │
    │  └ asked  └─────────┘ (object    └──────────┴───┴────┘ (antecedent, then
    └─ subject               control)                         what it is said of)

The parse is of speech: where a subject pronoun stands right before the verb it is
believed before the tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.results import Actor
from voicecoach.measures.verb_lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
_I = ("i", "me", "myself", "my", "mine")
_WE = ("we", "us", "ourselves")
_NOMINATIVE = ("i", "we", "he", "she", "they", "you")
_RELATIVE = ("who", "that", "which", "whom")
_SKIPPED = ("RB", "MD", "RBR", "UH")
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
_OWNERS: dict[str, Actor] = {"my": "I", "our": "we"}
_AMOUNTS = ("PERCENT", "MONEY", "DATE", "TIME", "QUANTITY")
_CLIMBS_FROM_BE = ("conj", "xcomp", "ccomp", "pcomp", "advcl")
_DEEPEST = 8


def is_verb_tag(token: Token) -> bool:
    """Whether spaCy tags it as some form of a verb."""
    return bool(token.tag_.startswith("VB"))


def adjacent_pronoun(token: Token) -> Token | None:
    """The subject pronoun before a verb, over its auxiliaries and adverbs."""
    i = token.i - 1
    while i >= token.sent.start and _may_stand_between(token.doc[i], token):
        i -= 1
    if i < token.sent.start or token.doc[i].lower_ not in _NOMINATIVE:
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
    if word in _WE or any(t.lower_ in _WE for t in joined):
        return "we"
    if any(t.lower_ in _I for t in joined):
        return "I" if len(joined) == 1 or _loosely_joined(noun) else "we"
    of_us = (g for c in noun.children if c.lower_ == "of" for g in c.children)
    return "we" if any(t.lower_ in _WE for t in of_us) else "other"


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
        noun.ent_type_ not in _AMOUNTS
        and lemma not in lexicon().words["passive.no_agents"]
        and noun.tag_ != "VBG"
    )


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
    if subject is not None and not _is_last_object(subject, verb):
        return _subject_actor(verb, subject, depth)
    if verb.dep_ == "amod" and verb.tag_ in ("VBD", "VBN"):
        return None  # "I tracked risks, scheduled reviews": the series goes on
    if _stolen_subject(verb) is not None:
        return "other"
    return _inherited(verb, depth) if depth else "none"


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
    if verb.tag_ == "VBG" and (owner := _owner_of_duty(subject)) is not None:
        return owner
    return nominal_actor(subject)


def cleft_do(subject: Token) -> Token | None:
    """The "did" of "what I did", "all I did", "the first thing I did"."""
    for token in subject.subtree:
        if token.lemma_ == "do" and subject_of(token) is not None:
            return token
    return None


def follows_do(be: Token) -> bool:
    """As in "the first thing I did was": "do" right before a form of be."""
    return be.i > be.sent.start and be.nbor(-1).lemma_ == "do" and be.lemma_ == "be"


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
        if said_of.lower_ in (*_I, *_WE):
            return nominal_actor(said_of)
    return nominal_actor(noun)


def _inherited(verb: Token, depth: int) -> Actor | None:
    head = verb.head
    if verb.dep_ == "ROOT" or head == verb:
        return None if verb.tag_ in ("VBD", "VBN", "VBG") else "none"
    if verb.dep_ == "relcl" and not is_verb_tag(head):
        return _noun_actor(verb, head, depth)
    if verb.dep_ == "acl" and head.lemma_.lower() in lexicon().words["people.nouns"]:
        return described_actor(head)
    if verb.dep_ in ("xcomp", "ccomp"):
        return _controlled(verb, head, depth)
    if verb.dep_ in (*_CLIMBS, *_CLIMBS_ON):
        return _climb(verb, head, depth)
    return "none"


def _noun_actor(verb: Token, noun: Token, depth: int) -> Actor | None:
    if verb.tag_ == "VB":
        return _climb(verb, noun, depth)
    return nominal_actor(noun)


def _controlled(verb: Token, head: Token, depth: int) -> Actor | None:
    """Of "asked them to cut": them; of "decided to cut": who decided."""
    control = lexicon().words["control.subject_control"]
    objects = [
        c for c in head.children if c.dep_ in ("dobj", "dative") and c.i < verb.i
    ]
    bare = verb.tag_ == "VB"
    if objects and bare and head.lemma_ not in control:
        return nominal_actor(objects[-1])
    return _climb(verb, head, depth)


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
    owner = _owner_of_duty(subject) if subject is not None else None
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


def _owner_of_duty(subject: Token) -> Actor | None:
    """As in "my role", "our job": whose it is."""
    if subject.lemma_.lower() not in lexicon().words["control.duties"]:
        return None
    owners = [c.lower_ for c in subject.children if c.dep_ == "poss"]
    return _OWNERS.get(owners[0]) if owners else None


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
    owner = _owner_of_duty(subject)
    if owner is not None:
        return owner
    if verb.dep_ in ("conj", "advcl", "prep", "pcomp") or verb.head != be:
        return nominal_actor(subject)
    return "none"
