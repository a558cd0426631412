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
one string of tagged tokens and a pattern is one regular expression over it; a pattern
runs only where all the words that it needs are present, which keeps it fast.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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


def utterances(reading: Reading) -> tuple[Utterance, ...]:
    """The answer cut at its full stops, or where the parser does if there is none."""
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


@dataclass(frozen=True)
class Pattern:
    """One compiled pattern.

    Args:
        source: as written in the lexicon.
        regex: over `Utterance.tagged`.
        required: for each obligatory item, the words of which one must be present.
    """

    source: str
    regex: re.Pattern[str]
    required: tuple[frozenset[str], ...]

    def find(self, utterance: Utterance) -> Iterator[tuple[int, int]]:
        """Token indices (first, last) within the utterance, left to right."""
        for match in self.regex.finditer(utterance.tagged):
            first = utterance.starts[match.start()]
            length = match.group().count(">")
            if length:
                yield first, first + length - 1


class Index:
    """Which utterances hold a word, a lemma or a tag: bit n for utterance n."""

    def __init__(self, said: Sequence[Utterance]) -> None:
        self._said = said
        self._bits: dict[str, int] = defaultdict(int)
        for utterance in said:
            for part in set(" ".join(utterance.parts).split()):
                self._bits[part] |= 1 << utterance.index

    def candidates(self, pattern: Pattern) -> Iterator[Utterance]:
        """Utterances that hold a word of each obligatory item of the pattern."""
        left = (1 << len(self._said)) - 1
        for words in pattern.required:
            bits = 0
            for word in words & self._bits.keys():
                bits |= self._bits[word]
            left &= bits
            if not left:
                return
        yield from (u for u in self._said if left >> u.index & 1)


def compiled(source: str, classes: Mapping[str, tuple[str, ...]]) -> Pattern:
    """Compile a pattern.

    Raises:
        ValueError: when it names a word class that is not there.
    """
    items = [_item(text, classes) for text in source.split()]
    needs = tuple(words for _, words in items if words)
    return Pattern(source, re.compile("".join(regex for regex, _ in items)), needs)


def _item(
    text: str, classes: Mapping[str, tuple[str, ...]]
) -> tuple[str, frozenset[str]]:
    """Regular expression of one item, and the words of which one must be there."""
    if text.startswith("*"):
        return rf"(?:<[^>]*>){{0,{text[1:] or 5}}}?", frozenset()
    if text.startswith("?") and len(text) > 1:
        return f"(?:{_item(text[1:], classes)[0]})?", frozenset()
    if text.startswith("!") and len(text) > 1:
        return _none_of(_phrases(text[1:], classes)), frozenset()
    body, _, barred = text.partition("!")
    body, _, tag = body.partition("/")
    phrases = _phrases(body, classes)
    firsts = frozenset(phrase.split()[0] for phrase in phrases)
    unless = rf"(?!{_none_but(_phrases(barred, classes))})" if barred else ""
    return f"{unless}(?:" + "|".join(_alternatives(phrases, tag)) + ")", firsts


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
