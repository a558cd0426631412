"""Vectors of sentences: the same for the same words, and near for near meanings."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach import embedding
from voicecoach.embedding import (
    BATCH,
    DIMENSIONS,
    MODEL_SHA256,
    Vectors,
    embed,
    embed_ahead,
    model,
)
from voicecoach.errors import ModelError
from voicecoach.remembered import Remembered

SENTENCES = (
    "I cut the scope by half.",
    "We halved what had to be built.",
    "The receiver acknowledges each packet, and what is lost is sent again.",
    "She was worried about the audit.",
    "No.",
    "In March the vendor told us that the gateway would not be ready before the "
    "summer, so I took the refunds out of the first release and told the partner.",
)


def test_each_text_has_a_vector_of_length_one() -> None:
    vectors = embed(SENTENCES)
    assert vectors.shape == (len(SENTENCES), DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert embed([]).shape == (0, DIMENSIONS)


LONGEST = SENTENCES[-1].split()
OF_ALL_LENGTHS = [" ".join(LONGEST[:words]) for words in range(1, len(LONGEST) + 1)]


def computed_anew(texts: list[str]) -> Vectors:
    """What `embed` gives to who has asked for nothing before."""
    with pytest.MonkeyPatch.context() as patch:
        computed = embedding._computed
        patch.setattr(
            embedding, "_vectors", Remembered(computed, len(texts), share=BATCH)
        )
        return embed(texts)


@pytest.fixture(scope="module")
def alone() -> dict[str, Vectors]:
    return {text: computed_anew([text])[0] for text in OF_ALL_LENGTHS}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(OF_ALL_LENGTHS), min_size=2, max_size=2 * BATCH + 1))
def test_a_vector_does_not_depend_on_what_stands_beside_it(
    alone: dict[str, Vectors], texts: list[str]
) -> None:
    for text, vector in zip(texts, computed_anew(texts), strict=True):
        assert np.array_equal(vector, alone[text]), text


def test_near_meanings_are_nearer_than_others() -> None:
    vectors = embed(SENTENCES)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > max(cosines[0, 2], cosines[0, 3], cosines[1, 3])


def test_case_does_not_matter() -> None:
    one, other = embed(["I CUT the scope.", "i cut the scope."])
    assert np.array_equal(one, other)


def test_the_end_of_a_long_text_counts_as_much_as_its_beginning() -> None:
    move = "so then we moved the tables from the old cluster to the new one"
    blame = "and it was the vendor who broke every single promise they made"
    long = " ".join([*[move] * 6, *[blame] * 6])
    both, first, last = embed([long, move, blame])
    assert np.linalg.norm(both) == pytest.approx(1, abs=1e-5)
    assert min(both @ first, both @ last) > first @ last + 0.3


def test_what_was_begun_ahead_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"We moved {n} tables before the summer." for n in range(20)]
    embed_ahead(texts)
    found = embed(texts)
    monkeypatch.setattr(embedding, "_vectors", Remembered(embedding._computed, 100))
    assert np.array_equal(found, embed(texts))


def test_what_fails_ahead_is_told_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> NoReturn:
        raise ModelError("no model", "set it up")

    monkeypatch.setattr(embedding, "_session", broken)
    text = "Nobody has asked for this sentence before."
    embed_ahead([text])
    with pytest.raises(ModelError, match="no model"):
        embed([text])


def test_weights_are_cut_out_of_a_model() -> None:
    def sized(number: int, value: bytes) -> bytes:
        return bytes([number << 3 | 2, len(value)]) + value

    node, one, other = sized(1, b"node"), sized(5, b"one"), sized(5, b"another")
    version, producer = bytes([1 << 3, 0x96, 1]), sized(2, b"somebody")
    stored = version + producer + sized(7, one + node + other) + version
    assert model.stored_weights(stored) == sized(7, one + other)


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"half a model")
    with pytest.raises(ModelError, match="damaged"):
        model._checked(path)
    with pytest.raises(ModelError, match="cannot be read"):
        model._checked(tmp_path / "none.onnx")
    assert len(MODEL_SHA256) == 64


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModelError, match="not installed"):
        model._model_path()
