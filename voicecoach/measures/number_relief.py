"""Numbers of what the work took away: machines, costs, and hours of toil.

let us turn off [sixty servers]        we stopped paying [nine thousand]
the copying, [twelve hours a week] of it, is gone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.number_said import (
    Said,
    is_past,
    says,
    text_of,
    verb_of,
    word_at,
    word_lists,
    words_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_AROUND = 16
"""Tokens on either side of hours in which it is told that they are gone."""
_BEHIND = 4
"""Tokens behind hours among which "back" or "away" belongs to their verb."""


def is_removal(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "let us turn off sixty servers", "decommissioned four clusters".

    What only "retired three systems" may be a task of the plan; where the change let
    somebody do it, it is the outcome.
    """
    if said.unit != "noun":
        return False
    lists = word_lists()
    words = words_of(clause)
    text = " ".join(t.lemma_.lower() for t in clause)
    enabled = bool(words & lists["removal.enabling"])
    off = any(phrase in text for phrase in lists["removal.off"])
    if says(text, "removal.each") and words & lists["removal.verbs"]:
        return is_past(clause)
    if enabled:
        return off or bool(words & lists["removal.verbs"])
    return off and is_past(clause)


def is_toil_gone(said: Said) -> bool:
    """As in "the copying, twelve hours a week of it, is gone".

    It counts as toil where it recurs ("a week"), is so much "of" something, or was
    spent; "the vendor was gone after two years" is a date.
    """
    if said.unit != "time" or said.led_by in word_lists()["target.durations"]:
        return False
    if _is_handed_back(said):
        return True
    if word_at(said.doc, said.end) in ("before", "after", "ago", "later"):
        return False
    sentence = said.first.sent
    start = max(sentence.start, said.start - _AROUND)
    near = said.doc[start : min(said.end + _AROUND, sentence.end)]
    if not says(text_of(near), "relief.gone"):
        return False
    rated = word_lists()["units.per"] & {
        t.lower_ for t in said.doc[said.value_end : said.end + 1]
    }
    verb = verb_of(said)
    spent = verb is not None and verb.lemma_ in word_lists()["relief.spent"]
    return bool(rated) or spent or word_at(said.doc, said.end) in ("of", "across")


def _is_handed_back(said: Said) -> bool:
    """As in "gave each store half a day back", "took four hours away from closing"."""
    verb = verb_of(said)
    if verb is None:
        return False
    near = {word_at(said.doc, i) for i in range(verb.i + 1, said.start)}
    for token in said.doc[said.end : said.end + _BEHIND]:
        if token.tag_ == "TO":
            break  # "gave us two days to come back"
        near.add(token.lower_)
    given = verb.lemma_ in word_lists()["relief.returned"] and "back" in near
    return given or (verb.lemma_ == "take" and "away" in near)


def is_cost_ended(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "we stopped paying nine thousand", "it had been leaking $300 a day"."""
    forms = (t.lower_ if t.lower_ == "longer" else t.lemma_.lower() for t in clause)
    text = " ".join(forms)  # "longer" stays as it is in "no longer pay"
    if any(phrase in text for phrase in word_lists()["outcome.ended"]):
        return True
    verb = verb_of(said)
    ran = verb is not None and verb.tag_ == "VBG" and is_past(clause)
    between = {t.lower_ for t in said.doc[said.value_end : said.end]}
    rated = bool(between & word_lists()["units.per"])
    return ran and rated and said.unit in ("money", "")
