"""When the things happened of which a batch of entries tells, and which earlier ones can now be told better.

A box that knows the time says it, and its word stands. Where it did not know, `playlists.dating` needs the entries
around: so only for such batches the box's entries are read back as far as they can matter, and every record from
the first one that may still get a better date (`Head.undated`) is drawn again. Called by `county.inbox.taking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from county.inbox.models import Entry, Head
from county.inbox.reading import Read, read_one
from playlists.dating import Dated, Dating, Stamped
from playlists.entries import Play, SessionHeld

STAMP = ("seq", "boot", "monotonic_ms", "wall_ms", "trust")
DATED_KINDS = ("play", "session")


@dataclass(frozen=True)
class Dates:
    """The entries of one box, dated, as far as they are needed; ``again`` are earlier ones to be drawn again."""

    dating: Dating
    again: tuple[Read, ...] = ()


def dates_of(head: Head, fresh: Sequence[Read]) -> Dates:
    """Return the dates of newly kept entries.

    Args:
        head: The box's head; the entries are in the database already.
        fresh: The newly kept entries that could be read, in order.
    """
    first = min((seq for seq in (head.undated, _first_in_doubt(fresh)) if seq is not None), default=None)
    if first is None:
        return Dates(Dating([read.entry for read in fresh if read.entry]))
    new = {read.seq for read in fresh}
    again = [read for read in _kept_since(head, first) if read.seq not in new]
    return Dates(Dating(_stamps(head, first, [*again, *fresh])), tuple(again))


def first_undated(told: Iterable[tuple[int, Dated]]) -> int | None:
    """Return the number of the first entry whose date may still become better; None if all stand.

    What happened before an entry that knows the time is dated as well as it ever will be.
    """
    return min((seq for seq, dated in told if dated.trust != "trusted" and dated.not_after_ms is None), default=None)


def _first_in_doubt(reads: Iterable[Read]) -> int | None:
    return next((read.seq for read in reads if _is_in_doubt(read)), None)


def _is_in_doubt(read: Read) -> bool:
    if read.entry is None or not isinstance(read.body, Play | SessionHeld):
        return False
    return read.entry.trust != "trusted" or read.body.started_boot != 0


def _kept_since(head: Head, first: int) -> list[Read]:
    rows = Entry.objects.filter(box=head.box_id, seq__gte=first, kind__in=DATED_KINDS).order_by("seq")
    return [read_one(seq, bytes(raw)) for seq, raw in rows.values_list("seq", "raw")]


def _stamps(head: Head, first: int, concerned: Sequence[Read]) -> list[Stamped]:
    """Return the box's entries from the last one that knows the time before all boots that matter."""
    boots = [boot for read in concerned if read.seq >= first for boot in _boots(read)]
    entries = Entry.objects.filter(box=head.box_id)
    before = entries.filter(seq__lt=first, boot__lt=min(boots, default=0), trust="trusted").order_by("-seq")
    start = before.values_list("seq", flat=True).first() or 0
    return list(entries.filter(seq__gte=start).order_by("seq").values_list(*STAMP, named=True))


def _boots(read: Read) -> list[int]:
    earlier = read.body.started_boot if isinstance(read.body, Play | SessionHeld) else 0
    return [boot for boot in (read.entry.boot if read.entry else 0, earlier) if boot]
