"""The life of one play of one lesson.

Theory: a lesson is opened, shown, perhaps paused, and ends. VLC's own word about its end is not believed:
it says "ended" of files that it could not read, and nothing at all of a stall. So two things decide, the
position and the pictures shown: both must move while we play, and an end counts only where the lesson's
document says that it ends. Else the child is replaced and the lesson goes on at the same second; after
`MAX_RECOVERIES` in a row we give up and say so. What was really shown is kept in the open row every
`KEEP_MS` and at each pause and seek, and sealed once.

    OPENING ──opened──► PLAYING ◄──pause──► PAUSED
       │                   │ end, stop         │ stop
       ├─ too long ─► RECOVERING ─opened─► …   │          (PLAYING and PAUSED recover too)
       ▼                   ▼                   ▼
    FAILED ◄─ too often    └────► ENDING ◄─────┘ ──Journaled, or nothing was shown──► gone

Answers of an earlier `OpenMedia` are dropped before they come here. Called by `player.step`, and by
`session`, which sees in ``world.playback`` how a lesson ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from playlists.entries import BLOB_DIGITS, Play
from playlists.recordings import in_entry, is_recording

from . import faults, ledger, left_off, seeking, troubles
from .actions import SeekBy, StopPlaying, TogglePause, TunePlaying
from .events import Journaled, WokeUp
from .facts import OpenPlay
from .language import N_, _
from .lives.picture import Playback, PlaybackState
from .media_effects import CloseMedia, OpenMedia, PauseMedia, ReplaceMediaChild, SeekMedia, TuneMedia, Tuning
from .media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress
from .moment import Moment, Start
from .segments import begin, grow, shown
from .table import Table, follow, nothing
from .turn import Turn

OPENING_MS: Final = 10_000
STALL_MS: Final = 5_000
KEEP_MS: Final = 1_500  # 8 kB to the disk each time: 20 MB an hour, which an eMMC bears for decades
MAX_RECOVERIES: Final = 2
STEADY_MS: Final = 60_000  # so long without trouble, and earlier trouble is forgotten
END_TOLERANCE_MS: Final = 3_000
_ACTIVE: Final = frozenset(PlaybackState) - {PlaybackState.ENDING, PlaybackState.FAILED}


def open_lesson(
    turn: Turn, row: OpenPlay, *, title: str, duration_ms: int, from_ms: int = 0, subtitles: str = ""
) -> None:
    """Open a stored lesson in place of whatever is on; what was on must be sealed before.

    Args:
        row: What is shown and why; its segments are empty.
        title: For the screen.
        duration_ms: The length that the signed document states.
        from_ms: Where to begin.
        subtitles: The blob of its subtitles, if they are here; they are shown as they were last.
    """
    now = turn.now.monotonic_ms
    opening = Playback(
        play=0, state=PlaybackState.OPENING, row=row, title=title, position_ms=from_ms, duration_ms=duration_ms,
        pictures=0, seen_monotonic_ms=now, since_monotonic_ms=now, subtitles=subtitles,
        tuning=Tuning(subtitles=turn.world.subtitles),
    )  # fmt: skip
    turn.change(playback=replace(opening, play=_open(turn, opening)))


def _open(turn: Turn, playback: Playback) -> int:
    """Open the medium where the playback stands; return the play's id."""
    opened = turn.issue(
        OpenMedia, blob=playback.row.blob, from_ms=playback.position_ms, volume_percent=turn.world.volume_percent,
        subtitles=playback.subtitles, tuning=playback.tuning,
    )  # fmt: skip
    return opened.id


def follow_event(turn: Turn, event: object) -> None:
    """Take an event, or a person's wish, if there is a play that it can mean."""
    playback = turn.world.playback
    if playback is None or _is_stale(playback, event):
        return
    follow(TABLE, playback.state, turn, event)


def is_active(playback: Playback | None) -> bool:
    """Return whether a lesson is on, however well."""
    return playback is not None and playback.state in _ACTIVE


def is_on_demand(playback: Playback | None) -> bool:
    """Return whether a lesson from the menu has the picture; one that has ended has given it up, written or not."""
    return playback is not None and playback.row.why != "session" and playback.state is not PlaybackState.ENDING


def end(turn: Turn, how: str) -> None:
    """Seal what is on; ``how`` is a `PlayEnd`. The medium is closed by `close_ended` unless another takes its place."""
    if is_active(turn.world.playback):
        _seal(turn, how)


def close_ended(turn: Turn) -> None:
    """Close the medium of a play that has ended and that no other has replaced; without an entry it is over."""
    playback = turn.world.playback
    if playback is None or playback.state in _ACTIVE or playback.closed:
        return
    turn.issue(CloseMedia, play=playback.play)
    if playback.state is PlaybackState.ENDING and not playback.seal:
        turn.change(playback=None)
    else:
        _change(turn, closed=True)


def deadline(playback: Playback | None) -> int | None:
    """Return when the watchdog must look again, in monotonic ms."""
    if playback is None:
        return None
    if playback.state in (PlaybackState.OPENING, PlaybackState.RECOVERING):
        return playback.since_monotonic_ms + OPENING_MS
    return playback.seen_monotonic_ms + STALL_MS if playback.state is PlaybackState.PLAYING else None


def _is_stale(playback: Playback, event: object) -> bool:
    if isinstance(event, Journaled):
        return event.effect != playback.seal
    return isinstance(event, MediaOpened | MediaProgress | MediaEnded | MediaFailed) and event.play != playback.play


def _change(turn: Turn, **fields: Any) -> Playback:
    playback = turn.world.playback
    assert playback is not None
    changed = replace(playback, **fields)
    turn.change(playback=changed)
    return changed


def _row(turn: Turn, **fields: Any) -> OpenPlay:
    playback = turn.world.playback
    assert playback is not None
    return replace(playback.row, **fields)


def _current(turn: Turn) -> Playback:
    assert turn.world.playback is not None
    return turn.world.playback


# --- opening


def _opened(turn: Turn, event: MediaOpened) -> None:
    playback, now = _current(turn), turn.now.monotonic_ms
    if not event.has_video:
        _recover(turn, N_("没有画面"))
        return
    first = not playback.kept_monotonic_ms
    row = _row(turn, segments=begin(playback.row.segments, playback.position_ms))
    row = replace(row, started=turn.now) if first else row
    state = PlaybackState.PAUSED if playback.held else PlaybackState.PLAYING
    _change(turn, state=state, row=row, pictures=0, since_monotonic_ms=now, seen_monotonic_ms=now, sounds=event.sounds)
    if playback.held:
        turn.issue(PauseMedia, play=playback.play, paused=True)
    _keep(turn)


def _keep(turn: Turn) -> None:
    playback = _change(turn, kept_monotonic_ms=max(1, turn.now.monotonic_ms))
    ledger.keep_play(turn, playback.row)


def keep_again(turn: Turn) -> None:
    """The last play's row has been closed: keep that of the one now on, which had to wait."""
    playback = turn.world.playback
    if playback is not None and is_active(playback) and playback.kept_monotonic_ms:
        ledger.keep_play(turn, playback.row)


# --- playing


def _progress(turn: Turn, event: MediaProgress) -> None:
    playback, now = _current(turn), turn.now.monotonic_ms
    if event.paused or event.position_ms == playback.position_ms or event.pictures == playback.pictures:
        _look(turn, event)
        return
    segments = grow(playback.row.segments, event.position_ms, _shown_in(playback, now))
    steady = now - playback.since_monotonic_ms >= STEADY_MS
    _change(
        turn, row=_row(turn, segments=segments), position_ms=event.position_ms, pictures=event.pictures,
        seen_monotonic_ms=now, recoveries=0 if steady else playback.recoveries,
    )  # fmt: skip
    if now - playback.kept_monotonic_ms >= KEEP_MS:
        _keep(turn)


def _shown_in(playback: Playback, now_ms: int) -> int:
    """Return how much of the medium can have been shown since the picture last moved."""
    return (now_ms - playback.seen_monotonic_ms) * playback.tuning.rate_percent // 100


def _look(turn: Turn, event: object) -> None:  # noqa: ARG001
    due = deadline(turn.world.playback)
    if due is not None and turn.now.monotonic_ms >= due:
        stuck = _current(turn).state is PlaybackState.PLAYING
        _recover(turn, N_("画面停住了") if stuck else N_("打不开"))


def _ended(turn: Turn, event: MediaEnded) -> None:
    playback = _current(turn)
    position = max(event.position_ms, playback.position_ms)
    seen = event.pictures > 0 or bool(shown(playback.row.segments))
    early = not seen or position < playback.duration_ms - END_TOLERANCE_MS - min(playback.duration_ms // 50, 7_000)
    if playback.state is PlaybackState.PLAYING and (event.pictures > playback.pictures or not early):
        elapsed = _shown_in(playback, turn.now.monotonic_ms)
        _change(turn, row=_row(turn, segments=grow(playback.row.segments, position, elapsed)))
    if early:
        _recover(turn, N_("还没放完就断了") if seen else N_("没有画面"))
        return
    _seal(turn, "finished")


def _died(turn: Turn, event: MediaFailed) -> None:
    _recover(turn, event.why)


# --- what people want


def _toggle(turn: Turn, wish: TogglePause) -> None:  # noqa: ARG001
    playback, now = _current(turn), turn.now.monotonic_ms
    if playback.state is PlaybackState.PLAYING:
        row = _row(turn, pauses=playback.row.pauses + 1)
        _change(turn, state=PlaybackState.PAUSED, held=True, row=row, since_monotonic_ms=now)
    else:
        row = _row(turn, paused_ms=playback.row.paused_ms + now - playback.since_monotonic_ms)
        _change(turn, state=PlaybackState.PLAYING, held=False, row=row, since_monotonic_ms=now, seen_monotonic_ms=now)
    turn.issue(PauseMedia, play=playback.play, paused=_current(turn).held)
    _keep(turn)


def _hold(turn: Turn, wish: TogglePause) -> None:  # noqa: ARG001
    _change(turn, held=not _current(turn).held)


def _seek(turn: Turn, wish: SeekBy) -> None:
    playback, now = _current(turn), turn.now.monotonic_ms
    since = now - playback.sought_monotonic_ms
    goes_on = wish.held and since <= seeking.LET_GO_MS
    if goes_on and since < seeking.EVERY_MS:
        return
    held_since = playback.held_monotonic_ms if goes_on else now
    by_ms = seeking.step_ms(wish.by_ms, held_ms=now - held_since)
    last = max(0, playback.duration_ms - END_TOLERANCE_MS)
    target = min(max(0, playback.position_ms + by_ms), last)
    if goes_on and target == playback.position_ms:  # held at an end of the lesson
        _change(turn, sought_monotonic_ms=now)
        return
    row = _row(turn, segments=begin(playback.row.segments, target))
    turn.issue(SeekMedia, play=playback.play, position_ms=target)
    moved = goes_on or playback.seen_monotonic_ms > playback.sought_monotonic_ms  # else it may be frozen
    seen_ms = now if moved else playback.seen_monotonic_ms
    _change(
        turn, row=row, position_ms=target, seen_monotonic_ms=seen_ms, sought_monotonic_ms=now,
        held_monotonic_ms=held_since,
    )  # fmt: skip
    _keep(turn)


def _tune(turn: Turn, wish: TunePlaying) -> None:
    playback = _current(turn)
    turn.issue(TuneMedia, play=playback.play, tuning=wish.tuning)
    _change(turn, tuning=wish.tuning)
    turn.change(subtitles=wish.tuning.subtitles)


def _stop(turn: Turn, wish: StopPlaying) -> None:  # noqa: ARG001
    _seal(turn, "stopped")


def _leave_fault(turn: Turn, wish: StopPlaying) -> None:  # noqa: ARG001
    close_ended(turn)
    turn.change(playback=None)


# --- trouble and end


def _recover(turn: Turn, why: str) -> None:
    playback, now = _current(turn), turn.now.monotonic_ms
    if playback.recoveries >= MAX_RECOVERIES:
        _fail(turn, why)
        return
    if playback.state is PlaybackState.PAUSED:
        paused_ms = playback.row.paused_ms + now - playback.since_monotonic_ms
        _change(turn, row=_row(turn, paused_ms=paused_ms))
    turn.issue(ReplaceMediaChild)
    _change(
        turn, play=_open(turn, playback), state=PlaybackState.RECOVERING, since_monotonic_ms=now, why_failed=why,
        recoveries=playback.recoveries + 1,
    )  # fmt: skip


def _fail(turn: Turn, why: str) -> None:
    playback = _current(turn)
    _seal(turn, "failed")
    _change(turn, state=PlaybackState.FAILED, why_failed=why)
    if not is_recording(playback.row.course):
        turn.change(scrub=turn.world.scrub.suspecting(playback.row.blob))
    code = faults.PICTURE_STUCK if shown(playback.row.segments) else faults.NO_PICTURE
    troubles.show(turn, code, _("《{title}》{why}").format(title=playback.title, why=_(why)))


def _seal(turn: Turn, how: str) -> None:
    """End the play; a play of which no picture was seen and that did not fail leaves no entry."""
    playback = _current(turn)
    seal = 0
    if playback.kept_monotonic_ms or how == "failed":
        extra = turn.now.monotonic_ms - playback.since_monotonic_ms
        paused_ms = playback.row.paused_ms + (extra if playback.state is PlaybackState.PAUSED else 0)
        seal = ledger.append(turn, entry(replace(playback.row, paused_ms=paused_ms), turn.now, how), closes_play=True)
    _change(turn, state=PlaybackState.ENDING, ended=how, seal=seal)
    if playback.row.why in left_off.REASONS:
        lesson = left_off.key(playback.row.course, playback.row.lesson)
        finished = how == "finished"
        turn.change(left_off=left_off.after(turn.world.left_off, lesson, playback.position_ms, finished=finished))
    if how == "finished":
        troubles.clear(turn, faults.NO_PICTURE)
        troubles.clear(turn, faults.PICTURE_STUCK)


def entry(row: OpenPlay, now: Moment, how: str) -> Play:
    """Return the complete entry that an open row becomes now; ``how`` is a `PlayEnd`."""
    start = Start.of(row.started, now)
    course, lesson = in_entry(row.course, row.lesson)
    blob = "" if is_recording(row.course) else row.blob[:BLOB_DIGITS]
    return Play(
        course=course, lesson=lesson, blob=blob, height=row.height, why=row.why,  # type: ignore[arg-type]
        session=row.session, started_wall_ms=start.wall_ms, segments=shown(row.segments),
        paused_ms=row.paused_ms, pauses=row.pauses, ended=how,  # type: ignore[arg-type]
        started_boot=start.boot, started_monotonic_ms=start.monotonic_ms,
    )  # fmt: skip


def _sealed(turn: Turn, event: Journaled) -> None:  # noqa: ARG001
    close_ended(turn)
    turn.change(playback=None)


def _rows(state: PlaybackState, *rows: Callable[[Turn, Any], None]) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final = (
    MediaOpened, MediaProgress, MediaEnded, MediaFailed, WokeUp, Journaled, TogglePause, SeekBy,
    TunePlaying, StopPlaying,
)  # fmt: skip
_S = PlaybackState
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(
        _S.OPENING, _opened, nothing, _ended, _died, _look, nothing, nothing, nothing, nothing, _stop
    ),  # OK twice is a slip
    **_rows(_S.PLAYING, nothing, _progress, _ended, _died, _look, nothing, _toggle, _seek, _tune, _stop),
    **_rows(_S.PAUSED, nothing, nothing, _ended, _died, nothing, nothing, _toggle, _seek, _tune, _stop),
    **_rows(_S.RECOVERING, _opened, nothing, _ended, _died, _look, nothing, _hold, nothing, nothing, _stop),
    **_rows(_S.ENDING, nothing, nothing, nothing, nothing, nothing, _sealed, nothing, nothing, nothing, nothing),
    **_rows(_S.FAILED, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, _leave_fault),
}
