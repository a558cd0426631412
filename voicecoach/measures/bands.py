"""Norms of delivery: thresholds and green, amber, red bands, each with its source.

The numbers are settings in data/bands.toml, not standards, and this is the only place
that has them: rubric and reports ask here. A measure without a band is shown without a
colour.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

Colour = Literal["green", "amber", "red"]
Range = tuple[float, float]


@dataclass(frozen=True)
class Band:
    """Where a measure is fine, worth a look, or worth a change.

    Args:
        measure: name, unit included ("pace_wpm").
        label: what a person calls it.
        unit: for showing.
        green: least and most of what is fine, both included.
        amber: the wider range that is worth a look; outside it is red.
        source: one sentence that says where the numbers come from.
        strong: the part of green that deserves praise; None where nobody says.
    """

    measure: str
    label: str
    unit: str
    green: Range
    amber: Range
    source: str
    strong: Range | None = None

    def __post_init__(self) -> None:
        low, high = self.amber
        if not low <= self.green[0] <= self.green[1] <= high:
            msg = f"{self.measure}: green {self.green} is not inside {self.amber}"
            raise ValueError(msg)

    def colour(self, value: float) -> Colour:
        """The colour of a value; the edges belong to the better side."""
        if _inside(value, self.green):
            return "green"
        return "amber" if _inside(value, self.amber) else "red"

    def is_strong(self, value: float) -> bool:
        """Whether the value deserves praise, not just silence."""
        return self.strong is not None and _inside(value, self.strong)


@dataclass(frozen=True)
class PauseLimits:
    """Thresholds for pauses, seconds; meaning and source in data/bands.toml."""

    minimum_s: float
    brief_below_s: float
    long_above_s: float
    listed_above_s: float
    hesitation_mid_clause_s: float
    hesitation_anywhere_s: float
    source: str


@dataclass(frozen=True)
class ClusterLimits:
    """When fillers crowd: ``least`` of them begun ``within_s`` of the first."""

    least: int
    within_s: float
    source: str


def bands() -> Mapping[str, Band]:
    """Every band by the name of its measure."""
    return _bands()


def verdict(measure: str, value: float) -> tuple[Colour, str]:
    """The colour of a value and the sentence that justifies it.

    Raises:
        KeyError: when no band is known for that measure.
    """
    band = _bands()[measure]
    return band.colour(value), band.source


@cache
def pause_limits() -> PauseLimits:
    """The thresholds that make a silence a pause, long, or a hesitation."""
    return PauseLimits(**settings()["pauses"])


@cache
def cluster_limits() -> ClusterLimits:
    """How many fillers in how many seconds are worth a word."""
    return ClusterLimits(**settings()["clusters"])


@cache
def settings() -> Mapping[str, Any]:
    """data/bands.toml as it stands."""
    text = files(__package__).joinpath("data/bands.toml").read_text("utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def _bands() -> Mapping[str, Band]:
    rows = [_band(row) for row in settings()["band"]]
    return MappingProxyType({band.measure: band for band in rows})


def _band(row: Mapping[str, Any]) -> Band:
    """One table of the file, its lists made the pairs that `Band` holds."""
    fields: dict[str, Any] = dict(row)
    ranges = {k: tuple(v) for k, v in row.items() if isinstance(v, list)}
    return Band(**(fields | ranges))


def _inside(value: float, limits: Range) -> bool:
    return limits[0] <= value <= limits[1]
