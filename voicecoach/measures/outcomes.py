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

from voicecoach.measures.number_said import (
    Said,
    clause_of,
    is_cardinal,
    is_habit,
    is_intended,
    is_past,
    is_sequence,
    is_threshold,
    is_unreal,
    tense,
    verb_of,
    word_at,
    word_lists,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_REACHED = ("to", "by", "at", "below", "above", "under", "about", "around", "in")
_FAR = 14
"""Tokens: two amounts further apart are not held against each other."""
_NEAR = 6
"""Tokens around two amounts in which a word like "used to" or "instead" joins them."""
_TOLD_OF = ("nsubj", "nsubjpass", "dative")
"""Where in the clause one stands whom the verb befell."""
_FAMILIES = ("time", "technical")
"""Units that come to the same family: both are stretches of time."""


def is_impact(said: Said, others: Sequence[Said]) -> bool:
    """Whether a number tells an outcome.

    Args:
        said: the number.
        others: all numbers of the answer, in order, for what it is compared with.
    """
    clause = clause_of(said)
    if is_unreal(said, clause) or is_threshold(said):
        return False
    if _is_compared(said, others):
        return True
    if is_intended(said, clause) or is_sequence(said) or is_habit(said, clause):
        return False
    if said.unit == "people":
        return _is_harm(said, clause)
    if _is_direct(said) or _is_told(said, clause):
        return True
    return _is_against_intention(said, clause, others)


def _is_told(said: Said, clause: tuple[Token, ...]) -> bool:
    """Whether the words of its clause tell an outcome."""
    if _is_nothing_lost(said) or _is_fate_of_part(said, clause):
        return True
    if _is_metric_held(said, clause) or _is_recovery(said, clause):
        return True
    if _is_harm(said, clause) or _is_removal(said, clause):
        return True
    return _is_won_or_lost(said, clause)


# ------------------------------------------------------------------ by itself
def _is_direct(said: Said) -> bool:
    """As in "two weeks late", "up eleven percent", "hit four nines", "doubled"."""
    ways = (_is_directed, _is_raised, _is_attained, _is_multiple, _is_before_date)
    return any(way(said) for way in ways)


def _is_directed(said: Said) -> bool:
    """As in "two weeks late", "12% more"."""
    after = word_at(said.doc, said.end)
    measured = said.unit in ("percent", "money", "time", "technical") or said.is_big
    if not said.unit and after in ("ahead", "behind", "early", "late"):
        return said.before not in ("the", "those")
    directed = measured and after in word_lists()["outcome.after"]
    return directed or (said.unit == "percent" and after == "more")


def _is_raised(said: Said) -> bool:
    """As in "up eleven percent", "down by about a fifth", "down from nine"."""
    amount = said.unit in ("percent", "money", "noun") or said.is_fraction
    if said.before in ("up", "down") and amount:
        return True
    led = f" {said.doc[max(0, said.start - 3) : said.start].text.lower()} "
    if amount and (" up by " in led or " down by " in led):
        return True
    return said.before == "from" and word_at(said.doc, said.start - 2) in ("up", "down")


def _is_attained(said: Said) -> bool:
    """As in "hit four nines", "came in at eleven"."""
    exact = said.unit == "percent" or "." in said.value
    if exact and said.led_by in word_lists()["outcome.attained"]:
        return True
    came_in = [word_at(said.doc, said.start - k) for k in (1, 2)] == ["at", "in"]
    return came_in and said.doc[said.start - 3].lemma_ == "come"


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
            return not is_unreal(other, clause_of(other))
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
    if says_now and {tense(first), tense(second)} == {"past", "present"}:
        return True
    return _is_past_and_present(first, second)


def _follows_instead(said: Said) -> bool:
    """As in "instead of six vendors we've got two"."""
    return [word_at(said.doc, said.start - k) for k in (1, 2)] == ["of", "instead"]


def _is_past_and_present(first: Said, second: Said) -> bool:
    """As in "the run that took 14 hours finishes in two"."""
    for verb in map(verb_of, (first, second)):
        if verb is None or verb.lemma_ not in word_lists()["contrast.durations"]:
            return False
        if any(c.lower_ in ("i", "we") and c.dep_ == "nsubj" for c in verb.children):
            return False
    return {tense(first), tense(second)} == {"past", "present"}


def _is_now_alone(said: Said) -> bool:
    """As in "recovery takes under a minute now"."""
    if said.unit not in _FAMILIES:
        return False
    verb = verb_of(said)
    if verb is None or verb.tag_ != "VBZ" or verb.lemma_ == "be":
        return False
    if verb.lemma_ not in word_lists()["contrast.durations"]:
        return False
    around = {t.lower_ for t in clause_of(said)}
    return bool(around & word_lists()["contrast.now"])


def _is_against_intention(
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
    if not (said.part or _is_none_of(said) or _is_out_of_whole(said)) or not is_past(
        clause
    ):
        return False
    lemmas = {t.lemma_.lower() for t in clause}
    return bool(lemmas & word_lists()["outcome.fates"])


def _is_out_of_whole(said: Said) -> bool:
    """As in "out of forty risks only two came true"."""
    words = [t.lower_ for t in said.doc[said.first.sent.start : said.start]]
    return "out of" in " ".join(words) and any(map(is_cardinal, words))


def _is_none_of(said: Said) -> bool:
    before = [word_at(said.doc, said.start - k) for k in range(1, 4)]
    return "of" in before and bool({"none", "all"} & set(before))


def _is_metric_held(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "availability has been 99.9% since", "errors stayed under 0.1 percent"."""
    exact = said.unit in ("percent", "technical", "money") or "." in said.value
    metrics = word_lists()["outcome.metrics"]
    named = any(t.lemma_.lower() in metrics for t in clause)
    if not exact or not (named or said.value.startswith("99.")):
        return False
    lemmas = {t.lemma_.lower() for t in clause}
    words = {t.lower_ for t in clause}
    held = lemmas & word_lists()["outcome.holding"]
    lasted = any(t.lower_ == "since" for t in said.first.sent) and bool(
        words & {"been", "had"}
    )
    came_to = named and said.value.startswith("99.") and tense(said) == "past"
    return bool(held or lasted or came_to or "since" in _just_after(said))


def _just_after(said: Said) -> set[str]:
    return {t.lower_ for t in said.doc[said.end : said.end + 2]}


def _is_recovery(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "everything was back up after twenty minutes", "the rollback took four"."""
    if said.unit not in _FAMILIES:
        return False
    verb = verb_of(said)
    if verb is not None and verb.tag_ == "VBD" and verb.lemma_ in ("take", "last"):
        subjects = {c.lemma_ for c in verb.lefts if c.dep_ == "nsubj"}
        return bool(subjects & word_lists()["outcome.recoveries"])
    if said.before not in word_lists()["outcome.within"]:
        return False
    text = " ".join(t.lower_ for t in clause)
    return any(phrase in text for phrase in word_lists()["outcome.restored"])


def _is_harm(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "two hundred customers couldn't log in", "corrupted 900 records"."""
    lists = word_lists()
    if said.unit not in ("noun", "people"):
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
    return because and bool(_words(sentence) & word_lists()["harm.causes"])


def _is_removal(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "let us turn off sixty servers", "decommissioned four clusters".

    What only "retired three systems" may be a task of the plan; where the change let
    somebody do it, it is the outcome.
    """
    if said.unit != "noun":
        return False
    lists = word_lists()
    words = _words(clause)
    text = " ".join(t.lemma_.lower() for t in clause)
    enabled = bool(words & lists["removal.enabling"])
    off = any(phrase in text for phrase in lists["removal.off"])
    if enabled:
        return off or bool(words & lists["removal.verbs"])
    return off and is_past(clause)


def _is_won_or_lost(said: Said, clause: tuple[Token, ...]) -> bool:
    """By a verb of change or a word of gain and loss: "cut by a third", "saved"."""
    if not _can_be_outcome(said, clause):
        return _is_cost(said, clause)
    lists = word_lists()
    if said.first.lower_ in lists["words.multiples"] or _is_cost(said, clause):
        return True
    return bool(_words(clause) & lists["outcome.words"]) or _has_verb(said, clause)


def _is_cost(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "we stopped paying nine thousand", "it had been leaking $300 a day"."""
    text = " ".join(t.lemma_.lower() for t in clause)
    if any(phrase in text for phrase in word_lists()["outcome.ended"]):
        return True
    verb = verb_of(said)
    ran = verb is not None and verb.tag_ == "VBG" and is_past(clause)
    between = {t.lower_ for t in said.doc[said.value_end : said.end]}
    rated = bool(between & word_lists()["units.per"])
    return ran and rated and said.unit in ("money", "")


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
        counted = counted or said.led_by == "by"
        return counted or said.part or bool(_words(clause) & lists["outcome.losses"])
    if not said.unit:
        factor = [word_at(said.doc, said.start - k) for k in (1, 2)] == ["of", "factor"]
        reached = said.led_by in _REACHED or "." in said.value
        return factor or said.part or said.is_big or reached
    return True


def _has_verb(said: Said, clause: tuple[Token, ...]) -> bool:
    lists = word_lists()
    verbs = {t.lemma_.lower() for t in clause if _is_verb(t)}
    if said.ranged and verbs & lists["outcome.shifts"]:
        return True  # "the score moved from 2.9 to 4.3"
    found = verbs & lists["outcome.verbs"]
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
