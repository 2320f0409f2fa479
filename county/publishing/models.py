"""What was published when."""

from __future__ import annotations

from django.db import models


class Publication(models.Model):
    """One act of publishing: the roles that were signed anew and the problems that were reported.

    ``restored``: the data came from a backup just before. What boxes saw of later publications is unknown.
    """

    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True)
    roles = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    restored = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)


class StopCall(models.Model):
    """Somebody asked for the code by which a silent site is told over the telephone to stop a course (停播码)."""

    stop = models.ForeignKey("plans.StopOrder", on_delete=models.PROTECT, related_name="calls")
    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="stop_calls")
    site = models.ForeignKey("places.Site", on_delete=models.PROTECT, related_name="stop_calls")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
