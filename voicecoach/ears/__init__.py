"""Two ears on one stream: voice from the sound, words from Whisper, at the same time.

    blocks ──┬─ VoiceActivity ──> voiced spans ── where to cut ─┐
             └─ samples ───────────────────────────────────────┴─> pieces, stretches
    worker threads: Transcriber ──> words ── settled on the voice ──> Answer

    speech      ████ ██████  ███ ████   ████████ ███   ██ ████
    pieces      |----------||--------| |--------| |---|~~~~~~~|   quick, at each silence
    stretches   |-----------------------------------|             sure, one full window

Every silence of 0.3 s has the piece before it decoded in a short, quick window; every
20-28 s a whole stretch is decoded once more, with all its context, in the full, sure
one. At the stop each moment is told by the sure words if they are there, else by the
quick ones, so nothing is left to do but the last piece. A recording has only stretches.
Where to cut depends on the voice alone, never on how fast the machine is.

planning.py   where to cut, from the voice alone
live.py       the two threads, and the answer put together
settling.py   words moved onto the voice
quality.py    how far the sound can be trusted
"""

from voicecoach.ears.live import Ears, listen

__all__ = ["Ears", "listen"]
