"""The record book at the television: months, years, one session to be copied, corrections, made-up and late entries."""

from __future__ import annotations

from msgspec.structs import replace

from demo.screens.sessions import RECORDS, book
from demo.screens.states import all_states, base
from demo.screens.village import DAY_MS, SHELF, TONIGHT
from player.core.actions import Action, CorrectHeads, EnterSession, PlanSession
from player.core.facts import Corrected
from player.core.screens_shown import (
    CorrectScreen,
    HomeScreen,
    NoteScreen,
    PlanScreen,
    ReasonScreen,
    RecordScreen,
    RecordsScreen,
    SessionsScreen,
)
from player.core.world import World
from player.screens import book as months
from player.screens import design as d
from player.screens.paper import leaves_of
from player.screens.react import react
from player.screens.scene import Text
from player.screens.view import view

STATES = all_states()
LAST = RECORDS[-1]


def keyed(world: World, *intents: str) -> tuple[World, tuple[Action, ...]]:
    actions: tuple[Action, ...] = ()
    for intent in intents:
        world, actions = react(world, intent, SHELF)
    return world, actions


def words(world: World) -> list[str]:
    return [mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text)]


def test_a_month_tells_its_duty_and_person_times_and_lists_the_last_first() -> None:
    said = words(book(RecordsScreen()))
    assert "学习记录 2026年3月" in said
    assert "已开 1 次，还差 1 次，27 人次" in said
    before = words(book(RecordsScreen(1)))
    assert "已开 2 次，已达标，27 人次" in before
    order = [before.index(one) for one in ("山羊常见病防治", "停电那一晚")]
    assert order == sorted(order)
    assert {"没有开", "没有清点人数", "补登"} <= set(before)


def test_heads_that_nobody_said_were_expected_are_blank_in_the_book() -> None:
    assert LAST.count is not None
    blank = replace(LAST, count=replace(LAST.count, expected=0), corrections=(Corrected("expected", 0, 30, "漏填"),))
    said = words(replace(book(RecordScreen(blank.session)), records=(blank,)))
    assert "应到 未填　实到 27　请假 3" in said
    assert "应到 未填 改为 30（漏填）" in said
    wrong, _ = keyed(replace(book(RecordScreen(blank.session)), records=(blank,)), "digit-1")
    assert isinstance(wrong.screen, CorrectScreen)
    assert wrong.screen.draft.expected == ""


def test_a_count_that_does_not_add_up_is_no_person_times() -> None:
    assert LAST.count is not None
    odd = replace(LAST, count=replace(LAST.count, members=1))
    world = replace(book(), records=(odd,))
    assert months.person_times(world, (2026, 3)) == 0
    assert months.person_times(book(), (2026, 3)) == 27


def test_left_goes_back_in_time_and_right_never_beyond_now() -> None:
    world, _ = keyed(book(RecordsScreen()), "left", "left")
    assert world.screen == RecordsScreen(2)
    world, _ = keyed(world, "right", "right", "right")
    assert world.screen == RecordsScreen(0)


def test_the_year_lists_its_months_and_opens_one() -> None:
    world, _ = keyed(book(RecordsScreen()), "digit-0")
    assert isinstance(world.screen, RecordsScreen)
    assert world.screen.year
    assert "54 人次" in words(world)
    world, _ = keyed(world, "digit-2")
    assert world.screen == RecordsScreen(1)
    assert isinstance(world.screens[0], HomeScreen)
    assert "学习记录 2025年" in words(keyed(book(RecordsScreen(0, year=True)), "left")[0])


def test_the_year_opens_at_the_month_that_was_looked_at() -> None:
    for back in (0, 1):
        world, _ = keyed(book(RecordsScreen(back)), "digit-0", "select")
        assert world.screen == RecordsScreen(back)


def test_a_month_that_is_over_is_not_met_and_of_one_before_the_first_nothing_is_said() -> None:
    world = replace(book(), records=(LAST,))
    assert months.summary(world, (2026, 3)) == "已开 1 次，还差 1 次，27 人次"
    april = replace(world, now=replace(world.now, wall_ms=world.now.wall_ms + 31 * DAY_MS))
    assert months.summary(april, (2026, 3)) == "已开 1 次，未达标，差 1 次，27 人次"
    assert months.summary(april, (2026, 2)) == "没有记录"


def test_few_lines_are_written_larger_than_many() -> None:
    few, many = leaves_of([("时间", "今天"), ("内容", "")]), leaves_of([("更正", "数错了")] * 9)
    assert [(leaf.lines, leaf.size) for leaf in few] == [((("时间", "今天"),), d.LEAD)]
    assert [leaf.size for leaf in many] == [d.ROW]
    assert [leaf.size for leaf in leaves_of([("更正", "数错了")] * 30)] == [d.BODY] * 3


def test_the_page_follows_the_paper_book() -> None:
    said = words(book(RecordsScreen(), RecordScreen(LAST.session)))
    order = ["时间", "地点", "形式", "内容", "人数", "其中", "评价", "更正"]
    assert [one for one in said if one in order] == order
    assert "应到 40　实到 27　请假 3" in said
    assert "党员 17　群众 10" in said
    assert "党员 18 改为 17（数错了人数）" in said


def test_a_long_page_is_turned_and_ends() -> None:
    world = book(RecordScreen(RECORDS[0].session))
    for _ in range(9):
        world, _actions = keyed(world, "down")
    assert isinstance(world.screen, RecordScreen)
    assert 0 < world.screen.leaf < 9
    assert "备注" not in words(book(RecordScreen(RECORDS[0].session)))


def test_a_correction_follows_the_other_kind_and_asks_why() -> None:
    world, _ = keyed(book(RecordScreen(LAST.session)), "digit-1", "down", "digit-1", "digit-6", "select")
    assert isinstance(world.screen, ReasonScreen)
    world, actions = keyed(world, "digit-2")
    assert isinstance(actions[0], CorrectHeads)
    assert (actions[0].count.members, actions[0].count.villagers, actions[0].reason) == (16, 11, "有人来晚了")
    assert world.screen == RecordScreen(LAST.session)


def test_figures_that_do_not_fit_are_refused_before_the_reason() -> None:
    world, _ = keyed(STATES["correct-wrong"][0], "select")
    assert isinstance(world.screen, CorrectScreen)
    assert "38" in world.screen.draft.error


def test_the_reason_can_be_written_and_leaving_it_empty_corrects_nothing() -> None:
    world, actions = keyed(STATES["correct-written"][0], "select")
    assert isinstance(actions[0], CorrectHeads)
    assert actions[0].reason == "会计数重了"
    assert isinstance(world.screen, RecordScreen)
    world, actions = keyed(STATES["correct-reason"][0], "digit-5", "back")
    assert isinstance(world.screen, ReasonScreen)
    assert actions == ()
    assert isinstance(keyed(STATES["correct-reason"][0], "digit-5")[0].screen, NoteScreen)


def test_one_without_a_count_cannot_be_corrected() -> None:
    world = book(RecordScreen(RECORDS[1].session))
    assert keyed(world, "digit-1")[0].screen == world.screen
    assert "更正人数" not in words(world)


def test_a_missed_session_is_made_up_for_with_ok() -> None:
    world, _ = keyed(STATES["records-missed"][0], "select")
    assert world.screen == RecordScreen(TONIGHT.id)
    _, actions = keyed(world, "digit-1", "select")
    assert isinstance(actions[0], PlanSession)
    assert (actions[0].made_up, actions[0].course) == (TONIGHT.id, "course-128")


def test_one_that_was_held_without_the_box_is_entered_on_its_day() -> None:
    world, _ = keyed(STATES["record-missed"][0], "digit-2")
    assert isinstance(world.screen, PlanScreen)
    assert (world.screen.step, world.screen.past) == ("time", True)
    reached, actions = keyed(world, "select")
    assert isinstance(actions[0], EnterSession)
    assert actions[0].starts.startswith("2026-03-04T")
    assert actions[0].made_up == TONIGHT.id
    assert isinstance(reached.screen, HomeScreen)


def test_a_lecture_is_entered_from_the_last_row() -> None:
    world, _ = keyed(book(RecordsScreen()), "up", "select", "select")
    assert isinstance(world.screen, PlanScreen)
    assert (world.screen.step, world.screen.form) == ("day", "lecture")
    _, actions = keyed(world, "digit-3", "digit-1")
    assert actions == (EnterSession("", "lecture", "2026-03-02T08:30"),)


def test_made_up_sessions_are_no_longer_missed() -> None:
    world, _ = STATES["records-missed"]
    missed = months.missed_in(world, (2026, 3))
    assert TONIGHT.id in {one.id for one in missed}
    assert LAST.held is not None
    done = replace(world, records=(replace(LAST, held=replace(LAST.held, made_up=TONIGHT.id)),))
    assert TONIGHT.id not in {one.id for one in months.missed_in(done, (2026, 3))}
    listed = replace(done, screens=(HomeScreen(), SessionsScreen()))
    assert words(listed).count("已补学") == 1
    assert "已补学" not in words(replace(listed, records=()))


def test_home_opens_the_book_with_seven() -> None:
    assert isinstance(keyed(base(), "digit-7")[0].screen, RecordsScreen)
