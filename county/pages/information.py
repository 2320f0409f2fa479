"""Information pages and urgent notices (信息): what is shown where and until when, and writing it.

What is written waits until another person passes it: `county.pages.information_passing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.accounts.models import Person
from county.errors import Refused
from county.pages.access import EVERYBODY, OPERATORS, PASSERS, groups_for, may, page, person_of
from county.pages.coming import scope_names
from county.pages.information_forms import NoticeForm, PageForm, new_notice, new_page, typed_notice, typed_page
from county.pages.lists import page_of
from county.places.models import Site
from county.plans.information import is_over, save_notice, save_page
from county.plans.models import Wording, WordingKind, WordingState
from county.plans.passing import may_pass, waiting_words
from county.plans.wording_life import CURRENT

SAVED = "“{title}”已保存，等待审核员或签发领导审核；通过之前站点看到的不变。"


@dataclass(frozen=True)
class Shown:
    """A wording with the words of the list: for whom, and the tone and word of where it stands."""

    row: Wording
    scope: str
    stands: tuple[str, str]


@page(EVERYBODY)
def information(request: HttpRequest) -> HttpResponse:
    """List what waits, notices and pages; a clerk sees those of his own township."""
    person, now, groups = person_of(request), timezone.now(), groups_for(person_of(request))
    rows = Wording.objects.filter(state__in=CURRENT).exclude(state=WordingState.WAITING)
    waiting, rows = (found if groups is None else found.filter(group__in=groups) for found in (waiting_words(), rows))
    by_day = rows.filter(kind=WordingKind.PAGE).order_by(F("since").desc(nulls_last=True), "-pk")
    part = page_of(request, by_day)
    notices = rows.filter(kind=WordingKind.NOTICE).order_by("group", "pk")
    context = {
        "waiting": [(one, may_pass(one.row, person)) for one in _shown(waiting, now)], "part": part, "now": now,
        "pages": _shown(part, now), "notices": _shown(notices, now), "may_write": may(person, OPERATORS),
        "passers": Person.objects.filter(role__in=PASSERS, is_active=True).order_by("name", "username"),
    }  # fmt: skip
    return render(request, "information.html", context)


@page(OPERATORS, "GET", "POST")
def write(request: HttpRequest) -> HttpResponse:
    """Write a page."""
    return _page_form(request, PageForm(request.POST or None, initial=new_page()), None)


@page(OPERATORS, "GET", "POST")
def notice(request: HttpRequest) -> HttpResponse:
    """Write an urgent notice."""
    return _notice_form(request, NoticeForm(request.POST or None, initial=new_notice()), None)


@page(OPERATORS, "GET", "POST")
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Write another wording of a page or notice."""
    found = get_object_or_404(Wording, pk=key, state__in=CURRENT)
    if found.kind == WordingKind.NOTICE:
        return _notice_form(request, NoticeForm(request.POST or None, initial=typed_notice(found)), found)
    return _page_form(request, PageForm(request.POST or None, initial=typed_page(found)), found)


def _shown(rows: Iterable[Wording], now: datetime) -> list[Shown]:
    found = list(rows)
    scopes = scope_names({row.group for row in found})
    return [Shown(row, scopes[row.group], stands(row, now)) for row in found]


def stands(row: Wording, now: datetime) -> tuple[str, str]:
    """Return the tone and the word of where a wording stands."""
    if row.state == WordingState.PASSED:
        return _passed_stands(row, now)
    tone = {WordingState.WAITING: "warn", WordingState.REFUSED: "bad"}.get(WordingState(row.state), "idle")
    return tone, "待审" if row.state == WordingState.WAITING else row.get_state_display()


def _passed_stands(row: Wording, now: datetime) -> tuple[str, str]:
    if is_over(row, now):
        return "idle", "已到期"
    return ("warn", "未开始") if row.since and row.since > timezone.localdate(now) else ("good", "显示中")


def _notice_form(request: HttpRequest, form: NoticeForm, found: Wording | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_notice(form.cleaned_data["group"], form.cleaned_data["words"], form.ends, person_of(request))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _told(request, saved)
    context = _form_context(form) | {"found": found}
    return render(request, "notice_form.html", context, status=422 if form.errors else 200)


def _page_form(request: HttpRequest, form: PageForm, found: Wording | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_page(form.cleaned_data["group"], form.wish(), person_of(request), found)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _told(request, saved)
    context = _form_context(form) | {"found": found}
    return render(request, "information_form.html", context, status=422 if form.errors else 200)


def _told(request: HttpRequest, saved: Wording) -> HttpResponse:
    messages.success(request, SAVED.format(title=str(saved)))
    if saved.kind == WordingKind.NOTICE:
        messages.warning(request, "紧急通知已列在审核人的概览上；如果很急，请打电话请他们马上审核。")
    return redirect("/information")


def _form_context(form: PageForm | NoticeForm) -> dict[str, object]:
    return {"form": form, "sites": Site.objects.values_list("name", flat=True)}
