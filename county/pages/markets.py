"""Market days in the browser: entering them for a township or a site, and telling them where a session is planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from county.pages.access import OPERATORS, page, person_of, site_for
from county.pages.acting import attempt
from county.pages.publication import publish_now
from county.places.markets import Market, held_on, set_site_market, set_township_market
from county.places.models import Place

NAMED = 3


@page(OPERATORS, "POST")
def of_township(request: HttpRequest, key: str) -> HttpResponse:
    """Enter a township's market days and publish them."""
    place, words = get_object_or_404(Place, pk=key), request.POST.get("market_days", "")
    if attempt(request, lambda: set_township_market(place, words), f"“{place}”的赶集日已保存。"):
        publish_now(request)
    return redirect(f"/sites?place={key}")


@page(OPERATORS, "POST")
def of_site(request: HttpRequest, key: str) -> HttpResponse:
    """Enter a site's own market days and publish them."""
    site, words = site_for(person_of(request), key), request.POST.get("market_days", "")
    if attempt(request, lambda: set_site_market(site, words), f"“{site}”的赶集日已保存。"):
        publish_now(request)
    return redirect(f"/sites/{key}")


def told(day: date, among: Iterable[Market]) -> str:
    """Return whose market a day is, in words; empty for nobody's."""
    found = held_on(day, among)
    names = "、".join(one.name for one in found[:NAMED])
    return f"{names}{f'等 {len(found)} 处' if len(found) > NAMED else ''}赶集" if found else ""
