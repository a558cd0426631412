"""Every setting: its name, its default, what it may be, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

NOTHING = ("", "none", "null", "auto")
"""How a file or variable says None, where a setting may be None; TOML has no null."""


AUTO = "auto"
"""Leaves the choice to the program, where that is not the same as None."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _none_by_name(cls, values: dict[str, Any]) -> dict[str, Any]:
        optional = {name for name, f in cls.model_fields.items() if f.default is None}
        return {
            key: None
            if key in optional and isinstance(value, str) and value.lower() in NOTHING
            else value
            for key, value in values.items()
        }


class Interview(_Section):
    """How an interview goes.

    Five to ten seconds of thinking must cut nobody off. So a countdown begins after
    7 s of silence and runs out after 12; any voice cancels it.
    """

    questions: Annotated[int, Field(ge=1, le=20)] = 1
    silence_warn_s: Annotated[float, Field(ge=1, le=60)] = 7.0
    silence_stop_s: Annotated[float, Field(ge=0, le=120)] = 12.0
    """After the last voice; 0 never ends an answer by itself."""
    hands_free: bool = True
    hard_cap_s: Annotated[float, Field(ge=30, le=3600)] = 480.0
    target_s: tuple[float, float] | None = None
    """(least, most) seconds of an answer; None takes the question's own."""
    follow_up: bool = True
    self_rating: bool = True
    seed: int | None = None
    """The same seed and history choose the same questions."""
    avoid_recent: Annotated[int, Field(ge=0, le=1000)] = 10

    @field_validator("silence_stop_s")
    @classmethod
    def _later_than_the_warning(cls, stop_s: float, info: ValidationInfo) -> float:
        warn_s = info.data.get("silence_warn_s", 0.0)
        if 0 < stop_s <= warn_s:
            msg = f"it must be more than silence_warn_s ({warn_s:g}), or 0 for never"
            raise ValueError(msg)
        return stop_s

    @field_validator("target_s", mode="before")
    @classmethod
    def _from_words(cls, value: object) -> object:
        """``"180,240"`` of a variable, as a pair."""
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("target_s")
    @classmethod
    def _ordered(cls, pair: tuple[float, float] | None) -> tuple[float, float] | None:
        if pair and not 0 < pair[0] < pair[1]:
            msg = "it must be two numbers of seconds, the smaller first, as 180,240"
            raise ValueError(msg)
        return pair


class Sound(_Section):
    """Devices by name or part of it; None takes the system's default."""

    microphone: str | None = None
    speaker: str | None = None


class Voice(_Section):
    """The interviewer's voice."""

    engine: Literal["pyttsx3", "piper", "none"] = "pyttsx3"
    name: str | None = None
    rate_wpm: Annotated[int, Field(ge=80, le=400)] = 165


class Transcription(_Section):
    """The model that turns speech into words."""

    name: str = AUTO
    """Auto takes the largest installed one that keeps up with a person who speaks."""
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    """0 lets CTranslate2 choose."""
    compute_type: Literal[
        "int8", "int8_float32", "int8_float16", "float16", "float32"
    ] = "int8"

    @field_validator("name")
    @classmethod
    def _auto_by_name(cls, name: str) -> str:
        return AUTO if name.lower() in NOTHING else name


class Folders(_Section):
    """Where things are kept; None takes the place usual on the system."""

    data: str | None = None
    models: str | None = None
    questions: str | None = None
    """The user's own questions, beside ours."""


class Report(_Section):
    """How results look."""

    color: Literal["auto", "always", "never"] = "auto"


class Settings(BaseModel):
    """All settings, checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    interview: Interview = Interview()
    sound: Sound = Sound()
    voice: Voice = Voice()
    model: Transcription = Transcription()
    folders: Folders = Folders()
    report: Report = Report()

    def items(self) -> Iterator[tuple[str, object]]:
        """``("interview.questions", 1)`` and so on, in the order above."""
        for section in type(self).model_fields:
            for key, value in getattr(self, section):
                yield f"{section}.{key}", value


KEYS = tuple(key for key, _ in Settings().items())
"""Every setting by its dotted name."""
