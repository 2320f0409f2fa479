"""Keeping the recordings: taking one in, removing one, and putting the list before the reviewers.

Nothing that is uploaded here is heard before two reviewers have signed the list and the leader has released it; only a
removal holds at once. Called by the pages and demo data.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from county.accounts.models import Person
from county.courses.editing import store_upload
from county.courses.models import UploadState
from county.errors import Refused
from county.folders import uploads_folder
from county.jobs.queue import enqueue
from county.sounds import lists
from county.sounds.models import MUSIC, Recording, SoundList
from county.sounds.steps import WORDS

PREPARE_KIND = "sound"
LIMIT_MB = 50
MOST_MUSIC = 20  # as `playlists.documents.Sounds` allows


@dataclass(frozen=True)
class SoundWish:
    """What is uploaded: for which step or `MUSIC`, what is said or played, and what the file was called."""

    kind: str
    title: str
    filename: str


def receive(wish: SoundWish, parts: Iterable[bytes], by: Person | None) -> Recording:
    """Keep an uploaded recording durably and queue its preparation; one of the same step goes when it is ready.

    Raises:
        Refused: There is no such step, the title is empty or too long, there is enough music, the file is empty or
            larger than allowed, or the disk is full.
    """
    _check(wish)
    name = uuid.uuid4().hex
    try:
        size, _ = store_upload(uploads_folder() / name, parts, LIMIT_MB)
    except OSError as error:
        raise Refused(f"服务器磁盘写入失败（{error.strerror}），请联系县远教办") from error
    with transaction.atomic():
        row = Recording.objects.create(
            kind=wish.kind, title=wish.title.strip(), filename=wish.filename[-255:], path=name, bytes=size, by=by
        )
        enqueue(PREPARE_KIND, row.pk)
    return row


def remove(row: Recording) -> None:
    """Take a recording away: off every television at once, and out of the next list."""
    Recording.objects.filter(pk=row.pk).update(removed=True)


def is_changed() -> bool:
    """Return whether the recordings as they stand are worth proposing."""
    return lists.SOUND_LIST.is_changed(lists.present_list())


def propose(by: Person) -> SoundList:
    """Put the list before the reviewers (送审).

    Raises:
        Refused: Nothing has changed since the last time.
    """
    return lists.SOUND_LIST.propose(lists.present_list(), by)


def _check(wish: SoundWish) -> None:
    if wish.kind != MUSIC and wish.kind not in WORDS:
        raise Refused("没有这个提示的位置，请重新打开页面")
    if not 0 < len(wish.title.strip()) <= 200:
        raise Refused("请写明录音的内容，200 字以内")
    held = Recording.objects.filter(kind=MUSIC, removed=False).exclude(state=UploadState.REFUSED).count()
    if wish.kind == MUSIC and held >= MOST_MUSIC:
        raise Refused(f"最多 {MOST_MUSIC} 首等候音乐，请先移除一首")
