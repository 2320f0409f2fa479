"""When entries really happened: told afterwards, by what their box learnt later about the time.

Theory: an entry is certain of one thing only, its boot and how long after that boot it was written. Within a
boot, wall time minus monotonic time is one number, so that one entry that knows the time dates all others of
its boot: it is the boot's *anchor*. The first trusted entry is; without one, the latest estimated one, for who
sets a clock twice has mended the first. An entry that knows as much as its anchor keeps its own wall time. Where a
boot lasts for weeks its quartz goes wrong by minutes, and is set right again and again: then the last trusted word
before an instant dates it, or else the first one after it.

A boot without an anchor stays unknown. But a journal is written in order: its entries lie after every trusted
entry before them and before every trusted one after. Whatever is not trusted is moved between these bounds.

Where the number of the boot has been lost with a damaged journal, it may come again. So a boot here is a
stretch of entries of one number in which monotonic time does not go back.

Pure. Callers: the county's records, and the box for its own count of the month (`anchored`, `better`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final, Protocol

import msgspec

from playlists.entries import ClockTrust, Play, SessionHeld

RANK: Final[dict[ClockTrust, int]] = {"unknown": 0, "estimated": 1, "trusted": 2}


class Stamped(Protocol):
    """An entry, or the columns of one: what was known of the time when it was written."""

    @property
    def seq(self) -> int:
        """Its number."""

    @property
    def boot(self) -> int:
        """The boot's number."""

    @property
    def monotonic_ms(self) -> int:
        """Milliseconds since that boot."""

    @property
    def wall_ms(self) -> int:
        """Wall time as the box believed it then."""

    @property
    def trust(self) -> ClockTrust:
        """How far it may be believed."""


class Dated(msgspec.Struct, frozen=True):
    """When something happened, in ms since 1970 UTC, and how far that may be believed.

    ``not_before_ms`` and ``not_after_ms`` are what trusted entries before and after it say; None if there is none.
    """

    wall_ms: int
    trust: ClockTrust
    not_before_ms: int | None = None
    not_after_ms: int | None = None


class Anchor(msgspec.Struct, frozen=True):
    """What one boot knows of the time: wall time minus monotonic time, and how far to believe it."""

    offset_ms: int
    trust: ClockTrust


UNKNOWN: Final = Anchor(0, "unknown")
MOVED_MS: Final = 1_000  # less than this is no news about the time


def better(anchor: Anchor, wall_ms: int, monotonic_ms: int, trust: ClockTrust) -> Anchor:
    """Return what a boot knows of the time after one more word about it."""
    more = RANK[trust] > RANK[anchor.trust] or trust == anchor.trust == "estimated"
    return Anchor(wall_ms - monotonic_ms, trust) if more else anchor


def anchored(anchor: Anchor, wall_ms: int, monotonic_ms: int, trust: ClockTrust) -> Dated:
    """Return when something happened of which the box believed this, in a boot that knows as much as ``anchor``."""
    if RANK[anchor.trust] > RANK[trust]:
        return Dated(monotonic_ms + anchor.offset_ms, anchor.trust)
    return Dated(wall_ms, trust)


class _Boot(msgspec.Struct):
    """A boot's stretch of entries: from which seq on, its number, its anchor, and the bounds around it."""

    first_seq: int
    number: int
    last_monotonic_ms: int = 0
    anchor: Anchor = UNKNOWN
    words: list[tuple[int, int]] = []  # trusted ones that moved the clock: monotonic time, offset
    latest_trusted_ms: int | None = None
    not_before_ms: int | None = None
    not_after_ms: int | None = None

    def take(self, entry: Stamped) -> None:
        self.last_monotonic_ms = entry.monotonic_ms
        self.anchor = better(self.anchor, entry.wall_ms, entry.monotonic_ms, entry.trust)
        if entry.trust == "trusted":
            self.latest_trusted_ms = max(entry.wall_ms, self.latest_trusted_ms or entry.wall_ms)
            offset_ms = entry.wall_ms - entry.monotonic_ms
            if not self.words or abs(offset_ms - self.words[-1][1]) >= MOVED_MS:
                self.words.append((entry.monotonic_ms, offset_ms))

    def anchor_at(self, monotonic_ms: int) -> Anchor:
        """Return what this boot knows of the time of an instant."""
        if not self.words:
            return self.anchor
        index = bisect_right(self.words, monotonic_ms, key=lambda word: word[0])
        return Anchor(self.words[max(0, index - 1)][1], "trusted")

    def within(self, dated: Dated) -> Dated:
        if dated.trust == "trusted":
            return dated
        wall_ms, early, late = dated.wall_ms, self.not_before_ms, self.not_after_ms
        wall_ms = wall_ms if late is None else min(wall_ms, late)
        wall_ms = wall_ms if early is None else max(wall_ms, early)
        return Dated(wall_ms, dated.trust, early, late)


class Dating:
    """The entries of one box, dated.

    Args:
        entries: In the order of their numbers; some may be missing. What was dated as trusted stays so however
            many follow.
    """

    def __init__(self, entries: Iterable[Stamped]) -> None:
        self._boots: list[_Boot] = []
        for entry in entries:
            last = self._boots[-1] if self._boots else None
            if last is None or entry.boot != last.number or entry.monotonic_ms < last.last_monotonic_ms:
                self._boots.append(_Boot(entry.seq, entry.boot))
            self._boots[-1].take(entry)
        self._set_bounds()

    def _set_bounds(self) -> None:
        before = accumulate((one.latest_trusted_ms for one in self._boots), _later, initial=None)
        for boot, early in zip(self._boots, before, strict=False):
            boot.not_before_ms = early
        starts = [one.anchor.offset_ms if one.anchor.trust == "trusted" else None for one in reversed(self._boots)]
        for boot, late in zip(reversed(self._boots), accumulate(starts, _earlier, initial=None), strict=False):
            boot.not_after_ms = late

    def entry(self, entry: Stamped) -> Dated:
        """Return when an entry was written."""
        boot = self._boots[self._index(entry.seq)]
        return boot.within(anchored(boot.anchor_at(entry.monotonic_ms), entry.wall_ms, entry.monotonic_ms, entry.trust))

    def told(self, entry: Stamped, wall_ms: int) -> Dated:
        """Return when that was of which an entry tells as ``wall_ms``, by the clock of its own moment."""
        boot = self._boots[self._index(entry.seq)]
        since_boot_ms = entry.monotonic_ms - (entry.wall_ms - wall_ms)
        return boot.within(anchored(boot.anchor_at(since_boot_ms), wall_ms, since_boot_ms, entry.trust))

    def started(self, entry: Stamped, body: Play | SessionHeld) -> Dated:
        """Return when the play or session of an entry began, also if that was in an earlier boot."""
        if not body.started_boot:
            return self.told(entry, body.started_wall_ms)
        earlier = reversed(self._boots[: self._index(entry.seq)])
        boot = next((one for one in earlier if one.number == body.started_boot), None)
        if boot is None:  # its entries are not here
            return self._boots[self._index(entry.seq)].within(Dated(body.started_wall_ms, "unknown"))
        anchor = boot.anchor_at(body.started_monotonic_ms)
        return boot.within(anchored(anchor, body.started_wall_ms, body.started_monotonic_ms, "unknown"))

    def _index(self, seq: int) -> int:
        return max(0, bisect_right(self._boots, seq, key=lambda boot: boot.first_seq) - 1)


def date(entries: Sequence[Stamped]) -> list[Dated]:
    """Return when each of a box's entries was written; they are given in the order of their numbers."""
    dating = Dating(entries)
    return [dating.entry(entry) for entry in entries]


def _later(one: int | None, other: int | None) -> int | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((at for at in (one, other) if at is not None), default=None)
