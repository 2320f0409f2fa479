"""Candidates: what the reviewers' signatures say about a bin of the catalogue, before it is published.

A bin is one role that needs two reviewers' signatures over exactly the same bytes. Theory: at each act a
reviewer signs the bin as it would be with the course before him added to what is published, to what two
reviewers have passed, and to what he himself has passed. So whatever order courses are passed and released
in, the bytes that become true usually bear two signatures already; where not, `awaiting` names what is
missing and any act of a further reviewer signs it. Nobody's key ever signs a document that is not
published, passed by two, or passed by himself. Called by `county.courses.review` and `county.publishing`.

After a restore from a backup nobody knows which bins boxes have seen later versions of, and no key of the server
can help: every bin, an empty one too, awaits both signatures once more (`versions_from`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from tuf.api.metadata import Targets

from county.accounts.models import Person
from county.courses.freezing import shard_of
from county.courses.models import (
    Candidate,
    CandidateSignature,
    Course,
    CourseState,
    FrozenDocument,
    ReviewStage,
)
from county.folders import published_folder
from county.publishing.models import Publication
from playlists import documents
from playlists.codec import decode_document
from playlists.keys import SigningKey
from playlists.targets import catalogue_bins, course_bin, course_path, shard_path
from playlists.trust import metadata
from playlists.trust.repository import Repository
from playlists.trust.versions import next_version

Content = dict[str, str]  # course id → SHA-256 of its document
SETTLED = (CourseState.PASSED, CourseState.RELEASED)


@dataclass(frozen=True)
class Awaited:
    """A content of a bin that still lacks a signature; ``signers`` have given theirs.

    ``courses`` are the titles of what is new in it, if anything is; ``anew``: what boxes see is signed once more.
    """

    role: str
    content: Content
    courses: tuple[str, ...]
    signers: tuple[Person, ...]
    anew: bool = False


class Bin:
    """The courses of one bin as the database has them now."""

    def __init__(self, name: str, courses: Iterable[Course]) -> None:
        self.role = role_of_bin(name)
        self._courses = list(courses)

    @property
    def seen(self) -> Content:
        """What boxes see now."""
        return {c.pk: str(c.published_id) for c in self._courses if c.published_id}

    @property
    def published(self) -> Content:
        """What boxes see, without courses that are stopped."""
        return {c.pk: str(c.published_id) for c in self._courses if c.published_id and not c.stopped}

    @property
    def passed(self) -> Content:
        """What should be seen once everything that two reviewers passed is released."""
        return self.published | self._with_states(SETTLED)

    @property
    def released(self) -> Content:
        """What should be seen now."""
        return self.published | self._with_states((CourseState.RELEASED,))

    @property
    def is_settled(self) -> bool:
        """Whether boxes see just what they should and nothing waits for release."""
        return self.seen == self.passed

    def passed_by(self, person: Person) -> Content:
        """What this reviewer has passed first and another has yet to see."""
        return {
            course.pk: str(course.document_id)
            for course in self._courses
            if course.state == CourseState.FIRST_PASSED
            and course.reviews.filter(
                revision=course.revision, person=person, stage=ReviewStage.FIRST, passed=True
            ).exists()
        }

    def _with_states(self, states: Iterable[str]) -> Content:
        return {c.pk: str(c.document_id) for c in self._courses if c.state in states and c.document_id}


def role_of_bin(name: str) -> str:
    """Return the role that vouches for a bin."""
    return f"courses-{name}"


def role_of_course(course: str) -> str:
    """Return the role that vouches for a course."""
    return role_of_bin(course_bin(course))


def all_bins() -> list[Bin]:
    """Return every bin that holds a course; after a restore from a backup, every bin that there may be."""
    courses: dict[str, list[Course]] = defaultdict(list)
    for course in Course.objects.all():
        courses[course_bin(course.pk)].append(course)
    names = {*courses, *(catalogue_bins() if versions_from() else ())}
    return [Bin(name, courses[name]) for name in sorted(names)]


def versions_from() -> int:
    """Return the first version that is above all that a restored backup forgot; 0 if none was ever restored."""
    restored = Publication.objects.filter(restored=True).first()
    return next_version(0, restored.at) if restored else 0


def behind(repository: Repository) -> set[str]:
    """Return the roles of bins of which boxes may have seen later versions than a restored backup knows."""
    needed, versions = versions_from(), repository.versions()
    return {role for role in map(role_of_bin, catalogue_bins()) if versions.get(role, 0) < needed}


def bin_of(course: Course) -> Bin:
    """Return the bin of a course."""
    role = role_of_course(course.pk)
    return next(found for found in all_bins() if found.role == role)


def contents_to_sign(person: Person, course: Course) -> list[Content]:
    """Return what a reviewer signs when he passes a course, without doubles."""
    held = bin_of(course)
    this = {course.pk: str(course.document_id)}
    wishes = [held.published | this, held.passed | this, held.passed | held.passed_by(person) | this]
    return [wish for number, wish in enumerate(wishes) if wish not in wishes[:number]]


def usable(role: str, repository: Repository) -> QuerySet[Candidate]:
    """Return the candidates of a role that boxes would take: above what they see and may have seen."""
    return Candidate.objects.filter(role=role, version__gte=max(repository.version(role) + 1, versions_from()))


def candidate_for(role: str, content: Content, now: datetime) -> Candidate:
    """Return the candidate that says just this, newly made if there is none above what is published."""
    repository = Repository(published_folder())
    for row in usable(role, repository).order_by("version"):
        if row.content == content:
            return row
    shard, bodies = _documents(role, content)
    others = Candidate.objects.filter(role=role).values_list("version", flat=True)  # no two wishes share a version
    data = repository.candidate(role, bodies, now, above=max([versions_from() - 1, *others]))
    return Candidate.objects.create(
        role=role, version=version_of(data, role), content=content, shard=shard, metadata=data
    )


def sign(candidate: Candidate, person: Person, key: SigningKey) -> None:
    """Add a reviewer's signature to a candidate."""
    add_signed(candidate, person, key.fingerprint, metadata.sign(bytes(candidate.metadata), key))


def add_signed(candidate: Candidate, person: Person, keyid: str, signed: bytes) -> None:
    """Keep the signed bytes of a candidate, whoever made them.

    Raises:
        UntrustedData: They say something else than the candidate, or do not bear this key's signature.
    """
    with transaction.atomic():  # another reviewer may sign at this moment: what he added must not be lost
        held = Candidate.objects.select_for_update().get(pk=candidate.pk)
        held.metadata = metadata.merge_signature(bytes(held.metadata), signed, keyid)
        held.save(update_fields=["metadata"])
    candidate.metadata = held.metadata
    CandidateSignature.objects.get_or_create(candidate=candidate, keyid=keyid, defaults={"person": person})


def awaiting() -> list[Awaited]:
    """Return what two reviewers have passed and their signatures do not yet cover."""
    repository = Repository(published_folder())
    forgotten = behind(repository)
    found: list[Awaited] = []
    for held in all_bins():
        if held.is_settled and held.role not in forgotten:
            continue
        for content in [held.passed] + ([held.released] if held.released != held.passed else []):
            if content == held.seen and held.role not in forgotten:
                continue
            same = [row for row in usable(held.role, repository) if row.content == content]
            if any(not repository.lacks(held.role, bytes(row.metadata)) for row in same):
                continue
            signers = tuple(mark.person for row in same for mark in row.signatures.select_related("person"))
            anew = content == held.seen
            found.append(Awaited(held.role, content, _titles(content, held.published), signers, anew))
    return found


def documents_of(candidate: Candidate) -> dict[str, bytes]:
    """Return the documents a candidate names, bytes by path; a role beside the bins has the one of its ``shard``."""
    if not candidate.role.startswith(role_of_bin("")):
        (path,) = candidate.content
        return {path: bytes(candidate.shard)}
    found = FrozenDocument.objects.filter(sha256__in=candidate.content.values())
    bodies = {course_path(document.course_id): bytes(document.body) for document in found}
    return bodies | {shard_path(candidate.role.removeprefix("courses-")): bytes(candidate.shard)}


def _documents(role: str, content: Content) -> tuple[bytes, dict[str, bytes]]:
    found = FrozenDocument.objects.filter(sha256__in=content.values())
    bodies = {course_path(document.course_id): bytes(document.body) for document in found}
    courses = [decode_document(documents.Course, body, path) for path, body in bodies.items()]
    name = role.removeprefix("courses-")
    shard = shard_of(name, courses)
    return shard, bodies | {shard_path(name): shard}


def version_of(data: bytes, role: str) -> int:
    """Return the version that a role's metadata states."""
    return int(metadata.parse(data, role, Targets).signed.version)


def _titles(content: Content, published: Content) -> tuple[str, ...]:
    new = [course for course, sha256 in content.items() if published.get(course) != sha256]
    return tuple(Course.objects.filter(pk__in=new).values_list("title", flat=True))
