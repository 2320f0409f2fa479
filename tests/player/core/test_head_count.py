from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from player.core import heads
from player.core.facts import HeadCountDraft


def keyed(draft: HeadCountDraft, *keys: str) -> HeadCountDraft:
    for key in keys:
        draft = heads.edit(draft, key)
    return draft


def test_the_first_digit_replaces_what_was_proposed_and_the_next_ones_are_added() -> None:
    assert keyed(heads.propose(37), "2", "9").present == "29"
    assert heads.propose(37).present == "37"


def test_members_and_villagers_must_add_up_to_those_present() -> None:
    draft = keyed(heads.propose(27), "next", "1", "8", "next", "8")
    refused = heads.check(draft)
    assert refused is not None
    assert "26" in refused.error
    assert refused.field == "present"
    assert heads.check(keyed(draft, "erase", "9")) is None


def test_the_kind_of_heads_that_is_left_empty_is_the_rest() -> None:
    entry = heads.entry(keyed(heads.propose(27), "next", "1", "8"), "s")
    assert (entry.members, entry.villagers) == (18, 9)


def test_kinds_of_heads_that_nobody_told_apart_stay_blank() -> None:
    draft = keyed(heads.propose(27), "next", "next", "next", "3")
    assert heads.check(draft) is None
    entry = heads.entry(draft, "s")
    assert (entry.present, entry.members, entry.villagers, entry.on_leave) == (27, None, None, 3)
    assert heads.complete(draft).members == ""


def test_nobody_at_all_is_asked_twice() -> None:
    asked = heads.check(heads.propose(0))
    assert asked is not None
    assert heads.check(asked) is None


def test_where_nobody_ever_said_how_many_are_expected_the_count_asks_and_may_leave_it_blank() -> None:
    assert heads.propose(0).field == "expected"
    assert heads.propose(30).field == "present"
    answered = keyed(heads.propose(0), "3", "0", "next", "2", "7")
    assert heads.entry(answered, "s").expected == 30
    assert heads.propose(0, heads.entry(answered, "s")).field == "present"
    blank = keyed(heads.propose(0), "next", "2", "7")
    assert heads.check(blank) is None
    assert heads.complete(blank).expected == ""


def test_a_first_count_proposes_what_the_county_expects_at_its_sessions_and_then_what_was_said_last() -> None:
    assert heads.propose(0, here=37).present == "37"
    assert heads.propose(30, here=37).present == "30"
    last = heads.entry(keyed(heads.propose(30), "2", "9"), "s")
    assert heads.propose(0, last, here=37).expected == "30"


def test_too_many_expected_are_mended_where_they_stand() -> None:
    refused = heads.check(keyed(heads.propose(0), "9", "9", "9", "9"))
    assert refused is not None
    assert refused.field == "expected"


def test_nine_thousand_heads_are_refused_with_the_limit() -> None:
    refused = heads.check(keyed(heads.propose(30), "9", "9", "9", "9"))
    assert refused is not None
    assert "2000" in refused.error


@given(st.integers(0, 50), st.lists(st.sampled_from([*"0123456789", "erase", "next", "previous"]), max_size=30))
def test_whatever_is_keyed_in_what_is_signed_off_adds_up(expected: int, keys: list[str]) -> None:
    draft = keyed(heads.propose(expected), *keys)
    draft = heads.check(draft) or draft
    if heads.check(draft) is None:
        entry = heads.entry(draft, "s")
        assert 0 <= entry.present <= heads.MOST_HEADS
        assert (entry.members is None) == (entry.villagers is None)
        assert entry.members is None or entry.members + (entry.villagers or 0) == entry.present


def test_members_are_the_rest_where_only_villagers_are_keyed_in() -> None:
    draft = keyed(heads.propose(27), "next", "next", "9")
    assert (draft.members, draft.villagers) == ("18", "9")
    assert keyed(draft, "3").members == ""  # 93 villagers of 27 heads: no rest
