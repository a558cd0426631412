"""Words said back to the speaker: whole clauses, their own words, plain grammar."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sample_answers import question_of, scored, words_of
from voicecoach.measures import measure, read
from voicecoach.measures.frameworks import framework_names
from voicecoach.measures.language import Reading
from voicecoach.questions import Question
from voicecoach.rubric import criterion_in_words, follow_up, judge, rubric
from voicecoach.rubric.asks import PUSHBACK, probes
from voicecoach.rubric.clauses import clause_at, clauses_in
from voicecoach.rubric.conduct import OTHERS
from voicecoach.rubric.phrases import part_in_words, tense
from voicecoach.rubric.results import FollowUp, Score
from voicecoach.rubric.shown import CONDUCT
from voicecoach.rubric.spoken import clean, reported
from voicecoach.rubric.wording import MOST_HELD, MOST_QUOTED, WHOLE
from voicecoach.timeline import Answer, Span, Word, bare, is_filled_pause, typed

ANSWERS = Path(__file__).parent / "examples" / "answers"
NAMES = sorted(path.stem for path in ANSWERS.glob("*.toml"))
SLOTS = {"quote", "time", "missing", "problem", "point", "softener", "prompt"}
SPOKEN_SLOTS = {"prompt", "missing"}
PSYCHOLOGY = re.compile(
    r"\b(?:confiden\w*|nervous\w*|honest\w*|sincer\w*|anxi\w*|personality|passion\w*)\b",
    re.IGNORECASE,
)


def timed(text: str) -> Answer:
    """A text as if spoken at an even pace, each word 0.4 s after the one before."""
    words = enumerate(text.split())
    return Answer(
        tuple(
            Word(w, Span(round(0.4 * i, 3), round(0.4 * i + 0.3, 3))) for i, w in words
        )
    )


def clauses(text: str) -> list[str]:
    """Every clause of a text that can be said back."""
    reading = read(typed(text))
    return [
        clause.quote(reading).text.rstrip(".,")
        for clause in clauses_in(
            reading, reading.answer.quote(0, len(text.split()) - 1)
        )
    ]


# -- clauses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (
            "So in the end I decided to cut the last nine services because a wrong "
            "invoice costs us a customer.",
            "I decided to cut the last nine services",
        ),
        (
            "And, um, we moved the queue to a new cluster.",
            "we moved the queue to a new cluster",
        ),
        ("I was, I was running the weekly review.", "I was running the weekly review"),
        (
            "If the error rate goes up we roll the change back.",
            "If the error rate goes up we roll the change back",
        ),
        (
            "I stopped the rollout and the vendor paid for the old devices.",
            "I stopped the rollout",
        ),
        ("I think that we tested the wrong thing.", "we tested the wrong thing"),
    ],
)
def test_a_clause_is_whole_and_begins_at_its_subject(text: str, clause: str) -> None:
    assert clause in clauses(text)


@pytest.mark.parametrize(
    "text",
    [
        "Can we reduce the scope of this release?",
        "If the team was late.",
        "Let me give some background first.",
        "Who wanted the database to be moved.",
        "A dashboard with red, yellow and green.",
    ],
)
def test_what_states_nothing_is_not_said_back(text: str) -> None:
    assert clauses(text) == []


def test_without_full_stops_a_statement_does_not_run_into_the_next() -> None:
    said = clauses(
        "they didn't come back after the update I called the trial off on the same "
        "evening and we drove there with memory sticks"
    )
    assert "I called the trial off on the same evening" in said
    assert not any("update I called" in clause for clause in said)


def test_a_condition_is_never_cut_off() -> None:
    said = clauses("If the stream is down, we drop the counts and go on.")
    assert said
    assert all(clause.startswith("If the stream") for clause in said)


# -- the speaker's words, said again ---------------------------------------------------


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("I cut our last nine services,", "you cut your last nine services"),
        ("We moved everybody to it.", "you moved everybody to it"),
        ("I was, um, I was late", "you were late"),
        ("I wasn't sure", "you weren't sure"),
        (
            "The vendor told me that it was ours",
            "the vendor told you that it was yours",
        ),
        ("Marketing wanted my date", "Marketing wanted your date"),
        ("SLO reviews were mine", "SLO reviews were yours"),
        ("I'd ask them and we've got time", "you'd ask them and you've got time"),
        ("If it fails we go back", "if it fails you go back"),
    ],
)
def test_what_was_said_is_reported(said: str, again: str) -> None:
    assert reported(said) == again


WORDS = st.lists(
    st.sampled_from(["um", "uh,", "I", "we", "cut", "the", "scope.", "twice", "erm"]),
    max_size=25,
)


@given(WORDS)
def test_cleaning_only_leaves_words_out(words: list[str]) -> None:
    left = clean(" ".join(words)).split()
    rest = iter(words)
    assert all(any(word == said for said in rest) for word in left)
    assert not any(map(is_filled_pause, left))
    kept = {bare(word) for word in words if not is_filled_pause(word)}
    assert {bare(word) for word in left} == kept


@given(WORDS)
def test_cleaning_twice_changes_nothing_more(words: list[str]) -> None:
    once = clean(" ".join(words))
    assert len(clean(once).split()) <= len(once.split())
    assert "  " not in once


# -- the texts themselves --------------------------------------------------------------


def test_every_template_is_a_sentence_with_slots_that_get_filled() -> None:
    known = SLOTS | SPOKEN_SLOTS | tense(past=True).keys()
    assert tense(past=True).keys() == tense(past=False).keys()
    for criterion in rubric().criteria:
        texts = [
            criterion.change,
            criterion.change_bare,
            *criterion.follow_ups,
            *criterion.probes,
        ]
        for text in texts:
            named = {name for _, name, _, _ in Formatter().parse(text) if name}
            assert named <= known, (criterion.id, text)
            assert text.endswith((".", "?", "}")), text
            assert "  " not in text
            assert not PSYCHOLOGY.search(text), text
        for text in (*criterion.follow_ups, *criterion.probes):
            assert "“" not in text, "it is spoken: no quotation marks"
    for heading in (PUSHBACK, *(held.heading for held in rubric().against)):
        for text in probes(heading):
            named = {name for _, name, _, _ in Formatter().parse(text) if name}
            assert named <= known, (heading, text)
            assert text.endswith((".", "?")), text
            assert "“" not in text, "it is spoken: no quotation marks"


def test_what_is_remembered_and_what_is_missing_have_names() -> None:
    for criterion in rubric().criteria:
        assert criterion_in_words(criterion.id) != criterion.id.replace("_", " ")
    structures = ("system_design", "release", "options", "plan", "brief", "estimate")
    for structure in structures:
        for part in framework_names(structure):
            assert " " in part_in_words(part), part


# -- over all sample answers -----------------------------------------------------------


@cache
def judged(name: str) -> tuple[tuple[Question, Reading, Score], ...]:
    """Every answer of one question."""
    data = tomllib.loads((ANSWERS / f"{name}.toml").read_text("utf-8"))
    question = question_of(data["question"])
    result = []
    for answer in data["answers"]:
        reading = read(timed(words_of(answer)))
        score = judge(reading, measure(reading, question.target_s), question)
        result.append((question, reading, score))
    return tuple(result)


def asked_in_a_row(question: Question, score: Score, most: int = 6) -> list[FollowUp]:
    asked: list[FollowUp] = []
    for _ in range(most):
        prompts = frozenset(one.prompt for one in asked)
        asked.append(follow_up(question, score, prompts))
    return asked


def assert_reads_well(text: str, answer: str) -> None:
    """What a machine can tell of a sentence."""
    assert text.endswith((".", "?")), text
    assert "  " not in text
    assert " ," not in text
    assert "{" not in text
    assert text.count("“") == text.count("”"), text
    assert not re.search(r"\b(?:um|uh|erm)\b", text.lower()), text
    assert not re.search(r"(?i)\b(\w{3,}) \1\b", text.replace("had had", "")), text
    assert all(word in answer for word in PSYCHOLOGY.findall(text)), text
    assert text[0].isupper()


def is_held(score: Score) -> bool:
    """Whether what was done to others is told first."""
    gap = next((f for f in score.findings if f.kind == "gap"), None)
    return gap is not None and gap.slots.get("against") in (*CONDUCT, OTHERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_one_change_quotes_the_answer_and_reads_well(name: str) -> None:
    for _, reading, score in judged(name):
        change = score.one_change
        assert change is not None
        assert_reads_well(change, reading.answer.text)
        said = re.findall("“(.+?)”", change)
        for quote in said:
            assert quote in reading.answer.text
            assert not is_filled_pause(quote.split()[0])
            assert len(quote.split()) <= (MOST_HELD if is_held(score) else MOST_QUOTED)
        if said:
            assert re.search(r"” at \d+:\d\d", change), change


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_missing_only_where_no_gap_is_shown(name: str) -> None:
    for _, _, score in judged(name):
        gaps = [f for f in score.findings if f.kind == "gap"]
        assert score.one_change is not None
        if score.one_change.startswith(WHOLE):
            assert all(score.pillars[gap.pillar] == 5 for gap in gaps)


@pytest.mark.parametrize("name", NAMES)
def test_follow_ups_are_new_open_and_in_the_speakers_words(name: str) -> None:
    for question, reading, score in judged(name):
        asked = asked_in_a_row(question, score)
        assert len({one.prompt for one in asked}) == len(asked)
        for one in asked:
            if question.prompt not in one.prompt:
                assert_reads_well(one.prompt, reading.answer.text)
            for quote in one.evidence:
                assert quote.text in reading.answer.text
                said = {bare(word) for word in clean(quote.text).split()}
                heard = {bare(word) for word in one.prompt.split()}
                assert len(said & heard) >= len(said) / 3


@pytest.mark.parametrize("name", NAMES)
def test_an_opening_has_no_word_that_was_not_said(name: str) -> None:
    for _, reading, score in judged(name):
        for one in score.coaching.opening:
            text = reading.answer.text
            assert one.quote.text == text[one.quote.char_start : one.quote.char_end]
            rest = iter(bare(word) for word in one.quote.text.split())
            for word in one.clean.split():
                assert any(bare(word) == said for said in rest)


# -- the opening -----------------------------------------------------------------------

BEGINNINGS = (
    "Good question, let me give some background first. The company was founded in "
    "two thousand nine and it had three warehouses, and each of them had its own "
    "software, and I came there as a program manager in my second year of work. ",
    "So, um, to give you some context, I'd been in that team for about a year, and it "
    "was a team of nine people who looked after everything around the tax reports, and "
    "before that I had been with another company for quite some time. ",
)
DECISIONS = (
    "I, um, I stopped the rollout in Poland after nine days. ",
    "I decided to drop the second vendor because its tests never ran. ",
)
RESULTS = (
    "In the end picking errors dropped from two percent to zero point three percent. ",
    "In the end we launched in May and saved forty thousand euros a month. ",
)
MIDDLE = "There was a lot of talk about it and we met the teams every week. "


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(BEGINNINGS), st.sampled_from(DECISIONS), st.sampled_from(RESULTS)
)
def test_a_late_point_is_offered_as_the_opening(
    beginning: str, decision: str, result: str
) -> None:
    question, _, _ = judged("failed_program")[0]
    reading = read(timed(beginning + MIDDLE + decision + MIDDLE + result))
    score = judge(reading, measure(reading, question.target_s), question)
    opening = score.coaching.opening
    assert opening
    for one in opening:
        assert one.clean.split() == [
            word for word in one.clean.split() if not is_filled_pause(word)
        ]
        assert bare(one.clean.split()[0]) not in ("it", "they", "that", "and", "so")
        said = [bare(word) for word in one.quote.text.split()]
        assert {bare(word) for word in one.clean.split()} <= set(said)


def test_a_point_that_came_first_needs_no_other_opening() -> None:
    question, _, _ = judged("failed_program")[0]
    reading = read(timed(RESULTS[0] + DECISIONS[0] + MIDDLE + BEGINNINGS[0]))
    score = judge(reading, measure(reading, question.target_s), question)
    late = [f for f in score.findings if f.criterion == "headline_first"]
    assert not any(f.kind == "gap" for f in late)
    assert score.coaching.opening == ()


def test_a_clause_is_found_from_any_of_its_words() -> None:
    reading = read(typed("So I cut the last nine services."))
    for token in reading.doc[1:7]:
        clause = clause_at(reading, token)
        assert clause is not None
        assert clause.quote(reading).text == "I cut the last nine services."


def test_of_two_numbers_in_a_long_sentence_the_one_that_tells_more_is_quoted() -> None:
    """The README's session: one sentence is "two quarters late" and "4% to 0.006%"."""
    session = Path(__file__).parents[1] / "docs" / "session.json"
    text = json.loads(session.read_text("utf-8"))["transcript"]["text"]
    found = scored(text, question_of("behavioral.failed-program")).findings
    told = next(f for f in found if f.criterion == "quantified_impact")
    assert told.evidence[0].text.endswith("went from 4% to 0.006%,")
