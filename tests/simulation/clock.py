"""The time at a simulated site: the clocks of the machine, right or wrong, and the box's own (the real one).

`player.devices.clock.BoxClock` reads the machine's clocks that stand here; as in `clock_watch`, whatever changes is
said as `ClockJumped`. The monotonic clock drifts as the wall clock does, so that hours without a word of the county
make the box late by seconds.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from player.core.events import ClockJumped, CountyTimeHeard, Event, TimeRefused
from player.core.moment import Moment
from player.devices.clock import BoxClock, SystemTime
from player.devices.clock_memory import Remembered
from player.devices.clock_watch import JUMP_MS, REMEMBER_S, jump_ms

from .agenda import HOUR_MS, Agenda
from .broken import Broken
from .nature import Nature

START_MS = 1_772_380_800_000  # Monday 2 March 2026, 0:00 in the village
ZONE_MS = 8 * HOUR_MS
FIRST_MONOTONIC_MS = 20_000  # the system has started before the player
Emit = Callable[[Event], None]


class Memory:
    """The clock's record on the disk (`player.devices.clock_memory`)."""

    def __init__(self) -> None:
        self.kept: Remembered | None = None
        self.failing = False

    def read(self) -> Remembered | None:
        return self.kept

    def write(self, remembered: Remembered) -> None:
        if not self.failing:
            self.kept = remembered


class SiteClock:
    """The machine's clocks over boots, and the box's clock of this run."""

    def __init__(self, nature: Nature, agenda: Agenda) -> None:
        self._nature, self._agenda = nature, agenda
        self.memory = Memory()
        self.boots = 0
        self.synchronised = False
        self._booted_ms = 0
        self._system_error_ms, self._system_since_ms = 0, 0  # what it was ahead when it was last set
        self._battery_error_ms = ZONE_MS if nature.zone_wrong else 0
        self._right_ms = 0  # when the box last heard what time it is
        self._box: BoxClock | None = None
        self._believed: Moment | None = None
        self.set_at_ms = 0  # when the box's clock last changed

    def true_ms(self) -> int:
        """Return the true time."""
        return START_MS + self._agenda.now

    def _drift_ms(self, since_ms: int) -> int:
        return (self._agenda.now - since_ms) * self._nature.drift_ppm // 1_000_000

    def _monotonic_ms(self) -> int:
        since = self._agenda.now - self._booted_ms
        return since + since * self._nature.drift_ppm // 1_000_000 + FIRST_MONOTONIC_MS

    def true_wait_ms(self, milliseconds: int) -> int:
        """Return how long it truly is until the monotonic clock has gone on by so much."""
        return milliseconds - milliseconds * self._nature.drift_ppm // 1_000_000 + (1 if self._nature.drift_ppm else 0)

    def _system_ms(self) -> int:
        drift = 0 if self.synchronised else self._drift_ms(self._system_since_ms)
        return START_MS + self._agenda.now + self._system_error_ms + drift

    def _battery_ms(self) -> int | None:
        return self.true_ms() + self._battery_error_ms if self._nature.battery else None

    # --- power

    def boot(self) -> None:
        """The machine starts: its clock is what the battery kept, or the time of the last shutdown, or 1970."""
        self.boots += 1
        self._booted_ms, self.synchronised = self._agenda.now, False
        battery_ms, known = self._battery_ms(), self.memory.kept
        last_ms = known.wall_ms if known and self._nature.network_time else 0
        self._set_system(last_ms if battery_ms is None else battery_ms)

    def off(self) -> None:
        """The power goes: the clock's last record is some minutes old, the battery has drifted on."""
        assert self._box is not None
        self._box.remember()
        known = self.memory.kept
        if known is not None and not self.memory.failing:
            lost_ms = min(self._agenda.now % int(REMEMBER_S * 1000), max(0, known.monotonic_ms - FIRST_MONOTONIC_MS))
            self.memory.kept = replace(
                known, monotonic_ms=known.monotonic_ms - lost_ms, wall_ms=known.wall_ms - lost_ms
            )
        if self.synchronised:
            self._battery_error_ms = 0

    def start(self, boot: int, floor_ms: int) -> None:
        """The player starts: its clock is made."""
        system = SystemTime(
            monotonic_ms=self._monotonic_ms,
            wall_ms=self._system_ms,
            synchronised=lambda: self.synchronised,
            battery_ms=self._battery_ms,
            boot_id=f"boot {self.boots}",
        )
        self._box = BoxClock(boot, floor_ms, self.memory, system)  # type: ignore[arg-type]
        self._believed, self.set_at_ms = self._box.now(), self._agenda.now

    def stop(self) -> None:
        """The player ends by itself."""
        assert self._box is not None
        self._box.remember()

    # --- the box's clock

    def now(self) -> Moment:
        """Return this instant as the box believes it."""
        assert self._box is not None
        return self._box.now()

    def error_ms(self) -> int:
        """Return how far the box's clock is ahead of the truth.

        Raises:
            Broken: It is trusted, and wrong by more than its quartz can be.
        """
        now = self.now()
        error = now.wall_ms - self.true_ms()
        if now.trust == "trusted" and abs(error) > 1_000 + abs(self._drift_ms(self._right_ms)):
            raise Broken(2, "a trusted clock is wrong", f"{error} ms")
        return error

    def ask_county(self, emit: Emit) -> None:
        """A worker asks for the time, if the clock wants it, and says what it hears."""
        assert self._box is not None
        if self._box.wants_county():
            self._right_ms = self._agenda.now
            emit(CountyTimeHeard(self.true_ms(), self._monotonic_ms()))
            self._box.heard_county(self.true_ms(), self._monotonic_ms())
            self.look(emit)

    def raise_floor(self, signed_ms: int, emit: Emit) -> None:
        """A new generation was accepted; it is no older than this."""
        assert self._box is not None
        self._box.raise_floor(signed_ms)
        self.look(emit)

    def look(self, emit: Emit, *, was_set: bool = False) -> None:
        """Say it if the time is believed otherwise than before."""
        assert self._box is not None
        assert self._believed is not None
        if was_set:
            self._box.was_set()
        before, self._believed = self._believed, self._box.now()
        by_ms = jump_ms(before, self._believed)
        if was_set or abs(by_ms) >= JUMP_MS or before.trust != self._believed.trust:
            self.set_at_ms = self._agenda.now
            emit(ClockJumped(by_ms, self._believed.trust))

    # --- what happens to the machine's clock

    def set_by_hand(self, wall_ms: int, monotonic_ms: int, emit: Emit) -> None:
        """A person says at the television what time it is; as in `clock_watch`."""
        assert self._box is not None
        if self._box.set_by_hand(wall_ms, monotonic_ms):
            self.look(emit)
        else:
            emit(TimeRefused())

    def set_wrong(self, by_ms: int, emit: Emit) -> None:
        """Somebody sets it."""
        wrong_ms = self._system_ms() + by_ms
        self.synchronised = False
        self._set_system(wrong_ms)
        self.look(emit, was_set=True)

    def synchronise(self, emit: Emit) -> None:
        """Chrony has found a server, and sets or slews the clock until it is right."""
        self.synchronised = True
        self._set_system(self.true_ms())
        self._right_ms = self._agenda.now
        self.look(emit)

    def _set_system(self, wall_ms: int) -> None:
        self._system_error_ms, self._system_since_ms = wall_ms - self.true_ms(), self._agenda.now
