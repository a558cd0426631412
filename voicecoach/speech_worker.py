"""The worker process that talks to pyttsx3, so that a hang in it can be killed.

Run by file name, never imported by the program: one JSON request on standard input,
one JSON reply on standard output.

    {"do": "render", "text": ..., "voice": ... | null, "rate_wpm": 165, "path": ...}
    {"do": "voices"}
    -> {"voices": [...]}  or  {}  or  {"error": "missing" | "voice" | "engine",
                                       "detail": ...}

It imports nothing of voicecoach and no numpy, to be ready in a tenth of a second.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from typing import Any

Reply = dict[str, Any]

_QUEUE_S = 0.01
"""Long enough for eSpeak's thread to take a setting, far too short to notice."""


def main() -> None:
    """Carry out the one request."""
    request = json.loads(sys.stdin.read())
    # pyttsx3 prints "Audio saved to ..." where the reply is to go.
    with contextlib.redirect_stdout(sys.stderr):
        reply = _answer(request)
    json.dump(reply, sys.stdout)
    sys.stdout.flush()


def _answer(request: dict[str, Any]) -> Reply:
    import pyttsx3

    try:
        engine = pyttsx3.init()
    except (ImportError, OSError, RuntimeError) as error:
        return {"error": "missing", "detail": str(error)}
    if request["do"] == "voices":
        return _voices(engine)
    return _render(engine, request)


def _voices(engine: Any) -> Reply:  # noqa: ANN401 - pyttsx3 has no types
    return {
        "voices": [
            {
                "id": voice.id,
                "name": voice.name or voice.id,
                "languages": [str(tag).strip("\x00") for tag in voice.languages],
            }
            for voice in engine.getProperty("voices")
        ]
    }


def _render(engine: Any, request: dict[str, Any]) -> Reply:  # noqa: ANN401 - as above
    """Write the file; each trap of pyttsx3 2.99 that it steps round has its line."""
    done = threading.Event()
    errors: list[Exception] = []

    def failed(exception: Exception, **_: object) -> None:
        errors.append(exception)
        done.set()

    # Without this listener an unknown voice is swallowed and the default one speaks.
    engine.connect("error", failed)
    engine.connect("finished-utterance", lambda **_: done.set())
    if request["voice"] is not None:
        engine.setProperty("voice", request["voice"])
    _set_rate(engine, request["rate_wpm"])
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    # eSpeak's loop can return before its own thread has written the file. SAPI writes
    # before it returns and sends no event.
    if engine.driver_name != "sapi5":
        done.wait()
    if not errors:
        return {}
    # Its drivers refuse a property with ValueError, and only the voice can be refused.
    kind = "voice" if isinstance(errors[0], ValueError) else "engine"
    return {"error": kind, "detail": str(errors[0])}


def _set_rate(engine: Any, rate_wpm: int) -> None:  # noqa: ANN401 - as above
    """Set the rate, and wait until eSpeak has taken it.

    Settings reach eSpeak through a queue and a thread, and pyttsx3 empties that queue
    as its loop ends, which is before it speaks: on a busy machine one sentence in fifty
    came out at the default rate. The queue can also sleep on a command until the next
    comes, so the setting is given again until it is seen. The rate beside the wanted
    one goes first, for the default may happen to be the wanted one.
    """
    if engine.driver_name != "espeak":
        engine.setProperty("rate", rate_wpm)
        return
    for setting_wpm in (rate_wpm + 1, rate_wpm):
        while engine.getProperty("rate") != setting_wpm:
            engine.setProperty("rate", setting_wpm)
            engine.proxy.setBusy(False)  # hands over what is waiting
            engine.proxy.setBusy(True)
            time.sleep(_QUEUE_S)
    time.sleep(_QUEUE_S)  # its thread is at rest when the text comes


if __name__ == "__main__":
    main()
