"""One recording that lies on the box: its parts to be played, a session to be planned with it, and deleting it."""

from __future__ import annotations

from typing import Final

import msgspec

from player.core import recorded, recordings
from player.core.actions import Action, PlayLesson
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import RecordingScreen
from player.core.world import World
from playlists.documents import Lesson

from . import design as d
from . import plan_time
from .frame import BACK, HOME, Key, page
from .here import document
from .parts import Pages, Row, line, message, rows
from .question import ask_to_delete_recording
from .recordings import result_words
from .scene import Scene
from .stack import Reaction, push, turn
from .tell import tell
from .words import minutes, size

_ROW_HEIGHT: Final = 88


class Choice(msgspec.Struct, frozen=True):
    """What a row does: play a part, plan a session with it, or delete it."""

    does: str
    part: Lesson | None = None


def view(world: World, library: Library) -> Scene:
    """Return what can be done with it."""
    screen = _screen(world)
    stored = world.store.recordings.get(screen.recording)
    if stored is None:
        return page(world, _("录像"), message(_("本机已经没有这个录像"), []), (BACK, HOME))
    choices, pages = _choices(world, screen), _pages(world, screen)
    shown = [_row(world, screen, one) for one in choices[pages.first : pages.first + pages.size]]
    told = _told(world, screen)
    marks = (
        line(d.LEFT, d.CONTENT_TOP, d.INNER, recorded.title(stored), d.LEAD, d.INK, bold=True),
        line(d.LEFT, d.CONTENT_TOP + 56, d.INNER, told, d.fitting(told, d.INNER, d.BODY, d.least()), d.QUIET),
        *rows(shown, pages.at - pages.first, _list_top(), _list_height() // pages.size),
    )
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("就这样")), Key(pages.digits, N_("直达")), BACK, HOME)
    return page(world, _("录像"), marks, keys, aside=pages.words or size(stored.bytes))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Play it, plan with it, or ask whether it shall be deleted."""
    screen = _screen(world)
    pages, choices = _pages(world, screen), _choices(world, screen)
    if screen.recording not in world.store.recordings:
        return world, ()
    if (moved := pages.moved(intent)) is not None:
        return turn(world, RecordingScreen(screen.recording, moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    return _do(turn(world, RecordingScreen(screen.recording, chosen)), screen.recording, choices[chosen])


def _do(world: World, name: str, choice: Choice) -> Reaction:
    actions: tuple[Action, ...] = ()
    if choice.part is not None:
        return world, (PlayLesson(name, choice.part.id),)
    if choice.does == "plan":
        return plan_time.begin(world, name), actions
    why_not = recordings.needed_by(world, name)
    title = recorded.title(world.store.recordings[name])
    return (tell(world, why_not) if why_not else push(world, ask_to_delete_recording(title, name))), actions


def _screen(world: World) -> RecordingScreen:
    return world.screen if isinstance(world.screen, RecordingScreen) else RecordingScreen("")


def _choices(world: World, screen: RecordingScreen) -> list[Choice]:
    course = document(world, screen.recording)
    if course is None:
        return [Choice("delete")]
    return [*(Choice("play", one) for one in course.lessons), Choice("plan"), Choice("delete")]


def _pages(world: World, screen: RecordingScreen) -> Pages:
    return Pages(len(_choices(world, screen)), max(1, _list_height() // _ROW_HEIGHT), screen.focus)


def _list_top() -> int:
    return d.CONTENT_TOP + 112


def _list_height() -> int:
    return d.CONTENT_HEIGHT - 112


def _told(world: World, screen: RecordingScreen) -> str:
    """Return how much there is of it, and why it is not whole or cannot be shown."""
    stored, result = world.store.recordings[screen.recording], world.recorded.get(screen.recording)
    length = _("录了 {length}").format(length=minutes(stored.length_ms))
    if world.recording is not None and world.recording.name == screen.recording:
        return _("正在录，录完才能放")
    if document(world, screen.recording) is None:
        return _("{length} · 这个频道已停播，录像不能放").format(length=length)
    why = result_words(result) if result is not None else ""
    return _("{length} · {why}").format(length=length, why=why) if why else length


def _row(world: World, screen: RecordingScreen, choice: Choice) -> Row:
    if choice.part is not None:
        only = len(_choices(world, screen)) == 3
        words = _("播放") if only else _part_words(world, screen, choice.part)
        return Row(words, aside=minutes(choice.part.duration_ms), title_lines=1)
    if choice.does == "plan":
        return Row(_("安排学习，放这个录像"))
    why_not = recordings.needed_by(world, screen.recording)
    taken = size(world.store.recordings[screen.recording].bytes)
    return Row(_("删除"), aside=_("现在不能删除") if why_not else _("腾出 {size}").format(size=taken))


def _part_words(world: World, screen: RecordingScreen, part: Lesson) -> str:
    stored = world.store.recordings[screen.recording]
    parts = recorded.worth(stored)
    place = next((at for at, one in enumerate(parts) if str(one.number) == part.id), 0)
    return recorded.part_title(parts, place, stored.title)
