"""Reading question files, naming what is wrong, looking up and choosing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from voicecoach.errors import QuestionError
from voicecoach.questions import (
    LEVELS,
    ROUND_NAMES,
    ROUNDS,
    Choice,
    Question,
    QuestionBank,
    bank_folder,
    problems_of,
    read_file,
)

TABLE: dict[str, Any] = {
    "id": "behavioral.one",
    "round": "behavioral",
    "level": "core",
    "prompt": "What happened?",
    "pillars": ["communication"],
    "structure": "star_l",
    "assesses": "Whether anything happened.",
    "pitfalls": ["Nothing did."],
    "follow_ups": [{"prompt": "And then?", "probes": "own_role"}] * 3,
}

GOOD = """
[[question]]
id = "behavioral.one"
round = "behavioral"
level = "core"
prompt = "What happened?"
pillars = ["communication"]
structure = "star_l"
assesses = "Whether anything happened."
pitfalls = ["Nothing did."]
follow_ups = [
  { probes = "own_role", prompt = "And you?" },
  { probes = "certainty", prompt = "Are you sure?" },
  { probes = "decision_made", prompt = "I doubt it.", pushback = true },
]
"""
ROUND_LINE, LEVEL_LINE, SECOND_FOLLOW_UP_LINE = 4, 5, 13


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def question(name: str, level: str = "core") -> Question:
    round_ = name.partition(".")[0]
    return Question.model_validate(
        TABLE | {"id": name, "round": round_, "level": level}
    )


SMALL = QuestionBank(
    (
        question("screen.a"),
        question("screen.b", "senior"),
        question("behavioral.a", "senior"),
        question("behavioral.c"),
        question("behavioral.d"),
    )
)


# Reading


def test_a_good_file_gives_its_questions(tmp_path: Path) -> None:
    found = read_file(write(tmp_path, GOOD))
    assert not found.problems
    assert [one.id for one in found.questions] == ["behavioral.one"]
    assert found.questions[0].target_s == (180.0, 240.0)
    assert [one.pushback for one in found.questions[0].follow_ups] == [0, 0, 1]


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    assert not read_file(write(tmp_path, "\ufeff" + GOOD)).problems


@pytest.mark.parametrize(
    "case",
    [
        ('level = "core"', 'level = "guru"', LEVEL_LINE, "level", "'senior'"),
        ('round = "behavioral"', 'round = "screen"', ROUND_LINE, "round", "the id"),
        ('"behavioral.one"', '"One"', 3, "id", "behavioral.failed-program"),
        ('"What happened?"', '" "', 6, "prompt", "is empty"),
        ('"What happened?"', "7", 6, "prompt", "text in quotes"),
        ('["communication"]', "[]", 7, "pillars", "at least 1"),
        ('["communication"]', '["charm"]', 7, "pillars 1", '"charm"'),
        ("pitfalls =", "pitfall =", 10, "pitfall", "pitfalls"),
        ('level = "core"\n', "", 2, "level", "is missing"),
        ('"certainty"', "true", SECOND_FOLLOW_UP_LINE, "follow_ups 2, probes", "text"),
        ("pushback = true", 'pushback = "?"', 14, "follow_ups 3, pushback", "false"),
        (
            '  { probes = "own_role", prompt = "And you?" },\n',
            "",
            11,
            "follow_ups",
            "3",
        ),
        ('structure = "star_l"', "structure = {}", 8, "structure", "a table"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    tmp_path: Path, case: tuple[str, str, int, str, str]
) -> None:
    old, new, line, field, says = case
    assert old in GOOD
    problems = read_file(write(tmp_path, GOOD.replace(old, new, 1))).problems
    found = [problem for problem in problems if problem.field == field]
    assert len(found) == 1, problems
    assert found[0].line == line
    assert says in found[0].text
    assert str(found[0]).startswith(f"{tmp_path / 'mine.toml'}:{line}: question ")
    assert "pydantic" not in str(found[0])


@pytest.mark.parametrize(
    "target", ["[240, 180]", "[0, 60]", "[180, 9000]", "[nan, nan]", "[60, inf]"]
)
def test_a_target_that_is_no_band_is_refused(tmp_path: Path, target: str) -> None:
    text = GOOD.replace("pillars =", f"target_s = {target}\npillars =")
    [problem] = read_file(write(tmp_path, text)).problems
    assert (problem.field, problem.line) == ("target_s", 7)
    assert "the shorter first" in problem.text


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("[180]", "is missing"),
        ("[1, 2, 3]", "more than 2"),
        ("180", "square brackets"),
        ('["soon", "later"]', "number of seconds"),
    ],
)
def test_a_target_of_another_kind_is_refused(
    tmp_path: Path, target: str, says: str
) -> None:
    text = GOOD.replace("pillars =", f"target_s = {target}\npillars =")
    problems = read_file(write(tmp_path, text)).problems
    assert problems
    assert all(says in problem.text for problem in problems)


def test_follow_ups_as_tables_of_their_own_have_lines_too(tmp_path: Path) -> None:
    head = GOOD[: GOOD.index("follow_ups")]
    tables = '[[question.follow_ups]]\nprobes = "a"\nprompt = "b"\n' * 2
    text = head + tables + "[[question.follow_ups]]\nprobes = 3\nprompt = 'c'\n"
    [problem] = read_file(write(tmp_path, text)).problems
    assert problem.field == "follow_ups 3, probes"
    assert text.splitlines()[(problem.line or 0) - 1 :][:2] == [
        "[[question.follow_ups]]",
        "probes = 3",
    ]


def test_a_layout_that_hides_the_lines_gives_none(tmp_path: Path) -> None:
    text = 'question = [{ id = "behavioral.one", round = "behavioral" }]'
    problems = read_file(write(tmp_path, text)).problems
    assert {problem.field for problem in problems} >= {"level", "prompt"}
    assert {problem.line for problem in problems} == {None}


def test_all_problems_of_a_file_are_told_in_order(tmp_path: Path) -> None:
    text = GOOD.replace('"core"', '"guru"') + GOOD.replace('"star_l"', '"epic"')
    problems = read_file(write(tmp_path, text)).problems
    assert [problem.field for problem in problems] == ["level", "structure"]
    assert [problem.line for problem in problems] == [LEVEL_LINE, 23]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"[[question]]\nid = \n", 2, "not valid TOML"),
        (b"[[question]]\nid = 'a", None, "not valid TOML"),
        (b"\xff\xfe\x00", None, "UTF-8"),
        (b"", None, "[[question]]"),
        (b"[question]\nid = 'a'", None, "[[question]]"),
        (b"[[questions]]\nid = 'a'", None, "'questions'"),
        (b"question = [1]", None, "must be a table"),
    ],
)
def test_a_file_that_is_no_question_file_says_why(
    tmp_path: Path, content: bytes, line: int | None, says: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    [problem] = read_file(path).problems
    assert problem.line == line
    assert says in str(problem)
    assert str(path) in str(problem)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    [missing] = read_file(tmp_path / "none.toml").problems
    assert "No such file" in str(missing)
    [folder] = read_file(tmp_path).problems
    assert "cannot be read" in str(folder)


def test_a_probe_that_the_rubric_lacks_is_a_problem(tmp_path: Path) -> None:
    found = read_file(write(tmp_path, GOOD))
    known = {"own_role", "certainty", "decision_made"}
    assert not problems_of([found], known)
    [problem] = problems_of([found], {"own_role", "certain", "decision_made"})
    assert problem.field == "follow_ups 2, probes"
    assert "did you mean certain?" in problem.text


def test_models_refuse_what_the_files_must_not_hold() -> None:
    with pytest.raises(ValidationError, match="begins with another round"):
        Question.model_validate(TABLE | {"round": "screen"})


# The bank


def test_our_bank_goes_by_round_and_is_numbered_from_one() -> None:
    bank = QuestionBank.load()
    rounds = [ROUNDS.index(one.round) for one in bank.questions]
    assert rounds == sorted(rounds)
    assert set(ROUND_NAMES) == set(ROUNDS)
    for number, one in enumerate(bank.questions, start=1):
        assert bank.number(one.id) == number
        assert bank.by_number(number) is one is bank.find(str(number))


def test_a_users_folder_comes_after_ours_and_keeps_our_numbers(tmp_path: Path) -> None:
    write(tmp_path / "b", GOOD.replace(".one", ".second"), "b.toml")
    write(tmp_path / "b", GOOD.replace(".one", ".first"), "a.toml")
    ours, both = QuestionBank.load(), QuestionBank.load(users=tmp_path / "b")
    assert both.questions[: len(ours.questions)] == ours.questions
    added = [one.id for one in both.questions[len(ours.questions) :]]
    assert added == ["behavioral.first", "behavioral.second"]


def test_an_id_of_ours_in_a_users_file_names_both_files(tmp_path: Path) -> None:
    mine = write(tmp_path, GOOD.replace("behavioral.one", "behavioral.failed-program"))
    with pytest.raises(QuestionError) as caught:
        QuestionBank.load(users=tmp_path)
    assert str(mine) in caught.value.message
    assert str(bank_folder() / "behavioral.toml") in caught.value.message


def test_a_wrong_file_stops_the_load_with_file_question_and_field(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, GOOD.replace('"core"', '"guru"').replace("star_l", "x"))
    with pytest.raises(QuestionError, match="1 more") as caught:
        QuestionBank.load(users=tmp_path)
    assert f"{path}:{LEVEL_LINE}: question behavioral.one, field level" in str(
        caught.value
    )
    assert "voicecoach questions check" in caught.value.what_to_do


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="no folder of questions"):
        QuestionBank.load(users=tmp_path / "none")


def test_the_bank_is_found_in_a_checkout_and_in_a_wheel(tmp_path: Path) -> None:
    package = tmp_path / "voicecoach"
    with pytest.raises(QuestionError, match="is missing"):
        bank_folder(package)
    (tmp_path / "question_bank").mkdir()
    assert bank_folder(package) == tmp_path / "question_bank"
    (package / "_question_bank").mkdir(parents=True)
    assert bank_folder(package) == package / "_question_bank"


def test_a_bank_refuses_two_questions_of_one_id() -> None:
    with pytest.raises(ValueError, match="share an id"):
        QuestionBank((question("screen.a"), question("screen.a")))


def test_a_question_is_found_by_id_number_and_short_name() -> None:
    assert SMALL.find("behavioral.c").id == "behavioral.c"
    assert SMALL.find(" 4 ").id == "behavioral.c"
    assert SMALL.find("c").id == "behavioral.c"
    with pytest.raises(QuestionError, match='no question "a"'):
        SMALL.find("a")  # there are two of that short name


def test_an_unknown_id_suggests_the_nearest() -> None:
    with pytest.raises(QuestionError, match=r"did you mean .*behavioral\.c") as caught:
        SMALL.by_id("behavioural.c")
    assert "voicecoach questions list" in caught.value.what_to_do


@pytest.mark.parametrize("number", [-1, 0, 6])
def test_a_number_out_of_range_says_the_range(number: int) -> None:
    with pytest.raises(QuestionError, match="from 1 to 5"):
        SMALL.find(str(number))


def test_a_filter_that_leaves_nothing_says_what_there_is() -> None:
    with pytest.raises(QuestionError) as caught:
        SMALL.choose(Choice(seed=1, round="screen", level="principal"))
    assert 'round "screen"' in caught.value.message
    assert 'level "principal"' in caught.value.message
    assert "screen (core, senior); behavioral (core, senior)" in str(caught.value)


# Choosing

ids = st.sampled_from([one.id for one in SMALL.questions])
choices = st.builds(
    Choice,
    seed=st.integers(),
    count=st.integers(1, 8),
    round=st.sampled_from([None, "screen", "behavioral"]),
    level=st.sampled_from([None, "core", "senior"]),
    asked_lately=st.lists(ids, unique=True).map(tuple),
)


@given(choices)
def test_a_choice_is_different_questions_that_fit(choice: Choice) -> None:
    chosen = SMALL.choose(choice)
    fitting = SMALL.matching(choice.round, choice.level)
    assert len(set(chosen)) == len(chosen) == min(choice.count, len(fitting))
    assert set(chosen) <= set(fitting)
    assert chosen == SMALL.choose(choice)


@given(choices)
def test_those_asked_lately_come_last_and_the_oldest_of_them_first(
    choice: Choice,
) -> None:
    asked = [choice.asked_lately.index(one.id) if one.id in choice.asked_lately
             else len(SMALL.questions) for one in SMALL.choose(choice)]  # fmt: skip
    assert asked == sorted(asked, reverse=True)


@given(choices, ids)
def test_a_question_more_moves_no_other(choice: Choice, name: str) -> None:
    whole = Choice(seed=choice.seed, count=9)
    without = QuestionBank(tuple(one for one in SMALL.questions if one.id != name))
    assert [one for one in SMALL.choose(whole) if one.id != name] == list(
        without.choose(whole)
    )


def test_seeds_reach_every_question() -> None:
    bank = QuestionBank.load()
    first = {bank.choose(Choice(seed=seed))[0].id for seed in range(1500)}
    assert len(first) == len(bank.questions)


def test_none_cannot_be_chosen() -> None:
    with pytest.raises(ValueError, match="cannot choose 0"):
        Choice(seed=1, count=0)


def test_every_level_and_round_has_a_question() -> None:
    bank = QuestionBank.load()
    assert {one.round for one in bank.questions} == set(ROUNDS)
    assert {one.level for one in bank.questions} == set(LEVELS)
