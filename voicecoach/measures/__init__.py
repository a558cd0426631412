"""Measures: what was said and how, counted but not judged.

`measure` takes an answer with its parse and returns `Measures`. All times come from the
sound (`Answer.voiced`); words are only counted and quoted. What cannot be measured is
left out with its reason, never reported as zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from voicecoach.measures.fillers import fillers
from voicecoach.measures.frameworks import framework
from voicecoach.measures.language import Reading, read
from voicecoach.measures.numbers import numbers
from voicecoach.measures.pauses import pauses
from voicecoach.measures.repeats import repeats
from voicecoach.measures.results import (
    Agency,
    Filler,
    LearningKind,
    Measures,
    Number,
    StructurePart,
    Timing,
    Verb,
)
from voicecoach.measures.structure import headline, is_story, structure
from voicecoach.measures.timing import sound_from_s, timing, too_short_to_time
from voicecoach.measures.verbs import agency, verbs
from voicecoach.timeline import Answer, Quote

__all__ = ["Measures", "Reading", "measure", "read"]

_FILLERS = "measures.fillers."
_RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "timing": ("measures.timing",),
    "pauses": ("measures.pauses",),
    "filled_pauses": (f"{_FILLERS}filled_pause",),
    "words": (
        *(f"{_FILLERS}discourse_marker", f"{_FILLERS}hedge", "measures.repeats"),
        *("measures.verbs", "measures.agency", "measures.structure"),
        *("measures.numbers", "measures.learning", "measures.framework"),
    ),
}
"""What goes when `SoundQuality.untrusted` names a part of what was heard."""


@dataclass(frozen=True)
class _Language:
    """What the words alone show; the same for a spoken and a typed answer."""

    verbs: tuple[Verb, ...]
    numbers: tuple[Number, ...]
    parts: tuple[StructurePart, ...]
    learning: LearningKind | None


def measure(
    reading: Reading, target_s: tuple[float, float], asked: str = "star_l"
) -> Measures:
    """Measure one answer.

    Args:
        reading: the answer with its parse, from `read`.
        target_s: the question's (least, most) seconds.
        asked: the structure that the question asks for.
    """
    answer = reading.answer
    said = _language(reading)
    if answer.quality and "words" in answer.quality.untrusted:
        said = _Language((), (), (), None)
    unmeasured = _unmeasured(answer, told=bool(said.parts))
    return Measures(
        timing=_timing(answer, target_s, said, unmeasured),
        pauses=None if "measures.pauses" in unmeasured else pauses(reading),
        fillers=_believed(fillers(reading), unmeasured),
        repeats=() if "measures.repeats" in unmeasured else repeats(reading),
        verbs=said.verbs,
        agency=_agency(reading, said, unmeasured),
        structure=said.parts,
        numbers=said.numbers,
        unmeasured=unmeasured,
        learning=said.learning,
        framework=None
        if "measures.framework" in unmeasured
        else framework(reading, asked),
    )


def _language(reading: Reading) -> _Language:
    found, counted = verbs(reading), numbers(reading)
    told = structure(reading, found, counted)
    if is_story(reading, told.parts):
        return _Language(found, counted, told.parts, told.learning)
    return _Language(found, counted, (), None)


def _unmeasured(answer: Answer, *, told: bool) -> Mapping[str, str]:
    """Dotted path to the reason, for everything that is left out."""
    reasons: dict[str, str] = {}
    if objection := too_short_to_time(answer):
        reasons["measures.timing"] = objection
    if not answer.is_spoken:
        reasons["measures.pauses"] = "typed, so there is no sound"
    elif not answer.voiced:
        reasons["measures.pauses"] = "no voice was heard"
    if not told:
        reasons["measures.structure"] = "not told as a story"
    untrusted = answer.quality.untrusted if answer.quality else {}
    for part, problem in untrusted.items():
        reasons |= dict.fromkeys(_RESTS_ON[part], problem)
    return reasons


def _timing(
    answer: Answer,
    target_s: tuple[float, float],
    said: _Language,
    unmeasured: Mapping[str, str],
) -> Timing | None:
    """The timing with the moments that the words tell of."""
    if "measures.timing" in unmeasured:
        return None
    counts = [n.quote for n in said.numbers if n.kind in ("impact", "scale")]
    results = [p.quote for p in said.parts if p.part == "result"]
    return replace(
        timing(answer, target_s),
        headline_s=_said_at_s(answer, headline(said.verbs, said.numbers)),
        first_number_s=_said_at_s(answer, next(iter(counts), None)),
        result_s=_said_at_s(answer, next(iter(results), None)),
    )


def _said_at_s(answer: Answer, quote: Quote | None) -> float | None:
    if quote is None or quote.span is None:
        return None
    return sound_from_s(answer, quote.span.start_s)


def _believed(
    found: Iterable[Filler], unmeasured: Mapping[str, str]
) -> tuple[Filler, ...]:
    """Without the families that the sound is too bad to tell."""
    return tuple(f for f in found if f"{_FILLERS}{f.family}" not in unmeasured)


def _agency(reading: Reading, said: _Language, unmeasured: Mapping[str, str]) -> Agency:
    """Nothing counted where the words cannot be believed; the reason says so."""
    if "measures.agency" in unmeasured:
        return Agency(0, 0, 0, 0, 0, None)
    return agency(reading, said.verbs)
