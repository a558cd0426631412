"""Sentences with their labels inside, and how well the detectors find them again.

    I [tracked:C.I] it, but I didn't [cut:O.I!] it.     verbs: class, actor, denied
    It took {like} three weeks.                         markers: what is a filler

Used by tests/test_verbs.py, tests/test_fillers.py and benchmarks/language.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from voicecoach.measures.fillers import fillers
from voicecoach.measures.language import read
from voicecoach.measures.markers import Marker, markers
from voicecoach.measures.results import Verb
from voicecoach.measures.verbs import verbs
from voicecoach.timeline import typed

VERB = re.compile(r"\[([^\]:]+):([COPN])\.(I|we|other|none)(!?)\]")
MARKER = re.compile(r"\{(.*?)\}")
CLASSES = {
    "C": "coordinator",
    "O": "ownership",
    "P": "passive_voice",
    "N": "neutral",
}


class Label(NamedTuple):
    """One verb of a sentence: where, which class, who does it, whether denied."""

    start: int
    end: int
    verb_class: str
    actor: str
    negated: bool


class Tally(NamedTuple):
    """Of one class or marker: found rightly, found wrongly, missed."""

    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.false)

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.false + self.missed)


class VerbScores(NamedTuple):
    """By class, and of the verbs found: the share with the right actor and denial."""

    tallies: dict[str, Tally]
    actor_accuracy: float
    negation_accuracy: float


def verb_labels(marked: str) -> tuple[str, list[Label]]:
    """The plain sentence and its labels."""
    text, labels, at = "", [], 0
    for m in VERB.finditer(marked):
        text += marked[at : m.start()]
        start = len(text)
        text += m[1]
        labels.append(Label(start, len(text), CLASSES[m[2]], m[3], m[4] == "!"))
        at = m.end()
    return text + marked[at:], labels


def found_verbs(text: str) -> tuple[Verb, ...]:
    """The ledger of a typed sentence."""
    return verbs(read(typed(text)))


def found_labels(text: str) -> list[Label]:
    """The ledger in the form of labels."""
    return [
        Label(v.quote.char_start, v.quote.char_end, v.verb_class, v.actor, v.negated)
        for v in found_verbs(text)
    ]


def verb_scores(marked_sentences: Iterable[str]) -> VerbScores:
    """How much of the labels is found: span and class exactly, then actor, denial."""
    hits: Counter[str] = Counter()
    false: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    actors = denials = 0
    for marked in marked_sentences:
        text, labels = verb_labels(marked)
        found = {label[:3]: label for label in found_labels(text)}
        wanted = {label[:3]: label for label in labels}
        hits.update(key[2] for key in found.keys() & wanted.keys())
        false.update(key[2] for key in found.keys() - wanted.keys())
        missed.update(key[2] for key in wanted.keys() - found.keys())
        for key in found.keys() & wanted.keys():
            actors += found[key].actor == wanted[key].actor
            denials += found[key].negated == wanted[key].negated
    total = max(1, hits.total())
    tallies = {c: Tally(hits[c], false[c], missed[c]) for c in CLASSES.values()}
    return VerbScores(tallies, actors / total, denials / total)


def marker_of(name: str) -> Marker:
    """The marker that is written so."""
    form = tuple(name.lower().split())
    return next(marker for marker in markers() if form in marker.forms)


def marker_labels(marked: str) -> tuple[str, set[int]]:
    """The bare sentence and where in it the braces opened."""
    starts, removed = set(), 0
    for match in MARKER.finditer(marked):
        starts.add(match.start() - removed)
        removed += 2
    return MARKER.sub(r"\1", marked), starts


def marker_starts(text: str, marker: Marker) -> set[int]:
    """Where the one marker was found to be a filler."""
    forms = {" ".join(form) for form in marker.forms}
    said = fillers(read(typed(text)))
    return {f.quote.char_start for f in said if f.text in forms and f.quote}


def marker_tally(marked_sentences: Iterable[str], marker: Marker) -> Tally:
    """Of one marker in its sentences."""
    hits = false = missed = 0
    for marked in marked_sentences:
        text, wanted = marker_labels(marked)
        found = marker_starts(text, marker)
        hits += len(found & wanted)
        false += len(found - wanted)
        missed += len(wanted - found)
    return Tally(hits, false, missed)


def sentence_lines(table: dict[str, str], *keys: str) -> Iterator[str]:
    """The sentences of a table, one a line, in the order of the keys."""
    for key in keys:
        yield from table.get(key, "").strip().splitlines()
