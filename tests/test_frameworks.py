"""Frameworks: which parts were said, and that a list of terms says nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from voicecoach.measures.frameworks import (
    framework,
    framework_names,
    framework_parts,
    frameworks,
)
from voicecoach.measures.language import read
from voicecoach.questions import QuestionBank, Structure
from voicecoach.timeline import typed

EXAMPLES = Path(__file__).parent / "examples" / "structure.toml"
FRAMEWORKS = tomllib.loads(EXAMPLES.read_text("utf-8"))["framework"]


@pytest.mark.parametrize("example", FRAMEWORKS, ids=lambda e: str(e["structure"]))
def test_parts_that_were_said(example: dict[str, Any]) -> None:
    found = framework_parts(read(typed(example["text"])), example["structure"])
    assert [part.part for part in found] == example["said"]
    assert all(part.quote.text in example["text"] for part in found)


def test_every_structure_of_a_question_has_a_framework_and_examples() -> None:
    asked = set(get_args(Structure)) - {"star_l"}
    assert set(frameworks()) == asked
    assert {example["structure"] for example in FRAMEWORKS} == asked
    for structure in asked:
        full = [e for e in FRAMEWORKS if e["structure"] == structure and e["said"]]
        said = {part for example in full for part in example["said"]}
        assert said == set(framework_names(structure))


def test_questions_after_the_design_are_not_clarifying() -> None:
    design = "The gateway sends every request to a service."
    question = "How many users do we expect per day?"
    after = framework_parts(read(typed(f"{design} {question}")), "system_design")
    before = framework_parts(read(typed(f"{question} {design}")), "system_design")
    assert "clarify" not in {part.part for part in after}
    assert "clarify" in {part.part for part in before}


def test_one_option_is_no_choice() -> None:
    reading = read(typed("The only option is to hold the date for now."))
    assert "options" not in {p.part for p in framework_parts(reading, "options")}


@pytest.mark.parametrize("structure", sorted(frameworks()))
def test_a_list_of_terms_says_nothing(structure: str) -> None:
    terms = "SLO, p99, trade-off, RACI, canary, rollback, idempotent, error budget."
    assert framework_parts(read(typed(terms)), structure) == ()


def test_parts_of_the_labelled_answers() -> None:
    """Precision and recall over the answers of tests/examples/answers."""
    bank, right, found, wanted = QuestionBank.load(), 0, 0, 0
    for path in sorted((EXAMPLES.parent / "answers").glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        for row in data["answers"]:
            if "parts" not in row:
                continue
            structure = bank.find(data["question"]).structure
            reading = read(typed(" ".join(row["text"].split())))
            said = {part.part for part in framework_parts(reading, structure)}
            right += len(said & set(row["parts"]))
            found, wanted = found + len(said), wanted + len(row["parts"])
    assert wanted >= 140
    assert right / found >= 0.8
    assert right / wanted >= 0.8


def test_what_is_missing_is_named() -> None:
    said = framework(
        read(typed("The gateway sends every request on.")), "system_design"
    )
    assert said is not None
    names = [part.part for part in said.said]
    assert "architecture" in names
    assert sorted([*names, *said.missing]) == sorted(framework_names("system_design"))


def test_a_story_has_no_framework_parts() -> None:
    assert framework_parts(read(typed("We cut it.")), "star_l") == ()
    assert framework_names("star_l") == ()
    assert framework(read(typed("We cut it.")), "star_l") is None
