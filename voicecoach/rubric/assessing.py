"""One criterion applied to one answer: by the rules of the data, or by a measure.

Most criteria are found by cues and rules (`evidence`). Those that rest on a measure
(numbers, verbs, structure, fillers, timing) or on the question have a function here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from voicecoach.measures.bands import bands
from voicecoach.measures.fillers import counted
from voicecoach.measures.pauses import SURE, is_hesitation
from voicecoach.measures.results import Timing, Verb
from voicecoach.rubric.case import Case
from voicecoach.rubric.criteria import Criterion, rubric
from voicecoach.rubric.grounds import Ground, particulars, reasons
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.meaning import verdict
from voicecoach.timeline import Quote

NEVER_DONE = re.compile(
    r"\b(?:could|would|should|might)(?: have|['\u2019]ve)(?: \w+ly)?\s*$", re.IGNORECASE
)
"""What stands before the verb of a deed that was not done: "we could have patched"."""
NOTHING_BEHIND = frozenset({",", ".", "and"})
DOUBTED_POINTS = 2
"""What is left of a criterion that is not believed: named, and worth nothing."""


@dataclass(frozen=True)
class Assessment:
    """What was found for one criterion.

    Args:
        points: 1..5; 0 when there is nothing to say about it.
        quotes: the words it rests on; empty for an absence.
        why: the way from the words to the points.
        slots: for the texts ("missing", "problem").
        ruled: points by the rules alone, where meaning gave more; None elsewhere.
        doubted: whether it would have more but for the sentences it stands in.
    """

    points: int
    quotes: tuple[Quote, ...] = ()
    why: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    ruled: int | None = None
    doubted: bool = False


@dataclass(frozen=True)
class Assessed:
    """A criterion with what was found for it."""

    criterion: Criterion
    found: Assessment


def assess(criterion: Criterion, case: Case) -> Assessment:
    """Points, words and reasons of one criterion."""
    if criterion.id in BY_MEASURE:
        return BY_MEASURE[criterion.id](case)
    found = verdict(criterion, case.counted)
    if found:
        quotes = case.seen.quotes(found.hits)
        return Assessment(found.points, quotes, found.why, ruled=found.ruled)
    return Assessment(criterion.absent, why="no cue of it was found")


def believed(found: Assessment, case: Case) -> Assessment:
    """Without worth where its words stand in sentences told like weak answers.

    A decision that hides the bad news is a decision by its words alone.
    """
    if not found.quotes or found.points <= DOUBTED_POINTS:
        return found
    side = case.side_of(found.quotes)
    if side >= rubric().substance.doubted:
        return found
    why = f"{found.why}; not believed: told like weak answers ({side:.1f})"
    return replace(found, points=DOUBTED_POINTS, why=why, doubted=True)


def level(value: float, limits: Mapping[int, float]) -> int:
    """The best level whose limit the value does not exceed; 1 beyond all."""
    fitting = [points for points, limit in limits.items() if value <= limit]
    return max(fitting, default=1)


def reached(value: float, limits: Mapping[int, float]) -> int:
    """The best level whose limit the value reaches; 1 below all."""
    return max((n for n, least in limits.items() if value >= least), default=1)


def _quantified_impact(case: Case) -> Assessment:
    impacts = [n for n in case.measures.numbers if n.kind == "impact"]
    if impacts:
        points = 5 if len(impacts) > 1 else 4
        said = "; ".join(f"“{n.quote.text}”" for n in impacts)
        return Assessment(
            points,
            tuple(n.quote for n in impacts),
            f"{len(impacts)} on an outcome: {said}",
        )
    results = case.seen.by_cue.get("result", ())
    if results:
        why = "an outcome, no number on it"
        return Assessment(3 if case.is_story else 2, case.seen.quotes(results[:1]), why)
    return Assessment(1, why="no outcome with a number")


def _headline_first(case: Case) -> Assessment:
    seen = case.seen
    points = seen.by_cue.get("outcome_first", ())
    preamble = [hit for hit in seen.by_cue.get("preamble", ()) if hit.utterance < 2]
    first = seen.quote_of(0) if seen.utterances else None
    quotes = (first,) if first else ()
    if points and not preamble:
        best = min(points, key=lambda hit: hit.utterance)
        return Assessment(
            5 if best.utterance < 2 else 4,
            seen.quotes((best,)),
            f"the point is in sentence {best.utterance + 1}: “{seen.words(best)}”",
        )
    early = [h for h in seen.by_cue.get("choice", ()) if h.utterance < 4]
    if (points or early) and len(preamble) < 2:
        return Assessment(3, quotes, "the point comes after a preamble")
    why = "; ".join(f"preamble “{seen.words(hit)}”" for hit in preamble)
    return Assessment(2, quotes, why or "no decision or outcome in the first 55 words")


def _structure_followed(case: Case) -> Assessment:
    said, names = case.parts
    missing = [name for name in names if name not in said]
    slots = {"missing": missing[0].replace("_", " ") if missing else ""}
    share = (len(names) - len(missing)) / len(names) if names else 0.0
    points = 1 + round(4 * share)
    if case.question.structure == "star_l" and not case.is_story:
        return Assessment(1, (), "no episode is told", {"missing": "what happened"})
    if missing and points == 5:
        points = 4
    if case.acting_share < rubric().bands.acting_share:
        points, slots = min(points, 3), {"missing": "what you did"}
    why = f"said: {', '.join(said) or 'none'}; missing: {', '.join(missing) or 'none'}"
    return Assessment(points, tuple(said.values())[:4], why, slots)


def _question_answered(case: Case) -> Assessment:
    close = case.relevance
    if close is None:
        return Assessment(0, why="the question was not given")
    said, names = case.parts
    shaped = len(said) / len(names) if names else 0.0
    acts = (
        case.counted.count("choice")
        + case.counted.count("refusal")
        + case.counted.count("flow")
    )
    points = min(close.most, 1 + close.steps + (shaped >= 0.5) + (acts >= 2))
    quotes = case.seen.quotes(case.seen.by_cue.get("choice", ())[:1])
    nearer = f", nearer to “{close.nearer}”" if close.nearer else ""
    why = (
        f"log chance that this was asked {close.log_chance:.1f}{nearer}; "
        f"parts said {shaped:.0%}; acts {acts}"
    )
    if not quotes and case.seen.utterances:
        quotes = (case.seen.quote_of(0),)
    return Assessment(points, quotes, why)


def _reasons_given(case: Case) -> Assessment:
    said = reasons(case.grounds)
    points = reached(said, rubric().bands.reasons)
    quotes = _richest(case, lambda ground: ground.links)
    words = ", ".join(f"“{word}”" for g in case.grounds for word in g.joined)
    return Assessment(
        points, quotes, f"{said} reasons, conditions or contrasts: {words or 'none'}"
    )


def _particulars(case: Case) -> Assessment:
    said = particulars(case.grounds)
    points = reached(said, rubric().bands.particulars)
    good = points >= rubric().bands.strength_from
    quotes = _richest(case, lambda g: g.particulars if good else g.generic)
    general = sum(g.generic for g in case.grounds)
    named = ", ".join(f"“{word}”" for g in case.grounds for word in g.named)
    found = named or "no particulars"
    why = f"{said:+.1f}: {found}; less half of {general} general words"
    return Assessment(points, quotes, why)


def _richest(case: Case, count: Callable[[Ground], int]) -> tuple[Quote, ...]:
    """The two utterances that hold most of something, in their order."""
    best = sorted(case.grounds, key=lambda ground: -count(ground))[:2]
    told = sorted(ground.utterance for ground in best if count(ground))
    return tuple(case.seen.quote_of(at) for at in told)


def _certainty(case: Case) -> Assessment:
    vague = _vague(case)
    words = _telling_words(case)
    if words <= 0:
        return Assessment(0, why="no sentence to look at")
    per_100 = 100 * len(vague) / words
    points = level(per_100, rubric().bands.vague_per_100)
    said = ", ".join(f"“{quote.text}”" for quote in vague)
    plain = not vague or points >= rubric().bands.strength_from
    quotes = (case.seen.quote_of(0),) if plain else vague
    return Assessment(
        points, quotes, f"{per_100:.1f} softeners in 100 words: {said or 'none'}"
    )


def _telling_words(case: Case) -> int:
    """Words of sentences that tell something, fillers left out.

    Neither general talk nor more fillers make the softeners fewer.
    """
    kept = [t for i in case.telling for t in case.seen.utterances[i].tokens]
    fillers = [
        f.quote
        for f in case.measures.fillers
        if f.quote and f.family != "filled_pause"  # those are not parsed
    ]
    return sum(t.is_alpha for t in kept) - sum(len(q.text.split()) for q in fillers)


def _vague(case: Case) -> tuple[Quote, ...]:
    """Hedges by the measure and vague phrases by the lexicon, each place once."""
    found = {
        f.quote.char_start: f.quote
        for f in case.measures.fillers
        if f.family == "hedge" and f.quote and f.confidence >= SURE
    }
    for hit in case.seen.by_cue.get("vague", ()):
        tokens = case.seen.utterances[hit.utterance].tokens
        quote = case.reading.quote(tokens[hit.first], tokens[hit.last])
        if not any(a <= quote.char_start <= a + len(q.text) for a, q in found.items()):
            found[quote.char_start] = quote
    return tuple(found[at] for at in sorted(found))


def _ownership_language(case: Case) -> Assessment:
    own = [v for v in _spoken_for(case, "ownership") if not _is_empty(v, case)]
    weak = _spoken_for(case, "coordinator")
    if not own and not weak:
        return Assessment(2, why="neither verbs of an owner nor of a coordinator")
    share = len(weak) / (len(weak) + len(own))
    points = level(share, rubric().bands.coordinator_share) if own else 1
    points = min(points, {1: 4}.get(len(own), 5)) if own else points
    shown = own if points >= rubric().bands.strength_from else weak or own
    why = f"owner: {_lemmas(own)}; coordinator: {_lemmas(weak)}; share {share:.2f}"
    return Assessment(points, tuple(v.sentence for v in shown[:3]), why)


def _spoken_for(case: Case, verb_class: str) -> list[Verb]:
    return [
        v
        for v in case.measures.verbs
        if v.verb_class == verb_class
        and v.actor in ("I", "we")
        and not v.negated
        and not NEVER_DONE.search(case.reading.answer.text[: v.quote.char_start])
    ]


def _is_empty(verb: Verb, case: Case) -> bool:
    """A strong verb with nothing behind it ("I drove alignment", "I led, I drove")."""
    after = case.reading.answer.text[verb.quote.char_end :].lower()
    sentence = after.replace(",", " ,").replace(".", " .").split()[:4]
    if not sentence or sentence[0] in NOTHING_BEHIND:
        return True
    return any(word in lexicon().words["fluff"] for word in sentence)


def _lemmas(verbs: Sequence[Verb]) -> str:
    return ", ".join(v.lemma for v in verbs) or "none"


def _delivery(case: Case) -> Assessment:
    timing = case.measures.timing
    if timing is None or case.measures.pauses is None:
        return Assessment(0, why="typed, so there is no sound to time")
    problems = tuple(_problems(case, timing))
    points = max(1, 5 - 2 * len(problems)) if problems else 5
    first = case.seen.quote_of(0) if case.seen.utterances else None
    slots = {"problem": problems[0] if problems else ""}
    return Assessment(
        points, (first,) if first else (), "; ".join(problems) or "in the bands", slots
    )


def _problems(case: Case, timing: Timing) -> Iterable[str]:
    low, high = (round(seconds) for seconds in timing.target_s)
    if timing.verdict != "on_target":
        yield f"You spoke for {timing.answer_s:.0f} s; aim for {low} to {high} s."
    pace = bands()["pace_wpm"]
    if pace.colour(round(timing.pace_wpm)) == "red":  # judged as it is shown
        least, most = (round(wpm) for wpm in pace.green)
        easy = f"{least} to {most} is easy to follow"
        yield f"You spoke at {timing.pace_wpm:.0f} words a minute; {easy}."
    minutes, band = timing.answer_s / 60, bands()["filled_pauses_per_min"]
    pauses = counted(case.measures.fillers, "filled_pause")
    heard = "measures.fillers.filled_pause" not in case.measures.unmeasured
    if heard and minutes and band.colour(pauses / minutes) == "red":
        yield f"{pauses} um and uh in this answer; pause silently instead."
    silences = case.measures.pauses or ()
    if any(is_hesitation(pause.span.duration_s, pause.place) for pause in silences):
        yield "A long silence fell inside a sentence; finish it first, then think."


BY_MEASURE: Mapping[str, Callable[[Case], Assessment]] = {
    "quantified_impact": _quantified_impact,
    "headline_first": _headline_first,
    "structure_followed": _structure_followed,
    "question_answered": _question_answered,
    "reasons_given": _reasons_given,
    "particulars": _particulars,
    "certainty": _certainty,
    "ownership_language": _ownership_language,
    "delivery": _delivery,
}
