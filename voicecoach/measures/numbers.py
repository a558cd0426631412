"""Numbers said in an answer, and what each counts: outcome, size, time or people.

    we cut p99 from [800 to 200 milliseconds] in [two months] with [five engineers]
                     impact                       calendar         headcount

Found by a scan over tokens, since transcribers print one number in many ways ("40%",
"forty percent"); the kind is decided by unit and by the words of its clause. What
counts as what is in docs/measures.md, "Numbers"; the lists are in data/numbers.toml.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicecoach.measures.language import Reading
from voicecoach.measures.number_scan import Said, is_cardinal, scan, word_at, word_lists
from voicecoach.measures.quoting import trimmed
from voicecoach.measures.results import Number, NumberKind

if TYPE_CHECKING:
    from spacy.tokens import Token

_BREAKERS = frozenset(
    (
        "and",
        "but",
        "so",
        "because",
        "which",
        "who",
        "when",
        "while",
        "after",
        "then",
        "before",
        "if",
        "although",
        "where",
        "since",
        "that",
    )
)
_NAMED = re.compile(r"\d+(?:[-/]\d+)+")
_STOPS = (".", ",", ";", ":", "?", "!", "-", "–", "—")  # noqa: RUF001 - real dashes
_REACHED = ("to", "by", "at", "below", "above", "under", "about", "around", "in")


def numbers(reading: Reading) -> tuple[Number, ...]:
    """Every number said, in order, with its kind.

    Ordinals, "one" as a pronoun, names that hold a number (S3, p99, HTTP/2, phase
    two) and vague amounts ("a few") are no numbers.
    """
    return tuple(
        Number(trimmed(reading, said.first, said.last), _kind(said))
        for said in scan(reading.doc)
        if not _counts_nothing(said)
    )


# ------------------------------------------------------------------ no numbers
def _counts_nothing(said: Said) -> bool:
    if said.unit == "date" or said.ranged:
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


# ------------------------------------------------------------------ kinds
def _kind(said: Said) -> NumberKind:
    if said.unit == "date":
        return "calendar"
    if said.unit == "people" or _is_team_of(said):
        return "headcount"
    if _is_impact(said):
        return "impact"
    return "calendar" if said.unit == "time" else "scale"


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


def _is_impact(said: Said) -> bool:
    if _is_direct_outcome(said):
        return True
    clause = _clause(said)
    lemmas = {t.lemma_.lower() for t in clause} | {t.lower_ for t in clause}
    lists = word_lists()
    if lemmas & lists["target.lemmas"] and not lemmas & lists["target.stronger"]:
        return False
    if said.value == "zero" and said.noun in lists["outcome.of_zero"]:
        return True
    if not _can_be_outcome(said):
        return False
    if said.doc[said.start].lower_ in lists["words.multiples"]:
        return True
    return bool(lemmas & lists["outcome.words"]) or _has_outcome_verb(said, clause)


def _is_direct_outcome(said: Said) -> bool:
    """As in "two weeks late", "up eleven percent", "hit four nines"."""
    lists = word_lists()
    measured = said.unit in ("percent", "money", "time", "technical")
    if measured and word_at(said.doc, said.end) in lists["outcome.after"]:
        return True
    if said.before in ("up", "down") and said.unit in ("percent", "money", "noun"):
        return True
    if word_at(said.doc, said.start - 2) in ("up", "down") and said.before == "from":
        return True
    exact = said.unit == "percent" or "." in said.value
    return exact and said.before in lists["outcome.attained"]


def _can_be_outcome(said: Said) -> bool:
    """Whether what it counts can be an outcome: time only if won or lost."""
    lists = word_lists()
    if said.unit == "time" and not said.ranged:
        after = word_at(said.doc, said.end)
        directed = after in lists["outcome.words"]
        return directed or said.before not in lists["target.durations"]
    if said.unit == "noun" and not said.ranged:
        return said.noun in lists["outcome.counted"] or said.value == "half"
    if not said.unit and not said.ranged:
        return said.before in _REACHED or "." in said.value
    return True


def _has_outcome_verb(said: Said, clause: tuple[Token, ...]) -> bool:
    lists = word_lists()
    found = {t.lemma_.lower() for t in clause if _is_verb(t)} & lists["outcome.verbs"]
    if found - lists["outcome.weak_verbs"]:
        return True
    words = {t.lower_ for t in clause if t.i < said.start or t.i >= said.end}
    if found == {"take"} and said.unit == "time" and not said.ranged:
        return False  # "took two weeks off"
    directed = said.ranged or bool(words & lists["outcome.directions"])
    return bool(found) and directed


def _is_verb(token: Token) -> bool:
    return bool(token.tag_.startswith("VB")) or token.lower_ in ("cut", "cost")


def _clause(said: Said) -> tuple[Token, ...]:
    """The words around a number up to where the clause ends on either side."""
    sentence = said.doc[said.start].sent
    left, has_verb = said.start, False
    while left > sentence.start and not (has_verb and _breaks(said.doc[left - 1])):
        left -= 1
        has_verb = has_verb or said.doc[left].tag_.startswith("VB")
    right = said.end
    while right < sentence.end and not _breaks(said.doc[right]):
        right += 1
    return tuple(said.doc[left:right])


def _breaks(token: Token) -> bool:
    return token.lower_ in _BREAKERS or token.text in _STOPS
