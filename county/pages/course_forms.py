"""What a person types about a course and its lessons; the services check it again, for they have other callers."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from django import forms
from django.conf import settings
from django.core.files import File

from county.courses.editing import CourseText

EMPTY = {"required": "请填写这一项。", "max_length": "太长了，最多 %(limit_value)d 个字。"}


class CourseForm(forms.Form):
    """Title, category and where the course comes from."""

    title = forms.CharField(label="课件名称", max_length=200, error_messages=EMPTY)
    category = forms.CharField(
        label="类别",
        max_length=200,
        error_messages=EMPTY,
        help_text="一到三级，用“/”分开，例如：种植 / 蔬菜 / 大棚。",
        widget=forms.TextInput(attrs={"list": "categories"}),
    )
    provider = forms.CharField(
        label="供课单位",
        max_length=200,
        error_messages=EMPTY,
        help_text="例如：省远教中心、县农业农村局。",
        widget=forms.TextInput(attrs={"list": "providers"}),
    )
    source = forms.CharField(
        label="来源",
        max_length=2000,
        required=False,
        error_messages=EMPTY,
        help_text="从哪里得到，例如：卫星下发第 31 期。",
    )
    approval_number = forms.CharField(label="批准文号", max_length=2000, required=False, error_messages=EMPTY)
    summary = forms.CharField(
        label="简介",
        max_length=2000,
        required=False,
        error_messages=EMPTY,
        help_text="电视上课件页显示的几句话。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_category(self) -> tuple[str, ...]:
        """Return the levels; a full-width stroke or a greater-than sign is taken for a stroke."""
        levels = tuple(
            level.strip() for level in re.split("[/\uff0f>]", self.cleaned_data["category"]) if level.strip()
        )
        if not 1 <= len(levels) <= 3:
            raise forms.ValidationError("类别应有一到三级，用“/”分开。")
        return levels

    def text(self) -> CourseText:
        """Return what was typed; only after ``is_valid``."""
        return CourseText(**{field.name: self.cleaned_data[field.name] for field in fields(CourseText)})


class FilmsInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilmsField(forms.FileField):
    """Several films at once; cleans to a list."""

    widget = FilmsInput

    def clean(self, data: Any, initial: Any = None) -> list[File[Any]]:  # noqa: ARG002 - Django passes both
        """Return the files in the order in which they were chosen; an empty file is the service's to refuse."""
        files = [file for file in (data or []) if file] if isinstance(data, (list, tuple)) else [data] if data else []
        if not files and self.required:
            raise forms.ValidationError("请选择视频文件。")
        return files


class NewCourseForm(CourseForm):
    """A new course, with its first films where they are at hand."""

    films = FilmsField(
        label="视频文件",
        required=False,
        help_text="可以一次选多个，每个文件是一课，按文件名排序；也可以以后再传。常见格式都可以。",
        widget=FilmsInput(attrs={"accept": "video/*,.mpg,.mpeg,.ts,.mkv,.flv,.avi,.wmv,.rm,.rmvb,.vob"}),
    )
    lesson_titles = forms.CharField(
        label="课名",
        required=False,
        help_text="每行一个，与文件顺序相同；不填就用文件名。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        limit_mb = settings.CONFIGURATION.upload_limit_mb
        self.fields["films"].help_text = f"{self.fields['films'].help_text}每个文件不超过 {limit_mb} MB。"

    def lessons(self) -> list[tuple[str, File[Any]]]:
        """Return the title and the film of each lesson."""
        titles = [line.strip() for line in self.cleaned_data["lesson_titles"].splitlines() if line.strip()]
        films = sorted(self.cleaned_data["films"], key=lambda film: film.name or "")
        return [
            (titles[index] if index < len(titles) else title_from(film.name or ""), film)
            for index, film in enumerate(films)
        ]


class LessonForm(forms.Form):
    """One more lesson of a course."""

    title = forms.CharField(
        label="课名", max_length=200, required=False, error_messages=EMPTY, help_text="不填就用文件名。"
    )
    film = forms.FileField(label="视频文件", allow_empty_file=True, error_messages={"required": "请选择视频文件。"})


def title_from(filename: str) -> str:
    """Return a lesson's title for a file name: without folders and ending."""
    return PurePosixPath(PureWindowsPath(filename).name).stem.strip()[:200] or "第一课"
