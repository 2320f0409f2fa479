from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from player.core import faults
from player.core.effects import AppendEntry, KeepPlay, KeepSession
from player.core.events import FaultReported, Journaled, JournalFailed
from player.core.facts import JournalFacts, OpenPlay, OpenSession, ToldStop, WrongCodes
from player.core.media_effects import OpenMedia
from player.core.moment import Moment
from player.devices.journal import JournalDevice, OpenedJournal, _Job, coalesced, open_journal
from player.devices.journal_file import Append, Command, Head, JournalFile, Keep, chained
from playlists.acknowledged import Acknowledged, write_acknowledged
from playlists.entries import (
    Body,
    Boot,
    Correction,
    HeadCount,
    Play,
    Rating,
    Readiness,
    Recorded,
    RecordingCancelled,
    RecordingDeleted,
    RecordingPlanned,
    SessionCancelled,
    SessionHeld,
    SessionPlanned,
    SessionYields,
    StopCode,
    StopReceipt,
)
from playlists.journal import decode_body, decode_entry, genesis
from tests.fakes.events import Events
from tests.fakes.journal_writer import FINGERPRINT, StandingClock, open_play
from tests.fakes.small_disk import fill_up, small_disk

WALL_MS = 1_790_000_000_000  # 2026-09-21 in China
SESSION = OpenSession("s1@2026-09-21T19:30", "大棚蔬菜", "video", Moment(5, WALL_MS, "trusted", 1), 0, 61_000)


def opened(folder: Path) -> OpenedJournal:
    return open_journal(folder / "journal.sqlite", folder / "acknowledged.json", FINGERPRINT)


class Run:
    """One run of the journal's device."""

    def __init__(self, folder: Path) -> None:
        self.opened = opened(folder)
        self.facts = self.opened.facts
        self.device = JournalDevice(self.opened, StandingClock(self.opened.boot))
        self.events = Events()
        self.device.start(self.events)
        self.next_id = 0

    def append(self, body: Body, **more: object) -> int:
        self.next_id += 1
        self.device.perform(AppendEntry(self.next_id, body, **more))
        return self.events.wait(Journaled, len(self.events.of(Journaled)) + 1)[-1].seq


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    run.device.stop()


def held(session: str, started_wall_ms: int = WALL_MS, ended: str = "held") -> SessionHeld:
    return SessionHeld(
        session=session,
        title="t",
        form="video",
        started_wall_ms=started_wall_ms,
        ended_wall_ms=0,
        ended=ended,  # type: ignore[arg-type]
    )


def entries(folder: Path) -> list[tuple[int, bytes, bytes]]:
    database = sqlite3.connect(folder / "journal.sqlite")
    try:
        return database.execute("SELECT seq, data, hash FROM entries ORDER BY seq").fetchall()
    finally:
        database.close()


def test_entries_are_numbered_stamped_and_chained_from_the_boxs_fingerprint(run: Run, tmp_path: Path) -> None:
    assert [run.append(StopReceipt(stop=f"s{n}")) for n in range(3)] == [1, 2, 3]
    rows = entries(tmp_path)
    assert [head.seq for head in chained(Head(0, genesis(FINGERPRINT)), rows)] == [1, 2, 3]
    entry = decode_entry(rows[0][1], "test")
    assert (entry.boot, entry.monotonic_ms, entry.wall_ms, entry.trust) == (1, 5, WALL_MS, "trusted")
    assert decode_body(entry, "test") == StopReceipt(stop="s0")


def test_an_open_play_and_session_are_found_again_after_a_run_that_did_not_end(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.device.perform(KeepPlay(1, open_play(1)))
    run.device.perform(KeepPlay(2, open_play(2)))
    run.device.perform(KeepSession(3, SESSION))
    run.append(StopReceipt(stop="x"))
    again = opened(tmp_path)
    assert again.facts.open_play == open_play(2)
    assert again.facts.open_session == SESSION
    assert not again.facts.clean
    run.device.stop()


def test_the_entry_that_closes_a_play_removes_its_row_in_the_same_transaction(run: Run, tmp_path: Path) -> None:
    run.device.perform(KeepPlay(100, open_play(1)))
    run.device.perform(KeepSession(101, SESSION))
    run.append(StopReceipt(stop="x"), closes_play=True)
    again = opened(tmp_path)
    assert (again.facts.open_play, again.facts.open_session) == (None, SESSION)
    run.append(held(SESSION.session), closes_session=True)
    assert opened(tmp_path).facts.open_session is None


def test_entries_that_belong_together_are_one_transaction_answered_by_the_last_number(run: Run, tmp_path: Path) -> None:
    heads = HeadCount(session="s", expected=27, present=27, members=18, villagers=9, on_leave=0)
    assert run.append(heads, more=(held("s"), StopReceipt(stop="y")), closes_session=True) == 3
    kinds = [type(decode_body(decode_entry(data, "t"), "t")) for _, data, _ in entries(tmp_path)]
    assert kinds == [HeadCount, SessionHeld, StopReceipt]
    assert opened(tmp_path).facts.done_sessions == {"s"}


def test_a_start_counts_boots_and_knows_done_sessions_receipts_and_when_sessions_were_held(tmp_path: Path) -> None:
    run = Run(tmp_path)
    assert (run.opened.boot, run.facts.clean) == (1, True)
    run.append(held("this-month"))
    run.append(held("last-month", started_wall_ms=WALL_MS - 40 * 86_400_000))
    run.append(held("skipped", ended="skipped"))
    run.append(StopReceipt(stop="stop-1"))
    run.device.stop()
    write_acknowledged(tmp_path / "acknowledged.json", Acknowledged(FINGERPRINT, 2, "00" * 32))
    again = opened(tmp_path)
    assert again.boot == 2
    assert again.facts.clean
    assert (again.facts.head, again.facts.acknowledged) == (4, 2)
    assert again.facts.done_sessions == {"this-month", "last-month", "skipped"}
    assert sorted(one.wall_ms for one in again.facts.held) == [WALL_MS - 40 * 86_400_000, WALL_MS]
    assert again.facts.receipts == {"stop-1"}


def test_a_start_knows_what_was_stopped_by_telephone_and_how_many_codes_were_wrong(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for day, wrong in (("2026-09-20", 0), ("2026-09-21", 0), ("", 1), ("", 2)):
        run.append(StopCode(number=128, course="c1", day=day, wrong=wrong))
    run.device.stop()
    facts = opened(tmp_path).facts
    assert facts.told_stops == (ToldStop("c1", "2026-09-21"),)
    assert facts.wrong_codes == WrongCodes(2, StandingClock(run.opened.boot).now())


def test_a_start_knows_which_sessions_give_way_to_the_countys(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for name in ("own-1", "own-2"):
        run.append(planned(name))
    for start, to in (("2026-09-25T19:30", "a"), ("2026-10-02T19:30", "b"), ("2026-09-25T19:30", "")):
        run.append(SessionYields(session="own-2", start=start, to=to))
    run.device.stop()
    assert [one.yields for one in opened(tmp_path).facts.own_sessions] == [(), ("2026-10-02T19:30",)]


def test_a_start_knows_the_sessions_that_were_planned_here_and_not_given_up(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for name in ("own-1", "own-2", "own-3"):
        run.append(planned(name))
    run.append(SessionCancelled(session="own-1"))
    run.append(SessionCancelled(session="own-2", start="2026-09-25T19:30"))
    run.device.stop()
    kept = opened(tmp_path).facts.own_sessions
    assert [(one.session, one.given_up) for one in kept] == [("own-2", ("2026-09-25T19:30",)), ("own-3", ())]
    assert (kept[1].course, kept[1].starts, kept[1].repeat) == ("c1", "2026-09-25T19:30", "weekly")


def test_a_start_knows_what_is_to_be_recorded_and_what_came_of_it_also_from_a_damaged_file(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for plan, repeat in (("p1", "once"), ("p2", "weekly"), ("p3", "weekly"), ("p4", "once")):
        run.append(RecordingPlanned(
            plan=plan, channel=plan, title="台", starts="2026-09-25T19:30", minutes=60, repeat=repeat,  # type: ignore[arg-type]
        ))  # fmt: skip
    run.append(RecordingCancelled(plan="p2", start="2026-09-25T19:30"))
    run.append(RecordingCancelled(plan="p3"))
    for plan in ("p1", "p2"):
        run.append(Recorded(
            plan=plan, channel=plan, title="台", starts="2026-09-25T19:30", minutes=60, length_ms=9, parts=1, bytes=9,
            ended="complete",
        ))  # fmt: skip
    run.append(RecordingDeleted(channel="p1", starts="2026-09-25T19:30"))
    run.device.stop()

    def told(facts: JournalFacts) -> tuple[object, object]:
        plans = [(one.plan, one.given_up) for one in facts.planned_recordings]
        return plans, [(one.channel, one.length_ms, one.deleted) for one in facts.recorded]

    wanted = [("p2", ("2026-09-25T19:30",)), ("p4", ())], [("p1", 9, True), ("p2", 9, False)]
    assert told(opened(tmp_path).facts) == wanted
    with sqlite3.connect(tmp_path / "journal.sqlite") as database:
        database.execute("UPDATE entries SET data = x'91c1' WHERE seq = 5")
    database.close()
    again = opened(tmp_path)
    assert again.damaged
    assert told(again.facts) == wanted


def test_a_start_knows_where_a_recording_was_left(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.append(
        Play(course="a", lesson="@2026-09-25T19:30/2", blob="", height=0, why="menu", session="", started_wall_ms=0,
             segments=((0, 90_000),), paused_ms=0, pauses=0, ended="stopped")
    )  # fmt: skip
    run.device.stop()
    assert opened(tmp_path).facts.left_off == {"a@2026-09-25T19:30/2": 90_000}


def test_a_start_knows_the_record_book_with_its_corrections(tmp_path: Path) -> None:
    run = Run(tmp_path)
    count = HeadCount(session="s", expected=27, present=27, members=18, villagers=9, on_leave=0)
    run.append(count, more=(held("s"), Rating(session="s", course="", value=2)), closes_session=True)
    run.append(Correction(seq=1, field="members", was=18, now=17, reason="数错"))
    run.append(Correction(seq=99, field="members", was=1, now=2, reason="no such count"))
    run.append(held("skipped", ended="skipped"))
    run.device.stop()
    first, second = opened(tmp_path).facts.records
    assert (first.session, first.count_seq, first.rating) == ("s", 1, 2)
    assert first.count is not None
    assert (first.count.members, first.count.present) == (17, 27)
    assert [(one.field, one.was, one.now, one.reason) for one in first.corrections] == [("members", 18, 17, "数错")]
    assert first.began is not None
    assert first.began.wall_ms == WALL_MS
    assert second.held is not None
    assert (second.held.ended, second.count) == ("skipped", None)


def test_a_spoilt_row_beside_the_entries_costs_that_row_and_no_start(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.append(planned("own-1"))
    run.append(planned("own-2"))
    run.append(planned("own-3"))
    run.append(held("s"))
    run.device.stop()
    database = sqlite3.connect(tmp_path / "journal.sqlite")
    database.execute("UPDATE own_sessions SET data = x'c1' WHERE session = 'own-1'")
    ((data,),) = database.execute("SELECT data FROM own_sessions WHERE session = 'own-3'")
    no_text = data.replace(b"own-3", b"own-\xff")
    database.execute("UPDATE own_sessions SET data = ? WHERE session = 'own-3'", (no_text,))
    play = msgspec.msgpack.encode(OpenPlay("c1", "one", "", 480, "menu", "", Moment(1, 2, "trusted", 1), ()))
    database.execute("INSERT INTO open_play VALUES (1, ?, 0)", (play.replace(b"c1", b"c\xff"),))
    database.execute("UPDATE records SET data = x'81a0'")
    database.execute("INSERT INTO seen_courses VALUES (CAST(x'63ff' AS TEXT)), ('c2')")
    database.commit()
    database.close()
    again = opened(tmp_path)
    assert (again.damaged, again.unwritable) == ("", "")
    assert [one.session for one in again.facts.own_sessions] == ["own-2"]
    assert again.facts.open_play is None
    assert "c2" in again.facts.seen_courses
    assert again.facts.records == ()


def test_a_start_knows_which_ordered_courses_were_played(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for course, why, segments in (("c1", "order", ((0, 9),)), ("c2", "menu", ((0, 9),)), ("c3", "order", ())):
        body = Play(
            course=course, lesson="l", blob="0" * 12, height=480, why=why, session="", started_wall_ms=WALL_MS,
            segments=segments, paused_ms=0, pauses=0, ended="stopped",
        )  # fmt: skip
        run.append(body)
    run.device.stop()
    assert opened(tmp_path).facts.seen_courses == {"c1"}


def planned(session: str) -> SessionPlanned:
    return SessionPlanned(
        session=session, title="大棚蔬菜", course="c1", form="video", starts="2026-09-25T19:30", repeat="weekly"
    )


def test_a_start_knows_where_lessons_from_the_menu_were_left(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for lesson, why, shown, ended in (
        ("one", "menu", 90_000, "stopped"), ("two", "order", 40_000, "cut"), ("three", "session", 90_000, "stopped"),
        ("four", "menu", 5_000, "stopped"), ("two", "menu", 300_000, "finished"), ("one", "menu", 120_000, "cut"),
    ):  # fmt: skip
        run.append(
            Play(course="c", lesson=lesson, blob="b", height=240, why=why, session="", started_wall_ms=0,
                 segments=((0, shown),), paused_ms=0, pauses=0, ended=ended)  # type: ignore[arg-type]
        )  # fmt: skip
    run.device.stop()
    assert opened(tmp_path).facts.left_off == {"c/one": 120_000}


def test_a_start_knows_which_sessions_were_told_last_to_be_in_danger_also_from_a_damaged_file(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for session, in_danger in (("a", True), ("b", True), ("a", False), ("b", True), ("c", True)):
        run.append(Readiness(session=session, percent=5, height=240, ready_wall_ms=0, in_danger=in_danger))
    run.device.stop()
    assert opened(tmp_path).facts.endangered == {"b", "c"}
    with sqlite3.connect(tmp_path / "journal.sqlite") as database:
        database.execute("UPDATE entries SET data = x'91c1' WHERE seq = 5")
    database.close()
    again = opened(tmp_path)
    assert again.damaged
    assert again.facts.endangered == {"b", "c"}


def test_all_starts_within_one_boot_of_the_machine_have_its_number(tmp_path: Path) -> None:
    def boots(*names: str) -> list[int]:
        found = []
        for name in names:
            one = open_journal(tmp_path / "journal.sqlite", tmp_path / "acknowledged.json", FINGERPRINT, name)
            assert one.file is not None
            one.file.close()
            found.append(one.boot)
        return found

    assert boots("a", "a", "b", "b", "a") == [1, 1, 2, 2, 3]
    assert boots("", "") == [4, 5]  # a machine that does not name its boots


def test_a_session_held_by_an_unknown_clock_is_dated_once_its_boot_has_learnt_the_time(tmp_path: Path) -> None:
    run = Run(tmp_path)
    clock = run.device._clock
    assert isinstance(clock, StandingClock)
    clock.moment = Moment(100_000, 5_000, "unknown", 1)
    run.append(held("early", started_wall_ms=-55_000))
    assert [(one.trust, one.wall_ms) for one in opened(tmp_path).facts.held] == [("unknown", -55_000)]
    clock.moment = Moment(200_000, WALL_MS, "trusted", 1)
    run.append(StopReceipt(stop="x"))
    assert [(one.trust, one.wall_ms) for one in opened(tmp_path).facts.held] == [("trusted", WALL_MS - 160_000)]
    earlier = SessionHeld(
        session="cut", title="t", form="video", started_wall_ms=3, ended_wall_ms=0, ended="held", started_boot=1,
        started_monotonic_ms=150_000,
    )  # fmt: skip
    clock.moment = Moment(9, WALL_MS + 86_400_000, "trusted", 2)
    run.append(earlier)
    run.device.stop()
    assert sorted(one.wall_ms for one in opened(tmp_path).facts.held) == [WALL_MS - 160_000, WALL_MS - 50_000]


def test_a_journal_that_could_not_be_read_at_the_start_takes_no_earlier_boots_number(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    for name in ("a", "b", "c"):
        file = open_journal(path, tmp_path / "acknowledged.json", FINGERPRINT, name).file
        assert file is not None
        file.close()
    path.rename(tmp_path / "kept")
    path.mkdir()  # a disk that does not let us
    blind = open_journal(path, tmp_path / "acknowledged.json", FINGERPRINT, "d")
    assert (blind.file, blind.boot) == (None, 1)
    path.rmdir()
    (tmp_path / "kept").rename(path)
    device, events = JournalDevice(blind, StandingClock(blind.boot)), Events()
    device.start(events)
    device.perform(AppendEntry(1, held("s", started_wall_ms=7)))
    events.wait(Journaled)
    device.stop()
    assert open_journal(path, tmp_path / "acknowledged.json", FINGERPRINT, "d").boot == 4


def test_only_the_newest_open_row_between_two_entries_is_written() -> None:
    def keep(second: int) -> _Job:
        return _Job(second, Keep(open_play(second), 0))

    entry = _Job(9, Append((StopReceipt(stop="x"),), StandingClock().now(), closes_play=True))
    session = _Job(8, Keep(SESSION, 0))
    assert coalesced([keep(1), session, keep(2), entry, keep(3), keep(4)]) == [session, keep(2), entry, keep(4)]


def test_an_effect_of_another_device_is_refused_loudly(run: Run) -> None:
    with pytest.raises(TypeError):
        run.device.perform(OpenMedia(1, "0" * 64, 0, 80))


def test_an_entry_larger_than_the_county_takes_is_refused_alone(run: Run) -> None:
    run.device.perform(AppendEntry(70, Boot(version="v" * 70_000, clean=True)))
    assert run.append(StopReceipt(stop="x")) == 1
    assert run.events.of(JournalFailed)[0].effect == 70


def test_performing_never_waits_for_a_disk_that_is_busy(run: Run, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "journal.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    for number in range(50):
        run.device.perform(AppendEntry(number, StopReceipt(stop=str(number))))
    assert time.monotonic() - began < 0.5
    other.execute("ROLLBACK")
    other.close()
    assert [event.seq for event in run.events.wait(Journaled, 50)] == list(range(1, 51))


def test_a_full_disk_fails_entries_with_a_fault_and_room_heals_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 512 << 10) as disk:
        run = Run(disk)
        run.append(StopReceipt(stop="before"))
        (disk / "ballast").write_bytes(b"")
        ballast = (disk / "ballast").open("wb", buffering=0)
        try:
            for _ in range(1000):
                ballast.write(b"x" * 4096)
        except OSError:
            pass
        for number in range(40):
            run.device.perform(AppendEntry(1000 + number, StopReceipt(stop="s" * 4000)))
            time.sleep(0.005)
        run.events.wait(JournalFailed)
        assert (
            FaultReported(faults.JOURNAL_UNWRITABLE, active=True, detail="database or disk is full") in run.events.all
        )
        ballast.truncate(0)
        ballast.close()
        time.sleep(0.2)
        last = run.append(StopReceipt(stop="after"))
        assert last == len(run.events.of(Journaled))
        assert run.events.of(FaultReported)[-1] == FaultReported(faults.JOURNAL_UNWRITABLE, active=False)
        run.device.stop()
        rows = entries(disk)
        assert len(list(chained(Head(0, genesis(FINGERPRINT)), rows))) == last


def test_on_a_disk_that_others_have_filled_the_journal_writes_on_with_its_reserve(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 48 << 20) as disk:
        run = Run(disk)
        run.append(StopReceipt(stop="before"))
        others = fill_up(disk)
        for number in range(200):
            run.append(StopReceipt(stop=f"{number}-" + "s" * 4000))
        others.unlink()
        run.append(StopReceipt(stop="room again"))
        run.device.stop()
        assert run.events.of(FaultReported) == []
        assert (disk / "journal-reserve").stat().st_blocks * 512 >= 8 << 20
        assert len(list(chained(Head(0, genesis(FINGERPRINT)), entries(disk)))) == 202


def test_a_box_that_starts_on_a_disk_that_others_have_filled_can_write(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 48 << 20) as disk:
        first = Run(disk)
        first.append(StopReceipt(stop="before"))
        first.device.stop()
        fill_up(disk)
        run = Run(disk)
        seq = run.append(StopReceipt(stop="after"))
        run.device.stop()
        assert (run.opened.unwritable, run.opened.boot, seq) == ("", 2, 2)


def test_a_card_that_hangs_for_minutes_keeps_nobody_waiting_and_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = threading.Event()
    write = JournalFile.write

    def slowly(file: JournalFile, commands: Iterable[Command]) -> list[int]:
        card.wait()
        return write(file, commands)

    monkeypatch.setattr(JournalFile, "write", slowly)
    took: list[float] = []
    device, events = JournalDevice(opened(tmp_path), StandingClock(), took.append), Events()
    device.start(events)
    for number in range(1, 4):
        device.perform(AppendEntry(number, StopReceipt(stop=f"s{number}")))
        device.perform(KeepPlay(100 + number, open_play(number)))
    assert events.all == took == []
    card.set()
    assert [one.seq for one in events.wait(Journaled, 3)] == [1, 2, 3]
    device.stop()
    assert took


def test_a_disk_that_cannot_be_written_at_all_still_lets_the_box_start(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").mkdir()
    run = Run(tmp_path)
    assert run.opened.unwritable
    assert run.events.of(FaultReported)[0].code == faults.JOURNAL_UNWRITABLE
    run.device.perform(AppendEntry(1, StopReceipt(stop="x")))
    assert run.events.wait(JournalFailed)[0].effect == 1
    (tmp_path / "journal.sqlite").rmdir()
    assert run.append(StopReceipt(stop="x")) == 1
    run.device.stop()


def spoil(path: Path, offset: int, length: int = 200) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(random.Random(1).randbytes(length))


def filled(folder: Path, count: int) -> list[tuple[int, bytes, bytes]]:
    run = Run(folder)
    for number in range(count):
        run.append(StopReceipt(stop=f"stop-{number}-" + "x" * 100))
    run.append(held("done"))
    run.device.stop()
    return entries(folder)


def test_a_file_that_is_no_database_is_put_aside_and_a_new_one_begins(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    spoil(tmp_path / "journal.sqlite", 0)
    before = (tmp_path / "journal.sqlite").read_bytes()
    run = Run(tmp_path)
    assert run.events.of(FaultReported)[0].code == faults.JOURNAL_DAMAGED
    assert (tmp_path / "journal.damaged-1.sqlite").read_bytes() == before
    assert run.append(StopReceipt(stop="new")) == 1
    run.device.stop()


def test_what_was_planned_here_outlives_a_damaged_page(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.append(planned("own-1"))
    run.device.stop()
    rows = filled(tmp_path, 200)
    write_acknowledged(tmp_path / "acknowledged.json", Acknowledged(FINGERPRINT, 150, rows[149][2].hex()))
    spoil(
        tmp_path / "journal.sqlite", (tmp_path / "journal.sqlite").read_bytes().index(rows[60][1]) // 4096 * 4096, 3000
    )
    database = sqlite3.connect(tmp_path / "journal.sqlite")
    database.execute("UPDATE meta SET value = 0 WHERE key = 'clean'")
    database.commit()
    database.close()
    again = opened(tmp_path)
    assert again.damaged
    assert [one.session for one in again.facts.own_sessions] == ["own-1"]


def test_a_damaged_page_costs_only_what_the_county_does_not_hold_and_cannot_be_read(tmp_path: Path) -> None:
    rows = filled(tmp_path, 200)
    write_acknowledged(tmp_path / "acknowledged.json", Acknowledged(FINGERPRINT, 150, rows[149][2].hex()))
    page = (tmp_path / "journal.sqlite").read_bytes().index(rows[60][1]) // 4096 * 4096
    spoil(tmp_path / "journal.sqlite", page, 3000)
    database = sqlite3.connect(tmp_path / "journal.sqlite")
    database.execute("UPDATE meta SET value = 0 WHERE key = 'clean'")
    database.commit()
    database.close()
    run = Run(tmp_path)
    assert run.opened.damaged
    assert run.opened.boot == 2
    assert run.append(StopReceipt(stop="after")) == 202
    rescued = entries(tmp_path)
    assert rescued[:-1] == rows[150:]
    assert "done" in run.facts.done_sessions
    run.device.stop()
    again = Run(tmp_path)
    assert (again.facts.head, again.opened.damaged) == (202, "")
    again.device.stop()


def test_an_entry_changed_in_the_file_breaks_the_chain_and_the_file_is_put_aside(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    database = sqlite3.connect(tmp_path / "journal.sqlite")
    database.execute(
        "UPDATE entries SET data = CAST(replace(CAST(data AS TEXT), 'stop-4', 'stop-9') AS BLOB) WHERE seq = 5"
    )
    database.commit()
    database.close()
    again = opened(tmp_path)
    assert "chain" in again.damaged
    assert again.facts.head == 4


@pytest.mark.parametrize(("held", "noticed"), [(0, True), (99, True), (100, False)])
def test_a_changed_entry_is_noticed_at_the_start_as_long_as_the_county_does_not_hold_it(
    tmp_path: Path, held: int, noticed: bool
) -> None:
    rows = filled(tmp_path, 200)
    write_acknowledged(tmp_path / "acknowledged.json", Acknowledged(FINGERPRINT, held, rows[held - 1][2].hex()))
    with sqlite3.connect(tmp_path / "journal.sqlite") as database:
        database.execute("UPDATE entries SET data = x'91c1' WHERE seq = 100")
    database.close()
    again = opened(tmp_path)
    assert bool(again.damaged) == noticed
    assert again.facts.head == (99 if noticed else len(rows))


def test_the_journal_of_another_box_is_not_continued(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    other = open_journal(tmp_path / "journal.sqlite", tmp_path / "acknowledged.json", "cd" * 16)
    assert FINGERPRINT in other.damaged
    assert (other.facts.head, other.facts.receipts, other.boot) == (0, frozenset(), 1)


def test_no_acknowledged_entry_is_lost_when_the_writer_is_killed_again_and_again(tmp_path: Path) -> None:
    acknowledged, chance = 0, random.Random(7)
    for _ in range(12):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.journal_writer", str(tmp_path)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        assert child.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        child.kill()
        told = [int(line) for line in child.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]
        child.wait()
        acknowledged = max([acknowledged, *told])
        rows = entries(tmp_path)
        assert len(list(chained(Head(0, genesis(FINGERPRINT)), rows))) == len(rows)
        assert len(rows) >= acknowledged
    again = opened(tmp_path)
    assert again.damaged == ""
    assert again.boot == 13
    assert isinstance(again.facts.open_play, OpenPlay)
