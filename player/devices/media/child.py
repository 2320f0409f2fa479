"""The VLC child: shows one medium after the other, as told on stdin, and says on stdout what is seen; beside a picture
that is silent it lets a sound be heard.

Started by `device` as ``python -m player.devices.media.child SPEC`` with a `ChildSpec`. One thread owns libVLC and
sleeps unless something is on; another only reads stdin. The child dies with the player, and when stdin ends.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

from .picture import Happened, NoLibVlcError, Picture, start_libvlc
from .pipes import Reports, claim_stdout, die_with
from .position import Position
from .protocol import (
    Alive,
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
    ProtocolError,
    Ready,
    Seek,
    Tune,
    Tuned,
    Unable,
    Volume,
    decode_command,
)
from .voice import SoundOver, Voice

_PROGRESS_MS = 250
_WARMING_S = 0.5  # so long after the start, if nothing is on
_OPENING_MS = 10  # how often to look whether the first picture is there
_PICTURE_PATIENCE_MS = 3_000  # sound but no picture for so long: it cannot be decoded
Message = Command | Happened | SoundOver


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Showing:
    """The medium that is on: what libVLC has said of it so far."""

    def __init__(self, command: Open) -> None:
        self.play = command.play
        self.path = command.path
        self.volume_percent = command.volume_percent
        self.tuned = command.tuned
        self.position = Position(command.from_ms)
        self.opened = self.playing = self.paused = self.vout = self.over = False
        self.wants_pause = False
        self.playing_since_ms = self.said_ms = _now_ms()


class Worker:
    """Does commands and watches the picture; runs in the one thread that may touch libVLC."""

    def __init__(self, picture: Picture, voice: Voice, reports: Reports, inbox: queue.SimpleQueue[Message]) -> None:
        self._picture = picture
        self._voice = voice
        self._reports = reports
        self._inbox = inbox
        self._on: Showing | None = None
        self._cold = True
        self._warming: subprocess.Popen[bytes] | None = None
        self._turns = {
            Open: self._open,
            Tune: self._tune,
            Pause: self._pause,
            Seek: self._seek,
            Close: self._close,
            Hear: self._hear,
            Hush: self._hush,
            Volume: self._volume,
            SoundOver: self._sound_over,
        }

    def run(self) -> None:
        """Work until the process ends."""
        while True:
            try:
                message = self._inbox.get(timeout=self._sleep_s())
            except queue.Empty:
                message = None
                if self._on is None and self._cold:
                    self._warm_up()
            if isinstance(message, Happened):
                self._happened(message)
            elif message is not None:
                self._turns[type(message)](message)  # type: ignore[operator]
            self._look()
            self._reports.flush()

    def _sleep_s(self) -> float | None:
        on = self._on
        if on is None or on.over:
            return _WARMING_S if self._cold else None
        if not on.opened:
            return _OPENING_MS / 1000
        return max(0, on.said_ms + _PROGRESS_MS - _now_ms()) / 1000

    def _warm_up(self) -> None:
        """Let another process load what the first lesson will need: from then on it lies in the page cache."""
        if self._warming is None:
            self._warming = subprocess.Popen(
                [sys.executable, "-m", "player.devices.media.warming"], stdin=subprocess.DEVNULL
            )
        self._cold = self._warming.poll() is None

    # --- commands

    def _open(self, command: Open) -> None:
        self._voice.stop()  # first: they are never heard together, and a sound card may be for one alone
        self._on = Showing(command)
        self._picture.set_rate(Tuned().rate_percent)  # libVLC keeps it from one medium to the next
        self._picture.show(command.play, command.path, max(0, command.from_ms), command.subtitles)

    def _tune(self, command: Tune) -> None:
        if (on := self._on) and on.play == command.play:
            before, on.tuned = on.tuned, command.tuned
            if on.opened:
                self._apply(on, before)

    def _apply(self, on: Showing, before: Tuned) -> None:
        """Tell libVLC what is wanted otherwise than before; it knows no tracks until the medium plays."""
        wanted, sounds = on.tuned, self._picture.sounds()
        if wanted.rate_percent != before.rate_percent:
            self._picture.set_rate(wanted.rate_percent)
            on.position.paced(wanted.rate_percent, _now_ms())
        if wanted.sound != before.sound and wanted.sound < len(sounds):
            self._picture.choose_sound(sounds[wanted.sound][0])
        if wanted.subtitles != before.subtitles:
            self._picture.show_subtitles(wanted.subtitles)

    def _pause(self, command: Pause) -> None:
        if (on := self._on) and on.play == command.play:
            on.wants_pause = command.paused
            if not command.paused:
                self._voice.stop()
            if on.opened:  # before that libVLC would not hear it, or never show the first picture
                self._picture.pause(command.paused)

    def _seek(self, command: Seek) -> None:
        if (on := self._on) and on.play == command.play:
            self._picture.seek(command.position_ms)
            on.position.reported(command.position_ms, _now_ms())

    def _close(self, command: Close) -> None:
        if (on := self._on) and on.play == command.play:
            self._on = None
            self._picture.stop()

    def _hear(self, command: Hear) -> None:
        self._voice.play(command.sound, command.path, command.volume_percent)

    def _hush(self, command: Hush) -> None:
        self._voice.stop(command.sound)

    def _volume(self, command: Volume) -> None:
        self._voice.set_volume(command.percent)
        if self._on:
            self._on.volume_percent = command.percent
            self._picture.set_volume(command.percent)

    # --- what libVLC says

    def _happened(self, happened: Happened) -> None:
        on = self._on
        if on is None or on.over or on.play != happened.play:
            return
        now_ms = _now_ms()
        if happened.what == "time":
            on.position.reported(happened.value_ms, now_ms)
        elif happened.what == "playing":
            self._plays(on, now_ms)
        elif happened.what == "paused":
            on.paused = True
            on.position.halted(now_ms)
            self._say_progress(on, now_ms)
        elif happened.what == "picture":
            on.vout = True
        elif happened.what == "failed":
            self._fail(on, _why_not(on.path))
        else:
            self._end(on)

    def _plays(self, on: Showing, now_ms: int) -> None:
        if not on.playing:
            on.playing, on.playing_since_ms = True, now_ms
        on.paused = False
        on.position.running(now_ms)
        self._picture.set_volume(on.volume_percent)

    def _end(self, on: Showing) -> None:
        counts = self._picture.counts()
        if not on.opened and counts.pictures == 0 and counts.sounds == 0:
            self._fail(on, _why_not(on.path))
            return
        if not on.opened:
            self._say_opened(on, has_video=counts.pictures > 0)
        on.over = True
        duration_ms = self._picture.duration_ms()
        position_ms = on.position.at(_now_ms())
        self._reports.say(Ended(on.play, min(position_ms, duration_ms or position_ms), counts.pictures))

    def _fail(self, on: Showing, why: str) -> None:
        on.over = True
        self._reports.say(Failed(on.play, why))

    def _sound_over(self, said: SoundOver) -> None:
        if self._voice.heard(said):
            self._reports.say(Heard(said.sound, said.why))

    # --- what we look at ourselves

    def _look(self) -> None:
        on = self._on
        if on is None or on.over:
            return
        now_ms = _now_ms()
        if not on.opened:
            self._look_for_first_picture(on, now_ms)
        if now_ms - on.said_ms >= _PROGRESS_MS and not on.over:
            self._say_progress(on, now_ms)

    def _look_for_first_picture(self, on: Showing, now_ms: int) -> None:
        if on.vout:
            self._say_opened(on, has_video=True)
            return
        if not on.playing:
            return
        sounds = self._picture.counts().sounds > 0
        has_video = self._picture.has_video()
        if sounds and has_video is False:
            self._say_opened(on, has_video=False)
        elif sounds and now_ms - on.playing_since_ms > _PICTURE_PATIENCE_MS:
            self._picture.stop()
            self._fail(on, "its picture cannot be decoded")

    def _say_opened(self, on: Showing, *, has_video: bool) -> None:
        on.opened = True
        sounds = tuple(name for _, name in self._picture.sounds())
        self._reports.say(Opened(on.play, self._picture.duration_ms(), has_video, sounds))
        self._apply(on, Tuned())
        if on.wants_pause:
            self._picture.pause(True)

    def _say_progress(self, on: Showing, now_ms: int) -> None:
        on.said_ms = now_ms
        if on.opened:
            pictures = self._picture.counts().pictures
            self._reports.say(Progress(on.play, on.position.at(now_ms), pictures, on.paused))
        else:
            self._reports.say(Alive(on.play))


def _why_not(path: str) -> str:
    """Return why a file could not be shown, in words for the log and the fault page."""
    if path.startswith("http://127.0.0.1:"):
        return "the stream has ended or brings nothing that can be shown"
    try:
        size = Path(path).stat().st_size
    except OSError as error:
        return f"the file cannot be read: {error.strerror}"
    return "nothing in it can be shown; it is no film" if size else "the file is empty"


def _read_commands(inbox: queue.SimpleQueue[Message]) -> None:
    for line in sys.stdin.buffer:
        try:
            inbox.put(decode_command(line))
        except ProtocolError as error:
            print(error, file=sys.stderr)  # noqa: T201 - stderr goes to the player's log
    os._exit(0)  # the player is gone or wants us gone; libVLC may hang in its own clean-up


def main(arguments: list[str]) -> None:
    """Show what the player asks for until stdin ends."""
    spec = ChildSpec.read(arguments[0])
    die_with(spec.parent)
    reports = Reports(claim_stdout())
    inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
    try:
        instance, refused = start_libvlc(spec.options, spec.extra_options)
    except NoLibVlcError as error:
        reports.say(Unable(str(error)))
        raise SystemExit(1) from error
    picture = Picture(instance, spec.window, spec.video_output, inbox.put)
    threading.Thread(target=_read_commands, args=(inbox,), daemon=True, name="commands").start()
    reports.say(Ready("libVLC", refused))
    Worker(picture, Voice(instance, inbox.put), reports, inbox).run()


if __name__ == "__main__":
    main(sys.argv[1:])
