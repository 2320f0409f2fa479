"""The courses of a category, or those that are on the box (本机节目): paged, so that thousands open as fast as ten."""

from __future__ import annotations

from player.core import keeping, recorded
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.screens_shown import CourseScreen, CoursesScreen, NumberScreen, RecordingScreen, StoredCourseScreen
from player.core.world import World
from playlists.documents import CatalogueEntry
from playlists.recordings import is_recording

from . import design as d
from . import here
from .frame import BACK, HOME, OK_OPENS, Key, page
from .here import course_here, poster_here, stored_courses
from .parts import Pages, Row, message, rows
from .scene import Mark, Scene
from .stack import Reaction, push, turn
from .words import MINUTE_MS, coming, is_coming, minutes, size

_ROW_HEIGHT = 116  # at least, with its gap
ON_THE_BOX = (N_("本机节目"),)  # in place of a category: the courses of which something is here


def view(world: World, library: Library) -> Scene:
    """Return one page of the courses."""
    screen = _screen(world)
    stored = on_the_box(world) if screen.category == ON_THE_BOX else None
    pages = _pages(screen, stored, library)
    title = _title(screen)
    if pages.count == 0:
        return page(world, title, _empty(world, screen), (BACK, HOME))
    shown = [_row(world, entry, room=stored is not None) for entry in _entries(world, screen, stored, pages, library)]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    turns = Key("◀▶", N_("翻页")) if pages.words else Key(pages.digits, N_("直达"))
    keys = (
        Key("▲▼", N_("选择")),
        turns,
        OK_OPENS,
        Key("0", N_("输入课号") if stored is None else N_("保留、删除")),
        BACK,
        HOME,
    )
    return page(world, title, marks, keys, aside=_aside(world, pages, stored))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Open a course's page."""
    screen = _screen(world)
    stored = on_the_box(world) if screen.category == ON_THE_BOX else None
    pages = _pages(screen, stored, library)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, CoursesScreen(screen.category, moved)), ()
    if intent == "digit-0":
        return _zero(world, screen, pages, stored), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    entries = _entries(world, screen, stored, pages, library)
    if chosen is None or chosen - pages.first >= len(entries):
        return world, ()
    return push(turn(world, CoursesScreen(screen.category, chosen)), _page_of(entries[chosen - pages.first].id)), ()


def _page_of(course: str) -> CourseScreen | RecordingScreen:
    return RecordingScreen(course) if is_recording(course) else CourseScreen(course)


def _aside(world: World, pages: Pages, stored: list[str] | None) -> str:
    """Return the page, or how many; of the box's own, how much room they take."""
    if stored is None:
        return pages.words or counted("{n} 个课件", pages.count)
    recorded_bytes = sum(one.bytes for one in world.store.recordings.values())
    used = size(sum(blob.bytes_here for blob in world.store.blobs.values()) + recorded_bytes)
    return _("已用 {used} · 还能存 {free}").format(used=used, free=size(max(0, world.store.free_bytes)))


def _zero(world: World, screen: CoursesScreen, pages: Pages, stored: list[str] | None) -> World:
    """Ask for a course number, or say what is to become of the focused course of the box."""
    if stored is None:
        return push(world, NumberScreen())
    world = turn(world, CoursesScreen(screen.category, pages.at))
    if not stored:
        return world
    one = stored[pages.at]
    return push(world, RecordingScreen(one) if is_recording(one) else StoredCourseScreen(one))


def _screen(world: World) -> CoursesScreen:
    return world.screen if isinstance(world.screen, CoursesScreen) else CoursesScreen(())


def _title(screen: CoursesScreen) -> str:
    if screen.category == ON_THE_BOX:
        return _(ON_THE_BOX[0])
    return screen.category[-1] if screen.category else _("全部课件")


def on_the_box(world: World) -> list[str]:
    """Return the ids of what lies on the box: its courses, then what was recorded here, shown or not."""
    recorded_here = world.store.recordings
    return [*stored_first(world), *sorted(recorded_here, key=lambda name: recorded_here[name].starts, reverse=True)]


def stored_first(world: World) -> list[str]:
    """Return the ids of the courses of which something is here, what can be shown first, then newest first."""
    courses = world.generation.courses if world.generation else {}
    shares = {course: course_here(world, course) for course in stored_courses(world)}
    here = [course for course, found in shares.items() if found.share > 0 and found.stopped is None]
    here.sort(key=lambda course: courses[course].number)
    here.sort(key=lambda course: courses[course].released, reverse=True)
    return sorted(here, key=lambda course: not shares[course].playable)


def _pages(screen: CoursesScreen, stored: list[str] | None, library: Library) -> Pages:
    count = library.count(screen.category) if stored is None else len(stored)
    return Pages(count, d.rows_of(_ROW_HEIGHT), screen.focus)


def _entries(
    world: World, screen: CoursesScreen, stored: list[str] | None, pages: Pages, library: Library
) -> list[CatalogueEntry]:
    if stored is None:
        return library.courses(screen.category, pages.first, pages.size)
    ids = stored[pages.first : pages.first + pages.size]
    found = (_recording(world, course) if is_recording(course) else library.entry(course) for course in ids)
    return [entry for entry in found if entry is not None]


def _recording(world: World, name: str) -> CatalogueEntry:
    """Return a recording as the menu's rows need it."""
    stored = world.store.recordings[name]
    return CatalogueEntry(
        id=name, number=0, title=recorded.title(stored), category=ON_THE_BOX, minutes=stored.length_ms // MINUTE_MS,
        lessons=1, released=stored.starts[:10],
    )  # fmt: skip


def _row(world: World, entry: CatalogueEntry, *, room: bool) -> Row:
    if is_recording(entry.id):
        return _recorded_row(world, entry)
    detail = _("课号 {number}").format(number=entry.number)
    if entry.lessons > 1:
        detail = counted("课号 {number} · {n} 课", entry.lessons, number=entry.number)
    return Row(
        entry.title,
        detail,
        _room(world, entry.id) if room else minutes(entry.minutes * 60_000),
        course_here(world, entry.id),
        poster_here(world, entry.poster),
    )


def _recorded_row(world: World, entry: CatalogueEntry) -> Row:
    stored, shown = world.store.recordings[entry.id], here.document(world, entry.id) is not None
    running = world.recording is not None and world.recording.name == entry.id
    words = minutes(stored.length_ms) if shown else _("正在录") if running else _("频道停播了")
    return Row(entry.title, words, size(stored.bytes), poster="", title_lines=1)


def _room(world: World, course: str) -> str:
    taken = size(keeping.bytes_here(world, course))
    return _("{size} 已保留").format(size=taken) if keeping.is_kept(world, course) else taken


def _empty(world: World, screen: CoursesScreen) -> tuple[Mark, ...]:
    if screen.category == ON_THE_BOX:
        return message(_("本机还没有节目"), [_("接通网络后，本机会按节目单自动下载")])
    if is_coming(world):
        return message(coming(world), [_("课件目录正在下载，稍后会自动出现在这里")])
    return message(_("这一类还没有课件"), [_("按返回键看看别的类别")])
