"""`publish`: everything that is released and planned becomes signed documents; nothing else does.

Rules: one publisher at a time (a lock file); only what changed is signed anew; calling it twice changes nothing.
A bin of the catalogue is published only from a candidate that bears two reviewers' signatures and holds
nothing that is not released. What is held back or left out is named in the `Publication`. Called after every
release, stop order, plan save and binding, and daily by the server so that signatures stay fresh.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from county.accounts.models import Person
from county.channels.lists import CHANNELS
from county.courses import candidates
from county.courses.candidates import Bin
from county.courses.models import Candidate, Course, CourseState, FrozenDocument
from county.folders import data_folder, keys_folder, published_folder
from county.plans.models import StopOrder
from county.publishing.documents import online_documents
from county.publishing.models import Publication
from county.sounds.lists import SOUND_LIST
from playlists.errors import BadData, FailedAttempt
from playlists.keys import SigningKey
from playlists.trust.repository import Repository
from playlists.trust.sweeping import sweep

log = logging.getLogger(__name__)
RESTORED = "数据恢复自备份：课件目录须由两位审核员重新签名（审核签发），此前收到过更新目录的站点不接收新内容"
REPLACED_KEPT = timedelta(days=14)  # a box over a bad line needs days for its first refresh


def publish(by: Person | None = None, now: datetime | None = None, *, restored: bool = False) -> Publication:
    """Publish what is released and planned; return what changed and what is held back.

    Args:
        by: Who asked for it; None for the server itself.
        now: Wall time.
        restored: The data come from a backup: sign everything of the online key anew, whether it changed or not, and
            let reviewers sign their bins once more (`county.courses.candidates`).

    Raises:
        FailedAttempt: The disk refuses, the published files are damaged, or the server has not been set up; boxes
            see the publication before.
    """
    now = now or timezone.now()
    try:
        online = SigningKey.load(keys_folder() / "online.pem")
        with publish_lock():
            return _publish(online, by, now, restored=restored)
    except OSError as error:
        raise FailedAttempt("发布", f"无法写入（{error.strerror}），请检查磁盘后重新发布") from error
    except BadData as error:
        raise FailedAttempt("发布", f"已发布的文件有问题，请管理员检查（{error}）", retry=False) from error


def sweep_published(now: datetime) -> int:
    """Remove published files that no box can need any more; return how many.

    Raises:
        BadData: The published files are damaged.
        OSError: The disk refuses.
    """
    with publish_lock():
        removed = sweep(published_folder(), now, REPLACED_KEPT)
    if removed:
        log.info("removed %s published files that were replaced long ago", removed)
    return removed


@contextmanager
def publish_lock() -> Iterator[None]:
    """Wait until nobody else publishes."""
    with (data_folder() / "publish.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _publish(online: SigningKey, by: Person | None, now: datetime, *, restored: bool) -> Publication:
    repository = Repository(published_folder())
    problems: list[str] = []
    _catch_up(repository, now)
    forgotten = candidates.behind(repository)
    choices = [_choose(repository, held, problems, behind=held.role in forgotten) for held in candidates.all_bins()]
    chosen = [found for found in choices if found]
    signed_whole = [one.to_publish(repository) for one in (CHANNELS, SOUND_LIST)]
    out = [*chosen, *(row for row in signed_whole if row)]
    if out:
        documents = {path: body for row in out for path, body in candidates.documents_of(row).items()}
        signed = {row.role: bytes(row.metadata) for row in out}
        first = repository.publish(online=online, now=now, signed=signed, documents=documents).roles
    else:
        first = ()
    for row in chosen:
        _mark_published(row.role, row.content)
    Candidate.objects.filter(pk__in=[row.pk for row in out]).update(published_at=now)
    _lift_stops(now)
    content = online_documents(now, lambda path: _published(repository, path), problems)
    second = repository.publish(online=online, now=now, online_documents=content, restored=restored)
    if restored or candidates.behind(repository):
        problems.append(RESTORED)
    roles = sorted({*first, *second.roles})
    return _note(Publication(at=now, by=by, roles=roles, problems=problems, restored=restored))


def _note(publication: Publication) -> Publication:
    """Keep the record of a publication, unless the server by itself found nothing to say."""
    last = Publication.objects.first()
    if publication.by or publication.roles or last is None or last.problems != publication.problems:
        publication.save()
    return publication


def _choose(repository: Repository, held: Bin, problems: list[str], *, behind: bool) -> Candidate | None:
    """Return the candidate that brings a bin nearest to what is released, if any brings it nearer.

    A bin that is ``behind`` what boxes may have seen takes any that may be seen.
    """
    wanted, seen = held.released, held.seen
    if wanted == seen and not behind:
        return None
    fitting = [
        row
        for row in candidates.usable(held.role, repository)
        if _fits(row.content, wanted, held.published) and not repository.lacks(held.role, bytes(row.metadata))
    ]
    best = max(fitting, key=lambda row: (_likeness(row.content, wanted), row.version), default=None)
    if best is None or best.content != wanted:
        problems.extend(_held_back(wanted, best.content if best else seen))
    nearer = best is not None and _likeness(best.content, wanted) > _likeness(seen, wanted)
    return best if nearer or behind else None


def _fits(content: dict[str, str], wanted: dict[str, str], published: dict[str, str]) -> bool:
    """Return whether all of it may be seen and nothing that is to stay would vanish."""
    allowed = all(sha256 in (wanted.get(course), published.get(course)) for course, sha256 in content.items())
    return allowed and published.keys() <= content.keys()


def _likeness(content: dict[str, str], wanted: dict[str, str]) -> int:
    return len(content.items() & wanted.items()) - len(content.items() - wanted.items())


def _held_back(wanted: dict[str, str], seen: dict[str, str]) -> list[str]:
    new = [course for course, sha256 in wanted.items() if seen.get(course) != sha256]
    titles = Course.objects.filter(pk__in=new).values_list("title", flat=True)
    gone = Course.objects.filter(pk__in=seen.keys() - wanted.keys()).values_list("title", flat=True)
    return [f"课件“{title}”还需一位审核员签名才能发布" for title in titles] + [
        f"课件“{title}”已停播；从目录中移除还需审核员签名" for title in gone
    ]


def _published(repository: Repository, path: str) -> bytes | None:
    try:
        return repository.read(path)
    except (KeyError, BadData):
        return None


def _catch_up(repository: Repository, now: datetime) -> None:
    """Note what was published just before a kill, so that the tree and the rows say the same."""
    for held in candidates.all_bins():
        tree = _seen_in(repository, held.role)
        known = FrozenDocument.objects.filter(pk__in=tree.values(), course__in=tree).count()
        if tree != held.seen and known == len(tree):  # a restored database may not know what it once published
            _mark_published(held.role, tree)
            Candidate.objects.filter(role=held.role, content=tree, published_at=None).update(published_at=now)


def _seen_in(repository: Repository, role: str) -> dict[str, str]:
    return {
        path.rpartition("/")[2].removesuffix(".json"): sha256
        for path, sha256 in repository.targets(role).items()
        if path.startswith("courses/")
    }


@transaction.atomic
def _lift_stops(now: datetime) -> None:
    """End what was stopped before a revision was released, now that boxes see this revision and no older one."""
    out = Course.objects.filter(state=CourseState.RELEASED, published=F("document"))
    before = StopOrder.objects.filter(course__in=out, lifted_at=None, issued_at__lt=F("course__released_at"))
    before.update(lifted_at=now)
    out.filter(stopped=True).update(stopped=False)


@transaction.atomic
def _mark_published(role: str, content: dict[str, str]) -> None:
    published = Course.objects.exclude(published=None).values_list("pk", flat=True)
    gone = [pk for pk in published if candidates.role_of_course(pk) == role and pk not in content]
    Course.objects.filter(pk__in=gone).update(published=None)
    for course, sha256 in content.items():
        Course.objects.filter(pk=course).update(published_id=sha256)
