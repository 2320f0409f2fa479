"""The journal goes out by stick: the same envelopes as by line, behind what the county says that it holds."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from player.core.moment import Moment
from player.devices.generation import load_generation
from player.devices.journal_file import Append, JournalFile
from player.folders import BoxFolders
from player.workers.carry import carry
from player.workers.messages import CarryResult, CarrySpec, SyncSpec
from player.workers.sync import sync
from playlists.acknowledged import Acknowledged, read_acknowledged, write_acknowledged
from playlists.binding import read_request
from playlists.codec import encode_document
from playlists.documents import Box
from playlists.entries import StopReceipt
from playlists.envelope import Envelope, open_envelope
from playlists.errors import UntrustedData
from playlists.keys import SigningKey
from playlists.sticks import envelopes_below
from playlists.targets import box_path
from playlists.trust.roles import role_of
from tests.fakes.small_disk import fill_up, read_only, small_disk
from tests.playlists import samples
from tests.playlists.published import NOW, County

MOMENT = Moment(5, 1_790_000_000_000, "trusted", 1)


class Room:
    """A box with a journal and no line, a county that publishes into a folder, and a stick."""

    def __init__(self, folder: Path) -> None:
        self.folders, self.stick = BoxFolders(folder / "box"), folder / "stick" / "yuanjiao"
        self.folders.make()
        self.key = SigningKey.generate()
        self.key.save(self.folders.key)
        self.me = self.key.fingerprint
        self.journal = JournalFile(self.folders.journal, self.me)
        self.county = County(folder / "published")
        self.root = folder / "root.json"
        self.root.write_bytes(self.county.root)

    def write(self, count: int) -> None:
        self.journal.write([Append((StopReceipt(stop=f"stop-{n}"),), MOMENT) for n in range(count)])

    def hear(self, head: int = 0, digest: str = "") -> None:
        """The county publishes the box's document and the box takes it in, as from a stick."""
        self.county.later(minutes=1)
        plain = samples.box(self.key.public_bytes, self.me)
        box = Box(id=self.me, public_key=plain.public_key, site=plain.site, journal_head=head, journal_hash=digest)
        path = box_path(self.me)
        self.county.send({role_of(path): {path: encode_document(box)}})
        spec = SyncSpec(
            generations=str(self.folders.generations), root_file=str(self.root), fingerprint=self.me,
            sources=(str(self.county.folder),), store=str(self.folders.store),
            wall_ms=round((NOW + timedelta(days=20)).timestamp() * 1000), by_stick=True,
        )  # fmt: skip
        assert sync(spec, lambda _: None).error == ""

    def carry(self, **more: object) -> CarryResult:
        spec = CarrySpec(
            journal=str(self.folders.journal), acknowledged=str(self.folders.acknowledged),
            key_file=str(self.folders.key), generations=str(self.folders.generations), folder=str(self.stick),
            **more,  # type: ignore[arg-type]
        )  # fmt: skip
        return carry(spec, lambda _: None)

    def on_stick(self) -> list[Envelope]:
        found = envelopes_below(self.stick)
        return [open_envelope(path.read_bytes(), {self.me: self.key.public_bytes}.get) for path in found]

    def rows(self) -> list[tuple[int, bytes, bytes]]:
        return list(self.journal.rows_after(0))

    @property
    def held(self) -> int:
        return read_acknowledged(self.folders.acknowledged, self.me).head


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_all_entries_are_written_in_signed_envelopes_and_stay_in_the_journal(room: Room) -> None:
    room.write(450)
    assert room.carry(batch_entries=200) == CarryResult(head=0, first=1, last=450)
    envelopes = room.on_stick()
    assert [len(one.entries) for one in envelopes] == [200, 200, 50]
    rows = room.rows()
    assert [data for one in envelopes for data in one.entries] == [data for _, data, _ in rows]
    assert [one.head for one in envelopes] == [rows[at][2] for at in (199, 399, 449)]
    assert len(rows) == 450


def test_a_file_is_named_by_site_box_and_numbers(room: Room) -> None:
    room.write(7)
    room.hear()
    room.carry()
    assert [path.relative_to(room.stick).as_posix() for path in envelopes_below(room.stick)] == [
        f"journals/stone-bridge-{room.me[:8]}/000001-000007.envelope"
    ]


def test_what_the_county_says_that_it_holds_is_not_written_again(room: Room) -> None:
    room.write(30)
    room.carry()
    room.hear(20, room.rows()[19][2].hex())
    assert room.carry() == CarryResult(head=20, first=21, last=30)
    assert room.held == 20
    room.hear(30, room.rows()[29][2].hex())
    assert room.carry() == CarryResult(head=30)
    assert len(list(envelopes_below(room.stick))) == 2


def test_the_same_entries_are_written_once_on_one_stick_and_again_on_another(room: Room) -> None:
    room.write(5)
    room.carry()
    (first,) = envelopes_below(room.stick)
    before = first.stat().st_ino
    assert room.carry().last == 5
    assert [path.stat().st_ino for path in envelopes_below(room.stick)] == [before]
    room.stick = room.stick.with_name("another")
    room.carry()
    assert [len(one.entries) for one in room.on_stick()] == [5]


@pytest.mark.parametrize(("by_line", "first"), [(False, 5), (True, 21)])
def test_a_county_restored_from_backup_is_believed_where_no_line_says_otherwise(
    room: Room, by_line: bool, first: int
) -> None:
    room.write(30)
    rows = room.rows()
    write_acknowledged(room.folders.acknowledged, Acknowledged(room.me, 20, rows[19][2].hex()))
    room.hear(4, rows[3][2].hex())
    assert room.carry(by_line=by_line).first == first
    assert room.held == first - 1


@pytest.mark.parametrize(("head", "digest"), [(3, "ab" * 32), (9, "ab" * 32)])
def test_another_history_under_this_key_is_said_and_nothing_is_written(room: Room, head: int, digest: str) -> None:
    room.write(5)
    room.hear(head, digest)
    result = room.carry()
    assert (result.trouble, result.last) == ("journal", 0)
    assert "another history" in result.error
    assert room.on_stick() == []
    assert room.held == 0


def test_a_damaged_entry_ends_what_is_written_before_it(room: Room) -> None:
    room.write(10)
    room.journal.close()
    with closing(sqlite3.connect(room.folders.journal)) as database:
        database.execute("UPDATE entries SET data = x'91c1' WHERE seq = 7")
        database.commit()
    result = room.carry()
    assert (result.first, result.last, result.trouble) == (1, 6, "journal")
    assert [len(one.entries) for one in room.on_stick()] == [6]


@contextmanager
def stick_of(room: Room, size_bytes: int) -> Iterator[Path]:
    with small_disk(room.stick.parent, size_bytes) as place:
        yield place


def test_a_full_stick_says_so_keeps_what_is_whole_and_leaves_no_half_file(room: Room) -> None:
    room.write(400)
    with stick_of(room, 2 << 20) as place:
        assert room.carry(batch_entries=100).last == 400
        for path in list(envelopes_below(place))[2:]:
            path.unlink()
        fill_up(place)
        result = room.carry(batch_entries=100)
        assert (result.first, result.last, result.trouble) == (1, 200, "full")
        assert [len(one.entries) for one in room.on_stick()] == [100, 100]
        assert [path.name for path in place.rglob(".*")] == []


def test_a_stick_that_cannot_be_written_says_so(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.write(3)
    with stick_of(room, 4 << 20) as place, read_only(place, monkeypatch):
        assert subprocess.run(["touch", str(place / "x")], check=False, capture_output=True).returncode != 0
        assert room.carry().trouble == "read-only"


def test_a_stick_that_is_pulled_out_says_so(room: Room) -> None:
    room.write(3)
    (room.stick.parent).mkdir()
    (room.stick.parent / "yuanjiao").write_text("what is left of a folder")
    assert room.carry().trouble == "gone"


def test_a_box_without_a_key_or_journal_says_so(room: Room) -> None:
    room.folders.key.unlink()
    result = room.carry()
    assert (result.trouble, result.last) == ("journal", 0)
    assert result.error


def test_what_a_stick_brings_is_as_new_as_its_signature(room: Room) -> None:
    room.hear()
    facts = load_generation(room.folders)
    assert facts is not None
    assert facts.synced_wall_ms == facts.signed_wall_ms == round(room.county.now.timestamp() * 1000)


def test_a_box_without_a_site_writes_its_signed_request_and_nothing_else(room: Room) -> None:
    room.write(3)
    assert room.carry(binding=True, version="1.2") == CarryResult(head=0, asked=True)
    (path,) = envelopes_below(room.stick)
    assert path.relative_to(room.stick).as_posix() == f"journals/box-{room.me[:8]}/000000-binding.envelope"
    asked = read_request(path.read_bytes())
    assert (bytes.fromhex(asked.public_key), asked.version) == (room.key.public_bytes, "1.2")
    with pytest.raises(UntrustedData):
        read_request(path.read_bytes().replace(b'"1.2"', b'"1.3"'))
    with stick_of(room, 2 << 20) as place:
        fill_up(place)
        assert room.carry(binding=True).trouble == "full"
