"""What is said to the speaker: advice, the one change, and the words it names.

Everything comes from the texts of criteria.toml and from the speaker's own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby, islice

from voicecoach.questions import FollowUpQuestion, Question
from voicecoach.rubric.case import Case
from voicecoach.rubric.clauses import MOST_WORDS, clause_of, clauses_in
from voicecoach.rubric.criteria import Criterion, rubric
from voicecoach.rubric.phrases import part_in_words, slots_of, tense
from voicecoach.rubric.results import Change, Finding
from voicecoach.timeline import Answer, Quote, clock, is_filled_pause

WHOLE = "I heard no gap worth a change."
COULD_GO = -1.0
"""Standard deviations to the weak side (`substance`) from which a sentence could go: of
those beyond it 8 in 10 are labelled weak and 1 in 8 good (benchmarks/substance.py)."""
LEAST_TOKENS = 6
"""Shorter sentences cost no time."""
MOST_CARRYING = 4
"""Sentences among which one of the speaker's own doing is looked for, to be kept."""
MOST_QUOTED = 20
"""Words of a sentence that is said back whole."""
FIRST, OTHER_PEOPLE = 4, frozenset({"he", "she", "they"})
"""Who is spoken of in the first words of a sentence that is about others."""
MOST_HELD = 40
"""Words of one that tells what was done to others: which clause does is not known."""


def spoken_slots(slots: Mapping[str, str]) -> dict[str, str]:
    """Slots with the missing part as one says it."""
    return {k: part_in_words(v) if k == "missing" else v for k, v in slots.items()}


def one_change(case: Case, findings: Sequence[Finding]) -> Change:
    """The most valuable change in plain words; what to keep when there is none.

    Args:
        case: the answer.
        findings: what is worth saying, gaps by how much they are wanted.
    """
    gaps = [f for f in findings if f.kind == "gap"]
    if not gaps:
        praised = [f.evidence[0] for f in findings if f.kind == "strength"]
        return Change(_keep(case, WHOLE, praised))
    return Change(_change(gaps[0], case), gaps[0].criterion)


def _change(gap: Finding, case: Case) -> str:
    """The text of a gap with the speaker's words, or the one that needs none."""
    criterion = rubric().by_id[gap.criterion]
    held = rubric().held(gap.slots.get("against", ""))
    change = held.remedy(gap.slots.get("remedy")).change if held else criterion.change
    slots = {
        "missing": part_in_words(_missing(case)),
        "problem": gap.advice,
        "point": _point(case),
        **tense(past=is_past(case)),
        **gap.slots,
    }
    if gap.evidence:
        quote = gap.evidence[0]
        slots |= {"quote": trimmed(quote.text), "time": at(quote)}
    fits = slots_of(change) <= slots.keys()
    told = (change if fits else (held or criterion).change_bare).format_map(slots)
    if held is None and not gap.evidence and _is_asked_for(criterion, case.question):
        return f"{rubric().follow_ups.unheard} {told}"
    return told


def _is_asked_for(criterion: Criterion, question: Question) -> bool:
    """Whether a follow-up is about it."""
    return isinstance(question, FollowUpQuestion) and question.probes == criterion.id


def quotable(index: int, case: Case) -> Quote | None:
    """An utterance as it can be said back: whole, or its longest clause that can stand.

    None where an um is in the middle: nobody wants that said back.
    """
    whole = case.seen.whole(index)
    if len(case.plain.as_said(whole).text.split()) > MOST_QUOTED:
        told = [c.quote(case.reading) for c in clauses_in(case.reading, whole)]
        whole = max(told, key=lambda clause: len(clause.text), default=None) or (
            _first_words(whole, case.reading.answer, MOST_WORDS)
        )
    quote = case.plain.as_said(whole)
    return None if any(map(is_filled_pause, quote.text.split())) else quote


def quotable_whole(index: int, case: Case) -> Quote | None:
    """An utterance as it is said back where no clause of it can be told to be the one.

    Up to `MOST_HELD` words, of those the longest stretch without an um; None where that
    is too short.
    """
    first = _first_words(case.seen.whole(index), case.reading.answer, MOST_HELD)
    said, quote = case.plain.said, case.plain.as_said(first)
    stretches = (
        list(words)
        for held_up, words in groupby(
            said.within(quote), lambda i: is_filled_pause(said.words[i].text)
        )
        if not held_up
    )
    longest = max(stretches, key=len, default=[])
    if len(longest) < LEAST_TOKENS:
        return None
    return said.quote(longest[0], longest[-1])


def tense_at(index: int | None, case: Case) -> dict[str, str]:
    """The verbs of the texts in the tense of an utterance, or of the question."""
    whole = None if index is None else case.seen.whole(index)
    clause = clause_of(case.reading, whole) if whole else None
    past = clause.is_past(case.reading) if clause else is_past(case)
    return tense(past=past)


def _first_words(quote: Quote, answer: Answer, most: int) -> Quote:
    """As many as may be quoted; of more, up to a comma if there is one."""
    within = answer.within(quote)
    if len(within) <= most:
        return quote
    words = within[:most]
    marked = [i for i in words if answer.words[i].text.endswith((",", ";", ":"))]
    far = [i for i in marked if i - words[0] >= LEAST_TOKENS]
    return answer.quote(words[0], far[-1] if far else words[-1])


def is_past(case: Case) -> bool:
    """Whether the question asks for what was, where no words tell the tense."""
    return case.is_story or case.question.structure == "star_l"


def _point(case: Case) -> str:
    return "the outcome" if case.question.structure == "star_l" else "your answer"


def trimmed(text: str) -> str:
    """A quote without filled pauses and marks at its edges."""
    words = text.split()
    while words and is_filled_pause(words[0]):
        words = words[1:]
    while words and is_filled_pause(words[-1]):
        words = words[:-1]
    return " ".join(words).rstrip(",;:.")


def at(quote: Quote) -> str:
    """When it was said (" at 1:12"); empty when it was typed."""
    return "" if quote.span is None else f" at {clock(quote.span.start_s)}"


def _missing(case: Case) -> str:
    said, names = case.parts
    return next((name for name in names if name not in said), "the end")


def _keep(case: Case, text: str, praised: Sequence[Quote]) -> str:
    """With nothing to change: the sentence that carries it, and one that could go.

    Args:
        case: the answer.
        text: that nothing is to be changed.
        praised: what is quoted for strengths, the best first.
    """
    whole = (f"“{trimmed(q.text)}”{at(q)}" for q in praised if can_be_kept(q))
    if carrying := next(whole, "") or _carrying(case):
        text += f" Sentences like {carrying} carry it: keep them."
    if worst := _least_telling(case):
        text += f" If you want it shorter, leave out {worst}: it says little of you."
    return text


def can_be_kept(quote: Quote) -> bool:
    """Whether a sentence can be said back whole, and is not about what others did."""
    words = quote.text.lower().split()
    others = {re.split(r"\W", word)[0] for word in words[:FIRST]} & OTHER_PEOPLE
    whole = not any(map(is_filled_pause, words)) and '"' not in quote.text
    return whole and not others and LEAST_TOKENS <= len(words) <= MOST_QUOTED


def _carrying(case: Case) -> str:
    """Of the sentences that show most a clause of the speaker's own; "" for none."""
    told = (_told(at, case, deeds=True) for at in case.carrying)
    best = list(islice(filter(None, told), MOST_CARRYING))
    if not best:  # nothing is done in it: an estimate, a definition
        said = (_told(at, case, deeds=False) for at in case.carrying)
        best = list(islice(filter(None, said), 1))
    own = [one for one in best if one.startswith("“I ")] or best
    return own[0] if own else ""


def _least_telling(case: Case) -> str:
    """The sentence furthest out on the weak side that anybody could say; "" if none."""
    far = [
        (float(side), utterance.index)
        for utterance, side in zip(case.seen.utterances, case.sides, strict=True)
        if len(utterance.tokens) >= LEAST_TOKENS
        and side <= COULD_GO
        and case.shown.at("generic", utterance.index) >= rubric().shown.tainted
    ]
    told = (_told(at, case, deeds=False) for _, at in sorted(far))
    return next(filter(None, told), "")


def _told(index: int, case: Case, *, deeds: bool) -> str:
    """A sentence by its best clause or first words; "" where an um is in them.

    With ``deeds``, only if something is done in it: a scene carries nothing.
    """
    best = max(
        clauses_in(case.reading, case.seen.whole(index)),
        key=lambda clause: (clause.is_deed(case.reading), clause.last - clause.first),
        default=None,
    )
    if deeds and (best is None or not best.is_deed(case.reading)):
        return ""
    if best is not None:
        begun = best.quote(case.reading)
    else:
        words = case.seen.utterances[index].tokens[:MOST_WORDS]
        begun = case.reading.quote(words[0], words[-1])
    quote = case.plain.as_said(begun)
    if any(map(is_filled_pause, quote.text.split())):
        return ""
    return f"“{trimmed(quote.text)}”{at(quote)}"
