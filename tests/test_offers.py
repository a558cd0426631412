"""What could be told as the one change: its chance, its words, what is told of it."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import numpy as np
import pytest

from benchmarks.marks import (
    PARTS,
    USEFUL,
    WORTH,
    Marked,
    answers,
    features,
    fitted,
    headings,
    judged,
    left_out,
    worths,
)
from benchmarks.offers import OFFERED
from tests.sample_answers import ANSWERS, APART, Example, examples, scored
from voicecoach.questions import Pillar
from voicecoach.rubric import follow_up, rubric
from voicecoach.rubric.chances import Known, weights
from voicecoach.rubric.gaps import LEAST_ACCUSING, MOST_GAPS, NOTHING_TO_CHANGE, gaps
from voicecoach.rubric.offers import (
    LEARNED,
    Offer,
    offers,
)
from voicecoach.rubric.outlook import BEFORE_A_DESIGN, MOST_PLACES
from voicecoach.rubric.shown import AGAINST
from voicecoach.rubric.wanted import NONE
from voicecoach.rubric.wording import (
    FIRST,
    OTHER_PEOPLE,
    WHOLE,
    can_be_kept,
    trimmed,
)

SOME = examples(ANSWERS)[:9]
PILLARS = get_args(Pillar)


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_the_likeliest_comes_first_and_each_has_a_place(example: Example) -> None:
    found = offers(judged(example))
    chances = [offer.chance for offer in found]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance < 1 for chance in chances)
    pairs = Counter((offer.heading, offer.utterance) for offer in found)
    assert max(pairs.values()) == 1
    assert (NONE, None) in pairs
    assert {o.heading for o in found} <= {*rubric().by_id, *AGAINST, NONE}
    hung = Counter(o.heading for o in found if o.utterance is not None)
    assert max(hung.values()) <= MOST_PLACES


def test_what_has_no_chance_is_not_offered() -> None:
    stories = (e for e in examples(ANSWERS) if e.question.structure == "star_l")
    example = next(e for e in stories if len(e.question.pillars) < len(PILLARS))
    outlook, pillars = judged(example), example.question.pillars
    barred = {c.id for c in rubric().criteria if c.pillar not in pillars}
    assert barred
    offered = {offer.heading for offer in offers(outlook)}
    assert not barred & offered
    assert BEFORE_A_DESIGN not in offered


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_no_gap_is_a_strength_and_each_names_other_words(example: Example) -> None:
    score = scored(example.text, example.question)
    told = {f.criterion for f in score.findings if f.kind == "strength"}
    found = [f for f in score.findings if f.kind == "gap"]
    assert sum("against" not in f.slots for f in found) <= MOST_GAPS
    assert not told & {f.criterion for f in found}
    assert len({f.criterion for f in found}) == len(found)
    quoted = [f.evidence[0].char_start for f in found if f.evidence]
    assert len(set(quoted)) == len(quoted)
    asked = follow_up(example.question, score)
    assert asked.prompt.endswith(("?", "."))


def test_gaps_are_told_by_how_likely_they_help() -> None:
    outlook = judged(SOME[2])
    case, found = outlook.case, outlook.assessed
    by_chance = (
        Offer("tradeoff_stated", 1, 0.9),
        Offer("own_role", 1, 0.8),  # its words are taken
        Offer("own_role", 2, 0.7),
        Offer(NONE, None, 0.6),
        Offer("decision_made", None, 0.5),
        Offer("learning_specific", 3, 0.01),
    )
    told = [g.criterion for g in gaps(by_chance, found, case, 2.0)]
    ours = [name for name in told if name != "structure_followed"]
    kept = [n for n in ("tradeoff_stated", "own_role", "decision_made") if n in found]
    assert ours == kept


def test_who_is_accused_must_likely_be_helped_by_it() -> None:
    outlook = judged(SOME[2])
    case, found = outlook.case, outlook.assessed
    doubtful = (Offer("own_role", 1, 0.6), Offer("harms", 2, LEAST_ACCUSING - 0.05))
    told = {g.slots.get("against") for g in gaps(doubtful, found, case, 2.0)}
    assert "harms" not in told
    told = {
        g.slots.get("against") for g in gaps(doubtful, found, case, 2.0, ("harms",))
    }
    assert "harms" in told


def test_below_the_middle_there_is_always_something_to_change() -> None:
    outlook = judged(SOME[2])
    case, found = outlook.case, outlook.assessed
    best = (Offer(NONE, None, 0.9), Offer("decision_made", None, 0.01))
    assert gaps(best, found, case, NOTHING_TO_CHANGE) == ()
    assert gaps(best, found, case, NOTHING_TO_CHANGE - 0.5)


def test_strong_answers_are_left_alone_more_often() -> None:
    alone = {"strong": 0, "weak": 0}
    for example in examples(APART / "sealed"):
        if example.level in alone:
            change = scored(example.text, example.question).one_change or ""
            alone[example.level] += change.startswith(WHOLE)
    assert alone["strong"] >= 10
    assert alone["weak"] <= 1


def test_everything_learned_is_a_heading_of_today() -> None:
    known = weights(LEARNED)
    assert {*known.headings} <= {*rubric().by_id, *AGAINST, NONE}
    assert known.own.shape[0] == len(known.headings)


def test_readers_marked_what_can_be_offered() -> None:
    told = list(answers(OFFERED))
    assert told
    for marked, example in told:
        text = " ".join(example.text.split())
        for heading, begins, mark in marked["offers"]:
            assert heading in weights(LEARNED).headings
            assert mark in WORTH
            assert begins in text


def test_a_fit_finds_what_useful_offers_have_in_common() -> None:
    chooses = np.random.default_rng(5)
    every = []
    for i in range(400):
        useful = bool(chooses.integers(2))
        shared = np.array([useful + chooses.normal(0, 0.3), 1.0], np.float32)
        mark = USEFUL[0] if useful else "W"
        own = np.zeros_like(weights(LEARNED).own[0])
        every.append(
            Marked(str(i // 4), i % PARTS, "own_role", mark, Known(shared, own))
        )
    found = fitted(features(every, headings(every)), worths(every))
    assert found[0] > 1
    chances = left_out(every)
    told = np.array([one.mark in USEFUL for one in every])
    assert chances[told].mean() > chances[~told].mean() + 0.4


STRONG = [e for e in examples(APART / "latest") if e.level == "strong"]


@pytest.mark.parametrize("example", STRONG, ids=lambda e: e.name)
def test_what_is_to_be_kept_is_praised_or_shown_and_ones_own(example: Example) -> None:
    score = scored(example.text, example.question)
    change = score.one_change or ""
    if "carry it" not in change:
        return
    kept = change.split("“")[1].split("”")[0]
    assert kept in example.text
    short = [
        f.evidence[0].text
        for f in score.findings
        if f.kind == "strength" and can_be_kept(f.evidence[0])
    ]
    if short:
        assert kept == trimmed(short[0])
        first = {word.strip(",.") for word in kept.lower().split()[:FIRST]}
        assert not first & OTHER_PEOPLE
