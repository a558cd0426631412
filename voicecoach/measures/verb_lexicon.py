"""The verb lists of data/verbs.toml, ready for look-up."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from voicecoach.measures.results import VerbClass

_VOWELS = "aeiou"


@dataclass(frozen=True)
class Phrase:
    """A verb with the words that make one label of it ("keep track of")."""

    words: tuple[str, ...]
    verb_class: VerbClass
    ask: str | None

    @property
    def lemma(self) -> str:
        """As it is shown: "be responsible for"."""
        return " ".join(self.words)


@dataclass(frozen=True)
class LightVerb:
    """What the objects in `nouns` make of a light verb: "made a decision"."""

    nouns: frozenset[str]
    verb_class: VerbClass
    ask: str | None


@dataclass(frozen=True)
class Lexicon:
    """What the verb ledger knows of words.

    Args:
        classes: class by lemma, with its particle where it has one.
        asks: question by lemma, weak verbs only.
        rests: what may follow a head to make it another verb, longest first:
            ``{"push": (("back",), ("through",))}``.
        forms: lemma by inflected form, single words only: ``{"led": "lead"}``.
        participles: the past participles among ``forms``.
        phrases: by their first word, longest first.
        lights: the light verbs, by lemma.
        passive_ask: the question about a passive.
        words: the other lists of the file, by "table.key".
    """

    classes: Mapping[str, VerbClass]
    asks: Mapping[str, str]
    rests: Mapping[str, tuple[tuple[str, ...], ...]]
    forms: Mapping[str, str]
    participles: frozenset[str]
    phrases: Mapping[str, tuple[Phrase, ...]]
    lights: Mapping[str, tuple[LightVerb, ...]]
    passive_ask: str
    words: Mapping[str, frozenset[str]]


@cache
def lexicon() -> Lexicon:
    """The lists, read once per process."""
    file = resources.files("voicecoach.measures") / "data" / "verbs.toml"
    return _lexicon(tomllib.loads(file.read_text(encoding="utf-8")))


def _lexicon(data: Mapping[str, Any]) -> Lexicon:
    entries = [(lemma, g) for g in data["group"] for lemma in g["lemmas"]]
    irregular = data["irregular"]["forms"]
    single = [lemma for lemma, _ in entries if " " not in lemma]
    heads = dict.fromkeys([*single, *irregular])
    return Lexicon(
        classes={lemma: group["class"] for lemma, group in entries},
        asks={lemma: group["ask"] for lemma, group in entries if "ask" in group},
        rests=_rests(lemma.split() for lemma, _ in entries),
        forms={f: lemma for lemma in heads for f in _forms(lemma, irregular)},
        participles=frozenset(
            p for lemma in heads for p in irregular.get(lemma, _past(lemma))
        ),
        phrases=_phrases(data["phrases"]),
        lights=_lights(data["light"]),
        passive_ask=data["passive"]["ask"],
        words=_word_lists(data),
    )


def _rests(lemmas: Iterator[list[str]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for head, *rest in lemmas:
        if rest:
            found[head].append(tuple(rest))
    return {h: tuple(sorted(r, key=len, reverse=True)) for h, r in found.items()}


def _phrases(tables: list[dict[str, Any]]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, list[Phrase]] = defaultdict(list)
    for table in tables:
        for text in table["phrases"]:
            phrase = Phrase(tuple(text.split()), table["class"], table.get("ask"))
            found[phrase.words[0]].append(phrase)
    return {
        head: tuple(sorted(phrases, key=lambda p: -len(p.words)))
        for head, phrases in found.items()
    }


def _lights(tables: list[dict[str, Any]]) -> dict[str, tuple[LightVerb, ...]]:
    found: dict[str, list[LightVerb]] = defaultdict(list)
    for table in tables:
        nouns = frozenset(table["nouns"])
        for verb in table["verbs"]:
            found[verb].append(LightVerb(nouns, table["class"], table.get("ask")))
    return {verb: tuple(lights) for verb, lights in found.items()}


def _word_lists(data: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {
        f"{table}.{key}": frozenset(value)
        for table, content in data.items()
        if isinstance(content, dict) and table != "irregular"
        for key, value in content.items()
        if isinstance(value, list)
    }


def _forms(lemma: str, irregular: Mapping[str, list[str]]) -> tuple[str, ...]:
    past = irregular.get(lemma) or _past(lemma)
    stem = lemma[:-1] if lemma.endswith("e") and not lemma.endswith("ee") else lemma
    s_form = lemma[:-1] + "ies" if _ends_consonant_y(lemma) else lemma + "s"
    if lemma.endswith(("s", "sh", "ch", "x", "z")):
        s_form = lemma + "es"
    return (lemma, s_form, *past, f"{stem}ing", f"{stem}{stem[-1]}ing")


def _past(lemma: str) -> tuple[str, ...]:
    """Spellings of the regular past; a needless doubled one does no harm."""
    if lemma.endswith("e"):
        return (lemma + "d",)
    if _ends_consonant_y(lemma):
        return (lemma[:-1] + "ied",)
    return (lemma + "ed", f"{lemma}{lemma[-1]}ed")


def _ends_consonant_y(lemma: str) -> bool:
    return len(lemma) > 2 and lemma[-1] == "y" and lemma[-2] not in _VOWELS
