"""The forms of an information page and of an urgent notice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from county.pages.course_forms import EMPTY
from county.pages.scope_forms import ScopeForm, typed_scope
from county.plans.information import LONGEST_NOTICE, LONGEST_TEXT, PageWish
from county.plans.models import Wording

DATE = {"required": "请填写日期。", "invalid": "日期不对，例如 2026-03-06。"}


def _date(label: str, *, required: bool, hint: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=hint, error_messages=DATE, widget=widget)


class PageForm(ScopeForm):
    """A page as the office writes it."""

    title = forms.CharField(label="标题", max_length=200, error_messages=EMPTY, help_text="电视上一行放得下 20 个字。")
    text = forms.CharField(
        label="正文",
        max_length=LONGEST_TEXT,
        error_messages=EMPTY,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="纯文字，空一行分段。电视上每页约 250 个字，越短越好。",
    )
    since = _date("从哪天起", required=True)
    until = _date("到哪天为止", required=False, hint="当天仍显示；不填则一直显示到撤下。")

    def wish(self) -> PageWish:
        """Return the page as the plans' room takes it; only after ``is_valid``."""
        values = self.cleaned_data
        return PageWish(values["title"], values["text"], values["since"], values["until"])


class NoticeForm(ScopeForm):
    """An urgent notice as the office writes it."""

    words = forms.CharField(
        label="通知内容",
        max_length=LONGEST_NOTICE,
        error_messages=EMPTY,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="一两句话。显示在主页和正在播放的画面上，按确定键收起；同一范围只有一条，新的代替旧的。",
    )
    day = _date("显示到", required=True)
    at = forms.TimeField(
        label="几时",
        error_messages={"required": "请填写时间。", "invalid": "时间不对，例如 19:30。"},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    @property
    def ends(self) -> str:
        """When it ends, as the plan says it; only after ``is_valid``."""
        return f"{self.cleaned_data['day']:%Y-%m-%d}T{self.cleaned_data['at']:%H:%M}"


def new_page() -> dict[str, Any]:
    """Return what the form of a new page shows."""
    return {"since": timezone.localdate(), "until": timezone.localdate() + timedelta(days=30)}


def new_notice() -> dict[str, Any]:
    """Return what the form of a new notice shows."""
    return {"day": timezone.localdate() + timedelta(days=1), "at": "08:00"}


def typed_page(page: Wording) -> dict[str, Any]:
    """Return what the form of a saved page shows."""
    own = {"title": page.title, "text": page.text, "since": page.since, "until": page.until}
    return {**own, **typed_scope(page.group)}


def typed_notice(notice: Wording) -> dict[str, Any]:
    """Return what the form of a saved notice shows."""
    day, _, at = notice.ends.partition("T")
    return {"words": notice.text, "day": day, "at": at, **typed_scope(notice.group)}
