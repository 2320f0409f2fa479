"""The form of a group session: when, how often, for whom, which playlist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from county.pages.course_forms import EMPTY
from county.pages.recurrence import CHOICES, NTHS, WEEKDAYS, Repetition, first_start, repetition_of, rule_of
from county.pages.scope_forms import ScopeForm, typed_scope
from county.plans.models import Playlist, Session, SessionForm
from county.plans.planning import SessionWish

SMALL_FIRST = "small"
SIZES = (("", "按各站点的线路，尽量清楚"), (SMALL_FIRST, "先下最低清晰度"))
DATE = {"required": "请填写日期。", "invalid": "日期不对，例如 2026-03-06。"}


class WishForm(ScopeForm):
    """A session as the office plans it."""

    title = forms.CharField(
        label="名称", max_length=200, error_messages=EMPTY, help_text="显示在电视上，例如：三月第一次集中学习。"
    )
    playlist = forms.ChoiceField(
        label="节目单", error_messages={"required": "请选择节目单。", "invalid_choice": "这个节目单不存在。"}
    )
    day = forms.DateField(
        label="日期", error_messages=DATE, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label="开始时间",
        error_messages={"required": "请填写开始时间。", "invalid": "时间不对，例如 19:30。"},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    repeat = forms.ChoiceField(label="重复", choices=CHOICES, initial="once", widget=forms.RadioSelect)
    nth = forms.TypedChoiceField(label="每月", choices=NTHS, coerce=int, required=False, empty_value=None)
    weekday = forms.TypedChoiceField(label="星期几", choices=WEEKDAYS, coerce=int, required=False, empty_value=None)
    until = forms.DateField(
        label="到哪天为止",
        required=False,
        error_messages=DATE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    expected = forms.IntegerField(
        label="应到人数", min_value=0, max_value=2000, initial=0, required=False,
        help_text="填 0 时由各站点在电视上自己填。",
        error_messages={"invalid": "请填整数。", "max_value": "不能超过 2000。", "min_value": "不能小于 0。"},
    )  # fmt: skip
    gather_minutes = forms.IntegerField(
        label="提前几分钟集合",
        min_value=0,
        max_value=120,
        initial=15,
        error_messages={
            "required": "请填 0 到 120。",
            "invalid": "请填整数。",
            "max_value": "最多提前 120 分钟。",
            "min_value": "不能小于 0。",
        },
    )
    form = forms.ChoiceField(label="形式", choices=SessionForm.choices, initial="video")
    small_first = forms.TypedChoiceField(
        label="下载次序", choices=SIZES, coerce=bool, required=False, empty_value=None,
        help_text="线路慢的站点可能来不及时选第二项：先保证放得出来，有时间再换清楚的。",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        playlists = Playlist.objects.order_by("-changed_at").values_list("pk", "title")
        self.fields["playlist"].choices = [("", "请选择"), *playlists]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Work out the first start as well as the group; errors name their field."""
        values = super().clean()
        if values.get("day") and values.get("at"):
            self._start(values)
        return values

    def wish(self, excluded: tuple[str, ...] = (), extra: tuple[str, ...] = ()) -> SessionWish:
        """Return the session as the plans' room takes it; only after ``is_valid``."""
        values = self.cleaned_data
        return SessionWish(
            title=values["title"], playlist=values["playlist"], starts=f"{values['start']:%Y-%m-%dT%H:%M}",
            recurrence=rule_of(values["repetition"]), excluded=excluded, extra=extra,
            gather_minutes=values["gather_minutes"], expected=values["expected"] or 0, form=values["form"],
            small_first=bool(values["small_first"]),
        )  # fmt: skip

    def _start(self, values: dict[str, Any]) -> None:
        kind = values.get("repeat", "once")
        weekday = values.get("weekday") or 0 if kind == "monthly" else values["day"].weekday()
        until = values.get("until") if kind != "once" else None
        values["repetition"] = Repetition(kind, values.get("nth") or 1, weekday, until)
        values["start"] = first_start(values["repetition"], values["day"], values["at"])
        if values["start"] is None:
            self.add_error("until", "到这一天为止一次也轮不到，请改晚一些。")


def typed_from(session: Session) -> dict[str, Any]:
    """Return what a form shows for a saved session; a rule that no plain choice makes is shown as once."""
    start = datetime.strptime(session.starts, "%Y-%m-%dT%H:%M")  # noqa: DTZ007
    repetition = repetition_of(session.recurrence) or Repetition()
    return {
        "title": session.title, "playlist": session.playlist_id, "day": start.date(), "at": start.time(),
        "repeat": repetition.kind, "nth": repetition.nth, "until": repetition.until,
        "weekday": repetition.weekday if repetition.kind == "monthly" else start.weekday(),
        "expected": session.expected, "gather_minutes": session.gather_minutes, "form": session.form,
        "small_first": SMALL_FIRST if session.small_first else "",
        **typed_scope(session.plan_id),
    }  # fmt: skip


def proposed(query: QueryDict) -> dict[str, Any]:
    """Return what a form for a new session shows: a playlist; or once more what another shows (``like``), at one site.

    Args:
        query: ``playlist``, ``like``, ``site``, ``day``, ``at``; what is not there or makes no sense is left open.
    """
    like = Session.objects.filter(pk=query.get("like", "")).first()
    values: dict[str, Any] = {"playlist": query.get("playlist", "")}
    if like is not None:
        values = typed_from(like) | {"repeat": "once", "until": None}
    if query.get("site"):
        values |= typed_scope(f"site-{query['site']}")
    return values | proposed_change(query)


def proposed_change(query: QueryDict) -> dict[str, Any]:
    """Return the day and the time, or the smallest picture first, if an address proposes that."""
    small = {"small_first": SMALL_FIRST} if query.get("small_first") else {}
    try:
        start = datetime.strptime(f"{query.get('day')}T{query.get('at')}", "%Y-%m-%dT%H:%M")  # noqa: DTZ007
    except ValueError:
        return small
    return {"day": start.date(), "at": start.time(), **small}
