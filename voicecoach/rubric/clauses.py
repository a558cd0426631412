"""Clauses of the answer that can be said back to the speaker: whole, and not too long.

    So  in the end  um  I decided to cut the last nine services  because a wrong ...
                        |------------ clause -----------------|
                        subject                    cut before the reason, never inside

A clause that is said back must stand alone: it states something (no question, no bare
condition), it begins at its subject and ends with a whole phrase. Where the parse gives
none, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from voicecoach.measures.language import Reading
from voicecoach.rubric.phrases import words_of
from voicecoach.timeline import Quote, bare, is_filled_pause

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

FEWEST_WORDS, MOST_WORDS = 4, 16
"""Of a clause: shorter says nothing, longer is lost before the question comes."""
SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})
ACCUSATIVES = frozenset({"me", "us", "him", "her", "them"})
CUTTABLE = frozenset({"prep", "relcl", "acl", "conj", "cc", "appos", "npadvmod"})
UNFINISHED_TAGS = frozenset({"WDT", "WP", "WRB", "PRP$", "TO", "IN", "CC", "DT", "MD"})
UNFINISHED_DEPS = frozenset({"amod", "compound", "nummod", "poss", "det", "aux", "neg"})
LONGEST_REPEAT = 4
"""Words that may be said twice at the start of a clause ("I was, I was")."""


@dataclass(frozen=True)
class Clause:
    """A stretch of the parse that states one thing.

    Args:
        first: index of its first token in the parse.
        last: of its last one.
        head: of its verb.
        subject: of its subject.
    """

    first: int
    last: int
    head: int
    subject: int

    def is_conditional(self, reading: Reading) -> bool:
        """Whether it begins with its condition ("if it fails, we go back")."""
        return self.first < reading.doc[self.subject].left_edge.i

    def hangs(self, reading: Reading) -> bool:
        """Whether it needs what was said before it, or breaks off.

        Its subject points back, or another pronoun does with no noun before it to point
        at ("I moved that"); it speaks to somebody else ("I told you"); a preposition or
        an auxiliary waits for more ("I won't work on", "three engineers that were").
        """
        words = [t for t in reading.doc[self.first : self.last + 1] if not t.is_punct]
        waits = words[-1].pos_ == "AUX" or (
            words[-1].pos_ == "ADP" and words[-1].dep_ != "prt"
        )
        if waits or any(token.lower_ in ("you", "your") for token in words):
            return True
        named = False
        for token in words:
            named = named or token.pos_ in ("NOUN", "PROPN")
            if token.lower_ in words_of("pointing") and token.dep_ != "det":
                points = token.i == self.subject or token.tag_ in ("PRP", "DT")
                if points and not (named and token.i != self.subject):
                    return True
        return False

    def is_finite(self, reading: Reading) -> bool:
        """Whether its verb states something of its subject.

        In "option three, move the screen" nothing moves, and "logs, all correlated in
        real time" has a participle only.
        """
        verb, subject = reading.doc[self.head], reading.doc[self.subject]
        if any(t.dep_ in ("aux", "auxpass") for t in verb.lefts):
            return True
        if verb.tag_ in ("VBN", "VBG"):
            return False
        joined = any(t.dep_ == "conj" for t in subject.children)
        one = subject.tag_ in ("NN", "NNP", "CD") and not joined
        return verb.tag_ not in ("VB", "VBP") or not one

    def quote(self, reading: Reading) -> Quote:
        """Its words."""
        return reading.quote(reading.doc[self.first], reading.doc[self.last])

    def is_past(self, reading: Reading) -> bool:
        """Whether it tells what was, not what is or would be."""
        verb = reading.doc[self.head]
        aux = [t for t in verb.lefts if t.dep_ in ("aux", "auxpass")]
        if any(t.tag_ == "MD" or t.lower_ in ("'d", "’d") for t in aux):  # noqa: RUF001
            return False
        return verb.tag_ == "VBD" or any(
            t.tag_ == "VBD" or (t.lemma_ == "have" and verb.tag_ == "VBN") for t in aux
        )

    def is_of_another(self, reading: Reading) -> bool:
        """Whether somebody else is told to have said it ("they said we own it")."""
        head = reading.doc[self.head]
        above = [head.head] if head.dep_ in ("ccomp", "parataxis") else []
        beside = [t for t in head.children if t.dep_ in ("ccomp", "parataxis")]
        subjects = (
            _subject(verb)
            for verb in (*above, *beside)
            if verb.lemma_ in words_of("saying")
        )
        return any(
            subject is not None and subject.lower_ not in ("i", "we", "you")
            for subject in subjects
        )

    def is_own(self, reading: Reading) -> bool:
        """Whether I or we do something in it, rather than think or have something."""
        subject = reading.doc[self.subject].lower_
        stands = reading.doc[self.head].lemma_ in words_of("standing")
        own = subject in ("i", "we") and not stands
        return own and not self.is_conditional(reading)

    def is_deed(self, reading: Reading) -> bool:
        """Whether I or we do something in it that others can see."""
        verb, subject = reading.doc[self.head], reading.doc[self.subject]
        idle = words_of("standing") | words_of("framing") | words_of("inner")
        return (
            subject.lower_ in ("i", "we")
            and verb.pos_ == "VERB"
            and verb.lemma_ not in idle
            and not any(
                child.dep_ == "neg" or child.lower_ in words_of("unreal")
                for child in verb.lefts
            )
        )


def clause_at(reading: Reading, token: Token) -> Clause | None:
    """The clause around a token; None where none stands alone."""
    return _clause(reading, token.i)


@lru_cache(maxsize=512)
def _clause(reading: Reading, at: int) -> Clause | None:
    """Kept: many cues lie in one clause, and each is asked for more than once."""
    verb = _verb_of(reading.doc[at])
    verb = _framed(verb) if verb is not None else None
    subject = _subject(verb) if verb is not None else None
    if verb is None or subject is None or _is_question(verb, subject):
        return None
    start = min([subject.left_edge.i, *_conditions(verb)])
    first = _after_repeats(reading, start)
    last = _end(reading, verb, first)
    if last is None:
        return None
    return Clause(first, last, verb.i, subject.i)


def clauses_in(reading: Reading, quote: Quote) -> Iterator[Clause]:
    """The clauses that a quote of the answer holds, in order."""
    inside = reading.within(quote)
    seen: set[int] = set()
    for token in inside:
        clause = clause_at(reading, token) if token.pos_ in ("VERB", "AUX") else None
        if clause is None or clause.head in seen:
            continue
        seen.add(clause.head)
        if inside[0].i <= clause.first and clause.last <= inside[-1].i:
            yield clause


def clause_of(reading: Reading, quote: Quote) -> Clause | None:
    """The first clause that a quote of the answer holds; None where none does."""
    return next(clauses_in(reading, quote), None)


def _verb_of(token: Token) -> Token | None:
    """The verb with a subject of its own that the token belongs to and that states."""
    while not _states(token):
        if token.head.i == token.i:
            return None
        token = token.head
    return token


def _framed(verb: Token) -> Token:
    """What "I think" and "I'd say" stand before; else the verb itself."""
    subject = _subject(verb)
    frames = subject is not None and subject.lower_ == "i"
    if frames and verb.lemma_ in words_of("framing"):
        told = (t for t in verb.rights if t.dep_ == "ccomp" and _states(t))
        return next(told, verb)
    return verb


def _conditions(verb: Token) -> Iterator[int]:
    """Where conditions in front begin: without them something else would be said."""
    for clause in verb.lefts:
        if clause.dep_ == "advcl" and _openers(clause) & words_of("open_marks"):
            yield clause.left_edge.i


def _openers(verb: Token) -> set[str]:
    """The words that open its clause: "because", "when", "so that"."""
    return {t.lower_ for t in verb.lefts if t.dep_ in ("mark", "advmod")}


def _states(token: Token) -> bool:
    subject = _subject(token) if token.pos_ in ("VERB", "AUX") else None
    if subject is None or subject.tag_ in ("WDT", "WP") or token.dep_ == "csubj":
        return False
    if subject.lower_ in ACCUSATIVES:  # "let me give": an infinitive, not a statement
        return False
    if token.dep_ in ("relcl", "acl"):
        return _runs_on(token)
    openers = _openers(token)
    if token.dep_ in ("pcomp", "csubjpass") or any(map(_asks, token.lefts)):
        return False
    purpose = token.dep_ == "advcl" and bool(openers & {"so", "that"})
    return not purpose and not openers & words_of("open_marks")


def _runs_on(token: Token) -> bool:
    """Whether what the parse takes for a relative clause is a statement of its own.

    In "after the update I called the trial off" the clause has an object already, so
    the update cannot be it: without full stops, the next statement began.
    """
    subject = _subject(token)
    alone = subject is not None and subject.tag_ == "PRP"
    return alone and any(t.dep_ == "dobj" for t in token.rights)


def _asks(token: Token) -> bool:
    """Whether a word opens an embedded question ("who looks at it")."""
    return token.tag_ in ("WP", "WRB", "WDT")


def _subject(verb: Token) -> Token | None:
    return next((t for t in verb.lefts if t.dep_ in SUBJECTS), None)


def _is_question(verb: Token, subject: Token) -> bool:
    asked = verb.sent[-1].text == "?"
    turned = any(t.dep_ in ("aux", "auxpass") and t.i < subject.i for t in verb.lefts)
    return asked or turned or (verb.pos_ == "AUX" and verb.i < subject.i)


def _after_repeats(reading: Reading, first: int) -> int:
    """Where the words go on that were said twice at once: "I was, I was" -> 2."""
    doc = reading.doc
    start = first
    for size in range(LONGEST_REPEAT, 0, -1):
        said = [t for t in doc[start : start + 4 * LONGEST_REPEAT] if not t.is_punct]
        once, again = said[:size], said[size : 2 * size]
        if once and [t.lower_ for t in once] == [t.lower_ for t in again]:
            start = again[0].i
    return start


def _end(reading: Reading, verb: Token, first: int) -> int | None:
    """The last token: as much as fits, cut where something whole ends."""
    doc = reading.doc
    full = _natural_end(doc, verb)
    ends = [full, *sorted(_cuts(doc, verb, full), reverse=True)]
    for end in ends:
        last = _finished(doc, _before_restart(doc, end, first), first)
        words = reading.word_of[last] - reading.word_of[first] + 1
        if FEWEST_WORDS <= words <= MOST_WORDS and last > verb.i:
            return last if _finished(doc, last, first) == last else None
        if words < FEWEST_WORDS:
            return None
    return None


def _before_restart(doc: Doc, last: int, first: int) -> int:
    """Before words at the end that are said once more right after it.

    In "we moved the index and the plan, the plan was ..." the first plan begins what
    comes, and does not end what was.
    """
    behind = [t.lower_ for t in doc[last + 1 : last + 2 + LONGEST_REPEAT] if t.is_alpha]
    for size in range(min(LONGEST_REPEAT, last - first), 0, -1):
        tail = [t.lower_ for t in doc[last - size + 1 : last + 1]]
        if tail == behind[:size]:
            return last - size
    return last


def _natural_end(doc: Doc, verb: Token) -> int:
    """Where the clause ends: before a clause of its own, a reason, or a mark."""
    last = verb.right_edge.i
    for token in doc[verb.i + 1 : last + 1]:
        if token.text in (";", ":", ".", "!", "?", "—", "–"):  # noqa: RUF001
            return token.i - 1
        if token.dep_ in SUBJECTS and _after_comma(token):
            return token.left_edge.i - 2
        if _begins_another(token, verb):
            return token.left_edge.i - 1 if token.left_edge.i > verb.i else last
    return last


def _begins_another(token: Token, verb: Token) -> bool:
    """Whether a token heads a clause of its own beside, not inside, what is said."""
    if token.dep_ in ("parataxis", "cc") and token.head.i == verb.i:
        return token.dep_ == "parataxis" or _conjunct_has_subject(token)
    if token.dep_ in ("conj", "ccomp") and token.head.i == verb.i and _subject(token):
        return token.dep_ == "conj" or token.left_edge.i < verb.i
    if token.dep_ == "advcl":
        return bool(_openers(token) & words_of("reason_marks"))
    if token.dep_ in ("relcl", "acl") and _runs_on(token):
        return True
    return token.dep_ == "relcl" and _after_comma(token)


def _after_comma(token: Token) -> bool:
    """Whether a comma stands before the phrase that a token heads."""
    left = token.left_edge
    return left.i > 0 and left.nbor(-1).text == ","


def _conjunct_has_subject(token: Token) -> bool:
    """A noun joined to a verb is the next subject, taken for something else."""
    after = [t for t in token.head.rights if t.dep_ == "conj" and t.i > token.i]
    return any(
        t.pos_ in ("NOUN", "PROPN", "PRON")
        or any(child.dep_ in SUBJECTS or child.dep_ == "csubj" for child in t.lefts)
        for t in after
    )


def _cuts(doc: Doc, verb: Token, end: int) -> Iterator[int]:
    """Ends that leave only whole phrases out, each reaching up to the full end."""
    for token in doc[verb.i + 1 : end + 1]:
        whole = token.right_edge.i >= end or token.dep_ == "cc"
        start = token.left_edge.i
        if token.dep_ in CUTTABLE and whole and start > verb.i + 1:
            yield start - 1


def _finished(doc: Doc, last: int, first: int) -> int:
    """The last token that does not wait for another one."""
    while last > first and not _closes(doc, last):
        last -= 1
    return last


def _closes(doc: Doc, at: int) -> bool:
    token = doc[at]
    if (
        token.is_punct
        or is_filled_pause(token.text)
        or bare(token.text) in words_of("joining")
    ):
        return False
    if token.dep_ == "prt":  # behind a comma it begins what comes ("a reorg, in May")
        return not doc[at - 1].is_punct
    waits = token.dep_ in UNFINISHED_DEPS and token.head.i > at
    alone = token.lower_ in ("this", "that", "those", "these", "both", "one")
    return not waits and (alone or token.tag_ not in UNFINISHED_TAGS)
