"""What survives a power cut: journal, store and generation, with the promises of the real ones and no more.

Commands to the journal are done in order; a cut keeps some first ones of those not yet answered, never a part of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from player.core.effects import AppendEntry, KeepPlay, KeepSession
from player.core.facts import GenerationFacts, JournalFacts, OpenPlay, OpenSession
from player.core.moment import Moment
from player.devices.journal_starts import began
from playlists.chain import ChainStart, StoredEntry, verify_chain
from playlists.dating import Dating
from playlists.entries import AnyBody, SessionHeld, StopReceipt
from playlists.journal import decode_entry, encode_entry, genesis, make_entry, next_hash

from .county import BOX_ID, Broken
from .store import Store

Command = tuple[AppendEntry | KeepPlay | KeepSession, Moment]


@dataclass
class Journal:
    """Entries, the open rows, and what waits to be written."""

    bodies: list[AnyBody] = field(default_factory=list)
    rows: list[StoredEntry] = field(default_factory=list)
    open_play: OpenPlay | None = None
    open_session: OpenSession | None = None
    acknowledged: int = 0
    boot: int = 0
    clean: bool = True
    queue: list[Command] = field(default_factory=list)

    def facts(self) -> JournalFacts:
        bodies = self.bodies
        return JournalFacts(
            head=len(self.rows), acknowledged=self.acknowledged, open_play=self.open_play,
            open_session=self.open_session, clean=self.clean, held=tuple(self._held()),
            done_sessions=frozenset(body.session for body in bodies if isinstance(body, SessionHeld)),
            receipts=frozenset(body.stop for body in bodies if isinstance(body, StopReceipt)),
        )  # fmt: skip

    def _held(self) -> Iterator[Moment]:
        """Yield when the sessions that were held began, dated as the county dates them."""
        entries = [decode_entry(row.data, "test") for row in self.rows]
        dating = Dating(entries)
        for entry, body in zip(entries, self.bodies, strict=True):
            if isinstance(body, SessionHeld) and body.ended == "held":
                stamp = Moment(entry.monotonic_ms, entry.wall_ms, entry.trust, entry.boot)
                dated, instant = dating.started(entry, body), began(body, stamp)
                yield Moment(instant.monotonic_ms, dated.wall_ms, dated.trust, instant.boot)

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
        seq = len(self.rows) + 1
        entry = make_entry(
            body, seq=seq, boot=moment.boot, monotonic_ms=moment.monotonic_ms, wall_ms=max(0, moment.wall_ms),
            trust=moment.trust,
        )  # fmt: skip
        data = encode_entry(entry)
        before = self.rows[-1].hash if self.rows else genesis(BOX_ID)
        self.rows.append(StoredEntry(seq, data, next_hash(before, data)))
        self.bodies.append(body)  # type: ignore[arg-type]

    def verify(self) -> None:
        """Let the product's own judge look at the chain."""
        faults = verify_chain(ChainStart.of_box(BOX_ID), self.rows).faults
        if faults:
            raise Broken(f"the journal's chain is broken: {faults[0]}")


@dataclass
class Disk:
    """All that a box keeps."""

    journal: Journal = field(default_factory=Journal)
    store: Store = field(default_factory=Store)
    generation: GenerationFacts | None = None

    def cut(self, rng: Random) -> None:
        """Lose the power: what was not synced may be there or not."""
        self.journal.cut(rng)
        self.store.cut(rng)
