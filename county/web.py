"""The WSGI applications of the two listeners, and the published tree as a static web server.

HTTPS: pages, box API, published files. Plain HTTP: published files (signed anyway) and ``/health`` for
everybody, pages on loopback only, never the box API. Called by `county.serve` and by tests.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.security import safe_join
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

PUBLISHED = "/published/"
A_YEAR_S = 365 * 24 * 3600


def secure_application(pages: WSGIApplication, published: Path) -> WSGIApplication:
    """Return what answers over TLS."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(PUBLISHED):
            return published_file(published, environ)(environ, start)
        return pages(environ, start)

    return answer


def plain_application(pages: WSGIApplication, published: Path) -> WSGIApplication:
    """Return what answers over plain HTTP."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PUBLISHED):
            return published_file(published, environ)(environ, start)
        if path == "/health":
            return pages(environ, start)
        if path.startswith("/api/") or not _is_loopback(environ):
            refusal = Response("this is answered over HTTPS only\n", 403, mimetype="text/plain")
            return refusal(environ, start)
        return pages(environ, start)

    return answer


def published_file(folder: Path, environ: WSGIEnvironment) -> WSGIApplication:
    """Return the answer for one published file, with Range, If-Range and ETag.

    Everything but the timestamp is named by version or content and may be kept for ever.
    """
    try:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        path = _file_in(folder, environ["PATH_INFO"].removeprefix(PUBLISHED))
        mutable = path.name == "timestamp.json"
        response = send_file(
            path,
            environ,
            mimetype=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            conditional=True,
            etag=path.name if path.parts[-3] == "media" else True,
            max_age=None if mutable else A_YEAR_S,
        )
    except HTTPException as error:
        return error
    if not mutable:
        response.cache_control.immutable = True
    if path.suffix == ".json" and response.status_code == 200:
        _pack(response, path, environ)
    return response


def _pack(response: Response, path: Path, environ: WSGIEnvironment) -> None:
    """Send a document as gzip to a client that takes it: on a weak line, metadata shrink to a quarter."""
    response.vary.add("Accept-Encoding")
    request = Request(environ)
    if request.range or not request.accept_encodings.quality("gzip"):
        return
    packed = gzip.compress(path.read_bytes(), mtime=0)
    response.direct_passthrough = False
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.remove("Accept-Ranges")
    if etag := response.get_etag()[0]:
        response.set_etag(etag, weak=True)  # the same document, other bytes


def _file_in(folder: Path, name: str) -> Path:
    joined = safe_join(str(folder), name)
    hidden = any(part.startswith(".") for part in name.split("/"))  # a file that is being written
    if joined is None or hidden or not Path(joined).is_file():
        raise NotFound
    return Path(joined)


def _is_loopback(environ: WSGIEnvironment) -> bool:
    try:
        return ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
