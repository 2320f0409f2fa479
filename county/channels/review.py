"""Two reviewers sign the list of channels, each with a passphrase; the responsible leader releases it.

Called by the pages. The list is given by its digest: nobody answers for one that was proposed after he looked.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from county.accounts.models import Person, Role
from county.channels import lists
from county.channels.models import ChannelList
from county.courses import candidates
from county.courses.review import open_key
from county.errors import NotAllowed, Refused
from county.publishing.models import Publication
from county.publishing.publish import publish


def sign(sha256: str, person: Person, passphrase: str) -> ChannelList:
    """Sign the waiting list as this reviewer.

    Raises:
        NotAllowed: The person is no reviewer.
        Refused: Another list waits by now, he has signed already, or the passphrase is wrong.
    """
    if person.role != Role.REVIEWER or not person.is_active:
        raise NotAllowed("只有审核员可以审核直播频道")
    found = _as_seen(sha256)
    if person in lists.signers(found):
        raise Refused("您已经签过名，还须由另一位审核员签名")
    key = open_key(person, passphrase)
    if key is None:
        raise Refused("您的密钥不在服务器上，请用 yuanjiao county sign 签名")
    with transaction.atomic():
        candidates.sign(lists.candidate_for(found, timezone.now()), person, key)
    return found


def release(sha256: str, leader: Person) -> Publication:
    """Release (签发) the waiting list, and publish.

    Raises:
        NotAllowed: The person is not the responsible leader.
        Refused: Another list waits by now, or two reviewers have not signed it.
        FailedAttempt: Publishing failed; the release stands and the next publishing brings it out.
    """
    if leader.role != Role.LEADER or not leader.is_active:
        raise NotAllowed("只有签发领导可以签发")
    found = _as_seen(sha256)
    if not lists.is_signed(found):
        raise Refused("还没有两位审核员签名，不能签发")
    found.released_by, found.released_at = leader, timezone.now()
    found.save()
    return publish(by=leader)


def _as_seen(sha256: str) -> ChannelList:
    found = lists.waiting()
    if found is None or found.sha256 != sha256:
        raise Refused("频道在您打开页面之后有改动，请看完现在的内容再办理")
    return found
