"""What is wrong with a sound, said in plain words, and which measures it spoils.

Each rule was set by what it protects: recordings with known truth were degraded in ten
ways (benchmarks/degrade.py), and a measure is withheld where its figures went bad, not
where the sound merely looks bad. docs/accuracy.md ("Bad sound") has the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from voicecoach.audio import Samples
from voicecoach.ears.spectrum import Signs, signs
from voicecoach.timeline import SoundQuality, Span, Word, is_filled_pause

Family = Literal["words", "timing", "pauses", "filled_pauses"]
ALL: tuple[Family, ...] = ("words", "timing", "pauses", "filled_pauses")

QUIET_DBFS = -33.0
"""Loud level under which a voice is called quiet; a mean of -40 dBFS gives -35. It
spoils nothing: at that level and 20 dB below it all figures stayed."""
FAINT_DBFS = -65.0
"""Softer than any room: the microphone is turned down, or another one."""
CLIPPED_SHARE = 0.002
"""Two in a thousand samples: a few shouted vowels, audible as a rasp."""
DEAFENING_CLIPPED_SHARE = 0.08
"""Pause F1 was .90 with 5 % of the samples clipped, .81 with 10 %, .68 with 20 %."""
NOISY_DB = 19.4
"""Contrast of about 10 dB of signal over noise. Words suffer, pauses do not."""
DROWNED_DB = 12.0
"""Contrast under which pause F1 was .14 to .44 and the first word 2 to 7 s off."""
UNREST_DB = 3.5
"""Silence this uneven, in noise, is other people: Silero hears voice in the pauses, and
their F1 was .0 to .17, and none of nine filled pauses was found. A steady hiss of the
same level stays under 2."""
CROWDED_SHARE = 0.95
"""A voice that never pauses in a noisy recording is more than one voice: the pauses are
filled. The fastest reader of ours has .89 in a quiet one."""
NOISY_CROWDED_SHARE = 0.91
"""The same in more noise, where too little silence may be left to hear its unrest."""
CROWDED_DB = 25.0
CROWDED_FROM_S = 8.0
"""In a shorter answer, one breath may do."""
ALIEN_SHARE = 0.15
"""Loud time that is no voice; .10 at most where pauses were right, .31 at least where
rumble or noise hid the voice from Silero (pause F1 under .45)."""
HELD_NOTES_SHARE = 0.4
"""Music behind a voice; voices alone reach .24, music alone begins at .9. It
spoils pauses only where it is nearly as loud, which the rules for noise tell."""
MUSIC_SHARE = 0.5
HUM_SHARE = 0.95
UNSURE_PROBABILITY = 0.4
UNSURE_SHARE = 0.12
"""Share of plain words less probable than that. Over it word error rates were .26 to
1.0, under it at most .22. The mean tells less: clean short clips reach down to .74."""
UNSURE_LEAST = 2
"""One odd name in a short answer is not enough."""
HIGH_CUT_DB = 45.0
LOW_CUT_DB = 30.0
"""A band of 300 to 3400 Hz with steep edges: Silero loses soft syllables, and pause F1
on two monologues fell to .38 and .62. A line that only fades out spoils nothing."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a sentence, and what cannot be believed for it."""

    text: str
    spoils: tuple[Family, ...] = ()


def quality(
    samples: Samples,
    voiced: tuple[Span, ...],
    overflows: int,
    *,
    doubtful: bool,
    words: Sequence[Word] = (),
) -> SoundQuality:
    """Find what is wrong with a sound.

    Args:
        samples: all of it, shape (n,), 16 kHz.
        voiced: where there is voice.
        overflows: how often the device dropped samples.
        doubtful: whether a decode was kept although it failed its guard.
        words: as transcribed, for their probabilities.
    """
    seen = signs(samples, voiced)
    if voiced:
        found = (*_background(seen), *_band(seen), *_words(words, doubtful=doubtful))
    else:
        found = (Problem(f"No voice was heard{_instead(seen)}", ALL),)
    problems = (*found, *_level(seen, has_voice=bool(voiced)), *_lost(overflows))
    spoiled: dict[str, str] = {}
    for problem in problems:
        for family in problem.spoils:
            spoiled.setdefault(family, problem.text)
    return SoundQuality(
        seen.speech_dbfs,
        seen.noise_dbfs,
        seen.clipped_share,
        overflows,
        tuple(problem.text for problem in problems),
        spoiled,
    )


def _instead(seen: Signs) -> str:
    """What was heard when no voice was: the end of the sentence, and what to do."""
    other = "choose another in the sound settings"
    if seen.is_still:
        return (
            ", the recording is digital silence: the microphone is muted, not allowed,"
            f" or the wrong one. Unmute it or {other}."
        )
    if seen.loud_dbfs < FAINT_DBFS:
        return (
            f", and hardly any sound ({seen.loud_dbfs:.0f} dBFS): the microphone is"
            f" turned down or the wrong one. Turn it up or {other}."
        )
    if seen.tonal_share >= MUSIC_SHARE and seen.low_share >= HUM_SHARE:
        return f", only a hum: it may be the wrong device. Check its plug or {other}."
    if seen.tonal_share >= MUSIC_SHARE:
        return (
            ", it sounds like music. Check that this is the right recording and the"
            " right device."
        )
    return ", only noise. Speak closer to the microphone, and check that it is the one."


def _background(seen: Signs) -> Iterator[Problem]:
    """Music; and of noise, other sounds and other voices the first that applies."""
    music = seen.tonal_share >= HELD_NOTES_SHARE
    if music:
        yield Problem("Music plays behind the voice. Turn it off and record again.")
    if seen.alien_share > ALIEN_SHARE:
        yield Problem(
            "Much of what is loud here is no voice that can be followed (rumble, noise"
            " or music). Record where it is quiet, or with another microphone.",
            ("timing", "pauses", "filled_pauses"),
        )
    elif seen.contrast_db < DROWNED_DB:
        yield Problem(
            "The background is nearly as loud as the voice. Record where it is quiet,"
            " or closer to the microphone.",
            ("timing", "pauses", "filled_pauses"),
        )
    elif _is_crowded(seen):
        yield Problem(
            "Other voices or sounds fill the pauses. Record where nobody else talks.",
            ("pauses", "filled_pauses"),
        )
    elif seen.contrast_db < NOISY_DB and not music:
        yield Problem(
            "There is much noise behind the voice, so some words may be wrong. Record"
            " where it is quiet, or closer to the microphone."
        )


def _is_crowded(seen: Signs) -> bool:
    noisy = seen.contrast_db < NOISY_DB
    if noisy and seen.unrest_db is not None and seen.unrest_db > UNREST_DB:
        return True
    if seen.voiced_s < CROWDED_FROM_S or seen.contrast_db > CROWDED_DB:
        return False
    limit = NOISY_CROWDED_SHARE if noisy else CROWDED_SHARE
    return seen.voiced_share > limit


def _band(seen: Signs) -> Iterator[Problem]:
    if seen.high_cut_db < HIGH_CUT_DB:
        return
    sentence = (
        "The sound is as narrow as a telephone's, so some words may be wrong. Record"
        " with the microphone of this machine."
    )
    yield Problem(sentence, ("pauses",) if seen.low_cut_db > LOW_CUT_DB else ())


def _words(words: Sequence[Word], *, doubtful: bool) -> Iterator[Problem]:
    plain = [w.probability or 0.0 for w in words if not is_filled_pause(w.text)]
    unsure = sum(probability < UNSURE_PROBABILITY for probability in plain)
    if unsure >= max(UNSURE_LEAST, UNSURE_SHARE * len(plain)):
        yield Problem(
            f"Many words could not be made out ({unsure} of {len(plain)} are guesses)."
            " Record where it is quiet, or closer to the microphone.",
            ("words", "timing", "filled_pauses"),
        )
    elif doubtful:
        yield Problem("Some words could not be made out with confidence.")


def _level(seen: Signs, *, has_voice: bool) -> Iterator[Problem]:
    if has_voice and seen.loud_dbfs < QUIET_DBFS:
        level = seen.loud_dbfs if seen.speech_dbfs is None else seen.speech_dbfs
        yield Problem(
            f"The voice is very quiet ({level:.0f} dBFS). Turn the microphone up, or"
            " speak closer to it."
        )
    if seen.clipped_share > CLIPPED_SHARE:
        deafening = seen.clipped_share > DEAFENING_CLIPPED_SHARE
        yield Problem(
            f"The recording is clipped ({seen.clipped_share:.1%} of it): the microphone"
            " is too loud. Turn it down, or speak further from it.",
            ("pauses", "filled_pauses") if deafening else (),
        )


def _lost(overflows: int) -> Iterator[Problem]:
    if overflows:
        times = "once" if overflows == 1 else f"{overflows} times"
        yield Problem(
            f"The microphone dropped sound {times}. Close programs that keep the"
            " machine busy.",
            ("pauses", "filled_pauses"),
        )
