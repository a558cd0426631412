"""Times, names and short quotes: the same words in every report."""

from __future__ import annotations

PILLARS = {
    "program_execution": "Program execution",
    "technical_depth": "Technical depth",
    "stakeholder_leadership": "Stakeholder leadership",
    "communication": "Communication",
    "culture_values": "Culture and values",
}
FAMILIES = {
    "filled_pause": "Um, uh",
    "discourse_marker": "So, like, you know",
    "hedge": "Hedges",
}
SOURCES = {
    "substance": "The way it is told, sentence by sentence",
    "generalities": "Words that any program could say of itself",
    "to_another": "Another question was answered",
    "faults": "Sentences that speak against you",
    "jargon_list": "Terms listed",
    "no_failure": "Never failed",
    "passing_off": "The technology handed over",
    "avoidance": "The conflict avoided",
    "half_hearted": "A commitment undermined",
    "forced": "Others overruled instead of won",
}
"""What adds to a pillar or takes off, beside the criteria."""
VERDICTS = {"short": "short", "on_target": "on target", "long": "long"}
KINDS = {
    "answer": "answer",
    "follow_up": "answer to a follow-up",
    "retry": "another take",
    "review": "recording",
    "typed": "typed answer",
}
UNMEASURED = {
    "audio": "sound",
    "measures.timing": "timing",
    "measures.pauses": "pauses",
    "measures.fillers.filled_pause": "um and uh",
    "measures.fillers.discourse_marker": "so, like and you know",
    "measures.verbs": "verbs",
    "score.overall": "overall",
    "score.one_change": "one change",
    **{f"score.pillars.{key}": name.lower() for key, name in PILLARS.items()},
}
"""Paths whose reason a person wants to see; the rest is for programs."""


def seconds(value: float) -> str:
    """A short stretch: ``1.34`` -> ``"1.3 s"``."""
    return f"{value:.1f} s"


def percent(share: float) -> str:
    """A share of one: ``0.428`` -> ``"43 %"``."""
    return f"{share * 100:.0f} %"


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: ``count(1, "pause")`` -> ``"1 pause"``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def between(low: str, high: str) -> str:
    """A range as print has it: ``between("0:55", "1:40")`` -> ``"0:55–1:40"``."""  # noqa: RUF002 - the dash of ranges
    return f"{low}\N{EN DASH}{high}"


def name(identifier: str) -> str:
    """An identifier as words: ``"tradeoff_stated"`` -> ``"Tradeoff stated"``."""
    return identifier.replace("_", " ").capitalize()


def quoted(text: str, longest: int = 70) -> str:
    """Words in quotation marks, cut at a word where they are too long."""
    text = " ".join(text.split()).rstrip(",;:")
    if len(text) > longest:
        text = text[:longest].rsplit(" ", 1)[0] + " …"
    return f"“{text}”"
