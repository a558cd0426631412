"""How long, how soon, how fast: all from the sound, words only counted.

    |--first_word_s--|----------------- answer_s -----------------|
                     ██████████    ▒▒▒  ████ ███      ████████████
    speaking_s       ██████████    ███  ████████      ████████████
    pauses                     |··|   |·|       |····|

``speaking_s`` plus the pauses is ``answer_s``; voice and filled pauses overlap freely.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from voicecoach.measures.bands import settings
from voicecoach.measures.pauses import SURE, heard_times, silences, sound
from voicecoach.measures.results import PaceWindow, Timing, Verdict
from voicecoach.timeline import Answer, Span, covered_s


def too_short_to_time(answer: Answer) -> str | None:
    """Why an answer has no timing, in plain words; None when it has."""
    if not answer.is_spoken:
        return "typed, so there is no sound"
    if not sound(answer):
        return "no voice was heard"
    least = settings()["pace"]["least_words"]
    if len(answer.plain_words) < least:
        return f"fewer than {least} words were said, too few for a pace"
    return None


def timing(answer: Answer, target_s: tuple[float, float]) -> Timing:
    """Time an answer that `too_short_to_time` does not object to.

    Args:
        answer: spoken, with voice in it.
        target_s: the question's (least, most) seconds.

    Raises:
        ValueError: when it cannot be timed; the message is the reason.
    """
    if reason := too_short_to_time(answer):
        raise ValueError(reason)
    heard = sound(answer)
    whole = Span(heard[0].start_s, heard[-1].end_s)
    count = len(answer.plain_words)
    speaking_s = whole.duration_s - sum(gap.duration_s for gap in silences(answer))
    return Timing(
        answer_s=whole.duration_s,
        first_word_s=whole.start_s,
        speaking_s=speaking_s,
        word_count=count,
        pace_wpm=_per_minute(count, whole.duration_s),
        articulation_wpm=_per_minute(count, speaking_s - _filled_s(answer, whole)),
        verdict=length_verdict(whole.duration_s, target_s),
        target_s=target_s,
        pace_over_time=pace_over_time(answer, whole, settings()["pace"]["window_s"]),
    )


def length_verdict(answer_s: float, target_s: tuple[float, float]) -> Verdict:
    """Against the target, both ends of which are on target."""
    if answer_s < target_s[0]:
        return "short"
    return "long" if answer_s > target_s[1] else "on_target"


def pace_over_time(
    answer: Answer, whole: Span, window_s: float
) -> tuple[PaceWindow, ...]:
    """Consecutive windows that cover ``whole``; every plain word is in exactly one.

    A last piece shorter than half a window joins the one before it, where a few words
    would otherwise make a wild rate.
    """
    windows = _windows(whole, window_s)
    counts = [0] * len(windows)
    for _, at_s in heard_times(answer):
        counts[_window_at(windows, at_s)] += 1
    return tuple(
        PaceWindow(window, _per_minute(count, window.duration_s))
        for window, count in zip(windows, counts, strict=True)
    )


def sound_from_s(answer: Answer, at_s: float) -> float:
    """The first sound at or after ``at_s``: no word begins in silence."""
    later = (span for span in sound(answer) if span.end_s > at_s)
    return max(at_s, next((span.start_s for span in later), at_s))


def _windows(whole: Span, window_s: float) -> Sequence[Span]:
    full = max(1, int((whole.duration_s + window_s / 2) // window_s))
    edges = [whole.start_s + k * window_s for k in range(full)] + [whole.end_s]
    return [Span(a, b) for a, b in pairwise(edges)]


def _window_at(windows: Sequence[Span], at_s: float) -> int:
    """Index of the window around a time; times outside belong to the nearest."""
    return next((k for k, w in enumerate(windows) if at_s < w.end_s), len(windows) - 1)


def _filled_s(answer: Answer, whole: Span) -> float:
    sure = [p.span for p in answer.filled_pauses if p.confidence >= SURE]
    return covered_s(sure, whole)


def _per_minute(count: int, seconds: float) -> float:
    """A rate; an answer that is all filled pause has no time to articulate in."""
    return count * 60 / seconds if seconds > 0 else 0.0
