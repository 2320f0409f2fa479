"""The road to the journal: every entry is owed until it is durable, in order, one on the way at a time.

Theory: an entry is put into ``world.pending`` and stays there until `Journaled`. The lowest one is on its
way; when the journal fails, that same one is asked for again after a wait, and the others queue behind it.
So an entry that closes an open row can never overtake the entry that the row before it owes; and while such
an entry is owed, no open row of its kind is written (`keep_play`, `keep_session`), for it would be closed
in its stead.

    idle ──append──► writing ──Journaled──► writing the next, or idle
                     writing ──JournalFailed──► waiting ──time──► writing
"""

from __future__ import annotations

from msgspec.structs import replace

from playlists.entries import Body

from .backoff import backoff_ms
from .effects import AppendEntry, KeepPlay, KeepSession
from .events import Journaled, JournalFailed
from .facts import OpenPlay, OpenSession
from .faults import JOURNAL_UNWRITABLE
from .lives.workers import Ledger
from .turn import Turn
from .world import World

RETRY_BASE_MS, RETRY_CAP_MS = 2_000, 60_000


def append(
    turn: Turn,
    body: Body,
    *,
    more: tuple[Body, ...] = (),
    closes_play: bool = False,
    closes_session: bool = False,
) -> int:
    """Owe the journal an entry; return the effect's id."""
    effect = AppendEntry(turn.number(), body, closes_play, closes_session, more)
    turn.change(pending={**turn.world.pending, effect.id: effect})
    _send_next(turn)
    return effect.id


def keep_play(turn: Turn, row: OpenPlay) -> None:
    """Bring the open play's row up to date, unless the last one is still to be closed."""
    if not any(entry.closes_play for entry in owed(turn.world)):
        turn.issue(KeepPlay, row=row)


def keep_session(turn: Turn, row: OpenSession) -> None:
    """Bring the open session's row up to date, likewise."""
    if not any(entry.closes_session for entry in owed(turn.world)):
        turn.issue(KeepSession, row=row)


def owed(world: World) -> list[AppendEntry]:
    """Return the entries that are not durable yet, in order."""
    return [effect for _, effect in sorted(world.pending.items()) if isinstance(effect, AppendEntry)]


def journaled(turn: Turn, event: Journaled) -> AppendEntry | None:
    """Take the journal's word that an entry is durable, and return it; None for an answer nobody waits for."""
    entry = turn.world.pending.get(event.effect)
    if not isinstance(entry, AppendEntry):
        return None
    turn.answered(event.effect)
    outbox = turn.world.outbox
    turn.change(ledger=Ledger(), outbox=replace(outbox, head=max(outbox.head, event.seq)))
    _send_next(turn)
    if JOURNAL_UNWRITABLE in turn.world.faults:
        left = {code: why for code, why in turn.world.faults.items() if code != JOURNAL_UNWRITABLE}
        turn.change(faults=left)
    return entry


def failed(turn: Turn, event: JournalFailed) -> None:
    """Keep owing the entry: tell the people, and try again soon."""
    ledger = turn.world.ledger
    if event.effect != ledger.effect:
        return
    failures = ledger.failures + 1
    wait = backoff_ms(failures, base_ms=RETRY_BASE_MS, cap_ms=RETRY_CAP_MS, seed=f"{turn.world.box_id}/journal")
    turn.change(ledger=Ledger(0, turn.now.monotonic_ms + wait, failures))
    turn.change(faults={**turn.world.faults, JOURNAL_UNWRITABLE: event.why})


def settle(turn: Turn) -> None:
    """Try again when it is time."""
    retry = turn.world.ledger.retry_monotonic_ms
    if retry is not None and turn.now.monotonic_ms >= retry:
        turn.change(ledger=replace(turn.world.ledger, retry_monotonic_ms=None))
        _send_next(turn)


def hurry(turn: Turn) -> None:
    """Wait no longer: the run ends soon, and the disk may have come back since."""
    if turn.world.ledger.retry_monotonic_ms is not None:
        turn.change(ledger=Ledger())
        _send_next(turn)


def _send_next(turn: Turn) -> None:
    ledger, queue = turn.world.ledger, owed(turn.world)
    if queue and not ledger.effect and ledger.retry_monotonic_ms is None:
        turn.change(ledger=replace(ledger, effect=queue[0].id))
        turn.perform(queue[0])
