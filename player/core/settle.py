"""After every event: each life does what time and the others have made due, and the box says when it must wake.

There is no periodic tick. Whatever falls due has a time, in monotonic or wall ms; the earliest of each is
the wake-up. Before that time a word of the picture needs no settling (`is_calm`).
"""

from __future__ import annotations

from . import (
    binding,
    check,
    health,
    learning,
    ledger,
    lessons,
    line,
    live,
    months,
    outbox,
    own_sessions,
    phone,
    playback,
    reception,
    recording,
    schedule,
    scrub,
    session,
    session_now,
    sounds,
    stage,
    startup,
    stick,
    sync,
    transfers,
    tv_power,
    volume,
    yielding,
)
from .effects import Wake
from .events import WokeUp
from .lives.picture import PlaybackState
from .turn import Turn
from .world import World

_AWAKE = WokeUp()


def settle(turn: Turn, before: World) -> None:
    """Let every life look at the time, in the order in which one's end is another's beginning.

    Args:
        before: The world before the event; what has changed since may ask for a new plan.
    """
    ledger.settle(turn)
    playback.follow_event(turn, _AWAKE)
    months.settle(turn)
    own_sessions.settle(turn)
    yielding.settle(turn, before)
    session.settle(turn)
    _end_on_demand(turn)
    live.settle(turn)
    recording.settle(turn)
    reception.settle(turn)
    binding.follow_event(turn, _AWAKE)
    sync.settle(turn)
    outbox.settle(turn)
    if _needs(before) != _needs(turn.world):
        transfers.forget_plan(turn)
    transfers.settle(turn)
    scrub.follow_event(turn, _AWAKE)
    line.settle(turn)
    health.settle(turn)
    tv_power.settle(turn, before)
    volume.settle(turn)
    learning.settle(turn)
    check.settle(turn)
    stick.settle(turn)
    phone.settle(turn)  # after all that may lay a page over its own
    sounds.settle(turn)
    startup.settle(turn)
    notice = turn.world.notice
    if notice is not None and turn.now.monotonic_ms >= notice.until_monotonic_ms:
        turn.change(notice=None)
    turn.change(due=due(turn.world))


def is_calm(before: World, after: World) -> bool:
    """Return whether a word of the picture has moved the play on and nothing else, and nothing has fallen due.

    Then `settle` would find nothing to do; such words come several times a second.
    """
    play, was, due, now = after.playback, before.playback, before.due, after.now
    if play is None or was is None or play.play != was.play or play.state is not was.state:
        return False
    if now.trust != before.now.trust or now.wall_ms < before.now.wall_ms:
        return False  # the clock was set
    return (due.monotonic_ms is None or now.monotonic_ms < due.monotonic_ms) and (
        due.wall_ms is None or now.wall_ms < due.wall_ms
    )


def due(world: World) -> Wake:
    """Return when something falls due next, whatever the picture does."""
    if world.quitting:
        return Wake(_earliest((world.ledger.retry_monotonic_ms, world.quit_monotonic_ms or None)))
    monotonic = (
        world.ledger.retry_monotonic_ms, session.deadline(world), binding.deadline(world), sync.deadline(world),
        outbox.deadline(world), transfers.deadline(world), health.deadline(world), tv_power.deadline(world),
        phone.deadline(world), scrub.deadline(world), learning.deadline(world), check.deadline(world),
        live.deadline(world), reception.deadline(world), sounds.deadline(world),
        world.quit_monotonic_ms or None,
        world.notice.until_monotonic_ms if world.notice else None,
    )  # fmt: skip
    wall = (
        schedule.next_wall_ms(world),
        session.next_wall_ms(world),
        transfers.next_wall_ms(world),
        months.next_wall_ms(world),
        scrub.next_wall_ms(world),
        live.next_wall_ms(world),
        sounds.next_wall_ms(world),
        recording.next_wall_ms(world),
        volume.next_wall_ms(world),
    )
    return Wake(_earliest(monotonic), _earliest(wall))


def wake(world: World) -> Wake:
    """Return when something falls due next if nothing happens before."""
    stall, next_ms = None if world.quitting else playback.deadline(world.playback), world.due.monotonic_ms
    return world.due if stall is None else Wake(stall if next_ms is None else min(stall, next_ms), world.due.wall_ms)


def _needs(world: World) -> tuple[object, ...]:
    """Return what the plan of the transfers rests on, cheap to compare.

    A county that was asked and has nothing new hands over the same documents once more. What is on the screen
    only matters to what is evicted, and is looked at when that is done.
    """
    county = world.generation
    return (
        county and (county.box, county.plans, county.occurrences, county.courses, county.sounds),
        len(world.done_sessions), world.now.trust, world.month, world.preferences.small_first_until_ms,
    )  # fmt: skip


def _earliest(times: tuple[int | None, ...]) -> int | None:
    known = [time for time in times if time is not None]
    return min(known) if known else None


def _end_on_demand(turn: Turn) -> None:
    """A lesson from the menu has ended: back to where it was chosen, or to the session that gathers meanwhile."""
    play, running = turn.world.playback, session_now.is_running(turn.world)
    if play is not None and not running and play.state is PlaybackState.ENDING and not play.closed:
        following = lessons.neighbour(turn.world, play.row.course, play.row.lesson, 1)
        if turn.world.live is not None:
            pass  # a channel has taken its place
        elif turn.world.session is not None:
            stage.show_session(turn)
        elif play.ended == "finished" and following is not None:
            stage.offer_next(turn, play.row.course, following.id)
        else:
            stage.leave(turn)
    playback.close_ended(turn)
