from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists import documents
from playlists.codec import decode_document, encode_document
from playlists.documents import CatalogueShard, Course, Live, LiveChannel, Page, Pages, Plan
from playlists.errors import BadData
from tests.playlists import samples

identifiers = st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True)
titles = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(st.lists(st.builds(Page, id=identifiers, title=titles, text=titles), max_size=5))
def test_a_document_comes_back_as_it_was_written(pages: list[Page]) -> None:
    document = Pages(pages=tuple(pages))
    assert decode_document(Pages, encode_document(document), "pages") == document


@given(st.dictionaries(st.integers(144, 1080), st.integers(0, 1 << 40), min_size=1, max_size=6))
def test_equal_documents_give_equal_bytes_in_whatever_order_they_were_built(sizes: dict[int, int]) -> None:
    def shard(ordered: list[tuple[int, int]]) -> bytes:
        found = msgspec.structs.replace(samples.entry_of(samples.course()), bytes_by_height=dict(ordered))
        return encode_document(CatalogueShard(bin="00", entries=(found,)))

    data = shard(list(sizes.items()))
    assert data == shard(list(reversed(sizes.items())))
    assert decode_document(CatalogueShard, data, "shard").entries[0].bytes_by_height == sizes


def test_a_document_says_its_format() -> None:
    assert b'"format":1' in encode_document(Live())


def test_fields_of_a_newer_county_are_ignored() -> None:
    data = b'{"format":1,"channels":[{"id":"a","name":"A","url":"udp://@239.1.2.3:5004","new":[1]}],"newer":{}}'
    channel = LiveChannel(id="a", name="A", url="udp://@239.1.2.3:5004")
    assert decode_document(Live, data, "live") == Live(channels=(channel,))


def error_of(kind: type[documents.Document], data: bytes, **options: int) -> BadData:
    with pytest.raises(BadData) as caught:
        decode_document(kind, data, "courses/00/x.json", **options)
    assert caught.value.where == "courses/00/x.json"
    return caught.value


@pytest.mark.parametrize(
    ("data", "field", "problem"),
    [
        (b'{"format":2}', "$.format", "too old"),
        (b'{"format":0}', "$.format", "only 1"),
        (b'{"format":"1"}', "$.format", "got `str`"),
        (b'{"format":true}', "$.format", "got `bool`"),
        (b"{}", "", "format"),
        (b"[]", "", "got `array`"),
        (b"", "", "no JSON"),
        (b"\xff\xfe", "", "no JSON"),
        (b"<html>log in</html>", "", "no JSON"),
        (b'{"format":1,"entries":' + b"[" * 100_000, "", "deep"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(data: bytes, field: str, problem: str) -> None:
    error = error_of(CatalogueShard, data)
    assert error.field == field
    assert problem in error.problem


def test_an_error_names_the_field_by_its_path() -> None:
    data = encode_document(samples.course()).replace(b'"height":240', b'"height":-1', 1)
    error = error_of(Course, data)
    assert error.field == "$.lessons[0].renditions[0].height"
    assert ">= 1" in error.problem


def test_every_truncation_is_refused() -> None:
    data = encode_document(samples.plan(samples.session()))
    for length in range(len(data)):
        error_of(Plan, data[:length])


def test_an_oversized_document_is_refused_unread() -> None:
    assert "101 bytes are more than the 100 allowed" in error_of(Live, b"x" * 101, limit_bytes=100).problem


@given(st.binary(max_size=200))
def test_no_bytes_whatever_lead_to_another_error(data: bytes) -> None:
    with suppress(BadData):
        decode_document(Course, data, "noise")
