"""Whether a number is attached to an outcome of the work, and not only to its size.

    down by [180 ms], [two weeks] late, [doubled]       won or lost
    [nine out of ten] tickets were closed               what became of a part
    availability has been [99.9%] since                 a metric that held
    page me when errors go over [two percent]           a threshold: no outcome
    that would save [ten weeks]                         a guess: no outcome

One function a way of saying; the words are data/numbers.toml. Then against now is
number_contrast.py, harm number_harm.py, removals number_relief.py, and what was only
meant or supposed number_mood.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voicecoach.measures.number_contrast import (
    is_against_intention,
    is_compared,
    is_deliberated,
)
from voicecoach.measures.number_harm import (
    is_averted,
    is_harm,
    is_nothing_lost,
    is_recovery,
    is_standstill,
)
from voicecoach.measures.number_mood import (
    is_habit,
    is_intended,
    is_sequence,
    is_threshold,
    is_unreal,
)
from voicecoach.measures.number_relief import is_cost_ended, is_removal, is_toil_gone
from voicecoach.measures.number_said import (
    NOTHING,
    STRETCHES,
    Said,
    clause_of,
    is_cardinal,
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

_REACHED = ("to", "by", "at", "below", "above", "under", "about", "around", "in")


def is_impact(said: Said, others: Sequence[Said]) -> bool:
    """Whether a number tells an outcome.

    Args:
        said: the number.
        others: all numbers of the answer, in order, for what it is compared with.
    """
    clause = clause_of(said)
    if is_unreal(said, clause) or is_threshold(said) or is_deliberated(said, others):
        return False
    if is_compared(said, others):
        return True
    if is_intended(said, clause) or _is_no_change(said, clause):
        return False
    if said.unit == "people":
        return is_harm(said, clause)
    if _is_direct(said) or _is_told(said, clause):
        return True
    return is_against_intention(said, clause, others)


def _is_told(said: Said, clause: tuple[Token, ...]) -> bool:
    """Whether the words of its clause tell an outcome."""
    if is_nothing_lost(said, clause) or _is_fate_of_part(said, clause):
        return True
    if _is_metric_held(said, clause) or is_recovery(said, clause):
        return True
    if is_harm(said, clause) or is_standstill(said, clause):
        return True
    if is_averted(said) or is_removal(said, clause) or is_toil_gone(said):
        return True
    return _is_won_or_lost(said, clause)


def _is_no_change(said: Said, clause: tuple[Token, ...]) -> bool:
    """Whether it tells when it was, what always is, or how long people sat."""
    return is_sequence(said) or is_habit(said, clause) or _is_gathering(said, clause)


def _is_gathering(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "the meeting ran twenty minutes over": no outcome."""
    subjects = subjects_of(clause)
    return said.unit == "time" and bool(subjects & word_lists()["target.gatherings"])


# ------------------------------------------------------------------ by itself
def _is_direct(said: Said) -> bool:
    """As in "two weeks late", "up eleven percent", "hit four nines", "doubled"."""
    ways = (_is_directed, _is_raised, _is_attained, _is_multiple, _is_before_date)
    return any(way(said) for way in ways)


def _is_directed(said: Said) -> bool:
    """As in "two weeks late", "12% more"."""
    after = word_at(said.doc, said.end)
    lead = words_of(t for t in clause_of(said) if t.i < said.start)
    if lead & word_lists()["contrast.considered"]:
        return False  # "the second option was ten percent cheaper"
    measured = said.unit in ("percent", "money", *STRETCHES)
    measured = measured or said.is_big or said.is_fraction
    if not said.unit and after in ("ahead", "behind", "early", "late"):
        return said.before not in ("the", "those") and not said.is_nothing
    directed = measured and (after in word_lists()["outcome.after"] or _compares(said))
    return directed or (said.unit == "percent" and after == "more")


def _compares(said: Said) -> bool:
    """As in "fourteen percent smaller", not "ten years older"."""
    if said.end >= len(said.doc) or said.doc[said.end].tag_ not in ("JJR", "RBR"):
        return False
    verb = verb_of(said)
    if verb is not None and verb.lemma_ in ("get", "become", "make"):
        return True  # "battery life got an hour longer"
    return said.doc[said.end].lower_ not in word_lists()["outcome.no_change"]


def _is_raised(said: Said) -> bool:
    """As in "up eleven percent", "down by about a fifth", "down from nine"."""
    amount = said.unit in ("percent", "money", "noun", "technical") or said.is_fraction
    if said.before in ("up", "down") and amount:
        return True
    lead = lead_of(said.doc, said.start)
    led = " ".join(word_at(said.doc, lead - k) for k in (1, 0))
    if led in ("up by", "down by") and said.unit not in ("people", "date"):
        return True
    if led == "down to" and said.unit in ("percent", "money", *STRETCHES):
        verb = verb_of(said)  # "we were down to two weeks" is what was left
        return verb is None or not subjects_of(verb.lefts) & {"we", "i"}
    return said.before == "from" and word_at(said.doc, said.start - 2) in ("up", "down")


def _is_attained(said: Said) -> bool:
    """As in "hit four nines", "came in at eleven"."""
    exact = said.unit == "percent" or "." in said.value
    if exact and said.led_by in word_lists()["outcome.attained"]:
        return True
    came_in = [word_at(said.doc, said.start - k) for k in (1, 2)] == ["at", "in"]
    return came_in and said.doc[said.start - 3].lemma_ == "come"


def _is_multiple(said: Said) -> bool:
    """As in "three times as fast", "3,000,000 fewer rows", "a third of what it was".

    And as in "from nine manual steps to none".
    """
    if said.ranged and said.last.lower_ in NOTHING:
        return True
    after = " ".join(word_at(said.doc, said.end + k) for k in range(3))
    if said.part and after.startswith(("of what", "of the original", "of the old")):
        return True
    between = {t.lower_ for t in said.doc[said.value_end : said.end]}
    if between & {"fewer", "less"}:
        return True
    return "times" in between and word_at(said.doc, said.end) == "as"


def _is_before_date(said: Said) -> bool:
    """As in "eleven days before the deadline", "a week ahead of plan"."""
    after = word_at(said.doc, said.end)
    if said.unit != "time" or after not in ("before", "after", "past"):
        return False
    behind = words_of(said.doc[said.end + 1 : said.end + 4])
    return bool(behind & word_lists()["outcome.dates"])


# ------------------------------------------------------------------ told
def _is_fate_of_part(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "kept eleven of the twelve renewals", "half of the alerts were noise"."""
    if not (said.part or _is_none_of(said) or _is_out_of_whole(said)):
        return False
    if _is_always(said, clause) or not is_past(clause):
        return False
    lemmas = {t.lemma_.lower() for t in clause}
    arrived = says(text_of(clause), "outcome.arrived")
    return arrived or bool(lemmas & word_lists()["outcome.fates"])


def _is_always(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "has one in five nodes reserved", "one in ten gets scanned by hand"."""
    verb = verb_of(said)
    if verb is None or words_of(clause) & word_lists()["contrast.now"]:
        return False
    finite = (verb, *(c for c in verb.lefts if c.dep_ == "auxpass"))
    return any(t.tag_ in ("VBZ", "VBP") for t in finite)


def _is_out_of_whole(said: Said) -> bool:
    """As in "out of forty risks only two came true"."""
    words = [t.lower_ for t in said.doc[said.first.sent.start : said.start]]
    return "out of" in " ".join(words) and any(map(is_cardinal, words))


def _is_none_of(said: Said) -> bool:
    before = [word_at(said.doc, said.start - k) for k in range(1, 4)]
    return "of" in before and bool({"none", "all"} & set(before))


def _is_metric_held(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "availability has been 99.9% since", "errors stayed under 0.1 percent"."""
    since = {t.lower_ for t in said.doc[said.end : said.end + 3]} & {"since"}
    if (
        since
        and said.led_by in ("below", "under", "above")
        and "been" in words_of(clause)
    ):
        return True  # "below ten ever since"
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


def _is_won_or_lost(said: Said, clause: tuple[Token, ...]) -> bool:
    """By a verb of change or a word of gain and loss: "cut by a third", "saved"."""
    if not _can_be_outcome(said, clause):
        return is_cost_ended(said, clause)
    lists = word_lists()
    if said.first.lower_ in lists["words.multiples"] or is_cost_ended(said, clause):
        return True
    return bool(words_of(clause) & lists["outcome.words"]) or _has_verb(said, clause)


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
        return counted or said.part or bool(words_of(clause) & lists["outcome.losses"])
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
    if token.dep_ == "auxpass":
        return False  # "one in ten gets scanned"
    return bool(token.tag_.startswith("VB")) or token.lower_ in ("cut", "cost")
