"""Finds the numbers of an answer, with their units, however they are printed.

cut it from [800 to 200 milliseconds] in [two and a half weeks], not in phase two
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from voicecoach.measures.number_dates import ORDINAL_DAYS, QUARTER, YEAR, date_at
from voicecoach.measures.number_said import (
    BIG,
    DIGITS,
    NONE,
    Said,
    is_cardinal,
    lead_of,
    word_at,
    word_lists,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_OPENERS = frozenset(("a", "one", "point", "week", "month", "day", "sprint"))
_BEFORE_UNIT = (
    *("-", "more", "fewer", "percentage", "calendar", "full"),
    *("person", "working", "business", "staff"),
)
"""As in "seven person days", "three calendar weeks"."""
_ROUGHLY = frozenset(("under", "over", "below", "above", "a", "little"))
"""As in "from five percent to just under one"."""
_OF_NOUNS = ("half", "couple", "third", "of")
_NOUN_TAGS = ("NN", "NNS", "NNP", "NNPS")
_MODIFIER_TAGS = ("JJ", "JJR", *_NOUN_TAGS)
_WHEN = ("last", "next", "this", "today", "yesterday", "tomorrow", "tonight")
"""As in "it was thirty last year": no years are counted."""


def scan(doc: Doc) -> Iterator[Said]:
    """Whatever looks like a number, names that hold one ("phase two") among them."""
    starts = [t.i for t in doc if _may_start(t.lower_)]
    i = 0
    for start in starts:
        if start < i:
            continue
        i = start
        said = date_at(doc, i) or _multiple_at(doc, i) or _number_at(doc, i)
        if said is not None:
            yield said
            i = said.end


def _may_start(word: str) -> bool:
    """Whether a number can begin with the word: most cannot, which saves the time."""
    return word[0].isdigit() or word in _starts() or bool(QUARTER.fullmatch(word))


@cache
def _starts() -> frozenset[str]:
    lists = word_lists()
    tables = [k for k in lists if k.startswith("words.")] + ["units.months"]
    return _OPENERS.union(ORDINAL_DAYS, *(lists[k] for k in tables))


def _multiple_at(doc: Doc, i: int) -> Said | None:
    """As in "doubled", "halved", "twice": a number inside a verb or adverb."""
    if word_at(doc, i) not in word_lists()["words.multiples"]:
        return None
    token = doc[i]
    if token.tag_ == "JJ" or token.dep_ == "amod":
        return None
    if token.lower_ == "twice" and word_at(doc, i + 1) not in ("as", "the"):
        return None
    return Said(doc, i, i + 1, i + 1, "percent")


def _number_at(doc: Doc, i: int) -> Said | None:
    if word_at(doc, i) == "a" and _is_half(doc, i + 2):
        unit = _family(word_at(doc, i + 1))
        return Said(doc, i, i + 5, i + 5, unit) if unit else None
    said = _amount_at(doc, i)
    return None if said is None else _with_whole(_with_range(said))


def _amount_at(doc: Doc, i: int) -> Said | None:
    """One number with its unit, or a ratio, that begins at ``i``."""
    start, value_end = _value_at(doc, i)
    if value_end == start:
        return None
    return _ratio_at(doc, start, value_end) or _with_unit(doc, start, value_end)


def _ratio_at(doc: Doc, start: int, value_end: int) -> Said | None:
    """As in "one in five", "two in a hundred orders"; not "two in ten weeks"."""
    if word_at(doc, value_end) != "in" or not is_cardinal(doc[start].lower_):
        return None
    at = value_end + 1 + int(word_at(doc, value_end + 1) == "every")
    of_start, of_end = _value_at(doc, at)
    if of_end == of_start or YEAR.fullmatch(word_at(doc, of_start)):
        return None
    whole = _with_unit(doc, of_start, of_end)
    if whole.unit not in ("", "noun", "people"):
        return None
    return Said(doc, start, whole.end, of_end, "noun", whole.noun, part=True)


def _with_whole(said: Said) -> Said:
    """As in "eleven of the twelve renewals", "half of the alerts"."""
    doc = said.doc
    inside = {t.lower_ for t in doc[said.value_end : said.end]}
    if said.ranged or said.unit in ("date", "people", "time", "money"):
        return said
    fraction = word_at(doc, said.value_end - 1) in word_lists()["words.fractions"]
    if "of" in inside:
        return replace(said, part=fraction)
    at = said.end + int(word_at(doc, said.end) == "out")
    if word_at(doc, at) != "of":
        return said
    at += 1
    while word_at(doc, at) in ("the", "our", "my", "those", "these", "all"):
        at += 1
    start, value_end = _value_at(doc, at)
    if value_end == start:
        return replace(said, part=fraction or said.unit == "percent")
    whole = _with_unit(doc, start, value_end)
    return replace(said, end=whole.end, unit="noun", noun=whole.noun, part=True)


def _value_at(doc: Doc, i: int) -> tuple[int, int]:
    """Token range of a bare number that begins at ``i``; empty if none does."""
    lists = word_lists()
    at = i
    if word_at(doc, at) in lists["words.currencies"]:
        at += 1
    if word_at(doc, at) == "a" and word_at(doc, at + 1) in lists["words.magnitudes"]:
        at += 1
    fraction = _fraction_end(doc, at)
    if fraction > at:
        return i, fraction
    if word_at(doc, at) == "point" and is_cardinal(word_at(doc, at + 1)):
        at += 1
    end = at
    while _continues_value(doc, at, end):
        end += 1
    while end > at and word_at(doc, end - 1) in ("and", "-", "point"):
        end -= 1
    end = _past_half(doc, end) if end > at else end
    if end < len(doc) and end > at and word_at(doc, end) == "of":
        end += int(word_at(doc, end - 1) == "couple")
    return (i, end) if end > at else (i, i)


def _continues_value(doc: Doc, at: int, end: int) -> bool:
    """Whether the token at ``end`` belongs to the number that began at ``at``."""
    word = word_at(doc, end)
    lists = word_lists()
    previous = word_at(doc, end - 1) if end > at else ""
    if word in lists["words.magnitudes"]:
        return end > at or word in (*BIG, "couple")
    if word in lists["words.cardinals"]:
        return not _ends_digits(previous)
    if DIGITS.fullmatch(word) or end == at:
        begins = end == at or previous == "or"
        return begins and DIGITS.fullmatch(word) is not None
    following = word_at(doc, end + 1)
    if word == "or":  # "three or four"
        return is_cardinal(previous) and is_cardinal(following)
    if word == "and":
        return previous in lists["words.magnitudes"] and (
            following in lists["words.cardinals"]
        )
    return word in ("-", "point") and following in lists["words.cardinals"]


def _past_half(doc: Doc, end: int) -> int:
    """Past "and a half", with the "million" after it; ``end`` if it is not there."""
    if not _is_half(doc, end):
        return end
    return end + 3 + int(word_at(doc, end + 3) in word_lists()["words.magnitudes"])


def _is_half(doc: Doc, at: int) -> bool:
    """Whether "and a half" stands there."""
    return [word_at(doc, at + k) for k in range(3)] == ["and", "a", "half"]


def _ends_digits(word: str) -> bool:
    return bool(word) and word[0].isdigit()


def _fraction_end(doc: Doc, at: int) -> int:
    """End of "half", "a third", "two thirds", "a quarter of"; ``at`` if none."""
    fractions = word_lists()["words.fractions"]
    word, after, third = (word_at(doc, at + k) for k in range(3))
    if (
        word == "half"
        and after != "way"
        and word_at(doc, at - 1) not in ("first", "second", "other")
    ):
        of_magnitude = after == "a" and third in BIG
        if after in ("a", "an") and third in word_lists()["units.time"]:
            return at + 2  # "half a day" is a stretch of time
        return at + 3 if of_magnitude else at + 1
    counted = word in ("a", "one") or word in word_lists()["words.cardinals"]
    if not counted or after not in fractions:
        return at
    if after == "half":
        return at + 2
    if after in ("quarter", "quarters") and third != "of":
        led = word_at(doc, lead_of(doc, at)) in ("by", "up", "down")
        return at + 2 if led and word == "a" else at
    ends = at + 2 >= len(doc) or third == "of" or doc[at + 2].is_punct
    ends = ends or doc[at + 2].tag_ in ("JJR", "RBR")  # "a third smaller"
    led = word_at(doc, lead_of(doc, at)) in ("by", "up", "down")
    return at + 2 if ends or led else at


def _with_unit(doc: Doc, start: int, value_end: int) -> Said:
    """The number with what it counts: "two staff engineers", "40%"."""
    money = word_at(doc, start) in word_lists()["words.currencies"]
    at = value_end
    while word_at(doc, at) in _BEFORE_UNIT:
        at += 1
    family = _family(word_at(doc, at))
    if family:
        at += 1
        at += 3 * _is_half(doc, at)
        if family == "percent" and word_at(doc, at) in ("points", "point"):
            at += 1
        unit = "money" if money else family
        return Said(doc, start, _rate_end(doc, at), value_end, unit)
    if money:
        return Said(doc, start, _rate_end(doc, value_end), value_end, "money")
    return _counting(doc, start, value_end)


def _family(word: str) -> str:
    for family in ("percent", "money", "technical", "time"):
        if word in word_lists()[f"units.{family}"]:
            return family
    return "date" if word in word_lists()["units.clock"] else ""


def _rate_end(doc: Doc, at: int) -> int:
    """Past "a second", "per user", where they follow."""
    if word_at(doc, at) not in word_lists()["units.per"]:
        return at
    unit = word_at(doc, at + 1)
    counted = _family(unit) in ("time", "technical") or word_at(doc, at) == "per"
    has_half = word_at(doc, at + 1) == "half"
    return at + 2 if counted and not has_half and at + 1 < len(doc) else at


def _counting(doc: Doc, start: int, value_end: int) -> Said:
    """A number with a noun, or alone: "fourteen milestones", "six"."""
    value = word_at(doc, value_end - 1)
    if value.endswith(("x", "%")) and value[0].isdigit():
        return Said(doc, start, value_end, value_end, "percent")
    if value.endswith(("ms", "gb", "tb", "mb")) and value[0].isdigit():
        return Said(doc, start, value_end, value_end, "technical")
    noun = _noun_after(doc, value_end, value)
    if noun is None:
        return Said(doc, start, _rate_end(doc, value_end), value_end, "")
    lemma = noun.lemma_.lower()
    people = lemma in word_lists()["people.nouns"] and not _is_crowd(
        doc, start, value_end
    )
    if "." in value and noun.tag_ == "NN":  # "99.95 availability"
        return Said(doc, start, value_end, value_end, "", lemma)
    end = _rate_end(doc, noun.i + 1)
    return Said(doc, start, end, value_end, "people" if people else "noun", lemma)


def _is_crowd(doc: Doc, start: int, value_end: int) -> bool:
    """As in "two million people" are users, not colleagues."""
    return bool({"million", "billion"} & {t.lower_ for t in doc[start:value_end]})


def _noun_after(doc: Doc, value_end: int, value: str) -> Token | None:
    """The counted noun, over up to two adjectives or nouns before it."""
    at = value_end
    while at < len(doc) and word_at(doc, at) in ("-", "of", "the", "our", "my"):
        at += 1
    if at > value_end and word_at(doc, value_end) != "of" and value not in _OF_NOUNS:
        return None if word_at(doc, value_end) != "-" else _noun_after(doc, at, value)
    last = None
    for token in doc[at : at + 3]:
        if token.tag_ not in (*_MODIFIER_TAGS, "POS") or token.lower_ in _WHEN:
            break
        if token.tag_ in _NOUN_TAGS:
            last = token
        if token.tag_ in ("NNS", "NNPS") and not _owns(doc, token.i):
            break
    return last


def _owns(doc: Doc, i: int) -> bool:
    """As in "a quarter of the testers' week"."""
    return i + 1 < len(doc) and doc[i + 1].tag_ == "POS"


def _with_range(said: Said) -> Said:
    """As in "800 to 200 milliseconds", "six weeks to one": one number from two."""
    doc, at = said.doc, said.end
    if word_at(doc, at) not in ("to", "down", "into") or said.unit == "date":
        return said
    at += 1 + int(word_at(doc, at) == "down" and word_at(doc, at + 1) == "to")
    while word_at(doc, at) in _ROUGHLY | word_lists()["words.approximators"]:
        at += 1
    if word_at(doc, at) in NONE:
        return replace(said, end=at + 1, ranged=True)
    other = _amount_at(doc, at)
    if other is None:
        return said
    if word_at(doc, said.start - 1) != "from" and said.unit and said.unit != other.unit:
        return said
    unit = other.unit or said.unit
    noun = other.noun or said.noun
    return Said(doc, said.start, other.end, said.value_end, unit, noun, ranged=True)
