"""Sessions and records while the clock is wrong, unknown, set, or learnt: what begins, what is dated, what counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from player.core import schedule
from player.core.actions import ConfirmHeads, OpenGathering, StartSession, StopPlaying
from player.core.effects import AppendEntry, KeepSession
from player.core.events import ClockJumped, JournalFailed, WokeUp
from player.core.facts import JournalFacts, OpenPlay, OpenSession, Spent
from player.core.media_effects import OpenMedia
from player.core.media_events import MediaOpened
from player.core.moment import Moment
from player.core.settings import Settings
from player.core.worker_events import SyncFinished
from player.core.world import World
from playlists.dating import Dating
from playlists.entries import Boot, ClockChange, ClockTrust, Entry, Play, SessionHeld
from playlists.journal import make_entry
from tests.player.core.box import FILMS, MINUTE_MS, NOW_MS, SESSION, TestBox, began, generation

HOUR_MS, DAY_MS = 60 * MINUTE_MS, 24 * 60 * MINUTE_MS
CHINA = timedelta(hours=8)


def china(*parts: int) -> int:
    """Return the wall ms of a time in China."""
    return int((datetime(*parts, tzinfo=UTC) - CHINA).timestamp() * 1000)  # type: ignore[arg-type, misc]


def session_at(starts_ms: int, name: str = "s@1") -> Any:
    fields = {field: getattr(SESSION, field) for field in SESSION.__struct_fields__}
    return type(SESSION)(**fields | {"starts_ms": starts_ms, "id": name})


def set_clock(box: TestBox, wall_ms: int, trust: ClockTrust) -> None:
    by_ms, box.wall_ms, box.trust = wall_ms - box.wall_ms, wall_ms, trust
    box.take(ClockJumped(by_ms, trust))


def hold(box: TestBox, name: str = SESSION.id) -> None:
    """Open a session by hand, show a little, count heads, sign off."""
    box.wish(OpenGathering(name))
    box.wish(StartSession())
    box.show(5)
    box.wish(StopPlaying())
    box.wish(ConfirmHeads())


def state_of(box: TestBox) -> str:
    return box.world.session.state.value if box.world.session else "none"


# --- what begins


def test_a_session_begins_on_its_minute_only_if_the_time_is_trusted() -> None:
    for trust, then in (("trusted", "between"), ("estimated", "gathering"), ("unknown", "none")):
        box = TestBox(trust=trust).start()
        box.wait(60 * MINUTE_MS, WokeUp())
        assert state_of(box) == then


def test_with_an_estimate_the_card_gathers_and_one_key_begins() -> None:
    box = TestBox(trust="estimated").start()
    box.wait(65 * MINUTE_MS, WokeUp())
    assert state_of(box) == "gathering"
    box.press("ok")
    assert state_of(box) == "between"


def test_with_an_unknown_clock_home_asks_and_two_keys_begin() -> None:
    box = TestBox(trust="unknown").start()
    box.press("ok")
    assert state_of(box) == "gathering"
    box.press("ok")
    assert state_of(box) == "between"


def test_a_session_that_gathers_by_an_estimate_begins_when_the_time_is_heard() -> None:
    box = TestBox(trust="estimated").start()
    box.wait(45 * MINUTE_MS, WokeUp())
    box.wait(5 * MINUTE_MS, WokeUp())
    set_clock(box, SESSION.starts_ms + 1_000, "trusted")
    assert state_of(box) == "between"


def test_a_clock_that_is_put_right_in_the_middle_of_a_session_does_not_disturb_it() -> None:
    box = TestBox(trust="unknown").start()
    box.press("ok", "ok")
    box.show(5)
    set_clock(box, SESSION.starts_ms + 9 * DAY_MS, "trusted")
    assert state_of(box) == "playing"
    box.show(5)
    assert len(box.all(OpenMedia)) == 1


def test_the_wake_up_follows_a_plan_whose_time_zone_has_changed() -> None:
    box = TestBox().start()
    gathers = SESSION.starts_ms - 15 * MINUTE_MS
    assert box.wake.wall_ms == gathers
    moved = replace(SESSION, starts_ms=SESSION.starts_ms - 2 * HOUR_MS + 90 * MINUTE_MS)  # same name, same local time
    box.take(SyncFinished(box.world.sync.effect, generation(occurrences=(moved,)), checked=True))
    assert box.wake.wall_ms == gathers - 30 * MINUTE_MS
    box.wait(15 * MINUTE_MS, WokeUp())
    assert state_of(box) == "gathering"


def test_a_session_that_was_held_is_not_due_again_in_another_time_zone() -> None:
    box = TestBox().start()
    hold(box)
    later = replace(SESSION, starts_ms=SESSION.starts_ms + HOUR_MS)
    box.take(SyncFinished(box.world.sync.effect, generation(occurrences=(later,)), checked=True))
    box.wait(2 * HOUR_MS + MINUTE_MS, WokeUp())
    assert state_of(box) == "none"


# --- what is recorded of the clock


def test_a_clock_that_becomes_trusted_without_a_jump_is_recorded_for_it_dates_the_rest() -> None:
    box = TestBox(trust="estimated").start()
    box.trust = "trusted"
    box.wait(1_000, WokeUp())  # nobody has said anything: the step sees it
    assert box.bodies(ClockChange) == [ClockChange(by_ms=0, trust="trusted")]
    box.wait(1_000, ClockJumped(0, "trusted"))
    assert len(box.bodies(ClockChange)) == 1


def test_passing_time_is_no_change_of_the_clock() -> None:
    box = TestBox().start()
    for _ in range(5):
        box.wait(DAY_MS, WokeUp())
    assert box.bodies(ClockChange) == []


# --- what is dated


def test_a_play_that_began_before_the_time_was_heard_is_told_by_the_clock_of_its_end() -> None:
    box = TestBox(trust="unknown", wall_ms=NOW_MS - 30 * DAY_MS).start()
    box.press("ok", "ok")
    box.wait(700, MediaOpened(box.last(OpenMedia).id, 300_000, True))
    box.show(10)
    set_clock(box, NOW_MS, "trusted")
    box.wish(StopPlaying())
    box.wish(ConfirmHeads())
    (play,), (held,) = box.bodies(Play), box.bodies(SessionHeld)
    assert (play.started_wall_ms, play.started_boot) == (NOW_MS - 10_000, 0)
    assert NOW_MS - 12_000 < held.started_wall_ms < play.started_wall_ms
    assert held.ended_wall_ms == box.wall_ms


def test_an_entry_that_waits_for_the_journal_follows_the_clock() -> None:
    box = TestBox(trust="unknown", wall_ms=NOW_MS - 30 * DAY_MS).start()
    box.press("ok", "ok")
    box.show(10)
    box.commits = False
    box.wish(StopPlaying())
    failed = box.last(AppendEntry)
    box.take(JournalFailed(failed.id, "no space"))
    set_clock(box, NOW_MS, "trusted")
    box.wait(120_000, WokeUp())
    again = box.last(AppendEntry)
    assert again.id == failed.id
    assert isinstance(again.body, Play)
    assert again.body.started_wall_ms == NOW_MS - 10_000


def test_what_a_power_cut_broke_off_says_when_it_began_by_its_own_boot() -> None:
    start = Moment(5_000, 77_000, "unknown", 6)
    play = OpenPlay("c1", "one", FILMS[0], 720, "session", SESSION.id, start, ((0, 95_000),))
    row = OpenSession(SESSION.id, "春耕", "video", start, 0, 0, 27, "playing", "c1", "one")
    box = TestBox().start(JournalFacts(head=5, acknowledged=5, open_play=play, open_session=row, clean=False))
    (cut,) = box.bodies(Play)
    assert (cut.started_wall_ms, cut.started_boot, cut.started_monotonic_ms) == (77_000, 6, 5_000)
    box.press("ok")
    box.show(3)
    box.wish(StopPlaying())
    box.wish(ConfirmHeads())
    (held,) = box.bodies(SessionHeld)
    assert (held.started_boot, held.started_monotonic_ms, held.ended_wall_ms) == (6, 5_000, box.wall_ms)


def test_a_session_whose_start_is_learnt_is_kept_so_should_the_power_go() -> None:
    box = TestBox(trust="unknown", wall_ms=NOW_MS - 30 * DAY_MS).start()
    box.press("ok", "ok")
    box.show(10)
    set_clock(box, NOW_MS, "trusted")
    started = box.last(KeepSession).row.started
    assert started is not None
    assert started.trust == "trusted"
    assert NOW_MS - 12_000 < started.wall_ms < NOW_MS - 10_000


@given(st.lists(st.tuples(st.sampled_from(["unknown", "estimated", "trusted"]), st.integers(-DAY_MS, DAY_MS))))
def test_whatever_the_clock_does_in_between_a_boot_that_hears_the_time_dates_its_session_right(
    changes: list[tuple[ClockTrust, int]],
) -> None:
    box = DatedBox(trust="unknown", wall_ms=NOW_MS - 5 * DAY_MS)
    box.start()
    box.press("ok", "ok")
    truth_ms = NOW_MS + box.monotonic_ms
    for trust, error_ms in changes:
        box.show(2)
        set_clock(box, NOW_MS + box.monotonic_ms + (0 if trust == "trusted" else error_ms), trust)
    box.wish(StopPlaying())
    box.wish(ConfirmHeads())
    set_clock(box, NOW_MS + box.monotonic_ms, "trusted")
    dating = Dating(box.entries)
    (entry, held), *more = [(entry, body) for entry, body in zip(box.entries, box.told, strict=True) if _is_held(body)]
    assert not more
    dated = dating.started(entry, held)  # type: ignore[arg-type]
    assert dated.trust == "trusted"
    assert abs(dated.wall_ms - truth_ms) < 2_000


class DatedBox(TestBox):
    """Stamps what it is asked to write, as the journal does."""

    def __init__(self, **more: Any) -> None:
        self.entries: list[Entry] = []
        self.told: list[object] = []
        super().__init__(**more)

    def _answer(self, asked: tuple[Any, ...]) -> None:
        for effect in asked:
            for body in (effect.body, *effect.more) if isinstance(effect, AppendEntry) else ():
                now = self.now()
                stamp = {"boot": now.boot, "monotonic_ms": now.monotonic_ms, "wall_ms": now.wall_ms, "trust": now.trust}
                self.entries.append(make_entry(body, seq=len(self.entries) + 1, **stamp))  # type: ignore[arg-type]
                self.told.append(body)
        super()._answer(asked)


def _is_held(body: object) -> bool:
    return isinstance(body, SessionHeld)


# --- what counts in which month


def box_at(wall_ms: int, trust: ClockTrust = "trusted", *, held: tuple[Moment, ...] = (), hours: int = 1) -> TestBox:
    box = TestBox(trust=trust, wall_ms=wall_ms)
    ahead = session_at(wall_ms + hours * HOUR_MS, SESSION.id)
    facts = JournalFacts(head=0, acknowledged=0, held=held)
    return box.start(facts, generation=generation(occurrences=(ahead,)))


def test_a_new_month_counts_anew() -> None:
    box = box_at(NOW_MS, held=tuple(began(NOW_MS - days * DAY_MS) for days in (0, 1, 10)))
    assert box.world.held_this_month == 2
    box.wait(30 * DAY_MS, WokeUp())
    assert box.world.held_this_month == 0


def test_a_box_that_learns_the_time_only_after_its_start_counts_the_sessions_of_this_month_alone() -> None:
    box = box_at(NOW_MS, "unknown", held=(began(NOW_MS), began(NOW_MS - 40 * DAY_MS)))
    assert box.world.held_this_month == 1
    set_clock(box, NOW_MS + 30 * DAY_MS, "trusted")
    assert box.world.held_this_month == 0


@pytest.mark.parametrize(
    "evening",
    [(2026, 3, 31, 23, 30), (2027, 12, 31, 23, 50), (2028, 2, 29, 23, 30), (2027, 2, 28, 23, 30), (2038, 1, 31, 23, 0)],
)
def test_a_session_that_spans_midnight_and_the_months_end_counts_once_in_the_month_in_which_it_began(
    evening: tuple[int, ...],
) -> None:
    box = box_at(china(*evening))
    box.wish(OpenGathering(SESSION.id))
    box.wish(StartSession())
    box.show(5)
    box.wait(HOUR_MS * 2, WokeUp())
    box.wish(StopPlaying())
    box.wish(ConfirmHeads())
    assert state_of(box) == "closing"
    assert box.world.held_this_month == 0
    assert len(box.world.held) == 1
    before = TestBox(wall_ms=china(*evening)).start(JournalFacts(head=0, acknowledged=0, held=box.world.held))
    assert before.world.held_this_month == 1


def test_the_last_evening_of_a_leap_february_is_no_march() -> None:
    box = box_at(china(2028, 2, 29, 20, 0), held=(began(china(2028, 2, 1, 0, 0)), began(china(2028, 1, 31, 23, 59))))
    assert box.world.held_this_month == 1
    hold(box)
    assert box.world.held_this_month == 2
    box.wait(5 * HOUR_MS, WokeUp())
    assert (box.world.month, box.world.held_this_month) == ((2028, 3), 0)


@pytest.mark.parametrize("guess", [NOW_MS - 40 * DAY_MS, NOW_MS + 40 * DAY_MS, 0])
@pytest.mark.parametrize("trust", ["unknown", "estimated"])
def test_a_session_held_by_a_wrong_clock_counts_in_the_right_month_once_the_time_is_known(
    trust: ClockTrust, guess: int
) -> None:
    box = box_at(guess, trust)
    hold(box)
    set_clock(box, NOW_MS, "trusted")
    assert (box.world.month, box.world.held_this_month) == ((2026, 3), 1)
    set_clock(box, NOW_MS + 40 * DAY_MS, "trusted")  # and if it is put right once more
    assert box.world.held_this_month == 1


def test_the_months_end_where_the_box_is() -> None:
    moment = Moment(0, china(2026, 4, 1, 0, 30), "trusted", 1)
    for offset, month in ((480, (2026, 4)), (360, (2026, 3)), (-600, (2026, 3)), (840, (2026, 4))):
        world = World(settings=Settings(utc_offset_minutes=offset), now=moment)
        assert schedule.month(world.now.wall_ms, offset) == month


def test_the_month_of_the_line_is_not_begun_anew_by_a_clock_that_nobody_knows() -> None:
    store = replace(TestBox().start().world.store, spent=Spent((2026, 3), {"session": 700}))
    box = TestBox(trust="unknown", wall_ms=NOW_MS - 40 * DAY_MS).start(store=store)
    assert box.world.store.spent.total_bytes == 700
    set_clock(box, NOW_MS, "trusted")
    assert box.world.store.spent.total_bytes == 700
    set_clock(box, NOW_MS + 30 * DAY_MS, "trusted")
    assert box.world.store.spent.total_bytes == 0


@given(st.lists(st.tuples(st.integers(0, 4_102_444_800_000), st.sampled_from(["unknown", "estimated", "trusted"]))))
def test_no_clock_from_1970_to_2100_breaks_a_step(clocks: list[tuple[int, ClockTrust]]) -> None:
    box = TestBox(trust="unknown").start()
    for wall_ms, trust in clocks:
        set_clock(box, wall_ms, trust)
        box.press("ok", "home")
    assert box.world.started
    assert box.bodies(Boot)
