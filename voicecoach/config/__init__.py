"""Settings, where each came from, and the backends that they choose.

settings.toml < environment < flags ── load ──> Settings ── speaker, microphone,
                                                loudspeaker, transcriber, folders
"""

from voicecoach.config.backends import (
    data_folder,
    loudspeaker,
    microphone,
    models_folder,
    questions_folder,
    speaker,
    transcriber,
    voice,
    voice_folder,
)
from voicecoach.config.edit import set_value
from voicecoach.config.settings import KEYS, Settings
from voicecoach.config.sources import Loaded, load, settings_file

__all__ = [
    "KEYS",
    "Loaded",
    "Settings",
    "data_folder",
    "load",
    "loudspeaker",
    "microphone",
    "models_folder",
    "questions_folder",
    "set_value",
    "settings_file",
    "speaker",
    "transcriber",
    "voice",
    "voice_folder",
]
