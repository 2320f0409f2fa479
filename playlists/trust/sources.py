"""Where published files come from: a web server, or a folder (stick, mirror, what a satellite brought).

A source only brings bytes, never more than asked for; whether they are believed is decided elsewhere. It
tells a file that is not there (`NotPublished`) from an attempt that failed, and an answer that is somebody
else's: a captive portal's page or a redirect to its host never counts as data.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from playlists.errors import BadData, FailedAttempt, WebPage

CONNECT_TIMEOUT_S: Final = 10.0
SILENCE_TIMEOUT_S: Final = 30.0
TOTAL_TIMEOUT_S: Final = 600.0
PATIENCE_S: Final = 60.0  # a server that sends a byte now and then must not hold up the sources after it
CRAWL_BYTES_S: Final = 100.0
REDIRECTS_LIMIT: Final = 3
_PIECE_BYTES: Final = 64 << 10
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_THERE: Final = frozenset({403, 404, 410})

Bytes = TypeVar("Bytes", bytes, bytearray)


class NotPublished(FailedAttempt):
    """There is no such file at the source."""


class Source(Protocol):
    """Brings published files by their path below the published root."""

    @property
    def name(self) -> str:
        """What to call it in messages."""
        raise NotImplementedError

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Return a file.

        Raises:
            NotPublished: It is not there.
            FailedAttempt: It could not be brought this time.
            BadData: It is longer than ``limit_bytes``.
        """
        raise NotImplementedError

    def fetch_ahead(self, paths: Iterable[str]) -> None:  # noqa: ARG002 - each comes when it is read
        """Bring these files together if it can do several at once; whoever reads one later learns what is wrong."""
        return

    def distrust(self, path: str) -> bool:  # noqa: ARG002 - one source has nothing else to offer
        """What it brought last for a path cannot be accepted; return whether asking again may bring something else."""
        return False


class DirectorySource(Source):
    """A published tree in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self._folder)

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Return a file; see `Source.read`."""
        file = self._folder / path
        if not file.resolve().is_relative_to(self._folder.resolve()):
            raise BadData(path, "", "leads out of the folder")
        try:
            with file.open("rb") as opened:
                data = opened.read(limit_bytes + 1)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotPublished(f"read {path}", f"is not in {self.name}", retry=False) from error
        except OSError as error:
            raise FailedAttempt(f"read {path}", f"{self.name}: {error.strerror}") from error
        return _within(data, path, limit_bytes)


class HttpSource(Source):
    """A published tree behind HTTP or HTTPS.

    Args:
        base_url: The address of the published root.
        session: Carries certificates and proxies; a plain one if None.
        total_timeout_s: The longest that one file may take.
    """

    def __init__(
        self, base_url: str, session: requests.Session | None = None, total_timeout_s: float = TOTAL_TIMEOUT_S
    ) -> None:
        self._base = base_url.rstrip("/") + "/"
        self._session = session or requests.Session()
        self._session.headers.clear()
        self._session.headers.update({"User-Agent": "yuanjiao", "Accept-Encoding": "gzip"})
        self._total_timeout_s = total_timeout_s

    @property
    def name(self) -> str:
        """The address."""
        return self._base

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Return a file; see `Source.read`."""
        try:
            with self._answer(path) as answer:
                self._check(answer, path)
                data = self._body(answer, path, limit_bytes)
        except requests.RequestException as error:
            raise FailedAttempt(f"fetch {path}", _in_words(error, self._base)) from error
        if data[:64].lstrip().startswith(b"<"):
            raise _portal(path, "answered with a web page")
        return data

    def _answer(self, path: str) -> requests.Response:
        url = urljoin(self._base, path)
        for _ in range(REDIRECTS_LIMIT + 1):
            answer = self._session.get(
                url,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_TIMEOUT_S, SILENCE_TIMEOUT_S),
            )
            if answer.status_code not in _REDIRECTS:
                return answer
            answer.close()
            url = urljoin(url, answer.headers.get("Location", ""))
            if urlsplit(url).hostname != urlsplit(self._base).hostname:
                raise _portal(path, f"redirects to {urlsplit(url).hostname}")
        raise FailedAttempt(f"fetch {path}", "redirects without end")

    def _check(self, answer: requests.Response, path: str) -> None:
        status = answer.status_code
        if status in _NOT_THERE:
            raise NotPublished(f"fetch {path}", f"{self._base} answers {status}", retry=False)
        if status != 200:
            wait = answer.headers.get("Retry-After", "")
            raise FailedAttempt(
                f"fetch {path}",
                f"{self._base} answers {status}",
                retry=status in {408, 425, 429} or status >= 500,
                retry_after_s=float(wait) if wait.isascii() and wait.isdigit() else None,
            )
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            raise _portal(path, "answered with a web page")

    def _body(self, answer: requests.Response, path: str, limit_bytes: int) -> bytes:
        began = time.monotonic()
        data = bytearray()
        for piece in _unpacked(answer, path, limit_bytes):
            data += piece
            _within(data, path, limit_bytes)
            longest_s = min(self._total_timeout_s, PATIENCE_S + len(data) / CRAWL_BYTES_S)
            if time.monotonic() - began > longest_s:
                raise FailedAttempt(f"fetch {path}", f"took longer than {longest_s:.0f} s")
        return bytes(data)


def _unpacked(answer: requests.Response, path: str, limit_bytes: int) -> Iterator[bytes]:
    """Yield the content as it arrives; never unpacks more than the limit at once (gzip bombs)."""
    pieces = answer.raw.stream(_PIECE_BYTES, decode_content=False)
    coding = answer.headers.get("Content-Encoding", "identity")
    if coding == "identity":
        yield from _arriving(pieces)
        return
    if coding != "gzip":
        raise FailedAttempt(f"fetch {path}", f"answered in the encoding {coding}", retry=False)
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for piece in _arriving(pieces):
            yield stream.decompress(piece, limit_bytes + 1)
            if stream.unconsumed_tail:
                raise BadData(path, "", f"is longer than the {limit_bytes} bytes allowed")
    except zlib.error as error:
        raise FailedAttempt(f"fetch {path}", f"the answer cannot be unpacked: {error}") from error
    if not stream.eof:
        raise FailedAttempt(f"fetch {path}", "the packed answer is cut off")


def _arriving(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass pieces on; below `requests` its library raises its own errors."""
    try:
        yield from pieces
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.ConnectionError(error) from error


def _within(data: Bytes, path: str, limit_bytes: int) -> Bytes:
    if len(data) > limit_bytes:
        raise BadData(path, "", f"is longer than the {limit_bytes} bytes allowed")
    return data


def _portal(path: str, what: str) -> FailedAttempt:
    return WebPage(f"fetch {path}", f"{what}: perhaps the network wants a log-in first (captive portal)")


def _in_words(error: requests.RequestException, base: str) -> str:
    host = urlsplit(base).hostname
    if "NameResolution" in str(error):
        return f"the name {host} cannot be resolved (DNS)"
    if isinstance(error, requests.exceptions.SSLError):
        return f"the certificate of {host} is not accepted: {error}"
    if isinstance(error, requests.Timeout):
        return f"{host} does not answer in time"
    return f"no whole answer from {host}: {error}"
