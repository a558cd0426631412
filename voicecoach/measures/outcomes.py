"""Whether a number is attached to an outcome of the work, and not only to its size.

    used to take [five weeks], now it's [nine days]     then against now
    [nine out of ten] tickets were closed               what became of a part
    availability has been [99.9%] since                 a metric that held
    page me when errors go over [two percent]           a threshold: no outcome
    that would save [ten weeks]                         a guess: no outcome

One function a way of saying; the words are data/numbers.toml.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voicecoach.measures.number_said import Said, word_at, word_lists

if TYPE_CHECKING:
    from spacy.tokens import Token

_STOPS = (".", ",", ";", ":", "?", "!", "-", "–", "—")  # noqa: RUF001 - real dashes
_REACHED = ("to", "by", "at", "below", "above", "under", "about", "around", "in")
_FAR = 14
"""Tokens: two amounts further apart are not held against each other."""
_NEAR = 6
"""Tokens around two amounts in which a word like "used to" or "instead" joins them."""
_FAMILIES = ("time", "technical")
"""Units that come to the same family: both are stretches of time."""


def is_impact(said: Said, others: Sequence[Said]) -> bool:
    """Whether a number tells an outcome.

    Args:
        said: the number.
        others: all numbers of the answer, in order, for what it is compared with.
    """
    clause = clause_of(said)
    if _is_unreal(said, clause) or _is_threshold(said):
        return False
    if _is_direct(said) or _is_compared(said, others):
        return True
    return not _is_target(said, clause) and _is_told(said, clause)


def _is_told(said: Said, clause: tuple[Token, ...]) -> bool:
    """Whether the words of its clause tell an outcome."""
    if _is_nothing_lost(said) or _is_fate_of_part(said, clause):
        return True
    if _is_metric_held(said, clause) or _is_recovery(said, clause):
        return True
    if _is_harm(said, clause):
        return True
    return _is_won_or_lost(said, clause)


# ------------------------------------------------------------------ no outcome
def _is_unreal(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "it would save ten weeks", not "it would have cost us ten"."""
    modals = word_lists()["target.modals"]
    for token in clause:
        if token.tag_ == "MD" and token.lower_ in modals:
            after = {t.lower_ for t in said.doc[token.i + 1 : token.i + 4]}
            return not after & {"have", "'ve", "of"}
    return False


def _is_target(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "the goal was 20%"; "missed the goal by 20%" is none."""
    around = _words(tuple(t for t in clause if not said.start <= t.i < said.end))
    lists = word_lists()
    return bool(around & lists["target.lemmas"]) and not (
        around & lists["target.stronger"]
    )


def _is_threshold(said: Said) -> bool:
    """As in "when errors go over two percent": a condition, unless it is past."""
    for i in range(said.start - 1, max(said.first.sent.start, said.start - 12) - 1, -1):
        token = said.doc[i]
        if token.text in _STOPS or token.tag_ == "VBD":
            return False
        if token.lower_ in word_lists()["target.conditions"]:
            return True
    return False


# ------------------------------------------------------------------ by itself
def _is_direct(said: Said) -> bool:
    """As in "two weeks late", "up eleven percent", "hit four nines", "doubled"."""
    ways = (_is_directed, _is_raised, _is_attained, _is_multiple, _is_before_date)
    return any(way(said) for way in ways)


def _is_directed(said: Said) -> bool:
    """As in "two weeks late", "12% more"."""
    after = word_at(said.doc, said.end)
    measured = said.unit in ("percent", "money", "time", "technical") or said.is_big
    directed = measured and after in word_lists()["outcome.after"]
    return directed or (said.unit == "percent" and after == "more")


def _is_raised(said: Said) -> bool:
    """As in "up eleven percent", "down from nine"."""
    amount = said.unit in ("percent", "money", "noun") or _is_fraction(said)
    if said.before in ("up", "down") and amount:
        return True
    return said.before == "from" and word_at(said.doc, said.start - 2) in ("up", "down")


def _is_attained(said: Said) -> bool:
    """As in "hit four nines", "came in at eleven"."""
    exact = said.unit == "percent" or "." in said.value
    if exact and said.led_by in word_lists()["outcome.attained"]:
        return True
    came_in = [word_at(said.doc, said.start - k) for k in (1, 2)] == ["at", "in"]
    return came_in and said.doc[said.start - 3].lemma_ == "come"


def _is_fraction(said: Said) -> bool:
    last = word_at(said.doc, said.value_end - 1)
    return last in word_lists()["words.fractions"]


def _is_multiple(said: Said) -> bool:
    """As in "three times as fast", "3,000,000 fewer rows", "a third of what it was"."""
    after = " ".join(word_at(said.doc, said.end + k) for k in range(3))
    if said.part and after.startswith(("of what", "of the original", "of the old")):
        return True
    between = {t.lower_ for t in said.doc[said.value_end : said.end]}
    if between & {"fewer", "less"}:
        return True
    return "times" in between and word_at(said.doc, said.end) == "as"


def _is_before_date(said: Said) -> bool:
    """As in "eleven days before the deadline", "a week ahead of plan"."""
    if said.unit != "time" or word_at(said.doc, said.end) not in ("before", "after"):
        return False
    behind = {t.lower_ for t in said.doc[said.end + 1 : said.end + 4]}
    return bool(behind & word_lists()["outcome.dates"])


# ------------------------------------------------------------------ compared
def _is_compared(said: Said, others: Sequence[Said]) -> bool:
    """Whether it stands against another amount: one then, one now."""
    if said.unit in ("people", "date"):
        return False
    for other in others:
        if other is said or not _are_alike(said, other):
            continue
        first, second = sorted((said, other), key=lambda s: s.start)
        if 0 <= second.start - first.end <= _FAR and _is_contrast(first, second):
            return not _is_unreal(other, clause_of(other))
    return _is_now_alone(said)


def _are_alike(one: Said, other: Said) -> bool:
    """Whether both count the same thing; a bare number takes the other's unit."""
    if "date" in (one.unit, other.unit) or "people" in (one.unit, other.unit):
        return False
    if not one.unit or not other.unit:
        return True
    if one.unit == other.unit == "noun":
        return one.noun == other.noun
    return one.unit == other.unit or {one.unit, other.unit} == set(_FAMILIES)


def _is_contrast(first: Said, second: Said) -> bool:
    """Whether a word, or the tenses, set two amounts against each other."""
    doc, lists = first.doc, word_lists()
    between = [t.lower_ for t in doc[first.end : second.start]]
    joined = " ".join([*between, "instead of"] if _follows_instead(first) else between)
    if any(f" {phrase} " in f" {joined} " for phrase in lists["contrast.between"]):
        return True
    start = max(0, first.start - _NEAR)
    near = doc[start : second.end + _NEAR]
    around = " ".join(t.lower_ for t in near)
    if any(f" {phrase} " in f" {around} " for phrase in lists["contrast.then"]):
        return True
    says_now = any(t.lower_ in lists["contrast.today"] for t in near)
    if says_now and {_tense(first), _tense(second)} == {"past", "present"}:
        return True
    return _is_past_and_present(first, second)


def _tense(said: Said) -> str:
    """Of the verb that the amount hangs on: "past", "present" or ""."""
    verb = _verb_of(said)
    if verb is None:
        return ""
    finite = [verb, *(c for c in verb.children if c.dep_ in ("aux", "auxpass"))]
    tags = {token.tag_ for token in finite}
    if "VBD" in tags:
        return "past"
    return "present" if tags & {"VBZ", "VBP"} else ""


def _follows_instead(said: Said) -> bool:
    """As in "instead of six vendors we've got two"."""
    return [word_at(said.doc, said.start - k) for k in (1, 2)] == ["of", "instead"]


def _is_past_and_present(first: Said, second: Said) -> bool:
    """As in "the run that took 14 hours finishes in two"."""
    for verb in map(_verb_of, (first, second)):
        if verb is None or verb.lemma_ not in word_lists()["contrast.durations"]:
            return False
        if any(c.lower_ in ("i", "we") and c.dep_ == "nsubj" for c in verb.children):
            return False
    return {_tense(first), _tense(second)} == {"past", "present"}


def _verb_of(said: Said) -> Token | None:
    """The verb that an amount hangs on."""
    token = said.last
    for _ in range(6):
        if token.pos_ in ("VERB", "AUX") or token.head == token:
            break
        token = token.head
    return token if token.pos_ in ("VERB", "AUX") else None


def _is_now_alone(said: Said) -> bool:
    """As in "recovery takes under a minute now"."""
    if said.unit not in _FAMILIES:
        return False
    verb = _verb_of(said)
    if verb is None or verb.tag_ != "VBZ" or verb.lemma_ == "be":
        return False
    if verb.lemma_ not in word_lists()["contrast.durations"]:
        return False
    around = {t.lower_ for t in clause_of(said)}
    return bool(around & word_lists()["contrast.now"])


# ------------------------------------------------------------------ told
def _is_nothing_lost(said: Said) -> bool:
    """As in "zero downtime", "no pages since", "zero lost orders"."""
    if said.value not in ("zero", "0", "no", "not one", "not a single"):
        return False
    lists = word_lists()
    between = {t.lower_ for t in said.doc[said.value_end : said.end]}
    return said.noun in lists["outcome.of_zero"] or bool(
        between & lists["outcome.spoiled"]
    )


def _is_fate_of_part(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "kept eleven of the twelve renewals", "half of the alerts were noise"."""
    if not (said.part or _is_none_of(said)) or not _is_past(clause):
        return False
    lemmas = {t.lemma_.lower() for t in clause}
    return bool(lemmas & word_lists()["outcome.fates"])


def _is_none_of(said: Said) -> bool:
    before = [word_at(said.doc, said.start - k) for k in range(1, 4)]
    return "of" in before and bool({"none", "all"} & set(before))


def _is_past(clause: tuple[Token, ...]) -> bool:
    """Past, perfect, or a present that says "now"."""
    tags = {t.tag_ for t in clause}
    words = {t.lower_ for t in clause}
    return bool(tags & {"VBD", "VBN"} or words & word_lists()["contrast.now"])


def _is_metric_held(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "availability has been 99.9% since", "errors stayed under 0.1 percent"."""
    exact = said.unit in ("percent", "technical", "money") or "." in said.value
    metrics = word_lists()["outcome.metrics"]
    if not exact or not any(t.lemma_.lower() in metrics for t in clause):
        return False
    lemmas = {t.lemma_.lower() for t in clause}
    words = {t.lower_ for t in clause}
    held = lemmas & word_lists()["outcome.holding"]
    return bool(held or {"been", "since"} <= words or "since" in _just_after(said))


def _just_after(said: Said) -> set[str]:
    return {t.lower_ for t in said.doc[said.end : said.end + 2]}


def _is_recovery(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "everything was back up after twenty minutes"."""
    if said.unit not in _FAMILIES or said.before not in word_lists()["outcome.within"]:
        return False
    text = " ".join(t.lower_ for t in clause)
    return any(phrase in text for phrase in word_lists()["outcome.restored"])


def _is_harm(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "two hundred customers couldn't log in"."""
    if said.unit != "noun" or said.noun not in word_lists()["outcome.counted"]:
        return False
    words = {t.lower_ for t in clause}
    unable = "could" in words and bool(words & {"n't", "not"})
    return unable or bool(words & word_lists()["outcome.harmed"])


def _is_won_or_lost(said: Said, clause: tuple[Token, ...]) -> bool:
    """By a verb of change or a word of gain and loss: "cut by a third", "saved"."""
    if not _can_be_outcome(said, clause):
        return False
    lists = word_lists()
    if said.first.lower_ in lists["words.multiples"]:
        return True
    return bool(_words(clause) & lists["outcome.words"]) or _has_verb(said, clause)


def _can_be_outcome(said: Said, clause: tuple[Token, ...]) -> bool:
    """Whether what it counts can be an outcome: time only if won or lost."""
    lists = word_lists()
    if said.ranged:
        return True
    if said.unit == "time":
        after = word_at(said.doc, said.end)
        directed = after in lists["outcome.words"]
        return directed or said.before not in lists["target.durations"]
    if said.unit == "noun":
        counted = said.noun in lists["outcome.counted"] or said.value == "half"
        return counted or said.part or bool(_words(clause) & lists["outcome.losses"])
    if not said.unit:
        factor = [word_at(said.doc, said.start - k) for k in (1, 2)] == ["of", "factor"]
        reached = said.led_by in _REACHED or "." in said.value
        return factor or said.part or said.is_big or reached
    return True


def _has_verb(said: Said, clause: tuple[Token, ...]) -> bool:
    lists = word_lists()
    found = {t.lemma_.lower() for t in clause if _is_verb(t)} & lists["outcome.verbs"]
    if found - lists["outcome.weak_verbs"]:
        return True
    if found == {"take"} and said.unit == "time" and not said.ranged:
        return False  # "took two weeks off"
    if found == {"add"} and said.unit not in ("technical", "percent", "money"):
        return False  # "added two weeks of tests to the plan"
    words = {t.lower_ for t in clause if t.i < said.start or t.i >= said.end}
    directed = said.ranged or bool(words & lists["outcome.directions"])
    return bool(found) and directed


def _is_verb(token: Token) -> bool:
    return bool(token.tag_.startswith("VB")) or token.lower_ in ("cut", "cost")


def _words(clause: tuple[Token, ...]) -> set[str]:
    """Lemmas and forms, lower case."""
    return {t.lemma_.lower() for t in clause} | {t.lower_ for t in clause}


def clause_of(said: Said) -> tuple[Token, ...]:
    """The words around a number up to where the clause ends on either side."""
    sentence = said.first.sent
    left, has_verb = said.start, False
    while left > sentence.start and not (has_verb and _breaks(said.doc[left - 1])):
        left -= 1
        has_verb = has_verb or said.doc[left].tag_.startswith("VB")
    right = said.end
    while right < sentence.end and not _breaks(said.doc[right]):
        right += 1
    return tuple(said.doc[left:right])


def _breaks(token: Token) -> bool:
    return token.lower_ in word_lists()["clause.breakers"] or token.text in _STOPS
