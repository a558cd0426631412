"""Discourse markers and hedges: filler or ordinary use, by decision list.

    I think we had like three teams        "like": next is a quantity   -> filler
    tools like Kafka                       "like": an example of a kind -> ordinary

data/fillers.toml holds the lists, each rule a handful of conditions on the parse and
the neighbouring words; the first rule that holds decides. This module finds the uses
and answers what the rules ask.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from voicecoach.measures.results import FillerFamily
from voicecoach.timeline import bare

if TYPE_CHECKING:
    from spacy.tokens import Token

    from voicecoach.measures.language import Reading

_FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})
_NEAR_WORDS = 6
_COMMAS = frozenset({",", ";", "-", "—", "–", "...", "…"})  # noqa: RUF001 - real dashes
_INSIDE_SUBJECT = ("det", "amod", "compound", "poss", "nummod", "predet", "case")
_SUBJECTS = ("nsubj", "nsubjpass", "expl")
_NOMINATIVE = ("i", "we", "he", "she", "they")
_STOPS = frozenset({".", "?", "!", "..."})


@dataclass(frozen=True)
class Marker:
    """One discourse marker or hedge of data/fillers.toml with its decision list."""

    forms: tuple[tuple[str, ...], ...]
    family: FillerFamily
    key_is_last: bool
    default: str
    rules: tuple[Mapping[str, Any], ...]


def uses(reading: Reading) -> Iterator[Use]:
    """Every occurrence of every marker, filler or not, in the order said."""
    words = [bare(w.text) for w in reading.answer.words]
    plain = reading.answer.plain_words
    first_token = _first_tokens(reading)
    for at, marker, form in _standing_in([words[i] for i in plain]):
        here = plain[at : at + len(form)]
        tokens = tuple(first_token[i] for i in here)
        yield Use(reading, marker, form, here, tokens)


def may_hold(text: str) -> bool:
    """Whether a marker may stand in a text that is not parsed yet."""
    return any(_standing_in([bare(word) for word in text.split()]))


def _standing_in(words: Sequence[str]) -> Iterator[tuple[int, Marker, tuple[str, ...]]]:
    """Where a marker may stand among bare words: its place, the marker and its form."""
    for at, word in enumerate(words):
        for marker, form in _by_first_word().get(word, ()):
            if tuple(words[at : at + len(form)]) == form:
                yield at, marker, form


def _first_tokens(reading: Reading) -> Mapping[int, int]:
    """Index of the first token of each plain word."""
    result: dict[int, int] = {}
    for token_index, word_index in enumerate(reading.word_of):
        result.setdefault(word_index, token_index)
    return result


@dataclass(frozen=True)
class Use:
    """One occurrence of a marker, and what its rules may ask about it.

    Args:
        reading: the answer that it stands in.
        marker: with the rules that decide.
        form: how it was said.
        words: indices into ``answer.words``.
        tokens: index of the first token of each word.
    """

    reading: Reading
    marker: Marker
    form: tuple[str, ...]
    words: tuple[int, ...]
    tokens: tuple[int, ...]

    @cached_property
    def is_filler(self) -> bool:
        """The verdict of the first rule whose conditions all hold."""
        for rule in self.marker.rules:
            if all(self._holds(k, v) for k, v in rule.items() if k in _ASKED):
                return bool(rule["verdict"] == "filler")
        return self.marker.default == "filler"

    def _holds(self, name: str, wanted: Sequence[str]) -> bool:
        if name.startswith("not_"):
            return not self._holds(name.removeprefix("not_"), wanted)
        return _CONDITIONS[name](self, wanted)

    @property
    def first(self) -> Token:
        """Its first token."""
        return self.reading.doc[self.tokens[0]]

    @property
    def key(self) -> Token:
        """The token that carries the parse: "know", "kind"."""
        index = self.tokens[-1] if self.marker.key_is_last else self.tokens[0]
        return self.reading.doc[index]

    @cached_property
    def last(self) -> Token:
        """The last token of the last word, before any punctuation on it."""
        word = self.reading.word_of[self.tokens[-1]]
        index = self.tokens[-1]
        while index + 1 < len(self.reading.doc):
            following = self.reading.doc[index + 1]
            if self.reading.word_of[index + 1] != word or following.is_punct:
                break
            index += 1
        return self.reading.doc[index]

    @cached_property
    def before(self) -> Sequence[Token]:
        """Words before it in its sentence, the nearest first, openers skipped."""
        doc, tokens = self.reading.doc, []
        index = self.first.i
        while index > 0 and not _opens_sentence(doc[index]):
            index -= 1
            if not doc[index].is_punct:
                tokens.append(doc[index])
        return tokens

    @cached_property
    def after(self) -> Sequence[Token]:
        """Words after it in its sentence, the nearest first."""
        doc, tokens = self.reading.doc, []
        index = self.last.i + 1
        while index < len(doc) and not _opens_sentence(doc[index]):
            if not doc[index].is_punct:
                tokens.append(doc[index])
            index += 1
        return tokens

    @property
    def comma_before(self) -> bool:
        """Whether a comma, dash or dots stand right before it."""
        return self.first.i > 0 and self.first.nbor(-1).text in _COMMAS

    @property
    def comma_after(self) -> bool:
        """Whether a comma, dash or dots stand right after it."""
        following = self.last.i + 1
        doc = self.reading.doc
        return following < len(doc) and doc[following].text in _COMMAS


def _opens_sentence(token: Token) -> bool:
    """The first word, one after a full stop, or, with no stops said, by the parse.

    Where the transcriber punctuates we believe it: the parser is tempted to break
    "the queue was full so I added one" before "so".
    """
    if token.i == 0:
        return True
    if token.is_punct:
        return False
    before = token.nbor(-1)
    if before.text in _STOPS:
        return True
    return bool(token.is_sent_start and (_is_unpunctuated(token) or token.is_title))


def _is_unpunctuated(token: Token) -> bool:
    """No full stop in the forty tokens around: the transcriber gave up on them."""
    nearby = token.doc[max(0, token.i - 20) : token.i + 20]
    return len(nearby) >= 40 and not any(t.text in _STOPS for t in nearby)


def _neighbour(side: str, index: int) -> Callable[[Use, Sequence[str]], bool]:
    """A condition on one word around; "^" and "$" stand for the sentence's ends."""
    edge = "^" if side == "before" else "$"

    def holds(use: Use, wanted: Sequence[str]) -> bool:
        words: Sequence[Token] = getattr(use, side)
        if side == "before" and _all_openers(words[index:]) and edge in wanted:
            return True
        if index >= len(words):
            return edge in wanted
        if "#" in wanted and _is_quantity(words[index]):
            return True
        return _is_any(words[index], wanted)

    return holds


def _neighbour_tag(side: str, index: int) -> Callable[[Use, Sequence[str]], bool]:
    def holds(use: Use, wanted: Sequence[str]) -> bool:
        words: Sequence[Token] = getattr(use, side)
        if index >= len(words):
            return False
        tag: str = words[index].tag_
        return tag.startswith(tuple(wanted))

    return holds


def _all_openers(words: Sequence[Token]) -> bool:
    """Whether only "okay", "yeah" and their kin stand between here and the start."""
    return all(word.lower_ in {"okay", "ok", "yeah", "yes", "well"} for word in words)


def _is_any(token: Token, wanted: Sequence[str]) -> bool:
    return token.lower_ in wanted or token.lemma_.lower() in wanted


def _has_comma(use: Use, wanted: Sequence[str]) -> bool:
    before, after = use.comma_before, use.comma_after
    states = {
        "before": before and not after,
        "after": after and not before,
        "both": before and after,
        "any": before or after,
    }
    return any(states[name] for name in wanted)


def _verb_after(use: Use, wanted: Sequence[str]) -> bool:
    tag = next((t.tag_ for t in use.after if t.tag_ in _FINITE), None)
    return tag in wanted


def _clause_after(use: Use, wanted: Sequence[str]) -> bool:
    """Whether what follows is a subject with its verb ("right [they expect] it")."""
    del wanted  # the only question is whether there is one
    if not use.after:
        return False
    at = use.after[0]
    while at.dep_ in _INSIDE_SUBJECT and at.head.i > at.i:
        at = at.head
    is_subject = at.dep_ in _SUBJECTS and at.head.i > at.i
    return is_subject or at.lower_ in _NOMINATIVE


def _number_after(use: Use, wanted: Sequence[str]) -> bool:
    del wanted  # the only question is whether there is one
    return any(_is_quantity(token, led=False) for token in use.after)


def _is_question(use: Use, wanted: Sequence[str]) -> bool:
    del wanted  # the only question is whether it is one
    tail = use.after[-1] if use.after else use.last
    return tail.i + 1 < len(use.reading.doc) and tail.nbor(1).text == "?"


def _is_quantity(token: Token, *, led: bool = True) -> bool:
    """A numeral or number word, or (``led``) what leads up to one: "about forty"."""
    words = _quantity_words()
    if token.lower_ in words["never"]:
        return False
    if token.like_num or token.lower_ in words["words"]:
        return True
    if not led or token.i + 1 >= len(token.doc):
        return False
    following = token.nbor(1)
    if token.lower_ in {"a", "an"} and following.lower_ in words["units"]:
        return True
    return token.lower_ in words["leads"] and _is_quantity(following)


_CONDITIONS: Mapping[str, Callable[[Use, Sequence[str]], bool]] = {
    "prev": _neighbour("before", 0),
    "prev2": _neighbour("before", 1),
    "next": _neighbour("after", 0),
    "next2": _neighbour("after", 1),
    "prev_tag": _neighbour_tag("before", 0),
    "prev2_tag": _neighbour_tag("before", 1),
    "next_tag": _neighbour_tag("after", 0),
    "next2_tag": _neighbour_tag("after", 1),
    "tag": lambda use, wanted: use.key.tag_.startswith(tuple(wanted)),
    "dep": lambda use, wanted: use.key.dep_ in wanted,
    "has": lambda use, wanted: any(c.dep_ in wanted for c in use.key.rights),
    "comma": _has_comma,
    "near": lambda use, wanted: any(
        _is_any(t, wanted) for t in use.before[:_NEAR_WORDS]
    ),
    "earlier": lambda use, wanted: any(_is_any(t, wanted) for t in use.before),
    "later": lambda use, wanted: any(_is_any(t, wanted) for t in use.after),
    "opens_with": lambda use, wanted: bool(
        use.before and use.before[-1].lower_ in wanted
    ),
    "verb_after": _verb_after,
    "clause_after": _clause_after,
    "number_after": _number_after,
    "question": _is_question,
    "forms": lambda use, wanted: " ".join(use.form) in wanted,
}
_ASKED = frozenset(_CONDITIONS) | {f"not_{name}" for name in _CONDITIONS}
_SAID_OF_A_RULE = frozenset({"verdict", "why"})


@cache
def markers() -> tuple[Marker, ...]:
    """The markers of data/fillers.toml.

    Raises:
        ValueError: when a rule asks a condition that does not exist.
    """
    everywhere = _data()["everywhere"]["rules"]
    return tuple(
        _marker({**row, "rules": [*everywhere, *row["rules"]]})
        for row in _data()["marker"]
    )


def _marker(row: Mapping[str, Any]) -> Marker:
    for rule in row["rules"]:
        if unknown := set(rule) - _ASKED - _SAID_OF_A_RULE:
            msg = f"fillers.toml, {row['forms'][0]!r}: no condition {sorted(unknown)}"
            raise ValueError(msg)
    return Marker(
        forms=tuple(tuple(form.split()) for form in row["forms"]),
        family=row["family"],
        key_is_last=row.get("key") == "last",
        default=row["default"],
        rules=tuple(row["rules"]),
    )


@cache
def _by_first_word() -> Mapping[str, tuple[tuple[Marker, tuple[str, ...]], ...]]:
    index: dict[str, tuple[tuple[Marker, tuple[str, ...]], ...]] = {}
    for marker in markers():
        for form in marker.forms:
            index[form[0]] = (*index.get(form[0], ()), (marker, form))
    return index


@cache
def _quantity_words() -> Mapping[str, frozenset[str]]:
    table, names = _data()["quantity"], ("words", "leads", "units", "never")
    return {name: frozenset(table[name]) for name in names}


@cache
def _data() -> Mapping[str, Any]:
    text = files(__package__).joinpath("data/fillers.toml").read_text("utf-8")
    return tomllib.loads(text)
