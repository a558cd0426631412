"""Another opening, built of the speaker's own sentences and of nothing else.

    said      So, um, some background ... I stopped the launch ... we lost no invoice
    opening   “we lost no invoice” (2:41)  “I stopped the launch” (1:12)

Offered where the point came late. A sentence qualifies when it stands alone: its
subject is named in it, so that it can be heard before anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from voicecoach.rubric.case import Case
from voicecoach.rubric.clauses import Clause, clause_at
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.phrases import words_of
from voicecoach.rubric.results import OpeningSentence
from voicecoach.rubric.spoken import clean
from voicecoach.timeline import Quote

if TYPE_CHECKING:
    from spacy.tokens import Token

MOST_CONTENT = 6
"""Content words beyond these make a sentence no better."""
BEGINNING = 2
"""Utterances that are the opening already."""
MOST_WORDS = 26
"""Of a sentence to begin with; of a longer one only its clause is taken."""
LEAST_CONTENT = 4
"""Content words without which a sentence is no beginning ("the API went out")."""
LEAST_DECISION = 3.0
"""Of a sentence in which I or we choose something that is something."""
DECISION_CUES = ("choice", "refusal")


def opening(case: Case) -> tuple[OpeningSentence, ...]:
    """How it ended and what was decided, in the speaker's words, in that order."""
    ends = list(_results(case)) if case.is_story else []
    chosen = [quote for quote in (_best(ends), _best(list(_decisions(case)))) if quote]
    if len(chosen) == 2 and chosen[0].overlaps(chosen[1]):
        chosen = chosen[:1]
    said = (case.plain.as_said(quote) for quote in chosen)
    return tuple(
        OpeningSentence(quote, clean(quote.text).rstrip(",;:")) for quote in said
    )


Weighed = tuple[float, Quote]


def _best(sentences: Sequence[Weighed]) -> Quote | None:
    """The weightiest, the earlier one among equals."""
    ranked = sorted(sentences, key=lambda one: (-one[0], one[1].char_start))
    return ranked[0][1] if ranked else None


def _results(case: Case) -> Iterator[Weighed]:
    """Sentences about the outcome, those with a number on it first."""
    impacts = [n.quote for n in case.measures.numbers if n.kind == "impact"]
    for hit in case.seen.by_cue.get("result", ()):
        for _, quote in _sentence(case, hit.utterance, hit.first):
            numbered = any(quote.overlaps(impact) for impact in impacts)
            yield 2.0 * numbered + 0.1 * hit.utterance, quote


def _decisions(case: Case) -> Iterator[Weighed]:
    """Sentences in which I or we choose one way."""
    for cue in DECISION_CUES:
        for hit in case.seen.by_cue.get(cue, ()):
            for weight, quote in _sentence(case, hit.utterance, hit.first):
                if weight >= LEAST_DECISION:
                    yield weight, quote


def _sentence(case: Case, at: int, first: int) -> Iterator[Weighed]:
    """The sentence around a cue, from its subject on; nothing if it needs more."""
    if at < BEGINNING:
        return
    tokens = case.seen.utterances[at].tokens
    verb = next((t for t in tokens[first:] if t.pos_ == "VERB"), tokens[first])
    clause = clause_at(case.reading, verb)
    if clause is None or not tokens[0].i <= clause.first <= clause.last <= tokens[-1].i:
        return
    doc = case.reading.doc
    pointing = doc[clause.subject].lower_ in words_of("pointing")
    if pointing or clause.is_conditional(case.reading):
        return
    last = _last(case, clause, tokens[-1].i)
    words = [t for t in doc[clause.first : last + 1] if t.is_alpha]
    content = sum(not t.is_stop for t in words)
    if content >= LEAST_CONTENT:
        weight = _weight(case, clause, words) + 0.1 * min(MOST_CONTENT, content)
        yield weight, case.reading.quote(doc[clause.first], doc[last])


def _last(case: Case, clause: Clause, end: int) -> int:
    """The end of the sentence, if it is short and stays clear; else of the clause."""
    doc = case.reading.doc
    whole = case.reading.quote(doc[clause.first], doc[end])
    rest = {token.lower_ for token in doc[clause.last + 1 : end + 1]}
    fits = len(whole.text.split()) <= MOST_WORDS and not rest & words_of("pointing")
    return end if fits else clause.last


def _weight(case: Case, clause: Clause, words: Sequence[Token]) -> float:
    """How much of a decision it is, less what makes it vague."""
    doc = case.reading.doc
    return (
        2.0 * (doc[clause.head].lemma_ in words_of("choosing"))
        + (doc[clause.subject].lower_ in ("i", "we"))
        - 2.0 * any(t.lower_ in lexicon().words["fluff"] for t in words)
        - 0.5 * sum(t.lower_ in words_of("unclear") for t in words)
    )
