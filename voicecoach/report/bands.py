"""Bands of the measures, read from bands.toml: green stays quiet."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Colour = Literal["green", "amber", "red"]


@dataclass(frozen=True)
class Band:
    """One measure's default band and the advice that it comes from.

    Args:
        label: how a person calls the measure.
        unit: of the limits.
        green: least and most that need no word.
        amber: least and most that are mentioned; outside is red.
        source: who says so.
    """

    label: str
    unit: str
    green: tuple[float, float]
    amber: tuple[float, float]
    source: str

    def colour(self, value: float) -> Colour:
        """Where a value lies; the limits belong to the better side."""
        if self.green[0] <= value <= self.green[1]:
            return "green"
        return "amber" if self.amber[0] <= value <= self.amber[1] else "red"


@cache
def bands() -> Mapping[str, Band]:
    """Every band by its key in the file."""
    text = files("voicecoach.report").joinpath("bands.toml").read_text("utf-8")
    return {key: _band(raw) for key, raw in tomllib.loads(text).items()}


def _band(raw: Mapping[str, object]) -> Band:
    def limits(key: str) -> tuple[float, float]:
        pair = raw[key]
        if not (isinstance(pair, list) and len(pair) == 2 and pair[0] <= pair[1]):
            msg = f"{key} wants [least, most], not {pair!r}"
            raise ValueError(msg)
        return float(pair[0]), float(pair[1])

    label, unit, source = (str(raw[key]) for key in ("label", "unit", "source"))
    return Band(label, unit, limits("green"), limits("amber"), source)
