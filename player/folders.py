"""Where everything of a box lies below its data folder. Used by `player.app`, the devices and the workers' specs."""

from __future__ import annotations

from pathlib import Path

import msgspec

from playlists.files import make_folder
from playlists.journal_schema import ACKNOWLEDGED_NAME, FINGERPRINT_NAME


class BoxFolders(msgspec.Struct, frozen=True):
    """The data folder of a box, such as ``/var/lib/yuanjiao``."""

    root: Path

    @property
    def key(self) -> Path:
        """The box's Ed25519 key, made once, readable by its owner only."""
        return self.root / "box-key.pem"

    @property
    def fingerprint(self) -> Path:
        """The fingerprint of that key, so that the player needs no cryptography to know its name."""
        return self.root / FINGERPRINT_NAME

    @property
    def journal(self) -> Path:
        """The journal's database."""
        return self.root / "journal.sqlite"

    @property
    def acknowledged(self) -> Path:
        """How much of the journal the county durably holds; written by the upload worker."""
        return self.root / ACKNOWLEDGED_NAME

    @property
    def known_time(self) -> Path:
        """The last time that was known."""
        return self.root / "known-time"

    @property
    def preferences(self) -> Path:
        """What was chosen at the television."""
        return self.root / "preferences.json"

    @property
    def generations(self) -> Path:
        """What was accepted from the county (`playlists.generation`)."""
        return self.root / "generations"

    @property
    def store(self) -> Path:
        """Media: `player.store`."""
        return self.root / "store"

    @property
    def ring(self) -> Path:
        """The last minutes of the live channel that is on (`player.workers.live.ring`); nothing there is kept."""
        return self.root / "live-ring"

    def make(self) -> None:
        """Create what is missing.

        Raises:
            OSError: The data folder cannot be written.
        """
        for folder in (self.root, self.generations, self.store):
            make_folder(folder)
