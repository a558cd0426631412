"""One screen for one attempt: one change first, strengths before gaps, green is quiet.

Everything is drawn so that it reads without colour too, from 60 columns up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from rich.box import ROUNDED
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from voicecoach.attempt.document import Attempt
from voicecoach.attempt.judged import Evidence, Finding
from voicecoach.attempt.measured import Verb
from voicecoach.measures.results import FillerFamily
from voicecoach.report import facts, strips
from voicecoach.report.explain import explained
from voicecoach.report.facts import Fact
from voicecoach.report.wording import (
    FAMILIES,
    KINDS,
    PILLARS,
    VERDICTS,
    between,
    name,
    quoted,
)
from voicecoach.timeline import clock

WIDEST = 104
"""Lines longer than this are hard to read, however wide the terminal."""
LABEL_WIDTH = 11
BAR_WIDTH = 24
TWO_COLUMNS_FROM = 76
MOST_VERBS = 2
LONGEST_QUOTE = 2.7
"""Lines of a quote: what it is quoted for seldom stands in its first words."""


def render(
    attempt: Attempt,
    console: Console,
    *,
    explain: bool = False,
    kept: bool = True,
    command: str = "voicecoach",
) -> None:
    """Print one attempt.

    Args:
        attempt: what to show.
        console: where; its width and colours are respected.
        explain: every measure, its band and source, and the way to each point.
        kept: whether the history has it, so that its commands can be named.
        command: how the user runs this program.
    """
    width = min(console.width, WIDEST)
    quote_width = width - LABEL_WIDTH - len("  ✓ “”  59:59  ")
    sections = [
        *_header(attempt),
        _one_change(attempt, width),
        *_findings(STRENGTHS, facts.strengths(attempt), quote_width, explain=explain),
        *_findings(GAPS, _gaps(attempt, explain=explain), quote_width, explain=explain),
        Text(),
        _grid(_measures(attempt, width - LABEL_WIDTH - 3)),
        _pillars(attempt, columns=2 if width >= TWO_COLUMNS_FROM else 1),
        _grid(_rest(attempt)),
        *([explained(attempt)] if explain else []),
        *([_footer(attempt, command)] if kept else []),
    ]
    console.print(Padding(Group(*sections), (0, 1)), width=width)


def _header(attempt: Attempt) -> Iterator[RenderableType]:
    yield Text(attempt.question.prompt, "bold")
    about = [
        attempt.question.round.replace("_", " "),
        KINDS[attempt.kind],
        f"{attempt.created_at.astimezone():%d %b %Y %H:%M}",
    ]
    if attempt.interrupted:
        about.append("cut off, finished later")
    yield Text(" · ".join(about), "dim")
    for problem in attempt.audio.problems if attempt.audio else ():
        yield Text(f"! {problem}", "yellow")


def _one_change(attempt: Attempt, width: int) -> RenderableType:
    change = attempt.score.one_change
    if change is None:
        why = attempt.unmeasured.get("score.one_change", "too little was said")
        return Text(f"Nothing to change yet: {why.rstrip('.')}.", "dim")
    text = Text(change, "bold")
    for memory in attempt.coaching.remembered:
        text.append(f"\n{memory.text}", "not bold")
    if opening := facts.opening(attempt):
        text.append(f"\n{opening}", "not bold")
    return Panel(
        text,
        title="One change",
        title_align="left",
        border_style="cyan",
        box=ROUNDED,
        width=width - 2,
    )


@dataclass(frozen=True)
class _Block:
    """Findings of one kind: how many lead the screen, and how they are marked."""

    title: str
    mark: str
    style: str
    most: int
    counts: bool


STRENGTHS = _Block("Strengths", "✓", "green", 3, counts=False)
GAPS = _Block("To work on", "▸", "yellow", 2, counts=True)


def _gaps(attempt: Attempt, *, explain: bool) -> Sequence[Finding]:
    """What the one change does not say already; all of them in the long form."""
    if explain:
        return [f for f in attempt.score.findings if f.kind == "gap"]
    return facts.gaps(attempt)


def _findings(
    block: _Block, found: Sequence[Finding], quote_width: int, *, explain: bool
) -> Iterator[RenderableType]:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=LABEL_WIDTH, style=f"bold {block.style}")
    table.add_column(width=1, style=block.style)
    table.add_column()
    shown = found if explain else found[: block.most]
    for number, finding in enumerate(shown):
        text = _finding(finding, quote_width, explain=explain)
        if number == len(shown) - 1 and len(found) > len(shown) and block.counts:
            text.append(f"  +{len(found) - len(shown)} more", "dim not italic")
        table.add_row(block.title if number == 0 else "", block.mark, text)
    if found:
        yield table


def _finding(finding: Finding, quote_width: int, *, explain: bool) -> Text:
    text = Text(finding.advice)
    left = quote_width - len(finding.advice) - len("  … ")
    for evidence in finding.evidence if explain else finding.evidence[:1]:
        beside = len(evidence.quote) <= left and not explain
        text.append("  " if beside else "\n")
        text.append_text(_evidence(evidence, round(LONGEST_QUOTE * quote_width)))
    if explain:
        points = f"{name(finding.criterion)}, {finding.points} of 5"
        text.append(f"\n{points}{': ' + finding.why if finding.why else ''}", "dim")
    return text


def _evidence(evidence: Evidence, quote_width: int) -> Text:
    when = "" if evidence.start_s is None else f"  {clock(evidence.start_s)}"
    return Text.assemble(
        (quoted(evidence.quote, quote_width), "italic"), (when, "cyan")
    )


Row = tuple[str, Text]


def _grid(rows: Iterator[Row]) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=LABEL_WIDTH, style="bold")
    table.add_column()
    for label, text in rows:
        table.add_row(label, text)
    return table


def _measures(attempt: Attempt, width: int) -> Iterator[Row]:
    return chain(
        _length(attempt),
        _pace(attempt),
        _voice(attempt, width),
        _fillers(attempt, width),
        _verbs(attempt),
        _story(attempt, width),
    )


def _value(fact: Fact) -> Text:
    """A figure, coloured, with its comment; nothing more while it is green."""
    style = "" if fact.colour == "green" else strips.COLOURS[fact.colour]
    text = Text.assemble((fact.value, style))
    if fact.comment:
        text.append(f"; {fact.comment}")
    return text


def _length(attempt: Attempt) -> Iterator[Row]:
    timing, target_s = attempt.measures.timing, attempt.question.target_s
    if timing is None:
        return
    target = between(clock(target_s[0]), clock(target_s[1]))
    text = f"{clock(timing.answer_s)}, {VERDICTS[timing.verdict]} ({target})"
    style = "" if timing.verdict == "on_target" else "yellow"
    bar = strips.length_bar(timing.answer_s, target_s, BAR_WIDTH)
    yield "Length", Text.assemble(bar, "  ", (text, style))
    start, soon = facts.first_word(attempt), facts.how_soon(attempt)
    late = (
        [Text(f"first word after {start.value}", strips.COLOURS[start.colour])]
        if (start and start.colour != "green")
        else []
    )
    said = [*late, *([_value(soon)] if soon else [])]
    if said:
        yield "How soon", Text(", ").join(said)


def _pace(attempt: Attempt) -> Iterator[Row]:
    fact, timing = facts.pace(attempt), attempt.measures.timing
    if fact and timing:
        line = strips.sparkline(timing, BAR_WIDTH)
        yield "Pace", Text.assemble(line, "  ", _value(fact))


def _voice(attempt: Attempt, width: int) -> Iterator[Row]:
    fact = facts.pauses(attempt)
    if fact is None or attempt.audio is None:
        return
    duration_s = attempt.audio.duration_s
    yield "Pauses", strips.voice_strip(attempt, duration_s, width)
    marks = strips.mark_strip(attempt, duration_s, width)
    if marks.plain.strip():
        yield "", marks
    yield "", strips.time_axis(duration_s, width)
    yield "", _value(fact)


def _fillers(attempt: Attempt, width: int) -> Iterator[Row]:
    """Each family led by the letter that marks it in the strip, never added up."""
    lines = [_family(attempt, family) for family in facts.RATED]
    hedges = facts.fillers(attempt, "hedge")
    if hedges.value != "none":
        lines.append(Text.assemble("hedges: ", _value(hedges)))
    together = Text(" · ").join(lines)
    fits = together.cell_len <= width
    for number, line in enumerate([together] if fits else lines):
        yield ("Fillers" if number == 0 else ""), line


def _family(attempt: Attempt, family: FillerFamily) -> Text:
    fact = facts.fillers(attempt, family)
    label = FAMILIES[family].lower()
    return Text.assemble(strips.MARKS[family], f" {label}: ", _value(fact))


def _verbs(attempt: Attempt) -> Iterator[Row]:
    fact, counted = facts.agency(attempt), attempt.measures.agency
    if fact is None:
        return
    bar = strips.share_bar(counted.ownership, counted.coordinator, BAR_WIDTH)
    yield "Verbs", Text.assemble(bar, "  ", _value(fact))
    examples = facts.strong_verbs(attempt)[:MOST_VERBS]
    own = ", ".join(f"{verb.text} {_at(verb)}".strip() for verb in examples)
    people = f"I {counted.i}, we {counted.we}"
    yield "", Text.assemble((f"yours: {own}   " if own else "", "green"), people)
    if fact.colour != "green":
        different: dict[str, Verb] = {}
        for verb in facts.weak_verbs(attempt):
            different.setdefault(verb.text.lower(), verb)
        for verb in islice(different.values(), MOST_VERBS):
            said = Text.assemble((verb.text, "yellow"), (f" {_at(verb)}", "cyan"))
            yield "", said.append(f"  {verb.ask}")


def _at(verb: Verb) -> str:
    return "" if verb.start_s is None else clock(verb.start_s)


def _story(attempt: Attempt, width: int) -> Iterator[Row]:
    fact = facts.structure(attempt)
    if fact:
        yield "Story", strips.structure_bar(attempt.measures.structure, width)
        yield "", _value(fact)


def _pillars(attempt: Attempt, columns: int) -> RenderableType:
    cells = [
        Text.assemble(strips.dots(points), f" {PILLARS[key]}")
        for key, points in attempt.score.pillars.model_dump().items()
    ]
    cells.append(_overall(attempt))
    table = Table.grid(padding=(0, 1))
    table.add_column(width=LABEL_WIDTH, style="bold")
    table.add_column(min_width=30)
    for row in range(0, len(cells), columns):
        table.add_row("Pillars" if row == 0 else "", *cells[row : row + columns])
    return table


def _overall(attempt: Attempt) -> Text:
    overall, own = attempt.score.overall, attempt.self_rating
    text = Text("not enough said to judge", "dim")
    if overall is not None:
        text = Text.assemble((f"{overall:.1f}", "bold"), " of 5 overall")
    if own is not None:
        text.append(f"; you gave it {own}", "dim")
    return text


def _rest(attempt: Attempt) -> Iterator[Row]:
    for number, (what, reason) in enumerate(facts.unmeasured(attempt)):
        label = "Not judged" if number == 0 else ""
        yield label, Text(f"{what}: {reason}", "dim")
    if attempt.follow_up:
        yield "Asked next", Text(attempt.follow_up.prompt)


def _footer(attempt: Attempt, command: str) -> RenderableType:
    again = f"{command} replay {attempt.id}" if attempt.audio else ""
    more = f"{command} report {attempt.id} --explain"
    return Text(" · ".join(part for part in (again, more) if part), "dim")
