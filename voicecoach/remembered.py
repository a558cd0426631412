"""Values computed from texts, the last ones kept: an answer that grows is read anew.

asked      A B C        A B C D        A B D
computed   A B C              D
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Computes what it does not know yet; safe to ask from several threads.

    Who asks for a text that is being computed waits for it instead of computing too.

    Args:
        compute: values of texts, one each, in order.
        most: how many are kept; then it begins anew.
    """

    def __init__(
        self, compute: Callable[[Sequence[str]], Iterable[Value]], most: int
    ) -> None:
        self._compute = compute
        self._most = most
        self._known: dict[str, Value] = {}
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> list[Value]:
        """The value of each text; each is computed once."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
            if len(self._known) + len(new) > self._most:
                self._known.clear()
                new = list(dict.fromkeys(texts))
            self._known.update(zip(new, self._compute(new), strict=True))
            return [self._known[text] for text in texts]
