"""The gathering card: what will be shown, when it begins, whether it is all here; OK begins when people sit."""

from __future__ import annotations

from player.core import lessons
from player.core.actions import FindWays, LeaveSession, StartSession, WaitLonger
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.session import GroupSession, SessionLesson
from player.core.own_sessions import FORMS, is_own
from player.core.readiness import in_danger
from player.core.screens_shown import DetailsScreen
from player.core.session_now import is_talk
from player.core.session_running import EARLY_MS
from player.core.world import World

from . import agenda
from . import design as d
from .frame import HOME, Key, page
from .here import Here
from .parts import Row, line, rows
from .question import ask_to_cancel, ask_to_skip
from .scene import Colour, Mark, Scene, Text
from .stack import Reaction, home, pop, push
from .words import MINUTE_MS, clock_known, countdown, minutes

BY_HAND = N_("时间未校准，不会自动开始")
SECONDS_FROM_MS = 2 * MINUTE_MS  # from here on the countdown shows seconds
_ROW_HEIGHT = 64
_TITLE_LINE = int(d.TITLE * 1.25)


def view(world: World, library: Library) -> Scene:
    """Return the card."""
    session = world.session
    assert session is not None
    marks = (
        Text(
            d.LEFT,
            _title_top(),
            d.INNER,
            session.occurrence.title,
            d.TITLE,
            d.INK,
            True,
            lines=d.either(2, 1),
            line_height=1.25,
        ),
        *_when(world, session),
        *_lessons(world, session, early=_too_early(world, session)),
    )
    ready = any(lesson.blob for lesson in session.lessons) or is_talk(session)
    no = N_("取消安排") if is_own(session.occurrence) else N_("这次不开")
    waits = (Key("2", N_("再等一会")),) if _may_wait(world, session) else ()
    helps = (Key("3", N_("怎么办")),) if in_danger(world, session.occurrence) else ()
    begins = (Key(N_("确定"), N_("开始") if ready else N_("再试")), *waits)
    now = () if _too_early(world, session) else (*begins, Key("1", N_("其他项")))
    return page(
        world,
        _("集中学习"),
        marks,
        (*now, *helps, Key(N_("返回"), N_("先离开")), Key("0", no), HOME),
    )


def react(world: World, intent: str, library: Library) -> Reaction:
    """Begin, leave for now, or ask whether it shall not take place."""
    if intent == "select":
        return world, (StartSession(),)
    if intent in ("back", "home"):
        return (home if intent == "home" else pop)(world), (LeaveSession(),)
    if intent == "digit-1" and world.session and not _too_early(world, world.session):
        return push(world, DetailsScreen()), ()
    if intent == "digit-2":
        return world, (WaitLonger(),) if world.session and _may_wait(world, world.session) else ()
    if intent == "digit-3" and world.session is not None and in_danger(world, world.session.occurrence):
        return world, (FindWays(world.session.occurrence.id),)
    if intent == "digit-0":
        own = world.session is not None and is_own(world.session.occurrence)
        return push(world, ask_to_cancel(world) if own else ask_to_skip(world)), ()
    return world, ()


def seconds_shown(world: World) -> bool:
    """Return whether the countdown on the card runs in seconds now."""
    if world.session is None or world.now.trust != "trusted":
        return False
    return 0 < world.session.occurrence.starts_ms - world.now.wall_ms <= SECONDS_FROM_MS


def _too_early(world: World, session: GroupSession) -> bool:
    return clock_known(world) and world.now.wall_ms < session.occurrence.starts_ms - EARLY_MS


def _may_wait(world: World, session: GroupSession) -> bool:
    """Return whether it would begin by itself before long, so that people may want to wait."""
    left_ms = session.occurrence.starts_ms - world.now.wall_ms
    return (
        world.now.trust == "trusted"
        and not is_talk(session)
        and left_ms <= session.occurrence.gather_minutes * MINUTE_MS
    )


def _when(world: World, session: GroupSession) -> tuple[Mark, ...]:
    top = _below_title(session)
    if not any(lesson.blob for lesson in session.lessons) and not is_talk(session):
        words = _why_not(world, session)
        size = d.fitting(words, d.INNER, d.TITLE, d.LEAD, d.ROW)
        return (line(d.LEFT, top, d.INNER, words, size, d.WARN, bold=True),)
    if world.now.trust != "trusted":
        planned = _("原定 {when}").format(when=agenda.when(world, session.occurrence))
        return _halves(top, planned, _(BY_HAND), d.ROW, d.WARN)
    starts = session.occurrence.starts_ms
    begins = _("{when} 开始").format(when=agenda.when(world, session.occurrence))
    left = countdown(starts - world.now.wall_ms, seconds=seconds_shown(world))
    return _halves(top, begins, left, d.TITLE, d.BUSY)


def _halves(top: int, when: str, said: str, size: int, colour: Colour) -> tuple[Mark, ...]:
    """Return the line with the time at the left, and at the right how long it is still or what hinders."""
    size = d.fitting(said, d.INNER - d.PAD - d.words_width(when, d.LEAD), size, d.ROW, d.BODY)
    right = d.words_width(said, size)
    left = d.INNER - right - d.PAD
    return (
        line(d.LEFT, top, left, when, d.fitting(when, left, d.TITLE, d.LEAD, d.ROW), d.INK, bold=True),
        line(d.RIGHT - right, top + (d.TITLE - size) // 2, right, said, size, colour, bold=True, align="right"),
    )


def _title_top() -> int:
    return d.CONTENT_TOP - 8


def _why_not(world: World, session: GroupSession) -> str:
    """Return why nothing of the session can be shown."""
    stops = [lessons.stop_order(world.generation, one.course, one.lesson) for one in session.lessons]
    if stops and all(stops) and stops[0]:
        return _("这次的课件已停播：{reason}").format(reason=stops[0].reason)
    expected = agenda.expected_words(world, session.occurrence)
    if not expected:
        return _("这次的课件还没有下载，请先接通网络")
    return _("课件还没有齐。{expected}").format(expected=expected)


def _below_title(session: GroupSession) -> int:
    lines = d.lines_needed(session.occurrence.title, d.TITLE, d.INNER, d.either(2, 1))
    return _title_top() + lines * _TITLE_LINE + 8


def _lessons(world: World, session: GroupSession, *, early: bool) -> tuple[Mark, ...]:
    top = _below_title(session) + d.either(84, 68)
    if is_talk(session):
        form = _("{form}，不放课件").format(form=_(FORMS[session.row.form]))
        told = (line(d.LEFT, top, d.INNER, form, d.ROW, d.QUIET), *_speaker(session, top + 56))
        return (*told, _hint(_("到了当天才能开始") if early else _("人到齐了，按确定键开始"), top + 104))
    most = (d.CONTENT_BOTTOM - d.either(48, 92) - top) // _ROW_HEIGHT
    shown = [_row(world, lesson) for lesson in session.lessons[:most]]
    below = top + len(shown) * _ROW_HEIGHT + 4
    absent = sum(not lesson.blob for lesson in session.lessons) + len(session.occurrence.missing)
    ready = any(lesson.blob for lesson in session.lessons)
    length = minutes(sum(lesson.duration_ms for lesson in session.lessons))
    said = counted("共 {n} 课 {length}", len(session.lessons), length=length)
    if absent and ready:
        said = counted("{whole}，有 {n} 课不在本机，会跳过", absent, whole=said)
    hint = _("到了当天才能开始") if early else _("人到齐了，按确定键开始") if ready else ""
    return (
        *rows(shown, -1, top, _ROW_HEIGHT, numbered=False),
        line(d.LEFT, below, d.INNER - d.either(432, 0), said, d.BODY, d.WARN if absent else d.QUIET),
        _hint(hint, below),
    )


def _speaker(session: GroupSession, top: int) -> tuple[Mark, ...]:
    if not session.row.speaker:
        return ()
    words = _("主讲人：{name}").format(name=session.row.speaker)
    return (line(d.LEFT, top, d.INNER, words, d.ROW, d.INK),)


def _hint(words: str, below: int) -> Text:
    """Return what to do now: large in the middle of what is free under a short list, else at the list's end."""
    free = d.CONTENT_BOTTOM - below - 48
    if d.is_large():
        return line(d.LEFT, below + 40, d.INNER, words, d.ROW, d.FOCUS, bold=True, align="centre")
    if free < 2 * d.TITLE:
        return line(d.RIGHT - 420, below - 2, 420, words, d.BODY + 2, d.FOCUS, bold=True, align="right")
    top = below + 48 + (free - _TITLE_LINE) // 2
    return line(d.LEFT, top, d.INNER, words, d.TITLE, d.FOCUS, bold=True, align="centre")


def _row(world: World, lesson: SessionLesson) -> Row:
    stop = lessons.stop_order(world.generation, lesson.course, lesson.lesson)
    length = minutes(lesson.duration_ms) if lesson.duration_ms else ""
    return Row(lesson.title, aside=length, here=Here(1.0 if lesson.blob else 0.0, stop.reason if stop else None))
