"""The life of what is heard beside the picture: a recorded word at the main steps, music while people gather.

Theory: where the box stands (`step_now`) is seen in the world after every step, so no screen and no film ever waits
for a sound. A step is spoken of once for each session, film or power cut that it is about. A word that was begun is
spoken to its end, unless another one is due. While a lesson, a live channel or the tone of the self-check sounds,
nothing is heard here; a film that begins ends it in the same moment. What has not come yet, or was found to be no
sound, is silence, and nothing is said of it.

    SILENT ──a step is reached──► SPEAKING ──SoundEnded, another sounds, too long──► SILENT
       ├──people gather──► MUSIC ──SoundEnded, a step is reached, they start──► SILENT

Called by `player.step` and `settle`.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from playlists import sound_steps
from playlists.documents import Sound, Sounds
from playlists.sound_steps import Step

from . import lessons, playback, session_now
from .events import WokeUp
from .lives.picture import PlaybackState, Sounding, SoundState
from .lives.session import GroupSession, SessionState
from .media_effects import HushSound, PlaySound
from .media_events import SoundEnded
from .schedule import MINUTE_MS, is_known
from .screens_shown import SessionScreen
from .session_now import is_talk
from .table import Row, Table, follow
from .turn import Turn
from .world import World

SOON_MS: Final = MINUTE_MS
MUSIC_MS: Final = 30 * MINUTE_MS  # longer it plays to an empty room
STILL_COUNTING_MS: Final = 90_000
LATE_MS: Final = 5_000  # a sound that should have ended so long ago hangs
REMEMBERED: Final = 30
_S, _Session = SoundState, SessionState
Reached = tuple[Step, str]  # a step, and what it is about


def follow_event(turn: Turn, event: object) -> None:
    """Take an event, if it is about the sound that is on."""
    sounding = turn.world.sounding
    if not isinstance(event, SoundEnded) or event.sound == sounding.effect:
        follow(TABLE, sounding.state, turn, event)


def settle(turn: Turn) -> None:
    """Let be heard what is to be heard now, and nothing else."""
    follow_event(turn, WokeUp())


def deadline(world: World) -> int | None:
    """Return when something may be due by itself, in monotonic ms."""
    sounding, session = world.sounding, world.session
    if not _has_any(world):
        return None
    due = []
    if sounding.state is not _S.SILENT:
        due.append(sounding.begun_monotonic_ms + sounding.lasts_ms + LATE_MS)
    if session is not None and session.state is _Session.COUNTING and _touched(world, session) > world.now.monotonic_ms:
        due.append(_touched(world, session))
    if session is not None and session.state is _Session.GATHERING and not is_known(world.now):
        due.append(session.entered_monotonic_ms + MUSIC_MS)
    return min((at for at in due if at > world.now.monotonic_ms), default=None)


def next_wall_ms(world: World) -> int | None:
    """Return when music begins, or the last minute, in wall ms."""
    session = world.session
    if session is None or session.state is not _Session.GATHERING or not (is_known(world.now) and _has_any(world)):
        return None
    starts_ms = session.occurrence.starts_ms
    return next((at for at in (starts_ms - MUSIC_MS, starts_ms - SOON_MS) if at > world.now.wall_ms), None)


# --- where the box stands


def step_now(world: World) -> Reached | None:
    """Return the step that has been reached and what it is about, None where there is nothing to say."""
    if world.session is not None:
        step = _of_session(world, world.session)
        return (step, world.session.row.session) if step else None
    cut, play = world.interrupted, world.playback
    if cut is not None and isinstance(world.screen, SessionScreen):
        return "interrupted", cut.session
    if play is None or play.state not in (PlaybackState.ENDING, PlaybackState.FAILED):
        return None
    if play.state is PlaybackState.FAILED:
        return "failed", str(play.play)
    stopped = lessons.stop_order(world.generation, play.row.course, play.row.lesson)
    return ("stopped", str(play.play)) if stopped else None


def _of_session(world: World, session: GroupSession) -> Step | None:
    if session.state is _Session.GATHERING:
        return _gathering(world, session)
    if session.state is _Session.COUNTING:
        return "still-counting" if world.now.monotonic_ms >= _touched(world, session) else "counting"
    if session_now.is_running(world):
        return "paused" if world.playback and world.playback.state is PlaybackState.PAUSED else None
    return "registered" if session.state is _Session.CLOSING else None


def _gathering(world: World, session: GroupSession) -> Step:
    if is_talk(session):
        return "gathering"
    if not any(lesson.blob for lesson in session.lessons):
        return "not-ready"
    left_ms = session.occurrence.starts_ms - world.now.wall_ms
    return "soon" if world.now.trust == "trusted" and 0 < left_ms <= SOON_MS else "gathering"


def _touched(world: World, session: GroupSession) -> int:
    """Return when people at the head count are reminded of it, in monotonic ms."""
    return max(session.entered_monotonic_ms, world.touched_monotonic_ms) + STILL_COUNTING_MS


def _is_silent(world: World) -> bool:
    """Return whether nothing sounds in the picture, and the box runs on."""
    play, tone = world.playback, world.check is not None and world.check.tone
    films = playback.is_active(play) and play is not None and play.state is not PlaybackState.PAUSED
    return not (films or world.live is not None or tone or world.quitting)


def _wants_music(world: World) -> bool:
    session = world.session
    if session is None or session.state is not _Session.GATHERING or not world.preferences.music:
        return False
    if not is_known(world.now):
        return world.now.monotonic_ms < session.entered_monotonic_ms + MUSIC_MS
    return 0 < session.occurrence.starts_ms - world.now.wall_ms <= MUSIC_MS


# --- what is to be heard


def _sounds(world: World) -> Sounds:
    return world.generation.sounds if world.generation else Sounds()


def _has_any(world: World) -> bool:
    return bool(_sounds(world).prompts or _sounds(world).music)


def _is_here(world: World, sound: Sound) -> bool:
    stored = world.store.blobs.get(sound.blob.sha256)
    return stored is not None and stored.complete and sound.blob.sha256 not in world.sounding.spoilt


def _prompt(world: World) -> tuple[Reached, Sound] | None:
    """Return what is to be said now and was not said yet."""
    reached = step_now(world)
    if reached is None or reached in world.sounding.said or not world.preferences.prompts:
        return None
    sound = _sounds(world).prompts.get(reached[0])
    return (reached, sound) if sound is not None and _is_here(world, sound) else None


def _music(world: World) -> Sound | None:
    """Return the next piece, None if there is none or nobody gathers."""
    pieces = [sound for sound in _sounds(world).music if _is_here(world, sound)] if _wants_music(world) else []
    return pieces[world.sounding.piece % len(pieces)] if pieces else None


def _begin(turn: Turn, event: WokeUp) -> None:  # noqa: ARG001
    """Say what is due, or else play."""
    if not _is_silent(turn.world):
        return
    if (prompt := _prompt(turn.world)) is not None:
        reached, sound = prompt
        said = (*turn.world.sounding.said, reached)[-REMEMBERED:]
        _play(turn, _S.SPEAKING, sound, said=said)
    elif (piece := _music(turn.world)) is not None:
        _play(turn, _S.MUSIC, piece, piece=turn.world.sounding.piece + 1)


def _play(turn: Turn, state: SoundState, sound: Sound, **fields: Any) -> None:
    effect = turn.issue(PlaySound, blob=sound.blob.sha256, volume_percent=turn.world.volume_percent)
    _change(
        turn, state=state, effect=effect.id, blob=sound.blob.sha256, begun_monotonic_ms=turn.now.monotonic_ms,
        lasts_ms=sound.duration_ms, **fields,
    )  # fmt: skip


def _speaking(turn: Turn, event: WokeUp) -> None:
    """Speak on, unless something else sounds or another step is reached."""
    _go_on(turn, event, wanted=turn.world.preferences.prompts)


def _playing(turn: Turn, event: WokeUp) -> None:
    """Play on while people gather."""
    _go_on(turn, event, wanted=_wants_music(turn.world))


def _go_on(turn: Turn, event: WokeUp, *, wanted: bool) -> None:
    world, sounding = turn.world, turn.world.sounding
    hangs = turn.now.monotonic_ms >= sounding.begun_monotonic_ms + sounding.lasts_ms + LATE_MS
    named = any(blob.sha256 == sounding.blob for blob in sound_steps.blobs(_sounds(world)))
    if wanted and named and not hangs and _is_silent(world) and _prompt(world) is None:
        return
    turn.issue(HushSound, sound=sounding.effect)
    _over(turn)
    _begin(turn, event)


def _ended(turn: Turn, event: SoundEnded) -> None:
    """It is over; what could not be heard, or ended at once, is not tried again in this run."""
    sounding = turn.world.sounding
    heard_ms = turn.now.monotonic_ms - sounding.begun_monotonic_ms
    if event.why or heard_ms < sounding.lasts_ms // 2:
        _change(turn, spoilt=sounding.spoilt | {sounding.blob})
    _over(turn)


def _over(turn: Turn) -> None:
    _change(turn, state=_S.SILENT, effect=0, blob="")


def _late(turn: Turn, event: SoundEnded) -> None:
    """It was hushed meanwhile."""


def _change(turn: Turn, **fields: Any) -> Sounding:
    changed = replace(turn.world.sounding, **fields)
    turn.change(sounding=changed)
    return changed


def _rows(state: SoundState, *rows: Row) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final = (WokeUp, SoundEnded)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.SILENT, _begin, _late),
    **_rows(_S.SPEAKING, _speaking, _ended),
    **_rows(_S.MUSIC, _playing, _ended),
}
