"""Who may open which page: every view opens with one of these checks.

A person who has not logged in is sent to the log-in; one whose role does not suffice is told so in plain words
(403). A township clerk sees the sites of his own township only: views take their rows from `sites_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect

from county.accounts.models import Person, Role
from county.places.models import Place, Site
from county.places.tree import sites_seen_by
from county.plans.passing import PASSING

EVERYBODY = frozenset(Role)
OFFICE = frozenset({Role.OPERATOR, Role.REVIEWER, Role.LEADER})
EDITORS = frozenset({Role.OPERATOR, Role.CLERK})
OPERATORS = frozenset({Role.OPERATOR})
REVIEWERS = frozenset({Role.REVIEWER})
LEADERS = frozenset({Role.LEADER})
PASSERS = PASSING

View = Callable[..., HttpResponse]


def person_of(request: HttpRequest) -> Person:
    """Return who is logged in; only for views behind `page`."""
    assert isinstance(request.user, Person)
    return request.user


def may(person: Person, roles: frozenset[Role]) -> bool:
    """Return whether ``person`` has one of ``roles``."""
    return person.is_active and person.role in roles


def require(person: Person, roles: frozenset[Role]) -> None:
    """Refuse whoever has none of ``roles``.

    Raises:
        PermissionDenied: with the sentence that the page shows.
    """
    if not may(person, roles):
        allowed = "、".join(role.label for role in Role if role in roles)
        raise PermissionDenied(f"这一步由{allowed}办理；您的角色是{person.get_role_display()}。")


def page(roles: frozenset[Role], *methods: str) -> Callable[[View], View]:
    """Return a decorator: log-in, then one of ``roles``, then one of ``methods`` (GET and HEAD when none given)."""
    allowed = methods or ("GET", "HEAD")

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
                return redirect("/login?" + urlencode({"next": back}))
            require(person_of(request), roles)
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if _has_zero_byte(request):
                raise BadRequest("a zero byte")
            return view(request, *args, **kwargs)

        return checked

    return decorate


def _has_zero_byte(request: HttpRequest) -> bool:
    """Return whether what was sent holds what PostgreSQL takes in no text; no person types it."""
    values = [value for query in (request.GET, request.POST) for _, found in query.lists() for value in found]
    return any("\x00" in value for value in (request.path, *values))


def township_of(person: Person) -> Place | None:
    """Return the township a clerk is bound to; None for the county office.

    Raises:
        PermissionDenied: for a clerk without a township.
    """
    if person.role != Role.CLERK:
        return None
    if person.place is None:
        raise PermissionDenied("您的账号还没有指定乡镇，请联系县远教办。")
    return person.place


def sites_of(person: Person) -> QuerySet[Site]:
    """Return the sites that ``person`` may see.

    Raises:
        PermissionDenied: for a clerk without a township.
    """
    township_of(person)
    return sites_seen_by(person)


def site_for(person: Person, key: str) -> Site:
    """Return the site with the id ``key``.

    Raises:
        Http404: there is none.
        PermissionDenied: it belongs to another township.
    """
    found = get_object_or_404(Site.objects.select_related("place__parent"), pk=key)
    if not sites_of(person).filter(pk=found.pk).exists():
        raise PermissionDenied(f"站点“{found.name}”不属于您的乡镇。")
    return found


def groups_for(person: Person) -> set[str] | None:
    """Return the groups of boxes whose plans concern ``person``; None for the county office, which sees all."""
    township = township_of(person)
    if township is None:
        return None
    own = sites_of(person).values_list("pk", flat=True)
    return {"county", f"township-{township.pk}", *(f"site-{key}" for key in own)}
