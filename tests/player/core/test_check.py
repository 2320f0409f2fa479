"""The self-check: what the box knows, what people must hear, and what is told to the county once."""

from __future__ import annotations

import itertools
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from player.core import check, faults
from player.core.actions import PlayLesson, ReportCheck, SayHeard, StartCheck
from player.core.check import LISTENING_MS, LOOKING_MS
from player.core.effects import AppendEntry, RunCheck
from player.core.events import Checked, FaultReported, WokeUp
from player.core.facts import InsideFacts
from player.core.faults import FAULTS
from player.core.findings import NAMES, Item, codes, findings
from player.core.lives.room import Check, CheckState
from player.core.lives.workers import WorkerRun
from player.core.media_effects import CloseMedia, OpenMedia, PlayTone
from player.core.media_events import MediaEnded, MediaFailed
from player.core.screens_shown import CheckScreen, HomeScreen
from player.core.turn import Turn
from playlists.entries import SelfCheck
from tests.player.core.box import NoLibrary, TestBox

S = CheckState
WELL = InsideFacts(sound=True, cable=True, address=True, hottest_c=46)


def begun() -> TestBox:
    box = TestBox().start()
    box.world = replace(box.world, screens=(HomeScreen(), CheckScreen()))
    box.wish(StartCheck())
    return box


def looked(facts: InsideFacts = WELL) -> TestBox:
    box = begun()
    box.wait(400, Checked(box.last(RunCheck).id, facts))
    return box


def state(box: TestBox) -> CheckState:
    assert box.world.check is not None
    return box.world.check.state


def found(box: TestBox) -> dict[str, str]:
    return {one.item: one.code or one.state for one in findings(box.world)}


@pytest.mark.parametrize(("at", "kind"), list(itertools.product(S, check.EVENTS)))
def test_every_pair_of_state_and_event_has_a_row(at: CheckState, kind: type) -> None:
    events: dict[type, Any] = {
        Checked: Checked(5, WELL), SayHeard: SayHeard(True), MediaEnded: MediaEnded(6, 1, 0),
        MediaFailed: MediaFailed(6, "x"),
    }  # fmt: skip
    box = TestBox().start()
    turn = Turn(replace(box.world, check=Check(at, 5, 6)), box.now(), NoLibrary())
    check.follow_event(turn, events.get(kind) or kind())
    assert turn.world.check is not None
    assert turn.world.check.state in S


def test_a_box_that_is_well_says_so_of_every_part() -> None:
    box = looked()
    assert state(box) is S.LISTENING
    box.wish(SayHeard(heard=True))
    assert state(box) is S.DONE
    assert found(box) == dict.fromkeys(NAMES, "good")
    assert codes(findings(box.world)) == ()


def test_the_tone_is_as_loud_as_the_box_and_stops_with_the_answer() -> None:
    box = looked()
    tone = box.last(PlayTone)
    assert tone.volume_percent == box.world.volume_percent
    box.wish(SayHeard(heard=False))
    assert box.last(CloseMedia).play == tone.id
    assert codes(findings(box.world)) == (faults.NOT_HEARD,)


def test_a_tone_that_has_ended_is_put_away_and_people_may_still_answer() -> None:
    box = looked()
    box.wait(2_500, MediaEnded(box.last(PlayTone).id, 2_400, 0))
    assert box.last(CloseMedia).play == box.last(PlayTone).id
    assert state(box) is S.LISTENING


def test_a_tone_that_cannot_be_played_is_a_fault_of_the_sound_whoever_answers_first() -> None:
    box = begun()
    box.wait(100, MediaFailed(box.last(PlayTone).id, "no output"))
    box.wait(100, Checked(box.last(RunCheck).id, WELL))
    assert (state(box), found(box)["sound"]) == (S.DONE, faults.NO_SOUND)
    box = looked()
    box.wait(100, MediaFailed(box.last(PlayTone).id, "no output"))
    assert (state(box), found(box)["sound"]) == (S.DONE, faults.NO_SOUND)


def test_where_there_is_nothing_to_be_heard_by_nobody_is_asked() -> None:
    box = looked(replace(WELL, sound=False))
    assert (state(box), found(box)["sound"]) == (S.DONE, faults.NO_SOUND)


def test_devices_that_do_not_answer_are_waited_for_no_longer_than_that() -> None:
    box = begun()
    assert box.wake.monotonic_ms is not None
    assert box.wake.monotonic_ms <= box.monotonic_ms + LOOKING_MS
    box.wait(LOOKING_MS, WokeUp())
    assert state(box) is S.LISTENING
    box.wait(LISTENING_MS, WokeUp())
    assert (state(box), found(box)["sound"], found(box)["heat"]) == (S.DONE, "unknown", "unknown")


def test_what_is_on_is_not_disturbed() -> None:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    box.show(2)
    box.world = replace(box.world, screens=(HomeScreen(), CheckScreen()))
    box.wish(StartCheck())
    box.wait(100, Checked(box.last(RunCheck).id, WELL))
    assert (state(box), found(box)["sound"], box.all(PlayTone)) == (S.DONE, "unknown", [])


def test_a_lesson_that_begins_meanwhile_is_not_closed_with_the_tone() -> None:
    box = looked()
    box.wish(PlayLesson("c1", "one"))
    opened = box.last(OpenMedia).id
    box.wish(SayHeard(heard=True))
    assert all(one.play != box.last(PlayTone).id for one in box.all(CloseMedia))
    assert box.world.playback is not None
    assert box.world.playback.play == opened


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(WELL, cable=False), faults.NO_CABLE),
        (replace(WELL, address=False), faults.NO_ADDRESS),
        (replace(WELL, cable=False, address=False), faults.NO_CABLE),
        (replace(WELL, cable=None), "good"),
    ],
)
def test_the_line_names_the_nearest_thing_that_is_missing(facts: InsideFacts, code: str) -> None:
    assert found(looked(facts))["line"] == code


def test_a_county_that_does_not_answer_is_no_line_though_the_cable_is_in() -> None:
    box = looked()
    box.world = replace(box.world, sync=WorkerRun(failures=3))
    assert found(box)["line"] == faults.NO_LINE


def test_every_fault_but_those_of_the_check_itself_belongs_to_a_part() -> None:
    box = looked()
    own = {faults.NOT_HEARD, faults.NO_CABLE, faults.NO_ADDRESS, faults.NO_LINE}
    unclaimed = []
    for code in set(FAULTS) - own:
        world = replace(box.world, faults={code: ""})
        if code not in codes(findings(world)):
            unclaimed.append(code)
    assert unclaimed == []


def test_what_stops_the_work_comes_first_then_the_sound_for_which_people_came() -> None:
    box = looked(replace(WELL, cable=False))
    box.wish(SayHeard(heard=False))
    for code in (faults.CARD_READ_ONLY, faults.TOO_HOT):
        box.take(FaultReported(code, active=True))
    assert codes(findings(box.world))[:2] == (faults.CARD_READ_ONLY, faults.NOT_HEARD)


def test_it_is_reported_once_and_said_to_be_when_it_is_durable() -> None:
    box = looked()
    box.wish(SayHeard(heard=False))
    box.commits = False
    box.wish(ReportCheck())
    assert not check.is_told(box.world)
    box.wish(ReportCheck())
    owed = [one for one in box.world.pending.values() if isinstance(one, AppendEntry)]
    assert [type(one.body) for one in owed] == [SelfCheck]
    (told,) = box.bodies(SelfCheck)
    assert told.codes == (faults.NOT_HEARD,)
    assert told.temperature_c == 46
    assert told.results == {**dict.fromkeys(get_args(Item), "good"), "sound": faults.NOT_HEARD}


def test_checking_again_begins_anew_with_another_tone_and_another_report() -> None:
    box = looked()
    box.wish(SayHeard(heard=False))
    box.wish(ReportCheck())
    box.wish(StartCheck())
    assert (state(box), len(box.all(PlayTone)), len(box.all(RunCheck))) == (S.LOOKING, 2, 2)
    box.wait(100, Checked(box.all(RunCheck)[0].id, WELL))
    assert state(box) is S.LOOKING, "an answer to the first one"
    box.wait(100, Checked(box.last(RunCheck).id, WELL))
    box.wish(SayHeard(heard=True))
    box.wish(ReportCheck())
    assert [one.codes for one in box.bodies(SelfCheck)] == [(faults.NOT_HEARD,), ()]


def test_what_was_found_stays_known_below_the_page_and_no_longer() -> None:
    box = TestBox().start()
    box.press("4", "1")
    box.wait(400, Checked(box.last(RunCheck).id, WELL))
    box.press("2", "back")
    assert codes(findings(box.world)) == (faults.NOT_HEARD,)
    box.press("back")
    assert box.world.check is None


def test_whoever_leaves_the_page_ends_the_tone_and_the_check() -> None:
    box = looked()
    box.press("home")
    assert box.world.check is None
    assert box.last(CloseMedia).play == box.last(PlayTone).id
