"""Two reviewers sign a list, each with a passphrase, or send it back; the responsible leader releases it.

Called by the pages. The list is given by its digest: nobody answers for one that was proposed after he looked.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from county.accounts.models import Person, Role
from county.courses import candidates
from county.courses.review import open_key
from county.errors import NotAllowed, Refused
from county.publishing.models import Publication
from county.publishing.publish import publish
from county.signing.lists import Row, SignedList


def sign(signed: SignedList[Row], sha256: str, person: Person, passphrase: str) -> Row:
    """Sign the waiting list as this reviewer.

    Raises:
        NotAllowed: The person is no reviewer.
        Refused: Another list waits by now, he has signed already, or the passphrase is wrong.
    """
    _require_reviewer(signed, person)
    found = _as_seen(signed, sha256)
    if person in signed.signers(found):
        raise Refused("您已经签过名，还须由另一位审核员签名")
    key = open_key(person, passphrase)
    if key is None:
        raise Refused("您的密钥不在服务器上，请用 yuanjiao county sign 签名")
    with transaction.atomic():
        candidates.sign(signed.candidate_for(found, timezone.now()), person, key)
    return found


def refuse(signed: SignedList[Row], sha256: str, person: Person, reason: str) -> Row:
    """Send the waiting list back (退回); what boxes hear and see stays as it is.

    Raises:
        NotAllowed: The person is no reviewer.
        Refused: Another list waits by now, it is released already, or no reason is given.
    """
    _require_reviewer(signed, person)
    found = _as_seen(signed, sha256)
    if found.released_at is not None:
        raise Refused(f"{signed.called}已经签发，不能退回")
    if not 0 < len(reason.strip()) <= 500:
        raise Refused("请写明退回的原因，500 字以内")
    found.refused_by, found.refused_at, found.reason = person, timezone.now(), reason.strip()
    found.save()
    return found


def release(signed: SignedList[Row], sha256: str, leader: Person) -> Publication:
    """Release (签发) the waiting list, and publish.

    Raises:
        NotAllowed: The person is not the responsible leader.
        Refused: Another list waits by now, or two reviewers have not signed it.
        FailedAttempt: Publishing failed; the release stands and the next publishing brings it out.
    """
    if leader.role != Role.LEADER or not leader.is_active:
        raise NotAllowed("只有签发领导可以签发")
    found = _as_seen(signed, sha256)
    if not signed.is_signed(found):
        raise Refused("还没有两位审核员签名，不能签发")
    found.released_by, found.released_at = leader, timezone.now()
    found.save()
    return publish(by=leader)


def waits_for(signed: SignedList[Row], person: Person) -> bool:
    """Return whether the list waits for this person."""
    found = signed.waiting() if person.role in (Role.REVIEWER, Role.LEADER) else None
    if found is None:
        return False
    is_signed = signed.is_signed(found)
    if person.role == Role.LEADER:
        return is_signed and found.released_at is None
    return not is_signed and person not in signed.signers(found)


def _require_reviewer(signed: SignedList[Row], person: Person) -> None:
    if person.role != Role.REVIEWER or not person.is_active:
        raise NotAllowed(f"只有审核员可以审核{signed.called}")


def _as_seen(signed: SignedList[Row], sha256: str) -> Row:
    found = signed.waiting()
    if found is None or found.sha256 != sha256:
        raise Refused(f"{signed.called}在您打开页面之后有改动，请看完现在的内容再办理")
    return found
