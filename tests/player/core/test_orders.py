"""Orders: promised when they are durable, answered by the county, followed until the course is here."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from player.core import ledger, orders
from player.core.actions import PlaceOrder, PlayLesson, StopPlaying
from player.core.events import Journaled, WokeUp
from player.core.facts import JournalFacts, OwnOrder
from player.core.orders import ANSWERED_MS, KEPT, standing
from player.core.worker_effects import RunUpload
from playlists.documents import OrderAnswer
from playlists.entries import Order, Play
from tests.player.core.box import BOX, FILMS, NOW_MS, TestBox, generation, store


def answered(box: TestBox, answer: OrderAnswer) -> None:
    county = generation()
    plans = tuple(replace(plan, orders=(answer,)) for plan in county.plans)
    box.world = replace(box.world, generation=replace(county, plans=plans))


def ordered() -> tuple[TestBox, OwnOrder]:
    box = TestBox().start()
    box.wish(PlaceOrder(wish="食用菌栽培"))
    return box, box.world.orders[-1]


def test_an_order_is_promised_only_when_the_journal_holds_it() -> None:
    box = TestBox().start()
    box.commits = False
    box.wish(PlaceOrder(course="c1"))
    assert standing(box.world, box.world.orders[0]) == "placing"
    assert box.world.notice is None
    box.commits = True
    for entry in ledger.owed(box.world):
        box.seq += 1
        box.take(Journaled(entry.id, box.seq))
    assert standing(box.world, box.world.orders[0]) == "waiting"
    assert box.world.notice is not None
    assert "已登记" in box.world.notice.words


def test_an_order_goes_up_within_seconds_and_is_one_entry() -> None:
    box, order = ordered()
    assert [one.order for one in box.bodies(Order)] == [order.order]
    box.wait(10_000, WokeUp())
    assert box.all(RunUpload)


def test_the_same_wish_is_not_asked_for_twice_while_it_waits() -> None:
    box, order = ordered()
    box.wish(PlaceOrder(wish=" 食用菌栽培 "))
    assert len(box.world.orders) == 1
    answered(box, OrderAnswer(order=order.order, box=BOX, state="refused", reason="没有"))
    box.wish(PlaceOrder(wish="食用菌栽培"))
    assert len({one.order for one in box.bodies(Order)}) == 2


def test_an_empty_wish_is_none() -> None:
    box = TestBox().start()
    box.wish(PlaceOrder(wish="   "))
    assert box.world.orders == ()


def test_an_answer_tells_where_it_stands_until_the_course_is_here() -> None:
    box, order = ordered()
    answered(box, OrderAnswer(order=order.order, box=BOX, state="granted", course="c1"))
    assert standing(box.world, order) == "arrived"
    assert orders.arrived(box.world) == [order]
    box.world = replace(box.world, store=store(FILMS[0]))
    assert standing(box.world, order) == "granted"
    answered(box, OrderAnswer(order=order.order, box=BOX, state="refused", reason="没有合适的课"))
    assert standing(box.world, order) == "refused"


def test_a_course_that_has_come_is_told_until_it_is_played_or_looked_at() -> None:
    box, order = ordered()
    answered(box, OrderAnswer(order=order.order, box=BOX, state="granted", course="c1"))
    assert orders.unseen(box.world) == [order]
    box.wish(PlayLesson("c1", "one"))
    assert orders.unseen(box.world) == []
    assert orders.arrived(box.world) == [order]
    seen = frozenset({"c1"})
    again = TestBox().start(JournalFacts(head=3, acknowledged=3, orders=box.world.orders, seen_courses=seen))
    answered(again, OrderAnswer(order=order.order, box=BOX, state="granted", course="c1"))
    assert (orders.arrived(again.world), orders.unseen(again.world)) == ([order], [])


def test_orders_outlive_a_restart_and_the_oldest_are_forgotten() -> None:
    kept = tuple(OwnOrder(f"o{number}", "", f"愿望{number}", 0) for number in range(KEPT))
    box = TestBox().start(JournalFacts(head=0, acknowledged=0, orders=kept))
    box.wish(PlaceOrder(course="c1"))
    assert len(box.world.orders) == KEPT
    assert box.world.orders[0] == kept[1]


def test_an_order_whose_answer_nobody_knows_any_more_is_no_longer_listed_and_can_be_made_again() -> None:
    box, order = ordered()
    box.wait(ANSWERED_MS, WokeUp())
    assert orders.listed(box.world) == (order,)
    box.wait(1, WokeUp())
    assert orders.listed(box.world) == ()
    box.wish(PlaceOrder(wish=order.wish))
    assert [one.wish for one in orders.listed(box.world)] == [order.wish]


def test_an_old_order_stays_listed_while_its_answer_is_in_force_or_the_clock_is_unknown() -> None:
    box, order = ordered()
    box.wait(2 * ANSWERED_MS, WokeUp())
    box.world = replace(box.world, now=replace(box.world.now, trust="unknown"))
    assert orders.listed(box.world) == (order,)
    box.world = replace(box.world, now=replace(box.world.now, trust="trusted"))
    answered(box, OrderAnswer(order=order.order, box=BOX, state="granted", course="c1"))
    assert orders.listed(box.world) == (order,)


def test_after_a_lost_journal_an_order_has_another_name() -> None:
    names = set()
    for wall_ms in (NOW_MS, NOW_MS + 1):  # the same boot number and the same effect: both count from one again
        box = TestBox(wall_ms=wall_ms).start()
        box.wish(PlaceOrder(wish="食用菌栽培"))
        names.add(box.world.orders[0].order)
    assert len(names) == 2
    assert all(len(name) <= 64 for name in names)


@pytest.mark.parametrize(("state", "why"), [("granted", "order"), ("refused", "menu")])
def test_a_play_of_what_was_granted_is_recorded_as_the_orders(state: Any, why: str) -> None:
    box, order = ordered()
    answered(box, OrderAnswer(order=order.order, box=BOX, state=state, course="c1"))
    box.wish(PlayLesson("c1", "one"))
    box.show(3)
    box.wish(StopPlaying())
    assert [play.why for play in box.bodies(Play)] == [why]
