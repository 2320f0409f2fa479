"""Recordings as the office keeps them, and the frozen lists that reviewers sign."""

from __future__ import annotations

from django.db import models

from county.courses.models import UploadState
from county.signing.models import FrozenList

MUSIC = "music"


class Recording(models.Model):
    """An uploaded recording: for a step of `playlists.sound_steps`, or `MUSIC`.

    ``path`` is the original's, relative to the data folder's ``uploads``; ``problem`` is a Chinese sentence. What was
    made of it is named by ``sha256``, ``blob_bytes`` and ``chunk_list``. ``removed`` takes it off every television at
    once; ``replaced`` by another of its step, it is heard until the next list is out.
    """

    kind = models.CharField(max_length=20)
    title = models.CharField("内容", max_length=200)
    filename = models.CharField(max_length=255)
    path = models.CharField(max_length=255)
    bytes = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=UploadState.choices, default=UploadState.WAITING)
    problem = models.CharField(max_length=500, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    blob_bytes = models.BigIntegerField(default=0)
    chunk_list = models.CharField(max_length=64, blank=True)
    removed = models.BooleanField(default=False)
    replaced = models.BooleanField(default=False)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title


class SoundList(FrozenList):
    """The bytes of ``sounds/sounds.json`` as they were put before the reviewers; never changed."""
