"""The life of a course: the only file that says what may follow what. Pure.

Theory: a course is edited until it is right; two different reviewers pass exactly the same frozen document;
the responsible leader releases it. Whatever changes the content starts over, for no reviewer answers for what
he has not seen. A released course that is edited stays published as it was until the new revision is released.
A refusal is final for the revision: an edit opens the next one.

===============  ===============  ==============
state            event            next
===============  ===============  ==============
draft            first-review     first-passed
first-passed     second-review    passed
passed           release          released
any other        stop             withdrawn
draft to passed  refuse           refused
any              edit             draft
===============  ===============  ==============
"""

from __future__ import annotations

from enum import StrEnum

from county.courses.models import CourseState
from county.errors import Refused


class CourseEvent(StrEnum):
    """What happens to a course."""

    EDIT = "edit"
    FIRST_REVIEW = "first-review"
    SECOND_REVIEW = "second-review"
    REFUSE = "refuse"
    RELEASE = "release"
    STOP = "stop"


_STATE, _EVENT = CourseState, CourseEvent
TRANSITIONS: dict[tuple[CourseState, CourseEvent], CourseState] = {
    (_STATE.DRAFT, _EVENT.FIRST_REVIEW): _STATE.FIRST_PASSED,
    (_STATE.FIRST_PASSED, _EVENT.SECOND_REVIEW): _STATE.PASSED,
    (_STATE.PASSED, _EVENT.RELEASE): _STATE.RELEASED,
    **{(s, _EVENT.REFUSE): _STATE.REFUSED for s in (_STATE.DRAFT, _STATE.FIRST_PASSED, _STATE.PASSED)},
    **{(state, _EVENT.STOP): _STATE.WITHDRAWN for state in CourseState if state != _STATE.WITHDRAWN},
    **{(state, _EVENT.EDIT): _STATE.DRAFT for state in CourseState},
}
_WORDS = {
    _EVENT.EDIT: "修改",
    _EVENT.FIRST_REVIEW: "初审",
    _EVENT.SECOND_REVIEW: "复审",
    _EVENT.REFUSE: "退回",
    _EVENT.RELEASE: "签发",
    _EVENT.STOP: "停播",
}


def next_state(state: str, event: CourseEvent) -> CourseState:
    """Return the state that follows.

    Raises:
        Refused: The event does not fit the state.
    """
    now = CourseState(state)
    if (now, event) not in TRANSITIONS:
        raise Refused(f"课件现在是“{now.label}”，不能{_WORDS[event]}")
    return TRANSITIONS[now, event]
