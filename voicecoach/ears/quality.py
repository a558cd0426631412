"""How far a sound can be trusted: levels, clipping, dropped samples."""

from __future__ import annotations

import numpy as np

from voicecoach.audio import FLOOR_DBFS, Audio, Samples, clipped_share, level_dbfs
from voicecoach.timeline import SoundQuality, Span, gaps, merged

QUIET_DBFS = -50.0
CLIPPED_SHARE = 0.002
"""Two in a thousand samples: a few shouted vowels, audible as a rasp."""
NOISY_DB = 6.0
"""Voice less than this over the background is said to the user. Silero still tells
them apart there (docs/accuracy.md), so it spoils no measure."""
DEAFENING_CLIPPED_SHARE = 0.05
"""From here on edges between voice and silence cannot be believed."""


def quality(
    samples: Samples, voiced: tuple[Span, ...], overflows: int, *, doubtful: bool
) -> SoundQuality:
    """Levels of voice and of the rest, clipping, and what is wrong in plain words."""
    sound = Audio(samples)
    speech_db = _level_of(sound, voiced)
    noise_db = _level_of(sound, gaps(voiced, Span(0.0, sound.duration_s)))
    over_db = speech_db - noise_db if speech_db and noise_db else None
    clipped = clipped_share(samples)
    problems = (
        (not voiced, "No voice was heard in the recording."),
        (
            speech_db is not None and speech_db < QUIET_DBFS,
            f"The voice is very quiet ({speech_db or 0:.0f} dBFS).",
        ),
        (clipped > CLIPPED_SHARE, f"The recording is clipped ({clipped:.1%} of it)."),
        (
            over_db is not None and over_db < NOISY_DB,
            "The background is nearly as loud as the voice.",
        ),
        (overflows > 0, f"The microphone dropped sound {overflows} times."),
        (doubtful, "Some words could not be made out with confidence."),
    )
    return SoundQuality(
        speech_db,
        noise_db,
        clipped,
        overflows,
        tuple(text for wrong, text in problems if wrong),
        edges_doubtful=clipped > DEAFENING_CLIPPED_SHARE or overflows > 0,
    )


def _level_of(sound: Audio, spans: tuple[Span, ...]) -> float | None:
    """Median level of 32 ms frames, dBFS: a knock on the desk does not raise it."""
    frame = 512
    levels = [
        level_dbfs(part[start : start + frame])
        for span in merged(spans)
        for part in [sound.between(span.start_s, span.end_s).samples]
        for start in range(0, len(part) - frame + 1, frame)
    ]
    level = float(np.median(levels)) if levels else FLOOR_DBFS
    return level if level > FLOOR_DBFS else None
