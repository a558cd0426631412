"""``voicecoach questions`` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voicecoach.cli.questions_command import questions, target, user_folder
from voicecoach.errors import QuestionError
from voicecoach.questions import Question, QuestionBank, bank_folder

MINE = """
[[question]]
id = "screen.mine"
round = "screen"
level = "principal"
prompt = "What is yours, and yours alone?"
pillars = ["communication"]
structure = "direct"
assesses = "Something of my own."
pitfalls = ["Something of ours."]
follow_ups = [
  { probes = "own_role", prompt = "And you?" },
  { probes = "certainty", prompt = "Sure?" },
  { probes = "headline_first", prompt = "Why?", pushback = true },
]
"""


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings folder of the test's own, with no file in it."""
    folder = tmp_path / "settings"
    folder.mkdir()
    monkeypatch.setenv("VOICECOACH_SETTINGS", str(folder / "settings.toml"))
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "mine.toml").write_text(MINE, encoding="utf-8")
    return folder


def run(*words: object) -> Result:
    result = CliRunner().invoke(questions, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_list_shows_number_id_level_target_and_first_words() -> None:
    lines = run("list").stdout.splitlines()
    bank = QuestionBank.load()
    for number, one in enumerate(bank.questions, start=1):
        [line] = [line for line in lines if one.id in line.split()]
        assert line.split()[:3] == [str(number), one.id, one.level]
        assert target(one.target_s) in line
        assert " ".join(one.prompt.split()[:5]) in line


def test_list_filters_and_keeps_the_numbers() -> None:
    words = ("list", "--round", "screen", "--json")
    rows = json.loads(run(*words).stdout)
    assert {row["round"] for row in rows} == {"screen"}
    everything = json.loads(run("list", "--json").stdout)
    assert rows == [row for row in everything if row["round"] == "screen"]
    levels = json.loads(run("list", "--level", "senior", "--json").stdout)
    assert {row["level"] for row in levels} == {"senior"}


def test_json_holds_whole_questions() -> None:
    for row in json.loads(run("list", "--json").stdout):
        row.pop("number")
        Question.model_validate(row)


def test_an_empty_filter_says_what_there_is() -> None:
    with pytest.raises(QuestionError, match=r"estimation \(core, senior, principal\)"):
        run("list", "--round", "screen", "--level", "principal")


def test_an_unknown_round_is_refused_with_the_known_ones() -> None:
    result = run("list", "--round", "lunch")
    assert result.exit_code == 2
    assert "behavioral" in result.stderr


def test_show_has_everything_that_the_question_has() -> None:
    bank = QuestionBank.load()
    one = bank.by_id("behavioral.failed-program")
    by_id = run("show", one.id).stdout
    assert by_id == run("show", bank.number(one.id)).stdout
    flat = " ".join(by_id.replace("│", " ").split())
    follow_ups = [follow_up.prompt for follow_up in one.follow_ups]
    for text in (one.id, one.prompt, one.assesses, *one.pitfalls, *follow_ups):
        assert text in flat
    assert flat.count("a pushback") == 1
    assert "3-4 min" in flat


def test_show_as_json_is_the_question() -> None:
    row = json.loads(run("show", "failed-program", "--json").stdout)
    assert row.pop("number") > 0
    expected = QuestionBank.load().by_id("behavioral.failed-program")
    assert Question.model_validate(row) == expected


def test_show_of_an_unknown_id_suggests_one() -> None:
    with pytest.raises(QuestionError, match=r"did you mean .*behavioral\.failed-progr"):
        run("show", "behavioral.failed-programme")


def test_a_users_folder_is_listed_shown_and_checked(mine: Path) -> None:
    rows = json.loads(run("list", "--folder", mine, "--json").stdout)
    assert rows[-1]["id"] == "screen.mine"
    assert "yours alone" in run("show", "mine", "--folder", mine).stdout
    result = run("check", mine)
    assert result.exit_code == 0
    assert "1 question in 1 file" in result.stderr


def test_the_folder_beside_the_settings_is_the_users(settings: Path) -> None:
    assert user_folder() is None
    (settings / "questions").mkdir()
    (settings / "questions" / "mine.toml").write_text(MINE, encoding="utf-8")
    assert user_folder() == settings / "questions"
    assert "screen.mine" in run("list").stdout
    assert "mine.toml" in run("check").stdout


def test_the_settings_may_name_another_folder(settings: Path, mine: Path) -> None:
    (settings / "settings.toml").write_text(f"[folders]\nquestions = '{mine}'\n")
    assert user_folder() == mine


def test_check_of_ours_is_fine_and_counts() -> None:
    result = run("check")
    total = len(QuestionBank.load().questions)
    files = len(list(bank_folder().glob("*.toml")))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == files
    assert f"{total} questions in {files} files" in result.stderr


def test_check_prints_every_problem_of_every_file(mine: Path) -> None:
    (mine / "broken.toml").write_text("[[question]]\nid = \n")
    text = MINE.replace('"direct"', '"loud"').replace('"principal"', '"none"')
    (mine / "mine.toml").write_text(text)
    result = run("check", mine)
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 3
    assert f"{mine / 'broken.toml'}:2: is not valid TOML" in result.stdout
    assert "field level" in result.stdout
    assert "field structure" in result.stdout
    assert "3 problems" in result.stderr


def test_check_knows_the_rubric_and_our_ids(mine: Path) -> None:
    text = MINE.replace("own_role", "own_rolls").replace(".mine", ".why-tpm")
    (mine / "mine.toml").write_text(text)
    result = run("check", mine / "mine.toml")
    assert result.exit_code == 2
    assert "did you mean own_role" in result.stdout
    assert "taken already" in result.stdout
    assert str(bank_folder() / "screen.toml") in result.stdout


def test_check_of_a_folder_with_nothing_in_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(QuestionError, match="no question file"):
        run("check", tmp_path / "empty")


def test_the_example_of_the_readme_is_a_good_file(tmp_path: Path) -> None:
    readme = (bank_folder() / "README.md").read_text(encoding="utf-8")
    example = readme.split("```toml\n")[1].split("```")[0]
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")
    assert run("check", tmp_path / "example.toml").exit_code == 0


@pytest.mark.parametrize(
    ("target_s", "text"),
    [
        ((180, 240), "3-4 min"),
        ((45, 90), "45-90 s"),
        ((90, 150), "1.5-2.5 min"),
        ((75, 150), "75-150 s"),
    ],
)
def test_targets_read_as_people_say_them(
    target_s: tuple[float, float], text: str
) -> None:
    assert target(target_s) == text
