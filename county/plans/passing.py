"""Nothing that one person alone has written appears: another passes it (审核), and any one may take it back (撤下).

Rules: a reviewer or the responsible leader passes, and never his own words; he passes one wording, which nobody can
change, so nobody answers for what he has not seen. Taking back needs one person of the office, for what is not shown
harms nobody. Publishing is the caller's. Why no reviewer's key signs here: docs/adr/0021. Called by the pages.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from county.accounts.models import Person, Role
from county.errors import NotAllowed, Refused
from county.plans.information import is_over
from county.plans.models import Wording, WordingKind, WordingState
from county.plans.planning import touch_plan
from county.plans.wording_life import WordingEvent, next_state

PASSING = frozenset({Role.REVIEWER, Role.LEADER})
TAKING_BACK = frozenset({Role.OPERATOR, Role.REVIEWER, Role.LEADER})


def waiting_words() -> QuerySet[Wording]:
    """Return what waits for a second person: urgent notices first, then the longest waiting."""
    first = Case(When(kind=WordingKind.NOTICE, then=Value(0)), default=Value(1))
    rows = Wording.objects.filter(state=WordingState.WAITING).select_related("written_by")
    return rows.order_by(first, "written_at")


def waiting_for(person: Person) -> list[Wording]:
    """Return what waits for this person."""
    return [row for row in waiting_words() if may_pass(row, person)] if person.role in PASSING else []


def may_pass(row: Wording, person: Person) -> bool:
    """Return whether these words wait for this person: he did not write them, and may pass."""
    waits = row.state == WordingState.WAITING and not is_over(row, timezone.now())
    return waits and person.is_active and person.role in PASSING and row.written_by_id != person.pk


@transaction.atomic
def pass_wording(key: int, person: Person) -> Wording:
    """Pass words; they take the place of what was passed before under the same key.

    Raises:
        NotAllowed: The person may not pass words, or wrote these himself.
        Refused: They are not waiting any more, or their time is over.
    """
    now = timezone.now()
    row = _decided(key, person, WordingEvent.PASS)
    if is_over(row, now):
        raise Refused("显示到的时间已经过去，请修改后再审")
    for old in Wording.objects.select_for_update().filter(key=row.key, state=WordingState.PASSED):
        _end(old, WordingEvent.REPLACE, person, now)
    row.passed_by, row.passed_at = person, now
    row.save()
    return _told(row)


@transaction.atomic
def refuse_wording(key: int, person: Person, reason: str) -> Wording:
    """Send words back (退回) with a reason.

    Raises:
        NotAllowed: The person may not pass words, or wrote these himself.
        Refused: There is no reason, or they are not waiting any more.
    """
    if not 0 < len(reason.strip()) <= 500:
        raise Refused("请填写退回原因（500 字以内）")
    row = _decided(key, person, WordingEvent.REFUSE)
    row.ended_by, row.ended_at, row.reason = person, timezone.now(), reason.strip()
    row.save()
    return row


@transaction.atomic
def take_back(key: int, person: Person) -> Wording:
    """Take words off the televisions, or out of those that wait.

    Raises:
        NotAllowed: The person is not of the county office.
        Refused: Other words stand in their place by now.
    """
    if person.role not in TAKING_BACK or not person.is_active:
        raise NotAllowed("只有县远教办可以撤下")
    row = Wording.objects.select_for_update().get(pk=key)
    return _told(_end(row, WordingEvent.TAKE_BACK, person, timezone.now()))


def _decided(key: int, person: Person, event: WordingEvent) -> Wording:
    if person.role not in PASSING or not person.is_active:
        raise NotAllowed("信息和紧急通知由审核员或签发领导审核")
    row = Wording.objects.select_for_update().get(pk=key)
    if row.written_by_id == person.pk:
        raise NotAllowed("自己写的文字须由另一个人审核")
    if row.state == WordingState.REPLACED:
        raise Refused("这段文字在您打开页面之后有改动，请看完现在的内容再办理")
    row.state = next_state(row.state, event)
    return row


def _end(row: Wording, event: WordingEvent, person: Person, now: datetime) -> Wording:
    row.state = next_state(row.state, event)
    row.ended_by, row.ended_at = person, now
    row.save()
    return row


def _told(row: Wording) -> Wording:
    """Note that a group's plan, in which a notice travels, is of this moment."""
    if row.kind == WordingKind.NOTICE and row.passed_at:
        touch_plan(row.group)
    return row
