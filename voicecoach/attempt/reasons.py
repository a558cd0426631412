"""Why something in the document is null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voicecoach.attempt.document import Attempt

TYPED = "typed, so there is no sound"
UNTIMED = "no time could be tied to these words"
UNJUDGED = "too little was said to judge it"
UNKNOWN = "nothing in the answer to measure it by"
REASONS = {
    "follow_up": "no gap was left to ask about",
    "measures.agency.coordinator_share": "no coordinator or ownership verb was said",
    "measures.timing.headline_s": "no decision or outcome was said",
    "measures.timing.first_number_s": "no number about impact or scale was said",
    "measures.timing.result_s": "no result was said",
    "measures.fillers.char_start": "heard in the sound, not printed as a word",
    "measures.fillers.char_end": "heard in the sound, not printed as a word",
    "measures.learning": "no learning was told",
    "measures.framework": "the question asks for a story",
    "measures.verbs.ask": "asked about weak verbs only",
    "score.overall": "no pillar could be scored",
    "score.one_change": "too little was said to choose one change",
    "coaching.about": "no gap was chosen to change",
    "audio.speech_dbfs": "no voice was heard",
    "audio.noise_dbfs": "no silence was heard",
    "audio.clipped_share": "the level of the sound was not measured",
}
"""Why a value is null when the stage that left it so gave no reason of its own."""

CHOSEN = ("session", "parent", "self_rating")
"""Null because nobody chose one; nothing failed to be measured."""


def null_paths(value: object, path: str = "") -> Iterator[str]:
    """Dotted paths of the nulls of a JSON value, positions in lists left out."""
    if value is None:
        yield path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from null_paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from null_paths(inner, path)


def reasons(made: Attempt, known: Mapping[str, str], *, spoken: bool) -> dict[str, str]:
    """The stages' own reasons, then one for every null that they left unexplained."""
    result = dict(known)
    for path in null_paths(made.model_dump()):
        if path not in result and path not in CHOSEN:
            result[path] = _reason(path, spoken=spoken)
    return dict(sorted(result.items()))


def _reason(path: str, *, spoken: bool) -> str:
    timed = path.endswith(("start_s", "end_s", "probability"))
    measured = path in ("measures.timing", "measures.pauses")
    if (timed or measured or path.startswith(("audio", "engine"))) and not spoken:
        return TYPED
    if path.startswith("score."):
        return REASONS.get(path, UNJUDGED)
    return REASONS.get(path, UNTIMED if timed else UNKNOWN)
