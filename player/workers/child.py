"""The life of a worker process: one spec in, messages out, and never longer than its parent or its limit.

It dies when the parent dies: by the kernel's signal (prctl(2), PR_SET_PDEATHSIG) and when its stdin ends. The
alarm clock ends it past its limit. SIGTERM unwinds the stack, so that temporary folders go; SIGKILL at any
point is as good, for nothing that a worker keeps needs a last word. What libraries print goes to stderr.
"""

from __future__ import annotations

import ctypes
import logging
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final

import msgspec

from player.workers.messages import GRACE_S, AnySpec, Message, Result, decode_spec, encode_line

_PR_SET_PDEATHSIG: Final = 1
_NICENESS: Final = 5
EXIT_BAD_SPEC: Final = 2
EXIT_TERMINATED: Final = 128 + signal.SIGTERM

Say = Callable[[Message], None]


def live(
    kind: type[AnySpec],
    work: Callable[[AnySpec, Say], Result],
    *,
    prepare: Callable[[AnySpec], None] = lambda _: None,
    hear: Callable[[bytes], None] = lambda _: None,
) -> int:
    """Read the spec, do the work, say its result; return the exit status.

    Args:
        kind: Of the spec.
        work: Does it.
        prepare: What has to be done before there is a second thread.
        hear: Called in a thread of its own with each line that follows the spec.
    """
    die_with_parent()
    os.nice(_NICENESS)  # the picture comes first
    signal.signal(signal.SIGTERM, _terminated)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")
    lines = _lines()
    line = next(lines, b"")
    try:
        spec = decode_spec(kind, line)
    except msgspec.DecodeError as error:
        sys.stderr.write(f"the spec cannot be read: {error}\n")
        return EXIT_BAD_SPEC
    prepare(spec)
    threading.Thread(target=_listen, args=(lines, hear), daemon=True).start()
    signal.alarm(math.ceil(spec.limit_s) + GRACE_S)  # its default action ends the process
    say = _voice()
    say(work(spec, say))
    return 0


def die_with_parent() -> None:
    """Ask the kernel to end this process when the thread that started it ends."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def _voice() -> Say:
    """Return the way to stdout, and turn what others print there to stderr."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(message: Message) -> None:
        channel.write(encode_line(message))
        channel.flush()

    return say


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(EXIT_TERMINATED)


def _lines() -> Iterator[bytes]:
    """Yield the lines of stdin until it ends; unbuffered, for no lock may be held in a thread when the process ends."""
    rest = b""
    while read := os.read(0, 1 << 16):
        *lines, rest = (rest + read).split(b"\n")
        yield from lines


def _listen(lines: Iterator[bytes], hear: Callable[[bytes], None]) -> None:
    for line in lines:
        hear(line)
    os.kill(os.getpid(), signal.SIGTERM)  # the player is gone
