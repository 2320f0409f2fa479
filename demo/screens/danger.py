"""The states of 怎么办: what helps a session that may not be ready."""

from __future__ import annotations

from msgspec.structs import replace

from player.core.library import Library
from player.core.lives.session import SessionState
from player.core.outlook import OnStick, Outlook, Risk, Ways
from player.core.screens_shown import HomeScreen, Screen, SessionScreen, SessionsScreen, WaysScreen
from player.core.world import World

from .sessions import planned
from .states import FILMS, base, expecting, session
from .village import COURSES, DAY_MS, LONG_TITLE, MINUTE_MS, NOW_MS, SHELF, TONIGHT, generation, occurrence

State = tuple[World, Library]
ON_STICK = tuple(OnStick(one.title, one.number, 143 << 20) for one in COURSES.values())
WAYS = Ways(
    TONIGHT.id, percent=62, height=480, ready_wall_ms=TONIGHT.starts_ms + 20 * MINUTE_MS, on_stick=ON_STICK[:2],
    smaller_height=240, smaller_wall_ms=TONIGHT.starts_ms - 10 * MINUTE_MS,
    later_wall_ms=TONIGHT.starts_ms + 2 * DAY_MS,
)  # fmt: skip
OWN = "own-7f3a91c2d45e-1-1@2026-03-05T19:30"


def endangered(world: World | None = None) -> World:
    """Return a world whose plan expects tonight's session to be late."""
    return expecting(Outlook(TONIGHT.id, FILMS, Risk.DANGER), world)


def asked(ways: Ways, focus: int = 0, *, listing: bool = False) -> World:
    """Return a world in which somebody asks what helps tonight's session."""
    return endangered(base(WaysScreen(ways, focus, listing)))


def danger_states() -> dict[str, State]:
    """Return the states by name."""
    only = Ways(TONIGHT.id, percent=5, height=240, on_stick=ON_STICK[:1])
    unknown = Ways(TONIGHT.id, on_stick=(OnStick(COURSES["course-128"].title),))
    own = replace(WAYS, session=OWN, smaller_height=0, ready_wall_ms=NOW_MS + 3 * DAY_MS)
    nobody = generation()
    assert nobody.box is not None
    nobody = replace(nobody, box=replace(nobody.box, site=replace(nobody.box.site, clerk_telephone="")))
    long = occurrence("spring", LONG_TITLE, TONIGHT.starts_ms, ("course-138", "course-999"))
    gathering = endangered(session(SessionState.GATHERING))
    worlds = {
        "ways": asked(WAYS),
        "ways-ring": asked(WAYS, 3),
        "ways-only-stick": asked(only),
        "ways-no-room": asked(replace(only, crowded=True)),
        "ways-own-stopped": planned("once", "2026-03-05T19:30", WaysScreen(Ways(OWN))),
        "ways-unknown": replace(asked(unknown), generation=generation(courses={})),
        "ways-nobody-to-ring": replace(asked(only, 1), generation=nobody),
        "ways-no-margin": asked(replace(WAYS, ready_wall_ms=TONIGHT.starts_ms - MINUTE_MS, smaller_height=0)),
        "ways-long": replace(asked(WAYS), generation=generation(occurrences=(long,))),
        "ways-own": planned("once", "2026-03-05T19:30", WaysScreen(own, 1)),
        "ways-moved": asked(replace(WAYS, session="gone")),
        "ways-stick": asked(WAYS, listing=True),
        "ways-stick-many": asked(replace(WAYS, on_stick=ON_STICK), 5, listing=True),
        "ways-stick-unknown": asked(unknown, listing=True),
        "sessions-in-danger": endangered(base(SessionsScreen(1))),
        "gathering-may-be-late": _on(gathering, SessionScreen()),
    }
    return {name: (world, SHELF) for name, world in worlds.items()}


def _on(world: World, *screens: Screen) -> World:
    return replace(world, screens=(HomeScreen(), *screens))
