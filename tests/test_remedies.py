"""What mends a sentence that anybody could say."""

from __future__ import annotations

import pytest

from benchmarks.remedies import given, left_out
from voicecoach.embedding import embed
from voicecoach.rubric import remedies, rubric
from voicecoach.rubric.phrases import slots_of
from voicecoach.rubric.remedies import LEAST_SURE, learned, remedy_for


def test_each_kind_has_words_and_each_word_a_kind() -> None:
    held = rubric().held("generic")
    assert held is not None
    assert {*held.remedies} == {*learned().kinds}
    for remedy in held.remedies.values():
        assert slots_of(remedy.change) == {"quote", "time"}
        assert remedy.advice


def test_on_other_questions_most_get_the_remedy_that_was_meant() -> None:
    names, meaning, wanted, _ = given()
    chances = left_out(names, meaning, wanted)
    right = chances.argmax(1) == wanted.argmax(1)
    sure = chances.max(1) >= LEAST_SURE
    assert right.mean() >= 0.6
    assert right[sure].mean() >= 0.75
    assert sure.mean() >= 0.5


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I'm a big believer in servant leadership and radical candour.", "case"),
        ("It really improved things and everybody was happy with it.", "measure"),
        ("There'd be a RAID log, a decision log and a status template.", "paper"),
        ("I'd weigh the pros and cons of building it or buying it.", "choice"),
    ],
)
def test_the_remedy_goes_by_what_the_sentence_is(text: str, kind: str) -> None:
    assert remedy_for(embed([text])[0]) == kind


def test_what_is_not_sure_gets_the_usual_words(monkeypatch: pytest.MonkeyPatch) -> None:
    belief = embed(["I believe in transparency."])[0]
    assert remedy_for(belief) == "case"
    monkeypatch.setattr(remedies, "LEAST_SURE", 1.0)
    assert remedy_for(belief) is None
    held = rubric().held("generic")
    assert held is not None
    assert held.remedy(None).change == held.change
    assert held.remedy("").change == held.change
