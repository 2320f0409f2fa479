"""The upload worker against a real county server: what is lost on the way, restored, doubled or cannot be read."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from county.inbox.models import Doubt, Entry, Play, SetAside
from county.places.models import Box
from player.core.moment import Moment
from player.devices.journal_file import Append, Head, JournalFile
from player.workers.messages import Line as LineSpec
from player.workers.messages import UploadResult, UploadSpec
from player.workers.upload import upload
from playlists.acknowledged import read_acknowledged
from playlists.journal import next_hash
from tests.county.conftest import county, founded  # noqa: F401 - fixtures
from tests.county.servers import Server
from tests.county.world import County, TestBox, play
from tests.e2e.line import Line

MOMENT = Moment(5, 1_772_438_400_000, "trusted", 1)


class Village:
    """A bound box with a journal on the disk, and a line to a county that may be down."""

    def __init__(self, folder: Path, county: County) -> None:  # noqa: F811 - a county, not the fixture
        self.folder, self.county = folder, county
        self.line = Line()
        self.key = TestBox().bound(county).key
        self.key.save(folder / "key")
        self.journal = JournalFile(folder / "journal.sqlite", self.key.fingerprint)
        self.authority = str(county.folder / "trust" / "authority.pem")

    def plays(self, count: int) -> None:
        """Write so many plays."""
        self.journal.write([Append((play(),), MOMENT) for _ in range(count)])

    def upload(self) -> UploadResult:
        """Run the worker once."""
        spec = UploadSpec(
            journal=str(self.journal.path), acknowledged=str(self.folder / "acknowledged.json"),
            key_file=str(self.folder / "key"), api=self.line.address, line=LineSpec(ca_file=self.authority),
        )  # fmt: skip
        return upload(spec, lambda _: None)

    @contextmanager
    def served(self) -> Iterator[Server]:
        """The county runs."""
        server = Server(self.county)
        self.line.port = server.https_port
        try:
            yield server
        finally:
            server.stop()

    def kept(self) -> bool:
        """Whether the county holds exactly this journal."""
        told = [(seq, data) for seq, data, _ in self.journal.rows_after(0)]
        return [(row.seq, bytes(row.raw)) for row in Entry.objects.order_by("seq")] == told

    @property
    def acknowledged(self) -> int:
        """What the box knows that the county holds."""
        return read_acknowledged(self.folder / "acknowledged.json", self.key.fingerprint).head


@pytest.fixture
def village(tmp_path: Path, county: County) -> Iterator[Village]:  # noqa: F811
    (tmp_path / "box").mkdir()
    made = Village(tmp_path / "box", county)
    yield made
    made.line.close()
    made.journal.close()


def test_answers_that_are_lost_double_nothing(village: Village) -> None:
    village.plays(450)
    with village.served():
        village.line.answers_lost = True
        assert village.upload().error
        assert (village.acknowledged, Entry.objects.count()) == (0, 200)
        village.line.answers_lost = False
        assert village.upload().head == 450
    assert village.kept()
    assert Play.objects.count() == 450


def test_a_county_that_is_killed_between_two_batches_gets_the_rest_later(village: Village) -> None:
    village.plays(250)
    with village.served() as server:
        village.line.answers_lost = True
        village.upload()
        server.kill()
        village.line.answers_lost = False
        assert village.upload().error
    with village.served():
        assert village.upload().head == 250
    assert village.kept()


def test_a_county_restored_from_its_backup_is_told_again_what_it_lost(village: Village) -> None:
    database, backup = village.county.folder / "county.sqlite", village.folder / "backup.sqlite"
    village.plays(230)
    with village.served():
        assert village.upload().head == 230
        with closing(sqlite3.connect(database)) as theirs, closing(sqlite3.connect(backup)) as ours:
            theirs.backup(ours)
        village.plays(40)
        assert village.upload().head == 270
    connection.close()
    for part in database.parent.glob("county.sqlite*"):
        part.unlink()
    shutil.copy(backup, database)
    assert Entry.objects.count() == 230
    with village.served():
        village.plays(5)
        assert village.upload().head == 275
    assert village.kept()
    assert not Doubt.objects.exists()


def test_one_entry_that_cannot_be_read_is_named_and_the_rest_goes_up(village: Village) -> None:
    village.plays(3)
    broken = b"\x91\xc1"
    with village.journal.transaction():
        head = Head(4, next_hash(village.journal.head.hash, broken))
        village.journal.insert(head, broken)
    village.journal.head = head
    village.plays(3)
    with village.served():
        first = village.upload()
        assert (first.head, [one.seq for one in first.set_aside]) == (7, [4])
        village.plays(1)
        assert village.upload().head == 8
    assert [bytes(row.raw) for row in SetAside.objects.all()] == [broken]
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 5, 6, 7, 8]


def test_two_boxes_with_one_key_are_a_doubt_and_the_second_stops(village: Village) -> None:
    village.plays(5)
    with village.served():
        village.upload()
        (village.folder / "acknowledged.json").unlink()
        village.journal.close()
        village.journal.path.unlink()
        village.journal = JournalFile(village.journal.path, village.key.fingerprint)
        village.journal.write([Append((play(course="another"),), MOMENT) for _ in range(7)])
        result = village.upload()
    assert "疑似重复设备" in result.error
    assert Entry.objects.count() == 5
    assert Doubt.objects.filter(kind="fork").exists()


def test_a_county_that_cannot_keep_anything_now_says_when_to_come_again(village: Village) -> None:
    village.plays(2)
    with village.served():
        with closing(sqlite3.connect(village.county.folder / "county.sqlite")) as database:
            database.execute("ALTER TABLE inbox_entry RENAME TO elsewhere")
        busy = village.upload()
        assert (busy.head, busy.retry_after_s) == (0, 60)
        assert "send it again" in busy.error
        with closing(sqlite3.connect(village.county.folder / "county.sqlite")) as database:
            database.execute("ALTER TABLE elsewhere RENAME TO inbox_entry")
        assert village.upload().head == 2
    assert village.kept()


def test_a_box_that_was_stopped_is_told_so_and_loses_nothing(village: Village) -> None:
    village.plays(2)
    Box.objects.update(revoked=True)
    with village.served():
        assert village.upload().error == "这台机顶盒已停用"
        Box.objects.update(revoked=False)
        assert village.upload().head == 2
