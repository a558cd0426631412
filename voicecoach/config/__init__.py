"""Settings, where each came from, and the backends that they choose.

settings.toml < environment < flags ── load ──> Settings ── speaker, microphone,
                                                loudspeaker, transcriber, folders
"""

from voicecoach.config.backends import (
    live_transcriber,
    loudspeaker,
    microphone,
    speaker,
    transcriber,
    try_model,
    voice,
)
from voicecoach.config.choosing import model_name, tried
from voicecoach.config.edit import set_value
from voicecoach.config.folders import (
    data_folder,
    models_folder,
    questions_folder,
    recordings_folder,
    voice_folder,
)
from voicecoach.config.settings import AUTO, KEYS, Settings
from voicecoach.config.sources import Loaded, load, settings_file

__all__ = [
    "AUTO",
    "KEYS",
    "Loaded",
    "Settings",
    "data_folder",
    "live_transcriber",
    "load",
    "loudspeaker",
    "microphone",
    "model_name",
    "models_folder",
    "questions_folder",
    "recordings_folder",
    "set_value",
    "settings_file",
    "speaker",
    "transcriber",
    "tried",
    "try_model",
    "voice",
    "voice_folder",
]
