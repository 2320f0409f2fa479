"""The state of publishing (发布): what boxes can fetch now, what is held back and why, and publishing at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from county.courses.candidates import awaiting
from county.courses.models import Course
from county.folders import published_folder
from county.pages.access import EVERYBODY, OPERATORS, may, page, person_of
from county.pages.acting import tell_held_back
from county.pages.lists import page_of
from county.places.models import Box
from county.plans.models import Plan
from county.publishing.models import Publication
from county.publishing.publish import publish
from playlists.errors import FailedAttempt
from playlists.trust.repository import Repository

ROLES = {
    "courses": "课件目录",
    "boxes": "站点和机顶盒",
    "plans": "计划",
    "pages": "信息页",
    "live": "直播频道",
    "sounds": "声音",
}


@page(EVERYBODY)
def publication(request: HttpRequest) -> HttpResponse:
    """Show what is published and what was published when."""
    part = page_of(request, Publication.objects.select_related("by"), 20)
    for row in part:
        row.kinds = kinds_of(row.roles)
    repository = Repository(published_folder())
    context = {
        "part": part, "last": Publication.objects.first(), "ready": repository.is_initialised(), "now": timezone.now(),
        "courses": Course.objects.exclude(published=None).filter(stopped=False).count(),
        "boxes": Box.objects.exclude(site=None).count(), "plans": Plan.objects.count(),
        "awaited": awaiting() if repository.is_initialised() else [], "may_publish": may(person_of(request), OPERATORS),
    }  # fmt: skip
    return render(request, "publication.html", context)


@page(OPERATORS, "POST")
def publish_again(request: HttpRequest) -> HttpResponse:
    """Publish at once."""
    publish_now(request)
    return redirect("/publication")


def publish_now(request: HttpRequest) -> None:
    """Publish and tell the person what came of it."""
    try:
        done = publish(by=person_of(request))
    except FailedAttempt as error:
        messages.error(request, f"没有发布成功：{error.why}。机顶盒仍使用上一次发布的内容。")
        return
    messages.success(request, "已发布，机顶盒下次联网时取到。" if done.roles else "没有新的内容，机顶盒看到的不变。")
    tell_held_back(request, done)


def kinds_of(roles: list[str]) -> list[str]:
    """Return the Chinese names of what a publication changed, without doubles."""
    return list(dict.fromkeys(ROLES[role.partition("-")[0]] for role in roles if role.partition("-")[0] in ROLES))
