"""The medium: drives a VLC child, kept warm, replaced when it dies or when the core says so.

One thread owns the child and all its pipes; `perform` only puts effects on its queue. The thread also is the child's
parent in the kernel's eyes: when it ends, the child is killed. Whether a silent child is to be replaced the core
decides; this device only says so, once. Made by `player.equipment`; tests use `tests.fakes.media`.
"""

from __future__ import annotations

import logging
import os
import queue
import selectors
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from player.core.effects import Effect
from player.core.events import FaultReported
from player.core.faults import NO_PICTURE, OPTION_REFUSED
from player.core.media_effects import (
    CloseMedia,
    HushSound,
    OpeningEffect,
    OpenMedia,
    OpenStream,
    PauseMedia,
    PlaySound,
    PlayTone,
    ReplaceMediaChild,
    SeekMedia,
    SetVolume,
    TuneMedia,
    Tuning,
)
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress, SoundEnded
from player.ports import Emit

from .process import BacklogError, ChildProcess
from .protocol import (
    ChildSpec,
    Close,
    Command,
    Ended,
    Failed,
    Hear,
    Heard,
    Hush,
    Open,
    Opened,
    Pause,
    Progress,
    Ready,
    Report,
    Seek,
    Tune,
    Tuned,
    Unable,
    Volume,
)
from .settings import MediaSettings, vlc_options
from .tone import tone_file

_log = logging.getLogger(__name__)
_LONGEST_REST_S = 30.0
_START_PATIENCE_S = 20.0  # without a plugin cache libVLC takes seconds to start on a small machine
_YOUNG_S = 5.0  # a child that dies younger than this is not started again at once


class MediaDevice:
    """Does the media effects.

    Args:
        settings: The site's choice.
        blob_path: Tells where a stored blob lies.
        window: The X11 window to draw into, 0 for none.
        sound: Tells, before each start of a child, whether there is anything to be heard by.
        tones: A folder for the tone of the self-check; without one there is none.
        silence_s: A child that says nothing for so long while a medium is on is reported as failed.
    """

    def __init__(
        self,
        settings: MediaSettings,
        blob_path: Callable[[str], Path],
        window: int,
        sound: Callable[[], bool],
        silence_s: float = 3.0,
        *,
        tones: Path | None = None,
    ) -> None:
        self._settings = settings
        self._blob_path = blob_path
        self._window = window
        self._sound = sound
        self._silence_s = silence_s
        self._tones = tones
        self._mailbox = _Mailbox()
        self._thread: threading.Thread | None = None

    def start(self, emit: Emit) -> None:
        """Start the thread, and a warm child."""
        driver = _Driver(self._spec, self._blob_path, self._silence_s, emit, self._mailbox, tones=self._tones)
        self._thread = threading.Thread(target=driver.run, name="media", daemon=True)
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Hand an effect to the thread."""
        self._mailbox.put(effect)

    def stop(self) -> None:
        """Kill the child; returns when it is gone."""
        self._mailbox.put(None)
        if self._thread is not None:
            self._thread.join()
        self._mailbox.close()

    def _spec(self) -> ChildSpec:
        options = vlc_options(self._settings, window=bool(self._window), sound=self._sound())
        return ChildSpec(os.getpid(), self._window, self._settings.video_output, options, self._settings.options)


class _Mailbox:
    """Effects for the thread, and a bell that its selector hears; None asks it to end."""

    def __init__(self) -> None:
        self.bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._effects: queue.SimpleQueue[Effect | None] = queue.SimpleQueue()

    def put(self, effect: Effect | None) -> None:
        self._effects.put(effect)
        os.eventfd_write(self.bell, 1)

    def take(self) -> Iterator[Effect | None]:
        os.eventfd_read(self.bell)
        while not self._effects.empty():
            yield self._effects.get()

    def close(self) -> None:
        os.close(self.bell)


class _Driver:
    """What the thread does and knows."""

    def __init__(
        self,
        spec: Callable[[], ChildSpec],
        blob_path: Callable[[str], Path],
        silence_s: float,
        emit: Emit,
        mailbox: _Mailbox,
        *,
        tones: Path | None,
    ) -> None:
        self._spec = spec
        self._blob_path = blob_path
        self._silence_s = silence_s
        self._emit = emit
        self._mailbox = mailbox
        self._tones = tones
        self._selector = selectors.DefaultSelector()
        self._child: ChildProcess | None = None
        self._born_s = self._rest_s = 0.0
        self._play = 0  # the medium that is on, of which events are due; 0 for none
        self._sound = 0  # likewise what is heard beside it
        self._heard_s = 0.0
        self._patience_s = _START_PATIENCE_S
        self._unable = False
        self._stopping = False

    def run(self) -> None:
        """Work until `stop`."""
        try:
            self._selector.register(self._mailbox.bell, selectors.EVENT_READ, self._take_effects)
            while not self._stopping:
                if self._child is None and time.monotonic() >= self._born_s + self._rest_s:
                    self._spawn()
                for key, _ in self._selector.select(self._timeout_s()):
                    if key.fileobj in self._selector.get_map():  # an earlier one may have ended the child
                        key.data()
                self._listen_for_silence()
        except Exception:  # noqa: BLE001 - a thread top: said in the log, and the open medium is given up
            _log.exception("the medium's thread has ended by a fault of its own")
            if self._play:
                self._emit(MediaFailed(self._play, "the player's own fault; see the log"))
        finally:
            self._end_child()
            self._selector.close()

    def _timeout_s(self) -> float | None:
        now = time.monotonic()
        if self._child is None:
            return max(0.0, self._born_s + self._rest_s - now)
        return max(0.0, self._heard_s + self._patience_s - now) if self._play else None

    # --- the child's life

    def _spawn(self) -> None:
        self._born_s = time.monotonic()
        try:
            child = ChildProcess(self._spec().text())
        except OSError as error:  # no memory, no process left: what is open fails, and it is tried again later
            _log.error("no VLC child can be started: %s", error)
            self._rest_s = _LONGEST_REST_S
            self._fail(f"no VLC child can be started: {error}")
            return
        self._child = child
        self._patience_s = _START_PATIENCE_S
        self._selector.register(child.stdout, selectors.EVENT_READ, self._read)
        self._selector.register(child.stderr, selectors.EVENT_READ, self._read_stderr)

    def _end_child(self) -> str:
        child, self._child = self._child, None
        if child is None:
            return ""
        for descriptor in (child.stdin, child.stdout, child.stderr):
            if descriptor in self._selector.get_map():
                self._selector.unregister(descriptor)
        child.read_stderr()  # its last words
        return child.kill()

    def _died(self) -> None:
        young = time.monotonic() - self._born_s < _YOUNG_S
        self._rest_s = min(_LONGEST_REST_S, max(0.5, self._rest_s * 2)) if young else 0.0
        how = self._end_child()
        _log.warning("the VLC child died (%s)", how)
        self._sound_over("the VLC child died")
        self._fail(f"the VLC child died ({how})")

    def _sound_over(self, why: str) -> None:
        sound, self._sound = self._sound, 0
        if sound:
            self._emit(SoundEnded(sound, why))

    def _fail(self, why: str) -> None:
        play, self._play = self._play, 0
        if play:
            self._emit(MediaFailed(play, why))

    def _listen_for_silence(self) -> None:
        if self._play and time.monotonic() >= self._heard_s + self._patience_s:
            _log.warning("the VLC child has said nothing for %.1f s", self._patience_s)
            self._fail("the VLC child is silent")

    # --- effects

    def _take_effects(self) -> None:
        for effect in self._mailbox.take():
            if effect is None:
                self._stopping = True
            elif isinstance(effect, ReplaceMediaChild):
                self._replace()
            elif (command := self._command(effect)) is not None:
                self._send(command)

    def _replace(self) -> None:
        self._play = 0
        self._sound_over("the VLC child is replaced")
        if self._child is not None:
            _log.warning("the VLC child is replaced (%s)", self._end_child())
        self._spawn()

    def _command(self, effect: Effect) -> Command | None:
        match effect:
            case OpenMedia() | PlayTone() | OpenStream():
                return self._begin(effect)
            case TuneMedia(play=play, tuning=tuning):
                return Tune(play, _tuned(tuning))
            case PauseMedia(play=play, paused=paused):
                return Pause(play, paused)
            case SeekMedia(play=play, position_ms=position_ms):
                return Seek(play, position_ms)
            case CloseMedia(play=play):
                self._play = 0 if play == self._play else self._play
                return Close(play)
            case PlaySound() | HushSound():
                return self._beside(effect)
            case SetVolume(percent=percent):
                return Volume(percent)
        raise TypeError(f"not an effect of the medium: {effect!r}")

    def _begin(self, effect: OpeningEffect) -> Command | None:
        """A medium is opened: its events are due, and what was heard beside the last one is heard no more."""
        self._play, self._heard_s, self._sound = effect.id, time.monotonic(), 0
        if isinstance(effect, PlayTone):
            return self._tone(effect.id, effect.volume_percent)
        if isinstance(effect, OpenStream):
            return Open(effect.id, effect.url, 0, effect.volume_percent)
        return self._opening(effect)

    def _tone(self, play: int, volume_percent: int) -> Command | None:
        try:
            if self._tones is not None:
                return Open(play, str(tone_file(self._tones)), 0, volume_percent)
            self._fail("there is no folder for the tone")
        except OSError as error:
            self._fail(f"the tone cannot be written: {error}")
        return None

    def _beside(self, effect: PlaySound | HushSound) -> Command:
        """Note which sound's end is due."""
        if isinstance(effect, HushSound):
            self._sound = 0 if effect.sound == self._sound else self._sound
            return Hush(effect.sound)
        self._sound = effect.id
        return Hear(effect.id, str(self._blob_path(effect.blob)), effect.volume_percent)

    def _opening(self, effect: OpenMedia) -> Open:
        subtitles = str(self._blob_path(effect.subtitles)) if effect.subtitles else ""
        path, tuned = str(self._blob_path(effect.blob)), _tuned(effect.tuning)
        return Open(effect.id, path, effect.from_ms, effect.volume_percent, subtitles, tuned)

    def _send(self, command: Command) -> None:
        if self._child is None:
            if not isinstance(command, Open | Hear):
                return
            self._spawn()
        if self._child is None:
            return
        try:
            self._child.send(command)
        except BacklogError as error:
            self._fail(str(error))
        self._watch_for_room()

    def _watch_for_room(self) -> None:
        child = self._child
        if child is None:
            return
        watched = child.stdin in self._selector.get_map()
        if child.wants_to_write and not watched:
            self._selector.register(child.stdin, selectors.EVENT_WRITE, self._write)
        elif watched and not child.wants_to_write:
            self._selector.unregister(child.stdin)

    def _write(self) -> None:
        if self._child is not None:
            self._child.write()
            self._watch_for_room()

    # --- reports

    def _read(self) -> None:
        assert self._child
        self._heard_s = time.monotonic()
        try:
            for report in self._child.read():
                self._reported(report)
        except EOFError:
            self._died()

    def _read_stderr(self) -> None:
        if self._child is not None and not self._child.read_stderr():
            self._selector.unregister(self._child.stderr)

    def _reported(self, report: Report) -> None:
        match report:
            case Ready(refused_options=refused):
                self._ready(refused)
            case Unable(why=why):
                self._unable = True
                self._emit(FaultReported(NO_PICTURE, active=True, detail=why))
            case Heard(sound=sound, why=why) if sound == self._sound:
                self._sound_over(why)
            case Opened() | Progress() | Ended() | Failed() if report.play == self._play:
                self._pass_on(report)

    def _ready(self, refused: tuple[str, ...]) -> None:
        self._patience_s = self._silence_s
        if self._unable:
            self._unable = False
            self._emit(FaultReported(NO_PICTURE, active=False))
        if refused:
            detail = f"picture.options: libVLC does not know {', '.join(refused)}"
            _log.error("%s; they are left out", detail)
            self._emit(FaultReported(OPTION_REFUSED, active=True, detail=detail))

    def _pass_on(self, report: Opened | Progress | Ended | Failed) -> None:
        match report:
            case Opened(play, duration_ms, has_video, sounds):
                self._emit(MediaOpened(play, duration_ms, has_video, sounds))
            case Progress(play, position_ms, pictures, paused):
                self._emit(MediaProgress(play, position_ms, pictures, paused))
            case Ended(play, position_ms, pictures):
                self._play = 0
                self._emit(MediaEnded(play, position_ms, pictures))
            case Failed(why=why):
                self._fail(why)


def _tuned(tuning: Tuning) -> Tuned:
    return Tuned(tuning.subtitles, tuning.rate_percent, tuning.sound)
