"""本机节目: which courses stay on the box and which go, as somebody at the television says.

Theory: a course may be kept (保留), and then the store never removes it by itself. It may be deleted, unless it is on
the screen or a coming session needs it; what was deleted is not taken into the stock of new courses again, but a
session or an order that needs it fetches it. Recordings made here are no courses and are not touched. Called by
`wishes`, asked by `transfers` and the screens.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from playlists.documents import Course

from . import choices, schedule, stick, transfers
from .actions import DeleteCourse, KeepCourse
from .language import _
from .turn import Turn
from .world import World

MOST: Final = 400  # courses that are kept, or not wanted; the oldest word is forgotten


def films(course: Course) -> tuple[str, ...]:
    """Return all blobs that are a course's own and take room: films with their chunk lists, and subtitles."""
    renditions = [one for lesson in course.lessons for one in lesson.renditions]
    lists = [one.blob.chunk_list for one in renditions if one.blob.chunk_list]
    texts = [text.blob.sha256 for lesson in course.lessons for text in lesson.subtitles]
    return tuple(dict.fromkeys([*(one.blob.sha256 for one in renditions), *lists, *texts]))


def bytes_here(world: World, course: str) -> int:
    """Return how much room a course takes."""
    return sum(world.store.blobs[sha].bytes_here for sha in _here(world, course))


def is_kept(world: World, course: str) -> bool:
    """Return whether somebody said that it stays."""
    return course in world.preferences.kept_courses


def needed_by(world: World, course: str) -> str:
    """Return why a course cannot be deleted now, in words; empty if it can."""
    playing = world.playback.row.course if world.playback else ""
    lessons = world.session.lessons if world.session else ()
    if course == playing or course in {lesson.course for lesson in lessons}:
        return _("正在放，不能删除")
    coming = world.generation.occurrences if world.generation else ()
    for one in coming:
        ahead = not schedule.is_known(world.now) or schedule.over_ms(one) > world.now.wall_ms
        if ahead and one.id not in world.done_sessions and course in {item.course for item in one.items}:
            return _("集中学习“{title}”要用，不能删除").format(title=one.title)
    return ""


def keep(turn: Turn, wish: KeepCourse) -> None:
    """It stays, or no longer because of that."""
    chosen = turn.world.preferences
    others = tuple(course for course in chosen.kept_courses if course != wish.course)
    unwanted = tuple(course for course in chosen.unwanted_courses if course != wish.course)
    if wish.kept:
        chosen = replace(chosen, kept_courses=(*others, wish.course)[-MOST:], unwanted_courses=unwanted)
    else:
        chosen = replace(chosen, kept_courses=others)
    choices.keep(turn, chosen)
    transfers.forget_plan(turn)
    turn.say(_("已保留，本机不会自动清理") if wish.kept else _("不再保留，空间不够时会自动清理"))


def delete(turn: Turn, wish: DeleteCourse) -> None:
    """Remove what is here of it, if nothing needs it."""
    blobs, why_not = _here(turn.world, wish.course), needed_by(turn.world, wish.course)
    if why_not or not blobs:
        turn.say(why_not or _("本机已经没有这个课件"))
    elif turn.world.transfers.evicting:
        turn.say(_("本机正在清理，请过一会儿再删"))
    elif stick.is_copying(turn.world):
        turn.say(_("正在从 U 盘拷节目，拷完再删"))
    else:
        chosen = turn.world.preferences
        kept = tuple(course for course in chosen.kept_courses if course != wish.course)
        unwanted = tuple(course for course in chosen.unwanted_courses if course != wish.course)
        choices.keep(turn, replace(chosen, kept_courses=kept, unwanted_courses=(*unwanted, wish.course)[-MOST:]))
        transfers.remove(turn, blobs)
        turn.say(_("已删除"))


def _here(world: World, course: str) -> tuple[str, ...]:
    document = world.generation.courses.get(course) if world.generation else None
    return tuple(sha for sha in films(document) if sha in world.store.blobs) if document else ()
