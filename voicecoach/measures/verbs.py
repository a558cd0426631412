"""The verb ledger: which verbs an answer has, of which class, and who does them.

What counts as what is in docs/measures.md, "Verbs"; the lists are in data/verbs.toml.
How spaCy's parse is corrected for speech is in verb_tokens and verb_forms.

    So I [tracked] the risks, the launch [was delayed], and I [called] it [off].
         coordinator, I           passive, none             ownership, I
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from voicecoach.measures.denial import denies, is_denied
from voicecoach.measures.language import MOST_KNOWN, Reading
from voicecoach.measures.quoting import trimmed
from voicecoach.measures.results import Actor, Agency, Verb, VerbClass
from voicecoach.measures.subjects import (
    adjacent_pronoun,
    agent_actor,
    names_people,
    subject_of,
)
from voicecoach.measures.verb_actors import actor_of
from voicecoach.measures.verb_forms import (
    be_before,
    is_none_of_these,
    is_passive,
    lemma_of,
)
from voicecoach.measures.verb_lexicon import LightVerb, lexicon
from voicecoach.measures.verb_phrases import light_at, phrase_at
from voicecoach.measures.verb_tokens import is_verb
from voicecoach.timeline import bare

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_OBJECT_PRONOUNS = ("it", "them", "that", "this", "him", "her", "us", "me", "things")
_PARTICLE_REACH = 5
_OBJECTS_OF_CHANGE = ("dobj", "ccomp", "xcomp", "prt")


@dataclass(frozen=True)
class _Found:
    """A verb of the ledger as the parse has it."""

    first: Token
    last: Token
    head: Token
    lemma: str
    verb_class: VerbClass
    ask: str | None = None
    is_phrase: bool = False


@dataclass(frozen=True)
class _Entry:
    """A verb of the ledger as its sentence shows it.

    Args:
        first: index of its first token in the sentence; so are ``last`` and ``head``.
        actor: None for whoever acted before.
    """

    first: int
    last: int
    head: int
    lemma: str
    verb_class: VerbClass
    actor: Actor | None
    negated: bool
    ask: str | None


def verbs(reading: Reading) -> tuple[Verb, ...]:
    """Every lexical verb in the order said, with class, actor and denial.

    Auxiliaries, modal verbs and forms of "be" are no verbs of the ledger; neither is
    what docs/measures.md lists as "none of these".
    """
    result: list[Verb] = []
    running: Actor = "none"
    for start, parse in reading.parsed_at():
        for entry in _entries(parse):
            actor = entry.actor or running
            if actor in ("I", "we"):
                running = actor
            result.append(_verb(reading, start, entry, actor))
    return tuple(result)


def agency(reading: Reading, found: tuple[Verb, ...]) -> Agency:
    """Counts of what the speaker's own affirmed verbs say; see `Agency`."""
    own = [v for v in found if not v.negated and v.actor != "other"]
    coordinator = sum(v.verb_class == "coordinator" for v in own)
    ownership = sum(v.verb_class == "ownership" for v in own)
    said = [_pronoun(reading.answer.words[i].text) for i in reading.answer.plain_words]
    total = coordinator + ownership
    return Agency(
        coordinator=coordinator,
        ownership=ownership,
        passive_voice=sum(
            v.verb_class == "passive_voice" and not v.negated for v in found
        ),
        i=said.count("i"),
        we=said.count("we"),
        coordinator_share=coordinator / total if total else None,
    )


def _pronoun(word: str) -> str:
    """``"I've"`` -> ``"i"``."""
    return bare(word).replace("’", "'").split("'")[0]  # noqa: RUF001 - a real quote


@lru_cache(MOST_KNOWN)
def _entries(parse: Doc) -> tuple[_Entry, ...]:
    """The ledger of one sentence."""
    return tuple(map(_entry, _found(parse)))


def _found(parse: Doc) -> Iterator[_Found]:
    taken_until = particle = -1
    for token in parse:
        if token.i <= taken_until or token.i == particle:
            continue
        found = _whole_phrase(token) or _single_at(token)
        if found is not None:
            yield found
            taken_until = max(found.head.i, found.last.i if found.is_phrase else 0)
            particle = found.last.i


# ------------------------------------------------------------------ single verbs
def _whole_phrase(token: Token) -> _Found | None:
    hit = phrase_at(token)
    if hit is None:
        return None
    phrase, last = hit
    head = token.head if token.dep_ in ("aux", "auxpass") else token
    return _Found(
        first=token,
        last=last,
        head=head,
        lemma=phrase.lemma,
        verb_class=phrase.verb_class,
        ask=phrase.ask,
        is_phrase=True,
    )


def _single_at(token: Token) -> _Found | None:
    if not is_verb(token):
        return None
    if is_passive(token):
        return _passive(token)
    if is_none_of_these(token):
        return None
    last, lemma = _with_particle(token, lemma_of(token))
    if (light := light_at(token, lemma)) is not None:
        return _light(token, last, lemma, *light)
    verb_class = _class_of(token, lemma)
    return _Found(token, last, token, lemma, verb_class, _ask(verb_class, lemma))


def _light(
    token: Token, last: Token, lemma: str, meaning: LightVerb, noun: Token
) -> _Found:
    """A light verb with the noun that says what was done, where it comes after."""
    return _Found(
        first=token,
        last=max(last, noun, key=lambda t: t.i) if noun.i > token.i else last,
        head=token,
        lemma=f"{lemma} {noun.lemma_.lower()}",
        verb_class=meaning.verb_class,
        ask=meaning.ask,
        is_phrase=True,
    )


# ------------------------------------------------------------------ passives


def _passive(token: Token) -> _Found | None:
    helpers = [
        c
        for c in token.children
        if c.dep_ in ("aux", "auxpass") and c.lemma_ in ("be", "get") and c.i < token.i
    ]
    before = be_before(token)
    first = helpers[0] if helpers else before or token
    last, lemma = _with_particle(token, lemma_of(token))
    return _Found(first, last, token, lemma, "passive_voice", lexicon().passive_ask)


# ------------------------------------------------------------------ lemma and class


def _with_particle(token: Token, lemma: str) -> tuple[Token, str]:
    """The verb's last token and its lemma with what belongs to it."""
    for rest in lexicon().rests.get(lemma, ()):
        last = _rest_end(token, rest)
        if last is not None and last.dep_ == "agent":
            continue  # "was stopped by me" is no "stop by"
        if last is not None:
            return last, " ".join((lemma, *rest))
    for child in token.children:
        if _is_particle(child, token):
            return child, f"{lemma} {child.lower_}"
    return token, lemma


def _is_particle(child: Token, verb: Token) -> bool:
    if _is_stranded(child, verb):
        return False
    if child.dep_ == "prt":
        return 0 < child.i - verb.i <= _PARTICLE_REACH
    adverbs = lexicon().words["particles.adverbs"]
    return child.dep_ == "advmod" and child.i == verb.i + 1 and child.lower_ in adverbs


def _is_stranded(child: Token, verb: Token) -> bool:
    """As in "a plan nobody believed in"."""
    prepositions = lexicon().words["particles.also_prepositions"]
    return verb.dep_ == "relcl" and child.lower_ in prepositions


def _rest_end(token: Token, rest: tuple[str, ...]) -> Token | None:
    end = min(token.i + 1 + _PARTICLE_REACH, len(token.doc))
    for other in token.doc[token.i + 1 : end]:
        if other.lower_ == rest[0] and _belongs(other, token):
            tail = [t.lower_ for t in token.doc[other.i : other.i + len(rest)]]
            if tail == list(rest):
                return token.doc[other.i + len(rest) - 1]
    return None


def _belongs(particle: Token, verb: Token) -> bool:
    if particle.lower_ == "in" and is_passive(verb) and _has_object(particle, "pobj"):
        return False  # "was dropped in June"
    between = particle.i - verb.i - 1
    follower = particle.nbor(1) if particle.i + 1 < len(particle.doc) else None
    if follower is not None and follower.like_num and particle.tag_ != "RP":
        return False  # "cut by half in two months"
    if between == 0:
        return True
    if particle.dep_ == "prep" and _has_object(particle, "pobj"):
        return False  # "cut it in week one"
    if between == 1 and particle.nbor(-1).lower_ in _OBJECT_PRONOUNS:
        return True
    return particle.head == verb and particle.dep_ in ("prt", "advmod")


def _class_of(token: Token, lemma: str) -> VerbClass:
    classes = lexicon().classes
    verb_class = classes.get(lemma) or classes.get(
        lemma.split(" ", maxsplit=1)[0], "neutral"
    )
    if _lacks_object(token, lemma) or _goes_with_people(token, lemma):
        return "neutral"
    if verb_class == "ownership" and _is_change_of_a_thing(token):
        return "neutral"
    return verb_class


def _is_change_of_a_thing(token: Token) -> bool:
    """As in "latency dropped": a thing as subject, and no object."""
    subject = subject_of(token)
    if subject is None or subject.dep_.startswith("csubj"):
        return False
    if _has_object(token, *_OBJECTS_OF_CHANGE) or token.dep_ == "relcl":
        return False
    if token.i + 1 < len(token.doc) and token.nbor(1).lower_ in _OBJECT_PRONOUNS:
        return False  # "what saved us was", us taken for the next subject
    return adjacent_pronoun(token) is None and not names_people(subject)


def _lacks_object(token: Token, lemma: str) -> bool:
    """As in "I stood up in the room", "we headed to lunch", "I drove home"."""
    if lemma not in lexicon().words["needs_object.lemmas"] or token.dep_ == "relcl":
        return False
    return not _has_object(token, "dobj", "nsubjpass", "ccomp")


def _has_object(token: Token, *deps: str) -> bool:
    return any(c.dep_ in deps for c in token.children)


def _goes_with_people(token: Token, lemma: str) -> bool:
    """As in "I went with the engineers to the site": no choice of theirs."""
    if lemma != "go with":
        return False
    objects = (g for c in token.children if c.lower_ == "with" for g in c.children)
    quantities = lexicon().words["people.quantities"]
    return any(names_people(g) and g.lower_ not in quantities for g in objects)


def _ask(verb_class: VerbClass, lemma: str) -> str | None:
    if verb_class != "coordinator":
        return None
    asks = lexicon().asks
    return asks.get(lemma) or asks.get(lemma.split(" ", maxsplit=1)[0])


# ------------------------------------------------------------------ actor and denial
def _entry(found: _Found) -> _Entry:
    return _Entry(
        first=found.first.i,
        last=found.last.i,
        head=found.head.i,
        lemma=found.lemma,
        verb_class=found.verb_class,
        actor=_actor(found),
        negated=is_denied(found.head) or _is_denied_phrase(found),
        ask=found.ask,
    )


def _actor(found: _Found) -> Actor | None:
    if found.verb_class == "passive_voice":
        return agent_actor(found.head)
    return actor_of(found.head)


def _is_denied_phrase(found: _Found) -> bool:
    if found.first == found.head and not found.is_phrase:
        return False
    inside = found.head.doc[found.first.i : found.last.i + 1]
    return any(denies(t) for t in inside)


# ------------------------------------------------------------------ results
def _verb(reading: Reading, start: int, entry: _Entry, actor: Actor) -> Verb:
    """A verb of the sentence whose first token is ``start``."""
    doc = reading.doc
    return Verb(
        quote=trimmed(reading, doc[start + entry.first], doc[start + entry.last]),
        lemma=entry.lemma,
        verb_class=entry.verb_class,
        actor=actor,
        negated=entry.negated,
        sentence=reading.sentence_quote(doc[start + entry.head]),
        ask=entry.ask,
    )
