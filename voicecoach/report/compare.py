"""Two takes of one question side by side, and a session at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from voicecoach.attempt.document import Attempt
from voicecoach.measures.bands import bands
from voicecoach.measures.results import FillerFamily
from voicecoach.report import strips
from voicecoach.report.wording import KINDS, PILLARS, name, percent, quoted
from voicecoach.timeline import clock

WIDEST = 104


@dataclass(frozen=True)
class Change:
    """One measure in two takes.

    Args:
        label: of the measure.
        before: its value in the earlier take; None where it was not measured.
        after: its value in the later one.
        shown: how to write a value.
        better: whether the later value is better; None where neither is.
    """

    label: str
    before: float | None
    after: float | None
    shown: Callable[[float], str]
    better: bool | None

    @property
    def has_moved(self) -> bool:
        """Whether a reader would see two different values."""
        if self.before is None or self.after is None:
            return self.before is not self.after
        return self.shown(self.before) != self.shown(self.after)


@dataclass(frozen=True)
class _Measure:
    """How to read one measure off an attempt, and how to tell better from worse.

    Args:
        label: of the measure.
        value: reads it.
        shown: writes it.
        distance: from where it should be; smaller is better.
        notable: a smaller change is neither better nor worse.
    """

    label: str
    value: Callable[[Attempt], float | None]
    shown: Callable[[float], str]
    distance: Callable[[float], float]
    notable: float


def _whole(value: float) -> str:
    return f"{value:.0f}"


def _tenths(value: float) -> str:
    return f"{value:.1f}"


def _itself(value: float) -> float:
    return value


def _negative(value: float) -> float:
    return -value


def _outside(low: float, high: float) -> Callable[[float], float]:
    """How far a value lies outside a range; nothing inside it is better or worse."""
    return lambda value: max(low - value, value - high, 0.0)


def _pace(attempt: Attempt) -> float | None:
    timing = attempt.measures.timing
    return timing.pace_wpm if timing else None


def _length(attempt: Attempt) -> float | None:
    timing = attempt.measures.timing
    return timing.answer_s if timing else None


def _headline(attempt: Attempt) -> float | None:
    timing = attempt.measures.timing
    return timing.headline_s if timing else None


def _measures(attempt: Attempt) -> Iterator[_Measure]:
    """What two takes are compared by; the target is the question's."""
    pace_band = bands()["pace_wpm"].green
    target_s = attempt.question.target_s
    yield _Measure("Overall", _overall, _tenths, _negative, 0.1)
    for key, label in PILLARS.items():
        yield _Measure(label, _pillar(key), _whole, _negative, 1)
    yield _Measure("Length", _length, clock, _outside(*target_s), 3)
    yield _Measure("Headline", _headline, clock, _itself, 3)
    yield _Measure("Words a minute", _pace, _whole, _outside(*pace_band), 3)
    yield _Measure("Um, uh a minute", _rate("filled_pause"), _tenths, _itself, 0.5)
    yield _Measure(
        "So, like, you know a minute", _rate("discourse_marker"), _tenths, _itself, 0.5
    )
    yield _Measure("Coordinator verbs", _coordinator_share, percent, _itself, 0.05)


def _overall(attempt: Attempt) -> float | None:
    return attempt.score.overall


def _coordinator_share(attempt: Attempt) -> float | None:
    return attempt.measures.agency.coordinator_share


def _rate(family: FillerFamily) -> Callable[[Attempt], float | None]:
    return lambda attempt: attempt.fillers_per_minute(family)


def _pillar(key: str) -> Callable[[Attempt], float | None]:
    return lambda attempt: getattr(attempt.score.pillars, key)


def changes(before: Attempt, after: Attempt) -> tuple[Change, ...]:
    """Every measure that either take has, in a fixed order."""
    result = []
    for measure in _measures(after):
        old, new = measure.value(before), measure.value(after)
        if old is None and new is None:
            continue
        better = _is_better(measure, old, new)
        result.append(Change(measure.label, old, new, measure.shown, better))
    return tuple(result)


def _is_better(measure: _Measure, old: float | None, new: float | None) -> bool | None:
    if old is None or new is None:
        return None
    gain = measure.distance(old) - measure.distance(new)
    return None if abs(gain) < measure.notable else gain > 0


def closed_gaps(before: Attempt, after: Attempt) -> tuple[str, ...]:
    """Criteria that were a gap in the earlier take and are none in the later."""
    return _gained(_criteria(before, "gap"), _criteria(after, "gap"))


def new_gaps(before: Attempt, after: Attempt) -> tuple[str, ...]:
    """Criteria that are a gap only in the later take."""
    return _gained(_criteria(after, "gap"), _criteria(before, "gap"))


def _criteria(attempt: Attempt, kind: str) -> tuple[str, ...]:
    return tuple(f.criterion for f in attempt.score.findings if f.kind == kind)


def _gained(having: Sequence[str], lacking: Sequence[str]) -> tuple[str, ...]:
    return tuple(criterion for criterion in having if criterion not in lacking)


def compare(before: Attempt, after: Attempt, console: Console) -> None:
    """Print what changed from one take to the next; what stayed stays quiet."""
    table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left")
    table.title = Text("What changed", "bold")
    for heading, justify in (("", "left"), ("before", "right"), ("now", "right")):
        table.add_column(heading, justify=justify, header_style="dim")  # type: ignore[arg-type]
    table.add_column()
    listed = changes(before, after)
    for change in listed:
        if change.has_moved:
            table.add_row(*_cells(change))
    same = [change.label.lower() for change in listed if not change.has_moved]
    parts: list[RenderableType] = [table] if table.row_count else []
    parts += _gaps(before, after)
    if same:
        parts.append(Text(f"Unchanged: {', '.join(same)}", "dim"))
    for part in parts:
        console.print(Padding(part, (0, 1)), width=min(console.width, WIDEST))


def _cells(change: Change) -> tuple[Text, ...]:
    shown = [
        "-" if value is None else change.shown(value)
        for value in (change.before, change.after)
    ]
    mark, style = {
        True: ("better", "green"),
        False: ("worse", "yellow"),
        None: ("", ""),
    }[change.better]
    return (
        Text(change.label),
        Text(shown[0], "dim"),
        Text(shown[1]),
        Text(mark, style),
    )


def _gaps(before: Attempt, after: Attempt) -> list[RenderableType]:
    closed = ", ".join(name(c).lower() for c in closed_gaps(before, after))
    opened = ", ".join(name(c).lower() for c in new_gaps(before, after))
    lines: list[RenderableType] = []
    if closed:
        lines.append(Text.assemble(("✓ No longer missing: ", "green"), closed))
    if opened:
        lines.append(Text.assemble(("▸ Missing now: ", "yellow"), opened))
    return lines


def summary(attempts: Sequence[Attempt], console: Console) -> None:
    """Print a session: a line an answer, what kept missing, what went well."""
    width = min(console.width, WIDEST)
    console.print(Padding(_answers(attempts), (0, 1)), width=width)
    for line in _across(attempts):
        console.print(Padding(line, (0, 1)), width=width)


def _answers(attempts: Sequence[Attempt]) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left", expand=True)
    table.title = Text("This session", "bold")
    table.add_column("answer", header_style="dim", no_wrap=True, ratio=1)
    for heading, width in (("length", 6), ("overall", 7), ("yours", 5), ("id", 8)):
        table.add_column(heading, header_style="dim", min_width=width, no_wrap=True)
    for attempt in attempts:
        table.add_row(*_answer(attempt))
    return table


def _answer(attempt: Attempt) -> tuple[Text, ...]:
    kind = "" if attempt.kind == "answer" else f"{KINDS[attempt.kind]}: "
    title = Text(kind, "dim").append(attempt.question.prompt, "default")
    title.truncate(200, overflow="ellipsis")
    timing, overall = attempt.measures.timing, attempt.score.overall
    length = Text(clock(timing.answer_s) if timing else "-")
    points = strips.dots(None if overall is None else round(overall))
    own = "-" if attempt.self_rating is None else str(attempt.self_rating)
    return title, length, points, Text(own, "dim"), Text(attempt.id, "dim")


def _across(attempts: Sequence[Attempt]) -> Iterator[Text]:
    """The gap that came up most, and the best moment by its points."""
    gaps: dict[str, int] = {}
    for attempt in attempts:
        for criterion in dict.fromkeys(_criteria(attempt, "gap")):
            gaps[criterion] = gaps.get(criterion, 0) + 1
    repeated = {c: times for c, times in gaps.items() if times > 1}
    if repeated:
        worst = max(repeated, key=lambda criterion: repeated[criterion])
        times = f" in {repeated[worst]} of {len(attempts)} answers"
        yield Text.assemble(("▸ Keeps missing: ", "yellow"), name(worst).lower(), times)
    best = _best_moment(attempts)
    if best:
        yield Text.assemble(("✓ Best moment: ", "green"), best)


def _best_moment(attempts: Sequence[Attempt]) -> str:
    """The quote behind the strongest finding of the session; "" without any."""
    quotes = [
        (finding.points, finding.evidence[0])
        for attempt in attempts
        for finding in attempt.score.findings
        if finding.kind == "strength" and finding.evidence
    ]
    if not quotes:
        return ""
    _, best = max(quotes, key=lambda pair: pair[0])
    when = "" if best.start_s is None else f" at {clock(best.start_s)}"
    return f"{quoted(best.quote)}{when}"
