"""The life of a wording: every state with every event."""

import pytest

from county.errors import Refused
from county.plans.models import WordingState
from county.plans.wording_life import TRANSITIONS, WordingEvent, next_state


@pytest.mark.parametrize("state", WordingState)
@pytest.mark.parametrize("event", WordingEvent)
def test_every_state_knows_what_follows_an_event_or_refuses_it_in_words(
    state: WordingState, event: WordingEvent
) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) == TRANSITIONS[state, event]
    else:
        with pytest.raises(Refused, match=state.label):
            next_state(state, event)


def test_only_a_pass_of_what_waits_leads_to_the_televisions() -> None:
    into_passed = [key for key, after in TRANSITIONS.items() if after == WordingState.PASSED]
    assert into_passed == [(WordingState.WAITING, WordingEvent.PASS)]
