"""Where there is voice: Silero as a stream, its lag taken off, weak bursts dropped.

    samples      ▁▁▂▇▇▆▇▅▁▁▁▁▂▁▁▁▂▆▇▇▃▁
    Silero         |-------|  |-|  |----|    one probability per 32 ms, a little late
    spans         |-------|       |----|     early by the lag, faint bursts gone

Silero decides what is voice. Options are our own: faster-whisper's defaults (2,000 ms
of silence, 400 ms of padding) hide nearly every pause. The lags were measured against
aligned human speech (docs/accuracy.md); they come from its 32 ms chunks and memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from voicecoach.audio import EAR_RATE_HZ, Samples
from voicecoach.errors import ModelError
from voicecoach.high_pass import HighPass
from voicecoach.timeline import Span, merged

if TYPE_CHECKING:
    import onnxruntime

CHUNK = 512
"""Samples per probability, 32 ms at 16 kHz; fixed by the model."""
CHUNK_S = CHUNK / EAR_RATE_HZ
_CONTEXT = 64
"""Samples of the chunk before that the model wants in front of each chunk."""
ONSET_LAG_S = 0.03
OFFSET_LAG_S = 0.06
"""How late Silero says that voice began and ended, medians on aligned speech."""
FAINT_BURST_S = 0.26
FAINT_BURST_DB = 15.0
"""A burst shorter than this that rises less than this over its surroundings is a
breath or noise that Silero took for voice: no word is so short and so faint."""
_HOP = 160
"""Samples per energy frame, 10 ms."""


@dataclass(frozen=True)
class VoiceOptions:
    """What counts as voice.

    Args:
        threshold: probability from which a chunk starts a voiced span.
        release: probability below which a chunk may end it (hysteresis).
        min_silence_ms: shorter silences do not end a span.
        min_voice_ms: shorter bursts are not voice.
    """

    threshold: float = 0.5
    release: float = 0.45
    min_silence_ms: int = 100
    min_voice_ms: int = 64


@cache
def _session() -> onnxruntime.InferenceSession:
    """The Silero network inside the faster-whisper wheel, one thread, about 2 MB."""
    import onnxruntime
    from faster_whisper.utils import get_assets_path

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    folder = get_assets_path()
    try:
        return onnxruntime.InferenceSession(
            f"{folder}/silero_vad_v6.onnx",
            options,
            providers=["CPUExecutionProvider"],
        )
    except (
        onnxruntime.capi.onnxruntime_pybind11_state.NoSuchFile,
        onnxruntime.capi.onnxruntime_pybind11_state.InvalidProtobuf,
    ) as error:
        msg = f"The voice activity model in {folder} is missing or damaged."
        raise ModelError(
            msg, "Remove the .venv folder and run ./coach again."
        ) from error


class VoiceActivity:
    """Voice activity of a sound that is still arriving.

    Feed blocks of any size with `hear`; ask `spans` and `silence_s` at any time. The
    same samples give the same spans however they were cut into blocks.
    """

    def __init__(self, options: VoiceOptions | None = None) -> None:
        self._options = options or VoiceOptions()
        self._state = [np.zeros((1, 1, 128), np.float32) for _ in range(2)]
        self._rest: Samples = np.zeros(0, np.float32)
        self._context: Samples = np.zeros(_CONTEXT, np.float32)
        self._high_pass = HighPass()
        self._levels: list[npt.NDArray[np.float32]] = []
        self._level_rest: Samples = np.zeros(0, np.float32)
        self._chunks = 0
        self._runs: list[list[int]] = []  # [first chunk, one past the last]
        self._closed: list[Span] = []  # joined runs that can grow no more
        self._joining = [0, 0]  # the last joined run
        self._voiced = False

    def hear(self, samples: Samples) -> None:
        """Take the next samples, shape (n,), 16 kHz."""
        self._measure_level(samples)
        self._rest = np.concatenate([self._rest, samples])
        whole = len(self._rest) // CHUNK
        if not whole:
            return
        chunks = self._high_pass(self._rest[: whole * CHUNK].reshape(whole, CHUNK))
        self._rest = self._rest[whole * CHUNK :]
        for probability in self._probabilities(chunks):
            self._follow(float(probability))

    def _measure_level(self, samples: Samples) -> None:
        pending = np.concatenate([self._level_rest, samples])
        whole = len(pending) // _HOP
        frames = pending[: whole * _HOP].reshape(whole, _HOP)
        self._level_rest = pending[whole * _HOP :]
        self._levels.append(np.sqrt(np.mean(np.square(frames), axis=1)))

    def _probabilities(
        self, chunks: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """One probability per chunk, the network's memory carried on."""
        tails = np.vstack([self._context[None], chunks[:-1, -_CONTEXT:]])
        self._context = chunks[-1, -_CONTEXT:]
        inputs = {
            "input": np.hstack([tails, chunks]),
            "h": self._state[0],
            "c": self._state[1],
        }
        output, *self._state = _session().run(None, inputs)
        return np.asarray(output, np.float32).reshape(-1)

    def _follow(self, probability: float) -> None:
        limit = self._options.release if self._voiced else self._options.threshold
        self._voiced = probability >= limit
        if self._voiced:
            if self._runs and self._chunks == self._runs[-1][1]:
                self._runs[-1][1] = self._chunks + 1
            else:
                self._runs.append([self._chunks, self._chunks + 1])
            self._join()
        self._chunks += 1

    def _join(self) -> None:
        """Keep joined runs as they grow: live listening asks for them all the time."""
        first, last = self._joining
        if (self._chunks - last) * CHUNK_S < self._options.min_silence_ms / 1000:
            self._joining = [first if last else self._chunks, self._chunks + 1]
            return
        if last:
            self._closed += self._long_enough([Span(first * CHUNK_S, last * CHUNK_S)])
        self._joining = [self._chunks, self._chunks + 1]

    @property
    def heard_s(self) -> float:
        """How much sound has been judged, seconds; up to one chunk behind."""
        return self._chunks * CHUNK_S

    @property
    def silence_s(self) -> float:
        """Seconds since the last voice, or since the start when there was none."""
        last = self._runs[-1][1] if self._runs else 0
        return (self._chunks - last) * CHUNK_S

    @property
    def coarse(self) -> tuple[Span, ...]:
        """Voiced spans on the 32 ms grid, cheap: for cutting and for live use."""
        first, last = self._joining
        growing = self._long_enough([Span(first * CHUNK_S, last * CHUNK_S)])
        return (*self._closed, *growing)

    def spans(self) -> tuple[Span, ...]:
        """Voiced spans as pauses are measured from: lag off, faint bursts dropped.

        Bursts are judged before silences are bridged, else a breath beside a word
        would pass as part of it.
        """
        if not self._levels:
            return ()
        level_db = 20 * np.log10(np.concatenate(self._levels) + 1e-6)
        runs = (Span(a * CHUNK_S, b * CHUNK_S) for a, b in self._runs)
        kept = self._long_enough(run for run in runs if not _is_faint(run, level_db))
        return merged(
            Span(max(0.0, span.start_s - ONSET_LAG_S), span.end_s - OFFSET_LAG_S)
            for span in kept
            if span.duration_s > OFFSET_LAG_S
        )

    def _long_enough(self, runs: Iterable[Span]) -> tuple[Span, ...]:
        """Runs joined over short silences, without what is too short to be voice."""
        bridge_s = self._options.min_silence_ms / 1000
        shortest_s = self._options.min_voice_ms / 1000
        joined = merged(runs, bridge_s - 1e-9)  # a silence of just that length counts
        return tuple(span for span in joined if span.duration_s >= shortest_s)


def _is_faint(span: Span, level_db: npt.NDArray[np.float32]) -> bool:
    """Whether a span is both short and hardly louder than the second around it."""
    if span.duration_s >= FAINT_BURST_S:
        return False
    first, last = (round(t * EAR_RATE_HZ / _HOP) for t in (span.start_s, span.end_s))
    around = level_db[max(0, first - 100) : last + 100]
    inside = level_db[first:last]
    if not len(inside):
        return True
    return float(inside.max() - np.percentile(around, 10)) < FAINT_BURST_DB


def voiced_spans(
    samples: Samples, options: VoiceOptions | None = None
) -> tuple[Span, ...]:
    """Voiced spans of a whole sound, shape (n,), 16 kHz."""
    activity = VoiceActivity(options)
    activity.hear(samples)
    return activity.spans()
