"""The county's answer to an envelope: how far its durable record of this box goes.

The box resends whatever follows ``head``; entries set aside are named and not sent again. Shared by the
county's inbox and the box's upload worker.
"""

from __future__ import annotations

from playlists.documents import Count, Record, Words


class SetAside(Record, frozen=True, kw_only=True):
    """An entry that the county took in but could not read, and why."""

    seq: Count
    why: Words


class Acknowledgement(Record, frozen=True, kw_only=True):
    """``head`` is the newest seq held without a gap, ``hash`` the chain's hash there in hex."""

    head: Count
    hash: str
    set_aside: tuple[SetAside, ...] = ()
