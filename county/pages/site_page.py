"""The page of one site: its boxes, binding by the code on the TV, what it has shown, what comes next."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.accounts.models import Person
from county.errors import Refused
from county.inbox.models import Doubt, SetAside
from county.pages.access import EDITORS, EVERYBODY, OFFICE, OPERATORS, may, page, person_of, site_for, sites_of
from county.pages.acting import attempt, tell_held_back
from county.pages.coming import coming_sessions
from county.pages.danger import sessions_in_danger
from county.pages.own_sessions import own_sessions
from county.pages.record_rows import Selection, play_rows, plays_in, session_rows, sessions_in
from county.pages.standing import standing_of
from county.places.binding import bind, move_box, revoke_box
from county.places.market_words import EXAMPLES, market_words
from county.places.markets import rules_of
from county.places.models import BindingCode, Box, Site
from county.places.tree import groups_of
from county.publishing.models import Publication
from playlists.errors import FailedAttempt

RECENT = 10
COMING_DAYS = 60


@page(EVERYBODY)
def site(request: HttpRequest, key: str) -> HttpResponse:
    """Show one site."""
    return _show(request, site_for(person_of(request), key))


@page(EDITORS, "POST")
def bind_box(request: HttpRequest, key: str) -> HttpResponse:
    """Bind the box whose TV shows the code that was typed; a wrong code is explained beside its field."""
    person = person_of(request)
    found, code = site_for(person, key), "".join(request.POST.get("code", "").split())
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return _show(request, found, code, "绑定码是电视上显示的六位数字，请核对后再输入。")
    try:
        _, publication = bind(code, found, person)
    except Refused as error:
        return _show(request, found, code, _why_not(code) or str(error) + "。")
    except FailedAttempt as error:
        messages.warning(request, f"已绑定，但还没有发布到机顶盒：{error.why}。请到“发布”页重新发布。")
    else:
        messages.success(request, f"已把机顶盒绑定到“{found.name}”。电视上的绑定码会在几分钟内消失。")
        tell_held_back(request, publication)
    return redirect(f"/sites/{key}")


@page(OFFICE, "POST")
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """Stop a box for good."""
    box, person, reason = _box_at(request, key), person_of(request), request.POST.get("reason", "")
    attempt(request, lambda: revoke_box(box, person, reason), "机顶盒已停用，原有记录保留。")
    return redirect(f"/sites/{key}")


@page(EDITORS, "POST")
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Move a box with its history to the site whose name was typed."""
    person, box = person_of(request), _box_at(request, key)
    name = request.POST.get("target", "").strip()
    targets = list(sites_of(person).filter(name=name)[:2])
    if len(targets) != 1:
        messages.error(request, f"没有找到名称为“{name}”的站点。" if not targets else f"名称为“{name}”的站点不止一个。")
        return redirect(f"/sites/{key}")
    done: list[Publication] = []
    if attempt(request, lambda: done.append(move_box(box, targets[0], person)), f"机顶盒已迁到“{name}”。"):
        return redirect(f"/sites/{targets[0].pk}")
    return redirect(f"/sites/{key}")


def _box_at(request: HttpRequest, key: str) -> Box:
    found = site_for(person_of(request), key)
    return get_object_or_404(Box, pk=request.POST.get("box", ""), site=found)


def _why_not(code: str) -> str:
    """Return why a code that once was shown does not work; nothing for one that never was."""
    row = BindingCode.objects.filter(code=code).order_by("-made_at").first()
    if row is None:
        return ""
    if row.used_at is not None:
        return "这个绑定码已经用过了，一个码只能用一次。请看电视上有没有新码。"
    if row.expires_at <= timezone.now():
        return "这个绑定码已过期（只在十分钟内有效）。请输入电视上现在显示的新码。"
    return ""


def _show(request: HttpRequest, found: Site, code: str = "", problem: str = "") -> HttpResponse:
    person, now = person_of(request), timezone.now()
    boxes, coming = _boxes(found), coming_sessions(groups_of(found), now, COMING_DAYS)
    live = [box for box in boxes if not box.revoked]
    heard = (box.last_seen_at or box.bound_at for box in live)
    heard_at = max((one for one in heard if one), default=None)
    everything = Selection(site=found.pk)
    context = {
        "site": found, "boxes": boxes, "standing": standing_of(bool(live), heard_at, now), "now": now,
        "heard_at": heard_at, "code": code, "problem": problem, "may_bind": may(person, EDITORS),
        "may_revoke": may(person, OFFICE), "live": live,
        "sessions": session_rows(sessions_in(everything, person)[:RECENT]),
        "plays": play_rows(plays_in(everything, person)[:RECENT]),
        "coming": coming[:RECENT], "danger": sessions_in_danger(person, coming, now, found),
        "own": own_sessions([box.pk for box in live], now)[:RECENT],
        "to_check": to_check_count(found), "market": market_words(rules_of(found)), "examples": EXAMPLES,
        "may_set_market": may(person, OPERATORS),
        "names": _names(person) if live and may(person, EDITORS) else [],
    }  # fmt: skip
    return render(request, "site.html", context, status=422 if problem else 200)


def _boxes(found: Site) -> list[Box]:
    return list(found.boxes.select_related("health", "head", "self_check").order_by("revoked", "-bound_at"))


def to_check_count(found: Site) -> int:
    """Return how much in the journals of a site's boxes has to be checked."""
    return Doubt.objects.filter(box__site=found).count() + SetAside.objects.filter(box__site=found).count()


def _names(person: Person) -> QuerySet[Site, str]:
    return sites_of(person).values_list("name", flat=True)
