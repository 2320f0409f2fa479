"""本机节目 on the screen: sizes, keeping, and deleting only after a question."""

from __future__ import annotations

from msgspec.structs import replace

from demo.screens.states import base
from demo.screens.village import SHELF
from player.core.actions import DeleteCourse, KeepCourse
from player.core.preferences import Preferences
from player.core.screens_shown import CourseScreen, CoursesScreen, QuestionScreen, StoredCourseScreen
from player.core.world import World
from player.screens.courses import ON_THE_BOX, stored_first
from player.screens.react import react
from player.screens.scene import Text
from player.screens.view import view


def words(world: World) -> str:
    return " ".join(mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text))


def test_the_list_says_what_each_course_takes_and_what_is_left() -> None:
    world = replace(base(CoursesScreen(ON_THE_BOX)), preferences=Preferences(kept_courses=("course-128",)))
    said = words(world)
    assert "已用" in said
    assert "还能存 5.3 GB" in said
    assert "100 MB 已保留" in said


def test_0_opens_what_can_be_done_with_the_focused_course() -> None:
    world = base(CoursesScreen(ON_THE_BOX, 1))
    reached, _ = react(world, "digit-0", SHELF)
    assert reached.screen == StoredCourseScreen(stored_first(world)[1])


def test_deleting_is_asked_and_no_is_the_answer_in_focus() -> None:
    world, actions = react(base(StoredCourseScreen("course-133")), "digit-3", SHELF)
    assert isinstance(world.screen, QuestionScreen)
    assert actions == ()
    assert react(world, "select", SHELF)[1] == ()
    reached, actions = react(world, "digit-2", SHELF)
    assert (reached.screen, actions) == (StoredCourseScreen("course-133", 2), (DeleteCourse("course-133"),))


def test_where_no_line_can_bring_it_again_the_question_says_so() -> None:
    world = base(StoredCourseScreen("course-133"))
    lonely = replace(world, settings=replace(world.settings, has_files=False))
    assert "以后可以再下载" in words(react(world, "digit-3", SHELF)[0])
    asked = words(react(lonely, "digit-3", SHELF)[0])
    assert "再要看得请人用 U 盘带来" in asked
    assert "再下载" not in asked


def test_what_a_session_needs_says_so_instead_of_asking() -> None:
    world, actions = react(base(StoredCourseScreen("course-128")), "digit-3", SHELF)
    assert (world.screen, actions) == (StoredCourseScreen("course-128", 2), ())
    assert world.notice is not None
    assert "不能删除" in world.notice.words


def test_keeping_and_opening() -> None:
    world = base(StoredCourseScreen("course-133"))
    assert react(world, "digit-2", SHELF)[1] == (KeepCourse("course-133", kept=True),)
    kept = replace(world, preferences=Preferences(kept_courses=("course-133",)))
    assert react(kept, "digit-2", SHELF)[1] == (KeepCourse("course-133", kept=False),)
    assert react(world, "select", SHELF)[0].screen == CourseScreen("course-133")


def test_a_course_that_has_gone_meanwhile_leads_nowhere_and_back() -> None:
    world = base(StoredCourseScreen("course-4711"))
    assert "本机已经没有这个课件" in words(world)
    assert react(world, "digit-3", SHELF) == (world, ())
