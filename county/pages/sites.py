"""The list of sites: the tree of places on the left, the sites of the chosen place with filter and search."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from county.accounts.models import Person
from county.pages.access import EVERYBODY, OPERATORS, may, page, person_of, sites_of
from county.pages.lists import page_of
from county.pages.standing import STANDINGS, select_standing, standing_of, with_standing
from county.places.market_words import EXAMPLES
from county.places.markets import TOWNSHIPS
from county.places.models import Line, Place, PlaceKind, Site, SiteKind

UPPER = (PlaceKind.COUNTY, PlaceKind.TOWNSHIP, PlaceKind.ZONE)


@dataclass(frozen=True)
class Branch:
    """A place of the upper levels with its numbers of sites."""

    place: Place
    planned: int
    running: int


@page(EVERYBODY)
def sites(request: HttpRequest) -> HttpResponse:
    """Show the sites that this person may see."""
    person, now = person_of(request), timezone.now()
    chosen = request.GET.get("place", "")
    rows = page_of(request, _selected(person, request, now))
    for site in rows:
        site.standing = standing_of(site.bound, site.heard_at, now)
    place = Place.objects.filter(id=chosen).first() if chosen else None
    context = {
        "part": rows, "branches": branches(person, now), "chosen": chosen, "standings": STANDINGS,
        "kinds": SiteKind.choices, "lines": Line.choices, "now": now,
        "all_planned": sites_of(person).count(), "filtered": bool(set(request.GET) - {"page", "place"}),
        "place": place, "examples": EXAMPLES,
        "may_set_market": place is not None and place.kind in TOWNSHIPS and may(person, OPERATORS),
    }  # fmt: skip
    return render(request, "sites.html", context)


def branches(person: Person, now: datetime) -> list[Branch]:
    """Return county, townships and zones in order, each with planned and running sites of its own and below."""
    planned: dict[str, int] = defaultdict(int)
    running: dict[str, int] = defaultdict(int)
    rows = with_standing(sites_of(person)).values_list(
        "place_id", "place__parent_id", "place__kind", "bound", "heard_at"
    )
    for place, parent, kind, bound, heard_at in rows:
        upper = place if kind in UPPER else parent
        planned[upper] += 1
        running[upper] += standing_of(bound, heard_at, now) == "running"
    places = Place.objects.filter(kind__in=UPPER, id__in=planned).order_by("position", "id")
    order = {kind: index for index, kind in enumerate(UPPER)}
    return [
        Branch(place, planned[place.id], running[place.id])
        for place in sorted(places, key=lambda place: order[PlaceKind(place.kind)])
    ]


def _selected(person: Person, request: HttpRequest, now: datetime) -> QuerySet[Site]:
    """Return the sites that match the filter of the request."""
    rows = with_standing(sites_of(person)).order_by("position", "id")
    query = request.GET
    if place := query.get("place"):
        rows = rows.filter(Q(place=place) | Q(place__parent=place, place__kind__in=("village", "community")))
    if (kind := query.get("kind")) in SiteKind.values:
        rows = rows.filter(kind=kind)
    if (line := query.get("line")) in Line.values:
        rows = rows.filter(line=line)
    if words := query.get("q", "").strip():
        rows = rows.filter(Q(name__icontains=words) | Q(place__name__icontains=words) | Q(id__iexact=words))
    return select_standing(rows, query.get("standing", ""), now)
