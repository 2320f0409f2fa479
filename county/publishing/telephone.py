"""停播码: what somebody of the office reads out to a silent site, so that its box stops a course without a line.

Rules: there is a code only for a course that is withdrawn and a box that has not confirmed it; whoever asks for one is
written down first. The county's telephone key lies with the online key, for it can do less: a code takes a course away
from one box, and brings none. Called by the pages; `documents` publishes the key's public part with every box.
"""

from __future__ import annotations

import fcntl
import logging
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.utils import timezone

from county.accounts.models import Person
from county.errors import Refused
from county.folders import keys_folder
from county.inbox.models import StopReceipt
from county.places.models import Box
from county.places.tree import require_site
from county.plans.models import StopOrder
from county.publishing.models import StopCall
from playlists.errors import BadData
from playlists.files import write_durably
from playlists.stop_codes import county_secret, stop_code

log = logging.getLogger(__name__)
DAMAGED = "停播码的密钥打不开，请管理员从备份恢复 keys/telephone.pem"


def telephone_key() -> X25519PrivateKey:
    """Return the county's telephone key; make it on first use, of whoever come first together one.

    Raises:
        OSError: It can be neither read nor written.
        BadData: What lies there is no X25519 key.
    """
    path = keys_folder() / "telephone.pem"
    if not path.exists():
        with (keys_folder() / "telephone.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                _make(path)
    try:
        found = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise BadData(str(path), "", "is no private key in PEM") from error
    if not isinstance(found, X25519PrivateKey):
        raise BadData(str(path), "", "is a key of another kind; X25519 is needed")
    return found


def _make(path: Path) -> None:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_durably(path, X25519PrivateKey.generate().private_bytes(*form), mode=0o600)


def key_problem() -> str:
    """Return why no code can be told, in a sentence for the page; empty if the key is sound."""
    try:
        telephone_key()
    except (OSError, BadData) as error:
        log.warning("the telephone key cannot be used: %s", error)
        return DAMAGED
    return ""


def public_telephone_key() -> str:
    """Return what boxes need of it, in hex.

    Raises:
        OSError, BadData: as for `telephone_key`.
    """
    return telephone_key().public_key().public_bytes_raw().hex()


def ask_for_code(order: StopOrder, box: Box, by: Person) -> StopCall:
    """Write down that somebody is about to read a code out to a site.

    Raises:
        NotAllowed: The site belongs to another township.
        Refused: The withdrawal is lifted, the box needs no code, or the key cannot be used.
    """
    if order.lifted_at is not None:
        raise Refused("这次停播已解除，不需要停播码")
    if box.site is None or box.revoked:
        raise Refused("这台机顶盒没有在用，不需要停播码")
    require_site(by, box.site)
    if StopReceipt.objects.filter(stop=order.pk, box=box).exists():
        raise Refused(f"站点“{box.site.name}”已确认停播，不需要停播码")
    if problem := key_problem():
        raise Refused(problem)
    return StopCall.objects.create(stop=order, box=box, site=box.site, by=by, at=timezone.now())


def code_for(order: StopOrder, box: Box, now: datetime) -> str:
    """Return the code of today for a box, to be read out."""
    secret = county_secret(telephone_key(), bytes.fromhex(box.public_key))
    return stop_code(secret, order.course.number, timezone.localdate(now).isoformat())
