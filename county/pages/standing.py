"""How a site stands: without a box, running, or silent; counted in the database, worded here.

Called by the overview, the list of sites and the page of a site.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from county.places.models import Box, Site

SILENT_AFTER = timedelta(days=7)
SILENT_RULE = "已开通的站点中，超过 7 天没有收到机顶盒任何消息的"
STANDINGS = {"running": "运行中", "silent": "失联", "unbound": "未开通"}


def with_standing(sites: QuerySet[Site]) -> QuerySet[Any]:
    """Return ``sites`` with ``bound`` (a box that is not stopped stands there) and ``heard_at``: its newest word.

    A box that has just been bound spoke when it asked for its code.
    """
    live = Box.objects.filter(site=OuterRef("pk"), revoked=False)
    return sites.annotate(
        bound=Exists(live),
        heard_at=Max(Coalesce("boxes__last_seen_at", "boxes__bound_at"), filter=Q(boxes__revoked=False)),
    )


def select_standing(sites: QuerySet[Any], standing: str, now: datetime) -> QuerySet[Any]:
    """Return those of ``sites`` (from `with_standing`) that stand so; all of them for an unknown word."""
    silent = Q(heard_at__lt=now - SILENT_AFTER) | Q(heard_at=None)
    chosen = {"unbound": Q(bound=False), "silent": Q(bound=True) & silent, "running": Q(bound=True) & ~silent}
    return sites.filter(chosen[standing]) if standing in chosen else sites


def standing_of(bound: bool, heard_at: datetime | None, now: datetime) -> str:
    """Return the key of `STANDINGS` for one site."""
    if not bound:
        return "unbound"
    return "running" if heard_at is not None and now - heard_at <= SILENT_AFTER else "silent"
