"""``interview`` and ``demo``: one loop; only the microphone differs."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from voicecoach import config
from voicecoach.cli import as_called
from voicecoach.cli.questions_command import user_folder
from voicecoach.errors import (
    DeviceError,
    NoMicrophoneError,
    NoPortAudioError,
    UsageError,
)
from voicecoach.questions import (
    FREE_ANSWER,
    Choice,
    Level,
    Question,
    QuestionBank,
    Round,
)

if TYPE_CHECKING:
    from voicecoach.cli.keyboard import Keyboard
    from voicecoach.cli.stage import TerminalStage
    from voicecoach.history import History, Pending
    from voicecoach.interview import Interview, Options
    from voicecoach.microphone import Loudspeaker, Microphone
    from voicecoach.speech import Speaker
    from voicecoach.transcription import Transcriber

SOUND_FILES = {".wav", ".mp3", ".m4a", ".flac", ".ogg", ".opus", ".webm", ".mp4"}
INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended, as shells have it."""


@dataclass(frozen=True)
class _Candidate:
    """A recorded candidate instead of a microphone.

    Args:
        files: one recording per answer, in order.
        question: what the first one answers, if known.
        fast: do not wait as long as a person speaks.
    """

    files: tuple[Path, ...]
    question: str | None = None
    fast: bool = False


@click.command()
@click.option(
    "--id", "ids", multiple=True, metavar="ID|N", help="Ask this; may repeat."
)
@click.option("-n", "--questions", "count", type=int, help="How many questions.")
@click.option(
    "--round", "round_", type=click.Choice(get_args(Round)), help="Only these."
)
@click.option("--level", type=click.Choice(get_args(Level)), help="Only these.")
@click.option("--seed", type=int, help="The same seed chooses the same questions.")
@click.option("--voice", type=click.Choice(["pyttsx3", "piper", "none"]))
@click.option("--microphone", help="Part of its name.")
@click.option("--model", help="Transcription model.")
@click.option("--hands-free/--no-hands-free", default=None, help="A silence ends it.")
@click.option("--follow-up/--no-follow-up", default=None)
@click.option(
    "--candidate",
    type=click.Path(path_type=Path),
    metavar="FILE|FOLDER",
    help="Recorded answers instead of a microphone.",
)
@click.option("--fast", is_flag=True, help="With --candidate: do not wait.")
def interview(**options: object) -> None:
    """Hold a spoken mock interview: listen, answer aloud, get one change to make."""
    wanted = _Wanted.of(options)
    candidate = _candidate(options["candidate"], fast=bool(options["fast"]))
    if candidate is None and not _microphone_is_there(wanted):
        candidate = _demo_instead(fast=bool(options["fast"]))
    elif candidate is None and options["fast"]:
        msg = "--fast goes with --candidate or with `voicecoach demo`."
        raise UsageError(msg, "A person cannot be hurried.")
    _hold(wanted, candidate)


@click.command()
@click.option("--fast", is_flag=True, help="Do not wait as long as a person speaks.")
@click.option("--voice", type=click.Choice(["pyttsx3", "piper", "none"]))
@click.option(
    "--candidate",
    type=click.Path(path_type=Path),
    metavar="FILE|FOLDER",
    help="Your own recordings instead of ours.",
)
@click.option("--id", "ids", multiple=True, metavar="ID|N", help="What they answer.")
def demo(**options: object) -> None:
    """Watch a recorded candidate answer, through the very loop of an interview."""
    fast = bool(options["fast"])
    wanted = _Wanted.of(options)
    candidate = _candidate(options["candidate"], fast=fast)
    _hold(wanted, candidate or _demo_candidate(*wanted.ids[:1], fast=fast))


@dataclass(frozen=True)
class _Wanted:
    """The options that choose questions, and the settings that hold with the flags."""

    settings: config.Settings
    ids: tuple[str, ...]
    round: Round | None
    level: Level | None

    @classmethod
    def of(cls, options: dict[str, object]) -> _Wanted:
        """From click's options; what was not given leaves the settings as they are."""
        flags = {
            "interview.questions": options.get("count"),
            "interview.seed": options.get("seed"),
            "interview.hands_free": options.get("hands_free"),
            "interview.follow_up": options.get("follow_up"),
            "voice.engine": options.get("voice"),
            "sound.microphone": options.get("microphone"),
            "model.name": options.get("model"),
        }
        settings = config.load(flags).settings
        ids, round_, level = (options.get(k) for k in ("ids", "round_", "level"))
        return cls(settings, tuple(ids or ()), round_, level)  # type: ignore[arg-type]

    def questions(self, history: History) -> tuple[Question, ...]:
        """By id or number where given, else chosen, not the ones asked last."""
        bank = QuestionBank.load(users=user_folder())
        target_s = self.settings.interview.target_s
        chosen = tuple(bank.find(name) for name in self.ids) or self._chosen(
            bank, history
        )
        if target_s is None:
            return chosen
        return tuple(q.model_copy(update={"target_s": target_s}) for q in chosen)

    def _chosen(self, bank: QuestionBank, history: History) -> tuple[Question, ...]:
        import secrets

        wanted = self.settings.interview
        seed = secrets.randbits(32) if wanted.seed is None else wanted.seed
        lately = history.recent_question_ids(wanted.avoid_recent)
        choice = Choice(seed, wanted.questions, self.round, self.level, lately)
        return bank.choose(choice)


# -- where the answers come from -------------------------------------------------------


def _microphone_is_there(wanted: _Wanted) -> bool:
    """Say what is wrong when there is none; a wrong name is an error, not a demo."""
    from voicecoach.microphone import choose, list_devices

    try:
        devices = list_devices()
        if any(device.channels("input") for device in devices):
            choose(devices, wanted.settings.sound.microphone, "input")
            return True
        error: DeviceError = NoMicrophoneError("No microphone found.")
    except NoPortAudioError as missing:
        error = missing
    click.echo(as_called(f"voicecoach: {error}"), err=True)
    return False


def _demo_instead(*, fast: bool) -> _Candidate:
    """Offer the demo; with nobody to ask, it simply runs."""
    if sys.stdin.isatty() and not click.confirm(
        "Watch a recorded candidate go through the interview instead?", default=True
    ):
        msg = "There is no microphone to hold an interview with."
        raise NoMicrophoneError(msg, "Plug one in, or run `voicecoach demo`.")
    click.echo("Showing the demo: a recorded candidate answers.", err=True)
    return _demo_candidate(fast=fast)


def _candidate(path: object, *, fast: bool) -> _Candidate | None:
    if path is None:
        return None
    chosen = Path(str(path))
    if not chosen.exists():
        msg = f"There is no file or folder {chosen}."
        raise UsageError(msg, "Give a recording, or a folder of them.")
    files = (
        tuple(f for f in sorted(chosen.rglob("*")) if f.suffix.lower() in SOUND_FILES)
        if chosen.is_dir()
        else (chosen,)
    )
    if not files:
        msg = f"There is no recording in {chosen}."
        raise UsageError(msg, f"They end in {', '.join(sorted(SOUND_FILES))}.")
    return _Candidate(files, fast=fast)


def _demo_candidate(question_id: str | None = None, *, fast: bool) -> _Candidate:
    """Our recorded candidate for a question; the first one when none is named."""
    folder = config.recordings_folder()
    script = tomllib.loads((folder / "demo.toml").read_text("utf-8"))
    known = {one["question"]: one for one in script["candidate"]}
    chosen = known.get(question_id or next(iter(known)))
    if chosen is None:
        msg = f"No recorded candidate answers {question_id}."
        raise UsageError(msg, f"There are: {', '.join(known)}.")
    names = [chosen[part] for part in ("answer", "follow_up") if part in chosen]
    files = tuple(folder / name / "speech.ogg" for name in names)
    return _Candidate(files, chosen["question"], fast=fast)


# -- the session -----------------------------------------------------------------------


def _hold(wanted: _Wanted, candidate: _Candidate | None) -> None:
    from voicecoach.cli.keyboard import Keyboard
    from voicecoach.cli.stage import Manner, TerminalStage
    from voicecoach.cli.terminal import console
    from voicecoach.history import History, hold_alone

    if candidate is not None and candidate.question and not wanted.ids:
        wanted = _Wanted(wanted.settings, (candidate.question,), None, None)
    folder = config.data_folder(wanted.settings)
    with hold_alone(folder), History(folder) as history, Keyboard() as keyboard:
        automatic = candidate is not None or not keyboard.is_there
        stage = TerminalStage(console(), keyboard, Manner(automatic=automatic))
        made = _interview(wanted, candidate, history, stage)
        try:
            if candidate is None:
                _offer_unfinished(made, history, keyboard, stage)
            made.run(wanted.questions(history))
        except KeyboardInterrupt:
            stage.tell("Interrupted. What you said is kept; the next start offers it.")
            sys.exit(INTERRUPTED)


def _interview(
    wanted: _Wanted,
    candidate: _Candidate | None,
    history: History,
    stage: TerminalStage,
) -> Interview:
    from voicecoach.interview import Interview, Studio

    studio = Studio(
        speaker=_speaker(wanted, candidate),
        loudspeaker=_loudspeaker(wanted, candidate),
        microphone=_microphone(wanted, candidate),
        transcriber=_transcriber(wanted, candidate, stage),
        history=history,
    )
    return Interview(studio, stage, _options(wanted, candidate))


def _transcriber(
    wanted: _Wanted, candidate: _Candidate | None, stage: TerminalStage
) -> Transcriber:
    """One that keeps up with a person; nobody is kept waiting by a fast candidate."""
    if candidate is not None and candidate.fast:
        return config.transcriber(wanted.settings)
    return config.live_transcriber(wanted.settings, stage.tell)


def _options(wanted: _Wanted, candidate: _Candidate | None) -> Options:
    from voicecoach.interview import Limits, Options

    chosen = wanted.settings.interview
    limits = Limits(
        hands_free=chosen.hands_free and chosen.silence_stop_s > 0,
        warn_s=chosen.silence_warn_s,
        stop_s=chosen.silence_stop_s,
        hard_cap_s=chosen.hard_cap_s,
    )
    return Options(
        limits,
        chosen.follow_up,
        chosen.self_rating,
        real_time=candidate is None or not candidate.fast,
    )


def _speaker(wanted: _Wanted, candidate: _Candidate | None) -> Speaker:
    from voicecoach.testing import SilentSpeaker

    if candidate is not None and candidate.fast:
        return SilentSpeaker()
    return config.speaker(wanted.settings)


def _loudspeaker(wanted: _Wanted, candidate: _Candidate | None) -> Loudspeaker:
    """The real one; a stand-in where there is none, so that the demo runs anywhere."""
    from voicecoach.microphone import choose, list_devices
    from voicecoach.testing import SilentLoudspeaker

    if candidate is None:
        return config.loudspeaker(wanted.settings)
    if candidate.fast:
        return SilentLoudspeaker()
    try:
        choose(list_devices(), wanted.settings.sound.speaker, "output")
    except DeviceError:
        return SilentLoudspeaker(real_time=True)
    return config.loudspeaker(wanted.settings)


def _microphone(wanted: _Wanted, candidate: _Candidate | None) -> Microphone:
    from voicecoach.testing import ScriptedMicrophone

    if candidate is None:
        return config.microphone(wanted.settings)
    return ScriptedMicrophone(candidate.files, real_time=not candidate.fast)


def _offer_unfinished(
    made: Interview, history: History, keyboard: Keyboard, stage: TerminalStage
) -> None:
    """An answer that a crash or Ctrl-C cut off is finished when the person wants it."""
    for pending in history.unfinished():
        started = (pending.note.started_at or "an earlier session").replace("T", " ")
        stage.tell(f"An answer was cut off ({started}). It is kept as recorded.")
        if not keyboard.is_there:
            pending.release()
            continue
        stage.tell("Enter judges it now, l leaves it for later, d deletes it.")
        key = keyboard.wait("\nld")
        if key == "d":
            pending.discard()
        elif key == "\n":
            made.finish(pending, _question_of(pending))
        else:
            pending.release()


def _question_of(pending: Pending) -> Question:
    """What was being answered, with the prompt as spoken (a follow-up has its own)."""
    note = pending.note
    bank = QuestionBank.load(users=user_folder())
    known = {question.id: question for question in bank.questions}
    question = known.get(note.question_id or "", FREE_ANSWER)
    if note.known_kind == "follow_up" and note.prompt:
        return question.followed_by(note.prompt)
    return question.model_copy(update={"prompt": note.prompt or question.prompt})
