"""The form of a group session: when, how often, for whom, which playlist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from county.pages.course_forms import EMPTY
from county.pages.recurrence import CHOICES, NTHS, WEEKDAYS, Repetition, first_start, repetition_of, rule_of
from county.places.models import Place, PlaceKind, Site
from county.plans.models import Playlist, Session, SessionForm
from county.plans.planning import SessionWish

SCOPES = (("county", "全县"), ("township", "一个乡镇"), ("site", "一个站点"))
DATE = {"required": "请填写日期。", "invalid": "日期不对，例如 2026-03-06。"}


class WishForm(forms.Form):
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
    scope = forms.ChoiceField(label="范围", choices=SCOPES, initial="county", widget=forms.RadioSelect)
    township = forms.ChoiceField(label="乡镇", required=False, error_messages={"invalid_choice": "没有这个乡镇。"})
    site = forms.CharField(
        label="站点", required=False, max_length=100, widget=forms.TextInput(attrs={"list": "sites"})
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

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        places = Place.objects.filter(kind__in=(PlaceKind.TOWNSHIP, PlaceKind.ZONE))
        self.fields["township"].choices = [("", "请选择"), *places.values_list("pk", "name")]  # type: ignore[attr-defined]
        playlists = Playlist.objects.order_by("-changed_at").values_list("pk", "title")
        self.fields["playlist"].choices = [("", "请选择"), *playlists]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Work out the group and the first start; errors name their field."""
        values = super().clean() or self.cleaned_data
        self._group(values)
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
        )  # fmt: skip

    def _group(self, values: dict[str, Any]) -> None:
        scope = values.get("scope")
        values["group"] = "county"
        if scope == "township":
            if not values.get("township"):
                self.add_error("township", "请选择乡镇。")
            values["group"] = f"township-{values.get('township')}"
        elif scope == "site":
            found = list(Site.objects.filter(name=values.get("site", "").strip())[:2])
            if len(found) != 1:
                self.add_error(
                    "site", "没有这个名称的站点，请从提示中选择。" if not found else "这个名称的站点不止一个。"
                )
            else:
                values["group"] = f"site-{found[0].pk}"

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
    kind, _, key = session.plan_id.partition("-")
    site = Site.objects.filter(pk=key).first() if kind == "site" else None
    return {
        "title": session.title, "playlist": session.playlist_id, "day": start.date(), "at": start.time(),
        "repeat": repetition.kind, "nth": repetition.nth, "until": repetition.until, "scope": kind,
        "weekday": repetition.weekday if repetition.kind == "monthly" else start.weekday(),
        "township": key if kind == "township" else "", "site": site.name if site else "",
        "expected": session.expected, "gather_minutes": session.gather_minutes, "form": session.form,
    }  # fmt: skip
