"""The interviewer's next question: what the answer left open, in the speaker's words.

    asks       every question with the chance that an interviewer finds it good (`asks`)
    in order   the likeliest first; no heading and no words of the speaker's dwelt on, a
               pushback among the first two where a choice was stated
    last       what needs no words: of each gap, then what fits every answer

It is spoken aloud, so it hangs on no quotation mark: "I cut the scope" is asked about
as "You said you cut the scope. What did that cost?"; the quote is its evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from voicecoach.questions import Question
from voicecoach.rubric.asks import BANK, CHOICES, PUSHBACK, Ask, Asking
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.gaps import NO_CASE
from voicecoach.rubric.outlook import Outlook
from voicecoach.rubric.phrases import slots_of, tense
from voicecoach.rubric.results import FollowUp, Score
from voicecoach.rubric.wording import is_past, spoken_slots

MOST_QUESTIONS = 24
"""That are put in order: nobody asks more about one answer."""
ANSWERED = 0.7
"""What the chance of a prepared question is worth if it probes a strength that is told:
readers called .33 of 135 such questions good or fair, .72 of others. What pushes at a
strength does not ask for it: of 27 such pushbacks .63, of others .73."""
AGAIN = 0.6
"""What the chance of a question is worth for each one before it that probed the same,
or that followed the same words."""


def follow_up(
    question: Question, score: Score, asked: frozenset[str] = frozenset()
) -> FollowUp:
    """Choose the next question.

    Args:
        question: that was answered.
        score: of the answer, with the questions that it leaves open, in order.
        asked: prompts that were asked already.
    """
    choices = (*score.questions, *_last_resort(question, score))
    fresh = (one for one in choices if not _was_asked(one, asked))
    return next(fresh, choices[-1])


def _was_asked(one: FollowUp, asked: frozenset[str]) -> bool:
    """Whether it was, after these words of the speaker's or others."""
    return any(prompt.endswith(one.question or one.prompt) for prompt in asked)


def questions(outlook: Outlook, answered: frozenset[str]) -> tuple[FollowUp, ...]:
    """What is left open, in the order in which it would be asked.

    Args:
        outlook: what is known of the answer.
        answered: criteria that no question needs to be about.
    """
    asking = Asking(outlook)
    rated = [
        (worth * ANSWERED if _is_asked_for(ask, asking, answered) else worth, ask)
        for worth, ask in asking.best()
        if _is_open(ask, asking, answered)
    ]
    ordered = _in_turn(rated, asking)
    if answered & set(CHOICES):
        _push_back_early(ordered, asking)
    return (
        *_for_a_case(outlook),
        *(_spoken(ask, asking) for ask in ordered),
        *_bare(outlook, answered),
    )


def _for_a_case(outlook: Outlook) -> Iterator[FollowUp]:
    """Asks for one where none was told: nothing else makes sense before."""
    held = rubric().held(NO_CASE)
    if held and outlook.case.tells_no_case:
        for prompt in held.probes:
            why = "Your answer tells how you go about it, not one time."
            yield FollowUp(prompt, held.criteria[0], why)


def _is_open(ask: Ask, asking: Asking, answered: frozenset[str]) -> bool:
    """Whether it may be asked: not what was answered, though it may be pushed at."""
    return ask.heading in (BANK, PUSHBACK) or _probed(ask, asking) not in answered


def _is_asked_for(ask: Ask, asking: Asking, answered: frozenset[str]) -> bool:
    """Whether it asks for what was told already, and does not push at it."""
    return _probed(ask, asking) in answered and not _pushes(ask, asking)


def _probed(ask: Ask, asking: Asking) -> str:
    """The criterion that it is after."""
    about = asking.about(ask)
    held = rubric().held(about)
    return held.criteria[0] if held else about


def _in_turn(rated: Sequence[tuple[float, Ask]], asking: Asking) -> list[Ask]:
    """The best first, each worth less after others like it."""
    left, ordered = list(rated), list[Ask]()
    probed, named = Counter[str](), Counter[int]()

    def worth(pair: tuple[float, Ask]) -> float:
        own, ask = pair
        words = named[ask.lead.utterance] if ask.lead else 0
        return own * AGAIN ** (probed[asking.about(ask)] + words)

    while left and len(ordered) < MOST_QUESTIONS:
        best = max(left, key=worth)
        left.remove(best)
        ask = best[1]
        ordered.append(ask)
        probed[asking.about(ask)] += 1
        if ask.lead:
            named[ask.lead.utterance] += 1
    return ordered


def _push_back_early(ordered: list[Ask], asking: Asking) -> None:
    """The best pushback comes second at the latest."""
    pushing = (i for i, ask in enumerate(ordered) if _pushes(ask, asking))
    first = next(pushing, 0)
    if first > 1:
        ordered.insert(1, ordered.pop(first))


def _pushes(ask: Ask, asking: Asking) -> bool:
    if ask.heading == BANK:
        return asking.prepared[ask.number].pushback
    return ask.heading == PUSHBACK


def _spoken(ask: Ask, asking: Asking) -> FollowUp:
    probes, asked, lead = _probed(ask, asking), asking.question(ask), ask.lead
    name = rubric().by_id[probes].name.lower()
    return FollowUp(
        prompt=asked if lead is None else f"{lead.text} {asked}",
        probes=probes,
        why=f"Your answer leaves this open: {name}.",
        evidence=() if lead is None else (lead.quote,),
        question=asked,
    )


def _bare(outlook: Outlook, answered: frozenset[str]) -> Iterator[FollowUp]:
    """Questions that need no words, the most wanted first."""
    wanted = outlook.case.wanted
    slots = {
        "prompt": outlook.case.question.prompt,
        **tense(past=is_past(outlook.case)),
    }
    open_to = [name for name in outlook.assessed if name not in answered]
    for name in sorted(open_to, key=lambda name: -wanted.to_ask(name)):
        known = {**slots, **spoken_slots(outlook.assessed[name].slots)}
        for template in rubric().by_id[name].follow_ups:
            if slots_of(template) <= known.keys():
                why = f"It goes after one thing: {rubric().by_id[name].name.lower()}."
                yield FollowUp(template.format_map(known), name, why)


def _last_resort(question: Question, score: Score) -> Iterator[FollowUp]:
    """When no gap is left to ask about: what the bank has, unanswered things first."""
    told = {f.criterion for f in score.findings if f.kind == "strength"}
    for one in sorted(question.follow_ups, key=lambda one: one.probes in told):
        why = "The next question that the bank has here."
        yield FollowUp(one.prompt, one.probes, why)
    for prompt in ONCE_MORE:
        why = "Every other question here was asked."
        yield FollowUp(prompt, "question_answered", why)


ONCE_MORE = (
    "If you told it again from the start, what would you tell differently?",
    "Which part of your answer would you defend hardest, and why?",
    "What did I not ask that I should have asked?",
)
"""Questions that fit every answer, for when everything else was asked."""
