"""Adding people and their keys. Called by ``yuanjiao county user|reviewer`` and demo data."""

from __future__ import annotations

from collections import defaultdict

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from county.accounts.models import Person, ReviewerKey, Role
from county.errors import Refused
from county.places.models import Place, PlaceKind
from playlists.keys import SigningKey, fingerprint

SHORTEST_PASSPHRASE = 8


def add_person(
    username: str, password: str, role: Role, name: str = "", place: Place | None = None, *, telephone: str = ""
) -> Person:
    """Add somebody who can log in.

    Raises:
        Refused: The name is taken, the password too weak, or a clerk has no township.
    """
    if not username.strip() or Person.objects.filter(username=username).exists():
        raise Refused(f"用户名“{username}”为空或已被使用")
    townships = (PlaceKind.TOWNSHIP, PlaceKind.ZONE)
    if (role == Role.CLERK) != (place is not None and place.kind in townships):
        raise Refused("乡镇组织干事须指定所属乡镇，其他角色不指定")
    _require_good(password)
    return Person.objects.create_user(
        username, password=password, role=role, name=name, place=place, telephone=telephone[:30]
    )


def clerks_by_township() -> dict[str, list[Person]]:
    """Return whom to ring about the sites of each township, those with a telephone number first."""
    found: dict[str, list[Person]] = defaultdict(list)
    people = Person.objects.filter(role=Role.CLERK, is_active=True).exclude(place=None).order_by("name", "username")
    for one in sorted(people, key=lambda one: not one.telephone):
        found[str(one.place_id)].append(one)
    return found


def reset_password(person: Person, password: str) -> None:
    """Give somebody who forgot his password a new one; whoever is logged in under the name is logged out.

    Raises:
        Refused: The password is too weak.
    """
    _require_good(password)
    person.set_password(password)
    person.save(update_fields=["password"])


def _require_good(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused("密码不合格：" + " ".join(error.messages)) from error


def give_reviewer_key(person: Person, passphrase: str) -> ReviewerKey:
    """Make a reviewer's key, kept here encrypted; it counts once `county.founding.seat_reviewers` was called.

    Raises:
        Refused: The person is no reviewer or has a key, or the passphrase is too short.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused(f"审核口令至少 {SHORTEST_PASSPHRASE} 位")
    key = SigningKey.generate()
    return _keep(person, key.public_bytes, key.to_pem(passphrase).decode())


def register_reviewer_key(person: Person, public_key: bytes) -> ReviewerKey:
    """Note the public key of a reviewer who signs on another machine.

    Raises:
        Refused: The person is no reviewer or has a key, or somebody else has this one.
    """
    return _keep(person, public_key, "")


@transaction.atomic
def _keep(person: Person, public_key: bytes, encrypted_private: str) -> ReviewerKey:
    if person.role != Role.REVIEWER:
        raise Refused(f"“{person}”不是审核员")
    if ReviewerKey.objects.filter(person=person).exists():
        raise Refused(f"“{person}”已有审核密钥")
    if ReviewerKey.objects.filter(public_key=public_key.hex()).exists():
        raise Refused("这把密钥已属于另一位审核员")
    return ReviewerKey.objects.create(
        person=person,
        keyid=fingerprint(public_key),
        public_key=public_key.hex(),
        encrypted_private=encrypted_private,
    )
