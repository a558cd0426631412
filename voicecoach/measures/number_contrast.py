"""Whether an amount stands against another: one then, one now; one meant, one got.

    used to take [five weeks], now it's [nine days]     then against now
    ready in [ten minutes], it used to be overnight     now against a then untold
    they asked for ten percent and we got [fourteen]    meant against got

Options and meetings are counted then and now as well ("at first three options, then
two"), and that is no outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voicecoach.measures.number_mood import is_intended, is_unreal
from voicecoach.measures.number_said import (
    STRETCHES,
    Said,
    clause_of,
    says,
    tense,
    text_of,
    verb_of,
    word_at,
    word_lists,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_FAR = 14
"""Tokens: two amounts further apart are not held against each other."""
_NEAR = 6
"""Tokens around two amounts in which a word like "used to" or "instead" joins them."""
_BEFORE = 4
"""Tokens before an amount in which "used to be" belongs to it."""


def is_compared(said: Said, others: Sequence[Said]) -> bool:
    """Whether it stands against another amount: one then, one now."""
    if said.unit in ("people", "date"):
        return False
    for other in others:
        if other is said or not _are_alike(said, other):
            continue
        first, second = sorted((said, other), key=lambda s: s.start)
        if 0 <= second.start - first.end <= _FAR and _is_contrast(first, second):
            return not is_unreal(other, clause_of(other))
    ways = (_is_now_alone, _is_now_against_then, _is_then_against_now)
    return any(way(said) for way in ways)


def is_deliberated(said: Said, others: Sequence[Said]) -> bool:
    """As in "three options at first, then two": the means, not the effect."""
    means = word_lists()["contrast.means"]
    if said.unit:
        return said.noun in means
    before = [o for o in others if 0 <= said.start - o.end <= _FAR]
    return bool(before) and before[-1].noun in means


def _are_alike(one: Said, other: Said) -> bool:
    """Whether both count the same thing; a bare number takes the other's unit."""
    if {"date", "people"} & {one.unit, other.unit}:
        return False
    if not one.unit or not other.unit:
        return True
    if one.unit == other.unit == "noun":
        return one.noun == other.noun or "" in (one.noun, other.noun)
    return one.unit == other.unit or {one.unit, other.unit} == set(STRETCHES)


def _is_contrast(first: Said, second: Said) -> bool:
    """Whether a word, or the tenses, set two amounts against each other."""
    doc, lists = first.doc, word_lists()
    between = [t.lower_ for t in doc[first.end : second.start]]
    joined = " ".join([*between, "instead of"] if _follows_instead(first) else between)
    if says(joined, "contrast.between"):
        return True
    if second.is_nothing and not second.noun:
        return _is_turned(joined, word_at(doc, second.end))
    start = max(0, first.start - _NEAR)
    near = doc[start : second.end + _NEAR]
    if says(text_of(near), "contrast.then"):
        return True
    says_now = any(t.lower_ in lists["contrast.today"] for t in near)
    if says_now and {tense(first), tense(second)} == {"past", "present"}:
        return True
    return _is_past_and_present(first, second)


def _is_turned(between: str, after: str) -> bool:
    """As in "forty failed, after the fix none did", "forty in May and none since"."""
    return says(between, "contrast.turns") or after in ("since", "after", "now")


def _follows_instead(said: Said) -> bool:
    """As in "instead of six vendors we've got two"."""
    return [word_at(said.doc, said.start - k) for k in (1, 2)] == ["of", "instead"]


def _is_past_and_present(first: Said, second: Said) -> bool:
    """As in "the run that took 14 hours finishes in two"."""
    for verb in map(verb_of, (first, second)):
        if verb is None or verb.lemma_ not in word_lists()["contrast.durations"]:
            return False
        if any(c.lower_ in ("i", "we", "there") for c in verb.lefts):
            return False
    if "for" in (first.led_by, second.led_by):
        return False  # "the old contract was for ten years"
    return {tense(first), tense(second)} == {"past", "present"}


def _is_now_alone(said: Said) -> bool:
    """As in "recovery takes under a minute now"."""
    if said.unit not in STRETCHES:
        return False
    verb = verb_of(said)
    if verb is None or verb.tag_ != "VBZ" or verb.lemma_ == "be":
        return False
    if verb.lemma_ not in word_lists()["contrast.durations"]:
        return False
    around = {t.lower_ for t in clause_of(said)}
    return bool(around & word_lists()["contrast.now"])


def _is_then_against_now(said: Said) -> bool:
    """As in "quotes that took three days go out the same afternoon"."""
    verb = verb_of(said)
    if said.unit not in STRETCHES or verb is None:
        return False
    sentence = said.first.sent
    lead = text_of(said.doc[max(sentence.start, said.start - _BEFORE) : said.start])
    if says(lead, "contrast.was"):
        return bool({t.lower_ for t in sentence} & word_lists()["contrast.now"])
    told_of = verb.head
    took = verb.dep_ == "relcl" and verb.tag_ == "VBD" and verb.lemma_ == "take"
    goes = told_of.head.tag_ in ("VBZ", "VBP") and told_of.head.lemma_ != "be"
    return took and goes and told_of.dep_ == "nsubj"


def _is_now_against_then(said: Said) -> bool:
    """As in "ready in ten minutes, in the old days it was overnight"."""
    if said.unit not in (*STRETCHES, "money", "percent") or tense(said) != "present":
        return False
    near = said.doc[said.end : min(said.end + _NEAR, said.first.sent.end)]
    return says(text_of(near), "contrast.old")


def is_against_intention(
    said: Said, clause: tuple[Token, ...], others: Sequence[Said]
) -> bool:
    """As in "they asked for ten percent and we got fourteen"."""
    past = (t for t in clause if t.tag_ in ("VBD", "VBN") and "aux" not in t.dep_)
    if not {t.lemma_ for t in past} & word_lists()["contrast.reached"]:
        return False
    return any(
        _are_alike(said, other)
        and abs(said.start - other.start) <= _FAR
        and is_intended(other, clause_of(other))
        for other in others
        if other is not said
    )
