"""The row of a list as it was put before the reviewers; each room has a table of its own."""

from __future__ import annotations

from django.db import models


class FrozenList(models.Model):
    """The bytes of a signed document as they were put before the reviewers; never changed.

    What was sent back (退回) is not waiting any more; the same content may be proposed once more.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    body = models.BinaryField()
    proposed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    released_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ("-proposed_at",)
