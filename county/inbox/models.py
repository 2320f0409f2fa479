"""Journal entries exactly as the boxes wrote them, and the records drawn from them.

`Entry` is the truth and is never changed; everything below it can be drawn again from the entries. An entry, and what
is drawn from it alone, is known by its box and its number. Times in ``…_ms`` are milliseconds since 1970 UTC;
``trust`` says how far they may be believed: of an entry what its box wrote, of a record what is known by now
(`county.inbox.dates`). Tables that every batch writes have no index that no page asks for, and the two large ones no
foreign key that the database checks row by row: a batch holds its box's row locked, and nobody deletes boxes or sites.
"""

from __future__ import annotations

from django.db import models

# What a site says of the sessions that it plans itself. Not as a list: SQLite would not see that the index has it all.
OF_OWN_SESSIONS = models.Q(kind="planned") | models.Q(kind="cancelled") | models.Q(kind="yields")


class Head(models.Model):
    """How far a box's journal is durably kept here: the head that is acknowledged.

    ``received`` is the highest number received, beyond a gap too; ``undated`` the number of the first entry whose
    record may still get a better date, None if there is none.
    """

    box = models.OneToOneField("places.Box", on_delete=models.PROTECT, primary_key=True, related_name="head")
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    received = models.BigIntegerField(default=0)
    undated = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()


class Entry(models.Model):
    """One entry of a box's journal, taken once; ``hash`` is empty while entries before it are missing."""

    pk = models.CompositePrimaryKey("box", "seq")
    box = models.ForeignKey(
        "places.Box", on_delete=models.PROTECT, related_name="entries", db_index=False, db_constraint=False
    )
    seq = models.BigIntegerField()
    raw = models.BinaryField()
    hash = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=16)
    boot = models.BigIntegerField()
    monotonic_ms = models.BigIntegerField()
    wall_ms = models.BigIntegerField()
    trust = models.CharField(max_length=10)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("box", "seq")
        indexes = (  # of the few that are looked for by their kind: they cost the many others nothing
            models.Index(fields=("box", "boot"), condition=models.Q(kind="clock"), name="entry_clock_changes"),
            models.Index(fields=("box", "seq"), condition=OF_OWN_SESSIONS, name="entry_own_sessions"),
            models.Index(fields=("received_at",), condition=models.Q(kind="stop-code"), name="entry_stop_codes"),
        )


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
    """One play of one lesson.

    ``begins_ms`` is the place in the medium of the first picture, ``reached_ms`` the furthest that was shown;
    ``shown_ms`` counts every part of the medium once, ``film_ms`` as often as it was shown; ``took_ms`` is the time
    from the first picture to the end by the box's monotonic clock, None where it broke off with the power.
    """

    pk = models.CompositePrimaryKey("box", "seq")
    box = models.ForeignKey(
        "places.Box", on_delete=models.PROTECT, related_name="plays", db_index=False, db_constraint=False
    )
    seq = models.BigIntegerField()
    site = models.ForeignKey(
        "places.Site", on_delete=models.PROTECT, null=True, related_name="plays", db_index=False, db_constraint=False
    )
    course = models.CharField(max_length=64)
    lesson = models.CharField(max_length=64)
    height = models.BigIntegerField()
    why = models.CharField(max_length=8)
    session = models.CharField(max_length=100, blank=True)
    started_ms = models.BigIntegerField()
    trust = models.CharField(max_length=10)
    took_ms = models.BigIntegerField(null=True)
    begins_ms = models.BigIntegerField()
    reached_ms = models.BigIntegerField()
    shown_ms = models.BigIntegerField()
    film_ms = models.BigIntegerField()
    paused_ms = models.BigIntegerField()
    ended = models.CharField(max_length=10)
    boot = models.BigIntegerField()
    monotonic_ms = models.BigIntegerField()

    class Meta:
        ordering = ("-started_ms",)
        indexes = (
            models.Index(fields=("started_ms",), name="play_started"),
            models.Index(fields=("site", "started_ms"), name="play_at_site"),
        )


class SessionRecord(models.Model):
    """A group session as a box held it; ``session`` is the occurrence's id. A resumed one is one record.

    ``parts`` are its entries by number: when each began and ended, how it ended, and how far the times are trusted.
    ``neighbour`` is the village that learnt with it (联合学习), as it was written; ``guest`` its site, None where the
    register knows no such village, or several. ``made_up`` the missed session that it made up for
    (补学), ``by_hand`` that it was held without the box and entered afterwards (补登).
    """

    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="sessions", db_index=False)
    site = models.ForeignKey(
        "places.Site", on_delete=models.PROTECT, null=True, related_name="sessions", db_index=False
    )
    session = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    form = models.CharField(max_length=20)
    started_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField()
    ended = models.CharField(max_length=10)
    trust = models.CharField(max_length=10)
    parts = models.JSONField(default=dict)
    speaker = models.CharField(max_length=200, blank=True, default="")
    neighbour = models.CharField(max_length=200, blank=True, default="")
    guest = models.ForeignKey(
        "places.Site", on_delete=models.PROTECT, null=True, related_name="joint_sessions", db_index=False
    )
    remarks = models.CharField(max_length=500, blank=True, default="")
    made_up = models.CharField(max_length=100, blank=True, default="")
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ("-started_ms",)
        constraints = (models.UniqueConstraint(fields=("box", "session"), name="one_session_record"),)
        indexes = (
            models.Index(fields=("started_ms",), name="session_started"),
            models.Index(fields=("site", "started_ms"), name="session_at_site"),
            models.Index(
                fields=("guest", "started_ms"), condition=models.Q(guest__isnull=False), name="session_of_guest"
            ),
        )


class HeadCount(models.Model):
    """A head count with its later corrections; None in ``members`` or ``villagers`` is a blank (未填).

    ``neighbours`` are the heads of the other village in a joint session, beside those ``present``.
    ``doubts`` are Chinese sentences shown beside the figure, which is never dropped; ``corrections`` are
    ``{"seq", "field", "was", "now", "reason"}`` in order.
    """

    pk = models.CompositePrimaryKey("box", "seq")
    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="head_counts", db_index=False)
    seq = models.BigIntegerField()
    site = models.ForeignKey(
        "places.Site", on_delete=models.PROTECT, null=True, related_name="head_counts", db_index=False
    )
    session = models.CharField(max_length=100)
    counted_ms = models.BigIntegerField()
    expected = models.BigIntegerField()
    present = models.BigIntegerField()
    members = models.BigIntegerField(null=True)
    villagers = models.BigIntegerField(null=True)
    on_leave = models.BigIntegerField()
    neighbours = models.BigIntegerField(default=0)
    doubts = models.JSONField(default=list)
    corrections = models.JSONField(default=list)

    class Meta:
        ordering = ("-counted_ms",)
        indexes = (models.Index(fields=("box", "session"), name="head_count_of_session"),)


class SessionRating(models.Model):
    """What the audience of a session thought, as its box told last: 3 满意, 2 基本满意, 1 不满意."""

    pk = models.CompositePrimaryKey("box", "session")
    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="ratings", db_index=False)
    session = models.CharField(max_length=100)
    seq = models.BigIntegerField()
    value = models.BigIntegerField()


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


class BoxCheck(models.Model):
    """The newest self-check of a box (设备自检) that somebody at the television has reported.

    ``codes`` are the faults found, the weightiest first; ``results`` says of each part its code, good or unknown.
    """

    box = models.OneToOneField("places.Box", on_delete=models.PROTECT, primary_key=True, related_name="self_check")
    seq = models.BigIntegerField()
    codes = models.JSONField(default=list)
    results = models.JSONField(default=dict)
    temperature_c = models.BigIntegerField(null=True)
    at_ms = models.BigIntegerField()


class SessionReadiness(models.Model):
    """The newest word of a box about a coming session: how much is here, in ``height``, and when all will be.

    ``ready_ms`` is 0 where the box does not expect it before the session starts; then ``late_ms`` is when. What would
    help, by its own forecast, and 0 what would not: ``left_bytes`` on a stick, ``smaller_height`` fetched first (ready
    by ``smaller_ms``), another start (``later_ms``). ``crowded``: it has no room for it.
    """

    pk = models.CompositePrimaryKey("box", "session")
    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="readiness", db_index=False)
    session = models.CharField(max_length=100)
    seq = models.BigIntegerField()
    percent = models.BigIntegerField()
    height = models.BigIntegerField()
    ready_ms = models.BigIntegerField()
    in_danger = models.BooleanField()
    at_ms = models.BigIntegerField()
    left_bytes = models.BigIntegerField(default=0)
    late_ms = models.BigIntegerField(default=0)
    smaller_height = models.BigIntegerField(default=0)
    smaller_ms = models.BigIntegerField(default=0)
    later_ms = models.BigIntegerField(default=0)
    crowded = models.BooleanField(default=False)


class Touched(models.Model):
    """Records of a site and a month (``YYYY-MM``) have changed since the figures of that month were last drawn."""

    pk = models.CompositePrimaryKey("site", "month")
    site = models.ForeignKey("places.Site", on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    at = models.DateTimeField()


class CarriedOutcome(models.TextChoices):
    """What came of a file that somebody brought."""

    TAKEN = "taken", "已收"
    REPEATED = "repeated", "以前收过"
    DOUBTED = "doubted", "待核实"
    STRANGE = "strange", "不是本县的机顶盒"
    REVOKED = "revoked", "机顶盒已停用"
    DAMAGED = "damaged", "文件有问题"
    ASKS = "asks", "申请开通"


class CarriedFile(models.Model):
    """A file of records that somebody brought on a stick, who and when, and what came of it; never changed.

    ``box`` is None where nobody can tell whose it is. Entries ``first`` to ``last`` were in it, ``fresh`` of them new.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=CarriedOutcome.choices)
    why = models.CharField(max_length=300, blank=True)
    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, null=True, blank=True, related_name="carried")
    first = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    fresh = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("-at", "-pk")
