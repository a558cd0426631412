"""Bars, sparkline and timeline as coloured text that still reads without colour."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from voicecoach.attempt.document import Attempt
from voicecoach.attempt.measured import StructurePart, Timing
from voicecoach.measures.bands import bands
from voicecoach.timeline import clock

LEVELS = "▁▂▃▄▅▆▇█"
COLOURS = {"green": "green", "amber": "yellow", "red": "red"}
PART_CELLS = {
    "situation": ("░", "blue"),
    "task": ("▒", "cyan"),
    "action": ("█", "green"),
    "result": ("▓", "magenta"),
    "learning": ("▒", "yellow"),
}
MARKS = {"filled_pause": ("u", "bold magenta"), "discourse_marker": ("l", "bold blue")}


def length_bar(length_s: float, target_s: tuple[float, float], width: int) -> Text:
    """The answer's length; two posts mark the target.

    ::

        ━━━━━━━━━━━━━━━━━━━━━━┃━━━━━━╸     ┃
    """
    scale_s = max(target_s[1] * 1.2, length_s)
    posts = {min(width - 1, round(limit / scale_s * width)) for limit in target_s}
    filled = max(1, round(length_s / scale_s * width))
    inside = target_s[0] <= length_s <= target_s[1]
    style = "green" if inside else "yellow"
    bar = Text()
    for cell in range(width):
        if cell in posts:
            bar.append("┃", "bold")
        else:
            bar.append("━" if cell < filled else " ", style)
    return bar


def sparkline(timing: Timing, width: int) -> Text:
    """Pace over time: each window as wide as it is long, as high as it is fast.

    The scale runs from 60 to 220 words a minute, so that takes can be compared.
    """
    band, line = bands()["pace_wpm"], Text()
    windows = timing.pace_over_time
    if not windows:
        return line
    start_s, whole_s = windows[0].start_s, windows[-1].end_s - windows[0].start_s
    for window in windows:
        end = round((window.end_s - start_s) / whole_s * width) if whole_s else width
        level = round((window.wpm - 60) / (220 - 60) * (len(LEVELS) - 1))
        cell = LEVELS[min(max(level, 0), len(LEVELS) - 1)]
        line.append(cell * (end - len(line)), COLOURS[band.colour(window.wpm)])
    return line


def _cell(at_s: float, duration_s: float, width: int) -> int:
    return min(width - 1, int(at_s / duration_s * width)) if duration_s else 0


def voice_strip(attempt: Attempt, duration_s: float, width: int) -> Text:
    """Where there was voice; a pause of half a cell and more leaves it blank."""
    cell_s = duration_s / width
    silent = [0.0] * width
    spans = [(p.start_s, p.end_s) for p in attempt.measures.pauses or ()]
    if attempt.measures.timing:
        first_s = attempt.measures.timing.first_word_s
        last_s = first_s + attempt.measures.timing.answer_s
        spans += [(0.0, first_s), (last_s, duration_s)]
    for start_s, end_s in spans:
        for cell in range(_cell(start_s, duration_s, width), width):
            overlap_s = min(end_s, (cell + 1) * cell_s) - max(start_s, cell * cell_s)
            if overlap_s <= 0:
                break
            silent[cell] += overlap_s
    cells = ("━" if quiet < cell_s / 2 else " " for quiet in silent)
    return Text("".join(cells), "cyan")


def mark_strip(attempt: Attempt, duration_s: float, width: int) -> Text:
    """Where fillers are: u an um, l a "like", a dot for one that is only possible."""
    cells = [(" ", "")] * width
    for filler in attempt.measures.fillers:
        if filler.start_s is None or filler.family not in MARKS:
            continue
        mark = MARKS[filler.family] if filler.is_certain else ("·", "dim")
        cells[_cell(filler.start_s, duration_s, width)] = mark
    return Text.assemble(*cells)


def time_axis(duration_s: float, width: int) -> Text:
    """Minutes under a strip, as many as fit."""
    steps = (15, 30, 60, 120, 300, 600, 1800, 3600)
    step_s = next((s for s in steps if duration_s / s <= width / 9), steps[-1])
    cells = [" "] * width
    for k in range(int(duration_s // step_s) + 1):
        at, label = _cell(k * step_s, duration_s, width), clock(k * step_s)
        if at + len(label) <= width:
            cells[at : at + len(label)] = label
    return Text("".join(cells).rstrip(), "dim")


def structure_bar(parts: Sequence[StructurePart], width: int) -> Text:
    """STAR+L by share of the words; each part begins with its letter."""
    bar, at, whole = Text(), 0.0, sum(part.share for part in parts)
    for part in parts:
        at += part.share
        cells = round(at / whole * width) - len(bar) if whole else 0
        fill, style = PART_CELLS[part.part]
        if cells > 0:
            bar.append(part.part[0].upper(), f"bold {style}")
            bar.append(fill * (cells - 1), style)
    return bar


def dots(points: int | None) -> Text:
    """One to five: ``●●●○○``; a dash where it was not judged."""
    if points is None:
        return Text("  -  ", "dim")
    style = "red" if points <= 2 else "yellow" if points == 3 else "green"
    return Text.assemble(("●" * points, style), ("○" * (5 - points), "dim"))


def share_bar(strong: int, weak: int, width: int) -> Text:
    """Ownership against coordination, as parts of one bar."""
    whole = strong + weak
    owned = round(strong / whole * width) if whole else 0
    return Text.assemble(("█" * owned, "green"), ("░" * (width - owned), "yellow"))
