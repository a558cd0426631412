"""What everything after the words costs: parse, measures, judge, follow-up.

    .venv/bin/python benchmarks/judgement.py [--words 600]

CPU milliseconds, the least of five, for an answer of that many words after warm-up;
beside it the time to load the question bank. The aim for a 4-minute answer (600 words
at 150 a minute) is 300 ms in all.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from voicecoach.measures import measure
from voicecoach.measures.language import read
from voicecoach.measures.numbers import numbers
from voicecoach.measures.verbs import agency, verbs
from voicecoach.questions import QuestionBank
from voicecoach.rubric import follow_up, judge
from voicecoach.timeline import typed

TRUTH = Path(__file__).parents[1] / "audio_fixtures" / "failed_program" / "truth.json"
ROUNDS = 5


def cpu_ms(work: Callable[[], object]) -> float:
    """The least CPU time of five calls after one to warm up, milliseconds."""
    work()
    spent = []
    for _ in range(ROUNDS):
        began_s = time.process_time()
        work()
        spent.append(time.process_time() - began_s)
    return 1000 * min(spent)


def main() -> None:
    """Measure and print one line a stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=600)
    count = parser.parse_args().words
    bank = QuestionBank.load()
    truth = json.loads(TRUTH.read_text("utf-8"))
    question = bank.find(truth["expected"]["question"])
    said = truth["text"].split()
    answer = typed(" ".join((said * (count // len(said) + 1))[:count]))
    reading = read(answer)
    measures = measure(reading, question.target_s)
    score = judge(reading, measures, question)
    stages: dict[str, Callable[[], object]] = {
        "parse": lambda: read(answer),
        "measures": lambda: measure(reading, question.target_s),
        "  of them verbs": lambda: agency(reading, verbs(reading)),
        "  of them numbers": lambda: numbers(reading),
        "judge": lambda: judge(reading, measures, question),
        "follow-up": lambda: follow_up(question, score, reading, frozenset()),
        "(question bank)": QuestionBank.load,
    }
    for name, work in stages.items():
        print(f"{name:20}{cpu_ms(work):8.1f} ms")


if __name__ == "__main__":
    main()
