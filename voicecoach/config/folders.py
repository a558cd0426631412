"""Where things are: chosen in the settings, else the place usual on the system."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from voicecoach import models
from voicecoach.config.settings import Settings
from voicecoach.config.sources import settings_file
from voicecoach.errors import StorageError


def data_path(settings: Settings) -> Path:
    """Where attempts and recordings are kept; may not exist yet."""
    if chosen := settings.folders.data:
        return Path(chosen).expanduser()
    return platformdirs.user_data_path("voicecoach", appauthor=False)


def data_folder(settings: Settings) -> Path:
    """Where attempts and recordings are kept; made, for its owner only, if missing.

    Our own folder is kept closed to others. One that the user chose may hold other
    things and keeps the permissions it has; `voicecoach doctor` speaks up.

    Raises:
        StorageError: it cannot be made.
    """
    path = data_path(settings)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not settings.folders.data and path.stat().st_mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        msg = f"The data folder {path} cannot be made: {error.strerror}."
        raise StorageError(
            msg, "Choose another: `voicecoach config set folders.data FOLDER`."
        ) from error
    return path


def models_folder(settings: Settings) -> Path:
    """Where models are; may not exist yet."""
    chosen = settings.folders.models
    return Path(chosen).expanduser() if chosen else models.default_folder()


def questions_folder(settings: Settings) -> Path | None:
    """The user's own questions, or "questions" beside the settings file; else None."""
    if chosen := settings.folders.questions:
        return Path(chosen).expanduser()
    beside = settings_file().parent / "questions"
    return beside if beside.is_dir() else None


def voice_folder(settings: Settings) -> Path:
    """Where rendered sentences are kept; may not exist yet."""
    return data_folder(settings) / "voice"


def recordings_folder(package: Path = Path(__file__).parents[1]) -> Path:
    """Our recorded candidates: in a wheel inside the package, in a checkout beside."""
    installed = package / "_audio_fixtures"
    return installed if installed.exists() else package.parent / "audio_fixtures"
