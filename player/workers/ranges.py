"""Parts of blobs from a web server or a folder, without ever believing more than was asked for.

Rules: a request names its range, identity encoding and, when known, the ETag (``If-Range``). Only 206 with
the ``Content-Range`` that was asked for counts, or 200 with exactly the blob's length: then the bytes begin
at 0, whatever was asked (RFC 9110, sections 13.1.5, 14.2, 15.3.7). Another length, an encoding, other bytes are
refused: the source is not asked for this blob again. A web page, or being sent to another host, is a network
that wants a log-in: the source is no use in this run. Everything else is an attempt that failed.

A source may be asked by several calls at once, each with a wire of its own; what it has learnt they share.
Caller: the fetch worker.
"""

from __future__ import annotations

import email.utils
import os
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from urllib.parse import urljoin, urlsplit

import msgspec

from player.store.marks import Gap
from player.workers.pace import Silence
from player.workers.wires import Wire
from playlists.errors import FailedAttempt, UntrustedData, WebPage
from playlists.targets import media_path

PIECE_BYTES: Final = 64 << 10
REDIRECTS_LIMIT: Final = 3
_CONTENT_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_THERE: Final = frozenset({403, 404, 410})


class Refused(UntrustedData):
    """What the source gives is not this blob; asking it again brings no other."""


class Busy(FailedAttempt):
    """The server answered that it cannot, this time: it is to be spared."""


class Part(msgspec.Struct, frozen=True):
    """An answer: ``pieces`` are the blob's bytes from ``start`` on, in order."""

    start: int
    pieces: Iterator[bytes]


class RangeSource(Protocol):
    """Brings parts of blobs.

    ``whole_only`` says that it has been found to know no ranges: better ask others. ``is_far``: its bytes come over
    the line. ``heads`` and ``reads`` are how long it usually takes to answer, and between pieces.
    """

    whole_only: bool
    is_far: bool
    heads: Silence
    reads: Silence

    @property
    def name(self) -> str:
        """What to call it in messages."""

    def wire(self) -> Wire | None:
        """Return a new way to it, None where none is needed."""

    def part(self, blob: str, blob_bytes: int, gap: Gap, wire: Wire | None) -> AbstractContextManager[Part]:
        """Ask for the bytes of a gap. Reading the pieces may raise `FailedAttempt` as well.

        Raises:
            Refused: The source has something else under this name, or nothing.
            WebPage: Somebody else answers in its place.
            FailedAttempt: Not this time.
        """

    def distrust_caches(self, blob: str) -> None:
        """Ask for this blob past whatever keeps copies on the way: one of them was wrong."""


class FolderRanges:
    """A published tree in a folder, such as a stick or a mirror's mount."""

    whole_only = False
    is_far = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.heads, self.reads = Silence(), Silence()

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self._folder)

    def wire(self) -> None:
        """None is needed."""

    @contextmanager
    def part(self, blob: str, blob_bytes: int, gap: Gap, wire: Wire | None) -> Iterator[Part]:  # noqa: ARG002
        """Read from the file; see `RangeSource.part`."""
        path = self._folder / media_path(blob)
        try:
            file = path.open("rb")
        except FileNotFoundError as error:
            raise Refused(self.name, blob, "is not there") from error
        except OSError as error:
            raise FailedAttempt(f"open {path}", error.strerror or str(error)) from error
        with file:
            if os.fstat(file.fileno()).st_size != blob_bytes:
                raise Refused(self.name, blob, f"has another length than {blob_bytes}")
            yield Part(gap.start, _pieces_of(file, gap))

    def distrust_caches(self, blob: str) -> None:
        """There are none."""


def _pieces_of(file: BinaryIO, gap: Gap) -> Iterator[bytes]:
    at = gap.start
    while at < gap.end:
        try:
            file.seek(at)
            data = file.read(min(PIECE_BYTES, gap.end - at))
        except OSError as error:
            raise FailedAttempt(f"read {file.name}", error.strerror or str(error)) from error
        if not data:
            raise FailedAttempt(f"read {file.name}", "is cut off")
        at += len(data)
        yield data


class HttpRanges:
    """A published tree behind HTTP or HTTPS.

    Args:
        base_url: The address of the published root.
        wire: Makes a new way to an address.
        piece_bytes: The most to read at once.
    """

    is_far = True

    def __init__(self, base_url: str, wire: Callable[[str], Wire], piece_bytes: int = PIECE_BYTES) -> None:
        self._base = base_url.rstrip("/") + "/"
        self._wire, self._piece_bytes = wire, piece_bytes
        self._tags: dict[str, str] = {}
        self._distrusted: set[str] = set()
        self.heads, self.reads = Silence(), Silence()
        self.whole_only = False

    @property
    def name(self) -> str:
        """The address."""
        return self._base

    def wire(self) -> Wire:
        """Return a new way to it."""
        return self._wire(self._base)

    def distrust_caches(self, blob: str) -> None:
        """Let no copy on the way answer for this blob."""
        self._distrusted.add(blob)
        self._tags.pop(blob, None)

    @contextmanager
    def part(self, blob: str, blob_bytes: int, gap: Gap, wire: Wire | None) -> Iterator[Part]:
        """Send the request and judge the head of the answer; see `RangeSource.part`."""
        assert wire is not None
        with ExitStack() as asked:
            answer = self._answered(wire, blob, gap, asked)
            span = self._judged(answer, blob, blob_bytes, gap)
            tag = answer.headers.get("ETag", "")
            if tag.startswith('"'):  # only a strong one may stand in If-Range
                self._tags[blob] = tag
            yield Part(span.start, self._pieces(answer, blob, span))

    def _answered(self, wire: Wire, blob: str, gap: Gap, asked: ExitStack) -> HTTPResponse:
        with _attempt(f"fetch {blob}", self._base):
            answer = self._ask(wire, blob, gap, asked)
            if answer.status == 200 and self._tags.pop(blob, ""):
                asked.close()  # If-Range did not match: ask without it, the chunks will tell
                answer = self._ask(wire, blob, gap, asked)
            return answer

    def _ask(self, wire: Wire, blob: str, gap: Gap, asked: ExitStack) -> HTTPResponse:
        headers = {"Range": f"bytes={gap.start}-{gap.end - 1}"}
        if tag := self._tags.get(blob):
            headers["If-Range"] = tag
        if blob in self._distrusted:
            headers |= {"Cache-Control": "no-cache", "Pragma": "no-cache"}
        url = urljoin(self._base, media_path(blob))
        for _ in range(REDIRECTS_LIMIT + 1):
            answer = asked.enter_context(wire.get(url, headers))
            if answer.status not in _REDIRECTS:
                return answer
            asked.close()
            url = urljoin(url, answer.headers.get("Location", ""))
            if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
                raise WebPage(f"fetch {blob}", f"{self._base} redirects to {urlsplit(url).hostname}; {_LOG_IN}")
        raise Refused(self._base, blob, "redirects without end")

    def _judged(self, answer: HTTPResponse, blob: str, blob_bytes: int, gap: Gap) -> Gap:
        """Return which bytes of the blob the answer brings."""
        status, headers = answer.status, answer.headers
        if status in _NOT_THERE:
            raise Refused(self._base, blob, f"is not there (status {status})")
        if headers.get("Content-Type", "").startswith("text/html") and status < 400:
            raise WebPage(f"fetch {blob}", f"{self._base} answered with a web page; {_LOG_IN}")
        if headers.get("Content-Encoding", "identity") != "identity":
            raise Refused(self._base, blob, f"came encoded as {headers['Content-Encoding']}")
        if status == 206:
            return self._judged_range(headers.get("Content-Range", ""), blob, blob_bytes, gap)
        if status == 200 and headers.get("Content-Length") == str(blob_bytes):
            return self._whole(blob, blob_bytes, gap)
        if status in (200, 416):
            raise Refused(self._base, blob, f"has another length than {blob_bytes}")
        raise Busy(f"fetch {blob}", f"{self._base} answers {status}", retry_after_s=_retry_after_s(answer))

    def _whole(self, blob: str, blob_bytes: int, gap: Gap) -> Gap:
        """Take a whole blob from its start; when bytes are here already, only after others had their chance."""
        if gap.start and not self.whole_only:
            self.whole_only = True
            raise FailedAttempt(f"fetch {blob}", f"{self._base} answers no ranges")
        return Gap(0, blob_bytes)

    def _judged_range(self, text: str, blob: str, blob_bytes: int, gap: Gap) -> Gap:
        found = _CONTENT_RANGE.fullmatch(text)
        if not found or found[3] not in (str(blob_bytes), "*"):
            raise Refused(self._base, blob, f"answered Content-Range {text!r}, the blob has {blob_bytes} bytes")
        span = Gap(int(found[1]), int(found[2]) + 1)
        if span.start != gap.start or not gap.start < span.end <= gap.end:
            raise Refused(self._base, blob, f"answered {text!r} to bytes {gap.start}-{gap.end - 1}")
        return span

    def _pieces(self, answer: HTTPResponse, blob: str, span: Gap) -> Iterator[bytes]:
        at = span.start
        while at < span.end:
            began = time.monotonic()
            with _attempt(f"fetch {blob}", self._base):
                data = answer.read1(min(self._piece_bytes, span.end - at))
            self.reads.heard(time.monotonic() - began)
            if not data:
                raise FailedAttempt(f"fetch {blob}", f"{self._base} broke off at byte {at}")
            at += len(data)
            yield data


_LOG_IN: Final = "perhaps the network wants a log-in first (captive portal)"


@contextmanager
def _attempt(what: str, base: str) -> Iterator[None]:
    """Turn what the libraries raise inside into `FailedAttempt`."""
    host = urlsplit(base).hostname
    try:
        yield
    except TimeoutError as error:
        raise FailedAttempt(what, f"{host} is silent") from error
    except (HTTPException, OSError, ValueError) as error:  # ValueError: it redirects to what is no address
        raise FailedAttempt(what, _in_words(error, host)) from error


def _in_words(error: Exception, host: str | None) -> str:
    if isinstance(error, socket.gaierror):
        return f"the name {host} cannot be resolved (DNS)"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not accepted: {error}"
    return f"no whole answer from {host}: {error}"


def _retry_after_s(answer: HTTPResponse) -> float | None:
    """Return how long the server asks to wait, in seconds or by its own clock (RFC 9110, section 10.2.3)."""
    text = answer.headers.get("Retry-After", "")
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until, now = (email.utils.parsedate_to_datetime(one) for one in (text, answer.headers.get("Date", "")))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # no date, one without a zone, one that no calendar has
        return None
