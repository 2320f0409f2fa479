"""The page for telephones, as a WSGI application (PEP 3333): a PIN, then a remote control and a search.

Rules: only the address that the television shows is answered (``Host``), so that no other name can be made to point
here; whatever changes something must come from our own page (``Origin``, ``Sec-Fetch-Site``) and be small JSON; the
cookie is ours alone (HttpOnly, SameSite=Strict). Nothing of what comes in is shown on the television as it is: keys are
names of a list, courses are ids. Caller: `player.workers.phone.serving`.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final, TypeVar, get_args
from urllib.parse import parse_qs

import msgspec

from player.core.events import Button
from player.core.language import CHINESE, put_into_words, speaking
from player.workers.phone.lock import Lock, Shut, WrongPin

COOKIE: Final = "telephone"
BODY_LIMIT_BYTES: Final = 1024
WORDS_LIMIT: Final = 40
FOUND_LIMIT: Final = 30
_BUTTONS: Final = frozenset(get_args(Button))
_COURSE: Final = re.compile("[a-z0-9][a-z0-9-]{0,63}")
_FILES: Final = {  # path → file beside this one, and its kind
    "/": ("remote.html", "text/html; charset=utf-8"),
    "/remote.js": ("remote.js", "text/javascript; charset=utf-8"),
    "/remote.css": ("remote.css", "text/css"),
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Final = [
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]


class Found(msgspec.Struct, frozen=True):
    """A course as the telephone lists it."""

    id: str
    number: int
    title: str
    minutes: int


class Heard(msgspec.Struct, frozen=True):
    """What a telephone wants: a button, or to open a course; one of both is empty."""

    button: str = ""
    course: str = ""


class _Pin(msgspec.Struct, frozen=True):
    pin: str


class _Press(msgspec.Struct, frozen=True):
    button: str


class _Course(msgspec.Struct, frozen=True):
    course: str


Body = TypeVar("Body")


class _Answer(Exception):
    """An answer that ends a request."""

    def __init__(self, status: HTTPStatus, says: Any = None, cookie: str = "") -> None:
        self.status, self.says, self.cookie = status, says, cookie
        super().__init__(status)


class Pages:
    """The application.

    Args:
        host: The only ``Host`` that is answered, such as ``192.0.2.7:8123``.
        lock: Who may come in.
        chance: Returns a new token, and a new PIN.
        hear: Called with what a telephone wants, and when one has come in or the lock has shut (with None).
        search: Finds courses by words or number.
        language: Of the page, the television's.
    """

    def __init__(
        self,
        host: str,
        lock: Lock,
        chance: Callable[[], tuple[str, str]],
        hear: Callable[[Heard | None], None],
        search: Callable[[str], list[Found]],
        *,
        language: str = CHINESE,
    ) -> None:
        self._host, self._lock, self._chance, self._hear, self._search = host, lock, chance, hear, search
        self._files = _in_language(language)

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        try:
            self._require_our_host(environ)
            file = self._files.get(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "GET" else None
            if file is not None:
                start_response("200 OK", [*_HEADERS, ("Content-Type", _FILES[environ["PATH_INFO"]][1])])
                return [file]
            self._act(environ)
        except _Answer as answer:
            headers = [*_HEADERS, ("Content-Type", "application/json")]
            if answer.cookie:
                headers.append(("Set-Cookie", f"{COOKIE}={answer.cookie}; Path=/; HttpOnly; SameSite=Strict"))
            start_response(f"{answer.status.value} {answer.status.phrase}", headers)
            return [msgspec.json.encode(answer.says)]
        raise AssertionError("an action ends with an answer")

    def _act(self, environ: Mapping[str, Any]) -> None:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if (method, path) == ("POST", "/pin"):
            self._let_in(_body(environ, _Pin, self._host).pin)
        token = _token(environ)
        if not self._lock.knows(token):
            raise _Answer(HTTPStatus.FORBIDDEN, {"error": "pin"})
        if (method, path) == ("GET", "/search"):
            words = parse_qs(environ.get("QUERY_STRING", "")).get("words", [""])[0][:WORDS_LIMIT].strip()
            raise _Answer(HTTPStatus.OK, self._search(words)[:FOUND_LIMIT] if words else [])
        if (method, path) == ("POST", "/press"):
            button = _body(environ, _Press, self._host).button
            self._want(token, Heard(button=button), valid=button in _BUTTONS)
        if (method, path) == ("POST", "/open"):
            course = _body(environ, _Course, self._host).course
            self._want(token, Heard(course=course), valid=bool(_COURSE.fullmatch(course)))
        raise _Answer(HTTPStatus.NOT_FOUND, {"error": "nothing is here"})

    def _let_in(self, pin: str) -> None:
        token, next_pin = self._chance()
        try:
            self._lock.enter(pin, token=token, next_pin=next_pin)
        except WrongPin as wrong:
            raise _Answer(HTTPStatus.FORBIDDEN, {"error": "wrong", "tries_left": wrong.tries_left}) from wrong
        except Shut as shut:
            self._hear(None)
            raise _Answer(HTTPStatus.FORBIDDEN, {"error": "shut"}) from shut
        self._hear(None)
        raise _Answer(HTTPStatus.OK, {}, cookie=token)

    def _want(self, token: str, heard: Heard, *, valid: bool) -> None:
        if not valid:
            raise _Answer(HTTPStatus.BAD_REQUEST, {"error": "there is no such key or course"})
        if not self._lock.may_press(token, time.monotonic()):
            raise _Answer(HTTPStatus.TOO_MANY_REQUESTS, {"error": "too fast"})
        self._hear(heard)
        raise _Answer(HTTPStatus.OK, {})

    def _require_our_host(self, environ: Mapping[str, Any]) -> None:
        if environ.get("HTTP_HOST") != self._host:
            raise _Answer(HTTPStatus.MISDIRECTED_REQUEST, {"error": "another address"})


def _in_language(language: str) -> dict[str, bytes]:
    """Return the files of the page by path, their words in a language."""
    files = {}
    with speaking(language):
        for path, (name, _kind) in _FILES.items():
            text = (Path(__file__).parent / name).read_text(encoding="utf-8")
            spelled = html.escape if name.endswith(".html") else _in_quotes
            files[path] = put_into_words(text, spelled).replace("{language}", language.replace("_", "-")).encode()
    return files


def _in_quotes(words: str) -> str:
    return msgspec.json.encode(words).decode()


def _token(environ: Mapping[str, Any]) -> str:
    try:
        found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _body(environ: Mapping[str, Any], kind: type[Body], host: str) -> Body:
    """Return what our own page has sent."""
    own = environ.get("HTTP_ORIGIN") == f"http://{host}" and environ.get("HTTP_SEC_FETCH_SITE") in (None, "same-origin")
    if not own:
        raise _Answer(HTTPStatus.FORBIDDEN, {"error": "another page"})
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > BODY_LIMIT_BYTES:
        raise _Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "too large"})
    try:
        return msgspec.json.decode(environ["wsgi.input"].read(int(length)), type=kind)
    except msgspec.DecodeError as error:
        raise _Answer(HTTPStatus.BAD_REQUEST, {"error": "not understood"}) from error
