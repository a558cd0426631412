"""The high-pass: what it takes away, what it leaves, and that chunks do not show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.audio import EAR_RATE_HZ
from voicecoach.high_pass import CUT_HZ, HighPass

CHUNK = 512


def level_after(hertz: float) -> float:
    """Gain in dB for a long tone, the first half second left out."""
    count = CHUNK * 60
    tone = np.sin(2 * np.pi * hertz * np.arange(count) / EAR_RATE_HZ)
    chunks = tone.astype(np.float32).reshape(-1, CHUNK)
    filtered = HighPass()(chunks).ravel()[EAR_RATE_HZ // 2 :]
    return float(20 * np.log10(np.std(filtered) / np.std(tone)))


@pytest.mark.parametrize(
    ("hertz", "gain_db", "tolerance_db"),
    [
        (CUT_HZ, -3.0, 0.1),
        (CUT_HZ / 2, -24.1, 0.3),
        (30.0, -38.2, 0.5),
        (200.0, 0.0, 0.2),
        (3000.0, 0.0, 0.01),
    ],
)
def test_gain_is_that_of_a_fourth_order_butterworth(
    hertz: float, gain_db: float, tolerance_db: float
) -> None:
    assert level_after(hertz) == pytest.approx(gain_db, abs=tolerance_db)


def test_a_constant_offset_goes() -> None:
    filtered = HighPass()(np.ones((40, CHUNK), np.float32))
    assert abs(filtered[-1]).max() < 1e-3


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_chunks_give_the_same_however_they_come(counts: list[int]) -> None:
    noise = np.random.default_rng(3).standard_normal((sum(counts), CHUNK))
    chunks = noise.astype(np.float32)
    piecewise = HighPass()
    ends = np.cumsum(counts)
    parts = [piecewise(chunks[e - n : e]) for n, e in zip(counts, ends, strict=True)]
    assert np.allclose(np.concatenate(parts), HighPass()(chunks), atol=1e-5)
