"""Which parts of a round's framework were said, and where.

An architecture answer walks inputs, invariants, boundaries, failure, operations; a
release names phases that can be undone and the signal that undoes them. The frameworks
and how their parts sound are data/frameworks.toml; a story's parts come from
`voicecoach.measures.structure`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from voicecoach.measures.results import FrameworkPart, FrameworkSaid
from voicecoach.timeline import Quote

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence

    from voicecoach.measures.language import Reading


@dataclass(frozen=True)
class FrameworkRule:
    """How one part sounds.

    Args:
        name: of the part.
        pattern: in one sentence, without regard to case.
        at_least: how many sentences must match (two options, two phases).
        before: a part that must not have been said in an earlier sentence.
        alone: one sentence of this is enough ("there are three ways").
    """

    name: str
    pattern: re.Pattern[str]
    at_least: int = 1
    before: str | None = None
    alone: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Framework:
    """A framework: its parts in the order in which they are best said."""

    structure: str
    source: str
    rules: tuple[FrameworkRule, ...]


def framework_parts(
    reading: Reading, structure: str, without: Sequence[Quote] = ()
) -> tuple[FrameworkPart, ...]:
    """The parts that were said, in the framework's own order.

    Args:
        reading: the answer with its parse.
        structure: as in a question file, `voicecoach.questions.Structure`; "star_l"
            has no parts here (`voicecoach.measures.structure.structure` finds those).
        without: sentences that share a word with these say no part.

    Raises:
        KeyError: when there is no framework of that name.
    """
    if structure == "star_l":
        return ()
    sentences = [
        quote
        for quote in _sentences(reading)
        if not any(left_out.overlaps(quote) for left_out in without)
    ]
    rules = frameworks()[structure].rules
    hits = {rule.name: _matching(rule, sentences) for rule in rules}
    return tuple(
        FrameworkPart(rule.name, sentences[hits[rule.name][0]])
        for rule in rules
        if _is_said(rule, hits)
    )


def framework(reading: Reading, structure: str) -> FrameworkSaid | None:
    """What was said of a framework and what was not; None for "star_l"."""
    if structure == "star_l":
        return None
    said = framework_parts(reading, structure)
    found = {part.part for part in said}
    missing = tuple(n for n in framework_names(structure) if n not in found)
    return FrameworkSaid(structure, said, missing)


def framework_names(structure: str) -> tuple[str, ...]:
    """Every part that a full answer has, in order; empty for "star_l"."""
    if structure == "star_l":
        return ()
    return tuple(rule.name for rule in frameworks()[structure].rules)


@cache
def frameworks() -> Mapping[str, Framework]:
    """The frameworks of data/frameworks.toml by the structure that asks for them."""
    return {row["structure"]: _framework(row) for row in _data()["framework"]}


def _framework(row: Mapping[str, Any]) -> Framework:
    return Framework(
        row["structure"], row["source"], tuple(_rule(p) for p in row["parts"])
    )


def _rule(row: Mapping[str, Any]) -> FrameworkRule:
    pattern = re.compile("|".join(row["patterns"]), re.I)
    alone = re.compile(row["alone"], re.I) if "alone" in row else None
    return FrameworkRule(
        row["name"], pattern, row.get("at_least", 1), row.get("before"), alone
    )


def _sentences(reading: Reading) -> tuple[Quote, ...]:
    """Sentences long enough to state something; a listed term is none."""
    least = _data()["least_words"]
    quotes = (reading.quote(s[0], s[-1]) for s in reading.sentences if _has_verb(s))
    return tuple(q for q in quotes if len(q.text.split()) >= least)


def _has_verb(sentence: Sentence) -> bool:
    return any(token.pos_ in {"VERB", "AUX"} for token in sentence)


def _matching(rule: FrameworkRule, sentences: Sequence[Quote]) -> tuple[int, ...]:
    """Indices of the sentences that say it; one that is enough counts in full."""
    found: list[int] = []
    for i, quote in enumerate(sentences):
        if rule.alone and rule.alone.search(quote.text):
            found += [i] * rule.at_least
        elif rule.pattern.search(quote.text):
            found.append(i)
    return tuple(found)


def _is_said(rule: FrameworkRule, hits: Mapping[str, Sequence[int]]) -> bool:
    mine = hits[rule.name]
    if len(mine) < rule.at_least:
        return False
    later = hits[rule.before] if rule.before else ()
    return not later or mine[0] <= later[0]


@cache
def _data() -> Mapping[str, Any]:
    text = files(__package__).joinpath("data/frameworks.toml").read_text("utf-8")
    return tomllib.loads(text)
