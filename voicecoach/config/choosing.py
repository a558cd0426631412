"""Which model transcribes, where the settings leave it open.

    installed models,   ┌─ tried here before: kept pace ─┐
    the largest first ──┴─ not yet: trial, kept ─────────┴─> keeps up? used, else next

When none keeps up the fastest is used, and the person is told. A model that is damaged,
will not load or wants more memory than there is, is told and left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from voicecoach import models
from voicecoach.config.folders import data_path, models_folder, recordings_folder
from voicecoach.config.settings import AUTO, Settings
from voicecoach.errors import ModelError, StorageError
from voicecoach.models import Candidate, Model
from voicecoach.models.known import missing
from voicecoach.models.self_test import MOST_LOAD, Pace, measured
from voicecoach.models.tried import Tried, conditions, free_memory_bytes

if TYPE_CHECKING:
    from voicecoach.audio import Stretch
    from voicecoach.transcription import Transcriber

SAMPLE = ("decision", "status_update")
"""Two of our short recorded candidates, 13.9 s and 9.8 s: the two pieces of a stretch
as long as those of live listening (20-28 s)."""
MEMORY_PER_SIZE = 2
"""A model wants at most so many times the bytes of its files while it is loaded: what
is read (16 bits a weight), and what is kept of it (8 or 16), with room to work in."""
SMALLEST = ("tiny.en", "tiny")


def tried(settings: Settings) -> Tried:
    """How fast models were here, run as the settings say."""
    run = conditions(settings.model.threads, settings.model.compute_type)
    return Tried(data_path(settings), run)


def model_name(settings: Settings) -> str:
    """The model that the settings name, or the one that trials so far speak for.

    Nothing is tried: the largest that is known to keep up, else the default; if every
    one was tried in vain, the fastest.
    """
    if settings.model.name != AUTO:
        return settings.model.name
    known = tried(settings)
    there = models.candidates(models_folder(settings))
    paces = {one.name: pace for one in there if (pace := known.pace(one.sha256))}
    for name, pace in paces.items():
        if pace.keeps_up:
            return name
    if paces and len(paces) == len(there):
        return min(paces, key=lambda name: paces[name].load)
    names = [one.name for one in there]
    return names[0] if names and models.DEFAULT not in names else models.DEFAULT


def measure(transcriber: Transcriber, *, thorough: bool = False) -> Pace:
    """Try a model on speech that ships with the program.

    Raises:
        ModelError: it cannot be loaded.
        AudioFileError: the recordings are missing.
    """
    try:
        return measured(transcriber, _sample(), thorough=thorough)
    except MemoryError as error:
        msg = f"There is not enough memory for the model {transcriber.model}."
        raise ModelError(msg, "Close other programs, or use a smaller one.") from error


@cache
def _sample() -> tuple[Stretch, ...]:
    from voicecoach.audio import Stretch, read_audio
    from voicecoach.voice_activity import voiced_spans

    pieces = []
    for name in SAMPLE:
        audio = read_audio(recordings_folder() / "short" / name / "speech.ogg")
        voiced_s = sum(span.duration_s for span in voiced_spans(audio.samples))
        pieces.append(Stretch(audio, voiced_s))
    return tuple(pieces)


@dataclass(frozen=True)
class _Trial:
    """One candidate with its pace; not its weights, which would fill the memory."""

    model: Model
    pace: Pace

    def __str__(self) -> str:
        verdict = "used" if self.pace.keeps_up else "too slow"
        return f"{self.model.name}: {self.pace}, {verdict}."


class Trials:
    """The choice for somebody who is about to speak.

    Args:
        settings: those that hold; they name no model.
        build: makes the transcriber of a model.
        tell: takes a line for the person.
    """

    def __init__(
        self,
        settings: Settings,
        build: Callable[[Model], Transcriber],
        tell: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._build = build
        self._tell = tell
        self._kept = tried(settings)
        self._candidates = models.candidates(models_folder(settings))
        self._begun = False
        self._loaded: Transcriber | None = None
        self._troubles: list[ModelError] = []

    def choose(self) -> Transcriber:
        """The largest model that keeps up, else the fastest; each trial is kept.

        Raises:
            ModelError: none can be used; the first reason.
            StorageError: no room to put one together.
        """
        trials: list[_Trial] = []
        for candidate in self._candidates:
            if trial := self._usable(candidate):
                trials.append(trial)
                if trial.pace.keeps_up:
                    break
        if not trials:
            raise self._troubles[0] if self._troubles else missing(models.DEFAULT)
        for trouble in self._troubles:
            self._tell(str(trouble))
        chosen = min(trials, key=lambda trial: trial.pace.load)
        if self._begun:
            self._say(trials, chosen)
        if self._loaded and self._loaded.model_sha256 == chosen.model.sha256:
            return self._loaded
        return self._build(chosen.model)

    def _usable(self, candidate: Candidate) -> _Trial | None:
        """The candidate with its pace; None when it cannot be used."""
        try:
            self._refuse_without_memory(candidate)
            model = models.ensure(candidate.name, models_folder(self._settings))
            pace = self._kept.pace(model.sha256) or self._tried(model)
        except ModelError as error:
            self._troubles.append(error)
            return None
        return _Trial(model, pace)

    def _refuse_without_memory(self, candidate: Candidate) -> None:
        """Loading it would end the program, so refuse while there is a smaller one."""
        free_bytes = free_memory_bytes()
        wanted_bytes = MEMORY_PER_SIZE * candidate.size_bytes
        is_last = candidate == self._candidates[-1]
        if not is_last and free_bytes is not None and free_bytes < wanted_bytes:
            msg = (
                f"The model {candidate.name} is left out: it wants "
                f"{wanted_bytes / 1e9:.1f} GB of memory and {free_bytes / 1e9:.1f} GB "
                "is free."
            )
            raise ModelError(msg, "Close other programs to have it tried.")

    def _tried(self, model: Model) -> Pace:
        """Its pace, measured now; with one model only as far as it takes to warn."""
        several = len(self._candidates) > 1
        if not self._begun:
            which = "which model keeps up" if several else "whether the model keeps up"
            names = ", ".join(one.name for one in self._candidates)
            self._tell(f"Trying, only this once, {which} here: {names} ...")
        self._begun, self._loaded = True, None  # the one before goes before this comes
        self._loaded = self._build(model)
        try:
            pace = measure(self._loaded, thorough=several)
        except KeyboardInterrupt:
            self._tell("The trial of models was cut short; the next start tries again.")
            raise
        try:
            self._kept.keep(model.sha256, pace)
        except StorageError as error:
            self._tell(f"{error} So the next start tries the models again.")
        return pace

    def _say(self, trials: list[_Trial], chosen: _Trial) -> None:
        """What came of it; with one model that keeps up there is nothing to add."""
        if not chosen.pace.keeps_up:
            self._tell(too_slow(chosen.model.name, chosen.pace))
        elif len(self._candidates) > 1:
            self._tell(" ".join(str(trial) for trial in trials))


def too_slow(name: str, pace: Pace) -> str:
    """What it means for the person, and what to do."""
    smaller = (
        "Close other programs and run `voicecoach models try`."
        if name in SMALLEST
        else f"A smaller model is quicker: `voicecoach models pull {SMALLEST[0]}`."
    )
    return (
        f"The model {name} does not keep up here: it takes {pace}, where "
        f"{MOST_LOAD:.2f} would do, so feedback will come late. {smaller}"
    )
