"""Amounts that are numbers only where they tell an outcome: "no pages", "an hour".

"A week" and "no plan" count nothing by themselves; "cut from five days to a day" and
"no incidents since" do. They are found here and kept only if `outcomes.is_impact` says
so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from voicecoach.measures.number_said import NONE, Said, is_cardinal, word_at, word_lists

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_FURTHEST_NOUN = 3
_SPANS = ("hour", "day", "night", "shift", "weekend", "week", "month", "quarter")


def loose_amounts(doc: Doc) -> Iterator[Said]:
    """Every amount without a numeral, in order; most of them count nothing."""
    for token in doc:
        said = _nothing_at(doc, token) or _one_unit_at(doc, token)
        said = said or _frequencies_at(doc, token)
        if said is not None:
            yield said


def _nothing_at(doc: Doc, token: Token) -> Said | None:
    """As in "no pages", "not a single rollback", "not one outage", "none"."""
    at = token.i
    words = [word_at(doc, at + k) for k in range(3)]
    if words[0] in NONE and words[1] != "else":
        return Said(doc, at, at + 1, at + 1, "")
    size = 1 if words[0] == "no" else 0
    if words[0] in ("not", "n't") and words[1] in ("one", "a"):
        size = 3 if words[1:] == ["a", "single"] else 2
    if not size or (words[1] == "a" and size == 2):
        return None
    noun = _noun_after(doc, at + size)
    if noun is None:
        return None
    value_end = at + size
    return Said(doc, at, noun.i + 1, value_end, "noun", noun.lemma_.lower())


def _noun_after(doc: Doc, at: int) -> Token | None:
    """The last noun of the phrase that begins at ``at``, at most three words on."""
    last = None
    for token in doc[at : at + _FURTHEST_NOUN]:
        if token.pos_ not in ("NOUN", "ADJ", "VERB", "PROPN"):
            break
        if token.pos_ == "NOUN":
            last = token
    return last


def _one_unit_at(doc: Doc, token: Token) -> Said | None:
    """As in "takes a day", "down to an hour", "a full day"; not "four a day"."""
    if token.lower_ not in ("a", "an"):
        return None
    unit = word_at(doc, token.i + 1)
    if unit in ("full", "whole") and word_at(doc, token.i + 2) in _SPANS:
        return Said(doc, token.i, token.i + 3, token.i + 1, "time")
    lists = word_lists()
    if word_at(doc, token.i - 1) == "in" and is_cardinal(word_at(doc, token.i - 2)):
        return None  # "one or two in a week"
    if unit not in lists["units.time"] and unit not in ("second", "millisecond"):
        return None
    led = word_at(doc, token.i - 1) in lists["contrast.before_unit"]
    head = doc[token.i + 1].head
    led = led or (head.i < token.i and head.lemma_ in lists["contrast.takers"])
    if not led and word_at(doc, token.i + 2) not in lists["outcome.after"]:
        return None
    return Said(doc, token.i, token.i + 2, token.i + 1, "time")


def _frequencies_at(doc: Doc, token: Token) -> Said | None:
    """As in "from weekly to hourly": a rate then and a rate now."""
    rates = word_lists()["units.frequencies"]
    at = token.i
    words = [word_at(doc, at + k) for k in range(3)]
    if words[0] not in rates or words[1] not in ("to", "into") or words[2] not in rates:
        return None
    if word_at(doc, at - 1) != "from":
        return None
    return Said(doc, at, at + 3, at + 1, "technical", ranged=True)
