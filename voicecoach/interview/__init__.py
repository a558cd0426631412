"""A spoken interview: ask, listen, measure, judge, follow up.

stage.py      what the coordinator needs of a screen and a keyboard
listening.py  one answer: microphone -> disk and both ears, until somebody ends it
session.py    the coordinator; its backends are arguments
"""

from voicecoach.interview.listening import Limits, Listening
from voicecoach.interview.session import Interview, Options, Studio
from voicecoach.interview.stage import Stage, Step

__all__ = ["Interview", "Limits", "Listening", "Options", "Stage", "Step", "Studio"]
