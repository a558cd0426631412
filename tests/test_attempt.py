"""The attempt document: the contract's keys, its nulls, and reading it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests import builders
from voicecoach.attempt import (
    SCHEMA,
    Attempt,
    Engine,
    Origin,
    Recording,
    attempt,
    error_document,
    from_json,
    json_schema,
    new_id,
    to_json,
)
from voicecoach.attempt.reasons import CHOSEN, null_paths
from voicecoach.errors import StorageError
from voicecoach.measures.results import Agency, Filler, Measures, Pause, Verb
from voicecoach.rubric.results import Finding, Score
from voicecoach.timeline import Answer, Span, Word

DOCS = Path(__file__).parent.parent / "docs"

CONTRACT = {
    "schema": None,
    "id": None,
    "created_at": None,
    "question": {"id": None, "prompt": None, "round": None, "target_s": None},
    "audio": {
        "path": None,
        "duration_s": None,
        "sample_rate_hz": None,
        "overflows": None,
    },
    "engine": {
        "transcriber": None,
        "model": None,
        "model_sha256": None,
        "rubric_version": None,
    },
    "transcript": {
        "text": None,
        "words": [dict.fromkeys(("text", "start_s", "end_s", "probability"))],
        "removed": [dict.fromkeys(("text", "start_s", "end_s", "reason"))],
    },
    "measures": {
        "timing": {
            "answer_s": None,
            "first_word_s": None,
            "speaking_s": None,
            "word_count": None,
            "pace_wpm": None,
            "articulation_wpm": None,
            "verdict": None,
            "pace_over_time": [dict.fromkeys(("start_s", "end_s", "wpm"))],
        },
        "pauses": [dict.fromkeys(("start_s", "end_s", "duration_s", "kind", "place"))],
        "fillers": [
            dict.fromkeys(
                ("text", "family", "start_s", "end_s", "found_by", "confidence")
            )
        ],
        "repeats": [dict.fromkeys(("text", "start_s", "end_s"))],
        "verbs": [
            dict.fromkeys(
                (
                    "text",
                    "lemma",
                    "class",
                    "actor",
                    "negated",
                    "start_s",
                    "end_s",
                    "sentence",
                    "ask",
                )
            )
        ],
        "agency": dict.fromkeys(
            (
                "coordinator",
                "ownership",
                "passive_voice",
                "i",
                "we",
                "coordinator_share",
            )
        ),
        "structure": [dict.fromkeys(("part", "start_s", "end_s", "share", "quote"))],
        "numbers": [dict.fromkeys(("text", "kind", "start_s", "end_s"))],
    },
    "score": {
        "pillars": dict.fromkeys(
            (
                "program_execution",
                "technical_depth",
                "stakeholder_leadership",
                "communication",
                "culture_values",
            )
        ),
        "overall": None,
        "findings": [
            {
                "criterion": None,
                "pillar": None,
                "points": None,
                "kind": None,
                "advice": None,
                "evidence": [dict.fromkeys(("quote", "start_s", "end_s"))],
            }
        ],
        "one_change": None,
    },
    "follow_up": {"prompt": None, "probes": None, "why": None},
    "unmeasured": None,
}
"""The keys that other programs read; a list holds one example of its items."""

ALL = (builders.middling, builders.firmer, builders.written, builders.wordless)


def missing(contract: Any, found: Any, path: str = "$") -> Iterator[str]:
    """Paths of the contract that a document lacks; a null stands for a whole part."""
    if found is None or contract is None:
        return
    if isinstance(contract, list):
        for item in found:
            yield from missing(contract[0], item, f"{path}[]")
        return
    for key, inner in contract.items():
        if key not in found:
            yield f"{path}.{key}"
        else:
            yield from missing(inner, found[key], f"{path}.{key}")


def as_json(made: Attempt) -> Any:
    return json.loads(to_json(made))


@pytest.mark.parametrize("build", ALL)
def test_has_every_key_of_the_contract(build: Callable[[], Attempt]) -> None:
    assert list(missing(CONTRACT, as_json(build()))) == []


def test_the_middling_answer_fills_every_list_of_the_contract() -> None:
    document = as_json(builders.middling())
    lists = ("pauses", "fillers", "repeats", "verbs", "structure", "numbers")
    assert all(document["measures"][key] for key in lists)
    assert document["transcript"]["removed"]
    assert document["score"]["findings"]


@pytest.mark.parametrize("build", ALL)
def test_every_null_has_its_reason(build: Callable[[], Attempt]) -> None:
    document = as_json(build())
    unexplained = {
        path
        for path in null_paths(document)
        if path not in document["unmeasured"] and path not in CHOSEN
    }
    assert unexplained == set()
    assert all(reason.strip() for reason in document["unmeasured"].values())


def test_typed_answers_have_no_sound_and_no_times() -> None:
    document = as_json(builders.written())
    assert document["audio"] is None
    assert document["measures"]["timing"] is None
    assert document["measures"]["pauses"] is None

    def times(value: Any) -> Iterator[Any]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("start_s", "end_s"):
                    yield inner
                else:
                    yield from times(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from times(inner)

    found = list(times(document))
    assert found
    assert set(found) == {None}


@pytest.mark.parametrize("build", ALL)
def test_quotes_are_where_their_offsets_say(build: Callable[[], Attempt]) -> None:
    document = as_json(build())
    text = document["transcript"]["text"]
    measures = document["measures"]
    for key in ("repeats", "verbs", "numbers"):
        for item in measures[key]:
            assert text[item["char_start"] : item["char_end"]] == item["text"]
    for finding in document["score"]["findings"]:
        for quote in finding["evidence"]:
            assert text[quote["char_start"] : quote["char_end"]] == quote["quote"]


def test_times_are_rounded_to_the_millisecond_at_the_border() -> None:
    answer = Answer((Word("hello", Span(1 / 3, 2 / 3), 0.987654),), (), 1.0)
    empty = Measures(None, None, (), (), (), Agency(0, 0, 0, 0, 0, None), (), ())
    score = Score({}, None, (), None, "1")
    made = attempt(
        builders.QUESTION, answer, empty, score, None, builders.origin(answer)
    )
    assert made.transcript.words[0].start_s == 0.333
    assert made.transcript.words[0].probability == 0.988


def test_created_at_is_utc_in_whole_seconds() -> None:
    there = timezone(timedelta(hours=-5))
    moment = datetime(2026, 11, 22, 5, 0, 0, 999_999, tzinfo=there)
    assert as_json(builders.middling(created_at=moment))["created_at"] == (
        "2026-11-22T10:00:00Z"
    )


def test_a_stages_own_reason_is_kept() -> None:
    document = as_json(builders.middling())
    reason = document["unmeasured"]["score.pillars.technical_depth"]
    assert reason == "the question gives no chance to show it"


@pytest.mark.parametrize("build", ALL)
@pytest.mark.parametrize("indent", [None, 2])
def test_reading_back_loses_nothing(
    build: Callable[[], Attempt], indent: int | None
) -> None:
    made = build()
    text = to_json(made, indent=indent)
    assert from_json(text) == made
    assert ("\n" in text) == (indent is not None)


seconds = st.floats(0, 7200, allow_nan=False)
spans = st.tuples(seconds, seconds).map(lambda pair: Span(min(pair), max(pair)))
texts = st.text(min_size=1, max_size=12).filter(lambda text: text.split() == [text])


@st.composite
def attempts(draw: st.DrawFn) -> Attempt:
    """Attempts with words, times and numbers of any kind."""
    words = draw(
        st.lists(
            st.builds(Word, texts, spans, st.floats(0, 1)), min_size=1, max_size=8
        ).map(tuple)
    )
    answer = Answer(words, draw(st.lists(spans, max_size=3).map(tuple)), 7200.0)
    quotes = st.integers(0, len(words) - 1).map(lambda i: answer.quote(i, i))
    fillers = st.builds(
        Filler,
        text=texts,
        family=st.sampled_from(["filled_pause", "discourse_marker", "hedge"]),
        found_by=st.sampled_from(["transcript", "sound", "both"]),
        confidence=st.floats(0, 1),
        quote=st.none() | quotes,
        span=spans,
    )
    verbs = st.builds(
        Verb,
        quote=quotes,
        lemma=texts,
        verb_class=st.sampled_from(["coordinator", "ownership", "neutral"]),
        actor=st.sampled_from(["I", "we", "other", "none"]),
        negated=st.booleans(),
        sentence=quotes,
        ask=st.none() | st.text(),
    )
    pauses = st.builds(
        Pause,
        spans,
        st.sampled_from(["brief", "medium", "long"]),
        st.sampled_from(["clause_end", "mid_clause"]),
    )
    share = draw(st.none() | st.floats(0, 1))
    measures = Measures(
        timing=None,
        pauses=draw(st.none() | st.lists(pauses, max_size=3).map(tuple)),
        fillers=draw(st.lists(fillers, max_size=3).map(tuple)),
        repeats=draw(st.lists(quotes, max_size=2).map(tuple)),
        verbs=draw(st.lists(verbs, max_size=3).map(tuple)),
        agency=Agency(1, 2, 3, 4, 5, share),
        structure=(),
        numbers=(),
    )
    finding = st.builds(
        Finding,
        criterion=texts,
        pillar=st.just("communication"),
        points=st.integers(1, 5),
        kind=st.sampled_from(["strength", "gap"]),
        advice=st.text(),
        evidence=st.lists(quotes, max_size=2).map(tuple),
        why=st.text(),
    )
    score = Score(
        pillars={"communication": draw(st.none() | st.integers(1, 5))},
        overall=draw(st.none() | st.floats(1, 5)),
        findings=draw(st.lists(finding, max_size=2).map(tuple)),
        one_change=draw(st.none() | st.text()),
        rubric_version="1",
    )
    origin = Origin(
        new_id(),
        draw(st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001
        Engine(rubric_version="1"),
        Recording(draw(st.text()), draw(seconds), 16_000),
        self_rating=draw(st.none() | st.integers(1, 5)),
    )
    return attempt(builders.QUESTION, answer, measures, score, None, origin)


@settings(max_examples=40, deadline=None)
@given(attempts())
def test_reading_back_loses_nothing_whatever_was_said(made: Attempt) -> None:
    assert from_json(to_json(made)) == made
    assert to_json(from_json(to_json(made))) == to_json(made)
    assert set(null_paths(as_json(made))) - set(CHOSEN) <= set(made.unmeasured)


def with_news(value: Any) -> Any:
    """The same document with a key that no program knows in every object."""
    if isinstance(value, dict):
        return {k: with_news(v) for k, v in value.items()} | {"news_of_2031": [1]}
    if isinstance(value, list):
        return [with_news(item) for item in value]
    return value


def test_keys_of_later_programs_are_tolerated() -> None:
    made = builders.middling()
    document = with_news(as_json(made))
    document["unmeasured"] = made.unmeasured
    assert from_json(json.dumps(document)) == made


def test_another_version_is_refused_by_name() -> None:
    document = as_json(builders.middling()) | {"schema": "voicecoach.attempt/2"}
    with pytest.raises(StorageError, match=r"is voicecoach\.attempt/2") as caught:
        from_json(json.dumps(document))
    assert "Update" in caught.value.what_to_do


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"schema": "other/1"}', "null"])
def test_what_is_no_attempt_document_is_said_to_be_none(text: str) -> None:
    with pytest.raises(StorageError, match="not an attempt document"):
        from_json(text)


def test_a_damaged_document_is_refused_with_its_field() -> None:
    document = as_json(builders.middling())
    document["measures"]["verbs"][1]["class"] = "heroic"
    with pytest.raises(StorageError, match=r"measures\.verbs\.1\.class"):
        from_json(json.dumps(document))


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".hidden", "a" * 65, "a b"])
def test_an_id_cannot_leave_the_folder_of_recordings(name: str) -> None:
    with pytest.raises(ValidationError):
        builders.middling(id=name)


def test_new_ids_differ() -> None:
    assert len({new_id() for _ in range(100)}) == 100


def test_an_error_document_is_one_line_of_json() -> None:
    line = error_document("a\nb.wav", "It holds no “sound”.", "Record it again.")
    assert "\n" not in line
    assert json.loads(line) == {
        "schema": "voicecoach.error/1",
        "input": "a\nb.wav",
        "error": "It holds no “sound”.",
        "what_to_do": "Record it again.",
    }


def test_families_of_fillers_are_counted_apart_and_only_when_certain() -> None:
    made = builders.middling()
    filled, markers = made.fillers("filled_pause"), made.fillers("discourse_marker")
    assert {f.text for f in filled} == {"um", "uh"}
    assert {f.text for f in markers} == {"like", "basically", "you know"}
    assert all(f.confidence >= 0.5 for f in (*filled, *markers))
    timing = made.measures.timing
    assert timing is not None
    rate = made.fillers_per_minute("filled_pause")
    assert rate == pytest.approx(len(filled) * 60 / timing.answer_s)
    assert builders.written().fillers_per_minute("filled_pause") is None


def test_the_published_schema_is_current() -> None:
    """To renew it: python -c 'from voicecoach.attempt import json_schema as s; ...'."""
    assert (DOCS / "attempt.schema.json").read_text("utf-8") == json_schema()


def test_every_key_is_documented() -> None:
    text = (DOCS / "attempt.md").read_text("utf-8")
    schema = json.loads(json_schema())
    definitions = [schema, *schema["$defs"].values()]
    keys = {key for each in definitions for key in each.get("properties", {})}
    assert "coordinator_share" in keys
    assert sorted(key for key in keys if f"`{key}`" not in text) == []
    assert f"`{SCHEMA}`" in text
