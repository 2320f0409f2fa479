"""What an entry's fields are called on a page, and how their values read there. Called by `county.pages.entry_page`."""

from __future__ import annotations

from typing import Any

from county.pages.record_rows import RATINGS, recorded_words
from county.pages.templatetags.county import fault_word, head_word, moment_ms, size, span, word

WORDS = {
    "version": "软件版本", "clean": "上次正常结束", "course": "课件", "lesson": "课",
    "blob": "视频校验值的开头", "height": "清晰度", "why": "方式", "session": "集中学习",
    "started_wall_ms": "开始", "ended_wall_ms": "结束", "segments": "放出的片段", "paused_ms": "暂停时长",
    "pauses": "暂停次数", "ended": "结束情况", "started_boot": "开始于第几次开机",
    "started_monotonic_ms": "开始于那次开机后", "title": "名称", "form": "形式", "expected": "应到",
    "present": "实到", "members": "党员", "villagers": "群众", "on_leave": "请假", "seq": "更正哪一条",
    "field": "更正哪一项", "was": "原为", "now": "改为", "reason": "原因", "order": "申请号",
    "wish": "想看的内容", "value": "评价", "stop": "停播单", "by_ms": "调整了", "trust": "此后的时间",
    "code": "故障代码", "active": "存在", "detail": "说明", "generation": "节目版本", "free_bytes": "剩余空间",
    "stored_bytes": "已用空间", "fetched_bytes": "本月下载", "line_month": "流量月份", "line_bytes": "各项流量",
    "number": "课号", "day": "停播码的日期", "wrong": "连续输错",
    "speaker": "主讲人", "neighbour": "联合学习的村", "neighbours": "邻村人数", "remarks": "备注",
    "by_hand": "事后补登",
    "starts": "开始", "start": "哪一次", "repeat": "重复", "made_up": "补哪一次", "to": "让给哪一次",
    "plan": "录制安排", "channel": "频道", "minutes": "计划分钟", "length_ms": "录下", "parts": "段数", "bytes": "大小",
    "codes": "故障代码", "results": "各项结果", "temperature_c": "温度（°C）",
    "percent": "已到百分比", "ready_wall_ms": "预计到齐", "in_danger": "可能放不了",
    "left_bytes": "还差", "late_wall_ms": "晚到", "smaller_height": "降到这个清晰度来得及",
    "smaller_wall_ms": "那样预计到齐", "later_wall_ms": "推到这时来得及",
    "crowded": "本机放不下",
}  # fmt: skip
PARTS = {  # what a self-check looks at, and what a month's line was used for
    "line": "网络", "picture": "画面", "sound": "声音", "storage": "存储", "clock": "时间", "heat": "温度",
    "remote": "遥控器", "good": "正常", "unknown": "不明",
    "session": "集中学习", "order": "点播申请", "poster": "封面", "stock": "储备节目", "documents": "节目目录",
    "journal": "收看记录", "live": "直播",
}  # fmt: skip
WORDED = ("why", "form", "ended", "trust", "repeat")


def field_word(name: str) -> str:
    """Return the Chinese word of a field; an unknown one as it came."""
    return WORDS.get(name, name)


def value_words(name: str, value: Any) -> str:
    """Return a field's value as people read it."""
    if value is None:
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple | dict):
        return "、".join(_listed(name, value)) or "没有"
    if name == "field":
        return head_word(value)
    if name == "lesson":
        return lesson_words(value)
    if name == "value":
        return RATINGS.get(value, str(value))
    if name in WORDED:
        return word(value)
    return _measured(name, value)


def lesson_words(lesson: str) -> str:
    """Return what a play's entry names as lesson: of a live channel none, of a recording its start and part."""
    if lesson == "live":
        return "—"
    return recorded_words(lesson) or lesson


def _listed(name: str, value: Any) -> list[str]:
    """Return the words of each part of a value that has parts."""
    if name == "segments":
        return [f"{span(start)}–{span(end)}" for start, end in value]
    if isinstance(value, dict):
        return [f"{PARTS.get(part, part)} {_part(of)}" for part, of in value.items()]
    return [f"{code} {fault_word(code)}" for code in value]


def _part(value: str | int) -> str:
    return PARTS.get(value, value) if isinstance(value, str) else size(value)


def _measured(name: str, value: Any) -> str:
    if not isinstance(value, int):
        return str(value) if value != "" else "—"
    if name.endswith("_wall_ms"):
        return moment_ms(value) if value else "—"
    if name == "by_ms":
        return ("−" if value < 0 else "+") + span(abs(value))
    if name.endswith("_ms"):
        return span(value)
    return size(value) if name.endswith("bytes") else str(value)
