"""Which cues of the lexicon an answer holds, where, and what points they are worth.

A cue counts only inside a clause that uses it: a denied match ("I did not decide"), a
strong verb with nothing behind it ("I drove alignment") and a fragment without a verb
hold no evidence, however many of the right words they have. Bare lists of terms are
gone before (`plain`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from voicecoach.embedding import Embedded, Vectors, embedded
from voicecoach.measures.language import Reading
from voicecoach.rubric.criteria import Criterion, Rule
from voicecoach.rubric.lexicon import Cue, lexicon
from voicecoach.rubric.patterns import Index, Utterance, utterances
from voicecoach.timeline import Quote

if TYPE_CHECKING:
    from spacy.tokens import Token

WORDS_AFTER = 7
"""Tokens behind a hit that belong into its quote: what was decided, why."""
LONGEST_QUOTE = 32
"""Words; a longer utterance is quoted from its first cue to its last."""
LEAST_QUOTE = 12
"""Words that a quote is not cut below to end with a clause."""

OBJECT_TOKENS = 3
"""Where the object of a verb begins; further on it is another phrase."""


@dataclass(frozen=True)
class Hit:
    """One sighting of a cue.

    Args:
        cue: its name.
        utterance: index of the utterance.
        first: token index in the utterance.
        last: token index in the utterance, included.
    """

    cue: str
    utterance: int
    first: int
    last: int


@dataclass(frozen=True)
class Verdict:
    """What the rules make of a criterion.

    Args:
        points: 1..5.
        hits: the sightings that gave them; empty for an absence.
        why: the way from the words to the points.
        is_veto: a signal against, which nothing else can outweigh.
        ruled: points by the rules alone, where meaning gave more; None elsewhere.
    """

    points: int
    hits: tuple[Hit, ...]
    why: str
    is_veto: bool = False
    ruled: int | None = None


@dataclass(frozen=True, eq=False)
class Evidence:
    """An answer with all the cues that were seen in it."""

    reading: Reading
    utterances: tuple[Utterance, ...]
    by_cue: Mapping[str, tuple[Hit, ...]]

    @property
    def vectors(self) -> Vectors:
        """What each utterance means, [utterances, 384]."""
        return self.embedded.meaning

    @cached_property
    def embedded(self) -> Embedded:
        """What each utterance means and is worth; computed when first needed."""
        return embedded([utterance.text for utterance in self.utterances])

    def count(self, cue: str) -> int:
        """How many utterances hold the cue."""
        return len({hit.utterance for hit in self.by_cue.get(cue, ())})

    def words(self, hit: Hit) -> str:
        """The words of a hit as said."""
        tokens = self.utterances[hit.utterance].tokens
        return self.reading.quote(tokens[hit.first], tokens[hit.last]).text

    def quotes(self, hits: Sequence[Hit]) -> tuple[Quote, ...]:
        """One quote for each utterance that the hits lie in, in order."""
        by_utterance: dict[int, list[Hit]] = defaultdict(list)
        for hit in hits:
            by_utterance[hit.utterance].append(hit)
        return tuple(
            self._quote(self.utterances[i], by_utterance[i])
            for i in sorted(by_utterance)
        )

    def quote_of(self, index: int, around: Hit | None = None) -> Quote:
        """A whole utterance; of a long one so many words, those of a hit among them.

        They begin with the utterance or one of its clauses, as early as the hit allows,
        and do not end in the middle of one where a comma can be had.
        """
        tokens = self.utterances[index].tokens
        first = 0 if around is None else _begin(tokens, around)
        last = min(first + LONGEST_QUOTE, len(tokens)) - 1
        if last + 1 < len(tokens):
            least = max(around.last if around else first, first + LEAST_QUOTE)
            last = _clause_end(tokens, least, last)
        return self.reading.quote(tokens[first], tokens[last])

    def whole(self, index: int) -> Quote:
        """A whole utterance, however long."""
        tokens = self.utterances[index].tokens
        return self.reading.quote(tokens[0], tokens[-1])

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each utterance begins in the text of the answer."""
        answer, word_of = self.reading.answer, self.reading.word_of
        return tuple(answer.chars(word_of[u.tokens[0].i])[0] for u in self.utterances)

    def at(self, quote: Quote) -> int:
        """The index of the utterance that a quote begins in."""
        return max(0, bisect_right(self.starts, quote.char_start) - 1)

    def clause(self, hit: Hit) -> Quote:
        """The clause around a hit, to name in a sentence; up to 14 tokens."""
        tokens = self.utterances[hit.utterance].tokens
        first = _clause_start(tokens, hit.first)
        last = max(hit.last, min(first + 5, len(tokens) - 1))
        while (
            last + 1 < len(tokens) and last - first < 13 and not tokens[last].is_punct
        ):
            last += 1
        return self.reading.quote(tokens[first], tokens[last])

    def _quote(self, utterance: Utterance, hits: Sequence[Hit]) -> Quote:
        tokens = utterance.tokens
        if len(tokens) <= LONGEST_QUOTE:
            return self.reading.quote(tokens[0], tokens[-1])
        first = min(hit.first for hit in hits)
        last = min(max(hit.last for hit in hits), first + LONGEST_QUOTE)
        return self.reading.quote(tokens[first], tokens[last])


def _clause_start(tokens: Sequence[Token], at: int) -> int:
    """Index after the last punctuation, when that is near; else where the hit is."""
    for i in range(at, max(-1, at - 9), -1):
        if i == 0 or tokens[i - 1].is_punct:
            return i
    return at


def _clause_end(tokens: Sequence[Token], least: int, last: int) -> int:
    """Index of the last token before a mark that is not before ``least``; else last."""
    marked = (i for i in range(last, least - 1, -1) if tokens[i + 1].is_punct)
    return next(marked, last)


def _begin(tokens: Sequence[Token], around: Hit) -> int:
    """Where a quote begins that holds a hit and what follows it."""
    end = min(around.last + WORDS_AFTER, len(tokens) - 1)
    begins = [
        i
        for i in range(around.first + 1)
        if (i == 0 or tokens[i - 1].is_punct) and end < i + LONGEST_QUOTE
    ]
    return begins[0] if begins else _clause_start(tokens, around.first)


def evidence(reading: Reading) -> Evidence:
    """Look for every cue of the lexicon in every utterance of the answer."""
    said = utterances(reading)
    index, starts = Index(said), _word_starts(said)
    found: dict[str, dict[tuple[int, int], Hit]] = defaultdict(dict)
    for cue in lexicon().cues:
        for utterance, first, last in cue.matches(index):
            at = utterance.index
            if (
                (utterance.is_clause or cue.entry.named)
                and _in_time(cue, starts[at])
                and _says(cue, utterance, first, last)
            ):
                found[cue.name].setdefault((at, first), Hit(cue.name, at, first, last))
    return Evidence(
        reading, said, {cue: tuple(hits.values()) for cue, hits in found.items()}
    )


def _word_starts(said: Sequence[Utterance]) -> list[int]:
    """How many words come before each utterance."""
    starts, at = [], 0
    for utterance in said:
        starts.append(at)
        at += sum(token.is_alpha for token in utterance.tokens)
    return starts


def _in_time(cue: Cue, words_before: int) -> bool:
    return not cue.entry.early_words or words_before < cue.entry.early_words


def _says(cue: Cue, utterance: Utterance, first: int, last: int) -> bool:
    """Whether a match says what it has the words of; by its first verb, if any."""
    tokens = utterance.tokens
    at = next((i for i in utterance.verbs if first <= i <= last), None)
    if at is None:
        return not _is_empty(cue, tokens, last)
    verb = tokens[at]
    return not (
        (cue.entry.affirmed and _is_denied(verb, tokens[first], tokens[last]))
        or _is_empty(cue, tokens, at)
        or _presents(verb)
    )


def _is_denied(verb: Token, first: Token, last: Token) -> bool:
    """Whether the verb is denied within the match ("did not decide")."""
    return any(c.dep_ == "neg" and first.i <= c.i <= last.i for c in verb.children)


def _presents(verb: Token) -> bool:
    """Whether it only says what will be told: "the one I'd pick is the migration"."""
    words = lexicon().words
    return (
        verb.dep_ == "relcl"
        and verb.lemma_ in words["presenting"]
        and verb.head.lemma_.lower() in words["example"]
    )


def _is_empty(cue: Cue, tokens: Sequence[Token], at: int) -> bool:
    """Whether a strong verb has nothing behind it ("I drove alignment")."""
    if not cue.entry.empty:
        return False
    behind = {token.lower_ for token in tokens[at + 1 : at + 1 + OBJECT_TOKENS]}
    return any(behind & lexicon().words[name] for name in cue.entry.empty)


def apply_rules(criterion: Criterion, seen: Evidence) -> Verdict | None:
    """Points by the rules of a criterion, None when none holds."""
    ordered = sorted(criterion.rules, key=lambda rule: (not rule.veto, -rule.points))
    for rule in ordered:
        hits = _met(rule, seen)
        if hits:
            return Verdict(rule.points, hits, _why(rule, hits, seen), rule.veto)
    return None


def _met(rule: Rule, seen: Evidence) -> tuple[Hit, ...]:
    """The hits that fulfil a rule in the first window that does; empty otherwise."""
    return next(fulfilments(rule, seen), ())


def fulfilments(rule: Rule, seen: Evidence) -> Iterator[tuple[Hit, ...]]:
    """The hits that fulfil a rule, for each window that does, in order."""
    barred = {hit.utterance for cue in rule.unless for hit in seen.by_cue.get(cue, ())}
    found = (hit for cue in sorted(rule.cues) for hit in seen.by_cue.get(cue, ()))
    pool = [hit for hit in found if hit.utterance not in barred]
    starts = sorted({hit.utterance for hit in pool}) if rule.within else [0]
    for start in starts:
        window = range(start, start + (rule.within or len(seen.utterances)))
        if hits := _meets_all(rule, [hit for hit in pool if hit.utterance in window]):
            yield hits


def _meets_all(rule: Rule, pool: Sequence[Hit]) -> tuple[Hit, ...]:
    chosen: list[Hit] = []
    for need in rule.needs:
        names, _, times = need.partition(":")
        since = chosen[-1].utterance if rule.ordered and chosen else 0
        hits = [h for h in pool if h.cue in names.split("|") and h.utterance >= since]
        distinct = {(hit.utterance, hit.first): hit for hit in hits}
        if len(distinct) < int(times or 1):
            return ()
        chosen.extend(list(distinct.values())[: int(times or 1)])
    return tuple(chosen)


def _why(rule: Rule, hits: Sequence[Hit], seen: Evidence) -> str:
    said = "; ".join(f"{hit.cue} “{seen.words(hit)}”" for hit in hits)
    needs = " + ".join(rule.needs).replace("|", " or ").replace("_", " ")
    return f"{said}: {needs} gives {rule.points}"
