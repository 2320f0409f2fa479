"""The sessions that a site has planned at its own television (站点自己安排), read from its boxes' entries.

Nothing of it is kept beside the entries: a site plans a few a month, and only its page asks. Which of them give way to
a session of the county's at the same time, the box tells too. Called by `county.pages.site_page`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from county.inbox.models import OF_OWN_SESSIONS, Entry, SessionReadiness
from county.inbox.reading import read_one
from playlists.entries import SessionCancelled, SessionPlanned, SessionYields
from playlists.recurrence import starts_of

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class OwnSession:
    """A session as the site planned it, with its next start.

    ``yields``: to which of the county's a start gives way; ``danger``: what the box says if the next may not be ready.
    """

    body: SessionPlanned
    next: datetime | None = None
    given_up: frozenset[str] = field(default_factory=frozenset)
    yields: Mapping[str, str] = field(default_factory=dict)
    danger: SessionReadiness | None = None

    @property
    def gives_way_to(self) -> str:
        """The title of the county's session to which the next start gives way, empty if to none."""
        return self.yields.get(self.start, "")

    @property
    def start(self) -> str:
        """The next start as a box writes it, empty if there is none."""
        return f"{self.next:%Y-%m-%dT%H:%M}" if self.next else ""


def own_sessions(boxes: Collection[str], now: datetime) -> list[OwnSession]:
    """Return what the sites of some boxes have planned and that lies ahead, by its next start."""
    if not boxes:
        return []
    found: dict[tuple[str, str], OwnSession] = {}
    rows = Entry.objects.filter(OF_OWN_SESSIONS, box__in=boxes).order_by("box", "seq")
    for box, seq, raw in rows.values_list("box_id", "seq", "raw"):
        body = read_one(seq, bytes(raw)).body
        if isinstance(body, SessionPlanned):
            found[box, body.session] = OwnSession(body)
        elif isinstance(body, SessionCancelled) and (own := found.pop((box, body.session), None)) and body.start:
            found[box, body.session] = replace(own, given_up=own.given_up | {body.start})
        elif isinstance(body, SessionYields) and (own := found.get((box, body.session))):
            others = {start: title for start, title in own.yields.items() if start != body.start}
            found[box, body.session] = replace(own, yields=others | ({body.start: body.title} if body.to else {}))
    dated = [replace(one, next=_next(one, now)) for one in found.values()]
    ahead = sorted((one for one in dated if one.next), key=lambda one: (one.next, one.body.session))
    endangered = {row.session: row for row in SessionReadiness.objects.filter(box__in=boxes, in_danger=True)}
    return [replace(one, danger=endangered.get(f"{one.body.session}@{one.start}")) for one in ahead]


def rule_of(body: SessionPlanned) -> str:
    """Return a session's repetition as a rule of RFC 5545; empty if it happens once, or not as a box would write it."""
    try:
        first = datetime.fromisoformat(body.starts)
    except ValueError:
        return ""
    day, week = _DAYS[first.weekday()], (first.day - 1) // 7 + 1
    return {
        "weekly": f"FREQ=WEEKLY;BYDAY={day}",
        "fortnightly": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
        "monthly": f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{day}",
    }.get(body.repeat, "")


def _next(own: OwnSession, now: datetime) -> datetime | None:
    """Return the first start from now on; None if there is none, or the entry names no time."""
    zone = ZoneInfo(settings.TIME_ZONE)
    try:
        starts = starts_of(rule_of(own.body), datetime.fromisoformat(own.body.starts), zone)
        moments = (start.replace(tzinfo=zone) for start in starts if f"{start:%Y-%m-%dT%H:%M}" not in own.given_up)
        return next((moment for moment in moments if moment >= now), None)
    except ValueError:
        return None
