"""The one form in which time reaches the core: as an argument."""

from __future__ import annotations

import msgspec

from playlists.entries import ClockTrust


class Moment(msgspec.Struct, frozen=True):
    """An instant as the clock port sees it.

    Args:
        monotonic_ms: Milliseconds since this boot of the machine; never jumps, dies with the power.
        wall_ms: Milliseconds since 1970 UTC as far as the box knows; while ``trust`` is unknown, the earliest
            that it can be.
        trust: How far ``wall_ms`` may be believed.
        boot: Number of this boot of the machine, counted by the journal.
    """

    monotonic_ms: int
    wall_ms: int
    trust: ClockTrust
    boot: int


def told(instant: Moment, now: Moment) -> Moment:
    """Return an instant as the clock tells it now; one of an earlier boot stays as that boot's clock told it."""
    if instant.boot != now.boot:
        return instant
    wall_ms = now.wall_ms - (now.monotonic_ms - instant.monotonic_ms)
    return Moment(instant.monotonic_ms, wall_ms, now.trust, now.boot)


class Start(msgspec.Struct, frozen=True):
    """When something began, as an entry of the moment `now` tells it (`playlists.entries`)."""

    wall_ms: int
    boot: int = 0
    monotonic_ms: int = 0

    @classmethod
    def of(cls, instant: Moment, now: Moment) -> Start:
        """Return what the entry says: boot and monotonic time only of what began in an earlier boot."""
        if instant.boot == now.boot:
            return cls(told(instant, now).wall_ms)
        return cls(instant.wall_ms, instant.boot, instant.monotonic_ms)
