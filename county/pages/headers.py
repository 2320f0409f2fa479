"""What a browser is told about every page: only our own files, never inside a foreign frame, not to be kept.

The office's computers are shared: after a log-out the back key must not show a page again. Named in the settings'
``MIDDLEWARE``; the box API and published files do not pass here or carry their own headers.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def page_headers(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return ``answer`` with the headers added to what is HTML."""

    def with_headers(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", POLICY)
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return with_headers
