"""What everything after the words costs: parse, measures, judge, follow-up.

    .venv/bin/python benchmarks/judgement.py

For the answers of audio_fixtures that are longer than 400 words, after warm-up: wall
clock milliseconds from the words to the finished attempt, when every sentence is new
and when all are known, as they are where an answer grows; then CPU milliseconds of the
stages with known sentences, the least of five. The aim for a 4-minute answer (600 words
at 150 a minute) is 300 ms in all.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from voicecoach.assessment import assess, engine, warm_up
from voicecoach.attempt import Origin, new_id
from voicecoach.measures import measure
from voicecoach.measures.language import read
from voicecoach.measures.numbers import numbers
from voicecoach.measures.verbs import agency, verbs
from voicecoach.questions import Question, QuestionBank
from voicecoach.rubric import judge
from voicecoach.timeline import Answer, typed

FIXTURES = Path(__file__).parents[1] / "audio_fixtures"
LEAST_WORDS = 400
ROUNDS = 5


def wall_ms(work: Callable[[], object]) -> float:
    """Wall clock milliseconds of one call."""
    began_s = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began_s)


def cpu_ms(work: Callable[[], object]) -> float:
    """The least CPU time of five calls after one to warm up, milliseconds."""
    work()
    spent = []
    for _ in range(ROUNDS):
        began_s = time.process_time()
        work()
        spent.append(time.process_time() - began_s)
    return 1000 * min(spent)


def asked_and_said(bank: QuestionBank) -> Iterator[tuple[Question, Answer]]:
    """The long answers with their questions."""
    for path in sorted(FIXTURES.glob("*/truth.json")):
        truth = json.loads(path.read_text("utf-8"))
        if len(truth["text"].split()) > LEAST_WORDS:
            yield bank.find(truth["expected"]["question"]), typed(truth["text"])


def main() -> None:
    """Measure and print one line a stage."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    bank = QuestionBank.load()
    pairs = list(asked_and_said(bank))
    origin = Origin(new_id(), datetime.now(UTC), engine(None), kind="typed")
    warm_up(pairs[0][0])
    for name in ("all new", "all known"):
        spent = [wall_ms(partial(assess, *pair, origin)) for pair in pairs]
        low, high = min(spent), max(spent)
        print(f"{name:20}{median(spent):8.1f} ms  ({low:.0f} to {high:.0f})")
    question, answer = pairs[0]
    reading = read(answer)
    measures = measure(reading, question.target_s)
    stages: dict[str, Callable[[], object]] = {
        "parse": lambda: read(answer),
        "measures": lambda: measure(reading, question.target_s),
        "  of them verbs": lambda: agency(reading, verbs(reading)),
        "  of them numbers": lambda: numbers(reading),
        "judge": lambda: judge(reading, measures, question),
        "(question bank)": QuestionBank.load,
    }
    for name, work in stages.items():
        print(f"{name:20}{cpu_ms(work):8.1f} ms")


if __name__ == "__main__":
    main()
