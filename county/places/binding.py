"""How a box comes to a site: a short code on the TV, typed by a person of the office.

Rules: a code belongs to one key, lives ten minutes, works once; a box that asks again while its code lives gets the
same one. Codes cannot be collected (so many a network address) nor guessed (so many wrong ones a person).
A box is never deleted: it moves with its history, or it is revoked. Every change is published at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from county.accounts.models import Person, Role
from county.errors import NotAllowed, Refused
from county.places.models import BindingCode, Box, Site, Stay, WrongCode
from county.places.tree import require_site
from county.publishing.models import Publication
from county.publishing.publish import publish
from playlists.errors import FailedAttempt
from playlists.keys import fingerprint

CODE_LIFE = timedelta(minutes=10)
CODES_PER_ADDRESS = 60
WRONG_CODES_PER_PERSON = 10
LIVE_CODES_LIMIT = 2000


class AlreadyBound(Refused):
    """The box has its site already; it need only fetch its document."""


class BoxRevoked(NotAllowed):
    """The box is stopped (停用)."""


def issue_code(public_key: bytes, version: str, address: str, now: datetime) -> BindingCode:
    """Return the live code of a box that is not bound, made if it has none.

    Args:
        public_key: The box's raw key; that it holds the private part has been checked.
        version: The version of the player, for the office to see.
        address: The network address it asks from.
        now: Wall time.

    Raises:
        BoxRevoked: The box was stopped.
        AlreadyBound: It has its site.
        FailedAttempt: Too many codes were asked for from there; it says when to come back.
    """
    name = fingerprint(public_key)
    if box := Box.objects.filter(pk=name).first():
        if box.revoked:
            raise BoxRevoked("这台机顶盒已停用")
        if box.site_id:
            raise AlreadyBound("这台机顶盒已绑定站点")
    with transaction.atomic():
        live = BindingCode.objects.filter(used_at=None, expires_at__gt=now)
        if code := live.filter(fingerprint=name).first():
            return code
        _limit(address, live.count(), now)
        return BindingCode.objects.create(
            code=_free_code(set(live.values_list("code", flat=True))),
            fingerprint=name,
            public_key=public_key.hex(),
            version=version[:40],
            address=address,
            made_at=now,
            expires_at=now + CODE_LIFE,
        )


def bind(code: str, site: Site, by: Person) -> tuple[Box, Publication]:
    """Bind the box that shows this code to a site, and publish its document.

    Raises:
        NotAllowed: The site belongs to another township, or too many wrong codes were typed.
        Refused: No box shows this code now, or the box was stopped meanwhile.
        FailedAttempt: Publishing failed; the binding stands and the next publishing brings it out.
    """
    require_site(by, site)
    now = timezone.now()
    row = _live_code("".join(code.split()), by, now)
    with transaction.atomic():
        taken = BindingCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now)
        if not taken:
            raise Refused("这个绑定码刚刚被使用过，请看电视上的新码")
        box, _ = Box.objects.get_or_create(pk=row.fingerprint, defaults={"public_key": row.public_key})
        box.version = row.version
        _place(box, site, by, now)
    return box, publish(by=by)


def move_box(box: Box, site: Site, by: Person) -> Publication:
    """Move a box with its history to another site, and publish.

    Raises:
        NotAllowed: One of the sites belongs to another township.
        Refused: The box was stopped.
        FailedAttempt: Publishing failed; the move stands.
    """
    for concerned in filter(None, (box.site, site)):
        require_site(by, concerned)
    with transaction.atomic():
        _place(box, site, by, timezone.now())
    return publish(by=by)


def revoke_box(box: Box, by: Person, reason: str) -> Publication:
    """Stop a box (停用): nothing of it is taken in any more; what it said before stays. Publishes.

    Raises:
        NotAllowed: A township clerk may not.
        Refused: There is no reason.
        FailedAttempt: Publishing failed; the revocation stands.
    """
    if by.role == Role.CLERK:
        raise NotAllowed("停用机顶盒须由县远教办进行")
    if not reason.strip():
        raise Refused("请填写停用原因")
    Box.objects.filter(pk=box.pk).update(revoked=True, revoked_reason=reason.strip()[:300])
    return publish(by=by)


def site_at(stays: Sequence[Stay], moment: datetime) -> str:
    """Return at which site a box stood: for what lies before its first stay, at that one.

    Args:
        stays: The box's stays in order, at least one.
        moment: When.
    """
    for stay in stays:
        if moment >= stay.since and (stay.until is None or moment < stay.until):
            return stay.site_id
    return stays[0].site_id if moment < stays[0].since else stays[-1].site_id


def _place(box: Box, site: Site, by: Person, now: datetime) -> None:
    if Box.objects.select_for_update().get(pk=box.pk).revoked:  # perhaps since ``box`` was read
        raise Refused("这台机顶盒已停用，不能再绑定或迁移")
    box.stays.filter(until=None).update(until=now)
    Stay.objects.create(box=box, site=site, since=now, bound_by=by)
    box.site, box.bound_at = site, now
    box.save(update_fields=["site", "bound_at", "version"])


def _live_code(code: str, by: Person, now: datetime) -> BindingCode:
    wrong = WrongCode.objects.filter(person=by, at__gt=now - CODE_LIFE).count()
    if wrong >= WRONG_CODES_PER_PERSON:
        raise NotAllowed("输错次数过多，请十分钟后再试")
    row = BindingCode.objects.filter(code=code, used_at=None, expires_at__gt=now).first()
    if row is None:
        WrongCode.objects.create(person=by, at=now)
        raise Refused("没有机顶盒正在显示这个绑定码；请核对电视上的六位数字（十分钟内有效）")
    return row


def _limit(address: str, live: int, now: datetime) -> None:
    recent = BindingCode.objects.filter(address=address, made_at__gt=now - CODE_LIFE).count()
    if recent >= CODES_PER_ADDRESS or live >= LIVE_CODES_LIMIT:
        wait_s = CODE_LIFE.total_seconds()
        raise FailedAttempt("binding code", "too many codes were asked for", retry_after_s=wait_s)


def _free_code(taken: set[str]) -> str:
    while (code := f"{secrets.randbelow(1_000_000):06d}") in taken:
        pass
    return code
