"""Numbers of harm and of harm that stayed away: who was hit, how long it stood still.

[two hundred customers] couldn't log in      the line stood still for [an hour]
back up after [twenty minutes]               the data loss was [zero]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.number_said import (
    STRETCHES,
    Said,
    is_past,
    lead_of,
    says,
    subjects_of,
    tense,
    text_of,
    verb_of,
    word_at,
    word_lists,
    words_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_TOLD_OF = ("nsubj", "nsubjpass", "dative")
"""Where in the clause one stands whom the verb befell."""


def is_nothing_lost(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "zero downtime", "no pages since", "the data loss was zero", "none since".

    "No customers" alone is a size; that none of them was hurt or noticed is told.
    """
    if not said.is_nothing:
        return False
    lists = word_lists()
    until = max(said.end, said.value_end + 1)  # "zero failed imports": no noun is next
    between = {t.lower_ for t in said.doc[said.value_end : until]}
    if said.noun in lists["outcome.bystanders"]:
        told = words_of(clause) & (lists["harm.wrong"] | lists["harm.verbs"])
        return bool(told | words_of(clause) & lists["outcome.noticed"])
    if said.noun in lists["outcome.of_zero"] or between & lists["outcome.spoiled"]:
        return True
    if said.noun:
        return False
    if said.value == "none" and said.last.dep_ in _TOLD_OF and _has_harmed(clause):
        return True  # "twelve banks cut over and none failed"
    return _is_said_of_loss(said, clause) or _is_none_after(said)


def _is_said_of_loss(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "the data loss was zero", "lost orders, none", "we lost nothing"."""
    lists = word_lists()
    bad = lists["outcome.of_zero"] | lists["outcome.losses"] | lists["outcome.spoiled"]
    verb = verb_of(said)
    lost = verb is not None and verb.lemma_ in ("lose", "miss", "drop")
    if lost and tense(said) == "past":
        return True
    if said.before in ("is", "was", "were", "been"):
        return bool(words_of(t for t in clause if t.i < said.start) & bad)
    at = said.start - int(said.before in (",", ":"))
    return bool(words_of(said.doc[max(at - 2, said.first.sent.start) : at]) & bad)


def _is_none_after(said: Said) -> bool:
    """As in "two outages that spring and none after", "there were none since"."""
    following = word_at(said.doc, said.end)
    return said.value in ("none", "zero") and following in ("since", "after")


def is_recovery(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "everything was back up after twenty minutes", "the rollback took four"."""
    if said.unit not in STRETCHES:
        return False
    verb = verb_of(said)
    if verb is not None and verb.tag_ == "VBD" and verb.lemma_ in ("take", "last"):
        subjects = {c.lemma_ for c in verb.lefts if c.dep_ == "nsubj"}
        return bool(subjects & word_lists()["outcome.recoveries"])
    if said.before not in word_lists()["outcome.within"]:
        return False
    text = text_of(clause)
    return any(phrase in text for phrase in word_lists()["outcome.restored"])


def is_standstill(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "the line stood still for three hours", "nobody could print for a day".

    A person who was down or stuck is not the work.
    """
    subjects = subjects_of(clause)
    people = word_lists()["people.nouns"] | {"i", "he", "she", "you"}
    if said.unit not in STRETCHES or said.ranged or subjects & people:
        return False
    if not _lasts(said) or not (is_past(clause) or "could" in words_of(clause)):
        return False
    text = text_of(t for t in clause if t.i < said.start)
    if says(text, "standstill.states"):
        return True
    halted = says(text, "standstill.halts") and "we" not in subjects
    return halted or (said.led_by == "for" and _is_unable(clause))


def _lasts(said: Said) -> bool:
    """As in "for two hours", "was down forty minutes"; not "were down to two hours"."""
    if said.led_by == "for":
        return True
    lead = lead_of(said.doc, said.start)
    if lead < said.first.sent.start or said.doc[lead].lower_ == "down":
        return True
    return said.doc[lead].tag_ not in ("IN", "TO")


def _is_unable(clause: tuple[Token, ...]) -> bool:
    """As in "nobody could pay", "shoppers couldn't pay", "tenants saw wrong bills"."""
    words, subjects = {t.lower_ for t in clause}, subjects_of(clause)
    if subjects & {"nobody", "one", "none"} and "could" in words:
        return True
    befell = word_lists()["harm.befell"] | word_lists()["outcome.counted"]
    unable = "could" in words and bool(words & {"n't", "not"})
    wrong = bool(words & word_lists()["harm.wrong"])
    return bool(subjects & befell) and (unable or wrong or _has_harmed(clause))


def is_averted(said: Said) -> bool:
    """As in "found nine faults that would have hit customers"."""
    clauses = [c for c in said.last.children if c.dep_ == "relcl"]
    return any({"would", "have"} <= {t.lower_ for t in c.lefts} for c in clauses)


def is_harm(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "two hundred customers couldn't log in", "corrupted 900 records"."""
    lists = word_lists()
    if said.unit not in ("noun", "people") or said.is_nothing:
        return False
    befell = said.noun in lists["harm.befell"] | lists["outcome.counted"]
    words = {t.lower_ for t in clause}
    unable = bool(words & {"could", "did"}) and bool(words & {"n't", "not"})
    wrong = bool(words & lists["harm.wrong"]) or _is_caused(said)
    if (befell or said.last.dep_ in _TOLD_OF) and is_past(clause):
        return unable or wrong or (befell and _has_harmed(clause))
    return unable and befell


def _has_harmed(clause: tuple[Token, ...]) -> bool:
    lemmas = {t.lemma_.lower() for t in clause if t.tag_ in ("VBD", "VBN")}
    return bool(lemmas & word_lists()["harm.verbs"])


def _is_caused(said: Said) -> bool:
    """As in "because nobody checked, 300 parcels went out unpaid"."""
    sentence = tuple(said.first.sent)
    because = any(t.lower_ in ("because", "due") for t in sentence)
    return because and bool(words_of(sentence) & word_lists()["harm.causes"])
