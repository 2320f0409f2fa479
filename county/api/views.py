"""What machines ask: binding codes, the journal's inbox, the time. Typed JSON in and out.

Every refusal is ``{"error": <sentence>}`` with a status that says whose fault it was: 4xx the box's (do not
send the same again), 403 not or no longer bound, 413 too large, 429 and 503 come back after ``Retry-After``.
Only over TLS (`county.web` refuses plain HTTP).
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec

import msgspec
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from county.errors import NotAllowed, Refused
from county.folders import keys_folder, published_folder
from county.inbox.taking import take
from county.places.binding import AlreadyBound, issue_code
from county.places.models import Box
from playlists import county_time
from playlists.binding import BindingCode, BindingState, read_request
from playlists.envelope import SEALED_LIMIT_BYTES
from playlists.errors import BadData, FailedAttempt, UntrustedData
from playlists.keys import SigningKey

log = logging.getLogger(__name__)
REQUEST_LIMIT_BYTES = 4096
DISCARD_LIMIT_BYTES = 8 << 20
RETRY_AFTER_S = 60
More = ParamSpec("More")


class TooLarge(BadData):
    """The request has more bytes than are read."""


def answers_errors(
    view: Callable[Concatenate[HttpRequest, More], HttpResponse],
) -> Callable[Concatenate[HttpRequest, More], HttpResponse]:
    """Turn what a view raises into a status and a sentence."""

    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: More.args, **kwargs: More.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except AlreadyBound as error:
            return _error(409, str(error))
        except (NotAllowed, UntrustedData) as error:
            return _error(403, str(error))
        except TooLarge as error:
            return _error(413, str(error))
        except (BadData, Refused) as error:
            return _error(400, str(error))
        except FailedAttempt as error:
            return _error(429, str(error), error.retry_after_s or RETRY_AFTER_S)
        except (DatabaseError, OSError):
            log.exception("the box API could not answer")
            return _error(503, "the county cannot keep this now; send it again", RETRY_AFTER_S)

    return answer


@csrf_exempt
@require_POST
@answers_errors
def bindings(request: HttpRequest) -> HttpResponse:
    """``POST /api/box/v1/bindings``: the code that a box shows until it is bound."""
    asked, now = read_request(_body(request, REQUEST_LIMIT_BYTES)), timezone.now()
    code = issue_code(bytes.fromhex(asked.public_key), asked.version, str(request.META["REMOTE_ADDR"]), now)
    left_s = max(0, int((code.expires_at - now).total_seconds()))
    return _json(BindingCode(code=code.code, expires_in_s=left_s))


@require_GET
@answers_errors
def binding(request: HttpRequest, fingerprint: str) -> HttpResponse:  # noqa: ARG001 - the address is all
    """``GET /api/box/v1/bindings/<fingerprint>``: whether a box has its site."""
    box = Box.objects.filter(pk=fingerprint).first()
    return _json(BindingState(bound=bool(box and box.site_id), revoked=bool(box and box.revoked)))


@csrf_exempt
@require_POST
@answers_errors
def journal(request: HttpRequest) -> HttpResponse:
    """``POST /api/box/v1/journal``: take in an envelope, answer the durable head."""
    return _json(take(_body(request, SEALED_LIMIT_BYTES), timezone.now()))


@require_GET
@answers_errors
def time(request: HttpRequest) -> HttpResponse:
    """``GET /api/box/v1/time?nonce=…``: the county's wall time, signed together with what the box asked."""
    online = SigningKey.load(keys_folder() / "online.pem")
    now_ms = int(timezone.now().timestamp() * 1000)
    return _json(county_time.tell(online, request.GET.get("nonce", ""), now_ms))


@require_GET
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """``GET /health``: 200 when the database answers and something is published."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("the database does not answer")
        return _error(503, "the database does not answer", RETRY_AFTER_S)
    published = (published_folder() / "metadata" / "timestamp.json").is_file()
    return _json({"ok": published}, 200 if published else 503)


def _body(request: HttpRequest, limit_bytes: int) -> bytes:
    """Return the request's body; never more than the limit is kept in memory."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > limit_bytes:
        _discard(request)
        raise TooLarge("request", "", f"{announced} bytes are more than the {limit_bytes} allowed")
    data = request.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise TooLarge("request", "", f"more than the {limit_bytes} bytes allowed")
    return data


def _discard(request: HttpRequest) -> None:
    """Read a body that is somewhat too long to its end: a sender who is cut off never sees the answer."""
    for _ in range(DISCARD_LIMIT_BYTES >> 16):
        if not request.read(1 << 16):
            return


def _json(value: object, status: int = 200) -> HttpResponse:
    response = HttpResponse(msgspec.json.encode(value), content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response


def _error(status: int, message: str, retry_after_s: float | None = None) -> HttpResponse:
    response = _json({"error": message}, status)
    if retry_after_s:
        response["Retry-After"] = str(int(retry_after_s))
    return response
