"""Group sessions (集中学习): what is coming, planning one, cancelling one occurrence or the whole."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.errors import Refused
from county.pages.access import EVERYBODY, OPERATORS, groups_for, may, page, person_of
from county.pages.acting import attempt
from county.pages.coming import coming_sessions, scope_names
from county.pages.markets import told
from county.pages.publication import publish_now
from county.pages.recurrence import WEEKDAYS, in_words, repetition_of
from county.pages.session_forms import WishForm, proposed, proposed_change, typed_from
from county.pages.templatetags.county import spoken
from county.places.markets import held_on, markets, markets_for
from county.places.models import Site
from county.plans.models import Playlist, Session
from county.plans.planning import SessionWish, remove_session, save_session
from playlists.recurrence import starts_of

DAYS = 60
LOOKED_AT = 26  # occurrences of a session that is planned: half a year of a weekly one
TOLD = 5


@page(EVERYBODY)
def sessions(request: HttpRequest) -> HttpResponse:
    """List the coming occurrences and the sessions as they were planned."""
    person, now = person_of(request), timezone.now()
    planned = list(Session.objects.select_related("playlist", "plan").order_by("starts"))
    groups = groups_for(person)
    if groups is not None:
        planned = [session for session in planned if session.plan_id in groups]
    scopes = scope_names({session.plan_id for session in planned})
    rows = [
        (session, scopes.get(session.plan_id, session.plan_id), in_words(session.recurrence)) for session in planned
    ]
    context = {
        "coming": coming_sessions(groups, now, DAYS), "planned": rows, "now": now, "days": DAYS,
        "may_plan": may(person, OPERATORS), "playlists": Playlist.objects.count(),
    }  # fmt: skip
    return render(request, "sessions.html", context)


@page(OPERATORS, "GET", "POST")
def new_session(request: HttpRequest) -> HttpResponse:
    """Plan a session and publish it; the address may say what is proposed: `proposed`."""
    return _form(request, WishForm(request.POST or None, initial=proposed(request.GET)), None)


@page(OPERATORS, "GET", "POST")
def edit_session(request: HttpRequest, key: str) -> HttpResponse:
    """Change a session and publish it."""
    session = get_object_or_404(Session, pk=key)
    initial = typed_from(session) | proposed_change(request.GET)
    return _form(request, WishForm(request.POST or None, initial=initial), session)


@page(OPERATORS, "POST")
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Cancel one occurrence, or the whole session when none is named."""
    session = get_object_or_404(Session, pk=key)
    start = request.POST.get("start", "")
    if not start or not session.recurrence:
        done = attempt(request, lambda: remove_session(session), f"“{session.title}”已取消。")
    else:
        wish = wish_of(session, (*session.excluded, start))
        done = attempt(
            request,
            lambda: save_session(session.plan_id, wish, session),
            f"{spoken(start)}的“{session.title}”已取消，其余不变。",
        )
    if done:
        publish_now(request)
    return redirect("/sessions")


def wish_of(session: Session, excluded: tuple[str, ...]) -> SessionWish:
    """Return a saved session as a wish, with other occurrences taken out."""
    return SessionWish(
        title=session.title, playlist=session.playlist_id, starts=session.starts, recurrence=session.recurrence,
        excluded=tuple(dict.fromkeys(excluded)), extra=tuple(session.extra), gather_minutes=session.gather_minutes,
        expected=session.expected, form=session.form, small_first=session.small_first,
    )  # fmt: skip


def _form(request: HttpRequest, form: WishForm, session: Session | None) -> HttpResponse:
    market = _market_told(form, session) if request.method == "POST" and form.is_valid() else ""
    if form.is_bound and form.is_valid() and market == request.POST.get("market", ""):
        try:
            _save(form, session)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{form.cleaned_data['title']}”已保存。")
            publish_now(request)
            return redirect("/sessions")
    unusual = session is not None and repetition_of(session.recurrence) is None
    context = {
        "form": form, "session": session, "unusual": unusual, "sites": Site.objects.values_list("name", flat=True),
        "playlists": Playlist.objects.count(), "market": market, "markets": markets(),
    }  # fmt: skip
    return render(request, "session_form.html", context, status=422 if form.errors else 200)


def _market_told(form: WishForm, session: Session | None) -> str:
    """Return the market days among the next occurrences of what was typed, in words; empty for none."""
    group, wish = form.cleaned_data["group"], form.wish(tuple(session.excluded) if session else ())
    near = markets_for(group, markets())
    least = -(-len(near) // 2) if group == "county" else 1  # somewhere in the county there is one nearly every day
    days = [day for day in _days(wish, form.cleaned_data["start"]) if near and len(held_on(day, near)) >= least]
    words = [f"{day.month}月{day.day}日{dict(WEEKDAYS)[day.weekday()]}{told(day, near)}" for day in days]
    return "；".join(words[:TOLD]) + (f"；还有 {len(words) - TOLD} 次" if len(words) > TOLD else "")


def _days(wish: SessionWish, first: datetime) -> list[date]:
    """Return the days of the next occurrences; none for what cannot be saved, which says why."""
    try:
        starts = list(islice(starts_of(wish.recurrence, first, ZoneInfo(settings.TIME_ZONE)), LOOKED_AT))
    except ValueError:
        return []
    return [start.date() for start in starts if f"{start:%Y-%m-%dT%H:%M}" not in wish.excluded]


def _save(form: WishForm, session: Session | None) -> None:
    same = session is not None and session.plan_id == form.cleaned_data["group"]
    excluded = tuple(session.excluded) if session is not None else ()
    extra = tuple(session.extra) if session is not None else ()
    save_session(form.cleaned_data["group"], form.wish(excluded, extra), session)
    if session is not None and not same:
        session.plan.save()  # the plan it left has changed as well
