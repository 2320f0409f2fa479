"""The words of the screens in two languages; the language belongs to one call and to the world that it is given."""

from __future__ import annotations

from msgspec.structs import replace

from demo.screens.states import base
from demo.screens.village import SHELF
from player.core.events import ButtonPressed
from player.core.language import CHINESE, ENGLISH, N_, _, counted, speaking
from player.core.screens_shown import FaultScreen
from player.core.world import World
from player.screens.scene import Text
from player.screens.view import view
from player.step import step
from tests.player.core.box import TestBox


def in_english(world: World) -> World:
    return replace(world, preferences=replace(world.preferences, language=ENGLISH))


def words_of(world: World) -> list[str]:
    return [mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text)]


def test_words_are_chinese_unless_a_language_is_in_force() -> None:
    assert _("确定") == "确定"
    with speaking(ENGLISH):
        assert _("确定") == "OK"
        with speaking(CHINESE):
            assert _("确定") == "确定"
        assert _("确定") == "OK"
    assert _("确定") == "确定"


def test_a_language_that_is_not_known_is_chinese() -> None:
    with speaking("fr"):
        assert _("确定") == "确定"


def test_words_that_no_catalogue_knows_stay_as_they_are() -> None:
    with speaking(ENGLISH):
        assert _("松坪村") == "松坪村"
        assert not _("")  # the empty key of a catalogue holds its header


def test_a_marked_constant_is_translated_where_it_is_shown() -> None:
    marked = N_("返回")
    with speaking(ENGLISH):
        assert _(marked) == "Back"


def test_an_amount_decides_the_form() -> None:
    assert counted("{n} 个课件", 1) == "1 个课件"
    with speaking(ENGLISH):
        assert [counted("{n} 个课件", n) for n in (1, 2)] == ["1 course", "2 courses"]


def test_a_view_speaks_the_language_of_its_world_and_leaves_nothing_behind() -> None:
    world = base(FaultScreen("C02"))
    chinese, english = words_of(world), words_of(in_english(world))
    assert "存储卡写不进去" in chinese
    assert "Card is read-only" in english
    assert words_of(world) == chinese


def test_a_step_speaks_the_language_of_its_world() -> None:
    box = TestBox()
    box.start()
    for world, said in ((box.world, "音量 85"), (in_english(box.world), "Volume 85")):
        louder, _effects, _wake = step(world, ButtonPressed("volume-up"), box.now(), SHELF)
        assert louder.notice
        assert louder.notice.words == said
