"""The life of a wording: the only file that says what may follow what. Pure.

Theory: words wait until another than their author passes them; only what is passed is published, and it is published
until it ends by itself, is taken back, or another wording of the same page or notice is passed. Any one person may take
back. Nothing comes back to life: who wants the words again writes them again, and they are looked at again.

============================  =========  ==========
state                         event      next
============================  =========  ==========
waiting                       pass       passed
waiting                       refuse     refused
waiting, passed, refused      replace    replaced
waiting, passed, refused      take-back  taken-back
============================  =========  ==========
"""

from __future__ import annotations

from enum import StrEnum

from county.errors import Refused
from county.plans.models import WordingState


class WordingEvent(StrEnum):
    """What happens to a wording."""

    PASS = "pass"  # noqa: S105 - no password
    REFUSE = "refuse"
    REPLACE = "replace"
    TAKE_BACK = "take-back"


_STATE, _EVENT = WordingState, WordingEvent
CURRENT = (_STATE.WAITING, _STATE.PASSED, _STATE.REFUSED)
TRANSITIONS: dict[tuple[WordingState, WordingEvent], WordingState] = {
    (_STATE.WAITING, _EVENT.PASS): _STATE.PASSED,
    (_STATE.WAITING, _EVENT.REFUSE): _STATE.REFUSED,
    **{(state, _EVENT.REPLACE): _STATE.REPLACED for state in CURRENT},
    **{(state, _EVENT.TAKE_BACK): _STATE.TAKEN_BACK for state in CURRENT},
}
_WORDS = {_EVENT.PASS: "通过", _EVENT.REFUSE: "退回", _EVENT.REPLACE: "替换", _EVENT.TAKE_BACK: "撤下"}


def next_state(state: str, event: WordingEvent) -> WordingState:
    """Return the state that follows.

    Raises:
        Refused: The event does not fit the state.
    """
    now = WordingState(state)
    if (now, event) not in TRANSITIONS:
        raise Refused(f"这段文字现在是“{now.label}”，不能{_WORDS[event]}")
    return TRANSITIONS[now, event]
