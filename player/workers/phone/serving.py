"""The process behind the telephone's page: picks the address, serves, and says what it hears.

The lock is set before any thread starts, so that none is left outside (`sandbox`). It serves until it is ended by the
player. Started by `player.workers.phone_remote`.
"""

from __future__ import annotations

import fcntl
import secrets
import signal
import socket
import sqlite3
import struct
import threading
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import msgspec
import segno
from cheroot import wsgi

from player.workers.child import Say
from player.workers.messages import PhoneHeard, PhoneResult, PhoneShown, PhoneSpec
from player.workers.phone.lock import PIN_DIGITS, Lock
from player.workers.phone.pages import FOUND_LIMIT, Found, Heard, Pages
from playlists.documents import CatalogueEntry
from playlists.generation import INDEX, load

NO_NETWORK: Final = "no-network"
THREADS: Final = 4
SILENCE_S: Final = 10
_SIOCGIFADDR: Final = 0x8915
_ELSEWHERE: Final = ("192.0.2.1", 9)  # an address of nobody (RFC 5737); nothing is sent there
_entry = msgspec.json.Decoder(CatalogueEntry)


def serve(spec: PhoneSpec, say: Say) -> PhoneResult:
    """Serve until ended; return only when that is not possible."""
    address = spec.address or room_address()
    if not address:
        return PhoneResult(error=NO_NETWORK)
    host = f"{address}:{spec.port}"
    lock = Lock(_pin())
    speaking = threading.Lock()

    def hear(heard: Heard | None) -> None:
        with speaking:
            if heard is None:
                say(_shown(host, lock))
            else:
                say(PhoneHeard(button=heard.button, course=heard.course))

    pages = Pages(
        host, lock, lambda: (secrets.token_urlsafe(24), _pin()), hear, lambda words: search(spec, words),
        language=spec.language,
    )  # fmt: skip
    server = wsgi.Server((address, spec.port), pages, numthreads=THREADS, max=THREADS, timeout=SILENCE_S)
    server.max_request_header_size = 8 << 10
    try:
        server.prepare()
    except OSError as error:
        return PhoneResult(error=f"port {spec.port} of {address}: {error}")
    hear(None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nothing has to be put away, and no telephone holds the end up
    server.serve()
    return PhoneResult()


def room_address() -> str:
    """Return this box's address on the room's network; empty if it is on none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        with suppress(OSError):
            probe.connect(_ELSEWHERE)
            return str(probe.getsockname()[0])
        found = [_address_of(probe, name) for _, name in socket.if_nameindex() if name != "lo"]
    return next((address for address in found if address), "")


def _address_of(probe: socket.socket, interface: str) -> str:
    with suppress(OSError):
        asked = struct.pack("256s", interface.encode()[:15])
        return socket.inet_ntoa(fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, asked)[20:24])
    return ""


def search(spec: PhoneSpec, words: str) -> list[Found]:
    """Return the courses whose number, title or initials the words name; newest first, the number before all.

    Args:
        spec: Where the generations are, and which courses are not to be found.
        words: As they were keyed in.
    """
    generation = load(Path(spec.generations), check=())
    if generation is None or INDEX not in generation.manifest.files:
        return []
    address = f"{generation.path(INDEX).resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        rows = database.execute("SELECT data FROM listing JOIN entries USING (id) WHERE path = '' ORDER BY place")
        entries = [_entry.decode(data) for (data,) in rows]
    allowed = [one for one in entries if one.id not in spec.without]
    return [Found(one.id, one.number, one.title, one.minutes) for one in _matching(allowed, words.casefold())]


def _matching(entries: Iterable[CatalogueEntry], words: str) -> list[CatalogueEntry]:
    named = [one for one in entries if words in one.title.casefold() or words in one.initials.casefold()]
    numbered = [one for one in entries if words.isascii() and words.isdigit() and one.number == int(words)]
    return [*numbered, *(one for one in named if one not in numbered)][:FOUND_LIMIT]


def _shown(host: str, lock: Lock) -> PhoneShown:
    url = f"http://{host}/"
    rows = tuple("".join("1" if dark else "0" for dark in row) for row in segno.make_qr(url, error="m").matrix)
    return PhoneShown(url=url, pin=lock.pin, code=rows, telephones=lock.telephones, shut=not lock.tries_left)


def _pin() -> str:
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
