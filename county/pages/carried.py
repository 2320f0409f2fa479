"""Sticks (U 盘交接): taking in what boxes have written on sticks, and who brought what and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from county.accounts.models import Person, Role
from county.folders import published_folder
from county.inbox.carrying import BroughtFile, take_all
from county.inbox.models import CarriedFile, CarriedOutcome
from county.pages.access import EDITORS, EVERYBODY, may, page, person_of, sites_of
from county.pages.lists import page_of
from county.places.models import Line
from county.publishing.publish import publish
from playlists.envelope import SEALED_LIMIT_BYTES
from playlists.errors import FailedAttempt

FILES_MOST = 100
NOTHING = "请选择 U 盘上 yuanjiao/journals 文件夹里的文件，可以一次选多个。"


@page(EVERYBODY)
def carried(request: HttpRequest) -> HttpResponse:
    """Show what was brought; a clerk sees what is of his own township, and what he brought himself."""
    person = person_of(request)
    lonely = sites_of(person).filter(line=Line.NONE).exclude(boxes=None).select_related("place__parent")
    context = {
        "part": page_of(request, _brought(person)), "now": timezone.now(), "files_most": FILES_MOST,
        "may_take": may(person, EDITORS), "lonely": _with_last(lonely), "published": published_folder(),
    }  # fmt: skip
    return render(request, "carried.html", context)


@page(EDITORS, "POST")
def take(request: HttpRequest) -> HttpResponse:
    """Take in uploaded files, tell what came of them, and let their boxes know by the next publication."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        messages.error(request, NOTHING)
        return redirect("/carried")
    files = [BroughtFile(str(one.name), one.read(SEALED_LIMIT_BYTES + 1)) for one in uploads[:FILES_MOST]]
    notes = take_all(files, person_of(request), timezone.now(), str(request.META["REMOTE_ADDR"]))
    _tell(request, notes)
    if any(note.outcome == CarriedOutcome.TAKEN for note in notes):
        try:
            publish(by=person_of(request))
        except FailedAttempt as error:
            messages.warning(request, f"记录已收下，但还没有发布回执：{error.why}。请到“发布”页重新发布。")
    return redirect("/carried")


def _tell(request: HttpRequest, notes: Sequence[CarriedFile]) -> None:
    count = Counter(note.outcome for note in notes)
    fresh = sum(note.fresh for note in notes)
    if count[CarriedOutcome.TAKEN]:
        messages.success(request, f"收下 {count[CarriedOutcome.TAKEN]} 个文件，新增记录 {fresh} 条。")
    if count[CarriedOutcome.REPEATED]:
        messages.info(request, f"{count[CarriedOutcome.REPEATED]} 个文件以前收过，没有重复计入。")
    for note in notes:
        if note.outcome == CarriedOutcome.ASKS:
            messages.info(request, f"{note.get_outcome_display()}：{note.why}")
        elif note.outcome not in (CarriedOutcome.TAKEN, CarriedOutcome.REPEATED):
            messages.error(request, f"{note.name}：{note.get_outcome_display()}。{note.why}")


def _brought(person: Person) -> QuerySet[CarriedFile]:
    rows = CarriedFile.objects.select_related("by", "box__site")
    if person.role != Role.CLERK:
        return rows
    return rows.filter(Q(by=person) | Q(box__site__in=sites_of(person)))


def _with_last(sites: QuerySet) -> list[tuple[object, CarriedFile | None]]:  # type: ignore[type-arg]
    """Return each site that has no line with what was brought from it last."""
    last: dict[str, CarriedFile] = {}
    for note in CarriedFile.objects.filter(box__site__in=sites).select_related("box").order_by("at", "pk"):
        if note.box and note.box.site_id:
            last[note.box.site_id] = note
    return [(site, last.get(site.pk)) for site in sites.distinct()]
