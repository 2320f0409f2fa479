"""Which screen is to be seen: the top of the stack, or what stands in its place.

Home gives way to the binding page while the box belongs to no site; the playing and session screens are the same
place and follow the state of session and playback, so that the stack can never show what is over.
"""

from __future__ import annotations

from typing import Protocol

from player.core import saver
from player.core.library import Library
from player.core.lives.picture import PlaybackState
from player.core.lives.session import SessionState
from player.core.playback import is_active, is_on_demand
from player.core.screens_shown import (
    CategoriesScreen,
    CheckScreen,
    CorrectScreen,
    CourseScreen,
    CoursesScreen,
    DetailsScreen,
    FaultScreen,
    InformationScreen,
    LearnScreen,
    LiveScreen,
    NextScreen,
    NoteScreen,
    NumberScreen,
    OptionsScreen,
    OrderScreen,
    OrdersScreen,
    PhoneScreen,
    PictureTestScreen,
    PlanScreen,
    PlayingScreen,
    QuestionScreen,
    ReadingScreen,
    ReasonScreen,
    RecordingScreen,
    RecordingsScreen,
    RecordScreen,
    RecordsScreen,
    SearchScreen,
    SessionScreen,
    SessionsScreen,
    SettingsScreen,
    StatusScreen,
    StickScreen,
    StopCodeScreen,
    StoredCourseScreen,
    TimeScreen,
    VolumesScreen,
    WaysScreen,
    WishesScreen,
    WishScreen,
)
from player.core.world import World

from . import (
    binding,
    categories,
    correct,
    course,
    courses,
    details,
    faulty,
    gathering,
    heads,
    holding,
    home,
    information,
    interrupted,
    learn,
    live,
    next_lesson,
    note,
    number,
    options,
    order,
    orders,
    phone,
    phrases,
    picture_test,
    plan,
    playing,
    question,
    reading,
    record,
    recording,
    recordings,
    records,
    registered,
    resting,
    search,
    self_check,
    sessions,
    settings,
    starting,
    status,
    stick,
    stop_code,
    stored_course,
    time_by_hand,
    volumes,
    ways,
    wish,
)
from .scene import Scene
from .stack import Reaction


class Face(Protocol):
    """What every screen's file offers."""

    def view(self, world: World, library: Library) -> Scene:
        """Draw it."""

    def react(self, world: World, intent: str, library: Library) -> Reaction:
        """Say what a key does there."""


_PLAIN: dict[type, Face] = {
    CategoriesScreen: categories,
    CoursesScreen: courses,
    CourseScreen: course,
    NumberScreen: number,
    SearchScreen: search,
    OrdersScreen: orders,
    OrderScreen: order,
    WishesScreen: phrases,
    WishScreen: wish,
    SessionsScreen: sessions,
    WaysScreen: ways,
    DetailsScreen: details,
    RecordsScreen: records,
    RecordScreen: record,
    CorrectScreen: correct,
    ReasonScreen: correct,
    NoteScreen: note,
    InformationScreen: information,
    ReadingScreen: reading,
    PlanScreen: plan,
    RecordingsScreen: recordings,
    RecordingScreen: recording,
    StatusScreen: status,
    StopCodeScreen: stop_code,
    PhoneScreen: phone,
    SettingsScreen: settings,
    VolumesScreen: volumes,
    PictureTestScreen: picture_test,
    TimeScreen: time_by_hand,
    LearnScreen: learn,
    CheckScreen: self_check,
    StoredCourseScreen: stored_course,
    StickScreen: stick,
    FaultScreen: faulty,
    QuestionScreen: question,
    NextScreen: next_lesson,
    LiveScreen: live,
}
_SESSION: dict[SessionState, Face] = {
    SessionState.GATHERING: gathering,
    SessionState.HOLDING: holding,
    SessionState.COUNTING: heads,
    SessionState.CONFIRMING: registered,
    SessionState.CLOSING: registered,
}


def face(world: World) -> Face:
    """Return the screen to be seen."""
    if not world.started:
        return starting
    if saver.is_shown(world):
        return resting
    screen = world.screen
    if isinstance(screen, PlayingScreen | SessionScreen | OptionsScreen):
        moving = _moving(world)
        return options if isinstance(screen, OptionsScreen) and moving is playing else moving
    return _PLAIN.get(type(screen)) or _home(world)


def _home(world: World) -> Face:
    return binding if binding.holds(world) else home


def _moving(world: World) -> Face:
    playback, session = world.playback, world.session
    if session is not None and session.state in _SESSION and not is_on_demand(playback):
        return _SESSION[session.state]
    if playback is not None and playback.state is PlaybackState.FAILED:
        return faulty
    if is_active(playback) or session is not None:
        return playing
    return interrupted if world.interrupted is not None else _home(world)
