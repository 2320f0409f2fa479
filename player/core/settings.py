"""What `config/player.yaml` decides and the core needs. Built by `player.configuration`."""

from __future__ import annotations

import msgspec

from playlists.documents import Caps, Window

from .intents import Keymap


class Settings(msgspec.Struct, frozen=True):
    """What `config/player.yaml` decides and the core needs.

    ``windows`` and ``caps`` are the site's own, beside those of the plans (`player.core.limits`). ``has_files``
    and ``has_api`` say whether an address is set for published files and for the county's box API.
    """

    version: str = "0"
    safe_area_percent: int = 5
    osd_ms: int = 5_000
    quota_bytes: int = 8 << 30
    reserve_bytes: int = 256 << 20
    volume_percent: int = 80
    keymap: Keymap = msgspec.field(default_factory=Keymap)
    windows: tuple[Window, ...] = ()
    caps: Caps = Caps()
    has_files: bool = True
    has_api: bool = True
    wishes: tuple[str, ...] = ()  # ready phrases for orders (点播申请)
    phrases: tuple[str, ...] = ()  # ready phrases to write with
    utc_offset_minutes: int = 480  # the time zone in which the TV shows times; China has one, without summer time
