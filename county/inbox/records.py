"""The records that people look at, drawn from newly kept entries: plays, sessions, head counts, receipts.

Everything here can be drawn again from the entries. Called by `county.inbox.taking` inside its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from county.inbox.doubts import head_count_doubts
from county.inbox.models import BoxHealth, Entry, HeadCount, Play, SessionRecord, StopReceipt
from county.places.binding import site_at
from county.places.models import Box, Site
from county.plans.models import Order
from playlists import entries

LONGEST_MS = 7 * 24 * 3_600_000  # so that no sum over plays leaves 64 bits


class Drawing:
    """Draws the records of one batch of one box."""

    def __init__(self, box: Box, received_at: datetime) -> None:
        self._box, self._received_at = box, received_at
        self._stays = list(box.stays.select_related("site"))

    def draw(self, kept: Sequence[tuple[Entry, entries.AnyBody]]) -> None:
        """Write the records of these entries."""
        Play.objects.bulk_create(self._play(row, body) for row, body in kept if isinstance(body, entries.Play))
        HeadCount.objects.bulk_create(
            self._head_count(row, body) for row, body in kept if isinstance(body, entries.HeadCount)
        )
        for row, body in kept:
            if write := self._writers().get(type(body)):
                write(row, body)
        self._correct_late(kept)

    def _writers(self) -> dict[type, Callable[[Entry, Any], None]]:
        return {
            entries.SessionHeld: self._session,
            entries.Correction: self._correction,
            entries.Order: self._order,
            entries.StopReceipt: self._receipt,
            entries.Health: self._health,
            entries.Boot: self._boot,
        }

    def _site(self, row: Entry) -> Site | None:
        if len(self._stays) < 2:
            return self._box.site
        if row.trust == "unknown" or not 0 <= row.wall_ms < 32_503_680_000_000:
            return site_at(self._box, self._received_at)
        return site_at(self._box, datetime.fromtimestamp(row.wall_ms / 1000, UTC))

    def _play(self, row: Entry, body: entries.Play) -> Play:
        return Play(
            entry=row,
            box=self._box,
            site=self._site(row),
            course=body.course[:64],
            lesson=body.lesson[:64],
            height=body.height,
            why=body.why,
            session=body.session[:100],
            started_ms=body.started_wall_ms,
            shown_ms=shown_ms(body.segments),
            paused_ms=body.paused_ms,
            ended=body.ended,
        )

    def _head_count(self, row: Entry, body: entries.HeadCount) -> HeadCount:
        return HeadCount(
            entry=row,
            box=self._box,
            site=self._site(row),
            session=body.session[:100],
            expected=body.expected,
            present=body.present,
            members=body.members,
            villagers=body.villagers,
            on_leave=body.on_leave,
            doubts=head_count_doubts(body),
        )

    def _session(self, row: Entry, body: entries.SessionHeld) -> None:
        """Both parts of a session that a power cut divided are one record."""
        record, new = SessionRecord.objects.get_or_create(
            box=self._box,
            session=body.session[:100],
            defaults={
                "site": self._site(row),
                "title": body.title[:200],
                "form": body.form[:20],
                "started_ms": body.started_wall_ms,
                "ended_ms": body.ended_wall_ms,
                "ended": body.ended,
            },
        )
        if not new:
            record.started_ms = min(record.started_ms, body.started_wall_ms)
            record.ended_ms = max(record.ended_ms, body.ended_wall_ms)
            record.ended = "held" if "held" in (record.ended, body.ended) else body.ended
            record.save()

    def _correction(self, _row: Entry, body: entries.Correction) -> None:
        count = HeadCount.objects.filter(box=self._box, entry__seq=body.seq).first()
        if count is None or body.field not in entries.HeadCount.__struct_fields__[1:]:
            return  # about an entry of another kind: the entry itself says it
        change = {"field": body.field, "was": body.was, "now": body.now, "reason": body.reason}
        setattr(count, body.field, body.now)
        count.corrections = [*count.corrections, change]
        heads = {name: getattr(count, name) for name in entries.HeadCount.__struct_fields__}
        count.doubts = head_count_doubts(entries.HeadCount(**heads))
        count.save()

    def _correct_late(self, kept: Sequence[tuple[Entry, entries.AnyBody]]) -> None:
        """Apply the corrections that were received before their head counts, from beyond a gap."""
        counts = [row.seq for row, body in kept if isinstance(body, entries.HeadCount)]
        if counts:
            beyond = Entry.objects.filter(box=self._box, seq__gt=kept[-1][0].seq, kind="correction")
            for row in beyond.filter(fields__seq__in=counts).order_by("seq"):
                self._correction(row, entries.Correction(**row.fields))

    def _order(self, row: Entry, body: entries.Order) -> None:
        fields = {"course": body.course[:64], "wish": body.wish[:500], "asked_at": self._moment(row)}
        Order.objects.get_or_create(box=self._box, key=body.order[:64], defaults=fields)

    def _receipt(self, row: Entry, body: entries.StopReceipt) -> None:
        StopReceipt.objects.get_or_create(stop=body.stop[:64], box=self._box, defaults={"at_ms": row.wall_ms})

    def _health(self, row: Entry, body: entries.Health) -> None:
        newest = BoxHealth.objects.filter(box=self._box).first()
        if newest and newest.seq > row.seq:
            return
        fields = {name: getattr(body, name) for name in body.__struct_fields__ if name != "version"}
        fields |= {"version": body.version[:40], "line_month": body.line_month[:7]}
        fields |= {"seq": row.seq, "at_ms": row.wall_ms}
        BoxHealth.objects.update_or_create(box=self._box, defaults=fields)
        Box.objects.filter(pk=self._box.pk).update(version=body.version[:40])

    def _boot(self, _row: Entry, body: entries.Boot) -> None:
        Box.objects.filter(pk=self._box.pk).update(version=body.version[:40])

    def _moment(self, row: Entry) -> datetime:
        if row.trust == "unknown" or not 0 <= row.wall_ms < 32_503_680_000_000:
            return self._received_at
        return datetime.fromtimestamp(row.wall_ms / 1000, UTC)


def shown_ms(segments: Iterable[tuple[int, int]]) -> int:
    """Return how much of a film was shown in ms; what was shown twice counts once. What no film lasts is cut off."""
    total, reached = 0, 0
    for start, end in sorted(segments):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return min(total, LONGEST_MS)
