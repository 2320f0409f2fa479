"""Doing what somebody asked for, and saying how it went; every action is followed by a redirect (POST, then GET).

A refusal of a service becomes a sentence on the page that follows; "you may not" becomes the 403 page; an act
that stands while its publishing failed says both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from county.errors import NotAllowed, Refused
from county.publishing.models import Publication
from playlists.errors import FailedAttempt

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
    except FailedAttempt as error:
        messages.warning(request, f"已办理，但还没有发布到机顶盒：{error.why}。请到“发布”页重新发布。")
        return True
    messages.success(request, said if isinstance(said, str) else said(done))
    return True


def tell_held_back(request: HttpRequest, publication: Publication) -> None:
    """Tell the person what this publishing left out."""
    for problem in publication.problems:
        messages.warning(request, problem)
