"""What is praised: only what is there, at the sentence that shows it."""

from __future__ import annotations

import pytest

from benchmarks.marks import WORTH, answers, judged
from benchmarks.praises import PRAISED
from tests.sample_answers import ANSWERS, APART, Example, examples, scored
from voicecoach.rubric import rubric
from voicecoach.rubric.chances import weights
from voicecoach.rubric.praises import (
    FORM,
    LEARNED,
    LEAST_TOKENS,
    MOST_PLACES,
    firsts,
    praises,
)
from voicecoach.rubric.results import Finding
from voicecoach.rubric.strengths import MOST_QUOTES, MOST_STRENGTHS

SOME = examples(ANSWERS)[:12]


def praised(example: Example) -> list[Finding]:
    """The strengths that are said of an answer."""
    score = scored(example.text, example.question)
    return [finding for finding in score.findings if finding.kind == "strength"]


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_each_strength_has_words_of_its_own(example: Example) -> None:
    found = praised(example)
    assert len(found) <= MOST_STRENGTHS
    quotes = [quote for finding in found for quote in finding.evidence]
    assert all(0 < len(finding.evidence) <= MOST_QUOTES for finding in found)
    assert len({quote.char_start for quote in quotes}) == len(quotes)
    assert not {finding.criterion for finding in found} & FORM
    for quote in quotes:
        assert quote.text in example.text
        assert not quote.text.endswith("?")


@pytest.mark.parametrize("example", SOME, ids=lambda e: f"{e.name}-{e.level}")
def test_the_likeliest_praise_comes_first(example: Example) -> None:
    outlook = judged(example)
    found = praises(outlook, outlook.assessed)
    chances = [praise.chance for praise in found]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance < 1 for chance in chances)
    tried = [praise.criterion for praise in found]
    assert max(map(tried.count, tried), default=0) <= MOST_PLACES
    tokens = outlook.case.seen.utterances
    assert all(len(tokens[praise.at].tokens) >= LEAST_TOKENS for praise in found)


def test_the_number_on_the_outcome_is_praised_at_the_number() -> None:
    """Nothing is done or reasoned in these sentences, and nothing there is better."""
    recent = examples(APART / "recent")
    strong = {e.name: e for e in recent if e.level == "strong"}
    for name, amount in (
        ("notifications", "2.1 percent"),
        ("post_incident", "38 percent"),
        ("shorten_the_update", "under four"),
    ):
        found = {finding.criterion: finding for finding in praised(strong[name])}
        assert amount in found["quantified_impact"].evidence[0].text


def test_weak_answers_are_praised_less() -> None:
    told = {"strong": 0, "weak": 0}
    for example in examples(APART / "recent"):
        if example.level in told:
            told[example.level] += len(praised(example))
    assert told["strong"] > 5 * told["weak"]


def test_what_readers_would_say_first_comes_before_mere_particulars() -> None:
    """A price that was named says more of the speaker than a day does."""
    assert firsts()["tradeoff_stated"] > 3 * firsts()["particulars"]
    told = examples(APART / "recent") + examples(APART / "latest")
    ours = [praised(example) for example in told if example.level == "strong"]
    names = [[finding.criterion for finding in found] for found in ours]
    both = [n for n in names if {"tradeoff_stated", "particulars"} <= {*n}]
    before = [n.index("tradeoff_stated") < n.index("particulars") for n in both]
    assert len(before) >= 4
    assert sum(before) >= 0.75 * len(before)


def test_readers_marked_what_can_be_praised() -> None:
    told = list(answers(PRAISED))
    assert told
    ids = rubric().by_id.keys()
    assert {*weights(LEARNED).headings} <= ids - FORM
    assert firsts().keys() == {*weights(LEARNED).headings}
    for marked, example in told:
        text = " ".join(example.text.split())
        for criterion, begins, mark in marked["praises"]:
            assert criterion in ids
            assert mark in WORTH
            assert begins in text
