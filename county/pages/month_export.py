"""CSV files of the figures: a month's sites, and a site's month traced to its plays."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from county.figures.effective import Verdict
from county.figures.rules import rules_of
from county.pages.access import EVERYBODY, page, person_of, site_for
from county.pages.export import csv_file, where_cells
from county.pages.figures import from_boxes
from county.pages.months import Sums, definition, month_selection, site_rows, total
from county.pages.site_month import PlayLine, traced_plays
from county.pages.templatetags.county import moment_ms, word
from county.places.models import Site

MONTHS_HEAD = (
    "乡镇", "站点", "集中学习场次", "收看人次", "有效学习分钟", "其中集中学习分钟", "其中待核实分钟", "播放次数",
    "放出分钟", "待核实场次", "更正次数", "其中补登场次", "其中邻村代计场次", "其中邻村代计人次",
)  # fmt: skip
TRACE_HEAD = (
    "乡镇", "站点", "日期", "开始", "课件", "课", "方式", "放出秒数", "计入秒数", "不计原因", "待核实", "设备",
    "记录号",
)  # fmt: skip

JOINT = "联合学习在两个村各计一场，人数各计各的，时长计在放映的站点"


@page(EVERYBODY)
def months_csv(request: HttpRequest) -> HttpResponse:
    """Send the figures of a month, a line a site, with their sum."""
    now = timezone.now()
    selection, rules = month_selection(request, now), rules_of(settings.CONFIGURATION)
    rows = site_rows(person_of(request), selection, rules, now)
    lines = [_month(where_cells(row.place), row.sums) for row in rows if isinstance(row.place, Site)]
    sums = total(row.sums for row in rows)
    lines.append(_month(("", "合计"), sums))
    title, source = ("学习统计", selection.month), from_boxes(sums.by_hand)
    return csv_file(title, MONTHS_HEAD, lines, f"口径：{definition(rules)}；{JOINT}", stem="figures", source=source)


@page(EVERYBODY)
def site_month_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Send every play of a site's month with what counts of it, and why not the rest."""
    site = site_for(person_of(request), key)
    selection, rules = month_selection(request, timezone.now()), rules_of(settings.CONFIGURATION)
    lines = [_trace(site, line) for line in traced_plays(site, selection.month, rules)]
    title = ("有效学习时长明细", selection.month)
    return csv_file(title, TRACE_HEAD, lines, f"口径：{definition(rules)}", stem=f"figures-{site.pk}")


def _month(where: tuple[str, str], sums: Sums) -> tuple[object, ...]:
    lengths = (sums.effective_ms, sums.effective_in_sessions_ms, sums.odd_ms)
    counted = (sums.sessions, sums.person_times, *(_minutes(length) for length in lengths))
    seen = (sums.plays, _minutes(sums.shown_ms), sums.sessions_odd, sums.corrections)
    return (*where, *counted, *seen, sums.by_hand, sums.joint, sums.joint_person_times)


def _minutes(milliseconds: int) -> float:
    return round(milliseconds / 60_000, 1)


def _trace(site: Site, line: PlayLine) -> tuple[object, ...]:
    judged, play = line.judged, line.judged.play
    shown = (moment_ms(play.started_ms), line.course, line.lesson, word(play.why))
    lengths = (play.shown_ms // 1000, judged.counted_ms // 1000)
    why = "" if judged.verdict is Verdict.COUNTED else judged.verdict.value
    doubts = "；".join(oddity.value for oddity in line.oddities)
    return (*where_cells(site), str(judged.day), *shown, *lengths, why, doubts, play.box, play.seq)
