"""Settings: which source wins, what a wrong one says, and what writing one leaves."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from voicecoach import config
from voicecoach.cli.config_command import config as command
from voicecoach.config import AUTO, KEYS, Settings, load, set_value
from voicecoach.config.backends import SPEAKERS, TRANSCRIBERS
from voicecoach.config.sources import line_of
from voicecoach.errors import SettingsError, StorageError
from voicecoach.models import default_folder
from voicecoach.transcription import threads_for_recordings

NO_ENV: dict[str, str] = {}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


# Which source wins --------------------------------------------------------------------


def test_without_anything_the_defaults_hold(file: Path) -> None:
    loaded = load(env=NO_ENV, file=file)
    assert loaded.settings == Settings()
    assert set(loaded.origins) == set(KEYS)
    assert set(loaded.origins.values()) == {"default"}


def test_flags_beat_environment_beats_file(file: Path) -> None:
    file.write_text("[interview]\nquestions = 2\nhard_cap_s = 100\nseed = 5\n")
    env = {"VOICECOACH_INTERVIEW_QUESTIONS": "3", "VOICECOACH_INTERVIEW_SEED": "6"}
    loaded = load({"interview.questions": 4}, env, file)
    interview = loaded.settings.interview
    assert (interview.questions, interview.seed, interview.hard_cap_s) == (4, 6, 100)
    assert loaded.origins["interview.questions"] == "flag --questions"
    assert loaded.origins["interview.seed"] == "environment VOICECOACH_INTERVIEW_SEED"
    assert loaded.origins["interview.hard_cap_s"] == f"file {file} line 3"
    assert loaded.origins["voice.engine"] == "default"


def test_a_flag_that_was_not_given_decides_nothing(file: Path) -> None:
    loaded = load({"interview.questions": None}, NO_ENV, file)
    assert loaded.origins["interview.questions"] == "default"


def test_every_setting_can_come_from_the_environment(file: Path) -> None:
    given_values = {"interview.target_s": "100,200", "model.compute_type": "float32"}
    for key, default in Settings().items():
        value = given_values.get(key, "" if default is None else str(default))
        name = "VOICECOACH_" + key.upper().replace(".", "_")
        assert load(env={name: value}, file=file).origins[key] == f"environment {name}"


@pytest.mark.parametrize("nothing", ["", "none", "auto", "None"])
def test_nothing_can_be_said_in_words(file: Path, nothing: str) -> None:
    env = {"VOICECOACH_SOUND_MICROPHONE": nothing}
    assert load(env=env, file=file).settings.sound.microphone is None


def test_none_is_an_engine_where_it_is_one(file: Path) -> None:
    env = {"VOICECOACH_VOICE_ENGINE": "none"}
    assert load(env=env, file=file).settings.voice.engine == "none"


def test_the_file_can_be_named(tmp_path: Path) -> None:
    named = tmp_path / "elsewhere.toml"
    named.write_text("voice.rate_wpm = 150\n")
    loaded = load(env={"VOICECOACH_SETTINGS": str(named)})
    assert loaded.settings.voice.rate_wpm == 150
    assert loaded.origins["voice.rate_wpm"] == f"file {named} line 1"


def test_thinking_is_not_cut_off_by_default() -> None:
    assert Settings().interview.silence_stop_s > 10


# What a wrong one says ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said", "advised"),
    [
        (
            "[interview]\n\nquestion = 2\n",
            3,
            "interview.question",
            "interview.questions",
        ),
        (
            "[interveiw]\nquestions = 2\n",
            2,
            "interveiw.questions",
            "interview.questions",
        ),
        ("# one\n[voice]\nengine = 'pipper'\n", 3, "'piper'", "Did you mean piper?"),
        ("[interview]\nquestions = 0\n", 2, "greater than or equal to 1", ""),
        ("[interview]\nquestions = 'many'\n", 2, "valid integer", ""),
        ("[interview]\nhands_free = 'perhaps'\n", 2, "valid boolean", ""),
        ("[interview]\nsilence_stop_s = 3\n", 2, "silence_warn_s (7)", ""),
        ("[interview]\ntarget_s = [200, 100]\n", 2, "the smaller first", ""),
        ("[interview]\ntarget_s = [1, 2, 3]\n", 2, "interview.target_s", ""),
        ("interview = 3\n", 1, "interview", ""),
        ("stray = 3\n", 1, "stray", "lists all settings"),
    ],
)
def test_a_wrong_file_is_told_by_line_and_key(
    file: Path, text: str, line: int, said: str, advised: str
) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as failure:
        load(env=NO_ENV, file=file)
    assert f"{file} line {line}:" in failure.value.message
    assert said in failure.value.message
    assert advised in failure.value.what_to_do


@pytest.mark.parametrize("content", [b"[interview\n", b"x = \n", b"\xff\xfe\n"])
def test_what_is_not_toml_is_told(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="settings file") as failure:
        load(env=NO_ENV, file=file)
    assert str(file) in failure.value.message


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("VOICECOACH_INTERVIEW_QUESTION", "VOICECOACH_INTERVIEW_QUESTIONS"),
        ("VOICECOACH_INTERVEIW_SEED", "VOICECOACH_INTERVIEW_SEED"),
    ],
)
def test_a_slip_in_a_variable_is_told(file: Path, name: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=name) as failure:
        load(env={name: "1"}, file=file)
    assert meant in failure.value.what_to_do


def test_other_variables_are_left_alone(file: Path) -> None:
    env = {"VOICECOACH_HOMEPAGE": "x", "VOICE": "y", "PATH": "z"}
    assert load(env=env, file=file).settings == Settings()


def test_a_wrong_variable_and_flag_are_told_by_name(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"_RATE_WPM: voice\.rate_wpm"):
        load(env={"VOICECOACH_VOICE_RATE_WPM": "fast"}, file=file)
    with pytest.raises(SettingsError, match="flag --rate-wpm"):
        load({"voice.rate_wpm": 5}, NO_ENV, file)


# Writing one --------------------------------------------------------------------------

BEFORE = """\
# my settings
[interview]
questions = 2  # a short session
target_s = [
    100,
    200,
]

[voice]
name = "en-gb" # "British"
"""


def test_setting_one_leaves_the_rest_as_it_was(file: Path) -> None:
    file.write_text(BEFORE)
    set_value(file, "interview.questions", "3")
    set_value(file, "interview.target_s", "150,250")
    set_value(file, "voice.rate_wpm", "150")
    set_value(file, "sound.microphone", 'A "USB" one')
    assert (
        file.read_text()
        == """\
# my settings
[interview]
questions = 3  # a short session
target_s = [150,250]

[voice]
rate_wpm = 150
name = "en-gb" # "British"

[sound]
microphone = "A \\"USB\\" one"
"""
    )


def test_the_default_takes_the_line_out(file: Path) -> None:
    file.write_text(BEFORE)
    set_value(file, "interview.target_s", "none")
    set_value(file, "interview.questions", "default")
    set_value(file, "voice.engine", "default")  # was not in it
    assert file.read_text() == (
        '# my settings\n[interview]\n\n[voice]\nname = "en-gb" # "British"\n'
    )


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("interview.questions", "0"),
        ("interview.questions", "two"),
        ("interview.hands_free", "perhaps"),
        ("voice.engine", "siri"),
        ("interview.silence_stop_s", "1"),
        ("interview.nothing", "1"),
        ("voice.rate_wpm", "150\n[sound]"),
    ],
)
def test_what_will_not_do_is_not_written(file: Path, key: str, text: str) -> None:
    file.write_text(BEFORE)
    with pytest.raises(SettingsError):
        set_value(file, key, text)
    assert file.read_text() == BEFORE


def test_a_broken_file_is_not_made_worse(file: Path) -> None:
    file.write_text("[interview\n")
    with pytest.raises(SettingsError, match="not TOML"):
        set_value(file, "interview.questions", "3")
    assert file.read_text() == "[interview\n"


def test_the_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    set_value(file, "interview.hands_free", "off")
    assert file.stat().st_mode & 0o777 == 0o600
    assert load(env=NO_ENV, file=file).settings.interview.hands_free is False
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("a file")
    with pytest.raises(StorageError, match="cannot be written"):
        set_value(tmp_path / "here" / "settings.toml", "interview.questions", "3")


device_names = st.text(
    st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20
).filter(lambda text: text.lower() not in {"", "none", "null", "auto", "default"})


@given(name=device_names, key=st.sampled_from(["sound.microphone", "sound.speaker"]))
def test_any_text_comes_back_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, name: str, key: str
) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.toml"
    file.write_text(BEFORE)
    set_value(file, key, name)
    assert dict(load(env=NO_ENV, file=file).settings.items())[key] == name
    before, after = tomllib.loads(BEFORE), tomllib.loads(file.read_text())
    assert {section: after[section] for section in before} == before


@given(values=st.dictionaries(st.sampled_from(KEYS), st.just("default")))
def test_defaults_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.toml"
    for key, value in values.items():
        set_value(file, key, value)
    assert load(env=NO_ENV, file=file).settings == Settings()


@pytest.mark.parametrize("key", KEYS)
def test_every_line_of_a_full_file_is_found(key: str) -> None:
    lines: list[str] = []
    for section in dict.fromkeys(one.partition(".")[0] for one in KEYS):
        lines.append(f"[{section}] # of its own")
        names = [one.partition(".") for one in KEYS]
        lines += [f"{name} = 1" for head, _, name in names if head == section]
    number = line_of("\n".join(lines), key)
    assert number is not None
    assert lines[number - 1] == f"{key.partition('.')[2]} = 1"


# What the settings choose -------------------------------------------------------------


def with_folder(name: str, path: Path) -> Settings:
    return load({f"folders.{name}": str(path)}, NO_ENV, Path("/nowhere")).settings


def test_the_data_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = config.data_folder(with_folder("data", tmp_path / "deep" / "data"))
    assert folder == tmp_path / "deep" / "data"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_chosen_folder_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    config.data_folder(with_folder("data", tmp_path))
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_our_own_folder_is_closed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path)
    tmp_path.chmod(0o755)
    assert config.data_folder(Settings()) == tmp_path
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="data folder"):
        config.data_folder(with_folder("data", tmp_path / "file" / "data"))


def test_models_are_where_the_settings_say(tmp_path: Path) -> None:
    assert config.models_folder(Settings()) == default_folder()
    assert config.models_folder(with_folder("models", tmp_path)) == tmp_path


def test_every_engine_of_the_settings_has_a_constructor() -> None:
    engines = Settings.model_fields["voice"].annotation
    assert engines is not None
    allowed = engines.model_json_schema()["properties"]["engine"]["enum"]
    assert set(SPEAKERS) == set(allowed)


@pytest.mark.parametrize("engine", list(SPEAKERS))
def test_each_engine_is_constructed_without_being_started(
    tmp_path: Path, engine: str
) -> None:
    flags = {"voice.engine": engine, "folders.data": str(tmp_path)}
    settings = load(flags, NO_ENV, Path("/nowhere")).settings
    assert config.speaker(settings).name == config.voice(settings).name


def test_devices_are_opened_only_when_used() -> None:
    flags = {"sound.microphone": "no such thing", "sound.speaker": "none such"}
    settings = load(flags, NO_ENV, Path("/nowhere")).settings
    config.microphone(settings)
    config.loudspeaker(settings)


def test_the_transcriber_gets_a_verified_model(tmp_path: Path) -> None:
    flags = {"folders.models": str(tmp_path), "folders.data": str(tmp_path / "data")}
    transcriber = config.transcriber(load(flags, NO_ENV, Path("/nowhere")).settings)
    assert transcriber.model == "base"
    stamp = tmp_path / "base" / "verified.json"
    assert transcriber.model_sha256 in stamp.read_text()


@pytest.mark.parametrize(("chosen", "recordings"), [(0, True), (0, False), (3, True)])
def test_decoders_of_recordings_share_the_threads_that_are_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: int, *, recordings: bool
) -> None:
    given: list[int] = []
    monkeypatch.setitem(
        TRANSCRIBERS,
        "faster-whisper",
        lambda settings, _: given.append(settings.model.threads),
    )
    flags = {"folders.models": str(tmp_path), "model.threads": chosen}
    settings = load(flags, NO_ENV, Path("/nowhere")).settings
    config.transcriber(settings, recordings=recordings)
    shared = threads_for_recordings() if recordings else 0
    assert given == [chosen or shared]


def test_cores_are_shared_by_the_decoders_of_a_recording() -> None:
    assert [threads_for_recordings(cores) for cores in (1, 2, 3, 8)] == [1, 1, 1, 4]


def test_recordings_are_found_in_a_checkout_and_in_a_wheel(tmp_path: Path) -> None:
    assert (config.recordings_folder() / "demo.toml").exists()
    package = tmp_path / "voicecoach"
    assert config.recordings_folder(package) == tmp_path / "audio_fixtures"
    (package / "_audio_fixtures").mkdir(parents=True)
    assert config.recordings_folder(package) == package / "_audio_fixtures"


@pytest.mark.parametrize("name", ["auto", "Auto", ""])
def test_a_model_can_be_left_open(name: str) -> None:
    loaded = load(env={"VOICECOACH_MODEL_NAME": name}, file=Path("/nowhere"))
    assert loaded.settings.model.name == AUTO


# The command --------------------------------------------------------------------------


@pytest.fixture
def named(file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICECOACH_SETTINGS", str(file))
    return file


def test_the_command_shows_each_value_and_its_origin(named: Path) -> None:
    named.write_text("[interview]\nquestions = 3\n")
    shown = CliRunner().invoke(command, ["--json"], env={"VOICECOACH_VOICE_NAME": "x"})
    settings = json.loads(shown.stdout)["settings"]
    assert list(settings) == list(KEYS)
    assert settings["interview.questions"] == {
        "value": 3,
        "origin": f"file {named} line 2",
    }
    assert settings["voice.name"]["origin"] == "environment VOICECOACH_VOICE_NAME"
    table = CliRunner().invoke(command, []).stdout
    assert all(key in table for key in KEYS)


def test_markup_in_a_value_is_only_text(named: Path) -> None:
    set_value(named, "sound.microphone", "[bold]USB[/nothing]")
    assert "[bold]USB[/nothing]" in CliRunner().invoke(command, []).stdout


def test_set_says_what_holds_now(named: Path) -> None:
    result = CliRunner().invoke(
        command,
        ["set", "interview.questions", "5"],
        env={"VOICECOACH_INTERVIEW_QUESTIONS": "2"},
    )
    assert named.read_text() == "[interview]\nquestions = 5\n"
    assert "= 2 (environment VOICECOACH_INTERVIEW_QUESTIONS)" in result.stdout


def test_path_is_printed_alone(named: Path) -> None:
    assert CliRunner().invoke(command, ["path"]).stdout == f"{named}\n"
