"""How much of the question an answer takes up.

By lemmas only: nouns, verbs, names and numbers of the question that come back in the
answer. `relevance` is the one place to change when sentence embeddings join in; its
callers only use the share and the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from voicecoach.measures.language import english
from voicecoach.questions import Question
from voicecoach.rubric.lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

CONTENT = frozenset({"NOUN", "VERB", "PROPN", "ADJ", "NUM"})


@dataclass(frozen=True)
class Relevance:
    """Share of the question's content words in the answer, 0..1, and which they are."""

    share: float
    shared: tuple[str, ...]


def relevance(question: Question, said: Iterable[Token]) -> Relevance:
    """Compare an answer's words with those of the question and of what it assesses.

    Args:
        question: prompt and assesses are compared.
        said: the tokens of the answer that count.
    """
    asked = _content_lemmas(f"{question.prompt} {question.assesses}")
    shared = asked & {token.lemma_.lower() for token in said}
    return Relevance(len(shared) / len(asked) if asked else 1.0, tuple(sorted(shared)))


@lru_cache(maxsize=256)
def _content_lemmas(text: str) -> frozenset[str]:
    asking = lexicon().words["asking"]
    return frozenset(
        token.lemma_.lower()
        for token in english()(text)
        if token.pos_ in CONTENT and not token.is_stop and token.lemma_ not in asking
    )
