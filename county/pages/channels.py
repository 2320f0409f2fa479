"""Live channels (直播): changing the list, putting it before the reviewers and the leader, stopping at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.channels import editing, lists
from county.channels.models import Channel
from county.errors import Refused
from county.pages import signed_lists
from county.pages.access import EVERYBODY, LEADERS, OFFICE, OPERATORS, REVIEWERS, may, page, person_of
from county.pages.acting import attempt
from county.pages.channel_forms import ChannelForm, times_words, typed_channel, windows_of
from county.pages.publication import publish_now
from playlists.documents import LiveChannel


@page(EVERYBODY)
def channels(request: HttpRequest) -> HttpResponse:
    """Show the channels, what boxes see of them, and what waits for whom."""
    person = person_of(request)
    published = {one.id for one in lists.channels_of(lists.CHANNELS.seen())}
    rows = Channel.objects.filter(removed=False)
    standing = signed_lists.standing(lists.CHANNELS, person)
    context = {
        **standing, "rows": [(row, times_words(windows_of(row)), row.pk in published) for row in rows],
        "now": timezone.now(), "changes": _changes() if standing["waiting"] else [], "changed": editing.is_changed(),
        "may_edit": may(person, OPERATORS), "may_stop": may(person, OFFICE),
    }  # fmt: skip
    return render(request, "channels.html", context)


@page(OPERATORS, "GET", "POST")
def new_channel(request: HttpRequest) -> HttpResponse:
    """Add a channel."""
    return _form(request, ChannelForm(request.POST or None), None)


@page(OPERATORS, "GET", "POST")
def edit_channel(request: HttpRequest, key: str) -> HttpResponse:
    """Change a channel."""
    found = get_object_or_404(Channel, pk=key, removed=False)
    return _form(request, ChannelForm(request.POST or None, initial=typed_channel(found)), found)


@page(OPERATORS, "POST")
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Take a channel away."""
    found = get_object_or_404(Channel, pk=key, removed=False)
    if attempt(request, lambda: editing.remove_channel(found), f"“{found.name}”已移除，各站点不再播放。"):
        publish_now(request)
    return redirect("/channels")


@page(OFFICE, "POST")
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """Take a channel off every television, or let it be shown again."""
    found = get_object_or_404(Channel, pk=key, removed=False)
    stopped = request.POST.get("stopped") == "yes"
    said = f"“{found.name}”已停播。" if stopped else f"“{found.name}”恢复播放。"
    if attempt(request, lambda: editing.set_stopped(found, stopped=stopped), said):
        publish_now(request)
    return redirect("/channels")


@page(OPERATORS, "POST")
def propose(request: HttpRequest) -> HttpResponse:
    """Put the list before the reviewers."""
    attempt(request, lambda: editing.propose(person_of(request)), "已送审，等待两位审核员签名。")
    return redirect("/channels")


@page(REVIEWERS, "POST")
def sign(request: HttpRequest) -> HttpResponse:
    """Sign the waiting list."""
    return signed_lists.sign(request, lists.CHANNELS, "/channels")


@page(REVIEWERS, "POST")
def refuse(request: HttpRequest) -> HttpResponse:
    """Send the waiting list back."""
    return signed_lists.refuse(request, lists.CHANNELS, "/channels")


@page(LEADERS, "POST")
def release(request: HttpRequest) -> HttpResponse:
    """Release the waiting list."""
    return signed_lists.release(request, lists.CHANNELS, "/channels")


def _changes() -> list[tuple[str, str, list[str]]]:
    """Return what each change of the waiting list is called, the channel's name, and its values, old → new."""
    return [_change(one) for one in editing.changes()]


def _change(one: editing.ListChange) -> tuple[str, str, list[str]]:
    present = one.after or one.before
    assert present is not None
    if one.after is None or one.before is None:
        return "新增" if one.before is None else "移除", present.name, list(_values(present))
    values = zip(_values(one.before), _values(one.after), strict=True)
    named = f"{one.before.name} → {one.after.name}" if one.before.name != one.after.name else present.name
    return "改动", named, [old if old == new else f"{old} → {new}" for old, new in values]


def _values(one: LiveChannel) -> tuple[str, str]:
    return one.url, times_words(one.times) or "全天"


def _form(request: HttpRequest, form: ChannelForm, found: Channel | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = editing.save_channel(form.wish(), found)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{saved.name}”已保存。送审、签名、签发之后，站点才能看到。")
            return redirect("/channels")
    context = {"form": form, "channel": found}
    return render(request, "channel_form.html", context, status=422 if form.errors else 200)
