"""Question, answer, measures and score become one `Attempt`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from voicecoach.attempt import document as doc
from voicecoach.attempt.from_measures import measures_of
from voicecoach.attempt.from_score import coaching_of, follow_up_of, score_of, withheld
from voicecoach.attempt.places import times_of
from voicecoach.attempt.reasons import reasons
from voicecoach.measures import results as measured
from voicecoach.questions import Question
from voicecoach.rubric import results as judged
from voicecoach.timeline import Answer


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
        score, follow_up = withheld(score, untrusted["words"]), None
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
        measures=measures_of(measures),
        score=score_of(score),
        coaching=coaching_of(score.coaching),
        follow_up=follow_up_of(follow_up),
        unmeasured={},
    )
    known = {**measures.unmeasured, **score.unmeasured}
    unmeasured = reasons(made, known, spoken=answer.is_spoken)
    return made.model_copy(update={"unmeasured": unmeasured})


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
            doc.HeardWord(text=w.text, probability=w.probability, **times_of(w.span))
            for w in answer.words
        ),
        removed=tuple(
            doc.RemovedText(text=r.text, reason=r.reason, **times_of(r.span))
            for r in answer.removed
        ),
    )
