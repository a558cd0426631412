"""The answer in time as an inline SVG: pace over the band, voice, fillers, minutes.

The drawing is 1000 units wide whatever the length of the recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from voicecoach.attempt.document import Attempt
from voicecoach.measures.bands import bands
from voicecoach.timeline import clock

WIDTH = 1000.0
PACE_HEIGHT = 60.0
VOICE_TOP, VOICE_HEIGHT = 72.0, 14.0
MARKS_Y = 98.0
HEIGHT = 124.0
SLOWEST_WPM, FASTEST_WPM = 60.0, 220.0
MARKED = ("filled_pause", "discourse_marker")


def timeline(attempt: Attempt) -> str:
    """The drawing; "" for a typed answer."""
    timing, audio = attempt.measures.timing, attempt.audio
    if timing is None or audio is None or not audio.duration_s:
        return ""
    parts = (
        *_pace(attempt, audio.duration_s),
        *_voice(attempt, audio.duration_s),
        *_marks(attempt, audio.duration_s),
        *_axis(audio.duration_s),
        f'<line class="head" x1="0" x2="0" y1="0" y2="{MARKS_Y + 8:g}"/>',
    )
    label = "Pace over time, voice and pauses, and where fillers are"
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{label}">\n'
        + "\n".join(parts)
        + "\n</svg>"
    )


def _x(at_s: float, duration_s: float) -> float:
    return round(at_s / duration_s * WIDTH, 2)


def _y(wpm: float) -> float:
    inside = min(max(wpm, SLOWEST_WPM), FASTEST_WPM)
    share = (inside - SLOWEST_WPM) / (FASTEST_WPM - SLOWEST_WPM)
    return round(PACE_HEIGHT * (1 - share), 2)


def _pace(attempt: Attempt, duration_s: float) -> Iterator[str]:
    timing = attempt.measures.timing
    if timing is None:
        return
    low, high = bands()["pace_wpm"].green
    top, bottom = _y(high), _y(low)
    yield (
        f'<rect class="band" x="0" y="{top:g}" width="{WIDTH:g}" '
        f'height="{bottom - top:g}"/>'
    )
    yield f'<text x="{WIDTH - 4:g}" y="{top - 4:g}" text-anchor="end">{high:g}</text>'
    below = bottom + 12
    yield f'<text x="{WIDTH - 4:g}" y="{below:g}" text-anchor="end">{low:g}</text>'
    points = (
        f"{_x(at_s, duration_s):g},{_y(window.wpm):g}"
        for window in timing.pace_over_time
        for at_s in (window.start_s, window.end_s)
    )
    yield f'<polyline class="pace" points="{" ".join(points)}"/>'


def _voice(attempt: Attempt, duration_s: float) -> Iterator[str]:
    """What the pauses leave between the first word and the last."""
    timing = attempt.measures.timing
    if timing is None or attempt.measures.pauses is None:
        return
    at_s, end_s = timing.first_word_s, timing.first_word_s + timing.answer_s
    edges = [(p.start_s, p.end_s) for p in attempt.measures.pauses or ()]
    for pause_start_s, pause_end_s in [*edges, (end_s, end_s)]:
        left, right = _x(at_s, duration_s), _x(max(at_s, pause_start_s), duration_s)
        yield (
            f'<rect class="voice" data-at="{at_s:g}" x="{left:g}" y="{VOICE_TOP:g}" '
            f'width="{max(0.0, right - left):g}" height="{VOICE_HEIGHT:g}" rx="3"/>'
        )
        at_s = pause_end_s


def _marks(attempt: Attempt, duration_s: float) -> Iterator[str]:
    for filler in attempt.measures.fillers:
        if filler.start_s is None or filler.family not in MARKED:
            continue
        sure = "" if filler.is_certain else " possible"
        hint = escape(f"{filler.text} {clock(filler.start_s)}{sure}")
        yield (
            f'<circle class="mark {filler.family}{sure}" data-at="{filler.start_s:g}" '
            f'cx="{_x(filler.start_s, duration_s):g}" cy="{MARKS_Y:g}" r="4.5">'
            f"<title>{hint}</title></circle>"
        )


def _axis(duration_s: float) -> Iterator[str]:
    step_s = next((s for s in (15, 30, 60, 120, 300) if duration_s / s <= 12), 600)
    for k in range(int(duration_s // step_s) + 1):
        x = _x(k * step_s, duration_s)
        yield f'<text x="{x:g}" y="{HEIGHT - 4:g}">{clock(k * step_s)}</text>'
