"""`Measures` become their part of the document."""

from __future__ import annotations

from voicecoach.attempt import measured as as_json
from voicecoach.attempt.places import chars_of, place_of, times_of
from voicecoach.measures import results as measured


def measures_of(measures: measured.Measures) -> as_json.MeasuresDocument:
    """Everything that was measured, as the document has it."""
    agency = measures.agency
    return as_json.MeasuresDocument(
        timing=_timing(measures.timing),
        pauses=_pauses(measures.pauses),
        fillers=tuple(_filler(filler) for filler in measures.fillers),
        repeats=tuple(
            as_json.Repeat(text=q.text, **place_of(q)) for q in measures.repeats
        ),
        verbs=tuple(_verb(verb) for verb in measures.verbs),
        agency=as_json.Agency(
            coordinator=agency.coordinator,
            ownership=agency.ownership,
            passive_voice=agency.passive_voice,
            i=agency.i,
            we=agency.we,
            coordinator_share=agency.coordinator_share,
        ),
        structure=tuple(_part(part) for part in measures.structure),
        numbers=tuple(
            as_json.Number(text=n.quote.text, kind=n.kind, **place_of(n.quote))
            for n in measures.numbers
        ),
        learning=measures.learning,
        framework=_framework(measures.framework),
    )


def _timing(timing: measured.Timing | None) -> as_json.Timing | None:
    if timing is None:
        return None
    windows = tuple(
        as_json.PaceWindow(wpm=window.wpm, **times_of(window.span))
        for window in timing.pace_over_time
    )
    return as_json.Timing(
        answer_s=timing.answer_s,
        first_word_s=timing.first_word_s,
        speaking_s=timing.speaking_s,
        word_count=timing.word_count,
        pace_wpm=timing.pace_wpm,
        articulation_wpm=timing.articulation_wpm,
        verdict=timing.verdict,
        pace_over_time=windows,
        headline_s=timing.headline_s,
        first_number_s=timing.first_number_s,
        result_s=timing.result_s,
    )


def _pauses(
    pauses: tuple[measured.Pause, ...] | None,
) -> tuple[as_json.Pause, ...] | None:
    if pauses is None:
        return None
    return tuple(
        as_json.Pause(
            duration_s=p.span.duration_s, kind=p.kind, place=p.place, **times_of(p.span)
        )
        for p in pauses
    )


def _filler(filler: measured.Filler) -> as_json.Filler:
    chars = chars_of(filler.quote) if filler.quote else {}
    return as_json.Filler(
        text=filler.text,
        family=filler.family,
        found_by=filler.found_by,
        confidence=filler.confidence,
        **times_of(filler.span),
        **chars,
    )


def _verb(verb: measured.Verb) -> as_json.Verb:
    return as_json.Verb(
        text=verb.quote.text,
        lemma=verb.lemma,
        verb_class=verb.verb_class,
        actor=verb.actor,
        negated=verb.negated,
        sentence=verb.sentence.text,
        ask=verb.ask,
        **place_of(verb.quote),
    )


def _part(part: measured.StructurePart) -> as_json.StructurePart:
    place = {**place_of(part.quote), **times_of(part.span)}
    return as_json.StructurePart(
        part=part.part, share=part.share, quote=part.quote.text, **place
    )


def _framework(
    framework: measured.FrameworkSaid | None,
) -> as_json.FrameworkDocument | None:
    if framework is None:
        return None
    return as_json.FrameworkDocument(
        structure=framework.structure,
        said=tuple(
            as_json.FrameworkPart(part=p.part, quote=p.quote.text, **place_of(p.quote))
            for p in framework.said
        ),
        missing=framework.missing,
    )
