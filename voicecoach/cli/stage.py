"""The interview in a terminal: timer and level while speaking, feedback after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from voicecoach.attempt import Attempt
from voicecoach.cli import CALLED_AS, as_called
from voicecoach.cli.keyboard import Keyboard
from voicecoach.interview import Listening, Step
from voicecoach.questions import Question
from voicecoach.report import compare, render, summary
from voicecoach.timeline import clock

REDRAWS_PER_S = 10
LOUD_DBFS, FAINT_DBFS = -6.0, -60.0
"""Ends of the level meter: about clipping, and room noise."""

KIND_TITLES = {"answer": "Question", "follow_up": "Follow-up", "retry": "Once more"}
STEPS = {
    Step.FOLLOW_UP: ("f", "follow-up"),
    Step.NEXT: ("n", "next question"),
    Step.AGAIN: ("a", "answer it again"),
    Step.QUIT: ("q", "end"),
}
MEANT_BEFORE_S = 0.7
"""A key so soon after the question for a rating was meant for the answer, which silence
had just ended; a digit is a rating even then. Ours: slower than a person reacts."""


NOTHING_YET = Listening(
    elapsed_s=0.0,
    target_s=(180.0, 240.0),
    level_dbfs=FAINT_DBFS,
    spoke=False,
    paused=False,
    stops_in_s=None,
    cap_in_s=None,
)


@dataclass(frozen=True)
class Manner:
    """How the terminal behaves.

    Args:
        automatic: nobody is asked anything (a recorded candidate, or no terminal):
            ratings are skipped, the follow-up is taken, then the session goes on.
    """

    automatic: bool = False


class TerminalStage:
    """An `interview.Stage` on a rich console.

    Args:
        console: where to draw; standard error stays free for messages.
        keyboard: already entered.
        manner: how to behave.
    """

    def __init__(
        self, console: Console, keyboard: Keyboard, manner: Manner | None = None
    ) -> None:
        self._console = console
        self._keyboard = keyboard
        self._manner = manner or Manner()
        self._live: Live | None = None
        self._now = NOTHING_YET

    def key(self) -> str | None:
        """The next key, if any."""
        return self._keyboard.poll()

    def tell(self, message: str) -> None:
        """One line."""
        self._close()
        self._console.print(Text(as_called(message), style="dim"))

    def ask(self, question: Question, kind: str, place: str) -> None:
        """The question in a box, and the keys that work while it is spoken."""
        self._close()
        title = (
            f"{KIND_TITLES[kind]} {place}" if kind == "answer" else KIND_TITLES[kind]
        )
        low, high = (f"{t / 60:g}" for t in question.target_s)
        subtitle = f"{question.round.replace('_', ' ')} · aim for {low}-{high} min"
        self._console.print()
        self._console.print(
            Panel(Text(question.prompt, style="bold"), title=title, subtitle=subtitle)
        )
        self._keys("Enter answer now", "r repeat", "s skip", "q end")

    def _keys(self, *keys: str) -> None:
        if self._keyboard.is_there:
            self._console.print(Text("  ".join(keys), style="dim"))

    def listening(self, now: Listening) -> None:
        """Timer against the band and level, drawn by a thread of its own.

        A terminal that stands still (Ctrl-S, a slow line) must not hold up the
        recording, and writing to one that does would.
        """
        self._now = now
        if self._live is None:
            self._live = Live(
                get_renderable=lambda: listening_view(self._now, self._console.width),
                console=self._console,
                refresh_per_second=REDRAWS_PER_S,
                transient=True,
            )
            self._live.start()

    def _close(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def thinking(self) -> None:
        """The last words are being transcribed; a second or two at most."""
        self._close()
        self._console.print(Text("Listening back ...", style="dim"))

    def rating(self) -> int | None:
        """Ask before showing ours; Enter skips."""
        if self._manner.automatic or not self._keyboard.is_there:
            return None
        self._console.print(
            "How was it, from [bold]1[/] (poor) to [bold]5[/] (strong)? Enter skips. ",
            end="",
        )
        key = self._keyboard.wait("12345", MEANT_BEFORE_S)
        key = key or self._keyboard.wait("12345\nq")
        self._console.print(key if key and key.isdigit() else "-")
        return int(key) if key and key.isdigit() else None

    def feedback(self, attempt: Attempt, before: Attempt | None) -> None:
        """The report; beside the earlier attempt when there is one."""
        self._close()
        self._console.print()
        render(attempt, self._console, command=CALLED_AS)
        if before is not None:
            compare(before, attempt, self._console)

    def step(self, offered: Sequence[Step]) -> Step:
        """Ask what next; Enter takes the first."""
        if self._manner.automatic or not self._keyboard.is_there:
            return offered[0]
        names = [f"{STEPS[step][0]} {STEPS[step][1]}" for step in offered]
        names[0] += " (Enter)"
        self._keys(*names)
        keys = {STEPS[step][0]: step for step in offered} | {"\n": offered[0]}
        pressed = self._keyboard.wait("".join(keys))
        return keys[pressed] if pressed else Step.QUIT

    def summary(self, attempts: Sequence[Attempt]) -> None:
        """The end of the session."""
        self._close()
        if attempts:
            self._console.print()
            summary(attempts, self._console)


def listening_view(now: Listening, width: int) -> RenderableType:
    """What a person sees while speaking: a clock on its band, and a level. No scores.

    ::

        ● 2:14  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━╸────────[======]───  3-4 min
        level   ▮▮▮▮▮▮▮▮▮▮▮▮▯▯▯▯▯▯▯▯
    """
    lines: list[RenderableType] = [_clock(now, width), _meter(now)]
    if now.paused:
        lines.append(Text("Paused: nothing is recorded. p goes on.", style="yellow"))
    elif now.stops_in_s is not None:
        left = f"{now.stops_in_s:.0f}"
        lines.append(
            Text(f"Done? Stopping in {left} s. Speak to go on.", style="yellow")
        )
    elif now.cap_in_s is not None:
        left = f"{now.cap_in_s:.0f}"
        lines.append(Text(f"The longest answer ends in {left} s.", style="yellow"))
    elif not now.spoke:
        lines.append(Text("Take your time to think, then speak.", style="dim"))
    else:
        lines.append(Text("Enter done  p pause  r repeat  s skip  q end", style="dim"))
    return Group(*lines)


def _clock(now: Listening, width: int) -> Text:
    low_s, high_s = now.target_s
    full_s = max(high_s * 1.25, now.elapsed_s)
    cells = max(20, min(60, width - 24))
    bar = Text()
    for cell in range(cells):
        at_s = (cell + 0.5) / cells * full_s
        inside = low_s <= at_s <= high_s
        if at_s <= now.elapsed_s:
            bar.append("━", "green" if inside else "cyan" if at_s < low_s else "yellow")
        else:
            bar.append("═" if inside else "─", "green" if inside else "dim")
    dot = Text("‖ " if now.paused else "● ", "yellow" if now.paused else "red")
    elapsed = f"{clock(now.elapsed_s)}  "
    band = f"  {low_s / 60:g}-{high_s / 60:g} min"
    return Text.assemble(dot, (elapsed, "bold"), bar, (band, "dim"))


def _meter(now: Listening) -> Text:
    cells = 30
    share = (now.level_dbfs - FAINT_DBFS) / (LOUD_DBFS - FAINT_DBFS)
    full = round(cells * min(1.0, max(0.0, share)))
    style = "red" if full == cells else "green"
    return Text.assemble("level   ", ("▮" * full, style), ("▯" * (cells - full), "dim"))
