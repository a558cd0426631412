"""A high-pass filter as a stream: desk rumble, fans and hum below the voice go.

Silero was trained on clean close speech. On one of our recordings 96 % of the power is
rumble below 60 Hz; as it is Silero hears that voice, at -40 dBFS it hears none of it.

The filter is a fourth-order Butterworth in state space, solved for many samples at
a time so that numpy can do it: with x the input, s four numbers of memory,

    y[i]   = D x[i] + C A^(i-1) B x[0] + ... + C B x[i-1]  +  C A^i s
    s'     = A^n s + A^(n-1) B x[0] + ... + B x[n-1]

Source: Oppenheim & Schafer, Discrete-Time Signal Processing, on state equations and on
the bilinear transform.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from voicecoach.audio import EAR_RATE_HZ

CUT_HZ = 90.0
"""-3 dB here, -24 dB at 45 Hz; a low voice keeps its harmonics from the second on."""
DAMPINGS = (0.541196, 1.306563)
"""Q of the two pole pairs of a fourth-order Butterworth filter."""

Matrix = npt.NDArray[np.float64]


PART = 64
"""Samples solved at a time: so few that numpy's products of a quarter of a second stay
on one core. Bigger ones wake a thread on the other, which then spins beside Whisper."""


class HighPass:
    """Filters chunk after chunk, remembering what rings on from one to the next."""

    def __init__(self) -> None:
        self._direct, self._observe, self._carry, self._feed = _solved(PART)
        self._memory = np.zeros(len(self._carry))

    def __call__(self, chunks: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Filter chunks in order, shape (n, m), m a multiple of `PART`.

        The same however they come.
        """
        return self._filtered(chunks.reshape(-1, PART)).reshape(chunks.shape)

    def _filtered(self, chunks: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        fed = chunks @ self._feed.T
        memories = np.empty_like(fed)
        for k, one in enumerate(fed):
            memories[k] = self._memory
            self._memory = self._carry @ self._memory + one
        filtered = chunks @ self._direct.T + memories @ self._observe.T
        return np.asarray(filtered, np.float32)


@cache
def _solved(chunk: int) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Shapes (chunk, chunk), (chunk, 4), (4, 4) and (4, chunk)."""
    a, b, c, d = _cascade()
    powers = [np.eye(len(a))]
    for _ in range(chunk):
        powers.append(a @ powers[-1])
    observe = np.stack([c @ power for power in powers[:chunk]])
    feed = np.stack([power @ b for power in powers[:chunk]][::-1], axis=1)
    impulse = np.concatenate([[d], observe[:-1] @ b])
    delay = np.arange(chunk)[:, None] - np.arange(chunk)
    return np.where(delay >= 0, impulse[delay], 0.0), observe, powers[chunk], feed


def _cascade() -> tuple[Matrix, Matrix, Matrix, float]:
    """State space (A, B, C, D) of the pole pairs one after the other."""
    a, b, c, d = np.zeros((0, 0)), np.zeros(0), np.zeros(0), 1.0
    for damping in DAMPINGS:
        a2, b2, c2, d2 = _pole_pair(damping)
        a = np.block([[a, np.zeros((len(a), 2))], [np.outer(b2, c), a2]])
        b = np.concatenate([b, b2 * d])
        c = np.concatenate([d2 * c, c2])
        d *= d2
    return a, b, c, d


def _pole_pair(damping: float) -> tuple[Matrix, Matrix, Matrix, float]:
    """One second-order high-pass by the bilinear transform, direct form II transposed.

    y = b0 x + s1;  s1' = b1 x - a1 y + s2;  s2' = b2 x - a2 y
    """
    w = np.tan(np.pi * CUT_HZ / EAR_RATE_HZ)
    b0, b1, b2, a1, a2 = (
        np.array([1, -2, 1, 2 * (w * w - 1), 1 - w / damping + w * w])
        / (1 + w / damping + w * w)
    ).tolist()
    a = np.array([[-a1, 1.0], [-a2, 0.0]])
    return a, np.array([b1 - a1 * b0, b2 - a2 * b0]), np.array([1.0, 0.0]), b0
