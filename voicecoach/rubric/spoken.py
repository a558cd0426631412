"""The speaker's words made fit to be said again, nothing added.

said      I, um, I decided to cut our last nine services
clean     I decided to cut our last nine services
reported  you decided to cut your last nine services
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from voicecoach.rubric.phrases import words_of
from voicecoach.timeline import bare, is_filled_pause

TO_SECOND_PERSON: Mapping[str, str] = {
    "i": "you",
    "we": "you",
    "me": "you",
    "us": "you",
    "my": "your",
    "our": "your",
    "mine": "yours",
    "ours": "yours",
    "myself": "yourself",
    "ourselves": "yourselves",
    "am": "are",
    "i'm": "you're",
    "we're": "you're",
    "i've": "you've",
    "we've": "you've",
    "i'd": "you'd",
    "we'd": "you'd",
    "i'll": "you'll",
    "we'll": "you'll",
}
WAS: Mapping[str, str] = {"was": "were", "wasn't": "weren't"}
"""Only behind the speaker's I."""
LONGEST_REPEAT = 4
BETWEEN = 2
"""Words that may stand between I and its was ("I really was")."""


def clean(text: str) -> str:
    """Without filled pauses, and words said twice in a row said once."""
    words = [word for word in text.split() if not is_filled_pause(word)]
    return " ".join(_said_once(words))


def _said_once(words: Sequence[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(words):
        size = _repeat_size(words, at)
        if not size:
            kept.append(words[at])
        at += size or 1
    return kept


def _repeat_size(words: Sequence[str], at: int) -> int:
    """How many words from here are said again at once; the second time stays."""
    for size in range(min(LONGEST_REPEAT, (len(words) - at) // 2), 0, -1):
        once = [bare(word) for word in words[at : at + size]]
        again = [bare(word) for word in words[at + size : at + 2 * size]]
        if (
            once == again
            and all(once)
            and not any(_ends(w) for w in words[at : at + size])
        ):
            return size
    return 0


def _ends(word: str) -> bool:
    """Whether a sentence ends here, so that what follows is said on purpose."""
    return word.endswith((".", "?", "!"))


def reported(text: str) -> str:
    """A clause as another person repeats it: I and we become you."""
    words = clean(text).rstrip(",;:.!").split()
    shifted = list(_shifted(words))
    if shifted and re.split(r"\W", shifted[0].lower())[0] in words_of("openers"):
        shifted[0] = shifted[0].lower()
    return " ".join(shifted)


def _shifted(words: Sequence[str]) -> Iterator[str]:
    since_i = BETWEEN + 1
    for word in words:
        stem = bare(word).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        since_i = 0 if stem == "i" else since_i + 1
        table = TO_SECOND_PERSON
        if stem in WAS and since_i <= BETWEEN:
            table = WAS
        yield _replaced(word, table[stem]) if stem in table else word


def _replaced(word: str, new: str) -> str:
    """Another word with the punctuation that the first one had."""
    inner = re.sub(r"^\W+|\W+$", "", word)
    return word.replace(inner, new, 1)
