"""The judge on the development set: order, labels, evidence and what must not help.

Labels in tests/examples/answers were given by reading the anchors before the judge saw
the answers. The limits here are the project's own acceptance limits; what each part of
the set gave when it was first looked at is in docs/judgement.md.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.agreement import Judged, order, spearman
from tests.sample_answers import (
    ANSWERS,
    APART,
    BUZZ,
    Example,
    examples,
    raised,
    scored,
    sentences_of,
)
from voicecoach.measures import measure, read
from voicecoach.rubric import judge, rubric
from voicecoach.rubric.case import Case
from voicecoach.rubric.judge import graded
from voicecoach.rubric.results import Score
from voicecoach.timeline import Answer, Span, Word, typed

LATEST = frozenset(
    {
        "alert_fatigue",
        "all_green",
        "build_or_buy",
        "last_team",
        "missed_commitment",
        "streaming_pipeline",
    }
)
"""The six questions that were written and looked at last (docs/judgement.md)."""


def overall(example: Example) -> float:
    """Its overall score, which every example has."""
    value = scored(example.text, example.question).overall
    assert value is not None
    return value


def test_the_set_has_three_levels_of_every_question_from_many_rounds() -> None:
    by_name = itertools.groupby(examples(), key=lambda example: example.name)
    groups = [tuple(e.level for e in group) for _, group in by_name]
    assert len(groups) >= 46
    assert set(groups) == {("strong", "middling", "weak")}
    assert len({e.question.round for e in examples()}) >= 9
    assert all(80 <= len(e.text.split()) <= 450 for e in examples())
    assert all(set(e.labels) == set(e.question.pillars) for e in examples())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "least"),
    [
        (ANSWERS, 0.95),
        (APART / "answers", 0.95),
        (APART / "last", 0.95),
        (APART / "unseen", 0.9),
        (APART / "new", 0.85),
        (APART / "sealed", 0.9),
        (APART / "later", 0.85),
        (APART / "latest", 0.93),
        (APART / "recent", 0.93),
        (APART / "fresh", 0.85),
        (APART / "hard", 0.75),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_the_order_of_strong_middling_and_weak_is_right(
    folder: Path, least: float
) -> None:
    found = order([Judged(e.name, e.mean_label, overall(e)) for e in examples(folder)])
    assert found.right >= least * found.total, found.wrong


@pytest.mark.slow
@pytest.mark.parametrize("latest", [False, True])
def test_pillars_follow_the_labels(latest: bool) -> None:
    labels, values = [], []
    for example in examples():
        if (example.name in LATEST) != latest:
            continue
        score = scored(example.text, example.question)
        for pillar, label in example.labels.items():
            value = score.pillars[pillar]
            assert value is not None
            labels.append(label)
            values.append(value)
    assert spearman(labels, values) >= 0.7


@pytest.mark.slow
def test_removing_the_result_never_raises_a_score() -> None:
    with_result = [e for e in examples() if e.result]
    assert len(with_result) >= 10
    for example in with_result:
        before = scored(example.text, example.question)
        after = scored(example.text.replace(example.result, ""), example.question)
        assert_not_raised(before, after)


OPENERS = ("Well, ", "You know, ", "I mean, ", "Basically, ", "Okay, ", "Actually, ")


@pytest.mark.slow
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.data())
def test_discourse_markers_never_raise_a_score(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(examples()))
    sentences = sentences_of(example.text)
    at = data.draw(st.integers(0, len(sentences) - 1))
    opener = data.draw(st.sampled_from(OPENERS))
    said = [*sentences[:at], opener + sentences[at], *sentences[at + 1 :]]
    before = scored(example.text, example.question)
    assert_not_raised(before, scored(" ".join(said), example.question))


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.data())
def test_filled_pauses_change_no_score(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(examples()))
    words = example.text.split()
    for _ in range(3):
        at = data.draw(st.integers(0, len(words)))
        words.insert(at, data.draw(st.sampled_from(("um", "uh", "erm"))))
    before = scored(example.text, example.question)
    after = scored(" ".join(words), example.question)
    assert (after.pillars, after.overall) == (before.pillars, before.overall)


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.data())
def test_filler_buzzwords_never_raise_a_score(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(examples()))
    sentences = sentences_of(example.text)
    at = data.draw(st.integers(0, len(sentences)))
    stuffed = [*sentences[:at], data.draw(st.sampled_from(BUZZ)), *sentences[at:]]
    before = scored(example.text, example.question)
    assert_not_raised(before, scored(" ".join(stuffed), example.question))


def test_a_stuffed_answer_scores_lower_than_a_plain_one() -> None:
    question = next(e.question for e in examples() if e.name == "most_complex")
    stuffed = scored(" ".join(BUZZ * 6) + " I was very happy with it. " * 12, question)
    plain = next(e for e in examples() if e.name == "most_complex")
    assert stuffed.overall is not None
    assert stuffed.overall <= 1.5 < overall(plain)


def assert_not_raised(before: Score, after: Score) -> None:
    """No pillar and not the whole may be higher than before."""
    assert (after.overall or 0) <= (before.overall or 0)
    assert raised(before, after) == {}


@pytest.mark.parametrize("example", examples(), ids=lambda e: f"{e.name}-{e.level}")
def test_every_quote_is_in_the_transcript(example: Example) -> None:
    score = scored(example.text, example.question)
    assert score.findings
    for finding in score.findings:
        assert finding.kind == ("strength" if finding.points >= 4 else "gap")
        assert finding.why
        assert finding.evidence or finding.kind == "gap"
        for quote in finding.evidence:
            assert example.text[quote.char_start : quote.char_end] == quote.text
            assert quote.text
    assert score.one_change
    for said in re.findall("“(.+?)”", score.one_change):
        assert said.removesuffix(" …") in example.text


def test_the_same_words_get_the_same_score() -> None:
    example = examples()[0]
    scored.cache_clear()
    first = scored(example.text, example.question)
    scored.cache_clear()
    assert scored(example.text, example.question) == first


def spoken(text: str, step_s: float = 0.4) -> Answer:
    """The same words as a recording would give them, one every ``step_s`` seconds."""
    words = tuple(
        Word(word, Span(i * step_s, i * step_s + 0.3), 0.9)
        for i, word in enumerate(text.split())
    )
    voiced = tuple(word.span for word in words if word.span)
    return Answer(words, voiced=voiced, duration_s=len(words) * step_s)


def test_typed_and_spoken_words_get_the_same_pillars_and_spoken_quotes_have_times() -> (
    None
):
    example = next(e for e in examples() if e.level == "middling")
    reading = read(spoken(example.text))
    measures = measure(reading, example.question.target_s)
    score = judge(reading, measures, example.question)
    assert score.pillars == scored(example.text, example.question).pillars
    quotes = [quote for finding in score.findings for quote in finding.evidence]
    assert quotes
    assert all(quote.span is not None for quote in quotes)


@pytest.mark.slow
def test_typed_and_spoken_words_get_the_same_score_everywhere() -> None:
    for example in examples()[::5]:
        reading = read(spoken(example.text))
        measures = measure(reading, example.question.target_s)
        score = judge(reading, measures, example.question)
        typed_score = scored(example.text, example.question)
        assert (score.pillars, score.overall) == (
            typed_score.pillars,
            typed_score.overall,
        )


def test_the_one_change_says_when_it_was_said() -> None:
    example = next(e for e in examples() if e.level == "weak")
    reading = read(spoken(example.text))
    score = judge(reading, measure(reading, (60, 120)), example.question)
    assert score.one_change is not None
    if "“" in score.one_change:
        assert re.search(r"” at \d+:\d\d", score.one_change)


def test_pillars_without_a_chance_are_none_with_the_reason() -> None:
    example = next(e for e in examples() if e.name == "url_shortener")
    score = scored(example.text, example.question)
    assert score.pillars["culture_values"] is None
    assert "no chance" in score.unmeasured["score.pillars.culture_values"]
    values = [value for value in score.pillars.values() if value is not None]
    assert score.overall is not None
    assert abs(score.overall - sum(values) / len(values)) <= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Nous avons réduit le périmètre du projet de moitié en deux mois. " * 5,
        "12 40 3,000 99.9% 7 8 9 " * 12,
        "的 项目 我们 决定 " * 20,
        "so so so so " * 20,
    ],
)
def test_what_is_no_english_answer_is_judged_low_without_a_crash(text: str) -> None:
    for question in {e.question.structure: e.question for e in examples()}.values():
        overall = scored(text, question).overall
        assert overall is None or overall < 2.5


@pytest.mark.parametrize(
    "text", ["", "Yes.", "I cut the scope.", "we " * 20, "um " * 60, BUZZ[0] * 10]
)
def test_too_few_words_are_not_judged(text: str) -> None:
    question = examples()[0].question
    score = scored(text, question)
    assert set(score.pillars.values()) == {None}
    assert score.overall is None
    assert score.one_change is None
    assert score.findings == ()
    assert set(score.unmeasured.values()) == {"not enough said"}


def test_every_pillar_is_the_sum_of_what_is_shown() -> None:
    for example in examples()[::23]:
        score = scored(example.text, example.question)
        values = [grade.value for grade in score.grades.values()]
        assert set(score.grades) == {p for p, v in score.pillars.items() if v}
        assert score.overall == round(sum(values) / len(values), 2)
        known = {c.id for c in rubric().criteria}
        for pillar, grade in score.grades.items():
            assert score.pillars[pillar] == int(grade.value + 0.5)
            assert sum(a.amount for a in grade.addends) == pytest.approx(grade.total)
            gave = {a.source for a in grade.addends if a.amount > 0} - {"substance"}
            assert gave <= known


def test_blame_is_quoted_and_costs_the_pillar() -> None:
    weak = next(
        e for e in examples() if (e.name, e.level) == ("failed_program", "weak")
    )
    score = scored(weak.text, weak.question)
    found = next(f for f in score.findings if f.criterion == "accountability")
    assert (found.points, found.kind) == (1, "gap")
    assert score.pillars["culture_values"] == 1


def test_coordinated_beside_a_decision_is_not_punished() -> None:
    strong = next(e for e in examples() if e.name == "capacity_halved")
    told = "I coordinated the handover with the two teams. "
    before = scored(strong.text, strong.question).overall
    after = scored(told + strong.text, strong.question).overall
    assert before is not None
    assert after is not None
    assert after >= before - 0.25


def test_what_was_never_done_is_no_verb_of_an_owner() -> None:
    question = next(e.question for e in examples() if e.name == "failed_program")
    done = "I stopped the cutover in May because the ledger was wrong, and it held. "
    never = "We could have patched the rounding. I should've cut it in March."

    def owned(text: str) -> str:
        reading = read(typed(text))
        measures = measure(reading, question.target_s, question.structure)
        assessed, _ = graded(Case.of(question, reading, measures))
        found = {one.criterion.id: one.found for one in assessed}
        return found["ownership_language"].why

    assert owned(done + never) == owned(done)
    assert "stop" in owned(done)


def test_no_verdict_on_hiring_anywhere() -> None:
    for example in examples()[:6]:
        said = repr(scored(example.text, example.question)).lower()
        assert not re.search(
            r"\b(no[- ]hire|strong hire|would hire|reject the cand)", said
        )
