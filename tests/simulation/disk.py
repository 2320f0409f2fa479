"""What survives a power cut: journal, store and generation, with the promises of the real ones and no more.

Commands to the journal are done in order; a cut keeps some first ones of those not yet answered, never a part of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from player.core.effects import AppendEntry, KeepPlay, KeepSession
from player.core.facts import GenerationFacts, JournalFacts, OpenPlay, OpenSession, StoredBlob, StoreFacts
from player.core.moment import Moment
from playlists.entries import AnyBody, SessionHeld, StopReceipt
from playlists.journal import encode_entry, genesis, make_entry, next_hash

from .county import BOX_ID

Command = tuple[AppendEntry | KeepPlay | KeepSession, Moment]


@dataclass
class Journal:
    """Entries, the open rows, and what waits to be written."""

    entries: list[tuple[int, AnyBody, bytes]] = field(default_factory=list)
    head_hash: bytes = genesis(BOX_ID)
    open_play: OpenPlay | None = None
    open_session: OpenSession | None = None
    acknowledged: int = 0
    boot: int = 0
    clean: bool = True
    queue: list[Command] = field(default_factory=list)

    def facts(self) -> JournalFacts:
        bodies = [body for _, body, _ in self.entries]
        return JournalFacts(
            head=len(self.entries), acknowledged=self.acknowledged, open_play=self.open_play,
            open_session=self.open_session, clean=self.clean,
            done_sessions=frozenset(body.session for body in bodies if isinstance(body, SessionHeld)),
            receipts=frozenset(body.stop for body in bodies if isinstance(body, StopReceipt)),
        )  # fmt: skip

    def write_next(self) -> AppendEntry | None:
        """Commit the oldest command; return it if it is to be answered."""
        effect, moment = self.queue.pop(0)
        if isinstance(effect, KeepPlay):
            self.open_play = effect.row
        elif isinstance(effect, KeepSession):
            self.open_session = effect.row
        else:
            for body in (effect.body, *effect.more):
                self._append(body, moment)
            self.open_play = None if effect.closes_play else self.open_play
            self.open_session = None if effect.closes_session else self.open_session
            return effect
        return None

    def cut(self, rng: Random) -> None:
        """Lose the power: some of what was under way is there, the rest is not."""
        for _ in range(rng.randint(0, len(self.queue))):
            self.write_next()
        self.queue.clear()
        self.clean = False

    def _append(self, body: object, moment: Moment) -> None:
        seq = len(self.entries) + 1
        entry = make_entry(
            body, seq=seq, boot=moment.boot, monotonic_ms=moment.monotonic_ms, wall_ms=max(0, moment.wall_ms),
            trust=moment.trust,
        )  # type: ignore[arg-type]  # fmt: skip
        data = encode_entry(entry)
        self.head_hash = next_hash(self.head_hash, data)
        self.entries.append((seq, body, data))  # type: ignore[arg-type]


@dataclass
class Disk:
    """All that a box keeps."""

    journal: Journal = field(default_factory=Journal)
    blobs: dict[str, StoredBlob] = field(default_factory=dict)
    size_bytes: int = 600 << 20
    quota_bytes: int = 500 << 20
    reserve_bytes: int = 50 << 20
    generation: GenerationFacts | None = None

    @property
    def free_bytes(self) -> int:
        used = sum(blob.bytes_here for blob in self.blobs.values())
        return max(0, min(self.quota_bytes - used, self.size_bytes - self.reserve_bytes - used))

    def store(self) -> StoreFacts:
        return StoreFacts(dict(self.blobs), self.free_bytes, self.quota_bytes)
