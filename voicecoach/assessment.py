"""From an answer to a finished attempt: read, measure, judge, ask on.

The same for a live answer, a recording and a typed text, so that the same words always
get the same judgement.
"""

from __future__ import annotations

import gc
from collections import deque
from dataclasses import dataclass, replace
from threading import Lock

from voicecoach.attempt import Attempt, Engine, Origin, attempt
from voicecoach.measures import Measures, measure
from voicecoach.measures.language import Reading, read
from voicecoach.questions import Question
from voicecoach.rubric import (
    follow_up,
    judge,
    look_ahead,
    look_ahead_of_parse,
    rubric_version,
)
from voicecoach.rubric.results import Score
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
    judged = _judged(question, answer)
    score = judged.score
    asks_on = origin.kind != "follow_up" and score.overall is not None
    further = follow_up(question, score, asked) if asks_on else None
    return attempt(question, answer, judged.measures, score, further, origin)


@dataclass(frozen=True)
class _Judged:
    """An answer to a question, and what came of it."""

    question: Question
    answer: Answer
    reading: Reading
    measures: Measures
    score: Score

    def holds(self, question: Question, answer: Answer) -> bool:
        """Whether it is this answer; silence behind the last word changes nothing."""
        same = replace(answer, duration_s=self.answer.duration_s)
        return (question, same, answer.quality) == (
            self.question,
            self.answer,
            self.answer.quality,
        )


_JUDGING = Lock()
"""Who asks for an answer that is being judged waits for it instead of judging too."""
_last: deque[_Judged] = deque(maxlen=1)


def _judged(question: Question, answer: Answer) -> _Judged:
    """Judge an answer, or take what was judged last if it was this."""
    with _JUDGING:
        if not (_last and _last[0].holds(question, answer)):
            look_ahead_of_parse(answer)
            reading = read(answer)
            look_ahead(reading)
            measures = measure(reading, question.target_s, question.structure)
            score = judge(reading, measures, question)
            _last.append(_Judged(question, answer, reading, measures, score))
        return _last[0]


WARM_UP_TEXT = (
    "I cut the scope by half because the ledger was wrong, which cost us a month, and"
    " errors fell by forty percent. " * 3
)
"""Long enough to be judged, so that every pattern is compiled before it is needed."""


def warm_up(question: Question) -> None:
    """Judge a made-up answer, so that the first real one does not wait (about 2 s).

    What is loaded now stays to the end: the garbage collector is told not to go through
    it again, which takes it 0.1 s, perhaps between the stop and the score.
    """
    read_ahead(question, typed(WARM_UP_TEXT))
    gc.collect()
    gc.freeze()


def read_ahead(question: Question, answer: Answer) -> None:
    """Judge an answer that may go on.

    If it does not, `assess` has nothing left to judge; if it does, the sentences so far
    need not be parsed and understood again.
    """
    _judged(question, answer)
