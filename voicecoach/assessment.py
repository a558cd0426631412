"""From an answer to a finished attempt: read, measure, judge, ask on.

The same for a live answer, a recording and a typed text, so that the same words always
get the same judgement.
"""

from __future__ import annotations

from voicecoach.attempt import Attempt, Engine, Origin, attempt
from voicecoach.measures import measure
from voicecoach.measures.language import read
from voicecoach.questions import Question
from voicecoach.rubric import follow_up, judge, rubric_version
from voicecoach.timeline import Answer, typed
from voicecoach.transcription import Transcriber


def engine(transcriber: Transcriber | None) -> Engine:
    """What heard and judged, for the document; None when the answer was typed."""
    return Engine(
        transcriber=transcriber.name if transcriber else None,
        model=transcriber.model if transcriber else None,
        model_sha256=transcriber.model_sha256 if transcriber else None,
        rubric_version=rubric_version(),
    )


def assess(
    question: Question,
    answer: Answer,
    origin: Origin,
    asked: frozenset[str] = frozenset(),
) -> Attempt:
    """Measure and judge an answer, and choose what to ask next.

    Args:
        question: what was asked; its target and pillars decide what can be judged.
        answer: what both ears heard, or what was typed.
        origin: of the attempt; a follow-up gets no further follow-up.
        asked: prompts of follow-ups already asked.
    """
    reading = read(answer)
    measures = measure(reading, question.target_s, question.structure)
    score = judge(reading, measures, question)
    asks_on = origin.kind != "follow_up" and score.overall is not None
    further = follow_up(question, score, reading, asked) if asks_on else None
    return attempt(question, answer, measures, score, further, origin)


WARM_UP_TEXT = (
    "I cut the scope by half because the ledger was wrong, which cost us a month, and"
    " errors fell by forty percent. " * 3
)
"""Long enough to be judged, so that every pattern is compiled before it is needed."""


def warm_up(question: Question) -> None:
    """Judge a made-up answer, so that the first real one does not wait (about 2 s)."""
    read_ahead(question, typed(WARM_UP_TEXT))


def read_ahead(question: Question, answer: Answer) -> None:
    """Judge an answer that may go on, for what is remembered of its text by then.

    The parse and the meaning of its sentences are most of the work of `assess`, and
    depend on the text alone.
    """
    reading = read(answer)
    score = judge(reading, measure(reading, question.target_s), question)
    follow_up(question, score, reading, frozenset())
