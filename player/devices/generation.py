"""Reads the generation in force into the facts that the core works with. Called by `app` at start and after a sync."""

from __future__ import annotations

from player.core.facts import GenerationFacts
from player.folders import BoxFolders


def load_generation(folders: BoxFolders) -> GenerationFacts | None:
    """Return the facts of the generation in force, or None if there is none that can be read."""
    raise NotImplementedError
