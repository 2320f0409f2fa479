"""The journal of a made-up village: what a box would write, week after week, from a seed.

Two group sessions a month in the evening with three lessons each and a head count, some lessons on demand on most
days, a little of everything else. Used by the benches that send and take in journals.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from playlists.entries import BLOB_DIGITS, AnyBody, Boot, HeadCount, Health, Play, SessionHeld
from playlists.envelope import Envelope, seal
from playlists.journal import encode_entry, genesis, make_entry, next_hash
from playlists.keys import SigningKey

DAY_MS = 86_400_000
MINUTE_MS = 60_000
SESSION_DAYS = (9, 23)  # of each 30 days
EVENING_MS = int(11.5 * 60 * MINUTE_MS)  # 19:30 in China
LESSONS = 120  # that a box shows within a month or so


@dataclass
class Village:
    """A box with its key and what it has written so far.

    Args:
        seed: What its life follows from.
        begins_ms: Midnight UTC of its first day.
        plays_a_day: Lessons on demand on a usual day, besides sessions.
    """

    seed: str
    begins_ms: int
    plays_a_day: int = 4
    key: SigningKey = field(default_factory=SigningKey.generate)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._head = genesis(self.key.fingerprint)
        self._seq = 0

    def live(self, days: int) -> Iterator[bytes]:
        """Yield the encoded entries of so many days."""
        for day in range(days):
            start = self.begins_ms + day * DAY_MS
            for wall_ms, body in self._day(day, start):
                self._seq += 1
                entry = make_entry(
                    body, seq=self._seq, boot=day + 1, monotonic_ms=wall_ms - start, wall_ms=wall_ms, trust="trusted"
                )
                yield encode_entry(entry)

    def sealed(self, entries: list[bytes]) -> bytes:
        """Return the next entries of this box as its upload worker would send them."""
        for entry in entries:
            self._head = next_hash(self._head, entry)
        return seal(Envelope(self.key.fingerprint, tuple(entries), self._head), self.key)

    def play(self, wall_ms: int, session: str = "") -> Play:
        """Return a play that began then; a few lessons are asked for often, most seldom."""
        chance = self._random
        film = min(chance.randrange(LESSONS), chance.randrange(LESSONS))
        length = 8 * MINUTE_MS + int(_digest_of(f"length {film}"), 16) % (37 * MINUTE_MS)
        whole = chance.random() < 0.7
        end = length if whole else chance.randrange(30_000, length)
        again = ((0, end // 2), (end // 2 - 20_000, end)) if chance.random() < 0.1 else ((0, end),)
        pauses = chance.choice((0, 0, 0, 1))
        return Play(
            course=f"county-2026-{film // 3:04}", lesson=f"lesson-{film % 3 + 1}", blob=_digest_of(f"film {film}"),
            height=360 if film % 5 else 480, why="session" if session else "menu", session=session,
            started_wall_ms=wall_ms, segments=again, paused_ms=pauses * chance.randrange(100_000), pauses=pauses,
            ended="finished" if whole else "stopped",
        )  # fmt: skip

    def _day(self, day: int, start: int) -> Iterator[tuple[int, AnyBody]]:
        chance = self._random
        yield start + 60_000, Boot(version="1.0.0", clean=chance.random() < 0.8)
        at = start + 60 * MINUTE_MS + chance.randrange(60 * MINUTE_MS)
        for _ in range(max(0, self.plays_a_day + chance.choice((-2, -1, 0, 0, 1, 2)))):
            at += chance.randrange(50 * MINUTE_MS, 80 * MINUTE_MS)
            yield at, self.play(at - chance.randrange(8 * MINUTE_MS, 45 * MINUTE_MS))
        if day % 30 in SESSION_DAYS:
            yield from self._session(day, start + EVENING_MS)
        if day % 2:
            stored, fetched = chance.randrange(1 << 35), chance.randrange(1 << 30)
            yield start + 23 * 60 * MINUTE_MS, Health(
                version="1.0.0", generation=day, free_bytes=(1 << 35) - stored, stored_bytes=stored,
                fetched_bytes=fetched, line_month="2026-01", line_bytes={"session": fetched, "journal": day * 3_000},
            )  # fmt: skip

    def _session(self, day: int, start: int) -> Iterator[tuple[int, AnyBody]]:
        chance, name = self._random, f"spring@{day:010d}T19:30"
        for lesson in range(3):
            yield start + (lesson + 1) * 30 * MINUTE_MS, self.play(start + lesson * 30 * MINUTE_MS, name)
        members, villagers = chance.randrange(8, 20), chance.randrange(5, 25)
        end = start + 95 * MINUTE_MS
        yield (
            end,
            HeadCount(
                session=name, expected=35, present=members + villagers, members=members, villagers=villagers, on_leave=2
            ),
        )
        yield (
            end,
            SessionHeld(
                session=name, title="春季实用技术", form="video", started_wall_ms=start, ended_wall_ms=end, ended="held"
            ),
        )


def _digest_of(name: str) -> str:
    return genesis(name).hex()[:BLOB_DIGITS]
