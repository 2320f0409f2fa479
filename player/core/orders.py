"""What villagers ask for (点播申请): from the wish at the television to the day when the course is here.

The box makes an order and owns it; the county answers in the plan of the site. An order is promised only when the
journal holds it, and it is never asked for twice while it waits. Where it stands is derived from the answers in force
and from what is here, never stored.

    placing ──Journaled──► waiting ──answer──► granted ──all of it here──► arrived
                                        └────► refused
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec.structs import replace

from playlists.documents import OrderAnswer
from playlists.entries import Order

from . import ledger, outbox
from .actions import PlaceOrder
from .effects import AppendEntry
from .facts import OwnOrder
from .language import _
from .turn import Turn
from .world import World

Standing = Literal["placing", "waiting", "granted", "arrived", "refused"]
KEPT: Final = 60  # orders that are remembered
ANSWERED_MS: Final = 90 * 24 * 3_600_000  # so long the county publishes its answer; after that nobody knows it any more
WISH_LETTERS: Final = 200


def place(turn: Turn, wish: PlaceOrder) -> None:
    """Owe the journal an order, unless the same one still waits."""
    words = wish.wish.strip()[:WISH_LETTERS]
    if not wish.course and not words:
        return
    if any(_same(one, wish.course, words) and standing(turn.world, one) in _OPEN for one in listed(turn.world)):
        turn.say(_("这件已经申请过了，请等县里答复"))
        return
    # With the time in it, for boots are counted anew when a journal is lost, and the county keeps the first of an id.
    order = f"o{turn.now.boot}-{turn.now.wall_ms}-{turn.now.monotonic_ms}-{turn.world.next_id}"
    effect = ledger.append(turn, Order(order=order, course=wish.course, wish=words))
    made = OwnOrder(order, wish.course, words, turn.now.wall_ms if turn.now.trust != "unknown" else 0, effect)
    turn.change(orders=(*turn.world.orders, made)[-KEPT:])


def journaled(turn: Turn, entry: AppendEntry) -> None:
    """Say that an order is durable, and send it soon."""
    if isinstance(entry.body, Order):
        done = tuple(replace(one, commit=0) if one.commit == entry.id else one for one in turn.world.orders)
        turn.change(orders=done)
        turn.say(_("申请已登记，县里答复后会显示在这里"))
        outbox.hurry(turn)


def listed(world: World) -> tuple[OwnOrder, ...]:
    """Return the orders of which somebody knows where they stand, the oldest first."""
    since_ms = 0 if world.now.trust == "unknown" else world.now.wall_ms - ANSWERED_MS
    return tuple(one for one in world.orders if not 0 < one.asked_wall_ms < since_ms or answer_of(world, one))


def is_asked(world: World, course: str) -> bool:
    """Return whether a course was asked for here and has not come yet."""
    return any(one.course == course and standing(world, one) in _OPEN for one in listed(world))


def is_granted(world: World, course: str) -> bool:
    """Return whether the county has granted a course to an order of this box: then its plays are the order's."""
    answers = world.generation.orders if world.generation else ()
    return any(one.course == course and one.state == "granted" for one in answers)


def answer_of(world: World, order: OwnOrder) -> OrderAnswer | None:
    """Return the county's answer, if it has come."""
    answers = world.generation.orders if world.generation else ()
    return next((one for one in answers if one.order == order.order), None)


def standing(world: World, order: OwnOrder) -> Standing:
    """Return where an order stands."""
    if order.commit:
        return "placing"
    answer = answer_of(world, order)
    if answer is None:
        return "waiting"
    if answer.state == "refused":
        return "refused"
    return "arrived" if _is_here(world, answer.course or "") else "granted"


def arrived(world: World) -> list[OwnOrder]:
    """Return the orders whose course is here, newest first."""
    return [one for one in reversed(world.orders) if standing(world, one) == "arrived"]


def unseen(world: World) -> list[OwnOrder]:
    """Return the orders whose course is here and that nobody has looked at or played here yet."""
    answers = ((one, answer_of(world, one)) for one in arrived(world))
    return [one for one, answer in answers if answer is None or answer.course not in world.seen_courses]


def arrived_courses(world: World) -> list[str]:
    """Return the courses that were asked for here and have come, newest first."""
    answers = [answer_of(world, one) for one in arrived(world)]
    return [answer.course for answer in answers if answer is not None and answer.course]


_OPEN: Final = frozenset({"placing", "waiting", "granted"})


def _same(order: OwnOrder, course: str, wish: str) -> bool:
    return (order.course, order.wish) == (course, wish)


def _is_here(world: World, course: str) -> bool:
    document = world.generation.courses.get(course) if world.generation else None
    blobs = world.store.blobs
    return document is not None and all(
        any((stored := blobs.get(one.blob.sha256)) is not None and stored.complete for one in lesson.renditions)
        for lesson in document.lessons
    )
