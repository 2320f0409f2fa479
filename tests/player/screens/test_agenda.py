"""When a session will be ready, in the words of the television."""

from __future__ import annotations

import pytest

from demo.screens.states import FILMS, base, expecting
from demo.screens.village import MINUTE_MS, NOW_MS, TONIGHT
from player.core.outlook import Outlook, Risk
from player.screens.agenda import expected_words


def words(ready_wall_ms: int = 0, risk: Risk = Risk.SAFE) -> str:
    return expected_words(expecting(Outlook(TONIGHT.id, FILMS, ready_wall_ms, risk)), TONIGHT)


def test_it_is_said_when_all_will_be_here_and_in_which_size() -> None:
    assert words(NOW_MS + 4 * MINUTE_MS) == f"预计今天 19:09 齐，{FILMS[0].height}p"


def test_a_session_in_danger_names_a_way_out() -> None:
    assert "U盘" in words(risk=Risk.DANGER)


@pytest.mark.parametrize("risk", [Risk.SAFE, Risk.UNSURE])
def test_nothing_is_said_where_nobody_can_say(risk: Risk) -> None:
    assert words(risk=risk) == ""
    assert expected_words(base(), TONIGHT) == ""
