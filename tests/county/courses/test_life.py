"""The life of a course: every state with every event."""

import pytest

from county.courses.life import TRANSITIONS, CourseEvent, next_state
from county.courses.models import CourseState
from county.errors import Refused


@pytest.mark.parametrize("state", CourseState)
@pytest.mark.parametrize("event", CourseEvent)
def test_every_state_knows_what_follows_an_event_or_refuses_it_in_words(state: CourseState, event: CourseEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) == TRANSITIONS[state, event]
    else:
        with pytest.raises(Refused, match=state.label):
            next_state(state, event)


def test_only_two_reviews_in_order_lead_to_release() -> None:
    into_released = [key for key, after in TRANSITIONS.items() if after == CourseState.RELEASED]
    into_passed = [key for key, after in TRANSITIONS.items() if after == CourseState.PASSED]
    assert into_released == [(CourseState.PASSED, CourseEvent.RELEASE)]
    assert into_passed == [(CourseState.FIRST_PASSED, CourseEvent.SECOND_REVIEW)]
