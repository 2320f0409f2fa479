"""The record book (学习记录) of this box: what was held, who came, and what was corrected. Drawn from the journal.

Every record follows from entries alone (`taken`), so the same function keeps it up to date while the box runs and in
the tables that a start reads (`player.devices.journal_starts`). A correction (更正) is an entry with its reason; the
figures are never changed without one.

    nothing ──SessionHeld──► record ──HeadCount──► counted ──Correction──► corrected
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from playlists.entries import Body, Correction, HeadCount, Rating, SessionHeld

from . import ledger, outbox
from .actions import CorrectHeads
from .effects import AppendEntry
from .facts import Corrected, SessionRecord
from .heads import MOST_HEADS
from .language import _
from .moment import Moment, told
from .turn import Turn
from .world import World

KEPT: Final = 600  # records: more than ten years of two sessions a month and some
FIGURES: Final = ("expected", "present", "members", "villagers", "on_leave", "neighbours")


def began(body: SessionHeld, moment: Moment) -> Moment:
    """Return when a session began of which an entry of this moment tells."""
    if body.started_boot:
        return Moment(body.started_monotonic_ms, body.started_wall_ms, "unknown", body.started_boot)
    since_boot_ms = moment.monotonic_ms - (moment.wall_ms - body.started_wall_ms)
    return Moment(since_boot_ms, body.started_wall_ms, moment.trust, moment.boot)


def taken(known: SessionRecord | None, body: Body, moment: Moment, seq: int) -> SessionRecord | None:
    """Return a session's record after an entry about it.

    Args:
        known: The record so far, if there is one.
        body: The entry.
        moment: When it was written.
        seq: Its number.
    """
    if isinstance(body, SessionHeld):
        before = known or SessionRecord(body.session)
        since = began(body, moment)
        return replace(before, held=body, began=since, lasted_ms=max(0, body.ended_wall_ms - body.started_wall_ms))
    if isinstance(body, HeadCount):
        return replace(known or SessionRecord(body.session), count=body, count_seq=seq)
    if isinstance(body, Rating):
        return replace(known or SessionRecord(body.session), rating=body.value)
    if isinstance(body, Correction) and known is not None and known.count is not None:
        return _corrected(known, known.count, body)
    return known


def concerned(known: Iterable[SessionRecord], body: Body) -> str:
    """Return the session that an entry is about; empty if it is about none."""
    if isinstance(body, SessionHeld | HeadCount | Rating):
        return body.session
    if isinstance(body, Correction):
        return next((one.session for one in known if one.count_seq == body.seq), "")
    return ""


def journaled(turn: Turn, entry: AppendEntry, last_seq: int) -> None:
    """Take into the book what an entry, durable now, says."""
    bodies = (entry.body, *entry.more)
    for seq, body in enumerate(bodies, last_seq - len(entry.more)):
        _take(turn, body, seq)
    if isinstance(entry.body, Correction):
        turn.say(_("已更正"))
        outbox.hurry(turn)


def _take(turn: Turn, body: Body, seq: int) -> None:
    records = turn.world.records
    session = concerned(records, body)
    if session:
        at = next((at for at, one in enumerate(records) if one.session == session), len(records))
        made = taken(records[at] if at < len(records) else None, body, turn.now, seq)
        if made is not None:
            turn.change(records=(*records[:at], made, *records[at + 1 :])[-KEPT:])


def correct(turn: Turn, wish: CorrectHeads) -> None:
    """Owe the journal what differs between a count and its correction, one entry a figure; all or none."""
    record = find(turn.world, wish.session)
    count = record.count if record else None
    if record is None or count is None or not wish.reason.strip():
        return
    changes = [
        Correction(
            seq=record.count_seq, field=name, was=getattr(count, name), now=getattr(wish.count, name),
            reason=wish.reason.strip(),
        )
        for name in FIGURES
        if getattr(count, name) != getattr(wish.count, name)
    ]  # fmt: skip
    if changes:
        ledger.append(turn, changes[0], more=tuple(changes[1:]))
    else:
        turn.say(_("没有改动"))


def find(world: World, session: str) -> SessionRecord | None:
    """Return a session's record."""
    return next((one for one in world.records if one.session == session), None)


def last_count(world: World) -> HeadCount | None:
    """Return the last count at this box: what the next one is proposed from."""
    return next((one.count for one in reversed(world.records) if one.count is not None), None)


def began_ms(world: World, record: SessionRecord) -> int:
    """Return when a session began, in wall ms, as it is known by now."""
    return told(record.began, world.now).wall_ms if record.began else 0


def is_odd(count: HeadCount) -> bool:
    """Return whether the figures of a count do not fit together."""
    split = (count.members or 0) + (count.villagers or 0)
    both = count.members is not None and count.villagers is not None
    return count.present > MOST_HEADS or (both and split != count.present)


def _corrected(known: SessionRecord, count: HeadCount, body: Correction) -> SessionRecord:
    if body.field not in FIGURES or (body.now is None and body.field not in ("members", "villagers")):
        return known
    changed = replace(count, **{body.field: body.now})
    done = Corrected(body.field, body.was, body.now, body.reason)
    return replace(known, count=changed, corrections=(*known.corrections, done))
