"""What was recorded here: counted, shown here alone, and out of reach of everything that makes room."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from player.core.effects import EvictBlobs, RemoveRecording
from player.core.facts import RecordedPart
from player.core.media_events import RecordingRemoved
from player.core.worker_events import Evicted
from player.devices.store import StoreDevice, scan_store
from player.store.contents import evict
from player.store.names import StoreNames
from player.store.recordings import PartNote, Recording, film_path, id_of, note, part_path, recordings_of
from player.store.tidy import tidy
from playlists.recordings import in_entry, is_recording, on_the_box, start_of
from tests.fakes.events import Events
from tests.player.store.test_transport_stream import packet

BOX = "b0" * 16
ONE, TWO = "county-tv@2026-03-04T19:30", "county-tv@2026-03-11T19:30"
FILM = packet(0) + packet() * 200 + packet(90_000 * 60)  # a minute
WALL_MS = 1_790_000_000_000


def about(name: str = ONE, box: str = BOX, parts: int = 2) -> Recording:
    notes = tuple(PartNote(number=part + 1, wall_ms=WALL_MS + part * 90_000) for part in range(parts))
    channel, _, starts = name.partition("@")
    return Recording(box=box, source=channel, title="县电视台讲座", starts=starts, minutes=60, parts=notes)


def made(names: StoreNames, name: str, told: Recording | None = None) -> None:
    told = told or about(name)
    note(names, id_of(name), told)
    for part in told.parts:
        part_path(names, id_of(name), part.number).write_bytes(FILM)


@pytest.fixture
def names(tmp_path: Path) -> StoreNames:
    names = StoreNames(tmp_path)
    for recording in (ONE, TWO):
        made(names, recording)
    return names


def all_of_it(names: StoreNames) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in names.recordings.iterdir()}


def test_recordings_are_found_with_source_and_parts_and_counted_against_the_quota(names: StoreNames) -> None:
    found = recordings_of(names, BOX)
    assert sorted(found) == [ONE, TWO]
    one = found[ONE]
    assert (one.channel, one.title, one.starts, one.minutes) == ("county-tv", "县电视台讲座", "2026-03-04T19:30", 60)
    assert one.parts == tuple(
        RecordedPart(part + 1, WALL_MS + part * 90_000, 60_000, len(FILM)) for part in range(2)
    )  # fmt: skip
    assert (one.length_ms, one.bytes) == (120_000, 2 * len(FILM))
    facts = scan_store(names.root, quota_bytes=1 << 20, reserve_bytes=0)
    assert facts.recordings == found
    assert 4 * len(FILM) <= facts.recordings_bytes < 4 * len(FILM) + 40_000
    assert facts.free_bytes == (1 << 20) - facts.recordings_bytes
    assert facts.blobs == {}


def test_a_part_of_which_the_power_cut_left_nothing_is_left_out_and_the_rest_is_shown(names: StoreNames) -> None:
    part_path(names, id_of(ONE), 1).write_bytes(b"")
    part_path(names, id_of(TWO), 2).unlink()
    found = recordings_of(names)
    assert [part.number for part in found[ONE].parts] == [2]
    assert [part.number for part in found[TWO].parts] == [1]


def test_what_is_another_boxs_or_has_no_sound_note_is_not_shown_and_stays(names: StoreNames) -> None:
    made(names, ONE, about(box="c0" * 16))
    (names.recordings / f"{id_of(TWO)}.json").write_bytes(b"{}")
    note(names, "1" * 32, about("another@2026-03-04T19:30"))  # under a name that is not its own
    (names.recordings / "stranger.ts").write_bytes(b"film")
    assert recordings_of(names, BOX) == {}
    before = all_of_it(names)
    assert tidy(names) == []
    assert all_of_it(names) == before


def test_no_eviction_reaches_a_recording(names: StoreNames) -> None:
    before = all_of_it(names)
    one = id_of(ONE)
    reaching = ("*", f"../recordings/{one}-001.ts", one, one * 2, ONE, f"{ONE}/1", "../../" + str(names.recordings))
    evict(names, reaching)
    device, events = StoreDevice(names.root, quota_bytes=1, reserve_bytes=0), Events()
    device.start(events)
    device.perform(EvictBlobs(7, reaching))
    events.wait(Evicted)
    device.stop()
    assert all_of_it(names) == before


def test_what_a_person_deletes_is_gone_with_its_note_and_nothing_else_is(names: StoreNames) -> None:
    device, events = StoreDevice(names.root, quota_bytes=1 << 20, reserve_bytes=0), Events()
    device.start(events)
    for number, recording in enumerate((ONE, ONE, "../media@x")):
        device.perform(RemoveRecording(number, recording))
    answers = events.wait(RecordingRemoved, 3)
    device.stop()
    assert [(one.recording, one.error) for one in answers] == [(ONE, ""), (ONE, ""), ("../media@x", "")]
    assert (1 << 20) - 100_000 < answers[0].free_bytes < 1 << 20
    assert list(recordings_of(names)) == [TWO]
    assert len(all_of_it(names)) == 3


def test_the_core_names_films_and_parts_and_the_store_knows_where_they_lie(names: StoreNames) -> None:
    assert film_path(names, f"{ONE}/2") == part_path(names, id_of(ONE), 2)
    assert film_path(names, "a" * 64) == names.media("a" * 64)


@pytest.mark.parametrize("bad", ["", "..", "x" * 32, "1" * 31, "../" + "1" * 29])
def test_only_ids_name_files(names: StoreNames, bad: str) -> None:
    with pytest.raises(ValueError, match="no id of a recording"):
        part_path(names, bad, 1)


def test_a_play_of_a_recording_is_named_by_its_channel_in_an_entry_and_back() -> None:
    assert in_entry(ONE, "2") == ("county-tv", "@2026-03-04T19:30/2")
    assert on_the_box(*in_entry(ONE, "2")) == (ONE, "2")
    assert on_the_box(*in_entry("course-128", "lesson-1")) == in_entry("course-128", "lesson-1")
    assert start_of("@2026-03-04T19:30/2") == "2026-03-04T19:30"
    assert start_of("live") == ""
    assert not is_recording("course-128")


def test_a_note_that_grows_keeps_what_it_said(names: StoreNames) -> None:
    told = about()
    note(names, id_of(ONE), replace(told, parts=(*told.parts, PartNote(number=3, wall_ms=0))))
    part_path(names, id_of(ONE), 3).write_bytes(FILM)
    assert recordings_of(names)[ONE].length_ms == 180_000
