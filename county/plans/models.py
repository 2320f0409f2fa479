"""Playlists, and by group of boxes: sessions, notices, windows, caps; orders and stop orders.

A group is ``county``, ``township-<place>`` or ``site-<site>``. Times of sessions are wall time of the plan's
zone, ``YYYY-MM-DDTHH:MM``, as in the published document.
"""

from __future__ import annotations

from django.db import models


class Playlist(models.Model):
    """Ordered lessons for an occasion (节目单)."""

    id = models.CharField(max_length=64, primary_key=True)
    title = models.CharField("名称", max_length=200)
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title


class PlaylistItem(models.Model):
    """A course of a playlist; an empty ``lessons`` means all of them."""

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    course = models.ForeignKey("courses.Course", on_delete=models.PROTECT)
    lessons = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("position",)


class Plan(models.Model):
    """What one group of boxes shall do, beside its sessions and its urgent notice."""

    group = models.CharField(max_length=64, primary_key=True)
    windows = models.JSONField(default=list, blank=True)
    caps = models.JSONField(default=dict, blank=True)
    policy = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(auto_now=True)


class SessionForm(models.TextChoices):
    """How people learn in a session; the same words as `playlists.documents.SessionForm`."""

    VIDEO = "video", "集中收看"
    LECTURE = "lecture", "现场授课"
    FIELD_VISIT = "field-visit", "实地观摩"


class Session(models.Model):
    """A group session (集中学习), once or by RFC 5545 recurrence."""

    id = models.CharField(max_length=64, primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="sessions")
    playlist = models.ForeignKey(Playlist, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField("名称", max_length=200)
    starts = models.CharField("开始时间", max_length=16)
    recurrence = models.CharField(max_length=500, blank=True)
    excluded = models.JSONField(default=list, blank=True)
    extra = models.JSONField(default=list, blank=True)
    gather_minutes = models.PositiveIntegerField(default=15)
    expected = models.PositiveIntegerField("应到", default=0)
    form = models.CharField(max_length=12, choices=SessionForm.choices, default=SessionForm.VIDEO)
    small_first = models.BooleanField("先下最低清晰度", default=False)

    class Meta:
        ordering = ("starts", "id")

    def __str__(self) -> str:
        return self.title


class OrderState(models.TextChoices):
    """What became of a wish."""

    OPEN = "open", "待答复"
    GRANTED = "granted", "已安排"
    REFUSED = "refused", "暂不安排"


class Order(models.Model):
    """A wish of the villagers (点播申请); the box made its id and owns it, the county answers."""

    box = models.ForeignKey("places.Box", on_delete=models.PROTECT, related_name="orders")
    key = models.CharField(max_length=64)
    course = models.CharField(max_length=64, blank=True)
    wish = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=OrderState.choices, default=OrderState.OPEN)
    answer_course = models.ForeignKey("courses.Course", on_delete=models.PROTECT, null=True, blank=True)
    reason = models.CharField(max_length=2000, blank=True)
    answered_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("-asked_at",)
        constraints = (models.UniqueConstraint(fields=("box", "key"), name="one_order"),)


class StopOrder(models.Model):
    """A withdrawal (停播) of a course or of its lesson ``lesson_key``; published in every plan at once."""

    id = models.CharField(max_length=64, primary_key=True)
    course = models.ForeignKey("courses.Course", on_delete=models.PROTECT, related_name="stops")
    lesson_key = models.CharField(max_length=64, blank=True)
    reason = models.CharField("原因", max_length=2000)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT)
    issued_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)


class WordingKind(models.TextChoices):
    """Where words appear on the television."""

    PAGE = "page", "信息页"
    NOTICE = "notice", "紧急通知"


class WordingState(models.TextChoices):
    """Where one wording stands; what follows what is in `county.plans.wording_life`."""

    WAITING = "waiting", "待审"
    PASSED = "passed", "已通过"
    REFUSED = "refused", "已退回"
    REPLACED = "replaced", "已被替换"
    TAKEN_BACK = "taken-back", "已撤下"


class Wording(models.Model):
    """What one person wrote for the televisions of a group, and another passes; plain text, never changed.

    Who changes an information page or a notice writes another wording of the same ``key``. A page is shown from the day
    ``since`` to the day ``until``; a notice ends at the wall time ``ends``, ``YYYY-MM-DDTHH:MM``.
    """

    key = models.CharField(max_length=80, db_index=True)
    group = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=8, choices=WordingKind.choices)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=20_000)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    ends = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=12, choices=WordingState.choices, default=WordingState.WAITING, db_index=True)
    written_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    passed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    passed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("退回原因", max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title or self.text
