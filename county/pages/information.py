"""Information pages and urgent notices (信息): what is shown where and until when, writing, changing, taking back."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.errors import Refused
from county.pages.access import EVERYBODY, OPERATORS, groups_for, may, page, person_of
from county.pages.acting import attempt
from county.pages.coming import scope_names
from county.pages.information_forms import NoticeForm, PageForm, new_notice, new_page, typed_notice, typed_page
from county.pages.lists import page_of
from county.pages.publication import publish_now
from county.places.models import Site
from county.plans.information import is_over, remove_page, save_notice, save_page, withdraw_notice
from county.plans.models import InformationPage, Plan


@page(EVERYBODY)
def information(request: HttpRequest) -> HttpResponse:
    """List notices and pages; a clerk sees those of his own township."""
    person, now = person_of(request), timezone.now()
    rows = InformationPage.objects.order_by(F("since").desc(nulls_last=True), "-pk")
    noticed = Plan.objects.exclude(notice="").order_by("group")
    groups = groups_for(person)
    if groups is not None:
        rows, noticed = rows.filter(group__in=groups), noticed.filter(group__in=groups)
    part = page_of(request, rows)
    scopes = scope_names({row.group for row in part} | {plan.group for plan in noticed})
    today = timezone.localdate(now)
    for row in part:
        row.scope, row.stands = scopes[row.group], _stands(row, today)
    notices = [(plan, scopes[plan.group], is_over(plan, now)) for plan in noticed]
    context = {"part": part, "notices": notices, "now": now, "may_write": may(person, OPERATORS)}
    return render(request, "information.html", context)


@page(OPERATORS, "GET", "POST")
def write(request: HttpRequest) -> HttpResponse:
    """Write a page and publish it."""
    return _page_form(request, PageForm(request.POST or None, initial=new_page()), None)


@page(OPERATORS, "GET", "POST")
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change a page and publish it."""
    found = get_object_or_404(InformationPage, pk=key)
    return _page_form(request, PageForm(request.POST or None, initial=typed_page(found)), found)


@page(OPERATORS, "POST")
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take a page away from the televisions."""
    found = get_object_or_404(InformationPage, pk=key)
    if attempt(request, lambda: remove_page(found), f"“{found.title}”已删除。"):
        publish_now(request)
    return redirect("/information")


@page(OPERATORS, "GET", "POST")
def notice(request: HttpRequest) -> HttpResponse:
    """Write an urgent notice, or change the one of a group, and publish it."""
    found = Plan.objects.exclude(notice="").filter(pk=request.GET.get("group", "")).first()
    form = NoticeForm(request.POST or None, initial=typed_notice(found) if found else new_notice())
    if request.method == "POST" and form.is_valid():
        try:
            save_notice(form.cleaned_data["group"], form.cleaned_data["words"], form.ends)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "紧急通知已保存。")
            publish_now(request)
            return redirect("/information")
    return render(request, "notice_form.html", _form_context(form), status=422 if form.errors else 200)


@page(OPERATORS, "POST")
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take a group's notice back."""
    group = request.POST.get("group", "")
    if attempt(request, lambda: withdraw_notice(group), "紧急通知已撤下。"):
        publish_now(request)
    return redirect("/information")


def _page_form(request: HttpRequest, form: PageForm, found: InformationPage | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_page(form.cleaned_data["group"], form.wish(), person_of(request), found)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{saved.title}”已保存。")
            publish_now(request)
            return redirect("/information")
    context = _form_context(form) | {"found": found}
    return render(request, "information_form.html", context, status=422 if form.errors else 200)


def _form_context(form: PageForm | NoticeForm) -> dict[str, object]:
    return {"form": form, "sites": Site.objects.values_list("name", flat=True)}


def _stands(row: InformationPage, today: date) -> tuple[str, str]:
    """Return the tone and the word of where a page stands."""
    if row.until and row.until < today:
        return "idle", "已到期"
    return ("warn", "未开始") if row.since and row.since > today else ("good", "显示中")
