"""Journal entries exactly as the boxes wrote them, and the records drawn from them.

`Entry` is the truth and is never changed; everything below it can be drawn again from the entries.
Times in ``…_ms`` are milliseconds since 1970 UTC as the box believed it.
"""

from __future__ import annotations

from django.db import models


class Head(models.Model):
    """How far a box's journal is durably kept here: the head that is acknowledged."""

    box = models.OneToOneField("places.Box", on_delete=models.PROTECT, primary_key=True, related_name="head")
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    changed_at = models.DateTimeField()


class Entry(models.Model):
    """One entry of a box's journal, taken once; ``hash`` is empty while entries before it are missing."""

    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField()
    raw = models.BinaryField()
    hash = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=16)
    boot = models.BigIntegerField()
    monotonic_ms = models.BigIntegerField()
    wall_ms = models.BigIntegerField()
    trust = models.CharField(max_length=10)
    fields = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("box", "seq")
        constraints = (models.UniqueConstraint(fields=("box", "seq"), name="entry_identity"),)


class SetAside(models.Model):
    """An entry that could not be understood: kept, named, never in the way of the rest."""

    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="set_aside")
    seq = models.BigIntegerField()
    raw = models.BinaryField()
    hash = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=300)
    received_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("box", "seq"), name="set_aside_identity"),)


class DoubtKind(models.TextChoices):
    """What does not fit in a box's journal."""

    GAP = "gap", "记录缺失"
    FORK = "fork", "疑似重复设备"


class Doubt(models.Model):
    """Something to be checked (待核实): a gap, or two histories under one key."""

    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="doubts")
    kind = models.CharField(max_length=8, choices=DoubtKind.choices)
    seq = models.BigIntegerField()
    detail = models.CharField(max_length=300)
    raw = models.BinaryField(null=True, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-seen_at",)
        constraints = (models.UniqueConstraint(fields=("box", "kind", "seq", "detail"), name="one_doubt"),)


class Play(models.Model):
    """One play of one lesson; ``shown_ms`` counts every part of the medium once."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="play")
    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="plays")
    site = models.ForeignKey("places.Site", on_delete=models.PROTECT, null=True, related_name="plays")
    course = models.CharField(max_length=64, db_index=True)
    lesson = models.CharField(max_length=64)
    height = models.BigIntegerField()
    why = models.CharField(max_length=8)
    session = models.CharField(max_length=100, blank=True, db_index=True)
    started_ms = models.BigIntegerField(db_index=True)
    shown_ms = models.BigIntegerField()
    paused_ms = models.BigIntegerField()
    ended = models.CharField(max_length=10)

    class Meta:
        ordering = ("-started_ms",)


class SessionRecord(models.Model):
    """A group session as a box held it; ``session`` is the occurrence's id. A resumed one is one record."""

    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="sessions")
    site = models.ForeignKey("places.Site", on_delete=models.PROTECT, null=True, related_name="sessions")
    session = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    form = models.CharField(max_length=20)
    started_ms = models.BigIntegerField(db_index=True)
    ended_ms = models.BigIntegerField()
    ended = models.CharField(max_length=10)

    class Meta:
        ordering = ("-started_ms",)
        constraints = (models.UniqueConstraint(fields=("box", "session"), name="one_session_record"),)


class HeadCount(models.Model):
    """A head count with its later corrections; None in ``members`` or ``villagers`` is a blank (未填).

    ``doubts`` are Chinese sentences shown beside the figure, which is never dropped; ``corrections`` are
    ``{"field", "was", "now", "reason"}`` in order.
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="head_count")
    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="head_counts")
    site = models.ForeignKey("places.Site", on_delete=models.PROTECT, null=True, related_name="head_counts")
    session = models.CharField(max_length=100, db_index=True)
    expected = models.BigIntegerField()
    present = models.BigIntegerField()
    members = models.BigIntegerField(null=True)
    villagers = models.BigIntegerField(null=True)
    on_leave = models.BigIntegerField()
    doubts = models.JSONField(default=list)
    corrections = models.JSONField(default=list)

    class Meta:
        ordering = ("-entry_id",)


class StopReceipt(models.Model):
    """A box has taken a stop order into force (停播回执)."""

    stop = models.CharField(max_length=64)
    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="stop_receipts")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("stop", "box"), name="one_receipt"),)


class BoxHealth(models.Model):
    """The newest health entry of a box (设备状态)."""

    box = models.OneToOneField("places.Box", on_delete=models.PROTECT, primary_key=True, related_name="health")
    seq = models.BigIntegerField()
    version = models.CharField(max_length=40)
    generation = models.BigIntegerField()
    free_bytes = models.BigIntegerField()
    stored_bytes = models.BigIntegerField()
    fetched_bytes = models.BigIntegerField()
    line_month = models.CharField(max_length=7, blank=True, default="")
    line_bytes = models.JSONField(default=dict)
    at_ms = models.BigIntegerField()

    @property
    def line_total_bytes(self) -> int:
        """What the month has cost the box's line by then."""
        return sum(self.line_bytes.values())
