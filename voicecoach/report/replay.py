"""A recording with its transcript moving along: logic, drawing and sound apart.

keys ─> Cursor ─┬─> Player (a thread on the loudspeaker; tells where it is)
                └─> view(attempt, cursor) drawn ten times a second
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from voicecoach.attempt.document import Attempt
from voicecoach.errors import VoicecoachError
from voicecoach.report.facts import hesitations, weak_verbs
from voicecoach.report.stretch import stretched
from voicecoach.report.wording import seconds
from voicecoach.timeline import clock

if TYPE_CHECKING:
    from voicecoach.audio import Audio
    from voicecoach.microphone import Loudspeaker

SPEEDS = (0.75, 1.0, 1.25, 1.5, 2.0)
JUMP_S = 5.0
LEAD_S = 1.0
"""A jump lands this much before the words, to hear how they are reached."""
POLL_S = 0.1
LINES = 7
WIDEST = 100
HELP = "space pause   n/p next, previous finding   b/f 5 s   +/- speed   q quit"
STYLES = {
    "strength": "green",
    "gap": "yellow",
    "filled_pause": "magenta",
    "discourse_marker": "blue",
    "hedge": "blue",
    "verb": "yellow",
    "pause": "cyan",
}

Keys = Callable[[float], str | None]
"""Waits at most so many seconds for a key; None when none came."""


@dataclass(frozen=True, order=True)
class Moment:
    """Something to hear.

    Args:
        start_s: where it starts.
        end_s: where it ends.
        label: what it is.
        kind: a key of `STYLES`.
    """

    start_s: float
    end_s: float
    label: str
    kind: str


def moments(attempt: Attempt) -> tuple[Moment, ...]:
    """All that is worth jumping to, in order: findings, weak verbs, lost pauses."""
    return tuple(sorted({*_findings(attempt), *_verbs(attempt), *_pauses(attempt)}))


def _findings(attempt: Attempt) -> Iterator[Moment]:
    for finding in attempt.score.findings:
        for quote in finding.evidence:
            if quote.start_s is not None and quote.end_s is not None:
                yield Moment(quote.start_s, quote.end_s, finding.advice, finding.kind)


def _verbs(attempt: Attempt) -> Iterator[Moment]:
    for verb in weak_verbs(attempt):
        if verb.start_s is not None and verb.end_s is not None:
            label = f"“{verb.text}”: {verb.ask}"
            yield Moment(verb.start_s, verb.end_s, label, "verb")


def _pauses(attempt: Attempt) -> Iterator[Moment]:
    for pause in hesitations(attempt):
        label = f"a pause of {seconds(pause.duration_s)} inside a clause"
        if pause.place == "clause_end":
            label = f"a pause of {seconds(pause.duration_s)}"
        yield Moment(pause.start_s, pause.end_s, label, "pause")


@dataclass(frozen=True)
class Cursor:
    """Where the replay is and how it goes on.

    Args:
        duration_s: of the recording.
        stops_s: where n and p jump to, sorted.
        at_s: now.
        speed: one of `SPEEDS`.
        paused: nothing plays.
        over: the person asked to quit.
    """

    duration_s: float
    stops_s: tuple[float, ...] = ()
    at_s: float = 0.0
    speed: float = 1.0
    paused: bool = False
    over: bool = False

    def pressed(self, key: str) -> Cursor:
        """After a key; a key without a meaning changes nothing."""
        if key in _JUMPS:
            return self.moved_to(_JUMPS[key](self))
        if key in _SPEED_STEPS:
            at = SPEEDS.index(self.speed) + _SPEED_STEPS[key]
            return replace(self, speed=SPEEDS[min(max(at, 0), len(SPEEDS) - 1)])
        if key == " ":
            at_s = 0.0 if self.has_ended else self.at_s
            return replace(self, paused=not self.paused, at_s=at_s)
        return replace(self, over=True) if key == "q" else self

    def moved_to(self, at_s: float) -> Cursor:
        """Elsewhere in the recording; reaching the end pauses."""
        at_s = min(max(at_s, 0.0), self.duration_s)
        return replace(self, at_s=at_s, paused=self.paused or at_s >= self.duration_s)

    @property
    def has_ended(self) -> bool:
        """Whether everything was heard."""
        return self.at_s >= self.duration_s

    @property
    def next_stop_s(self) -> float:
        """The stop after this moment; here when there is none."""
        later = [stop_s for stop_s in self.stops_s if stop_s > self.at_s + 0.05]
        return later[0] if later else self.at_s

    @property
    def previous_stop_s(self) -> float:
        """The stop before this moment, not the one just reached; else the start."""
        earlier = [stop_s for stop_s in self.stops_s if stop_s < self.at_s - 2 * LEAD_S]
        return earlier[-1] if earlier else 0.0


_JUMPS: dict[str, Callable[[Cursor], float]] = {
    "n": lambda cursor: cursor.next_stop_s,
    "p": lambda cursor: cursor.previous_stop_s,
    "f": lambda cursor: cursor.at_s + JUMP_S,
    "right": lambda cursor: cursor.at_s + JUMP_S,
    "b": lambda cursor: cursor.at_s - JUMP_S,
    "left": lambda cursor: cursor.at_s - JUMP_S,
}
_SPEED_STEPS = {"+": 1, "=": 1, "-": -1}


def cursor_for(attempt: Attempt, duration_s: float) -> Cursor:
    """At the start, with a stop shortly before each moment."""
    stops = {max(0.0, moment.start_s - LEAD_S) for moment in moments(attempt)}
    return Cursor(duration_s, tuple(sorted(stops)))


class Player:
    """Plays from anywhere at any speed, in a thread; use it in a ``with`` block.

    Args:
        audio: the whole recording.
        loudspeaker: where to.
    """

    def __init__(self, audio: Audio, loudspeaker: Loudspeaker) -> None:
        self._loudspeaker = loudspeaker
        self._by_speed = {1.0: audio}
        self._stop = Event()
        self._thread: Thread | None = None
        self._from_s, self._heard_s, self._speed = 0.0, 0.0, 1.0
        self._failure: VoicecoachError | None = None

    def start(self, at_s: float, speed: float) -> None:
        """Play from a moment of the recording, stopping what was playing."""
        self.stop()
        if speed not in self._by_speed:
            self._by_speed[speed] = stretched(self._by_speed[1.0], speed)
        whole = self._by_speed[speed]
        self._from_s, self._heard_s, self._speed = at_s, 0.0, speed
        self._stop = Event()
        cut = whole.between(at_s / speed, whole.duration_s)
        self._thread = Thread(target=self._play, args=(cut,), daemon=True)
        self._thread.start()

    def _play(self, cut: Audio) -> None:
        def progress(heard_s: float) -> None:
            self._heard_s = heard_s

        try:
            self._loudspeaker.play(cut, self._stop.is_set, progress)
        except VoicecoachError as error:
            self._failure = error

    def stop(self) -> None:
        """End the sound and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def is_playing(self) -> bool:
        """Whether sound is still to come."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def at_s(self) -> float:
        """The moment of the recording that is heard now.

        Raises:
            DeviceError: the loudspeaker failed.
        """
        if self._failure is not None:
            raise self._failure
        return self._from_s + self._heard_s * self._speed

    def __enter__(self) -> Player:
        """Itself, silent."""
        return self

    def __exit__(self, *_: object) -> None:
        """Silence, whatever happened."""
        self.stop()


def replay(attempt: Attempt, player: Player, keys: Keys, console: Console) -> None:
    """Play and draw until the person quits; at the end it waits, ready to go back.

    Raises:
        DeviceError: the loudspeaker failed.
    """
    duration_s = attempt.audio.duration_s if attempt.audio else 0.0
    cursor = cursor_for(attempt, duration_s)
    width = min(console.width, WIDEST)
    with player, Live(console=console, auto_refresh=False, transient=True) as live:
        player.start(0.0, cursor.speed)
        while not cursor.over:
            cursor = _followed(cursor, player)
            live.update(view(attempt, cursor, width), refresh=True)
            key = keys(POLL_S)
            if key is not None:
                cursor = _obeyed(cursor.pressed(key), cursor, player)


def _followed(cursor: Cursor, player: Player) -> Cursor:
    """Where the sound is; at its end, the end of the recording."""
    if cursor.paused:
        return cursor
    playing = player.is_playing  # asked first: once it is not, position is final
    at_s = player.at_s
    return cursor.moved_to(at_s if playing else cursor.duration_s)


def _obeyed(wanted: Cursor, before: Cursor, player: Player) -> Cursor:
    """Start or stop the sound where a key changed something."""
    if wanted == before or wanted.over:
        return wanted
    if wanted.has_ended:
        player.stop()
    elif before.has_ended or not wanted.paused:
        wanted = replace(wanted, paused=False)
        player.start(wanted.at_s, wanted.speed)
    else:
        player.stop()
    return wanted


def view(attempt: Attempt, cursor: Cursor, width: int) -> RenderableType:
    """The screen at one moment: clock and bar, the words around it, what to hear."""
    now = [m for m in moments(attempt) if m.start_s - LEAD_S <= cursor.at_s <= m.end_s]
    labels = [Text(f"▸ {m.label}", STYLES[m.kind], no_wrap=True) for m in now[:3]]
    for label in labels:
        label.truncate(width, overflow="ellipsis")
    return Group(
        _clock(cursor, width),
        _bar(attempt, cursor, width),
        Text(),
        *_around(attempt, cursor, width),
        Text(),
        *labels,
        *(Text() for _ in range(3 - len(labels))),
        Text(HELP, "dim"),
    )


def _clock(cursor: Cursor, width: int) -> Text:
    sign = "■" if cursor.has_ended else "‖" if cursor.paused else "▶"
    left = f"{sign} {clock(cursor.at_s)} of {clock(cursor.duration_s)}"
    right = f"{cursor.speed:g}x"
    return Text(left + right.rjust(max(1, width - len(left))), "bold")


def _bar(attempt: Attempt, cursor: Cursor, width: int) -> Text:
    """Progress, with a tick at every moment."""
    cells = [("━" if k / width < _done(cursor) else "─", "") for k in range(width)]
    for moment in moments(attempt):
        share = moment.start_s / cursor.duration_s if cursor.duration_s else 0.0
        cells[min(width - 1, int(share * width))] = ("┃", STYLES[moment.kind])
    return Text.assemble(*cells)


def _done(cursor: Cursor) -> float:
    return cursor.at_s / cursor.duration_s if cursor.duration_s else 1.0


def _around(attempt: Attempt, cursor: Cursor, width: int) -> list[Text]:
    """A few lines of the transcript with the word being said in the middle one."""
    lines, current = wrapped(attempt, width), current_word(attempt, cursor.at_s)
    at = next((k for k, line in enumerate(lines) if current in line), 0)
    first = max(0, min(at - LINES // 2, len(lines) - LINES))
    shown = [_line(attempt, line, current) for line in lines[first : first + LINES]]
    return shown + [Text()] * (LINES - len(shown))


def wrapped(attempt: Attempt, width: int) -> list[range]:
    """Indices of the transcript's words, a range for each line of at most ``width``."""
    lines, begin, used = [], 0, 0
    for index, word in enumerate(attempt.transcript.words):
        if used and used + 1 + len(word.text) > width:
            lines.append(range(begin, index))
            begin, used = index, 0
        used += len(word.text) + (1 if used else 0)
    if attempt.transcript.words:
        lines.append(range(begin, len(attempt.transcript.words)))
    return lines


def current_word(attempt: Attempt, at_s: float) -> int:
    """Index of the last word that has begun; -1 before the first."""
    starts = [word.start_s or 0.0 for word in attempt.transcript.words]
    return bisect_right(starts, at_s) - 1


def _line(attempt: Attempt, indices: range, current: int) -> Text:
    line, styles = Text(), word_styles(attempt)
    for index in indices:
        style = styles.get(index, "")
        if index == current:
            style += " reverse"
        elif index > current:
            style += " dim"
        line.append(attempt.transcript.words[index].text, style.strip())
        line.append(" ")
    return line


def word_styles(attempt: Attempt) -> dict[int, str]:
    """Index of a word -> its colour; a finding yields to a filler inside it."""
    styles: dict[int, str] = {}
    at = 0
    marks = [
        *((v.char_start, v.char_end, STYLES["verb"]) for v in weak_verbs(attempt)),
        *(
            (f.char_start, f.char_end, STYLES[f.family])
            for f in attempt.measures.fillers
            if f.is_certain
        ),
    ]
    for index, word in enumerate(attempt.transcript.words):
        for start, end, style in marks:
            if start is not None and end is not None and start <= at < end:
                styles[index] = style
        at += len(word.text) + 1
    return styles


def timed_transcript(attempt: Attempt) -> str:
    """The words in lines of about ten seconds, each led by its time; for a pipe."""
    words = attempt.transcript.words
    if not words or words[0].start_s is None:
        return attempt.transcript.text
    lines: list[str] = []
    due_s = 0.0
    for word in words:
        start_s = word.start_s or 0.0
        if not lines or start_s >= due_s:
            lines.append(f"{clock(start_s):>6} ")
            due_s = start_s + 10
        lines[-1] += f" {word.text}"
    return "\n".join(lines)
