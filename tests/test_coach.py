"""The launcher: each branch against stand-ins for apt, sudo, brew, Python and pip.

The stand-ins are the only programs on PATH besides the basic tools named here, so
nothing is installed and no machine's own sudo or brew gets in the way.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
TOOLS = (
    *("bash", "cat", "cp", "dirname", "env", "grep", "ln", "mkdir", "readlink", "rm"),
    *("sed", "sha256sum", "sleep", "tail", "tee", "touch", "wc"),
)

PYTHON = r"""#!/bin/bash
# Behaves like Python as far as the launcher can tell, and notes what it was asked.
me=$0
note() { printf '%s\n' "$*" >>"$LOG"; }
case "$*" in
  -) cat >/dev/null; [[ -z ${PYTHON_TOO_OLD:-} ]] || exit 1; printf '%s\n' "$me" ;;
  "- "*) note "fix $2 -> $3"; cat >/dev/null ;;
  --version) echo "Python 3.11.0" ;;
  *"import ensurepip"*) [[ -e $NO_ENSUREPIP ]] && exit 1; exit 0 ;;
  *version_info*) echo python3.11-venv ;;
  *get_path*) mkdir -p "${me%/bin/*}/site"; printf '%s\n' "${me%/bin/*}/site" ;;
  "-m venv "*) note "venv"; mkdir -p "$3/bin"; cp "$me" "$3/bin/python" ;;
  "-m pip "*)
    note "pip ${*:3}"
    echo "Collecting one"
    if [[ -e $HANG ]]; then touch "$HANG.now"; exec sleep 60; fi
    if [[ -e $PIP_FAILS ]]; then echo "ERROR: no network"; exit 1; fi ;;
  *"voicecoach models pull"*)
    note "model"
    mkdir -p "$MODELS/base"; printf 1234 >"$MODELS/base/model.bin"
    printf '%s\n' "$MODELS/base" ;;
  "-P -m voicecoach"*) note "run in $PWD:$(printf ' <%s>' "${@:4}")" ;;
  "-m pytest"*) note "pytest"; echo "1 passed in 0.01s" ;;
  *importlinter*) note "lint-imports" ;;
  "-m "*) note "${*:2}"; [[ $2 != "${CHECK_FAILS:-}" ]] ;;
esac
"""
DPKG_QUERY = r"""#!/bin/bash
for name in "${@:4}"; do
  grep -qx "$name" "$NOT_INSTALLED" || echo "$name installed"
done
"""
APT_GET = r"""#!/bin/bash
printf 'apt-get %s (%s)\n' "$*" "${DEBIAN_FRONTEND:-}" >>"$LOG"
case $1 in install) : >"$NOT_INSTALLED"; rm -f "$NO_ENSUREPIP" ;; esac
"""
SUDO = r"""#!/bin/bash
if [[ $1 == -n ]]; then [[ -e $SUDO_IS_FREE ]]; exit; fi
echo "sudo" >>"$LOG"; exec "$@"
"""
BREW = r"""#!/bin/bash
printf 'brew %s\n' "$*" >>"$LOG"
[[ $1 != --prefix ]] || echo "$BREW_PREFIX"
"""


@dataclass
class Machine:
    """A pretended machine with a copy of the launcher on it."""

    root: Path
    checkout: Path
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in ("bin", "home", "models"):
            (self.root / folder).mkdir()
        (self.checkout / "locks").mkdir(parents=True)
        shutil.copy(REPOSITORY / "coach", self.checkout)
        for name in ("pip", "run", "piper", "dev"):
            (self.checkout / "locks" / f"{name}.txt").write_text(f"{name}==1\n")
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"{tool} is needed by the launcher"
            (self.root / "bin" / tool).symlink_to(found)
        self.flag("not-installed", on=True)
        self.program("python3", PYTHON)
        self.program("dpkg-query", DPKG_QUERY)
        self.program("apt-get", APT_GET)
        self.program("uname", "#!/bin/bash\necho Linux\n")
        self.program("id", "#!/bin/bash\necho 0\n")

    def program(self, name: str, text: str) -> None:
        path = self.root / "bin" / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def without(self, name: str) -> None:
        (self.root / "bin" / name).unlink()

    def flag(self, name: str, *, on: bool) -> None:
        path = self.root / name
        path.touch() if on else path.unlink(missing_ok=True)

    def lacks(self, *packages: str) -> None:
        (self.root / "not-installed").write_text("".join(f"{p}\n" for p in packages))

    @property
    def environment(self) -> dict[str, str]:
        at = self.root
        return {
            "PATH": str(at / "bin"),
            "HOME": str(at / "home"),
            "LOG": str(at / "log"),
            "NOT_INSTALLED": str(at / "not-installed"),
            "NO_ENSUREPIP": str(at / "no-ensurepip"),
            "PIP_FAILS": str(at / "pip-fails"),
            "HANG": str(at / "hang"),
            "SUDO_IS_FREE": str(at / "sudo-is-free"),
            "BREW_PREFIX": str(at / "brew"),
            "MODELS": str(at / "models"),
            **self.extra,
        }

    def start(
        self,
        *words: str,
        coach: Path | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [coach or self.checkout / "coach", *words],
            env=self.environment,
            cwd=self.root / "home",
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def coach(self, *words: str, coach: Path | None = None) -> tuple[int, str]:
        process = self.start(*words, coach=coach)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def log(self) -> list[str]:
        """What was asked of the stand-ins since the last call."""
        path = self.root / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    @property
    def pth(self) -> str:
        return (self.checkout / ".venv/site/voicecoach_checkout.pth").read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    root = tmp_path / "a machine"
    root.mkdir()
    return Machine(root, root / "some where" / "voice coach")


def pip_lines(log: list[str]) -> list[str]:
    """The locks that were installed, but for pip's own, which goes before each."""
    lines = [line for line in log if line.startswith("pip ")]
    own, rest = lines[::2], lines[1::2]
    assert all(line.endswith("/locks/pip.txt") for line in own)
    return rest


# Set-up happens once ------------------------------------------------------------------


def test_help_on_a_fresh_machine_sets_nothing_up(machine: Machine) -> None:
    code, output = machine.coach("--help")
    assert code == 0
    assert "./coach interview" in output
    assert "./coach test" in output
    assert not (machine.checkout / ".venv").exists()
    assert machine.log() == []


def test_the_first_start_sets_up_and_runs(machine: Machine) -> None:
    code, output = machine.coach("interview", "--round", "two words")
    assert code == 0, output
    venv, own, pip, model, run = machine.log()
    assert (venv, model) == ("venv", "model")
    assert own.endswith("pip.txt")
    assert "--require-hashes" in own
    assert "--require-hashes" in pip
    assert pip.endswith(f"-r {machine.checkout}/locks/run.txt")
    home = machine.root / "home"  # where it was called: relative paths mean that
    assert run == f"run in {home}: <interview> <--round> <two words>"
    assert machine.pth == f"{machine.checkout}\n"


def test_a_second_start_only_runs(machine: Machine) -> None:
    machine.coach("interview")
    machine.log()
    code, output = machine.coach("interview")
    assert code == 0
    assert machine.log() == [f"run in {machine.root / 'home'}: <interview>"]
    assert output == ""


@pytest.mark.parametrize("words", [("interview", "--help"), ("history",)])
def test_what_needs_no_model_prepares_none(
    machine: Machine, words: tuple[str, ...]
) -> None:
    machine.coach(*words)
    assert "model" not in machine.log()


def test_a_changed_lock_is_installed(machine: Machine) -> None:
    machine.coach("history")
    machine.log()
    (machine.checkout / "locks/run.txt").write_text("run==2\n")
    machine.coach("history")
    log = machine.log()
    assert len(pip_lines(log)) == 1
    assert "venv" not in log


def test_development_holds_the_rest(machine: Machine) -> None:
    machine.coach("setup", "--dev")
    assert [line.rpartition("/")[2] for line in pip_lines(machine.log())] == ["dev.txt"]
    machine.coach("setup", "--extra", "piper")
    machine.coach("history")
    assert pip_lines(machine.log()) == []


def test_a_broken_environment_can_be_made_anew(machine: Machine) -> None:
    machine.coach("history")
    machine.log()
    assert machine.coach("setup", "--fresh")[0] == 0
    log = machine.log()
    assert log[0] == "venv"
    assert len(pip_lines(log)) == 1


def test_the_extra_voice_is_asked_for_by_name(machine: Machine) -> None:
    machine.coach("setup", "--extra", "piper")
    assert [line.rpartition("/")[2] for line in pip_lines(machine.log())] == [
        "piper.txt"
    ]
    code, output = machine.coach("setup", "--extra", "pepper")
    assert code == 1
    assert "piper" in output


def test_a_damaged_model_is_prepared_again(machine: Machine) -> None:
    machine.coach("interview")
    (machine.root / "models/base/model.bin").write_text("12")
    machine.log()
    machine.coach("interview")
    assert "model" in machine.log()


# Interrupted, moved, twice at once ----------------------------------------------------


def await_file(path: Path) -> None:
    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} never came")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_set_up_is_finished_next_time(
    machine: Machine, how: signal.Signals
) -> None:
    machine.flag("hang", on=True)
    process = machine.start("history")
    await_file(machine.root / "hang.now")
    os.killpg(process.pid, how)
    process.communicate(timeout=60)
    assert process.returncode != 0
    machine.flag("hang", on=False)
    machine.log()
    code, output = machine.coach("history")
    assert code == 0
    assert "did not finish" in output
    log = machine.log()
    assert log[0] == "venv"
    assert len(pip_lines(log)) == 1
    machine.coach("history")
    assert len(machine.log()) == 1


def test_a_failing_pip_is_told_and_tried_again(machine: Machine) -> None:
    machine.flag("pip-fails", on=True)
    code, output = machine.coach("history")
    assert code == 1
    assert "ERROR: no network" in output
    assert "pip could not install" in output
    machine.flag("pip-fails", on=False)
    assert machine.coach("history")[0] == 0


def test_a_moved_checkout_is_noticed_without_a_download(machine: Machine) -> None:
    machine.coach("history")
    old, machine.checkout = machine.checkout, machine.root / "else where"
    old.rename(machine.checkout)
    machine.log()
    code, _ = machine.coach("history")
    assert code == 0
    log = machine.log()
    assert f"fix {old}/.venv -> {machine.checkout}/.venv" in log
    assert pip_lines(log) == []
    assert machine.pth == f"{machine.checkout}\n"


def test_a_vanished_python_means_a_new_venv(machine: Machine) -> None:
    machine.coach("history")
    python = machine.checkout / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    machine.log()
    assert machine.coach("history")[0] == 0
    assert "venv" in machine.log()


def test_two_at_once_install_once(machine: Machine) -> None:
    machine.flag("hang", on=True)
    first = machine.start("history")
    await_file(machine.root / "hang.now")
    machine.flag("hang", on=False)
    second = machine.start("history")
    time.sleep(0.5)
    assert second.poll() is None, "it has to wait for the first"
    os.killpg(first.pid, signal.SIGKILL)  # the lock's holder is gone
    first.communicate(timeout=60)
    output, _ = second.communicate(timeout=30)
    assert second.returncode == 0
    assert "another set-up is running" in output
    assert not (machine.checkout / ".coach.lock").is_symlink()


# Where it is called from --------------------------------------------------------------


def test_it_may_be_called_through_symbolic_links(machine: Machine) -> None:
    relative, absolute = machine.root / "home/link", machine.root / "home/second link"
    relative.symlink_to(os.path.relpath(machine.checkout / "coach", relative.parent))
    absolute.symlink_to(relative)
    assert machine.coach("history", coach=absolute)[0] == 0
    assert machine.pth == f"{machine.checkout}\n"


# System packages ----------------------------------------------------------------------


def test_missing_packages_are_installed_by_root(machine: Machine) -> None:
    machine.lacks("libportaudio2", "espeak-ng")
    code, output = machine.coach("history")
    assert code == 0
    assert "libportaudio2 espeak-ng" in output
    update, install = machine.log()[:2]
    assert update.startswith("apt-get update")
    assert install == (
        "apt-get install -y --no-install-recommends libportaudio2 espeak-ng "
        "(noninteractive)"
    )


def test_a_package_lost_later_is_installed_again(machine: Machine) -> None:
    machine.coach("history")
    machine.lacks("libasound2-plugins")
    machine.log()
    machine.coach("history")
    log = machine.log()
    assert any("install" in line and "libasound2-plugins" in line for line in log)
    assert pip_lines(log) == []


@pytest.fixture
def unprivileged(machine: Machine) -> Machine:
    machine.program("id", "#!/bin/bash\necho 1000\n")
    machine.lacks("espeak-ng")
    return machine


def test_without_sudo_the_command_is_printed(unprivileged: Machine) -> None:
    code, output = unprivileged.coach("interview")
    assert code == 1
    assert "sudo apt-get install -y --no-install-recommends espeak-ng\n" in output
    assert unprivileged.log() == []


@pytest.mark.parametrize("ci", ["true", ""])
def test_a_password_is_not_asked_for_without_a_terminal(
    unprivileged: Machine, ci: str
) -> None:
    unprivileged.program("sudo", SUDO)
    unprivileged.extra["CI"] = ci
    code, output = unprivileged.coach("interview")
    assert code == 1
    assert "sudo apt-get install" in output
    assert unprivileged.log() == []


def test_sudo_without_password_is_used(unprivileged: Machine) -> None:
    unprivileged.program("sudo", SUDO)
    unprivileged.flag("sudo-is-free", on=True)
    assert unprivileged.coach("history")[0] == 0
    sudo, update, again, install = unprivileged.log()[:4]
    assert (sudo, again) == ("sudo", "sudo")
    assert update.startswith("apt-get update")
    assert install.startswith("apt-get install")


def test_at_a_terminal_sudo_may_ask(unprivileged: Machine) -> None:
    unprivileged.program("sudo", SUDO)
    ours, theirs = os.openpty()
    try:
        process = unprivileged.start("history", stdin=theirs)
        process.communicate(timeout=60)
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode == 0
    assert unprivileged.log()[0] == "sudo"


def test_system_packages_can_be_left_out(unprivileged: Machine) -> None:
    unprivileged.extra["COACH_SKIP_SYSTEM"] = "1"
    assert unprivileged.coach("history")[0] == 0


def test_another_linux_is_told_what_to_look_for(machine: Machine) -> None:
    machine.without("apt-get")
    machine.without("dpkg-query")
    code, output = machine.coach("history")
    assert code == 0
    assert "PortAudio and eSpeak NG" in output


@pytest.fixture
def mac(machine: Machine) -> Machine:
    for name in ("apt-get", "dpkg-query", "sha256sum"):
        machine.without(name)
    machine.program("uname", "#!/bin/bash\necho Darwin\n")
    real = shutil.which("sha256sum")
    machine.program("shasum", f'#!/bin/bash\n[[ "$*" == "-a 256" ]] && exec {real}\n')
    return machine


def test_a_mac_gets_portaudio_from_homebrew(mac: Machine) -> None:
    mac.program("brew", BREW)
    assert mac.coach("history")[0] == 0
    assert "brew install portaudio" in mac.log()
    assert mac.coach("history")[0] == 0
    assert len(mac.log()) == 1


def test_a_mac_without_homebrew_goes_on(mac: Machine) -> None:
    assert mac.coach("history")[0] == 0


# Which Python -------------------------------------------------------------------------


def test_a_shim_that_only_prints_is_passed_over(machine: Machine) -> None:
    machine.program(
        "python3.13", "#!/bin/bash\necho 'pyenv: not found' >&2\nexit 127\n"
    )
    assert machine.coach("history")[0] == 0
    assert machine.log()[0] == "venv"


@pytest.mark.parametrize("system", ["Linux", "Darwin"])
def test_no_python_is_said_with_the_way_to_one(machine: Machine, system: str) -> None:
    machine.program("uname", f"#!/bin/bash\necho {system}\n")
    machine.extra["PYTHON_TOO_OLD"] = "1"
    code, output = machine.coach("history")
    assert code == 1
    assert "Python 3.11 or newer is needed" in output
    assert ("brew install" if system == "Darwin" else "apt-get install") in output


def test_debians_separate_venv_package_is_installed(machine: Machine) -> None:
    machine.flag("no-ensurepip", on=True)
    assert machine.coach("history")[0] == 0
    assert any("python3.11-venv" in line for line in machine.log())


# ./coach test -------------------------------------------------------------------------

CHECKS = ["ruff check .", "ruff format --check .", "mypy", "lint-imports", "pytest"]


def test_every_check_is_named_and_pytest_closes(machine: Machine) -> None:
    code, output = machine.coach("test")
    assert code == 0, output
    assert machine.log()[-5:] == CHECKS
    for name in ("ruff check", "ruff format", "mypy", "lint-imports", "pytest"):
        assert f"coach: {name}\n" in output
    assert output.splitlines()[-1] == "1 passed in 0.01s"


@pytest.mark.parametrize("broken", ["ruff", "mypy"])
def test_a_failing_check_fails_the_run_but_stops_nothing(
    machine: Machine, broken: str
) -> None:
    machine.extra["CHECK_FAILS"] = broken
    code, output = machine.coach("test")
    assert code == 1
    assert "FAILED" in output
    assert machine.log()[-5:] == CHECKS
    assert output.splitlines()[-1] == "1 passed in 0.01s"


def test_the_tests_get_their_sound_server(machine: Machine) -> None:
    machine.lacks("pulseaudio")
    machine.coach("history")
    assert not any("apt-get" in line for line in machine.log())
    machine.coach("test")
    assert any("install" in line and "pulseaudio" in line for line in machine.log())


# The files themselves -----------------------------------------------------------------


def locked(name: str) -> Iterator[tuple[str, str, str]]:
    """(package, version, what follows up to the next package) of a lock."""
    text = (REPOSITORY / "locks" / f"{name}.txt").read_text("utf-8")
    pin = re.compile(r"^([a-z0-9][\w.-]*)==([^\s;]+)(.*?)(?=^[a-z0-9]|\Z)", re.M | re.S)
    return ((m[1], m[2], m[3]) for m in pin.finditer(text))


@pytest.mark.parametrize(
    ("name", "least"), [("pip", 1), ("run", 50), ("piper", 50), ("dev", 50)]
)
def test_every_locked_package_has_a_hash(name: str, least: int) -> None:
    pins = list(locked(name))
    assert len(pins) >= least
    assert [package for package, _, rest in pins if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize(("smaller", "larger"), [("run", "piper"), ("piper", "dev")])
def test_a_larger_lock_holds_the_smaller(smaller: str, larger: str) -> None:
    small = {(package, version) for package, version, _ in locked(smaller)}
    assert small <= {(package, version) for package, version, _ in locked(larger)}


def test_the_lock_has_every_requirement() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[<>=\[; ]", one)[0] for one in project["dependencies"]}
    assert names <= {package for package, _, _ in locked("run")}


def test_ci_runs_what_people_run(machine: Machine) -> None:
    shutil.copytree(REPOSITORY / ".ci", machine.checkout / ".ci")
    code, output = machine.coach(coach=machine.checkout / ".ci/run")
    assert code == 0, output
    assert machine.log()[-1] == "pytest"
