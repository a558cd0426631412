"""The interviewer's next question: what the answer left open, in the speaker's words.

    grave      what conceals, blames, harms or boasts, where that is wanted most
    prepared   the bank's own follow-ups, in the order in which they are open
    templates  after each gap, in the order in which it is wanted

It is spoken aloud, so it hangs on no quotation mark: "I cut the scope" is asked about
as "You said you cut the scope. What did that cost?"; the quote is its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from voicecoach.measures.language import Reading
from voicecoach.questions import FollowUpPrompt, Question
from voicecoach.rubric.clauses import Clause, clauses_in
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.phrases import slots_of, tense, words_of
from voicecoach.rubric.results import Finding, FollowUp, Prepared, Score
from voicecoach.rubric.shown import FAULTS
from voicecoach.rubric.spoken import clean, reported
from voicecoach.timeline import Quote

CHOICES = ("tradeoff_stated", "decision_made", "alternatives_weighed")
OPEN_QUESTION = re.compile(r"(?:What|Which|Who|Whom|How|Why|Where|When)\b")
"""A question that a clause of the speaker's can lead up to."""


@dataclass(frozen=True)
class _Asking:
    """What every choice needs to know.

    Args:
        question: that was answered.
        score: of the answer.
        reading: of the answer.
        asked: prompts that were asked already.
    """

    question: Question
    score: Score
    reading: Reading
    asked: frozenset[str]

    @property
    def strengths(self) -> frozenset[str]:
        """Criteria that were answered."""
        found = self.score.findings
        return frozenset(f.criterion for f in found if f.kind == "strength")

    def is_new(self, prompt: str) -> bool:
        """Whether neither it nor it after other words of the speaker was asked."""
        return not any(asked.endswith(prompt) for asked in self.asked)


def follow_up(
    question: Question,
    score: Score,
    reading: Reading,
    asked: frozenset[str] = frozenset(),
) -> FollowUp:
    """Choose the next question.

    Args:
        question: that was answered.
        score: of the answer, with the question's own follow-ups in the order in which
            they are open, and the gaps in that in which they are wanted.
        reading: of the answer, for words to name.
        asked: prompts that were asked already.
    """
    now = _Asking(question, score, reading, asked)
    fresh = (choice for choice in _choices(now) if now.is_new(choice.prompt))
    return next(fresh, None) or _last_resort(now)


def _choices(now: _Asking) -> Iterator[FollowUp]:
    """All there are, the best first; most answers need no template."""
    yield from _on_what_is_grave(now)
    yield from _open(now)
    templates = _in_turn([list(_probing(gap, now)) for gap in now.score.asking], now)
    if _stands(now.score):
        templates.insert(1 if now.score.coaching.about else 0, list(_pushbacks(now)))
    yield from chain.from_iterable(templates)


def _on_what_is_grave(now: _Asking) -> Iterator[FollowUp]:
    """One question on what speaks against the speaker, where that is wanted most."""
    for first in now.score.asking[:1]:
        if first.slots.get("against") in FAULTS:
            yield from islice(_probing(first, now), 1)


def _open(now: _Asking) -> Iterator[FollowUp]:
    """The bank's own, the best first, with a pushback among the first two."""
    ordered = list(now.score.prepared)
    pushback = next((one for one in ordered if one.prompt.pushback), None)
    if pushback is not None and pushback not in ordered[:2] and _stands(now.score):
        ordered.remove(pushback)
        ordered.insert(1, pushback)
    fresh = (one for one in ordered if now.is_new(one.prompt.prompt))
    return (_led_up_by(one, now) for one in fresh)


def _led_up_by(one: Prepared, now: _Asking) -> FollowUp:
    """A question of the bank, after the words of the speaker's that it follows from."""
    name = rubric().by_id[one.prompt.probes].name.lower()
    chosen = _from_bank(one.prompt, f"Your answer leaves this open: {name}.")
    said = _own_clause(one.lead, now.reading) if one.lead else None
    if said is None or one.prompt.pushback or not OPEN_QUESTION.match(chosen.prompt):
        return chosen
    quote = said.quote(now.reading)
    text = f"You said {reported(quote.text)}. {chosen.prompt}"
    return FollowUp(text, chosen.probes, chosen.why, (quote,))


def _in_turn(by_gap: list[list[FollowUp]], now: _Asking) -> list[list[FollowUp]]:
    """One question of each gap, then the second of each: no gap is dwelt on.

    A gap that was asked about already has had its turns.
    """
    turns: dict[int, list[FollowUp]] = {}
    for choices in by_gap:
        fresh = [choice for choice in choices if now.is_new(choice.prompt)]
        for turn, choice in enumerate(fresh, start=len(choices) - len(fresh)):
            turns.setdefault(turn, []).append(choice)
    return [turns.get(turn, []) for turn in range(max(turns, default=0) + 1)]


def _stands(score: Score) -> bool:
    """Whether the speaker stated a choice that can be pushed at."""
    return any(f.kind == "strength" and f.criterion in CHOICES for f in score.findings)


def _pushbacks(now: _Asking) -> Iterator[FollowUp]:
    """Our own, on a choice of which the other way or the price was not told."""
    probes = [
        c for c in ("alternatives_weighed", "tradeoff_stated") if c not in now.strengths
    ]
    chosen = [f for f in now.score.findings if f.criterion in CHOICES and f.evidence]
    for probe in probes:
        template = rubric().by_id[probe].follow_ups[0]
        for finding in chosen:
            clause = _speakable(finding, now.reading)
            if clause is not None and _is_own(clause, now.reading):
                yield from _from_template(template, probe, finding, now)


def _probing(gap: Finding, now: _Asking) -> Iterator[FollowUp]:
    """Questions on what speaks against the speaker, or after what is missing."""
    held = rubric().held(gap.slots.get("against", ""))
    if held is None:
        yield from _after(gap, now)
        return
    for template in held.follow_ups:
        yield from _from_template(template, gap.criterion, gap, now)


def _after(gap: Finding, now: _Asking) -> Iterator[FollowUp]:
    """Our templates after one gap."""
    for template in rubric().by_id[gap.criterion].follow_ups:
        yield from _from_template(template, gap.criterion, gap, now)


def _from_bank(prompt: FollowUpPrompt, why: str) -> FollowUp:
    return FollowUp(prompt.prompt, prompt.probes, why)


def _from_template(
    template: str, probes: str, finding: Finding, now: _Asking
) -> Iterator[FollowUp]:
    """The template filled; nothing when the answer lacks what it names."""
    said = _speakable(finding, now.reading)
    past = now.question.structure == "star_l"
    slots: dict[str, str] = {"prompt": now.question.prompt}
    evidence: tuple[Quote, ...] = ()
    if said is not None:
        quote, past = said.quote(now.reading), said.is_past(now.reading)
        slots |= {"said": reported(quote.text), "words": _as_said(quote.text)}
        evidence = (quote,) if _names_words(template) else ()
    slots |= {**tense(past=past), **_parts(finding)}
    if slots_of(template) <= slots.keys():
        why = f"It goes after one thing: {rubric().by_id[probes].name.lower()}."
        yield FollowUp(template.format_map(slots), probes, why, evidence)


def _parts(finding: Finding) -> dict[str, str]:
    """What the texts name beside words and tense: the part that is missing."""
    return {k: v for k, v in finding.slots.items() if k == "missing" and v}


def _names_words(template: str) -> bool:
    """Whether a template names words of the speaker's."""
    return bool(slots_of(template) & {"said", "words"})


def _speakable(finding: Finding, reading: Reading) -> Clause | None:
    """The best clause of a finding's first quote that stands alone, if one does."""
    for quote in finding.evidence[:2]:
        clauses = list(clauses_in(reading, quote))
        if clauses:
            return max(clauses, key=lambda c: (_is_own(c, reading), -c.first))
    return None


def _own_clause(quote: Quote, reading: Reading) -> Clause | None:
    """The longest clause of a sentence in which I or we do something."""
    own = (c for c in clauses_in(reading, quote) if _is_own(c, reading))
    return max(own, key=lambda clause: clause.last - clause.first, default=None)


def _is_own(clause: Clause, reading: Reading) -> bool:
    """Whether I or we do something in it, rather than think or have something."""
    subject = reading.doc[clause.subject].lower_
    stands = reading.doc[clause.head].lemma_ in words_of("standing")
    return subject in ("i", "we") and not stands and not clause.is_conditional(reading)


def _as_said(text: str) -> str:
    """Words in the middle of a sentence of ours: "We moved it" -> "we moved it"."""
    words = clean(text).rstrip(",;:.!")
    return words[0].lower() + words[1:] if words.startswith(("We ", "Our ")) else words


def _last_resort(now: _Asking) -> FollowUp:
    """When no gap is left to ask about: what the bank has, unanswered things first."""
    left = [f for f in now.question.follow_ups if now.is_new(f.prompt)]
    left.sort(key=lambda f: f.probes in now.strengths)
    if left:
        return _from_bank(left[0], "The next question that the bank has here.")
    for prompt in ONCE_MORE:
        if now.is_new(prompt):
            break
    return FollowUp(prompt, "question_answered", "Every other question here was asked.")


ONCE_MORE = (
    "If you told it again from the start, what would you tell differently?",
    "Which part of your answer would you defend hardest, and why?",
    "What did I not ask that I should have asked?",
)
"""Questions that fit every answer, for when everything else was asked."""
