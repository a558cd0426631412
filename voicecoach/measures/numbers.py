"""Numbers said in an answer, and what each counts: outcome, size, time or people.

    we cut p99 from [800 to 200 milliseconds] in [two months] with [five engineers]
                     impact                       calendar         headcount

Found by a scan over tokens, since transcribers print one number in many ways ("40%",
"forty percent"); the kind is decided by unit and by the words of its clause. What
counts as what is in docs/measures.md, "Numbers"; the lists are in data/numbers.toml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicecoach.measures.language import Reading
from voicecoach.measures.loose_amounts import loose_amounts
from voicecoach.measures.number_said import Said, is_cardinal, word_at, word_lists
from voicecoach.measures.number_scan import scan
from voicecoach.measures.outcomes import is_impact
from voicecoach.measures.quoting import trimmed
from voicecoach.measures.results import Number, NumberKind

_CROWD = 100
"""People: so many that something befell are the public, and no team."""
_JOINED = 4
"""Tokens between two numbers of one expression: "six, down from nine"."""
_NAMED = re.compile(r"\d+(?:[-/]\d+)+")


def numbers(reading: Reading) -> tuple[Number, ...]:
    """Every number said, in order, with its kind.

    Ordinals, "one" as a pronoun, names that hold a number (S3, p99, HTTP/2, phase
    two) and vague amounts ("a few") are no numbers; "no pages" and "an hour" are where
    they tell an outcome.
    """
    scanned = tuple(scan(reading.doc))
    counted = [said for said in scanned if not _counts_nothing(said)]
    taken = {i for said in counted for i in range(said.start, said.end)}
    loose = [s for s in loose_amounts(reading.doc) if s.start not in taken]
    loose += [said for said in scanned if _is_one_now(said)]
    told = sorted((*counted, *loose), key=lambda said: said.start)
    kinds = [(said, _kind(said, told)) for said in told]
    return tuple(
        Number(trimmed(reading, said.first, said.last), kind)
        for said, kind in kinds
        if kind == "impact" or said in counted
    )


# ------------------------------------------------------------------ no numbers
def _counts_nothing(said: Said) -> bool:
    if said.unit == "date" or said.ranged or said.part:
        return False
    if said.before in word_lists()["labels.before"] and not said.unit:
        return True
    if said.value in word_lists()["labels.fixed"] or _NAMED.fullmatch(said.value):
        return True
    return _is_named(said) or _is_pronoun(said)


def _is_named(said: Said) -> bool:
    """As in "TLS 1.3", "Python 3", "30-60-90", "version 2.0 of the API"."""
    start = said.doc[said.start]
    word = said.doc[said.start - 1] if said.before else None
    after = [word_at(said.doc, said.value_end + k) for k in range(2)]
    in_chain = after[0] in ("-", "/") and is_cardinal(after[1])
    long_chain = [word_at(said.doc, said.start - k) for k in (1, 3)] == ["-", "-"]
    if in_chain or long_chain or (said.before in ("-", "/") and said.unit == ""):
        return True
    if word is None or not start.text[0].isdigit():
        return said.before in word_lists()["labels.before"] and said.unit == "noun"
    acronym = word.text.isupper() and len(word.text) > 1 and not said.unit
    labelled = said.before in word_lists()["labels.before"] and said.unit == "noun"
    return acronym or labelled


def _is_pronoun(said: Said) -> bool:
    """As in "the one thing", "no one", "one of them", "one on ones"."""
    if said.value not in ("one", "a one"):
        return False
    lists = word_lists()
    after = word_at(said.doc, said.value_end)
    if said.before in lists["labels.not_one_after"]:
        return True
    if after in lists["labels.not_after_one"]:
        return True
    return said.unit in ("", "noun")


def _is_one_now(said: Said) -> bool:
    """As in "it needs one today": a number if it stands against another."""
    today = word_lists()["contrast.today"]
    return (
        said.value == "one" and not said.unit and word_at(said.doc, said.end) in today
    )


# ------------------------------------------------------------------ kinds
def _kind(said: Said, others: Sequence[Said]) -> NumberKind:
    if said.unit == "date":
        return "calendar"
    if (
        _is_team_of(said)
        or _is_team_before(said, others)
        or (said.unit == "people" and not _is_public(said, others))
    ):
        return "headcount"
    if is_impact(said, others):
        return "impact"
    return "calendar" if said.unit == "time" else "scale"


def _is_public(said: Said, others: Sequence[Said]) -> bool:
    """As in "eight hundred vendors got the wrong contract": harm, and to no team."""
    digits = said.value.replace(",", "")
    many = "hundred" in said.value or (digits.isdigit() and int(digits) >= _CROWD)
    return (many or said.is_big) and is_impact(said, others)


def _is_team_before(said: Said, others: Sequence[Said]) -> bool:
    """As in "a team of six, down from nine", "three reports, now seven"."""
    if said.unit or said.led_by not in ("to", "from"):
        return False
    before = [other for other in others if 0 <= said.start - other.end <= _JOINED]
    return bool(before) and (before[-1].unit == "people" or _is_team_of(before[-1]))


def _is_team_of(said: Said) -> bool:
    """As in "a team of eight", "five on the team"."""
    if said.unit:
        return False
    people = ("team", "group", "squad", "org", "staff", "crew")
    before = [word_at(said.doc, said.start - k) for k in (1, 2)]
    after = [word_at(said.doc, said.end + k) for k in range(3)]
    return (before[0] == "of" and before[1] in people) or (
        (after[0] in ("on", "in") and after[2] in people)
        or (after[0] == "of" and after[1] in ("us", "you"))
    )
