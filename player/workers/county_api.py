"""The box API of the county's server, over TLS to the county's own authority.

An answer counts only if it is JSON of the expected shape and not too long; a web page is a captive portal's. What the
county refuses for good is `Declined` with its status and its own words; everything else may be tried again.
Callers: the workers `upload`, `bind` and `sync`.
"""

from __future__ import annotations

from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3

from player.core import faults
from player.workers.lines import open_session
from player.workers.messages import Line
from player.workers.toll import Toll
from playlists.errors import FailedAttempt, WebPage

CONNECT_TIMEOUT_S: Final = 10.0
ANSWER_TIMEOUT_S: Final = 30.0
ANSWER_LIMIT_BYTES: Final = 1 << 20

Answer = TypeVar("Answer")


class Declined(FailedAttempt):
    """The county understood and said no; asking the same again changes nothing."""

    def __init__(self, what: str, why: str, status: int) -> None:
        self.status = status
        super().__init__(what, why, retry=False)


class _Words(msgspec.Struct):
    error: str = ""


class CountyApi:
    """The county's server.

    Args:
        base: Its address, such as ``https://county:8443``.
        line: Whom to believe.
        toll: Counts what it costs.

    Raises:
        FailedAttempt: It is no address for TLS, or the authority's file is missing or none.
    """

    def __init__(self, base: str, line: Line, toll: Toll | None = None) -> None:
        self._base = base.rstrip("/")
        if not base.startswith("https://"):
            raise FailedAttempt("ask the county", f"the address {base!r} is not https", retry=False)
        if not line.ca_file:
            raise FailedAttempt("ask the county", "the file of the county's authority is missing", retry=False)
        try:
            self._session = open_session(line, toll)
        except OSError as error:
            raise FailedAttempt("ask the county", f"authority {line.ca_file}: {error}", retry=False) from error

    def get(self, path: str, kind: type[Answer]) -> Answer:
        """Ask.

        Raises:
            Declined: The county says no.
            FailedAttempt: Not this time.
        """
        return self._exchange("GET", path, None, kind)

    def post(self, path: str, body: bytes, kind: type[Answer]) -> Answer:
        """Send; see `get` for what is raised."""
        return self._exchange("POST", path, body, kind)

    def _exchange(self, method: str, path: str, body: bytes | None, kind: type[Answer]) -> Answer:
        what = f"{method} {path}"
        try:
            with self._session.request(
                method,
                self._base + path,
                data=body,
                headers={"Content-Type": "application/octet-stream"} if body is not None else {},
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S),
            ) as answer:
                content = answer.raw.read(ANSWER_LIMIT_BYTES + 1, decode_content=False)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise FailedAttempt(what, in_words(error, self._base)) from error
        _require_success(what, answer, content)
        try:
            return msgspec.json.decode(content[: ANSWER_LIMIT_BYTES + 1], type=kind)
        except msgspec.DecodeError as error:
            raise FailedAttempt(what, f"{self._base} answered something else than the county: {error}") from error


def fault_of(error: Exception) -> str:
    """Return the code of the fault that an error speaks of; empty if it is no more than a bad line."""
    if isinstance(error, Declined):
        return faults.COUNTY_REFUSES
    return faults.WRONG_ANSWER if isinstance(error, WebPage) else ""


def in_words(error: Exception, base: str) -> str:
    """Return what a person can make of a library's error."""
    host = urlsplit(base).hostname
    if "NameResolution" in str(error):
        return f"the name {host} cannot be resolved (DNS)"
    if isinstance(error, requests.exceptions.SSLError):
        return f"the certificate of {host} is not accepted: {error}"
    if isinstance(error, requests.Timeout):
        return f"{host} does not answer in time"
    return f"no whole answer from {host}: {error}"


def _require_success(what: str, answer: requests.Response, content: bytes) -> None:
    status, wait = answer.status_code, answer.headers.get("Retry-After", "")
    if answer.headers.get("Content-Type", "").startswith("text/html") or 300 <= status < 400:
        page = "answered with a web page: perhaps the network wants a log-in first (captive portal)"
        raise WebPage(what, f"{page}; status {status}", retry_after_s=_seconds(wait))
    if status < 300:
        return
    try:
        words = msgspec.json.decode(content, type=_Words).error
    except msgspec.DecodeError:
        words = ""
    why = words or f"the county answers {status}"
    if status in {408, 425, 429} or status >= 500:
        raise FailedAttempt(what, why, retry_after_s=_seconds(wait))
    raise Declined(what, why, status)


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() else None
