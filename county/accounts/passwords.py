"""What a password must be, and counting wrong ones, so that nobody can guess one.

So many for a user name from an address, then a pause; names that nobody bears are counted alike, so that the pause
tells nothing. Called by the log-in, the page on which a person changes his password, and acts that ask for it once
more; Django calls `LongEnough`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from county.accounts.models import Person, WrongPassword
from county.errors import Refused

SHORTEST = 8
LIMIT = 10
PAUSE = timedelta(minutes=10)
KEPT = timedelta(days=1)
TOO_MANY = "密码输错次数过多，请十分钟后再试。忘记密码请联系县远教办管理员。"


class LongEnough:
    """Django's validator of length with words of our own: its Chinese ones are not translated."""

    def validate(self, password: str, user: Person | None = None) -> None:  # noqa: ARG002 - Django passes both
        """Check the length.

        Raises:
            ValidationError: It is too short.
        """
        if len(password) < SHORTEST:
            raise ValidationError(f"密码至少 {SHORTEST} 位。")

    def get_help_text(self) -> str:
        """Return what to say beside the field."""
        return f"至少 {SHORTEST} 位。"


def is_paused(username: str, address: str, now: datetime) -> bool:
    """Return whether no password is looked at for this name from this network address now."""
    wrong = WrongPassword.objects.filter(username=username, address=address, at__gt=now - PAUSE)
    return wrong.count() >= LIMIT


def note_wrong(username: str, address: str, now: datetime) -> None:
    """Count a wrong password; old counts are dropped."""
    WrongPassword.objects.filter(at__lt=now - KEPT).delete()
    WrongPassword.objects.create(username=username[:150], address=address, at=now)


def forget_wrong(username: str, address: str) -> None:
    """Begin anew after the right password."""
    WrongPassword.objects.filter(username=username, address=address).delete()


def confirm(person: Person, password: str, address: str, now: datetime) -> None:
    """Check that it is the person himself who acts now, and not whoever sits at his open browser.

    Raises:
        Refused: The password is wrong, or too many wrong ones came before it.
    """
    if is_paused(person.username, address, now):
        raise Refused(TOO_MANY)
    if not person.check_password(password):
        note_wrong(person.username, address, now)
        raise Refused("登录密码不对，未作任何更改")
    forget_wrong(person.username, address)
