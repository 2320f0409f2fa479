"""The figures of sites by month: drawn from the evidence when it has changed, then read as they are.

The inbox notes which site's month it has touched. Whoever asks for a month first has those drawn anew, and those that
other rules had drawn; so figures are never older than what was taken in, and a page of a thousand sites reads a
thousand rows. Called by the pages of the figures, and now and then by the server itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from county.figures import joint
from county.figures.effective import judge
from county.figures.evidence import Month, Session
from county.figures.gathering import gather
from county.figures.models import SiteMonth
from county.figures.oddities import odd_plays, odd_sessions
from county.figures.rules import Rules
from county.inbox.bulk import put
from county.inbox.models import Touched

AT_ONCE = 100  # sites whose evidence is held in memory together
COLUMNS = (
    "site_id", "month", "rules", "sessions", "person_times", "by_hand", "joint", "joint_person_times", "sessions_odd",
    "corrections", "plays", "shown_ms",
    "effective_ms", "effective_in_sessions_ms", "odd_ms", "oddities", "drawn_at",
)  # fmt: skip


def fresh_months(month: str, sites: Collection[str], rules: Rules, now: datetime) -> QuerySet[SiteMonth]:
    """Return the figures of a month for some sites, up to date; a site that showed nothing has no row.

    Args:
        month: ``YYYY-MM``.
        sites: Their ids.
        rules: How to count.
        now: Wall time.
    """
    stale = sorted(_stale(month, rules) & set(sites))
    for start in range(0, len(stale), AT_ONCE):
        _draw(stale[start : start + AT_ONCE], month, rules, now)
    return SiteMonth.objects.filter(month=month, site__in=sites)


def draw_touched(rules: Rules, now: datetime) -> None:
    """Draw all that has changed, so that nobody has to wait for it."""
    for month in sorted(set(Touched.objects.values_list("month", flat=True))):
        fresh_months(month, _stale(month, rules), rules, now)


def _stale(month: str, rules: Rules) -> set[str]:
    touched = Touched.objects.filter(month=month).values_list("site_id", flat=True)
    by_other_rules = SiteMonth.objects.filter(month=month).exclude(rules=rules.name).values_list("site_id", flat=True)
    return {*touched, *by_other_rules}


def _draw(sites: Sequence[str], month: str, rules: Rules, now: datetime) -> None:
    with transaction.atomic():
        # A batch that is being taken in holds its marks: this waits for it, and then sees what it brought. In order,
        # so that two who wait never wait for each other.
        marks = Touched.objects.filter(site__in=sites, month=month)
        list(marks.select_for_update().order_by("site_id"))
        marks.delete()
        rows = [
            (site, month, rules.name, *figures_of(evidence, rules), now)
            for site, evidence in gather(sites, month, rules.zone).items()
        ]
        put(SiteMonth, COLUMNS, rows, key=("site_id", "month"))


def figures_of(month: Month, rules: Rules) -> tuple[Any, ...]:
    """Return the figures of a month's evidence, in the order of `COLUMNS`."""
    plays, sessions = odd_plays(month.plays, rules), odd_sessions(month)
    judged = judge(month.plays, rules)
    held, guests = joint.held(month), joint.counted(month)
    heads = [one.heads for one in held if one.heads is not None]
    person_times, joint_person_times = _person_times(held), _person_times(guests)
    oddities = Counter(oddity.name for found in (*plays.values(), *sessions.values()) for oddity in found)
    return (
        len(held) + len(guests),
        person_times + joint_person_times,
        sum(one.by_hand for one in (*held, *guests)),
        len(guests),
        joint_person_times,
        len(sessions),
        sum(one.corrected for one in heads),
        len(judged),
        sum(one.play.shown_ms for one in judged),
        sum(one.counted_ms for one in judged),
        sum(one.counted_ms for one in judged if one.play.session),
        sum(one.counted_ms for one in judged if (one.play.box, one.play.seq) in plays),
        dict(oddities),
    )


def _person_times(sessions: Sequence[Session]) -> int:
    return sum(one.heads.present for one in sessions if one.heads is not None and not one.heads.doubts)
