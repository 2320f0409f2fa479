"""When a session will be ready, in the words of the television."""

from __future__ import annotations

import pytest

from demo.screens.states import FILMS, all_states, base, expecting
from demo.screens.village import MINUTE_MS, NOW_MS, TONIGHT
from player.core.outlook import Outlook, Risk
from player.screens.agenda import expected_words
from player.screens.scene import Text
from player.screens.view import view


def words(ready_wall_ms: int = 0, risk: Risk = Risk.SAFE) -> str:
    return expected_words(expecting(Outlook(TONIGHT.id, FILMS, risk, ready_wall_ms)), TONIGHT)


def test_it_is_said_when_all_will_be_here_and_in_which_size() -> None:
    assert words(NOW_MS + 4 * MINUTE_MS) == f"预计今天 19:09 齐，{FILMS[0].height}p"


def test_a_session_in_danger_names_a_way_out() -> None:
    assert words(risk=Risk.DANGER) == "可能来不及，看看怎么办"


def test_the_gathering_card_says_so_too_while_nothing_is_here() -> None:
    assert f"课件还没有齐。预计今天 19:09 齐，{FILMS[0].height}p" in said_on("gathering-expected")
    assert any(one.startswith("课件还没有齐") and "怎么办" in one for one in said_on("gathering-in-danger"))
    assert "这次的课件还没有下载，请先接通网络" in said_on("gathering-nothing-here")


def said_on(state: str) -> list[str]:
    return [mark.words for mark in view(*all_states()[state]).marks if isinstance(mark, Text)]


@pytest.mark.parametrize("risk", [Risk.SAFE, Risk.UNSURE])
def test_nothing_is_said_where_nobody_can_say(risk: Risk) -> None:
    assert words(risk=risk) == ""
    assert expected_words(base(), TONIGHT) == ""
