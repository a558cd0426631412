"""What the coordinator needs of a screen and a keyboard; the terminal is one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from voicecoach.attempt import Attempt
from voicecoach.questions import Question

if TYPE_CHECKING:
    from voicecoach.interview.listening import Listening


class Step(Enum):
    """What a person may do after the feedback."""

    FOLLOW_UP = "follow_up"
    AGAIN = "again"
    NEXT = "next"
    QUIT = "quit"


class Stage(Protocol):
    """Where an interview is shown, and where keys come from."""

    def key(self) -> str | None:
        """The next key pressed, a line feed for Enter; None at once when none."""
        ...

    def tell(self, message: str) -> None:
        """One line that the person should read."""
        ...

    def ask(self, question: Question, kind: str, place: str) -> None:
        """Show a question; the voice begins at the same moment.

        Args:
            question: with the prompt as spoken.
            kind: answer, follow_up or retry.
            place: where in the session ("1 of 3").
        """
        ...

    def listening(self, now: Listening) -> None:
        """Show timer and level; called some 30 times a second."""
        ...

    def thinking(self) -> None:
        """The answer is over and being judged."""
        ...

    def rating(self) -> int | None:
        """How the person rates the answer, 1..5, before seeing ours; None: skipped."""
        ...

    def feedback(self, attempt: Attempt, before: Attempt | None) -> None:
        """Show an attempt; beside the one before it when it was a retry."""
        ...

    def step(self, offered: Sequence[Step]) -> Step:
        """What to do next, one of those offered (the first is what Enter means)."""
        ...

    def summary(self, attempts: Sequence[Attempt]) -> None:
        """The end of the session."""
        ...
