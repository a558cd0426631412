"""The rubric's data, and its detectors on must-flag and must-not-flag passages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from tests.passages import case_of
from tests.sample_answers import ANSWERS, BUZZ, examples
from voicecoach.embedding import Vectors, embed
from voicecoach.measures import read
from voicecoach.rubric import criterion_ids, meaning, rubric
from voicecoach.rubric.assessing import BY_MEASURE, assess
from voicecoach.rubric.criteria import Rubric
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.patterns import Index, compiled, utterances
from voicecoach.timeline import typed

EXAMPLES = tomllib.loads(
    (Path(__file__).parent / "examples" / "criteria.toml").read_text("utf-8")
)
OF_THE_WHOLE_ANSWER = {
    "structure_followed",
    "question_answered",
    "reasons_given",
    "particulars",
    "delivery",
}
"""Criteria that no single passage can show; tests/test_rubric.py has them."""
LEAST_PRECISION, LEAST_RECALL = 0.9, 0.8
"""On passages that are no exemplars: the project's own limits."""
MORE_BUZZ = (
    *BUZZ,
    "I leveraged risk mitigation, rollback signals, dependency maps and decision logs.",
    "Trade-offs, alternatives, failure modes, escalation paths and lessons learned.",
)


def points(criterion_id: str, text: str) -> int:
    """Points of one criterion for a passage."""
    return assess(rubric().by_id[criterion_id], case_of(text)).points


@cache
def flagged(criterion_id: str, side: str) -> tuple[str, ...]:
    """The passages of one side in which the criterion is found as a strength."""
    least = rubric().bands.strength_from
    passages = EXAMPLES[criterion_id][side]
    return tuple(t for t in passages if points(criterion_id, t) >= least)


def test_no_detector_lacks_examples() -> None:
    assert set(criterion_ids()) - OF_THE_WHOLE_ANSWER == set(EXAMPLES)
    for criterion_id, sides in EXAMPLES.items():
        for side in ("must_flag", "must_not_flag"):
            texts = sides[side]
            assert len(texts) == len(set(texts)) >= 12, (criterion_id, side)


@pytest.mark.parametrize("criterion_id", sorted(EXAMPLES))
def test_must_flag_is_found_and_must_not_flag_is_not(criterion_id: str) -> None:
    """No criterion may be much worse than all of them together have to be."""
    sides = EXAMPLES[criterion_id]
    found = len(flagged(criterion_id, "must_flag"))
    wrong = flagged(criterion_id, "must_not_flag")
    assert found >= 0.6 * len(sides["must_flag"])
    assert len(wrong) <= 0.2 * len(sides["must_not_flag"]), wrong


def test_passages_that_are_no_exemplars_are_found_truly() -> None:
    for name, entry in meaning.exemplars().criterion.items():
        passages = {text for texts in EXAMPLES[name].values() for text in texts}
        assert not passages & {*entry.found, *entry.near_misses}
    found = sum(len(flagged(c, "must_flag")) for c in EXAMPLES)
    wrong = sum(len(flagged(c, "must_not_flag")) for c in EXAMPLES)
    assert found >= LEAST_PRECISION * (found + wrong)
    assert found >= LEAST_RECALL * sum(len(s["must_flag"]) for s in EXAMPLES.values())


def test_exemplars_belong_to_criteria_that_have_rules_and_name_cues() -> None:
    known = {cue.name for cue in lexicon().cues}
    for criterion_id, entry in meaning.exemplars().criterion.items():
        assert rubric().by_id[criterion_id].rules, criterion_id
        assert entry.rule.cues | set(entry.unless) <= known, criterion_id
        assert not set(entry.found) & set(entry.near_misses), criterion_id


def test_the_stored_vectors_are_those_of_the_exemplars() -> None:
    """A few of each, all through; `benchmarks/criteria.py --store` renews them."""
    entries = meaning.exemplars().criterion.items()
    texts = [text for _, e in entries for text in (e.found[0], e.near_misses[-1])]
    places = meaning.places()
    stored = [v for n, e in entries for v in (places[n].found[0], last_miss(n))]
    assert np.allclose(embed(texts), np.stack(stored), atol=2e-3)


def last_miss(criterion_id: str) -> Vectors:
    """The vector of the last near miss, which stands before the background."""
    return meaning.places()[criterion_id].far[
        len(meaning.exemplars().criterion[criterion_id].near_misses) - 1
    ]


@pytest.mark.parametrize("buzz", MORE_BUZZ)
def test_a_list_of_buzzwords_means_nothing(buzz: str) -> None:
    seen = case_of(buzz).seen
    assert not [c for c in meaning.exemplars().criterion if meaning.meant(c, seen)]


def test_what_is_found_by_meaning_says_so_and_is_quoted_whole() -> None:
    text = "The moment uploads got worse, we'd point everybody at the old firmware."
    found = assess(rubric().by_id["rollback_signal"], case_of(text))
    assert found.points == meaning.POINTS
    assert "by meaning, like" in found.why
    assert [quote.text for quote in found.quotes] == [text]


def test_a_signal_against_is_not_outweighed_by_meaning() -> None:
    text = "It was the vendor's fault, and I should have told everybody so."
    assert points("accountability", text) == 1


def test_every_criterion_has_rules_or_a_measure() -> None:
    for criterion in rubric().criteria:
        assert bool(criterion.rules) != (criterion.id in BY_MEASURE), criterion.id


def test_ids_are_unique_and_every_pillar_can_be_scored() -> None:
    assert len(set(criterion_ids())) == len(criterion_ids()) == 28
    for pillar, scale in rubric().pillars.items():
        best = sum(c.weight for c in rubric().criteria if c.pillar == pillar)
        best += sum(scale.shares.values()) + rubric().substance.most
        assert max(scale.levels.values()) < best
        assert list(scale.levels.values()) == sorted(scale.levels.values())


def test_texts_take_only_the_slots_that_are_filled() -> None:
    """Those of the texts that are said later: tests/test_coaching.py."""
    slots = dict.fromkeys(("missing", "problem"), "x")
    for criterion in rubric().criteria:
        for text in (criterion.advice, criterion.praise):
            assert "{" not in text.format_map(slots)
        assert "{quote}" not in criterion.change_bare


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
        ("i VERB!cut", "I cut it, then I moved it.", ["I moved"]),
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


def test_the_index_names_just_the_utterances_that_a_pattern_matches() -> None:
    patterns = [pattern for cue in lexicon().cues for pattern in cue.patterns]
    found = 0
    for example in list(examples(ANSWERS))[::12]:
        said = utterances(read(typed(example.text)))
        index = Index(said)
        for pattern in patterns:
            named = [u.index for u in index.candidates(pattern)]
            assert named == [u.index for u in said if any(pattern.find(u))]
            found += len(named)
    assert found > 1000


def test_a_pattern_with_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="no word class"):
        compiled("{nothing} here", {})


def test_no_cue_lies_idle() -> None:
    used = {cue for c in rubric().criteria for rule in c.rules for cue in rule.cues}
    used |= {cue for c in rubric().criteria for r in c.rules for cue in r.unless}
    used |= {penalty.cue for penalty in rubric().penalties}
    used |= {
        cue
        for entry in meaning.exemplars().criterion.values()
        for cue in (*entry.rule.cues, *entry.unless)
    }
    used |= {"outcome_first", "preamble", "vague", "result"}  # assessing.py
    used |= {"customer_word", "weak_act", "opinion"}  # features of shown.py alone
    assert {cue.name for cue in lexicon().cues} == used


def test_every_criterion_is_documented() -> None:
    text = (Path(__file__).parents[1] / "docs" / "judgement.md").read_text("utf-8")
    for criterion_id in criterion_ids():
        assert f"| {criterion_id} |" in text
