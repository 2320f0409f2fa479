"""Channels as the office keeps them, and the frozen lists that reviewers sign."""

from __future__ import annotations

from django.db import models

from county.signing.models import FrozenList


class Channel(models.Model):
    """A stream that may be shown; ``times`` are windows as in `playlists.documents.Window`, none for always.

    ``stopped`` takes it off every television at once; ``removed`` likewise, and out of the next list.
    """

    id = models.CharField(max_length=64, primary_key=True)
    name = models.CharField("名称", max_length=200)
    url = models.CharField("地址", max_length=500)
    times = models.JSONField(default=list, blank=True)
    stopped = models.BooleanField("停播", default=False)
    removed = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return self.name


class ChannelList(FrozenList):
    """The bytes of ``live/channels.json`` as they were put before the reviewers; never changed."""
