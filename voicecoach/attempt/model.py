"""What the models of the document are made of.

Times are seconds from the first sample of the recording, rounded to a millisecond here
and nowhere earlier.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

AttemptId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
]
"""Names a folder of recordings too, so nothing that could leave that folder."""


def _rounded(value: float) -> float:
    return round(value, 3)


Rounded = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_rounded)]
Amount = Annotated[Rounded, Field(ge=0)]
Share = Annotated[Rounded, Field(ge=0, le=1)]
Points = Annotated[int, Field(ge=1, le=5)]


class Model(BaseModel):
    """An object of the document: lenient about keys that a later program adds."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
    )


class Timed(Model):
    """Something with a place in the sound."""

    start_s: Amount | None
    """When it starts; null when it was typed."""
    end_s: Amount | None
    """When it ends; null when it was typed."""


class Quoted(Timed):
    """Something with a place in the words."""

    char_start: Annotated[int, Field(ge=0)] | None = None
    """Offset into transcript.text; null when only the sound shows it."""
    char_end: Annotated[int, Field(ge=0)] | None = None
    """One past the last character."""
