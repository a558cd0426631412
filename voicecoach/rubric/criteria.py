"""criteria.toml -> the rubric: criteria, levels, rules and texts, checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, model_validator

from voicecoach.questions import Pillar, Question, Structure
from voicecoach.rubric.lexicon import lexicon


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """Cues that together are worth so many points.

    Args:
        points: 1..5.
        needs: names of cues; "a|b" is met by either, "a:2" by two sightings.
        within: how many neighbouring utterances must hold them all; 0 for anywhere.
        veto: when it holds, no other rule counts.
        ordered: the cues must come in the order of `needs`, in one utterance or later.
        unless: utterances that hold one of these cues are left out.
    """

    points: int = Field(ge=1, le=5)
    needs: tuple[str, ...] = Field(min_length=1)
    within: int = Field(ge=0)
    veto: bool = False
    ordered: bool = False
    unless: tuple[str, ...] = ()

    @property
    def cues(self) -> frozenset[str]:
        """Every cue that the rule needs."""
        return frozenset(
            cue for need in self.needs for cue in need.split(":")[0].split("|")
        )


class Criterion(_Strict):
    """One thing that an interviewer listens for; fields as in criteria.toml."""

    id: str
    pillar: Pillar
    name: str
    hears: str
    weight: float = Field(ge=0)
    source: str = Field(min_length=1)
    expected: tuple[Structure, ...]
    anchors: Mapping[int, str]
    absent: int = Field(ge=0, le=5)
    rules: tuple[Rule, ...]
    is_shown: bool = True
    praise: str
    advice: str
    change: str
    change_bare: str
    probes: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = Field(min_length=1)

    def is_expected(self, question: Question) -> bool:
        """Whether its absence is worth a remark for this question.

        By its structure, or because one of its follow-ups probes it.
        """
        probed = any(f.probes == self.id for f in question.follow_ups)
        return probed or question.structure in self.expected

    @model_validator(mode="after")
    def _has_five_anchors(self) -> Criterion:
        if sorted(self.anchors) != [1, 2, 3, 4, 5]:
            msg = f"{self.id}: anchors must be given for 1 to 5"
            raise ValueError(msg)
        return self


class PillarScale(_Strict):
    """What is needed for each level of a pillar, and what it shares with others."""

    levels: Mapping[int, float]
    anchors: Mapping[int, str]
    source: str = Field(min_length=1)
    shares: Mapping[str, float] = Field(default_factory=dict)
    """Criteria of another pillar that count here too, and with which weight."""
    framework_shares: Mapping[str, float] = Field(default_factory=dict)
    """The same, unless a story is asked for."""

    def share(self, criterion_id: str, structure: Structure) -> float:
        """What a criterion of another pillar weighs here."""
        share = self.shares.get(criterion_id, 0.0)
        told = structure == "star_l"
        return share if told else share + self.framework_shares.get(criterion_id, 0.0)


class Penalty(_Strict):
    """A signal against: ``each`` off the sum of the pillars, ``most`` at the most."""

    id: str
    cue: str
    pillars: tuple[Pillar, ...]
    each: float = Field(gt=0)
    most: float = Field(gt=0)
    source: str = Field(min_length=1)


class Generalities(_Strict):
    """What general words take off every pillar: ``each`` beyond the first ``free``."""

    each: float = Field(ge=0)
    free: int = Field(ge=0)
    most: float = Field(ge=0)
    source: str = Field(min_length=1)


class RelevanceScale(_Strict):
    """What log chances that the question was answered are worth (`relevance`)."""

    ceilings: Mapping[int, float]
    steps: tuple[float, ...]
    another_below: float
    to_another: float = Field(ge=0)
    source: str = Field(min_length=1)


class SubstanceScale(_Strict):
    """What the way it is told adds to every pillar: ``weight`` times the balance."""

    weight: float = Field(ge=0)
    most: float = Field(ge=0)
    clear: float = Field(ge=0)
    smoothing: float = Field(gt=0)
    doubted: float
    general: float = Field(gt=0)
    source: str = Field(min_length=1)


class ShownScale(_Strict):
    """How sure it must be that a sentence shows something (`shown`).

    Args:
        strength: to be evidence for a criterion.
        against: to count as speaking against the speaker.
        tainted: to speak so much against the speaker that it is quoted for no strength.
        empty: to be generic: nothing in it counts for the speaker.
        maybe_empty: the same: without an amount it does not answer the question.
        tainted_beside: the same where something else speaks against the speaker.
        wanted: the share of what is wanted from which a late point is worth a remark
            where the question does not expect it.
        doubtful: how sure what speaks against the speaker may be for nothing.
        takes_off: what each sentence that is surer takes off for what it is surer by.
    """

    strength: float = Field(gt=0, lt=1)
    against: float = Field(gt=0, lt=1)
    tainted: float = Field(gt=0, lt=1)
    tainted_beside: float = Field(gt=0, lt=1)
    wanted: float = Field(gt=0, lt=1)
    doubtful: float = Field(gt=0, lt=1)
    takes_off: float = Field(ge=0)
    empty: float = Field(gt=0, lt=1)
    maybe_empty: float = Field(gt=0, lt=1)
    source: str = Field(min_length=1)


class Remedy(_Strict):
    """What mends one kind of sentence.

    Args:
        advice: what to do instead.
        change: with {quote} and {time}.
    """

    advice: str
    change: str


class Held(_Strict):
    """What is said of a sentence that speaks against the speaker.

    Args:
        heading: of `shown.AGAINST`.
        sure: how sure it must be: more where honest words are often taken for it.
        criteria: that it is a gap of; the first one that the question gives a chance.
        advice: what to do instead.
        change: with {quote} and {time}.
        change_bare: where no sentence is the one; empty where one always is.
        probes: questions that are asked after its words.
        remedies: by what the sentence is (`remedies`), instead of advice and change.
    """

    heading: str
    sure: float = Field(gt=0, lt=1)
    criteria: tuple[str, ...] = Field(min_length=1)
    advice: str
    change: str
    change_bare: str = ""
    probes: tuple[str, ...] = ()
    remedies: Mapping[str, Remedy] = Field(default_factory=dict)
    source: str = Field(min_length=1)

    def remedy(self, kind: str | None) -> Remedy:
        """What is said of a sentence of a kind; the usual words for any other."""
        usual = Remedy(advice=self.advice, change=self.change)
        return usual if kind is None else self.remedies.get(kind, usual)


class Pushback(_Strict):
    """What is asked after a choice: that it be defended.

    Args:
        about: the criterion that it probes.
        probes: asked after words of the speaker's.
    """

    about: str
    probes: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=1)


class Bands(_Strict):
    """Limits that are not those of one criterion; told in criteria.toml."""

    least_words: int
    strength_from: int
    framing_needs: int
    worth: Mapping[int, float]
    worth_by_meaning: float
    coordinator_share: Mapping[int, float]
    vague_per_100: Mapping[int, float]
    reasons: Mapping[int, int]
    particulars: Mapping[int, float]
    acting_share: float


class FollowUpScale(_Strict):
    """What differs where a follow-up was answered; told in criteria.toml."""

    least_words: int
    needs: float = Field(gt=0, le=1)
    heard: float = Field(ge=0, le=1)
    left_alone: float = Field(ge=1, le=5)
    unheard: str
    source: str = Field(min_length=1)


class Rubric(_Strict):
    """The whole of criteria.toml."""

    version: str
    bands: Bands
    generalities: Generalities
    relevance: RelevanceScale
    substance: SubstanceScale
    shown: ShownScale
    follow_ups: FollowUpScale
    pillars: Mapping[Pillar, PillarScale]
    criteria: tuple[Criterion, ...] = Field(alias="criterion")
    penalties: tuple[Penalty, ...] = Field(alias="penalty")
    against: tuple[Held, ...]
    pushback: Pushback

    @model_validator(mode="after")
    def _names_cues_that_exist(self) -> Rubric:
        known = {cue.name for cue in lexicon().cues}
        named = {
            cue
            for c in self.criteria
            for rule in c.rules
            for cue in (*rule.cues, *rule.unless)
        }
        if missing := (named | {p.cue for p in self.penalties}) - known:
            msg = f"criteria.toml names cues that lexicon.toml lacks: {sorted(missing)}"
            raise ValueError(msg)
        return self

    @cached_property
    def by_id(self) -> Mapping[str, Criterion]:
        """Criteria by id."""
        return {criterion.id: criterion for criterion in self.criteria}

    def held(self, heading: str) -> Held | None:
        """What is said of a sentence under this heading, if anything is."""
        return next((held for held in self.against if held.heading == heading), None)


@cache
def rubric() -> Rubric:
    """The rubric that ships with the package, checked once per process."""
    text = files(__package__).joinpath("criteria.toml").read_text("utf-8")
    return Rubric.model_validate(tomllib.loads(text))


def rubric_version() -> str:
    """Version of the criteria data, kept in every attempt."""
    return rubric().version


def criterion_ids() -> tuple[str, ...]:
    """Every id that a follow-up may probe."""
    return tuple(criterion.id for criterion in rubric().criteria)
