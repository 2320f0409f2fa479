"""Which list of channels is published, which waits, and with which signatures. Reads only, but for candidates.

A list is published only if two reviewers signed its very bytes (the role ``live``) and the responsible leader released
it: the newest that was released. Called by `county.channels.review`, `county.publishing.publish` and the pages.
"""

from __future__ import annotations

from datetime import datetime

from county.accounts.models import Person
from county.channels.models import Channel, ChannelList
from county.courses import candidates
from county.courses.models import Candidate
from county.folders import published_folder
from playlists import documents
from playlists.codec import decode_document
from playlists.targets import LIVE
from playlists.trust.repository import Repository
from playlists.trust.roles import LIVE_ROLE


def published() -> str:
    """Return the SHA-256 of the list that boxes see; empty if there is none."""
    repository = Repository(published_folder())
    return repository.targets(LIVE_ROLE).get(LIVE, "") if repository.is_initialised() else ""


def waiting() -> ChannelList | None:
    """Return the list that was proposed last, unless boxes see it already."""
    newest = ChannelList.objects.first()
    if newest is None or (newest.sha256 == published() and not is_behind()):
        return None
    return newest


def is_behind() -> bool:
    """Return whether boxes may have seen a later list than a restored backup knows: it has to be signed anew."""
    versions = Repository(published_folder()).versions()
    return LIVE_ROLE in versions and versions[LIVE_ROLE] < candidates.versions_from()


def channels_of(found: ChannelList | None) -> tuple[documents.LiveChannel, ...]:
    """Return what stands in a list."""
    return decode_document(documents.Live, bytes(found.body), LIVE).channels if found else ()


def signers(found: ChannelList) -> list[Person]:
    """Return the reviewers who have signed a list."""
    rows = [
        row for row in candidates.usable(LIVE_ROLE, Repository(published_folder())) if row.content == _content(found)
    ]
    return [mark.person for row in rows for mark in row.signatures.select_related("person").order_by("at")]


def candidate_for(found: ChannelList, now: datetime) -> Candidate:
    """Return the candidate that says just this list, newly made if there is none above what is published."""
    repository = Repository(published_folder())
    for row in candidates.usable(LIVE_ROLE, repository).order_by("version"):
        if row.content == _content(found):
            return row
    others = Candidate.objects.filter(role=LIVE_ROLE).values_list("version", flat=True)
    above = max([candidates.versions_from() - 1, *others])
    data = repository.candidate(LIVE_ROLE, {LIVE: bytes(found.body)}, now, above=above)
    return Candidate.objects.create(
        role=LIVE_ROLE, version=candidates.version_of(data, LIVE_ROLE), content=_content(found), shard=found.body,
        metadata=data,
    )  # fmt: skip


def is_signed(found: ChannelList) -> bool:
    """Return whether a list bears enough signatures."""
    return _signed(found, Repository(published_folder())) is not None


def to_publish(repository: Repository) -> Candidate | None:
    """Return the candidate of the newest released list, if boxes do not see it yet and it is signed."""
    newest = ChannelList.objects.exclude(released_at=None).order_by("-released_at").first()
    if newest is None or (newest.sha256 == published() and not is_behind()):
        return None
    return _signed(newest, repository)


def stopped() -> tuple[str, ...]:
    """Return the channels that no television may show, whatever the published list says."""
    rows = Channel.objects.filter(stopped=True) | Channel.objects.filter(removed=True)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def _signed(found: ChannelList, repository: Repository) -> Candidate | None:
    for row in candidates.usable(LIVE_ROLE, repository).order_by("-version"):
        if row.content == _content(found) and not repository.lacks(LIVE_ROLE, bytes(row.metadata)):
            return row
    return None


def _content(found: ChannelList) -> dict[str, str]:
    return {LIVE: found.sha256}
