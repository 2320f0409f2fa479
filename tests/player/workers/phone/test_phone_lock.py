"""A PIN that works once, five tries, and no faster than a finger."""

from __future__ import annotations

import pytest

from player.workers.phone.lock import PRESSES_PER_S, TELEPHONES, TRIES, Lock, Shut, WrongPin


def test_a_pin_works_once() -> None:
    lock = Lock("111111")
    lock.enter("111111", token="one", next_pin="222222")
    with pytest.raises(WrongPin):
        lock.enter("111111", token="two", next_pin="333333")
    lock.enter("222222", token="two", next_pin="333333")
    assert lock.knows("one")
    assert lock.knows("two")
    assert not lock.knows("three")


def test_five_wrong_tries_shut_it_also_for_the_right_pin() -> None:
    lock = Lock("111111")
    for left in range(TRIES - 1, 0, -1):
        with pytest.raises(WrongPin) as wrong:
            lock.enter("999999", token="t", next_pin="n")
        assert wrong.value.tries_left == left
    for pin in ("999999", "111111"):
        with pytest.raises(Shut):
            lock.enter(pin, token="t", next_pin="n")
    assert lock.telephones == 0


def test_the_right_pin_gives_the_tries_back() -> None:
    lock = Lock("111111")
    for _ in range(TRIES - 1):
        with pytest.raises(WrongPin):
            lock.enter("999999", token="t", next_pin="n")
    lock.enter("111111", token="t", next_pin="222222")
    assert lock.tries_left == TRIES


def test_a_room_has_so_many_telephones_and_no_more() -> None:
    lock = Lock("0")
    for number in range(TELEPHONES):
        lock.enter(str(number), token=str(number), next_pin=str(number + 1))
    with pytest.raises(Shut):
        lock.enter(str(TELEPHONES), token="t", next_pin="n")


def test_keys_come_no_faster_than_a_finger_and_another_telephone_is_not_held_up() -> None:
    lock = Lock("1")
    lock.enter("1", token="fast", next_pin="2")
    lock.enter("2", token="slow", next_pin="3")
    taken = sum(lock.may_press("fast", 10 + press / 1_000) for press in range(1_000))
    assert PRESSES_PER_S <= taken <= 2 * PRESSES_PER_S + 1
    assert lock.may_press("slow", 10.5)
    assert not lock.may_press("stranger", 10.5)
