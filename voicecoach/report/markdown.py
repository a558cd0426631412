"""One attempt as Markdown, for notes: the same facts, nothing drawn."""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.attempt.document import Attempt
from voicecoach.attempt.judged import Finding
from voicecoach.report import facts
from voicecoach.report.facts import Fact
from voicecoach.report.wording import KINDS, PILLARS, VERDICTS, name, quoted
from voicecoach.timeline import clock


def markdown(attempt: Attempt) -> str:
    """The whole text, ending in a line feed."""
    return "\n".join(
        (
            *_header(attempt),
            *_findings(attempt, "strength", "Strengths"),
            *_findings(attempt, "gap", "To work on"),
            *_measures(attempt),
            *_pillars(attempt),
            *_unmeasured(attempt),
            *_follow_up(attempt),
            "## Transcript",
            "",
            _plain(attempt.transcript.text),
            "",
        )
    )


def _plain(text: str) -> str:
    """Text that Markdown leaves alone."""
    for sign in "\\`*_[]<>#|":
        text = text.replace(sign, f"\\{sign}")
    return text


def _header(attempt: Attempt) -> Iterator[str]:
    yield f"# {_plain(attempt.question.prompt)}"
    yield ""
    round_ = attempt.question.round.replace("_", " ")
    when = f"{attempt.created_at.astimezone():%d %b %Y %H:%M}"
    yield f"{round_}, {KINDS[attempt.kind]}, {when}, {attempt.id}"
    yield ""
    for problem in attempt.audio.problems if attempt.audio else ():
        yield f"**The sound.** {_plain(problem)}"
        yield ""
    if attempt.score.one_change is not None:
        yield f"> **One change.** {_plain(attempt.score.one_change)}"
        for memory in attempt.coaching.remembered:
            yield f">\n> {_plain(memory.text)}"
        yield ""
    if opening := facts.opening(attempt):
        yield _plain(opening)
        yield ""


def _findings(attempt: Attempt, kind: str, title: str) -> Iterator[str]:
    found = [f for f in attempt.score.findings if f.kind == kind]
    if not found:
        return
    yield f"## {title}"
    yield ""
    for finding in found:
        yield f"- {_plain(finding.advice)}{_quotes(finding)}"
    yield ""


def _quotes(finding: Finding) -> str:
    quotes = []
    for evidence in finding.evidence:
        when = "" if evidence.start_s is None else f" ({clock(evidence.start_s)})"
        quotes.append(f"  \n  {_plain(quoted(evidence.quote, longest=400))}{when}")
    return "".join(quotes)


def _measures(attempt: Attempt) -> Iterator[str]:
    yield "## Measures"
    yield ""
    yield "| measure | value |"
    yield "| --- | --- |"
    timing = attempt.measures.timing
    if timing is not None:
        verdict = VERDICTS[timing.verdict]
        yield f"| Length | {clock(timing.answer_s)}, {verdict} |"
    listed = (
        facts.first_word(attempt),
        facts.how_soon(attempt),
        facts.pace(attempt),
        facts.pauses(attempt),
        *(facts.fillers(attempt, family) for family in facts.ALL),
        facts.agency(attempt),
        facts.structure(attempt),
    )
    yield from (_row(fact) for fact in listed if fact is not None)
    yield ""


def _row(fact: Fact) -> str:
    comment = f"; {fact.comment}" if fact.comment else ""
    return f"| {fact.label} | {_plain(fact.value + comment)} |"


def _pillars(attempt: Attempt) -> Iterator[str]:
    yield "## Pillars"
    yield ""
    for key, points in attempt.score.pillars.model_dump().items():
        shown = "not judged" if points is None else f"{points} of 5"
        yield f"- {PILLARS[key]}: {shown}"
    yield ""


def _follow_up(attempt: Attempt) -> Iterator[str]:
    if attempt.follow_up is not None:
        yield "## Asked next"
        yield ""
        yield _plain(attempt.follow_up.prompt)
        yield ""


def _unmeasured(attempt: Attempt) -> Iterator[str]:
    rows = facts.unmeasured(attempt)
    if not rows:
        return
    yield "## Not judged"
    yield ""
    for what, reason in rows:
        yield f"- {name(what)}: {_plain(reason)}"
    yield ""
