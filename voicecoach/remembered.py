"""Values computed from texts, the last ones kept: an answer that grows is read anew.

asked      A B C        A B C D        A B D
computed   A B C              D
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Condition
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Computes what it does not know yet; safe to ask from several threads.

    Who asks for texts that somebody else is computing computes what is left of them and
    waits for the others: nothing is computed twice, and two who want the same share it.

    Args:
        compute: values of texts, one each, in order; from several threads at once.
        most: how many are kept; then it begins anew.
        share: the most texts that are computed in one go; None for all that are asked.
    """

    def __init__(
        self,
        compute: Callable[[Sequence[str]], Iterable[Value]],
        most: int,
        share: int | None = None,
    ) -> None:
        self._compute = compute
        self._most = most
        self._share = share
        self._known: dict[str, Value] = {}
        self._in_work: set[str] = set()
        self._changed = Condition()

    def __call__(self, texts: Sequence[str]) -> list[Value]:
        """The value of each text; each is computed once."""
        found: dict[str, Value] = {}
        while mine := self._taken_on(texts, found):
            self._work(mine)
        return [found[text] for text in texts]

    def _taken_on(self, texts: Sequence[str], found: dict[str, Value]) -> list[str]:
        """Texts to compute now; none when all are in ``found``, which it fills."""
        with self._changed:
            while True:
                found.update((t, self._known[t]) for t in texts if t in self._known)
                left = [text for text in dict.fromkeys(texts) if text not in found]
                mine = [text for text in left if text not in self._in_work]
                if mine or not left:
                    self._in_work.update(mine[: self._share])
                    return mine[: self._share]
                self._changed.wait()

    def _work(self, texts: Sequence[str]) -> None:
        values: dict[str, Value] = {}
        try:
            values.update(zip(texts, self._compute(texts), strict=True))
        finally:
            with self._changed:
                self._in_work.difference_update(texts)
                if len(self._known) + len(values) > self._most:
                    self._known.clear()
                self._known.update(values)
                self._changed.notify_all()
