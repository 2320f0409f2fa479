"""The figures of a line: what it carries by when, and when it fails."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.capacity import FAULT_KINDS, Capacity, outages_by_seed

steps = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 10_000)), min_size=1, max_size=6).filter(
    lambda found: any(rate for _, rate in found)
)


@given(steps, st.floats(0, 1_000), st.integers(1, 1_000_000))
def test_what_is_booked_is_carried_by_then_and_not_before(
    found: list[tuple[float, float]], start_s: float, count: int
) -> None:
    capacity = Capacity(tuple(found))
    end_s = capacity.carried_at(start_s, count)
    assert end_s >= start_s
    assert capacity.bytes_by(end_s) - capacity.bytes_by(start_s) == pytest.approx(count, rel=1e-6, abs=1e-3)
    earlier_s = end_s - (end_s - start_s) * 0.01
    assert capacity.bytes_by(earlier_s) - capacity.bytes_by(start_s) < count


def test_a_capacity_begins_again_after_its_last_step() -> None:
    capacity = Capacity(((2, 100), (1, 0)))
    assert [capacity.bytes_by(at_s) for at_s in (1, 2, 3, 4, 5)] == [100, 200, 200, 300, 400]
    assert [capacity.rate_at(at_s) for at_s in (0, 1.9, 2, 3)] == [100, 100, 0, 100]
    assert capacity.carried_at(1.0, 100) == 2.0
    assert capacity.carried_at(2.0, 1) == pytest.approx(3.01)
    assert capacity.carried_at(7.3, 0) == 7.3


@pytest.mark.parametrize("wrong", [(), ((1, 0),), ((0, 5),), ((1, -1),)])
def test_a_capacity_that_carries_nothing_is_refused(wrong: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match="capacity"):
        Capacity(wrong)


def test_outages_follow_from_their_seed_and_never_overlap() -> None:
    outages = outages_by_seed(7, total_s=3_600, up_s=6, down_s=2)
    assert outages == outages_by_seed(7, total_s=3_600, up_s=6, down_s=2)
    assert outages != outages_by_seed(8, total_s=3_600, up_s=6, down_s=2)
    assert {outage.kind for outage in outages} == set(FAULT_KINDS)
    pauses = [after.at_s - before.at_s - before.seconds for before, after in pairwise(outages)]
    assert min(pauses) >= 3
    assert max(pauses) <= 9
    assert math.isclose(sum(outage.seconds for outage in outages) / len(outages), 2, rel_tol=0.1)
