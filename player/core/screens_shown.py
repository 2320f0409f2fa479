"""What is on the stack of screens, as data: one frozen value a screen, the last of the stack is seen.

`player.screens` draws them and says what keys do there; the core puts `PlayingScreen` and `SessionScreen` on the stack
when something really starts (`player.core.stage`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from playlists.documents import SessionForm
from playlists.entries import Repeat

from .facts import HeadCountDraft
from .outlook import Ways

PlanStep = Literal["course", "channel", "when", "day", "time", "clock", "length", "confirm"]


class HomeScreen(msgspec.Struct, frozen=True):
    """主页: clock, next session, tiles."""

    focus: int = 0


class CategoriesScreen(msgspec.Struct, frozen=True):
    """课件目录 by category; ``path`` is where we are in the tree."""

    path: tuple[str, ...] = ()
    focus: int = 0


class CoursesScreen(msgspec.Struct, frozen=True):
    """The courses of a category."""

    category: tuple[str, ...]
    focus: int = 0


class CourseScreen(msgspec.Struct, frozen=True):
    """One course: its lessons, what is here."""

    course: str
    focus: int = 0


class NumberScreen(msgspec.Struct, frozen=True):
    """Key in a course number."""

    digits: str = ""
    error: str = ""


class SearchScreen(msgspec.Struct, frozen=True):
    """找课件: by course number or by the pinyin initials of a title, on digits."""

    digits: str = ""
    focus: int = 0


class OrdersScreen(msgspec.Struct, frozen=True):
    """点播申请: what was asked for here, and where it stands."""

    focus: int = 0


class OrderScreen(msgspec.Struct, frozen=True):
    """One order in full; ``leaf`` is the part that is seen."""

    order: str
    leaf: int = 0


class WishScreen(msgspec.Struct, frozen=True):
    """A wish is described in own words; they are `World.writing`, so that leaving the screen loses nothing."""


class WishesScreen(msgspec.Struct, frozen=True):
    """Ready phrases to ask for."""

    focus: int = 0


class SessionsScreen(msgspec.Struct, frozen=True):
    """今日和本月集中学习: coming sessions and their readiness."""

    focus: int = 0


class WaysScreen(msgspec.Struct, frozen=True):
    """怎么办: what helps a session that may not be ready; ``listing``: what a stick would have to bring."""

    ways: Ways
    focus: int = 0
    listing: bool = False


class InformationScreen(msgspec.Struct, frozen=True):
    """信息直播: what the county lets be read here."""

    focus: int = 0


class ReadingScreen(msgspec.Struct, frozen=True):
    """One information page, or a notice in full, by its key; ``leaf`` is the page of it that is open, from 0."""

    key: str
    leaf: int = 0


class PlanScreen(msgspec.Struct, frozen=True):
    """安排学习: a session of one's own is planned step by step; each step lies on the stack above the one before.

    ``day`` counts from 1970, ``minute`` from midnight, both in the village's wall time; ``digits`` are of a time that
    is keyed in; ``made_up`` is the missed session that it makes up for (补学). ``past``: it was held already, without
    the box, and is entered now (补登). With a ``channel`` it is a recording of so many ``minutes`` that is planned
    (安排录制); ``room_bytes`` is what there was room for when it came to be confirmed.
    """

    step: PlanStep = "course"
    focus: int = 0
    course: str = ""
    form: SessionForm = "video"
    day: int = 0
    minute: int = 0
    digits: str = ""
    repeat: Repeat = "once"
    made_up: str = ""
    past: bool = False
    channel: str = ""
    minutes: int = 0
    room_bytes: int = 0


class RecordingsScreen(msgspec.Struct, frozen=True):
    """录制: what is recorded now, what will be, and what has been."""

    focus: int = 0


class RecordingScreen(msgspec.Struct, frozen=True):
    """One recording that lies on the box: play it, plan with it, delete it."""

    recording: str
    focus: int = 0


class PlayingScreen(msgspec.Struct, frozen=True):
    """The moving picture; the OSD is visible until ``osd_until_monotonic_ms`` (always while paused)."""

    osd_until_monotonic_ms: int = 0


class SessionScreen(msgspec.Struct, frozen=True):
    """The group session's cards: gathering, head count, closing (by the session's state)."""


class StopCodeScreen(msgspec.Struct, frozen=True):
    """停播码: first the course number is keyed in, then (``keyed_number``) the eight digits heard on the telephone.

    ``given``: the number is that of the course from which people came.
    """

    number: str = ""
    code: str = ""
    keyed_number: bool = False
    given: bool = False


class DetailsScreen(msgspec.Struct, frozen=True):
    """其他登记项: what is noted about the session that is on, beside its heads."""

    focus: int = 0


class NoteScreen(msgspec.Struct, frozen=True):
    """One of these is written; the words are `World.note`."""

    field: str = "remarks"


class RecordsScreen(msgspec.Struct, frozen=True):
    """学习记录: the sessions of the month ``back`` months ago, or with ``year`` the months of its year."""

    back: int = 0
    focus: int = 0
    year: bool = False


class RecordScreen(msgspec.Struct, frozen=True):
    """抄簿: one session of the record book; ``leaf`` is the part that is seen, or the choice for one missed."""

    session: str
    leaf: int = 0


class CorrectScreen(msgspec.Struct, frozen=True):
    """更正人数: the figures of a signed-off count are mended."""

    session: str
    draft: HeadCountDraft


class ReasonScreen(msgspec.Struct, frozen=True):
    """Why they are mended."""

    session: str
    draft: HeadCountDraft
    focus: int = 0


class StatusScreen(msgspec.Struct, frozen=True):
    """设备状态: version, generation, store, line, clock, in plain words; ``focus`` is among faults and actions."""

    focus: int = 0


class PhoneScreen(msgspec.Struct, frozen=True):
    """手机遥控: QR code and PIN for a telephone."""


class SettingsScreen(msgspec.Struct, frozen=True):
    """设置: what people choose at this box."""

    focus: int = 0


class VolumesScreen(msgspec.Struct, frozen=True):
    """音量: by day, at night, and the most."""

    focus: int = 0


class PictureTestScreen(msgspec.Struct, frozen=True):
    """画面测试: one of several test cards."""

    card: int = 0


class TimeScreen(msgspec.Struct, frozen=True):
    """设置时间: year, month, day, hour and minute, as proposed or keyed in.

    ``fresh``: the field was just reached, so the first digit replaces what stands there.
    """

    figures: tuple[str, ...]
    field: int = 0
    fresh: bool = True
    error: str = ""


class LearnScreen(msgspec.Struct, frozen=True):
    """学习遥控器: a remote control is taught its keys; where that stands is `World.learning`."""


class CheckScreen(msgspec.Struct, frozen=True):
    """设备自检: what was found; where it stands is `World.check`."""


class StoredCourseScreen(msgspec.Struct, frozen=True):
    """A course on the box (本机节目): keep it or delete it."""

    course: str
    focus: int = 0


class StickScreen(msgspec.Struct, frozen=True):
    """U 盘: what a stick has for this box; where that stands is `World.stick`."""


class FaultScreen(msgspec.Struct, frozen=True):
    """One fault in plain words: its code, what happened, what to do."""

    code: str


class LiveScreen(msgspec.Struct, frozen=True):
    """A live channel; its words are visible until ``osd_until_monotonic_ms`` (always while it is not moving)."""

    osd_until_monotonic_ms: int = 0


class OptionsScreen(msgspec.Struct, frozen=True):
    """Over the moving picture: other lessons, subtitles, sound, speed."""

    focus: int = 0


class NextScreen(msgspec.Struct, frozen=True):
    """A lesson from the menu was shown to its end: the next one of its course."""

    course: str
    lesson: str


class QuestionScreen(msgspec.Struct, frozen=True):
    """A yes/no question before something that cannot be undone, such as leaving a running session, or that costs.

    ``about`` is the id of what it is about, where the screen below does not say.
    """

    question: str
    action: str
    focus: int = 0
    about: str = ""


Screen = (
    HomeScreen
    | CategoriesScreen
    | CoursesScreen
    | CourseScreen
    | NumberScreen
    | SearchScreen
    | OrdersScreen
    | OrderScreen
    | WishScreen
    | WishesScreen
    | SessionsScreen
    | WaysScreen
    | InformationScreen
    | ReadingScreen
    | PlanScreen
    | RecordingsScreen
    | RecordingScreen
    | PlayingScreen
    | LiveScreen
    | OptionsScreen
    | NextScreen
    | SessionScreen
    | DetailsScreen
    | RecordsScreen
    | RecordScreen
    | CorrectScreen
    | ReasonScreen
    | NoteScreen
    | StatusScreen
    | StopCodeScreen
    | PhoneScreen
    | SettingsScreen
    | VolumesScreen
    | PictureTestScreen
    | TimeScreen
    | LearnScreen
    | CheckScreen
    | StoredCourseScreen
    | StickScreen
    | FaultScreen
    | QuestionScreen
)
