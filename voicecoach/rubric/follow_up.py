"""The interviewer's next question: after the largest gap, in the speaker's words."""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.measures.language import Reading
from voicecoach.questions import FollowUpPrompt, Question
from voicecoach.rubric.criteria import rubric
from voicecoach.rubric.results import Finding, FollowUp, Score
from voicecoach.rubric.wording import shortened

LARGE_GAP = 3
"""Points of the largest gap from which a pushback is asked instead."""
CHOICES = ("tradeoff_stated", "decision_made", "alternatives_weighed")
QUOTED_WORDS = 10


def follow_up(
    question: Question,
    score: Score,
    reading: Reading,
    asked: frozenset[str] = frozenset(),
) -> FollowUp:
    """Choose the next question.

    Args:
        question: its own follow-ups come first.
        score: of the answer; its gaps come in the order of their value.
        reading: of the answer, for words to name when nothing else is left.
        asked: prompts that were asked already.
    """
    gaps = [f for f in score.findings if f.kind == "gap"]
    if _stands(score) and not any(f.points < LARGE_GAP for f in gaps):
        for choice in _pushbacks(question, score):
            if choice.prompt not in asked:
                return choice
    for gap in gaps:
        for choice in _after(gap, question):
            if choice.prompt not in asked:
                return choice
    return _last_resort(question, score, reading, asked)


def _stands(score: Score) -> bool:
    """Whether the speaker stated a choice that can be pushed at."""
    return any(f.kind == "strength" and f.criterion in CHOICES for f in score.findings)


def _pushbacks(question: Question, score: Score) -> Iterator[FollowUp]:
    """Pushbacks of the bank, those on what is not answered yet first, then our own."""
    strengths = {f.criterion for f in score.findings if f.kind == "strength"}
    ours = [f for f in question.follow_ups if f.pushback and f.probes not in strengths]
    for prompt in ours:
        yield _from_bank(prompt, "You stated a choice; this pushes back on it.")
    open_probes = [
        c for c in ("alternatives_weighed", "tradeoff_stated") if c not in strengths
    ]
    chosen = [f for f in score.findings if f.criterion in CHOICES and f.evidence]
    for probe in open_probes:
        for finding in chosen:
            yield _from_template(rubric().by_id[probe].follow_ups[0], probe, finding)


def _after(gap: Finding, question: Question) -> Iterator[FollowUp]:
    """Questions after one gap: from the bank, else our templates."""
    name = rubric().by_id[gap.criterion].name.lower()
    for prompt in question.follow_ups:
        if prompt.probes == gap.criterion:
            yield _from_bank(prompt, f"Your answer left a gap: {name}.")
    for template in rubric().by_id[gap.criterion].follow_ups:
        if gap.evidence or "{words}" not in template:
            yield _from_template(template, gap.criterion, gap, question.prompt)


def _from_bank(prompt: FollowUpPrompt, why: str) -> FollowUp:
    return FollowUp(prompt.prompt, prompt.probes, why)


def _from_template(
    template: str, probes: str, finding: Finding, prompt: str = ""
) -> FollowUp:
    words = shortened(finding.evidence[0], QUOTED_WORDS) if finding.evidence else ""
    text = template.format_map({"words": words, "prompt": prompt})
    name = rubric().by_id[probes].name.lower()
    return FollowUp(text, probes, f"It goes after one thing: {name}.")


def _last_resort(
    question: Question, score: Score, reading: Reading, asked: frozenset[str]
) -> FollowUp:
    """When no gap is left to ask about: what the bank has, unanswered things first."""
    strengths = {f.criterion for f in score.findings if f.kind == "strength"}
    left = [f for f in question.follow_ups if f.prompt not in asked]
    left.sort(key=lambda f: f.probes in strengths)
    if left:
        return _from_bank(left[0], "The next question that the bank has here.")
    opening = reading.answer.quote(0, min(7, len(reading.answer.words) - 1))
    return FollowUp(
        f"You began with “{opening.text}”. What would you tell differently now?",
        "question_answered",
        "Every other question here was asked.",
    )
