"""Attempts made by hand, as a person's answers would come out, for the tests.

`spoken` lays a text out in time: each word takes 60 ms a letter, a number in brackets
is a pause of so many seconds, and an um is a filled pause that both ears found.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from voicecoach.attempt import Attempt, Engine, Origin, Recording, attempt
from voicecoach.measures.results import (
    Agency,
    Filler,
    Measures,
    Number,
    PaceWindow,
    Pause,
    StructurePart,
    Timing,
    Verb,
)
from voicecoach.questions import FollowUpPrompt, Question
from voicecoach.rubric.results import Finding, FollowUp, Score
from voicecoach.timeline import (
    Answer,
    FilledPause,
    Quote,
    Removed,
    SoundQuality,
    Span,
    Word,
    bare,
    gaps,
    is_filled_pause,
    merged,
    typed,
    words_at,
)

QUESTION = Question(
    id="behavioral.failed-program",
    round="behavioral",
    level="senior",
    prompt="Tell me about a program of yours that failed. What did you do about it?",
    target_s=(55.0, 100.0),
    pillars=("program_execution", "culture_values", "communication"),
    structure="star_l",
    assesses="Whether the speaker owns a failure and changed something because of it.",
    pitfalls=("Blaming another team.",),
    follow_ups=(
        FollowUpPrompt(prompt="What did that cost?", probes="tradeoff_stated"),
        FollowUpPrompt(prompt="What was the number?", probes="quantified_impact"),
        FollowUpPrompt(
            prompt="I would have kept the date. Why not?",
            probes="decision_made",
            pushback=True,
        ),
    ),
)

MIDDLING = """
[1.3] So the program was, um, the billing migration, forty services on an old ledger,
and we had promised it for the end of March. [0.7] I was responsible for tracking the
dependencies across four teams. [1.2] Like, two weeks before the date [2.6] I found
that the reconciliation job had never been run at full volume. [0.5] It was basically
a [0.4] um [0.5] a staging thing, you know. [0.8] I coordinated with the vendor and,
um, the risk was raised in the weekly review. [1.6] Then I decided to cut the last
nine services from the release and move them to May, because a wrong invoice costs us
a customer and a late one costs us a week. [0.9] I coordinated with the, uh, the
finance team on the wording, and I escalated the vendor contract to our director.
[1.1] We launched thirty one services on the date, with a mismatch rate of zero point
two percent, down from three. [1.4] It still counts as a failure, I guess, because
nine teams had planned on March. [0.7] Since then every plan of mine has a full volume
rehearsal six weeks before the date, and the go decision hangs on it. [1.0]
"""

FIRMER = """
[0.9] We missed the March date for nine of forty services in the billing migration,
and I made that call. [0.6] Two weeks before the date I found that the reconciliation
job had never been run at full volume. [0.8] I wrote down three options with what each
would cost. [0.5] I decided to cut the last nine services and move them to May, because
a wrong invoice costs us a customer and a late one costs us a week. [0.9] I escalated
the vendor contract, got two engineers for the job, and ran it every night. [1.1]
We launched thirty one services on the date, with a mismatch rate of zero point two
percent, down from three, and I told the nine teams myself. [0.8] Since then every
plan of mine has a full volume rehearsal six weeks before the date, and, um, the go
decision hangs on it. [0.7]
"""


def spoken(script: str) -> Answer:
    """A text laid out in time; see the module."""
    at_s, words, filled = 0.0, [], []
    for part in re.findall(r"\[[\d.]+\]|\S+", script):
        if part.startswith("["):
            at_s += float(part[1:-1])
            continue
        span = Span(round(at_s, 3), round(at_s + 0.12 + 0.055 * len(part), 3))
        words.append(Word(part, span, 0.96))
        if is_filled_pause(part):
            filled.append(FilledPause(bare(part), span, "both", 0.93))
        at_s = span.end_s + 0.03
    return Answer(
        tuple(words),
        voiced=merged((w.span for w in words if w.span), bridge_s=0.1),
        duration_s=round(at_s + 0.4, 3),
        filled_pauses=tuple(filled),
        removed=(Removed("Thank you.", Span(0.0, 1.0), "no voice there"),),
        quality=SoundQuality(-24.0, -61.0, 0.0),
    )


def quote(answer: Answer, text: str, nth: int = 0) -> Quote:
    """The nth place where these words stand in the answer."""
    places = [found.start() for found in re.finditer(re.escape(text), answer.text)]
    starts = [answer.chars(i)[0] for i in range(len(answer.words))]
    first = max(i for i, start in enumerate(starts) if start <= places[nth])
    last = max(i for i, s in enumerate(starts) if s < places[nth] + len(text))
    return answer.quote(first, last)


def timing(answer: Answer, target_s: tuple[float, float]) -> Timing:
    """Real arithmetic over the made-up times."""
    assert answer.voiced is not None
    first, last = answer.voiced[0].start_s, answer.voiced[-1].end_s
    speaking_s = sum(span.duration_s for span in answer.voiced)
    length_s, count = last - first, len(answer.plain_words)
    windows = []
    at_s = first
    while at_s < last:
        span = Span(at_s, min(at_s + 15, last))
        windows.append(
            PaceWindow(
                span, len(words_at(answer.words, span)) / max(span.duration_s, 1) * 60
            )
        )
        at_s += 15
    low_s, high_s = target_s
    verdict = "short" if length_s < low_s else "long" if length_s > high_s else None
    return Timing(
        answer_s=length_s,
        first_word_s=first,
        speaking_s=speaking_s,
        word_count=count,
        pace_wpm=count / length_s * 60,
        articulation_wpm=count / speaking_s * 60,
        verdict=verdict or "on_target",  # type: ignore[arg-type]
        target_s=target_s,
        pace_over_time=tuple(windows),
        headline_s=first + 31.0,
        first_number_s=first + 2.0,
        result_s=None,
    )


def pauses(answer: Answer) -> tuple[Pause, ...]:
    assert answer.voiced is not None
    within = Span(answer.voiced[0].start_s, answer.voiced[-1].end_s)
    return tuple(
        Pause(
            span,
            "long" if span.duration_s > 1 else "medium",
            "mid_clause" if span.duration_s > 2 else "clause_end",
        )
        for span in gaps(answer.voiced, within)
        if span.duration_s >= 0.25
    )


def verb(answer: Answer, text: str, sentence: str, **given: object) -> Verb:
    at = quote(answer, text, int(str(given.get("nth", 0))))
    return Verb(
        quote=at,
        lemma=str(given.get("lemma", text)),
        verb_class=given.get("verb_class", "ownership"),  # type: ignore[arg-type]
        actor=given.get("actor", "I"),  # type: ignore[arg-type]
        negated=False,
        sentence=quote(answer, sentence),
        ask=given.get("ask"),  # type: ignore[arg-type]
    )


def markers(answer: Answer) -> tuple[Filler, ...]:
    """Empty words of this answer, where they are, one of them uncertain."""
    known = (
        ("Like,", "like", "discourse_marker", 0.9),
        ("basically", "basically", "discourse_marker", 0.8),
        ("you know.", "you know", "discourse_marker", 0.9),
        ("So the", "so", "discourse_marker", 0.3),
        ("I guess,", "i guess", "hedge", 0.85),
    )
    found = [
        Filler(text, family, "transcript", sure, q := quote(answer, shown), q.span)  # type: ignore[arg-type]
        for shown, text, family, sure in known
        if shown in answer.text
    ]
    return tuple(found)


def all_fillers(answer: Answer) -> tuple[Filler, ...]:
    filled = [
        Filler(
            f.text,
            "filled_pause",
            "both",
            f.confidence,
            answer.quote(*(2 * (words_at(answer.words, f.span.padded(0.01))[0],))),
            f.span,
        )
        for f in answer.filled_pauses
    ]
    heard = Filler("uh", "filled_pause", "sound", 0.4, None, Span(40.1, 40.5))
    everything = [*filled, *markers(answer), *([heard] if filled else [])]
    return tuple(sorted(everything, key=lambda f: f.span.start_s if f.span else 0))


def structure(
    answer: Answer, firsts: tuple[tuple[str, str], ...]
) -> tuple[StructurePart, ...]:
    """Parts that run from the words given to the next part's."""
    heads = [(part, quote(answer, words)) for part, words in firsts]
    result = []
    for i, (part, head) in enumerate(heads):
        end = heads[i + 1][1].char_start if i + 1 < len(heads) else len(answer.text) + 1
        inside = [
            k
            for k in range(len(answer.words))
            if head.char_start <= answer.chars(k)[0] < end
        ]
        span = answer.span_of(inside[0], inside[-1])
        share = len(inside) / len(answer.words)
        result.append(StructurePart(part, head, span, share))  # type: ignore[arg-type]
    return tuple(result)


def middling_measures(answer: Answer) -> Measures:
    vendor = (
        "I coordinated with the vendor and, um, the risk was raised in the weekly"
        " review."
    )
    finance = "I coordinated with the, uh, the finance team on the wording,"
    return Measures(
        timing=timing(answer, QUESTION.target_s) if answer.is_spoken else None,
        pauses=pauses(answer) if answer.is_spoken else None,
        fillers=all_fillers(answer),
        repeats=(quote(answer, "the, uh, the"),),
        verbs=(
            verb(
                answer,
                "was responsible for",
                "I was responsible for tracking the dependencies across four teams.",
                lemma="be responsible for",
                verb_class="coordinator",
                ask="Which of those dependencies did you change?",
            ),
            verb(answer, "found", "I found that the reconciliation job", lemma="find"),
            verb(
                answer,
                "coordinated",
                vendor,
                lemma="coordinate",
                verb_class="coordinator",
                ask="What did you decide there?",
            ),
            verb(
                answer,
                "was raised",
                vendor,
                lemma="raise",
                verb_class="passive_voice",
                actor="none",
                ask="Who raised it, and what did you want?",
            ),
            verb(answer, "decided", "I decided to cut", lemma="decide"),
            verb(
                answer,
                "coordinated",
                finance,
                lemma="coordinate",
                verb_class="coordinator",
                nth=1,
                ask="What did you decide there?",
            ),
            verb(answer, "escalated", finance, lemma="escalate"),
            verb(answer, "launched", "We launched", lemma="launch", actor="we"),
        ),
        agency=Agency(3, 4, 1, 6, 2, 3 / 7),
        structure=structure(
            answer,
            (
                ("situation", "So the program was,"),
                ("task", "I was responsible for"),
                ("action", "Like, two weeks"),
                ("result", "We launched"),
                ("learning", "Since then every"),
            ),
        ),
        numbers=(
            Number(quote(answer, "forty services"), "scale"),
            Number(quote(answer, "four teams."), "headcount"),
            Number(quote(answer, "zero point two percent,"), "impact"),
        ),
        unmeasured={},
    )


def middling_score(answer: Answer) -> Score:
    cut = quote(answer, "I decided to cut the last nine services from the release")
    learned = quote(answer, "every plan of mine has a full volume rehearsal")
    vendor = quote(answer, "I coordinated with the vendor")
    return Score(
        pillars={
            "program_execution": 3,
            "technical_depth": None,
            "stakeholder_leadership": None,
            "communication": 3,
            "culture_values": 4,
        },
        overall=10 / 3,
        findings=(
            Finding(
                "decision_made",
                "program_execution",
                4,
                "strength",
                "You name the decision, and it is yours.",
                (cut,),
                "one decision verb with I, its object and a reason",
            ),
            Finding(
                "learning_is_mechanism",
                "culture_values",
                5,
                "strength",
                "The lesson is a habit that you have kept, not a platitude.",
                (learned,),
                "a changed practice with a time and a condition",
            ),
            Finding(
                "own_role_clear",
                "program_execution",
                2,
                "gap",
                "Say what you decided with the vendor, not that you coordinated.",
                (vendor,),
                "three coordinator verbs before the first decision",
            ),
            Finding(
                "headline_first",
                "communication",
                3,
                "gap",
                "Say how it ended in the first sentence; it came after half a minute.",
                (),
                "the outcome is first said 31 s in",
            ),
        ),
        one_change=(
            "You said “I coordinated with the vendor” and moved on. Say what you "
            "wanted from them, what you decided, and what it cost."
        ),
        rubric_version="1",
        unmeasured={
            "score.pillars.technical_depth": "the question gives no chance to show it",
            "score.pillars.stakeholder_leadership": (
                "the question gives no chance to show it"
            ),
        },
    )


FOLLOW_UP = FollowUp(
    "You said you coordinated with the vendor. What did you decide there?",
    "own_role_clear",
    "Your own part with the vendor stayed open.",
)


def origin(answer: Answer, **given: object) -> Origin:
    recording = Recording("speech.wav", answer.duration_s or 0.0, 16_000)
    values: dict[str, object] = {
        "id": "3fa85f64",
        "created_at": datetime(2026, 11, 22, 10, 0, 0, 250_000, tzinfo=UTC),
        "engine": Engine(
            transcriber="faster-whisper",
            model="base",
            model_sha256="ab" * 32,
            rubric_version="1",
        ),
        "recording": recording,
        "session": "5e55",
        "self_rating": 4,
    }
    return Origin(**{**values, **given})  # type: ignore[arg-type]


def middling(**given: object) -> Attempt:
    """A spoken answer with strengths, gaps, ums and a slow middle."""
    answer = spoken(MIDDLING)
    measures, score = middling_measures(answer), middling_score(answer)
    return attempt(
        QUESTION, answer, measures, score, FOLLOW_UP, origin(answer, **given)
    )


def firmer(**given: object) -> Attempt:
    """The retry: same story, decision first, everything in the green band."""
    answer = spoken(FIRMER)
    cut = quote(answer, "I decided to cut the last nine services and move them to May,")
    measures = Measures(
        timing=timing(answer, QUESTION.target_s),
        pauses=pauses(answer),
        fillers=tuple(f for f in all_fillers(answer) if f.confidence > 0.5),
        repeats=(),
        verbs=tuple(
            verb(answer, text, "Two weeks before the date", lemma=lemma)
            for text, lemma in (("found", "find"), ("decided", "decide"))
        ),
        agency=Agency(0, 7, 0, 7, 2, 0.0),
        structure=structure(
            answer,
            (
                ("situation", "We missed"),
                ("action", "Two weeks"),
                ("result", "We launched"),
                ("learning", "Since then"),
            ),
        ),
        numbers=(Number(quote(answer, "zero point two percent,"), "impact"),),
    )
    score = Score(
        pillars={
            "program_execution": 4,
            "technical_depth": None,
            "stakeholder_leadership": None,
            "communication": 4,
            "culture_values": 4,
        },
        overall=4.0,
        findings=(
            Finding(
                "decision_made",
                "program_execution",
                5,
                "strength",
                "You name the decision, what it cost, and it is yours.",
                (cut,),
            ),
            Finding(
                "tradeoff_stated",
                "program_execution",
                4,
                "strength",
                "The cost of both ways is on the table.",
                (quote(answer, "a wrong invoice costs us a customer"),),
            ),
        ),
        one_change="Name the three options in one sentence each.",
        rubric_version="1",
        unmeasured=middling_score(spoken(MIDDLING)).unmeasured,
    )
    later = origin(answer).created_at + timedelta(minutes=6)
    values = {"id": "9bd1c2aa", "kind": "retry", "parent": "3fa85f64"}
    where = origin(answer, **{**values, "created_at": later, **given})
    return attempt(QUESTION, answer, measures, score, None, where)


def written(**given: object) -> Attempt:
    """The middling answer typed: no sound, so no times."""
    answer = typed(re.sub(r"\[[\d.]+\]", "", MIDDLING))
    where = origin(
        answer,
        **{
            "kind": "typed",
            "recording": None,
            "engine": Engine(rubric_version="1"),
            **given,
        },
    )
    measures, score = middling_measures(answer), middling_score(answer)
    return attempt(QUESTION, answer, measures, score, FOLLOW_UP, where)


def wordless(**given: object) -> Attempt:
    """Nothing said: nothing judged, every null with its reason."""
    answer = Answer((), voiced=(), duration_s=4.0, quality=SoundQuality(None, -70.0, 0))
    few = "fewer than 40 words were said"
    measures = Measures(
        None,
        None,
        (),
        (),
        (),
        Agency(0, 0, 0, 0, 0, None),
        (),
        (),
        {
            "measures.timing": "no voice was heard",
            "measures.pauses": "no voice was heard",
        },
    )
    score = Score(
        {}, None, (), None, "1", {"score.overall": few, "score.one_change": few}
    )
    return attempt(QUESTION, answer, measures, score, None, origin(answer, **given))
