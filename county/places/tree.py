"""The tree of places: adding to it, and finding what lies above or below. Called by nearly every room."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from county.accounts.models import Person, Role
from county.errors import NotAllowed, Refused
from county.places.models import Line, Place, PlaceKind, Site, SiteKind

_IDENTIFIER = re.compile("[a-z0-9][a-z0-9-]{0,47}")
_PARENTS = {
    PlaceKind.COUNTY: None,
    PlaceKind.TOWNSHIP: (PlaceKind.COUNTY,),
    PlaceKind.ZONE: (PlaceKind.COUNTY,),
    PlaceKind.VILLAGE: (PlaceKind.TOWNSHIP, PlaceKind.ZONE),
    PlaceKind.COMMUNITY: (PlaceKind.TOWNSHIP, PlaceKind.ZONE),
}
_SITE_KINDS = {
    PlaceKind.COUNTY: SiteKind.COUNTY,
    PlaceKind.TOWNSHIP: SiteKind.TOWNSHIP,
    PlaceKind.ZONE: SiteKind.TOWNSHIP,
    PlaceKind.VILLAGE: SiteKind.VILLAGE,
    PlaceKind.COMMUNITY: SiteKind.COMMUNITY,
}


@dataclass(frozen=True)
class SiteFacts:
    """What is known of a site beside its place."""

    line: Line = Line.BROADBAND
    in_own_room: bool = True
    expected: int = 0
    note: str = ""


def add_place(identifier: str, kind: PlaceKind, name: str, parent: Place | None = None) -> Place:
    """Add a place at the end of its parent's children.

    Raises:
        Refused: The identifier is malformed or taken, the name is empty, or the parent is of the wrong kind.
    """
    _check_names(identifier, name, taken=Place.objects.filter(pk=identifier).exists())
    allowed = _PARENTS[kind]
    if (parent is None) != (allowed is None) or (parent and allowed and parent.kind not in allowed):
        raise Refused(f"“{name}”（{kind.label}）不能放在“{parent or '根'}”之下")
    position = Place.objects.filter(parent=parent).count()
    return Place.objects.create(id=identifier, kind=kind, name=name, parent=parent, position=position)


def add_site(identifier: str, place: Place, name: str, facts: SiteFacts | None = None) -> Site:
    """Add a site in a place; its kind follows from the place.

    Raises:
        Refused: The identifier is malformed or taken, or the name is empty.
    """
    facts = facts or SiteFacts()
    _check_names(identifier, name, taken=Site.objects.filter(pk=identifier).exists())
    return Site.objects.create(
        id=identifier,
        place=place,
        kind=_SITE_KINDS[PlaceKind(place.kind)],
        name=name,
        line=facts.line,
        in_own_room=facts.in_own_room,
        expected=facts.expected,
        note=facts.note,
        position=Site.objects.count(),
    )


def township_of(place: Place) -> Place | None:
    """Return the township or zone that a place is or lies in; None for the county."""
    if place.kind in (PlaceKind.TOWNSHIP, PlaceKind.ZONE):
        return place
    return place.parent if place.kind != PlaceKind.COUNTY else None


def groups_of(site: Site) -> tuple[str, ...]:
    """Return the groups whose plans hold for a site, from the widest to the nearest."""
    township = township_of(site.place)
    middle = (f"township-{township.pk}",) if township else ()
    return ("county", *middle, f"site-{site.pk}")


def county_name() -> str:
    """Return the county's name."""
    root = Place.objects.filter(kind=PlaceKind.COUNTY).first()
    return root.name if root else settings.CONFIGURATION.county


def sites_in(place: Place | None) -> QuerySet[Site]:
    """Return the sites in a place and below it; all of them for None."""
    sites = Site.objects.select_related("place__parent")
    if place is None or place.kind == PlaceKind.COUNTY:
        return sites
    return sites.filter(Q(place=place) | Q(place__parent=place))


def sites_seen_by(person: Person) -> QuerySet[Site]:
    """Return the sites a person may see: a township clerk's own, everybody else's all."""
    if person.role == Role.CLERK:
        return sites_in(person.place) if person.place else Site.objects.none()
    return sites_in(None)


def require_site(person: Person, site: Site) -> None:
    """Check that a person may act for a site.

    Raises:
        NotAllowed: The site belongs to another township.
    """
    if not sites_seen_by(person).filter(pk=site.pk).exists():
        raise NotAllowed(f"站点“{site.name}”不属于您的乡镇")


def site_of_village(name: str, beside: str | None) -> str | None:
    """Return the site of the village that somebody at another site named; None if there is none, or several.

    Of several of one name that of the same township is meant.

    Args:
        name: As it was written at the television, with or without 村.
        beside: The id of the site at which it was written.
    """
    name = name.strip()
    if not name:
        return None
    names = {name, f"{name}村", f"{name}社区", name.removesuffix("站点"), f"{name}站点", f"{name}村站点"}
    named = Site.objects.filter(Q(name__in=names) | Q(place__name__in=names)).exclude(pk=beside)
    found = list(named.select_related("place__parent")[:10])
    if len(found) > 1 and (own := Site.objects.select_related("place__parent").filter(pk=beside).first()):
        found = [one for one in found if township_of(one.place) == township_of(own.place)]
    return found[0].pk if len(found) == 1 else None


def _check_names(identifier: str, name: str, *, taken: bool) -> None:
    if not _IDENTIFIER.fullmatch(identifier):
        raise Refused(f"代号“{identifier}”只能用小写字母、数字和短横线，最长 48 位")
    if taken:
        raise Refused(f"代号“{identifier}”已被使用")
    if not 0 < len(name.strip()) <= 100:
        raise Refused("名称应为 1 到 100 个字")
