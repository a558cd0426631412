"""One self-contained page: nothing is fetched, the recording is linked where it lies.

A click on a word, a time or a mark in the timeline plays from there. The page forbids
itself any connection, so it can be opened, printed and sent without a second thought;
only the recording stays behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from voicecoach.attempt.document import Attempt
from voicecoach.attempt.judged import Evidence, Finding
from voicecoach.attempt.measured import Verb
from voicecoach.report import facts
from voicecoach.report.facts import Fact
from voicecoach.report.timeline_svg import timeline
from voicecoach.report.wording import (
    KINDS,
    PILLARS,
    VERDICTS,
    between,
    name,
    percent,
    quoted,
    seconds,
)
from voicecoach.timeline import clock

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "media-src file: 'self'"
)


def page(attempt: Attempt, audio_url: str | None = None) -> str:
    """The whole page.

    Args:
        attempt: what to show.
        audio_url: of the recording, as the page should link it; None leaves it out.
    """
    prompt = escape(attempt.question.prompt)
    parts = (
        _header(attempt),
        _one_change(attempt),
        f'<audio controls preload="metadata" src="{escape(audio_url)}"></audio>'
        if audio_url
        else "",
        _findings(attempt, "strength", "Strengths"),
        _findings(attempt, "gap", "To work on"),
        _section("The answer in time", _timeline(attempt)),
        _section("Measures", _rows(_measures(attempt))),
        _section("Story", _story(attempt)),
        _section("Verbs that ask for more", _weak_verbs(attempt)),
        _section("Pillars", _pillars(attempt)),
        _section("Transcript", _transcript(attempt)),
        _section("Not judged", _unmeasured(attempt)),
        _section("Asked next", _follow_up(attempt)),
        _bands(),
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{prompt}</title>\n<style>\n{_resource('page.css')}</style>\n</head>\n"
        f"<body>\n{_joined(parts)}\n<script>\n{_resource('page.js')}</script>\n"
        "</body>\n</html>\n"
    )


def _resource(filename: str) -> str:
    return files("voicecoach.report").joinpath(filename).read_text("utf-8")


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n{content}\n</section>" if content else ""


def _at(start_s: float | None) -> str:
    """A time to click; nothing where there is none."""
    if start_s is None:
        return ""
    return f' <button class="at" data-at="{start_s:g}">{clock(start_s)}</button>'


def _header(attempt: Attempt) -> str:
    about = " · ".join(
        (
            attempt.question.round.replace("_", " "),
            KINDS[attempt.kind],
            f"{attempt.created_at.astimezone():%d %b %Y %H:%M}",
            attempt.id,
        )
    )
    problems = attempt.audio.problems if attempt.audio else ()
    lines = (f'<p class="problem">{escape(problem)}</p>' for problem in problems)
    title = f"<h1>{escape(attempt.question.prompt)}</h1>"
    return _joined((title, f'<p class="quiet">{escape(about)}</p>', *lines))


def _one_change(attempt: Attempt) -> str:
    change = attempt.score.one_change
    if change is None:
        reason = attempt.unmeasured.get("score.one_change", "too little was said")
        return (
            f'<p class="quiet">Nothing to change yet: {escape(reason.rstrip("."))}.</p>'
        )
    memories = "".join(
        f'<p class="quiet">{escape(memory.text)}</p>'
        for memory in attempt.coaching.remembered
    )
    said = f"<b>One change</b>{escape(change)}{memories}{_opening(attempt)}"
    return f'<div class="change">{said}</div>'


def _opening(attempt: Attempt) -> str:
    """The speaker's own sentences to begin with, each to be heard at a click."""
    said = " ".join(
        f"“{escape(one.clean)}”{_at(one.start_s)}" for one in attempt.coaching.opening
    )
    return (
        f'<p class="quiet">Try opening with your own words: {said}</p>' if said else ""
    )


def _findings(attempt: Attempt, kind: str, title: str) -> str:
    found = [f for f in attempt.score.findings if f.kind == kind]
    items = "\n".join(_finding(finding) for finding in found)
    return _section(title, f"<ul>\n{items}\n</ul>" if items else "")


def _finding(finding: Finding) -> str:
    quotes = "".join(_evidence(evidence) for evidence in finding.evidence)
    why = f": {finding.why}" if finding.why else ""
    points = f"{name(finding.criterion)}, {finding.points} of 5{why}"
    return (
        f'<li class="{finding.kind}">{escape(finding.advice)}{quotes}'
        f'<p class="quiet">{escape(points)}</p></li>'
    )


def _evidence(evidence: Evidence) -> str:
    quote = escape(quoted(evidence.quote, longest=400))
    return f"<blockquote>{quote}{_at(evidence.start_s)}</blockquote>"


def _timeline(attempt: Attempt) -> str:
    drawn = timeline(attempt)
    legend = (
        '<p class="quiet legend">Line: words a minute, over the green band. '
        "Bars: voice. "
        'Dots: <span class="word filled_pause">um, uh</span>'
        '<span class="word discourse_marker">so, like, you know</span>'
        "faint where only possible.</p>"
    )
    return f"{drawn}\n{legend}" if drawn else ""


def _measures(attempt: Attempt) -> Iterator[Fact]:
    timing = attempt.measures.timing
    if timing is not None:
        target = between(*(clock(limit) for limit in attempt.question.target_s))
        on_target = timing.verdict == "on_target"
        value = f"{clock(timing.answer_s)}, {VERDICTS[timing.verdict]} ({target})"
        yield Fact("Length", value, "green" if on_target else "amber")
    listed = (
        facts.first_word(attempt),
        facts.how_soon(attempt),
        facts.pace(attempt),
        facts.pauses(attempt),
        *(facts.fillers(attempt, family) for family in facts.ALL),
        facts.agency(attempt),
    )
    yield from (fact for fact in listed if fact is not None)


def _rows(measures: Iterable[Fact]) -> str:
    rows = []
    for fact in measures:
        comment = f'<br><span class="quiet">{escape(fact.comment)}</span>'
        rows.append(
            f'<tr><th>{escape(fact.label)}</th><td><span class="{fact.colour}">'
            f"{escape(fact.value)}</span>{comment if fact.comment else ''}</td></tr>"
        )
    return f"<table>\n{_joined(rows)}\n</table>"


def _story(attempt: Attempt) -> str:
    fact = facts.structure(attempt)
    if fact is None:
        return ""
    parts = "".join(
        f'<span class="{part.part}" style="flex:{part.share:g}" '
        f'title="{name(part.part)}, {percent(part.share)}"'
        + (f' data-at="{part.start_s:g}"' if part.start_s is not None else "")
        + f">{name(part.part)}</span>"
        for part in attempt.measures.structure
    )
    comment = f"; {fact.comment}" if fact.comment else ""
    words = f'<p class="quiet">{escape(fact.value + comment)}</p>'
    return f'<div class="story">{parts}</div>\n{words}'


def _weak_verbs(attempt: Attempt) -> str:
    rows = "\n".join(_verb(verb) for verb in facts.weak_verbs(attempt))
    head = "<thead><tr><th>said</th><th>ask yourself</th></tr></thead>"
    return f"<table>\n{head}\n{rows}\n</table>" if rows else ""


def _verb(verb: Verb) -> str:
    said = f'<span title="{escape(verb.sentence)}">{escape(verb.text)}</span>'
    return (
        f"<tr><td>{said}{_at(verb.start_s)}</td><td>{escape(verb.ask or '')}</td></tr>"
    )


def _pillars(attempt: Attempt) -> str:
    cells = []
    for key, points in attempt.score.pillars.model_dump().items():
        drawn = "○" * 5 if points is None else "●" * points + "○" * (5 - points)
        shown = "not judged" if points is None else f"{points} of 5"
        faint = " none" if points is None else ""
        dots = (
            f'<span class="dots{faint}" role="img" aria-label="{shown}">{drawn}</span>'
        )
        cells.append(f"<div>{dots}{PILLARS[key]}</div>")
    overall, own = attempt.score.overall, attempt.self_rating
    words = (
        "Not enough was said." if overall is None else f"{overall:.1f} of 5 overall."
    )
    words += "" if own is None else f" You gave it {own}."
    return f'<div class="pillars">{_joined(cells)}</div>\n<p class="quiet">{words}</p>'


def _transcript(attempt: Attempt) -> str:
    if not attempt.transcript.words:
        return ""
    kinds = word_kinds(attempt)
    pauses = {
        p.end_s: p.duration_s for p in attempt.measures.pauses or () if p.kind == "long"
    }
    due = sorted(pauses)
    parts: list[str] = []
    for index, word in enumerate(attempt.transcript.words):
        while due and word.start_s is not None and due[0] <= word.start_s + 0.1:
            shown = seconds(pauses[due.pop(0)])
            parts.append(f'<span class="gapmark">[{shown}]</span>')
        kind = f" {kinds[index]}" if index in kinds else ""
        jump = "" if word.start_s is None else f' data-at="{word.start_s:g}"'
        parts.append(f'<span class="word{kind}"{jump}>{escape(word.text)}</span>')
    legend = (
        '<p class="quiet legend"><span class="word filled_pause">um, uh</span>'
        '<span class="word discourse_marker">so, like, you know, hedges</span>'
        '<span class="word weak">coordination, passive</span>'
        '<span class="word own">ownership</span>'
        '<span class="word number">numbers</span>[1.2 s] a pause</p>'
    )
    return f'{legend}\n<p class="transcript">{" ".join(parts)}</p>'


def word_kinds(attempt: Attempt) -> dict[int, str]:
    """Index of a word -> its kind; a filler outdoes a verb, a verb a number."""
    measures = attempt.measures
    marks = (
        *((n.char_start, n.char_end, "number") for n in measures.numbers),
        *((v.char_start, v.char_end, "own") for v in facts.strong_verbs(attempt)),
        *((v.char_start, v.char_end, "weak") for v in facts.weak_verbs(attempt)),
        *(
            (f.char_start, f.char_end, f.family)
            for f in measures.fillers
            if f.is_certain
        ),
    )
    kinds: dict[int, str] = {}
    at = 0
    for index, word in enumerate(attempt.transcript.words):
        for start, end, kind in marks:
            if start is not None and end is not None and start <= at < end:
                kinds[index] = kind
        at += len(word.text) + 1
    return kinds


def _unmeasured(attempt: Attempt) -> str:
    return "".join(
        f'<p class="quiet">{escape(name(what))}: {escape(reason)}</p>'
        for what, reason in facts.unmeasured(attempt)
    )


def _follow_up(attempt: Attempt) -> str:
    asked = attempt.follow_up
    if asked is None:
        return ""
    why = f'<p class="quiet">{escape(asked.why)}</p>'
    return f"<p>{escape(asked.prompt)}</p>{why}"


def _bands() -> str:
    rows = "\n".join(
        f"<tr><th>{escape(norm.label)}</th><td>{escape(norm.fine)}<br>"
        f'<span class="quiet">{escape(norm.source)}</span></td></tr>'
        for norm in facts.norms()
    )
    title = "Where the bands come from: defaults, not standards"
    return (
        f"<details>\n<summary>{title}</summary>\n<table>\n{rows}\n</table>\n</details>"
    )
