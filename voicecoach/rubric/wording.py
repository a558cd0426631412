"""What is said to the speaker: advice, the one change, and the place it hangs on.

Everything comes from the texts of criteria.toml and from the speaker's own words; a
gap without words of its own is hung on the sentence where the missing part would go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from voicecoach.rubric.assessing import Assessment, Case
from voicecoach.rubric.criteria import Criterion, rubric
from voicecoach.rubric.evidence import Hit
from voicecoach.rubric.lexicon import lexicon
from voicecoach.rubric.results import Finding
from voicecoach.timeline import Quote, bare

LONGEST_WORDS = 14
"""Of a quote inside a sentence of ours."""
CLAUSE_END = re.compile(r"[,;:.?!]$")


def advice_for(criterion: Criterion, found: Assessment, kind: str) -> str:
    """Praise for a strength, advice for a gap, slots filled."""
    text = criterion.praise if kind == "strength" else criterion.advice
    return text.format_map(found.slots)


def with_hook(criterion: Criterion, found: Assessment, case: Case) -> Assessment:
    """A gap with the words that it hangs on: its own, or where it would have gone."""
    for cue in criterion.hooks:
        if hits := case.seen.by_cue.get(cue, ()):
            richest = max(hits, key=lambda hit: _richness(hit, case))
            return replace(found, quotes=(case.seen.clause(richest),))
    return found


def _richness(hit: Hit, case: Case) -> tuple[int, int]:
    """Content words of the clause, the earlier one first among equals."""
    tokens = case.seen.utterances[hit.utterance].tokens
    content = [t for t in tokens[hit.first : hit.first + 12] if not t.is_stop]
    return len(content), -hit.utterance


def one_change(case: Case, findings: Sequence[Finding]) -> str:
    """The most valuable change in plain words; what to keep when there is none."""
    gaps = [f for f in findings if f.kind == "gap"]
    if not gaps:
        return _keep(findings)
    criterion = rubric().by_id[gaps[0].criterion]
    quote = gaps[0].evidence[0] if gaps[0].evidence else None
    slots = {"missing": _missing(case), "problem": gaps[0].advice}
    if quote is None:
        return criterion.change_bare.format_map(slots)
    said = {"quote": shortened(quote), "time": at(quote)}
    return criterion.change.format_map(slots | said)


def shortened(quote: Quote, most: int = LONGEST_WORDS) -> str:
    """The first words of a quote, cut at a clause where there is one."""
    words = quote.text.split()
    joining = lexicon().words["joining"]
    while len(words) > 3 and bare(words[0]) in joining:
        words = words[1:]
    if len(words) <= most:
        return " ".join(words).rstrip(",;:.")
    ends = [i for i, w in enumerate(words[:most], 1) if CLAUSE_END.search(w) and i > 4]
    return " ".join(words[: ends[-1] if ends else most]).rstrip(",;:.") + " …"


def at(quote: Quote) -> str:
    """When it was said (" at 1:12"); empty when it was typed."""
    if quote.span is None:
        return ""
    minutes, seconds = divmod(int(quote.span.start_s), 60)
    return f" at {minutes}:{seconds:02d}"


def _missing(case: Case) -> str:
    said, names = case.parts
    return next((n.replace("_", " ") for n in names if n not in said), "the end")


def _keep(findings: Sequence[Finding]) -> str:
    if not findings:
        return "Nothing stands out that you should change."
    return f"Nothing to change here. Keep this: {findings[0].advice}"
