"""One step of the box: the last world and an event give the next world, what is to be done, and when to wake.

`player.loop` calls it with every event; the simulation calls the same function. It decides nothing itself:
it finds the life that an event belongs to, drops answers that nobody waits for any more, and lets every
life settle. Each life (`player.core.playback`, `session`, `transfers` …) owns its transitions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from player.core import (
    binding,
    check,
    clock,
    generation,
    learning,
    ledger,
    line,
    live,
    orders,
    outbox,
    own_sessions,
    phone,
    playback,
    reception,
    record_book,
    recording,
    recordings,
    saver,
    scrub,
    session,
    session_now,
    sounds,
    startup,
    stick,
    stop_codes,
    sync,
    transfers,
    troubles,
    wishes,
)
from player.core.actions import Action
from player.core.effects import Effect, Wake
from player.core.events import (
    ButtonPressed,
    Checked,
    ClockJumped,
    CountyTimeHeard,
    Event,
    FaultReported,
    Journaled,
    JournalFailed,
    QuitAsked,
    Started,
    StickGone,
    StickPut,
    TimeRefused,
    UnknownKey,
    WokeUp,
)
from player.core.keymap import context_of, intent_for
from player.core.language import _, speaking
from player.core.library import Library
from player.core.media_events import (
    LiveFinished,
    LiveFlows,
    LiveServed,
    MediaEnded,
    MediaFailed,
    MediaOpened,
    MediaProgress,
    RecordGrew,
    RecordingRemoved,
    RecordStopped,
    SoundEnded,
)
from player.core.moment import Moment
from player.core.screens_shown import CourseScreen
from player.core.settle import is_calm, settle, wake
from player.core.table import UnknownPair
from player.core.turn import Turn
from player.core.worker_events import (
    BindingAnswered,
    BlobSpoilt,
    CarryFinished,
    Evicted,
    FetchFinished,
    FetchProgressed,
    LineBack,
    PhoneFinished,
    PhoneHeard,
    PhoneShown,
    RoomMeasured,
    ScrubFinished,
    StopCodeChecked,
    SyncFinished,
    SyncProgressed,
    UploadFinished,
)
from player.core.world import World
from player.screens import stack
from player.screens.design import sized
from player.screens.react import react

_log = logging.getLogger(__name__)


def step(
    world: World, event: Event, now: Moment, library: Library, *, strict: bool = False
) -> tuple[World, tuple[Effect, ...], Wake]:
    """Take one event.

    Args:
        world: The world as the last step left it.
        event: What has happened.
        now: When; the only source of time.
        library: The read models of the generation in force.
        strict: Raise on a (state, event) pair that no table knows, instead of logging it: for tests.

    Returns:
        The next world, the effects to perform in this order, and when to send `WokeUp`.

    Raises:
        UnknownPair: In strict mode, a table has no row for what happened.
    """
    turn = Turn(world, now, library)
    with speaking(world.preferences.language), sized(world.preferences.large_type):
        try:
            _take(turn, world, event)
        except UnknownPair as problem:
            if strict:
                raise
            _log.error("%s", problem)
    return turn.world, turn.effects(), wake(turn.world) if turn.world.started else Wake()


def _take(turn: Turn, before: World, event: Event) -> None:
    if before.started:
        clock.notice(turn, before.now)
    if (before.started or isinstance(event, Started)) and not _is_stale(before, event):
        _ROWS[type(event)](turn, event)
    if turn.world.started and not (isinstance(event, MediaProgress) and is_calm(before, turn.world)):
        settle(turn, before)


def _is_stale(world: World, event: Event) -> bool:
    """Return whether this answers an effect that is no longer pending."""
    return isinstance(event, _ANSWERS) and event.effect not in world.pending


def _media(turn: Turn, event: Event) -> None:
    """A word of the picture is about a lesson or about a live channel; each knows its own."""
    playback.follow_event(turn, event)
    live.follow_event(turn, event)


def _received(turn: Turn, event: LiveServed | LiveFlows | LiveFinished | RecordStopped) -> None:
    """A word of the channel's worker is for the picture, for the recording, or for both."""
    if reception.takes(turn, event):
        if not isinstance(event, RecordStopped):
            live.follow_event(turn, event)
        if not isinstance(event, LiveServed):
            recording.follow_event(turn, event)


def _grew(turn: Turn, event: RecordGrew) -> None:
    recordings.grew(turn, event)
    recording.follow_event(turn, event)


def _journaled(turn: Turn, event: Journaled) -> None:
    entry = ledger.journaled(turn, event)
    if entry is not None:
        orders.journaled(turn, entry)
        stop_codes.journaled(turn, entry)
        own_sessions.journaled(turn, entry)
        recordings.journaled(turn, entry)
        record_book.journaled(turn, entry, event.seq)
        playback.follow_event(turn, event)
        session.follow_event(turn, event)
        if entry.closes_play:
            playback.keep_again(turn)
        if entry.closes_session:
            session_now.keep_again(turn)


def _media_ended(turn: Turn, event: MediaEnded | MediaFailed) -> None:
    """It was a lesson, a live channel, or the tone of the self-check; each knows its own."""
    _media(turn, event)
    check.follow_event(turn, event)


def _fetched(turn: Turn, event: FetchFinished) -> None:
    """The line's worker has ended, or the copying from a stick."""
    if stick.is_its(turn.world, event.effect):
        stick.follow_event(turn, event)
    else:
        transfers.finished(turn, event)


def _button(turn: Turn, event: ButtonPressed) -> None:
    """Take a key; what a remote was taught is stronger than the tables."""
    if learning.hears(turn, event):
        return
    taught = turn.world.preferences.keys.get(event.code)
    if taught is not None:
        event = replace(event, button=taught)
    for wish in _wished(turn, event):
        wishes.grant(turn, wish)


def _unknown_key(turn: Turn, event: UnknownKey) -> None:
    taught = turn.world.preferences.keys.get(event.code)
    if saver.is_shown(turn.world):
        turn.change(touched_monotonic_ms=turn.now.monotonic_ms)
    elif not learning.hears(turn, event) and taught is not None:
        _button(turn, ButtonPressed(taught, event.press, event.code))


def _phone(turn: Turn, event: PhoneHeard) -> None:
    """A telephone is a remote control that may do less."""
    if not phone.heard(turn, event.effect):
        return
    if event.course:
        _open_course(turn, event.course)
        return
    for wish in _wished(turn, ButtonPressed(event.button)):  # type: ignore[arg-type]  # another name has no intent
        if type(wish) in phone.ALLOWED:
            wishes.grant(turn, wish)
        else:
            turn.say(_("这一步请用电视遥控器按"))


def _open_course(turn: Turn, course: str) -> None:
    if turn.world.session is not None or playback.is_active(turn.world.playback):
        turn.say(_("正在播放，先停止才能打开别的课件"))
    elif turn.library.entry(course) is not None:
        turn.world = stack.push(stack.home(turn.world), CourseScreen(course))


def _wished(turn: Turn, event: ButtonPressed) -> tuple[Action, ...]:
    """Move on the screens as the button says; return what is asked of the core."""
    world = turn.world
    intent = intent_for(world.settings.keymap, context_of(world), event.button, event.press)
    if saver.is_shown(world):
        turn.change(touched_monotonic_ms=turn.now.monotonic_ms)
        return ()
    if intent is None or world.quitting:
        return ()
    turn.change(touched_monotonic_ms=turn.now.monotonic_ms)
    turn.world, wished = react(turn.world, intent, turn.library)
    if turn.world.notice is world.notice and type(turn.world.screen) is not type(world.screen):
        turn.change(notice=None)  # it belonged to the screen that was left
    return wished


def _syncing(turn: Turn, event: SyncProgressed) -> None:
    if event.effect == turn.world.sync.effect:
        sync.progressed(turn, event)
    if event.generation is not None:
        generation.take(turn, event.generation)


def _synced(turn: Turn, event: SyncFinished) -> None:
    """The county was asked by line, or a stick; also one that is gone by now may have brought something before."""
    if event.effect == turn.world.sync.effect:
        sync.finished(turn, event)
    turn.answered(event.effect)
    if event.generation is not None:
        generation.take(turn, event.generation)
    if stick.is_its(turn.world, event.effect):
        stick.follow_event(turn, event)


def _reported(turn: Turn, event: FaultReported) -> None:
    troubles.set_active(turn, event.code, active=event.active, detail=event.detail)


_ANSWERS: Final = (
    SyncProgressed, SyncFinished, FetchFinished, UploadFinished, BindingAnswered, Evicted, LineBack,
    RecordingRemoved,
)  # fmt: skip
_ROWS: Final[dict[type, Callable[[Turn, Any], None]]] = {
    Started: startup.started,
    WokeUp: lambda _turn, _event: None,
    ButtonPressed: _button,
    UnknownKey: _unknown_key,
    QuitAsked: lambda turn, _event: startup.quit_asked(turn),
    ClockJumped: lambda _turn, _event: None,  # `clock.notice` has seen it
    CountyTimeHeard: lambda _turn, _event: None,
    TimeRefused: clock.refused,
    FaultReported: _reported,
    MediaOpened: _media,
    MediaProgress: _media,
    MediaEnded: _media_ended,
    MediaFailed: _media_ended,
    SoundEnded: sounds.follow_event,
    LiveServed: _received,
    LiveFlows: _received,
    LiveFinished: _received,
    RecordStopped: _received,
    RecordGrew: _grew,
    RecordingRemoved: recordings.deleted,
    Checked: check.follow_event,
    CarryFinished: stick.follow_event,
    Journaled: _journaled,
    JournalFailed: ledger.failed,
    SyncProgressed: _syncing,
    SyncFinished: _synced,
    FetchProgressed: transfers.progressed,
    FetchFinished: _fetched,
    StickPut: stick.follow_event,
    StickGone: stick.follow_event,
    UploadFinished: outbox.finished,
    BindingAnswered: binding.follow_event,
    StopCodeChecked: stop_codes.follow_event,
    Evicted: transfers.evicted,
    RoomMeasured: transfers.measured,
    BlobSpoilt: scrub.follow_event,
    ScrubFinished: scrub.follow_event,
    LineBack: line.back,
    PhoneShown: phone.follow_event,
    PhoneHeard: _phone,
    PhoneFinished: phone.follow_event,
}
