"""The list of channels, and what is off every television whatever it says. Reads only."""

from __future__ import annotations

from county.channels.models import Channel, ChannelList
from county.signing.lists import SignedList
from playlists import documents
from playlists.codec import decode_document, encode_document
from playlists.targets import LIVE
from playlists.trust.roles import LIVE_ROLE

CHANNELS = SignedList(LIVE_ROLE, LIVE, ChannelList, "直播频道", encode_document(documents.Live()))


def channels_of(found: ChannelList | None) -> tuple[documents.LiveChannel, ...]:
    """Return what stands in a list."""
    return decode_document(documents.Live, bytes(found.body), LIVE).channels if found else ()


def stopped() -> tuple[str, ...]:
    """Return the channels that no television may show, whatever the published list says."""
    rows = Channel.objects.filter(stopped=True) | Channel.objects.filter(removed=True)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))
