"""One session in the order of the paper book (抄簿), to be copied line by line; or what can be done for one missed.

记录簿 asks: when, where, form, speaker, what; expected, present, on leave, members, villagers; then the rest.
"""

from __future__ import annotations

from typing import Final

from player.core import record_book
from player.core.facts import SessionRecord
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.own_sessions import FORMS
from player.core.schedule import find
from player.core.screens_shown import CorrectScreen, PlanScreen, RecordScreen
from player.core.world import World
from playlists.entries import HeadCount
from playlists.occurrences import Occurrence

from . import agenda, book, plan_time
from . import design as d
from .correct import draft_of
from .frame import BACK, HOME, Key, page
from .paper import TURNS, leaf_marks, leaf_words, leaves_of, turned
from .parts import Row, line, message, rows
from .registered import RATINGS
from .scene import Scene, Text
from .stack import Reaction, push, turn
from .words import full_date, local, time_of_day

HEADS: Final = {
    "expected": N_("应到"), "present": N_("实到"), "members": N_("党员"), "villagers": N_("群众"),
    "on_leave": N_("请假"), "neighbours": N_("邻村"),
}  # fmt: skip
_MISSED: Final = (N_("安排补学"), N_("已经开过，补登人数"))


def view(world: World, library: Library) -> Scene:
    """Return the page of the book."""
    screen = _screen(world)
    record, occurrence = record_book.find(world, screen.session), find(world, screen.session)
    if record is None or record.held is None:
        return _missed(world, screen, occurrence) if occurrence else _gone(world)
    leaves = leaves_of(_entries(world, record))
    at = min(screen.leaf, len(leaves) - 1)
    turns = (TURNS,) if len(leaves) > 1 else ()
    mends = (Key("1", N_("更正人数")),) if record.count is not None else ()
    if _may_be_made_up(world, record, occurrence):
        mends = (Key("1", _MISSED[0]),)
    keys = (*mends, *turns, BACK, HOME)
    return page(world, _("抄簿"), leaf_marks(leaves[at]), keys, aside=leaf_words(at, leaves))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Turn the leaves, correct the heads; of a missed one, choose what is done."""
    screen = _screen(world)
    record, occurrence = record_book.find(world, screen.session), find(world, screen.session)
    if record is None or record.held is None:
        return (_react_missed(world, screen, occurrence, intent), ()) if occurrence else (world, ())
    if intent == "digit-1" and record.count is not None:
        return push(world, CorrectScreen(screen.session, draft_of(record.count))), ()
    if intent == "digit-1" and occurrence and _may_be_made_up(world, record, occurrence):
        return _made_up(world, occurrence), ()
    leaves = leaves_of(_entries(world, record))
    return turn(world, RecordScreen(screen.session, turned(screen.leaf, intent, leaves))), ()


def _screen(world: World) -> RecordScreen:
    return world.screen if isinstance(world.screen, RecordScreen) else RecordScreen("")


# --- the page


def _entries(world: World, record: SessionRecord) -> list[tuple[str, str]]:
    held, since = record.held, record_book.began_ms(world, record)
    assert held is not None
    box = world.generation.box if world.generation else None
    until = time_of_day(world, since + record.lasted_ms)
    when = _("{year}年{date} {since} 至 {until}").format(
        year=local(world, since).year, date=full_date(world, since), since=time_of_day(world, since), until=until
    )
    thought = RATINGS.get(record.rating)
    uncounted = "" if held.ended == "skipped" else _("没有清点，可请乡镇代录")
    return [
        (_("时间"), when),
        (_("地点"), box.site.name if box else ""),
        (_("形式"), _(FORMS.get(held.form, FORMS["video"]))),
        (_("状态"), book.state_words(record)),
        (_("主讲人"), held.speaker),
        (_("内容"), held.title),
        *(_heads(record.count) if record.count else [(_("人数"), uncounted)]),
        (_("联合学习"), _joint(held.neighbour, record.count)),
        (_("评价"), _(thought) if thought else ""),
        (_("备注"), held.remarks),
        *((_("更正"), _correction(one.field, one.was, one.now, one.reason)) for one in record.corrections),
    ]


def _heads(count: HeadCount) -> list[tuple[str, str]]:
    blank = _("未填")
    came = _("应到 {expected}　实到 {present}　请假 {on_leave}").format(
        expected=count.expected or blank, present=count.present, on_leave=count.on_leave
    )
    kinds = _("党员 {members}　群众 {villagers}").format(
        members=blank if count.members is None else count.members,
        villagers=blank if count.villagers is None else count.villagers,
    )
    return [(_("人数"), came), (_("其中"), kinds)]


def _joint(neighbour: str, count: HeadCount | None) -> str:
    if not neighbour:
        return ""
    return counted("{village}，{n} 人", count.neighbours if count else 0, village=neighbour)


def _correction(field: str, was: int | None, now: int | None, reason: str) -> str:
    blank = _("未填")
    nothing = (None, 0) if field == "expected" else (None,)
    return _("{figure} {was} 改为 {now}（{reason}）").format(
        figure=_(HEADS.get(field, field)), was=blank if was in nothing else was, now=blank if now in nothing else now,
        reason=reason,
    )  # fmt: skip


# --- one that was missed


def _missed(world: World, screen: RecordScreen, one: Occurrence) -> Scene:
    top = d.CONTENT_TOP + d.either(176, 140)
    marks = (
        Text(d.LEFT, d.CONTENT_TOP, d.INNER, one.title, d.LEAD, d.INK, True, lines=2, line_height=1.25),
        line(d.LEFT, top - d.either(56, 50), d.INNER, agenda.when(world, one), d.ROW, d.QUIET),
        *rows([Row(_(words), title_lines=1) for words in _MISSED], _chosen(screen), top, 96),
    )
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("打开")), Key("1–2", N_("直达")), BACK, HOME)
    return page(world, _("这次还没有开"), marks, keys)


def _chosen(screen: RecordScreen) -> int:
    return min(screen.leaf, len(_MISSED) - 1)


def _react_missed(world: World, screen: RecordScreen, one: Occurrence, intent: str) -> World:
    if intent in ("up", "down"):
        return turn(world, RecordScreen(screen.session, 1 if intent == "down" else 0))
    chosen = {"digit-1": 0, "digit-2": 1, "select": _chosen(screen)}.get(intent)
    if chosen is None:
        return world
    if chosen == 0:
        return _made_up(world, one)
    course = one.items[0].course if one.items else ""
    day = plan_time.day_of(world, one.starts_ms)
    return push(world, PlanScreen("time", course=course, form=one.form, day=day, made_up=one.id, past=True))


def _may_be_made_up(world: World, record: SessionRecord, one: Occurrence | None) -> bool:
    """Return whether a session that was said not to take place can still be held another time."""
    skipped = record.held is not None and record.held.ended == "skipped"
    return one is not None and skipped and not agenda.is_made_up(world, one)


def _made_up(world: World, one: Occurrence) -> World:
    """Return the world with a made-up session proposed."""
    return plan_time.propose(world, one.items[0].course if one.items else "", one.form, made_up=one.id)


def _gone(world: World) -> Scene:
    return page(world, _("学习记录"), message(_("找不到这次学习"), [_("按返回键看其他记录")]), (BACK, HOME))
