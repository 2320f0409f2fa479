"""``python -m tests.player.workers.forge``: starts sync workers quickly, for tests that kill many of them.

A line in is a spec: a fork of this process, which has imported everything and has no threads, works on it. Lines
out are its process id and, after its end, its status as of wait(2).
"""

from __future__ import annotations

import os
import sys

from player.workers.messages import SyncSpec, decode_spec
from player.workers.sync import sync


def main() -> None:
    while line := sys.stdin.buffer.readline():
        process = os.fork()
        if process == 0:
            sync(decode_spec(SyncSpec, line), lambda _: None)
            os._exit(0)
        os.write(1, b"%d\n" % process)
        os.write(1, b"%d\n" % os.waitpid(process, 0)[1])


if __name__ == "__main__":
    main()
