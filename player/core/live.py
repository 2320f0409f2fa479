"""The life of a live channel (直播) on the screen: only what the county's signed list names, and never stopped ones.

Theory: a worker receives the channel once (`reception`), keeps its last minutes on the disk, and serves them on the
loopback; the picture is shown from there. So it can be paused and gone back in, and the line is used once.
``behind_ms`` is how far the picture is behind the channel; pausing adds to it, up to what is kept. When the picture
stands still or ends, people read that the signal is lost, and it is opened again, at once when bytes come again and
else with growing waits; after `CHILD_AFTER` attempts in vain with a new child. It ends when something else takes its
place on the screen, when another channel is to be recorded, and when nobody has pressed a key for hours. What was
watched is one play in the journal, its row kept like any other's; its segments are times of watching, for a channel has
no beginning.

    STARTING ──served──► OPENING ──opened──► WATCHING ◄──pause──► PAUSED
        │ worker ended     ▲ │ too long          │ stands, ends
        └──────────► LOST ─┘◄┴───────────────────┘ (seek: OPENING)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from playlists.documents import LiveChannel

from . import ledger, limits, live_cost, playback, stage, windows
from .actions import SeekBy, StopPlaying, TogglePause, WatchLive
from .events import WokeUp
from .facts import OpenPlay
from .language import _
from .lives.picture import Live, LiveState
from .media_effects import CloseMedia, OpenStream, PauseMedia, ReplaceMediaChild
from .media_events import LiveFinished, LiveFlows, LiveServed, MediaEnded, MediaFailed, MediaOpened, MediaProgress
from .playback import KEEP_MS
from .reception import USED_UP
from .schedule import is_known
from .screens_shown import LiveScreen
from .session_now import is_running
from .table import Table, follow, nothing
from .turn import Turn
from .world import World

OPENING_MS: Final = 15_000
STALL_MS: Final = 6_000
WAITS_MS: Final = (1_000, 2_000, 5_000, 10_000)
CHILD_AFTER: Final = 2
IDLE_MS: Final = 4 * 3_600_000  # nobody has pressed a key for so long: it plays to an empty room
SEEK_EVERY_MS: Final = 800  # each step opens the stream anew
_S = LiveState


def listed(world: World) -> tuple[LiveChannel, ...]:
    """Return the channels that may be shown here at all, in the county's order."""
    county = world.generation
    if county is None or (county.box is not None and county.box.revoked):
        return ()
    stopped = {channel for plan in county.plans for channel in plan.stopped_channels}
    return tuple(channel for channel in county.channels if channel.id not in stopped)


def is_on(world: World, channel: LiveChannel) -> bool:
    """Return whether it is the channel's time; while nobody knows the time, it may be."""
    if not channel.times or not is_known(world.now):
        return True
    return windows.is_open(channel.times, world.now, world.settings.utc_offset_minutes)


def begins_ms(world: World, channel: LiveChannel) -> int | None:
    """Return when a channel's time begins or ends next, in wall ms."""
    return windows.next_change_ms(channel.times, world.now, world.settings.utc_offset_minutes)


def kept_ms(world: World) -> int:
    """Return how far back one can go, in ms."""
    return world.reception.kept_ms if world.reception is not None else 0


def behind_ms(live: Live, now_ms: int, kept_ms: int) -> int:
    """Return how far the picture is behind the channel now, in ms."""
    paused_ms = now_ms - live.since_monotonic_ms if live.state is _S.PAUSED else 0
    return min(live.behind_ms + paused_ms, max(kept_ms, live.behind_ms))


def watch(turn: Turn, wish: WatchLive) -> None:
    """Show a channel in place of whatever is on; what it costs has been said (`live_cost`)."""
    channel = next((one for one in listed(turn.world) if one.id == wish.channel), None)
    if channel is None:
        turn.say(_("这个频道已停播"))
    elif words := why_not(turn.world, channel):
        turn.say(words)
    else:
        playback.end(turn, "stopped")
        end(turn, "stopped")
        _begin(turn, channel)
        stage.show_live(turn)


def why_not(world: World, channel: LiveChannel) -> str:
    """Return why a channel of the list cannot be watched now; empty if it can."""
    if is_running(world):
        return _("正在集中学习，先结束才能看直播")
    if not is_on(world, channel):
        return _("这个频道现在没有节目")
    if world.recording is not None and world.recording.channel.id != channel.id:
        return _("正在录“{channel}”，这时只能看这个频道").format(channel=world.recording.channel.name)
    if live_cost.is_over_line(channel) and not limits.may_spend(world, "live"):
        return _("这个月的流量已经用完，不能看直播")
    return ""


def follow_event(turn: Turn, event: object) -> None:
    """Take an event, or a person's wish, if it is about the channel that is on."""
    live = turn.world.live
    if live is None or _is_stale(live, event):
        return
    follow(TABLE, live.state, turn, event)


def end(turn: Turn, how: str, words: str = "") -> None:
    """End what is on and seal what was watched; ``words`` say why."""
    live = turn.world.live
    if live is None:
        return
    if live.play:
        turn.issue(CloseMedia, play=live.play)
    if live.shown_ms:
        row = replace(_row(live), paused_ms=_paused_ms(live, turn.now.monotonic_ms))
        ledger.append(turn, playback.entry(row, turn.now, how), closes_play=True)
    turn.change(live=None)
    stage.take_away(turn, LiveScreen)
    if words:
        turn.say(words, 10_000)


def settle(turn: Turn) -> None:
    """End what may not be shown any more, or what gives way."""
    live = turn.world.live
    if live is None:
        return
    channel = next((one for one in listed(turn.world) if one.id == live.channel.id), None)
    if channel is None:
        end(turn, "stopped", _("“{channel}”已停播").format(channel=live.channel.name))
    elif not is_on(turn.world, channel):
        end(turn, "finished", _("“{channel}”的播出时间已过").format(channel=live.channel.name))
    elif turn.world.quitting:
        end(turn, "cut")
    elif turn.now.monotonic_ms >= turn.world.touched_monotonic_ms + IDLE_MS:
        end(turn, "stopped", _("很久没有人按键，直播停了"))
    elif playback.is_active(turn.world.playback) or not stage.is_on_stage(turn.world, LiveScreen):
        end(turn, "stopped")  # something else has taken its place on the screen
    else:
        _watch_line(turn, live)
        follow(TABLE, live.state, turn, WokeUp())


def _watch_line(turn: Turn, live: Live) -> None:
    """Tell people once that the line's window has closed while they watch; not while it is recorded as well."""
    is_open = limits.is_open(turn.world)
    if is_open == live.line_open:
        return
    _change(turn, line_open=is_open)
    if not is_open and turn.world.recording is None and live_cost.is_over_line(live.channel):
        turn.say(_("下载时段已过，直播还在用网络。不看请按主页"), 10_000)


def deadline(world: World) -> int | None:
    """Return when `settle` has something to do, in monotonic ms."""
    live = world.live
    if live is None:
        return None
    due = {
        _S.OPENING: live.since_monotonic_ms + OPENING_MS, _S.WATCHING: live.seen_monotonic_ms + STALL_MS,
        _S.LOST: live.retry_monotonic_ms or None,
    }.get(live.state)  # fmt: skip
    idle = world.touched_monotonic_ms + IDLE_MS
    return idle if due is None else min(due, idle)


def next_wall_ms(world: World) -> int | None:
    """Return when the channel's time ends, in wall ms."""
    return begins_ms(world, world.live.channel) if world.live else None


def _is_stale(live: Live, event: object) -> bool:
    return isinstance(event, MediaOpened | MediaProgress | MediaEnded | MediaFailed) and event.play != live.play


def _change(turn: Turn, **fields: Any) -> Live:
    assert turn.world.live is not None
    changed = replace(turn.world.live, **fields)
    turn.change(live=changed)
    return changed


def _current(turn: Turn) -> Live:
    assert turn.world.live is not None
    return turn.world.live


def _paused_ms(live: Live, now_ms: int) -> int:
    """Return how long it was paused in all, the pause that goes on included."""
    return live.row.paused_ms + (now_ms - live.since_monotonic_ms if live.state is _S.PAUSED else 0)


def _row(live: Live) -> OpenPlay:
    return replace(live.row, segments=((0, live.shown_ms),))


# --- the worker


def _begin(turn: Turn, channel: LiveChannel) -> None:
    row = OpenPlay(
        course=channel.id, lesson="live", blob="", height=0, why="live", session="", started=turn.now, segments=()
    )
    now_ms, is_open = turn.now.monotonic_ms, limits.is_open(turn.world)
    turn.change(live=Live(channel, _S.STARTING, row, since_monotonic_ms=now_ms, line_open=is_open))
    reception = turn.world.reception
    if reception is not None and reception.base and reception.channel.url == channel.url:
        _open(turn)


def _served(turn: Turn, event: LiveServed) -> None:  # noqa: ARG001
    _open(turn)


def _came_back(turn: Turn, event: LiveFlows) -> None:
    live = _current(turn)
    if event.flows and not live.flowed and _base(turn.world):
        _open(turn)
    _change(turn, flowed=event.flows)


def _flows(turn: Turn, event: LiveFlows) -> None:
    _change(turn, flowed=event.flows)


def _worker_ended(turn: Turn, event: LiveFinished) -> None:
    if event.error == USED_UP:
        end(turn, "stopped", _("这个月的流量已经用完，直播停了"))
        return
    _change(turn, flowed=False)
    _lose(turn)


def _base(world: World) -> str:
    return world.reception.base if world.reception is not None else ""


# --- the picture


def _open(turn: Turn) -> None:
    live = _current(turn)
    if live.attempts >= CHILD_AFTER:
        turn.issue(ReplaceMediaChild)
    url = f"{_base(turn.world)}?behind={live.behind_ms}"
    opened = turn.issue(OpenStream, url=url, volume_percent=turn.world.volume_percent)
    now = turn.now.monotonic_ms
    row = replace(live.row, paused_ms=_paused_ms(live, now))
    _change(turn, state=_S.OPENING, play=opened.id, row=row, since_monotonic_ms=now, seen_monotonic_ms=now, pictures=0)


def _opened(turn: Turn, event: MediaOpened) -> None:  # noqa: ARG001
    live, now = _current(turn), turn.now.monotonic_ms
    row = live.row if live.shown_ms else replace(live.row, started=turn.now)
    _change(turn, state=_S.WATCHING, row=row, since_monotonic_ms=now, seen_monotonic_ms=now, pictures=0)


def _progress(turn: Turn, event: MediaProgress) -> None:
    live, now = _current(turn), turn.now.monotonic_ms
    if event.pictures <= live.pictures:
        _look(turn, event)
        return
    shown_ms = live.shown_ms + min(now - live.seen_monotonic_ms, STALL_MS)
    live = _change(turn, pictures=event.pictures, seen_monotonic_ms=now, shown_ms=shown_ms, attempts=0)
    if now - live.kept_monotonic_ms >= KEEP_MS:
        _change(turn, kept_monotonic_ms=now)
        ledger.keep_play(turn, _row(live))


def _look(turn: Turn, event: object) -> None:  # noqa: ARG001
    live = _current(turn)
    since, patience = (
        (live.since_monotonic_ms, OPENING_MS) if live.state is _S.OPENING else (live.seen_monotonic_ms, STALL_MS)
    )
    if turn.now.monotonic_ms >= since + patience:
        _lose(turn)


def _broke(turn: Turn, event: object) -> None:  # noqa: ARG001
    _lose(turn)


def _lose(turn: Turn) -> None:
    live, now = _current(turn), turn.now.monotonic_ms
    wait = WAITS_MS[min(live.attempts, len(WAITS_MS) - 1)]
    row = replace(live.row, paused_ms=_paused_ms(live, now))
    _change(
        turn, state=_S.LOST, row=row, behind_ms=behind_ms(live, now, kept_ms(turn.world)), since_monotonic_ms=now,
        retry_monotonic_ms=now + wait, attempts=live.attempts + 1,
    )  # fmt: skip


def _again(turn: Turn, event: WokeUp) -> None:  # noqa: ARG001
    live = _current(turn)
    if not live.retry_monotonic_ms or turn.now.monotonic_ms < live.retry_monotonic_ms:
        return
    _change(turn, retry_monotonic_ms=0)
    if _base(turn.world) and live.flowed:
        _open(turn)
    else:
        _lose(turn)


# --- what people want


def _toggle(turn: Turn, wish: TogglePause) -> None:  # noqa: ARG001
    live, now = _current(turn), turn.now.monotonic_ms
    if live.state is _S.WATCHING:
        _change(turn, state=_S.PAUSED, since_monotonic_ms=now, row=replace(live.row, pauses=live.row.pauses + 1))
    else:
        row = replace(live.row, paused_ms=_paused_ms(live, now))
        _change(turn, behind_ms=behind_ms(live, now, kept_ms(turn.world)), row=row)
        _change(turn, state=_S.WATCHING, since_monotonic_ms=now, seen_monotonic_ms=now)
    turn.issue(PauseMedia, play=live.play, paused=live.state is _S.WATCHING)


def _seek(turn: Turn, wish: SeekBy) -> None:
    live, now = _current(turn), turn.now.monotonic_ms
    if wish.held and now - live.since_monotonic_ms < SEEK_EVERY_MS:
        return
    kept = kept_ms(turn.world)
    behind = min(max(0, behind_ms(live, now, kept) - wish.by_ms), kept)
    if behind == 0 and live.behind_ms == 0 and live.state is _S.WATCHING:
        turn.say(_("已经是现在的直播"))
        return
    _change(turn, behind_ms=behind)
    _open(turn)


def _stop(turn: Turn, wish: StopPlaying) -> None:  # noqa: ARG001
    end(turn, "stopped")


def _rows(state: LiveState, *rows: Callable[[Turn, Any], None]) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final = (
    LiveServed, LiveFlows, LiveFinished, MediaOpened, MediaProgress, MediaEnded, MediaFailed, WokeUp,
    TogglePause, SeekBy, StopPlaying,
)  # fmt: skip
_NO_MEDIA: Final = (nothing, nothing, nothing, nothing)
_BROKEN: Final = (_broke, _broke)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.STARTING, _served, _flows, _worker_ended, *_NO_MEDIA, nothing, nothing, nothing, _stop),
    **_rows(_S.OPENING, nothing, _flows, _worker_ended, _opened, nothing, *_BROKEN, _look, nothing, nothing, _stop),
    **_rows(_S.WATCHING, nothing, _flows, _worker_ended, nothing, _progress, *_BROKEN, _look, _toggle, _seek, _stop),
    **_rows(_S.PAUSED, nothing, _flows, _worker_ended, nothing, nothing, *_BROKEN, nothing, _toggle, _seek, _stop),
    **_rows(_S.LOST, _served, _came_back, _worker_ended, *_NO_MEDIA, _again, nothing, nothing, _stop),
}
