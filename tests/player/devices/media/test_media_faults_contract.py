"""What a child process can do to us: hang, die, talk too much, refuse its options, outlive its parent."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core.events import FaultReported
from player.core.faults import OPTION_REFUSED
from player.core.media_effects import CloseMedia, PauseMedia, ReplaceMediaChild, SeekMedia
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress
from player.devices.media.pipes import Reports
from player.devices.media.protocol import Failed, Progress
from tests.player.devices.media.benches import RealBench, open_film, wait_for


@pytest.fixture
def bench(films: Path) -> Iterator[RealBench]:
    bench = RealBench(films)
    yield bench
    bench.stop()


def _children(of: int = 0) -> list[int]:
    """Return the VLC children of a process, ours if none is named."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(of or os.getpid())], capture_output=True, text=True, check=False
    )
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "media.child" in line]


def _child() -> int:
    for _ in range(200):
        if found := _children():
            return found[-1]
        time.sleep(0.02)
    raise AssertionError("there is no VLC child")


def _is_gone(pid: int) -> bool:
    for _ in range(250):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_a_hanging_child_is_said_to_be_silent_and_its_replacement_goes_on(bench: RealBench) -> None:
    open_film(bench, "good", play=1)
    reached = wait_for(bench, MediaProgress, 1, lambda progress: progress.position_ms > 1_000)
    os.kill(hanging := _child(), signal.SIGSTOP)
    assert "silent" in wait_for(bench, MediaFailed, 1).why
    bench.perform(ReplaceMediaChild(id=2))
    open_film(bench, "good", play=3, from_ms=reached.position_ms)
    assert abs(wait_for(bench, MediaProgress, 3).position_ms - reached.position_ms) < 1_000
    assert _is_gone(hanging)


def test_orders_to_a_hanging_child_never_block(bench: RealBench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    os.kill(_child(), signal.SIGSTOP)
    began = time.monotonic()
    for number in range(30_000):
        bench.perform(SeekMedia(id=10 + number, play=1, position_ms=number % 6_000))
    assert time.monotonic() - began < 5
    wait_for(bench, MediaFailed, 1)
    bench.perform(ReplaceMediaChild(id=2))
    open_film(bench, "good", play=3)
    wait_for(bench, MediaOpened, 3)


def test_a_segmentation_fault_is_noticed_and_the_next_film_is_shown(bench: RealBench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    os.kill(_child(), signal.SIGSEGV)
    began = time.monotonic()
    assert "died (signal 11)" in wait_for(bench, MediaFailed, 1).why
    assert time.monotonic() - began < 2
    open_film(bench, "good", play=2)
    wait_for(bench, MediaOpened, 2)


def test_a_child_killed_while_idle_is_replaced_without_a_word(bench: RealBench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    bench.perform(CloseMedia(id=2, play=1))
    time.sleep(0.2)
    os.kill(_child(), signal.SIGKILL)
    time.sleep(0.2)
    open_film(bench, "good", play=3)
    wait_for(bench, MediaOpened, 3)
    assert not any(isinstance(event, MediaFailed) for event in bench.events)


def test_the_child_lives_on_when_nobody_reads_its_reports(films: Path) -> None:
    """The pipe holds 64 kB; a child that blocked on it would never hear the end of its stdin."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.set_blocking(reading, False)
    reports = Reports(writing)
    for position in range(20_000):
        reports.say(Progress(1, position, position, paused=False))
    reports.say(Failed(1, "at the end"))
    data = b""
    for _ in range(10):
        with contextlib.suppress(BlockingIOError):
            data += os.read(reading, 1 << 20)
        reports.flush()
    assert data.endswith(b'"at the end"}\n')
    assert len(data) < 1 << 17
    os.close(reading)
    os.close(writing)


def test_a_child_that_says_more_than_its_pipe_holds_shows_its_film_to_the_end(
    films: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bench = RealBench(films, options=("--no-quiet", "--verbose=2"))
    try:
        with caplog.at_level(logging.INFO, "player.devices.media"):
            for play in range(1, 9):
                open_film(bench, "good", play=play, from_ms=1_000)
                wait_for(bench, MediaOpened, play)
            open_film(bench, "good", play=9, from_ms=5_000)
            wait_for(bench, MediaEnded, 9)
        said = [record.getMessage() for record in caplog.records]
        assert sum("VLC child says too much" in words for words in said) >= 1
        assert len(said) < 300, "the log of the box stays readable"
    finally:
        bench.stop()


def test_an_option_that_libvlc_does_not_know_is_named_and_left_out(films: Path) -> None:
    bench = RealBench(films, options=("--no-such-option",))
    try:
        open_film(bench, "good", play=1, from_ms=5_000)
        wait_for(bench, MediaEnded, 1)
        faults = [event for event in bench.events if isinstance(event, FaultReported)]
        assert [(fault.code, fault.active) for fault in faults] == [(OPTION_REFUSED, True)]
        assert "--no-such-option" in faults[0].detail
    finally:
        bench.stop()


def test_the_child_dies_with_the_player(films: Path) -> None:
    program = (
        "import time; from pathlib import Path\n"
        "from player.devices.media.device import MediaDevice\n"
        "from player.devices.media.settings import MediaSettings\n"
        "MediaDevice(MediaSettings(), Path, 0, lambda: False).start(lambda event: None)\n"
        "time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", program])
    try:
        for _ in range(300):
            if children := _children(owner.pid):
                break
            time.sleep(0.02)
        time.sleep(0.5)  # beyond the import, so that it is libVLC that has to go
    finally:
        owner.kill()
        owner.wait()
    assert children
    assert all(_is_gone(child) for child in children)


def test_stopping_the_device_leaves_no_child(films: Path) -> None:
    bench = RealBench(films)
    open_film(bench, "good", play=1)
    bench.perform(PauseMedia(id=2, play=1, paused=True))
    wait_for(bench, MediaOpened, 1)
    child = _child()
    bench.stop()
    assert _is_gone(child)


def test_a_warm_child_opens_quickly_and_goes_over_to_the_next_film_quickly(bench: RealBench) -> None:
    """Far above the budget of a quiet machine (150 ms), but far below a cold start on a busy one."""
    open_film(bench, "good", play=1)
    wait_for(bench, MediaProgress, 1, lambda progress: progress.pictures > 0)
    began = time.monotonic()
    open_film(bench, "no-sound", play=2)
    wait_for(bench, MediaOpened, 2)
    assert time.monotonic() - began < 1
