"""How libVLC is asked to show: the settings of the TV's picture and sound, and the options made of them.

Used by `player.configuration` (the settings) and `device` (the options). What each option is worth was measured on
Debian 12 with VLC 3.0.24; with `set_xwindow` libVLC forgets ``--vout``, so the output's name goes separately.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

# Without these libVLC shows titles over the picture, opens a second X connection, and starts a Lua machine.
PLAIN_OPTIONS = (
    "--quiet",
    "--no-video-title-show",
    "--no-xlib",
    "--no-lua",
    "--no-osd",
    "--no-snapshot-preview",
    "--no-disable-screensaver",
    "--no-keyboard-events",
    "--no-mouse-events",
)


class MediaSettings(msgspec.Struct, frozen=True):
    """What the site may choose.

    Args:
        video_output: libVLC's video outputs in order of preference, separated by commas; ``any`` tries all.
        audio_output: ``auto`` (silent when there is no sound hardware), or the name of a libVLC audio output.
        hardware_decoding: ``any``, ``none`` or the name of a libVLC decoder interface.
        decoder_threads: 0 lets libVLC choose; every thread costs some pictures of memory.
        caching_ms: How far a file is read ahead of the picture.
        options: Further options of libVLC; a wrong one is left out and named as a fault.
    """

    video_output: str = "xcb_xv,xcb_x11,any"
    audio_output: str = "auto"
    hardware_decoding: str = "any"
    decoder_threads: int = 2
    caching_ms: int = 300
    options: tuple[str, ...] = ()


def sound_is_there(sound_devices: Path, runtime: Path | None) -> bool:
    """Tell whether a sound card or a sound server can be heard.

    Args:
        sound_devices: The folder of ALSA's devices, ``/dev/snd``.
        runtime: The user's runtime folder with a sound server's socket in it, if there is one.
    """
    cards = any(sound_devices.glob("pcm*p")) if sound_devices.is_dir() else False
    servers = runtime is not None and any((runtime / name).exists() for name in ("pulse/native", "pipewire-0"))
    return cards or servers


def vlc_options(settings: MediaSettings, *, window: bool, sound: bool) -> tuple[str, ...]:
    """Return libVLC's options that the site did not write by hand.

    Args:
        settings: The site's choice.
        window: Whether there is an X11 window to draw into; without one nothing is drawn.
        sound: Whether there is anything to be heard by.
    """
    return (*PLAIN_OPTIONS, *_chosen(settings, window, sound))


def _chosen(settings: MediaSettings, window: bool, sound: bool) -> Iterable[str]:
    if not window:
        yield "--vout=dummy"
    audio = settings.audio_output
    if audio == "auto" and not sound:
        audio = "dummy"
    if audio != "auto":
        yield f"--aout={audio}"
    yield f"--avcodec-hw={settings.hardware_decoding}"
    if settings.decoder_threads:
        yield f"--avcodec-threads={settings.decoder_threads}"
    yield f"--file-caching={settings.caching_ms}"
