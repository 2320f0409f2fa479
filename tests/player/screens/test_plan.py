"""安排学习 by key presses: four steps forward, each step back, what is in the way told beside it."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from demo.screens.sessions import FRIDAY, plan, planned, with_market
from demo.screens.states import all_states, at, base
from demo.screens.village import SHELF, TONIGHT, generation
from player.core.actions import Action, CancelSession, OpenGathering, PlanSession
from player.core.screens_shown import CategoriesScreen, CourseScreen, PlanScreen, QuestionScreen, SessionsScreen
from player.core.world import World
from player.screens import plan_time
from player.screens.react import react
from player.screens.scene import Text
from player.screens.view import view
from playlists.documents import MarketDays


def keyed(world: World, *intents: str) -> tuple[World, tuple[Action, ...]]:
    actions: tuple[Action, ...] = ()
    for intent in intents:
        world, actions = react(world, intent, SHELF)
    return world, actions


def words(world: World) -> list[str]:
    return [mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text)]


def screen(world: World) -> PlanScreen:
    assert isinstance(world.screen, PlanScreen)
    return world.screen


def test_from_the_list_of_sessions_ok_four_times_plans_what_is_proposed() -> None:
    world, actions = keyed(base(SessionsScreen(1)), "digit-0", "select", "select", "select", "select")
    assert actions == (PlanSession("course-128", "video", "2026-03-05T19:30"),)
    assert isinstance(world.screen, SessionsScreen)
    assert len(world.screens) == 2


def test_each_step_leads_back_with_all_that_was_chosen() -> None:
    world, _ = keyed(base(SessionsScreen()), "digit-0", "down", "select", "down", "select", "select", "digit-2")
    assert (screen(world).step, screen(world).repeat) == ("confirm", "weekly")
    world, _ = keyed(world, "back")
    assert screen(world).step == "time"
    world, _ = keyed(world, "back")
    assert (screen(world).step, screen(world).focus) == ("day", 2)
    world, _ = keyed(world, "back")
    assert (screen(world).step, screen(world).focus) == ("course", 1)
    world, _ = keyed(world, "back")
    assert isinstance(world.screen, SessionsScreen)


def test_a_course_of_the_catalogue_can_be_planned_from_its_page() -> None:
    world, _ = keyed(base(CourseScreen("course-133")), "digit-0")
    assert (screen(world).step, screen(world).course) == ("day", "course-133")
    world, _ = keyed(plan(PlanScreen()), "digit-0")
    assert isinstance(world.screen, CategoriesScreen)


def test_market_days_and_other_sessions_stand_beside_the_days() -> None:
    said = words(plan(PlanScreen("day", 0, course="course-134")))
    assert "赶集，县里 19:30" in said
    assert "县里 19:05" in said
    world = replace(with_market(planned()), screens=(PlanScreen("day"),))
    assert "赶集，已排 19:30" in words(world)


def test_the_first_day_without_market_or_session_is_proposed() -> None:
    world, _ = keyed(plan(PlanScreen()), "select")
    assert plan_time.date_of(plan_time.this_day(world) + screen(world).focus) == date(2026, 3, 5)
    full = with_market(world, MarketDays(calendar="week", days=(4, 5, 6)))
    assert screen(plan_time.begin(full, "course-134")).focus == 4  # Sunday


def test_the_usual_time_is_proposed_and_a_time_that_clashes_is_told() -> None:
    day = PlanScreen("day", 2, course="course-134")
    world, _ = keyed(plan(day), "select")
    assert screen(world).focus == plan_time.TIMES.index(19 * 60 + 30)
    assert words(world).count("县里有集中学习") == 2  # 19:00 and 19:30, for one at 19:05
    alone = replace(plan(day), generation=generation(occurrences=()))
    assert plan_time.usual_minute(alone) == plan_time.USUAL


def test_today_only_times_ahead_are_offered() -> None:
    world, _ = keyed(plan(PlanScreen("day", 0, course="course-134")), "select")
    assert "08:30" not in words(world)
    assert "19:30" in words(world)
    late = at(plan(PlanScreen("day", 0)), wall_ms=TONIGHT.starts_ms + 3 * 3_600_000)
    reached, _ = keyed(late, "select")
    assert screen(reached).step == "day"
    assert reached.notice is not None


def test_when_the_last_time_of_today_passes_while_it_is_shown_a_time_can_still_be_keyed_in() -> None:
    world, _ = keyed(plan(PlanScreen("day", 0, course="course-134")), "select")
    late = at(world, wall_ms=TONIGHT.starts_ms + 3 * 3_600_000)
    for key in ("select", "digit-1", "up"):
        still, actions = keyed(late, key)
        assert (screen(still).step, actions) == ("time", ())
    assert keyed(late, "select")[0].notice is not None
    assert words(late)
    assert screen(keyed(late, "digit-0")[0]).step == "clock"


def test_a_time_can_be_keyed_in_and_a_wrong_one_is_refused() -> None:
    clock = plan(PlanScreen("clock", course="course-134", day=FRIDAY))
    typed, _ = keyed(clock, *(f"digit-{one}" for one in "1945"), "select")
    assert (screen(typed).step, screen(typed).minute) == ("confirm", 19 * 60 + 45)
    wrong, _ = keyed(clock, *(f"digit-{one}" for one in "2461"), "select")
    assert (screen(wrong).step, screen(wrong).digits) == ("clock", "")
    assert wrong.notice is not None
    short, _ = keyed(clock, "digit-1", "digit-9", "left", "select")
    assert screen(short).digits == "1"
    assert short.notice is not None


def test_a_clash_keeps_the_plan_on_the_screen_and_lets_the_core_say_why() -> None:
    world = plan(PlanScreen("confirm", course="course-134", day=FRIDAY - 7, minute=19 * 60))
    reached, actions = keyed(world, "select")
    assert reached.screen == world.screen
    assert len(actions) == 1
    assert any("县里安排了《果树冬季修剪现场课》" in one for one in words(world))


def test_without_a_clock_nothing_is_planned_and_it_is_said() -> None:
    unknown = at(base(SessionsScreen()), trust="unknown", wall_ms=0)
    reached, actions = keyed(unknown, "digit-0")
    assert isinstance(reached.screen, SessionsScreen)
    assert (reached.notice is not None, actions) == (True, ())


def test_a_whole_plan_can_be_proposed_to_be_confirmed_only() -> None:
    world = plan_time.propose(base(), "course-134", made_up="opening@2026-03-04T19:30")
    assert screen(world).step == "confirm"
    _, actions = keyed(world, "select")
    assert actions == (PlanSession("course-134", "video", "2026-03-05T19:30", made_up="opening@2026-03-04T19:30"),)
    assert screen(keyed(world, "back")[0]).step == "time"


def test_one_that_gives_way_to_the_county_is_told_and_does_not_open() -> None:
    world, library = all_states()["sessions-own-gives-way"]
    assert any("与县里的同时" in one for one in words(world))
    reached, actions = react(world, "select", library)
    assert actions == ()
    assert "果树冬季修剪现场课" in (reached.notice.words if reached.notice else "")


def test_ones_own_session_opens_like_any_other_and_is_cancelled_from_its_card() -> None:
    world, library = all_states()["sessions-own"]
    _, actions = react(world, "select", library)
    assert isinstance(actions[0], OpenGathering)
    asked, library = all_states()["question-cancel-series"]
    assert isinstance(asked.screen, QuestionScreen)
    assert react(asked, "digit-2", library)[1] == (CancelSession(),)
    assert react(asked, "digit-3", library)[1] == (CancelSession(all_of_it=True),)
    assert react(asked, "digit-1", library)[1] == ()
    assert react(asked, "digit-4", library) == (asked, ())
