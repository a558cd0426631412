"""Dates, years, clock times and counted weeks: numbers that say when.

[January 2021]   [May 5th]   [Q3]   [9 am]   by [week six]   not "every day six"
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicecoach.measures.number_said import Said, is_cardinal, word_at, word_lists

if TYPE_CHECKING:
    from spacy.tokens import Doc

_CLOCK = re.compile(r"\d{1,2}:\d\d|\d{1,2}(?:am|pm)", re.IGNORECASE)
QUARTER = re.compile(r"[qh][1-4]")
YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")
ORDINAL_DAYS = frozenset(
    (
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "fifteenth",
        "twentieth",
        "thirtieth",
    )
)
_COUNTED_OFF = ("week", "month", "day", "sprint")


def date_at(doc: Doc, i: int) -> Said | None:
    """As in "January 2021", "May 5th", "fifth of May", "Q3", "2021", "week two"."""
    months = word_lists()["units.months"]
    word, after = word_at(doc, i), word_at(doc, i + 1)
    end = i
    if _is_month(doc, i) and (YEAR.fullmatch(after) or _is_day(after)):
        end = _past_year(doc, i + 2)
    elif _is_day(word) and after == "of" and word_at(doc, i + 2) in months:
        end = i + 3
    elif _is_day(word) and _is_month(doc, i + 1) and word not in ("second", "first"):
        end = i + 2
    elif _is_single_date(doc, i):
        end = i + 1
    elif word in _COUNTED_OFF and is_cardinal(after) and _is_label(doc, i):
        end = i + 2
    elif _is_spoken_year(doc, i):
        end = i + (3 if is_cardinal(word_at(doc, i + 2)) else 2)
    return Said(doc, i, end, end, "date") if end > i else None


def _is_label(doc: Doc, i: int) -> bool:
    """As in "on day two", not "every day twenty", "the same day two hours"."""
    before = word_at(doc, i - 1)
    counted = before in (*word_lists()["units.per"], "same", "last", "this", "next")
    return not (counted or before in ORDINAL_DAYS or is_cardinal(before))


def _past_year(doc: Doc, at: int) -> int:
    """As in "May 5th, 2020" is one date."""
    comma = int(word_at(doc, at) == ",")
    return at + comma + 1 if YEAR.fullmatch(word_at(doc, at + comma)) else at


def _is_month(doc: Doc, i: int) -> bool:
    word = word_at(doc, i)
    if word in ("may", "march") and doc[i].tag_ in ("MD", "VB", "VBP"):
        return False
    return word in word_lists()["units.months"]


def _is_day(word: str) -> bool:
    return word in ORDINAL_DAYS or _DAY.fullmatch(word) is not None


def _is_single_date(doc: Doc, i: int) -> bool:
    word = word_at(doc, i)
    if QUARTER.fullmatch(word) or _CLOCK.fullmatch(word):
        return True
    follows = word_at(doc, i + 1)
    counts = i + 1 < len(doc) and doc[i + 1].tag_ == "NNS"
    return bool(YEAR.fullmatch(word)) and not counts and follows != "%"


def _is_spoken_year(doc: Doc, i: int) -> bool:
    """As in "twenty twenty one", as transcribers print years at times."""
    return word_at(doc, i) == "twenty" and word_at(doc, i + 1) in (
        "nineteen",
        "eighteen",
        "twenty",
    )
