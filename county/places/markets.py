"""Market days (赶集日) of townships and sites: the office enters them, boxes and the county's own plans tell them.

A site has the market days of its township unless it has its own; 无 at a site means that it goes to none. They are told
where a session is planned, never forbidden. Called by `county.publishing.documents` and the pages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from county.errors import Refused
from county.places.market_words import market_words, read_market_days
from county.places.models import Place, PlaceKind, Site
from county.places.tree import township_of
from playlists.documents import MarketDays
from playlists.market_days import is_market_day

NONE = "无"
TOWNSHIPS = (PlaceKind.TOWNSHIP, PlaceKind.ZONE)


@dataclass(frozen=True)
class Market:
    """Where and when there is a market; ``site`` is empty for that of a whole township."""

    name: str
    township: str
    site: str
    rules: tuple[MarketDays, ...]

    @property
    def words(self) -> str:
        """The rules in words."""
        return market_words(self.rules)


def set_township_market(place: Place, words: str) -> Place:
    """Enter a township's market days; empty for none.

    Raises:
        Refused: The place is no township, or the words are not understood.
    """
    if place.kind not in TOWNSHIPS:
        raise Refused("赶集日按乡镇或站点填写")
    place.market_days = market_words(read_market_days(words))
    place.save(update_fields=["market_days"])
    return place


def set_site_market(site: Site, words: str) -> Site:
    """Enter a site's own market days; empty for its township's, 无 for none.

    Raises:
        Refused: The words are not understood.
    """
    site.market_days = NONE if words.strip() == NONE else market_words(read_market_days(words))
    site.save(update_fields=["market_days"])
    return site


def rules_of(site: Site) -> tuple[MarketDays, ...]:
    """Return the market days that hold for a site."""
    if site.market_days:
        return _rules(site.market_days)
    township = township_of(site.place)
    return _rules(township.market_days) if township else ()


def markets() -> list[Market]:
    """Return every market of the county: of townships, and of sites that have their own."""
    places = Place.objects.filter(kind__in=TOWNSHIPS).exclude(market_days="")
    sites = Site.objects.exclude(market_days__in=("", NONE)).select_related("place__parent")
    return [
        *(Market(place.name, place.pk, "", _rules(place.market_days)) for place in places),
        *(Market(site.name, _township(site), site.pk, _rules(site.market_days)) for site in sites),
    ]


def markets_for(group: str, known: Collection[Market]) -> list[Market]:
    """Return the markets to which people of a group of boxes go."""
    kind, _, key = group.partition("-")
    if kind == "county":
        return list(known)
    if kind == "township":
        return [one for one in known if one.township == key]
    site = Site.objects.select_related("place__parent").filter(pk=key).first()
    if site is None or site.market_days == NONE:
        return []
    own = [one for one in known if one.site == key]
    return own or [one for one in known if not one.site and one.township == _township(site)]


def held_on(day: date, among: Iterable[Market]) -> list[Market]:
    """Return the markets that are held on a day."""
    return [one for one in among if any(is_market_day(rule, day) for rule in one.rules)]


def _township(site: Site) -> str:
    township = township_of(site.place)
    return township.pk if township else ""


def _rules(words: str) -> tuple[MarketDays, ...]:
    return () if words == NONE else read_market_days(words)
