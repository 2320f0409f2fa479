"""The tree county → township or zone → village or community; sites, boxes, and how boxes came to sites."""

from __future__ import annotations

from django.db import models


class PlaceKind(models.TextChoices):
    """The level of a place."""

    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"
    ZONE = "zone", "开发区"
    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"


class SiteKind(models.TextChoices):
    """What a site belongs to; the same words as `playlists.documents.SiteKind`."""

    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡镇"
    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"


class Line(models.TextChoices):
    """How a site is reached."""

    BROADBAND = "broadband", "宽带"
    SATELLITE = "satellite", "卫星"
    NONE = "none", "无线路"


class Place(models.Model):
    """A node of the county's tree."""

    id = models.CharField(max_length=48, primary_key=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=12, choices=PlaceKind.choices)
    name = models.CharField("名称", max_length=100)
    position = models.PositiveIntegerField(default=0)
    market_days = models.CharField("赶集日", max_length=200, blank=True)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A viewing room (站点)."""

    id = models.CharField(max_length=48, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="sites")
    kind = models.CharField(max_length=12, choices=SiteKind.choices)
    name = models.CharField("站点名称", max_length=100)
    line = models.CharField("线路", max_length=12, choices=Line.choices, default=Line.BROADBAND)
    in_own_room = models.BooleanField("自有活动室", default=True)
    expected = models.PositiveIntegerField("应到人数", default=0)
    opened_on = models.DateField("开通日期", null=True, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    market_days = models.CharField("赶集日", max_length=200, blank=True)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Box(models.Model):
    """A box, known by its key; ``id`` is the fingerprint. Never deleted: its journal stays."""

    id = models.CharField(max_length=64, primary_key=True)
    public_key = models.CharField(max_length=64, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="boxes")
    bound_at = models.DateTimeField(null=True, blank=True)
    revoked = models.BooleanField("停用", default=False)
    revoked_reason = models.CharField(max_length=300, blank=True)
    version = models.CharField(max_length=40, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.id


class Stay(models.Model):
    """From when to when a box stood at a site; ``until`` is None for where it stands now."""

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="stays")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="stays")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    bound_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ("since",)


class BindingCode(models.Model):
    """The short code a box shows; single use, ten minutes."""

    code = models.CharField(max_length=6, db_index=True)
    fingerprint = models.CharField(max_length=64, db_index=True)
    public_key = models.CharField(max_length=64)
    version = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField(db_index=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class WrongCode(models.Model):
    """Somebody entered a code that is not live; counted so that codes cannot be guessed."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE)
    at = models.DateTimeField(db_index=True)
