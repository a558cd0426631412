"""The long form: every verb, filler and pause, each band with its source."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from voicecoach.attempt.document import Attempt
from voicecoach.measures.bands import pause_limits
from voicecoach.report.facts import hesitations, norms
from voicecoach.report.wording import FAMILIES, SOURCES, name, quoted, seconds
from voicecoach.rubric import rubric
from voicecoach.timeline import clock


def explained(attempt: Attempt) -> RenderableType:
    """Every list of the document that the one screen shortens."""
    return Group(
        *_sums(attempt),
        *_milestones(attempt),
        *_verbs(attempt),
        *_fillers(attempt),
        *_pauses(attempt),
        *_numbers(attempt),
        *_removed(attempt),
        *_bands(),
        *_engine(attempt),
    )


def _when(start_s: float | None) -> str:
    return "-" if start_s is None else clock(start_s)


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, padding=(0, 1)
    )
    for column in columns:
        table.add_column(column, header_style="dim", overflow="fold")
    return table


def _sums(attempt: Attempt) -> Iterator[RenderableType]:
    """What each pillar is made of, in the points of the rubric."""
    current = attempt.engine.rubric_version == rubric().version
    for grade in attempt.score.grades:
        title = f"\n{name(grade.pillar)}: {grade.value:.1f}, from a sum of"
        table = _table(f"{title} {grade.total:.2f}", "adds", "what")
        for addend in grade.addends:
            table.add_row(f"{addend.amount:+.2f}", _source(addend.source))
        if grade.held_back:
            table.add_row("", "held back until another pillar is adequate")
        if current:
            levels = rubric().pillars[grade.pillar].levels.items()
            needs = ", ".join(f"{n} from {least:g}" for n, least in sorted(levels))
            table.add_row("", Text(f"levels: {needs}", "dim"))
        yield table


def _source(source: str) -> str:
    """A part of a sum in words."""
    criterion = rubric().by_id.get(source)
    return criterion.name if criterion else SOURCES.get(source, name(source))


def _milestones(attempt: Attempt) -> Iterator[RenderableType]:
    timing = attempt.measures.timing
    if timing is None:
        return
    table = _table("\nHow soon", "what", "at", "")
    for label, key in (
        ("headline", "headline_s"),
        ("first number", "first_number_s"),
        ("result", "result_s"),
    ):
        why = attempt.unmeasured.get(f"measures.timing.{key}", "")
        table.add_row(label, _when(getattr(timing, key)), Text(why, "dim"))
    yield table


def _verbs(attempt: Attempt) -> Iterator[RenderableType]:
    table = _table("\nVerbs", "at", "verb", "class", "by", "question to ask yourself")
    for verb in attempt.measures.verbs:
        if verb.verb_class == "neutral":
            continue
        kind = name(verb.verb_class).lower() + (" (denied)" if verb.negated else "")
        cells = (_when(verb.start_s), verb.text, kind, verb.actor, verb.ask or "")
        table.add_row(*(Text(cell) for cell in cells))
    if table.row_count:
        yield table


def _fillers(attempt: Attempt) -> Iterator[RenderableType]:
    table = _table("\nFillers", "at", "said", "family", "found by", "sure")
    for filler in attempt.measures.fillers:
        sure = f"{filler.confidence:.2f}" + ("" if filler.is_certain else " possible")
        cells = (
            _when(filler.start_s),
            filler.text,
            FAMILIES[filler.family].lower(),
            filler.found_by,
            sure,
        )
        table.add_row(*(Text(cell) for cell in cells))
    for repeat in attempt.measures.repeats:
        table.add_row(_when(repeat.start_s), Text(repeat.text), "repeat", "", "")
    if table.row_count:
        yield table


def _pauses(attempt: Attempt) -> Iterator[RenderableType]:
    """The longest pauses, the lost ones marked; shorter ones are not worth a line."""
    lost, least_s = hesitations(attempt), pause_limits().listed_above_s
    table = _table(f"\nPauses over {least_s:g} s", "at", "length", "place", "")
    for pause in attempt.measures.pauses or ():
        if pause.duration_s > least_s:
            mark = "sounds lost" if pause in lost else ""
            place = name(pause.place).lower()
            length = seconds(pause.duration_s)
            table.add_row(_when(pause.start_s), length, place, mark)
    if table.row_count:
        yield table


def _numbers(attempt: Attempt) -> Iterator[RenderableType]:
    table = _table("\nNumbers", "at", "said", "counts")
    for number in attempt.measures.numbers:
        table.add_row(_when(number.start_s), Text(number.text), number.kind)
    if table.row_count:
        yield table


def _removed(attempt: Attempt) -> Iterator[RenderableType]:
    for removed in attempt.transcript.removed:
        line = f"Not believed: {quoted(removed.text)} at {_when(removed.start_s)}"
        yield Text(f"{line}, {removed.reason}", "dim")


def _bands() -> Iterator[RenderableType]:
    table = _table("\nBands: defaults, not standards", "measure", "green", "from")
    for norm in norms():
        table.add_row(norm.label, norm.fine, Text(norm.source, "dim"))
    yield table


def _engine(attempt: Attempt) -> Iterator[RenderableType]:
    engine = attempt.engine
    heard = f"{engine.transcriber} {engine.model}, " if engine.transcriber else ""
    yield Text(f"\nHeard and judged by {heard}rubric {engine.rubric_version}", "dim")
