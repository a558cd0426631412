"""What was done to others: told of the whole answer, before anything else."""

from __future__ import annotations

import re

import pytest

from tests.sample_answers import ANSWERS, APART, Example, examples, scored
from voicecoach.questions import QuestionBank
from voicecoach.rubric import rubric
from voicecoach.rubric.conduct import OTHERS
from voicecoach.rubric.gaps import NOTHING_TO_CHANGE
from voicecoach.rubric.results import Score
from voicecoach.rubric.shown import CONDUCT
from voicecoach.rubric.wording import MOST_HELD

BANK = QuestionBank.load()
KEPT_BACK = """In November I knew that the migration had dropped some invoices. I did
not put it into the report, because the director would only have got nervous. We kept
the light on green until the audit was over, and I told the two analysts to leave it out
of their notes as well. When a customer wrote in I asked support to say that it was a
display problem. Later the director did hear of it, and I could show him that a line on
page twelve had mentioned open items. The vendor had been careless anyway. In the end
nobody asked again, and the go-live was a success. So what I learned is that you choose
the moment at which people hear things."""
OWNED = """In November I knew that the migration had dropped 212 invoices. I called the
director within the hour and told him what I knew, what I did not know yet, and that the
check that missed it was one that I had cut to save two days. I gave him two options:
stop the migration for a week, or go on with small customers only, and I recommended to
stop, since a wrong bill costs us more than a week. He agreed. We wrote to all 212
customers the next morning with the right amounts, and we found the rest with a count of
rows on both sides. It cost us nine days. Since then no migration of mine starts without
that count, and I have run three."""


def told(text: str) -> Score:
    """Of an answer to a question about bad news."""
    question = next(q for q in BANK.questions if q.id == "behavioral.bad-news-upward")
    return scored(" ".join(text.split()), question)


def against(score: Score) -> list[str]:
    """What is held against the speaker for what was done to others, in order."""
    gaps = [f.slots.get("against", "") for f in score.findings if f.kind == "gap"]
    return [name for name in gaps if name in (*CONDUCT, OTHERS)]


def test_who_keeps_bad_news_back_hears_that_first_and_no_praise() -> None:
    score = told(KEPT_BACK)
    gaps = [f for f in score.findings if f.kind == "gap"]
    assert gaps[0].slots["against"] in (*CONDUCT, OTHERS)
    assert len(against(score)) == 1  # once, whatever single sentences say of it
    assert not [f for f in score.findings if f.kind == "strength"]
    quote = re.findall("“(.+?)”", score.one_change or "")[0]
    assert quote in " ".join(KEPT_BACK.split())
    assert len(quote.split()) <= MOST_HELD
    assert quote in gaps[0].evidence[0].text
    assert score.coaching is not None
    assert score.coaching.opening == ()


def test_an_um_in_the_middle_is_left_out_of_what_is_said_back() -> None:
    broken = re.sub(r"(\w+) (the|that|it|a) ", r"\1 um \2 ", KEPT_BACK)
    score = told(broken)
    assert len(against(score)) == 1
    quote = re.findall("“(.+?)”", score.one_change or "")[0]
    assert quote in " ".join(broken.split())
    assert "um" not in quote.split()


def test_who_owns_it_is_accused_of_nothing() -> None:
    score = told(OWNED)
    assert against(score) == []
    assert [f for f in score.findings if f.kind == "strength"]


def test_good_answers_are_accused_of_nothing() -> None:
    good = [e for e in examples(ANSWERS) if e.level == "strong"]
    assert len(good) >= 12
    assert [e.name for e in good if against(scored(e.text, e.question))] == []


ASTRAY = [
    e
    for e in examples(APART / "sealed")
    if e.name in ("promised_date", "skeptical_team", "missed_commitment")
    and e.level == "weak"
]


@pytest.mark.parametrize("example", ASTRAY, ids=lambda e: e.name)
def test_it_is_seen_in_others_words(example: Example) -> None:
    score = scored(example.text, example.question)
    assert score.overall is not None
    assert score.overall < NOTHING_TO_CHANGE
    assert len(against(score)) == 1
    assert (score.one_change or "").startswith("You said “")


def test_what_fits_all_has_words_and_a_limit() -> None:
    held = rubric().held(OTHERS)
    assert held is not None
    single = [one.sure for one in rubric().against if one.heading in CONDUCT]
    assert held.sure > max(single)
    assert "{quote}" in held.change
