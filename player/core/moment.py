"""The one form in which time reaches the core: as an argument."""

from __future__ import annotations

import msgspec

from playlists.entries import ClockTrust


class Moment(msgspec.Struct, frozen=True):
    """An instant as the clock port sees it.

    Args:
        monotonic_ms: Milliseconds since this boot of the machine; never jumps, dies with the power.
        wall_ms: Milliseconds since 1970 UTC as far as the box knows; means nothing while ``trust`` is
        unknown. trust: How far ``wall_ms`` may be believed. boot: Number of this boot, counted by the
        journal.
    """

    monotonic_ms: int
    wall_ms: int
    trust: ClockTrust
    boot: int
