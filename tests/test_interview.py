"""The coordinator on stand-ins: same code as a real session, no device, no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voicecoach.attempt import Attempt
from voicecoach.audio import EAR_RATE_HZ, Audio, read_audio, read_wav, write_wav
from voicecoach.errors import (
    BadSignalError,
    DeviceLostError,
    ModelError,
    SpeechError,
    StorageError,
)
from voicecoach.history import History, Pending, PendingNote
from voicecoach.interview import Interview, Limits, Listening, Options, Step, Studio
from voicecoach.interview.stage import Stage
from voicecoach.questions import Question, QuestionBank
from voicecoach.testing import (
    Faults,
    ReplayedTranscriber,
    ScriptedMicrophone,
    SilentLoudspeaker,
    SilentSpeaker,
)

SHORT = Path(__file__).parents[1] / "audio_fixtures" / "short"
STORY = (
    "I owned the billing migration and it failed. I cut the scope by half because the"
    " ledger gave wrong totals, and that cost us the mobile redesign. In the end errors"
    " dropped from four percent to zero point one. Since then I ask for a comparison"
    " run in the first month of every migration, and I stopped two plans that had none."
)


class Person:
    """A stage that notes what it is shown and presses prepared keys.

    Args:
        keys: asked with each moment of listening; gives a key to press, or None.
        steps: what to do after each feedback; then the first that is offered.
        rating: the person's own.
    """

    def __init__(
        self,
        keys: Callable[[Listening], str | None] = lambda _: None,
        steps: Sequence[Step] = (),
        rating: int | None = None,
    ) -> None:
        self._keys = keys
        self._steps = list(steps)
        self._rating = rating
        self._next: str | None = None
        self.told: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.moments: list[Listening] = []
        self.shown: list[tuple[Attempt, Attempt | None]] = []
        self.order: list[str] = []
        self.summed: tuple[Attempt, ...] | None = None

    def key(self) -> str | None:
        key, self._next = self._next, None
        return key

    def tell(self, message: str) -> None:
        self.told.append(message)

    def ask(self, question: Question, kind: str, place: str) -> None:
        assert place
        self.asked.append((kind, question.prompt))

    def listening(self, now: Listening) -> None:
        self.moments.append(now)
        self._next = self._keys(now)

    def thinking(self) -> None:
        self.order.append("thinking")

    def rating(self) -> int | None:
        self.order.append("rating")
        return self._rating

    def feedback(self, attempt: Attempt, before: Attempt | None) -> None:
        self.order.append("feedback")
        self.shown.append((attempt, before))

    def step(self, offered: Sequence[Step]) -> Step:
        return self._steps.pop(0) if self._steps else offered[0]

    def summary(self, attempts: Sequence[Attempt]) -> None:
        self.summed = tuple(attempts)


def is_a_stage(person: Person) -> Stage:
    """Checked by mypy when run on the tests; here for the reader."""
    return person


@pytest.fixture(scope="module")
def question() -> Question:
    return QuestionBank.load().find("behavioral.failed-program")


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path)


@pytest.fixture(scope="module")
def clip() -> Audio:
    return read_audio(SHORT / "fluent" / "speech.ogg")


def studio(
    history: History, sounds: Sequence[Audio], faults: Faults | None = None
) -> Studio:
    microphone = ScriptedMicrophone(sounds, real_time=False, tail_s=1.0)
    if faults is not None:
        microphone.faults = faults
    return Studio(
        speaker=SilentSpeaker(),
        loudspeaker=SilentLoudspeaker(),
        microphone=microphone,
        transcriber=ReplayedTranscriber(STORY),
        history=history,
    )


def recordings(history: History) -> list[Path]:
    return sorted(history.folder.glob("recordings/*/speech.wav"))


def test_an_answer_is_asked_heard_rated_judged_and_kept(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person(rating=3, steps=[Step.QUIT])
    (attempt,) = Interview(studio(history, [clip]), person).run([question])
    assert person.order == ["thinking", "rating", "feedback"]
    assert attempt.self_rating == 3
    assert attempt.transcript.text.startswith(STORY)  # once for each piece
    assert attempt.score.overall is not None
    assert attempt.score.one_change
    assert history.get("last") == attempt
    assert person.summed == (attempt,)
    (recording,) = recordings(history)
    kept = read_wav(recording)
    assert kept.duration_s == pytest.approx(2.0 + clip.duration_s + 1.0, abs=0.05)
    assert not (recording.parent / "pending.json").exists()
    assert history.recent_question_ids(1) == (question.id,)


def test_the_follow_up_is_spoken_and_answered_like_any_other(
    question: Question, history: History, clip: Audio
) -> None:
    made = studio(history, [clip, clip])
    person = Person()
    first, second = Interview(made, person).run([question])
    assert first.follow_up is not None
    assert person.asked == [
        ("answer", question.prompt),
        ("follow_up", first.follow_up.prompt),
    ]
    assert isinstance(made.speaker, SilentSpeaker)
    assert first.follow_up.prompt in made.speaker.texts
    assert second.kind == "follow_up"
    assert second.parent == first.id
    assert second.follow_up is None
    assert second.session == first.session


def test_a_follow_up_that_nobody_answers_is_not_asked_for_ever(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person()  # does what Enter would do; there is no second recording
    (attempt,) = Interview(studio(history, [clip]), person).run([question])
    assert attempt.follow_up is not None
    assert [kind for kind, _ in person.asked] == ["answer", "follow_up"]
    assert person.summed == (attempt,)


def test_again_after_a_follow_up_is_that_follow_up(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person(steps=[Step.FOLLOW_UP, Step.AGAIN, Step.QUIT])
    made = studio(history, [clip, clip, clip])
    first, second, third = Interview(made, person).run([question])
    assert first.follow_up is not None
    assert person.asked[1:] == [("follow_up", first.follow_up.prompt)] * 2
    assert (third.kind, third.parent) == ("follow_up", first.id)
    assert person.shown[2] == (third, second)


def test_again_is_compared_with_the_first_try(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person(steps=[Step.AGAIN, Step.QUIT])
    first, second = Interview(studio(history, [clip, clip]), person).run([question])
    assert second.kind == "retry"
    assert person.shown == [(first, None), (second, first)]


def test_enter_ends_the_answer_but_not_before_anything_was_said(
    question: Question, history: History, clip: Audio
) -> None:
    long = Audio(np.tile(clip.samples, 3))
    person = Person(keys=lambda _: "\n", steps=[Step.QUIT])
    (attempt,) = Interview(studio(history, [long]), person).run([question])
    assert attempt.audio is not None
    assert 2.0 < attempt.audio.duration_s < long.duration_s
    assert any(not moment.spoke for moment in person.moments)


def test_pausing_records_nothing_until_it_goes_on(
    question: Question, history: History, clip: Audio
) -> None:
    pressed = iter("p")

    def pause(now: Listening) -> str | None:
        return next(pressed, None) if now.elapsed_s > 4 and not now.paused else None

    person = Person(keys=pause, steps=[Step.QUIT])
    (attempt,) = Interview(studio(history, [clip]), person).run([question])
    assert attempt.audio is not None
    assert attempt.audio.duration_s == pytest.approx(4.0, abs=0.2)
    assert person.moments[-1].paused


def test_repeat_asks_again_and_loses_nothing(
    question: Question, history: History, clip: Audio
) -> None:
    pressed = iter("r")

    def repeat(now: Listening) -> str | None:
        return next(pressed, None) if now.spoke else None

    person = Person(keys=repeat, steps=[Step.QUIT])
    (attempt,) = Interview(studio(history, [clip, clip]), person).run([question])
    assert len(person.asked) == 2
    assert len(recordings(history)) == 1
    assert attempt.audio is not None
    assert attempt.audio.duration_s > clip.duration_s


def test_skip_before_a_word_leaves_nothing_and_goes_on(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person(keys=lambda _: "s")
    assert Interview(studio(history, [clip]), person).run([question]) == ()
    assert recordings(history) == []


def test_skip_after_speaking_keeps_what_was_said(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person(keys=lambda now: "s" if now.elapsed_s > 6 else None)
    (attempt,) = Interview(studio(history, [clip]), person).run([question])
    assert person.shown == []
    assert any(attempt.id in line for line in person.told)
    assert history.get(attempt.id) == attempt


def test_quit_in_mid_answer_keeps_and_shows_it(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person(keys=lambda now: "q" if now.elapsed_s > 6 else None)
    (attempt,) = Interview(studio(history, [clip]), person).run([question, question])
    assert person.shown == [(attempt, None)]
    assert "rating" not in person.order
    assert len(person.asked) == 1


def hands_free(sound: Audio, limits: Limits, history: History, q: Question) -> Person:
    person = Person(steps=[Step.QUIT])
    made = studio(history, [sound])
    Interview(made, person, Options(limits=limits)).run([q])
    return person


def with_silence(clip: Audio, seconds: float) -> Audio:
    noise = np.random.default_rng(1).standard_normal(round(seconds * EAR_RATE_HZ))
    quiet = (noise * 10 ** (-65 / 20)).astype(np.float32)
    return Audio(np.concatenate([clip.samples, quiet, clip.samples]))


def test_ten_seconds_of_thinking_cut_nobody_off(
    question: Question, history: History, clip: Audio
) -> None:
    sound = with_silence(clip, 10.0)
    person = hands_free(sound, Limits(), history, question)
    last = person.moments[-1]
    assert last.elapsed_s > sound.duration_s
    assert any(moment.stops_in_s is not None for moment in person.moments)
    assert last.stops_in_s is None


def test_a_long_silence_counts_down_and_ends_the_answer(
    question: Question, history: History, clip: Audio
) -> None:
    sound = with_silence(clip, 20.0)
    person = hands_free(sound, Limits(), history, question)
    assert person.moments[-1].elapsed_s < 2 + clip.duration_s + 13
    counted = [m.stops_in_s for m in person.moments if m.stops_in_s is not None]
    assert counted == sorted(counted, reverse=True)
    assert 4 < counted[0] <= 5


def test_hands_free_can_be_off(
    question: Question, history: History, clip: Audio
) -> None:
    sound = with_silence(clip, 20.0)
    person = hands_free(sound, Limits(hands_free=False), history, question)
    assert person.moments[-1].elapsed_s > sound.duration_s


def test_the_hard_cap_warns_and_ends(
    question: Question, history: History, clip: Audio
) -> None:
    limits = Limits(hard_cap_s=5.0, cap_warning_s=2.0)
    person = hands_free(clip, limits, history, question)
    assert person.moments[-1].elapsed_s == pytest.approx(5.0, abs=0.3)
    assert person.moments[0].cap_in_s is None
    assert any(moment.cap_in_s is not None for moment in person.moments)


def test_a_lost_device_keeps_shows_and_reports(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person()
    made = studio(history, [clip], Faults(lost_at_s=6.0))
    with pytest.raises(DeviceLostError):
        Interview(made, person).run([question])
    attempt = history.get("last")
    assert attempt.interrupted
    assert person.shown == [(attempt, None)]
    assert read_wav(recordings(history)[0]).duration_s == pytest.approx(6.0, abs=0.1)


def test_a_source_that_goes_dead_counts_as_lost(
    question: Question, history: History, clip: Audio
) -> None:
    dead = Audio(np.zeros(5 * EAR_RATE_HZ, np.float32))
    sound = Audio(np.concatenate([clip.samples, dead.samples]))
    with pytest.raises(DeviceLostError, match="digital silence"):
        Interview(studio(history, [sound]), Person()).run([question])
    assert history.get("last").interrupted


def test_a_full_disk_judges_from_memory_and_says_so(
    question: Question,
    history: History,
    clip: Audio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from voicecoach.audio import WavWriter

    written = WavWriter.write

    def full(writer: WavWriter, samples: np.ndarray) -> None:
        if writer.path.stat().st_size > 6 * 2 * EAR_RATE_HZ:
            msg = "The recording cannot be written: No space left on device."
            raise StorageError(msg, "Free some space.")
        written(writer, samples)

    monkeypatch.setattr(WavWriter, "write", full)
    person = Person()
    with pytest.raises(StorageError, match="No space"):
        Interview(studio(history, [clip]), person).run([question])
    assert person.shown[0][0].transcript.words
    assert read_wav(recordings(history)[0]).duration_s > 5.9


@pytest.mark.parametrize(
    "faults",
    [Faults(digital_silence=True), Faults(gain=1e6)],
    ids=["silent", "clipped"],
)
def test_a_bad_signal_is_refused_before_the_first_question(
    question: Question, history: History, clip: Audio, faults: Faults
) -> None:
    person = Person()
    with pytest.raises(BadSignalError):
        Interview(studio(history, [clip], faults), person).run([question])
    assert person.asked == []


def test_ctrl_c_leaves_an_answer_that_the_next_start_can_finish(
    question: Question, history: History, clip: Audio
) -> None:
    def interrupt(now: Listening) -> str | None:
        if now.elapsed_s > 6:
            raise KeyboardInterrupt
        return None

    with pytest.raises(KeyboardInterrupt):
        Interview(studio(history, [clip]), Person(keys=interrupt)).run([question])
    (pending,) = history.unfinished()
    assert pending.note.question_id == question.id

    person = Person()
    attempt = Interview(studio(history, [clip]), person).finish(pending, question)
    assert attempt.id == pending.attempt_id
    assert attempt.interrupted
    assert attempt.transcript.text == STORY
    assert history.get(attempt.id) == attempt
    assert history.unfinished() == ()


def test_ctrl_c_while_the_question_is_spoken_leaves_nothing_behind(
    question: Question, history: History, clip: Audio
) -> None:
    class Interrupting(SilentLoudspeaker):
        def play(self, *_: object, **__: object) -> None:
            raise KeyboardInterrupt

    made = replace(studio(history, [clip]), loudspeaker=Interrupting())
    with pytest.raises(KeyboardInterrupt):
        Interview(made, Person()).run([question])
    assert history.unfinished() == ()
    assert recordings(history) == []


def cut_off(history: History, sound: Audio | None, kind: str) -> Pending:
    note = PendingNote(question_id="behavioral.failed-program", kind=kind, parent="p1")
    pending = Pending.begin(history.folder, "cut1", note)
    if sound is not None:
        write_wav(pending.recording, sound)
    return pending


def test_a_cut_off_follow_up_stays_one(
    question: Question, history: History, clip: Audio
) -> None:
    pending = cut_off(history, clip, "follow_up")
    attempt = Interview(studio(history, [clip]), Person()).finish(pending, question)
    assert attempt is not None
    assert (attempt.kind, attempt.parent) == ("follow_up", "p1")
    assert attempt.follow_up is None


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "no file"])
def test_a_cut_off_answer_with_nothing_in_it_is_told_and_gone(
    question: Question, history: History, clip: Audio, *, silent: bool
) -> None:
    sound = Audio(np.zeros(EAR_RATE_HZ, np.float32)) if silent else None
    person = Person()
    pending = cut_off(history, sound, "answer")
    assert Interview(studio(history, [clip]), person).finish(pending, question) is None
    assert any("nothing to judge" in line for line in person.told)
    assert history.unfinished() == ()
    assert not pending.folder.exists()


def test_a_model_that_cannot_be_loaded_is_told_before_anybody_speaks(
    question: Question, history: History, clip: Audio
) -> None:
    class Broken(ReplayedTranscriber):
        def warm_up(self) -> None:
            msg = "The transcription model cannot be loaded."
            raise ModelError(msg, "Run `voicecoach models verify`.")

    person = Person()
    made = replace(studio(history, [clip]), transcriber=Broken(STORY))
    with pytest.raises(ModelError):
        Interview(made, person).run([question])
    assert person.asked == []
    assert recordings(history) == []


class Mute:
    name = "mute"

    def render(self, text: str) -> Audio:
        raise SpeechError("The voice is missing.", f"Install it to hear {text[:9]}.")


def test_without_a_voice_the_question_is_read_from_the_screen(
    question: Question, history: History, clip: Audio
) -> None:
    person = Person(steps=[Step.QUIT])
    made = replace(studio(history, [clip]), speaker=Mute())
    (attempt,) = Interview(made, person).run([question])
    assert any("voice is missing" in line for line in person.told)
    assert attempt.transcript.words


def test_nothing_said_is_told_and_not_judged(
    question: Question, history: History
) -> None:
    room = Audio(np.zeros(0, np.float32))
    person = Person()
    assert Interview(studio(history, [room]), person).run([question]) == ()
    assert any("Nothing was said" in line for line in person.told)
    assert recordings(history) == []


def test_what_earlier_answers_lacked_is_said_again_and_kept(
    history: History, question: Question, clip: Audio
) -> None:
    plain = "The move went on and it was fine for all of the teams in that year. " * 5
    for number, text in enumerate((plain, plain.replace("year", "spring"))):
        hearing = ReplayedTranscriber(text)
        place = replace(studio(history, [clip]), transcriber=hearing)
        person = Person(steps=[Step.QUIT])
        options = Options(check_microphone=False, self_rating=False, real_time=False)
        Interview(place, person, options).run([question])
        (shown, _) = person.shown[0]
        memories = shown.coaching.remembered
        assert bool(memories) == bool(number)
        assert history.get(shown.id).coaching.remembered == memories
    assert memories[0].text.startswith("Second answer in a row")
