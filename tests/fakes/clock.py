"""A clock that stands until it is told to go on, and can be set wrong in every way that a box knows."""

from __future__ import annotations

from player.core.moment import Moment
from player.devices.clock import SystemTime
from playlists.entries import ClockTrust

SPRING_2026_MS = 1_772_800_000_000


class FakeClock:
    """The clock port for the loop's tests."""

    def __init__(self, wall_ms: int = SPRING_2026_MS, trust: ClockTrust = "trusted", boot: int = 1) -> None:
        self.monotonic_ms = 10_000
        self.wall_ms = wall_ms
        self.trust: ClockTrust = trust
        self.boot = boot

    def now(self) -> Moment:
        return Moment(self.monotonic_ms, self.wall_ms, self.trust, self.boot)

    def wants_county(self) -> bool:
        return self.trust != "trusted"

    def advance(self, milliseconds: int) -> None:
        self.monotonic_ms += milliseconds
        self.wall_ms += milliseconds


class FakeSystem:
    """What stands below the real clock port: the kernel's clocks, and a clock chip whose battery may be there."""

    def __init__(self, wall_ms: int = SPRING_2026_MS, boot_id: str = "boot-1", *, battery: bool = False) -> None:
        self.monotonic_ms = 5_000
        self.wall_ms = wall_ms
        self.synchronised = False
        self.battery_ms: int | None = wall_ms if battery else None
        self.boot_id = boot_id

    def time(self) -> SystemTime:
        return SystemTime(
            lambda: self.monotonic_ms,
            lambda: self.wall_ms,
            lambda: self.synchronised,
            lambda: self.battery_ms,
            self.boot_id,
        )

    def advance(self, milliseconds: int) -> None:
        self.monotonic_ms += milliseconds
        self.wall_ms += milliseconds
        if self.battery_ms is not None:
            self.battery_ms += milliseconds
