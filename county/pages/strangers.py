"""What people who have not logged in, and lines that others can hear, must not do to the pages.

Named in the settings' ``MIDDLEWARE``; the box API limits its bodies itself.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

BODY_LIMIT_BYTES = 64 << 10
Answer = Callable[[HttpRequest], HttpResponseBase]


def small_bodies(answer: Answer) -> Answer:
    """Return ``answer`` without large bodies of strangers: nobody else may fill the disk with half an upload."""

    def within_limit(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        large = announced.isdigit() and int(announced) > BODY_LIMIT_BYTES
        if large and not request.path.startswith("/api/") and not request.user.is_authenticated:
            return HttpResponse("请先登录，再上传文件。", content_type="text/plain; charset=utf-8", status=403)
        return answer(request)

    return within_limit


def secure_cookies(answer: Answer) -> Answer:
    """Return ``answer`` with cookies that, once given over TLS, never go over plain HTTP, where anybody can hear them.

    Not on the machine itself: there the pages answer over both, and a browser keeps one set of cookies.
    """

    def marked(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        if request.is_secure() and request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1"}:
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return marked
