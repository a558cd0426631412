"""The one coordinator: asks, listens, has it judged, follows up; keeps everything.

    Question ─ voice ─> person ─ Listener ─> Answer ─ assess ─> Attempt ─> History
                  ^                                        │
                  └──────────── follow-up, again ──────────┘

Backends are arguments (`Studio`), so a scripted microphone goes through the same code
as a real one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from voicecoach.assessment import assess, engine, read_ahead, warm_up
from voicecoach.attempt import Attempt, Origin, Recording, new_id
from voicecoach.attempt.document import Kind
from voicecoach.audio import EAR_RATE_HZ, Audio, WavWriter, read_wav
from voicecoach.ears import Ears, listen
from voicecoach.errors import (
    AudioFileError,
    DeviceError,
    SpeechError,
    StorageError,
    VoicecoachError,
)
from voicecoach.history import History, Pending, PendingNote
from voicecoach.interview.listening import KEYS, End, Limits, Listener
from voicecoach.interview.stage import Stage, Step
from voicecoach.microphone import Loudspeaker, Microphone, preflight
from voicecoach.questions import Question
from voicecoach.speech import Speaker
from voicecoach.timeline import Answer
from voicecoach.transcription import Transcriber

PREFLIGHT_S = 1.5


@dataclass(frozen=True)
class Studio:
    """Everything an interview works with; each can be a stand-in."""

    speaker: Speaker
    loudspeaker: Loudspeaker
    microphone: Microphone
    transcriber: Transcriber
    history: History


@dataclass(frozen=True)
class Options:
    """How a session goes.

    Args:
        limits: when an answer ends by itself.
        follow_up: whether to offer one.
        self_rating: whether to ask for it, before the score is shown.
        check_microphone: whether to listen before the first question.
        real_time: the answer comes as a person speaks, so work while it does; without
            it there is no time to use, and the surest words are waited for.
    """

    limits: Limits = field(default_factory=Limits)
    follow_up: bool = True
    self_rating: bool = True
    check_microphone: bool = True
    real_time: bool = True


@dataclass(frozen=True)
class _Turn:
    """One thing that is asked: a question, its follow-up, or the question again.

    Args:
        question: with the prompt to speak.
        kind: which of the three.
        place: in the session, for the screen.
        parent: id of the attempt that it goes back to.
        before: what a retry is compared with.
    """

    question: Question
    kind: Kind
    place: str
    parent: str | None = None
    before: Attempt | None = None


@dataclass(frozen=True)
class _Heard:
    """An answer, how it ended, and what went wrong on the way, if anything."""

    answer: Answer
    end: End
    trouble: VoicecoachError | None


class _Quit(Exception):  # noqa: N818 - not an error: the person ends the session
    """The session ends; everything is kept."""


class Interview:
    """One session.

    Args:
        studio: backends.
        stage: screen and keyboard.
        options: how it goes.
    """

    def __init__(
        self, studio: Studio, stage: Stage, options: Options | None = None
    ) -> None:
        self._studio = studio
        self._stage = stage
        self._options = options or Options()
        self._session = new_id()
        self._attempts: list[Attempt] = []
        self._asked: set[str] = set()
        self._voices: dict[str, Future[Audio]] = {}
        self._warming: list[Future[None]] = []
        self._backstage = ThreadPoolExecutor(2, thread_name_prefix="backstage")

    def run(self, questions: Sequence[Question]) -> tuple[Attempt, ...]:
        """Hold the session and return what was saved, in order.

        Raises:
            VoicecoachError: a device, the disk or a model fails; what was said up to
                then is on disk, and `unfinished` finds an answer that was cut off.
        """
        try:
            self._prepare(questions)
            for number, question in enumerate(questions, start=1):
                self._question(question, f"{number} of {len(questions)}")
        except _Quit:
            pass
        finally:
            self._backstage.shutdown(wait=False, cancel_futures=True)
        self._stage.summary(self._attempts)
        return tuple(self._attempts)

    def finish(self, pending: Pending, question: Question) -> Attempt | None:
        """Hear out an answer that was cut off, from what is on disk.

        None when nothing was said in it, or nothing of it can be read; it is deleted.
        """
        self._stage.thinking()
        try:
            audio = read_wav(pending.recording)
        except AudioFileError as error:
            self._stage.tell(f"{error} There is nothing to judge.")
            pending.discard()
            return None
        answer = listen(audio, self._studio.transcriber)
        if not answer.voiced:
            self._stage.tell("There is no voice in it, so there is nothing to judge.")
            pending.discard()
            return None
        turn = _Turn(question, pending.note.known_kind, "", pending.note.parent)
        attempt = self._judged(turn, answer, pending, interrupted=True)
        self._stage.feedback(attempt, None)
        return attempt

    # -- before the first question ---------------------------------------------------

    def _prepare(self, questions: Sequence[Question]) -> None:
        """Check the microphone while models load and the first voice is rendered."""
        warm = self._studio.transcriber.warm_up
        self._warming.append(self._backstage.submit(warm))
        for question in questions[:1]:
            self._render(question.prompt)
            self._warming.append(self._backstage.submit(warm_up, question))
        if self._options.check_microphone:
            self._stage.tell(f"Checking {self._studio.microphone.name} ...")
            found = preflight(self._studio.microphone, PREFLIGHT_S)
            level = f"{found.level_dbfs:.0f} dBFS with nobody speaking"
            self._stage.tell(f"Microphone ok: {found.device}, {level}.")

    def _render(self, text: str) -> Future[Audio]:
        if text not in self._voices:
            render = self._studio.speaker.render
            self._voices[text] = self._backstage.submit(render, text)
        return self._voices[text]

    # -- one question ----------------------------------------------------------------

    def _question(self, question: Question, place: str) -> None:
        self._studio.history.mark_asked(question.id)
        answered = _Turn(question, "answer", place)
        made = attempt = self._turn(answered)
        while attempt is not None:
            step = self._stage.step(self._offered(attempt, heard=made is not None))
            if step is Step.QUIT:
                raise _Quit
            if step is Step.NEXT:
                return
            turn = self._next_turn(step, attempt, answered)
            made = self._turn(turn)
            if made is not None:
                attempt, answered = made, turn

    def _offered(self, attempt: Attempt, *, heard: bool) -> tuple[Step, ...]:
        """What can be done now; the first is what Enter means, and what is done alone.

        After silence that is to go on: who has no more to say, or no more recorded
        answers, must not be asked the same for ever.
        """
        asks_on = attempt.follow_up is not None and self._options.follow_up
        follow_up = (Step.FOLLOW_UP,) if asks_on else ()
        first = (*follow_up, Step.NEXT) if heard else (Step.NEXT, *follow_up)
        return (*first, Step.AGAIN, Step.QUIT)

    def _next_turn(self, step: Step, attempt: Attempt, answered: _Turn) -> _Turn:
        """What follows an attempt: its follow-up, or what it answered once more."""
        if step is Step.FOLLOW_UP and attempt.follow_up is not None:
            asked = attempt.follow_up
            self._asked.add(asked.prompt)
            followed = answered.question.followed_by(asked.prompt, asked.probes)
            return _Turn(followed, "follow_up", answered.place, attempt.id)
        if answered.kind == "follow_up":
            return replace(answered, before=attempt)
        return replace(answered, kind="retry", parent=attempt.id, before=attempt)

    def _turn(self, turn: _Turn) -> Attempt | None:
        """Ask, listen, judge, show; None when nothing was said."""
        for warmed in self._warming:
            if warmed.done():
                warmed.result()  # told now, not after the person has spoken
        pending = self._begin(turn)
        heard = self._listened(turn, pending)
        if heard is None:
            pending.discard()
            return None
        attempt = self._judged(
            turn, heard.answer, pending, interrupted=heard.trouble is not None
        )
        self._attempts.append(attempt)
        if heard.end is End.SKIPPED:
            self._stage.tell(f"Skipped. What you said is kept as {attempt.id}.")
            return None
        if heard.end is End.ANSWERED and heard.trouble is None:
            attempt = self._attempts[-1] = self._rated(attempt)
        self._stage.feedback(attempt, turn.before)
        if heard.trouble is not None:
            self._stage.summary(self._attempts)
            raise heard.trouble
        if heard.end is End.QUIT:
            raise _Quit
        return attempt

    def _begin(self, turn: _Turn) -> Pending:
        note = PendingNote(
            question_id=turn.question.id,
            session_id=self._session,
            kind=turn.kind,
            parent=turn.parent,
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            prompt=turn.question.prompt,
        )
        return Pending.begin(self._studio.history.folder, new_id(), note)

    # -- asking and listening --------------------------------------------------------

    def _listened(self, turn: _Turn, pending: Pending) -> _Heard | None:
        """What was said and how it ended; None when nothing was said."""
        ears = Ears(
            self._studio.transcriber,
            live=self._options.real_time,
            ahead=partial(read_ahead, turn.question),
        )
        trouble: VoicecoachError | None = None
        end = End.ANSWERED
        try:
            with WavWriter(pending.recording) as writer:
                end = self._ask_and_listen(turn, ears, writer)
        except (DeviceError, StorageError) as error:
            trouble = error
        except BaseException:  # Ctrl-C too: leave it for the next start to finish
            ears.abandon()
            (pending.release if ears.has_voice else pending.discard)()
            raise
        if ears.has_voice:
            self._stage.thinking()
            return _Heard(ears.finish(), end, trouble)
        ears.abandon()
        if trouble is not None or end is End.QUIT:
            pending.discard()
            raise trouble or _Quit
        if end is End.ANSWERED:
            self._stage.tell("Nothing was said, so there is nothing to judge.")
        return None

    def _ask_and_listen(self, turn: _Turn, ears: Ears, writer: WavWriter) -> End:
        studio = self._studio
        limits = self._options.limits
        listener = Listener(studio.microphone, ears, writer, self._stage, limits)
        end = End.REPEAT
        while end is End.REPEAT:
            self._stage.ask(turn.question, turn.kind, turn.place)
            end = self._speak(turn.question.prompt)
            if end is End.ANSWERED:
                end = listener.listen(turn.question.target_s)
        return end

    def _speak(self, prompt: str) -> End:
        """Say it; Enter cuts it short. A voice that fails leaves the text to read."""
        pressed: list[End] = []

        def stop() -> bool:
            end = KEYS.get(self._stage.key() or "")
            if end is not None:
                pressed.append(end)
            return bool(pressed)

        try:
            self._studio.loudspeaker.play(self._render(prompt).result(), stop)
        except (SpeechError, DeviceError) as error:
            self._stage.tell(f"{error} Read the question instead.")
        return pressed[0] if pressed else End.ANSWERED

    # -- judging and keeping ---------------------------------------------------------

    def _judged(
        self, turn: _Turn, answer: Answer, pending: Pending, *, interrupted: bool
    ) -> Attempt:
        origin = Origin(
            id=pending.attempt_id,
            created_at=datetime.now(UTC),
            engine=engine(self._studio.transcriber),
            recording=Recording(
                str(pending.recording),
                answer.duration_s or 0.0,
                EAR_RATE_HZ,
                answer.quality.overflows if answer.quality else 0,
            ),
            kind=turn.kind,
            session=self._session,
            parent=turn.parent,
            interrupted=interrupted,
        )
        with contextlib.ExitStack() as unless_saved:
            unless_saved.callback(pending.release)  # then the next start offers it
            attempt = assess(turn.question, answer, origin, frozenset(self._asked))
            attempt = self._studio.history.remembering(attempt)
            self._studio.history.save(attempt)
            unless_saved.pop_all()
        pending.finish()
        if attempt.follow_up is not None:
            self._render(attempt.follow_up.prompt)  # ready when it is wanted
        return attempt

    def _rated(self, attempt: Attempt) -> Attempt:
        rating = self._stage.rating() if self._options.self_rating else None
        if rating is None:
            return attempt
        rated = attempt.model_copy(update={"self_rating": rating})
        self._studio.history.save(rated)
        return rated
