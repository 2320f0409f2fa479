"""The published tree as a static web server: ranges that never lie, nothing outside the tree."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from county.web import plain_application, secure_application

BLOB = bytes(range(256)) * 40
NAME = hashlib.sha256(BLOB).hexdigest()
URL = f"/published/media/{NAME[:2]}/{NAME}"


@pytest.fixture
def client(tmp_path: Path) -> Client:
    blob = tmp_path / "published" / "media" / NAME[:2] / NAME
    blob.parent.mkdir(parents=True)
    blob.write_bytes(BLOB)
    (tmp_path / "published" / "metadata").mkdir()
    (tmp_path / "published" / "metadata" / "timestamp.json").write_text("{}")
    (tmp_path / "published" / "metadata" / ".1.root.json.x").write_text("half")
    (tmp_path / "secret").write_text("secret")
    return Client(secure_application(Response("pages"), tmp_path / "published"))


def test_a_blob_is_served_whole_and_may_be_kept_for_ever(client: Client) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (200, BLOB, f'"{NAME}"')
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("0-9", 0, 9), ("100-", 100, len(BLOB) - 1), ("-5", len(BLOB) - 5, len(BLOB) - 1)]
)
def test_a_range_is_answered_with_206_and_just_these_bytes(client: Client, asked: str, first: int, last: int) -> None:
    answer = client.get(URL, headers={"Range": f"bytes={asked}", "If-Range": f'"{NAME}"'})
    assert (answer.status_code, answer.data) == (206, BLOB[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(BLOB)}"


def test_a_range_of_another_version_is_answered_with_the_whole(client: Client) -> None:
    answer = client.get(URL, headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert (answer.status_code, answer.data) == (200, BLOB)


def test_a_range_beyond_the_end_is_refused(client: Client) -> None:
    assert client.get(URL, headers={"Range": f"bytes={len(BLOB)}-"}).status_code == 416


def test_what_is_unchanged_is_not_sent_again(client: Client) -> None:
    assert client.get(URL, headers={"If-None-Match": f'"{NAME}"'}).status_code == 304


def test_the_timestamp_is_asked_for_anew_each_time(client: Client) -> None:
    answer = client.get("/published/metadata/timestamp.json")
    assert "immutable" not in answer.headers["Cache-Control"]
    assert "no-cache" in answer.headers["Cache-Control"]


def test_a_head_request_tells_the_length_without_the_bytes(client: Client) -> None:
    answer = client.head(URL)
    assert (answer.status_code, answer.headers["Content-Length"], answer.data) == (200, str(len(BLOB)), b"")


@pytest.mark.parametrize(
    "path",
    ["/published/", "/published/media", "/published/../secret", "/published/%2e%2e/secret", "/published//etc/passwd",
     "/published/metadata/.1.root.json.x", "/published/media/../../secret", "/published/a%00b"],
)  # fmt: skip
def test_nothing_outside_the_tree_and_nothing_unfinished_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_published_files_are_only_read(client: Client) -> None:
    assert client.post(URL, data=b"x").status_code == 405
    assert client.delete(URL).status_code == 405


@pytest.mark.parametrize(
    ("path", "address", "status"),
    [
        ("/", "127.0.0.1", 200),
        ("/", "::1", 200),
        ("/", "10.0.0.7", 403),
        ("/api/box/v1/time", "127.0.0.1", 403),
        ("/api/box/v1/time", "10.0.0.7", 403),
        ("/health", "10.0.0.7", 200),
        ("/published/metadata/timestamp.json", "10.0.0.7", 200),
    ],
)
def test_plain_http_shows_pages_on_loopback_only(
    client: Client, tmp_path: Path, path: str, address: str, status: int
) -> None:
    plain = Client(plain_application(Response("pages"), tmp_path / "published"))
    assert plain.get(path, environ_base={"REMOTE_ADDR": address}).status_code == status


def test_documents_are_packed_for_who_takes_gzip_and_whole_for_others(client: Client, tmp_path: Path) -> None:
    words = b'{"words": "' + b"a" * 5000 + b'"}'
    (tmp_path / "published" / "metadata" / "1.plans.json").write_bytes(words)
    packed = client.get("/published/metadata/1.plans.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 200
    assert gzip.decompress(packed.data) == words
    plain = client.get("/published/metadata/1.plans.json", headers={"Accept-Encoding": "identity"})
    assert (plain.data, plain.headers.get("Content-Encoding")) == (words, None)
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.get("/published/metadata/1.plans.json", headers=again).status_code == 304


def test_a_blob_is_never_packed(client: Client) -> None:
    assert "Content-Encoding" not in client.get(URL, headers={"Accept-Encoding": "gzip"}).headers
