"""A few fixed lives in every run, planted defects that each must be found, and the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from player.core import schedule
from player.core.lives.session import SessionState
from player.core.world import World

from . import defects, telling
from .__main__ import main
from .broken import Broken
from .defects import DEFECTS, WITHIN_DAYS, Defect
from .life import Life
from .people import People
from .script import Name, parse

TOLD = """
from tests.simulation.life import Life
from tests.simulation.script import Name
life = Life(Name(5, 8))
life.live()
print(life.box.steps, life.agenda.now, sorted(life.faults.items()), [row.hash.hex() for row in life.site.journal.rows])
"""


@pytest.mark.parametrize("seed", range(101, 107))
def test_a_box_lives_twenty_days_without_a_broken_promise(seed: int) -> None:
    outcome = Life(Name(seed, 20)).live()
    assert outcome.steps > 100
    assert outcome.entries > 10


def test_a_session_whose_course_comes_back_hours_after_its_minute_is_not_judged_by_it() -> None:
    outcome = Life(parse("130084/18.5")).live()
    assert outcome.seen["sessions planned at the television"] > 0


def test_a_service_that_ends_while_the_disk_takes_nothing_may_lose_what_waits_for_it() -> None:
    outcome = Life(parse("170155/22")).live()
    assert outcome.faults["service restarted"] > 0


def test_sessions_start_on_their_minute_in_calm_lives() -> None:
    outcome = Life(Name(3, 40), trouble=0.1).live()
    assert outcome.seen["sessions started on their minute"] > 3


class _PuttersOff(People):
    """People who begin every session early and put it off at once."""

    def watch(self, before: World, after: World) -> None:
        state, old = (world.session.state if world.session else None for world in (after, before))
        if state is not old and state is SessionState.GATHERING:
            self.type(["ok"], 5_000)
        elif state is not old and state is SessionState.PLAYING:
            self.type(["stop", "right", "right", "ok"], 5_000)


def test_a_session_that_people_began_early_and_put_off_breaks_no_promise_at_its_minute() -> None:
    life = Life(Name(3, 20), trouble=0.1)
    life.box.people = _PuttersOff(3, life.box.press)
    assert life.live().seen["sessions begun early and put off before their minute"] > 0


class _Waiting(People):
    """People who let every session wait twice."""

    def watch(self, before: World, after: World) -> None:
        state, old = (world.session.state if world.session else None for world in (after, before))
        if state is not old and state is SessionState.GATHERING:
            self.type(["2", "2"], 5_000)


def test_a_session_that_people_let_wait_starts_at_the_minute_that_its_card_names() -> None:
    life = Life(Name(3, 20), trouble=0.1)
    life.box.people = _Waiting(3, life.box.press)
    seen = life.live().seen
    assert seen["sessions that people let wait"] > 0
    assert seen["sessions started on their minute"] >= seen["sessions that people let wait"]


def test_a_session_that_people_let_wait_and_that_does_not_start_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(Name(3, 20), trouble=0.1)
    life.box.people = _Waiting(3, life.box.press)
    monkeypatch.setattr(schedule, "its_minute", lambda now, session: False)
    with pytest.raises(Broken, match="a session was ready and did not start"):
        life.live()


def test_the_same_life_tells_the_same_story_in_another_process() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", TOLD], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=Path(__file__).parents[2],
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert told[0] == told[1]
    assert len(told[0]) > 1_000


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_found(defect: Defect) -> None:
    found = defects.find(defect)
    sys.stdout.write(f"found after {found.days:.1f} box-days: {found.words}\n")
    assert defect.shows_in(found.words)
    assert found.days <= WITHIN_DAYS


def test_the_command_reports_days_rate_faults_and_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--days", "8", "--seed", "3", "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert "seed 3, 8 box-days" in said
    assert "a minute on one core" in said
    assert "(state, event) pairs; not met" in said
    assert "bytes fetched / needed: 1.0" in said


def test_a_life_that_fails_is_named_made_smaller_and_told_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = {defect.name: defect for defect in DEFECTS}["stop orders are ignored"]
    with defects.ExitStack() as stack:
        planted.plant(stack)
        assert main(["--days", "2", "--seed", "139", "--jobs", "1"]) == 1
        said = capsys.readouterr().out
        name = said.rpartition("--replay ")[2].strip()
        assert telling.replay(parse(name)) == 1
    assert "BROKEN: 139/2: Broken: promise 1: a stopped lesson was opened" in said
    assert said.count("\nfault ") <= 3
    assert "stop order" in said
    assert telling.replay(parse(name)) == 0
