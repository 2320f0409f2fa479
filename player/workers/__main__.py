"""``python -m player.workers NAME``: run one worker; its spec is one JSON line on stdin (`messages`).

To try one by hand keep stdin open, for it ends with it: ``(cat spec.json; cat) | python -m player.workers fetch``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

WORKERS: Final = (
    "bind",
    "carry",
    "fetch",
    "identity",
    "phone_remote",
    "scrub",
    "stop_code",
    "sync",
    "upload",
    "watch_live",
)


def main(arguments: list[str]) -> int:
    """Run the worker that is named; return the exit status."""
    if len(arguments) != 1 or arguments[0] not in WORKERS:
        sys.stderr.write(f"usage: python -m player.workers {{{'|'.join(WORKERS)}}}\n")
        return 2
    status: int = import_module(f"player.workers.{arguments[0]}").main()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
