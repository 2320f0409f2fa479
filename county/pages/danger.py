"""Sessions in danger: what boxes expect not to have in time, while there are still days to do something about it.

A box says so by itself (`playlists.entries.Readiness`) and takes it back when the films have come; a session that was
cancelled or moved is in no danger any more. Called by the overview.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from county.accounts.models import Person
from county.accounts.people import clerks_by_township
from county.inbox.models import SessionReadiness
from county.inbox.months import moment_of
from county.pages.access import sites_of
from county.pages.coming import Coming
from county.places.models import Site
from county.places.tree import township_of

DANGER_DAYS = 2
SMALLEST_HEIGHT = 240


@dataclass(frozen=True)
class InDanger:
    """One session at one site that may not be shown.

    Attributes:
        ready: When the box expects to have all of it; None if not before it starts.
        clerks: Whom to ring: the clerks of the township, those with a telephone number first.
        ways: What can be done, in the words of the page.
    """

    site: Site
    coming: Coming
    readiness: SessionReadiness
    told_at: datetime | None
    ready: datetime | None
    clerks: tuple[Person, ...]
    ways: tuple[str, ...]


def sessions_in_danger(person: Person, coming: Iterable[Coming], now: datetime) -> list[InDanger]:
    """Return what is in danger at the sites that ``person`` may see, by time.

    Args:
        person: Who asks.
        coming: The coming sessions of all plans that concern him.
        now: Wall time.
    """
    until = now + timedelta(days=DANGER_DAYS)
    soon = {one.occurrence.id: one for one in coming if one.starts <= until}
    rows = SessionReadiness.objects.filter(
        in_danger=True, session__in=soon, box__revoked=False, box__site__in=sites_of(person).values("pk")
    ).select_related("box__site__place__parent")
    clerks = clerks_by_township()
    found = [_in_danger(row, soon[row.session], clerks) for row in rows]
    return sorted(found, key=lambda one: (one.coming.starts, one.site.position, one.site.pk))


def _in_danger(row: SessionReadiness, coming: Coming, clerks: dict[str, list[Person]]) -> InDanger:
    site = row.box.site
    assert site is not None
    township, ready = township_of(site.place), moment_of(row.ready_ms)
    whom = clerks[township.pk] if township else []
    return InDanger(site, coming, row, moment_of(row.at_ms), ready, tuple(whom), _ways(row, ready))


def _ways(row: SessionReadiness, ready: datetime | None) -> tuple[str, ...]:
    smaller = ("改用更低的清晰度",) if row.height > SMALLEST_HEIGHT else ()
    later = "改期" if ready is None else "把开始时间推后"
    return ("用 U 盘送节目", *smaller, later)
