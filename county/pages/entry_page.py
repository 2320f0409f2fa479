"""One entry of a box's journal exactly as it came: the end of every trace from a figure."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from county.accounts.models import Person
from county.inbox.models import Entry, SessionRecord
from county.inbox.reading import read_one
from county.pages.access import EVERYBODY, page, person_of, sites_of, township_of
from county.pages.entry_words import field_word, value_words
from county.places.models import Box, Site, Stay
from playlists.entries import HeadCount, SessionHeld
from playlists.journal import FIRST_SEQ, UnknownBody, genesis, next_hash


@page(EVERYBODY)
def entry(request: HttpRequest, box: str, seq: int) -> HttpResponse:
    """Show an entry: what it says, when it came, and whether it joins the one before."""
    found = get_object_or_404(Entry, box=box, seq=seq)
    owner = Box.objects.select_related("site").get(pk=box)
    _require(person_of(request), owner, found)
    context = {
        "entry": found, "box": owner, "fields": _fields(found), "joins": _joins(found), "raw": bytes(found.raw).hex(),
        "now": timezone.now(), "neighbours": _neighbours(found),
    }  # fmt: skip
    return render(request, "entry.html", context)


def _require(person: Person, box: Box, found: Entry) -> None:
    """A clerk sees the entries of boxes that stand, or stood, in his township, and what his figures are drawn from."""
    if township_of(person) is None:
        return
    own = sites_of(person)
    places = Stay.objects.filter(box=box, site__in=own.values("pk"))
    if not places.exists() and not own.filter(pk=box.site_id).exists() and not _is_joint(found, own):
        raise PermissionDenied("这台机顶盒不属于您的乡镇。")


def _is_joint(found: Entry, sites: QuerySet[Site]) -> bool:
    """Return whether an entry counts people of one of some sites at a neighbour's session (联合学习)."""
    body = read_one(found.seq, bytes(found.raw)).body
    if not isinstance(body, HeadCount | SessionHeld):
        return False
    records = SessionRecord.objects.filter(box=found.box_id, session=body.session[:100])
    return records.filter(guest__in=sites.values("pk")).exists()


def _fields(found: Entry) -> list[tuple[str, str]]:
    """Return the body's fields in words; those of a kind that this version does not know, by their place."""
    body = read_one(found.seq, bytes(found.raw)).body
    if isinstance(body, UnknownBody):
        return [(f"第 {index} 项", str(value)) for index, value in enumerate(body.fields, 1)]
    names = body.__struct_fields__ if body else ()
    return [(field_word(name), value_words(name, getattr(body, name))) for name in names]


def _joins(found: Entry) -> bool | None:
    """Return whether the entry's hash follows from the one before; None while that one is missing."""
    if found.seq == FIRST_SEQ:
        before: str | None = genesis(found.box_id).hex()
    else:
        before = Entry.objects.filter(box=found.box_id, seq=found.seq - 1).values_list("hash", flat=True).first()
    if not before or not found.hash:
        return None
    return next_hash(bytes.fromhex(before), bytes(found.raw)).hex() == found.hash


def _neighbours(found: Entry) -> list[int]:
    near = Entry.objects.filter(box=found.box_id, seq__in=(found.seq - 1, found.seq + 1)).order_by("seq")
    return list(near.values_list("seq", flat=True))
