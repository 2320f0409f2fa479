"""The evidence of many sites and one month, read from the records in a handful of queries.

Called by `county.figures.months` and by the page of a site's month.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from county.figures import evidence
from county.figures.evidence import Heads, Month, Session
from county.figures.oddities import SAME_COUNTS
from county.inbox.models import Entry, HeadCount, Play, SessionRecord
from county.inbox.reading import read_one
from county.places.models import Site
from playlists.entries import ClockChange

Span = tuple[int, int]
BEFORE_MS = 120 * 86_400_000  # how far back earlier head counts are looked for
PLAY = (
    "box_id", "seq", "course", "lesson", "started_ms", "trust", "begins_ms", "reached_ms", "shown_ms", "film_ms",
    "paused_ms", "took_ms", "session", "why",
)  # fmt: skip


def span_of(month: str, zone: str) -> Span:
    """Return the first moment of a month ``YYYY-MM`` in a zone and that of the next, in ms since 1970 UTC."""
    start = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(zone))
    following = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return int(start.timestamp() * 1000), int(following.timestamp() * 1000)


def gather(sites: Collection[str], month: str, zone: str) -> dict[str, Month]:
    """Return the evidence of a month for each of some sites.

    Args:
        sites: Their ids.
        month: ``YYYY-MM``.
        zone: The wall time by which the month begins and ends.
    """
    span = span_of(month, zone)
    plays, (sessions, before), joint = _plays(sites, span), _sessions(sites, span), _joint(sites, span)
    expected = dict(Site.objects.filter(pk__in=sites).values_list("pk", "expected"))
    return {
        site: Month(
            tuple(plays[site]), tuple(sessions[site]), tuple(before[site]), expected.get(site, 0), tuple(joint[site])
        )
        for site in sites
    }


def _plays(sites: Collection[str], span: Span) -> dict[str, list[evidence.Play]]:
    rows = Play.objects.filter(site__in=sites, started_ms__gte=span[0], started_ms__lt=span[1]).order_by()
    found: dict[str, list[evidence.Play]] = defaultdict(list)
    told = list(rows.values_list("site_id", "boot", "monotonic_ms", *PLAY))
    steps = _clock_steps({row[3] for row in told}, {row[1] for row in told})
    for site, boot, monotonic_ms, *row in told:
        play = evidence.Play(*row)
        step_ms = _largest(steps.get((play.box, boot), []), monotonic_ms - (play.took_ms or 0), monotonic_ms)
        found[site].append(replace(play, clock_set_ms=step_ms) if step_ms else play)
    return found


def _clock_steps(boxes: Collection[str], boots: Collection[int]) -> dict[tuple[str, int], list[Span]]:
    """Return when in which boot a clock was set, and by how much, in order."""
    if not boxes:
        return {}
    changes = Entry.objects.filter(box__in=boxes, kind="clock", boot__gte=min(boots), boot__lte=max(boots))
    steps: dict[tuple[str, int], list[Span]] = defaultdict(list)
    for box, boot, seq, monotonic_ms, raw in changes.values_list("box_id", "boot", "seq", "monotonic_ms", "raw"):
        body = read_one(seq, bytes(raw)).body
        if isinstance(body, ClockChange):
            steps[box, boot].append((monotonic_ms, body.by_ms))
    return {key: sorted(found) for key, found in steps.items()}


def _largest(steps: list[Span], after_ms: int, until_ms: int) -> int:
    inside = steps[bisect_left(steps, (after_ms, 0)) : bisect_left(steps, (until_ms, 0))]
    return max((by_ms for _, by_ms in inside), key=abs, default=0)


def _sessions(sites: Collection[str], span: Span) -> tuple[dict[str, list[Session]], dict[str, list[Heads]]]:
    """Return the sessions of the span, and the head counts of those just before it, for each site."""
    records = SessionRecord.objects.filter(
        site__in=sites, started_ms__gte=span[0] - BEFORE_MS, started_ms__lt=span[1]
    ).order_by("started_ms")
    rows = list(records)
    counts = _heads(rows)
    sessions: dict[str, list[Session]] = defaultdict(list)
    before: dict[str, list[Heads]] = defaultdict(list)
    for row in rows:
        heads = counts.get((row.box_id, row.session))
        if row.started_ms >= span[0]:
            sessions[str(row.site_id)].append(_session(row, heads))
        elif heads is not None:
            before[str(row.site_id)] = [*before[str(row.site_id)], heads][1 - SAME_COUNTS :]
    return sessions, before


def _joint(sites: Collection[str], span: Span) -> dict[str, list[Session]]:
    """Return the sessions of others at which people of each site were counted, with the heads of these people."""
    records = SessionRecord.objects.filter(guest__in=sites, started_ms__gte=span[0], started_ms__lt=span[1])
    rows = list(records.exclude(ended="skipped").order_by("started_ms"))
    counts = _heads(rows)
    found: dict[str, list[Session]] = defaultdict(list)
    for row in rows:
        heads = counts.get((row.box_id, row.session))
        if heads is not None and heads.neighbours:
            ours = replace(heads, present=heads.neighbours, members=None, villagers=None, neighbours=0)
            found[str(row.guest_id)].append(_session(row, ours))
    return found


def _session(row: SessionRecord, heads: Heads | None) -> Session:
    return Session(
        row.box_id, row.session, row.title, row.form, row.started_ms, row.ended_ms, row.ended, heads, row.by_hand,
        row.site_id or "", row.guest_id or "",
    )  # fmt: skip


def _heads(records: Iterable[SessionRecord]) -> dict[tuple[str, str], Heads]:
    """Return the newest head count of each session."""
    records = list(records)
    counts = HeadCount.objects.filter(
        box__in={record.box_id for record in records}, session__in={record.session for record in records}
    ).order_by("seq")
    return {
        (box, session): Heads(seq, present, members, villagers, tuple(doubts), len(corrections), neighbours)
        for box, session, seq, present, members, villagers, doubts, corrections, neighbours in counts.values_list(
            "box_id", "session", "seq", "present", "members", "villagers", "doubts", "corrections", "neighbours"
        )
    }
