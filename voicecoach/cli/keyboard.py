"""Single keys from the terminal, without waiting for Enter and without blocking."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from typing import Any

ENTER = "\n"
ARROWS = {"\x1b[D": "left", "\x1b[C": "right", "\x1bOD": "left", "\x1bOC": "right"}
"""What terminals send for the arrow keys, in both of their modes."""


class Keyboard:
    """Keys while the ``with`` block lasts; outside it the terminal is as it was.

    Without a terminal there are never any keys. Ctrl-C still interrupts.
    """

    def __init__(self) -> None:
        self._descriptor = sys.stdin.fileno() if sys.stdin.isatty() else None
        self._before: list[Any] | None = None

    @property
    def is_there(self) -> bool:
        """Whether anybody can press anything."""
        return self._descriptor is not None

    def __enter__(self) -> Keyboard:
        """Switch the terminal to single keys."""
        if self._descriptor is not None:
            self._before = termios.tcgetattr(self._descriptor)
            tty.setcbreak(self._descriptor)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the terminal back."""
        if self._descriptor is not None and self._before is not None:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def poll(self, timeout_s: float = 0.0) -> str | None:
        """A key, lower case, a line feed for Enter; None if none came in time.

        A terminal that went away counts as "q": the session ends, everything kept.
        """
        if self._descriptor is None:
            time.sleep(timeout_s)
            return None
        ready, _, _ = select.select([self._descriptor], [], [], timeout_s)
        if not ready:
            return None
        data = os.read(self._descriptor, 8)
        if not data:
            return "q"
        text = data.decode("utf-8", "replace")
        if text in ARROWS:
            return ARROWS[text]
        return ENTER if text[0] in "\r\n" else text[0].lower()

    def wait(self, keys: str, timeout_s: float | None = None) -> str | None:
        """The next of these keys; None after ``timeout_s``, or without a terminal."""
        end_s = None if timeout_s is None else time.monotonic() + timeout_s
        while self.is_there and (end_s is None or time.monotonic() < end_s):
            key = self.poll(0.1)
            if key is not None and key in keys:
                return key
        return None
