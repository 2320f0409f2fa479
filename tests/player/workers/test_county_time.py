"""The county's time: whose word counts, and that a recorded one does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from player.devices.workers_specs import installed_online_keys
from player.workers.county_time import boot_time_ms, hear
from player.workers.messages import Line, Message, TimeHeard, UploadSpec
from player.workers.upload import upload
from playlists.keys import SigningKey
from tests.fakes.county_server import TIME_MS, FakeCounty, county
from tests.playlists.published import ONLINE, County


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeCounty]:
    with county(tmp_path / "county") as fake:
        yield fake


def heard(fake: FakeCounty, *keys: SigningKey, api: str | None = None) -> list[Message]:
    said: list[Message] = []
    line = Line(ca_file=str(fake.ca_file))
    time_ms = hear(fake.api if api is None else api, line, [key.fingerprint for key in keys], said.append)
    assert time_ms == (TIME_MS if said else None)
    return said


def test_the_time_is_said_together_with_the_moment_at_which_it_was_told(fake: FakeCounty) -> None:
    before_ms = boot_time_ms()
    (said,) = heard(fake, SigningKey.generate(), fake.online)
    assert isinstance(said, TimeHeard)
    assert said.wall_ms == TIME_MS
    assert before_ms <= said.monotonic_ms <= boot_time_ms()


def test_a_key_that_root_does_not_name_tells_nobody_the_time(fake: FakeCounty) -> None:
    assert heard(fake, SigningKey.generate()) == []


def test_an_answer_to_another_question_is_not_believed(fake: FakeCounty) -> None:
    fake.nonce = "0" * 32
    assert heard(fake, fake.online) == []


def test_nobody_is_asked_without_keys_or_tls_and_a_dead_line_is_no_time(fake: FakeCounty) -> None:
    assert heard(fake) == []
    assert heard(fake, fake.online, api=fake.api.replace("https", "http")) == []
    assert heard(fake, fake.online, api="https://127.0.0.1:9") == []


def test_the_time_counts_although_the_upload_after_it_fails(fake: FakeCounty, tmp_path: Path) -> None:
    said: list[Message] = []
    spec = UploadSpec(
        journal="", acknowledged="", key_file=str(tmp_path / "absent"), api=fake.api,
        line=Line(ca_file=str(fake.ca_file)), online_keys=(fake.online.fingerprint,),
    )  # fmt: skip
    assert upload(spec, said.append).error
    assert [type(one) for one in said] == [TimeHeard]


def test_a_box_that_has_accepted_nothing_yet_finds_the_online_keys_in_the_installed_root(tmp_path: Path) -> None:
    root = tmp_path / "root.json"
    assert installed_online_keys(root) == ()
    root.write_bytes(County(tmp_path / "published").root)
    assert installed_online_keys(root) == (ONLINE.fingerprint,)
    for spoilt in (b"", b"[]", msgspec.json.encode({"signed": {"roles": 3}})):
        root.write_bytes(spoilt)
        assert installed_online_keys(root) == ()
