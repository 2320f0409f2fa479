"""Doing what somebody asked for, and saying how it went; every action is followed by a redirect (POST, then GET).

A refusal of a service becomes a sentence on the page that follows; "you may not" becomes the 403 page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from county.errors import NotAllowed, Refused

Done = TypeVar("Done")


def attempt(request: HttpRequest, act: Callable[[], Done], said: str | Callable[[Done], str]) -> bool:
    """Run ``act``; tell the person ``said`` when it was done, or why it was refused. Return whether it was done.

    Raises:
        PermissionDenied: the service does not let this person do it.
    """
    try:
        done = act()
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        messages.error(request, str(error))
        return False
    messages.success(request, said if isinstance(said, str) else said(done))
    return True
