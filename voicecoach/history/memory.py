"""The same gap across attempts, said: what came again, and what came right.

    earlier   gap   gap   (no chance)   gap
    now                                       gap    "Fourth answer in a row without"
                                              there  "Three answers without ...; this"

Only attempts that could have shown it count: a criterion that the question gave no
chance to is not among the findings. The same words reviewed twice are one answer, and
a follow-up, which answers something else, is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from voicecoach.attempt import Attempt
from voicecoach.attempt.judged import Finding, Remembered
from voicecoach.measures.bands import bands
from voicecoach.rubric import criterion_in_words
from voicecoach.timeline import clock

LOOK_BACK = 8
"""Earlier attempts that are looked at: about a fortnight of practice."""
MOST = 2
"""What is said of them: more would drown the one change."""
FIRST_GAPS = 3
"""The gaps that matter: they come the most valuable first."""
GAP_POINTS = 2
"""Points up to which a criterion counts as missing."""
FEWEST_WORDS, SHOWN_WORDS = 4, 12
"""Of a quote inside a sentence of ours: one that says something, and no more."""
ORDINALS = (  # as far as LOOK_BACK and this one go
    *("-", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh"),
    *("Eighth", "Ninth"),
)
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")


def remembered(attempt: Attempt, earlier: Sequence[Attempt]) -> tuple[Remembered, ...]:
    """What earlier attempts have to do with this one, the most useful first.

    Args:
        attempt: just judged.
        earlier: those before it, the newest first; from `History`.
    """
    if attempt.kind == "follow_up":
        return ()
    before = _comparable(attempt, earlier)
    about = attempt.coaching.about
    again = sorted(_again(attempt, before), key=lambda one: -one.times)
    said = [
        *(one for one in again if one.about == about),
        *_better(attempt, before),
        *sorted(_bands_again(attempt, before), key=lambda one: -one.times),
        *(one for one in again if about is not None),  # else all is well: quiet
    ]
    first = {one.about: one for one in reversed(said)}
    return tuple(one for one in dict.fromkeys(said) if first[one.about] is one)[:MOST]


def _comparable(attempt: Attempt, earlier: Sequence[Attempt]) -> tuple[Attempt, ...]:
    """Each answer once, follow-ups left out, what was said now left out."""
    known = {attempt.transcript.text}
    result = []
    for one in earlier:
        if one.kind != "follow_up" and one.transcript.text not in known:
            known.add(one.transcript.text)
            result.append(one)
    return tuple(result[:LOOK_BACK])


# -- criteria --------------------------------------------------------------------------


def _finding(attempt: Attempt, criterion: str) -> Finding | None:
    found = (f for f in attempt.score.findings if f.criterion == criterion)
    return next(found, None)


def _lacks(attempt: Attempt, criterion: str) -> bool | None:
    """Whether it was missing; None when there was no chance, or it was half there."""
    found = _finding(attempt, criterion)
    if found is None:
        return None
    if found.kind == "strength":
        return False
    is_gap = found.points <= GAP_POINTS or attempt.coaching.about == criterion
    return True if is_gap else None


def _streak(before: Sequence[Attempt], criterion: str) -> tuple[str, ...]:
    """Ids of the latest attempts in a row that lacked it."""
    had_a_chance = [a for a in before if _lacks(a, criterion) is not None]
    return tuple(a.id for a in takewhile(lambda a: _lacks(a, criterion), had_a_chance))


def _again(attempt: Attempt, before: Sequence[Attempt]) -> Iterator[Remembered]:
    """What is missing now and was missing the last times it had a chance."""
    gaps = [f.criterion for f in attempt.score.findings if f.kind == "gap"]
    for criterion in gaps[:FIRST_GAPS]:
        ids = _streak(before, criterion) if _lacks(attempt, criterion) else ()
        if ids and criterion != "delivery":  # its bands are compared one by one
            thing = criterion_in_words(criterion)
            text = f"{ORDINALS[len(ids) + 1]} answer in a row without {thing}."
            yield _made(criterion, "again", text, ids)


def _better(attempt: Attempt, before: Sequence[Attempt]) -> Iterator[Remembered]:
    """What is there now and was the last one change, or missing twice and more."""
    last = next((a.coaching.about for a in before if a.coaching.about), None)
    for finding in attempt.score.findings:
        if finding.kind != "strength" or not finding.evidence:
            continue
        ids = _streak(before, finding.criterion)
        thing = criterion_in_words(finding.criterion)
        if len(ids) > 1:
            text = f"{NUMBERS[len(ids)]} answers without {thing}"
        elif ids and finding.criterion == last:
            text = f"Last time the one change was {thing}"
        else:
            continue
        text += f"; this time it is there: {_shown(finding)}"
        yield _made(finding.criterion, "better", text, ids)


def _shown(finding: Finding) -> str:
    """The quote that proves it, shortened, and when it was said."""
    told = (e for e in finding.evidence if len(e.quote.split()) >= FEWEST_WORDS)
    evidence = next(told, finding.evidence[0])
    words = evidence.quote.split()
    text = " ".join(words[:SHOWN_WORDS]).rstrip(",;:.")
    more = " …" if len(words) > SHOWN_WORDS else ""
    at = "" if evidence.start_s is None else f" at {clock(evidence.start_s)}"
    return f"“{text}{more}”{at}."


# -- delivery --------------------------------------------------------------------------

RATES = {
    "filled_pauses_per_min": ("filled_pause", "um and uh"),
    "discourse_markers_per_min": ("discourse_marker", "so, like and you know"),
}
"""Bands of fillers: the family that they count, and what a person calls it."""


def _outside(attempt: Attempt) -> dict[str, str]:
    """Measures of delivery that are outside their band, and on which side."""
    timing = attempt.measures.timing
    if timing is None:
        return {}
    result = {}
    if timing.verdict != "on_target":
        side = "longer" if timing.verdict == "long" else "shorter"
        result["answer_s"] = f"{side} than its target"
    pace = bands()["pace_wpm"]
    if pace.colour(round(timing.pace_wpm)) == "red":
        slow = timing.pace_wpm < pace.green[0]
        limit = f"{pace.green[0 if slow else 1]:.0f} words a minute"
        result["pace_wpm"] = f"{'slower' if slow else 'faster'} than {limit}"
    for measure, (family, said) in RATES.items():
        rate = attempt.fillers_per_minute(family)  # type: ignore[arg-type]
        band = bands()[measure]
        if rate is not None and band.colour(rate) == "red":
            result[measure] = f"with more than {band.green[1]:g} {said} a minute"
    return result


def _bands_again(attempt: Attempt, before: Sequence[Attempt]) -> Iterator[Remembered]:
    """Measures outside their band on the same side as the last times."""
    timed = [a for a in before if a.measures.timing is not None]
    for measure, side in _outside(attempt).items():
        row = takewhile(lambda a, m=measure, s=side: _outside(a).get(m) == s, timed)  # type: ignore[misc]
        ids = tuple(one.id for one in row)
        if ids:
            text = f"{ORDINALS[len(ids) + 1]} answer in a row {side}."
            yield _made(measure, "again", text, ids)


def _made(about: str, kind: str, text: str, ids: tuple[str, ...]) -> Remembered:
    return Remembered.model_validate(
        {
            "about": about,
            "kind": kind,
            "times": len(ids) + 1,
            "text": text,
            "attempts": ids,
        }
    )
