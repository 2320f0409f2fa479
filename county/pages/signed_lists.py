"""What the pages of lists that are signed as a whole share: how the list stands, signing, sending back, releasing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from county.accounts.models import Person
from county.courses.review import keeps_key_elsewhere
from county.pages.access import LEADERS, REVIEWERS, may, person_of
from county.pages.acting import attempt, tell_held_back
from county.publishing.models import Publication
from county.signing import review
from county.signing.lists import Row, SignedList


def standing(signed: SignedList[Row], person: Person) -> dict[str, Any]:
    """Return what ``parts/signed_list.html`` shows: what waits, what this person may do, who passed what is there."""
    waiting, newest, seen = signed.waiting(), signed.newest(), signed.seen()
    return {
        "waiting": waiting, "signers": signed.signers(waiting) if waiting else [],
        "signed": waiting is not None and signed.is_signed(waiting), "called": signed.called,
        "sent_back": newest if newest is not None and newest.refused_at else None,
        "may_sign": may(person, REVIEWERS), "key_elsewhere": keeps_key_elsewhere(person),
        "may_release": may(person, LEADERS), "person": person,
        "in_force": seen, "passed_by": signed.passed_by(seen) if seen else [],
    }  # fmt: skip


def sign(request: HttpRequest, signed: SignedList[Row], back: str) -> HttpResponse:
    """Sign the waiting list as the person who asks."""
    person, passphrase = person_of(request), request.POST.get("passphrase", "")
    attempt(request, lambda: review.sign(signed, request.POST.get("list", ""), person, passphrase), "已签名。")
    return redirect(back)


def refuse(request: HttpRequest, signed: SignedList[Row], back: str) -> HttpResponse:
    """Send the waiting list back."""
    person, reason = person_of(request), request.POST.get("reason", "")
    said = "已退回，站点看到、听到的不变。"
    attempt(request, lambda: review.refuse(signed, request.POST.get("list", ""), person, reason), said)
    return redirect(back)


def release(request: HttpRequest, signed: SignedList[Row], back: str) -> HttpResponse:
    """Release the waiting list, and publish."""
    seen, person = request.POST.get("list", ""), person_of(request)

    def act() -> Publication:
        publication = review.release(signed, seen, person)
        tell_held_back(request, publication)
        return publication

    attempt(request, act, f"{signed.called}已签发，机顶盒下次联网时取到。")
    return redirect(back)
