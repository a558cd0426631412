"""The verb ledger: which verbs an answer has, of which class, and who does them.

What counts as what is in docs/measures.md, "Verbs"; the lists are in data/verbs.toml.
How spaCy's parse is corrected for speech is in verb_tokens and verb_forms.

    So I [tracked] the risks, the launch [was delayed], and I [called] it [off].
         coordinator, I           passive, none             ownership, I
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicecoach.measures.denial import denies, is_denied
from voicecoach.measures.language import Reading
from voicecoach.measures.quoting import trimmed
from voicecoach.measures.results import Actor, Agency, Verb, VerbClass
from voicecoach.measures.subjects import (
    actor_of,
    adjacent_pronoun,
    agent_actor,
    is_verb_tag,
    subject_of,
)
from voicecoach.measures.verb_forms import (
    be_before,
    is_none_of_these,
    is_passive,
    is_reduced_relative,
    lemma_of,
)
from voicecoach.measures.verb_lexicon import Phrase, lexicon
from voicecoach.measures.verb_tokens import is_verb
from voicecoach.timeline import bare

if TYPE_CHECKING:
    from spacy.tokens import Token

_OBJECT_PRONOUNS = ("it", "them", "that", "this", "him", "her", "us", "me", "things")
_PARTICLE_REACH = 5
_PHRASE_REACH = 3


@dataclass(frozen=True)
class _Found:
    """A verb of the ledger before its quote is cut."""

    first: Token
    last: Token
    head: Token
    lemma: str
    verb_class: VerbClass
    ask: str | None = None
    is_phrase: bool = False


def verbs(reading: Reading) -> tuple[Verb, ...]:
    """Every lexical verb in the order said, with class, actor and denial.

    Auxiliaries, modal verbs and forms of "be" are no verbs of the ledger; neither is
    what docs/measures.md lists as "none of these".
    """
    result: list[Verb] = []
    running: Actor = "none"
    for found in _found(reading):
        actor = _actor(found, running)
        if actor in ("I", "we"):
            running = actor
        result.append(_verb(reading, found, actor))
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


def _found(reading: Reading) -> Iterator[_Found]:
    taken_until = -1
    for token in reading.doc:
        if token.i <= taken_until:
            continue
        found = _phrase_at(token) or _single_at(token)
        if found is not None:
            yield found
            taken_until = max(found.head.i, found.last.i if found.is_phrase else 0)


# ------------------------------------------------------------------ whole phrases
def _phrase_at(token: Token) -> _Found | None:
    phrases = lexicon().phrases.get(token.lemma_.lower(), ())
    if not phrases or not (is_verb_tag(token) or token.pos_ == "AUX"):
        return None
    near = {t.lower_ for t in token.doc[token.i + 1 : token.i + 2 + _PHRASE_REACH]}
    for phrase in phrases:
        last = _phrase_end(token, phrase.words[1:], near)
        if last is not None and not is_reduced_relative(token):
            return _phrase_found(token, last, phrase)
    return None


def _phrase_found(token: Token, last: Token, phrase: Phrase) -> _Found:
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


def _phrase_end(token: Token, rest: tuple[str, ...], near: set[str]) -> Token | None:
    """The token where the phrase ends, with few words between its parts."""
    if rest[0] not in near:
        return None
    at = token
    for word in rest:
        reach = token.doc[at.i + 1 : min(at.i + 2 + _PHRASE_REACH, token.sent.end)]
        found = next((t for t in reach if word == t.lower_), None)
        if found is None or any(_breaks_phrase(t, found) for t in reach):
            return None
        at = found
    return at


def _breaks_phrase(token: Token, found: Token) -> bool:
    """Whether a word before ``found`` shows that it belongs to something else."""
    return token.i < found.i and (
        token.tag_ in (",", ".", "CC", "IN", "TO", "PRP") or token.tag_[:2] == "VB"
    )


# ------------------------------------------------------------------ single verbs
def _single_at(token: Token) -> _Found | None:
    if not is_verb(token):
        return None
    if is_passive(token):
        return _passive(token)
    if is_none_of_these(token):
        return None
    lemma = lemma_of(token)
    last, lemma = _with_particle(token, lemma)
    verb_class = _class_of(token, lemma)
    return _Found(token, last, token, lemma, verb_class, _ask(verb_class, lemma))


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
        if last is not None:
            return last, " ".join((lemma, *rest))
    for child in token.children:
        if _is_particle(child, token):
            return child, f"{lemma} {child.lower_}"
    return token, lemma


def _is_particle(child: Token, verb: Token) -> bool:
    if child.dep_ == "prt":
        return 0 < child.i - verb.i <= _PARTICLE_REACH
    adverbs = lexicon().words["particles.adverbs"]
    return child.dep_ == "advmod" and child.i == verb.i + 1 and child.lower_ in adverbs


def _rest_end(token: Token, rest: tuple[str, ...]) -> Token | None:
    end = min(token.i + 1 + _PARTICLE_REACH, len(token.doc))
    for other in token.doc[token.i + 1 : end]:
        if other.lower_ == rest[0] and _belongs(other, token):
            tail = [t.lower_ for t in token.doc[other.i : other.i + len(rest)]]
            if tail == list(rest):
                return token.doc[other.i + len(rest) - 1]
    return None


def _belongs(particle: Token, verb: Token) -> bool:
    between = particle.i - verb.i - 1
    follower = particle.nbor(1) if particle.i + 1 < len(particle.doc) else None
    if follower is not None and follower.like_num:
        return False
    if between == 0:
        return True
    if between == 1 and particle.nbor(-1).lower_ in _OBJECT_PRONOUNS:
        return True
    return particle.head == verb and particle.dep_ in ("prt", "advmod")


def _class_of(token: Token, lemma: str) -> VerbClass:
    classes = lexicon().classes
    verb_class = classes.get(lemma) or classes.get(
        lemma.split(" ", maxsplit=1)[0], "neutral"
    )
    if verb_class == "ownership" and _is_change_of_a_thing(token):
        return "neutral"
    return verb_class


def _is_change_of_a_thing(token: Token) -> bool:
    """As in "latency dropped": a thing as subject, and no object."""
    subject = subject_of(token)
    if subject is None or subject.dep_.startswith("csubj"):
        return False
    has_object = any(
        c.dep_ in ("dobj", "ccomp", "xcomp", "prt") for c in token.children
    )
    if has_object or token.dep_ == "relcl" or subject.ent_type_ == "PERSON":
        return False
    named = subject.tag_ == "NNP" and subject.i > token.sent.start
    if named or adjacent_pronoun(token) is not None:
        return False
    return subject.lemma_.lower() not in lexicon().words["people.nouns"]


def _ask(verb_class: VerbClass, lemma: str) -> str | None:
    if verb_class != "coordinator":
        return None
    asks = lexicon().asks
    return asks.get(lemma) or asks.get(lemma.split(" ", maxsplit=1)[0])


# ------------------------------------------------------------------ actor and denial
def _actor(found: _Found, running: Actor) -> Actor:
    if found.verb_class == "passive_voice":
        return agent_actor(found.head)
    actor = actor_of(found.head)
    return running if actor is None else actor


# ------------------------------------------------------------------ results
def _verb(reading: Reading, found: _Found, actor: Actor) -> Verb:
    return Verb(
        quote=trimmed(reading, found.first, found.last),
        lemma=found.lemma,
        verb_class=found.verb_class,
        actor=actor,
        negated=is_denied(found.head) or _is_denied_phrase(found),
        sentence=reading.sentence_quote(found.head),
        ask=found.ask,
    )


def _is_denied_phrase(found: _Found) -> bool:
    if found.first == found.head and not found.is_phrase:
        return False
    inside = found.head.doc[found.first.i : found.last.i + 1]
    return any(denies(t) for t in inside)
