"""Signing on another machine: what waits for a reviewer goes out as a file and comes back signed.

Rules: of courses only documents that the reviewer passed, that two passed, or that are published are exported
(`candidates`); of a list, of channels or sounds, the one that waits: the whole of it is read on the other machine. What
comes back must be signed by that reviewer's key over the same bytes. A new role of reviewers adds one function to
`_WAITING`. Called by ``yuanjiao county sign``; `county.travelling` is the other machine's side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from county.accounts.models import Person
from county.channels.lists import CHANNELS
from county.courses import candidates
from county.courses.models import Candidate, Course, CourseState, ReviewStage
from county.errors import Refused
from county.signing.lists import Row, SignedList
from county.sounds.lists import SOUND_LIST
from county.travelling import Travelling, read_file, write_file
from playlists.trust import metadata


def export_for(person: Person) -> bytes:
    """Return a file with every candidate that lacks this reviewer's signature.

    Raises:
        Refused: The person has no key, or there is nothing to sign.
    """
    if not hasattr(person, "key"):
        raise Refused(f"“{person}”没有审核密钥")
    now = timezone.now()
    wanted = {row.pk: row for waiting in _WAITING for row in waiting(person, now)}
    rows = [row for row in wanted.values() if not row.signatures.filter(keyid=person.key.keyid).exists()]
    if not rows:
        raise Refused("没有等待签名的内容")
    return write_file([Travelling(row.role, bytes(row.metadata), candidates.documents_of(row)) for row in rows])


@transaction.atomic
def import_signed(data: bytes, person: Person) -> int:
    """Take back a signed file; return how many signatures were new.

    Raises:
        Refused: There is no such candidate, or it is not signed by this reviewer.
        BadData: The file is damaged.
    """
    count = 0
    public_key = bytes.fromhex(person.key.public_key)
    for traveller in read_file(data):
        wanted = metadata.bytes_to_sign(traveller.metadata)
        rows = Candidate.objects.filter(role=traveller.role)
        row = next((row for row in rows if metadata.bytes_to_sign(bytes(row.metadata)) == wanted), None)
        if row is None:
            raise Refused("文件中的内容与服务器上的不一致，请重新导出")
        if not metadata.signed_by(traveller.metadata, [public_key]):
            raise Refused(f"文件没有“{person}”的有效签名")
        if not row.signatures.filter(keyid=person.key.keyid).exists():
            candidates.add_signed(row, person, person.key.keyid, traveller.metadata)
            count += 1
    return count


def _courses(person: Person, now: datetime) -> Iterator[Candidate]:
    waiting = Course.objects.filter(state__in=(CourseState.FIRST_PASSED, CourseState.PASSED))
    for course in waiting:
        if course.reviews.filter(
            revision=course.revision, person=person, passed=True, stage__in=ReviewStage.values
        ).exists():
            for content in candidates.contents_to_sign(person, course):
                yield candidates.candidate_for(candidates.role_of_course(course.pk), content, now)
    for awaited in candidates.awaiting():
        yield candidates.candidate_for(awaited.role, awaited.content, now)


def _lists(person: Person, now: datetime) -> Iterator[Candidate]:  # noqa: ARG001 - any reviewer may sign them
    yield from _list(CHANNELS, now)
    yield from _list(SOUND_LIST, now)


def _list(signed: SignedList[Row], now: datetime) -> Iterator[Candidate]:
    found = signed.waiting()
    if found is not None and not signed.is_signed(found):
        yield signed.candidate_for(found, now)


_WAITING: tuple[Callable[[Person, datetime], Iterable[Candidate]], ...] = (_courses, _lists)
