"""CSV files of the record book, as a spreadsheet opens them: UTF-8 with its mark, one line a record.

Rules: the same selection as on the page; the first lines say what it is, of what and as of when; a cell that a
spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from county.inbox.models import HeadCount
from county.pages.access import EVERYBODY, page, person_of
from county.pages.figures import FROM_BOXES, from_boxes
from county.pages.record_rows import (
    PlayRow,
    SessionRow,
    play_rows,
    plays_in,
    selection_of,
    session_rows,
    sessions_in,
)
from county.pages.templatetags.county import moment, moment_ms, word
from county.places.models import Site

SESSIONS_HEAD = (
    "乡镇",
    "站点",
    "集中学习",
    "形式",
    "开始",
    "结束",
    "情况",
    "应到",
    "实到",
    "党员",
    "群众",
    "请假",
    "待核实",
    "附记",
)
BLANK = "未填"
PLAYS_HEAD = (
    "乡镇",
    "站点",
    "课件",
    "课",
    "方式",
    "开始",
    "放出秒数",
    "暂停秒数",
    "清晰度",
    "结束情况",
    "时间",
    "记录号",
)


class _Line:
    """A file for `csv.writer` that hands each line on."""

    def write(self, text: str) -> str:
        return text


@page(EVERYBODY)
def sessions_csv(request: HttpRequest) -> HttpResponse:
    """Send the sessions of the selection."""
    selection = selection_of(request.GET.dict(), timezone.now())
    rows = session_rows(sessions_in(selection, person_of(request)))
    title = ("集中学习记录", selection.month or "全部月份")
    by_hand = sum(1 for row in rows if row.record.by_hand and row.record.ended != "skipped")
    return csv_file(title, SESSIONS_HEAD, (_session(row) for row in rows), source=from_boxes(by_hand))


@page(EVERYBODY)
def plays_csv(request: HttpRequest) -> HttpResponse:
    """Send the plays of the selection."""
    selection = selection_of(request.GET.dict(), timezone.now())
    rows = play_rows(plays_in(selection, person_of(request)))
    return csv_file(("播放记录", selection.month or "全部月份"), PLAYS_HEAD, (_play(row) for row in rows))


def csv_file(
    title: tuple[str, str],
    head: Iterable[str],
    rows: Iterable[Iterable[object]],
    *notes: str,
    stem: str = "records",
    source: str = FROM_BOXES,
) -> HttpResponse:
    """Return a file for a spreadsheet.

    Args:
        title: What it is, and of which month.
        head: The names of the columns.
        rows: The lines below them.
        notes: What else the first line has to say, such as how was counted.
        stem: How the file's name begins.
        source: Where the figures come from.
    """
    name, month = title
    first = (name, month, f"截止 {moment(timezone.now())}", f"来源：{source}", *notes)
    answer = StreamingHttpResponse(_lines(first, head, rows), content_type="text/csv; charset=utf-8")
    which = month if month.isascii() else "all"
    answer["Content-Disposition"] = f'attachment; filename="{stem}-{which}.csv"'
    return answer  # type: ignore[return-value]


def _lines(title: Iterable[str], head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(title))
    yield str(writer.writerow(head))
    for row in rows:
        yield str(writer.writerow([safe_cell(value) for value in row]))


def safe_cell(value: object) -> object:
    """Return a value that no spreadsheet runs as a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def _session(row: SessionRow) -> tuple[object, ...]:
    record = row.record
    begun = (*where_cells(record.site), record.title, word(record.form), moment_ms(record.started_ms))
    return (*begun, moment_ms(record.ended_ms), word(record.ended), *_heads(row.count), "；".join(row.notes))


def _heads(count: HeadCount | None) -> tuple[object, ...]:
    if count is None:
        return ("", "", "", "", "", "没有清点人数")
    doubts = "；".join(count.doubts)
    kinds = (BLANK if heads is None else heads for heads in (count.members, count.villagers))
    return (count.expected or BLANK, count.present, *kinds, count.on_leave, doubts)


def _play(row: PlayRow) -> tuple[object, ...]:
    play = row.play
    shown = (word(play.why), moment_ms(play.started_ms), play.shown_ms // 1000, play.paused_ms // 1000)
    ended = (f"{play.height}p" if play.height else "", word(play.ended), word(play.trust), play.seq)
    return (*where_cells(play.site), row.course, row.lesson, *shown, *ended)


def where_cells(site: Site | None) -> tuple[str, str]:
    """Return township and site as the first cells of a line."""
    if site is None:
        return "", "未绑定站点"
    township = site.place.parent if site.kind in {"village", "community"} and site.place.parent else site.place
    return township.name, site.name
