"""What the core can ask of the picture, the sound and the television set; see `player.core.effects`."""

from __future__ import annotations

import msgspec


class Tuning(msgspec.Struct, frozen=True):
    """How a medium is shown and heard; ``sound`` is a place among the sound tracks that `MediaOpened` names."""

    subtitles: bool = True
    rate_percent: int = 100
    sound: int = 0


class OpenMedia(msgspec.Struct, frozen=True):
    """Show a stored blob from ``from_ms`` in place of what is shown; its id is the ``play`` of all Media events.

    ``subtitles`` is the blob of a WebVTT file, empty for none.
    """

    id: int
    blob: str
    from_ms: int
    volume_percent: int
    subtitles: str = ""
    tuning: Tuning = Tuning()


class OpenStream(msgspec.Struct, frozen=True):
    """Show a live channel from an address on the loopback; its id is the ``play`` of all Media events."""

    id: int
    url: str
    volume_percent: int


class TuneMedia(msgspec.Struct, frozen=True):
    """Show and hear the medium otherwise from now on."""

    id: int
    play: int
    tuning: Tuning


class PauseMedia(msgspec.Struct, frozen=True):
    """Pause or go on."""

    id: int
    play: int
    paused: bool


class SeekMedia(msgspec.Struct, frozen=True):
    """Go to a position of the medium."""

    id: int
    play: int
    position_ms: int


class CloseMedia(msgspec.Struct, frozen=True):
    """Stop showing; no event follows."""

    id: int
    play: int


class ReplaceMediaChild(msgspec.Struct, frozen=True):
    """Kill the VLC child, which hangs or shows nothing; a new one starts with the next OpenMedia."""

    id: int


class SetVolume(msgspec.Struct, frozen=True):
    """Set the volume, 0 to 100 percent."""

    id: int
    percent: int


class PlayTone(msgspec.Struct, frozen=True):
    """Play the tone of the self-check; its id is the ``play`` of its Media events. Nothing else may be on."""

    id: int
    volume_percent: int


class PlaySound(msgspec.Struct, frozen=True):
    """Let a stored recording be heard beside a picture that is silent, and answer `SoundEnded`; its id names it.

    In place of another one. Whatever opens in the picture ends it without a word.
    """

    id: int
    blob: str
    volume_percent: int


class HushSound(msgspec.Struct, frozen=True):
    """Let it be heard no longer; no event follows."""

    id: int
    sound: int


class WakeTelevision(msgspec.Struct, frozen=True):
    """Switch the set on and ask it to show this box."""

    id: int


class RestTelevision(msgspec.Struct, frozen=True):
    """Send the set to standby."""

    id: int


OpeningEffect = OpenMedia | OpenStream | PlayTone
SoundEffect = PlaySound | HushSound
MediaEffect = (
    OpeningEffect | TuneMedia | PauseMedia | SeekMedia | CloseMedia | ReplaceMediaChild | SetVolume | SoundEffect
)
TelevisionEffect = WakeTelevision | RestTelevision
