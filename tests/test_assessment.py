"""An answer is judged once: ahead of the stop, in another thread, or at the stop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.builders import QUESTION, origin, spoken
from voicecoach import assessment
from voicecoach.assessment import assess, read_ahead
from voicecoach.measures.language import Reading
from voicecoach.timeline import Answer, SoundQuality

SAID = (
    "I cut the refunds out of the first release because the ledger could not be right "
    "by March. [0.6] It cost us two partners, and errors fell by forty percent. [0.8] "
    "Since then I ask for the ledger first, every time, before I promise a date."
)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Every answer that the judge was really given."""
    given: list[Answer] = []
    real = assessment.judge

    def judge(reading: Reading, *rest: object) -> object:
        given.append(reading.answer)
        return real(reading, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(assessment, "judge", judge)
    assessment._last.clear()
    return given


def test_what_was_read_ahead_is_not_judged_again(judged: list[Answer]) -> None:
    answer = spoken(SAID)
    assert answer.duration_s is not None
    read_ahead(QUESTION, answer)
    longer = replace(answer, duration_s=answer.duration_s + 2)
    made = assess(QUESTION, longer, origin(longer))
    assert len(judged) == 1
    assessment._last.clear()
    afresh = assess(QUESTION, longer, origin(longer))
    assert made.score == afresh.score
    assert made.measures == afresh.measures


@pytest.mark.parametrize("change", ["words", "quality", "question"])
def test_anything_else_is_judged_anew(judged: list[Answer], change: str) -> None:
    answer, question = spoken(SAID), QUESTION
    read_ahead(question, answer)
    if change == "words":
        answer = spoken(f"{SAID} And I told them so.")
    if change == "quality":
        bad = SoundQuality(-20.0, -60.0, 0.0, 0, ("noise",), {"pauses": "noise"})
        answer = replace(answer, quality=bad)
    if change == "question":
        question = QUESTION.model_copy(update={"structure": "brief"})
    assess(question, answer, origin(answer))
    assert len(judged) == 2


def test_who_asks_while_it_is_judged_waits_for_it(judged: list[Answer]) -> None:
    answer = spoken(SAID)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: read_ahead(QUESTION, answer), range(4)))
    assert len(judged) == 1
