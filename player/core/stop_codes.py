"""The life of a 停播码: from the digits that somebody heard on the telephone to the course that is no longer shown.

Theory: a worker, which alone may touch the box's key, looks of which recent day the code is. A right one stops the
course at once and is an entry of the journal; one that is older than the plans in force stops nothing and costs no try;
a wrong one is an entry too, so that the count outlives the power. Each
time `MOST_WRONG` have come in a row nothing is tried for an hour, counted from the last of them; after a start without
the time, from the start. What a code may do is take a course away; nothing brings one back but the county's plans.

    RESTING ──TryStopCode──► CHECKING ──StopCodeChecked──► RESTING

Called by `player.step`.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from playlists.entries import StopCode

from . import generation, ledger, outbox, stage, transfers
from .actions import TryStopCode
from .effects import AppendEntry
from .facts import JournalFacts, ToldStop, WrongCodes
from .language import _, counted
from .lives.room import StopCodes, StopCodeState
from .moment import Moment
from .screens_shown import StopCodeScreen
from .table import Table, follow, nothing
from .told_stops import days_to_try, holds, with_told
from .turn import Turn
from .worker_effects import RunStopCode
from .worker_events import StopCodeChecked
from .world import World

MOST_WRONG: Final = 5
LOCKED_MS: Final = 60 * 60_000
_LONG_MS: Final = 15_000
_S = StopCodeState


def follow_event(turn: Turn, event: object) -> None:
    """Take a try, or the worker's word about it."""
    follow(TABLE, turn.world.stop_codes.state, turn, event)


def take_in(turn: Turn, facts: JournalFacts) -> None:
    """Take in what the journal says of earlier codes; before the generation comes into force."""
    wrong = facts.wrong_codes
    unlock = _unlocks_ms(wrong, turn.now) if wrong else 0
    turn.change(
        stop_codes=StopCodes(told=facts.told_stops, wrong=wrong.count if wrong else 0, unlock_monotonic_ms=unlock)
    )


def journaled(turn: Turn, entry: AppendEntry) -> None:
    """Say that a stop is durable, and let the county know soon."""
    if isinstance(entry.body, StopCode) and entry.body.day:
        turn.say(_("《{title}》已停播，已登记").format(title=_title(turn, entry.body)), _LONG_MS)
        outbox.hurry(turn)


def minutes_locked(world: World) -> int:
    """Return for how many minutes nothing may be tried; 0 if it may."""
    left_ms = world.stop_codes.unlock_monotonic_ms - world.now.monotonic_ms
    return -(-left_ms // 60_000) if left_ms > 0 else 0


def course_of(turn: Turn, number: int) -> str:
    """Return the course with a number: of the documents that are here, or else of the catalogue; or nothing."""
    courses = turn.world.generation.courses.values() if turn.world.generation else ()
    entry = turn.library.by_number(number)
    return next((one.id for one in courses if one.number == number), entry.id if entry else "")


def _try(turn: Turn, wish: TryStopCode) -> None:
    world, facts, course = turn.world, turn.world.generation, course_of(turn, wish.number)
    key = facts.box.telephone_key if facts and facts.box else ""
    if minutes_locked(world):
        turn.say(counted("输错太多次，请过 {n} 分钟再试", minutes_locked(world)))
    elif not key or facts is None:
        turn.say(_("县远教办还没有开通停播码，请先接通网络"))
    elif not course:
        turn.say(_("没有课号为 {number} 的课件，请核对课号").format(number=wish.number))
    else:
        offset = world.settings.utc_offset_minutes
        days = days_to_try(turn.now, facts.signed_wall_ms, world.stop_codes.told, course, offset)
        effect = turn.ask(RunStopCode, telephone_key=key, number=wish.number, code=wish.code, days=days)
        _change(turn, state=_S.CHECKING, effect=effect, number=wish.number, course=course)


def _checked(turn: Turn, event: StopCodeChecked) -> None:
    if event.effect != turn.world.stop_codes.effect:
        return
    turn.answered(event.effect)
    _change(turn, state=_S.RESTING, effect=0)
    if event.error:
        turn.say(_("现在核对不了停播码，请再试一次"))
    elif event.day and not _holds(turn.world, event.day):
        turn.say(_("这个停播码是以前的，节目单已经更新过了，以节目单为准"), _LONG_MS)
    elif event.day:
        _stop(turn, event.day)
    else:
        _count_wrong(turn)


def _holds(world: World, day: str) -> bool:
    facts = world.generation
    return facts is None or holds(facts, day, world.settings.utc_offset_minutes)


def _stop(turn: Turn, day: str) -> None:
    codes, facts = turn.world.stop_codes, turn.world.generation
    others = tuple(one for one in codes.told if one.course != codes.course)
    _change(turn, told=(*others, ToldStop(codes.course, day)), wrong=0, unlock_monotonic_ms=0)
    ledger.append(turn, StopCode(number=codes.number, course=codes.course, day=day, wrong=0))
    if facts is not None:
        told = with_told(facts, turn.world.stop_codes.told, turn.world.settings.utc_offset_minutes)
        turn.change(generation=told)
        generation.stop_what_is_withdrawn(turn, told)
    transfers.forget_plan(turn)
    stage.take_away(turn, StopCodeScreen)


def _count_wrong(turn: Turn) -> None:
    codes = turn.world.stop_codes
    wrong = codes.wrong + 1
    ledger.append(turn, StopCode(number=codes.number, course=codes.course, day="", wrong=wrong))
    locked = wrong % MOST_WRONG == 0
    _change(turn, wrong=wrong, unlock_monotonic_ms=turn.now.monotonic_ms + LOCKED_MS if locked else 0)
    left = MOST_WRONG - wrong % MOST_WRONG
    again = counted("停播码不对，请再听一遍，还可以试 {n} 次", left)
    turn.say(_("停播码不对，一小时后才能再试") if locked else again)


def _title(turn: Turn, body: StopCode) -> str:
    document = turn.world.generation.courses.get(body.course) if turn.world.generation else None
    found = document or turn.library.entry(body.course)
    return found.title if found else str(body.number)


def _unlocks_ms(wrong: WrongCodes, now: Moment) -> int:
    """Return until when nothing may be tried, in monotonic ms."""
    if wrong.count % MOST_WRONG:
        return 0
    if wrong.last.boot == now.boot:
        return wrong.last.monotonic_ms + LOCKED_MS
    both_known = "unknown" not in (wrong.last.trust, now.trust)
    passed_ms = now.wall_ms - wrong.last.wall_ms if both_known else 0
    return now.monotonic_ms + LOCKED_MS - min(max(passed_ms, 0), LOCKED_MS)


def _change(turn: Turn, **fields: Any) -> None:
    turn.change(stop_codes=replace(turn.world.stop_codes, **fields))


def _busy(turn: Turn, wish: TryStopCode) -> None:  # noqa: ARG001
    turn.say(_("正在核对，请稍等"))


TABLE: Final[Table] = {
    (_S.RESTING, TryStopCode): _try,
    (_S.RESTING, StopCodeChecked): nothing,
    (_S.CHECKING, TryStopCode): _busy,
    (_S.CHECKING, StopCodeChecked): _checked,
}
