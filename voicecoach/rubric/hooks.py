"""Where a gap hangs: the speaker's own clause beside which the missing part belongs.

A gap is an absence, so its words are those of the sentence that asks for it: a choice
without its cost, a result without its number. Of all clauses that hold a cue of the
criterion's `hooks`, the best one stands alone, names something, and was not answered in
the sentence behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from voicecoach.rubric.assessing import Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.clauses import Clause, clause_at, clause_of, clauses_in
from voicecoach.rubric.criteria import Criterion, rubric
from voicecoach.rubric.evidence import Hit
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.phrases import words_of
from voicecoach.timeline import Quote, is_filled_pause

PLACE_WORTH = 12.0
"""Of a clause in the sentence that an interviewer would most likely hang it on."""
CUE_WORTH = 3.0
"""Of a clause around a cue of what is missing, where clauses of all kinds compete."""
MOST_CONTENT = 6
"""Content words beyond these make a clause no better to hang on."""
PREFERENCES: Mapping[str, float] = {
    "later_cue": -2.0,  # each place down the list of hooks
    "about": 4.0,  # it holds a word of the class that the criterion asks for
    "choosing": 2.0,  # its verb takes one way and leaves another
    "standing": -3.0,  # nobody does anything in it ("we've got three phases")
    "empty": -4.0,  # its object has nothing in it ("alignment", "the status")
    "pointing": -3.0,  # its subject needs what was said before ("it", "they")
    "conditional": -2.0,  # it holds only if something happens
    "under_way": -3.0,  # it tells what was going on, not what somebody did
    "answered": -6.0,  # what is asked for stands in it or right behind it
}
LEAST = 0.0
"""A clause below this is worse than none."""
LEAST_BESIDE = 1.0
"""The same for one without a cue, its place not counted."""


@dataclass(frozen=True)
class Hook:
    """A clause to hang on.

    Args:
        quote: its words.
        past: whether it tells what was, not what is or would be.
        beside: whether it only stands where the missing part belongs.
        worth: how good it is to hang on.
    """

    quote: Quote
    past: bool
    beside: bool
    worth: float


def hook(criterion: Criterion, found: Assessment, case: Case) -> Hook | None:
    """The words that a gap hangs on; None when none of the answer's would do."""
    candidates = [
        *_by_cue(criterion, case),
        *_own(criterion, found, case),
        *(_anywhere(criterion, case) if criterion.change_beside else ()),
    ]
    good = (hook for hook in candidates if hook.worth >= LEAST)
    ordered = sorted(good, key=lambda h: (-h.worth, h.quote.char_start))
    return next((h for h in ordered if not _stumbles(h.quote, case)), None)


def _stumbles(quote: Quote, case: Case) -> bool:
    """Whether an um is in the middle: nobody wants that said back."""
    return any(map(is_filled_pause, case.plain.as_said(quote).text.split()))


def _by_cue(criterion: Criterion, case: Case) -> Iterator[Hook]:
    """Clauses around the sightings of its cues, those of the first cue preferred."""
    for place, cue in enumerate(criterion.hooks):
        for hit in case.seen.by_cue.get(cue, ()):
            clause = _clause_of_hit(hit, case)
            if clause is None or not _fits(criterion, clause, case):
                continue
            worth = CUE_WORTH + PREFERENCES["later_cue"] * place
            if _is_answered(criterion, hit, case):
                worth += PREFERENCES["answered"]
            yield _weighed(criterion, clause, worth, case)


def _own(criterion: Criterion, found: Assessment, case: Case) -> Iterator[Hook]:
    """Clauses of the quotes that gave the few points there are."""
    for quote in () if criterion.hooks else found.quotes[:3]:
        clause = clause_of(case.reading, quote) or _around(quote, case)
        if clause is not None:
            yield _weighed(criterion, clause, CUE_WORTH, case)


def _anywhere(criterion: Criterion, case: Case) -> Iterator[Hook]:
    """Every clause: where nothing of the kind was said, it belongs beside another.

    Wherever it stands, it must be one that can be said back by itself.
    """
    for clause in _clauses(case):
        stated = _stated(clause, case)
        is_fit = stated.defended or not criterion.beside_deeds
        if is_fit and stated.worth >= LEAST_BESIDE:
            yield _weighed(criterion, clause, 0.0, case, beside=True)


def is_deed(clause: Clause, case: Case) -> bool:
    """Whether I or we do something in it that others can see."""
    verb, subject = case.reading.doc[clause.head], case.reading.doc[clause.subject]
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


def _around(quote: Quote, case: Case) -> Clause | None:
    """The clause that a few words ("kind of") stand in."""
    reading = case.reading
    for token in reading.doc:
        at = reading.answer.chars(reading.word_of[token.i])[0]
        if at >= quote.char_start:
            clause = clause_at(reading, token)
            holds = clause is not None and clause.first <= token.i <= clause.last
            return clause if holds else None
    return None


def _clause_of_hit(hit: Hit, case: Case) -> Clause | None:
    """The clause that a cue was seen in, by its verb where it has one."""
    tokens = case.seen.utterances[hit.utterance].tokens[hit.first : hit.last + 1]
    verb = next((t for t in tokens if t.pos_ == "VERB"), tokens[0])
    return clause_at(case.reading, verb)


def _is_answered(criterion: Criterion, hit: Hit, case: Case) -> bool:
    """Whether what the criterion asks for was said there or right behind it."""
    asked_for = {cue for r in criterion.rules if r.points >= 4 for cue in r.cues}
    near = (hit.utterance, hit.utterance + 1)
    return any(
        other.utterance in near
        for cue in asked_for.difference(criterion.hooks)
        for other in case.seen.by_cue.get(cue, ())
    )


def _fits(criterion: Criterion, clause: Clause, case: Case) -> bool:
    """Whether it is of the kind, and by the one, that the criterion is about."""
    subject = case.reading.doc[clause.subject].lower_
    by = {"we": subject == "we", "other": subject not in ("i", "we", "you")}
    if not by.get(criterion.hooks_by, True):
        return False
    needs = {"about": _is_about(criterion, clause, case), "": True}
    needs["choice"] = needs["about"] or _chooses(clause, case)
    return needs[criterion.hooks_need]


def _is_about(criterion: Criterion, clause: Clause, case: Case) -> bool:
    about = lexicon().words.get(criterion.hooks_about, frozenset())
    return bool(_stated(clause, case).nouns & about)


def _chooses(clause: Clause, case: Case) -> bool:
    verb = case.reading.doc[clause.head]
    return verb.lemma_ in words_of("choosing") and verb.tag_ != "VBG"


def _weighed(
    criterion: Criterion,
    clause: Clause,
    worth: float,
    case: Case,
    *,
    beside: bool = False,
) -> Hook:
    """The clause with its worth."""
    stated = _stated(clause, case)
    worth += stated.worth
    worth += PLACE_WORTH * case.wanted.at(criterion.id, stated.utterance)
    worth += PREFERENCES["about"] * _is_about(criterion, clause, case)
    return Hook(stated.quote, clause.is_past(case.reading), beside, worth)


@dataclass(frozen=True)
class _Stated:
    """What a clause is, whichever criterion asks.

    Args:
        quote: its words.
        utterance: that it begins in.
        nouns: its nouns and their lemmas.
        worth: how good it is to hang on, its place and subject matter aside.
        defended: whether it is a deed that its speaker stands by: no fault, no lesson.
    """

    quote: Quote
    utterance: int
    nouns: frozenset[str]
    worth: float
    defended: bool


@lru_cache(maxsize=256)
def _stated(clause: Clause, case: Case) -> _Stated:
    """Kept: every criterion that is missing looks at every clause."""
    reading = case.reading
    verb, quote = reading.doc[clause.head], clause.quote(reading)
    utterance = case.seen.at(quote)
    tokens = reading.doc[clause.first : clause.last + 1]
    words = {w.lower() for t in tokens for w in (t.text, t.lemma_)}
    nouns = (t for t in tokens if t.pos_ in ("NOUN", "PROPN"))
    signs = {
        "choosing": _chooses(clause, case),
        "standing": verb.lemma_ in words_of("standing"),
        "empty": bool(words & lexicon().words["fluff"]),
        "pointing": reading.doc[clause.subject].lower_ in words_of("pointing"),
        "conditional": clause.is_conditional(reading),
        "under_way": verb.tag_ == "VBG",
    }
    content = sum(t.is_alpha and not t.is_stop for t in tokens)
    owned = case.shown.any_at(("accountability", "learning_specific"), utterance)
    return _Stated(
        quote,
        utterance,
        frozenset(w.lower() for t in nouns for w in (t.text, t.lemma_)),
        min(content, MOST_CONTENT) + sum(PREFERENCES[k] for k, v in signs.items() if v),
        is_deed(clause, case) and owned < rubric().shown.strength,
    )


@lru_cache(maxsize=2)
def _clauses(case: Case) -> tuple[Clause, ...]:
    """Every clause of the answer that stands alone."""
    whole = (case.seen.whole(utterance.index) for utterance in case.seen.utterances)
    return tuple(chain.from_iterable(clauses_in(case.reading, q) for q in whole))
