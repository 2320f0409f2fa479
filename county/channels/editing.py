"""Keeping the channels: adding, changing, removing, stopping at once; and putting the list before the reviewers.

Nothing that is typed here reaches a television before two reviewers have signed the list and the leader has released
it; only a stop does, at once. Called by the pages and demo data.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import msgspec

from county.accounts.models import Person
from county.channels import lists
from county.channels.models import Channel, ChannelList
from county.errors import Refused
from playlists import documents
from playlists.codec import encode_document

MOST_CHANNELS = 60


@dataclass(frozen=True)
class ChannelWish:
    """A channel as typed; ``times`` as in `playlists.documents.Window`."""

    name: str
    url: str
    times: tuple[dict[str, Any], ...] = ()


def save_channel(wish: ChannelWish, channel: Channel | None = None) -> Channel:
    """Save a new channel, or change one.

    Raises:
        Refused: There are too many, or a field is not what a box can read.
    """
    identifier = channel.pk if channel else f"channel-{uuid.uuid4().hex[:12]}"
    fields = {"id": identifier, "name": wish.name.strip(), "url": wish.url.strip(), "times": list(wish.times)}
    try:
        msgspec.convert(fields, documents.LiveChannel)
    except msgspec.ValidationError as error:
        raise Refused(f"频道的设置有误：{error}") from error
    if channel is None and Channel.objects.filter(removed=False).count() >= MOST_CHANNELS:
        raise Refused(f"最多 {MOST_CHANNELS} 个频道")
    return Channel.objects.update_or_create(pk=identifier, defaults=fields)[0]


def remove_channel(channel: Channel) -> None:
    """Take a channel away: off every television at once, and out of the next list."""
    channel.removed = True
    channel.save()


def set_stopped(channel: Channel, *, stopped: bool) -> None:
    """Take a channel off every television at once, or let it be shown again."""
    channel.stopped = stopped
    channel.save()


def present_list() -> bytes:
    """Return the list as it stands now, as it would be published."""
    rows = Channel.objects.filter(removed=False)
    channels = tuple(
        msgspec.convert({"id": row.pk, "name": row.name, "url": row.url, "times": row.times}, documents.LiveChannel)
        for row in rows
    )
    return encode_document(documents.Live(channels=channels))


def is_changed() -> bool:
    """Return whether the channels as they stand are worth proposing."""
    return lists.CHANNELS.is_changed(present_list())


def propose(by: Person) -> ChannelList:
    """Put the list before the reviewers (送审).

    Raises:
        Refused: Nothing has changed since the last time.
    """
    return lists.CHANNELS.propose(present_list(), by)


@dataclass(frozen=True)
class ListChange:
    """What the waiting list changes about one channel; ``before`` is None for a new one, ``after`` for one to go."""

    before: documents.LiveChannel | None
    after: documents.LiveChannel | None


def changes() -> list[ListChange]:
    """Return what the waiting list changes in what boxes see."""
    before = {one.id: one for one in lists.channels_of(lists.CHANNELS.seen())}
    after = {one.id: one for one in lists.channels_of(lists.CHANNELS.waiting())}
    names = dict.fromkeys([*after, *before])
    return [ListChange(before.get(one), after.get(one)) for one in names if before.get(one) != after.get(one)]
