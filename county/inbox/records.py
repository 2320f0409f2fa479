"""The records that people look at, drawn from newly kept entries: plays, sessions, head counts, receipts.

Everything here can be drawn again from the entries, and is when their box learns afterwards what time it was. Each
kind of record is written in one statement a batch. Called by `county.inbox.taking` inside its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from county.inbox.bulk import insert, put, select
from county.inbox.dates import dates_of, first_undated
from county.inbox.heads import Numbered, draw_heads, head_count
from county.inbox.models import (
    BoxCheck,
    BoxHealth,
    Head,
    HeadCount,
    Play,
    SessionRating,
    SessionReadiness,
    SessionRecord,
    StopReceipt,
    Touched,
)
from county.inbox.months import moment_of, month_of
from county.inbox.reading import Read
from county.inbox.sessions import Part, draw_sessions
from county.places.binding import site_at
from county.places.models import Box, Stay
from county.plans.models import Order, OrderState
from playlists import entries
from playlists.dating import Dated

LONGEST_MS = 7 * 24 * 3_600_000  # so that no sum over plays leaves 64 bits
FURTHEST_MS = 1 << 53  # no date lies so far away; no sum of two such leaves 64 bits
MOST_CODES = 32  # of one self-check; a box has far fewer
BELIEVABLE_C = range(-100, 300)
PLAY = (
    "box_id", "seq", "site_id", "course", "lesson", "height", "why", "session", "started_ms", "trust", "took_ms",
    "begins_ms", "reached_ms", "shown_ms", "film_ms", "paused_ms", "ended", "boot", "monotonic_ms",
)  # fmt: skip
STAY = ("site_id", "since", "until")
RECEIPT = ("stop", "box_id", "at_ms")
ORDER = ("box_id", "key", "course", "wish", "state", "reason", "asked_at")
HEALTH = (
    "box_id", "seq", "version", "generation", "free_bytes", "stored_bytes", "fetched_bytes", "line_month", "line_bytes",
    "at_ms",
)  # fmt: skip
RATING = ("box_id", "session", "seq", "value")
CHECK = ("box_id", "seq", "codes", "results", "temperature_c", "at_ms")
READINESS = (
    "box_id", "session", "seq", "percent", "height", "ready_ms", "in_danger", "at_ms", "left_bytes", "late_ms",
    "smaller_height", "smaller_ms", "later_ms", "crowded",
)  # fmt: skip

Kind = TypeVar("Kind", bound=entries.Body)
Span = tuple[int, int]


class Drawing:
    """Draws the records of one batch of one box.

    Args:
        box: Whose.
        head: Its head, which keeps what is not dated for good.
        now: Wall time.
    """

    def __init__(self, box: Box, head: Head, now: datetime) -> None:
        self._box, self._head, self._now = box, head, now
        stays = [Stay(**dict(zip(STAY, row, strict=True))) for row in select(Stay, STAY, box_id=box.pk)]
        self._stays = sorted(stays, key=lambda stay: stay.since)
        self._touched: set[tuple[str, str]] = set()

    def draw(self, fresh: Sequence[Read]) -> None:
        """Write the records of newly kept entries, and those of earlier ones that are dated better by them."""
        dates = dates_of(self._head, fresh)
        self._dating = dates.dating
        self._touch_plays(dates.again)
        told = [*dates.again, *fresh]
        started = self._plays(told) + self._sessions(told)
        self._head.undated = first_undated(started)
        self._heads(fresh)
        self._receipts(fresh)
        self._states(fresh)
        touched = [(site, month, self._now) for site, month in sorted(self._touched)]
        put(Touched, ("site_id", "month", "at"), touched, key=("site_id", "month"))

    def _plays(self, told: Sequence[Read]) -> list[tuple[int, Dated]]:
        rows, started = [], []
        for read, entry, body in of_kind(told, entries.Play):
            dated = self._dating.started(entry, body)
            started.append((read.seq, dated))
            site, began_ms = self._site(dated), near(dated.wall_ms)
            took_ms = None if body.started_boot else near(entry.wall_ms - body.started_wall_ms)
            rows.append((
                self._box.pk, read.seq, site, body.course[:64], body.lesson[:64], body.height, body.why,
                body.session[:100], began_ms, dated.trust, took_ms, *reach(body.segments), shown_ms(body.segments),
                film_ms(body.segments), body.paused_ms, body.ended, entry.boot, entry.monotonic_ms,
            ))  # fmt: skip
            self._touch(site, began_ms)
        put(Play, PLAY, rows, key=("box_id", "seq"))
        return started

    def _touch_plays(self, again: Sequence[Read]) -> None:
        """Note from which months plays may move away."""
        if again:
            plays = Play.objects.filter(box=self._box, seq__gte=again[0].seq)
            for site, began_ms in plays.values_list("site_id", "started_ms"):
                self._touch(site, began_ms)

    def _sessions(self, told: Sequence[Read]) -> list[tuple[int, Dated]]:
        parts, started = [], []
        for read, entry, body in of_kind(told, entries.SessionHeld):
            begun = self._dating.started(entry, body)
            ended = self._dating.told(entry, body.ended_wall_ms)
            started.append((read.seq, begun))
            site = self._site(begun)
            parts.append(Part(read.seq, body, site, near(begun.wall_ms), near(ended.wall_ms), begun.trust))
        for site, began_ms in draw_sessions(self._box.pk, parts):
            self._touch(site, began_ms)
        return started

    def _heads(self, fresh: Sequence[Read]) -> None:
        counts: list[HeadCount] = []
        for read, entry, body in of_kind(fresh, entries.HeadCount):
            dated = self._dating.entry(entry)
            counts.append(head_count(self._box.pk, read.seq, body, self._site(dated), near(dated.wall_ms)))
        corrections: list[Numbered] = [(read.seq, body) for read, _, body in of_kind(fresh, entries.Correction)]
        if not counts and not corrections:
            return
        last = fresh[-1].seq
        beyond = last if self._head.received > last else None
        sessions = draw_heads(self._box.pk, counts, corrections, beyond=beyond)
        if sessions:
            where = {"box_id": self._box.pk, "session": sorted(sessions)}
            for site, guest, began_ms in select(SessionRecord, ("site_id", "guest_id", "started_ms"), **where):
                self._touch(site, began_ms)
                self._touch(guest, began_ms)

    def _receipts(self, fresh: Sequence[Read]) -> None:
        box = self._box.pk
        receipts = [
            (body.stop[:64], box, near(self._dating.entry(entry).wall_ms))
            for _, entry, body in of_kind(fresh, entries.StopReceipt)
        ]
        insert(StopReceipt, RECEIPT, receipts)
        orders = [
            (box, body.order[:64], body.course[:64], body.wish[:500], OrderState.OPEN.value, "", self._at(entry))
            for _, entry, body in of_kind(fresh, entries.Order)
        ]
        insert(Order, ORDER, orders)

    def _states(self, fresh: Sequence[Read]) -> None:
        """Keep the newest of what a box says of itself, and of each coming session."""
        health = [self._health(read.seq, entry, body) for read, entry, body in of_kind(fresh, entries.Health)]
        put(BoxHealth, HEALTH, health[-1:], key=("box_id",), newer="seq")
        checks = [self._check(read.seq, entry, body) for read, entry, body in of_kind(fresh, entries.SelfCheck)]
        put(BoxCheck, CHECK, checks[-1:], key=("box_id",), newer="seq")
        ready = {
            body.session[:100]: self._readiness(read.seq, entry, body)
            for read, entry, body in of_kind(fresh, entries.Readiness)
        }
        put(SessionReadiness, READINESS, ready.values(), key=("box_id", "session"), newer="seq")
        rated = {
            body.session[:100]: (self._box.pk, body.session[:100], read.seq, body.value)
            for read, _, body in of_kind(fresh, entries.Rating)
        }
        put(SessionRating, RATING, rated.values(), key=("box_id", "session"), newer="seq")
        for read in fresh:
            if isinstance(read.body, entries.Boot | entries.Health):
                self._box.version = read.body.version[:40]

    def _health(self, seq: int, entry: entries.Entry, body: entries.Health) -> tuple[Any, ...]:
        room = (body.free_bytes, body.stored_bytes, body.fetched_bytes, body.line_month[:7], body.line_bytes)
        return (self._box.pk, seq, body.version[:40], body.generation, *room, near(self._dating.entry(entry).wall_ms))

    def _check(self, seq: int, entry: entries.Entry, body: entries.SelfCheck) -> tuple[Any, ...]:
        codes = [code[:8] for code in body.codes[:MOST_CODES]]
        results = {item[:16]: result[:16] for item, result in list(body.results.items())[:MOST_CODES]}
        heat = body.temperature_c if body.temperature_c in BELIEVABLE_C else None
        return (self._box.pk, seq, codes, results, heat, near(self._dating.entry(entry).wall_ms))

    def _readiness(self, seq: int, entry: entries.Entry, body: entries.Readiness) -> tuple[Any, ...]:
        def told(wall_ms: int) -> int:
            return near(self._dating.told(entry, wall_ms).wall_ms) if wall_ms else 0

        at_ms, left_bytes = near(self._dating.entry(entry).wall_ms), near(body.left_bytes)
        smaller = (near(body.smaller_height), told(body.smaller_wall_ms))
        stands = (body.percent, body.height, told(body.ready_wall_ms), body.in_danger, at_ms)
        ways = (left_bytes, told(body.late_wall_ms), *smaller, told(body.later_wall_ms), body.crowded)
        return (self._box.pk, body.session[:100], seq, *stands, *ways)

    def _site(self, dated: Dated) -> str | None:
        """Return where the box stood then; where it stands now if nobody knows when that was."""
        unknown = dated.trust == "unknown" and dated.not_after_ms is None
        moment = None if unknown else moment_of(dated.wall_ms)
        return site_at(self._stays, moment or self._now) if self._stays else self._box.site_id

    def _at(self, entry: entries.Entry) -> datetime:
        dated = self._dating.entry(entry)
        return (moment_of(dated.wall_ms) if dated.trust != "unknown" else None) or self._now

    def _touch(self, site: str | None, moment_ms: int) -> None:
        if site and (month := month_of(moment_ms)):
            self._touched.add((site, month))


def of_kind(reads: Iterable[Read], kind: type[Kind]) -> Iterator[tuple[Read, entries.Entry, Kind]]:
    """Yield the entries whose body is of a kind."""
    for read in reads:
        if isinstance(read.body, kind) and read.entry is not None:
            yield read, read.entry, read.body


def near(moment_ms: int) -> int:
    """Return a moment or a length of time, cut off where none can be."""
    return max(-FURTHEST_MS, min(moment_ms, FURTHEST_MS))


def reach(segments: Sequence[Span]) -> Span:
    """Return where in a film the first picture was, and the furthest place that was shown."""
    if not segments:
        return 0, 0
    return near(segments[0][0]), near(max(end for _, end in segments))


def shown_ms(segments: Iterable[Span]) -> int:
    """Return how much of a film was shown in ms; what was shown twice counts once. What no film lasts is cut off."""
    total, reached = 0, 0
    for start, end in sorted(segments):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return min(total, LONGEST_MS)


def film_ms(segments: Iterable[Span]) -> int:
    """Return how much film was shown in ms, each part as often as it was. What no film lasts is cut off."""
    return min(sum(max(0, end - start) for start, end in segments), LONGEST_MS)
