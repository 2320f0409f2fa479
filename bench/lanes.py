"""One call or a few at once, on a line of 8 Mbit/s that loses packets: our fetch worker with one, and up to four.

Needs root, for TCP itself must meet the loss (`bench.rough_line`); without, it says so and measures nothing. The server
stands at the far end with the congestion control that is named: `cubic` is what Linux has by default, `bbr` what
`docs/operating/county.md` advises. ``goodput_ratio`` is what came into the store in the time by what the line carries,
the search for the best number of calls included. The figures stand behind docs/adr/0013.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.figures import say
from bench.rough_line import SERVER, Roughness, possible, rough_line
from player.workers.messages import FetchProgress, FetchSpec, Line, Message, decode_message, encode_line
from tests.fakes.http_server import FakeServer
from tests.fakes.media_tree import publish_blob

PORT: Final = 8000
BYTES_PER_S: Final = 1_000_000
LOSSES: Final = (0.0, 0.001, 0.01, 0.03)
ROUND_TRIPS_S: Final = (0.06, 0.6)


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` looks at one line for a shorter time."""
    if not possible():
        print(json.dumps({"bench": "lanes", "left_out": "needs root and /dev/net/tun"}), flush=True)
        return
    seconds = 20.0 if quick else 60.0
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name:
        folder = Path(name)
        for round_trip_s in ROUND_TRIPS_S[:1] if quick else ROUND_TRIPS_S:
            for loss in (0.01,) if quick else LOSSES:
                for control in ("cubic",) if quick else ("cubic", "bbr"):
                    roughness = Roughness(BYTES_PER_S, round_trip_s, loss)
                    with ThreadPoolExecutor() as both:
                        few, one = both.map(partial(_goodput, folder, roughness, control, seconds), (4, 1))
                    more: dict[str, Any] = {"round_trip_s": round_trip_s, "loss": loss, "congestion_control": control}
                    say("lanes", "goodput_ratio", [few], "ratio", peer="one call", peer_values=[one], **more)


def _goodput(folder: Path, roughness: Roughness, control: str, seconds: float, calls: int) -> float:
    """Return what our worker brings in a time, by what the line carries."""
    published = folder / f"published-{calls}"
    wanted, _ = publish_blob(published, int(BYTES_PER_S * seconds * 1.2))
    with tempfile.TemporaryDirectory(dir=folder) as store, rough_line(roughness, 1) as ends:
        spec = FetchSpec(
            store=store,
            quota_bytes=1 << 40,
            reserve_bytes=0,
            blobs=(wanted,),
            sources=(f"http://{SERVER}:{PORT}",),
            line=Line(store=store),
            limit_s=seconds,
            calls_most=calls,
        )
        command = [*ends.server, sys.executable, "-m", "bench.lanes", str(published), control]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            server.stdout.readline()
            said = _fetch([*ends.client, sys.executable, "-m", "player.workers", "fetch"], spec)
            server.kill()
    here = [one.bytes_here for one in said if isinstance(one, FetchProgress) and one.blob == wanted.sha256]
    return max(here, default=0) / (roughness.bytes_per_s * seconds)


def _fetch(command: Sequence[str], spec: FetchSpec) -> list[Message]:
    """Run a worker to its end; return what it said."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(encode_line(spec))
        worker.stdin.flush()
        said = [decode_message(line) for line in worker.stdout]
        worker.wait()  # it ends with its stdin, so that stays open until here
        return said


def serve(folder: Path, control: str) -> None:
    """Serve a folder at the server's end of the line until killed."""
    server = FakeServer(folder, host=SERVER, port=PORT)
    server.send_buffer_bytes = None
    server.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, control.encode())
    server.start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2])
