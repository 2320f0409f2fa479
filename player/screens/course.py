"""One course: what it is about, who supplied it, its lessons and what is here of each; OK plays."""

from __future__ import annotations

from player.core import orders
from player.core.actions import PlaceOrder, PlayLesson
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.screens_shown import CourseScreen
from player.core.world import World
from playlists.documents import Course, Lesson

from . import design as d
from . import plan_time, stop_code
from .frame import BACK, HOME, OK_PLAYS, Key, page
from .here import Here, course_here, document, lesson_here, poster_here
from .parts import POSTER_PLATE, Pages, Row, line, message, rows, state_colour
from .scene import Box, Mark, Poster, Scene, Text
from .stack import Reaction, turn
from .tell import tell
from .words import minutes, short_minutes

_ASKS = Key(N_("确定"), N_("申请下载"))
_STOPS = Key("9", N_("停播码"))
_POSTER_WIDTH, _POSTER_HEIGHT = 336, 189


def view(world: World, library: Library) -> Scene:
    """Return the course's page."""
    screen = _screen(world)
    found = document(world, screen.course)
    if found is None:
        return _without_document(world, screen, library)
    pages = Pages(len(found.lessons), _per_page(found), screen.focus)
    shown = [_row(world, found, lesson) for lesson in found.lessons[pages.first : pages.first + pages.size]]
    height, column = d.either(72, 76), _column()
    top = d.CONTENT_BOTTOM - pages.size * height + 8
    marks = (
        *(_in_few_words(world, found) if d.is_large() else (*_about(world, found), *_summary(found))),
        *rows(shown, pages.at - pages.first, top, height, x=column, width=d.RIGHT - column),
    )
    title = _("课号 {number}").format(number=found.number)
    return page(world, title, marks, _keys(world, found, pages), aside=pages.words)


def _keys(world: World, course: Course, pages: Pages) -> tuple[Key, ...]:
    """Return what the keys do; one that would only be told why not is not named."""
    lesson = course.lessons[pages.at]
    choose = (Key("▲▼", N_("选择")),) if pages.count > 1 else ()
    asks = (_ASKS,) if _can_ask(world, course, lesson) and not orders.is_asked(world, course.id) else ()
    plays = (OK_PLAYS,) if lesson_here(world, course.id, lesson).playable else ()
    shown = course.lessons[pages.first : pages.first + pages.size]
    some = any(lesson_here(world, course.id, one).playable for one in shown)
    digits = (Key(pages.digits, N_("播放")),) if some else ()
    return (*choose, *(plays or asks), *digits, Key("0", N_("安排学习")), _STOPS, BACK, HOME)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Play a lesson that is here, ask for the course where nothing of it is, or say why not."""
    screen = _screen(world)
    found = document(world, screen.course)
    if found is None:
        return _react_without_document(world, intent, screen, library)
    pages = Pages(len(found.lessons), _per_page(found), screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, CourseScreen(screen.course, moved)), ()
    if intent == "digit-0":
        return plan_time.begin(world, found.id), ()
    if intent == "digit-9":
        return stop_code.begin(world, found.number), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    world = turn(world, CourseScreen(screen.course, chosen))
    if intent == "select" and _can_ask(world, found, found.lessons[chosen]):
        return world, (PlaceOrder(course=found.id),)
    return play(world, found, found.lessons[chosen])


def play(world: World, course: Course, lesson: Lesson) -> Reaction:
    """Ask for a lesson to be played; if it cannot be, tell why. Also called by the number pad."""
    here = lesson_here(world, course.id, lesson)
    if here.playable:
        return world, (PlayLesson(course.id, lesson.id),)
    return tell(world, why_not(here)), ()


def why_not(here: Here) -> str:
    """Return in plain words why something cannot be shown now."""
    if here.stopped is not None:
        return _("这一课已停播：{reason}").format(reason=here.stopped) if here.stopped else _("这一课已停播")
    if here.share > 0:
        return _("这一课只下载了 {share}，下载完就可以播放").format(share=here.words)
    return _("这一课还没有下载，按确定键可以申请下载")


def _screen(world: World) -> CourseScreen:
    return world.screen if isinstance(world.screen, CourseScreen) else CourseScreen("")


def _column() -> int:
    """Return where title and lessons begin: beside the poster, or at the left edge in large type."""
    return d.LEFT + d.either(_POSTER_WIDTH + d.PAD, 0)


def _per_page(course: Course) -> int:
    """Return how many lessons are shown at once; in large type a long title takes the place of one."""
    return d.either(4, 4 - d.lines_needed(course.title, d.LEAD, d.INNER))


def _in_few_words(world: World, course: Course) -> tuple[Mark, ...]:
    """In large type the words are more than the picture."""
    lines, here = d.lines_needed(course.title, d.LEAD, d.INNER), course_here(world, course.id)
    top = d.CONTENT_TOP - 8
    below, left = top + lines * int(d.LEAD * 1.25) + 2, d.words_width(here.words, d.BODY) + d.GAP
    said = " · ".join(words.replace("\n", " ") for words in (_length(course), *_origin(course)) if words)
    return (
        Text(d.LEFT, top, d.INNER, course.title, d.LEAD, d.INK, True, lines=2, line_height=1.25),
        line(d.LEFT, below, left, here.words, d.BODY, state_colour(here, False), bold=True),
        Text(d.LEFT + left, below, d.INNER - left, said, d.BODY, d.QUIET, lines=2, line_height=1.3),
    )


def _length(course: Course) -> str:
    total = sum(lesson.duration_ms for lesson in course.lessons)
    return counted("{n} 课 · {length}", len(course.lessons), length=minutes(total))


def _origin(course: Course) -> tuple[str, str]:
    """Return who supplied a course, and the number under which it was approved."""
    supplied = _("供课单位\n{provider}").format(provider=course.provider)
    approval = _("批准文号\n{number}").format(number=course.approval_number) if course.approval_number else ""
    return supplied, approval


def _about(world: World, course: Course) -> tuple[Mark, ...]:
    plate = (d.LEFT, d.CONTENT_TOP, _POSTER_WIDTH, _POSTER_HEIGHT)
    poster = poster_here(world, course.poster)
    picture: Mark = Poster(*plate, poster, d.RADIUS) if poster else Box(*plate, POSTER_PLATE, d.RADIUS)
    top, quiet = d.CONTENT_TOP + _POSTER_HEIGHT + 8, (d.BODY, d.QUIET)
    supplier = 1 + d.lines_needed(course.provider, d.BODY, _POSTER_WIDTH)
    below = top + 94 + int(supplier * d.BODY * 1.3)
    here, (supplied, approval) = course_here(world, course.id), _origin(course)
    return (
        picture,
        line(d.LEFT, top, _POSTER_WIDTH, here.words, d.ROW, state_colour(here, False), bold=True),
        line(d.LEFT, top + 48, _POSTER_WIDTH, _length(course), d.BODY, d.QUIET),
        Text(d.LEFT, top + 90, _POSTER_WIDTH, supplied, *quiet, lines=supplier, line_height=1.3),
        Text(d.LEFT, below, _POSTER_WIDTH, approval, *quiet, lines=2, line_height=1.3),
    )


def _summary(course: Course) -> tuple[Mark, ...]:
    column, top = _column(), d.CONTENT_TOP - 8
    width = d.RIGHT - column
    lines = d.lines_needed(course.title, d.LEAD, width)
    below = top + lines * int(d.LEAD * 1.25) + 8
    return (
        Text(column, top, width, course.title, d.LEAD, d.INK, True, lines=2, line_height=1.25),
        Text(column, below, width, course.summary, d.BODY, d.QUIET, lines=4 - lines, line_height=1.3),
    )


def _row(world: World, course: Course, lesson: Lesson) -> Row:
    return Row(lesson.title, aside=short_minutes(lesson.duration_ms), here=lesson_here(world, course.id, lesson))


def _without_document(world: World, screen: CourseScreen, library: Library) -> Scene:
    entry = library.entry(screen.course)
    if entry is None:
        marks = message(_("找不到这个课件"), [_("它可能已经下架，按返回键看看别的课件")])
        return page(world, _("课件"), marks, (BACK, HOME))
    asked = orders.is_asked(world, entry.id)
    lines = [
        _("课号 {number} · {length} · {provider}").format(
            number=entry.number, length=minutes(entry.minutes * 60_000), provider=entry.provider
        ),
        _("已经申请，县里同意后会自动下载") if asked else _("还没有下载。想看就按确定键申请，县里安排后会自动下载"),
    ]
    return page(world, _("课件"), message(entry.title, lines), (*(() if asked else (_ASKS,)), _STOPS, BACK, HOME))


def _can_ask(world: World, course: Course, lesson: Lesson) -> bool:
    """Return whether OK asks for the course: nothing of this lesson is here, and it may be shown."""
    here = lesson_here(world, course.id, lesson)
    return here.share == 0 and here.stopped is None


def _react_without_document(world: World, intent: str, screen: CourseScreen, library: Library) -> Reaction:
    entry = library.entry(screen.course)
    if entry is not None and intent == "digit-9":
        return stop_code.begin(world, entry.number), ()
    return world, (PlaceOrder(course=screen.course),) if entry is not None and intent == "select" else ()
