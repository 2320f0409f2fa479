from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from player.core.faults import COUNTY_REFUSES, JOURNAL_DAMAGED, WRONG_ANSWER
from player.core.moment import Moment
from player.devices.journal_file import Append, Head, JournalFile
from player.workers.bind import bind
from player.workers.county_api import CountyApi
from player.workers.identity import identify
from player.workers.messages import BindSpec, IdentitySpec, Line, UploadResult, UploadSpec
from player.workers.upload import upload
from playlists.acknowledged import read_acknowledged
from playlists.binding import BindingState
from playlists.entries import StopReceipt
from playlists.errors import FailedAttempt
from playlists.keys import SigningKey
from tests.fakes.county_server import FakeCounty, county

MOMENT = Moment(5, 1_790_000_000_000, "trusted", 1)


class Box:
    """A box with a key and a journal, known to a county."""

    def __init__(self, folder: Path, fake: FakeCounty) -> None:
        self.folder, self.county = folder, fake
        folder.mkdir()
        self.key = SigningKey.generate()
        self.key.save(folder / "key")
        self.journal = JournalFile(folder / "journal.sqlite", self.key.fingerprint)
        fake.keys[self.key.fingerprint] = self.key.public_bytes

    def write(self, count: int, size: int = 8) -> None:
        self.journal.write([Append((StopReceipt(stop="s" * size),), MOMENT) for _ in range(count)])

    def spec(self, **more: object) -> UploadSpec:
        values = {"api": self.county.api, "line": Line(ca_file=str(self.county.ca_file)), **more}
        return UploadSpec(
            journal=str(self.journal.path),
            acknowledged=str(self.folder / "acknowledged.json"),
            key_file=str(self.folder / "key"),
            **values,  # type: ignore[arg-type]
        )

    def upload(self, **more: object) -> UploadResult:
        return upload(self.spec(**more), lambda _: None)

    @property
    def acknowledged(self) -> int:
        return read_acknowledged(self.folder / "acknowledged.json", self.key.fingerprint).head


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeCounty]:
    with county(tmp_path / "county") as fake:
        yield fake


@pytest.fixture
def box(tmp_path: Path, fake: FakeCounty) -> Box:
    return Box(tmp_path / "box", fake)


def rows(box: Box) -> dict[int, bytes]:
    return {seq: data for seq, data, _ in box.journal.rows_after(0)}


def test_everything_is_sent_in_batches_and_only_once(box: Box, fake: FakeCounty) -> None:
    box.write(450)
    assert box.upload() == UploadResult(head=450)
    assert fake.envelopes == [200, 200, 50]
    assert fake.entries == rows(box)
    box.write(3)
    assert box.upload().head == 453
    assert fake.envelopes[3:] == [3]
    assert box.acknowledged == 453


def test_a_lost_answer_doubles_nothing(box: Box, fake: FakeCounty) -> None:
    box.write(10)
    fake.lose_answer = 1
    result = box.upload()
    assert result.error
    assert (result.head, len(fake.entries)) == (0, 10)
    assert box.upload() == UploadResult(head=10)
    assert fake.entries == rows(box)


def test_a_county_restored_from_backup_gets_what_it_lost(box: Box, fake: FakeCounty) -> None:
    box.write(300)
    box.upload()
    fake.restore_to(120)
    box.write(1)
    assert box.upload().head == 301
    assert fake.entries == rows(box)


def test_a_county_restored_while_nothing_is_new_gets_what_it_lost_too(box: Box, fake: FakeCounty) -> None:
    box.write(30)
    box.upload()
    fake.restore_to(0)
    assert box.upload().head == 30
    assert fake.entries == rows(box)


def test_a_box_that_forgot_what_was_acknowledged_hears_it_again(box: Box, fake: FakeCounty) -> None:
    box.write(250)
    box.upload()
    (box.folder / "acknowledged.json").write_bytes(b"rubbish")
    assert box.upload().head == 250
    assert fake.envelopes[2:] == [200]


def test_entries_set_aside_are_reported_and_not_sent_again(box: Box, fake: FakeCounty) -> None:
    box.write(5)
    fake.unreadable = {3}
    result = box.upload()
    assert (result.head, [one.seq for one in result.set_aside]) == (5, [3])


def test_another_history_under_the_same_key_stops_the_sending(box: Box, fake: FakeCounty) -> None:
    box.write(5)
    fake.hash_twist = bytes(32)
    result = box.upload()
    assert "another history" in result.error
    assert (result.head, box.acknowledged) == (0, 0)


def test_a_county_that_holds_more_than_this_box_ever_wrote_is_not_believed(box: Box, fake: FakeCounty) -> None:
    box.write(5)
    box.upload()
    box.journal.close()
    box.journal.path.unlink()
    box.journal = JournalFile(box.folder / "journal.sqlite", box.key.fingerprint)
    box.write(1)
    assert "more than this box" in box.upload().error


def test_entries_that_only_the_damaged_file_held_are_missed_aloud_and_not_for_ever(box: Box, fake: FakeCounty) -> None:
    box.write(5)
    box.upload()
    rescued = box.folder / "rescued.sqlite"
    head = box.journal.head
    box.journal.close()
    box.journal = JournalFile(rescued, box.key.fingerprint, Head(head.seq, head.hash))
    box.write(2)
    assert box.upload().head == 7
    fake.restore_to(2)
    result = box.upload()
    assert "lacks entry 3" in result.error


def test_a_damaged_entry_is_not_sent_and_what_is_before_it_is(box: Box, fake: FakeCounty) -> None:
    box.write(9)
    with closing(sqlite3.connect(box.journal.path)) as database, database:
        database.execute("UPDATE entries SET data = x'91c1' WHERE seq = 6")
    result = box.upload()
    assert (result.head, result.fault, len(fake.entries)) == (5, JOURNAL_DAMAGED, 5)
    assert result.error == "entry 6 of the journal is damaged"


def test_an_envelope_that_is_too_large_is_halved(box: Box, fake: FakeCounty) -> None:
    box.write(100)
    fake.refuse_above_entries = 30
    assert box.upload().head == 100
    assert max(fake.envelopes[2:]) == 25


def test_large_entries_make_small_batches(box: Box, fake: FakeCounty) -> None:
    box.write(30, size=60_000)
    assert box.upload().head == 30
    assert max(fake.envelopes) <= 9


def test_a_county_that_is_busy_says_when_to_come_again(box: Box, fake: FakeCounty) -> None:
    box.write(1)
    fake.refusal = (503, {"Retry-After": "90"}, b'{"error": "the county cannot keep this now"}')
    result = box.upload()
    assert "cannot keep this now" in result.error
    assert result.retry_after_s == 90


def test_a_refusal_is_told_in_the_countys_own_words(box: Box, fake: FakeCounty) -> None:
    fake.refusal = (403, {}, '{"error": "本机已停用"}'.encode())
    refused = box.upload()
    assert (refused.error, refused.fault) == ("本机已停用", COUNTY_REFUSES)
    fake.refusal = (503, {}, b"{}")
    assert not box.upload().fault


def test_a_web_page_in_the_countys_place_is_a_captive_portal(box: Box, fake: FakeCounty) -> None:
    fake.refusal = (200, {"Content-Type": "text/html"}, b"<html>log in</html>")
    portal = box.upload()
    assert "captive portal" in portal.error
    assert portal.fault == WRONG_ANSWER
    fake.refusal = (200, {}, b"<html>log in</html>")
    assert "something else than the county" in box.upload().error


def test_a_dead_name_and_a_closed_port_are_said(box: Box) -> None:
    assert "DNS" in box.upload(api="https://county.invalid").error
    assert "no whole answer" in box.upload(api="https://127.0.0.1:9").error


def test_a_server_of_another_authority_is_not_told_anything(box: Box, fake: FakeCounty, tmp_path: Path) -> None:
    box.write(1)
    with county(tmp_path / "other") as other:
        other.keys = fake.keys
        assert "certificate" in box.upload(api=other.api).error
        assert other.envelopes == []


def test_without_the_countys_own_authority_or_tls_nobody_is_asked(box: Box, fake: FakeCounty) -> None:
    assert "authority is missing" in box.upload(line=Line()).error
    assert "authority" in box.upload(line=Line(ca_file=str(box.folder / "absent.pem"))).error
    assert "not https" in box.upload(api=fake.api.replace("https", "http")).error
    assert "not https" in box.upload(api="").error


def ask(fake: FakeCounty, **more: object) -> BindingState:
    values = {"ca_file": str(fake.ca_file), **more}
    return CountyApi(fake.api, Line(**values)).get("/api/box/v1/bindings/me", BindingState)  # type: ignore[arg-type]


def test_certificate_dates_count_by_the_boxs_own_time_and_the_name_always(tmp_path: Path) -> None:
    begins = datetime(2090, 1, 1, tzinfo=UTC)  # as the operating system's clock sees it, valid in no run of this test
    inside = int(begins.timestamp() * 1000) + 1000
    with county(tmp_path / "later", begins=begins) as fake:
        for outside in (inside - 2000, inside + 11 * 366 * 86_400_000):
            with pytest.raises(FailedAttempt, match="a certificate is valid from Jan  1"):
                ask(fake, wall_ms=outside)
        assert not ask(fake, wall_ms=inside).bound
        assert not ask(fake).bound  # the clock is unknown
    elsewhere = county(tmp_path / "elsewhere", begins=begins, host="192.0.2.1")
    with elsewhere as fake, pytest.raises(FailedAttempt, match="certificate"):
        ask(fake)


def test_a_redirect_of_the_api_is_not_followed(box: Box, fake: FakeCounty) -> None:
    fake.refusal = (302, {"Location": "https://login.invalid/"}, b"")
    assert "captive portal" in box.upload().error


def test_a_box_shows_a_code_until_it_is_bound(box: Box, fake: FakeCounty) -> None:
    spec = BindSpec(key_file=str(box.folder / "key"), api=fake.api, version="1.0", line=Line(ca_file=str(fake.ca_file)))
    fake.keys.clear()
    first = bind(spec, lambda _: None)
    assert (first.code, first.expires_in_s, first.bound) == ("314159", 600, False)
    assert fake.keys == {box.key.fingerprint: box.key.public_bytes}
    fake.refusal = (429, {}, b'{"error": "too many"}')
    assert "too many" in bind(spec, lambda _: None).error
    fake.refusal = (409, {}, b'{"error": "bound"}')
    assert bind(spec, lambda _: None).bound
    fake.bound.add(box.key.fingerprint)
    assert bind(spec, lambda _: None).bound


def test_a_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    spec = IdentitySpec(key_file=str(tmp_path / "key"), fingerprint_file=str(tmp_path / "fingerprint"))
    first = identify(spec, lambda _: None)
    assert identify(spec, lambda _: None) == first
    assert SigningKey.load(tmp_path / "key").fingerprint == first.fingerprint
    assert (tmp_path / "fingerprint").read_text() == first.fingerprint
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_broken_key_is_said_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"rubbish")
    spec = IdentitySpec(key_file=str(tmp_path / "key"), fingerprint_file=str(tmp_path / "fingerprint"))
    assert "no private key" in identify(spec, lambda _: None).error
    assert (tmp_path / "key").read_bytes() == b"rubbish"


def test_what_goes_up_is_counted_and_nothing_goes_once_the_allowance_is_used_up(box: Box, tmp_path: Path) -> None:
    box.write(3)
    line = Line(ca_file=str(box.county.ca_file), store=str(tmp_path / "store"), wall_ms=1_795_000_000_000)
    first = box.upload(line=line)
    assert (first.error, first.head) == ("", 3)
    assert first.spent is not None
    assert first.spent.by_purpose["journal"] > 500
    box.write(1)
    refused = box.upload(line=replace(line, monthly_bytes=first.spent.total_bytes))
    assert "allowance" in refused.error
    assert (refused.head, refused.spent) == (3, first.spent)
