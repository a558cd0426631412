"""A private PulseAudio daemon with a virtual speaker and a virtual microphone.

    voicecoach ── plays ──> sink "speaker" ── speaker.monitor ──> heard()   (parec)
    voicecoach <─ records ─ source "microphone" <─ sink "mouth" <── say()   (pacat)
                                                             <── room tone (pacat)

Nothing of the machine is touched: the daemon has its own socket and state folder, and
`VirtualSound.env` points PulseAudio and ALSA (and so PortAudio) at it and nothing else.
The mouth gets faint noise all the time, as a null sink alone is digitally silent and a
preflight rightly refuses that.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np

from voicecoach.audio import Audio, Samples, read_audio, to_pcm16

RATE_HZ = 48_000
"""Rate of both virtual devices, as of most real ones."""

PROGRAMS = ("pulseaudio", "pactl", "pacmd", "pacat", "parec")
PACKAGES = "pulseaudio pulseaudio-utils libasound2-plugins"
ROOM_DBFS = -65.0

_DAEMON = """\
load-module module-native-protocol-unix auth-cookie-enabled=0 socket={socket}
load-module module-null-sink sink_name=speaker rate={rate} channels=1
load-module module-cli-protocol-unix
load-module module-null-sink sink_name=mouth rate={rate} channels=1
set-default-sink speaker
"""
_MICROPHONE = ("module-remap-source", "source_name=microphone", "master=mouth.monitor")

_ALSA = """\
pcm.pulse { type pulse hint { show on description "virtual sound" } }
ctl.pulse { type pulse }
pcm.!default { type pulse hint { show on description "virtual sound" } }
ctl.!default { type pulse }
"""
"""Replaces the machine's whole ALSA configuration, so real cards stay out of reach."""


def missing() -> str | None:
    """Why live tests cannot run here, or None when they can."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if absent:
        return f"{', '.join(absent)} not installed: apt-get install {PACKAGES}"
    if not any(Path("/usr/lib").glob("**/alsa-lib/libasound_module_pcm_pulse.so")):
        return f"ALSA cannot reach PulseAudio: apt-get install {PACKAGES}"
    return None


def eventually(what: str, true: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Wait until ``true()``.

    Raises:
        TimeoutError: naming ``what`` was waited for.
    """
    until_s = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > until_s:
            msg = f"waited {timeout_s} s in vain: {what}"
            raise TimeoutError(msg)
        time.sleep(0.02)


class Recording:
    """What the virtual speaker plays, from `VirtualSound.heard`, as it comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def samples(self) -> Samples:
        """Everything so far, shape (n,), at `RATE_HZ`."""
        data = self.path.read_bytes()
        pcm = np.frombuffer(data[: len(data) // 2 * 2], "<i2")
        return (pcm / np.float32(32768)).astype(np.float32)

    def audio(self) -> Audio:
        """Everything so far, at `RATE_HZ`."""
        return Audio(self.samples(), RATE_HZ)


class VirtualSound:
    """The daemon and what a test does to it; a context manager that ends it.

    Its folder has a short name, as a socket's path ends at 108 characters. ::

        with VirtualSound() as sound:
            program = subprocess.Popen(["voicecoach", "interview"], env=sound.env)
            eventually("the microphone is open", sound.is_recorded)
            sound.say(Path("answer.wav")).wait()
    """

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="pulse-")
        self.folder = folder = Path(self._temporary.name)
        self._socket = folder / "native"
        (folder / "alsa.conf").write_text(_ALSA)
        self.variables = {
            "ALSA_CONFIG_PATH": str(folder / "alsa.conf"),
            "PULSE_COOKIE": str(folder / "cookie"),
            "PULSE_RUNTIME_PATH": str(folder / "run"),
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_STATE_PATH": str(folder / "state"),
        }
        self._children: list[subprocess.Popen[bytes]] = []
        self._speaking: list[subprocess.Popen[bytes]] = []

    @property
    def env(self) -> dict[str, str]:
        """The environment for a program that shall use the virtual devices."""
        return {**os.environ, **self.variables}

    # -- life ------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Started, with a microphone plugged in and room tone in it."""
        script = self.folder / "daemon.pa"
        script.write_text(_DAEMON.format(socket=self._socket, rate=RATE_HZ))
        try:
            self._start_daemon(script)
            self.plug_in_microphone()
            self._start_room_tone()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _start_daemon(self, script: Path) -> None:
        log = (self.folder / "pulseaudio.log").open("wb")
        options = "--daemonize=no --exit-idle-time=-1 "
        options += "--disable-shm=yes --realtime=no --high-priority=no"
        with log:
            self._spawn(
                ["pulseaudio", "-n", "-F", str(script), *options.split()], stderr=log
            )
        eventually("PulseAudio answers", self._answers)

    def _start_room_tone(self) -> None:
        """Endless faint noise, fed by a shell loop over one minute of it."""
        noise = np.random.default_rng(0).standard_normal(60 * RATE_HZ)
        pcm = self.folder / "room.s16"
        pcm.write_bytes(to_pcm16((noise * 10 ** (ROOM_DBFS / 20)).astype(np.float32)))
        player = " ".join(_stream("pacat", "mouth", "room-tone"))
        self._spawn(["sh", "-c", f"while cat '{pcm}'; do :; done | {player}"])
        eventually("room tone", lambda: bool(self._users("sink", "mouth")))

    def _spawn(self, command: list[str], **streams: object) -> subprocess.Popen[bytes]:
        """A child with its own process group, ended with the daemon at the latest."""
        child = subprocess.Popen(  # type: ignore[call-overload]
            command, env=self.env, start_new_session=True, **streams
        )
        self._children.append(child)
        return child  # type: ignore[no-any-return]

    def _end(self) -> None:
        for child in reversed(self._children):
            _end(child)
        self._children.clear()
        self._temporary.cleanup()

    # -- what a person does ----------------------------------------------------

    def say(self, sound: Audio | Path) -> subprocess.Popen[bytes]:
        """Start speaking into the microphone; `Popen.wait` lasts until it is said."""
        audio = sound if isinstance(sound, Audio) else read_audio(sound)
        pcm = self.folder / f"say-{time.monotonic_ns()}.s16"
        pcm.write_bytes(to_pcm16(audio.at_rate(RATE_HZ).samples))
        with pcm.open("rb") as file:
            child = self._spawn(_stream("pacat", "mouth", "say"), stdin=file)
        self._speaking.append(child)
        return child

    @contextmanager
    def heard(self) -> Iterator[Recording]:
        """Record what the virtual speaker plays, silence included, while inside."""
        pcm = self.folder / f"heard-{time.monotonic_ns()}.s16"
        with pcm.open("wb") as file:
            child = self._spawn(
                _stream("parec", "speaker.monitor", "heard"), stdout=file
            )
        recording = Recording(pcm)
        try:
            eventually("the speaker is recorded", lambda: pcm.stat().st_size > 0)
            yield recording
            time.sleep(0.1)  # what was played is on its way to the file
        finally:
            _end(child)
            self._children.remove(child)

    # -- what happens to the device ----------------------------------------------

    def plug_in_microphone(self) -> None:
        """Add the microphone, make it the default source and wait till it delivers.

        A source that nobody has used takes up to 2 s, as long as a null sink buffers.
        """
        self._pactl("load-module", *_MICROPHONE)
        self._pactl("set-default-source", "microphone")
        command = _stream("parec", "microphone", "wake-up")
        with subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE) as child:
            child.stdout.read(2)  # type: ignore[union-attr]
            child.terminate()

    def unplug_microphone(self, *, rescued: bool = False) -> None:
        """Take the microphone away from the programs that record from it, for good.

        Args:
            rescued: let PulseAudio move their streams to a source that is left, here a
                silent monitor; otherwise they are killed, as where there is none.
        """
        if not rescued:
            for stream in self._users("source", "microphone"):
                self._pacmd("kill-source-output", stream)
        self._pactl("unload-module", _MICROPHONE[0])

    def restore(self) -> None:
        """A microphone again, neither muted nor stalled, and nobody speaking."""
        for child in self._speaking:
            _end(child)
        self._speaking.clear()
        if not any(row[1] == "microphone" for row in self._rows("sources")):
            self.plug_in_microphone()
        self.stall_microphone(stalled=False)
        self.mute(muted=False)

    def stop_daemon(self) -> None:
        """End PulseAudio itself; nothing of this object works after it."""
        for child in self._children:
            _end(child)

    def cut_off_speaker(self) -> None:
        """End what programs play, as of a loudspeaker that is pulled out."""
        for stream in self._users("sink", "speaker"):
            self._pacmd("kill-sink-input", stream)

    def mute(self, *, muted: bool) -> None:
        """Mute the microphone: it then delivers zeros, as a forbidden one on macOS."""
        self._pactl("set-source-mute", "microphone", str(int(muted)))

    def stall_microphone(self, *, stalled: bool) -> None:
        """Suspend the microphone: it stays listed but delivers nothing."""
        self._pactl("suspend-source", "microphone", str(int(stalled)))

    # -- what programs do --------------------------------------------------------

    def is_recorded(self) -> bool:
        """Whether some program has the microphone open."""
        return bool(self._users("source", "microphone"))

    def is_playing(self) -> bool:
        """Whether some program has the speaker open."""
        return bool(self._users("sink", "speaker"))

    def _users(self, kind: str, name: str) -> list[str]:
        """The streams on the sink or source of that name; none when it is gone."""
        index = next((r[0] for r in self._rows(f"{kind}s") if r[1] == name), None)
        streams = {"sink": "sink-inputs", "source": "source-outputs"}[kind]
        return [row[0] for row in self._rows(streams) if row[1] == index]

    def _rows(self, what: str) -> list[list[str]]:
        lines = self._pactl("list", "short", what).splitlines()
        return [line.split("\t") for line in lines]

    def _pactl(self, *words: str) -> str:
        return self._run("pactl", *words)

    def _pacmd(self, *words: str) -> str:
        return self._run("pacmd", *words)

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout

    def _answers(self) -> bool:
        try:
            return bool(self._pactl("info"))
        except subprocess.CalledProcessError:
            return False


def _stream(program: str, device: str, name: str) -> list[str]:
    """A player is given 2 s ahead, lest a busy machine puts gaps into what is said."""
    latency_ms = 2000 if program == "pacat" else 200
    form = f"--format=s16le --rate={RATE_HZ} --channels=1 --latency-msec={latency_ms}"
    return [program, f"--device={device}", f"--client-name={name}", *form.split()]


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child and all that it started, politely first."""
    for wish in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is not None:
            return
        os.killpg(child.pid, wish)
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            continue
