"""A small pattern language over the parsed answer, so that cues can be data.

    "{i_we} ?{aux} {decide}/VERB *4 NOUN"

    word      a token with this lower-case text or lemma; a|b for either
    {name}    a word class of lexicon.toml; its phrases may have several words
    x/VERB    x, and the parser calls it a verb (or NOUN, ADJ, VBD ... coarse or fine)
    x!y       x, but not y: VERB!{idle} is any verb that is not in the class
    NOUN      any token that the parser calls so
    #         a number, in digits or in words
    *  *8     up to five (eight) tokens in between, whatever they are
    ?x  !x    x or nothing; one token that is not x (only single words)

A pattern never reaches over the end of an utterance. Each utterance is written out as
one string of tagged tokens, and a pattern is one regular expression over it. Most
patterns match nowhere: which utterances they match is found first, for all places of
the answer at once, with one bit a token (`Index`), and only there the expression runs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from voicecoach.measures.language import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

ENDS = frozenset({".", "?", "!", ";"})
MOST_TOKENS = 70
"""A run without a full stop is cut at the parser's sentences when it is longer."""


@dataclass(frozen=True, eq=False)
class Utterance:
    """What lies between two full stops: the frame in which a pattern may match.

    Args:
        index: its place in the answer.
        tokens: of the parse, in order.
    """

    index: int
    tokens: tuple[Token, ...]

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Every token as ``< lower lemma POS TAG >``."""
        return tuple(_tagged(token) for token in self.tokens)

    @property
    def text(self) -> str:
        """As parsed, so that an um in it does not change what it means."""
        first, last = self.tokens[0], self.tokens[-1]
        return str(first.doc[first.i : last.i + 1].text)

    @cached_property
    def verbs(self) -> tuple[int, ...]:
        """Indices of its full verbs, in order."""
        return tuple(i for i, t in enumerate(self.tokens) if t.pos_ == "VERB")

    @cached_property
    def is_clause(self) -> bool:
        """Whether it has a verb at all."""
        return bool(self.verbs) or any(t.pos_ == "AUX" for t in self.tokens)

    @cached_property
    def tagged(self) -> str:
        """All tokens as one string."""
        return "".join(self.parts)

    @cached_property
    def starts(self) -> Mapping[int, int]:
        """Offset in `tagged` -> index into `tokens`."""
        offsets, at = {}, 0
        for i, part in enumerate(self.parts):
            offsets[at] = i
            at += len(part)
        return offsets


def _tagged(token: Token) -> str:
    number = " #" if token.like_num or token.pos_ == "NUM" else ""
    lower, lemma = (_safe(text.lower()) for text in (token.text, token.lemma_))
    return f"< {lower} {lemma} {token.pos_} {token.tag_}{number} >"


def _safe(text: str) -> str:
    """Without what the tagging itself uses, and with a plain apostrophe."""
    return re.sub(r"[<>\s]", "_", text).replace("\u2019", "'")


@lru_cache(maxsize=4)
def utterances(reading: Reading) -> tuple[Utterance, ...]:
    """The answer cut at its full stops, or where the parser does if there is none.

    Kept: what reads ahead, what leaves out lists and what looks for cues all ask.
    """
    runs: list[list[Token]] = [[]]
    for sentence in reading.sentences:
        if len(runs[-1]) + len(sentence) > MOST_TOKENS:
            runs.append([])
        for token in sentence:
            runs[-1].append(token)
            if token.text in ENDS:
                runs.append([])
    kept = [run for run in runs if any(token.is_alpha for token in run)]
    return tuple(Utterance(i, tuple(run)) for i, run in enumerate(kept))


@dataclass(frozen=True, eq=False)
class Item:
    """One item of a pattern: `regex` says what it matches, the rest says where it can.

    Args:
        regex: over `Utterance.tagged`.
        words: one of which a token must be, as text, lemma or tag; None for any token.
        phrases: or the first words of these, one token each.
        tag: that this token must have too; "" for any.
        barred: words that this token must not be.
        fewest: how many times it must come, 0 or 1.
        most: how many times it may come.
    """

    regex: str
    words: frozenset[str] | None = None
    phrases: tuple[tuple[str, ...], ...] = ()
    tag: str = ""
    barred: frozenset[str] = frozenset()
    fewest: int = 1
    most: int = 1


@dataclass(frozen=True)
class Pattern:
    """One compiled pattern.

    Args:
        source: as written in the lexicon.
        regex: over `Utterance.tagged`.
        items: in order.
    """

    source: str
    regex: re.Pattern[str]
    items: tuple[Item, ...]

    def find(self, utterance: Utterance) -> Iterator[tuple[int, int]]:
        """Token indices (first, last) within the utterance, left to right."""
        for match in self.regex.finditer(utterance.tagged):
            first = utterance.starts[match.start()]
            length = match.group().count(">")
            if length:
                yield first, first + length - 1


class Index:
    """Which tokens are what, one bit a token, and so where a pattern matches.

    Sets of places are whole numbers, and a step over a token is a shift (Baeza-Yates &
    Gonnet 1992, shift-and). Behind each utterance is one place more, where no token is.
    """

    def __init__(self, said: Sequence[Utterance]) -> None:
        self._ranges: list[tuple[int, Utterance]] = []
        self._bits: dict[str, int] = defaultdict(int)
        self._where: dict[Item, tuple[int, int]] = {}
        self._all = place = 0
        for utterance in said:
            size = len(utterance.tokens)
            self._all |= _ones(size) << place
            self._ranges.append((_ones(size + 1) << place, utterance))
            for at, part in enumerate(utterance.parts, place):
                for name in part.split():
                    self._bits[name] |= 1 << at
            place += size + 1

    def candidates(self, pattern: Pattern) -> Iterator[Utterance]:
        """The utterances that a pattern matches."""
        places = self._all
        for item in pattern.items:
            behind = self._behind(item, places)
            for _ in range(item.most - 1):
                behind |= self._behind(item, behind)
            places = behind if item.fewest else places | behind
            if not places:
                return
        yield from (utterance for bits, utterance in self._ranges if places & bits)

    def _behind(self, item: Item, places: int) -> int:
        """The places behind an item that begins at one of these."""
        allowed, single = self._places(item)
        behind = (places & single) << 1
        for phrase in item.phrases:
            at = places & allowed
            for word in phrase:
                at = (at & self._bits.get(word, 0)) << 1
            behind |= at
        return behind

    def _places(self, item: Item) -> tuple[int, int]:
        """Tokens that an item may begin at, and those that are all of it."""
        if item not in self._where:
            tagged = self._bits.get(item.tag, 0) if item.tag else self._all
            allowed = tagged & ~self._any_of(item.barred)
            words = self._all if item.words is None else self._any_of(item.words)
            self._where[item] = allowed, allowed & words
        return self._where[item]

    def _any_of(self, words: frozenset[str]) -> int:
        places = 0
        for word in words & self._bits.keys():
            places |= self._bits[word]
        return places


def _ones(count: int) -> int:
    return (1 << count) - 1


def compiled(source: str, classes: Mapping[str, tuple[str, ...]]) -> Pattern:
    """Compile a pattern.

    Raises:
        ValueError: when it names a word class that is not there.
    """
    items = tuple(_item(text, classes) for text in source.split())
    return Pattern(source, re.compile("".join(item.regex for item in items)), items)


def _item(text: str, classes: Mapping[str, tuple[str, ...]]) -> Item:
    if text.startswith("*"):
        most = int(text[1:] or 5)
        return Item(rf"(?:<[^>]*>){{0,{most}}}?", fewest=0, most=most)
    if text.startswith("?") and len(text) > 1:
        item = _item(text[1:], classes)
        return replace(item, regex=f"(?:{item.regex})?", fewest=0)
    if text.startswith("!") and len(text) > 1:
        barred = _phrases(text[1:], classes)
        return Item(_none_of(barred), barred=frozenset(barred))
    body, _, barred_text = text.partition("!")
    body, _, tag = body.partition("/")
    phrases, barred = _phrases(body, classes), _phrases(barred_text, classes)
    unless = rf"(?!{_none_but(barred)})" if barred_text else ""
    return Item(
        f"{unless}(?:" + "|".join(_alternatives(phrases, tag)) + ")",
        words=frozenset(phrase for phrase in phrases if " " not in phrase),
        phrases=tuple(tuple(phrase.split()) for phrase in phrases if " " in phrase),
        tag=tag,
        barred=frozenset(barred),
    )


def _phrases(body: str, classes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The words and phrases of ``a|b|{name}``, classes written out."""
    result: list[str] = []
    for part in body.split("|"):
        if not part.startswith("{"):
            result.append(part)
        elif part[1:-1] in classes:
            result.extend(classes[part[1:-1]])
        else:
            msg = f"there is no word class {part}"
            raise ValueError(msg)
    return tuple(result)


def _alternatives(phrases: tuple[str, ...], tag: str) -> Iterator[str]:
    """Single words share one expression; each phrase of several words has its own."""
    singles = [re.escape(phrase) for phrase in phrases if " " not in phrase]
    tagged = f"[^>]* {re.escape(tag)} [^>]*>" if tag else "[^>]*>"
    if singles:
        yield rf"<(?=[^>]* (?:{'|'.join(singles)}) ){tagged}"
    for phrase in phrases:
        if " " in phrase:
            words = phrase.split()
            head = rf"<(?=[^>]* {re.escape(words[0])} ){tagged}"
            yield head + "".join(
                rf"<[^>]* {re.escape(word)} [^>]*>" for word in words[1:]
            )


def _none_of(phrases: tuple[str, ...]) -> str:
    return rf"<(?![^>]* (?:{'|'.join(map(re.escape, phrases))}) )[^>]*>"


def _none_but(phrases: tuple[str, ...]) -> str:
    return rf"<[^>]* (?:{'|'.join(map(re.escape, phrases))}) "
