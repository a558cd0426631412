"""`Score` and the follow-up become their part of the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from voicecoach.attempt import judged as as_json
from voicecoach.attempt.places import place_of
from voicecoach.questions import Pillar
from voicecoach.rubric import results as judged
from voicecoach.timeline import Quote


def score_of(score: judged.Score) -> as_json.ScoreDocument:
    """The score with its findings and grades."""
    return as_json.ScoreDocument(
        pillars=as_json.Pillars.model_validate(
            {name: score.pillars.get(name) for name in get_args(Pillar)}
        ),
        overall=score.overall,
        findings=tuple(_finding(finding) for finding in score.findings),
        one_change=score.one_change,
        grades=tuple(_grade(pillar, grade) for pillar, grade in score.grades.items()),
    )


def _grade(pillar: Pillar, grade: judged.Grade) -> as_json.Grade:
    addends = (as_json.Addend(source=a.source, amount=a.amount) for a in grade.addends)
    return as_json.Grade(
        pillar=pillar,
        value=grade.value,
        total=grade.total,
        addends=tuple(addends),
        held_back=grade.held_back,
    )


def withheld(score: judged.Score, reason: str) -> judged.Score:
    """Nothing judged, because the words that it rests on cannot be believed."""
    paths = [f"score.pillars.{pillar}" for pillar in score.pillars]
    paths += ["score.overall", "score.one_change", "follow_up"]
    return judged.Score(
        pillars=dict.fromkeys(score.pillars),
        overall=None,
        findings=(),
        one_change=None,
        rubric_version=score.rubric_version,
        unmeasured=dict.fromkeys(paths, reason),
    )


def _finding(finding: judged.Finding) -> as_json.Finding:
    return as_json.Finding(
        criterion=finding.criterion,
        pillar=finding.pillar,
        points=finding.points,
        kind=finding.kind,
        advice=finding.advice,
        evidence=_evidence(finding.evidence),
        why=finding.why,
    )


def _evidence(quotes: Sequence[Quote]) -> tuple[as_json.Evidence, ...]:
    return tuple(as_json.Evidence(quote=q.text, **place_of(q)) for q in quotes)


def coaching_of(coaching: judged.Coaching) -> as_json.CoachingDocument:
    """What goes with the one change; earlier attempts are added by history."""
    return as_json.CoachingDocument(
        about=coaching.about,
        opening=tuple(
            as_json.OpeningSentence(
                quote=one.quote.text, clean=one.clean, **place_of(one.quote)
            )
            for one in coaching.opening
        ),
    )


def follow_up_of(follow_up: judged.FollowUp | None) -> as_json.FollowUpDocument | None:
    """The next question, if there is one."""
    if follow_up is None:
        return None
    return as_json.FollowUpDocument(
        prompt=follow_up.prompt,
        probes=follow_up.probes,
        why=follow_up.why,
        evidence=_evidence(follow_up.evidence),
    )
