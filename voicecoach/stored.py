"""What was learned beforehand and ships with the package: arrays in .npz files."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray


def arrays(package: str, name: str) -> Mapping[str, NDArray[Any]]:
    """Every array of a file, numbers in 32 bits.

    Args:
        package: that it lies in, "voicecoach.rubric".
        name: of the file, "data/parts.npz".
    """
    with as_file(files(package) / name) as path, np.load(path) as stored:
        return {key: _ready(stored[key]) for key in stored.files}


def strings(array: NDArray[Any]) -> tuple[str, ...]:
    """An array of names."""
    return tuple(map(str, array))


def _ready(array: NDArray[Any]) -> NDArray[Any]:
    is_float = np.issubdtype(array.dtype, np.floating)
    return array.astype(np.float32) if is_float else array
