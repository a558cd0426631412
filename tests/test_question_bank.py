"""The rules that every question keeps, and that the bank covers the field."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from voicecoach.questions import ROUNDS, Question, QuestionBank
from voicecoach.rubric.criteria import rubric

BANK = QuestionBank.load()
PILLAR_OF = {criterion.id: criterion.pillar for criterion in rubric().criteria}

LEAST_OF_ROUND = {
    "behavioral": 12,
    "program_execution": 12,
    "system_design": 12,
    "release_engineering": 10,
}
"""The rounds that a loop spends the most time on; every other has at least five."""

# What candidates are told to prepare for, and the question that rehearses it.
PRACTICE_PROMPTS = {
    "30-60-90 on a program with missed dates": "hiring_manager.first-ninety-days",
    "capacity halved mid-quarter": "program_execution.capacity-halved",
    "peak queries for 50 M monthly users": "estimation.peak-queries",
    "reliability dashboard for a payments API": "system_design.payments-dashboard",
    "privacy-compliant audit log": "system_design.audit-log",
    "mobile app to a new auth provider": "system_design.auth-migration",
    "post-mortem with no root cause": "release_engineering.no-root-cause",
    "scope against a hard external date": "program_execution.fixed-date",
    "two staff engineers on storage": "cross_functional.storage-disagreement",
    "cut spend 20 % within SLOs": "program_execution.cloud-spend",
    "sunset a service with many consumers": "program_execution.sunset-service",
    "coach without authority": "cross_functional.coach-without-authority",
    "most complex program": "hiring_manager.most-complex-program",
    "failed program": "behavioral.failed-program",
    "pushing back on a senior leader": "behavioral.pushed-back-on-leader",
    "changing course mid-program": "behavioral.changed-course",
    "trust with a skeptical team": "behavioral.skeptical-team",
    "contract dispute between teams": "program_execution.contract-dispute",
    "downstream team broke an integration": "program_execution.broken-integration",
    "six-team data platform launch": "program_execution.data-platform",
    "release with schema migration": "release_engineering.schema-migration",
    "partial rollback across services": "release_engineering.partial-rollback",
    "flags, canaries and ramps": "release_engineering.flags-canaries-ramps",
    "post-incident process": "release_engineering.post-incident",
    "critique a design for failure points": "system_design.critique-checkout",
    "food delivery": "system_design.food-delivery",
    "streaming pipeline": "system_design.streaming-pipeline",
    "web cache": "system_design.web-cache",
    "URL shortener": "system_design.url-shortener",
    "chat": "system_design.chat",
    "load balancer": "system_design.load-balancer",
    "no cars shown in a ride app": "system_design.no-cars-shown",
    "debt against features": "hiring_manager.debt-against-features",
    "staying current": "hiring_manager.staying-current",
    "success metrics": "program_execution.success-metrics",
    "bug found the day before release": "release_engineering.bug-before-release",
    "feature that can't make its date": "program_execution.late-feature",
    "agile and waterfall": "hiring_manager.agile-and-waterfall",
    "risk found and managed": "behavioral.risk-found-early",
    "proudest project": "behavioral.proudest-project",
    "difficult stakeholder": "cross_functional.difficult-stakeholder",
    "underperforming member": "behavioral.underperforming-member",
    "why this company": "screen.why-this-company",
    "why TPM": "screen.why-tpm",
    "writing a program brief": "technical_writing.program-brief",
    "light coding: cloud": "technical_explanation.cloud",
    "light coding: threads": "technical_explanation.threads",
    "light coding: TLS and passwords": "technical_explanation.password-login",
    "light coding: TCP and UDP": "technical_explanation.tcp-udp",
    "light coding: palindrome": "technical_explanation.palindrome",
    "light coding: reverse a string": "technical_explanation.reverse-string",
    "light coding: filter CSV lines": "technical_explanation.filter-csv",
}

each_question = pytest.mark.parametrize(
    "question", BANK.questions, ids=lambda question: question.id
)


def spoken(question: Question) -> list[str]:
    return [question.prompt, *(one.prompt for one in question.follow_ups)]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def test_every_round_has_enough_questions() -> None:
    counts = Counter(question.round for question in BANK.questions)
    assert sum(counts.values()) >= 90
    short = {r: counts[r] for r in ROUNDS if counts[r] < LEAST_OF_ROUND.get(r, 5)}
    assert not short


@pytest.mark.parametrize(("prompt", "name"), PRACTICE_PROMPTS.items())
def test_every_practice_prompt_has_a_question_of_its_own(
    prompt: str, name: str
) -> None:
    assert BANK.by_id(name).id == name, prompt
    assert list(PRACTICE_PROMPTS.values()).count(name) == 1


@each_question
def test_follow_ups_probe_different_gaps_and_end_on_a_pushback(
    question: Question,
) -> None:
    probes = [one.probes for one in question.follow_ups]
    assert set(probes) <= set(PILLAR_OF)
    assert len(probes) == len(set(probes)) >= 3
    pushes = [one.pushback for one in question.follow_ups]
    assert pushes == [False] * (len(pushes) - 1) + [True]


@each_question
def test_pillars_and_follow_ups_fit_together(question: Question) -> None:
    """Gaps are found only in pillars with a chance, so that is where they probe."""
    assert "communication" in question.pillars
    assert len(set(question.pillars)) == len(question.pillars)
    inside = [PILLAR_OF[one.probes] for one in question.follow_ups]
    inside = [pillar for pillar in inside if pillar in question.pillars]
    assert len(inside) >= 3
    assert set(question.pillars) - {"communication"} <= set(inside)


@each_question
def test_structure_fits_the_round(question: Question) -> None:
    stories = {"behavioral", "hiring_manager", "cross_functional", "executive"}
    if question.round == "behavioral":
        assert question.structure == "star_l"
    if question.structure == "star_l":
        assert question.round in stories
        assert {"culture_values", "communication"} <= set(question.pillars)
    if question.round in ("system_design", "technical_explanation", "estimation"):
        assert "technical_depth" in question.pillars
    assert (question.structure == "estimate") == (question.round == "estimation")


@each_question
def test_a_voice_can_say_it(question: Question) -> None:
    """Numbers as words, no signs, and only letters that voices spell out."""
    for text in spoken(question):
        assert re.fullmatch(r"[A-Za-z' ,.?!:;-]+", text), text
        assert set(re.findall(r"\b[A-Z]{2,}\b", text)) <= {"API", "TCP", "UDP", "CV"}
        assert text[-1] in ".?!"
        assert len(words(text)) <= 60
        assert len(re.findall(r"[.?!](?= |$)", text)) <= 4


@each_question
def test_notes_are_worth_reading(question: Question) -> None:
    assert 2 <= len(question.pitfalls) <= 4
    assert len(words(question.assesses)) >= 8
    assert all(len(words(pitfall)) >= 3 for pitfall in question.pitfalls)


@each_question
def test_targets_are_what_a_round_allows(question: Question) -> None:
    low_s, high_s = question.target_s
    if question.round == "screen":
        assert high_s <= 120
    assert 45 <= low_s < high_s <= 300


def test_no_two_prompts_are_nearly_the_same() -> None:
    alike = [
        (one.id, other.id)
        for one, other in combinations(BANK.questions, 2)
        if SequenceMatcher(None, words(one.prompt), words(other.prompt)).ratio() > 0.6
    ]
    assert not alike


def test_nothing_is_said_twice() -> None:
    """No run of eight words is shared by two questions, prompts and notes alike."""
    said = defaultdict(set)
    for question in BANK.questions:
        for text in [*spoken(question), question.assesses, *question.pitfalls]:
            tokens = words(text)
            for at in range(max(1, len(tokens) - 7)):
                said[tuple(tokens[at : at + 8])].add((question.id, text))
    assert not [texts for texts in said.values() if len(texts) > 1]
