"""One wording of a page or notice: reading it, passing it as a second person, sending it back, taking it back.

Passing is one page: the words as they will appear, what stands there now, and the person's own password once more.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.accounts.models import Person
from county.accounts.passwords import confirm
from county.pages.access import EVERYBODY, OFFICE, OPERATORS, PASSERS, groups_for, may, page, person_of
from county.pages.acting import attempt
from county.pages.coming import scope_names
from county.pages.information import stands
from county.pages.publication import publish_now
from county.plans import passing
from county.plans.models import Wording, WordingState
from county.plans.wording_life import CURRENT


@page(EVERYBODY)
def wording(request: HttpRequest, key: int) -> HttpResponse:
    """Show one wording, and to those who may, what can be done with it."""
    row, person = _wording_for(person_of(request), key), person_of(request)
    now = timezone.now()
    others = Wording.objects.filter(key=row.key).select_related("written_by", "passed_by", "ended_by").order_by("-pk")
    before = next((one for one in others if one.state == WordingState.PASSED and one.pk != row.pk), None)
    names = scope_names({row.group, before.group} if before else {row.group})
    context = {
        "row": row, "scope": names[row.group], "stands": stands(row, now), "now": now,
        "history": [(one, stands(one, now)) for one in others[:20]], "person": person,
        "before": before if row.state == WordingState.WAITING else None,
        "before_scope": names[before.group] if before else "",
        "may_pass": passing.may_pass(row, person), "own": row.written_by_id == person.pk,
        "may_write": may(person, OPERATORS) and row.state in CURRENT,
        "may_take_back": may(person, OFFICE) and row.state in CURRENT,
    }  # fmt: skip
    return render(request, "wording.html", context)


@page(PASSERS, "POST")
def pass_words(request: HttpRequest, key: int) -> HttpResponse:
    """Pass a wording as a second person, and publish it."""
    person, password = person_of(request), request.POST.get("password", "")
    found = get_object_or_404(Wording, pk=key)

    def act() -> Wording:
        confirm(person, password, str(request.META["REMOTE_ADDR"]), timezone.now())
        return passing.pass_wording(key, person)

    if not attempt(request, act, f"“{found}”审核通过。"):
        return redirect(f"/information/{key}")
    publish_now(request)
    return redirect("/information")


@page(PASSERS, "POST")
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """Send a wording back with a reason."""
    person, reason = person_of(request), request.POST.get("reason", "")
    get_object_or_404(Wording, pk=key)
    attempt(request, lambda: passing.refuse_wording(key, person, reason), "已退回，原因已记下。")
    return redirect(f"/information/{key}")


@page(OFFICE, "POST")
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    """Take a wording off the televisions, or out of those that wait."""
    found, person = get_object_or_404(Wording, pk=key), person_of(request)
    if attempt(request, lambda: passing.take_back(key, person), f"“{found}”已撤下。") and found.passed_at:
        publish_now(request)
    return redirect("/information")


def _wording_for(person: Person, key: int) -> Wording:
    row = get_object_or_404(Wording.objects.select_related("written_by", "passed_by", "ended_by"), pk=key)
    groups = groups_for(person)
    if groups is not None and row.group not in groups:
        raise PermissionDenied("这条信息不是给您的乡镇的。")
    return row
