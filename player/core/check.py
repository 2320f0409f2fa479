"""The life of a self-check (设备自检): the box looks at itself once, and people say whether they hear the sound.

Theory: the devices are asked and a tone is played, unless something is on. People say whether they heard it. What is
found (`findings`) is drawn from the world, so that what changes meanwhile is seen. Nothing is recorded until somebody
reports it to the county.

    none ──StartCheck──► LOOKING ──Checked, too long──► LISTENING ──heard, not heard, too long──► DONE
                            ▲                                                                     │ StartCheck
                            └─────────────────────────────────────────────────────────────────────┘

Called by `player.step`; drawn by `player.screens.self_check`.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from playlists.entries import SelfCheck

from . import ledger
from .actions import ReportCheck, SayHeard, StartCheck
from .effects import RunCheck
from .events import Checked, WokeUp
from .findings import codes, findings
from .lives.room import Check, CheckState
from .media_effects import CloseMedia, PlayTone
from .media_events import MediaEnded, MediaFailed
from .quiet import is_busy
from .screens_shown import CheckScreen, StatusScreen
from .table import Row, Table, follow, nothing
from .turn import Turn
from .world import World

LOOKING_MS: Final = 8_000
LISTENING_MS: Final = 60_000
_S = CheckState


def follow_event(turn: Turn, event: object) -> None:
    """Begin, or take an event of the check that is on."""
    check = turn.world.check
    if check is None:
        if isinstance(event, StartCheck):
            _begin(turn, event)
    elif not _is_stale(check, event):
        follow(TABLE, check.state, turn, event)


def settle(turn: Turn) -> None:
    """Go on without an answer that does not come; forget a check that nobody looks at.

    What was found stays known to 设备状态, below its page.
    """
    check = turn.world.check
    shown = (CheckScreen, StatusScreen) if check is not None and check.state is _S.DONE else CheckScreen
    if check is not None and not any(isinstance(screen, shown) for screen in turn.world.screens):
        _silence(turn)
        turn.change(check=None)
    elif check is not None and (due := deadline(turn.world)) is not None and turn.now.monotonic_ms >= due:
        follow_event(turn, WokeUp())


def deadline(world: World) -> int | None:
    """Return when an answer is waited for no longer, in monotonic ms."""
    check = world.check
    waits = {_S.LOOKING: LOOKING_MS, _S.LISTENING: LISTENING_MS}
    return check.since_monotonic_ms + waits[check.state] if check is not None and check.state in waits else None


def _is_stale(check: Check, event: object) -> bool:
    if isinstance(event, Checked):
        return event.effect != check.effect
    return isinstance(event, MediaEnded | MediaFailed) and event.play != check.tone


def _change(turn: Turn, **fields: Any) -> None:
    assert turn.world.check is not None
    turn.change(check=replace(turn.world.check, **fields))


def _begin(turn: Turn, wish: StartCheck) -> None:  # noqa: ARG001
    """Ask the devices, and play the tone unless something is on."""
    _silence(turn)
    looked = turn.issue(RunCheck)
    free = not is_busy(turn.world) and turn.world.playback is None
    tone = turn.issue(PlayTone, volume_percent=turn.world.volume_percent).id if free else 0
    sound = "" if free else "busy"
    turn.change(check=Check(_S.LOOKING, looked.id, tone, sound=sound, since_monotonic_ms=turn.now.monotonic_ms))


def _silence(turn: Turn) -> None:
    """Let go of the tone, unless something else has taken its place."""
    check = turn.world.check
    if check is not None and check.tone and turn.world.playback is None:
        turn.issue(CloseMedia, play=check.tone)
        _change(turn, tone=0)


def _looked(turn: Turn, event: Checked) -> None:
    _change(turn, facts=event.facts)
    _listen(turn, event)


def _listen(turn: Turn, event: object) -> None:  # noqa: ARG001
    """Ask whether the tone was heard, if there was one."""
    check = turn.world.check
    assert check is not None
    mute = check.facts is not None and not check.facts.sound
    _change(turn, state=_S.DONE if check.sound or mute else _S.LISTENING, since_monotonic_ms=turn.now.monotonic_ms)


def _answered(turn: Turn, wish: SayHeard) -> None:
    _done(turn, "heard" if wish.heard else "silent")


def _failed(turn: Turn, event: MediaFailed) -> None:  # noqa: ARG001
    _change(turn, sound="failed", tone=0)
    if turn.world.check is not None and turn.world.check.state is _S.LISTENING:
        _done(turn, "failed")


def _ended(turn: Turn, event: MediaEnded) -> None:  # noqa: ARG001
    _silence(turn)


def _unanswered(turn: Turn, event: WokeUp) -> None:  # noqa: ARG001
    _done(turn, "unanswered")


def _done(turn: Turn, sound: str) -> None:
    _silence(turn)
    _change(turn, state=_S.DONE, sound=sound)


def _report(turn: Turn, wish: ReportCheck) -> None:  # noqa: ARG001
    """Tell the county what was found, once."""
    check = turn.world.check
    assert check is not None
    if not check.report:
        found = findings(turn.world)
        results: dict[str, str] = {one.item: one.code or one.state for one in found}
        heat = check.facts.hottest_c if check.facts else None
        body = SelfCheck(codes=codes(found), results=results, temperature_c=heat)
        _change(turn, report=ledger.append(turn, body))


def is_told(world: World) -> bool:
    """Return whether the report is durable."""
    check = world.check
    return check is not None and bool(check.report) and check.report not in world.pending


def _rows(state: CheckState, *rows: Row) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final[tuple[Any, ...]] = (StartCheck, Checked, SayHeard, ReportCheck, MediaEnded, MediaFailed, WokeUp)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.LOOKING, nothing, _looked, nothing, nothing, _ended, _failed, _listen),
    **_rows(_S.LISTENING, _begin, nothing, _answered, nothing, _ended, _failed, _unanswered),
    **_rows(_S.DONE, _begin, nothing, nothing, _report, _ended, nothing, nothing),
}
