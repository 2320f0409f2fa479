"""Persons with their roles, and the reviewers' keys (encrypted; the server alone cannot use them)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    """What a person may do."""

    OPERATOR = "operator", "操作员"
    REVIEWER = "reviewer", "审核员"
    LEADER = "leader", "签发领导"
    CLERK = "clerk", "乡镇组织干事"


class Person(AbstractUser):
    """Somebody who logs in. A clerk sees only the township in ``place``."""

    name = models.CharField("姓名", max_length=60, blank=True)
    role = models.CharField("角色", max_length=12, choices=Role.choices, default=Role.OPERATOR)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, null=True, blank=True)
    telephone = models.CharField("联系电话", max_length=30, blank=True)

    def __str__(self) -> str:
        return self.name or self.username


class ReviewerKey(models.Model):
    """A reviewer's signing key. ``encrypted_private`` is PKCS#8 PEM under the reviewer's passphrase.

    It is empty when the key lives on another machine (``yuanjiao county sign``).
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="key")
    keyid = models.CharField(max_length=64, unique=True)
    public_key = models.CharField(max_length=64, unique=True)
    encrypted_private = models.TextField(blank=True)
    added_at = models.DateTimeField(auto_now_add=True)


class WrongPassword(models.Model):
    """Somebody gave a wrong password for a user name, known or not; counted so that passwords cannot be guessed."""

    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=("username", "address"), name="wrong_password_whose"),)
