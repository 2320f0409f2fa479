"""States for what seldom happens: a menu still on its way, a line long gone, and words that nobody would write.

Titles come from far away and are shown wherever they may stand; here each such place meets markup, emoji, a script that
the television's font has not, text from right to left, and two hundred letters without a break.
"""

from __future__ import annotations

from msgspec.structs import replace

from player.core.facts import HeadCountDraft, OwnOrder
from player.core.library import Library
from player.core.lives.session import SessionState
from player.core.lives.workers import WorkerRun
from player.core.screens_shown import (
    CategoriesScreen,
    CourseScreen,
    CoursesScreen,
    HomeScreen,
    NumberScreen,
    OrdersScreen,
    QuestionScreen,
    Screen,
    SearchScreen,
    SessionsScreen,
    StatusScreen,
)
from player.core.world import Notice, World

from .states import NOW, base, in_session, playing, session
from .village import (
    COURSES,
    DAY_MS,
    EMPTY_SHELF,
    ENDLESS_TITLE,
    MINUTE_MS,
    NOW_MS,
    SHELF,
    STRANGE_TITLE,
    Shelf,
    course,
    entry,
    generation,
    occurrence,
)

State = tuple[World, Library]


def odd_states() -> dict[str, State]:
    """Return these states by name."""
    return {
        **_coming(),
        **_offline(),
        **{f"{name}-strange": state for name, state in _named(STRANGE_TITLE).items()},
        **{f"{name}-endless": state for name, state in _named(ENDLESS_TITLE).items()},
    }


def _coming() -> dict[str, State]:
    """A first refresh has brought the next sessions; the menu is on its way."""
    world = replace(base(), generation=replace(generation(), partial=True), sync=WorkerRun(effect=3, percent=42))
    screens = {
        "home": HomeScreen(), "categories": CategoriesScreen(), "courses": CoursesScreen(()),
        "number": NumberScreen("4711"), "search": SearchScreen("94"), "status": StatusScreen(),
    }  # fmt: skip
    return {
        f"{name}-coming": (replace(world, screens=(HomeScreen(), screen)), EMPTY_SHELF)
        for name, screen in screens.items()
    }


def _offline() -> dict[str, State]:
    """Nothing was heard from the county for five weeks."""
    long_ago = replace(generation(stale=True), synced_wall_ms=NOW_MS - 36 * DAY_MS)
    world = replace(base(), generation=long_ago, faults={"L01": ""})
    screens = {"home": HomeScreen(), "status": StatusScreen(), "sessions": SessionsScreen(1)}
    return {
        f"{name}-offline": (replace(world, screens=(HomeScreen(), screen)), SHELF) for name, screen in screens.items()
    }


def _named(title: str) -> dict[str, State]:
    """Return every place at which a title from afar is shown."""
    odd = replace(course(141, title, 3), provider=title, summary=title, approval_number=title)
    tonight = occurrence("odd", title, NOW_MS + 20 * MINUTE_MS, ("course-128", "course-999"))
    known = generation(occurrences=(tonight,) * 3, courses={**COURSES, odd.id: odd}, name=title)
    world, shelf = replace(base(), generation=known), Shelf([entry(odd)] * 3)
    orders = (OwnOrder("o1", "", title, NOW_MS), OwnOrder("o2", odd.id, "", NOW_MS))
    heads = HeadCountDraft("40", "27", "18", "9", "3", "on_leave")

    def on(*screens: Screen) -> World:
        return replace(world, screens=(HomeScreen(), *screens))

    return {
        "home": (world, shelf),
        "home-notice": (replace(world, notice=Notice(title, NOW.monotonic_ms + 9_000)), shelf),
        "sessions": (on(SessionsScreen(1)), shelf),
        "courses": (on(CoursesScreen((), 1)), shelf),
        "course-named": (on(CourseScreen(odd.id, 1)), shelf),
        "search-found": (on(SearchScreen("99" if title == STRANGE_TITLE else "9295")), shelf),
        "number-found": (on(NumberScreen("141")), shelf),
        "orders": (replace(on(OrdersScreen(3)), orders=orders), shelf),
        "question": (on(QuestionScreen(f"现在结束，开始清点人数吗？\n{title}", "end-session")), shelf),
        "gathering": (session(SessionState.GATHERING, title=title), shelf),
        "heads": (session(SessionState.COUNTING, heads, title=title), shelf),
        "closing": (session(SessionState.CLOSING, heads, title=title), shelf),
        "playing": (playing(title=title), shelf),
        "session-playing": (in_session(), shelf),
    }
