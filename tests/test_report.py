"""Reports: one screen, honest figures, nothing loud in the green band."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests import builders
from voicecoach.attempt import Attempt, from_json, to_json
from voicecoach.attempt.judged import CoachingDocument, OpeningSentence, Remembered
from voicecoach.attempt.measured import Filler, PaceWindow, StructurePart
from voicecoach.audio import write_wav
from voicecoach.cli import history_command, voicecoach
from voicecoach.errors import StorageError, UsageError, VoicecoachError
from voicecoach.history import History, recording_path
from voicecoach.measures.bands import bands
from voicecoach.report import compare, facts, render, strips, summary
from voicecoach.report.compare import changes, closed_gaps, new_gaps
from voicecoach.report.html import page, word_kinds
from voicecoach.report.markdown import markdown
from voicecoach.report.wording import PILLARS, count, quoted
from voicecoach.testing import room_tone
from voicecoach.timeline import clock

ALL = (builders.middling, builders.firmer, builders.written, builders.wordless)


def screen(
    draw: Callable[[Console], None], width: int = 80, **given: object
) -> list[str]:
    """What a console of this width shows, without colour."""
    out = io.StringIO()
    draw(Console(file=out, width=width, **given))  # type: ignore[arg-type]
    return out.getvalue().splitlines()


def shown(attempt: Attempt, width: int = 80, *, explain: bool = False) -> str:
    lines = screen(lambda console: render(attempt, console, explain=explain), width)
    return "\n".join(line.rstrip() for line in lines)


# -- one attempt in the terminal -------------------------------------------------------


@pytest.mark.parametrize("build", ALL)
@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("explain", [False, True])
def test_fits_the_width(
    build: Callable[[], Attempt], width: int, *, explain: bool
) -> None:
    lines = screen(lambda c: render(build(), c, explain=explain), width)
    assert lines
    assert max(len(line) for line in lines) <= width
    text = " ".join(lines)
    for pillar in PILLARS.values():
        assert pillar in text


def test_is_about_one_screen_and_begins_with_the_change() -> None:
    lines = shown(builders.middling()).splitlines()
    assert len(lines) <= 40
    at = {
        word: next(n for n, line in enumerate(lines) if word in line)
        for word in ("One change", "Strengths", "To work on", "Length", "Pillars")
    }
    assert list(at.values()) == sorted(at.values())


def test_says_what_was_measured_with_quotes_and_times() -> None:
    made = builders.middling()
    text = shown(made)
    timing = made.measures.timing
    assert timing is not None
    assert f"{clock(timing.answer_s)}, on target (0:55\N{EN DASH}1:40)" in text
    assert f"{timing.pace_wpm:.0f} words/min" in text
    assert "“I coordinated with the vendor”" in text
    assert "What did you decide there?" in text
    for finding in made.score.findings:
        for evidence in finding.evidence:
            assert evidence.start_s is not None
            assert clock(evidence.start_s) in text


def coached() -> Attempt:
    """The middling answer with another opening and with what earlier ones had."""
    made = builders.middling()
    cut = made.score.findings[0].evidence[0]
    opening = OpeningSentence(
        **cut.model_dump(), clean="I decided to cut nine services"
    )
    memory = Remembered(
        about="tradeoff_stated",
        kind="again",
        times=3,
        text="Third answer in a row without the cost of a choice.",
        attempts=("aaaa1111", "bbbb2222"),
    )
    coaching = CoachingDocument(
        about="own_role_clear", opening=(opening,), remembered=(memory,)
    )
    return made.model_copy(update={"coaching": coaching})


def test_memory_and_opening_stand_with_the_one_change_in_every_report() -> None:
    made = coached()
    flat = " ".join(re.sub("[│╭╮╰╯─]", " ", shown(made)).split())
    for text in (flat, page(made), markdown(made)):
        assert "Third answer in a row without the cost of a choice." in text
        assert (
            "Try opening with your own words: “I decided to cut nine services”" in text
        )
    assert "own words" not in shown(builders.middling())


def test_the_gap_of_the_one_change_is_not_said_twice() -> None:
    gap = next(f for f in coached().score.findings if f.criterion == "own_role_clear")
    assert gap.advice in shown(builders.middling())
    assert gap.advice not in shown(coached())
    assert gap.advice in shown(coached(), explain=True).replace("\n             ", " ")


def test_says_how_soon_the_point_came_where_it_did() -> None:
    made = builders.middling()
    text = shown(made)
    assert "How soon" in text
    assert "headline 0:32, number 0:03" in text
    assert "result 0:" not in text, "no result was said"
    assert "How soon" not in shown(builders.written())
    for report in (page(made), markdown(made)):
        assert "headline 0:32, number 0:03" in report


def test_colours_are_only_a_help() -> None:
    """Whatever the colours, the characters are the same."""
    made = builders.middling()
    plain = screen(lambda c: render(made, c))
    escape = re.compile(r"\x1b\[[0-9;]*m")
    for system in ("standard", "truecolor"):
        coloured = screen(
            lambda c: render(made, c), force_terminal=True, color_system=system
        )
        assert any(escape.search(line) for line in coloured)
        assert [escape.sub("", line) for line in coloured] == plain


def test_families_of_fillers_are_never_one_number() -> None:
    made = builders.middling()
    text = shown(made)
    filled, markers = (
        len(made.fillers("filled_pause")),
        len(made.fillers("discourse_marker")),
    )
    assert re.search(rf"um, uh: {filled}, [\d.]+ a minute \(and 1 possible\)", text)
    assert re.search(rf"like, you know: {markers}, [\d.]+ a minute", text)
    assert f" {filled + markers}, " not in text


def test_green_is_quiet() -> None:
    """The firmer take is in every green band, so only its figures are shown."""
    made = builders.firmer()
    listed = [
        facts.pace(made),
        facts.first_word(made),
        facts.pauses(made),
        facts.agency(made),
        facts.structure(made),
        *(facts.fillers(made, family) for family in facts.ALL),
    ]
    assert all(fact is not None and fact.colour == "green" for fact in listed)
    assert all(fact is not None and not fact.comment for fact in listed)
    assert "first word" not in shown(made)


def test_outside_the_band_it_speaks_up() -> None:
    made = builders.middling()
    timing = made.measures.timing
    assert timing is not None
    slow = timing.model_copy(update={"pace_wpm": 95.0, "first_word_s": 9.0})
    measures = made.measures.model_copy(update={"timing": slow})
    text = " ".join(shown(made.model_copy(update={"measures": measures})).split())
    assert "slower than 130\N{EN DASH}165" in text
    assert "first word after 9.0 s" in text


def test_typed_answers_say_what_could_not_be_measured_and_why() -> None:
    text = " ".join(shown(builders.written()).split())
    assert "sound, pauses, timing: typed, so there is no sound" in text
    assert "words/min" not in text
    assert "replay" not in text


def test_what_was_not_kept_is_not_offered_again() -> None:
    made = builders.middling()
    lines = screen(lambda console: render(made, console, kept=False))
    assert not [line for line in lines if made.id in line]
    assert made.id in shown(made)


def test_when_too_little_was_said_nothing_is_scored() -> None:
    text = " ".join(shown(builders.wordless()).split())
    assert "fewer than 40 words were said" in text
    assert "not enough said to judge" in text
    assert "●" not in text


def test_words_of_the_answer_are_never_markup() -> None:
    made = builders.middling()
    score = made.score.model_copy(update={"one_change": "Say [bold red]more[/] [x]."})
    assert "[bold red]more[/] [x]." in shown(made.model_copy(update={"score": score}))


def test_explain_shows_every_verb_filler_and_source() -> None:
    made = builders.middling()
    text = shown(made, 120, explain=True)
    flat = " ".join(text.split())
    for verb in made.measures.verbs:
        assert verb.text in text
    assert text.count(" possible\n") >= 2
    for norm in facts.norms():
        assert norm.label in text
        assert norm.source.split()[0] in text
    assert "Not believed: “Thank you.” at 0:00, no voice there" in flat
    assert "one decision verb with I" in flat


@pytest.mark.parametrize(
    ("text", "sentence", "is_shown"),
    [
        ("cut", "So I cut the scope.", True),
        ("avoiding", "It sounds like I'm avoiding the question.", False),
        ("building", "It's influence and building relationships.", False),
        ("cut", 'I told them that "cut the scope" is no plan.', False),
        ("called it off", "In May I called it off.", True),
        ("pick", "The one I'd pick is our billing program.", False),
        ("decide", "That is where I will decide.", False),
        ("cut", "I'd cut the sample in April, to save a week.", True),
    ],
)
def test_own_verbs_are_those_of_an_i_who_did_it(
    text: str, sentence: str, is_shown: bool
) -> None:
    made = builders.middling()
    given = {"text": text, "sentence": sentence, "actor": "I", "negated": False}
    given |= {"lemma": "call off" if text.startswith("called") else text}
    verb = made.measures.verbs[0].model_copy(
        update={**given, "verb_class": "ownership"}
    )
    measures = made.measures.model_copy(update={"verbs": (verb,)})
    changed = made.model_copy(update={"measures": measures})
    assert facts.strong_verbs(changed) == ((verb,) if is_shown else ())


PSYCHOLOGY = re.compile(
    r"\b(nervous|anxious|confiden(t|ce)|personality|emotion\w*|mood|sincer\w+|hire)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("build", ALL)
def test_facts_not_psychology(build: Callable[[], Attempt]) -> None:
    """The bands' sources, which quote studies, are in --explain only."""
    made = build()
    texts = (shown(made), markdown(made), page(made).split("<details>")[0])
    body = [text.split("</style>")[-1] for text in texts]
    assert not [found for text in body if (found := PSYCHOLOGY.search(text))]


# -- the parts -------------------------------------------------------------------------


def test_everything_that_is_judged_by_is_listed_with_its_source() -> None:
    listed = {norm.label: norm for norm in facts.norms()}
    assert {band.label for band in bands().values()} < set(listed)
    assert listed["pauses"].fine == "0\N{EN DASH}2 s"
    assert listed["fillers close together"].fine == "0\N{EN DASH}2 in 10 s"
    assert all(norm.source.endswith(".") for norm in listed.values())


def filler(at_s: float, confidence: float = 0.9) -> Filler:
    return Filler(
        text="um",
        family="filled_pause",
        start_s=at_s,
        end_s=at_s + 0.3,
        found_by="sound",
        confidence=confidence,
    )


def test_three_within_ten_seconds_are_a_cluster() -> None:
    close, apart = [filler(t) for t in (1, 5, 9)], [filler(t) for t in (20, 26, 31)]
    assert facts.clusters([*close, *apart]) == (tuple(close),)


@given(st.lists(st.floats(0, 300), max_size=30).map(sorted))
def test_clusters_are_crowded_disjoint_and_complete(times: list[float]) -> None:
    fillers = [filler(at_s) for at_s in times]
    found = facts.clusters(fillers)
    members = [id(each) for run in found for each in run]
    assert len(members) == len(set(members))
    for run in found:
        first_s, last_s = run[0].start_s, run[-1].start_s
        assert first_s is not None
        assert last_s is not None
        assert len(run) >= 3
        assert last_s - first_s <= 10
    if not found:
        assert all(b - a > 10 for a, b in zip(times, times[2:], strict=False))


def test_only_lost_pauses_are_hesitations() -> None:
    found = facts.hesitations(builders.middling())
    assert [(p.place, p.duration_s > 2) for p in found] == [("mid_clause", True)]
    assert facts.hesitations(builders.firmer()) == ()


@given(st.floats(1, 1000), st.integers(20, 120))
def test_a_length_bar_fills_its_width_and_shows_both_posts(
    length_s: float, width: int
) -> None:
    bar = strips.length_bar(length_s, (180, 240), width).plain
    assert len(bar) == width
    assert 1 <= bar.count("┃") <= 2


def test_a_longer_answer_has_a_longer_bar() -> None:
    drawn = [
        strips.length_bar(s, (180, 240), 40).plain.count("━") for s in (60, 150, 230)
    ]
    assert drawn == sorted(set(drawn))


@given(st.lists(st.floats(0, 400), min_size=1, max_size=12), st.integers(12, 90))
def test_a_sparkline_is_as_wide_as_asked(wpms: list[float], width: int) -> None:
    timing = builders.middling().measures.timing
    assert timing is not None
    windows = tuple(
        PaceWindow(start_s=30 * k, end_s=30 * k + 30, wpm=wpm)
        for k, wpm in enumerate(wpms)
    )
    timing = timing.model_copy(update={"pace_over_time": windows})
    assert len(strips.sparkline(timing, width).plain) == width


def part(name: str, share: float) -> StructurePart:
    values = {"part": name, "share": share, "quote": "", "start_s": None, "end_s": None}
    return StructurePart.model_validate(values)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["situation", "task", "action", "result", "learning"]),
            st.floats(0, 1),
        ),
        max_size=8,
    ),
    st.integers(10, 90),
)
def test_a_structure_bar_never_outgrows_its_width(
    parts: list[tuple[str, float]], width: int
) -> None:
    bar = strips.structure_bar([part(*each) for each in parts], width).plain
    total = sum(part(*each).share for each in parts)
    assert len(bar) == (width if total else 0)


@given(st.floats(5, 4000), st.integers(30, 100))
def test_the_strips_of_one_answer_share_their_width(
    duration_s: float, width: int
) -> None:
    made = builders.middling()
    assert len(strips.voice_strip(made, duration_s, width).plain) == width
    assert len(strips.mark_strip(made, duration_s, width).plain) == width
    axis = strips.time_axis(duration_s, width).plain
    assert len(axis) <= width
    assert axis.startswith("0:00 ") or axis == "0:00"


def test_words_for_numbers() -> None:
    assert [clock(s) for s in (0, 59.9, 60, 3600)] == ["0:00", "0:59", "1:00", "60:00"]
    assert (count(1, "pause"), count(0, "pause")) == ("1 pause", "0 pauses")
    assert quoted("one two three", 8) == "“one two …”"


# -- two takes, a session --------------------------------------------------------------


def test_says_what_changed_and_which_way() -> None:
    before, after = builders.middling(), builders.firmer()
    better = {change.label: change.better for change in changes(before, after)}
    assert better["Overall"] is True
    assert better["Coordinator verbs"] is True
    assert better["Culture and values"] is None
    back = {change.label: change.better for change in changes(after, before)}
    assert {k: None if v is None else not v for k, v in better.items()} == back
    assert closed_gaps(before, after) == new_gaps(after, before)
    text = "\n".join(screen(lambda c: compare(before, after, c)))
    assert re.search(r"Overall +3\.3 +4\.0 +better", text)
    assert "No longer missing" in text


def test_a_measure_without_a_counterpart_is_neither_better_nor_worse() -> None:
    listed = changes(builders.written(), builders.middling())
    pace = next(change for change in listed if change.label == "Words a minute")
    assert (pace.before, pace.better) == (None, None)
    text = "\n".join(
        screen(lambda c: compare(builders.written(), builders.middling(), c))
    )
    assert re.search(r"Words a minute +- +130", text)


def test_the_same_take_has_not_changed() -> None:
    made = builders.middling()
    assert not any(change.has_moved for change in changes(made, made))
    text = "\n".join(screen(lambda c: compare(made, made, c)))
    assert "Unchanged:" in text
    assert "better" not in text


def test_a_session_shows_each_answer_and_what_kept_missing() -> None:
    session = [builders.middling(), builders.middling(id="two"), builders.wordless()]
    lines = screen(lambda c: summary(session, c))
    text = "\n".join(lines)
    assert all(attempt.id in text for attempt in session)
    assert re.search(r"Keeps missing: .+ in 2 of 3 answers", text)
    assert "Best moment: “every plan of mine" in text
    assert max(len(line) for line in lines) <= 80


# -- the page --------------------------------------------------------------------------

VOID = {"meta", "br"}


class Outline(HTMLParser):
    """Checks that tags close in order and collects attributes and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        """As in an SVG: a tag that closes itself."""
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def outline(text: str) -> Outline:
    parser = Outline()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("build", ALL)
def test_the_page_is_whole_and_fetches_nothing(build: Callable[[], Attempt]) -> None:
    text = page(build(), "file:///tmp/speech.wav")
    attributes = outline(text).attributes
    links = [value for key, value in attributes if key in ("src", "href")]
    assert links == ["file:///tmp/speech.wav"]
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|@import|url\(|fetch\(|XMLHttp", text)


def test_a_click_lands_inside_the_recording() -> None:
    made = builders.middling()
    assert made.audio is not None
    jumps = [
        float(value)
        for key, value in outline(page(made)).attributes
        if key == "data-at" and value is not None
    ]
    words = [word.start_s for word in made.transcript.words]
    assert len(jumps) > len(words)
    assert set(words) <= set(jumps)
    assert all(0 <= at_s <= made.audio.duration_s for at_s in jumps)


def test_words_of_the_answer_are_never_html() -> None:
    made = builders.middling()
    evil = '<script>alert(1)</script>"&'
    words = made.transcript.words[0].model_copy(update={"text": evil})
    filler = made.measures.fillers[0].model_copy(update={"text": evil})
    measures = made.measures.model_copy(update={"fillers": (filler,)})
    transcript = made.transcript.model_copy(update={"words": (words,)})
    score = made.score.model_copy(update={"one_change": evil})
    question = made.question.model_copy(update={"prompt": evil})
    update = {"transcript": transcript, "score": score, "question": question}
    update["measures"] = measures
    text = page(made.model_copy(update=update), 'file:///a"b.wav')
    assert "<script>alert" not in text
    assert text.count("<script>") == 1
    assert "".join(outline(text).words).count(evil) >= 3


def test_words_are_coloured_by_what_they_are() -> None:
    made = builders.middling()
    kinds = word_kinds(made)
    said = [word.text for word in made.transcript.words]
    by_kind: dict[str, list[str]] = {}
    for index, kind in kinds.items():
        by_kind.setdefault(kind, []).append(said[index])
    assert set(by_kind["filled_pause"]) == {"um,", "um", "uh,"}
    assert "decided" in by_kind["own"]
    assert by_kind["weak"].count("coordinated") == 2
    assert "forty" in by_kind["number"]
    assert kinds.get(0) is None, "an uncertain “so” is not coloured"


def test_a_typed_answer_has_a_page_without_a_player() -> None:
    text = page(builders.written())
    assert "<audio" not in text
    assert "data-at=" not in text.split("<script>")[0]


@pytest.mark.parametrize("build", ALL)
def test_markdown_has_the_same_facts(build: Callable[[], Attempt]) -> None:
    made = build()
    text = markdown(made)
    assert text.startswith("# Tell me about a program")
    for finding in made.score.findings:
        assert finding.advice in text
    pace = facts.pace(made)
    assert (pace.value if pace else "## Measures") in text
    assert text.endswith("\n")


# -- the commands ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with two attempts, one of them with its recording."""
    monkeypatch.setenv("VOICECOACH_FOLDERS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VOICECOACH_SETTINGS", str(tmp_path / "settings.toml"))
    with History(tmp_path / "data") as history:
        history.save(builders.middling())
        history.save(builders.firmer())
    path = recording_path(tmp_path / "data", "3fa85f64")
    path.parent.mkdir(parents=True)
    write_wav(path, room_tone(2.0))
    return tmp_path / "data"


def run(*words: str, **given: object) -> Result:
    result = CliRunner().invoke(voicecoach, list(words), **given)  # type: ignore[arg-type]
    if isinstance(result.exception, VoicecoachError):
        raise result.exception
    return result


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person at a terminal, as far as the commands can tell."""
    monkeypatch.setattr(history_command, "somebody_is_there", lambda: True)


def test_history_lists_the_newest_first(folder: Path) -> None:
    assert folder.exists()
    lines = run("history").stdout.splitlines()
    ids = [line.split()[0] for line in lines if line.startswith(("3fa", "9bd"))]
    assert ids == ["9bd1c2aa", "3fa85f64"]
    assert "um/min" in lines[0]
    assert "like/min" in lines[0]
    assert max(len(line) for line in lines) <= 80


def test_history_as_json_is_one_document_a_line(folder: Path) -> None:
    assert folder.exists()
    lines = run("history", "--json").stdout.splitlines()
    assert [from_json(line).id for line in lines] == ["9bd1c2aa", "3fa85f64"]
    assert len(run("history", "--json", "--limit", "1").stdout.splitlines()) == 1
    assert run("history", "--json", "--question", "screen").stdout == ""


def test_an_empty_history_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICECOACH_FOLDERS_DATA", str(tmp_path))
    monkeypatch.setenv("VOICECOACH_SETTINGS", str(tmp_path / "settings.toml"))
    result = run("history")
    assert result.stdout == ""
    assert "voicecoach interview" in result.stderr


def test_report_prints_json_and_nothing_else(folder: Path) -> None:
    assert folder.exists()
    result = run("report", "3fa", "--json")
    assert json.loads(result.stdout) == json.loads(to_json(builders.middling()))
    assert result.stderr == ""


def test_report_shows_the_last_by_default(folder: Path) -> None:
    assert folder.exists()
    assert "Name the three options" in run("report").stdout
    assert run("report", "3fa", "--md").stdout == markdown(builders.middling())
    assert "Bands: defaults" in run("report", "--explain").stdout


def test_report_writes_a_page_that_finds_its_recording(
    folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "page.html"
    assert run("report", "3fa", "--html", str(target)).stdout == ""
    sound = recording_path(folder, "3fa85f64").resolve()
    assert f'src="{sound.as_uri()}"' in target.read_text("utf-8")
    result = run("report", "9bd", "--html", str(target))
    assert "no player" in result.stderr
    assert "<audio" not in target.read_text("utf-8")


def test_report_refuses_two_forms_at_once_and_bad_places(
    folder: Path, tmp_path: Path
) -> None:
    assert folder.exists()
    with pytest.raises(UsageError, match="choose one"):
        run("report", "--md", "--json")
    with pytest.raises(StorageError, match="cannot be written"):
        run("report", "--html", str(tmp_path / "no" / "such" / "page.html"))


def test_replay_prints_the_transcript_where_there_is_no_terminal(folder: Path) -> None:
    assert folder.exists()
    lines = run("replay", "3fa").stdout.splitlines()
    assert re.match(r" +0:01  So the program was, um,", lines[0])
    assert len(lines) > 5


def test_forget_needs_a_yes(folder: Path) -> None:
    with pytest.raises(UsageError, match="nobody to ask"):
        run("forget", "3fa")
    with pytest.raises(UsageError, match="Name one attempt"):
        run("forget")
    with pytest.raises(UsageError, match="Name one attempt"):
        run("forget", "3fa", "--all", "--yes")
    assert recording_path(folder, "3fa85f64").exists()
    result = run("forget", "3fa", "--yes")
    assert "Deleted 1 attempt and 1 file" in result.stderr
    assert not recording_path(folder, "3fa85f64").parent.exists()
    assert run("forget", "--all", "--yes").exit_code == 0
    assert run("history", "--json").stdout == ""


@pytest.mark.usefixtures("somebody")
def test_forget_asks_a_person_and_obeys(folder: Path) -> None:
    assert run("forget", "3fa", input="n\n").exit_code == 1
    assert recording_path(folder, "3fa85f64").exists()
    assert run("forget", "3fa", input="y\n").exit_code == 0
    assert not recording_path(folder, "3fa85f64").exists()


@pytest.mark.usefixtures("somebody")
def test_a_damaged_history_is_set_aside_by_the_users_word(folder: Path) -> None:
    database = folder / "history.sqlite3"
    database.write_bytes(b"rubbish" * 1000)
    with pytest.raises(StorageError, match="damaged"):
        run("history")
    assert run("history", "--set-aside", input="n\n").exit_code == 1
    assert database.read_bytes() == b"rubbish" * 1000
    assert run("history", "--set-aside", input="y\n").exit_code == 0
    assert run("history", "--json").stdout == ""
    assert len(list(folder.glob("*.damaged"))) == 1
