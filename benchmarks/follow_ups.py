"""How well answers to follow-ups are judged: by the interviewer's grade, what is said.

    .venv/bin/python benchmarks/follow_ups.py [--texts]

tests/examples/follow_ups holds spoken answers to follow-ups with a grade of 1-5 for
what was asked. Printed, for the follow-ups that the levels were set by and for those
apart: the mean error of the overall score and the pairs of one follow-up in order.
``--texts`` prints what every answer is told.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.agreement import Judged, order  # noqa: E402 - from the root
from tests.sample_answers import FollowedUp, followed_up, scored  # noqa: E402


def report(name: str, some: list[FollowedUp], *, texts: bool) -> None:
    """Print how well they are judged."""
    scores = [scored(one.text, one.question) for one in some]
    judged = [
        Judged(one.question.prompt, one.grade, score.overall or 0.0)
        for one, score in zip(some, scores, strict=True)
    ]
    off = sum(abs(one.score - one.label) for one in judged) / len(judged)
    print(f"{name}: mean error {off:.2f}, {order(judged)}")
    if texts:
        for one, score in zip(some, scores, strict=True):
            print(f"\n{one.grade} {score.overall} {dict(score.pillars)}")
            print(f"  Q ({one.question.probes}) {one.question.prompt}\n  A {one.text}")
            print(f"  -> {score.one_change}")
            for finding in score.findings:
                quotes = [quote.text for quote in finding.evidence]
                print(f"     {finding.kind} {finding.criterion} {quotes}")


def main() -> None:
    """Judge all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--texts", action="store_true", help="what each is told")
    options = parser.parse_args()
    every = followed_up()
    for apart in (False, True):
        some = [one for one in every if one.apart == apart]
        report("apart" if apart else "set by", some, texts=options.texts)


if __name__ == "__main__":
    main()
