"""What a key does on the screen that is on top: where we go, and what we ask of the core.

Pure navigation on the world's stack of screens; `player.step` calls it with an intent of the keymap and applies the
actions. Screens push what needs only data; the core pushes `PlayingScreen` and `SessionScreen` when something really
starts and takes them away when it ends. Both may be gone already when a `StopPlaying`, `LeaveSession` or `SkipSession`
arrives. Home is one key away everywhere, and so is the volume; only leaving a running session is asked first. An
urgent notice of the county takes the first OK.
"""

from __future__ import annotations

from player.core import volume
from player.core.actions import Action, TogglePause, VolumeBy
from player.core.information import put_away, waiting
from player.core.language import _
from player.core.library import Library
from player.core.listed import listed
from player.core.lives.picture import PlaybackState
from player.core.screens_shown import LiveScreen, OptionsScreen, PlayingScreen, SessionScreen
from player.core.world import World

from . import home, live, note, number, playing, search, stack, stop_code, time_by_hand, wish
from .faces import face
from .playing import LOUDER
from .tell import tell

_LEFT_BY_THEIR_OWN = (PlayingScreen, SessionScreen, OptionsScreen, LiveScreen)


def react(world: World, intent: str, library: Library) -> tuple[World, tuple[Action, ...]]:
    """Return the world after an intent, and what the core shall do about it."""
    shown, library = face(world), listed(world.generation, library)
    if shown is not playing and (louder := _louder(world, intent)) is not None:
        percent = volume.limited(world, world.volume_percent + louder)
        return tell(world, _("音量 {percent}").format(percent=percent) if percent else _("静音")), (VolumeBy(louder),)
    if intent == "select" and shown in (home, playing, live) and waiting(world):
        return put_away(world), ()
    if isinstance(world.screen, _LEFT_BY_THEIR_OWN):
        reached, actions = shown.react(world, intent, library)
        left = intent in ("home", "back") and reached == world and not actions
        return (stack.home(world), ()) if left else (reached, actions)
    if intent in ("home", "menu"):
        return stack.home(world), _pausing(world)
    if intent == "back" and shown not in (note, number, search, stop_code, time_by_hand, wish):
        return stack.pop(world), ()
    return shown.react(world, intent, library)


def _louder(world: World, intent: str) -> int | None:
    """Return by how much a volume key turns the volume, in percent points; None for another key."""
    if intent == "mute":
        return -world.volume_percent if world.volume_percent else volume.usual_percent(world)
    return {"volume-up": LOUDER, "volume-down": -LOUDER}.get(intent)


def _pausing(world: World) -> tuple[Action, ...]:
    """Home pressed on the question over a moving picture: it waits, and home offers to go on."""
    playback = world.playback
    return (TogglePause(),) if playback is not None and playback.state is PlaybackState.PLAYING else ()
