"""What is said of an answer rests on sentences that show it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.labelled import KEPT
from benchmarks.shown import headings, learned_counts, tagged, total
from tests.sample_answers import ANSWERS, Example, examples, scored
from voicecoach.measures import measure, read
from voicecoach.questions import FREE_ANSWER
from voicecoach.rubric import rubric
from voicecoach.rubric.case import Case
from voicecoach.rubric.conduct import OTHERS
from voicecoach.rubric.gaps import MOST_GAPS, NO_CASE
from voicecoach.rubric.shown import AGAINST, learned
from voicecoach.rubric.strengths import MOST_STRENGTHS
from voicecoach.timeline import typed

SOME = [e for at, e in enumerate(examples(ANSWERS)) if at % 4 == 0]

HIDDEN = (
    "Two weeks before the launch we lost the payments team to another program. "
    "I kept the status green, because red would only have made everybody nervous. "
    "I did not tell marketing, and I asked the leads to keep it inside the team. "
    "Then I moved two people over from the website and they worked the weekends. "
    "The steering committee only found out after the launch, and by then it was done."
)
OPEN = (
    "Two weeks before the launch we lost the payments team to another program. "
    "I told marketing the same afternoon that the wallet would not be there. "
    "I cut the wallet and kept the cards, because nine in ten customers pay by card. "
    "It cost us the partner's campaign, about forty thousand, and I told the partner. "
    "We launched on the day, and card payments went up from 81 to 88 percent."
)


def case_of(text: str) -> Case:
    reading = read(typed(text))
    return Case.of(FREE_ANSWER, reading, measure(reading, FREE_ANSWER.target_s))


def test_every_heading_is_a_criterion_or_speaks_against() -> None:
    known = learned()
    assert known.headings == headings()
    assert set(known.headings) <= {c.id for c in rubric().criteria} | set(AGAINST)
    assert len(known.weights) == 3 * 384 + len(known.cues) + 6 + 5 + 1
    assert {held.heading for held in rubric().against} <= {*AGAINST, OTHERS, NO_CASE}
    for held in rubric().against:
        assert set(held.criteria) <= {c.id for c in rubric().criteria}


def test_each_sentence_is_more_or_less_sure_of_each_heading() -> None:
    case = case_of(OPEN)
    for heading in learned().headings:
        sure = case.shown.sure[heading]
        assert sure.shape == (len(case.seen.utterances),)
        assert np.all((sure >= 0) & (sure <= 1))
        places = case.shown.places(heading, 0.0)
        assert sorted(places) == list(range(len(sure)))
        assert case.shown.most(heading) == case.shown.at(heading, places[0])
    assert case.shown.most("delivery") == 0


def test_doubtful_sentences_add_up_to_what_the_answer_shows() -> None:
    shown = case_of(OPEN).shown
    for heading in learned().headings:
        rest = np.prod(1 - shown.sure[heading])
        assert shown.anywhere(heading) == pytest.approx(1 - rest, abs=1e-5)
        assert shown.anywhere(heading) >= shown.most(heading) - 1e-6
    both = shown.any_of(("harms", "blames"))
    each = (1 - shown.sure["harms"]) * (1 - shown.sure["blames"])
    assert np.allclose(both, 1 - each)
    assert shown.anywhere("harms", "blames") == pytest.approx(
        1 - np.prod(1 - both), abs=1e-5
    )
    assert shown.anywhere("delivery") == 0


def test_a_decision_and_its_cost_are_where_they_were_said() -> None:
    case = case_of(OPEN)
    best = {name: case.shown.places(name, 0)[0] for name in learned().headings}
    assert best["decision_made"] == 2
    assert best["tradeoff_stated"] == 3
    assert best["quantified_impact"] == 4


def test_what_hides_bad_news_is_said_with_its_words() -> None:
    question = next(e.question for e in examples(ANSWERS) if e.name == "red_status")
    score = scored(HIDDEN, question)
    (gap,) = (f for f in score.findings if f.slots.get("against") == "conceals")
    assert any(q.text in HIDDEN and len(q.text.split()) > 5 for q in gap.evidence)
    assert "Say bad news early" in gap.advice
    quoted = {q.char_start for q in gap.evidence}
    strong = [f for f in score.findings if f.kind == "strength"]
    assert not quoted & {q.char_start for f in strong for q in f.evidence}
    assert not any(f.slots.get("against") for f in scored(OPEN, question).findings)


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_few_strengths_are_said_and_no_words_are_worn_out(example: Example) -> None:
    found = scored(example.text, example.question).findings
    strong = [f for f in found if f.kind == "strength"]
    assert len(strong) <= MOST_STRENGTHS
    used = Counter(q.char_start for f in strong for q in f.evidence)
    assert max(used.values(), default=0) <= 1
    gaps = [f for f in found if f.kind == "gap" and "against" not in f.slots]
    assert len(gaps) <= MOST_GAPS
    hung = Counter(f.evidence[0].char_start for f in gaps if f.evidence)
    assert max(hung.values(), default=0) <= 1


def test_strong_answers_have_more_strengths_than_weak_ones() -> None:
    said: Counter[str] = Counter()
    for example in examples(ANSWERS):
        found = scored(example.text, example.question).findings
        said[example.level] += sum(f.kind == "strength" for f in found)
    assert said["strong"] > 1.5 * said["weak"]
    assert said["strong"] > said["middling"] > said["weak"]


@pytest.mark.slow
def test_what_is_found_is_there_in_answers_that_nothing_was_learned_from() -> None:
    counts = learned_counts([(a, learned().weights) for a in tagged(KEPT)])
    found = total(count for name, count in counts.items() if name not in AGAINST)
    assert found.found >= 60
    assert found.right / found.found >= 0.7
