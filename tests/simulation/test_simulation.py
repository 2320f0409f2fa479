"""A few fixed lives in every run; and defects planted on purpose, each of which must be found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import lessons, moment, playback, session
from player.core.effects import AppendEntry, Effect, KeepPlay, OpenMedia, Wake
from player.core.world import World
from player.step import step
from player.store.marks import Gap, Marks
from tests.simulation.__main__ import main
from tests.simulation.county import Broken
from tests.simulation.life import Life, Step

Outcome = tuple[World, tuple[Effect, ...], Wake]


@pytest.mark.parametrize("seed", range(101, 105))
def test_a_box_lives_twenty_days_without_a_broken_promise(seed: int) -> None:
    life = Life(seed, 20)
    life.live()
    assert life.faults["(sessions started on their minute)"] > 0


def test_the_same_seed_tells_the_same_story() -> None:
    one, other = Life(7, 10), Life(7, 10)
    one.live()
    other.live()
    assert (one.steps, one.faults, list(one.history)) == (other.steps, other.faults, list(other.history))


def test_the_command_reports_days_rate_faults_and_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--days", "4", "--seed", "3"]) == 0
    said = capsys.readouterr().out
    assert "seed 3, 4 box-days" in said
    assert "(state, event) pairs" in said


def _with_effects(change: Callable[[tuple[Effect, ...]], tuple[Effect, ...]]) -> Step:
    def defective(*arguments: Any, **named: Any) -> Outcome:
        world, asked, wake = step(*arguments, **named)
        return world, change(asked), wake

    return defective


def _sealed_twice(asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    again = [replace(one, id=one.id + 10**6) for one in asked if isinstance(one, AppendEntry) and one.closes_play]
    return (*asked, *again)


def _never_kept(asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    return tuple(one for one in asked if not isinstance(one, KeepPlay))


def _opens_what_no_document_names(asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    return tuple(replace(one, blob="f" * 64) if isinstance(one, OpenMedia) else one for one in asked)


@pytest.mark.parametrize(
    ("defect", "finding"),
    [
        (_sealed_twice, "a play was recorded twice"),
        (_never_kept, "may be lost"),
        (_opens_what_no_document_names, "no document names"),
    ],
)
def test_a_defect_planted_in_the_effects_is_found(defect: Any, finding: str) -> None:
    assert finding in _first_finding(_with_effects(defect))


def test_a_box_that_is_never_woken_at_a_wall_time_is_found() -> None:
    def deaf(*arguments: Any, **named: Any) -> Outcome:
        world, asked, wake = step(*arguments, **named)
        return world, asked, replace(wake, wall_ms=None)

    assert "was ready and did not start" in _first_finding(deaf)


def test_a_box_that_ignores_stop_orders_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "stop_order", lambda *_: None)
    assert "stopped lesson" in _first_finding(step)


def test_a_box_that_does_not_tell_a_start_by_the_clock_of_its_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (moment, session):
        monkeypatch.setattr(room, "told", lambda instant, _now: instant)
    assert "was dated" in _first_finding(step, Restless)


def test_a_table_with_a_hole_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    holed = {pair: row for pair, row in playback.TABLE.items() if pair[1] is not playback.MediaEnded}
    monkeypatch.setattr(playback, "TABLE", holed)
    assert "nothing is said about MediaEnded" in _first_finding(step)


def test_a_store_that_asks_for_bytes_that_are_here_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Marks, "first_gap", lambda marks: Gap(0, marks.blob_bytes))
    assert "chunk 0 came" in _first_finding(step)


def test_a_journal_with_a_changed_entry_is_found() -> None:
    life = Life(7, 4)
    life.live()
    rows = life.disk.journal.rows
    rows[2] = dataclasses.replace(rows[2], data=rows[1].data)
    with pytest.raises(Broken, match="chain is broken"):
        life.disk.journal.verify()


class Shaky(Life):
    """A life in a village where the power goes often."""

    cut_chance = 0.01


class Restless(Life):
    """A life with somebody who sets the clock again and again."""

    def _fate(self) -> Iterator[tuple[Callable[[], None], int]]:
        yield from super()._fate()
        yield self._clock_changes, 20 * 60_000


def _first_finding(take_step: Step, life: type[Life] = Shaky) -> str:
    for seed in range(1, 12):
        try:
            life(seed, 20, take_step).live()
        except Exception as finding:  # noqa: BLE001 - whatever is found, its words are judged
            return str(finding)
    return "nothing was found"
