"""The county's box API over TLS with its own authority, as far as a box can tell: an inbox in memory, and binding.

Faults are attributes: ``restore_to`` puts the durable head back, ``lose_answer`` takes an envelope in and
breaks the line before the answer, ``refusal`` answers a status; dates of the certificate are arguments.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from playlists import county_time
from playlists.acknowledgement import Acknowledgement, SetAside
from playlists.binding import BindingRequest, binding_proof
from playlists.envelope import open_envelope
from playlists.journal import decode_entry, genesis, next_hash
from playlists.keys import SigningKey, fingerprint, verify

TIME_MS = 1_790_000_123_456
YEAR = datetime.timedelta(days=365)


class Secured(NamedTuple):
    """An authority of its own, and TLS for a server that it vouches for."""

    ca_file: Path
    context: ssl.SSLContext


def secure(folder: Path, begins: datetime.datetime | None = None, host: str = "127.0.0.1") -> Secured:
    """Make an authority and a certificate, valid for a year around now or from a date on."""
    folder.mkdir(exist_ok=True)
    ca_file = folder / "county-ca.pem"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    begins = begins or datetime.datetime.now(datetime.UTC) - YEAR / 2
    context.load_cert_chain(_certificate(folder, ca_file, begins, host))
    return Secured(ca_file, context)


class FakeCounty:
    """The server; see `county`."""

    def __init__(self, folder: Path, begins: datetime.datetime, host: str = "127.0.0.1") -> None:
        self.keys: dict[str, bytes] = {}
        self.entries: dict[int, bytes] = {}
        self.envelopes: list[int] = []
        self.unreadable: set[int] = set()
        self.bound: set[str] = set()
        self.refusal: tuple[int, dict[str, str], bytes] | None = None
        self.refuse_above_entries = 1 << 30
        self.lose_answer = 0
        self.hash_twist = b""
        self.online = SigningKey.generate()
        self.nonce = ""  # answers every question about the time as if this had been asked
        secured = secure(folder, begins, host)
        self.ca_file, context = secured.ca_file, secured.context
        county = self

        class Handler(_Handler):
            fake = county

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.api = f"https://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def restore_to(self, head: int) -> None:
        """Lose what came after an entry, as a county restored from a backup has."""
        self.entries = {seq: data for seq, data in self.entries.items() if seq <= head}

    def take(self, sealed: bytes) -> Acknowledgement:
        envelope = open_envelope(sealed, self.keys.get)
        self.envelopes.append(len(envelope.entries))
        for data in envelope.entries:
            self.entries.setdefault(decode_entry(data, "test").seq, data)
        head, digest = 0, genesis(envelope.fingerprint)
        while head + 1 in self.entries:
            head += 1
            digest = next_hash(digest, self.entries[head])
        aside = tuple(SetAside(seq=seq, why="unreadable") for seq in sorted(self.unreadable))
        return Acknowledgement(head=head, hash=(self.hash_twist or digest).hex(), set_aside=aside)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeCounty

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path.startswith("/api/box/v1/time?nonce="):
            nonce = self.fake.nonce or self.path.partition("=")[2]
            self._say(200, msgspec.json.encode(county_time.tell(self.fake.online, nonce, TIME_MS)))
        else:
            self._say(200, json.dumps({"bound": self.path.rsplit("/", 1)[-1] in self.fake.bound}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.fake.refusal:
            status, headers, words = self.fake.refusal
            self._say(status, words, headers)
        elif self.path == "/api/box/v1/journal":
            self._journal(body)
        else:
            asked = msgspec.json.decode(body, type=BindingRequest)
            key = bytes.fromhex(asked.public_key)
            verify(key, bytes.fromhex(asked.signature), binding_proof(key, asked.version), "test")
            self.fake.keys[fingerprint(key)] = key
            self._say(200, json.dumps({"code": "314159", "expires_in_s": 600}).encode())

    def _journal(self, body: bytes) -> None:
        answer = self.fake.take(body)
        if self.fake.envelopes[-1] > self.fake.refuse_above_entries:
            self.fake.entries.clear()
            self._say(413, b'{"error": "too large"}')
        elif self.fake.lose_answer:
            self.fake.lose_answer -= 1
            self.close_connection = True
            self.connection.close()
        else:
            self._say(200, msgspec.json.encode(answer))

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _certificate(folder: Path, ca_file: Path, begins: datetime.datetime, host: str) -> Path:
    """Make an authority and a server's certificate by it; return the file with certificate and key."""
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name, name = _name("test county"), _name("box api")
    ca = _signed(ca_name, ca_name, ca_key, ca_key, begins, extension=x509.BasicConstraints(ca=True, path_length=0))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    certificate = _signed(name, ca_name, key, ca_key, begins, extension=address)
    pem = serialization.Encoding.PEM
    ca_file.write_bytes(ca.public_bytes(pem))
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    served = folder / "server.pem"
    served.write_bytes(certificate.public_bytes(pem) + plain)
    return served


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    begins: datetime.datetime,
    *,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins)
    builder = builder.not_valid_after(begins + 10 * YEAR).add_extension(extension, critical=False)
    return builder.sign(by, hashes.SHA256())


@contextmanager
def county(
    folder: Path,
    begins: datetime.datetime = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
    host: str = "127.0.0.1",
) -> Iterator[FakeCounty]:
    """Run a county on a free port of loopback."""
    fake = FakeCounty(folder, begins, host)
    fake.start()
    try:
        yield fake
    finally:
        time.sleep(0)
        fake.stop()
