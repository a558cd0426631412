"""The number as said: its tokens and unit, its clause, and the mood of the clause.

we cut it by 20%                                done
we wanted to, have to, would cut it by 20%      meant, asked for or supposed
it drops to 200 a second at night               what it always does
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_STOPS = (".", ",", ";", ":", "?", "!", "-", "–", "—")  # noqa: RUF001 - real dashes
DIGITS = re.compile(
    r"\d[\d,]*(?:\.\d+)?(?:k|m|b|bn|mm|x|%|gb|tb|mb|ms)?", re.IGNORECASE
)
BIG = ("hundred", "thousand", "million", "billion", "trillion", "dozen")


@cache
def word_lists() -> Mapping[str, frozenset[str]]:
    """The lists of the file by "table.key", read once per process."""
    file = resources.files("voicecoach.measures") / "data" / "numbers.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        f"{table}.{key}": frozenset(value)
        for table, content in data.items()
        for key, value in content.items()
        if isinstance(value, list)
    }


@dataclass(frozen=True)
class Said:
    """A number as tokens of the answer.

    Args:
        start, end: token range of the whole expression, end excluded.
        value_end: where the bare number ends.
        unit: "percent", "money", "technical", "time", "people", "date", "noun", "".
        noun: lemma of the noun that is counted, "" if none.
        ranged: whether it is "from ... to ...".
        part: whether it is a part of a whole: "nine out of ten", "half of the alerts".
    """

    doc: Doc
    start: int
    end: int
    value_end: int
    unit: str
    noun: str = ""
    ranged: bool = False
    part: bool = False

    @property
    def first(self) -> Token:
        """The first token of the expression."""
        return self.doc[self.start]

    @property
    def last(self) -> Token:
        """The last token of the expression."""
        return self.doc[self.end - 1]

    @cached_property
    def before(self) -> str:
        """The word before, lower case; "" at the start of a sentence."""
        token = self.doc[self.start]
        return token.nbor(-1).lower_ if self.start > token.sent.start else ""

    @cached_property
    def led_by(self) -> str:
        """The word before it and before "almost", "about" and their like."""
        at = self.start - 1
        while word_at(self.doc, at) in word_lists()["words.approximators"]:
            at -= 1
        return word_at(self.doc, at) if at >= self.first.sent.start else ""

    @property
    def is_big(self) -> bool:
        """Whether it is said in thousands or millions: money, or a great many."""
        last = self.doc[self.value_end - 1].lower_
        return last in BIG[1:] or (last[0].isdigit() and last[-1] in "km")

    @property
    def is_fraction(self) -> bool:
        """Whether it ends in "half", "third", "quarters"."""
        last = word_at(self.doc, self.value_end - 1)
        return last in word_lists()["words.fractions"]

    @cached_property
    def value(self) -> str:
        """The bare number, lower case."""
        return str(self.doc[self.start : self.value_end].text).lower()


def word_at(doc: Doc, i: int) -> str:
    """Token ``i`` in lower case; "" outside the answer."""
    return str(doc[i].lower_) if 0 <= i < len(doc) else ""


def is_cardinal(word: str) -> bool:
    """Whether a word is a number by itself, in letters or digits."""
    return word in word_lists()["words.cardinals"] or DIGITS.fullmatch(word) is not None


# ------------------------------------------------------------------ its clause
def clause_of(said: Said) -> tuple[Token, ...]:
    """The words around a number up to where the clause ends on either side."""
    sentence = said.first.sent
    left, has_verb = said.start, False
    while left > sentence.start and not (has_verb and _breaks(said.doc[left - 1])):
        left -= 1
        has_verb = has_verb or said.doc[left].tag_.startswith("VB")
    right = said.end
    while right < sentence.end and not _breaks(said.doc[right]):
        right += 1
    return tuple(said.doc[left:right])


def _breaks(token: Token) -> bool:
    return token.lower_ in word_lists()["clause.breakers"] or token.text in _STOPS


def verb_of(said: Said) -> Token | None:
    """The verb that an amount hangs on."""
    token = said.last
    for _ in range(6):
        if token.pos_ in ("VERB", "AUX") or token.head == token:
            break
        token = token.head
    return token if token.pos_ in ("VERB", "AUX") else None


def tense(said: Said) -> str:
    """Of the verb that the amount hangs on: "past", "present" or ""."""
    verb = verb_of(said)
    if verb is None:
        return ""
    finite = [verb, *(c for c in verb.children if c.dep_ in ("aux", "auxpass"))]
    tags = {token.tag_ for token in finite}
    if "VBD" in tags:
        return "past"
    return "present" if tags & {"VBZ", "VBP"} else ""


def is_past(clause: tuple[Token, ...]) -> bool:
    """Past, perfect, or a present that says "now"."""
    tags = {t.tag_ for t in clause}
    words = {t.lower_ for t in clause}
    return bool(tags & {"VBD", "VBN"} or words & word_lists()["contrast.now"])


# ------------------------------------------------------------------ its mood
_DONE_AFTER = {"have", "'ve", "of", "n't", "not", "been"}
"""After a modal: "would have cost", "couldn't pay"; "they'd been losing" is "had"."""


def is_unreal(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "it would save ten weeks", not "it would have cost us ten".

    "To save six hours you could batch it" hangs on the modal of another clause.
    """
    modals = word_lists()["target.modals"]
    verb = verb_of(said)
    purpose = verb is not None and _is_infinitive(verb)
    above = (
        [t for t in verb.head.children if t.tag_ == "MD"] if verb and purpose else []
    )
    for token in (*clause, *above):
        after = {t.lower_ for t in said.doc[token.i + 1 : token.i + 4]}
        if token.tag_ != "MD" or after & _DONE_AFTER:
            continue
        if token.lower_ in modals or _is_supposed(token, above):
            return True
    return False


def _is_supposed(modal: Token, above: list[Token]) -> bool:
    """As in "to save six hours we could batch", "you can cut half", "I think we can".

    "It meant that we could turn off sixty" was done.
    """
    if modal.lower_ not in ("can", "could"):
        return False
    anybody = any(c.lower_ in ("you", "one") for c in modal.head.lefts)
    thought = modal.head.dep_ == "ccomp" and (
        modal.head.head.lemma_ not in word_lists()["removal.enabling"]
    )
    return anybody or thought or modal in above


def _is_infinitive(verb: Token) -> bool:
    return verb.tag_ == "VB" and any(c.tag_ == "TO" for c in verb.children)


def is_intended(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "the goal was 20%", "we have to cut a third"; not "missed it by 20%".

    What is meant leads to the number ("leadership wanted ten percent more") or names
    it afterwards ("99.9 is the SLO"); "three weeks behind plan" measures a fact.
    """
    if any(_is_attained(token) for token in clause):
        return False
    lead = tuple(t for t in clause if t.i < said.start)
    text = " ".join(t.lower_ for t in lead)
    if any(f" {phrase} " in f" {text} " for phrase in word_lists()["target.phrases"]):
        return not _is_forced(lead)
    verb = verb_of(said)
    subjects = [c for c in verb.lefts if c.dep_ == "nsubj"] if verb else []
    if verb is not None and verb.lemma_ in word_lists()["target.permits"]:
        return True
    above = _above(verb) if verb else ()
    before = (*lead, *(t for t in (*subjects, *above) if t.i < said.start))
    if any(_means(token) for token in before):
        return True
    nouns = word_lists()["target.nouns"]
    return any(t.lemma_.lower() in nouns for t in clause if t.i >= said.end)


def _above(verb: Token) -> tuple[Token, ...]:
    """The verbs that a clause is the object of: "they demand that it stays under"."""
    found = []
    while verb.dep_ in ("ccomp", "xcomp") and verb.head != verb:
        verb = verb.head
        found.append(verb)
    return tuple(found)


def _is_attained(token: Token) -> bool:
    """As in "we missed the goal by ten", "hit our target of 99.9": it came out so."""
    lists = word_lists()
    done = token.tag_ in ("VBD", "VBN") and token.lemma_ in lists["target.attained"]
    return done or token.lemma_.lower() in lists["target.stronger"]


def _is_forced(lead: tuple[Token, ...]) -> bool:
    """As in "we had to refund 300 orders": it was done, though nobody meant it."""
    past = any(t.lower_ == "had" for t in lead)
    return past and any(t.lemma_ in word_lists()["target.forced"] for t in lead)


def _means(token: Token) -> bool:
    """Whether a word says that something is meant, asked for or supposed.

    "Plan", "budget" and "project" name what did the work as well ("the project saved
    two million"), so they count as verbs or where they state an amount.
    """
    lists, lemma = word_lists(), token.lemma_.lower()
    if token.dep_ == "compound" and token.head.lemma_ not in lists["target.nouns"]:
        return False  # "the forecast error fell", "the error budget"
    if lemma in lists["target.nouns"] or token.lower_ in lists["target.nouns"]:
        return True
    if lemma in lists["target.verbs"] and token.pos_ in ("VERB", "AUX"):
        return True
    if lemma not in lists["target.documents"]:
        return False
    of = word_at(token.doc, token.i + 1) == "of"
    return of or token.head.lemma_ in lists["target.states"]


def is_threshold(said: Said) -> bool:
    """As in "when errors go over two percent": a condition, unless it is past."""
    for i in range(said.start - 1, max(said.first.sent.start, said.start - 12) - 1, -1):
        token = said.doc[i]
        if token.text in _STOPS or token.tag_ == "VBD":
            return False
        if token.lower_ in word_lists()["target.conditions"]:
            return True
    return False


def is_habit(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "grows by six million a day", "at night it drops to 200": no change."""
    verb, lists = verb_of(said), word_lists()
    if said.ranged or verb is None or verb.tag_ not in ("VBZ", "VBP"):
        return False
    if {t.lower_ for t in clause} & lists["contrast.now"]:
        return False
    usual = {t.lower_ for t in said.first.sent} & lists["outcome.usual"]
    if usual or verb.lemma_ in lists["outcome.growth"]:
        return True
    rated = {t.lower_ for t in said.doc[said.value_end : said.end + 3]}
    levelled = said.led_by in ("to", "at") or bool(rated & lists["units.per"])
    return levelled and verb.lemma_ in lists["outcome.habits"]


def is_sequence(said: Said) -> bool:
    """As in "two weeks later", "in the first six weeks": when, not how much.

    "Two weeks later than agreed" and "finished two weeks earlier" measure a slip.
    """
    if said.unit != "time" or said.ranged:
        return False
    after = word_at(said.doc, said.end)
    than = {t.lower_ for t in said.doc[said.end + 1 : said.end + 5]}
    slipped = "than" in than and bool(than & word_lists()["outcome.dates"])
    if after in ("later", "earlier") and not slipped:
        verb = verb_of(said)
        finished = verb is not None and verb.lemma_ in word_lists()["outcome.finishes"]
        return after == "later" or not finished
    at = said.start - 1
    while word_at(said.doc, at) in word_lists()["outcome.ordering"]:
        at -= 1
    led = word_at(said.doc, at) in word_lists()["target.durations"]
    return led and at < said.start - 1
