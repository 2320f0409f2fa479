"""The states of what the village does with its own group sessions: planning them, holding them, the record book."""

from __future__ import annotations

from msgspec.structs import replace

from player.core import own_sessions
from player.core.facts import OwnSession
from player.core.library import Library
from player.core.market_days import MarketDays
from player.core.screens_shown import CourseScreen, HomeScreen, PlanScreen, Screen, SessionScreen, SessionsScreen
from player.core.world import SessionState, World
from player.screens.question import ask_to_cancel
from playlists.entries import Repeat

from .states import base, session
from .village import NOW_MS, SHELF, stored

State = tuple[World, Library]
FRIDAY = NOW_MS // 86_400_000 + 9  # 13 March 2026
MARKET = MarketDays("farmers", (3, 6, 9))


def plan(screen: PlanScreen) -> World:
    """Return a world in which a session is being planned."""
    world = base(SessionsScreen(1), screen)
    return replace(world, settings=replace(world.settings, market_days=MARKET))


def planned(repeat: Repeat = "once", starts: str = "2026-03-07T19:30", *screens: Screen) -> World:
    """Return a world with a session of its own."""
    own = OwnSession("own-7f3a91c2d45e-1-1", "山羊常见病防治", "course-134", "video", starts, repeat)
    lecture = OwnSession("own-7f3a91c2d45e-1-2", "现场授课", "", "lecture", "2026-03-08T14:30", "once")
    world = replace(base(*screens), own_sessions=(own, lecture))
    assert world.generation is not None
    return replace(world, generation=own_sessions.merged(world, world.generation))


def _cancelling(repeat: Repeat) -> World:
    world = planned(repeat)
    assert world.generation is not None
    own = next(one for one in world.generation.occurrences if own_sessions.is_own(one))
    gathering = session(SessionState.GATHERING)
    assert gathering.session is not None
    row = replace(gathering.session.row, session=own.id, title=own.title)
    group = replace(gathering.session, occurrence=own, row=row)
    world = replace(world, session=group, screens=(HomeScreen(), SessionScreen()))
    return replace(world, screens=(*world.screens, ask_to_cancel(world)))


def planning_states() -> dict[str, State]:
    """Return the states of 安排学习 by name."""
    confirm = PlanScreen("confirm", course="course-134", day=FRIDAY, minute=19 * 60 + 30)
    today = FRIDAY - 9
    long = replace(plan(PlanScreen("confirm", course="course-138", day=FRIDAY + 5, minute=1200, repeat="monthly")))
    worlds = {
        "plan-what": plan(PlanScreen()),
        "plan-what-nothing-here": replace(plan(PlanScreen()), store=stored(())),
        "plan-day": plan(PlanScreen("day", 3, course="course-134")),
        "plan-day-far": plan(PlanScreen("day", 20, course="course-134")),
        "plan-time": plan(PlanScreen("time", 4, course="course-134", day=FRIDAY)),
        "plan-time-clash": plan(PlanScreen("time", 1, course="course-134", day=today + 2)),
        "plan-clock": plan(PlanScreen("clock", course="course-134", day=FRIDAY)),
        "plan-clock-typed": plan(PlanScreen("clock", course="course-134", day=FRIDAY, digits="194")),
        "plan-confirm": plan(confirm),
        "plan-confirm-clash": plan(replace(confirm, day=today + 2, minute=19 * 60)),
        "plan-confirm-market": plan(replace(confirm, day=FRIDAY - 6, repeat="weekly")),
        "plan-confirm-long": long,
        "plan-confirm-lecture": plan(replace(confirm, course="", form="lecture")),
        "plan-made-up": plan(replace(confirm, made_up="opening@2026-03-04T19:30")),
        "sessions-own": planned("weekly", "2026-03-05T19:30", SessionsScreen(2)),
        "sessions-own-gives-way": planned("once", "2026-03-06T19:00", SessionsScreen(2)),
        "question-cancel": _cancelling("once"),
        "question-cancel-series": _cancelling("weekly"),
        "course-plannable": base(CourseScreen("course-133")),
    }
    return {name: (world, SHELF) for name, world in worlds.items()}
