"""Attempts made visible: terminal, self-contained HTML, Markdown, replay, comparison.

wording.py    times, names and short quotes, the same words everywhere
facts.py      what is worth saying about one attempt, before any drawing
strips.py     bars, sparkline and timeline as text
terminal.py   one screen for one attempt; explain.py the long form
compare.py    two takes of one question; a session's summary
html.py       one page that plays the recording; markdown.py for notes
replay.py     the recording with its transcript moving along; stretch.py its speed
"""

from voicecoach.report.compare import compare, summary
from voicecoach.report.terminal import render

__all__ = ["compare", "render", "summary"]
