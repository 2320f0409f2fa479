"""Recorded prompts and music (声音): uploading, listening, putting the list before the reviewers and the leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.courses.models import UploadState
from county.pages import signed_lists
from county.pages.access import EVERYBODY, LEADERS, OFFICE, OPERATORS, REVIEWERS, may, page, person_of
from county.pages.acting import attempt
from county.pages.films import media_address
from county.pages.publication import publish_now
from county.sounds import editing, lists
from county.sounds.editing import LIMIT_MB, SoundWish
from county.sounds.lists import SOUND_LIST
from county.sounds.models import MUSIC, Recording
from county.sounds.steps import WORDS, StepWords
from playlists.documents import Sound, Sounds
from playlists.sound_steps import STEPS

AT_WORK = (UploadState.WAITING, UploadState.WORKING)


@dataclass(frozen=True)
class Heard:
    """A recording as the page shows it; ``seen`` says that the published list names it."""

    row: Recording
    seen: bool

    @property
    def address(self) -> str:
        """Where the browser listens to it; empty while there is nothing to hear."""
        return media_address(self.row.sha256) if self.row.sha256 else ""


@dataclass(frozen=True)
class StepRow:
    """A step with what it has: the recording that counts, and a newer one that is prepared or was refused.

    ``before``: boxes still let another recording be heard, which was replaced.
    """

    step: str
    words: StepWords
    held: Heard | None
    newer: Recording | None
    before: bool = False


@page(EVERYBODY)
def sounds(request: HttpRequest) -> HttpResponse:
    """Show the recordings, what boxes may let be heard of them, and what waits for whom."""
    person = person_of(request)
    standing = signed_lists.standing(SOUND_LIST, person)
    context = {
        **standing, **_rows(), "now": timezone.now(), "changes": _changes() if standing["waiting"] else [],
        "changed": editing.is_changed(), "may_edit": may(person, OPERATORS), "may_stop": may(person, OFFICE),
        "limit_mb": LIMIT_MB, "music_kind": MUSIC,
    }  # fmt: skip
    return render(request, "sounds.html", context)


@page(EVERYBODY)
def rows(request: HttpRequest) -> HttpResponse:
    """Show how the recordings stand that are being prepared; fetched again by the page."""
    return render(request, "parts/sounds_at_work.html", _rows())


@page(OPERATORS, "POST")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a recording in."""
    file, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if file is None:
        messages.error(request, "请选择录音文件。")
    elif (file.size or 0) > LIMIT_MB << 20:
        messages.error(request, f"录音文件超过 {LIMIT_MB} MB，请检查是不是选错了文件。")
    else:
        wish = SoundWish(kind, request.POST.get("title", ""), file.name or "")
        attempt(request, lambda: editing.receive(wish, file.chunks(), person_of(request)), "录音已收到，正在处理。")
    return redirect("/sounds")


@page(OFFICE, "POST")
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take a recording away."""
    found = get_object_or_404(Recording, pk=key, removed=False)
    if attempt(request, lambda: editing.remove(found), f"“{found.title}”已移除，各站点不再播放。"):
        publish_now(request)
    return redirect("/sounds")


@page(OPERATORS, "POST")
def propose(request: HttpRequest) -> HttpResponse:
    """Put the list before the reviewers."""
    attempt(request, lambda: editing.propose(person_of(request)), "已送审，等待两位审核员听过、签名。")
    return redirect("/sounds")


@page(REVIEWERS, "POST")
def sign(request: HttpRequest) -> HttpResponse:
    """Sign the waiting list."""
    return signed_lists.sign(request, SOUND_LIST, "/sounds")


@page(REVIEWERS, "POST")
def refuse(request: HttpRequest) -> HttpResponse:
    """Send the waiting list back."""
    return signed_lists.refuse(request, SOUND_LIST, "/sounds")


@page(LEADERS, "POST")
def release(request: HttpRequest) -> HttpResponse:
    """Release the waiting list."""
    return signed_lists.release(request, SOUND_LIST, "/sounds")


def _rows() -> dict[str, Any]:
    published = lists.sounds_of(SOUND_LIST.seen())
    music = {one.blob.sha256 for one in published.music}
    every = Recording.objects.filter(removed=False, replaced=False)
    pieces = [Heard(row, row.sha256 in music) for row in every.filter(kind=MUSIC)]
    return {
        "steps": [_step(step, published) for step in STEPS], "music": pieces,
        "at_work": every.filter(state__in=AT_WORK).exists(),
    }  # fmt: skip


def _step(step: str, published: Sounds) -> StepRow:
    ready = lists.usable(step)
    held = ready[-1] if ready else None
    others = Recording.objects.filter(kind=step, removed=False, replaced=False).exclude(state=UploadState.READY)
    newer = others.filter(pk__gt=held.pk if held else 0).order_by("id").last()
    said = published.prompts.get(step)
    seen = held is not None and said is not None and said.blob.sha256 == held.sha256
    before = said is not None and held is not None and not seen
    return StepRow(step, WORDS[step], Heard(held, seen) if held else None, newer, before)  # type: ignore[index]  # one of STEPS


def _changes() -> list[tuple[str, str, str, str, int]]:
    """Return what the waiting list changes: 新增, 改动 or 移除, for which step, what it says, where it is heard."""
    before, after = (_named(lists.sounds_of(row)) for row in (SOUND_LIST.seen(), SOUND_LIST.waiting()))
    changed = [name for name in dict.fromkeys([*after, *before]) if before.get(name) != after.get(name)]
    return [_change(name, before.get(name), after.get(name)) for name in changed]


def _named(found: Sounds) -> dict[tuple[str, str], Sound]:
    """Return what stands in a list, prompts by their steps, each piece of music by itself."""
    music = {(MUSIC, one.blob.sha256): one for one in found.music}
    return {**{(step, ""): one for step, one in found.prompts.items()}, **music}


def _change(name: tuple[str, str], before: Sound | None, after: Sound | None) -> tuple[str, str, str, str, int]:
    what = "移除" if after is None else "新增" if before is None else "改动"
    one = after or before
    assert one is not None
    words = WORDS.get(name[0])  # type: ignore[call-overload]  # music has none
    row = Recording.objects.filter(kind=name[0], sha256=one.blob.sha256).order_by("id").last()
    title = row.title if row else "—"
    return what, words.name if words else "等候音乐", title, media_address(one.blob.sha256), one.duration_ms
