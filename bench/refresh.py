"""A box's refresh from a county of 5,000 courses: what it costs, and how soon a new box is of use on dial-up.

The county's own web server answers over a relay on loopback that counts what passes: heads and bodies, and for
``tls_bytes`` what TLS adds to one refresh that finds nothing new. ``first_usable_s`` ends when the plans are in force,
``first_complete_s`` when the catalogue is; the line carries 40 kbit/s each way and takes 300 ms for a round trip. The
peer is python-tuf's own client, which fetches the same metadata and catalogue anew and unpacked.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from tuf.ngclient import Updater

from bench.figures import say
from county.authority import certify_server, make_authority
from county.web import plain_application
from player.folders import BoxFolders
from player.workers.messages import Line, SyncProgress, SyncResult, SyncSpec, decode_message, encode_line
from playlists.codec import encode_document
from playlists.documents import CatalogueShard, Course
from playlists.targets import box_path, catalogue_bins, course_bin, course_path, online_bin, plan_path, shard_path
from tests.fakes.capacity import Capacity
from tests.fakes.relay import Relay
from tests.playlists import samples
from tests.playlists.published import NOW, ONLINE, REVIEWERS, County, signed
from tests.playlists.trust.test_refresh_budget import course, entry

COURSES = 5_000
PLANNED = 8  # courses that the month's plan names
DIAL_UP_BYTES_S = 40_000 / 8
ROUND_TRIP_S = 0.3
LINE = "40 kbit/s, 300 ms"
KEY = REVIEWERS[0]
PERIODS = 3  # refreshes a figure


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` does not wait for the catalogue on dial-up."""
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name:
        stage = Stage(Path(name))
        with served(stage.county.folder, None) as plain, Relay(plain) as relay:
            whole = stage.cost(relay, "box")
            unchanged = [stage.cost(relay, "box") for _ in range(PERIODS)]
            peer = Peer(stage, relay)
            peer_whole, peer_unchanged = peer.cost(), [peer.cost() for _ in range(PERIODS)]
            changed, peer_changed = [], []
            for edition in range(PERIODS):
                stage.change_one(edition)
                changed.append(stage.cost(relay, "box"))
                peer_changed.append(peer.cost())
            others = {
                figure: [stage.cost_after(relay, change, edition) for edition in range(PERIODS)]
                for figure, change in (
                    ("signed_again_bytes", stage.sign_again),
                    ("plan_changed_bytes", stage.change_plan),
                    ("month_issued_bytes", stage.issue_month),
                )
            }
        for figure, ours, theirs in (
            ("unchanged_bytes", unchanged, peer_unchanged),
            ("one_changed_bytes", changed, peer_changed),
            ("first_complete_bytes", [whole], [peer_whole]),
        ):
            say("refresh", figure, ours, "bytes", peer="python-tuf ngclient", peer_values=theirs, courses=COURSES)
        for figure, ours in others.items():
            say("refresh", figure, ours, "bytes", courses=COURSES, planned=PLANNED)
        say("refresh", "tls_bytes", [stage.tls(unchanged[0])], "bytes")
        usable_s, complete_s = stage.dial_up(wait=not quick)
        say("refresh", "first_usable_s", [usable_s], "s", courses=COURSES, line=LINE)
        if complete_s is not None:
            say("refresh", "first_complete_s", [complete_s], "s", courses=COURSES, line=LINE)


@dataclass
class Stage:
    """A published county of 5,000 courses, and boxes that sync from it."""

    folder: Path
    county: County = field(init=False)
    courses: dict[str, list[Course]] = field(init=False)

    def __post_init__(self) -> None:
        self.county = County(self.folder / "published")
        self.courses = {name: [] for name in catalogue_bins()}
        for number in range(COURSES):
            made = course(f"course-{number}")
            self.courses[course_bin(made.id)].append(made)
        self._release(self.courses)
        box = samples.box(KEY.public_bytes, KEY.fingerprint)
        self.county.send({f"boxes-{online_bin(KEY.fingerprint)}": {box_path(KEY.fingerprint): encode_document(box)}})
        self.issue("春耕", range(PLANNED))

    def issue(self, title: str, bins: Iterable[int]) -> None:
        """Issue a plan whose courses lie in as many bins, as they do in a county."""
        courses = tuple(held[0].id for number, held in enumerate(self.courses.values()) if number in bins)
        session = samples.session(title=title, starts=f"{self.county.now:%Y-%m-%d}T19:30")
        plan = samples.plan(session, courses=courses)
        self.county.send({f"plans-{online_bin('all')}": {plan_path("all"): encode_document(plan)}})

    def change_plan(self, edition: int) -> None:
        """Give the session another title, a day later."""
        self.county.later(days=1)
        self.issue(f"春耕{edition}", range(PLANNED))

    def issue_month(self, edition: int) -> None:
        """Issue the plan of another month, with as many courses that no plan has named yet."""
        self.county.later(days=1)
        self.issue("夏收", range((edition + 1) * PLANNED, (edition + 2) * PLANNED))

    def sign_again(self, _edition: int) -> None:
        """Let a day go by on which only the timestamp is signed anew."""
        self.county.later(days=1, minutes=1)
        self.county.send({})

    def _release(self, bins: dict[str, list[Course]]) -> None:
        held = {
            f"courses-{name}": {course_path(one.id): encode_document(one) for one in courses}
            | {shard_path(name): encode_document(CatalogueShard(bin=name, entries=tuple(map(entry, courses))))}
            for name, courses in bins.items()
        }
        repository, now = self.county.repository, self.county.now
        self.county.repository.publish(
            online=ONLINE,
            now=now,
            signed={
                role: signed(repository.candidate(role, content, now), REVIEWERS[:2]) for role, content in held.items()
            },
            documents={path: data for content in held.values() for path, data in content.items()},
        )

    def change_one(self, edition: int) -> None:
        """Release one course in a new edition, a day later."""
        self.county.later(days=1)
        name, courses = next(iter(self.courses.items()))
        courses[0] = course(courses[0].id, f"修订第{edition + 1}版 大棚蔬菜栽培技术")
        self._release({name: courses})

    def spec(self, box: str, port: int, **line: Any) -> SyncSpec:
        """Return what a box's sync worker is told."""
        folders = BoxFolders(self.folder / box)
        folders.make()
        root = self.folder / "root.json"
        root.write_bytes(self.county.root)
        scheme = "https" if line else "http"
        return SyncSpec(
            limit_s=3_000,
            generations=str(folders.generations),
            root_file=str(root),
            fingerprint=KEY.fingerprint,
            sources=(f"{scheme}://127.0.0.1:{port}/published",),
            store=str(folders.store),
            wall_ms=round(self.county.now.timestamp() * 1000),
            line=Line(**line),
        )

    def cost(self, relay: Relay, box: str, **line: Any) -> float:
        """Let a box sync; return the bytes that passed."""
        before = relay.counts()
        for message, _ in worker(self.spec(box, relay.port, **line)):
            if isinstance(message, SyncResult) and message.error:
                raise RuntimeError(message.error)
        return relayed(relay, before)

    def cost_after(self, relay: Relay, change: Callable[[int], None], edition: int) -> float:
        """Let the county change something and a box sync; return the bytes that passed."""
        change(edition)
        return self.cost(relay, "box")

    def tls(self, plain_bytes: float) -> float:
        """Return what TLS adds to a refresh that finds nothing new."""
        authority = make_authority("虚构县", self.county.now)
        server = certify_server(authority, ("127.0.0.1",), self.county.now)
        ca, chain, key = (self.folder / name for name in ("ca.pem", "server.pem", "key.pem"))
        ca.write_bytes(authority.certificate_pem())
        chain.write_bytes(server.certificate_pem())
        key.write_bytes(server.key_pem())
        with served(self.county.folder, BuiltinSSLAdapter(str(chain), str(key))) as port, Relay(port) as relay:
            return self.cost(relay, "box", ca_file=str(ca)) - plain_bytes

    def dial_up(self, *, wait: bool) -> tuple[float, float | None]:
        """Let a new box sync over 40 kbit/s; return the seconds until plans, and until the catalogue, are in force."""
        slow = Capacity.constant(DIAL_UP_BYTES_S)
        usable_s = None
        with served(self.county.folder, None) as port, Relay(port, slow, slow, ROUND_TRIP_S) as relay:
            for message, after_s in worker(self.spec("new-box", relay.port)):
                if isinstance(message, SyncProgress) and message.generation and usable_s is None:
                    usable_s = after_s
                    if not wait:
                        return usable_s, None
                if isinstance(message, SyncResult) and message.error:
                    raise RuntimeError(message.error)
        return (after_s if usable_s is None else usable_s), after_s


class Peer:
    """python-tuf's client over the same relay: the metadata of all bins, and every catalogue shard that is new."""

    def __init__(self, stage: Stage, relay: Relay) -> None:
        self._relay, self._root = relay, stage.county.root
        self._folder = stage.folder / "peer"
        (self._folder / "targets").mkdir(parents=True)

    def cost(self) -> float:
        """Refresh; return the bytes that passed."""
        before = self._relay.counts()
        base = f"http://127.0.0.1:{self._relay.port}/published"
        updater = Updater(
            str(self._folder),
            f"{base}/metadata/",
            str(self._folder / "targets"),
            f"{base}/targets/",
            bootstrap=self._root,
        )
        updater._trusted_set.reference_time = NOW  # noqa: SLF001 - the bench's county lives in its own time
        updater.refresh()
        for name in catalogue_bins():
            found = updater.get_targetinfo(shard_path(name))
            if found is not None and updater.find_cached_target(found) is None:
                updater.download_target(found)
        return relayed(self._relay, before)


def relayed(relay: Relay, before: Any) -> float:
    """Return what has passed both ways since then."""
    passed = relay.counts() - before
    return float(passed.up_bytes + passed.down_bytes)


def worker(spec: SyncSpec) -> Iterator[tuple[Any, float]]:
    """Run a sync worker as the player does; yield what it says and after how many seconds."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "player.workers", "sync"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(encode_line(spec))
        process.stdin.flush()
        try:
            for line in process.stdout:
                yield decode_message(line), time.perf_counter() - began
        finally:
            process.kill()


@contextmanager
def served(folder: Path, tls: BuiltinSSLAdapter | None) -> Iterator[int]:
    """Serve the published folder as a county does; yield the port."""
    server = wsgi.Server(("127.0.0.1", 0), plain_application(_no_pages, folder), numthreads=8)
    server.ssl_adapter = tls
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield int(server.bind_addr[1])
    finally:
        server.stop()
        thread.join(10)


def _no_pages(_environ: Any, start: Any) -> list[bytes]:
    start("404 Not Found", [])
    return []
