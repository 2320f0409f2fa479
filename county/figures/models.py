"""The figures of a site and a month as last drawn; all of it can be drawn again from the records."""

from __future__ import annotations

from django.db import models


class SiteMonth(models.Model):
    """One site's figures of one month (``YYYY-MM``).

    Attributes:
        rules: By which rules they were drawn (`county.figures.rules.Rules.name`).
        sessions: Group sessions held, and those of a neighbouring village at which people of this one were counted; one
            that went on after a power cut is one.
        person_times: Heads present at them, each village its own; of doubtful counts none.
        by_hand: The sessions among them that were held without the box and entered afterwards (补登).
        joint: The sessions among them that were held, and counted, at a neighbour's (联合学习).
        joint_person_times: The person-times among them that a neighbour counted.
        sessions_odd: Sessions about which something is odd.
        corrections: How many corrections the head counts have seen.
        plays: All plays.
        shown_ms: What they showed.
        effective_ms: What of it counts.
        effective_in_sessions_ms: The part of that which was shown in group sessions.
        odd_ms: The part of ``effective_ms`` about which something is odd.
        oddities: How often each `county.figures.oddities.Oddity` was found, by its name.
    """

    pk = models.CompositePrimaryKey("site", "month")
    site = models.ForeignKey("places.Site", on_delete=models.CASCADE, related_name="months", db_index=False)
    month = models.CharField(max_length=7)
    rules = models.CharField(max_length=100)
    sessions = models.BigIntegerField()
    person_times = models.BigIntegerField()
    by_hand = models.BigIntegerField(default=0)
    joint = models.BigIntegerField(default=0)
    joint_person_times = models.BigIntegerField(default=0)
    sessions_odd = models.BigIntegerField()
    corrections = models.BigIntegerField()
    plays = models.BigIntegerField()
    shown_ms = models.BigIntegerField()
    effective_ms = models.BigIntegerField()
    effective_in_sessions_ms = models.BigIntegerField()
    odd_ms = models.BigIntegerField()
    oddities = models.JSONField(default=dict)
    drawn_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("month",), name="month_of_all_sites"),)
