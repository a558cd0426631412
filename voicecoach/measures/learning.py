"""Whether a sentence tells what was learned, and what that is worth.

    what it means ──────────────────┐
    words of habits, of platitudes ─┼─ chance of a mechanism, a lesson, a platitude,
    cues, tense, place (parts) ─────┘  and of none of these

A mechanism is a habit kept since, a lesson is specific but changed no habit, a
platitude is true of every program. No list of words tells them apart, so it was learned
from stories of many authors, labelled by readers who did not know the program
(`benchmarks/parts.py` fits it and says how often it is right).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import get_args

import numpy as np

from voicecoach.embedding import embedded
from voicecoach.measures.parts import PARTS, Floats, log_chances, rules
from voicecoach.measures.results import LearningKind
from voicecoach.stored import arrays

KINDS: tuple[LearningKind, ...] = get_args(LearningKind)
AT = PARTS.index("learning")
"""Its column among the chances of parts."""
LEARNED = "learning.npz"
"""In data/: weights [features + 1, kinds + 1], the last row is the offset, the last
column is what tells of no learning. Stored by `benchmarks/parts.py --store`."""
SIGNS = ("platitudes", "habits", "concrete")
MEANING = 2.0
"""How far vectors reach: what reaches further is held back less by the penalty."""
LONG_WORDS, MOST_WORDS = 20, 40
LEAST = 0.05
"""A sentence that cues make less likely a learning than this is not looked at: of the
others, three an answer, it is asked what they mean."""
RARELY = 1e-4
"""The chance of a learning where nothing speaks for one."""


def kind_chances(
    chances: Floats, given: Floats, texts: Sequence[str], weights: Floats
) -> Floats:
    """Of each kind, and of none, for each sentence, [sentences, kinds + 1].

    Args:
        chances: log chances of parts by cues, as `parts.log_chances` gives them.
        given: what is known of every sentence, [sentences, features], from `parts`.
        texts: the sentences.
        weights: see `LEARNED`.
    """
    kinds = np.zeros((len(texts), len(KINDS) + 1), np.float32)
    kinds[:, -1] = 1
    likely = np.flatnonzero(np.exp(chances[:, AT]) >= LEAST)
    if len(likely):
        known = features(given[likely], [texts[int(i)] for i in likely])
        kinds[likely] = np.exp(log_chances(known, weights))
    return kinds


def informed(chances: Floats, kinds: Floats) -> Floats:
    """Log chances of parts, [sentences, parts + 1], once it is known what they mean.

    Args:
        chances: by cues, as `parts.log_chances` gives them.
        kinds: from `kind_chances`.
    """
    told = (1 - kinds[:, -1]).clip(RARELY, 1 - RARELY)
    usual = np.exp(chances)
    others = usual / (usual.sum(1) - usual[:, AT]).clip(RARELY)[:, None]
    result: Floats = np.log((others * (1 - told)[:, None]).clip(RARELY**2, 1))
    result[:, AT] = np.log(told)
    return result


def likeliest(kinds: Floats) -> LearningKind | None:
    """What sentences that tell of a learning say together; None for no sentence.

    Args:
        kinds: of these, from `kind_chances`.
    """
    return KINDS[int(kinds[:, :-1].sum(0).argmax())] if len(kinds) else None


def features(given: Floats, texts: Sequence[str]) -> Floats:
    """What is known of each sentence, [sentences, features]."""
    meaning, worth = embedded(texts)
    signs = np.array([_signs(text) for text in texts])
    vectors = (MEANING * meaning, MEANING * worth)
    return np.hstack([*vectors, signs, given]).astype(np.float32)


def _signs(text: str) -> list[float]:
    """Which words of habits and platitudes it has, and how long it is."""
    met = {
        name: [float(bool(sign.search(text))) for sign in some]
        for name, some in _patterns().items()
    }
    any_of = [max(met[name]) for name in SIGNS]
    done = any_of[SIGNS.index("habits")] * any_of[SIGNS.index("concrete")]
    length = min(len(text.split()), MOST_WORDS) / LONG_WORDS
    return [*(sign for name in SIGNS for sign in met[name]), *any_of, length, done]


@cache
def _patterns() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    table = rules()["learning"]
    return {n: tuple(re.compile(p, re.IGNORECASE) for p in table[n]) for n in SIGNS}


@cache
def learned() -> Floats:
    """The weights that ship with the package, read once; see `LEARNED`."""
    weights: Floats = arrays(__package__, f"data/{LEARNED}")["weights"]
    return weights
