"""Question, answer, measures and score become one `Attempt`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from voicecoach.attempt import document as doc
from voicecoach.measures import results as measured
from voicecoach.questions import Pillar, Question
from voicecoach.rubric import results as judged
from voicecoach.timeline import Answer, Quote, Span

TYPED = "typed, so there is no sound"
UNTIMED = "no time could be tied to these words"
UNJUDGED = "too little was said to judge it"
UNKNOWN = "nothing in the answer to measure it by"
REASONS = {
    "follow_up": "no gap was left to ask about",
    "measures.agency.coordinator_share": "no coordinator or ownership verb was said",
    "measures.timing.headline_s": "no decision or outcome was said",
    "measures.timing.first_number_s": "no number about impact or scale was said",
    "measures.timing.result_s": "no result was said",
    "measures.fillers.char_start": "heard in the sound, not printed as a word",
    "measures.fillers.char_end": "heard in the sound, not printed as a word",
    "measures.learning": "no learning was told",
    "measures.framework": "the question asks for a story",
    "measures.verbs.ask": "asked about weak verbs only",
    "score.overall": "no pillar could be scored",
    "score.one_change": "too little was said to choose one change",
    "coaching.about": "no gap was chosen to change",
    "audio.speech_dbfs": "no voice was heard",
    "audio.noise_dbfs": "no silence was heard",
    "audio.clipped_share": "the level of the sound was not measured",
}
"""Why a value is null when the stage that left it so gave no reason of its own."""

CHOSEN = ("session", "parent", "self_rating")
"""Null because nobody chose one; nothing failed to be measured."""


@dataclass(frozen=True)
class Recording:
    """Where the sound is.

    Args:
        path: of the file, as the user may open it.
        duration_s: seconds.
        sample_rate_hz: of the file, not of the ears.
        overflows: how often the device dropped samples.
    """

    path: str
    duration_s: float
    sample_rate_hz: int
    overflows: int = 0


@dataclass(frozen=True)
class Origin:
    """Where an attempt comes from: all that the answer itself does not know.

    Args:
        id: of the attempt; `new_id` makes one.
        created_at: when it was given, with a time zone; kept in whole seconds of UTC.
        engine: what heard and what judged.
        recording: None when it was typed.
        kind: answer, follow_up, retry, review or typed.
        session: the interview that it belongs to, if any.
        parent: the attempt that a follow-up or a retry goes back to.
        self_rating: 1..5, given before the score was seen; None when skipped.
        interrupted: whether the recording was cut off and finished later.
    """

    id: str
    created_at: datetime
    engine: doc.Engine
    recording: Recording | None = None
    kind: doc.Kind = "answer"
    session: str | None = None
    parent: str | None = None
    self_rating: int | None = None
    interrupted: bool = False


def new_id() -> str:
    """A short name that no other attempt on this machine has: 8 hex digits."""
    return secrets.token_hex(4)


def attempt(  # noqa: PLR0913, PLR0917 - one argument for what each stage gave
    question: Question,
    answer: Answer,
    measures: measured.Measures,
    score: judged.Score,
    follow_up: judged.FollowUp | None,
    origin: Origin,
) -> doc.Attempt:
    """The finished document; every null that was not chosen has its reason."""
    untrusted = answer.quality.untrusted if answer.quality else {}
    if "words" in untrusted:
        score, follow_up = _withheld(score, untrusted["words"]), None
    made = doc.Attempt(
        id=origin.id,
        created_at=origin.created_at.astimezone(UTC).replace(microsecond=0),
        kind=origin.kind,
        session=origin.session,
        parent=origin.parent,
        self_rating=origin.self_rating,
        interrupted=origin.interrupted,
        question=_question(question),
        audio=_audio(origin.recording, answer),
        engine=origin.engine,
        transcript=_transcript(answer),
        measures=_measures(measures),
        score=_score(score),
        coaching=_coaching(score.coaching),
        follow_up=_follow_up(follow_up),
        unmeasured={},
    )
    known = {**measures.unmeasured, **score.unmeasured}
    unmeasured = _reasons(made, known, spoken=answer.is_spoken)
    return made.model_copy(update={"unmeasured": unmeasured})


def _times(span: Span | None) -> dict[str, Any]:
    return {
        "start_s": span.start_s if span else None,
        "end_s": span.end_s if span else None,
    }


def _place(quote: Quote) -> dict[str, Any]:
    chars = {"char_start": quote.char_start, "char_end": quote.char_end}
    return {**_times(quote.span), **chars}


def _question(question: Question) -> doc.AskedQuestion:
    return doc.AskedQuestion(
        id=question.id,
        prompt=question.prompt,
        round=question.round,
        target_s=question.target_s,
    )


def _audio(recording: Recording | None, answer: Answer) -> doc.AudioFile | None:
    if recording is None:
        return None
    quality = answer.quality
    return doc.AudioFile(
        path=recording.path,
        duration_s=recording.duration_s,
        sample_rate_hz=recording.sample_rate_hz,
        overflows=max(recording.overflows, quality.overflows if quality else 0),
        speech_dbfs=quality.speech_dbfs if quality else None,
        noise_dbfs=quality.noise_dbfs if quality else None,
        clipped_share=quality.clipped_share if quality else None,
        problems=quality.problems if quality else (),
    )


def _transcript(answer: Answer) -> doc.Transcript:
    return doc.Transcript(
        text=answer.text,
        words=tuple(
            doc.HeardWord(text=w.text, probability=w.probability, **_times(w.span))
            for w in answer.words
        ),
        removed=tuple(
            doc.RemovedText(text=r.text, reason=r.reason, **_times(r.span))
            for r in answer.removed
        ),
    )


def _measures(measures: measured.Measures) -> doc.MeasuresDocument:
    agency = measures.agency
    return doc.MeasuresDocument(
        timing=_timing(measures.timing),
        pauses=_pauses(measures.pauses),
        fillers=tuple(_filler(filler) for filler in measures.fillers),
        repeats=tuple(doc.Repeat(text=q.text, **_place(q)) for q in measures.repeats),
        verbs=tuple(_verb(verb) for verb in measures.verbs),
        agency=doc.Agency(
            coordinator=agency.coordinator,
            ownership=agency.ownership,
            passive_voice=agency.passive_voice,
            i=agency.i,
            we=agency.we,
            coordinator_share=agency.coordinator_share,
        ),
        structure=tuple(_part(part) for part in measures.structure),
        numbers=tuple(
            doc.Number(text=n.quote.text, kind=n.kind, **_place(n.quote))
            for n in measures.numbers
        ),
        learning=measures.learning,
        framework=_framework(measures.framework),
    )


def _timing(timing: measured.Timing | None) -> doc.Timing | None:
    if timing is None:
        return None
    windows = tuple(
        doc.PaceWindow(wpm=window.wpm, **_times(window.span))
        for window in timing.pace_over_time
    )
    return doc.Timing(
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
) -> tuple[doc.Pause, ...] | None:
    if pauses is None:
        return None
    return tuple(
        doc.Pause(
            duration_s=p.span.duration_s, kind=p.kind, place=p.place, **_times(p.span)
        )
        for p in pauses
    )


def _filler(filler: measured.Filler) -> doc.Filler:
    quote = filler.quote
    chars = (
        {"char_start": quote.char_start, "char_end": quote.char_end} if quote else {}
    )
    return doc.Filler(
        text=filler.text,
        family=filler.family,
        found_by=filler.found_by,
        confidence=filler.confidence,
        **_times(filler.span),
        **chars,
    )


def _verb(verb: measured.Verb) -> doc.Verb:
    return doc.Verb(
        text=verb.quote.text,
        lemma=verb.lemma,
        verb_class=verb.verb_class,
        actor=verb.actor,
        negated=verb.negated,
        sentence=verb.sentence.text,
        ask=verb.ask,
        **_place(verb.quote),
    )


def _part(part: measured.StructurePart) -> doc.StructurePart:
    place = {**_place(part.quote), **_times(part.span)}
    return doc.StructurePart(
        part=part.part, share=part.share, quote=part.quote.text, **place
    )


def _framework(
    framework: measured.FrameworkSaid | None,
) -> doc.FrameworkDocument | None:
    if framework is None:
        return None
    return doc.FrameworkDocument(
        structure=framework.structure,
        said=tuple(
            doc.FrameworkPart(part=p.part, quote=p.quote.text, **_place(p.quote))
            for p in framework.said
        ),
        missing=framework.missing,
    )


def _score(score: judged.Score) -> doc.ScoreDocument:
    return doc.ScoreDocument(
        pillars=doc.Pillars.model_validate(
            {name: score.pillars.get(name) for name in get_args(Pillar)}
        ),
        overall=score.overall,
        findings=tuple(_finding(finding) for finding in score.findings),
        one_change=score.one_change,
        grades=tuple(_grade(pillar, grade) for pillar, grade in score.grades.items()),
    )


def _grade(pillar: Pillar, grade: judged.Grade) -> doc.Grade:
    addends = (doc.Addend(source=a.source, amount=a.amount) for a in grade.addends)
    return doc.Grade(
        pillar=pillar,
        value=grade.value,
        total=grade.total,
        addends=tuple(addends),
        held_back=grade.held_back,
    )


def _withheld(score: judged.Score, reason: str) -> judged.Score:
    """Nothing judged, because the words that it rests on cannot be believed."""
    paths = [f"score.pillars.{pillar}" for pillar in score.pillars]
    paths += ["score.overall", "score.one_change", "follow_up"]
    return judged.Score(
        pillars=dict.fromkeys(score.pillars),
        overall=None,
        findings=(),
        one_change=None,
        rubric_version=score.rubric_version,
        unmeasured=dict.fromkeys(paths, reason),
    )


def _finding(finding: judged.Finding) -> doc.Finding:
    return doc.Finding(
        criterion=finding.criterion,
        pillar=finding.pillar,
        points=finding.points,
        kind=finding.kind,
        advice=finding.advice,
        evidence=tuple(
            doc.Evidence(quote=q.text, **_place(q)) for q in finding.evidence
        ),
        why=finding.why,
    )


def _coaching(coaching: judged.Coaching) -> doc.CoachingDocument:
    return doc.CoachingDocument(
        about=coaching.about,
        opening=tuple(
            doc.OpeningSentence(
                quote=one.quote.text, clean=one.clean, **_place(one.quote)
            )
            for one in coaching.opening
        ),
    )


def _follow_up(follow_up: judged.FollowUp | None) -> doc.FollowUpDocument | None:
    if follow_up is None:
        return None
    return doc.FollowUpDocument(
        prompt=follow_up.prompt,
        probes=follow_up.probes,
        why=follow_up.why,
        evidence=tuple(
            doc.Evidence(quote=q.text, **_place(q)) for q in follow_up.evidence
        ),
    )


def null_paths(value: object, path: str = "") -> Iterator[str]:
    """Dotted paths of the nulls of a JSON value, positions in lists left out."""
    if value is None:
        yield path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from null_paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from null_paths(inner, path)


def _reasons(
    made: doc.Attempt, known: Mapping[str, str], *, spoken: bool
) -> dict[str, str]:
    """The stages' own reasons, then one for every null that they left unexplained."""
    result = dict(known)
    for path in null_paths(made.model_dump()):
        if path not in result and path not in CHOSEN:
            result[path] = _reason(path, spoken=spoken)
    return dict(sorted(result.items()))


def _reason(path: str, *, spoken: bool) -> str:
    timed = path.endswith(("start_s", "end_s", "probability"))
    needs_sound = (
        timed
        or path.startswith(("audio", "engine"))
        or path
        in (
            "measures.timing",
            "measures.pauses",
        )
    )
    if needs_sound and not spoken:
        return TYPED
    if path.startswith("score."):
        return REASONS.get(path, UNJUDGED)
    return REASONS.get(path, UNTIMED if timed else UNKNOWN)
