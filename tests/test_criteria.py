"""The rubric's data, and its detectors on must-flag and must-not-flag passages."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from voicecoach.measures import measure, read
from voicecoach.questions import Question
from voicecoach.rubric import criterion_ids, rubric
from voicecoach.rubric.assessing import BY_MEASURE, Case, assess
from voicecoach.rubric.criteria import Rubric
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.patterns import compiled, utterances
from voicecoach.timeline import typed

EXAMPLES = tomllib.loads(
    (Path(__file__).parent / "examples" / "criteria.toml").read_text("utf-8")
)
OF_THE_WHOLE_ANSWER = {"structure_followed", "question_answered", "delivery"}
"""Criteria that no single passage can show; tests/test_rubric.py has them."""
QUESTION = Question(
    id="behavioral.any",
    round="behavioral",
    level="core",
    prompt="Tell me about it.",
    pillars=("program_execution",),
    structure="star_l",
    assesses="anything",
    pitfalls=("none",),
    follow_ups=tuple({"prompt": f"And {i}?", "probes": "own_role"} for i in range(3)),
)


def points(criterion_id: str, text: str) -> int:
    """Points of one criterion for a passage."""
    reading = read(typed(text))
    case = Case.of(QUESTION, reading, measure(reading, (60, 120)))
    return assess(rubric().by_id[criterion_id], case).points


def flagged(criterion_id: str, side: str) -> list[str]:
    """The passages of one side in which the criterion is found as a strength."""
    least = rubric().bands.strength_from
    return [t for t in EXAMPLES[criterion_id][side] if points(criterion_id, t) >= least]


def test_no_detector_lacks_examples() -> None:
    assert set(criterion_ids()) - OF_THE_WHOLE_ANSWER == set(EXAMPLES)
    for criterion_id, sides in EXAMPLES.items():
        for side in ("must_flag", "must_not_flag"):
            texts = sides[side]
            assert len(texts) == len(set(texts)) >= 12, (criterion_id, side)


@pytest.mark.parametrize("criterion_id", sorted(EXAMPLES))
def test_must_flag_is_found_and_must_not_flag_is_not(criterion_id: str) -> None:
    found = flagged(criterion_id, "must_flag")
    wrong = flagged(criterion_id, "must_not_flag")
    missed = set(EXAMPLES[criterion_id]["must_flag"]) - set(found)
    assert len(missed) <= 2, missed
    assert len(wrong) <= 1, wrong


def test_every_criterion_has_rules_or_a_measure() -> None:
    for criterion in rubric().criteria:
        assert bool(criterion.rules) != (criterion.id in BY_MEASURE), criterion.id


def test_ids_are_unique_and_every_pillar_can_be_scored() -> None:
    assert len(set(criterion_ids())) == len(criterion_ids()) == 26
    for pillar, scale in rubric().pillars.items():
        best = sum(c.weight for c in rubric().criteria if c.pillar == pillar)
        assert max(scale.levels.values()) < best
        assert list(scale.levels.values()) == sorted(scale.levels.values())


def test_texts_take_only_the_slots_that_are_filled() -> None:
    slots = dict.fromkeys(("quote", "time", "missing", "problem"), "x")
    for criterion in rubric().criteria:
        for text in (criterion.advice, criterion.praise, criterion.change):
            assert "{" not in text.format_map(slots)
        assert "{quote}" not in criterion.change_bare
        for template in criterion.follow_ups:
            assert "{" not in template.format_map({"words": "x", "prompt": "x"})


def test_a_rule_that_names_an_unknown_cue_is_refused() -> None:
    data = rubric().model_dump(by_alias=True)
    data["criterion"][0]["rules"] = [{"points": 4, "needs": ["nonsense"], "within": 1}]
    with pytest.raises(ValidationError, match="nonsense"):
        Rubric.model_validate(data)


def test_follow_ups_of_the_bank_probe_criteria_that_exist() -> None:
    bank = Path(__file__).parents[1] / "question_bank"
    files = sorted(bank.glob("*.toml"))
    assert files
    known = set(criterion_ids())
    for path in files:
        for probe in probes_in(tomllib.loads(path.read_text("utf-8"))):
            assert probe in known, (path.name, probe)


def probes_in(node: object) -> list[str]:
    """Every value of a key "probes", however deep."""
    if isinstance(node, dict):
        own = [node["probes"]] if "probes" in node else []
        return own + [p for value in node.values() for p in probes_in(value)]
    if isinstance(node, list):
        return [p for value in node for p in probes_in(value)]
    return []


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("i cut/VERB", "I cut the scope.", ["I cut"]),
        ("i cut/VERB", "I made the cut.", []),
        ("i ?really cut", "I really cut it.", ["I really cut"]),
        ("i *2 scope", "I cut the scope.", ["I cut the scope"]),
        ("i *1 scope", "I cut the scope.", []),
        ("{pair} it", "We looked at it and kept it.", ["looked at it", "kept it"]),
        ("cut !the scope", "I cut the scope, they cut our scope.", ["cut our scope"]),
        ("# weeks", "It took six weeks, then 3 weeks.", ["six weeks", "3 weeks"]),
        ("scope the", "I cut the scope. The end.", []),
    ],
)
def test_pattern_language(pattern: str, text: str, matches: list[str]) -> None:
    one = compiled(pattern, {"pair": ("looked at", "keep")})
    found = [
        " ".join(t.text for t in u.tokens[first : last + 1])
        for u in utterances(read(typed(text)))
        for first, last in one.find(u)
    ]
    assert found == matches


def test_a_pattern_with_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="no word class"):
        compiled("{nothing} here", {})


def test_no_cue_lies_idle() -> None:
    used = {cue for c in rubric().criteria for rule in c.rules for cue in rule.cues}
    used |= {cue for c in rubric().criteria for cue in c.hooks}
    used |= {cue for c in rubric().criteria for r in c.rules for cue in r.unless}
    used |= {penalty.cue for penalty in rubric().penalties}
    used |= {"outcome_first", "preamble", "vague", "result"}  # assessing.py
    assert {cue.name for cue in lexicon().cues} == used


def test_every_criterion_is_documented() -> None:
    text = (Path(__file__).parents[1] / "docs" / "judgement.md").read_text("utf-8")
    for criterion_id in criterion_ids():
        assert f"| {criterion_id} |" in text
