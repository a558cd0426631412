"""Sentences -> vectors: what they mean, and what they are worth; no network.

    text ─ WordPiece ─> token ids ─ lower layers ─┬─ upper layers ── mean ─> meaning
                                                  └─ with the adapter ─ mean ─> worth

The model is all-MiniLM-L6-v2 (Reimers & Gurevych 2019, Sentence-BERT), stored and
multiplied in 8 bits: the cosine of two vectors says how near the meanings are. Meaning
is mostly topic, so its three upper layers are computed a second time with an adapter:
low-rank changes of their weights (Hu et al. 2021, LoRA), fitted by us to what sentences
are worth to an interviewer (`benchmarks/adapter.py`), 1.4 MB beside 22.

Rows of a batch do not touch each other and padding is masked out, and only rows of like
length are computed together, so a sentence has the same vectors to the last bit
whatever stands beside it (a test holds that): same input, same score.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import as_file, files
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from voicecoach.embedding.model import GRAPH, MODEL_SHA256, Session, session
from voicecoach.remembered import Remembered

if TYPE_CHECKING:
    from tokenizers import Encoding

__all__ = [
    "DIMENSIONS",
    "GRAPH",
    "MODEL_SHA256",
    "Embedded",
    "Vectors",
    "embed",
    "embed_ahead",
    "embedded",
    "tokenizer",
    "weight_of",
]

Vectors = NDArray[np.float32]
"""[texts, 384], each row of length 1, so that a product is a cosine."""

DIMENSIONS = 384
MOST_TOKENS = 64
"""Of a part; what is longer is cut."""
PART_WORDS = 40
"""A longer text is the mean of parts no longer than this, about 50 tokens: without full
stops a whole minute can come as one sentence, and all of it counts."""
BATCH = 16
"""Texts of like length computed together, in one of the threads that want them; few
batches, because whoever computes beside other threads waits for Python after each."""
LENGTH = 8
"""Rows are as many tokens long as the next multiple of it; more lengths would make more
runs, fewer more padding."""
LONGEST_WORDS = 60
"""Among others a sentence weighs by the root of its words, up to so many."""
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


class Tokenizer(Protocol):
    """What is used of tokenizers.BertWordPieceTokenizer."""

    def enable_truncation(self, max_length: int) -> None: ...
    def encode_batch(self, inputs: list[str]) -> list[Encoding]: ...


def embed(texts: Sequence[str]) -> Vectors:
    """What each text means, [len(texts), 384]; see `embedded`."""
    return embedded(texts).meaning


def embedded(texts: Sequence[str]) -> Embedded:
    """Both vectors of each text.

    The first call loads the model (about 0.5 s). Vectors of the last texts are
    kept: an answer that is read ahead while it is spoken repeats most of its sentences.

    Raises:
        ModelError: when the model is not installed, damaged or cannot be loaded.
    """
    if not texts:
        nothing: Vectors = np.zeros((0, DIMENSIONS), np.float32)
        return Embedded(nothing, nothing)
    parts = [_parts(text) for text in texts]
    by_length = sorted(dict.fromkeys(chain.from_iterable(parts)), key=len)
    vectors = dict(zip(by_length, _vectors(by_length), strict=True))
    both = np.stack([_together([vectors[part] for part in some]) for some in parts])
    return Embedded(both[:, 0], both[:, 1])


_AHEAD = ThreadPoolExecutor(1, "embedding")


def embed_ahead(texts: Sequence[str]) -> None:
    """Begin with texts that will be wanted soon; who wants them helps with the rest.

    The runtime leaves Python to the other threads while it computes. What goes wrong is
    raised to whoever asks for the vectors.
    """
    _AHEAD.submit(embedded, texts)


def weight_of(text: str) -> float:
    """How much a sentence counts among others."""
    return float(min(LONGEST_WORDS, len(text.split())) ** 0.5)


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
    if len(parts) == 1:
        return parts[0]
    mean = np.mean(parts, axis=0)
    scaled: Vectors = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return scaled


def _computed(texts: Sequence[str]) -> Vectors:
    """Both vectors of a few texts, [texts, 2, 384].

    A row goes with rows of its own length and never alone: the runtime adds up in
    another order where the length or a single row lets it, and the last bit of a vector
    would tell what stood beside its text.
    """
    ids = [encoding.ids for encoding in tokenizer().encode_batch(list(texts))]
    lengths = np.array([-(-len(numbers) // LENGTH) * LENGTH for numbers in ids])
    both = np.empty((len(ids), 2, DIMENSIONS), np.float32)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        tokens = np.zeros((max(2, len(rows)), length), np.int64)
        for row, at in zip(tokens, rows, strict=False):
            row[: len(ids[at])] = ids[at]
        tokens[len(rows) :] = tokens[0]
        mask = (tokens != 0).astype(np.int64)  # 0 is [PAD], and no word has it
        named = {"input_ids": tokens, "attention_mask": mask}
        both[rows] = np.stack(_session().run(None, named), axis=1)[: len(rows)]
    return both


_vectors: Remembered[Vectors] = Remembered(_computed, MOST_KNOWN, share=BATCH)


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
def _session() -> Session:
    """The model, loaded once per process."""
    return session()
