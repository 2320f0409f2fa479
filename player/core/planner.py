"""What to fetch, in which order and rendition, what must make room, and what is to be expected of each session.

The door of `player.core.planning`, where the theory stands beside each part. Sessions and orders come first, then the
few recordings to be heard, then the posters of the catalogue, then new courses while line and room have something to
spare. Posters and subtitles go before the film that they belong to, chunk lists too. If there is not room for all, the
plan is cut where the room ends: a shorter list and never a full disk. Before a session is left out, all wishes are, and
what is here of orders makes room for it. Called by `player.core.transfers` and `ways`, and by the bench `plan`. Pure:
the same situation always gives the same plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from playlists import sound_steps
from playlists.chunks import chunk_list_bytes
from playlists.documents import Blob, Course, Lesson

from .outlook import Outlook
from .planning import room, wants
from .planning.choice import Choice, choose
from .planning.expectation import outlooks
from .planning.order import Fetch, better, in_order
from .planning.reserve import Reserve, reserve
from .planning.situation import Situation
from .planning.stock import stock
from .planning.wants import DAY_MS, Errand
from .worker_effects import Purpose, WantedBlob


class FetchPlan(msgspec.Struct, frozen=True):
    """What to do with line and disk.

    Args:
        wanted: What to fetch, in order; nothing that is complete.
        evict: What to remove before that.
        outlooks: What is expected of the coming sessions, by their ids.
        left_out: How many wanted blobs have no room even so.
    """

    wanted: tuple[WantedBlob, ...]
    evict: tuple[str, ...]
    outlooks: dict[str, Outlook]
    left_out: int = 0


def plan(situation: Situation) -> FetchPlan:
    """Return what to fetch, what to evict, and what is to be expected."""
    coming = wants.coming(situation)
    sessions = wants.sessions(situation, coming)
    errands = [*sessions, *wants.orders(situation)]
    usual = reserve(situation, coming)
    pinned = room.pinned(situation, errands)
    most_bytes = situation.store.free_bytes + room.spare_bytes(situation, pinned | _pieces(errands))
    choice = choose(errands, situation.forecast, usual, most_bytes)
    row = in_order(choice, situation.forecast, usual, situation.small_first_until_ms)
    needed = _missing(situation, [*_of_errands(errands, row), *_sounds(situation), *_posters(situation)])
    extra = _extra(situation, choice, usual, needed, pinned)
    wanted = _missing(situation, [*needed, *extra.wanted])
    fitting, kept = _in_the_room(situation, wanted, pinned | extra.kept)
    asked = list(zip(coming, sessions, strict=True))
    expected = outlooks(situation, asked, row, _names(wanted) - _names(fitting))
    if any(one.crowded for one in expected.values()):  # then no wish has room, nor what is here of one
        only = tuple(blob for blob in wanted if blob.purpose == "session")
        fitting, kept = _in_the_room(situation, only, room.pinned(situation, sessions))
        expected = outlooks(situation, asked, row, _names(wanted) - _names(fitting))
    short_bytes = _left_bytes(situation, fitting) - situation.store.free_bytes
    evict = room.evict(situation, kept, short_bytes)
    return FetchPlan(fitting, evict, expected, len(wanted) - len(fitting))


def spare_bytes(situation: Situation) -> int:
    """Return how many bytes could be made free without taking anything that sessions or orders need."""
    errands = [*wants.sessions(situation, wants.coming(situation)), *wants.orders(situation)]
    return room.spare_bytes(situation, room.pinned(situation, errands) | _pieces(errands))


class _Extra(msgspec.Struct, frozen=True):
    """What comes beyond all that is needed, and what stays for it."""

    wanted: tuple[WantedBlob, ...] = ()
    kept: frozenset[str] = frozenset()


def _extra(
    situation: Situation, choice: Choice, usual: Reserve, needed: tuple[WantedBlob, ...], pinned: frozenset[str]
) -> _Extra:
    """Use what line and room have to spare: better pictures for sessions, then new courses."""
    forecast = situation.forecast
    if forecast is None:
        return _Extra()
    needed_bytes = _left_bytes(situation, needed)
    kept = pinned | room.made_up(situation) | {blob.sha256 for blob in needed}
    room_bytes = situation.store.free_bytes + room.spare_bytes(situation, kept) - needed_bytes - usual.room_bytes
    above = better(choice, forecast, needed_bytes, room_bytes)
    above_bytes = sum(option.left_bytes for _, _, option in above)
    line_bytes = forecast.expected_bytes(forecast.now_ms + 7 * DAY_MS) - needed_bytes - above_bytes - usual.most_bytes
    courses = frozenset(need.course.id for errand in (*choice.kept, *choice.given_up) for need in errand.needs)
    new = stock(situation, courses, line_bytes, room_bytes - above_bytes)
    wanted = [*_of_errands((), above)]
    for course, lesson, option in new.fetches:
        wanted += [*_beside(course, lesson, "stock"), *_with_list(option.rendition.blob, "stock")]
    return _Extra(tuple(wanted), new.kept)


def _pieces(errands: Iterable[Errand]) -> frozenset[str]:
    """Return the films that errands may be shown from, begun or not."""
    return frozenset(
        option.rendition.blob.sha256 for errand in errands for need in errand.needs for option in need.options
    )


# --- blobs


def _of_errands(errands: Iterable[Errand], row: Iterable[Fetch]) -> Iterator[WantedBlob]:
    for errand, need, option in row:
        yield from _beside(need.course, need.lesson, errand.purpose)
        yield from _with_list(option.rendition.blob, errand.purpose)
    for errand in errands:
        for need in errand.needs:
            if need.course.poster is not None or need.lesson.subtitles:
                yield from _beside(need.course, need.lesson, errand.purpose)


def _beside(course: Course, lesson: Lesson, purpose: Purpose) -> Iterator[WantedBlob]:
    if course.poster is not None:
        yield from _with_list(course.poster, "poster")
    for subtitles in lesson.subtitles:
        yield from _with_list(subtitles.blob, purpose)


def _sounds(situation: Situation) -> Iterator[WantedBlob]:
    for blob in sound_steps.blobs(situation.generation.sounds):
        if not situation.is_complete(blob.sha256):
            yield from _with_list(blob, "sound")


def _posters(situation: Situation) -> Iterator[WantedBlob]:
    for course in room.newest_first(situation.generation):
        if course.poster is not None and not situation.is_complete(course.poster.sha256):
            yield from _with_list(course.poster, "poster")


def _with_list(blob: Blob, purpose: Purpose) -> Iterator[WantedBlob]:
    if blob.chunk_list is not None:
        yield WantedBlob(blob.chunk_list, chunk_list_bytes(blob.bytes), None, purpose)
    yield WantedBlob(blob.sha256, blob.bytes, blob.chunk_list, purpose)


def _missing(situation: Situation, blobs: Iterable[WantedBlob]) -> tuple[WantedBlob, ...]:
    """Return each blob once that is not here, where it was first named; no chunk list of a blob that is."""
    first: dict[str, WantedBlob] = {}
    for blob in blobs:
        first.setdefault(blob.sha256, blob)
    return tuple(blob for blob in first.values() if not situation.is_complete(blob.sha256))


def _names(blobs: Iterable[WantedBlob]) -> frozenset[str]:
    return frozenset(blob.sha256 for blob in blobs)


def _in_the_room(
    situation: Situation, wanted: tuple[WantedBlob, ...], stays: frozenset[str]
) -> tuple[tuple[WantedBlob, ...], frozenset[str]]:
    """Return the first of these that fit beside what stays, and all that is kept for them."""
    kept = stays | _names(wanted)
    most_bytes = situation.store.free_bytes + room.spare_bytes(situation, kept)
    return tuple(_fitting(situation, wanted, most_bytes)), kept


def _fitting(situation: Situation, blobs: Iterable[WantedBlob], room_bytes: int) -> Iterator[WantedBlob]:
    for blob in blobs:
        room_bytes -= situation.left_bytes(blob)
        if room_bytes < 0:
            return
        yield blob


def _left_bytes(situation: Situation, blobs: Iterable[WantedBlob]) -> int:
    return sum(situation.left_bytes(blob) for blob in blobs)
