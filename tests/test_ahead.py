"""What is understood before it is parsed is what the judge will ask about."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voicecoach.measures.language import read
from voicecoach.measures.markers import may_hold
from voicecoach.rubric import ahead
from voicecoach.rubric.patterns import utterances
from voicecoach.rubric.plain import plain
from voicecoach.timeline import typed

SURE = "I cut the import from the release. It cost us a month of reports."
MARKED = "So, you know, I told the director that week. It was like ten people."


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that were begun with."""
    texts: list[str] = []

    def note(some: Sequence[str]) -> None:
        texts.extend(some)

    monkeypatch.setattr(ahead, "embed_ahead", note)
    return texts


def asked_about(text: str) -> list[str]:
    told = plain(read(typed(text))).reading
    return [utterance.text for utterance in utterances(told)]


def test_sentences_without_markers_are_begun_with_before_the_parse(
    begun: list[str],
) -> None:
    ahead.look_ahead_of_parse(typed(f"{SURE} {MARKED}"))
    assert begun == asked_about(SURE)


def test_after_the_parse_the_rest_is_begun_with_as_the_judge_wants_it(
    begun: list[str],
) -> None:
    ahead.look_ahead(read(typed(f"{SURE} {MARKED}")))
    assert begun == asked_about(f"{SURE} {MARKED}")
    assert not any("you know" in text for text in begun)


@pytest.mark.parametrize("text", ["you know it", "It was, kind of, late", "Right, so"])
def test_a_text_may_hold_a_marker_used_or_not(text: str) -> None:
    assert may_hold(text)


def test_a_text_without_any_marker_holds_none() -> None:
    assert not may_hold("We moved the ledger on Sunday.")
