"""What every screen keeps to: a key bar, the safe area, readable type; and strange input is drawn like any other."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from demo.screens.states import NOW, STATES_WITHOUT_KEYS, all_states, at, base, in_session, playing, session, unbound
from demo.screens.village import (
    COURSES,
    MINUTE_MS,
    NOW_MS,
    SHELF,
    TONIGHT,
    Shelf,
    course,
    entry,
    generation,
    occurrence,
)
from player.core.facts import HeadCountDraft, StoreFacts
from player.core.library import Library
from player.core.lives.picture import PlaybackState
from player.core.lives.room import Binding, BindingState
from player.core.lives.session import SessionState
from player.core.lives.workers import WorkerRun
from player.core.saver import IDLE_MS
from player.core.screens_shown import (
    CategoriesScreen,
    CourseScreen,
    CoursesScreen,
    FaultScreen,
    HomeScreen,
    NumberScreen,
    SessionScreen,
    SessionsScreen,
    StatusScreen,
)
from player.core.world import Notice, World
from player.screens import design as d
from player.screens.react import react
from player.screens.scene import HEIGHT, WIDTH, Mark, Poster, Scene, Text
from player.screens.view import next_change, view

STATES = all_states()
WORDS = st.text(
    st.one_of(
        st.sampled_from("课件远教站点,。《》“”…🐑👨‍👩‍👧 \u200b\u202e\u0627\u0644<&>%{}\n\t\0"),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=200,
)


def marks_of(scene: Scene) -> tuple[Mark, ...]:
    return scene.marks + tuple(mark for overlay in scene.overlays for mark in overlay.marks)


def words_of(scene: Scene) -> str:
    return " ".join(mark.words for mark in marks_of(scene) if isinstance(mark, Text))


def drawn(name: str) -> Scene:
    world, library = STATES[name]
    return view(world, library)


@pytest.mark.parametrize("name", [name for name in STATES if name not in STATES_WITHOUT_KEYS])
def test_every_screen_says_at_the_bottom_what_a_key_does(name: str) -> None:
    low = [mark.words for mark in marks_of(drawn(name)) if isinstance(mark, Text) and mark.y > d.BAR_TOP - 40]
    assert {"确定", "返回", "主页", "4"} & set(low)


@pytest.mark.parametrize("name", STATES)
def test_words_stay_inside_the_safe_area_and_are_large_enough(name: str) -> None:
    for mark in marks_of(drawn(name)):
        if isinstance(mark, Text) and mark.words:
            height = mark.size * mark.line_height * mark.lines
            assert mark.size >= d.BODY, mark
            assert mark.width > 0, mark
            assert mark.x >= d.LEFT, mark
            assert mark.x + mark.width <= d.RIGHT + 1, mark
            assert mark.y >= d.TOP - 16, mark
            assert mark.y + height <= d.BOTTOM + 8, mark


@pytest.mark.parametrize("name", STATES)
def test_all_marks_lie_on_the_canvas_and_overlays_hold_their_marks(name: str) -> None:
    scene = drawn(name)
    for mark in marks_of(scene):
        assert mark.x >= 0
        assert mark.y >= 0
        assert mark.x + mark.width <= WIDTH
        assert isinstance(mark, Text) or mark.y + mark.height <= HEIGHT
    for overlay in scene.overlays:
        for mark in overlay.marks:
            assert overlay.x <= mark.x
            assert mark.x + mark.width <= overlay.x + overlay.width
            assert overlay.y <= mark.y


def test_a_picture_that_does_not_move_always_has_words_over_it() -> None:
    for state in (PlaybackState.OPENING, PlaybackState.PAUSED, PlaybackState.RECOVERING):
        assert view(playing(state, panel=False), SHELF).overlays
    between = in_session(SessionState.BETWEEN)
    assert between.playback is not None
    for play in (None, replace(between.playback, state=PlaybackState.ENDING)):
        assert view(replace(between, playback=play), SHELF).overlays
    assert not view(playing(panel=False), SHELF).overlays


def test_a_lesson_from_the_menu_that_has_ended_has_no_picture_any_more() -> None:
    assert not view(playing(PlaybackState.ENDING), SHELF).video


def test_home_tells_date_session_readiness_duty_and_freshness() -> None:
    words = words_of(view(base(), SHELF))
    for said in ("19:05", "3月4日 星期三", "今天 19:30", "还有 25 分钟", "已下载", "还差 1 次", "节目更新至 3月4日"):
        assert said in words


def test_a_catalogue_that_is_still_coming_is_said_wherever_it_may_be_missed() -> None:
    world = base()
    assert world.generation is not None
    coming = replace(world, generation=replace(world.generation, partial=True), sync=WorkerRun(percent=43))
    screens = (
        (HomeScreen(), SHELF),
        (CategoriesScreen(), SHELF),
        (CategoriesScreen(), Shelf(())),
        (StatusScreen(), SHELF),
    )
    for screen, shelf in screens:
        assert "课件目录更新中 43 %" in words_of(view(replace(coming, screens=(HomeScreen(), screen)), shelf)), screen
        assert "更新中" not in words_of(view(replace(world, screens=(HomeScreen(), screen)), shelf)), screen
    keyed, _ = react(replace(coming, screens=(HomeScreen(), NumberScreen("999999"))), "select", SHELF)
    assert "课件目录更新中 43 %，请稍后再试" in words_of(view(keyed, SHELF))


def test_the_duty_is_met_after_two_sessions() -> None:
    assert "已达标" in words_of(view(replace(base(), held_this_month=2), SHELF))


def test_no_time_is_shown_while_the_clock_is_unknown() -> None:
    words = words_of(drawn("home-clock-unknown"))
    assert "时间未校准" in words
    assert "19:05" not in words


def test_the_code_is_shown_large_digit_by_digit() -> None:
    scene = drawn("binding-code")
    digits = [mark.words for mark in scene.marks if isinstance(mark, Text) and mark.size == d.CODE]
    assert digits == list("480537")
    assert "请把这个号码报给县远教办" in words_of(scene)


def test_a_technical_error_is_said_in_plain_words_with_its_detail_below() -> None:
    marks = [mark for mark in drawn("binding-no-route").marks if isinstance(mark, Text)]
    plain = next(mark for mark in marks if "网络没有接通" in mark.words)
    detail = next(mark for mark in marks if "Network is unreachable" in mark.words)
    assert plain.y < detail.y


def test_a_code_that_has_expired_is_no_longer_shown() -> None:
    late = at(unbound(Binding(BindingState.CODE_SHOWN, "480537", NOW.monotonic_ms)), monotonic_ms=NOW.monotonic_ms)
    assert not [mark for mark in view(late, SHELF).marks if isinstance(mark, Text) and mark.size == d.CODE]


def test_a_list_of_thousands_asks_the_catalogue_for_one_page_only() -> None:
    asked: list[tuple[int, int]] = []

    class Counting(Shelf):
        def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list:  # type: ignore[type-arg]
            asked.append((offset, limit))
            return super().courses(category, offset, limit)

    view(base(CoursesScreen((), 6)), Counting(entry(one) for one in COURSES.values()))
    assert asked == [(4, 4)]


def test_a_poster_is_shown_once_it_is_here() -> None:
    posters = [mark.blob for mark in drawn("courses").marks if isinstance(mark, Poster)]
    assert len(posters) == 3  # of four rows; one has not come yet
    assert not [
        mark
        for mark in view(replace(STATES["courses"][0], store=StoreFacts()), SHELF).marks
        if isinstance(mark, Poster)
    ]


def test_a_session_says_how_many_courses_are_missing() -> None:
    assert "有 1 个课件还没有收到" in words_of(drawn("sessions"))


def test_readiness_never_says_all_while_a_course_is_missing() -> None:
    tonight = occurrence("spring", "x", TONIGHT.starts_ms, ("course-128", "course-999"))
    assert "已全部下载" not in words_of(view(replace(base(), generation=generation(occurrences=(tonight,))), SHELF))


def test_home_changes_with_the_minute_and_a_bare_picture_not_at_all() -> None:
    assert next_change(at(base(), wall_ms=NOW_MS + 1)) == NOW_MS + MINUTE_MS
    assert next_change(playing(panel=False)) is None
    assert next_change(at(base(), trust="unknown")) == NOW_MS + IDLE_MS, "the screen begins to rest"


def test_home_says_that_a_session_which_only_gathers_is_about_to_start() -> None:
    words = words_of(drawn("gathering-left"))
    assert "集中学习就要开始" in words
    assert "19:30 开始，还有" in words
    assert "正在进行" not in words


def test_the_card_of_tomorrows_session_names_its_day_and_no_key_that_would_be_refused() -> None:
    words = words_of(drawn("gathering-tomorrow"))
    assert "明天 19:30 开始" in words
    assert "人到齐了" not in words
    assert "先离开" in words
    assert "确定" not in words


def test_the_panel_and_a_notice_go_away_at_their_time() -> None:
    assert next_change(playing()) == NOW_MS + 4_000
    noticed = replace(playing(panel=False), notice=Notice("x", NOW.monotonic_ms + 2_500))
    assert next_change(noticed) == NOW_MS + 2_500
    assert next_change(at(noticed, monotonic_ms=NOW.monotonic_ms + 2_500)) is None


def test_only_the_last_two_minutes_of_gathering_run_in_seconds() -> None:
    gathering = session(SessionState.GATHERING)
    near = at(gathering, wall_ms=TONIGHT.starts_ms - 95_500)
    assert next_change(gathering) == NOW_MS + MINUTE_MS
    assert next_change(near) == near.now.wall_ms + 500
    assert "还有 1 分 36 秒" in words_of(view(near, SHELF))


@pytest.mark.parametrize("name", STATES)
def test_the_picture_changes_only_when_next_change_said_so(name: str) -> None:
    world, library = STATES[name]
    change = next_change(world)
    span = 10 * MINUTE_MS if change is None else change - world.now.wall_ms - 1
    later = at(world, wall_ms=world.now.wall_ms + span, monotonic_ms=world.now.monotonic_ms + span)
    assert view(later, library) == view(world, library)


def strange_worlds(words: str, number: int) -> list[tuple[World, Library]]:
    one = course(number, words[:200] or "x", 5)
    happening = occurrence("s", words, NOW_MS + number * MINUTE_MS, ("course-128", "nothing"))
    known = generation(occurrences=(happening,) * 3, courses={**COURSES, one.id: one}, name=words)
    world, shelf = replace(base(), generation=known), Shelf([entry(one)])
    draft = HeadCountDraft(str(number), words[:4], "", "9999", "", "members", words)
    return [
        (world, shelf),
        (replace(world, screens=(HomeScreen(number), SessionsScreen(number))), shelf),
        (replace(world, screens=(HomeScreen(), CoursesScreen((), number))), shelf),
        (replace(world, screens=(HomeScreen(), CourseScreen(one.id, number))), shelf),
        (replace(world, screens=(HomeScreen(), NumberScreen(str(number), words))), shelf),
        (replace(world, screens=(HomeScreen(), StatusScreen(number)), faults={words: words}), shelf),
        (replace(session(SessionState.COUNTING, draft, title=words), screens=(HomeScreen(), SessionScreen())), shelf),
        (session(SessionState.GATHERING, title=words), shelf),
        (playing(title=words), shelf),
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, st.integers(min_value=1, max_value=100_000))
def test_any_words_and_numbers_give_a_scene_inside_the_canvas(words: str, number: int) -> None:
    for world, library in strange_worlds(words, number):
        for mark in marks_of(view(world, library)):
            assert mark.x >= 0
            assert mark.width >= 0
            assert mark.x + mark.width <= WIDTH


def test_three_wrong_settings_are_all_to_be_read_on_the_fault_page() -> None:
    told = "television.volume_percent：130 不行，应为 0 到 100 的整数；television.volum：没有这个设置，例如有 "
    told += (
        "television.volume_percent, television.size；county.api：http://county 不行，应为 https:// 开头的网址，或者空"
    )
    scene = view(replace(base(FaultScreen("P01")), faults={"P01": told}), SHELF)
    (detail,) = [mark for mark in scene.marks if isinstance(mark, Text) and mark.words == told]
    assert detail.lines >= d.lines_needed(told, detail.size, detail.width, 9)
    assert detail.y + detail.lines * detail.size * 1.3 <= d.CONTENT_BOTTOM
