"""Where a gap hangs: the speaker's own clause beside which the missing part belongs.

A gap is an absence, so its words are those of the sentence that asks for it: a choice
without its cost, a result without its number. Of all clauses that hold a cue of the
criterion's `hooks`, the best one stands alone, names something, and was not answered in
the sentence behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from voicecoach.rubric.assessing import Assessment
from voicecoach.rubric.case import Case
from voicecoach.rubric.clauses import Clause, clause_at, clause_of, clauses_in
from voicecoach.rubric.criteria import Criterion
from voicecoach.rubric.evidence import Hit
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.phrases import words_of
from voicecoach.timeline import Quote, is_filled_pause

SIDE_WORTH = 1.5
"""Of a standard deviation to the good side (`substance`), where clauses of all kinds
compete."""
DEED_WORTH = 6.0
"""Of a clause whose sentence surely shows one of `OF_DEEDS`."""
OF_DEEDS = ("decision_made", "own_role", "tradeoff_stated", "evidence_over_opinion")
"""What is worth asking on: a cost is asked of a choice, not of any deed."""
LEAST_DEED = 0.15
"""How sure one of those must be where a gap is only put beside a clause."""
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
    "stumbling": -2.0,  # an um or a restart in the middle
    "answered": -6.0,  # what is asked for stands in it or right behind it
}
LEAST = 0.0
"""A clause below this is worse than none."""


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
    return (
        _best(_by_cue(criterion, criterion.hooks, case, beside=False))
        or _best(_own(criterion, found, case))
        or _best(_by_cue(criterion, criterion.beside, case, beside=True))
        or (_weightiest(criterion, case) if criterion.change_beside else None)
    )


def _best(candidates: Iterator[Hook]) -> Hook | None:
    good = [hook for hook in candidates if hook.worth >= LEAST]
    return max(good, key=lambda h: (h.worth, -h.quote.char_start), default=None)


def _by_cue(
    criterion: Criterion, cues: Sequence[str], case: Case, *, beside: bool
) -> Iterator[Hook]:
    """Clauses around the sightings of some cues, those of the first cue preferred."""
    for place, cue in enumerate(cues):
        for hit in case.seen.by_cue.get(cue, ()):
            clause = _clause_of_hit(hit, case)
            if clause is None or not _fits(criterion, clause, case, beside=beside):
                continue
            worth = PREFERENCES["later_cue"] * place
            if _is_answered(criterion, hit, case):
                worth += PREFERENCES["answered"]
            yield _weighed(criterion, clause, worth, case, beside=beside)


def _own(criterion: Criterion, found: Assessment, case: Case) -> Iterator[Hook]:
    """Clauses of the quotes that gave the few points there are."""
    for quote in () if criterion.hooks else found.quotes[:3]:
        clause = clause_of(case.reading, quote) or _around(quote, case)
        if clause is not None:
            yield _weighed(criterion, clause, 0.0, case)


def _weightiest(criterion: Criterion, case: Case) -> Hook | None:
    """The clause that says most of what the speaker did or would do.

    Where nothing of the kind that is missing was said at all, it belongs beside that.
    """
    return _best(
        replace(hung, worth=hung.worth + SIDE_WORTH * float(case.sides[at]))
        for at in range(len(case.seen.utterances))
        if case.sides[at] > 0 and _is_of_deeds(at, case)
        for clause in clauses_in(case.reading, case.seen.whole(at))
        if is_deed(clause, case)
        for hung in [_weighed(criterion, clause, 0.0, case, beside=True)]
    )


def _is_of_deeds(at: int, case: Case) -> bool:
    """Whether a sentence likely shows something worth asking on."""
    return case.shown.any_at(OF_DEEDS, at) >= LEAST_DEED


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
        for cue in asked_for - {*criterion.hooks, *criterion.beside}
        for other in case.seen.by_cue.get(cue, ())
    )


def _fits(criterion: Criterion, clause: Clause, case: Case, *, beside: bool) -> bool:
    """Whether the clause is of the kind, and by the one, that the criterion is about.

    What a gap is only put beside must at least choose something.
    """
    subject = case.reading.doc[clause.subject].lower_
    if beside:
        deed = _is_of_deeds(case.seen.at(clause.quote(case.reading)), case)
        return subject in ("i", "we") and _chooses(clause, case) and deed
    by = {"we": subject == "we", "other": subject not in ("i", "we", "you")}
    if not by.get(criterion.hooks_by, True):
        return False
    needs = {"about": _is_about(criterion, clause, case), "": True}
    needs["choice"] = needs["about"] or _chooses(clause, case)
    return needs[criterion.hooks_need]


def _is_about(criterion: Criterion, clause: Clause, case: Case) -> bool:
    about = lexicon().words.get(criterion.hooks_about, frozenset())
    return bool(_words(clause, case, nouns=True) & about)


def _chooses(clause: Clause, case: Case) -> bool:
    verb = case.reading.doc[clause.head]
    return verb.lemma_ in words_of("choosing") and verb.tag_ != "VBG"


def _words(clause: Clause, case: Case, *, nouns: bool = False) -> frozenset[str]:
    """Its words and their lemmas; of its nouns only, if asked."""
    tokens = case.reading.doc[clause.first : clause.last + 1]
    kept = (t for t in tokens if not nouns or t.pos_ in ("NOUN", "PROPN"))
    return frozenset(w.lower() for t in kept for w in (t.text, t.lemma_))


def _weighed(
    criterion: Criterion,
    clause: Clause,
    worth: float,
    case: Case,
    *,
    beside: bool = False,
) -> Hook:
    """The clause with its worth."""
    reading = case.reading
    quote = clause.quote(reading)
    signs = {
        "about": _is_about(criterion, clause, case),
        "choosing": _chooses(clause, case),
        "standing": reading.doc[clause.head].lemma_ in words_of("standing"),
        "empty": bool(_words(clause, case) & lexicon().words["fluff"]),
        "pointing": reading.doc[clause.subject].lower_ in words_of("pointing"),
        "conditional": clause.is_conditional(reading),
        "under_way": reading.doc[clause.head].tag_ == "VBG",
        "stumbling": any(map(is_filled_pause, quote.text.split())),
    }
    worth += sum(PREFERENCES[sign] for sign, seen in signs.items() if seen)
    tokens = reading.doc[clause.first : clause.last + 1]
    content = sum(t.is_alpha and not t.is_stop for t in tokens)
    worth += min(content, MOST_CONTENT)
    worth += DEED_WORTH * case.shown.any_at(OF_DEEDS, case.seen.at(quote))
    return Hook(quote, clause.is_past(reading), beside, worth)
