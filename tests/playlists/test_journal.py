from contextlib import suppress
from typing import get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists import entries
from playlists.errors import BadData
from playlists.journal import (
    KINDS,
    UnknownBody,
    decode_body,
    decode_entry,
    encode_entry,
    entry_id,
    genesis,
    make_entry,
    next_hash,
)
from tests.playlists import samples


def entry(body: entries.AnyBody, seq: int = 1) -> entries.Entry:
    return make_entry(body, seq=seq, boot=3, monotonic_ms=5, wall_ms=7, trust="estimated")


integers = st.integers(-(1 << 63), (1 << 64) - 1)
pairs = st.lists(st.tuples(integers, integers), max_size=4).map(tuple)
FIELDS = {
    int: integers,
    int | None: st.none() | integers,
    tuple[tuple[int, int], ...]: pairs,
    dict[str, int]: st.dictionaries(st.text(max_size=9), integers, max_size=4),
}


def bodies_of(kind: type[entries.Body]) -> st.SearchStrategy[entries.Body]:
    hints = get_type_hints(kind)
    return st.builds(
        kind, **{name: FIELDS.get(hint, st.from_type(hint)) for name, hint in hints.items() if name[0] != "_"}
    )


bodies = st.one_of([bodies_of(kind) for kind in get_args(entries.AnyBody)])


@given(bodies)
def test_every_body_comes_back_as_it_was_written(body: entries.AnyBody) -> None:
    found = decode_entry(encode_entry(entry(body)), "entry")
    assert (found.seq, found.boot, found.monotonic_ms, found.wall_ms, found.trust) == (1, 3, 5, 7, "estimated")
    assert decode_body(found, "entry") == body


@given(bodies)
def test_an_entry_that_was_read_is_written_with_the_same_bytes(body: entries.AnyBody) -> None:
    data = encode_entry(entry(body))
    assert encode_entry(decode_entry(data, "entry")) == data


def test_all_kinds_are_known() -> None:
    assert {"boot", "play", "session", "heads", "correction", "clock"} <= KINDS
    assert len(KINDS) == len(get_args(entries.AnyBody))


def raw_entry(body: object) -> entries.Entry:
    return msgspec.msgpack.decode(msgspec.msgpack.encode([1, 1, 1, 1, "trusted", body]), type=entries.Entry)


def test_a_kind_of_a_newer_version_is_kept_as_it_is() -> None:
    assert decode_body(raw_entry(["weather", 3, "rain"]), "entry") == UnknownBody("weather", (3, "rain"))


def test_fields_that_a_newer_version_appended_are_ignored() -> None:
    assert decode_body(raw_entry(["stopped", "order-1", "new"]), "entry") == entries.StopReceipt(stop="order-1")


@pytest.mark.parametrize("body", [None, [], {}, 3, [3], "stopped", ["stopped"], ["heads", "s", "many", 1, 1, 1, 1]])
def test_a_body_that_says_nothing_sensible_is_refused(body: object) -> None:
    with pytest.raises(BadData, match="entry 5"):
        decode_body(raw_entry(body), "entry 5")


@given(st.binary(max_size=100))
def test_no_bytes_whatever_lead_to_another_error(data: bytes) -> None:
    with suppress(BadData):
        decode_body(decode_entry(data, "noise"), "noise")


def test_an_enormous_entry_is_refused() -> None:
    with pytest.raises(BadData, match="allowed"):
        decode_entry(samples.encoded(1, "x" * 70_000), "entry")


def test_the_chain_is_the_one_that_the_contract_fixes() -> None:
    assert genesis(samples.BOX).hex() == "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9"
    assert next_hash(b"a", b"b").hex() == "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"


def test_an_entry_has_the_same_id_on_both_sides_and_another_in_every_other_place() -> None:
    assert str(entry_id(samples.BOX, 1)) == "e582e383-2b53-5541-8fbc-90c94e065495"
    assert len({entry_id(box, seq) for box in ("a", "b") for seq in (1, 2, 11)}) == 6
