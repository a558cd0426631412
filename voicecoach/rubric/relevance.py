"""How much of the question an answer takes up: by its words, and by its meaning.

Shared lemmas alone miss a good answer in other words, likeness of meaning alone takes
two stories about programs for one; their sum tells an answer to this question from one
to another better than either (figures in docs/judgement.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from voicecoach.embedding import Vectors, embed
from voicecoach.measures.language import english
from voicecoach.questions import Question
from voicecoach.rubric.lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

CONTENT = frozenset({"NOUN", "VERB", "PROPN", "ADJ", "NUM"})

NEAREST = 3
"""Sentences whose likeness counts: not all of an answer speaks of its question."""

CEILINGS = {1: 0.22, 2: 0.34, 3: 0.40}
"""The most points for an answer whose nearness is below: another question, around this
one, its topic at best. 51 answers of the development set, against their own question
and 816 times against another: 0, 1, 4 of the former lie below, .36, .62, .74 of the
latter. A good answer that uses none of the question's words can be as low as 0.25."""

STEPS = (0.34, 0.55)
"""Nearness that is worth a point each; .62 and .94 of the other questions lie below."""


@dataclass(frozen=True)
class Relevance:
    """How far an answer takes up its question.

    Args:
        share: of the question's content words that come back in the answer, 0..1.
        likeness: mean cosine of the nearest sentences to the prompt, -1..1.
        shared: the content words that come back.
    """

    share: float
    likeness: float
    shared: tuple[str, ...]

    @property
    def nearness(self) -> float:
        """Both together."""
        return self.share + self.likeness

    @property
    def steps(self) -> int:
        """How many of the two steps toward the question it has taken, 0..2."""
        return sum(self.nearness >= least for least in STEPS)

    @property
    def most(self) -> int:
        """The most points that an answer so near can get, however well it is told."""
        low = (points for points, below in CEILINGS.items() if self.nearness < below)
        return min(low, default=5)


def relevance(question: Question, said: Iterable[Token], vectors: Vectors) -> Relevance:
    """Compare an answer with its question.

    Args:
        question: words of prompt and assesses count, and the meaning of the prompt.
        said: the tokens of the answer that count.
        vectors: of the answer's sentences that count, [sentences, 384].
    """
    asked = _content_lemmas(f"{question.prompt} {question.assesses}")
    shared = asked & {token.lemma_.lower() for token in said}
    share = len(shared) / len(asked) if asked else 1.0
    cosines = np.sort(vectors @ embed([question.prompt])[0])[-NEAREST:]
    likeness = float(cosines.mean()) if len(cosines) else 0.0
    return Relevance(share, likeness, tuple(sorted(shared)))


@lru_cache(maxsize=256)
def _content_lemmas(text: str) -> frozenset[str]:
    asking = lexicon().words["asking"]
    return frozenset(
        token.lemma_.lower()
        for token in english()(text)
        if token.pos_ in CONTENT and not token.is_stop and token.lemma_ not in asking
    )
