"""Where things lie in the data folder. Every room asks here, so that a test can move all of it at once."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def data_folder() -> Path:
    """Return the data folder."""
    return Path(settings.DATA)


def published_folder() -> Path:
    """Return the tree that any static web server may serve."""
    return data_folder() / "published"


def uploads_folder() -> Path:
    """Return the folder of uploaded originals."""
    return data_folder() / "uploads"


def work_folder() -> Path:
    """Return the folder of unfinished work, beside the published tree so that a rename stays on one disk."""
    return data_folder() / "work"


def keys_folder() -> Path:
    """Return the folder of the server's own keys."""
    return data_folder() / "keys"
