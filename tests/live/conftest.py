"""Real audio for tests/live: skipped with the reason where it cannot be had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.pulse import VirtualSound, missing


@pytest.fixture(scope="session")
def pulseaudio() -> Iterator[VirtualSound]:
    """One daemon for all tests: starting it takes 2.5 s."""
    if reason := missing():
        pytest.skip(reason)
    with VirtualSound() as sound:
        yield sound


@pytest.fixture
def virtual_sound(pulseaudio: VirtualSound) -> Iterator[VirtualSound]:
    """A virtual speaker and microphone, for programs started with its ``env``."""
    yield pulseaudio
    pulseaudio.restore()


@pytest.fixture
def here(
    virtual_sound: VirtualSound, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VirtualSound]:
    """The same for this very process: PortAudio sees the virtual devices only."""
    from voicecoach.microphone import list_devices

    with monkeypatch.context() as patch:
        for name, value in virtual_sound.variables.items():
            patch.setenv(name, value)
        list_devices()  # starts PortAudio afresh
        yield virtual_sound  # and leaves it so: the machine's own are never looked at
