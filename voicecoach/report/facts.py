"""What is worth saying about one attempt, in words, before any drawing.

Every report says these; each draws them its own way. Green measures yield nothing but
their figure; families of fillers are never added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voicecoach.attempt.document import Attempt
from voicecoach.attempt.judged import Finding
from voicecoach.attempt.measured import Filler, Pause, Verb
from voicecoach.measures.bands import Colour, bands, cluster_limits, pause_limits
from voicecoach.measures.fillers import clusters as clusters_at
from voicecoach.measures.pauses import is_hesitation
from voicecoach.measures.results import FillerFamily, LearningKind
from voicecoach.report.wording import (
    FAMILIES,
    UNMEASURED,
    between,
    count,
    percent,
    quoted,
    seconds,
)
from voicecoach.timeline import clock

RATED: Mapping[FillerFamily, str] = {
    "filled_pause": "filled_pauses_per_min",
    "discourse_marker": "discourse_markers_per_min",
}
"""The families with a published rate and its band; hedges are counted only."""
ALL: tuple[FillerFamily, ...] = (*RATED, "hedge")


LEARNINGS: Mapping[LearningKind, str] = {
    "mechanism": "the lesson is a habit",
    "lesson": "a lesson, no habit yet",
    "platitude": "the lesson would fit any program",
}
"""What the learning of a story is worth, said after its shares."""


PAST_PASSIVE = re.compile(
    r"(?:was|were|got|had been)\b(?! (?:told|asked|involved|hired|called|given)\b)",
    re.IGNORECASE,
)
"""A passive that hides who did what was done: not "is agreed", not "was told"."""


IMAGINED = re.compile(
    r"(?:\b(?:would|will|could|can|might|may|should)|['\u2019]ll)(?: \w+ly| not)?\s*$",
    re.IGNORECASE,
)
"""What stands before a verb of what was not done, or not yet."""
IMAGINED_OR_PAST = re.compile(r"\bI['\u2019]d(?: \w+ly| not)?\s*$", re.IGNORECASE)
SAME_FORMS = frozenset({"cut", "let", "put", "quit", "set", "shut", "split"})
"""Verbs whose past participle is their base form: "I'd cut it" is heard as "had"."""


@dataclass(frozen=True)
class Fact:
    """One measure in words.

    Args:
        label: what it is.
        value: its figure with its unit.
        colour: where it lies; "green" needs no comment.
        comment: what to know about it when it is not green.
    """

    label: str
    value: str
    colour: Colour
    comment: str = ""


@dataclass(frozen=True)
class Norm:
    """What needs no word, for people.

    Args:
        label: what it is about.
        fine: the range that stays quiet, with its unit.
        source: who says so.
    """

    label: str
    fine: str
    source: str


def norms() -> Iterator[Norm]:
    """Everything that the reports judge by: bands, pauses and clusters of fillers."""
    for band in bands().values():
        least, most = band.green
        fine = f"{between(f'{least:g}', f'{most:g}')} {band.unit}"
        yield Norm(band.label, fine, band.source)
    silence, crowd = pause_limits(), cluster_limits()
    fine = f"{between('0', f'{silence.listed_above_s:g}')} s"
    yield Norm("pauses", fine, silence.source)
    fine = f"{between('0', str(crowd.least - 1))} in {crowd.within_s:g} s"
    yield Norm("fillers close together", fine, crowd.source)


def pace(attempt: Attempt) -> Fact | None:
    """Speaking rate, with the windows that leave the band; None without timing."""
    timing = attempt.measures.timing
    if timing is None:
        return None
    band = bands()["pace_wpm"]
    colour = band.colour(round(timing.pace_wpm))  # judged as it is shown
    value = (
        f"{timing.pace_wpm:.0f} words/min, {timing.articulation_wpm:.0f} without pauses"
    )
    limits = between(f"{band.green[0]:.0f}", f"{band.green[1]:.0f}")
    side = "slower" if timing.pace_wpm < band.green[0] else "faster"
    comment = "" if colour == "green" else f"{side} than {limits}"
    return Fact("Pace", value, colour, comment)


def first_word(attempt: Attempt) -> Fact | None:
    """How soon the answer began; None without timing."""
    timing = attempt.measures.timing
    if timing is None:
        return None
    colour = bands()["first_word_s"].colour(timing.first_word_s)
    comment = "" if colour == "green" else "a long start; say that you are thinking"
    return Fact("First word", seconds(timing.first_word_s), colour, comment)


def how_soon(attempt: Attempt) -> Fact | None:
    """When headline, first number and result were said, as far as they were."""
    timing = attempt.measures.timing
    if timing is None:
        return None
    said = {
        "headline": timing.headline_s,
        "number": timing.first_number_s,
        "result": timing.result_s,
    }
    value = ", ".join(f"{what} {clock(at)}" for what, at in said.items() if at)
    return Fact("How soon", value, "green") if value else None


def opening(attempt: Attempt) -> str:
    """Another opening in the speaker's own words; empty where none is offered."""
    said = [
        f"“{one.clean}”" + ("" if one.start_s is None else f" ({clock(one.start_s)})")
        for one in attempt.coaching.opening
    ]
    return f"Try opening with your own words: {' '.join(said)}" if said else ""


def gaps(attempt: Attempt) -> tuple[Finding, ...]:
    """What is left to work on beside the one change."""
    return tuple(
        finding
        for finding in attempt.score.findings
        if finding.kind == "gap" and finding.criterion != attempt.coaching.about
    )


def strengths(attempt: Attempt) -> tuple[Finding, ...]:
    """What was good, the best first."""
    return tuple(f for f in attempt.score.findings if f.kind == "strength")


def fillers(attempt: Attempt, family: FillerFamily) -> Fact:
    """One family's count and, where there is a time, its rate a minute."""
    if not attempt.tells(family):
        return Fact(FAMILIES[family], "not measured", "green")
    certain = attempt.fillers(family)
    value = str(len(certain) or "none")
    rate = attempt.fillers_per_minute(family)
    colour: Colour = "green"
    if certain and rate is not None and family in RATED:
        value += f", {rate:.1f} a minute"
        colour = bands()[RATED[family]].colour(rate)
    maybe = len(possible(attempt, family))
    if maybe:
        value += f" (and {maybe} possible)"
    return Fact(FAMILIES[family], value, colour, clusters_in_words(attempt, family))


def possible(attempt: Attempt, family: FillerFamily) -> tuple[Filler, ...]:
    """Fillers too uncertain to count."""
    return tuple(
        filler
        for filler in attempt.measures.fillers
        if filler.family == family and not filler.is_certain
    )


def clusters(fillers: Sequence[Filler]) -> tuple[tuple[Filler, ...], ...]:
    """Where fillers crowd, in the order said; typed ones never do."""
    timed = [(f.start_s, f) for f in fillers if f.start_s is not None]
    groups = clusters_at([start_s for start_s, _ in timed])
    return tuple(tuple(timed[at][1] for at in group) for group in groups)


def clusters_in_words(attempt: Attempt, family: FillerFamily) -> str:
    """Where fillers of one family crowd, and the words that lead there."""
    crowds, limit_s = [], cluster_limits().within_s
    for run in clusters(attempt.fillers(family)):
        start_s = run[0].start_s or 0.0
        lead = words_before(attempt, start_s)
        after = f" after {quoted(lead)}" if lead else ""
        crowds.append(f"{len(run)} within {limit_s:g} s at {clock(start_s)}{after}")
    return "; ".join(crowds)


def words_before(attempt: Attempt, at_s: float, most: int = 4) -> str:
    """The last few words that ended before a moment."""
    ended = [
        word.text
        for word in attempt.transcript.words
        if word.end_s is not None and word.end_s <= at_s
    ]
    return " ".join(ended[-most:])


def hesitations(attempt: Attempt) -> tuple[Pause, ...]:
    """Pauses that sound lost: over 2 s in mid-clause, or over 4 s anywhere."""
    return tuple(
        pause
        for pause in attempt.measures.pauses or ()
        if is_hesitation(pause.duration_s, pause.place)
    )


def pauses(attempt: Attempt) -> Fact | None:
    """How many pauses, and where any sounded lost; None when there was no sound."""
    listed = attempt.measures.pauses
    if listed is None:
        return None
    lost, long_s = hesitations(attempt), pause_limits().long_above_s
    long = sum(1 for pause in listed if pause.kind == "long")
    comment = "; ".join(
        f"{seconds(p.duration_s)} at {clock(p.start_s)}"
        + (f" after {quoted(words_before(attempt, p.start_s + 0.2))}")
        for p in lost
    )
    value = count(len(listed), "pause") + (
        f", {long} over {long_s:g} s" if long else ""
    )
    return Fact("Pauses", value, "amber" if lost else "green", comment)


def agency(attempt: Attempt) -> Fact | None:
    """Coordinator verbs against ownership verbs; None without any of either."""
    counted = attempt.measures.agency
    share = counted.coordinator_share
    if share is None:
        return None
    value = (
        f"{counted.ownership} owned, {counted.coordinator} coordinated "
        f"({percent(share)}), {counted.passive_voice} passive"
    )
    return Fact("Verbs", value, bands()["coordinator_share"].colour(share))


def weak_verbs(attempt: Attempt) -> tuple[Verb, ...]:
    """Affirmed coordinator verbs and passives that have a question to ask.

    Who did it can be asked of what was done, not of what is or would be.
    """
    return tuple(
        verb
        for verb in attempt.measures.verbs
        if verb.ask
        and not verb.negated
        and not _is_cited(verb)
        and verb.actor != "other"
        and (verb.verb_class != "passive_voice" or PAST_PASSIVE.match(verb.text))
    )


def strong_verbs(attempt: Attempt) -> tuple[Verb, ...]:
    """Affirmed ownership verbs that are said of an I, as something done.

    No participles: "it sounds like I'm avoiding the question", "influence and building
    relationships" show nobody deciding. In a story nothing that I would do either.
    """
    in_story = attempt.measures.framework is None
    return tuple(
        verb
        for verb in attempt.measures.verbs
        if verb.verb_class == "ownership"
        and not verb.negated
        and verb.actor == "I"
        and not verb.text.endswith("ing")
        and _is_of_an_i(verb)
        and not _is_cited(verb)
        and not (in_story and _is_imagined(verb))
    )


def _is_of_an_i(verb: Verb) -> bool:
    """Whether an I stands before it in its sentence."""
    return re.search(r"\b[Ii]\b", verb.sentence.partition(verb.text)[0]) is not None


def _is_imagined(verb: Verb) -> bool:
    """Whether it is what I would, will or could do: "the one I'd pick", not "I'd cut".

    A contracted "had" and "would" differ by the form of the verb after them.
    """
    before = verb.sentence.partition(verb.text)[0]
    if IMAGINED.search(before):
        return True
    is_base = verb.text == verb.lemma and verb.text not in SAME_FORMS
    return is_base and IMAGINED_OR_PAST.search(before) is not None


def _is_cited(verb: Verb) -> bool:
    """Whether it stands between quotation marks: somebody else's words."""
    before = verb.sentence.partition(verb.text)[0]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def structure(attempt: Attempt) -> Fact | None:
    """Shares of STAR+L in words; None when it is no story, or none was asked for."""
    if attempt.measures.framework is not None:
        return None
    shares: dict[str, float] = {}
    for part in attempt.measures.structure:
        shares[part.part] = shares.get(part.part, 0.0) + part.share
    if not shares:
        return None
    value = ", ".join(f"{part} {percent(share)}" for part, share in shares.items())
    setup = shares.get("situation", 0.0) + shares.get("task", 0.0)
    colour = bands()["setup_share"].colour(setup)
    missing = [p for p in ("action", "result", "learning") if p not in shares]
    comments = [f"no {part}" for part in missing]
    if colour != "green":
        comments.append("long set-up")
    if attempt.measures.learning:
        comments.append(LEARNINGS[_learning(attempt, attempt.measures.learning)])
    worst: Colour = "amber" if missing and colour == "green" else colour
    return Fact("Story", value, worst, "; ".join(comments))


def _learning(attempt: Attempt, measured: LearningKind) -> LearningKind:
    """A lesson that is praised as a habit is called one."""
    praised = (f.criterion for f in attempt.score.findings if f.kind == "strength")
    return "mechanism" if "learning_specific" in praised else measured


def unmeasured(attempt: Attempt) -> tuple[tuple[str, str], ...]:
    """Reason -> what it left unmeasured, for people: (names, reason) pairs."""
    names: dict[str, list[str]] = {}
    for path, reason in attempt.unmeasured.items():
        if path in UNMEASURED:
            names.setdefault(reason, []).append(UNMEASURED[path])
    return tuple((", ".join(what), reason) for reason, what in names.items())
