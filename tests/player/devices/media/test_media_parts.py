"""The pure parts: protocol, position, options."""

from __future__ import annotations

import logging
import queue
import time
from pathlib import Path
from unittest.mock import Mock, call

import pytest
from hypothesis import given
from hypothesis import strategies as some

from player.devices.media.child import Worker
from player.devices.media.position import Position
from player.devices.media.process import StderrLog
from player.devices.media.protocol import (
    Hear,
    Hush,
    Open,
    Opened,
    Pause,
    Progress,
    ProtocolError,
    decode_command,
    decode_report,
    encode,
)
from player.devices.media.settings import MediaSettings, sound_is_there, vlc_options
from player.devices.media.voice import SoundOver

_numbers = some.integers(0, 2**40)


@given(
    some.one_of(
        some.builds(Open, _numbers, some.text(), _numbers, some.integers(0, 100)),
        some.builds(Opened, _numbers, _numbers, some.booleans()),
        some.builds(Progress, _numbers, _numbers, _numbers, some.booleans()),
    )
)
def test_every_message_is_one_line_and_comes_back(message: Open | Opened | Progress) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert (decode_command(line) if isinstance(message, Open) else decode_report(line)) == message


@pytest.mark.parametrize(
    "line", [b"", b"[mp4 @ 0x55] error", b"[]", b'{"type":"open"}', b'{"type":"fly"}', b'{"play":1}', b"5"]
)
def test_a_line_of_another_kind_is_refused_by_name(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_report(line)
    with pytest.raises(ProtocolError):
        decode_command(line)


def test_of_what_a_child_prints_whole_lines_reach_the_log_and_a_flood_does_not(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 600.0)
    log = StderrLog()
    with caplog.at_level(logging.INFO):
        log.take(b"main: ope")
        log.take(b"ned\nmain: \xff\nno end")
        for _ in range(2_000):
            log.take(b"late\n" * 50)
    said = [record.getMessage() for record in caplog.records]
    assert said[:2] == ["VLC child: main: opened", "VLC child: main: \ufffd"]
    assert len(said) == 61
    assert "too much" in said[-1]


def test_the_position_runs_on_between_reports_but_not_forever() -> None:
    position = Position(1_000)
    assert position.at(50) == 1_000
    position.running(100)
    assert position.at(350) == 1_250
    position.reported(1_300, 400)
    assert position.at(500) == 1_400
    assert position.at(60_000) == 1_900


def test_a_halted_position_stands() -> None:
    position = Position(0)
    position.running(0)
    position.halted(400)
    assert position.at(9_000) == 400
    position.running(9_000)
    assert position.at(9_100) == 500


def test_without_sound_hardware_nobody_looks_for_a_sound_server(tmp_path: Path) -> None:
    assert not sound_is_there(tmp_path / "snd", None)
    assert "--aout=dummy" in vlc_options(MediaSettings(), window=True, sound=False)
    assert not any("aout" in option for option in vlc_options(MediaSettings(), window=True, sound=True))
    assert "--aout=alsa" in vlc_options(MediaSettings(audio_output="alsa"), window=True, sound=False)


def test_a_sound_card_or_a_sound_server_is_found(tmp_path: Path) -> None:
    (tmp_path / "snd").mkdir()
    (tmp_path / "snd" / "controlC0").touch()
    assert not sound_is_there(tmp_path / "snd", tmp_path)
    (tmp_path / "snd" / "pcmC0D0p").touch()
    assert sound_is_there(tmp_path / "snd", None)
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "native").touch()
    assert sound_is_there(tmp_path / "none", tmp_path)


def test_without_a_window_nothing_is_drawn() -> None:
    assert "--vout=dummy" in vlc_options(MediaSettings(), window=False, sound=False)
    assert "--vout=dummy" not in vlc_options(MediaSettings(), window=True, sound=False)


class _AllDone(Exception):
    """Ends the worker of a test."""


@pytest.mark.parametrize("first", [Open(2, "film", 0, 50), Pause(1, paused=False)])
def test_what_is_heard_beside_the_picture_ends_before_anything_sounds_in_it(first: Open | Pause) -> None:
    seen, inbox = Mock(), queue.SimpleQueue()  # type: ignore[var-annotated]
    seen.voice.heard.side_effect = _AllDone
    worker = Worker(seen.picture, seen.voice, seen.reports, inbox)
    opened = Open(1, "lesson", 0, 50)
    for message in (opened, Pause(1, paused=True), Hear(7, "prompt", 50), first, Hush(7)):
        inbox.put(message)
    inbox.put(SoundOver(7, ended=True))
    with pytest.raises(_AllDone):
        worker.run()
    voice = [one for one in seen.mock_calls if one[0].startswith("voice.")]
    assert voice[1:4] == [call.voice.play(7, "prompt", 50), call.voice.stop(), call.voice.stop(7)]
    after = seen.mock_calls[seen.mock_calls.index(call.voice.play(7, "prompt", 50)) :]
    shown = [one for one in after if one[0] in ("picture.show", "picture.pause", "voice.stop")]
    assert shown[0] == call.voice.stop()
