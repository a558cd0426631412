"""The graph that the sentence model runs as: 8-bit products, upper layers twice.

    input_ids ── embeddings ── 3 layers ─┬─ 3 layers ────────── mean ─> meaning
    attention_mask                       └─ 3 layers, adapted ─ mean ─> worth

Written by `benchmarks/adapter.py`. Of the package's model it holds no weights, only
their names; `voicecoach.embedding` puts the two together as it loads, and the runtime
then computes once, from constants alone, what is said here of matrices.

A product of tokens x and a matrix W is computed in whole numbers:

    x W = (x / s) (s W)       s: how far each of its columns reaches, [in]
        = c . round(x / s) round(s W / c)      c: as far as each column of s W, [out]

as LLM.int8 and SmoothQuant do (Dettmers et al. 2022; Xiao et al. 2023), with s of
`SMOOTH` measured beforehand, so that a row never depends on another. Matrices have 7
bits and tokens 8: processors without VNNI add two products in 16 bits, and
2 x 255 x 63 fits. Whole numbers come out the same on all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, WIDTH = 6, 12, 384
TUNED = 3
"""Upper layers; the lower ones are computed once for both vectors."""
EACH = WIDTH // HEADS

MATRICES = ("q", "k", "v", "o", "i", "f")
"""Query, key, value and output of the attention; in and out of the feed-forward part.
In the order in which the stored graph multiplies by them."""
SMALL = {
    "qb": "attention.self.query.bias",
    "kb": "attention.self.key.bias",
    "vb": "attention.self.value.bias",
    "ob": "attention.output.dense.bias",
    "ib": "intermediate.dense.bias",
    "fb": "output.dense.bias",
    "g1": "attention.output.LayerNorm.weight",
    "b1": "attention.output.LayerNorm.bias",
    "g2": "output.LayerNorm.weight",
    "b2": "output.LayerNorm.bias",
}
INPUTS = ("q", "o", "i", "f")
"""The matrices by which what they multiply is named: q, k and v share theirs."""
FIRST = "inner.embeddings.{}"
LAYER = "inner.encoder.layer.{}.{}"

SMOOTH = 0.7
"""How much of the reach of a column the tokens keep; the matrix takes the rest. On 170
sentences 0.7 keeps a cosine of .994 and .997 to the vectors in 32 bits (`meaning` and
`worth`); 0.5 and 0.85 keep less."""
LEVELS_X, LEVELS_W = 127, 63
"""Above zero."""
LEAST_REACH = 1e-3
ZERO = 128
"""What tokens store as 0: processors multiply unsigned by signed."""

Arrays = Mapping[str, Any]
"""Weights of a layer by the names of `MATRICES` and `SMALL`, or what `INPUTS` name."""


@dataclass(frozen=True)
class Base:
    """MiniLM as stored, with names to find its parts again.

    Args:
        stored: its weights by name.
        matrices: names of its weight matrices, six a layer; what is stored of one is
            ``name_q`` in 8 bits and ``name_scale``.
    """

    stored: Mapping[str, Any]
    matrices: tuple[str, ...]

    @classmethod
    def of(cls, proto: onnx.ModelProto) -> Base:
        """The parts of a model."""
        stored = {i.name: numpy_helper.to_array(i) for i in proto.graph.initializer}
        names = [n.input[1] for n in proto.graph.node if n.op_type == "MatMul"]
        matrices = tuple(name for name in names if f"{name}_q" in stored)
        assert len(matrices) == LAYERS * len(MATRICES)
        return cls(stored, matrices)

    def matrix(self, layer: int, name: str) -> str:
        """What the model calls a matrix."""
        return self.matrices[layer * len(MATRICES) + MATRICES.index(name)]

    def plain(self, name: str) -> Any:  # noqa: ANN401 - an array
        """A weight in 32 bits."""
        if name in self.stored:
            return self.stored[name]
        return (
            self.stored[f"{name}_q"].astype(np.float32) * self.stored[f"{name}_scale"]
        )

    def layer(self, k: int) -> dict[str, Any]:
        """Everything that a layer computes with."""
        matrices = {name: self.plain(self.matrix(k, name)) for name in MATRICES}
        return matrices | {
            n: self.plain(LAYER.format(k, of)) for n, of in SMALL.items()
        }


def adapted(weights: Arrays, change: Arrays) -> dict[str, Any]:
    """The weights of a layer with its changes."""
    low = {n: change["a"][n] @ change["b"][n] for n in MATRICES}
    return {n: weights[n] + low[n] for n in MATRICES} | dict(change["small"])


@dataclass
class _Writer:
    """Collects nodes and constants; every method returns the name of its result."""

    base: Base
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def const(self, name: str, value: Any) -> str:  # noqa: ANN401 - an array
        self.constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def half(self, name: str, value: Any) -> str:  # noqa: ANN401 - an array
        """Stored in 16 bits, widened as it loads."""
        stored = self.const(f"{name}.half", np.asarray(value, np.float16))
        return self.node("Cast", stored, to=TensorProto.FLOAT)

    def node(self, kind: str, *inputs: str, domain: str = "", **how: Any) -> str:  # noqa: ANN401
        name = f"n{len(self.nodes)}"
        made = helper.make_node(kind, inputs, [name], domain=domain, **how)
        self.nodes.append(made)
        return name

    def split(self, x: str, parts: int) -> list[str]:
        """Along the last axis."""
        names = [f"n{len(self.nodes)}.{part}" for part in range(parts)]
        self.nodes.append(
            helper.make_node("Split", [x], names, axis=-1, num_outputs=parts)
        )
        return names


def written(base: Base, changes: Sequence[Arrays], reach: Sequence[Arrays]) -> bytes:
    """The graph as bytes of an ONNX model without the weights of the base.

    Args:
        base: the model whose weights it names.
        changes: of the upper layers: "a" and "b" hold the two factors of the change of
            each matrix, "small" the biases and norms.
        reach: of the lower layers, the upper ones and the changed ones: the greatest
            size of each column of `INPUTS`, [in] each.
    """
    w = _Writer(base)
    w.const("scaling", np.float32(EACH**-0.5))
    w.const("zero", np.uint8(ZERO))
    w.const("middle", np.int8(0))
    w.const("one", np.float32(1))
    w.const("rows", np.array([0], np.int64))
    w.const("inner", np.array([1], np.int64))
    w.const("to_heads", np.array([0, 0, HEADS, EACH], np.int64))
    w.const("from_heads", np.array([0, 0, WIDTH], np.int64))
    w.const("last", np.array([2], np.int64))
    counts = w.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    seen = w.node("Unsqueeze", counts, "last")
    x, mask = _first(w), _mask(w, counts)
    lower = LAYERS - TUNED
    stored = [base.layer(k) for k in range(LAYERS)]
    units = [_Units.of(*pair) for pair in zip(stored, reach[:LAYERS], strict=True)]
    for k in range(lower):
        x = _layer(w, _weights(w, k, units[k], None), x, mask)
    meaning = worth = x
    for k, change in enumerate(changes, start=lower):
        changed = _Units.of(adapted(stored[k], change), reach[k + TUNED])
        meaning = _layer(w, _weights(w, k, units[k], None), meaning, mask)
        worth = _layer(w, _weights(w, k, changed, change), worth, mask)
    for vectors, name in ((meaning, "meaning"), (worth, "worth")):
        mean = w.node("ReduceSum", w.node("Mul", vectors, seen), "inner", keepdims=0)
        length = w.node("ReduceL2", mean, "inner", keepdims=1)
        w.nodes.append(helper.make_node("Div", [mean, length], [name]))
    graph = helper.make_graph(
        w.nodes,
        "sentences",
        [
            _tensor(n, TensorProto.INT64, "tokens")
            for n in ("input_ids", "attention_mask")
        ],
        [_tensor(n, TensorProto.FLOAT, WIDTH) for n in ("meaning", "worth")],
        initializer=list(w.constants.values()),
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    stored: bytes = model.SerializeToString()
    return stored


def _tensor(name: str, kind: int, columns: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, ["rows", columns])


def _first(w: _Writer) -> str:
    """Token vectors from the embeddings, [rows, tokens, 384]."""
    start, step = w.const("start", np.int64(0)), w.const("step", np.int64(1))
    length = w.node("Squeeze", w.node("Shape", "input_ids", start=1, end=2))
    kind = w.node("Gather", FIRST.format("token_type_embeddings.weight"), start)
    words = w.node("Add", _looked_up(w, "word_embeddings.weight", "input_ids"), kind)
    places = w.node("Range", start, length, step)
    x = w.node("Add", words, _looked_up(w, "position_embeddings.weight", places))
    norm = (FIRST.format(f"LayerNorm.{part}") for part in ("weight", "bias"))
    return _normed(w, x, *norm)


def _looked_up(w: _Writer, of: str, at: str) -> str:
    """Rows of a stored table, widened after they are taken."""
    rows = w.node("Gather", FIRST.format(f"{of}_q"), at)
    scale = w.node("Gather", FIRST.format(f"{of}_scale"), at)
    return w.node("Mul", w.node("Cast", rows, to=TensorProto.FLOAT), scale)


def _mask(w: _Writer, counts: str) -> str:
    """What is added to the nearness of tokens: far below 0 for padding."""
    far = w.const("far", np.float32(1e9))
    away = w.node("Mul", w.node("Sub", counts, "one"), far)
    axes = w.const("mask_axes", np.array([1, 2], np.int64))
    return w.node("Unsqueeze", away, axes)


@dataclass(frozen=True)
class _Units:
    """How large one whole number is, in what is multiplied.

    Args:
        steps: of the tokens, by `INPUTS`, [in] each.
        columns: of the matrices, when their rows are stretched by the steps, by
            `MATRICES`, [out] each.
    """

    steps: Arrays
    columns: Arrays

    @classmethod
    def of(cls, weights: Arrays, reach: Arrays) -> _Units:
        """Between what the tokens would want and what the matrices would.

        The furthest column of the tokens just reaches `LEVELS_X`, and every column of
        the matrices `LEVELS_W`.
        """
        steps, columns = {}, {}
        for name in INPUTS:
            shared = "qkv" if name == "q" else name
            rows = np.max([_rows(weights[n]) for n in shared], axis=0)
            step = np.maximum(reach[name], LEAST_REACH) ** SMOOTH / rows ** (1 - SMOOTH)
            step = step * ((reach[name] / step).max() / LEVELS_X)
            steps[name] = step = step.astype(np.float16).astype(np.float32)
            for n in shared:
                furthest = np.abs(weights[n] * step[:, None]).max(0)
                columns[n] = furthest / LEVELS_W
        return cls(steps, columns)


def _rows(matrix: Any) -> Any:  # noqa: ANN401 - arrays
    """How far each row of a matrix goes, its columns made alike, [in]."""
    return np.abs(matrix / np.abs(matrix).max(0)).max(1)


@dataclass(frozen=True)
class _Weights:
    """Names of what a layer computes with.

    Args:
        whole: matrices in whole numbers.
        columns: what one of them is, [out] each.
        steps: what one of the tokens is, [in] each.
        small: biases and norms.
    """

    whole: dict[str, str]
    columns: dict[str, str]
    steps: dict[str, str]
    small: dict[str, str]


def _weights(w: _Writer, k: int, units: _Units, change: Arrays | None) -> _Weights:
    """The weights of a layer, with its changes if any.

    Few steps, because the runtime keeps what each of them gives until all are done.
    """
    name = f"{k}.stored" if change is None else f"{k}.adapted"
    steps = {n: w.half(f"{name}.{n}.step", units.steps[n]) for n in INPUTS}
    columns = {n: w.half(f"{name}.{n}.column", units.columns[n]) for n in MATRICES}
    small = {n: LAYER.format(k, of) for n, of in SMALL.items()}
    if change is not None:
        small = {n: w.half(f"{name}.{n}", change["small"][n]) for n in SMALL}
    whole = {}
    for n in MATRICES:
        stored = w.base.matrix(k, n)
        scale = w.node("Squeeze", f"{stored}_scale", "rows")
        scale = w.node("Div", scale, columns[n])
        matrix = w.node("DequantizeLinear", f"{stored}_q", scale, axis=1)
        if change is not None:
            first, second = (w.half(f"{name}.{n}.{x}", change[x][n]) for x in "ab")
            low = w.node("MatMul", first, w.node("Div", second, columns[n]))
            matrix = w.node("Add", matrix, low)
        step = w.node("Unsqueeze", steps["q" if n in "qkv" else n], "inner")
        matrix = w.node("Mul", matrix, step)
        whole[n] = w.node("QuantizeLinear", matrix, "one", "middle")
    return _Weights(whole, columns, steps, small)


def _layer(w: _Writer, weights: _Weights, x: str, mask: str) -> str:
    """A layer of BERT, [rows, tokens, 384]."""
    small = weights.small
    # The nearness of tokens is to be divided by the root of their width.
    columns = {**weights.columns, "q": w.node("Mul", weights.columns["q"], "scaling")}
    biases = {**small, "qb": w.node("Mul", small["qb"], "scaling")}
    qkv = w.node("Concat", *(weights.whole[n] for n in "qkv"), axis=1)
    column = w.node("Concat", *(columns[n] for n in "qkv"), axis=0)
    bias = w.node("Concat", *(biases[f"{n}b"] for n in "qkv"), axis=0)
    whole = _whole(w, x, weights.steps["q"])
    parts = w.split(_product(w, whole, qkv, column, bias), 3)
    heads = (w.node("Reshape", part, "to_heads") for part in parts)
    orders = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])  # k is turned for the product
    turned = zip(heads, orders, strict=True)
    q, k, v = (w.node("Transpose", one, perm=order) for one, order in turned)
    near = w.node("Softmax", w.node("Add", w.node("MatMul", q, k), mask), axis=-1)
    seen = w.node("MatMul", near, v)
    seen = w.node("Transpose", seen, perm=[0, 2, 1, 3])
    seen = w.node("Reshape", seen, "from_heads")
    out = _times(w, seen, weights, "o")
    x = _normed(w, w.node("Add", x, out), small["g1"], small["b1"])
    wide = w.node("Gelu", _times(w, x, weights, "i"), domain="com.microsoft")
    out = _times(w, wide, weights, "f")
    return _normed(w, w.node("Add", x, out), small["g2"], small["b2"])


def _normed(w: _Writer, x: str, gain: str, bias: str) -> str:
    return w.node("LayerNormalization", x, gain, bias, axis=-1, epsilon=1e-12)


def _whole(w: _Writer, x: str, step: str) -> str:
    """Tokens in whole numbers."""
    per_step = w.node("Mul", x, w.node("Reciprocal", step))
    return w.node("QuantizeLinear", per_step, "one", "zero")


def _times(w: _Writer, x: str, weights: _Weights, n: str) -> str:
    """Tokens times a matrix, and its bias."""
    whole, bias = _whole(w, x, weights.steps[n]), weights.small[f"{n}b"]
    return _product(w, whole, weights.whole[n], weights.columns[n], bias)


def _product(w: _Writer, whole: str, matrix: str, column: str, bias: str) -> str:
    inputs = (whole, matrix, "one", column, "zero", "", bias)
    return w.node("MatMulIntegerToFloat", *inputs, domain="com.microsoft")
